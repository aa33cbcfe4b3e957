//! HPKE base mode: sealing to a device's public key, for epochs and Welcomes.

use super::{CryptoError, Random, SealingKey, SealingPublic};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use std::convert::Infallible;
use zeroize::Zeroizing;

type Aead = hpke::aead::ChaCha20Poly1305;
type Kdf = hpke::kdf::HkdfSha256;
type Kem = hpke::kem::X25519HkdfSha256;

/// Bytes of the encapsulated key before the ciphertext.
pub const ENCAPSULATED_LEN: usize = 32;

/// Seals to one device: encapsulated key (32) ‖ ciphertext.
///
/// # Errors
/// If the source of randomness fails or the key is refused by the library.
pub fn wrap(
    to: &SealingPublic,
    info: &[u8],
    plaintext: &[u8],
    random: &mut impl Random,
) -> Result<Vec<u8>, CryptoError> {
    let key = <Kem as hpke::Kem>::PublicKey::from_bytes(to.as_bytes())
        .map_err(|_| CryptoError::WeakKey)?;
    let mut source = Source {
        random,
        failed: false,
    };
    let sealed = hpke::single_shot_seal_with_rng::<Aead, Kdf, Kem>(
        &OpModeS::Base,
        &key,
        info,
        plaintext,
        &[],
        &mut source,
    );
    if source.failed {
        return Err(super::NoRandomness.into());
    }
    let (encapsulated, ciphertext) = sealed.map_err(|_| CryptoError::WeakKey)?;
    let mut out = encapsulated.to_bytes().to_vec();
    out.extend_from_slice(&ciphertext);
    Ok(out)
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// [`CryptoError::SealBroken`] if it is for another key, another `info`, or changed.
pub fn open_wrap(
    key: &SealingKey,
    info: &[u8],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (encapsulated, ciphertext) = wrapped
        .split_at_checked(ENCAPSULATED_LEN)
        .ok_or(CryptoError::SealBroken)?;
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated)
        .map_err(|_| CryptoError::SealBroken)?;
    hpke::single_shot_open::<Aead, Kdf, Kem>(
        &OpModeR::Base,
        &key.private,
        &encapsulated,
        info,
        ciphertext,
        &[],
    )
    .map(Zeroizing::new)
    .map_err(|_| CryptoError::SealBroken)
}

/// Makes the key pair that a 32-byte seed stands for (RFC 9180 `DeriveKeyPair`).
pub(super) fn key_pair(seed: &[u8; 32]) -> (<Kem as hpke::Kem>::PrivateKey, [u8; 32]) {
    let (private, public) = Kem::derive_keypair(seed);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&public.to_bytes());
    (private, bytes)
}

/// Takes 32 bytes as a private key (RFC 7748).
pub(super) fn of_private(
    bytes: &[u8; 32],
) -> Result<(<Kem as hpke::Kem>::PrivateKey, [u8; 32]), CryptoError> {
    let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(bytes)
        .map_err(|_| CryptoError::Length("sealing key"))?;
    let mut public = [0; 32];
    public.copy_from_slice(&Kem::sk_to_pk(&private).to_bytes());
    Ok((private, public))
}

/// Lends our source to the library, which cannot hear of a failure: we remember it.
struct Source<'a, R> {
    random: &'a mut R,
    failed: bool,
}

impl<R: Random> TryRng for Source<'_, R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.failed |= self.random.fill(out).is_err();
        Ok(())
    }
}

impl<R: Random> TryCryptoRng for Source<'_, R> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{SUITES, State};
    use hpke::{aead::Aead as _, kdf::Kdf as _};

    /// R-WIRE-010
    #[test]
    fn the_suite_in_use_is_the_one_of_the_registry() {
        let in_use = SUITES
            .iter()
            .find(|suite| suite.state == State::V1)
            .unwrap();
        let ours = (Kem::KEM_ID, Kdf::KDF_ID, Aead::AEAD_ID);
        assert_eq!(in_use.hpke, Some(ours));
    }
}
