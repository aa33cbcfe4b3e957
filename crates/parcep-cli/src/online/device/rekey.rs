//! `parcep device rekey`: a new sealing key for a member, by one file.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::household::relay_of;
use crate::online::who::short;
use crate::online::{RelayArgs, answer, block_on, failed, write_bytes};
use clap::Args;
use parcep_client::guardian::Guardian;
use parcep_client::{Driver, Store};
use parcep_core::joining::JoinRequest;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `device rekey`.
#[derive(Debug, Args)]
pub struct Rekey {
    /// On the device its own folder, with `--out`; then a guardian's, with `--request`
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// On the device: where the request for its new key goes
    #[arg(long, value_name = "FILE", conflicts_with = "request")]
    pub out: Option<PathBuf>,
    /// At a guardian: the request of the device
    #[arg(long, value_name = "FILE", required_unless_present = "out")]
    pub request: Option<PathBuf>,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Rekey {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match (&self.out, &self.request) {
            (Some(out), _) => self.ask(out),
            (None, Some(request)) => self.list(request),
            (None, None) => Err(Failure::usage("NO_FILE", "give `--out` or `--request`")),
        }
    }

    fn ask(&self, out: &Path) -> Result<(), Failure> {
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        let mut store = Store::open(&self.household).map_err(failed)?;
        let member = store.member().map_err(failed)?;
        let mut driver = Driver::new(member, store, link);
        let request = driver.key_request().map_err(failed)?;
        write_bytes(out, &request)?;
        let out = out.display();
        let words = format!(
            "Made a new key and the request {out}.\nNext: bring it to a guardian, who runs `parcep device rekey \
             --household DIR --request {out}`; at its next sync this device takes the new key and destroys the \
             old one.\n"
        );
        answer(self.json, &json!({ "request": self.out }), &words)
    }

    fn list(&self, request: &Path) -> Result<(), Failure> {
        let request = JoinRequest::verify(&files::read(request)?).map_err(|error| {
            let code = parcep_core::reason::code(error.reason());
            let message = format!("{error}; make a new request on the device");
            Failure::new(Kind::Input, code, message).in_file(request.display().to_string())
        })?;
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        block_on(async {
            let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            guardian.rekey(&request).await.map_err(failed)
        })?;
        let device = request.device.to_string();
        let words = format!(
            "Device {} has a new key, and everybody got new secrets. Nothing else changes for it.\n",
            short(&device)
        );
        answer(self.json, &json!({ "device": device }), &words)
    }
}

/// A line on the dependants whose erasure waits for a new key (R-PRIV-014); none if there are none.
pub(crate) fn erasing(driver: &Driver) -> String {
    match driver.erasing().len() {
        0 => String::new(),
        count => format!(
            "The erasure of {count} dependant(s) is not complete: this device's old key could still open what \
             was sealed to it. Give it a new one: `parcep device rekey`.\n"
        ),
    }
}
