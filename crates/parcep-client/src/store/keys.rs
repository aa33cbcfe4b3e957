//! The key file of a member.

use parcep_core::crypto::{SealingKey, SigningKey};
use parcep_core::hex;
use parcep_core::id::DeviceId;
use parcep_core::member::Identity;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

const FORMAT: &str = "parcep-keys/1";

#[derive(Serialize, Deserialize)]
struct Keys {
    format: String,
    device: String,
    signing: String,
    sealing: String,
    access: String,
    /// The sealing key that it is to have (R-SEC-007).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.signing.zeroize();
        self.sealing.zeroize();
        self.access.zeroize();
        self.next.zeroize();
    }
}

/// The bytes of the file.
pub(super) fn write(
    identity: &Identity,
    next: Option<&SealingKey>,
) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let seed = |bytes: &[u8]| hex::encode(bytes);
    let keys = Keys {
        format: FORMAT.into(),
        device: identity.device.to_string(),
        signing: seed(identity.signing.expose_seed()),
        sealing: seed(identity.sealing.expose_seed()),
        access: seed(identity.access.expose_seed()),
        next: next.map(|key| seed(key.expose_seed())),
    };
    serde_json::to_vec_pretty(&keys).map(Zeroizing::new)
}

/// What the file holds, with the sealing key that the device is to have, if one was made.
///
/// # Errors
/// In what way it is damaged.
pub(super) fn read(text: &[u8]) -> Result<(Identity, Option<SealingKey>), &'static str> {
    let keys: Keys = serde_json::from_slice(text).map_err(|_| "it is no key file")?;
    if keys.format != FORMAT {
        return Err("it has a format this version does not read");
    }
    identity(&keys).ok_or("a key in it is not one")
}

fn identity(keys: &Keys) -> Option<(Identity, Option<SealingKey>)> {
    let seed = |text: &str| -> Option<[u8; 32]> {
        let bytes = Zeroizing::new(hex::decode(text)?);
        bytes.as_slice().try_into().ok()
    };
    let device = hex::decode(&keys.device)?;
    let next = match &keys.next {
        Some(next) => Some(SealingKey::from_seed(seed(next)?)),
        None => None,
    };
    let identity = Identity {
        device: DeviceId::try_from(device.as_slice()).ok()?,
        signing: SigningKey::from_seed(seed(&keys.signing)?).ok()?,
        sealing: SealingKey::from_seed(seed(&keys.sealing)?),
        access: SigningKey::from_seed(seed(&keys.access)?).ok()?,
    };
    Some((identity, next))
}
