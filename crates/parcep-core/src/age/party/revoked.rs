//! What a party knows about revoked consents (R-AGE-045, R-AGE-046).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::age::{AgeHandle, HandleState, RevokedHandles};
use crate::registry::constants;

/// Revoked handles that a party keeps of one issuer; a list with more is not taken.
const MAX_HANDLES: usize = 1 << 20;

/// The lists of all issuers that a party asked, made into one memory. A list covers 90 days, and a
/// claim may live longer, so what was once learned is kept until no claim can carry it any more. It
/// goes to disk as it is, through `serde`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocations {
    issuers: BTreeMap<String, OfIssuer>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfIssuer {
    as_of: i64,
    /// When each handle was last seen on a list.
    learned: BTreeMap<AgeHandle, i64>,
}

/// A list has more handles than a party keeps. It goes stale then, which opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many revoked handles")]
pub struct TooManyHandles;

/// What matters about a claim where its handle is looked up. Seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimTimes {
    /// When the party asked for the claim. What was issued on that question is younger; one that is
    /// only accepted later may be older than a revocation.
    pub asked: i64,
    /// Its issue day.
    pub issued_bucket: i64,
}

impl Revocations {
    /// No list yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            issuers: BTreeMap::new(),
        }
    }

    /// Takes the list of an issuer, fetched at `now`, seconds since the Unix epoch. From here on every
    /// claim that carries one of its handles is void; one that is asked for later is not, for a new
    /// grant may use the same handle.
    ///
    /// # Errors
    /// [`TooManyHandles`]; then nothing is taken.
    pub fn learn(
        &mut self,
        issuer: &str,
        list: &RevokedHandles,
        now: i64,
    ) -> Result<(), TooManyHandles> {
        let of = self.issuers.entry(issuer.to_owned()).or_default();
        let life = constants::AGE_SIGNAL_LIFE;
        of.learned
            .retain(|_, learned| now.saturating_sub(*learned) <= life);
        let new = list
            .handles()
            .filter(|handle| !of.learned.contains_key(handle));
        if of.learned.len().saturating_add(new.count()) > MAX_HANDLES {
            return Err(TooManyHandles);
        }
        of.learned
            .extend(list.handles().map(|handle| (handle, now)));
        of.as_of = of.as_of.max(list.as_of().min(now));
        Ok(())
    }

    /// What is known at `now` about the handle that a claim of an issuer carries. A claim is itself
    /// news of its consent, of the day on which it was issued.
    #[must_use]
    pub fn state(
        &self,
        issuer: &str,
        handle: AgeHandle,
        claim: ClaimTimes,
        now: i64,
    ) -> HandleState {
        let of = self.issuers.get(issuer);
        let learned = of.and_then(|of| of.learned.get(&handle));
        if learned.is_some_and(|learned| *learned >= claim.asked) {
            return HandleState::Revoked;
        }
        let as_of = of.map_or(i64::MIN, |of| of.as_of).max(claim.issued_bucket);
        if now.saturating_sub(as_of) > constants::AGE_REVOKED_LIST {
            HandleState::Stale
        } else {
            HandleState::Holds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const NOW: i64 = 20_000 * DAY;

    fn handle(n: u8) -> AgeHandle {
        AgeHandle::from_bytes([n; 16])
    }

    fn claim(at: i64) -> ClaimTimes {
        ClaimTimes {
            asked: at,
            issued_bucket: at.div_euclid(DAY) * DAY,
        }
    }

    fn learned(at: i64) -> Revocations {
        let mut revoked = Revocations::new();
        let list = RevokedHandles::new([handle(1)], at.div_euclid(DAY) * DAY);
        revoked.learn("A", &list, at).unwrap();
        revoked
    }

    /// R-AGE-045
    #[test]
    fn age_39_a_revocation_voids_every_claim_at_once_and_a_new_grant_gives_new_ones() {
        let before = claim(NOW);
        let nothing = Revocations::new();
        let state = nothing.state("A", handle(1), before, NOW + 5);
        assert_eq!(state, HandleState::Holds);
        let revoked = learned(NOW + 5);
        let state = |claim, now| revoked.state("A", handle(1), claim, now);
        assert_eq!(state(before, NOW + 5), HandleState::Revoked);
        assert_eq!(state(claim(NOW + 5), NOW + 6), HandleState::Revoked);
        assert_eq!(state(claim(NOW + 6), NOW + 6), HandleState::Holds);
        // Another handle, and another issuer's, are not concerned.
        let other = revoked.state("A", handle(2), before, NOW + 5);
        assert_eq!(other, HandleState::Holds);
        let other = revoked.state("B", handle(1), before, NOW + 5);
        assert_eq!(other, HandleState::Holds);
    }

    #[test]
    fn age_39_a_handle_stays_void_when_it_is_no_longer_listed() {
        let mut revoked = learned(NOW);
        let later = NOW + 200 * DAY;
        revoked
            .learn("A", &RevokedHandles::new([], later), later)
            .unwrap();
        let state = revoked.state("A", handle(1), claim(NOW), later);
        assert_eq!(state, HandleState::Revoked);
        let end = NOW + 400 * DAY;
        revoked
            .learn("A", &RevokedHandles::new([], end), end)
            .unwrap();
        assert!(revoked.issuers["A"].learned.is_empty());
    }

    #[test]
    fn what_was_learned_goes_to_disk_and_comes_back() {
        let revoked = learned(NOW);
        let json = serde_json::to_string(&revoked).unwrap();
        assert!(json.contains(&"01".repeat(16)));
        assert_eq!(serde_json::from_str::<Revocations>(&json).unwrap(), revoked);
        let odd = json.replace(&"01".repeat(16), &"01".repeat(15));
        assert!(serde_json::from_str::<Revocations>(&odd).is_err());
    }

    /// R-AGE-046
    #[test]
    fn age_40_a_claim_of_whose_handle_nothing_was_heard_for_90_days_is_stale() {
        let revoked = learned(NOW);
        let state = |now| revoked.state("A", handle(2), claim(NOW), now);
        assert_eq!(state(NOW + 90 * DAY), HandleState::Holds);
        assert_eq!(state(NOW + 90 * DAY + 1), HandleState::Stale);
        // Asking again brings a new claim, which is news itself.
        let later = NOW + 100 * DAY;
        let again = revoked.state("A", handle(2), claim(later), later);
        assert_eq!(again, HandleState::Holds);
        // A list that says it is of a day to come is of today.
        let mut ahead = Revocations::new();
        let list = RevokedHandles::new([], NOW + 500 * DAY);
        ahead.learn("A", &list, NOW).unwrap();
        let state = ahead.state("A", handle(2), claim(NOW), NOW + 91 * DAY);
        assert_eq!(state, HandleState::Stale);
    }
}
