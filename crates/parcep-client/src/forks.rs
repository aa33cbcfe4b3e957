//! Forks: a relay, or two, told two stories of one log. What is kept of it, shown to others, and chosen.

use crate::guardian::{Begun, Guardian};
use crate::{ClientError, Driver, Store};
use parcep_core::consent::{Act, Head, Resolve};
use parcep_core::crypto::Hash;
use parcep_core::log::ForkProof;
use parcep_core::member::{Event, Why};
use parcep_core::reason::Reason;

/// File with the newest proof of a fork.
pub(crate) const PROOF: &str = "fork.proof";

/// The newest proof of a fork that this member holds, to be handed on (R-MOVE-028).
///
/// # Errors
/// If the folder cannot be read.
pub fn held(store: &Store) -> Result<Option<Vec<u8>>, ClientError> {
    store.kept(PROOF)
}

/// Shows a member, in its folder, the proof that somebody handed on; no relay is asked. True if it proves
/// a fork of this log: then the member knows of the fork, and keeps the proof (R-MOVE-001, R-MOVE-028).
///
/// # Errors
/// If the folder cannot be read or written.
pub fn show(store: &mut Store, proof: &[u8]) -> Result<bool, ClientError> {
    let Some(proof) = ForkProof::decode(proof) else {
        return Ok(false);
    };
    let mut member = store.member()?;
    let proven = member.show_fork(proof, store.entries()?);
    while let Some(event) = member.next_event() {
        match event {
            Event::Forked(proof) => store.keep(PROOF, &proof.encode())?,
            Event::Aside => store.save_aside(&member.aside_bytes())?,
            _ => {}
        }
    }
    Ok(proven)
}

impl Driver {
    /// Goes on with the branch of a fork that ends with this head; the one followed so far stands aside
    /// ([`parcep_core::member::Member::choose`]).
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `UNKNOWN_POSITION` if there is no such branch, or a storage error.
    pub fn choose(&mut self, head: Hash) -> Result<(), ClientError> {
        let entries = self.store().entries()?;
        if !self.member_mut().choose(head, entries) {
            return Err(ClientError::Refused(Reason::UnknownPosition));
        }
        self.drain(&mut Vec::new()).map(drop)
    }
}

impl Guardian {
    /// The act that ends every other branch of the fork (R-MOVE-006); `None` if there is no fork.
    pub fn resolve(&mut self) -> Option<Act> {
        let branches = self.driver().member().branches().iter();
        let forks = branches.filter(|branch| branch.why() == Why::Fork);
        let ended: Vec<_> = forks
            .map(|branch| Head {
                seq: branch.chain().next_seq().saturating_sub(1),
                hash: branch.chain().head(),
            })
            .collect();
        (!ended.is_empty()).then_some(Act::Resolve(Resolve { ended }))
    }

    /// Begins the act of [`Guardian::resolve`] on the branch that this device follows.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `UNKNOWN_POSITION` if there is no fork, or why it has no effect.
    pub async fn begin_resolve(&mut self) -> Result<Begun, ClientError> {
        let act = self.resolve();
        let act = act.ok_or(ClientError::Refused(Reason::UnknownPosition))?;
        self.begin(act, Vec::new()).await
    }
}
