//! `parcep guardian approve`.

use super::{At, find};
use crate::failure::{Failure, Kind};
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::short;
use crate::online::{act, answer, block_on, failed, time};
use clap::Args;
use parcep_core::consent::PROPOSAL_LIFE;
use serde_json::json;

/// Arguments of `guardian approve`.
#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// The proposal: how its id begins; without it the only one that is open
    #[arg(long, value_name = "ID")]
    pub proposal: Option<String>,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Approve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            let open = find(&guardian, self.proposal.as_deref())?;
            let witnesses = guardian.witness().await.map_err(failed)?.statements();
            let household = guardian.household().map_err(failed)?;
            if household.proof_of_age(&open, &witnesses).is_some() {
                let message = format!(
                    "it is older than {}; ask for a new proposal, `parcep household tend` clears this \
                     one away",
                    time::lasting(PROPOSAL_LIFE)
                );
                return Err(Failure::new(Kind::Failed, "EXPIRED", message));
            }
            let earliest = household.earliest_effect(&open, &witnesses);
            let shown = act::shown(&open, household, earliest, &who);
            let plan = Plan {
                what: shown.what.clone(),
                whom: vec![format!("begun by {}", shown.begun_by)],
                when: shown.waits_for.clone(),
                stop: shown.stop.clone(),
                irreversible: act::destroys(open.act(), household),
                needs_word: true,
            };
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let done = guardian.approve(open.hash).await.map_err(failed)?;
            let id = short(&open.hash.to_hex());
            let ended = guardian.household().map_err(failed)?.ended().is_some();
            if ended || guardian.principal().is_err() {
                guardian.leave_folder().map_err(failed)?;
                let so = if ended {
                    "the household has ended"
                } else {
                    "you left"
                };
                let words =
                    format!("Consented to {id}, and it has effect: {so}. This folder is erased.\n");
                let value = json!({ "proposal": id, "in_effect": true });
                return answer(self.json, &value, &words);
            }
            guardian.renew_if_needed().await.map_err(failed)?;
            let words = if done {
                format!("Consented to {id}; it has effect now.\n")
            } else {
                let after = guardian.open_proposal(open.hash).map_err(failed)?.clone();
                let earliest = guardian.earliest(&after).map_err(failed)?;
                let household = guardian.household().map_err(failed)?;
                let shown = act::shown(&after, household, earliest, &who);
                format!("Consented to {id}; it still waits.\n{}", shown.words())
            };
            answer(
                self.json,
                &json!({ "proposal": id, "in_effect": done }),
                &words,
            )
        })
    }
}
