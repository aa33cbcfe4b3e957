//! `parcep guardian leave`.

use super::At;
use crate::failure::{Failure, Kind};
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::{answer, block_on, failed};
use clap::Args;
use parcep_core::consent::Act;
use serde_json::json;

/// Arguments of `guardian leave`.
#[derive(Debug, Args)]
pub struct Leave {
    #[command(flatten)]
    /// Where
    pub at: At,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Leave {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            let me = guardian.principal().map_err(failed)?;
            let law = guardian.household().map_err(failed)?.constitution();
            if law.guardians().len() == 1 {
                let message = "you are the last guardian: a child is not left with rules that nobody can \
                               change; release the children with `parcep household erase`, or admit \
                               somebody first";
                return Err(Failure::new(Kind::Failed, "LAST_GUARDIAN", message));
            }
            let others = law.guardians().iter().map(|guardian| guardian.id);
            let others = who.persons(others.filter(|id| *id != me));
            let act = Act::Constitution(guardian.law_without(me).map_err(failed)?);
            let plan = Plan::to("you are no guardian of this household any more")
                .and("your rules, locks and grants end; the others' go on")
                .and("every device of yours leaves, destroys what it holds, and reads nothing new")
                .whom(format!(
                    "{others} will see that you left, and nothing else: no reason and no device"
                ))
                .whom("your key at the relay is revoked in a week, by the app of a guardian who stays")
                .when("at once; it needs nobody's consent")
                .stop("nothing: to come back, the others invite you anew")
                .irreversible();
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            guardian.begin(act, Vec::new()).await.map_err(failed)?;
            guardian.leave_folder().map_err(failed)?;
            let folder = self.at.household.display();
            let words = format!("You left. {folder} was erased.\n");
            answer(self.json, &json!({ "left": true }), &words)
        })
    }
}
