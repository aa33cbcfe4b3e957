//! `parcep household acts`: what the relay carries out when its week is over.

use crate::failure::Failure;
use crate::online::guardian::At;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::Who;
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_client::Link;
use parcep_client::guardian::{Guardian, WaitingAct, WaitingWhat};
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `household acts`.
#[derive(Debug, Args)]
pub struct Acts {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// At the relay of this address, which the household has left, and not at its own
    #[arg(long, value_name = "URI")]
    pub old_relay: Option<String>,
    /// Announce that the relay is to delete the log, with everything it has of it
    #[arg(long)]
    pub delete_log: bool,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Acts {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            if self.delete_log && !self.announce(&mut guardian, &who).await? {
                return Ok(());
            }
            let acts = match left(&mut guardian, self.old_relay.as_deref())? {
                Some(link) => guardian.acts_at(link).await,
                None => guardian.acts().await,
            };
            let acts = acts.map_err(failed)?;
            let there = self.old_relay.iter();
            let there: String = there.map(|uri| format!(" --old-relay {uri}")).collect();
            let mut words = String::new();
            if acts.is_empty() {
                words.push_str("Nothing waits at the relay.\n");
            }
            for act in &acts {
                let _ = writeln!(
                    words,
                    "{}  {}, on {}\n   stop it: `{}{there} --act {}`",
                    act.id,
                    what(act),
                    time::at(act.due_at),
                    who.command("household cancel"),
                    act.id
                );
            }
            let rows: Vec<_> = acts
                .iter()
                .map(|act| json!({ "id": act.id, "what": what(act), "due": time::at(act.due_at) }))
                .collect();
            answer(self.json, &json!({ "acts": rows }), &words)
        })
    }

    async fn announce(&self, guardian: &mut Guardian, who: &Who) -> Result<bool, Failure> {
        let cancel = who.command("household cancel");
        let (what, whom, how) = match &self.old_relay {
            Some(uri) => (
                format!("{uri}, which the household has left, deletes its copy of the log"),
                "who has not followed the move by then: they find the log only at the new relay",
                format!("`{cancel} --old-relay {uri} --act NUMBER`"),
            ),
            None => (
                "the relay deletes the log, with registers and access keys".to_owned(),
                "every device of the household: it finds no relay any more",
                format!("`{cancel} --act NUMBER`"),
            ),
        };
        let plan = Plan::to(what)
            .and("members keep what they hold; `household export` takes everything along before")
            .whom(whom)
            .when("in 7 days, by the relay's clock")
            .stop(format!("{how}, by any guardian, until then"))
            .irreversible();
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(false);
        }
        let announced = match left(guardian, self.old_relay.as_deref())? {
            Some(link) => guardian.announce_deletion_at(link).await,
            None => guardian.announce_deletion().await,
        };
        announced.map_err(failed)?;
        Ok(true)
    }
}

/// The way to a relay that the household has left.
pub(super) fn left(guardian: &mut Guardian, uri: Option<&str>) -> Result<Option<Link>, Failure> {
    let Some(uri) = uri else {
        return Ok(None);
    };
    let household = guardian.household().map_err(failed)?;
    let mut relays = household.constitution().relays().iter();
    let home = household.home().map(str::to_owned);
    if home.is_none_or(|home| home == uri) || !relays.any(|relay| relay.uri == uri) {
        let message = format!(
            "`{uri}` is no relay that this household has left; see `parcep household status`"
        );
        return Err(Failure::usage("NOT_LEFT", message));
    }
    guardian
        .driver()
        .link()
        .elsewhere(uri)
        .map(Some)
        .map_err(failed)
}

fn what(act: &WaitingAct) -> String {
    match act.what {
        WaitingWhat::ChangesKey => "a key that opens the relay is added or changed".into(),
        WaitingWhat::RemovesKey => "a key that opens the relay is removed".into(),
        WaitingWhat::DropsBodies(count) => format!("the bodies of {count} entries are dropped"),
        WaitingWhat::DeletesLog => "the log is deleted".into(),
        _ => "something that this version does not know".into(),
    }
}
