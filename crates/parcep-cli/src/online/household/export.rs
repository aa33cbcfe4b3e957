//! `parcep household export`: anchor and every entry, verified before it is written.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{answer, failed};
use clap::Args;
use parcep_client::Store;
use parcep_client::export::Export as File;
use parcep_core::reason::code;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `household export`.
#[derive(Debug, Args)]
pub struct Export {
    /// A member's folder
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// Where the file goes; without your keys it is noise, so keep both
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Export {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut store = Store::open(&self.household).map_err(failed)?;
        let member = store.member().map_err(failed)?;
        if let Some(fault) = member.distrusted() {
            let message = format!(
                "the chain in this folder is not believed from entry {} on; nothing was written, see \
                 `parcep log verify`",
                fault.seq
            );
            return Err(Failure::new(Kind::Failed, code(fault.reason), message));
        }
        let entries = store.entries().map_err(failed)?;
        let export = File::new(member.anchor().clone(), entries);
        let export = export.map_err(|error| failed(error.into()))?;
        let bytes = export.encode();
        files::write_private(&self.out, &bytes)?;
        let (entries, head) = member.head();
        let out = self.out.display();
        let words = format!(
            "Wrote {entries} entries ({} bytes) to {out}, verified from the anchor to the head {}.\n\
             It holds what the relay holds: sealed entries. Who has no keys of the household learns \
             from it places, sizes and the relay's address.\nNext: `parcep log verify --file {out}`, \
             and keep a copy of {} too, which holds your keys.\n",
            bytes.len(),
            head.to_hex(),
            self.household.display()
        );
        let value = json!({
            "written": self.out, "entries": entries, "bytes": bytes.len(), "head": head.to_hex(),
        });
        answer(self.json, &value, &words)
    }
}
