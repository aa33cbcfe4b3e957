//! `parcep guardian remove`.

use super::At;
use crate::failure::Failure;
use crate::online::plan::{Agreed, Word};
use crate::online::who::short;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use parcep_client::guardian::Begun;
use parcep_core::consent::Act;
use serde_json::json;

/// Arguments of `guardian remove`.
#[derive(Debug, Args)]
#[command(
    after_help = "Of two guardians neither removes the other: without their own consent nothing happens. \
    Of three or more, two others and a week in everybody's sight do."
)]
pub struct Remove {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Who: name, or how the id in the log begins
    #[arg(long, value_name = "NAME")]
    pub guardian: String,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Remove {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            let household = guardian.household().map_err(failed)?;
            let me = guardian.principal().map_err(failed)?;
            let whom = who.guardian(household, &self.guardian);
            let whom = whom.ok_or_else(|| {
                let all = household.constitution().guardians().iter();
                let known = who.persons(all.map(|guardian| guardian.id));
                let message = format!("no guardian `{}` here; there are {known}", self.guardian);
                Failure::usage("UNKNOWN_GUARDIAN", message)
            })?;
            if whom == me {
                let message = "that is you: `parcep guardian leave` needs nobody's consent";
                return Err(Failure::usage("YOURSELF", message));
            }
            let act = Act::Constitution(guardian.law_without(whom).map_err(failed)?);
            let needs = guardian.needs(&act).map_err(failed)?;
            let mut plan = act::plan(&act, &needs, me, household, &who).whom(format!(
                "{} keeps all rights until it has effect",
                who.name(whom)
            ));
            plan.irreversible = true;
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let begun = guardian.begin(act, Vec::new()).await.map_err(failed)?;
            let _ = guardian.witness().await.map_err(failed)?;
            let (id, words) = match begun {
                Begun::Done(place) => (None, format!("It has effect, at entry {place}.\n")),
                Begun::Open(hash) => {
                    let id = short(&hash.to_hex());
                    let words = format!(
                        "Proposed as {id}.\nNext: others run `parcep guardian approve --household DIR \
                         --proposal {id}`; `parcep household tend` completes it when its week is over.\n"
                    );
                    (Some(id), words)
                }
            };
            let value = json!({ "proposal": id, "in_effect": id.is_none() });
            answer(self.json, &value, &words)
        })
    }
}
