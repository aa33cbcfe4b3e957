//! What came, went or has new keys since the person at this folder last looked, told before the next
//! document is signed (R-SEC-005). The list of what was seen never leaves the folder.

use super::{failed, who::Who, who::category, who::short};
use crate::failure::{Failure, Kind};
use crate::files;
use parcep_client::guardian::Guardian;
use parcep_core::constitution::DeviceRole;
use parcep_core::document::open_header;
use parcep_core::household::{Household, join};
use parcep_core::id::DeviceId;
use parcep_core::log::Entry;
use parcep_core::member::Member;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NAME: &str = "seen.json";

/// A device or enforcement point, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// What it is, in words.
    what: String,
    /// Whose it is: the name as it was then.
    whose: String,
    /// The id of that person; empty for an enforcement point.
    principal: String,
    /// Its keys, hexadecimal.
    keys: String,
}

type List = BTreeMap<String, Seen>;

/// Tells on stderr what changed since the person last looked, once: stdout belongs to the command's
/// answer. A program that runs by itself looks for nobody: it tells how many, and does not remember.
///
/// # Errors
/// If the folder cannot be read or written.
pub fn tell(guardian: &mut Guardian, who: &Who, attended: bool) -> Result<(), Failure> {
    let folder = guardian.driver().store().folder().to_owned();
    let path = folder.join(NAME);
    let now = listed(guardian.household().map_err(failed)?, who);
    let before = if path.exists() {
        load(&path)?
    } else {
        // Of who never looked, only the device at hand is known.
        let this = guardian.driver().member().identity().device.to_string();
        let own = now.get_key_value(&this);
        own.map(|(id, seen)| (id.clone(), seen.clone()))
            .into_iter()
            .collect()
    };
    let changed = differ(&before, &now);
    if !changed.is_empty() {
        if !attended {
            // What a timer runs is kept in a journal: nobody is named there (R-OPS-014).
            let devices = match changed.len() {
                1 => "1 device came, went or has",
                several => &format!("{several} devices came, went or have"),
            };
            eprintln!(
                "{devices} new keys since somebody last looked: `{}` names what.",
                who.command("household status")
            );
            return Ok(());
        }
        let entries = guardian.driver().store().entries().map_err(failed)?;
        let authors = Authors::of(guardian.driver().member(), who, entries);
        let lines = sentences(&changed, &before, &now, &authors);
        eprintln!("Since you last looked:");
        for line in lines {
            eprintln!("  {line}");
        }
    }
    if !attended || (changed.is_empty() && path.exists()) {
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&now);
    let text = text.map_err(|e| Failure::new(Kind::Failed, "INTERNAL", e.to_string()))?;
    files::write_private(&path, text.as_bytes())
}

fn load(path: &std::path::Path) -> Result<List, Failure> {
    serde_json::from_slice(&files::read(path)?).map_err(|_| {
        let message = "it is no list of what was seen; remove it, then everything is told anew";
        Failure::new(Kind::Input, "DAMAGED_FILE", message).in_file(path.display().to_string())
    })
}

/// Everything that holds keys now.
fn listed(household: &Household, who: &Who) -> List {
    let people = household.people().map(|(principal, device)| {
        let seen = Seen {
            what: match device.role {
                DeviceRole::Recovery => format!("recovery page {}", short(&device.id.to_string())),
                _ => format!("device {}", short(&device.id.to_string())),
            },
            whose: who.name(principal),
            principal: principal.to_string(),
            keys: keys(device.signing.as_bytes(), device.sealing.as_bytes()),
        };
        (device.id.to_string(), seen)
    });
    let points = household.enforcement_points().map(|point| {
        let id = short(&point.id.to_string());
        let seen = Seen {
            what: format!("{} {id}", category(point.category)),
            whose: who.persons(point.dependants.iter().copied()),
            principal: String::new(),
            keys: keys(point.signing.as_bytes(), point.sealing.as_bytes()),
        };
        (point.id.to_string(), seen)
    });
    people.chain(points).collect()
}

fn keys(signing: &[u8], sealing: &[u8]) -> String {
    parcep_core::hex::encode(signing) + &parcep_core::hex::encode(sealing)
}

/// Ids whose row came, went or has other keys.
fn differ(before: &List, now: &List) -> Vec<String> {
    let ids = before.keys().chain(now.keys());
    let differ = ids.filter(|id| {
        let keys = |list: &List| list.get(*id).map(|seen| seen.keys.clone());
        keys(before) != keys(now)
    });
    let ids: std::collections::BTreeSet<_> = differ.cloned().collect();
    ids.into_iter().collect()
}

fn sentences(changed: &[String], before: &List, now: &List, authors: &Authors) -> Vec<String> {
    let mut lines = Vec::new();
    for id in changed {
        let by = |text: String| match authors.last.get(id) {
            Some(author) => format!("{text}, by {}", author.name),
            None => text,
        };
        lines.push(match (before.get(id), now.get(id)) {
            (None, Some(new)) => by(format!("{} of {} was added", new.what, new.whose)),
            (Some(_), Some(new)) => by(format!("{} of {} has new keys", new.what, new.whose)),
            (Some(old), None) => {
                let leaver = authors.last.get(id).filter(|author| author.left);
                match leaver {
                    // Nothing else about it is anybody's business (R-CONS-014).
                    Some(_) => format!("{} has left", old.whose),
                    None => by(format!("{} of {} was removed", old.what, old.whose)),
                }
            }
            (None, None) => continue,
        });
    }
    lines.sort();
    lines.dedup();
    lines
}

/// Who changed a device last.
struct Authors {
    last: BTreeMap<String, Author>,
}

struct Author {
    name: String,
    /// Whether it was a guardian who left by it.
    left: bool,
}

impl Authors {
    /// Folds the log once more, to know who was who at each place.
    fn of(member: &Member, who: &Who, entries: Vec<Entry>) -> Self {
        let (anchor, key) = (member.anchor(), &member.identity().sealing);
        let mut keyring = member.keyring().clone();
        let mut last = BTreeMap::new();
        let mut household: Option<Household> = None;
        let mut rows = List::new();
        for entry in entries {
            let before = household.clone();
            match &mut household {
                // A stop is the member's to report.
                Some(household) => {
                    let _ = household.apply(&entry, &mut keyring, key);
                }
                None => {
                    let joined = join(&entry, anchor.log_id, anchor.genesis, key, &mut keyring);
                    household = joined.ok();
                }
            }
            let Some(after) = &household else {
                continue;
            };
            let now = listed(after, who);
            let changed = differ(&rows, &now);
            rows = now;
            if changed.is_empty() {
                continue;
            }
            let signers = before.as_ref().unwrap_or(after);
            let secret = keyring.household(entry.generation);
            let opened = open_header(&entry, anchor.log_id, secret).ok();
            let Some(device) = opened.map(|opened| opened.claimed_author()) else {
                continue;
            };
            let left = left(signers, after, device);
            let name = match signers.principal_of(device) {
                Some(principal) => who.person(principal),
                None => who.device(Some(signers), device),
            };
            for id in changed {
                let name = name.clone();
                last.insert(id, Author { name, left });
            }
        }
        Self { last }
    }
}

/// Whether the guardian of `device` left the household by what it signed.
pub fn left(before: &Household, after: &Household, device: DeviceId) -> bool {
    let principal = before.principal_of(device);
    principal.is_some_and(|principal| {
        before.constitution().is_guardian(principal) && !after.constitution().is_guardian(principal)
    })
}
