//! `parcep age serve` and `parcep age ask`: an issuer on this device, and an app that asks it.

use super::keys::{issuer_key, nonce};
use super::own::{Own, internal};
use super::{misuse, values};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{answer, block_on, write_bytes};
use crate::rules::Rules;
use clap::Args;
use parcep_core::age::{
    AgeAssurance, AgeInterval, AgeMethod, AgeOutcome, AgePurpose, AgeSupervision, Cuts, Issuer,
    IssuerSettings, Known, KnownAge, SignalRequest,
};
use parcep_core::crypto::{Secret, SystemRandom};
use parcep_core::hex;
use parcep_core::policy::{AgeSection, AgeShare, AgeShareRule};
use parcep_core::registry::{REGIMES, RegimeRow, regime};
use parcep_issuer::{Client, Facts, Fault, Knows, Limits, Person, Socket, serve_unix};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `age serve`.
#[derive(Debug, Args)]
#[command(
    after_help = "Put each socket where its app alone can reach it: by the socket the issuer sees who asks. Ctrl-C ends \
                  it. What it keeps stands beside the key.\n\nExample:\n  \
                  parcep age serve --key issuer.key --lower 14 --upper 15 --app org.example.game=game.sock &\n  \
                  parcep age ask --socket game.sock --audience org.example.game --cuts 13,16,18 \\\n    \
                  --nonce 00112233445566778899aabbccddeeff --out signal.bin"
)]
pub struct Serve {
    /// The issuer's key file; made if it is not there, with the public key beside it in FILE.pub
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Least age in completed years
    #[arg(long, value_name = "YEARS")]
    pub lower: u32,
    /// First age that is ruled out; leave it out for "and older"
    #[arg(long, value_name = "YEARS")]
    pub upper: Option<u32>,
    /// How the age is known: self-declared, guardian-declared, verified, estimated, inferred,
    /// checked-undifferentiated
    #[arg(long, default_value = "guardian-declared", value_parser = values::method, value_name = "METHOD")]
    pub method: AgeMethod,
    /// How sure the issuer is: asserted, basic, standard, enhanced, strict
    #[arg(long, default_value = "asserted", value_parser = values::assurance, value_name = "ASSURANCE")]
    pub assurance: AgeAssurance,
    /// A guardian supervises the account
    #[arg(long)]
    pub supervised: bool,
    /// Share only what these rules share: a policy as `parcep decide --policy` takes it; without one
    /// everything is shared with every app
    #[arg(long, value_name = "FILE", requires = "child")]
    pub policy: Option<PathBuf>,
    /// Whose rules
    #[arg(long, value_name = "ID", requires = "policy")]
    pub child: Option<String>,
    /// Regime that the issuer applies, such as `us-ut` (registry of regimes; no legal advice)
    #[arg(long, value_name = "CODE")]
    pub regime: Option<String>,
    /// An app's id and the socket to make for it; again for each app
    #[arg(
        long = "app",
        value_name = "NAME=SOCKET",
        required_unless_present = "holder"
    )]
    pub apps: Vec<String>,
    /// The socket to make for the holder, who fetches tokens
    #[arg(long, value_name = "SOCKET")]
    pub holder: Option<PathBuf>,
    /// The list of what was shared; without it `age-shared.jsonl` beside the key file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Say in JSON that it is ready
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `age ask`.
#[derive(Debug, Args)]
#[command(after_help = "See `parcep age serve --help` for an example.")]
pub struct Ask {
    /// The socket that the issuer made for this app
    #[arg(long, value_name = "SOCKET")]
    pub socket: PathBuf,
    /// This app's id
    #[arg(long, value_name = "TEXT")]
    pub audience: String,
    /// Cut points: 1 to 3 ages from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',', required = true)]
    pub cuts: Vec<u32>,
    /// A fresh challenge in hexadecimal, 16 to 64 bytes
    #[arg(long, value_name = "HEX")]
    pub nonce: String,
    /// What for: access-gate, safety-defaults, consent-flow, legal-compliance
    #[arg(long, default_value = "access-gate", value_parser = values::purpose, value_name = "PURPOSE")]
    pub purpose: AgePurpose,
    /// Where the signal goes if there is one
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Serve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let sockets = self.sockets()?;
        let key = issuer_key(&self.key)?;
        let public = hex::encode(key.public().as_bytes());
        let issuer = Issuer::new(key, IssuerSettings::default()).map_err(misuse)?;
        let own = Own::beside(&self.key, self.log.as_deref());
        // As long as it runs: what another process kept meanwhile would be lost with the next answer (R-AGE-037).
        let _lock = own.lock()?;
        let (facts, kept) = (self.facts()?, own.kept()?);
        let store = Box::new(move |kept: &_| own.keep(kept).map_err(|_| Fault));
        let secret = secret(&self.key.with_file_name("age-secret.hex"))?;
        let person = Arc::new(Person::new(issuer, secret, facts, kept, store));
        block_on(async {
            let running = serve_unix(&sockets, person, &Limits::default(), ended());
            let running = running.map_err(not_served)?;
            let said = format!("Answering at {} sockets; key {public}.\n", sockets.len());
            let ready = json!({"sockets": sockets.len(), "issuer": public});
            answer(self.json, &ready, &said)?;
            running.finished().await.map_err(not_served)
        })
    }

    fn sockets(&self) -> Result<Vec<Socket>, Failure> {
        let apps = self.apps.iter().map(|app| match app.rsplit_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => {
                Ok(Socket::app(path, name))
            }
            _ => Err(Failure::usage("BAD_APP", "`--app` is NAME=SOCKET")),
        });
        let mut sockets = apps.collect::<Result<Vec<_>, _>>()?;
        sockets.extend(self.holder.iter().map(Socket::holder));
        Ok(sockets)
    }

    fn facts(&self) -> Result<Facts, Failure> {
        let age = AgeInterval::new(self.lower, self.upper).map_err(misuse)?;
        let known = Known {
            assurance: self.assurance,
            ..Known::declared(KnownAge::Range(age), self.method)
        };
        Ok(Facts {
            knows: Knows::Age(known),
            layers: self.layers()?.into_iter().map(Some).collect(),
            supervision: match self.supervised {
                true => AgeSupervision::Supervised,
                false => AgeSupervision::NotReported,
            },
            regime: self.regime.as_deref().map(known_regime).transpose()?,
            ..Facts::none()
        })
    }

    /// What the household shares; without rules the person decides alone, and asked to be served.
    fn layers(&self) -> Result<Vec<AgeSection>, Failure> {
        if let (Some(policy), Some(child)) = (&self.policy, &self.child) {
            let rules = Rules::from_file(policy, child)?;
            return Ok(rules.layers.into_iter().map(|layer| layer.age).collect());
        }
        let mut section = AgeSection::default();
        let id = "age/everybody".parse().map_err(internal)?;
        section
            .share
            .push(AgeShareRule::new(id, None, AgeShare::Allow));
        Ok(vec![section])
    }
}

impl Ask {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let cuts = Cuts::new(self.cuts.clone()).map_err(misuse)?;
        let nonce = nonce(&self.nonce)?;
        let request = SignalRequest::new(self.audience.as_str(), self.purpose, cuts, nonce);
        let answered = block_on(async {
            let mut client = Client::unix(&self.socket);
            client.ask(&request).await.map_err(|error| {
                Failure::new(Kind::Failed, "REFUSED", error.to_string())
                    .in_file(self.socket.display().to_string())
            })
        })?;
        if let Some(signal) = &answered.signal {
            write_bytes(&self.out, signal)?;
        }
        let (outcome, consent) = (answered.outcome, answered.consent);
        let words = match outcome {
            AgeOutcome::Signal => format!("A signal, in {}.\n", self.out.display()),
            other => format!("No signal: {}. The age is unknown.\n", other.name()),
        };
        let told = json!({"outcome": outcome.name(), "consent": consent.name()});
        answer(self.json, &told, &words)
    }
}

fn known_regime(code: &str) -> Result<&'static RegimeRow, Failure> {
    regime(code).ok_or_else(|| {
        let codes: Vec<_> = REGIMES.iter().map(|row| row.code).collect();
        let message = format!("`--regime` is one of {}", codes.join(", "));
        Failure::usage("UNKNOWN_REGIME", message)
    })
}

/// The person's own secret, made once.
fn secret(path: &Path) -> Result<Secret, Failure> {
    if path.exists() {
        let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
        let bytes = hex::decode(text.trim()).and_then(|bytes| bytes.try_into().ok());
        return bytes.map(Secret::from_bytes).ok_or_else(|| {
            Failure::new(
                Kind::Input,
                "BAD_KEY",
                "is no secret: 64 hexadecimal digits",
            )
            .in_file(path.display().to_string())
        });
    }
    let secret = Secret::random(&mut SystemRandom::new()).map_err(internal)?;
    files::write_private(path, hex::encode(secret.expose()).as_bytes())?;
    Ok(secret)
}

fn not_served(error: parcep_issuer::ServeError) -> Failure {
    Failure::new(Kind::Failed, error.code(), error.to_string())
}

/// Ctrl-C, or the signal by which services are ended.
async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = tokio::signal::ctrl_c() => (),
    }
}
