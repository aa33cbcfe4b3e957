//! What a schema cannot say: rules over several members (R-PCPS-007, R-PCPS-008).

use super::model::{Child, Document};
use crate::refusal::{Code, Refusal};
use std::collections::HashMap;
use std::hash::Hash;

/// Refuses what has no safe reading.
pub(super) fn document(document: &Document) -> Result<(), Refusal> {
    let guardians = document.guardians.iter().map(|guardian| &guardian.id);
    distinct(guardians, Code::DuplicateId, |index| {
        format!("/guardians/{index}/guardian_id")
    })?;
    if !document.guardians.iter().any(|guardian| guardian.primary) {
        return Err(Refusal::new(
            Code::NoPrimaryGuardian,
            "/guardians",
            "no guardian has the role `primary`; give it to at least one",
        ));
    }
    let children = document.children.iter().map(|child| &child.id);
    distinct(children, Code::DuplicateId, |index| {
        format!("/children/{index}/child_id")
    })?;
    document
        .children
        .iter()
        .enumerate()
        .try_for_each(|(index, child)| self::child(index, child))
}

fn child(index: usize, child: &Child) -> Result<(), Refusal> {
    let place = format!("/children/{index}");
    let devices = child.devices.iter().map(|device| &device.id);
    distinct(devices, Code::DuplicateId, |row| {
        format!("{place}/devices/{row}/device_id")
    })?;
    let apps = &child.policy.apps;
    let blocked: HashMap<_, _> = apps
        .blocked
        .iter()
        .map(|entry| &entry.name)
        .zip(0..)
        .collect();
    for (row, allowed) in apps.always_allowed.iter().enumerate() {
        if let Some(blocked) = blocked.get(&allowed.name) {
            let other = format!("{place}/policy/apps/blocked/{blocked}");
            return Err(Refusal::new(
                Code::AppBlockedAndAllowed,
                format!("{place}/policy/apps/always_allowed/{row}"),
                format!("this app is also blocked, at {other}; keep one"),
            ));
        }
    }
    Ok(())
}

fn distinct<T: Eq + Hash>(
    ids: impl Iterator<Item = T>,
    code: Code,
    place: impl Fn(usize) -> String,
) -> Result<(), Refusal> {
    let mut seen = HashMap::new();
    for (index, id) in ids.enumerate() {
        if let Some(first) = seen.insert(id, index) {
            let message = format!("the same id as at {}; give each one its own", place(first));
            return Err(Refusal::new(code, place(index), message));
        }
    }
    Ok(())
}
