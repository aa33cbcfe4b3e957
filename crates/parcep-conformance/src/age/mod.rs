//! Tests of issuers of age signals and of relying parties (chapter 19).
//!
//! ```text
//! catalogue/age-*.toml ──► Template ──► Case ──► play ── an issuer at its socket, told by its driver whom it knows
//!                                             └───── a party on its driver, whom the suite tells ages
//! ```
//!
//! What is asked and what is read is built here from the text; only the presentation of a token is verified by the
//! library.

mod claim;
mod issuer;
mod looks;
mod party;
mod script;
mod tree;

pub use script::{IssuerScript, IssuerStep, PartyScript, PartyStep, Person, Trusts};

use crate::catalogue::Profile;
use crate::driver::{Fault, Start};
use crate::point::Hello;
use crate::rng::Rng;
use crate::script::{Template, unmet};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

/// How an issuer or a relying party behind a driver is reached.
#[derive(Debug, Clone)]
pub struct AgeTarget {
    /// How it is started.
    pub start: Start,
    /// How long an answer may take.
    pub patience: Duration,
    /// What it said of itself when the run began.
    pub hello: Hello,
}

impl AgeTarget {
    /// The command line that judges it.
    pub(crate) fn command(&self, profile: Profile, seed: u64) -> String {
        let (flags, command) = self.start.flags();
        let (judged, profile) = (
            match self.hello.role.as_str() {
                "age-issuer" => "issuer",
                _ => "party",
            },
            profile.name(),
        );
        format!("parcep-conform {judged} --profile {profile} --seed {seed}{flags}{command}")
    }
}

macro_rules! files {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../catalogue/", $name)))),*]
    };
}

/// Files about issuers.
pub(crate) const ISSUERS: &[(&str, &str)] = files![
    "age-signals.toml",
    "age-requests.toml",
    "age-tokens.toml",
    "age-issuers.toml"
];

/// Files about relying parties.
pub(crate) const PARTIES: &[(&str, &str)] = files!["age-parties.toml", "age-tokens-shown.toml"];

/// Every case with an issuer, or what is wrong with the catalogue.
pub(crate) fn issuer_scripts() -> &'static Result<Vec<IssuerScript>, String> {
    static SCRIPTS: LazyLock<Result<Vec<IssuerScript>, String>> = LazyLock::new(|| {
        let templates: Vec<Template<Person>> = crate::script::read(ISSUERS)?;
        crate::script::cases(&templates)
    });
    &SCRIPTS
}

/// Every case with a relying party, or what is wrong with the catalogue.
pub(crate) fn party_scripts() -> &'static Result<Vec<PartyScript>, String> {
    static SCRIPTS: LazyLock<Result<Vec<PartyScript>, String>> = LazyLock::new(|| {
        let templates: Vec<Template<Trusts>> = crate::script::read(PARTIES)?;
        crate::script::cases(&templates)
    });
    &SCRIPTS
}

/// Plays a script with an issuer.
pub(crate) async fn attempt_issuer(trial: &mut Trial, script: &'static IssuerScript) -> Outcome {
    applies(trial, &script.needs)?;
    issuer::play(trial, script).await
}

/// Plays a script with a relying party.
pub(crate) async fn attempt_party(trial: &mut Trial, script: &'static PartyScript) -> Outcome {
    let Some(target) = trial.target.age.clone() else {
        return Err(Stop::Harness("no relying party to ask".into()));
    };
    applies(trial, &script.needs)?;
    party::play(trial, &target, script).await
}

/// What a script needs that an issuer without a driver cannot have.
const DRIVER: &str = "driver";

fn applies(trial: &Trial, needs: &[String]) -> Outcome {
    let Some(target) = &trial.target.age else {
        return match needs.first() {
            Some(_) => Err(Stop::NotApplicable(
                "only behind a driver can this be asked of an issuer".into(),
            )),
            None => Ok(()),
        };
    };
    let needs = needs.iter().filter(|need| *need != DRIVER);
    let needs: Vec<_> = needs.cloned().collect();
    match unmet(&needs, &target.hello) {
        Some(why) => Err(Stop::NotApplicable(why)),
        None => Ok(()),
    }
}

/// What was remembered in one attempt.
struct Memory<'a> {
    rng: &'a mut Rng,
    /// A word that no two runs share: whoever has a name in a script is of it.
    word: String,
    kept: BTreeMap<String, Value>,
}

impl<'a> Memory<'a> {
    fn new(rng: &'a mut Rng) -> Self {
        let kept = BTreeMap::new();
        let word = format!("x{}", parcep_core::hex::encode(&rng.bytes(5)));
        Self { rng, word, kept }
    }

    /// The name of an audience or an issuer, as it is in this attempt.
    fn named(&self, text: &str) -> String {
        let word = &self.word;
        let text = text.replace("Issuer ", &format!("Issuer {word} "));
        text.replace("example", word)
    }

    fn keep(&mut self, name: &str, value: Value) {
        self.kept.insert(name.to_owned(), value);
    }

    /// `name.path`, without the sign before it.
    fn recall(&self, place: &str) -> Result<Value, String> {
        let (name, path) = place.split_once('.').unwrap_or((place, ""));
        let kept = self.kept.get(name);
        let kept = kept.ok_or_else(|| format!("nothing is remembered as `{name}`"))?;
        Ok(tree::get(kept, path))
    }
}

/// A fault of the script.
fn scripted<T>(done: Result<T, String>) -> Result<T, Stop> {
    done.map_err(Stop::Harness)
}

/// What a driver answered, or a step that says how it broke the contract.
fn contract<T>(trial: &mut Trial, op: &str, answer: Result<T, Fault>) -> Result<T, Stop> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(fault) => {
            trial.hung = fault.is_late();
            let what = format!("the driver answers `{op}`");
            let expected = "one line by the driver contract";
            trial.met(StepRole::Check, &what, expected, &fault.to_string(), false)?;
            Err(Stop::Failed)
        }
    }
}

/// What is expected at a path.
fn wished(memory: &mut Memory<'_>, wish: &Value) -> Result<Value, Stop> {
    scripted(memory.value(wish, &Value::Null))
}

#[cfg(test)]
mod tests;
