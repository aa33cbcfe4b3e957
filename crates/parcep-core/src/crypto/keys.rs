//! Key pairs of devices, issuers and relays. Public keys are checked once, on entry.

use super::{CryptoError, NoRandomness, Random, Transcript, small_order, wrap};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;
use zeroize::Zeroizing;

/// An Ed25519 key pair. Signs transcripts only.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    seed: Zeroizing<[u8; 32]>,
}

impl SigningKey {
    /// A fresh key pair.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn generate(random: &mut impl Random) -> Result<Self, CryptoError> {
        Self::from_seed(random.array()?)
    }

    /// The key pair of a seed (RFC 8032 private key).
    ///
    /// # Errors
    /// Never for 32 bytes; the type is the library's.
    pub fn from_seed(seed: [u8; 32]) -> Result<Self, CryptoError> {
        let seed = Zeroizing::new(seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice())
            .map_err(|_| CryptoError::Length("signing key"))?;
        Ok(Self { pair, seed })
    }

    /// The seed, for a device's own key store. Never log it.
    pub fn expose_seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public half.
    pub fn public(&self) -> VerifyingKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        VerifyingKey(bytes)
    }

    /// Signs a transcript.
    pub fn sign(&self, transcript: &Transcript) -> Signature {
        let mut bytes = [0; 64];
        bytes.copy_from_slice(self.pair.sign(transcript.as_bytes()).as_ref());
        Signature(bytes)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", crate::hex::encode(&self.public().0))
    }
}

/// An Ed25519 public key that is canonical and not of small order (R-WIRE-011).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// The encoded key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Verifies a signature over a transcript.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`] if it is not this key's signature.
    pub fn verify(&self, transcript: &Transcript, signature: &[u8]) -> Result<(), CryptoError> {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(transcript.as_bytes(), signature)
            .map_err(|_| CryptoError::BadSignature)
    }
}

impl TryFrom<&[u8]> for VerifyingKey {
    type Error = CryptoError;

    fn try_from(bytes: &[u8]) -> Result<Self, CryptoError> {
        let key: [u8; 32] = bytes
            .try_into()
            .map_err(|_| CryptoError::Length("signing key"))?;
        small_order::ed25519_is_strong(&key)
            .then_some(Self(key))
            .ok_or(CryptoError::WeakKey)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", crate::hex::encode(&self.0))
    }
}

/// An Ed25519 signature, 64 bytes, not yet verified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// The encoded signature.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The encoded signature as a vector, for a message.
    pub fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}

/// An X25519 key pair that secrets are sealed to.
pub struct SealingKey {
    pub(super) private: <hpke::kem::X25519HkdfSha256 as hpke::Kem>::PrivateKey,
    public: [u8; 32],
    seed: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    /// A fresh key pair.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn generate(random: &mut impl Random) -> Result<Self, NoRandomness> {
        Ok(Self::from_seed(random.array()?))
    }

    /// The key pair of a seed (RFC 9180 `DeriveKeyPair`).
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let (private, public) = wrap::key_pair(&seed);
        Self {
            private,
            public,
            seed,
        }
    }

    /// The key pair of a private key as RFC 7748 has it: of a recovery secret, and for nothing that is
    /// stored.
    ///
    /// # Errors
    /// Never for 32 bytes; the type is the library's.
    pub(crate) fn from_private(private: &[u8; 32]) -> Result<Self, CryptoError> {
        let (private, public) = wrap::of_private(private)?;
        Ok(Self {
            private,
            public,
            seed: Zeroizing::default(),
        })
    }

    /// The seed, for a device's own key store. Never log it. Zeros for the key of a recovery secret, which
    /// no device stores.
    pub fn expose_seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public half.
    pub fn public(&self) -> SealingPublic {
        SealingPublic(self.public)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", crate::hex::encode(&self.public))
    }
}

/// An X25519 public key that is canonical and not of small order (R-WIRE-011).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealingPublic([u8; 32]);

impl SealingPublic {
    /// The encoded key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for SealingPublic {
    type Error = CryptoError;

    fn try_from(bytes: &[u8]) -> Result<Self, CryptoError> {
        let key: [u8; 32] = bytes
            .try_into()
            .map_err(|_| CryptoError::Length("sealing key"))?;
        small_order::x25519_is_strong(&key)
            .then_some(Self(key))
            .ok_or(CryptoError::WeakKey)
    }
}

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublic({})", crate::hex::encode(&self.0))
    }
}
