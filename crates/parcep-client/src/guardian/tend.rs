//! What a guardian's device does by itself, after each sync: renew secrets that are due, complete what
//! has waited long enough, clear away what nobody completed, shut keys of those out who left, have bodies
//! dropped that were replaced, beat.

use super::{Cleared, Guardian, Lost};
use crate::ClientError;
use parcep_core::consent::{OpenProposal, Span, Statement};
use parcep_core::crypto::Hash;
use parcep_core::household::EpochDue;
use parcep_core::reason::Reason;

/// Most epochs in one go; a second one may be due for what an effect took away.
const MOST_EPOCHS: usize = 3;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tended {
    /// Epochs that were written, and why.
    pub epochs: Vec<EpochDue>,
    /// Proposals that took effect now, by their hashes.
    pub completed: Vec<Hash>,
    /// Proposals that were cleared away after 14 days.
    pub cancelled: Vec<Hash>,
    /// What became of keys at the relay of who left.
    pub keys: Cleared,
    /// Whether this device got a new sealing key, because a dependant was erased (R-PRIV-014).
    pub rekeyed: bool,
    /// How many bodies the relay dropped, because newer ones replaced them (R-MOVE-025).
    pub pruned: usize,
    /// What the person is to be asked about: [`Guardian::append_again`] appends it (R-MOVE-007).
    pub lost: Vec<Lost>,
    /// Place of the first entry that this device lacks the secrets for. Nothing else was done then but to
    /// beat: another guardian's [`Guardian::supplement`] comes first (R-JOIN-009).
    pub lacks_from: Option<u64>,
}

impl Guardian {
    /// Follows the log, and does what is due.
    ///
    /// # Errors
    /// If the relay does not answer, or refuses what the household allows.
    pub async fn tend(&mut self) -> Result<Tended, ClientError> {
        self.0.sync().await?;
        // Who is heard: without anybody for a day the next relay is asked (R-MOVE-023).
        self.0.guardian_beats().await?;
        let mut done = Tended {
            lacks_from: self.lacks_from(),
            ..Tended::default()
        };
        if done.lacks_from.is_some() {
            // Whom an epoch is for, and what is due, stands in entries that it cannot read (R-LOG-013).
            if self.is_guardian() {
                self.beat().await?;
            }
            return Ok(done);
        }
        self.renew(&mut done).await?;
        self.settle_proposals(&mut done).await?;
        self.renew(&mut done).await?;
        if self.is_guardian() {
            done.keys = self.clear_keys().await?;
            done.rekeyed = self.rekey_own().await?;
            done.pruned = self.prune_replaced().await?;
            self.beat().await?;
        }
        done.lost = self.lost();
        Ok(done)
    }

    /// Writes the epoch that is due, if one is. True if it was written.
    ///
    /// # Errors
    /// As [`Driver::append_epoch`](crate::Driver::append_epoch).
    pub async fn renew_if_needed(&mut self) -> Result<bool, ClientError> {
        let mut done = Tended::default();
        self.renew(&mut done).await?;
        Ok(!done.epochs.is_empty())
    }

    /// Place of the first entry that this device lacks the secrets for, if it lacks any.
    pub fn lacks_from(&self) -> Option<u64> {
        self.0.member().chain().incomplete_from()
    }

    async fn renew(&mut self, done: &mut Tended) -> Result<(), ClientError> {
        if self.lacks_from().is_some() {
            return Ok(());
        }
        for _ in 0..MOST_EPOCHS {
            let device = self.0.member().identity().device;
            let due = self.household()?.epoch_due(device, self.0.now());
            let Some(due) = due else {
                return Ok(());
            };
            match self.0.append_epoch().await {
                Ok(_) => done.epochs.push(due),
                // Somebody else was quicker: look again.
                Err(ClientError::Refused(Reason::NotPermittedByTable | Reason::StaleHead)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn settle_proposals(&mut self, done: &mut Tended) -> Result<(), ClientError> {
        let statements = self.witness().await?.statements();
        let open: Vec<OpenProposal> = self.household()?.proposals().cloned().collect();
        for open in open {
            match self.due(&open, &statements)? {
                Due::Effect(proof) => match self.complete(open.hash, proof).await {
                    Ok(_) => done.completed.push(open.hash),
                    Err(error) => ignore_overtaken(error)?,
                },
                Due::Cancel(proof) => match self.cancel(open.hash, proof).await {
                    Ok(_) => done.cancelled.push(open.hash),
                    Err(error) => ignore_overtaken(error)?,
                },
                Due::Nothing => {}
            }
        }
        Ok(())
    }

    fn due(&self, open: &OpenProposal, statements: &[Statement]) -> Result<Due, ClientError> {
        let household = self.household()?;
        if let Some(proof) = household.proof_of_delay(open, statements) {
            return Ok(Due::Effect(proof));
        }
        let proof = household.proof_of_age(open, statements);
        Ok(proof.map_or(Due::Nothing, Due::Cancel))
    }

    fn is_guardian(&self) -> bool {
        use parcep_core::constitution::Standing;
        let device = self.0.member().identity().device;
        let standing = self.household().ok().and_then(|h| h.standing_of(device));
        matches!(standing, Some(Standing::Guardian(..)))
    }
}

/// What a proposal is due for.
enum Due {
    Effect(Vec<Span>),
    Cancel(Vec<Span>),
    Nothing,
}

/// Another device wrote the same first, or the act is not permitted any more: the log says which.
fn ignore_overtaken(error: ClientError) -> Result<(), ClientError> {
    match error {
        ClientError::Refused(Reason::BaseNotLive | Reason::NotPermittedByTable) => Ok(()),
        other => Err(other),
    }
}
