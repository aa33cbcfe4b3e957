//! `parcep household status`: who belongs, what is proposed, what waits at the relay.

use super::fork::Fork;
use super::health::Health;
use crate::failure::Failure;
use crate::online::device::rows;
use crate::online::guardian::At;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `household status`.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Status {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who, told) = self.at.open_forked().await?;
            // Of a relay that is not believed nothing more is asked.
            let statements = match told {
                None => guardian.witness().await,
                Some(_) => guardian.witnesses(),
            };
            let statements = statements.map_err(failed)?.statements();
            let health = Health::of(&mut guardian, &who, told.is_none()).await?;
            let fork = Fork::of(&mut guardian, &who, told, &self.at.household)?;
            let relay = guardian.driver().relay().to_owned();
            let this = guardian.driver().member().identity().device.to_string();
            let forked = fork.as_ref().is_some_and(Fork::has_stories);
            let (entries, head) = guardian.head();
            let left = guardian.keys_left().map_err(failed)?.len();
            let unknown = guardian.unknown_keys().map_err(failed)?.len();
            let household = guardian.household().map_err(failed)?;
            let law = household.constitution();
            let devices = rows(household, &who, &this);
            let open = household.proposals().map(|open| {
                let earliest = household.earliest_effect(open, &statements);
                act::shown(open, household, earliest, &who)
            });
            let open: Vec<_> = open.collect();
            let guardians = law.guardians().iter().map(|guardian| guardian.id);
            let dependants = law.dependants().iter().map(|dependant| dependant.id);
            let mut words = format!(
                "Guardians   {} (changes of the constitution take {})\nChildren    {}\nDevices     {}\n\
                 Relay       {relay}, {entries} entries, head {}\nSecrets     epoch {}{}\n",
                who.persons(guardians),
                law.threshold(),
                who.persons(dependants),
                devices.len(),
                head.to_hex(),
                household.epoch(),
                if household.needs_epoch() {
                    let tend = who.command("household tend");
                    format!("; a device left, so a new one has to come: `{tend}`")
                } else {
                    String::new()
                }
            );
            if let Some(fork) = &fork {
                words.push_str(&fork.words());
            }
            words.push_str(&health.words());
            if open.is_empty() {
                words.push_str("Nothing is proposed, nothing waits.\n");
            }
            if left > 0 {
                let _ = writeln!(
                    words,
                    "{left} keys of who left are still let in at the relay; `{}` sees to it, `{}` shows what waits.",
                    who.command("household tend"),
                    who.command("household acts")
                );
            }
            if unknown > 0 {
                let _ = writeln!(
                    words,
                    "{unknown} keys have every right at the relay, and this app cannot tell which are of who left: \
                     `{}`.",
                    who.command("guardian shut-out")
                );
            }
            for shown in &open {
                let _ = write!(words, "\n{}", shown.words());
            }
            let value = json!({
                "guardians": law.guardians().iter().map(|g| json!({
                    "id": g.id.to_string(), "name": who.name(g.id),
                })).collect::<Vec<_>>(),
                "children": law.dependants().iter().map(|d| json!({
                    "id": d.id.to_string(), "name": who.name(d.id),
                })).collect::<Vec<_>>(),
                "forked": forked, "fork": fork, "threshold": law.threshold(), "devices": devices, "relay": relay,
                "entries": entries, "head": head.to_hex(), "epoch": household.epoch(),
                "needs_epoch": household.needs_epoch(), "keys_left": left, "keys_unknown": unknown, "proposals": open,
                "health": health,
            });
            answer(self.json, &value, &words)
        })
    }
}
