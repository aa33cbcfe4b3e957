//! Issuers behind a driver: the honest one, with a lie at its sockets or about what its driver is told.
//!
//! ```text
//! suite ──► driver ── what it is told changed ──► the honest Issuer ──► desk ── Bench: the lie ──► socket
//! ```

use super::AUDIENCE;
use super::bench::{Bench, Served};
use super::lies::Lie;
use crate::MARKER;
use crate::relying::forget;
use parcep_driver::{
    About, Desk, Hands, Issuer, IssuerAct, IssuingProduct, Open, Sockets, Trouble, serve_issuer,
};
use parcep_issuer::{Answers, Limits, Service};
use parcep_proto::v1alpha1 as pb;
use pb::{AgeOutcome, AgePurpose};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::UnixListener;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

/// What the driver keeps.
const KEPT: &str = "issuer.json";
const DAY: i64 = 86_400;

/// An issuer behind a driver.
#[derive(Debug, Clone, Copy)]
pub struct DrivenOffer {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for the honest one.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    hooks: Hooks,
}

/// Where a mistake is made.
#[derive(Debug, Clone, Copy)]
struct Hooks {
    /// At the sockets.
    lie: Lie,
    /// Changes what it is told.
    told: fn(&mut IssuerAct),
    /// How far its clock is ahead, days.
    ahead: i64,
    /// Takes silence of a month for a yes.
    silence: bool,
    /// Shares with whoever is let in.
    shares: bool,
    /// Shows nothing of what it told.
    lists_nothing: bool,
    /// Features that it names.
    features: &'static str,
    /// Whether it does without what it does not name.
    lacks: bool,
    /// Members of what it keeps that are gone after a start.
    forgets: &'static [&'static str],
}

const RIGHT: Hooks = Hooks {
    lie: Lie::None,
    told: |_| {},
    ahead: 0,
    silence: false,
    shares: false,
    lists_nothing: false,
    features: "virtual-clock restart tokens household",
    lacks: true,
    forgets: &[],
};

const fn offer(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    hooks: Hooks,
) -> DrivenOffer {
    DrivenOffer {
        name,
        requirement,
        what,
        hooks,
    }
}

const fn lying(lie: Lie) -> Hooks {
    Hooks { lie, ..RIGHT }
}

const fn told(told: fn(&mut IssuerAct)) -> Hooks {
    Hooks { told, ..RIGHT }
}

/// Every issuer behind a driver, the honest one first.
#[rustfmt::skip]
const OFFERS: &[DrivenOffer] = &[
    offer("issuer-driven", "", "nothing: it is honest, behind a driver", RIGHT),
    offer("issuer-alone", "", "nothing: it issues no tokens and asks no household, and says so", Hooks { features: "virtual-clock restart", shares: true, ..RIGHT }),
    offer("issuer-hides-household", "R-CONF-022", "asks rules of a household, and does not say so", Hooks { features: "virtual-clock restart tokens", lacks: false, shares: true, ..RIGHT }),
    offer("issuer-hides-tokens", "R-CONF-022", "issues tokens, and does not say so", Hooks { features: "virtual-clock restart household", lacks: false, ..RIGHT }),
    offer("issuer-shares-all", "R-AGE-057", "shares with everybody once it lets them in", Hooks { told: shares_all, shares: true, ..RIGHT }),
    offer("issuer-shows-refusal", "R-AGE-031", "shows gates that somebody refused", lying(Lie::Answer(|a, _| if a.outcome == i32::from(AgeOutcome::AgeUnknown) { a.outcome = AgeOutcome::Refused.into(); }))),
    offer("issuer-silence-consents", "R-AGE-042", "takes silence of a month for a yes", Hooks { silence: true, ..RIGHT }),
    offer("issuer-lists-no-handle", "R-AGE-046", "lists no handle that was revoked", lying(Lie::Handles(|list| list.handles.clear()))),
    offer("issuer-one-handle", "R-AGE-046", "gives every audience the same handle", lying(Lie::Signal(|c, _| if !c.revocation_handle.is_empty() { c.revocation_handle = vec![7; 16]; }))),
    offer("issuer-forgets-changes", "R-AGE-043", "forgets the changes that were pending", lying(Lie::Signal(|c, _| if let Some(change) = &mut c.change { change.earlier.clear(); }))),
    offer("issuer-drops-changes", "R-AGE-043", "passes over changes that are too many", lying(Lie::Request(|r| if r.changes.first().is_some_and(|id| id == &[0x11]) { r.changes.truncate(8); }))),
    offer("issuer-denied-narrows", "R-AGE-044", "makes whoever was denied a change younger", lying(Lie::Signal(|c, _| if c.change.as_ref().is_some_and(|change| change.state != 1) { c.upper_exclusive = Some(13); }))),
    offer("issuer-sure-estimate", "R-AGE-040", "takes an estimate for exact", told(|act| if let IssuerAct::Known { error, .. } = act { *error = None; })),
    offer("issuer-early", "R-AGE-039", "speaks of people as older before their birthday", Hooks { ahead: 90, ..RIGHT }),
    offer("issuer-never-older", "R-AGE-038", "speaks of people as they were when they were registered", told(never_older)),
    offer("issuer-ignores-filters", "R-AGE-030", "tells whatever it knows, filters or not", lying(Lie::Request(|r| { r.accepted_methods.clear(); r.least_assurance = 0; r.established_within = 0; }))),
    offer("issuer-unknown-is-all", "R-AGE-030", "makes a bracket of every age of what it does not know", told(|act| if matches!(act, IssuerAct::Unknown { .. }) { *act = all_ages(); })),
    offer("issuer-forgets-on-restart", "R-AGE-037", "forgets at a restart which cut points an audience had", Hooks { forgets: &["pins"], ..RIGHT }),
    offer("issuer-lists-nothing", "R-AGE-052", "lists nothing of what it told", Hooks { lists_nothing: true, ..RIGHT }),
    offer("issuer-supervises-adults", "R-AGE-029", "says of adults that somebody answers for them", lying(Lie::Signal(|c, r| if [AgePurpose::SafetyDefaults, AgePurpose::ConsentFlow].map(i32::from).contains(&r.purpose) { c.supervision = pb::AgeSupervision::Supervised.into(); }))),
    offer("issuer-one-name", "R-AGE-013", "answers every audience in the name of the first", lying(Lie::Request(|r| AUDIENCE.clone_into(&mut r.audience)))),
    offer("issuer-exact-brackets", "R-AGE-004", "says of brackets of several cells that they are one", lying(Lie::Signal(|c, _| c.exact_cell = true))),
    offer("issuer-ends-by-cell", "R-AGE-014", "ends signals of older cells later", lying(Lie::Signal(|c, _| if c.lower_inclusive == Some(16) { c.not_after += DAY; }))),
    offer("issuer-second-set", "R-AGE-037", "answers other cut points by its own", lying(Lie::Request(|r| if r.cuts.len() == 3 { r.cuts = vec![13, 16, 18]; }))),
    offer("issuer-marks-adults", "R-AGE-028", "tells gates how the age of adults is known", lying(Lie::Signal(|c, _| if c.lower_inclusive >= Some(18) { c.method = pb::AgeMethod::Verified.into(); }))),
];

/// Every issuer behind a driver.
pub fn driven() -> impl Iterator<Item = &'static DrivenOffer> {
    OFFERS.iter()
}

impl DrivenOffer {
    /// The offer of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        driven().find(|offer| offer.name == name)
    }

    /// Whether it behaves.
    pub const fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }

    /// Answers lines of the standard input on the standard output until it is told to stop.
    ///
    /// # Errors
    /// If the folder cannot be used, or a line cannot be read or written.
    pub fn answer_lines(&self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        std::fs::create_dir_all(folder)?;
        let kept = folder.join(KEPT);
        forget(&kept, self.hooks.forgets)?;
        let lying = Lying {
            lie: self.hooks.lie,
            kept,
        };
        let mut issuer = Faulty {
            hooks: self.hooks,
            asked: false,
            inner: Issuer::open_with(folder, Box::new(lying))?,
        };
        let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
        match serve_issuer(&mut issuer, &mut input, &mut output) {
            // Whoever asked has gone.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            ended => ended.map(drop).map_err(Into::into),
        }
    }
}

/// Sockets with a lie before each desk.
struct Lying {
    lie: Lie,
    kept: PathBuf,
}

impl Sockets for Lying {
    fn serve(&self, path: &Path, desk: &Desk, answers: Arc<dyn Answers>) -> Result<Open, Trouble> {
        let mut limits = Limits::default();
        limits.calls_per_minute = 1_000_000;
        let service = match desk {
            Desk::Audience(name) => Service::app(name.clone(), answers, &limits),
            Desk::Holder => Service::holder(answers, &limits),
        };
        // What an earlier program of this folder left is of no use to anybody.
        let _ = std::fs::remove_file(path);
        let listener = UnixListener::bind(path).map_err(Trouble::cannot)?;
        let bench = Bench::before(service, self.kept.clone(), self.lie);
        let served = Server::builder()
            .add_service(Served::new(bench))
            .serve_with_incoming(UnixListenerStream::new(listener));
        let task = tokio::spawn(served);
        Ok(Box::new(Ending(task.abort_handle())))
    }
}

/// Ends what it served.
struct Ending(tokio::task::AbortHandle);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The honest issuer with one mistake.
struct Faulty {
    hooks: Hooks,
    /// Whether a rule came that asks a guardian.
    asked: bool,
    inner: Issuer,
}

impl Faulty {
    fn is_without(&self, feature: &str) -> bool {
        let mut features = self.hooks.features.split_whitespace();
        self.hooks.lacks && !features.any(|word| word == feature)
    }

    fn hands(&self, hands: &Hands) -> Hands {
        Hands {
            wall: hands.wall.map(|wall| wall + self.hooks.ahead * DAY),
            ..hands.clone()
        }
    }
}

impl IssuingProduct for Faulty {
    fn hello(&mut self) -> Result<About, Trouble> {
        Ok(About {
            product: format!("parcep-mutants {MARKER}"),
            features: self
                .hooks
                .features
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            ..self.inner.hello()?
        })
    }

    fn reset(&mut self, hands: &Hands) -> Result<(Vec<u8>, Option<String>), Trouble> {
        let (key, holder) = self.inner.reset(&self.hands(hands))?;
        let holder = holder.filter(|_| !self.is_without("tokens"));
        Ok((key, holder))
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        self.inner.clock(&self.hands(hands))?;
        if self.hooks.silence && std::mem::take(&mut self.asked) {
            self.inner.act(&allow())?;
        }
        Ok(())
    }

    fn act(&mut self, act: &IssuerAct) -> Result<Option<String>, Trouble> {
        let of_household = matches!(
            act,
            IssuerAct::Rule { .. } | IssuerAct::Decide { .. } | IssuerAct::StartOver
        );
        if of_household && self.is_without("household") {
            return Err(Trouble::Unsupported);
        }
        let mut act = act.clone();
        (self.hooks.told)(&mut act);
        if matches!(&act, IssuerAct::Rule { share, .. } if share == "ask") {
            self.asked = true;
        }
        let address = self.inner.act(&act)?;
        if self.hooks.shares && address.is_some() {
            self.inner.act(&allow())?;
        }
        Ok(address)
    }

    fn told(&mut self) -> Result<Vec<String>, Trouble> {
        match self.hooks.lists_nothing {
            true => Ok(Vec::new()),
            false => self.inner.told(),
        }
    }
}

/// The rule that shares with everybody.
fn allow() -> IssuerAct {
    IssuerAct::Rule {
        share: "allow".into(),
        audience: None,
        purposes: String::new(),
        cuts: String::new(),
    }
}

fn shares_all(act: &mut IssuerAct) {
    if matches!(act, IssuerAct::Rule { .. }) {
        *act = allow();
    }
}

fn never_older(act: &mut IssuerAct) {
    if let IssuerAct::Born {
        method,
        assurance,
        checked,
        ..
    } = act
    {
        *act = IssuerAct::Known {
            method: method.clone(),
            assurance: assurance.clone(),
            checked: *checked,
            lower: 12,
            upper: Some(13),
            error: None,
        };
    }
}

fn all_ages() -> IssuerAct {
    IssuerAct::Known {
        method: "guardian_declared".into(),
        assurance: None,
        checked: None,
        lower: 0,
        upper: None,
        error: None,
    }
}
