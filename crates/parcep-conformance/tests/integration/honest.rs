//! Honest relays pass, and the report says so.

use crate::relay;
use parcep_conformance::{Conclusion, Config, Profile, Quietly, Report, Verdict, run_server};

async fn judge(config: &Config) -> Report {
    run_server(config, &Quietly).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_relay_is_conformant_and_every_test_of_the_profile_ran() {
    let target = relay::with_fault("none").await;
    let report = judge(&Config::new(target, Profile::Full, 1)).await;
    assert_eq!(
        report.conclusion,
        Conclusion::Conformant,
        "{}",
        report.render()
    );
    assert_eq!(report.exit_code, 0);
    assert_eq!(report.totals.pass, report.results.len());
    assert!(
        report.results.len() >= 16,
        "15 tests of a relay and one of age signals at least"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clauses_leave_open_is_left_open() {
    for variant in ["small-pages", "chatty"] {
        let target = relay::with_fault(variant).await;
        let report = judge(&Config::new(target, Profile::Quick, 2)).await;
        assert_eq!(
            report.conclusion,
            Conclusion::Conformant,
            "{variant}: {}",
            report.render()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_behind_tls_is_judged_with_its_certificate_authority() {
    let folder = tempfile::tempdir().unwrap();
    let target = relay::with_tls(folder.path()).await;
    let report = judge(&Config::new(target, Profile::Quick, 3)).await;
    assert_eq!(
        report.conclusion,
        Conclusion::Conformant,
        "{}",
        report.render()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_relay_key_its_signature_is_not_applicable_and_the_rest_counts() {
    let mut target = relay::with_fault("none").await;
    target.relay_key = None;
    let report = judge(&Config::new(target, Profile::Quick, 4)).await;
    let of = |id: &str| {
        report
            .results
            .iter()
            .find(|result| result.id == id)
            .unwrap()
    };
    let signature = of("T-RELAY-044-bookmark-signature");
    assert_eq!(signature.verdict, Verdict::NotApplicable);
    assert!(signature.reason.as_deref().unwrap().contains("--relay-key"));
    assert_eq!(report.conclusion, Conclusion::Conformant);
}

/// R-CONF-001.
#[tokio::test(flavor = "multi_thread")]
async fn a_selection_that_passes_is_incomplete() {
    let target = relay::with_fault("none").await;
    let mut config = Config::new(target, Profile::Quick, 5);
    config.only = vec!["R-RELAY-008".into()];
    let report = judge(&config).await;
    assert_eq!(
        (report.conclusion, report.exit_code),
        (Conclusion::Incomplete, 4)
    );
    assert_eq!(report.totals.fail, 0);
    assert!(report.totals.pass >= 3, "{}", report.render());
}

/// R-CONF-005: the same seed asks the same, also of the same relay.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_repeated_with_its_seed_on_the_same_relay() {
    let target = relay::with_fault("none").await;
    let config = Config::new(target, Profile::Quick, 6);
    let (first, second) = (judge(&config).await, judge(&config).await);
    assert_eq!(first.conclusion, Conclusion::Conformant);
    assert_eq!(
        second.conclusion,
        Conclusion::Conformant,
        "{}",
        second.render()
    );
    assert_eq!(first.suite.catalogue, second.suite.catalogue);
}
