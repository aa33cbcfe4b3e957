//! `parcep age present`: show one token of a wallet to an audience, once.

use super::keys::nonce;
use super::own::Own;
use super::rules::sections;
use super::{code, misuse, values, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{AgePurpose, Batch, Presented, Share, share};
use std::path::PathBuf;

/// Arguments of `age present`.
#[derive(Debug, Args)]
#[command(
    after_help = "The token leaves the wallet before it is shown, and stays out whatever the audience answers.\n\n\
                  Example:\n  \
                  parcep age present --wallet wallet.json --audience https://games.example --nonce $NONCE \\\n    \
                  | parcep age verify - --issuer issuer.key.pub --audience https://games.example --nonce $NONCE"
)]
pub struct Present {
    /// The wallet that `age issue --tokens` filled
    #[arg(long, value_name = "FILE")]
    pub wallet: PathBuf,
    /// Who asks, as this device has seen it: an origin such as `https://games.example`, or an app's
    /// id
    #[arg(long, value_name = "TEXT")]
    pub audience: String,
    /// The audience's challenge in hexadecimal, 16 to 64 bytes
    #[arg(long, value_name = "HEX")]
    pub nonce: String,
    /// What it was asked for: access-gate or legal-compliance
    #[arg(long, default_value = "access-gate", value_parser = values::purpose, value_name = "PURPOSE")]
    pub purpose: AgePurpose,
    /// Share only what these rules share: a policy as `parcep decide --policy` takes it
    #[arg(long, value_name = "FILE", requires = "child")]
    pub policy: Option<PathBuf>,
    /// Whose rules
    #[arg(long, value_name = "ID", requires = "policy")]
    pub child: Option<String>,
    /// The list of what was shared; without it `age-shared.jsonl` beside the wallet
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Where the presentation goes, or `-` for stdout
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub out: PathBuf,
    /// Answer in JSON; with `--out` as a file
    #[arg(long)]
    pub json: bool,
}

impl Present {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let now = jiff::Timestamp::now().as_second();
        let nonce = nonce(&self.nonce)?;
        let share = self.share()?;
        let own = Own::beside(&self.wallet, self.log.as_deref())?;
        let mut batch = self.batch()?;
        let before = own.before()?;
        let shown = self.take(&own, &mut batch, &share, &nonce, now);
        let shown = shown.inspect_err(|_| before.restore())?;
        let used = "; the token is used up";
        before.hand_over(&self.out, &shown.bytes, used)?;
        if self.out.as_os_str() == "-" {
            return Ok(());
        }
        let words = format!(
            "Shown to {}: {}; tokens left: {}.\n",
            self.audience,
            words::spoken(shown.told.interval),
            batch.len()
        );
        answer(self.json, &words::Told::of(&shown.told), &words)
    }

    /// First it is listed and leaves the wallet, then somebody gets it (R-AGE-020, R-AGE-052).
    fn take(
        &self,
        own: &Own,
        batch: &mut Batch,
        share: &Share,
        nonce: &[u8],
        now: i64,
    ) -> Result<Presented, Failure> {
        let admitted = own.admit(&self.audience, batch.cuts(), share, now)?;
        let shown = batch.present(&admitted, self.purpose, nonce, now);
        let shown = shown.map_err(misuse)?;
        own.shared(&shown.told, now)?;
        if batch.is_empty() {
            files::remove(&self.wallet)?;
        } else {
            files::write_private(&self.wallet, &batch.expose_json())?;
        }
        Ok(shown)
    }

    fn batch(&self) -> Result<Batch, Failure> {
        Batch::from_json(&files::read(&self.wallet)?).map_err(|error| {
            let message =
                "is no wallet with tokens in it; make one with `parcep age issue --tokens`";
            Failure::new(Kind::Input, code(error), message)
                .in_file(self.wallet.display().to_string())
        })
    }

    /// What the household shares; without rules the person decides alone.
    fn share(&self) -> Result<Share, Failure> {
        let (Some(policy), Some(child)) = (&self.policy, &self.child) else {
            return Ok(Share::Allowed { cuts: None });
        };
        let sections = sections(policy, child)?;
        let sections = sections.iter().map(Option::as_ref);
        Ok(share(sections, &self.audience, self.purpose))
    }
}
