//! What guardians said to audiences, as the issuer keeps it (R-AGE-042 to R-AGE-046).
//!
//! Only an act moves anything. No function here waits, and none looks at a clock to decide: a question
//! that nobody answers stays pending for as long as it is asked (R-AGE-042).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AgeChange, AgeChangeState, AgeConsent, AgeHandle, Guardianship, RevokedHandles, Share,
};
use crate::crypto::Secret;
use crate::registry::constants;

/// Audiences that a ledger keeps; far above what one person uses.
const MAX_AUDIENCES: usize = 4096;
/// Changes of one bundle: the one that names it, and 16 earlier ones.
const MAX_BUNDLE: usize = 17;
/// Approved changes that are remembered for one audience. One that is forgotten is asked about again.
const MAX_APPROVED: usize = 256;
/// Days for which a revoked handle is listed (R-AGE-046).
const LISTED: i64 = constants::AGE_REVOKED_LIST / DAY;
const DAY: i64 = 86_400;

/// Consents, changes and handles of one person, by audience. It goes to disk as it is, through
/// `serde`. Whether somebody may act is the caller's to know; days are days since 1970-01-01 UTC.
///
/// ```
/// use parcep_core::age::{AgeConsent, ConsentAct, ConsentLedger};
/// let mut ledger = ConsentLedger::new();
/// let game = "https://games.example";
/// assert_eq!(ledger.ask(game)?, AgeConsent::Pending);
/// ledger.act(game, ConsentAct::Grant, 20_000)?;
/// ledger.act(game, ConsentAct::Revoke, 20_100)?;
/// // Asking again does not help; somebody who may give it has to act.
/// assert_eq!(ledger.ask(game)?, AgeConsent::Revoked);
/// # Ok::<(), parcep_core::age::ConsentError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ConsentLedger {
    /// Rises with every reset, so that no handle outlives one (R-AGE-046).
    resets: u32,
    /// Nobody has to consent for this person.
    #[serde(default)]
    not_required: bool,
    audiences: BTreeMap<String, Record>,
}

/// What is kept for one audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    consent: AgeConsent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_day: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<Bundle>,
    /// Changes that were approved, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    approved: Vec<ChangeId>,
}

/// The changes that are open or were decided last, oldest first; the last one names the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bundle {
    ids: Vec<ChangeId>,
    state: AgeChangeState,
    decided_day: Option<i32>,
    adult_ack_required: bool,
}

/// A service's own id of a significant change, 1 to 32 bytes; hexadecimal in JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChangeId(Vec<u8>);

/// What somebody who may give a consent does about an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentAct {
    /// Says yes, whatever was said before.
    Grant,
    /// Says no. Where yes was said, that is taken back.
    Deny,
    /// Takes a yes back. Where nothing was granted, it is a no.
    Revoke,
}

/// What a guardian, or an adult for themselves, does about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeAct {
    /// Agrees to the whole bundle, or has seen it where that is all that is needed.
    Approve,
    /// Refuses the whole bundle.
    Deny,
}

/// Why an act or a question has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// A change id is empty or longer than 32 bytes.
    #[error("a change id has 1 to 32 bytes")]
    ChangeId,
    /// A bundle would have more than 17 changes.
    #[error("too many changes wait for an answer")]
    TooManyChanges,
    /// More audiences than a ledger keeps.
    #[error("too many audiences")]
    TooManyAudiences,
}

impl ConsentLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was said to an audience; [`AgeConsent::NotReported`] if it never asked.
    #[must_use]
    pub fn consent(&self, audience: &str) -> AgeConsent {
        let said = self.audiences.get(audience).map(|record| record.consent);
        match said {
            _ if self.not_required => AgeConsent::NotRequired,
            said => said.unwrap_or_default(),
        }
    }

    /// An audience asks. A question after a no opens it again; one after a revocation does not.
    ///
    /// # Errors
    /// [`ConsentError::TooManyAudiences`].
    pub fn ask(&mut self, audience: &str) -> Result<AgeConsent, ConsentError> {
        if !self.not_required {
            let record = self.record(audience)?;
            record.consent = match record.consent {
                AgeConsent::Granted | AgeConsent::Revoked => record.consent,
                _ => AgeConsent::Pending,
            };
        }
        Ok(self.consent(audience))
    }

    /// Somebody who may give the consent acts (R-AGE-042).
    ///
    /// # Errors
    /// [`ConsentError::TooManyAudiences`].
    pub fn act(&mut self, audience: &str, act: ConsentAct, day: i32) -> Result<(), ConsentError> {
        if act == ConsentAct::Revoke && !self.audiences.contains_key(audience) {
            return Ok(());
        }
        let record = self.record(audience)?;
        let next = match (act, record.consent) {
            (ConsentAct::Grant, _) => AgeConsent::Granted,
            (_, AgeConsent::Granted | AgeConsent::Revoked) => AgeConsent::Revoked,
            (_, AgeConsent::NotReported) if act == ConsentAct::Revoke => AgeConsent::NotReported,
            _ => AgeConsent::Denied,
        };
        record.revoked_day = match next {
            AgeConsent::Revoked => record.revoked_day.or(Some(day)),
            _ => None,
        };
        record.consent = next;
        Ok(())
    }

    /// Takes what the household's rules say now as the act that it is (R-AGE-057), before a signal
    /// is told: what is told as GRANTED is granted here too, so that it can be revoked. A rule that
    /// allows grants; one that refuses, or none any more, ends what was granted; one that asks opens
    /// the question and leaves a yes that was given.
    ///
    /// # Errors
    /// [`ConsentError::TooManyAudiences`]; then tell nothing.
    pub fn follow(&mut self, audience: &str, rule: &Share, day: i32) -> Result<(), ConsentError> {
        match rule {
            Share::Allowed { .. } => self.act(audience, ConsentAct::Grant, day),
            Share::Ask => self.ask(audience).map(|_| ()),
            Share::Refused => self.act(audience, ConsentAct::Deny, day),
            Share::Off => self.act(audience, ConsentAct::Revoke, day),
        }
    }

    /// Says whether nobody has to consent for this person: an adult, or a minor whom the law frees
    /// from guardians. It says nothing about an age, so no bracket changes with it.
    pub const fn set_not_required(&mut self, not_required: bool) {
        self.not_required = not_required;
    }

    /// An audience gives notice of changes. Those that are new go into one bundle with everything
    /// that is pending or denied, and all of it is pending then (R-AGE-043). One that was announced
    /// before moves nothing, and one that was approved is not asked about twice.
    ///
    /// `adult` says that the person answers for themselves and has only to see it.
    ///
    /// # Errors
    /// [`ConsentError::TooManyChanges`], which an issuer answers with INVALID_REQUEST, and
    /// [`ConsentError::TooManyAudiences`]; then nothing changes.
    pub fn announce(
        &mut self,
        audience: &str,
        changes: &[ChangeId],
        adult: bool,
    ) -> Result<(), ConsentError> {
        let record = self.record(audience)?;
        let open = record.change.as_ref().filter(|bundle| bundle.is_open());
        let mut ids = open.map_or_else(Vec::new, |bundle| bundle.ids.clone());
        let before = ids.len();
        for id in changes {
            if !ids.contains(id) && !record.approved.contains(id) {
                ids.push(id.clone());
            }
        }
        if ids.len() == before {
            return Ok(());
        }
        if ids.len() > MAX_BUNDLE {
            return Err(ConsentError::TooManyChanges);
        }
        record.change = Some(Bundle {
            ids,
            state: AgeChangeState::Pending,
            decided_day: None,
            adult_ack_required: adult,
        });
        Ok(())
    }

    /// Somebody who may do so decides about the whole bundle. A denied one may be approved later;
    /// where none is open, nothing happens.
    pub fn decide(&mut self, audience: &str, act: ChangeAct, day: i32) {
        let Some(record) = self.audiences.get_mut(audience) else {
            return;
        };
        let Some(bundle) = record.change.as_mut().filter(|bundle| bundle.is_open()) else {
            return;
        };
        bundle.decided_day = Some(day);
        bundle.state = match act {
            ChangeAct::Deny => AgeChangeState::Denied,
            ChangeAct::Approve => AgeChangeState::Approved,
        };
        if act == ChangeAct::Approve {
            record.approved.extend(bundle.ids.iter().cloned());
            let over = record.approved.len().saturating_sub(MAX_APPROVED);
            record.approved.drain(..over);
        }
    }

    /// The bundle of changes that a signal for this audience tells, if there is one.
    #[must_use]
    pub fn change(&self, audience: &str) -> Option<AgeChange> {
        let bundle = self.audiences.get(audience)?.change.as_ref()?;
        let (newest, earlier) = bundle.ids.split_last()?;
        Some(AgeChange {
            id: newest.0.clone(),
            state: bundle.state,
            decided_day: bundle.decided_day,
            adult_ack_required: bundle.adult_ack_required,
            earlier: earlier.iter().map(|id| id.0.clone()).collect(),
        })
    }

    /// The handle by which this audience recognises a revocation, and no other audience can
    /// (R-AGE-046). It stays over a revocation and a new grant, and is another one after a reset.
    #[must_use]
    pub fn handle(&self, secret: &Secret, audience: &str) -> AgeHandle {
        AgeHandle::derive(secret, audience, self.resets)
    }

    /// What a signal for this audience tells of all this. Supervision and controls are the caller's
    /// to add; a handle stands only where the consent is granted (R-AGE-046).
    #[must_use]
    pub fn guardianship(&self, secret: &Secret, audience: &str) -> Guardianship {
        let consent = self.consent(audience);
        let granted = consent == AgeConsent::Granted;
        Guardianship {
            consent,
            change: self.change(audience),
            handle: granted.then(|| self.handle(secret, audience)),
            ..Guardianship::default()
        }
    }

    /// The list of revoked handles that this audience gets on a day: its own handle for 90 days from
    /// the revocation, or until a new grant (R-AGE-046).
    #[must_use]
    pub fn revoked(&self, secret: &Secret, audience: &str, today: i32) -> RevokedHandles {
        let record = self.audiences.get(audience);
        let revoked = record.and_then(|record| record.revoked_day);
        let listed = revoked.filter(|day| i64::from(today) - i64::from(*day) <= LISTED);
        let handle = listed.map(|_| self.handle(secret, audience));
        RevokedHandles::new(handle, i64::from(today) * DAY)
    }

    /// Forgets every audience and makes every handle another one.
    pub fn reset(&mut self) {
        self.audiences.clear();
        self.resets = self.resets.wrapping_add(1);
    }

    fn record(&mut self, audience: &str) -> Result<&mut Record, ConsentError> {
        let known = self.audiences.contains_key(audience);
        if !known && self.audiences.len() >= MAX_AUDIENCES {
            return Err(ConsentError::TooManyAudiences);
        }
        let fresh = || Record {
            consent: AgeConsent::NotReported,
            revoked_day: None,
            change: None,
            approved: Vec::new(),
        };
        let entry = self.audiences.entry(audience.to_owned());
        Ok(entry.or_insert_with(fresh))
    }
}

impl Bundle {
    /// Pending or denied.
    fn is_open(&self) -> bool {
        self.state != AgeChangeState::Approved
    }
}

impl ChangeId {
    /// Takes an id.
    ///
    /// # Errors
    /// [`ConsentError::ChangeId`] if it has not 1 to 32 bytes.
    pub fn new(id: &[u8]) -> Result<Self, ConsentError> {
        let fits = (1..=32).contains(&id.len());
        let id = || Self(id.to_vec());
        fits.then(id).ok_or(ConsentError::ChangeId)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for ChangeId {
    type Error = ConsentError;

    fn try_from(text: String) -> Result<Self, ConsentError> {
        let bytes = crate::hex::decode(&text).ok_or(ConsentError::ChangeId)?;
        Self::new(&bytes)
    }
}

impl From<ChangeId> for String {
    fn from(id: ChangeId) -> Self {
        crate::hex::encode(&id.0)
    }
}

#[cfg(test)]
mod tests;
