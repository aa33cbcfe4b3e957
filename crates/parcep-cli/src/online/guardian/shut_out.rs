//! `parcep guardian shut-out`: the relay is told to revoke keys that no guardian accounts for.

use super::At;
use crate::failure::Failure;
use crate::online::household::keys_told as told;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::short;
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_core::hex;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `guardian shut-out`.
#[derive(Debug, Args)]
#[command(
    after_help = "`household tend` sees to keys whose owner left and is known to it. This is for the rest: \
    where several keys have every right at the relay and this app cannot tell which are of a guardian who \
    left, such as before you came. Without `--key` it lists them. Ask the other guardians first; whose key \
    it is, their app stops it."
)]
pub struct ShutOut {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// A key to be revoked: how it begins, as listed; may be repeated
    #[arg(long, value_name = "HEX")]
    pub key: Vec<String>,
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
            let (mut guardian, who) = self.at.open().await?;
            let cleared = guardian.clear_keys().await.map_err(failed)?;
            let unknown = guardian.unknown_keys().map_err(failed)?;
            let keys = self.chosen(&unknown)?;
            if keys.is_empty() {
                let mut words = told(&cleared, &who);
                for key in &unknown {
                    let _ = writeln!(words, "key {}", hex::encode(key));
                }
                if unknown.is_empty() {
                    words.push_str("Every key at the relay is accounted for.\n");
                }
                let unknown: Vec<_> = unknown.iter().map(|key| hex::encode(key)).collect();
                let value = json!({ "unknown": unknown, "announced": [] });
                return answer(self.json, &value, &words);
            }
            let mut plan = Plan::to("the relay revokes these keys, which have every right there");
            for key in &keys {
                plan = plan.and(format!("key {}", short(&hex::encode(key))));
            }
            let plan = plan
                .whom("whoever holds them: the relay does not open a session for them any more")
                .when("in 7 days, by the relay's clock")
                .stop(format!(
                    "`{} --act NUMBER`, by any guardian, until then",
                    who.command("household cancel")
                ));
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let (mut words, mut rows) = (String::new(), Vec::new());
            for key in keys {
                let name = short(&hex::encode(&key));
                let act = guardian.announce_revocation(key).await.map_err(failed)?;
                let at = time::at(act.due_at);
                let _ = writeln!(words, "Key {name} is revoked on {at} (act {}).", act.id);
                rows.push(json!({ "due": at, "id": act.id }));
            }
            answer(self.json, &json!({ "announced": rows }), &words)
        })
    }

    /// The keys that were named, of those in question.
    fn chosen(&self, unknown: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Failure> {
        let chosen = self.key.iter().map(|wanted| {
            let mut found = unknown
                .iter()
                .filter(|key| hex::encode(key).starts_with(wanted.as_str()));
            match (found.next(), found.next()) {
                (Some(key), None) => Ok(key.clone()),
                _ => {
                    let message = format!(
                        "`{wanted}` is the beginning of no key in question, or of several; without `--key` \
                         they are listed"
                    );
                    Err(Failure::usage("UNKNOWN_KEY", message))
                }
            }
        });
        chosen.collect()
    }
}
