//! `parcep device join`: on the new device.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{RelayArgs, answer, block_on, failed};
use clap::Args;
use parcep_client::agent::Agent;
use parcep_client::guardian::Guardian;
use parcep_client::{Driver, Link, Store};
use parcep_core::constitution::Standing;
use parcep_core::joining::accept;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `device join`.
#[derive(Debug, Args)]
pub struct Join {
    /// The device's folder
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The guardian's answer
    #[arg(long, value_name = "FILE")]
    pub answer: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What became of a device that joined.
enum Joined {
    Enforces(usize),
    Guards(usize),
    Sees,
}

impl Join {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let bytes = files::read(&self.answer)?;
        let store = Store::open(&self.dir).map_err(failed)?;
        let identity = store.identity().map_err(failed)?;
        let accepted = accept(&bytes, identity.device, &identity.sealing);
        let (anchor, _) = accepted.map_err(|error| {
            let code = parcep_core::reason::code(error.reason());
            let message = format!("{error}; it must be the answer to this device's own request");
            Failure::new(Kind::Input, code, message).in_file(self.answer.display().to_string())
        })?;
        let belongs = store.has_joined();
        drop(store);
        let known = anchor.relays.first().map(|relay| relay.uri.as_str());
        let link = self.relay.link(known)?;
        let (entries, joined) = block_on(self.join(&bytes, link, belongs))?;
        let dir = self.dir.display();
        let (served, words) = match joined {
            Joined::Enforces(served) => (
                served,
                format!(
                    "enforces the rules of {served} dependant(s).\nNext: `parcep decide --household \
                     {dir} --child ID --at NOW --action device`, or `parcep sync --household {dir} \
                     --watch`."
                ),
            ),
            Joined::Guards(dependants) => (
                0,
                format!(
                    "is a guardian's device, for {dependants} dependant(s).\nNext: `parcep household \
                     status --household {dir}`."
                ),
            ),
            Joined::Sees => (
                0,
                format!("sees the rules.\nNext: `parcep log explain --household {dir}`."),
            ),
        };
        let words = format!("Joined; followed {entries} entries and {words}\n");
        let value = json!({ "entries": entries, "served": served });
        answer(self.json, &value, &words)
    }

    /// Joins; a device that belongs already takes the secrets it lacks (R-JOIN-009).
    async fn join(
        &self,
        bytes: &[u8],
        link: Link,
        belongs: bool,
    ) -> Result<(u64, Joined), Failure> {
        let driver = if belongs {
            let mut store = Store::open(&self.dir).map_err(failed)?;
            let member = store.member().map_err(failed)?;
            let mut driver = Driver::new(member, store, link.clone());
            driver.take_supplement(bytes).await.map_err(failed)?;
            driver
        } else {
            let driver = Driver::join(&self.dir, bytes, link.clone()).await;
            driver.map_err(failed)?
        };
        let entries = driver.member().head().0;
        let device = driver.member().identity().device;
        let household = driver.member().household();
        let standing = household.and_then(|household| household.standing_of(device));
        drop(driver);
        let joined = match standing {
            Some(Standing::EnforcementPoint) => {
                let mut agent = Agent::open(&self.dir, link).map_err(failed)?;
                agent.sync().await.map_err(failed)?;
                agent.report().await.map_err(failed)?;
                Joined::Enforces(agent.served().count())
            }
            Some(Standing::Guardian(_, scope)) => {
                let mut guardian = Guardian::open(&self.dir, link).map_err(failed)?;
                guardian.driver().sync().await.map_err(failed)?;
                guardian.beat().await.map_err(failed)?;
                Joined::Guards(scope.len())
            }
            _ => Joined::Sees,
        };
        Ok((entries, joined))
    }
}
