//! Between the wire's messages and the relay's own values.

use crate::access::{AccessRecord, Right, Rights};
use crate::limits::{MAX_PLACES, MAX_REGISTER, MIN_REGISTER};
use crate::refusal::Refusal;
use crate::store::{ActRecord, LogState, RegisterRecord, What};
use parcep_core::crypto::{CryptoError, VerifyingKey};
use parcep_core::log::{EntryShape, MAX_BODY, MAX_HEADER, MAX_SLOT};
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::{admin_act, announce_request};
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
    named_key("access_key", bytes)
}

fn named_key(field: &'static str, bytes: &[u8]) -> Result<VerifyingKey, Refusal> {
    VerifyingKey::try_from(bytes).map_err(|error| match error {
        CryptoError::WeakKey => Refusal::WeakKey,
        _ => Refusal::InvalidArgument(field),
    })
}

impl TryFrom<pb::AccessKey> for AccessRecord {
    type Error = Refusal;

    fn try_from(access: pb::AccessKey) -> Result<Self, Refusal> {
        let record = Self {
            key: verifying_key(&access.access_key)?,
            rights: rights(&access.rights)?,
            group: exactly("group", &access.group)?,
            rate_per_minute: access.rate_per_minute.map(rate).transpose()?,
            quota_bytes: access.quota_bytes,
            root: access.root,
        };
        // A root key acts by the call that takes the admin right (R-CONS-020).
        if record.root && !record.rights.has(Right::Admin) {
            return Err(Refusal::InvalidArgument("root"));
        }
        Ok(record)
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
            root: record.root,
        }
    }
}

/// Places of a message: 1 to 256; comes back ascending and without repetitions.
pub(crate) fn places(field: &'static str, mut seqs: Vec<u64>) -> Result<Vec<u64>, Refusal> {
    if seqs.len() > MAX_PLACES {
        return Err(too_large(field, MAX_PLACES));
    }
    if seqs.is_empty() {
        return Err(Refusal::InvalidArgument(field));
    }
    seqs.sort_unstable();
    seqs.dedup();
    Ok(seqs)
}

impl TryFrom<announce_request::What> for What {
    type Error = Refusal;

    fn try_from(what: announce_request::What) -> Result<Self, Refusal> {
        use announce_request::What as Wire;
        Ok(match what {
            Wire::Change(access) => Self::Change(access.try_into()?),
            Wire::Revoke(key) => Self::Revoke(named_key("revoke", &key)?),
            Wire::EraseBodies(list) => Self::EraseBodies(places("erase_bodies", list.seqs)?),
            Wire::DeleteLog(true) => Self::DeleteLog,
            Wire::DeleteLog(false) => return Err(Refusal::InvalidArgument("delete_log")),
        })
    }
}

impl From<&ActRecord> for pb::AdminAct {
    fn from(act: &ActRecord) -> Self {
        use admin_act::What as Wire;
        let what = match &act.what {
            What::Change(record) => Wire::Change(record.into()),
            What::Revoke(key) => Wire::Revoke(key.as_bytes().to_vec()),
            What::EraseBodies(seqs) => Wire::EraseBodies(pb::Places { seqs: seqs.clone() }),
            What::DeleteLog => Wire::DeleteLog(true),
        };
        Self {
            id: act.id,
            announced_at: act.announced_at,
            due_at: act.due_at,
            by: act.by.as_bytes().to_vec(),
            what: Some(what),
            cancelled: false,
            done: false,
        }
    }
}

impl TryFrom<pb::AdminAct> for ActRecord {
    type Error = Refusal;

    fn try_from(act: pb::AdminAct) -> Result<Self, Refusal> {
        use admin_act::What as Wire;
        let what = match act.what.ok_or(Refusal::InvalidArgument("what"))? {
            Wire::Change(access) => announce_request::What::Change(access),
            Wire::Revoke(key) => announce_request::What::Revoke(key),
            Wire::EraseBodies(list) => announce_request::What::EraseBodies(list),
            Wire::DeleteLog(yes) => announce_request::What::DeleteLog(yes),
        };
        Ok(Self {
            id: act.id,
            announced_at: act.announced_at,
            due_at: act.due_at,
            by: named_key("by", &act.by)?,
            what: what.try_into()?,
        })
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
