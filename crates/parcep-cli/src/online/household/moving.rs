//! `parcep household move`.

use crate::failure::{Failure, Kind};
use crate::online::guardian::At;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::short;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use parcep_client::ClientError;
use parcep_client::guardian::{Begun, Guardian};
use parcep_core::consent::Act;
use parcep_core::constitution::Relay;
use parcep_core::crypto::VerifyingKey;
use parcep_core::household::Household;
use parcep_core::reason::Reason;
use serde_json::json;

/// Arguments of `household move`.
#[derive(Debug, Args)]
#[command(
    after_help = "Two steps: the constitution has to list the new relay (where several guardians decide, \
    they `guardian approve` it, and this command is run again); then the log moves. The old relay is not \
    asked for anything."
)]
pub struct Move {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// The new relay
    #[arg(long, value_name = "URI")]
    pub to: String,
    /// Key that the new relay signs its bookmarks with, hexadecimal
    #[arg(long, value_name = "HEX", value_parser = super::relay_key)]
    pub relay_key: Option<VerifyingKey>,
    /// Admission voucher, where the new relay asks for one
    #[arg(long, value_name = "TEXT")]
    pub voucher: Option<String>,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Move {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who, silent) = self.at.open_without_relay().await?;
            let household = guardian.household().map_err(failed)?;
            let mut relays = household.constitution().relays().iter();
            if !relays.any(|relay| relay.uri == self.to) {
                if let Some(error) = silent {
                    return Err(unlisted(error, household));
                }
                let act = Act::Constitution(self.law(&guardian)?);
                let needs = guardian.needs(&act).map_err(failed)?;
                let me = guardian.principal().map_err(failed)?;
                let household = guardian.household().map_err(failed)?;
                let plan = act::plan(&act, &needs, me, household, &who).and(format!(
                    "once that has effect, this command moves the log to {}; the devices find it there by \
                     themselves",
                    self.to
                ));
                if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                    return Ok(());
                }
                let begun = guardian.begin(act, Vec::new()).await.map_err(failed)?;
                if let Begun::Open(hash) = begun {
                    return self.waits(&short(&hash.to_hex()));
                }
            }
            self.go(&mut guardian).await
        })
    }

    async fn go(&self, guardian: &mut Guardian) -> Result<(), Failure> {
        // While the old relay still answers, who has access is read once more.
        let _ = guardian.access().await;
        let plan = Plan::to(format!("the log goes on at {}", self.to))
            .and("every entry is brought there as it was received; the new relay learns places and sizes")
            .whom(
                "every device finds it by itself: a day after it heard a guardian at the old relay last, and in a \
                 week at the latest",
            )
            .when("at once")
            .stop(
                "run this again with another relay, or with the old one once its copy is deleted: `parcep household \
                 acts --old-relay URI --delete-log`; what it still accepts meanwhile has no effect",
            );
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(());
        }
        let link = guardian
            .driver()
            .link()
            .elsewhere(&self.to)
            .map_err(failed)?;
        let voucher = self.voucher.clone().unwrap_or_default().into_bytes();
        let old = guardian.driver().relay().to_owned();
        let moved = guardian.move_to(link, voucher).await;
        let place = moved.map_err(|error| self.stayed(error, &old))?;
        guardian.beat().await.map_err(failed)?;
        let words = format!(
            "Moved to {}, at entry {place}. Every device finds it by itself.\nNext: once they all have (`parcep \
             household status`), have the old relay delete its copy: `parcep household acts --household {} \
             --old-relay {old} --delete-log`.\n",
            self.to,
            self.at.household.display()
        );
        let value = json!({ "moved": true, "relay": self.to, "entry": place });
        answer(self.json, &value, &words)
    }

    fn stayed(&self, error: ClientError, old: &str) -> Failure {
        let has_copy = matches!(
            error,
            ClientError::Distrusted(_) | ClientError::Refused(Reason::StaleHead)
        );
        let mut failure = failed(error);
        let (old, to) = (if has_copy { &self.to } else { old }, &self.to);
        failure.message = if has_copy {
            format!(
                "{to} has a copy of the log that it does not bring up to date, from when the household left it: \
                 nothing has changed. Have it deleted first, which takes a week: `parcep household acts \
                 --old-relay {old} --delete-log`"
            )
        } else {
            format!(
                "{}. The log has not moved: the household goes on at {old}. What the new relay has taken so far it \
                 keeps for a day, and the same command goes on from there",
                failure.message
            )
        };
        failure
    }

    fn law(&self, guardian: &Guardian) -> Result<parcep_core::constitution::Constitution, Failure> {
        let relay = Relay {
            uri: self.to.clone(),
            key: self.relay_key,
        };
        guardian
            .law_with_relay(relay)
            .map_err(|error| Failure::new(Kind::Usage, error.code(), error.to_string()))
    }

    fn waits(&self, proposal: &str) -> Result<(), Failure> {
        let words = format!(
            "The new relay has to be listed first: proposed as {proposal}.\nNext: `parcep guardian approve \
             --household DIR --proposal {proposal}`, then this command once more.\n"
        );
        let value = json!({ "moved": false, "proposal": proposal });
        answer(self.json, &value, &words)
    }
}

/// The old relay is not followed, and the new one has to be listed there first.
fn unlisted(error: ClientError, household: &Household) -> Failure {
    let listed: Vec<_> = household
        .constitution()
        .relays()
        .iter()
        .map(|relay| relay.uri.clone())
        .collect();
    let mut failure = failed(error);
    failure.message = format!(
        "{}. Without the relay at hand the log moves only to one that the constitution lists already: {}",
        failure.message,
        listed.join(", ")
    );
    failure
}
