//! Keys, signatures, seals. Algorithms come from ring and hpke; this module fixes how they are used.
//!
//! Suite 1 (R-WIRE-010): Ed25519; HPKE base with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
//! ChaCha20-Poly1305; SHA-256. Every signature, hash and derivation runs over a [`Transcript`], so
//! no two uses share an input.

mod hash;
mod keys;
mod random;
mod seal;
mod secret;
mod small_order;
mod transcript;
mod wrap;

pub use hash::{Hash, hmac, sha256};
pub use keys::{SealingKey, SealingPublic, Signature, SigningKey, VerifyingKey};
pub use random::{NoRandomness, Random, SystemRandom};
pub use seal::{MessageKey, SALT_LEN, TAG_LEN};
pub use secret::Secret;
pub use transcript::{Transcript, label};
pub use wrap::{ENCAPSULATED_LEN, open_wrap, wrap};

use crate::reason::Reason;

/// What can be wrong with a key, a signature or a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// A key, signature or hash has the wrong length.
    #[error("{0} has the wrong length")]
    Length(&'static str),
    /// A public key is of small order or not canonical (R-WIRE-011).
    #[error("public key is of small order or not canonical")]
    WeakKey,
    /// A signature does not verify.
    #[error("signature is wrong")]
    BadSignature,
    /// A seal does not open: another key, or bytes that were changed.
    #[error("seal is broken")]
    SealBroken,
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl CryptoError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Length(_) => Reason::Malformed,
            Self::WeakKey => Reason::WeakKey,
            Self::BadSignature => Reason::BadSignature,
            Self::SealBroken => Reason::SealBroken,
            Self::NoRandomness(_) => Reason::Internal,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
