//! `parcep-conform party`.

use super::Failure;
use super::line::LineArgs;
use super::progress::Bar;
use super::run::{RunArgs, explain};
use crate::age::AgeTarget;
use crate::peer::Target;
use crate::runner::{Config, run_party};
use clap::Args;

/// Judge a relying party, an app or service that has to know an age, behind a driver
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct PartyArgs {
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

const HELP: &str = "\
The driver is a small program of yours: one JSON object a line in, one out (spec/driver.md, Relying parties). It passes
on what it is asked to your product. The suite plays issuers, holders of tokens, and whoever hands on what is not
theirs; it carries the messages itself, so that no network is needed. What a program says of single claims is asked by
`parcep-conform vectors --area age`.

Exit codes:
  0  conformant: every test that applies ran and passed
  1  not conformant: a test failed, or passed only when tried again
  2  usage: a flag or a pattern is wrong
  3  harness: the driver cannot be started, a file cannot be written, or the suite itself failed
  4  nothing ran, or not everything that is required
  5  the list of known failures is not true any more

Examples:
  parcep-conform party -- python3 my_party.py
  parcep-conform party --only R-AGE-023 --seed 7 -- ./my-driver
  parcep-conform party --listen 0.0.0.0:7200";

pub(super) async fn run(args: PartyArgs) -> Result<u8, Failure> {
    let baseline = args.run.checked()?;
    let met = args
        .line
        .meet(&["age-relying-party"], args.run.json)
        .await?;
    let target = Target::age(AgeTarget {
        start: met.start,
        patience: met.patience,
        hello: met.hello,
    });
    let mut config = Config::new(target, args.line.profile, args.run.seed());
    config.jobs = met.jobs;
    args.run.select(&mut config);
    let bar = Bar::new(args.run.json);
    let report = run_party(&config, &bar).await;
    bar.clear();
    args.run.tell(
        report.map_err(|cannot| explain(cannot, ""))?,
        baseline.as_ref(),
    )
}
