//! Randomness comes in through one trait, so that tests and devices choose the source.

use ring::rand::SecureRandom as _;

/// A source of random bytes fit for keys.
pub trait Random {
    /// Fills `out`.
    ///
    /// # Errors
    /// [`NoRandomness`] if the source has none; nothing of `out` may be used then.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness>;

    /// An array of random bytes.
    ///
    /// # Errors
    /// As [`Random::fill`].
    fn array<const N: usize>(&mut self) -> Result<[u8; N], NoRandomness>
    where
        Self: Sized,
    {
        let mut out = [0; N];
        self.fill(&mut out)?;
        Ok(out)
    }
}

/// The source of randomness failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// The operating system's source.
#[derive(Debug, Clone)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl SystemRandom {
    /// The operating system's source.
    pub fn new() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(out).map_err(|_| NoRandomness)
    }
}
