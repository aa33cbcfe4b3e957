//! Random test data that a seed repeats.

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Bytes derived from the run's seed, the test's id and the attempt.
#[derive(Debug)]
pub(crate) struct Rng {
    key: hmac::Key,
    counter: u64,
}

impl Rng {
    /// The source of one attempt of one test.
    pub(crate) fn new(seed: u64, test: &str, attempt: u32) -> Self {
        let mut material = seed.to_be_bytes().to_vec();
        material.extend(attempt.to_be_bytes());
        material.extend_from_slice(test.as_bytes());
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &material),
            counter: 0,
        }
    }

    /// `len` bytes.
    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(len + 32);
        while out.len() < len {
            out.extend_from_slice(hmac::sign(&self.key, &self.counter.to_be_bytes()).as_ref());
            self.counter += 1;
        }
        out.truncate(len);
        out
    }
}

/// Bytes that no run repeats: names a relay may meet only once, such as handles and access keys.
/// `None` if the system has no randomness.
pub(crate) fn unique<const N: usize>() -> Option<[u8; N]> {
    let mut out = [0; N];
    SystemRandom::new().fill(&mut out).ok()?;
    Some(out)
}

/// A seed that nobody chose.
pub(crate) fn seed() -> u64 {
    // 32 bits are short enough to type again.
    u64::from(u32::from_be_bytes(unique().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_test_and_attempt_repeat_the_bytes_and_any_other_does_not() {
        let first = Rng::new(1, "T", 1).bytes(40);
        assert_eq!(first, Rng::new(1, "T", 1).bytes(40));
        for other in [
            Rng::new(2, "T", 1),
            Rng::new(1, "U", 1),
            Rng::new(1, "T", 2),
        ] {
            let mut other = other;
            assert_ne!(first, other.bytes(40));
        }
    }
}
