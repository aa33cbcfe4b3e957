//! Words of the contract for what the library says.

use crate::product::Trouble;
use parcep_client::ClientError;
use parcep_core::epoch::PepCategory;
use parcep_core::member::{Event, Member};
use parcep_core::reason::Reason;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// The name of a category in the contract, such as `device-os`.
pub(crate) fn category_name(category: PepCategory) -> String {
    let name = category.as_str_name();
    let name = name.strip_prefix("PEP_CATEGORY_").unwrap_or(name);
    name.to_lowercase().replace('_', "-")
}

/// The category that a name of the contract stands for.
pub fn category_of(name: &str) -> Option<PepCategory> {
    let code = name.to_uppercase().replace('-', "_");
    let category = PepCategory::from_str_name(&format!("PEP_CATEGORY_{code}"))?;
    (category_name(category) == name && category != PepCategory::Unspecified).then_some(category)
}

/// How far a member has followed.
pub(crate) fn head(member: &Member) -> (u64, [u8; 32]) {
    let (next_seq, head) = member.head();
    (next_seq, head.0)
}

/// What was wrong although the log was followed: a fork before what is only suspected.
pub(crate) fn wrong(events: &[Event]) -> Option<Reason> {
    let forked = |event: &Event| matches!(event, Event::Forked(_)).then_some(Reason::Fork);
    let suspected = |event: &Event| match event {
        Event::Suspected(failure) | Event::Distrusted(failure) => Some(failure.reason),
        Event::Failed(reason) => Some(*reason),
        _ => None,
    };
    let forked = events.iter().find_map(forked);
    forked.or_else(|| events.iter().find_map(suspected))
}

/// The reason of a refusal; what is no refusal is a trouble of the device's own.
pub(crate) fn refused(error: &ClientError) -> Result<String, Trouble> {
    match error {
        ClientError::Refused(_)
        | ClientError::Distrusted(_)
        | ClientError::Document(_)
        | ClientError::Join(_)
        | ClientError::Welcome(_) => Ok(error.code().to_owned()),
        _ => Err(Trouble::cannot(error)),
    }
}

/// Puts what lasts into a file, whole or not at all.
pub(crate) fn keep_file(file: &Path, kept: &impl Serialize) -> Result<(), Trouble> {
    let bytes = serde_json::to_vec(kept).map_err(Trouble::cannot)?;
    let fresh = file.with_extension("new");
    let written = fs::write(&fresh, bytes).and_then(|()| fs::rename(&fresh, file));
    written.map_err(Trouble::cannot)
}

/// The word that a value has in JSON.
pub(crate) fn word(value: impl Serialize) -> Result<String, Trouble> {
    match serde_json::to_value(value).map_err(Trouble::cannot)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Trouble::cannot(format!("`{other}` is no word"))),
    }
}
