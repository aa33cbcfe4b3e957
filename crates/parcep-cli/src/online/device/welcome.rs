//! `parcep device welcome`: secrets for a device that lacks some.

use super::list::{Row, rows};
use crate::failure::{Failure, Kind};
use crate::online::household::relay_of;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::{Who, short};
use crate::online::{RelayArgs, answer, block_on, failed, seen, write_bytes};
use clap::Args;
use parcep_client::guardian::Guardian;
use parcep_core::hex;
use parcep_core::id::DeviceId;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `device welcome`.
#[derive(Debug, Args)]
pub struct Welcome {
    /// The folder of a guardian in scope
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// The device: its id as `device list` shows it, or how it begins
    #[arg(long, value_name = "ID")]
    pub device: String,
    /// Where the file goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
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

impl Welcome {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        let made = block_on(async {
            let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            let who = Who::of(guardian.driver().member(), &self.household)?;
            seen::tell(&mut guardian, &who, true)?;
            let household = guardian.household().map_err(failed)?;
            let (device, row) = one_device(rows(household, &who, ""), &self.device)?;
            if self.plan(&row, &who).agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(None);
            }
            Ok(Some((device, guardian.supplement(device).map_err(failed)?)))
        })?;
        let Some((device, file)) = made else {
            return Ok(());
        };
        write_bytes(&self.out, &file)?;
        let out = self.out.display();
        let words = format!(
            "Wrote {out} for device {}: every secret of yours that it may hold, sealed to it.\nNext: bring \
             it there and run `parcep device join --dir DIR --answer {out}`.\n",
            short(&device.to_string()),
        );
        answer(
            self.json,
            &json!({ "device": device.to_string(), "answer": self.out }),
            &words,
        )
    }
}

impl Welcome {
    fn plan(&self, row: &Row, who: &Who) -> Plan {
        let id = short(&row.device);
        Plan::to("a file is written with the secrets of yours that this device may have, and may lack")
            .and("nothing is written to the log, and no other device changes")
            .whom(format!(
                "{} {id} of {}: it can then read what it should have been able to read, and no more",
                row.what, row.whose
            ))
            .whom("nobody else: whoever finds the file cannot open it")
            .when("when the file is taken in on that device")
            .stop("before that: delete the file")
            .stop(format!(
                "after that: `{} --device {id}` gives all others new secrets; what it has read it may still know",
                who.command("device remove")
            ))
    }
}

/// The device whose id begins so.
pub(super) fn one_device(all: Vec<Row>, wanted: &str) -> Result<(DeviceId, Row), Failure> {
    let mut found = all.into_iter().filter(|row| row.device.starts_with(wanted));
    let (Some(row), None) = (found.next(), found.next()) else {
        let message = format!(
            "`{wanted}` is the beginning of no device or of several; see `parcep device list`"
        );
        return Err(Failure::usage("UNKNOWN_DEVICE", message));
    };
    let id = hex::decode(&row.device);
    let id = id.and_then(|bytes| DeviceId::try_from(bytes.as_slice()).ok());
    let id = id.ok_or_else(|| Failure::new(Kind::Failed, "INTERNAL", "a device id is none"))?;
    Ok((id, row))
}
