//! The demo shows every step, and shows them again when the relay is killed in the middle.

use crate::support::{OKAFOR, run};

#[test]
fn every_step_holds_for_the_sample_family_and_a_killed_relay() {
    let shown = run(&["demo", "--kill-relay", "--json"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    let shown = shown.json();
    let steps = shown["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    let expected = [
        "relay",
        "household",
        "devices",
        "decisions",
        "denial",
        "kill",
        "live change",
        "age signal",
        "blind relay",
        "conformance",
    ];
    assert_eq!(names, expected);
    assert!(steps.iter().all(|step| step["passed"] == true));
}

#[test]
fn every_step_holds_for_a_family_of_ones_own() {
    let shown = run(&["demo", "--pcps", OKAFOR]);
    assert_eq!(shown.code, 0, "{shown:?}");
    for word in [
        "call 112",
        "Who set it: Ngozi",
        "116 111",
        "denies it after",
    ] {
        assert!(shown.stdout.contains(word), "{word}: {}", shown.stdout);
    }
}

#[test]
fn a_demo_of_a_file_that_is_no_family_says_so() {
    let shown = run(&["demo", "--pcps", env!("CARGO_MANIFEST_PATH"), "--json"]);
    assert_eq!(shown.code, 3, "{shown:?}");
}
