//! Every test there is. Ids never change and are never reused.

mod scripted;

pub(crate) use scripted::fault;

use crate::age::{self, IssuerScript, PartyScript};
use crate::clause::Clause;
use crate::point::{self, Script};
use crate::relay;
use crate::spec;
use crate::trial::Outcome;
use crate::wire::sha256;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::pin::Pin;

/// A test under way.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// One test.
pub struct Test {
    /// Stable id, such as `T-RELAY-021-stale-head`.
    pub id: &'static str,
    /// What the implementation has to do, in one line.
    pub title: &'static str,
    /// Requirements it decides.
    pub cites: &'static [&'static str],
    /// Whom it judges.
    pub role: Role,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// Whether the quick profile has it.
    pub quick: bool,
    /// What it does.
    pub(crate) run: Run,
}

/// What a test does.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// As its steps say, of an enforcement point.
    Script(&'static Script),
    /// As its steps say, of a relay.
    Relay(&'static relay::Script),
    /// As its steps with an issuer say.
    Issuer(&'static IssuerScript),
    /// As its steps with a relying party say.
    Party(&'static PartyScript),
}

/// Whom a test judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A relay.
    Relay,
    /// An issuer of age signals and tokens.
    AgeIssuer,
    /// A relying party.
    AgeRelyingParty,
    /// An enforcement point.
    EnforcementPoint,
    /// A guardian's app.
    GuardianApp,
}

/// What kind of behaviour a test provokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What has to work.
    Positive,
    /// What has to be refused.
    Negative,
    /// What has to survive trouble: races, garbage, broken connections.
    Fault,
    /// What has to happen at its time, and not before or after.
    Timing,
    /// What nobody may learn, and what may not be left behind.
    Privacy,
    /// What has to stay the same though something else changes.
    Metamorphic,
}

impl Kind {
    /// Whether it brings what has to be refused or survived.
    pub fn is_hostile(self) -> bool {
        matches!(self, Self::Negative | Self::Fault)
    }

    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Fault => "fault",
            Self::Timing => "timing",
            Self::Privacy => "privacy",
            Self::Metamorphic => "metamorphic",
        }
    }
}

/// How much of the catalogue a run takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The tests that find most: a few seconds.
    Quick,
    /// Every test.
    Full,
}

impl Profile {
    /// The name, as the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }
}

/// The test that a case belongs to: what stands before the values of its axes.
pub(crate) fn template(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// One title for several cases of a test.
pub(crate) fn folded<'a>(cases: usize, mut titles: impl Iterator<Item = &'a str>) -> String {
    let first = titles.next().unwrap_or_default();
    match titles.all(|title| title == first) {
        true => format!("{first} ({cases} cases)"),
        false => format!("{cases} cases, such as: {first}"),
    }
}

/// Every test, in the order they run.
pub fn tests() -> impl Iterator<Item = &'static Test> {
    [
        scripted::of_relays(),
        scripted::of_issuers(),
        scripted::of_parties(),
    ]
    .into_iter()
    .flatten()
    .chain(scripted::of_points())
}

/// Hash over every template, row of decisions, id, cited clause and its text: two runs with the same digest asked
/// the same.
pub fn digest() -> String {
    let files = relay::FILES.iter().chain(age::ISSUERS).chain(age::PARTIES);
    let mut text = String::new();
    for (_, content) in files.chain(point::files()) {
        text.push_str(content);
    }
    for test in tests() {
        text.push_str(test.id);
        for clause in test.clauses() {
            text.push_str(clause.requirement);
            text.push_str(clause.text);
        }
    }
    parcep_core::hex::encode(&sha256(text.as_bytes()))
}

impl Test {
    /// Whether a failure is one of conformance: a clause that it cites binds.
    pub fn is_binding(&self) -> bool {
        let binds = |id: &&str| spec::requirement(id).is_some_and(|found| found.is_binding());
        self.cites.iter().any(binds)
    }

    /// The clauses it cites, with their texts.
    pub fn clauses(&self) -> Vec<Clause> {
        self.cites
            .iter()
            .filter_map(|id| Clause::find(id))
            .collect()
    }

    /// Seeded faults that it has to find, where its script names them.
    pub fn kills(&self) -> &'static [String] {
        match self.run {
            Run::Script(script) => &script.kills,
            Run::Relay(script) => &script.kills,
            Run::Issuer(script) => &script.kills,
            Run::Party(script) => &script.kills,
        }
    }

    /// Whether it probes what a product does not declare.
    pub(crate) fn is_of_lack(&self) -> bool {
        let Run::Script(script) = self.run else {
            return false;
        };
        script
            .needs
            .iter()
            .any(|need| crate::script::is_of_lack(need))
    }

    /// Whether a profile has it.
    pub fn is_in(&self, profile: Profile) -> bool {
        self.quick || profile == Profile::Full
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

#[cfg(test)]
mod tests;
