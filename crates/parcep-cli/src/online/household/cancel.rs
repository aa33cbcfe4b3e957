//! `parcep household cancel`: stop what was proposed.

use super::acts::left;
use crate::failure::Failure;
use crate::online::guardian::{At, find};
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::short;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use serde_json::json;

/// Arguments of `household cancel`.
#[derive(Debug, Args)]
pub struct Cancel {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// The proposal: how its id begins; without it the only one that is open
    #[arg(long, value_name = "ID")]
    pub proposal: Option<String>,
    /// What waits at the relay: its number in `household acts`
    #[arg(long, value_name = "NUMBER", conflicts_with = "proposal")]
    pub act: Option<u64>,
    /// At the relay of this address, which the household has left, and not at its own
    #[arg(long, value_name = "URI", requires = "act")]
    pub old_relay: Option<String>,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Cancel {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            if let Some(id) = self.act {
                match left(&mut guardian, self.old_relay.as_deref())? {
                    Some(link) => guardian.cancel_act_at(link, id).await,
                    None => guardian.cancel_act(id).await,
                }
                .map_err(failed)?;
                let words = format!("Act {id} at the relay is cancelled; it is not carried out.\n");
                return answer(self.json, &json!({ "cancelled_act": id }), &words);
            }
            let open = find(&guardian, self.proposal.as_deref())?;
            let statements = guardian.witness().await.map_err(failed)?.statements();
            let household = guardian.household().map_err(failed)?;
            let id = short(&open.hash.to_hex());
            let mut plan = Plan::to(format!("proposal {id} ends without effect"));
            for line in act::sentences(&open.act().clone(), household, &who) {
                plan = plan.and(format!("so this does not happen: {line}"));
            }
            let plan = plan
                .whom(format!(
                    "{} began it; everybody sees it",
                    who.person(open.begun.by)
                ))
                .when("at once")
                .stop("nothing; it may be proposed anew, and waits anew");
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let proof = household
                .proof_of_age(&open, &statements)
                .unwrap_or_default();
            guardian.cancel(open.hash, proof).await.map_err(failed)?;
            let words = format!("Cancelled {id}.\n");
            answer(self.json, &json!({ "cancelled": id }), &words)
        })
    }
}
