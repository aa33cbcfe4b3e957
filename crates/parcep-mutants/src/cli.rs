//! `parcep-mutants`: one faulty relay, issuer, party or enforcement point.

use crate::MARKER;
use crate::app::{APPS, AppOffer};
use crate::evil::cli::Evil;
use crate::fault::{FAULTS, Fault, Offer};
use crate::faulty::Faulty;
use crate::issuer::{self, DrivenOffer, IssuerOffer, driven, issuers};
use crate::party::{LIES, Lie};
use crate::point::{PointOffer, points};
use crate::raw;
use crate::relying::{RelyingOffer, relying};
use crate::simulate::cli::Simulate;
use clap::{Args, Parser, Subcommand};
use parcep_core::crypto::VerifyingKey;
use parcep_core::hex;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayServiceServer;
use parcep_server::store::Store as _;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Limits, Listener, Relay, serve_with};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tower::util::MapRequestLayer;

/// Is a relay, an issuer of age signals, a party to ages or an enforcement point that breaks one requirement on purpose, to see that
/// the suite finds it.
///
/// A relay listens on a loopback port, an issuer (`issuer-…`) at a Unix socket. A party (`party-…`) answers
/// vectors of ages on standard input and output. Whoever stands behind a driver is started by `point`, `relying` or
/// `issuer`.
#[derive(Debug, Parser)]
#[command(name = "parcep-mutants", version = MARKER, arg_required_else_help = true, args_conflicts_with_subcommands = true)]
struct Cli {
    /// What it does wrong; the relay `none` and the issuer `issuer-none` are honest. `--list` shows every name
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// List the faults instead
    #[arg(long)]
    list: bool,
    /// List as JSON
    #[arg(long, requires = "list")]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What the program does besides.
#[derive(Debug, Subcommand)]
enum Command {
    /// Be an enforcement point or a guardian app that breaks one requirement, behind a driver on standard input
    /// and output
    Point(PointArgs),
    /// Be a relying party that breaks one requirement, likewise
    Relying(PointArgs),
    /// Be an issuer behind a driver that breaks one requirement, likewise
    Issuer(PointArgs),
    /// Play families through crashes, partitions and wrong clocks, and check what must hold
    Simulate(Simulate),
    /// Play every behaviour of a hostile relay, and show what honest members notice
    Evil(Evil),
}

#[derive(Debug, Args)]
struct PointArgs {
    /// What it does wrong; `point/none` and `app/none` are honest. `--list` shows every name
    #[arg(long, value_name = "NAME")]
    fault: String,
    /// Folder for everything that the device has to remember
    #[arg(long, value_name = "DIR")]
    state_dir: PathBuf,
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Simulate(simulate)) => return simulate.run(),
        Some(Command::Evil(evil)) => return evil.run(),
        Some(Command::Point(asked)) => return answer_as(&asked),
        Some(Command::Relying(asked)) => {
            let offer = RelyingOffer::find(&asked.fault);
            return answered(
                offer.map(|offer| offer.answer_lines(&asked.state_dir)),
                &asked,
            );
        }
        Some(Command::Issuer(asked)) => {
            let offer = DrivenOffer::find(&asked.fault);
            return answered(
                offer.map(|offer| offer.answer_lines(&asked.state_dir)),
                &asked,
            );
        }
        None => {}
    }
    if cli.list {
        print!("{}", if cli.json { list_json() } else { list_text() });
        return ExitCode::SUCCESS;
    }
    let name = cli.fault.unwrap_or_default();
    let served = match (
        Offer::find(&name),
        IssuerOffer::find(&name),
        Lie::find(&name),
    ) {
        (Some(offer), ..) => serve(offer),
        (_, Some(offer), _) => serve_issuer(offer),
        (.., Some(lie)) => lie.answer_lines().map_err(Into::into),
        (None, None, None) => return no_fault(&name),
    };
    ended(served)
}

fn answer_as(asked: &PointArgs) -> ExitCode {
    let offer = PointOffer::find(&asked.fault);
    let ended_so = offer.map(|offer| offer.answer_lines(&asked.state_dir));
    let app = || AppOffer::find(&asked.fault).map(|offer| offer.answer_lines(&asked.state_dir));
    answered(ended_so.or_else(app), asked)
}

fn answered(
    ended_so: Option<Result<(), Box<dyn std::error::Error>>>,
    asked: &PointArgs,
) -> ExitCode {
    ended_so.map_or_else(|| no_fault(&asked.fault), ended)
}

fn no_fault(name: &str) -> ExitCode {
    eprintln!("error: `{name}` is no fault; `parcep-mutants --list` shows them all");
    ExitCode::from(2)
}

fn ended(served: Result<(), Box<dyn std::error::Error>>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// What the program can be: kind, name, requirement, what it does, and whether it behaves.
fn offers() -> impl Iterator<Item = (&'static str, [&'static str; 3], bool)> {
    let relays = FAULTS.iter().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        ("relay", told, offer.is_honest())
    });
    let issuers = issuers().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        ("issuer", told, offer.is_honest())
    });
    let parties = LIES.iter().map(|lie| {
        let told = [lie.name, lie.requirement, lie.what];
        ("party", told, lie.is_honest())
    });
    let points = points().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        let kind = if offer.is_nonsense() {
            "nonsense"
        } else {
            "point"
        };
        (kind, told, offer.is_honest())
    });
    let apps = APPS.iter().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        ("app", told, offer.is_honest())
    });
    let relying = relying().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        ("relying", told, offer.is_honest())
    });
    let driven = driven().map(|offer| {
        let told = [offer.name, offer.requirement, offer.what];
        ("driven", told, offer.is_honest())
    });
    relays
        .chain(issuers)
        .chain(driven)
        .chain(parties)
        .chain(relying)
        .chain(points)
        .chain(apps)
}

fn list_text() -> String {
    let mut out = String::new();
    for (_, [name, requirement, what], _) in offers() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name:<34} {requirement:<12} {what}");
    }
    out
}

fn list_json() -> String {
    let rows = offers().map(|(kind, [name, requirement, what], honest)| {
        serde_json::json!({
            "kind": kind,
            "name": name,
            "requirement": requirement,
            "what": what,
            "honest": honest,
        })
    });
    format!("{}\n", rows.collect::<serde_json::Value>())
}

#[tokio::main]
async fn serve_issuer(offer: &'static IssuerOffer) -> Result<(), Box<dyn std::error::Error>> {
    issuer::serve(offer).await
}

#[tokio::main]
async fn serve(offer: &'static Offer) -> Result<(), Box<dyn std::error::Error>> {
    let store = Arc::new(RedbStore::in_memory()?);
    let relay_key = store.identity().key.public();
    let limits = Limits::default();
    let relay = Relay::new(store, limits.clone(), parcep_server::Admission::default())?;
    if matches!(offer.fault, Fault::LibraryOnly | Fault::NoHealth) {
        return serve_bare(relay, &relay_key).await;
    }
    if matches!(offer.fault, Fault::StopsAtUnknown | Fault::KeepsBeside) {
        return serve_raw(relay, &relay_key, offer.fault).await;
    }
    let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None).await?;
    announce(&listener.uri(), &relay, &relay_key);
    let faulty = Faulty::new(relay, offer.fault);
    serve_with(listener, faulty, limits, end()).await?;
    Ok(())
}

/// The service on the bare gRPC library: nothing explains its refusals.
async fn serve_bare(
    relay: Relay<RedbStore>,
    relay_key: &VerifyingKey,
) -> Result<(), Box<dyn std::error::Error>> {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    announce(&format!("http://{}", tcp.local_addr()?), &relay, relay_key);
    Server::builder()
        .add_service(RelayServiceServer::new(relay))
        .serve_with_incoming(TcpListenerStream::new(tcp))
        .await?;
    Ok(())
}

/// The service behind somebody who looks at the bytes of requests before they are decoded.
async fn serve_raw(
    relay: Relay<RedbStore>,
    relay_key: &VerifyingKey,
    fault: Fault,
) -> Result<(), Box<dyn std::error::Error>> {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    announce(&format!("http://{}", tcp.local_addr()?), &relay, relay_key);
    let faulty = Faulty::new(relay, fault);
    let memory = faulty.memory.clone();
    Server::builder()
        .layer(MapRequestLayer::new(move |request| {
            raw::looked_at(fault, &memory, request)
        }))
        .add_service(RelayServiceServer::new(faulty))
        .serve_with_incoming(TcpListenerStream::new(tcp))
        .await?;
    Ok(())
}

/// The line that a starter waits for.
fn announce(uri: &str, relay: &Relay<RedbStore>, relay_key: &VerifyingKey) {
    println!(
        "listening on {uri} relay-id {} relay-key {}",
        hex::encode(&relay.id()),
        hex::encode(relay_key.as_bytes()),
    );
}

/// Ctrl-C, or whoever started us closing nothing: the selftest kills the process.
async fn end() {
    // If the signal cannot be awaited, the relay runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
