//! Sealing of one message under a key of its own.
//!
//! ```text
//! secret, fresh salt, T("message", log id, kind, id) ──HKDF──► key ‖ commitment
//! key, zero nonce, the same T as associated data     ──AEAD──► ciphertext
//! ```
//! The salt is fresh for every message, so no key seals twice and the nonce may be zero (R-DOC-010).

use super::{CryptoError, Secret, Transcript};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Length of the clear salt before a ciphertext.
pub const SALT_LEN: usize = 32;
/// Bytes that sealing adds to a plaintext.
pub const TAG_LEN: usize = 16;

/// Key for exactly one message, with its key commitment.
pub struct MessageKey {
    key: LessSafeKey,
    commitment: [u8; 32],
    context: Transcript,
}

impl MessageKey {
    /// Derives the key of the message with this salt and context.
    ///
    /// # Errors
    /// Never for 32-byte keys; the type is the library's.
    pub fn new(secret: &Secret, salt: &[u8], context: Transcript) -> Result<Self, CryptoError> {
        let mut okm = Zeroizing::new([0; 64]);
        secret.expand(salt, &context, okm.as_mut_slice());
        let (key, rest) = okm.split_at(32);
        let mut commitment = [0; 32];
        commitment.copy_from_slice(rest);
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| CryptoError::SealBroken)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            commitment,
            context,
        })
    }

    /// The 32-byte commitment to this key. A blob that carries it opens under this key only.
    pub fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// Whether `claimed` is this key's commitment, compared in constant time.
    pub fn commits_to(&self, claimed: &[u8]) -> bool {
        self.commitment.as_slice().ct_eq(claimed).into()
    }

    /// Seals `plaintext` and appends tag and ciphertext to `out`.
    ///
    /// # Errors
    /// [`CryptoError::SealBroken`] if the message is longer than the cipher allows.
    pub fn seal_into(self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        let mut sealed = Zeroizing::new(plaintext.to_vec());
        let tag = self
            .key
            .seal_in_place_separate_tag(
                zero_nonce(),
                Aad::from(self.context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| CryptoError::SealBroken)?;
        out.extend_from_slice(&sealed);
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens what [`MessageKey::seal_into`] made.
    ///
    /// # Errors
    /// [`CryptoError::SealBroken`] for another key, another context or changed bytes.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let len = self
            .key
            .open_in_place(
                zero_nonce(),
                Aad::from(self.context.as_bytes()),
                &mut buffer,
            )
            .map_err(|_| CryptoError::SealBroken)?
            .len();
        buffer.truncate(len);
        Ok(buffer)
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageKey(…)")
    }
}

fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
