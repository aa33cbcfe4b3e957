//! `parcep household resolve`: guardians end a fork.

use super::relay_of;
use crate::failure::{Failure, Kind};
use crate::online::guardian::At;
use crate::online::plan::{Agreed, Word};
use crate::online::who::{Who, short};
use crate::online::{act, answer, block_on, failed, seen};
use clap::Args;
use parcep_client::ClientError;
use parcep_client::guardian::{Begun, Guardian};
use parcep_core::crypto::Hash;
use parcep_core::member::Why;
use parcep_core::reason::Reason;
use serde_json::json;

/// Arguments of `household resolve`.
#[derive(Debug, Args)]
#[command(
    after_help = "A folder knows a branch once it has seen it: `household status --relay URI` asks a relay \
    that tells it. Give the relay that serves the branch which is to go on."
)]
pub struct Resolve {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// The branch that goes on: how the hash of its head begins; without it the one of this folder
    #[arg(long, value_name = "HASH")]
    pub branch: Option<String>,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Resolve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let link = self
                .at
                .relay
                .link(relay_of(&self.at.household)?.as_deref())?;
            let mut guardian = Guardian::open(&self.at.household, link).map_err(failed)?;
            let mut synced = guardian.driver().sync().await.map(drop);
            let chosen = self.chosen(&mut guardian)?;
            let dry = self.agreed.dry_run;
            if chosen.is_some() && !dry && !self.agreed.yes {
                let message = "this folder would go over to another branch; give `--yes` if it is meant, \
                               `--dry-run` to read what happens";
                return Err(Failure::usage("CONFIRM", message));
            }
            if let (Some(head), false) = (chosen, dry) {
                guardian.driver().choose(head).map_err(failed)?;
                synced = guardian.driver().sync().await.map(drop);
            }
            match synced {
                // Of a plan only, or of a branch that this relay does not tell.
                Err(ClientError::Distrusted(fault)) if fault.reason == Reason::Fork && dry => {}
                Err(ClientError::Distrusted(fault)) if fault.reason == Reason::Fork => {
                    let message = "this relay tells another branch than the one that is to go on; give \
                                   `--relay` of one that tells it, or choose the other with `--branch`";
                    return Err(Failure::new(Kind::Failed, "FORK", message));
                }
                synced => synced.map_err(failed)?,
            }
            self.end(&mut guardian, chosen).await
        })
    }

    async fn end(&self, guardian: &mut Guardian, chosen: Option<Hash>) -> Result<(), Failure> {
        let who = Who::of(guardian.driver().member(), &self.at.household)?;
        seen::tell(guardian, &who, true)?;
        let act = guardian.resolve().ok_or_else(no_fork)?;
        let needs = guardian.needs(&act).map_err(failed)?;
        let me = guardian.principal().map_err(failed)?;
        let goes_on = match (chosen, self.agreed.dry_run) {
            (Some(head), true) => head,
            _ => guardian.head().1,
        };
        let household = guardian.household().map_err(failed)?;
        let mut plan = act::plan(&act, &needs, me, household, &who)
            .and(format!(
                "this one goes on: {}",
                short(&goes_on.to_hex())
            ))
            .whom("children's devices: what only the ended story says restricts for another week, and grants nothing")
            .whom("whoever wrote something that stands in the ended story only is asked whether to write it again");
        if chosen.is_some() && self.agreed.dry_run {
            // Counted from here the other one is the one that ends.
            plan.what.truncate(0);
            plan = plan.and(format!(
                "of the stories that relays told of this log, {} goes on, and the others end",
                short(&goes_on.to_hex())
            ));
        }
        plan.irreversible = true;
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(());
        }
        let (id, words) = match guardian.begin_resolve().await.map_err(failed)? {
            Begun::Done(place) => {
                let words = format!("The fork has ended, at entry {place}.\n");
                (None, words)
            }
            Begun::Open(hash) => {
                let id = short(&hash.to_hex());
                let words = format!(
                    "Proposed as {id}; the fork lasts until others agree.\nNext: they run `parcep guardian \
                     approve --household DIR --proposal {id}`.\n"
                );
                (Some(id), words)
            }
        };
        let value = json!({ "proposal": id, "in_effect": id.is_none() });
        answer(self.json, &value, &words)
    }

    /// Another branch than the folder's own, if one was named.
    fn chosen(&self, guardian: &mut Guardian) -> Result<Option<Hash>, Failure> {
        let own = guardian.head().1;
        let branches = guardian.driver().member().branches().iter();
        let forks = branches.filter(|branch| branch.why() == Why::Fork);
        let forks: Vec<_> = forks.map(|branch| branch.chain().head()).collect();
        if forks.is_empty() {
            return Err(no_fork());
        }
        let Some(wanted) = &self.branch else {
            return Ok(None);
        };
        let heads = forks.iter().chain([&own]);
        let mut found = heads.filter(|head| head.to_hex().starts_with(wanted.as_str()));
        match (found.next(), found.next()) {
            (Some(head), None) => Ok((*head != own).then_some(*head)),
            _ => {
                let others: Vec<_> = forks.iter().map(|head| short(&head.to_hex())).collect();
                let message = format!(
                    "which branch? this folder follows {}, beside it there is {}",
                    short(&own.to_hex()),
                    others.join(", ")
                );
                Err(Failure::usage("WHICH_BRANCH", message))
            }
        }
    }
}

fn no_fork() -> Failure {
    let message = "there is no fork to end here: one that changes no constitution ends by itself, and of one \
                   that only bookmarks prove the other story has to be met first, with `parcep household \
                   status --relay URI`";
    Failure::new(Kind::Failed, "NO_FORK", message)
}
