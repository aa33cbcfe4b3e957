//! `parcep household move`.

use crate::failure::{Failure, Kind};
use crate::online::guardian::At;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::short;
use crate::online::{act, answer, block_on, failed};
use clap::Args;
use parcep_client::guardian::{Begun, Guardian};
use parcep_core::consent::Act;
use parcep_core::constitution::Relay;
use parcep_core::crypto::VerifyingKey;
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
            let (mut guardian, who) = self.at.open().await?;
            let household = guardian.household().map_err(failed)?;
            let mut relays = household.constitution().relays().iter();
            if !relays.any(|relay| relay.uri == self.to) {
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
            .whom("every device finds it: at once if it hears of it, else a day after the last beat")
            .when("at once")
            .stop("move back the same way; what the old relay still accepts has no effect");
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(());
        }
        let link = guardian
            .driver()
            .link()
            .elsewhere(&self.to)
            .map_err(failed)?;
        let voucher = self.voucher.clone().unwrap_or_default().into_bytes();
        let place = guardian.move_to(link, voucher).await.map_err(failed)?;
        guardian.beat().await.map_err(failed)?;
        let words = format!(
            "Moved to {}, at entry {place}.\nNext: the old relay's copy can be deleted in a week.\n",
            self.to
        );
        let value = json!({ "moved": true, "relay": self.to, "entry": place });
        answer(self.json, &value, &words)
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
