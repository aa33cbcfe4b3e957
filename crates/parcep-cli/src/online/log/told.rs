//! Every entry with what can be said about it: who signed it, when, what it is, what it did.

use super::super::{failed, seen::left as left_by, who::Who};
use crate::failure::{Failure, Kind};
use parcep_client::Store;
use parcep_client::export::Export;
use parcep_core::document::{Header, OpenedHeader, open_header};
use parcep_core::epoch::Keyring;
use parcep_core::household::{Effect, Household, Outcome, Stop, join};
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::{Chain, Event, Failure as Fault, Member};
use std::path::Path;

/// One entry.
pub(in crate::online) struct Told {
    pub(super) entry: Entry,
    pub(super) outcome: Outcome,
    /// What its author signed; `None` where nobody's key verifies it.
    pub(super) header: Option<Header>,
    /// The author as of the entry before; a claim where `header` is `None`.
    pub(super) author: String,
    /// The household behind it.
    pub(super) after: Option<Box<Household>>,
    /// The guardian who left by it: of that nothing else is told (R-CONS-014).
    pub(super) left: Option<String>,
}

/// A log, told by one member.
pub(super) struct Story {
    pub(super) member: Member,
    pub(super) who: Who,
    pub(super) entries: Vec<Told>,
    /// Where the chain stops being believed, if it does.
    pub(super) fault: Option<Fault>,
}

impl Story {
    /// Verifies a folder's log anew; of an export, with the keys of the folder.
    pub(super) fn of(folder: &Path, export: Option<Export>) -> Result<Self, Failure> {
        let mut store = Store::open(folder).map_err(failed)?;
        let (member, followed) = match export {
            None => store.history().map_err(failed)?,
            Some(export) => {
                let anchor = store.anchor().map_err(failed)?;
                if anchor.log_id != export.anchor.log_id || anchor.genesis != export.anchor.genesis
                {
                    let message = "the file is of another household than the folder";
                    return Err(Failure::new(Kind::Input, "WRONG_HOUSEHOLD", message));
                }
                agree(&store.entries().map_err(failed)?, &export)?;
                let identity = store.identity().map_err(failed)?;
                let secrets = store.secrets().map_err(failed)?;
                Member::replay(identity, anchor, secrets, export.entries)
            }
        };
        let who = Who::of(&member, folder)?;
        let mut teller = Teller::new(&member, &who);
        let followed = followed.into_iter().filter_map(|event| match event {
            Event::Followed(entry, outcome) => Some((entry, outcome)),
            _ => None,
        });
        let entries = followed.map(|(entry, outcome)| teller.tell(entry, Some(outcome)));
        let entries = entries.collect();
        let fault = member.distrusted();
        Ok(Self {
            member,
            who,
            entries,
            fault,
        })
    }
}

/// One continuation of the log, which these entries make from 0 on: what it says from a place on.
pub(in crate::online) fn tell(
    member: &Member,
    who: &Who,
    chain: &Chain,
    entries: Vec<Entry>,
    from: u64,
) -> Vec<Told> {
    let mut teller = Teller::new(member, who);
    teller.keyring = chain.keyring().clone();
    let told = entries.into_iter().map(|entry| teller.tell(entry, None));
    told.filter(|told| told.entry.seq >= from).collect()
}

/// Where the folder has an entry too, it is the same one.
fn agree(own: &[Entry], export: &Export) -> Result<(), Failure> {
    let mut pairs = own.iter().zip(&export.entries);
    let Some((ours, _)) = pairs.find(|(ours, theirs)| ours.hash() != theirs.hash()) else {
        return Ok(());
    };
    let message = format!(
        "entry {} in the file is another one than in the folder; one of the two was changed, or the \
         relay told two stories",
        ours.seq
    );
    Err(Failure::new(Kind::Failed, "FORK", message))
}

/// Folds the log once more beside the member, to know who was who at each place.
struct Teller<'a> {
    member: &'a Member,
    who: &'a Who,
    keyring: Keyring,
    household: Option<Household>,
}

impl<'a> Teller<'a> {
    fn new(member: &'a Member, who: &'a Who) -> Self {
        Self {
            member,
            who,
            keyring: member.keyring().clone(),
            household: None,
        }
    }

    /// `outcome` is what the member saw come of it; without it what comes of it here.
    fn tell(&mut self, entry: Entry, outcome: Option<Outcome>) -> Told {
        let before = self.household.clone();
        let folded = self.fold(&entry);
        let outcome = outcome.unwrap_or(folded);
        // Genesis names its signer in itself.
        let signers = before.as_ref().or(self.household.as_ref());
        let opened = self.open(&entry);
        let claimed = opened.as_ref().map(OpenedHeader::claimed_author);
        let header = opened.and_then(|opened| {
            let key = signers?.key_of(opened.claimed_author())?;
            let verified = opened.verify(&key, &entry, self.member.anchor().log_id);
            verified.ok().map(|verified| verified.header().clone())
        });
        let author = claimed.map_or_else(
            || "nobody whose secret is held here".to_owned(),
            |device| self.who.device(signers, device),
        );
        let now = self.household.as_ref();
        let left = claimed.zip(signers).zip(now);
        let left = left.filter(|((device, before), after)| left_by(before, after, *device));
        let left = left.and_then(|((device, before), _)| before.principal_of(device));
        let left = left.map(|principal| self.who.person(principal));
        let after = match &outcome {
            Outcome::Effect(_) => self.household.clone().map(Box::new),
            _ => None,
        };
        Told {
            entry,
            outcome,
            header,
            author,
            after,
            left,
        }
    }

    fn open(&self, entry: &Entry) -> Option<OpenedHeader> {
        let secret = self.keyring.household(entry.generation);
        open_header(entry, self.member.anchor().log_id, secret).ok()
    }

    fn fold(&mut self, entry: &Entry) -> Outcome {
        let anchor = self.member.anchor();
        let key = &self.member.identity().sealing;
        match &mut self.household {
            Some(household) => {
                // A stop is the member's to report; it keeps this place out of what follows.
                let folded = household.apply(entry, &mut self.keyring, key);
                folded.unwrap_or_else(|Stop(error)| Outcome::NoEffect(error.reason()))
            }
            None => {
                let (log_id, genesis) = (anchor.log_id, anchor.genesis);
                match join(entry, log_id, genesis, key, &mut self.keyring) {
                    Ok(household) => {
                        self.household = Some(household);
                        Outcome::Effect(Effect::Constitution)
                    }
                    Err(error) => Outcome::NoEffect(error.reason()),
                }
            }
        }
    }
}

/// Bytes of an entry that the relay holds.
pub(super) fn bytes(entry: &Entry) -> usize {
    let body = match &entry.body {
        EntryBody::Kept(blob) => blob.len(),
        EntryBody::Pruned(_) => 0,
    };
    entry.header.len() + body
}
