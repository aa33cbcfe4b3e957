//! An act in words: what it does, whom it touches, when it takes effect, who can stop it (R-CONS-007).

use super::plan::Plan;
use super::time;
use super::who::{Who, short};
use parcep_core::consent::{Act, Needs, OpenProposal, Quorum, Settled, StoppableBy};
use parcep_core::constitution::{Change, DeviceRole, PrincipalDevices};
use parcep_core::household::Household;
use parcep_core::id::PrincipalId;
use serde::Serialize;
use std::collections::BTreeSet;

/// The plan of an act that this guardian would begin.
#[must_use]
pub fn plan(act: &Act, needs: &Needs, me: PrincipalId, household: &Household, who: &Who) -> Plan {
    let mut plan = Plan {
        what: sentences(act, household, who),
        whom: vec!["everybody in the household sees it".into()],
        ..Plan::default()
    };
    let consents = needs.newcomers.iter().copied().chain([me]).collect();
    plan.when = when(needs, &consents, who);
    plan.stop = match needs.settle(&consents) {
        Settled::Now => vec![undone(act, household, who)],
        _ => vec![
            format!(
                "`{} --proposal ID`, any time before it takes effect",
                who.command("household cancel")
            ),
            stop(needs, who),
        ],
    };
    plan
}

/// Whether members destroy by it what no other act brings back.
#[must_use]
pub fn destroys(act: &Act, household: &Household) -> bool {
    match act {
        Act::Constitution(law) => {
            let changes = household.constitution().changes(law);
            let releases = |change: &Change| matches!(change, Change::ReleasesDependant(_));
            changes.iter().any(releases)
        }
        Act::Erase(_) => true,
        _ => false,
    }
}

/// What can be done about an act that has effect at once.
fn undone(act: &Act, household: &Household, who: &Who) -> String {
    match act {
        _ if destroys(act, household) => "it cannot be cancelled afterwards: say no now".into(),
        Act::Constitution(_) => {
            "it cannot be cancelled afterwards; another change can undo it, with the consents that it takes".into()
        }
        Act::Devices(_) | Act::RemoveEnforcementPoint(_) => {
            let add = who.command("device add");
            format!("it cannot be cancelled afterwards; `{add}` lets a device in again")
        }
        Act::Resolve(_) | Act::Erase(_) => "it cannot be cancelled afterwards: say no now".into(),
    }
}

/// What an act does, one sentence each.
#[must_use]
pub fn sentences(act: &Act, household: &Household, who: &Who) -> Vec<String> {
    match act {
        Act::Constitution(law) => {
            let changes = household.constitution().changes(law);
            changes.iter().map(|change| changed(change, who)).collect()
        }
        Act::Devices(set) => devices(set, household, who),
        Act::RemoveEnforcementPoint(id) => {
            let device = who.device(Some(household), *id);
            vec![format!(
                "{device} leaves the household and enforces nothing any more"
            )]
        }
        Act::Resolve(resolve) => {
            let ended = resolve.ended.iter();
            let heads: Vec<_> = ended.map(|head| short(&head.hash.to_hex())).collect();
            vec![format!(
                "of the stories that relays told of this log, this ends: {}",
                heads.join(", ")
            )]
        }
        Act::Erase(_) => vec![
            "the household ends: nothing written after it has any effect".into(),
            "every member destroys its keys, its secrets and everything it opened".into(),
        ],
    }
}

/// What an open proposal is, for a list and for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// The first characters of its hash: how to name it.
    pub proposal: String,
    /// What it would do.
    pub what: Vec<String>,
    /// Who began it.
    pub begun_by: String,
    /// Whether that was by a printed page.
    pub by_recovery_page: bool,
    /// Who has consented.
    pub consented: Vec<String>,
    /// What it waits for.
    pub waits_for: Vec<String>,
    /// When it can take effect at the earliest; null while two kinds of source have not seen it.
    pub earliest: Option<String>,
    /// How to stop it.
    pub stop: Vec<String>,
}

/// Shows an open proposal.
#[must_use]
pub fn shown(
    open: &OpenProposal,
    household: &Household,
    earliest: Option<i64>,
    who: &Who,
) -> Shown {
    let id = short(&open.hash.to_hex());
    let consents: BTreeSet<_> = open.consents.keys().copied().collect();
    let (waits_for, stop) = match household.needs_of(open) {
        Ok(needs) => (when(&needs, &consents, who), stop(&needs, who)),
        Err(reason) => {
            let code = parcep_core::reason::code(reason);
            let lost = format!("it could not take effect as things stand now [{code}]");
            (vec![lost], "who began it can cancel it".into())
        }
    };
    Shown {
        what: sentences(open.act(), household, who),
        begun_by: who.person(open.begun.by),
        by_recovery_page: open.begun.recovery,
        consented: consents.iter().map(|id| who.person(*id)).collect(),
        waits_for,
        earliest: earliest.map(time::at),
        stop: vec![
            format!("{} --proposal {id}", who.command("household cancel")),
            stop,
        ],
        proposal: id,
    }
}

impl Shown {
    /// For a person.
    #[must_use]
    pub fn words(&self) -> String {
        let page = if self.by_recovery_page {
            ", with a recovery page"
        } else {
            ""
        };
        let plan = Plan {
            what: self.what.clone(),
            whom: vec![
                format!("begun by {}{page}", self.begun_by),
                format!("consented: {}", self.consented.join(", ")),
            ],
            when: match &self.earliest {
                Some(at) => vec![self.waits_for.join("; "), format!("not before {at}")],
                None => self.waits_for.clone(),
            },
            stop: self.stop.clone(),
            irreversible: false,
            needs_word: false,
        };
        format!("Proposal {}\n{}", self.proposal, plan.words())
    }
}

/// When an act with these consents takes effect.
fn when(needs: &Needs, consents: &BTreeSet<PrincipalId>, who: &Who) -> Vec<String> {
    let missing = |quorums: &Vec<Quorum>| -> Vec<String> {
        let open = quorums.iter().filter(|quorum| !quorum.is_met(consents));
        let mut lines: Vec<_> = open.map(|quorum| wanted(quorum, consents, who)).collect();
        lines.dedup();
        lines
    };
    let mut lines = Vec::new();
    match needs.settle(consents) {
        Settled::Now => return vec!["at once".into()],
        Settled::AfterDelay => {
            lines.push(
                "7 days after the household has seen it, when two independent clocks agree that they have \
                 passed"
                    .into(),
            );
        }
        Settled::Missing => {}
    }
    if let Some(at_once) = &needs.at_once {
        let missing = missing(at_once);
        let or = if lines.is_empty() { "" } else { "or " };
        lines.push(format!("{or}at once when {}", missing.join(", and ")));
    }
    if let (Settled::Missing, Some(delayed)) = (needs.settle(consents), &needs.delayed) {
        let missing = missing(delayed);
        lines.push(format!("or 7 days after {}", missing.join(", and ")));
    }
    lines
}

fn wanted(quorum: &Quorum, consents: &BTreeSet<PrincipalId>, who: &Who) -> String {
    let given = quorum.of.intersection(consents).count();
    let left = quorum.of.difference(consents).copied();
    let names: Vec<_> = left.map(|id| who.person(id)).collect();
    let needed = quorum.at_least.saturating_sub(given);
    if needed >= names.len() {
        let verb = if names.len() == 1 {
            "consents"
        } else {
            "consent"
        };
        return format!("{} {verb}", names.join(" and "));
    }
    format!("{needed} of {} consent", names.join(", "))
}

fn stop(needs: &Needs, who: &Who) -> String {
    match needs.stoppable_by {
        StoppableBy::Author => "who began it can; others stop it by not consenting".into(),
        StoppableBy::Consenting => "each who consented can".into(),
        StoppableBy::DevicesOf(principal) => {
            format!(
                "any device of {} that still works can",
                who.person(principal)
            )
        }
    }
}

fn changed(change: &Change, who: &Who) -> String {
    match change {
        Change::Admits(id) => format!("{} becomes a guardian", who.person(*id)),
        Change::Removes(id) => format!(
            "{0} is no guardian any more: the rules of {0} end, and the devices of {0} leave the household",
            who.person(*id)
        ),
        Change::NarrowsScope(id) => {
            format!("{} has authority over fewer children", who.person(*id))
        }
        Change::WidensScope(id) => format!("{} has authority over more children", who.person(*id)),
        Change::TakesCustody(id) => format!("{} loses time of custody", who.person(*id)),
        Change::ChangesCustody(id) => format!("{} has other times of custody", who.person(*id)),
        Change::AddsDependant(id) => format!("{} becomes a dependant", who.person(*id)),
        Change::ReleasesDependant(id) => format!(
            "{} is released: no rule of this household holds any more, and every member destroys what \
             it holds about them",
            who.person(*id)
        ),
        Change::Release(id, month) => match month {
            Some(month) => format!(
                "{} is released in {}-{:02}",
                who.person(*id),
                month.year,
                month.month
            ),
            None => format!("{} has no month of release", who.person(*id)),
        },
        Change::Threshold { from, to } => {
            let guardians = if *to == 1 { "guardian" } else { "guardians" };
            format!(
                "from then on, changes of who belongs and who decides take {to} {guardians} instead of {from}"
            )
        }
        Change::Relays(relays) => {
            let uris: Vec<_> = relays.iter().map(|relay| relay.uri.as_str()).collect();
            format!("the relays are, in this order: {}", uris.join(", "))
        }
        Change::Caps(_) => "what no single guardian may pass is bounded anew".into(),
        _ => "a change that this version does not know".into(),
    }
}

fn devices(set: &PrincipalDevices, household: &Household, who: &Who) -> Vec<String> {
    let whose = who.person(set.principal);
    let mine = household.people().filter(|(id, _)| *id == set.principal);
    let before: Vec<_> = mine.map(|(_, device)| *device).collect();
    let mut lines = Vec::new();
    for device in &set.devices {
        if !before.iter().any(|old| old.id == device.id) {
            let id = short(&device.id.to_string());
            lines.push(match device.role {
                DeviceRole::Recovery => format!("a recovery page of {whose} counts ({id})"),
                _ => format!("device {id} becomes one of {whose}"),
            });
        }
    }
    for old in &before {
        if !set.devices.iter().any(|device| device.id == old.id) {
            let id = short(&old.id.to_string());
            lines.push(format!(
                "device {id} of {whose} leaves, and reads nothing new"
            ));
        }
    }
    lines
}
