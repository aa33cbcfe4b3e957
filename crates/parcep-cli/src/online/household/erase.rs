//! `parcep household erase`: a child is released, or the household ends.

use crate::failure::{Failure, Kind};
use crate::online::guardian::At;
use crate::online::people::People;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::{Who, short};
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use parcep_client::guardian::{Begun, Guardian};
use parcep_core::consent::Act;
use serde_json::json;

/// Arguments of `household erase`.
#[derive(Debug, Args)]
#[command(after_help = "Take what you want to keep along first: `parcep household export`.")]
pub struct Erase {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Only what is about this child, who is released by it
    #[arg(long, value_name = "ID")]
    pub child: Option<String>,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Erase {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            let act = self.act(&guardian, &who)?;
            let needs = guardian.needs(&act).map_err(failed)?;
            let me = guardian.principal().map_err(failed)?;
            let household = guardian.household().map_err(failed)?;
            let plan = self.plan(act::plan(&act, &needs, me, household, &who));
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let begun = guardian.begin(act, Vec::new()).await.map_err(failed)?;
            if let Begun::Open(hash) = begun {
                let id = short(&hash.to_hex());
                let words = format!(
                    "Proposed as {id}; every guardian has to consent: `parcep guardian approve \
                     --household DIR --proposal {id}`.\n"
                );
                let value = json!({ "proposal": id, "in_effect": false });
                return answer(self.json, &value, &words);
            }
            let words = match &self.child {
                Some(child) => {
                    // Following once more destroys what this device holds.
                    guardian.driver().sync().await.map_err(failed)?;
                    guardian.renew_if_needed().await.map_err(failed)?;
                    let released = guardian.driver().store().released().map_err(failed)?;
                    People::load(&self.at.household)?.forget(&released, &self.at.household)?;
                    format!(
                        "{child} is released, and what this device held about them is destroyed. The other \
                         devices do the same when they hear of it: `parcep household status` says who has \
                         not yet.\n"
                    )
                }
                None => {
                    let folder = self.at.household.display().to_string();
                    guardian.leave_folder().map_err(failed)?;
                    format!("The household has ended, and {folder} was erased.\n")
                }
            };
            answer(self.json, &json!({ "in_effect": true }), &words)
        })
    }

    fn act(&self, guardian: &Guardian, who: &Who) -> Result<Act, Failure> {
        let household = guardian.household().map_err(failed)?;
        let Some(wanted) = &self.child else {
            return Ok(Act::Erase(household.log_id()));
        };
        let child = who
            .child(household, wanted)
            .ok_or_else(|| Failure::usage("UNKNOWN_CHILD", format!("no child `{wanted}` here")))?;
        if household.constitution().dependants().len() == 1 {
            let message =
                "this is the only child: the household ends with them, leave `--child` out";
            return Err(Failure::new(Kind::Usage, "LAST_CHILD", message));
        }
        let law = guardian.law_releasing(child).map_err(failed)?;
        Ok(Act::Constitution(law))
    }

    fn plan(&self, plan: Plan) -> Plan {
        let plan = match self.child {
            Some(_) => plan,
            None => plan.and("this folder is written over and removed").and(
                "the relay keeps sealed bytes that nobody can open until the log is deleted there",
            ),
        };
        plan.irreversible()
    }
}
