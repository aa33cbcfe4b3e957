//! `parcep-conform issuer`.

use super::Failure;
use super::line::LineArgs;
use super::progress::Bar;
use super::run::{RunArgs, explain};
use crate::age::AgeTarget;
use crate::peer::{IssuerTarget, Target};
use crate::runner::{Config, run_issuer};
use clap::Args;
use std::path::{Path, PathBuf};

/// Judge an issuer of age signals behind a driver or at its socket, in any language, by any vendor
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct IssuerArgs {
    /// Unix socket at which the issuer answers the audience, if it is there already
    #[arg(long, value_name = "PATH", requires = "audience")]
    socket: Option<PathBuf>,
    /// Name of the audience that the issuer sees at this socket
    #[arg(long, value_name = "NAME", requires = "socket")]
    audience: Option<String>,
    /// Unix socket at which tokens are issued, if it is another one
    #[arg(long, value_name = "PATH", requires = "socket")]
    holder: Option<PathBuf>,
    /// Public key of the issuer, 64 hexadecimal digits; without it no signature is judged
    #[arg(long, value_name = "HEX", requires = "socket")]
    issuer_key: Option<String>,
    /// Cut points to ask with: those kept for the audience, or the first ones it gets
    #[arg(
        long,
        value_name = "AGES",
        value_delimiter = ',',
        default_value = "13,16,18"
    )]
    cuts: Vec<u32>,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

const HELP: &str = "\
Behind a driver (spec/driver.md, Issuers) the suite says whom the issuer knows, which rules the household has and how
late it is, and asks everything. Without one it asks an issuer that is there already, and what would need a driver is
not applicable.

The issuer serves parcep.v1alpha1.AgeSignalService over HTTP/2 without TLS at the socket. Let it know somebody whose
household shares the age with the audience for every purpose; what an issuer does not offer or does not tell is not
applicable, and no pass. The first signal makes it keep the cut points for the audience (R-AGE-037): take an audience
for tests alone. The run makes some 200 calls, and waits where it is refused with RATE_LIMITED.

Exit codes:
  0  conformant: every test that applies ran and passed, but for known failures (--baseline)
  1  not conformant: a test failed, or passed only when tried again
  2  usage: a flag or a pattern is wrong
  3  harness: the socket cannot be reached, a file cannot be written, or the suite itself failed
  4  nothing ran, or not everything that is required
  5  the list of known failures is not true any more

Examples:
  parcep-conform issuer -- ./my-driver
  parcep-conform issuer --socket /run/age/org.example.game.sock --audience org.example.game
  parcep-conform issuer --socket game.sock --audience org.example.game --holder holder.sock --issuer-key HEX
  parcep-conform issuer --socket game.sock --audience org.example.game --only R-AGE-028";

const UNREACHABLE: &str =
    "Start the issuer first, and give the path of the socket that it serves to this audience";

pub(super) async fn run(args: IssuerArgs) -> Result<u8, Failure> {
    let baseline = args.run.checked()?;
    let config = match &args.socket {
        Some(socket) if !args.line.is_there() => at_socket(&args, socket)?,
        Some(_) => {
            let message = "either --socket, or a driver: not both";
            return Err(Failure::usage("TWO_TARGETS", message));
        }
        None => behind_driver(&args).await?,
    };
    let bar = Bar::new(args.run.json);
    let report = run_issuer(&config, &bar).await;
    bar.clear();
    args.run.tell(
        report.map_err(|cannot| explain(cannot, UNREACHABLE))?,
        baseline.as_ref(),
    )
}

async fn behind_driver(args: &IssuerArgs) -> Result<Config, Failure> {
    let met = args.line.meet(&["age-issuer"], args.run.json).await?;
    let target = Target::age(AgeTarget {
        start: met.start,
        patience: met.patience,
        hello: met.hello,
    });
    let mut config = Config::new(target, args.line.profile, args.run.seed());
    config.jobs = met.jobs;
    args.run.select(&mut config);
    Ok(config)
}

fn at_socket(args: &IssuerArgs, socket: &Path) -> Result<Config, Failure> {
    let mut asked = IssuerTarget::new(args.audience.clone().unwrap_or_default());
    asked.cuts.clone_from(&args.cuts);
    asked.holder = args.holder.as_deref().map(uri);
    asked.issuer_key = args.issuer_key.as_deref().map(key).transpose()?;
    let target = Target::issuer(uri(socket), asked);
    let mut config = Config::new(target, args.line.profile, args.run.seed());
    args.run.select(&mut config);
    Ok(config)
}

fn uri(path: &Path) -> String {
    format!("unix:{}", path.display())
}

fn key(hex: &str) -> Result<Vec<u8>, Failure> {
    parcep_core::hex::decode(hex)
        .filter(|key| key.len() == 32)
        .ok_or_else(|| Failure::usage("BAD_ISSUER_KEY", "--issuer-key takes 64 hexadecimal digits"))
}
