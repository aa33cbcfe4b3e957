//! Handles by which an audience learns that a consent ended, and nothing else (R-AGE-045, R-AGE-046).

use std::collections::BTreeSet;

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde::{Deserialize, Serialize};

use super::AgeError;
use crate::crypto::{Secret, Transcript, label};
use crate::hex;
use crate::registry::constants;

const DAY: i64 = 86_400;
/// Days after which a list of revoked handles is stale.
const FRESH: i64 = constants::AGE_REVOKED_LIST / DAY;

/// Names a consent of one audience, and nobody: 16 bytes (R-AGE-046); hexadecimal in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgeHandle([u8; 16]);

impl AgeHandle {
    /// Takes bytes that are a handle already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The handle of an audience after so many resets: the first 16 bytes of HKDF-SHA256 of the
    /// holder's secret with info `T("age-handle", audience, resets)`.
    #[must_use]
    pub fn derive(secret: &Secret, audience: &str, resets: u32) -> Self {
        let info = Transcript::new(label::AGE_HANDLE)
            .bytes(audience.as_bytes())
            .bytes(&resets.to_be_bytes());
        let mut handle = [0; 16];
        let derived = secret.derive(&info);
        handle.copy_from_slice(derived.expose().split_at(16).0);
        Self(handle)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TryFrom<String> for AgeHandle {
    type Error = AgeError;

    fn try_from(text: String) -> Result<Self, AgeError> {
        let bytes = hex::decode(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(AgeError::Malformed("handle"))
    }
}

impl From<AgeHandle> for String {
    fn from(handle: AgeHandle) -> Self {
        hex::encode(&handle.0)
    }
}

impl std::fmt::Debug for AgeHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AgeHandle(…)")
    }
}

/// What an audience knows about the handle of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandleState {
    /// It is not revoked.
    Holds,
    /// It is: the consent ended, and every claim with it (R-AGE-045).
    Revoked,
    /// Nothing was heard of it for more than 90 days. Treat the claim as unknown and ask again.
    Stale,
}

/// A list of revoked handles, whole, as an audience fetched it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevokedHandles {
    handles: BTreeSet<AgeHandle>,
    as_of: i64,
}

impl RevokedHandles {
    /// A list and the UTC day of which it is, seconds since the Unix epoch.
    #[must_use]
    pub fn new(handles: impl IntoIterator<Item = AgeHandle>, as_of: i64) -> Self {
        Self {
            handles: handles.into_iter().collect(),
            as_of,
        }
    }

    /// Reads a `RevokedAgeHandlesResponse`.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if it does not parse or a handle has not 16 bytes; then nothing of it
    /// counts.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AgeError> {
        let malformed = AgeError::Malformed("handles");
        let list = pb::RevokedAgeHandlesResponse::decode(bytes).map_err(|_| malformed)?;
        let handles = list.handles.iter().map(|handle| {
            let handle = handle.as_slice().try_into();
            handle.map(AgeHandle).map_err(|_| malformed)
        });
        Ok(Self {
            handles: handles.collect::<Result<_, _>>()?,
            as_of: list.as_of,
        })
    }

    /// The bytes of a `RevokedAgeHandlesResponse`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let handles = self.handles.iter().map(|handle| handle.0.to_vec());
        let list = pb::RevokedAgeHandlesResponse {
            handles: handles.collect(),
            as_of: self.as_of,
        };
        list.encode_to_vec()
    }

    /// The day of which it is, seconds since the Unix epoch.
    #[must_use]
    pub const fn as_of(&self) -> i64 {
        self.as_of
    }

    /// The handles on it.
    pub fn handles(&self) -> impl Iterator<Item = AgeHandle> {
        self.handles.iter().copied()
    }

    /// What this list says about a handle at `now`, seconds since the Unix epoch. A list that is
    /// more than 90 days old says nothing, and so does one from a day to come.
    #[must_use]
    pub fn state(&self, handle: AgeHandle, now: i64) -> HandleState {
        let age = now
            .div_euclid(DAY)
            .saturating_sub(self.as_of.div_euclid(DAY));
        match self.handles.contains(&handle) {
            _ if !(0..=FRESH).contains(&age) => HandleState::Stale,
            true => HandleState::Revoked,
            false => HandleState::Holds,
        }
    }
}

#[cfg(test)]
mod tests;
