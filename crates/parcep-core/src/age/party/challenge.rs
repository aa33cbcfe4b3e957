//! Nonces that a party gives out: fresh, once, and for 600 s (R-AGE-051).

use std::collections::{BTreeMap, VecDeque};

use crate::crypto::{NoRandomness, Random};
use crate::registry::constants;

/// Challenges that a party keeps open at once.
const MAX_OPEN: usize = 1 << 16;

/// Bytes that nobody can guess, for one answer. Keep it with the session of the person who is asked:
/// an answer counts for the conversation that its nonce was given to, and for no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Takes bytes that are a nonce already, such as from a session store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce(…)")
    }
}

/// The nonces that were given out and not yet answered acceptably.
///
/// The memory is bounded: whoever asks for many challenges pushes out the oldest, which can then no
/// longer be answered. A restart forgets all, and they cannot be answered either.
#[derive(Debug, Clone, Default)]
pub struct Challenges {
    open: BTreeMap<Nonce, i64>,
    order: VecDeque<(i64, Nonce)>,
}

impl Challenges {
    /// None given yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            open: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    /// A fresh nonce, given at `now`, seconds since the Unix epoch.
    ///
    /// # Errors
    /// [`NoRandomness`] if the source fails.
    pub fn give(&mut self, now: i64, random: &mut impl Random) -> Result<Nonce, NoRandomness> {
        let nonce = Nonce(random.array()?);
        self.forget(now);
        while self.order.len() >= MAX_OPEN {
            self.drop_oldest();
        }
        self.open.insert(nonce, now);
        self.order.push_back((now, nonce));
        Ok(nonce)
    }

    /// Whether a nonce may still be answered at `now`: it was given at most 600 s before, and had no
    /// acceptable answer.
    #[must_use]
    pub fn is_open(&self, nonce: &Nonce, now: i64) -> bool {
        let given = self.open.get(nonce);
        given.is_some_and(|given| is_fresh(*given, now))
    }

    /// As [`Self::is_open`], of bytes that may be no nonce at all.
    #[must_use]
    pub fn is_open_bytes(&self, nonce: &[u8], now: i64) -> bool {
        self.given(nonce, now).is_some()
    }

    /// When a nonce was given that may still be answered at `now`.
    pub(super) fn given(&self, nonce: &[u8], now: i64) -> Option<i64> {
        let nonce = nonce.try_into().map(Nonce).ok()?;
        let given = self.open.get(&nonce).copied();
        given.filter(|given| is_fresh(*given, now))
    }

    /// As [`Self::close`], of bytes that may be no nonce at all.
    pub fn close_bytes(&mut self, nonce: &[u8]) {
        if let Ok(nonce) = nonce.try_into().map(Nonce) {
            self.close(&nonce);
        }
    }

    /// Closes a nonce: its answer was accepted.
    pub fn close(&mut self, nonce: &Nonce) {
        self.open.remove(nonce);
    }

    /// Forgets what can no longer be answered.
    pub fn forget(&mut self, now: i64) {
        while { self.order.front() }.is_some_and(|(given, _)| !is_fresh(*given, now)) {
            self.drop_oldest();
        }
    }

    /// How many are open, or over and not yet forgotten.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn drop_oldest(&mut self) {
        if let Some((_, nonce)) = self.order.pop_front() {
            self.open.remove(&nonce);
        }
    }
}

/// A nonce from a time to come was given by a clock that was wrong; it is not fresh either.
fn is_fresh(given: i64, now: i64) -> bool {
    let age = now.saturating_sub(given);
    (0..=constants::AGE_NONCE_LIFE).contains(&age)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u64);

    impl Random for Counting {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
            self.0 += 1;
            out.fill(0);
            out.iter_mut()
                .zip(self.0.to_le_bytes())
                .for_each(|(to, from)| *to = from);
            Ok(())
        }
    }

    /// R-AGE-051
    #[test]
    fn age_29_a_nonce_is_answered_within_600_s_and_not_later() {
        let mut challenges = Challenges::new();
        let nonce = challenges.give(1_000, &mut Counting(0)).unwrap();
        let table = [(999, false), (1_000, true), (1_600, true), (1_601, false)];
        for (now, open) in table {
            assert_eq!(challenges.is_open(&nonce, now), open, "{now}");
        }
        challenges.forget(1_600);
        assert!(!challenges.is_empty());
        challenges.forget(1_601);
        assert!(challenges.is_empty());
        assert!(!challenges.is_open(&nonce, 1_000));
    }

    /// R-AGE-051
    #[test]
    fn age_29_a_nonce_is_closed_by_the_answer_that_was_accepted() {
        let mut challenges = Challenges::new();
        let mut random = Counting(0);
        let first = challenges.give(0, &mut random).unwrap();
        let second = challenges.give(0, &mut random).unwrap();
        challenges.close(&first);
        assert!(!challenges.is_open(&first, 0));
        assert!(challenges.is_open(&second, 0));
        assert!(!challenges.is_open(&Nonce::from_bytes([9; 32]), 0));
    }

    #[test]
    fn whoever_asks_for_many_challenges_fills_no_memory() {
        let mut challenges = Challenges::new();
        let mut random = Counting(0);
        let first = challenges.give(0, &mut random).unwrap();
        let second = challenges.give(0, &mut random).unwrap();
        for _ in 0..MAX_OPEN - 1 {
            challenges.give(0, &mut random).unwrap();
        }
        assert_eq!(challenges.len(), MAX_OPEN);
        assert!(!challenges.is_open(&first, 0));
        assert!(challenges.is_open(&second, 0));
        // Closing and giving in turn does not grow it either.
        for _ in 0..10 {
            let nonce = challenges.give(0, &mut random).unwrap();
            challenges.close(&nonce);
        }
        assert!(challenges.order.len() <= MAX_OPEN);
    }

    #[test]
    fn a_source_without_randomness_gives_no_nonce() {
        struct None;
        impl Random for None {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), NoRandomness> {
                Err(NoRandomness)
            }
        }
        let mut challenges = Challenges::new();
        assert_eq!(challenges.give(0, &mut None), Err(NoRandomness));
        assert!(challenges.is_empty());
    }
}
