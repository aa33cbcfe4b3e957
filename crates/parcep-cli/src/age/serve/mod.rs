//! `parcep age serve`: an issuer of age signals that answers, on this device or as a provider.
//!
//! ```text
//! app ──── socket of its own ──▶ device ── rules of the household, cut points, list ──▶ signal
//! holder ── socket, or TLS ────▶ device or provider ──────────────────────────────────▶ tokens
//! ```

mod device;
mod provider;

use super::keys::{beside, issuer_key};
use super::misuse;
use super::own::{Own, internal};
use super::values;
use crate::failure::{Failure, Kind};
use crate::online::{answer, block_on};
use clap::Args;
use parcep_core::age::{
    AgeAssurance, AgeInterval, AgeMethod, Born, Issuer, IssuerSettings, Known, KnownAge, Rollover,
};
use parcep_core::crypto::Secret;
use parcep_core::hex;
use parcep_core::registry::RegimeRow;
use parcep_issuer::{Running, ServeError};
use parcep_server::telemetry::{self, Format};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tracing::Level;

/// Arguments of `age serve`.
#[derive(Debug, Args)]
#[command(
    after_help = "On a device each app has a socket of its own; by it the issuer knows who asks, and believes no name. \
                  The household's rules decide what an app is told, and every app has one set of cut points. Rules and \
                  accounts are read at the start. Ctrl-C ends it.\n\n\
                  A provider (`--listen`) gives tokens to accounts and learns no audience. Its accounts are JSON; of a \
                  secret it has the SHA-256 alone:\n  \
                  {\"format\": \"parcep-age-accounts/1\", \"accounts\": [{\n    \
                  \"secret_sha256\": \"…\", \"born_month\": \"2012-05\", \"method\": \"verified\", \
                  \"assurance\": \"enhanced\", \"checked\": \"2026-10-01\"}]}\n\
                  (or `lower` and `upper` in place of `born_month`). A secret and its hash:\n  \
                  head -c 24 /dev/urandom | base64 | tr -d '\\n' > account.secret; sha256sum account.secret\n\n\
                  Examples:\n  \
                  parcep age serve --app org.example.game=game.sock --born-month 2012-05 --key issuer.key \\\n    \
                  --policy family.json --child Yuna\n  \
                  parcep age serve --listen 127.0.0.1:8443 --cert cert.pem --cert-key cert.key --key issuer.key \\\n    \
                  --accounts accounts.json"
)]
pub struct Serve {
    /// An app, by the id that the platform gives it, and its socket, which that app alone should reach; may be
    /// repeated
    #[arg(long = "app", value_name = "NAME=SOCKET", value_parser = app, help_heading = "On a device")]
    pub apps: Vec<App>,
    /// The socket of the holder, the person's own agent, which fetches tokens
    #[arg(long, value_name = "SOCKET", help_heading = "On a device")]
    pub holder: Option<PathBuf>,
    /// Least age in completed years
    #[arg(
        long,
        value_name = "YEARS",
        conflicts_with = "born_month",
        help_heading = "On a device"
    )]
    pub lower: Option<u32>,
    /// First age that is ruled out; leave it out for "and older"
    #[arg(
        long,
        value_name = "YEARS",
        requires = "lower",
        help_heading = "On a device"
    )]
    pub upper: Option<u32>,
    /// The month of birth instead; a birthday is told late, by days that nobody can compute (R-AGE-038)
    #[arg(long, value_name = "YYYY-MM", value_parser = values::month, help_heading = "On a device")]
    pub born_month: Option<Born>,
    /// How the age is known: self-declared, guardian-declared, verified, estimated, inferred,
    /// checked-undifferentiated
    #[arg(
        long, default_value = "guardian-declared", value_parser = values::method, value_name = "METHOD",
        help_heading = "On a device"
    )]
    pub method: AgeMethod,
    /// How sure it is: asserted, basic, standard, enhanced, strict
    #[arg(
        long, default_value = "asserted", value_parser = values::assurance, value_name = "ASSURANCE",
        help_heading = "On a device"
    )]
    pub assurance: AgeAssurance,
    /// Share what these rules share: a policy as `parcep decide --policy` takes it
    #[arg(
        long,
        value_name = "FILE",
        requires = "child",
        help_heading = "On a device"
    )]
    pub policy: Option<PathBuf>,
    /// Whose rules
    #[arg(
        long,
        value_name = "ID",
        requires = "policy",
        help_heading = "On a device"
    )]
    pub child: Option<String>,
    /// Share with every app, for a person without a household
    #[arg(long, conflicts_with = "policy", help_heading = "On a device")]
    pub share_all: bool,
    /// A guardian supervises the account; told only to who asks who answers for the person (R-AGE-029)
    #[arg(long, help_heading = "On a device")]
    pub supervised: bool,
    /// The regime that the issuer applies, such as `us-ut` (registry of regimes; no legal advice)
    #[arg(long, value_name = "CODE", value_parser = values::regime, help_heading = "On a device")]
    pub regime: Option<&'static RegimeRow>,
    /// The list of what was shared, elsewhere than in the folder of `--state`
    #[arg(long, value_name = "FILE", help_heading = "On a device")]
    pub log: Option<PathBuf>,
    /// Be a provider at this address; port 0 takes a free one
    #[arg(
        long, value_name = "ADDRESS", requires_all = ["cert", "cert_key", "accounts"], help_heading = "As a provider",
        conflicts_with_all = ["apps", "holder", "lower", "born_month", "policy", "share_all", "supervised", "regime", "log"]
    )]
    pub listen: Option<SocketAddr>,
    /// Certificate chain in PEM, the provider's own first
    #[arg(
        long,
        value_name = "FILE",
        requires = "listen",
        help_heading = "As a provider"
    )]
    pub cert: Option<PathBuf>,
    /// Private key of the certificate in PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "listen",
        help_heading = "As a provider"
    )]
    pub cert_key: Option<PathBuf>,
    /// Whose ages are known
    #[arg(
        long,
        value_name = "FILE",
        requires = "listen",
        help_heading = "As a provider"
    )]
    pub accounts: Option<PathBuf>,
    /// The issuer's key file; made if it is not there, with the public key beside it in FILE.pub
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The folder that keeps cut points, consents, the secret of birthdays and the list of what was shared; without
    /// it the folder of the key file
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Say in JSON that it answers
    #[arg(long)]
    pub json: bool,
}

/// An app and its socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The id that the platform gives it.
    pub name: String,
    /// Where it asks.
    pub socket: PathBuf,
}

/// That it answers; no app is named.
#[derive(Serialize)]
struct Answers {
    sockets: Vec<PathBuf>,
    listening: Option<String>,
    issuer: String,
}

impl Serve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let provider = match (self.listen, &self.cert, &self.cert_key, &self.accounts) {
            (Some(listen), Some(cert), Some(key), Some(accounts)) => {
                Some((listen, (cert, key), accounts))
            }
            _ => None,
        };
        if provider.is_none() && self.apps.is_empty() && self.holder.is_none() {
            let message = "nobody could ask: give `--app NAME=SOCKET` for each app, or `--listen` for a provider";
            return Err(Failure::usage("USAGE", message));
        }
        if !self.apps.is_empty() && self.policy.is_none() && !self.share_all {
            let message = "say who decides what an app is told: `--policy FILE --child ID`, or `--share-all` without a \
                           household";
            return Err(Failure::usage("USAGE", message));
        }
        let key = issuer_key(&self.key)?;
        let public = hex::encode(key.public().as_bytes());
        let issuer = Issuer::new(key, IssuerSettings::default()).map_err(misuse)?;
        let log = self.log.as_deref();
        let own = match &self.state {
            Some(folder) => Own::at(folder, log)?,
            None => Own::beside(&self.key, log)?,
        };
        telemetry::init(Level::INFO, Format::Text);
        block_on(async {
            let running = match provider {
                Some((listen, tls, accounts)) => {
                    let accounts = provider::accounts(accounts, issuer, &own)?;
                    provider::start(listen, tls, accounts, signals()?).await?
                }
                None => device::start(self, issuer, own, signals()?)?,
            };
            self.say(&running, public)?;
            running.finished().await.map_err(stopped)
        })
    }

    /// Says that it answers, and under which key.
    fn say(&self, running: &Running, issuer: String) -> Result<(), Failure> {
        let apps = self.apps.iter().map(|app| app.socket.clone());
        let answers = Answers {
            sockets: apps.chain(self.holder.clone()).collect(),
            listening: running.address().map(|at| format!("https://{at}")),
            issuer,
        };
        let at = match &answers.listening {
            Some(at) => at.clone(),
            None => {
                let paths = answers
                    .sockets
                    .iter()
                    .map(|path| path.display().to_string());
                paths.collect::<Vec<_>>().join(", ")
            }
        };
        let words = format!(
            "Answering at {at} until Ctrl-C.\nIssuer {}, also in {}.\n",
            answers.issuer,
            beside(&self.key).display()
        );
        answer(self.json, &answers, &words)
    }
}

/// What is known of somebody, from a month of birth or from bounds; `None` without either.
fn known_age(
    born: Option<Born>,
    (lower, upper): (Option<u32>, Option<u32>),
    secret: impl FnOnce() -> Result<Secret, Failure>,
) -> Result<Option<KnownAge>, Failure> {
    Ok(match (born, lower) {
        (Some(born), _) => Some(KnownAge::Born(Rollover::new(born, secret()?))),
        (None, Some(lower)) => {
            let interval = AgeInterval::new(lower, upper).map_err(misuse)?;
            Some(KnownAge::Range(interval))
        }
        (None, None) => None,
    })
}

/// An age with how it is known.
fn known(age: KnownAge, method: AgeMethod, assurance: AgeAssurance) -> Known {
    Known {
        assurance,
        ..Known::declared(age, method)
    }
}

/// `NAME=SOCKET`; the name goes up to the last `=`, for a path has none mostly and an origin may.
fn app(text: &str) -> Result<App, String> {
    match text.rsplit_once('=') {
        Some((name, socket)) if !name.is_empty() && !socket.is_empty() => Ok(App {
            name: name.to_owned(),
            socket: Path::new(socket).to_owned(),
        }),
        _ => Err("give the app's id and its socket as `org.example.game=game.sock`".to_owned()),
    }
}

/// Why it does not start or go on.
fn stopped(error: ServeError) -> Failure {
    let (kind, advice) = match &error {
        ServeError::Taken { .. } => (Kind::Failed, "; end it, or give another socket"),
        ServeError::Socket { .. } => (
            Kind::Failed,
            "; check its folder, and that the path is short",
        ),
        ServeError::Bind { .. } => (Kind::Failed, "; give another address with `--listen`"),
        ServeError::Name(_) | ServeError::Twice(_) => (Kind::Usage, ""),
        ServeError::Tls { .. } => (Kind::Input, "; give PEM files that belong together"),
        _ => (Kind::Failed, ""),
    };
    Failure::new(kind, error.code(), format!("{error}{advice}"))
}

/// Resolves at SIGTERM or Ctrl-C. From the call on neither ends the process by itself.
fn signals() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(internal)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_a_name_and_a_socket() {
        let read = app("https://games.example/?a=b=game.sock").unwrap();
        assert_eq!(read.name, "https://games.example/?a=b");
        assert_eq!(read.socket, Path::new("game.sock"));
        for wrong in ["game.sock", "=game.sock", "org.example.game=", ""] {
            assert!(app(wrong).is_err(), "{wrong}");
        }
    }
}
