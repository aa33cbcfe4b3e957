//! Challenges that cost the relay no memory until they are answered (R-RELAY-003).
//!
//! A nonce is 16 random bytes and a MAC over them, handle, key and expiry under a secret that this
//! process made at its start. Whoever asks gets one, so an answer says nothing of what exists; only
//! nonces answered with a good signature are remembered, until they expire.

use crate::access::Handle;
use crate::limits::Limits;
use crate::refusal::Refusal;
use parcep_core::crypto::{NoRandomness, Random as _, SystemRandom, Transcript};
use ring::hmac;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq as _;

const RANDOM: usize = 16;
/// Not on the wire: relays may make nonces as they like.
const LABEL: &str = "parcep-relay/nonce";

/// Makes challenges and takes each of them back once.
pub(crate) struct Challenges {
    secret: hmac::Key,
    lifetime: i64,
    answered: Mutex<BTreeSet<(i64, [u8; RANDOM])>>,
    capacity: usize,
}

impl Challenges {
    pub(crate) fn new(limits: &Limits) -> Result<Self, NoRandomness> {
        let secret: [u8; 32] = SystemRandom::new().array()?;
        Ok(Self {
            secret: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            lifetime: i64::try_from(limits.challenge.as_secs().min(60)).unwrap_or(60),
            answered: Mutex::default(),
            capacity: limits.answered_challenges,
        })
    }

    /// A nonce for this handle and key, and the instant from which it is void, in seconds.
    pub(crate) fn issue(
        &self,
        handle: &Handle,
        key: &[u8; 32],
        now: i64,
    ) -> Result<([u8; 32], i64), NoRandomness> {
        let random: [u8; RANDOM] = SystemRandom::new().array()?;
        let expires_at = now + self.lifetime;
        let tag = hmac::sign(
            &self.secret,
            bound(handle, key, &random, expires_at).as_bytes(),
        );
        let mut nonce = [0; 32];
        let (first, second) = nonce.split_at_mut(RANDOM);
        first.copy_from_slice(&random);
        second.copy_from_slice(tag.as_ref().split_at(RANDOM).0);
        Ok((nonce, expires_at))
    }

    /// Refuses what this process did not make, or made too long ago.
    pub(crate) fn check(
        &self,
        handle: &Handle,
        key: &[u8; 32],
        nonce: &[u8; 32],
        expires_at: i64,
        now: i64,
    ) -> Result<(), Refusal> {
        let (random, tag) = nonce.split_at(RANDOM);
        let expected = hmac::sign(
            &self.secret,
            bound(handle, key, random, expires_at).as_bytes(),
        );
        let genuine: bool = expected.as_ref().split_at(RANDOM).0.ct_eq(tag).into();
        (genuine && now < expires_at)
            .then_some(())
            .ok_or(Refusal::BadChallenge)
    }

    /// Uses a checked nonce up; refuses it if it is used up already.
    pub(crate) fn redeem(
        &self,
        nonce: &[u8; 32],
        expires_at: i64,
        now: i64,
    ) -> Result<(), Refusal> {
        let mut random = [0; RANDOM];
        random.copy_from_slice(nonce.split_at(RANDOM).0);
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        while answered.first().is_some_and(|(at, _)| *at <= now) {
            answered.pop_first();
        }
        if answered.len() >= self.capacity {
            return Err(Refusal::Unavailable(Duration::from_secs(5)));
        }
        answered
            .insert((expires_at, random))
            .then_some(())
            .ok_or(Refusal::BadChallenge)
    }
}

impl fmt::Debug for Challenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenges")
    }
}

fn bound(handle: &Handle, key: &[u8; 32], random: &[u8], expires_at: i64) -> Transcript {
    Transcript::new(LABEL)
        .bytes(handle.as_bytes())
        .bytes(key)
        .bytes(random)
        .seconds(expires_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn handle() -> Handle {
        Handle::try_from([7; 16].as_slice()).unwrap()
    }

    fn challenges(capacity: usize) -> Challenges {
        Challenges::new(&Limits {
            answered_challenges: capacity,
            ..Limits::default()
        })
        .unwrap()
    }

    #[test]
    fn a_nonce_is_good_once_for_its_handle_and_key_until_it_expires() {
        let challenges = challenges(8);
        let (nonce, until) = challenges.issue(&handle(), &[1; 32], NOW).unwrap();
        assert_eq!(until, NOW + 60);
        let check = |key, nonce, until, now| challenges.check(&handle(), key, nonce, until, now);
        assert_eq!(check(&[1; 32], &nonce, until, until - 1), Ok(()));
        let refused = Err(Refusal::BadChallenge);
        assert_eq!(check(&[1; 32], &nonce, until, until), refused);
        assert_eq!(check(&[2; 32], &nonce, until, NOW), refused);
        assert_eq!(check(&[1; 32], &nonce, until + 1, NOW), refused);
        assert_eq!(check(&[1; 32], &[0; 32], until, NOW), refused);
        assert_eq!(challenges.redeem(&nonce, until, NOW), Ok(()));
        assert_eq!(challenges.redeem(&nonce, until, NOW), refused);
    }

    #[test]
    fn answered_nonces_are_bounded_and_make_room_when_they_expire() {
        let challenges = challenges(1);
        assert_eq!(challenges.redeem(&[1; 32], NOW + 60, NOW), Ok(()));
        let full = challenges.redeem(&[2; 32], NOW + 60, NOW);
        assert_eq!(full, Err(Refusal::Unavailable(Duration::from_secs(5))));
        assert_eq!(challenges.redeem(&[2; 32], NOW + 120, NOW + 60), Ok(()));
    }
}
