//! How a product behind a driver is reached: flags that all commands have which judge one.

use super::Failure;
use crate::catalogue::Profile;
use crate::driver::{Door, Fault, Start};
use crate::point::{self, Hello};
use clap::Args;
use std::net::SocketAddr;
use std::time::Duration;

/// The line to a driver.
#[derive(Debug, Args)]
pub(super) struct LineArgs {
    /// How much to ask: `quick` takes a few seconds, `full` has every test
    #[arg(long, value_enum, default_value = "full")]
    pub(super) profile: Profile,
    /// Wait at this address for a product that dials in, after each of its starts anew
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["dial", "command"])]
    listen: Option<SocketAddr>,
    /// Dial a product that listens at this address
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "command")]
    dial: Option<SocketAddr>,
    /// Products that run at once, where a command starts them
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// How long the product may take for one answer, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,
    /// Command that starts the driver; `--state-dir DIR` is put behind it
    #[arg(last = true, value_name = "CMD")]
    command: Vec<String>,
}

/// A product that said who it is.
pub(super) struct Met {
    pub(super) start: Start,
    pub(super) patience: Duration,
    pub(super) hello: Hello,
    /// Products that run at once.
    pub(super) jobs: usize,
}

impl LineArgs {
    /// Whether there is a line at all.
    pub(super) fn is_there(&self) -> bool {
        self.listen.is_some() || self.dial.is_some() || !self.command.is_empty()
    }

    /// Asks who is there. A product of another role is not judged.
    pub(super) async fn meet(&self, roles: &[&str], quiet: bool) -> Result<Met, Failure> {
        let start = self.start().await?;
        let patience = Duration::from_secs(self.patience);
        let hello = point::meet(&start, patience).await.map_err(no_driver)?;
        if !roles.contains(&hello.role.as_str()) {
            let message = format!(
                "the driver says that it is `{}`; this command judges an `{}`",
                hello.role,
                roles.join("` or a `")
            );
            return Err(Failure::harness("OTHER_ROLE", message));
        }
        if !quiet {
            let features = hello.features.join(" ");
            eprintln!("{} {} ({features})", hello.product, hello.version);
        }
        let jobs = match start.is_many() {
            true => usize::from(self.jobs),
            false => 1,
        };
        Ok(Met {
            start,
            patience,
            hello,
            jobs,
        })
    }

    async fn start(&self) -> Result<Start, Failure> {
        match (self.listen, self.dial, self.command.as_slice()) {
            (Some(address), _, _) => {
                let door = Door::open(address).await.map_err(no_driver)?;
                eprintln!("waiting for a product at {}", door.address());
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
}

fn no_driver(fault: Fault) -> Failure {
    let message =
        format!("the driver does not answer as it should: {fault}\nThe contract is spec/driver.md");
    Failure::harness("DRIVER", message)
}
