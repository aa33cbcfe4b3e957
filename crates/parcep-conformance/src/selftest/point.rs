//! Enforcement points and guardian apps: each faulty one is asked the tests that cite what it breaks, the honest ones what finds
//! most and what suits those that lack something, and nonsense the quick profile (R-CONF-004).

use super::{Kind, Mutant, SelftestError};
use crate::catalogue::{self, Profile, Test};
use crate::driver::Start;
use crate::peer::Target;
use crate::point::{self, Hello, PointTarget};
use crate::report::Report;
use crate::runner::{Config, Quietly, run_point};
use crate::stage::network::Network;
use parcep_core::epoch::PepCategory;
use std::path::Path;
use std::time::Duration;

/// The honest ones that are asked every template, so that each kill has a twin that passed.
const REFERENCES: [&str; 2] = ["point/none", "app/none"];
/// What the names of those behind another network begin with.
const NETWORK: &str = "network/";
/// Groups of rows of decisions that one product is asked, unless it is asked everything.
const ROWS: usize = 10;
/// How long an answer of a product may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How long one of nonsense may: some never answer.
const NONSENSE_WITHIN: Duration = Duration::from_secs(2);
/// Products of one kind that run at once.
const AT_ONCE: usize = 2;

/// Judges one product.
pub(super) async fn judge(
    program: &Path,
    mutant: &Mutant,
    seed: u64,
    full: bool,
) -> Result<Report, SelftestError> {
    let (name, network) = benign(mutant);
    let command = ["point", "--fault", name].map(str::to_owned);
    let program = program.display().to_string();
    let command = std::iter::once(program.clone()).chain(command);
    let start = Start::Program(command.collect());
    let patience = match mutant.kind {
        Kind::Nonsense => NONSENSE_WITHIN,
        _ => ANSWERS_WITHIN,
    };
    // Who does not even say who it is, is asked all the same: each test is to end with a verdict.
    let hello = point::meet(&start, patience).await;
    let target = Target::point(PointTarget {
        start,
        patience,
        hello: hello.unwrap_or_else(|_| unknown()),
        network,
    });
    let mut config = Config::new(target, profile(mutant, full), seed);
    config.only = selection(mutant, full);
    config.confirm_failures = false;
    config.jobs = AT_ONCE;
    let report = run_point(&config, &Quietly).await;
    report.map_err(|cannot| SelftestError::Start {
        program,
        fault: mutant.name.clone(),
        cause: cannot.to_string(),
    })
}

/// The honest one behind every network that a product has to bear.
pub(super) fn networks() -> impl Iterator<Item = Mutant> {
    Network::BENIGN.into_iter().map(|network| Mutant {
        kind: Kind::Point,
        name: format!("{NETWORK}{}", network.name()),
        requirement: String::new(),
        what: "nothing: the honest one, behind another network".into(),
        honest: true,
    })
}

/// The program's name of a product, and the network that it meets.
fn benign(mutant: &Mutant) -> (&str, Network) {
    let network = mutant.name.strip_prefix(NETWORK).and_then(|name| {
        let all = Network::BENIGN.into_iter();
        all.into_iter().find(|network| network.name() == name)
    });
    match network {
        Some(network) => (REFERENCES[0], network),
        None => (&mutant.name, Network::Plain),
    }
}

/// What somebody can do who did not say it.
fn unknown() -> Hello {
    Hello {
        product: String::new(),
        version: String::new(),
        role: String::new(),
        category: Some(PepCategory::DeviceOs),
        capabilities: Vec::new(),
        features: ["virtual-clock", "restart", "lists"]
            .map(str::to_owned)
            .to_vec(),
    }
}

fn profile(mutant: &Mutant, full: bool) -> Profile {
    match mutant.kind {
        Kind::Nonsense if !full => Profile::Quick,
        _ => Profile::Full,
    }
}

/// Ids of the tests that a product is asked; none for a whole profile.
fn selection(mutant: &Mutant, full: bool) -> Vec<String> {
    if full || mutant.kind == Kind::Nonsense {
        return Vec::new();
    }
    let is_asked = |test: &Test| match (mutant.honest, mutant.name.as_str()) {
        (true, name) if REFERENCES.contains(&name) => true,
        (true, _) => test.quick || test.is_of_lack(),
        (false, _) => test.cites.contains(&mutant.requirement.as_str()),
    };
    let (rows, scripted): (Vec<_>, Vec<_>) = tests(mutant.kind).partition(|test| is_row(test));
    let scripted = scripted.into_iter().filter(|test| is_asked(test));
    let rows = rows
        .into_iter()
        .filter(|test| mutant.honest || is_asked(test));
    let ids: Vec<_> = scripted.chain(rows.take(ROWS)).map(id).collect();
    match ids.is_empty() {
        false => ids,
        // No test cites it. What the quick ones see of it is shown, and it counts as not caught.
        true => tests(mutant.kind)
            .filter(|test| test.quick)
            .map(id)
            .collect(),
    }
}

fn tests(kind: Kind) -> impl Iterator<Item = &'static Test> {
    catalogue::tests().filter(move |test| Some(test.role) == kind.role())
}

fn is_row(test: &Test) -> bool {
    test.id.starts_with(point::ROWS)
}

fn id(test: &'static Test) -> String {
    test.id.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, requirement: &str) -> Vec<String> {
        let mutant = Mutant {
            kind: Kind::Point,
            name: name.into(),
            requirement: requirement.into(),
            what: String::new(),
            honest: requirement.is_empty(),
        };
        selection(&mutant, false)
    }

    #[test]
    fn a_faulty_product_is_asked_what_cites_its_requirement() {
        let asked = asked("point/x", "R-LOG-005");
        assert!(asked.contains(&"T-POINT-030-rollback/kill".to_owned()));
        assert!(!asked.contains(&"T-POINT-001-follows".to_owned()));
    }

    #[test]
    fn the_reference_is_asked_every_template_and_some_rows() {
        let all = asked(REFERENCES[0], "");
        let rows = all.iter().filter(|id| id.starts_with(point::ROWS)).count();
        assert_eq!(rows, ROWS);
        let scripted = tests(Kind::Point).filter(|test| !is_row(test)).count();
        assert_eq!(all.len(), scripted + ROWS);
        assert!(asked("point/slow", "").len() < all.len());
    }
}
