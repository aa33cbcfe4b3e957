//! `parcep household acts`: what the relay carries out when its week is over.

use crate::failure::Failure;
use crate::online::guardian::At;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_client::guardian::{Guardian, WaitingAct, WaitingWhat};
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `household acts`.
#[derive(Debug, Args)]
pub struct Acts {
    #[command(flatten)]
    /// Where
    pub at: At,
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
            let (mut guardian, _) = self.at.open().await?;
            if self.delete_log && !self.announce(&mut guardian).await? {
                return Ok(());
            }
            let acts = guardian.acts().await.map_err(failed)?;
            let mut words = String::new();
            if acts.is_empty() {
                words.push_str("Nothing waits at the relay.\n");
            }
            for act in &acts {
                let _ = writeln!(
                    words,
                    "{}  {}, on {}\n   stop it: `parcep household cancel --act {}`",
                    act.id,
                    what(act),
                    time::at(act.due_at),
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

    async fn announce(&self, guardian: &mut Guardian) -> Result<bool, Failure> {
        let plan = Plan::to("the relay deletes the log, with registers and access keys")
            .and("members keep what they hold; `household export` takes everything along before")
            .whom("every device of the household: it finds no relay any more")
            .when("in 7 days, by the relay's clock")
            .stop("`parcep household cancel --act NUMBER`, by any guardian, until then")
            .irreversible();
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(false);
        }
        guardian.announce_deletion().await.map_err(failed)?;
        Ok(true)
    }
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
