//! The command line of the relay, shared by `parcep-relay` and `parcep serve`.

use crate::clock::Clock;
use crate::limits::Limits;
use crate::serve::{Config, ServeError, start};
use crate::service::Admission;
use crate::telemetry::{self, Format};
use crate::transport::TlsFiles;
use clap::Args;
use parcep_core::crypto::sha256;
use parcep_core::hex;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing::Level;

/// Options of a relay.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one. Plain HTTP/2 works on loopback
    /// addresses only; anywhere else give a certificate.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:7443",
        env = "PARCEP_LISTEN"
    )]
    pub listen: SocketAddr,

    /// File that holds everything; made if it is not there. One relay at a time can use it.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "parcep-relay.redb",
        env = "PARCEP_STORE"
    )]
    pub store: PathBuf,

    /// The store is a backup that was put back. Give this at the first start after that, and only then.
    /// Every log begins a new relay epoch, so that its members see a restore and no attack. For 24 hours
    /// the relay takes back, byte for byte, the entries that it lost and its members still hold; new
    /// entries have to wait that long. Registers and announced acts of the backup are dropped: members
    /// write their registers again, and announce again what they still want. Access keys and spent
    /// vouchers are as old as the backup.
    #[arg(long)]
    pub restored: bool,

    /// Write the store anew before the relay answers, so that what was pruned, erased, deleted or
    /// replaced is in no unused place of its file any more. Takes the time and the room of a copy. A
    /// relay that is started so once a day keeps nothing longer than that.
    #[arg(long)]
    pub compact: bool,

    /// Certificate chain in PEM, the relay's own first. Turns on TLS 1.3.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "PARCEP_TLS_CERT"
    )]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate in PEM.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "PARCEP_TLS_KEY"
    )]
    pub tls_key: Option<PathBuf>,

    /// Admit new households by voucher only: a file with one voucher per line, each good once.
    /// Without it anybody who reaches the relay can create a household on it.
    #[arg(long, value_name = "FILE")]
    pub vouchers: Option<PathBuf>,

    /// File to write the `listening` line to once the relay answers, for scripts that wait.
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,

    /// Bytes of headers and bodies that one household may store.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().log_bytes)]
    pub log_quota: u64,

    /// Connections at once.
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
    pub max_connections: usize,

    /// Seconds between two bookmarks of a watch, 1 to 60.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=60)
    )]
    pub bookmark_every: u64,

    /// How much to log: error, warn, info, debug or trace. Handles, keys, addresses and payloads
    /// are never logged, at any level.
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "PARCEP_LOG")]
    pub log_level: Level,

    /// Form of the log on standard error.
    #[arg(long, value_enum, default_value = "text")]
    pub log_format: Format,
}

impl ServeArgs {
    /// The configuration that the options stand for.
    ///
    /// # Errors
    /// [`ServeError::File`] if the file of vouchers cannot be read.
    pub fn config(&self) -> Result<Config, ServeError> {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        let limits = Limits {
            log_bytes: self.log_quota,
            connections: self.max_connections,
            bookmark_every: Duration::from_secs(self.bookmark_every),
            ..Limits::default()
        };
        Ok(Config {
            listen: self.listen,
            tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
            store: self.store.clone(),
            admission: admission(self.vouchers.as_deref())?,
            limits,
            clock: Clock::system(),
            restored: self.restored,
            compact: self.compact,
        })
    }
}

/// Runs a relay until SIGTERM or SIGINT (Ctrl-C); says on standard output when it answers:
/// `listening on http://127.0.0.1:PORT relay-id HEX relay-key HEX`.
///
/// # Errors
/// What keeps it from starting or going on.
pub fn run(args: &ServeArgs) -> Result<(), ServeError> {
    telemetry::init(args.log_level, args.log_format);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|_| ServeError::Stopped)?
        .block_on(serve(args))
}

async fn serve(args: &ServeArgs) -> Result<(), ServeError> {
    let shutdown = signals()?;
    let running = start(args.config()?, shutdown).await?;
    let id = hex::encode(&running.relay_id);
    let key = hex::encode(running.relay_key.as_bytes());
    let line = format!(
        "listening on {} relay-id {id} relay-key {key}\n",
        running.uri
    );
    // Nobody may be reading; the relay answers all the same.
    let _ = io::stdout()
        .write_all(line.as_bytes())
        .and_then(|()| io::stdout().flush());
    if let Some(path) = &args.ready_file {
        announce(path, &line)?;
    }
    tracing::info!("the relay answers");
    running.finished().await
}

/// Writes the file whole or not at all.
fn announce(path: &Path, line: &str) -> Result<(), ServeError> {
    let part = path.with_extension("part");
    fs::write(&part, line)
        .and_then(|()| fs::rename(&part, path))
        .map_err(file_fault(path))
}

fn admission(vouchers: Option<&Path>) -> Result<Admission, ServeError> {
    let Some(path) = vouchers else {
        return Ok(Admission::Open);
    };
    let text = fs::read_to_string(path).map_err(file_fault(path))?;
    let known: HashSet<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| sha256(line.as_bytes()))
        .collect();
    Ok(Admission::Vouchers(known))
}

fn file_fault(path: &Path) -> impl Fn(io::Error) -> ServeError {
    move |error| ServeError::File {
        file: path.into(),
        message: error.to_string(),
    }
}

/// Resolves at the first SIGTERM or SIGINT.
#[cfg(unix)]
fn signals() -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    /// SIGXFSZ on Linux and macOS. Handled, it turns a file size limit into a failed write, which the
    /// store survives; unhandled, it kills the process.
    const FILE_SIZE_LIMIT: i32 = 25;
    let listen = |kind| signal(kind).map_err(|_| ServeError::Stopped);
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    // Listening once is enough: the handler stays for the life of the process.
    drop(listen(SignalKind::from_raw(FILE_SIZE_LIMIT))?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
fn signals() -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
