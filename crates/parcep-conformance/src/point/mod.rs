//! Tests of enforcement points: a household on the stage, a relay that a product dials, and the product on
//! its driver.
//!
//! ```text
//! catalogue/*.toml ──► Template ──► Case ──► Play ── guardians, relay, attacker (stage)
//!                                             └───── product (driver) ──► steps of a Trial
//! ```

mod alias;
mod fresh;
mod play;
mod product;
mod rows;
mod script;

pub(crate) use product::Product;
pub use product::{Hello, ROLES};
pub use script::{Home, Script};

use crate::catalogue::Profile;
use crate::driver::{Fault, Start};
use crate::script::{Template, unmet};
use crate::stage::network::Network;
use crate::tape::Tape;
use crate::trial::{Outcome, Stop, Trial};
use parcep_core::document::SectionKind;
use parcep_core::registry::need_to_know;
use std::sync::LazyLock;
use std::time::Duration;

/// How an enforcement point under test is reached.
#[derive(Debug, Clone)]
pub struct PointTarget {
    /// How it is started.
    pub start: Start,
    /// How long an answer may take.
    pub patience: Duration,
    /// What it said of itself when the run began.
    pub hello: Hello,
    /// How the relay is, which it follows, within what a relay may be.
    pub network: Network,
}

impl PointTarget {
    /// The command line that judges it.
    pub(crate) fn command(&self, profile: Profile, seed: u64) -> String {
        let (flags, command) = self.start.flags();
        let profile = profile.name();
        let network = match self.network {
            Network::Plain => String::new(),
            network => format!(" --network {}", network.name()),
        };
        format!("parcep-conform client --profile {profile}{network} --seed {seed}{flags}{command}")
    }
}

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../catalogue/", $name)))),*]
    };
}

/// The files of the catalogue, as they are built in.
pub(crate) static FILES: [(&str, &str); 7] = files![
    "point-following.toml",
    "point-joining.toml",
    "point-life.toml",
    "point-time.toml",
    "point-decisions.toml",
    "point-declared.toml",
    "app.toml"
];

/// Everything that its tests are made from.
pub(crate) fn files() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    FILES.iter().chain(&rows::FILES)
}

/// What the id of each group of rows of decisions begins with.
pub(crate) const ROWS: &str = "T-POINT-400-rows/";

/// Every template, or what is wrong with the catalogue.
pub(crate) fn templates() -> &'static Result<Vec<Template<Home>>, String> {
    static TEMPLATES: LazyLock<Result<Vec<Template<Home>>, String>> =
        LazyLock::new(|| crate::script::read(&FILES));
    &TEMPLATES
}

/// Asks a product who it is, and lets it go.
///
/// # Errors
/// How it broke the contract.
pub async fn meet(start: &Start, patience: Duration) -> Result<Hello, Fault> {
    let salt = u64::from_be_bytes(crate::rng::unique().unwrap_or_default());
    let product =
        Product::start(start, patience, crate::stage::START, salt, &Tape::default()).await?;
    let hello = product.hello.clone();
    product.stop().await?;
    Ok(hello)
}

/// Everything that is played, built once: every case of every template, and the rows of decisions.
pub(crate) fn scripts() -> &'static Result<Vec<Script>, String> {
    static SCRIPTS: LazyLock<Result<Vec<Script>, String>> = LazyLock::new(|| {
        let mut scripts = crate::script::cases(templates().as_ref().map_err(Clone::clone)?)?;
        scripts.extend(rows::scripts()?);
        Ok(scripts)
    });
    &SCRIPTS
}

/// Plays a script.
pub(crate) async fn attempt(trial: &mut Trial, script: &'static Script) -> Outcome {
    let Some(target) = trial.target.point.clone() else {
        return Err(Stop::Harness("no enforcement point to ask".into()));
    };
    if let Some(why) = unmet(&script.needs, &target.hello) {
        return Err(Stop::NotApplicable(why));
    }
    let given = target.hello.category.map(need_to_know).unwrap_or_default();
    let lacks = |kind: &&SectionKind| !target.hello.is_guardian_app() && !given.contains(kind);
    if let Some(kind) = script.sections().iter().find(lacks) {
        return Err(Stop::NotApplicable(format!(
            "a product of this category is not given {}",
            kind.as_str_name()
        )));
    }
    play::play(trial, &target, &script.home, &script.steps).await
}

#[cfg(test)]
mod tests;
