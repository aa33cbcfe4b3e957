//! A guardian who lost every device comes back with a printed page (R-CONS-017, R-CONS-018).
//!
//! ```text
//! page ──► recovery secret ──HKDF, use 1 to 4──► signing key, sealing key, access key, device id
//!      └─► anchor and relay: which household, and where
//! ```
//! The secret is kept on paper and nowhere else; the keys are derived when the page is printed, to be
//! listed as a device with role RECOVERY, and once more when it is needed.

mod page;

pub use page::{BadPage, Page};

use crate::constitution::{Device, DeviceRole};
use crate::crypto::{
    CryptoError, Hash, NoRandomness, Random, SealingKey, Secret, SigningKey, Transcript, label,
};
use crate::id::{DeviceId, LogId};
use std::fmt;

/// 32 bytes from which every key of a recovery device follows. Wiped when dropped, never printed but by
/// [`Page`].
#[derive(Clone, PartialEq, Eq)]
pub struct RecoverySecret(Secret);

/// The keys of a recovery secret (R-CONS-018).
#[derive(Debug)]
pub struct RecoveryKeys {
    /// Id of the recovery device.
    pub device: DeviceId,
    /// Signs the proposal, its effect and its cancellation.
    pub signing: SigningKey,
    /// Opens what every epoch wraps for it.
    pub sealing: SealingKey,
    /// The root key of the principal's group at the relay (R-CONS-020).
    pub access: SigningKey,
}

impl RecoverySecret {
    /// A fresh secret. Put it on a [`Page`] and forget it.
    ///
    /// # Errors
    /// [`NoRandomness`] if the source fails.
    pub fn generate(random: &mut impl Random) -> Result<Self, NoRandomness> {
        Secret::random(random).map(Self)
    }

    /// Takes bytes that are a secret already.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::from_bytes(bytes))
    }

    /// The keys in one household.
    ///
    /// ```
    /// use parcep_core::id::LogId;
    /// use parcep_core::recovery::RecoverySecret;
    /// # fn main() -> Result<(), parcep_core::crypto::CryptoError> {
    /// let secret = RecoverySecret::from_bytes([7; 32]);
    /// let keys = secret.keys(LogId::from_bytes([1; 32]))?;
    /// assert_eq!(keys.listed().id, keys.device);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Never for 32 bytes; the type is the library's.
    pub fn keys(&self, log_id: LogId) -> Result<RecoveryKeys, CryptoError> {
        let derived = |usage: u64| {
            let info = Transcript::new(label::RECOVERY)
                .bytes(log_id.as_bytes())
                .number(usage);
            self.0.derive(&info)
        };
        let mut id = [0; 16];
        id.copy_from_slice(derived(4).expose().split_at(16).0);
        Ok(RecoveryKeys {
            signing: SigningKey::from_seed(*derived(1).expose())?,
            sealing: SealingKey::from_private(derived(2).expose())?,
            access: SigningKey::from_seed(*derived(3).expose())?,
            device: DeviceId::from_bytes(id),
        })
    }

    fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

impl fmt::Debug for RecoverySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySecret(…)")
    }
}

impl RecoveryKeys {
    /// How it stands among its principal's devices.
    pub fn listed(&self) -> Device {
        Device {
            id: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            role: DeviceRole::Recovery,
        }
    }
}

/// What the page says beside the secret: which household, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The log id.
    pub log_id: LogId,
    /// Hash of entry 0 (R-LOG-003).
    pub genesis: Hash,
    /// Handle of the log at the relay, 16 to 32 bytes.
    pub handle: Vec<u8>,
    /// Address of the relay, 1 to 255 bytes.
    pub relay: String,
}

#[cfg(test)]
mod tests;
