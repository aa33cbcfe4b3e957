//! Enforcement points that are wrong, as the catalogue and the selftest know them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is a failed test"
)]

use parcep_conformance::driver::Start;
use parcep_conformance::point::{self, Home, PointTarget};
use parcep_conformance::script::File;
use parcep_conformance::stage::network::Network;
use parcep_conformance::{Config, Profile, Quietly, Target, Verdict, run_point, selftest};
use parcep_mutants::point::{PointOffer, points};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_parcep-mutants");

fn catalogue() -> Vec<File<Home>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../parcep-conformance/catalogue");
    let files = std::fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let of_points = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("point-"))
    };
    let files = files.filter(of_points);
    let files = files.map(|path| std::fs::read_to_string(path).unwrap());
    files.map(|text| toml::from_str(&text).unwrap()).collect()
}

/// R-CONF-004: what a test says that it finds is there to be found, and breaks what the test cites.
#[test]
fn each_fault_that_a_test_names_is_offered_and_breaks_what_the_test_cites() {
    let mut named = BTreeSet::new();
    for test in catalogue().iter().flat_map(|file| &file.tests) {
        for name in &test.kills {
            let offer = PointOffer::find(name);
            let offer = offer.unwrap_or_else(|| panic!("{}: no {name}", test.id));
            let cites: Vec<&str> = test.requirements().collect();
            let requirement = offer.requirement;
            assert!(
                cites.contains(&requirement),
                "{}: {name} breaks {requirement}",
                test.id
            );
            named.insert(offer.name);
        }
    }
    let faulty = points().filter(|offer| !offer.is_honest() && !offer.is_nonsense());
    for offer in faulty {
        assert!(named.contains(offer.name), "no test names {}", offer.name);
    }
}

#[test]
fn there_are_enough_faults_and_each_has_a_name_of_its_own() {
    let names: BTreeSet<_> = points().map(|offer| offer.name).collect();
    assert_eq!(names.len(), points().count());
    let count = |is: fn(&&PointOffer) -> bool| points().filter(is).count();
    assert!(count(|offer| !offer.is_honest() && !offer.is_nonsense()) >= 25);
    assert!(count(|offer| offer.is_nonsense()) >= 14);
    assert!(count(|offer| offer.is_honest()) >= 5);
}

/// R-CONF-001, R-CONF-004, R-CONF-013, R-CONF-014: the rest is for `parcep-conform selftest`.
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_never_passes_and_some_faults_are_caught_by_tests_that_cite_them() {
    let only = [
        "nonsense/*",
        "point/always-allows",
        "point/forgets-on-restart",
        "point/never-reports",
        "point/overlooks-gaps",
    ];
    let only = only.map(String::from);
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors");
    let matrix = selftest::run(Path::new(PROGRAM), &vectors, &only, false, 12, &Quietly)
        .await
        .unwrap();
    assert_eq!(matrix.exit_code(), 0, "{}", matrix.render());
    assert_eq!(matrix.mutants.len(), only.len() - 1);
    let page = matrix.render();
    assert!(
        page.contains("14 of 14 kinds of nonsense found out"),
        "{page}"
    );
}

/// R-EVAL-050: a run draws the hour at which its household lives. Two hours of use reach beyond the end of the day from
/// 22:00 on, and nothing remains to be told then.
#[tokio::test(flavor = "multi_thread")]
async fn an_honest_one_passes_at_every_hour_of_the_day() {
    let command = [PROGRAM, "point", "--fault", "point/none"].map(str::to_owned);
    let start = Start::Program(command.to_vec());
    let patience = Duration::from_secs(30);
    let hello = point::meet(&start, patience).await.unwrap();
    for seed in 0..30 {
        let target = Target::point(PointTarget {
            start: start.clone(),
            patience,
            hello: hello.clone(),
            network: Network::default(),
        });
        let mut config = Config::new(target, Profile::Full, seed);
        config.only = vec!["T-POINT-541-nobody-known".into()];
        let report = run_point(&config, &Quietly).await.unwrap();
        let asked = report.results.iter().find(|one| one.id == config.only[0]);
        assert_eq!(asked.unwrap().verdict, Verdict::Pass, "seed {seed}");
    }
}
