//! `parcep sync`: follow the log, once or as it grows.

use super::household::relay_of;
use super::{RelayArgs, answer, block_on, failed};
use crate::failure::Failure;
use clap::Args;
use parcep_client::{Driver, Store};
use parcep_core::household::Outcome;
use parcep_core::member::Event;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `sync`.
#[derive(Debug, Args)]
pub struct Sync {
    /// A member's folder: a guardian's or a device's
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// Stay, and take changes over as they come, until interrupted
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON; with `--watch` one line for each change
    #[arg(long)]
    pub json: bool,
}

impl Sync {
    /// Follows.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        block_on(async {
            let mut store = Store::open(&self.household).map_err(failed)?;
            let member = store.member().map_err(failed)?;
            let mut driver = Driver::new(member, store, link);
            let events = driver.sync().await.map_err(failed)?;
            let new = followed(&events).count();
            let (entries, head) = driver.member().head();
            let words = format!(
                "{new} new entries, {entries} in all; head {}\n{}",
                head.to_hex(),
                super::device::erasing(&driver)
            );
            let value = json!({
                "new": new, "entries": entries, "head": head.to_hex(),
                "erasing": driver.erasing().len(),
            });
            answer(self.json, &value, &words)?;
            if self.watch {
                self.stay(&mut driver).await?;
            }
            Ok(())
        })
    }

    async fn stay(&self, driver: &mut Driver) -> Result<(), Failure> {
        loop {
            let mut watching = driver.watch().await.map_err(failed)?;
            while let Some(events) = driver.watched(&mut watching).await.map_err(failed)? {
                for (seq, outcome) in followed(&events) {
                    let value = json!({ "seq": seq, "outcome": format!("{outcome:?}") });
                    // One line each, so that a program can read them as they come.
                    let words = if self.json {
                        format!("{value}\n")
                    } else {
                        format!("entry {seq}: {outcome:?}\n")
                    };
                    answer(false, &value, &words)?;
                }
            }
            driver.sync().await.map_err(failed)?;
        }
    }
}

fn followed(events: &[Event]) -> impl Iterator<Item = (u64, &Outcome)> {
    events.iter().filter_map(|event| match event {
        Event::Followed(entry, outcome) => Some((entry.seq, outcome)),
        _ => None,
    })
}
