//! `parcep log proof`: the proof of a fork, handed on from member to member without any relay.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::household::fork;
use crate::online::{answer, failed};
use clap::Args;
use parcep_client::{Store, forks};
use parcep_core::log::ForkProof;
use serde_json::json;
use std::path::PathBuf;

/// Most bytes of a proof.
const MAX_PROOF: usize = 5 * 1024 * 1024;

/// Arguments of `log proof`.
#[derive(Debug, Args)]
#[command(
    after_help = "A proof holds what members signed and what the relay signed, sealed as it was. Whoever \
    checks it needs nobody's word, and no relay."
)]
pub struct Proof {
    /// A member's folder: a guardian's or a device's
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// Where the proof goes that this member holds
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "check",
        conflicts_with = "check"
    )]
    pub out: Option<PathBuf>,
    /// A proof from somebody else: if it holds, this member knows of the fork from then on
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Proof {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut store = Store::open(&self.household).map_err(failed)?;
        if let Some(file) = &self.check {
            let bytes = files::read_large(file, MAX_PROOF)?;
            if !forks::show(&mut store, &bytes).map_err(failed)? {
                let message = "this proves no fork of this log to this member; sync it first, if the \
                               proof is about newer entries";
                return Err(Failure::new(Kind::Failed, "NO_PROOF", message));
            }
            let proof = ForkProof::decode(&bytes);
            let shown = proof.map(|proof| fork::shown(&mut store, &proof));
            let words = format!(
                "✓ The proof holds.\n{}",
                shown.transpose()?.unwrap_or_default()
            );
            let forked = store.member().map_err(failed)?.is_forked();
            let value = json!({ "proven": true, "forked": forked });
            return answer(self.json, &value, &words);
        }
        let Some(bytes) = forks::held(&store).map_err(failed)? else {
            let message = "this member holds no proof of a fork";
            return Err(Failure::new(Kind::Failed, "NO_PROOF", message));
        };
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from("-"));
        files::write_private(&out, &bytes)?;
        let words = format!(
            "Wrote the proof ({} bytes) to {}.\nNext: another member runs `parcep log proof --check FILE \
             --household DIR`.\n",
            bytes.len(),
            out.display()
        );
        let value = json!({ "written": out, "bytes": bytes.len() });
        answer(self.json, &value, &words)
    }
}
