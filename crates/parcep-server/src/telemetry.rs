//! The relay's log: what happened, never to whom.
//!
//! Only events of our own crates are written, whatever the level: the libraries below know peers'
//! addresses and payloads, and some say them at their finest levels (R-RELAY-031).

use std::io;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line per event, for people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

/// Writes the log to standard error from now on. Does nothing if the process has a log already.
pub fn init(level: Level, format: Format) {
    let filter = Targets::new()
        .with_target("parcep_server", level)
        .with_target("parcep_issuer", level)
        .with_target("parcep_cli", level);
    let registry = tracing_subscriber::registry().with(filter);
    let result = match format {
        Format::Text => registry
            .with(fmt::layer().with_writer(io::stderr).with_target(false))
            .try_init(),
        Format::Json => registry
            .with(fmt::layer().json().with_writer(io::stderr))
            .try_init(),
    };
    // Another log is in place; it was asked for by whoever runs us as a library.
    let _ = result;
}
