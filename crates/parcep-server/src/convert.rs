//! Between the wire's messages and the relay's own values.

use crate::access::{AccessRecord, Right, Rights};
use crate::limits::{MAX_REGISTER, MIN_REGISTER};
use crate::refusal::Refusal;
use crate::store::{LogState, RegisterRecord};
use parcep_core::crypto::{CryptoError, VerifyingKey};
use parcep_core::log::{EntryShape, MAX_BODY, MAX_HEADER, MAX_SLOT};
use parcep_proto::v1alpha1 as pb;
use std::num::NonZeroU32;

/// Most calls per minute that a key may be given.
const MAX_RATE: u32 = 6000;

impl From<Right> for pb::Right {
    fn from(right: Right) -> Self {
        match right {
            Right::Read => Self::Read,
            Right::Append => Self::Append,
            Right::Registers => Self::Registers,
            Right::Admin => Self::Admin,
        }
    }
}

/// Rights of a message: known, distinct, at least one.
fn rights(list: &[i32]) -> Result<Rights, Refusal> {
    let invalid = || Refusal::InvalidArgument("rights");
    let set = list.iter().try_fold(Rights::default(), |set, &number| {
        let right = match pb::Right::try_from(number) {
            Ok(pb::Right::Read) => Right::Read,
            Ok(pb::Right::Append) => Right::Append,
            Ok(pb::Right::Registers) => Right::Registers,
            Ok(pb::Right::Admin) => Right::Admin,
            Ok(pb::Right::Unspecified) | Err(_) => return Err(invalid()),
        };
        if set.has(right) {
            return Err(invalid());
        }
        Ok(set.with(right))
    })?;
    (set != Rights::default())
        .then_some(set)
        .ok_or_else(invalid)
}

/// A list of rights as it stands in a message.
pub(crate) fn right_numbers(rights: Rights) -> Vec<i32> {
    rights
        .iter()
        .map(|right| pb::Right::from(right).into())
        .collect()
}

/// A public key of a message.
pub(crate) fn verifying_key(bytes: &[u8]) -> Result<VerifyingKey, Refusal> {
    VerifyingKey::try_from(bytes).map_err(|error| match error {
        CryptoError::WeakKey => Refusal::WeakKey,
        _ => Refusal::InvalidArgument("access_key"),
    })
}

impl TryFrom<pb::AccessKey> for AccessRecord {
    type Error = Refusal;

    fn try_from(access: pb::AccessKey) -> Result<Self, Refusal> {
        Ok(Self {
            key: verifying_key(&access.access_key)?,
            rights: rights(&access.rights)?,
            group: exactly("group", &access.group)?,
            rate_per_minute: access.rate_per_minute.map(rate).transpose()?,
            quota_bytes: access.quota_bytes,
        })
    }
}

fn rate(rate: u32) -> Result<NonZeroU32, Refusal> {
    NonZeroU32::new(rate)
        .filter(|rate| rate.get() <= MAX_RATE)
        .ok_or(Refusal::InvalidArgument("rate_per_minute"))
}

impl From<&AccessRecord> for pb::AccessKey {
    fn from(record: &AccessRecord) -> Self {
        Self {
            access_key: record.key.as_bytes().to_vec(),
            rights: right_numbers(record.rights),
            group: record.group.to_vec(),
            rate_per_minute: record.rate_per_minute.map(NonZeroU32::get),
            quota_bytes: record.quota_bytes,
        }
    }
}

impl TryFrom<pb::Register> for RegisterRecord {
    type Error = Refusal;

    fn try_from(register: pb::Register) -> Result<Self, Refusal> {
        let name = exactly("name", &register.name)?;
        if register.version == 0 {
            return Err(Refusal::InvalidArgument("version"));
        }
        if register.value.len() > MAX_REGISTER {
            return Err(too_large("value", MAX_REGISTER));
        }
        if register.value.len() < MIN_REGISTER {
            return Err(Refusal::InvalidArgument("value"));
        }
        Ok(Self {
            name,
            version: register.version,
            value: register.value.into(),
            expires_at: register.expires_at,
        })
    }
}

impl From<&RegisterRecord> for pb::Register {
    fn from(record: &RegisterRecord) -> Self {
        Self {
            name: record.name.to_vec(),
            version: record.version,
            value: record.value.to_vec(),
            expires_at: record.expires_at,
        }
    }
}

impl From<&LogState> for pb::LogStatus {
    fn from(state: &LogState) -> Self {
        Self {
            relay_epoch: state.relay_epoch,
            next_seq: state.next_seq,
            head: state.head.0.to_vec(),
        }
    }
}

impl From<EntryShape> for Refusal {
    fn from(shape: EntryShape) -> Self {
        let field = shape.field();
        match shape {
            EntryShape::TooLarge("slot") => too_large(field, MAX_SLOT),
            EntryShape::TooLarge("header") => too_large(field, MAX_HEADER),
            EntryShape::TooLarge(_) => too_large(field, MAX_BODY),
            _ => Self::InvalidArgument(field),
        }
    }
}

pub(crate) fn too_large(field: &'static str, limit: usize) -> Refusal {
    Refusal::TooLarge {
        field,
        limit: limit as u64,
    }
}

/// Bytes of exactly this length.
pub(crate) fn exactly<const N: usize>(
    field: &'static str,
    bytes: &[u8],
) -> Result<[u8; N], Refusal> {
    bytes
        .try_into()
        .map_err(|_| Refusal::InvalidArgument(field))
}
