//! `parcep-conform server`.

use super::progress::Bar;
use super::run::{RunArgs, explain};
use super::{Failure, read_file};
use crate::catalogue::Profile;
use crate::peer::Target;
use crate::runner::{Config, run_server};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    /// The relay: http://HOST:PORT on loopback, https://HOST:PORT elsewhere
    #[arg(long, value_name = "URI")]
    target: String,
    /// How much to ask: `quick` takes a few seconds, `full` has every test
    #[arg(long, value_enum, default_value = "full")]
    profile: Profile,
    /// Certificate authority of the relay, PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Public key that signs the relay's bookmarks, 64 hexadecimal digits; without it two tests do
    /// not apply
    #[arg(long, value_name = "HEX")]
    relay_key: Option<String>,
    /// Admission voucher for new logs, where the relay asks for one
    #[arg(long, value_name = "FILE")]
    voucher: Option<PathBuf>,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

const UNREACHABLE: &str = "\
Start the relay first (`parcep-relay --help`), check host and port, and for https give its certificate authority with --ca";

pub(super) async fn run(args: ServerArgs) -> Result<u8, Failure> {
    let baseline = args.run.checked()?;
    let config = config(&args)?;
    let bar = Bar::new(args.run.json);
    let report = run_server(&config, &bar).await;
    bar.clear();
    args.run.tell(
        report.map_err(|cannot| explain(cannot, UNREACHABLE))?,
        baseline.as_ref(),
    )
}

fn config(args: &ServerArgs) -> Result<Config, Failure> {
    let mut target = Target::plain(args.target.clone());
    target.relay_key = args.relay_key.as_deref().map(key).transpose()?;
    target.ca = args.ca.as_deref().map(read_file).transpose()?;
    if let Some(path) = &args.voucher {
        target.voucher = read_file(path)?;
    }
    let seed = args.run.seed();
    let mut config = Config::new(target, args.profile, seed);
    args.run.select(&mut config);
    for (flag, path) in [("--ca", &args.ca), ("--voucher", &args.voucher)] {
        if let Some(path) = path {
            config
                .command
                .push_str(&format!(" {flag} {}", path.display()));
        }
    }
    if let Some(key) = &args.relay_key {
        config.command.push_str(&format!(" --relay-key {key}"));
    }
    Ok(config)
}

fn key(hex: &str) -> Result<Vec<u8>, Failure> {
    parcep_core::hex::decode(hex)
        .filter(|key| key.len() == 32)
        .ok_or_else(|| Failure::usage("BAD_RELAY_KEY", "--relay-key takes 64 hexadecimal digits"))
}
