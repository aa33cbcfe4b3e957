//! The suite judged by itself: every faulty relay, issuer of age signals, party to ages and enforcement point
//! has to be caught by a test or vector that cites the requirement it breaks, honest ones by none, and no
//! nonsense may pass (R-CONF-004).

mod age;
mod child;
mod matrix;
mod page;
mod party;
mod point;

pub use matrix::{Matrix, Row};

use crate::catalogue::{self, Profile, Role};
use crate::report::Report;
use crate::runner::{Config, Progress, Quietly, glob, run_issuer, run_server};
use child::Child;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Relays under test at once: each waits for its disk most of the time.
const AT_ONCE: usize = 4;

/// The honest relay that is asked everything.
const REFERENCE: &str = "none";

/// Relays of the selftest keep everything in memory, and some never answer on purpose.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What a mutant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A relay, judged by the tests of relays.
    #[default]
    Relay,
    /// An issuer of age signals, judged by the tests of issuers.
    Issuer,
    /// A party to ages, judged by the vectors of ages.
    Party,
    /// An issuer behind a driver, judged by the tests of issuers.
    Driven,
    /// A relying party behind a driver, judged by the tests of relying parties.
    Relying,
    /// An enforcement point, judged by the tests of enforcement points that cite what it breaks.
    Point,
    /// A guardian's app, judged by the tests of guardian apps that cite what it breaks.
    App,
    /// What is no product at all: a run of it has to end as not conformant, with a verdict for each test.
    Nonsense,
}

impl Kind {
    /// Whose tests judge it; parties to ages are judged by vectors.
    fn role(self) -> Option<Role> {
        match self {
            Self::Relay => Some(Role::Relay),
            Self::Issuer | Self::Driven => Some(Role::AgeIssuer),
            Self::Relying => Some(Role::AgeRelyingParty),
            Self::Point | Self::Nonsense => Some(Role::EnforcementPoint),
            Self::App => Some(Role::GuardianApp),
            Self::Party => None,
        }
    }
}

/// A peer that the mutants' program offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mutant {
    /// What it is.
    #[serde(default)]
    pub kind: Kind,
    /// Value of `--fault`.
    pub name: String,
    /// Requirement it breaks; empty for an honest one.
    pub requirement: String,
    /// What it does.
    pub what: String,
    /// Whether it behaves, in its own way: no test may fail it.
    pub honest: bool,
}

impl Mutant {
    /// What the honest ones are that it is compared with.
    fn likes(&self) -> Kind {
        match self.kind {
            Kind::Nonsense => Kind::Point,
            kind => kind,
        }
    }
}

/// Why there is no matrix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelftestError {
    /// The program could not be started, or did not say where it listens.
    #[error("`{program}` with --fault {fault}: {cause}")]
    Start {
        /// The program.
        program: String,
        /// The fault.
        fault: String,
        /// What went wrong.
        cause: String,
    },
    /// A pattern matches no fault.
    #[error("`{0}` matches no fault")]
    NoMatch(String),
    /// There are no vectors to ask parties to ages.
    #[error("no vectors of ages in `{folder}`: {cause}")]
    NoVectors {
        /// Where they were looked for.
        folder: String,
        /// What went wrong.
        cause: String,
    },
    /// The program offers no faulty relay, or no honest one.
    #[error("the program offers no faulty peer beside an honest one, so nothing was tested")]
    NoMutants,
}

/// The program with the faulty relays, where it stands beside this one.
pub fn beside_this_program() -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    let name = format!("parcep-mutants{}", std::env::consts::EXE_SUFFIX);
    // Test programs live one folder deeper, in `deps`.
    this.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// Starts each mutant and each honest peer, and judges relays with the full profile, parties to ages with the
/// vectors below `vectors`, and enforcement points with the tests that concern them, or with all if `full`.
///
/// # Errors
/// If one cannot be started, or there is nothing to start.
pub async fn run(
    program: &Path,
    vectors: &Path,
    only: &[String],
    full: bool,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Matrix, SelftestError> {
    let mut all = child::list(program).await?;
    all.extend(point::networks());
    let mutants = select(all, only)?;
    progress.begins(mutants.len());
    let (parties, relays): (Vec<_>, Vec<_>) = mutants
        .into_iter()
        .partition(|mutant| mutant.kind == Kind::Party);
    let mut answered = Vec::new();
    if !parties.is_empty() {
        let questions = party::questions(vectors)?;
        for mutant in parties {
            let run = party::judge(program, &mutant, questions.clone()).await?;
            answered.push((mutant, run));
            progress.passed();
        }
    }
    let asked = relays.into_iter().map(|mutant| (mutant, seed));
    let judged = judge_all(program, asked, full, progress).await?;
    Ok(Matrix::new(judged, answered))
}

/// Judges the honest ones alone, each with so many seeds from this one on: none may be failed.
///
/// # Errors
/// If one cannot be started.
pub async fn run_honest(
    program: &Path,
    seed: u64,
    seeds: u64,
    progress: &dyn Progress,
) -> Result<Matrix, SelftestError> {
    let mut all = child::list(program).await?;
    all.extend(point::networks());
    all.retain(|mutant| mutant.honest && mutant.kind != Kind::Party);
    let seeds = (0..seeds).map(|more| seed.wrapping_add(more));
    let asked: Vec<_> = seeds
        .flat_map(|seed| all.iter().cloned().map(move |mutant| (mutant, seed)))
        .collect();
    progress.begins(asked.len());
    let mut judged = judge_all(program, asked.into_iter(), false, progress).await?;
    for (mutant, report) in &mut judged {
        mutant.name = format!("{} with seed {}", mutant.name, report.run.seed);
    }
    Ok(Matrix::new(judged, Vec::new()))
}

/// Several at once.
async fn judge_all(
    program: &Path,
    mut waiting: impl Iterator<Item = (Mutant, u64)>,
    full: bool,
    progress: &dyn Progress,
) -> Result<Vec<(Mutant, Report)>, SelftestError> {
    let mut running = tokio::task::JoinSet::new();
    let mut judged = Vec::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((mutant, seed)) = waiting.next()
        {
            running.spawn(judge(program.to_owned(), mutant, seed, full));
        }
        let Some(ended) = running.join_next().await else {
            break;
        };
        // A task that panicked is a fault of ours; it must not look like a dead mutant.
        let ended = ended.map_err(|error| SelftestError::Start {
            program: program.display().to_string(),
            fault: String::from("?"),
            cause: error.to_string(),
        })?;
        judged.push(ended?);
        progress.passed();
    }
    Ok(judged)
}

fn select(all: Vec<Mutant>, only: &[String]) -> Result<Vec<Mutant>, SelftestError> {
    for pattern in only {
        if !all.iter().any(|mutant| glob(pattern, &mutant.name)) {
            return Err(SelftestError::NoMatch(pattern.clone()));
        }
    }
    let named = |mutant: &Mutant| only.iter().any(|pattern| glob(pattern, &mutant.name));
    let kinds: Vec<Kind> = all.iter().filter(|m| named(m)).map(Mutant::likes).collect();
    let wanted = |mutant: &Mutant| {
        only.is_empty() || named(mutant) || (mutant.honest && kinds.contains(&mutant.kind))
    };
    let mutants: Vec<Mutant> = all.iter().filter(|m| wanted(m)).cloned().collect();
    let some = |honest| mutants.iter().any(|mutant| mutant.honest == honest);
    if some(true) && some(false) {
        Ok(mutants)
    } else {
        Err(SelftestError::NoMutants)
    }
}

async fn judge(
    program: PathBuf,
    mutant: Mutant,
    seed: u64,
    full: bool,
) -> Result<(Mutant, Report), SelftestError> {
    if matches!(mutant.kind, Kind::Driven | Kind::Relying) {
        let report = age::judge(&program, &mutant, seed, full).await?;
        return Ok((mutant, report));
    }
    if matches!(mutant.kind, Kind::Point | Kind::App | Kind::Nonsense) {
        let report = point::judge(&program, &mutant, seed, full).await?;
        return Ok((mutant, report));
    }
    let start = |cause: String| SelftestError::Start {
        program: program.display().to_string(),
        fault: mutant.name.clone(),
        cause,
    };
    let child = Child::start(&program, &mutant.name).await.map_err(start)?;
    let mut target = child.target().clone();
    target.answer_within = ANSWER_WITHIN;
    let mut config = Config::new(target, Profile::Full, seed);
    config.confirm_failures = false;
    if mutant.kind == Kind::Relay && mutant.name != REFERENCE && !full {
        config.only = asked(&mutant);
    }
    let report = match config.target.issuer {
        Some(_) => run_issuer(&config, &Quietly).await,
        None => run_server(&config, &Quietly).await,
    };
    let report = report.map_err(|cannot| start(cannot.to_string()))?;
    child.stop().await;
    Ok((mutant, report))
}

/// Ids of the tests that a relay is asked: a faulty one those that cite what it breaks, an honest one all but how
/// much room there is, which takes long to see.
fn asked(mutant: &Mutant) -> Vec<String> {
    const ROOM: &str = "R-RELAY-036";
    let asked = catalogue::tests().filter(|test| match test.role {
        Role::Relay if mutant.honest => test.cites != [ROOM],
        Role::Relay => test.cites.contains(&mutant.requirement.as_str()),
        _ => false,
    });
    asked.map(|test| test.id.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str, honest: bool) -> Mutant {
        Mutant {
            kind: Kind::Relay,
            name: name.into(),
            requirement: String::new(),
            what: String::new(),
            honest,
        }
    }

    #[test]
    fn a_faulty_relay_is_asked_what_cites_its_requirement() {
        let mut faulty = mutant("stale-head", false);
        faulty.requirement = "R-RELAY-008".into();
        let few = asked(&faulty);
        assert!(
            few.contains(&"T-RELAY-022-wrong-place".to_owned()),
            "{few:?}"
        );
        assert!(few.len() < asked(&mutant("other", true)).len() / 4);
    }

    #[test]
    fn a_selection_keeps_the_honest_relay_and_needs_a_faulty_one() {
        let all = vec![mutant("none", true), mutant("a", false), mutant("b", false)];
        let chosen = select(all.clone(), &["a".into()]).unwrap();
        assert_eq!(chosen, [mutant("none", true), mutant("a", false)]);
        assert!(matches!(
            select(all, &["x".into()]),
            Err(SelftestError::NoMatch(_))
        ));
        let alone = vec![mutant("none", true)];
        assert!(matches!(select(alone, &[]), Err(SelftestError::NoMutants)));
    }
}
