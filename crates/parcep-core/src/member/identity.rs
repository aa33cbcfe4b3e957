//! The keys of one device.

use crate::crypto::{CryptoError, Random, SealingKey, SigningKey};
use crate::document::Author;
use crate::id::DeviceId;
use crate::joining::{JoinRequest, Joining};

/// A device's id and its three key pairs. The access key is known to relays only and unrelated to
/// the others.
#[derive(Debug)]
pub struct Identity {
    /// The device's id in the household.
    pub device: DeviceId,
    /// Signs documents and registers.
    pub signing: SigningKey,
    /// Secrets are sealed to it.
    pub sealing: SealingKey,
    /// Opens sessions at the relay.
    pub access: SigningKey,
}

impl Identity {
    /// Fresh keys.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn generate(random: &mut impl Random) -> Result<Self, CryptoError> {
        Ok(Self {
            device: DeviceId::random(random)?,
            signing: SigningKey::generate(random)?,
            sealing: SealingKey::generate(random)?,
            access: SigningKey::generate(random)?,
        })
    }

    /// The signed file with which this device asks to join.
    pub fn join_request(&self, what: Joining, capabilities: Vec<String>) -> Vec<u8> {
        JoinRequest {
            device: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            access: self.access.public(),
            what,
            capabilities,
        }
        .sign(&self.signing)
    }

    /// This device as an author.
    pub fn author(&self) -> Author<'_> {
        Author {
            device: self.device,
            key: &self.signing,
        }
    }
}
