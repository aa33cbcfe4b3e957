//! Secrets of the household's tree, and what is derived from them.

use super::{Hash, NoRandomness, Random, Transcript, hmac};
use ring::hkdf;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::ZeroizeOnDrop;

/// 32 secret bytes. Wiped when dropped; never printed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh secret.
    ///
    /// # Errors
    /// [`NoRandomness`] if the source fails.
    pub fn random(random: &mut impl Random) -> Result<Self, NoRandomness> {
        random.array().map(Self)
    }

    /// Takes bytes that are a secret already.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for sealing them to somebody or storing them. Never log them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA256 with an empty salt: a secret below this one (R-EPOCH-002).
    pub fn derive(&self, info: &Transcript) -> Self {
        let mut out = [0; 32];
        self.expand(&[], info, &mut out);
        Self(out)
    }

    /// HMAC-SHA-256 under this secret: commitments and names.
    pub fn mac(&self, input: &Transcript) -> Hash {
        hmac(&self.0, input.as_bytes())
    }

    /// HKDF-SHA256 of `out.len()` bytes, at most 64.
    pub(super) fn expand(&self, salt: &[u8], info: &Transcript, out: &mut [u8]) {
        struct Len(usize);
        impl hkdf::KeyType for Len {
            fn len(&self) -> usize {
                self.0
            }
        }
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(&self.0);
        let filled = prk
            .expand(&[info.as_bytes()], Len(out.len()))
            .and_then(|okm| okm.fill(out));
        // INVARIANT: HKDF fails only above 255 × 32 bytes, and callers ask for at most 64.
        debug_assert!(filled.is_ok(), "at most 64 bytes are asked for");
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
