//! `parcep-conform client`.

use super::Failure;
use super::progress::Bar;
use super::run::{RunArgs, explain};
use crate::catalogue::Profile;
use crate::driver::{Door, Fault, Start};
use crate::peer::Target;
use crate::point::{self, PointTarget};
use crate::runner::{Config, run_point};
use crate::stage::network::Network;
use clap::Args;
use std::net::SocketAddr;
use std::time::Duration;

/// Judge an enforcement point or a guardian app behind a driver, in any language, by any vendor
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct ClientArgs {
    /// How much to ask: `quick` takes a few seconds, `full` has every test
    #[arg(long, value_enum, default_value = "full")]
    profile: Profile,
    /// Wait at this address for a device that dials in, after each of its starts anew
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["dial", "command"])]
    listen: Option<SocketAddr>,
    /// Dial a device that listens at this address
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "command")]
    dial: Option<SocketAddr>,
    /// Products that run at once, where a command starts them
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// How long the product may take for one answer, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,
    /// How the relay and the network are that the product meets, all of them honest
    #[arg(long, value_enum, default_value = "plain")]
    network: Network,
    #[command(flatten)]
    pub(super) run: RunArgs,
    /// Command that starts the driver; `--state-dir DIR` is put behind it
    #[arg(last = true, value_name = "CMD")]
    command: Vec<String>,
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
    let start = start(&args).await?;
    let patience = Duration::from_secs(args.patience);
    let hello = point::meet(&start, patience).await.map_err(no_driver)?;
    if !point::ROLES.contains(&hello.role.as_str()) {
        let message = format!(
            "the driver says that it is `{}`; this command judges an `enforcement-point` or a `guardian-app`",
            hello.role
        );
        return Err(Failure::harness("OTHER_ROLE", message));
    }
    if !args.run.json {
        eprintln!(
            "{} {} ({})",
            hello.product,
            hello.version,
            hello.features.join(" ")
        );
    }
    let jobs = if start.is_many() {
        usize::from(args.jobs)
    } else {
        1
    };
    let target = Target::point(PointTarget {
        start,
        patience,
        hello,
        network: args.network,
    });
    let mut config = Config::new(target, args.profile, args.run.seed());
    config.jobs = jobs;
    args.run.select(&mut config);
    let bar = Bar::new(args.run.json);
    let report = run_point(&config, &bar).await;
    bar.clear();
    args.run.tell(
        report.map_err(|cannot| explain(cannot, ""))?,
        baseline.as_ref(),
    )
}

async fn start(args: &ClientArgs) -> Result<Start, Failure> {
    match (args.listen, args.dial, args.command.as_slice()) {
        (Some(address), _, _) => {
            let door = Door::open(address).await.map_err(no_driver)?;
            eprintln!("waiting for a device at {}", door.address());
            Ok(Start::DialsIn(door))
        }
        (_, Some(address), _) => Ok(Start::Dialled(address)),
        (_, _, []) => Err(Failure::usage(
            "NO_DRIVER",
            "nobody to test: put the command of your driver behind `--`, or give --listen or --dial",
        )),
        (_, _, command) => Ok(Start::Program(command.to_vec())),
    }
}

fn no_driver(fault: Fault) -> Failure {
    let message =
        format!("the driver does not answer as it should: {fault}\nThe contract is spec/driver.md");
    Failure::harness("DRIVER", message)
}
