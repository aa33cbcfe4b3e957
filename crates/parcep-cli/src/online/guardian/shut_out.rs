//! `parcep guardian shut-out`: the relay is told to revoke the key of a guardian who left.

use super::At;
use crate::failure::Failure;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_core::hex;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `guardian shut-out`.
#[derive(Debug, Args)]
#[command(
    after_help = "A guardian who left reads nothing new, but their key still has every right at the relay. \
    No guardian revokes another's key at once: it is announced, and carried out in 7 days."
)]
pub struct ShutOut {
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

impl ShutOut {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, _) = self.at.open().await?;
            let keys = guardian.foreign_admins().await.map_err(failed)?;
            let due = |at: i64| json!({ "due": time::at(at) });
            let (told, fresh): (Vec<_>, Vec<_>) =
                keys.into_iter().partition(|key| key.goes_at.is_some());
            let mut rows: Vec<_> = told.iter().filter_map(|key| key.goes_at).map(due).collect();
            if fresh.is_empty() {
                let words = format!(
                    "Nothing is to be announced; {} revocations wait: `parcep household acts`.\n",
                    rows.len()
                );
                return answer(self.json, &json!({ "announced": 0, "waits": rows }), &words);
            }
            let mut plan = Plan::to("the relay revokes these keys of guardians who left");
            for key in &fresh {
                plan = plan.and(format!("key {}", short(&key.access_key)));
            }
            let plan = plan
                .whom("whoever holds them: the relay does not open a session any more")
                .when("in 7 days, by the relay's clock")
                .stop("`parcep household cancel --act NUMBER`, until then");
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let mut words = String::new();
            let announced = fresh.len();
            for key in fresh {
                let name = short(&key.access_key);
                let act = guardian.announce_revocation(key.access_key).await;
                let act = act.map_err(failed)?;
                let at = time::at(act.due_at);
                let _ = writeln!(words, "Key {name} is revoked on {at} (act {}).", act.id);
                rows.push(json!({ "due": at, "id": act.id }));
            }
            answer(
                self.json,
                &json!({ "announced": announced, "waits": rows }),
                &words,
            )
        })
    }
}

fn short(key: &[u8]) -> String {
    hex::encode(key).chars().take(12).collect()
}
