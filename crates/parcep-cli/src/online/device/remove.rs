//! `parcep device remove`.

use super::list::{Row, rows};
use super::welcome::one_device;
use crate::failure::Failure;
use crate::online::household::relay_of;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::{Who, short};
use crate::online::{RelayArgs, act, answer, block_on, failed, seen, time};
use clap::Args;
use parcep_client::guardian::{Begun, Guardian};
use parcep_core::consent::Act;
use parcep_core::id::DeviceId;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `device remove`.
#[derive(Debug, Args)]
pub struct Remove {
    /// The folder of another device of the same guardian, or of a guardian in scope
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// The device: its id as `device list` shows it, or how it begins
    #[arg(long, value_name = "ID")]
    pub device: String,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Remove {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        block_on(async {
            let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            guardian.note_head().map_err(failed)?;
            let who = Who::of(guardian.driver().member(), &self.household)?;
            seen::tell(&mut guardian, &who, true)?;
            let (device, row) = self.find(&mut guardian, &who)?;
            let act = self.act(&guardian, device)?;
            let needs = guardian.needs(&act).map_err(failed)?;
            let me = guardian.principal().map_err(failed)?;
            let household = guardian.household().map_err(failed)?;
            let plan = plan(&row, act::plan(&act, &needs, me, household, &who));
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
            let begun = guardian.begin(act, Vec::new()).await.map_err(failed)?;
            if let Begun::Open(hash) = begun {
                let _ = guardian.witness().await.map_err(failed)?;
                return self.waits(&short(&hash.to_hex()));
            }
            if row.this {
                guardian.leave_folder().map_err(failed)?;
                let folder = self.household.display();
                let words = format!(
                    "Removed device {device}, which this was. {folder} was erased.\nSomebody else renews the \
                     secrets.\n"
                );
                let value = json!({ "removed": device.to_string(), "renewed": false });
                return answer(self.json, &value, &words);
            }
            let renewed = guardian.renew_if_needed().await.map_err(failed)?;
            let cleared = guardian.clear_keys().await.map_err(failed)?;
            let shut_out = cleared.shut_out.contains(&device);
            let epoch = guardian.household().map_err(failed)?.epoch();
            let door = match cleared.announced.first() {
                _ if shut_out => "Its key at the relay is revoked.".to_owned(),
                Some(act) => format!(
                    "Its key at the relay goes on {}; until then it fetches what it cannot open.",
                    time::at(act.due_at)
                ),
                None => {
                    let shut_out = who.command("guardian shut-out");
                    format!(
                        "Its key at the relay is not known here: the app that let it in sees to it, or, where that \
                         is gone, `{shut_out}`."
                    )
                }
            };
            let words = format!(
                "Removed device {device}. {}\n{door}\n",
                if renewed {
                    format!("Epoch {epoch} gave everybody else new secrets.")
                } else {
                    "Somebody else renews the secrets.".to_owned()
                }
            );
            let value = json!({
                "removed": device.to_string(), "epoch": epoch, "renewed": renewed,
                "revoked": shut_out,
            });
            answer(self.json, &value, &words)
        })
    }

    fn act(&self, guardian: &Guardian, device: DeviceId) -> Result<Act, Failure> {
        let household = guardian.household().map_err(failed)?;
        if household.enforcement_point(device).is_some() {
            return Ok(Act::RemoveEnforcementPoint(device));
        }
        guardian
            .devices_without(device)
            .map(Act::Devices)
            .map_err(failed)
    }

    fn waits(&self, proposal: &str) -> Result<(), Failure> {
        let words = format!(
            "Proposed as {proposal}.\nNext: the other guardians run `parcep guardian approve --household \
             DIR --proposal {proposal}`; without them `parcep household tend` completes it in a week.\n"
        );
        answer(self.json, &json!({ "proposal": proposal }), &words)
    }

    fn find(&self, guardian: &mut Guardian, who: &Who) -> Result<(DeviceId, Row), Failure> {
        let this = guardian.driver().member().identity().device.to_string();
        let household = guardian.household().map_err(failed)?;
        one_device(rows(household, who, &this), &self.device)
    }
}

fn plan(row: &Row, plan: Plan) -> Plan {
    let plan = plan
        .and("everybody else gets new secrets, so that it reads nothing that is written from then on")
        .and("what it has read before it may still know")
        .whom(format!("{} of {}", row.what, row.whose))
        .when("its key at the relay is revoked at once, or in a week if it had every right there");
    if row.this {
        return plan
            .and("this is the device you are working on: it will be able to do nothing more")
            .irreversible();
    }
    plan
}
