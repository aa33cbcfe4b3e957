//! 6: nothing is read outside its audience. Words stand in every section; each member tries to open
//! everything, and relays are searched.

use super::table::keys;
use super::{Failure, Invariant, Observer};
use crate::simulate::faults::Fault;
use crate::simulate::network::contains;
use crate::simulate::stage::Stage;
use parcep_conformance::stage::{Broken, Kind};
use parcep_core::document::{Header, SectionKind, VerifiedDocument, open_header, sections_of};
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::household::{Effect, Outcome};
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::member::{Event, Member};
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};

/// Nobody but a section's audience opens it, and relays hold and were told no word.
pub(super) fn check(stage: &mut Stage, observer: &Observer) -> Result<(), Failure> {
    relays_hold_nothing(stage)?;
    let entries = documents(stage, observer)?;
    // Where authority is divided, a secret is renewed by whoever has it, in their time (R-EPOCH-014).
    let divided = !stage.family.scopes.is_empty();
    let gone = if divided {
        BTreeMap::new()
    } else {
        gone(observer)
    };
    let mut tried = 0;
    for at in 0..stage.family.devices.len() {
        let device = stage.family.device(at)?;
        let Some(member) = &device.member else {
            continue;
        };
        let mut secrets: Vec<_> = keyrings(member).collect();
        if stage.fault == Some(Fault::AllSecrets) && matches!(device.kind, Kind::Point(_)) {
            secrets.push(observer.member.keyring());
        }
        for Stored {
            header,
            document,
            has_effect,
        } in &entries
        {
            for kind in sections_of(header.payload_type) {
                tried += 1;
                let opens = secrets.iter().any(|held| opens(document, *kind, held));
                // Who writes elsewhere, or lacks an epoch, does not know who left: nothing of it has effect.
                let left =
                    gone.get(&device.id()).is_some_and(|seq| *seq < header.seq) && *has_effect;
                let allowed = !left && allowed(stage, at, header.dependant, *kind)?;
                if opens && !allowed {
                    let name = &device.name;
                    let what = format!("{name} opens {} of {}", kind.as_str_name(), header.seq);
                    return Err(Failure::new(Invariant::Sealed, what));
                }
            }
        }
    }
    stage.ledger.sections += tried;
    every_word_is_found(stage, observer, &entries)
}

/// What a member holds, here and on what it left.
fn keyrings(member: &Member) -> impl Iterator<Item = &Keyring> {
    let aside = member
        .branches()
        .iter()
        .map(|branch| branch.chain().keyring());
    std::iter::once(member.keyring()).chain(aside)
}

/// A document about a dependant, as a relay holds it.
struct Stored {
    header: Header,
    document: VerifiedDocument,
    /// Whether this very entry stands at the home and had effect.
    has_effect: bool,
}

/// Enforcement points that left, and where.
fn gone(observer: &Observer) -> BTreeMap<DeviceId, u64> {
    let left = observer.history.iter().filter_map(|event| match event {
        Event::Followed(entry, Outcome::Effect(Effect::EnforcementPointRemoved(id))) => {
            Some((*id, entry.seq))
        }
        _ => None,
    });
    left.collect()
}

/// Documents about a dependant, with their headers.
fn documents(stage: &Stage, observer: &Observer) -> Result<Vec<Stored>, Failure> {
    let keys = keys(stage)?;
    let log_id = observer.member.anchor().log_id;
    let mut all = Vec::new();
    for entry in logged(stage) {
        let entry = entry?;
        let held = stage.family.devices.iter();
        let held = held
            .filter_map(|device| device.member.as_ref())
            .flat_map(keyrings);
        let mut held = held.chain(std::iter::once(observer.member.keyring()));
        let opened = held.find_map(|held| {
            let secret = held.household(entry.generation)?;
            open_header(&entry, log_id, Some(secret)).ok()
        });
        let Some(opened) = opened else {
            continue;
        };
        let Some(key) = keys.get(&opened.claimed_author()) else {
            continue;
        };
        let Ok(verified) = opened.verify(key, &entry, log_id) else {
            continue;
        };
        if verified.header().dependant.is_none() {
            continue;
        }
        let header = verified.header().clone();
        let document = verified.with_body(&entry.body).map_err(Broken::from)?;
        let at_home = observer.member.chain().follower().hash_at(entry.seq) == Some(entry.hash());
        let household = observer.member.household();
        let place = household.and_then(|household| household.place_of(header.document_id));
        all.push(Stored {
            has_effect: at_home && place == Some(entry.seq),
            header,
            document,
        });
    }
    Ok(all)
}

/// What the home has, and what the other relay was told that the home has not.
fn logged(stage: &Stage) -> impl Iterator<Item = Result<Entry, Broken>> {
    let logs = stage.relays.iter();
    let logs = logs.filter_map(|relay| relay.logs().get(&stage.family.handle));
    let mut seen = BTreeSet::new();
    let stored = logs.flat_map(|log| &log.entries);
    let entries = stored.map(|stored| Entry::try_from(stored.clone()).map_err(Broken::new));
    entries.filter(move |entry| {
        entry
            .as_ref()
            .is_ok_and(|entry| seen.insert(entry.hash().0))
    })
}

fn opens(document: &VerifiedDocument, kind: SectionKind, secrets: &Keyring) -> bool {
    document.has_section(kind) && document.section(kind, secrets).is_ok()
}

/// Who may read what, in the harness's own words.
fn allowed(
    stage: &Stage,
    at: usize,
    dependant: Option<PrincipalId>,
    kind: SectionKind,
) -> Result<bool, Broken> {
    use PepCategory::{AccessNetwork, AiAssistant, App, Console, DeviceOs, HomeGateway, Tv};
    let device = stage.family.device(at)?;
    Ok(match device.kind {
        Kind::Guardian(who) | Kind::Page(who) => {
            dependant.is_none_or(|dependant| stage.family.is_in_scope(who, dependant))
        }
        Kind::Dependant(who) => dependant == Some(who),
        Kind::Point(category) => {
            let served = stage.ledger.served.get(&device.id());
            let serves = dependant.is_some_and(|id| served.is_some_and(|all| all.contains(&id)));
            let readers: &[PepCategory] = match kind {
                SectionKind::App => &[DeviceOs, Console, Tv],
                SectionKind::Web => &[DeviceOs, HomeGateway, AccessNetwork],
                SectionKind::Schedule => &[DeviceOs, Console, Tv, HomeGateway, App, AiAssistant],
                SectionKind::Identity => &[DeviceOs, Console, Tv, AiAssistant],
                SectionKind::Profile | SectionKind::Override => return Ok(serves),
                _ => &[],
            };
            serves && readers.contains(&category)
        }
    })
}

fn relays_hold_nothing(stage: &Stage) -> Result<(), Failure> {
    if let Some(word) = &stage.seen.word {
        return Err(Failure::new(Invariant::Sealed, word.clone()));
    }
    for log in stage.relays.iter().flat_map(|relay| relay.logs().values()) {
        for stored in &log.entries {
            if contains(&stored.encode_to_vec(), b"canary") {
                let what = format!("the relay holds a word at {}", stored.seq);
                return Err(Failure::new(Invariant::Sealed, what));
            }
        }
    }
    Ok(())
}

/// The search finds what is there: each word of a document in the log, by somebody who may read it.
fn every_word_is_found(
    stage: &Stage,
    observer: &Observer,
    entries: &[Stored],
) -> Result<(), Failure> {
    for Stored {
        header, document, ..
    } in entries
    {
        for kind in sections_of(header.payload_type) {
            if !opens(document, *kind, observer.member.keyring()) {
                continue;
            }
            let bytes = document.section(*kind, observer.member.keyring());
            let bytes = bytes.map_err(Broken::from)?;
            let words = stage.family.canaries.iter().filter(|canary| {
                canary.kind == *kind && Some(canary.dependant) == header.dependant
            });
            let mut words = words.map(|canary| canary.word.as_bytes());
            let carries = !matches!(kind, SectionKind::Profile);
            if carries && !words.any(|word| contains(&bytes, word)) {
                let what = format!(
                    "no word is found in {} of {}",
                    kind.as_str_name(),
                    header.seq
                );
                return Err(Failure::new(Invariant::Sealed, what));
            }
        }
    }
    Ok(())
}
