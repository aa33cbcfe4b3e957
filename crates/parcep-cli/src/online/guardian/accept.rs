//! `parcep guardian accept`: on the newcomer's own device.

use super::Invitation;
use super::three_files::write;
use crate::failure::Failure;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::{answer, failed};
use clap::Args;
use parcep_client::Store;
use parcep_client::guardian::Guardian;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `guardian accept`.
#[derive(Debug, Args)]
pub struct Accept {
    /// Folder for your keys and log; it is made
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The invitation
    #[arg(long, value_name = "FILE")]
    pub invitation: PathBuf,
    /// Your name, as children's devices show it
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Where the acceptance goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Accept {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let invitation = Invitation::read(&self.invitation)?;
        let invited = invitation.invited(&self.invitation)?;
        let children = invited.law.scope_of(invited.newcomer).len();
        let plan = Plan::to(format!(
            "you agree to become a guardian, beside {}",
            invitation.guardians.join(", ")
        ))
        .and(format!(
            "with authority over {children} of: {}",
            invitation.children.join(", ")
        ))
        .and(format!(
            "changes of the constitution will take {} of {} guardians",
            invited.law.threshold(),
            invited.law.guardians().len()
        ))
        .whom("you: what you agree to is this exact change and no other")
        .when("when the guardians have taken your acceptance into the log")
        .stop(format!(
            "do not hand the file over; later: `parcep guardian leave --household {}`",
            self.dir.display()
        ));
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(());
        }
        let request = Guardian::request(&self.dir).map_err(failed)?;
        let identity = Store::open(&self.dir).and_then(|store| store.identity());
        let identity = identity.map_err(failed)?;
        let acceptance = invited.accept(&identity, &request, &self.name);
        write(&self.out, &acceptance)?;
        let words = format!(
            "Made keys in {} and the acceptance {}.\nNext: bring it back; then run `parcep device join \
             --dir {} --answer ANSWER` with the answer.\n",
            self.dir.display(),
            self.out.display(),
            self.dir.display()
        );
        answer(self.json, &json!({ "acceptance": self.out }), &words)
    }
}
