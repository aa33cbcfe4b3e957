//! SHA-256 and its keyed form.

use super::CryptoError;
use ring::{digest, hmac as ring_hmac};
use std::fmt;

/// A SHA-256 value, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 32 zero bytes: the hash before entry 0, and the commitment of an empty section.
    pub const ZERO: Self = Self([0; 32]);

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Lower-case hexadecimal.
    pub fn to_hex(self) -> String {
        crate::hex::encode(&self.0)
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = CryptoError;

    fn try_from(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| CryptoError::Length("hash"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    let digest = digest::digest(&digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    Hash(out)
}

/// HMAC-SHA-256.
pub fn hmac(key: &[u8], bytes: &[u8]) -> Hash {
    let key = ring_hmac::Key::new(ring_hmac::HMAC_SHA256, key);
    let tag = ring_hmac::sign(&key, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(tag.as_ref());
    Hash(out)
}
