//! `parcep-conform client`.

use super::Failure;
use super::line::LineArgs;
use super::progress::Bar;
use super::run::{RunArgs, explain};
use crate::peer::Target;
use crate::point::{self, PointTarget};
use crate::runner::{Config, run_point};
use crate::stage::network::Network;
use clap::Args;

/// Judge an enforcement point or a guardian app behind a driver, in any language, by any vendor
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct ClientArgs {
    #[command(flatten)]
    line: LineArgs,
    /// How the relay and the network are that the product meets, all of them honest
    #[arg(long, value_enum, default_value = "plain")]
    network: Network,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

const HELP: &str = "\
The driver is a small program of yours: one JSON object a line in, one out (spec/driver.md). It passes on what it is
asked to your product, which talks to the relay that it is given. The suite plays the guardians, the relay, and whoever
attacks between them. What the driver writes to its standard error passes through.

Exit codes:
  0  conformant: every test that applies ran and passed, but for known failures (--baseline)
  1  not conformant: a test failed, or passed only when tried again
  2  usage: a flag or a pattern is wrong
  3  harness: the driver cannot be started, a file cannot be written, or the suite itself failed
  4  nothing ran, or not everything that is required
  5  the list of known failures is not true any more

Examples:
  parcep-conform client -- python3 my_driver.py
  parcep-conform client --profile quick -- ./my-driver --verbose
  parcep-conform client --only R-LOG-005 --seed 7 -- ./my-driver
  parcep-conform client --listen 0.0.0.0:7200
  parcep-conform client --dial 192.0.2.7:7200 --report report.json";

pub(super) async fn run(args: ClientArgs) -> Result<u8, Failure> {
    let baseline = args.run.checked()?;
    let met = args.line.meet(&point::ROLES, args.run.json).await?;
    let target = Target::point(PointTarget {
        start: met.start,
        patience: met.patience,
        hello: met.hello,
        network: args.network,
    });
    let mut config = Config::new(target, args.line.profile, args.run.seed());
    config.jobs = met.jobs;
    args.run.select(&mut config);
    let bar = Bar::new(args.run.json);
    let report = run_point(&config, &bar).await;
    bar.clear();
    args.run.tell(
        report.map_err(|cannot| explain(cannot, ""))?,
        baseline.as_ref(),
    )
}
