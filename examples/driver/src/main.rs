//! The reference driver as a program: on standard input and output, or on TCP.

use clap::Parser;
use parcep_core::epoch::PepCategory;
use parcep_driver::{
    Ended, GuardianApp, Issuer, Party, Point, category_of, serve, serve_issuer, serve_party,
};
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the library decides. What a product can do besides, it says itself.
const CAPABILITIES: &str = "time.window time.target time.lock time.end budget.device budget.app \
    budget.category budget.feature app.block app.install web.host web.category rating.content rating.app \
    communication.contact communication.add spending.purchase spending.cap feature.device age.gate ask";
/// How long a suite may take to open its port.
const DIAL: Duration = Duration::from_secs(30);

/// An enforcement point, a guardian app, a relying party or an issuer that a suite asks by the driver contract
/// (spec/driver.md).
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Folder for everything that the device has to remember.
    #[arg(long, value_name = "DIR")]
    state_dir: PathBuf,
    /// What it is.
    #[arg(long, value_enum, default_value = "enforcement-point")]
    role: Role,
    /// What kind of device it is, such as `console` or `device-os`.
    #[arg(long, value_name = "NAME", default_value = "console", value_parser = category)]
    category: PepCategory,
    /// What it says that it can do, words of spec/registry/capabilities.toml.
    #[arg(long, value_name = "WORDS", default_value = CAPABILITIES)]
    capabilities: String,
    /// Connect to a suite that listens there, in place of standard input and output.
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "listen")]
    connect: Option<String>,
    /// Wait there for a suite that connects; the address stands on standard error.
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
}

/// Roles of the contract.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Role {
    EnforcementPoint,
    GuardianApp,
    AgeRelyingParty,
    AgeIssuer,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.state_dir)?;
    match options.role {
        Role::EnforcementPoint => {
            let capabilities = options.capabilities.split_whitespace().map(str::to_owned);
            let capabilities = capabilities.collect();
            let mut point = Point::open(&options.state_dir, options.category, capabilities)?;
            answer(&options, |input, output| serve(&mut point, input, output))
        }
        Role::GuardianApp => {
            let mut app = GuardianApp::open(&options.state_dir)?;
            answer(&options, |input, output| serve(&mut app, input, output))
        }
        Role::AgeRelyingParty => {
            let mut party = Party::open(&options.state_dir)?;
            answer(&options, |input, output| {
                serve_party(&mut party, input, output)
            })
        }
        Role::AgeIssuer => {
            let mut issuer = Issuer::open(&options.state_dir)?;
            answer(&options, |input, output| {
                serve_issuer(&mut issuer, input, output)
            })
        }
    }
}

/// Answers on the line that was chosen until it is told to stop.
fn answer(
    options: &Options,
    mut serve: impl FnMut(&mut dyn BufRead, &mut dyn Write) -> io::Result<Ended>,
) -> Result<(), Box<dyn Error>> {
    let mut on_socket = |stream: &TcpStream| {
        stream.set_nodelay(true)?;
        let mut output = stream;
        serve(&mut BufReader::new(stream), &mut output)
    };
    match (&options.connect, &options.listen) {
        (Some(address), _) => {
            on_socket(&dialled(address)?)?;
        }
        (None, Some(address)) => {
            let listener = TcpListener::bind(address)?;
            eprintln!("listens on {}", listener.local_addr()?);
            // A line that breaks is no end of the product; the next one finds it as it was.
            while !matches!(on_socket(&listener.accept()?.0), Ok(Ended::Stopped)) {}
        }
        (None, None) => {
            serve(&mut io::stdin().lock(), &mut io::stdout().lock())?;
        }
    }
    Ok(())
}

fn dialled(address: &str) -> io::Result<TcpStream> {
    let began = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Err(_) if began.elapsed() < DIAL => std::thread::sleep(Duration::from_millis(100)),
            connected => return connected,
        }
    }
}

fn category(name: &str) -> Result<PepCategory, String> {
    category_of(name).ok_or_else(|| format!("`{name}` is no category of enforcement points"))
}
