//! `parcep-mutants`: one faulty relay on a loopback port.

use crate::fault::{FAULTS, Offer};
use crate::faulty::Faulty;
use crate::MARKER;
use clap::Parser;
use parcep_core::hex;
use parcep_server::store::Store as _;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Limits, Listener, Relay, serve_with};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

/// Starts a relay that breaks one requirement on purpose, to see that the suite finds it.
#[derive(Debug, Parser)]
#[command(name = "parcep-mutants", version = MARKER, arg_required_else_help = true)]
struct Cli {
    /// What the relay does wrong; `none` is honest. `--list` shows every name
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    fault: Option<String>,
    /// List the faults instead
    #[arg(long)]
    list: bool,
    /// List as JSON
    #[arg(long, requires = "list")]
    json: bool,
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.list {
        print!("{}", if cli.json { list_json() } else { list_text() });
        return ExitCode::SUCCESS;
    }
    let name = cli.fault.unwrap_or_default();
    let Some(offer) = Offer::find(&name) else {
        eprintln!("error: `{name}` is no fault; `parcep-mutants --list` shows them all");
        return ExitCode::from(2);
    };
    match serve(offer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

fn list_text() -> String {
    let mut out = String::new();
    for offer in FAULTS {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:<24} {:<12} {}", offer.name, offer.requirement, offer.what);
    }
    out
}

fn list_json() -> String {
    let rows: Vec<_> = FAULTS
        .iter()
        .map(|offer| {
            serde_json::json!({
                "name": offer.name,
                "requirement": offer.requirement,
                "what": offer.what,
                "honest": offer.is_honest(),
            })
        })
        .collect();
    format!("{}\n", serde_json::Value::from(rows))
}

#[tokio::main]
async fn serve(offer: &'static Offer) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Arc::new(RedbStore::open(&folder.path().join("mutant.redb"))?);
    let relay_key = store.identity().key.public();
    let limits = Limits::default();
    let relay = Relay::new(store, limits.clone(), parcep_server::Admission::default())?;
    let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None).await?;
    println!(
        "listening on {} relay-id {} relay-key {}",
        listener.uri(),
        hex::encode(&relay.id()),
        hex::encode(relay_key.as_bytes()),
    );
    let faulty = Faulty::new(relay, offer.fault);
    serve_with(listener, faulty, limits, end()).await?;
    Ok(())
}

/// Ctrl-C, or whoever started us closing nothing: the selftest kills the process.
async fn end() {
    // If the signal cannot be awaited, the relay runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
