//! Stories that a person can follow, each on a virtual clock, each line of it checked.

use crate::support::run;
use std::time::{Duration, Instant};

/// Plays a story to its end; how many things in it were checked.
fn play(story: &str) -> u64 {
    let began = Instant::now();
    let played = run(&["scenario", story, "--json"]);
    assert_eq!(
        played.code, 0,
        "{story}: {}{}",
        played.stdout, played.stderr
    );
    assert!(began.elapsed() < Duration::from_secs(30), "{story} is slow");
    let told = played.json();
    assert_eq!(told["passed"], true);
    told["checks"].as_u64().unwrap()
}

/// R-CONS-012, R-CONS-013, R-CONS-026: neither of two removes the other; rules end with the authority.
#[test]
fn a_separation() {
    assert!(play("separation") >= 9);
}

/// R-EPOCH-012, R-CONS-020, R-RELAY-017: what a thief holds opens nothing new.
#[test]
fn a_stolen_phone() {
    assert!(play("stolen-phone") >= 7);
}

/// R-CONS-017, R-CONS-018, R-CONS-019, R-CONS-008, R-CONS-007: a page and a week in everybody's sight.
#[test]
fn a_lost_phone() {
    assert!(play("lost-phone") >= 9);
}

/// R-JOIN-008: one Welcome is enough, and who has not confirmed is said.
#[test]
fn a_new_console_while_one_parent_is_away() {
    assert!(play("new-console") >= 6);
}

/// R-TIME-012, R-TIME-013, R-TIME-014, R-TIME-015: nobody has to say it.
#[test]
fn a_majority_with_nobody_there() {
    assert!(play("majority-offline") >= 7);
}

/// R-MOVE-009, R-MOVE-010, R-MOVE-011: nothing lost, nothing doubled.
#[test]
fn a_relay_restored_from_last_nights_copy() {
    assert!(play("relay-restored") >= 5);
}

/// R-MOVE-019, R-MOVE-020, R-MOVE-021, R-MOVE-022, R-MOVE-023, R-MOVE-027
#[test]
fn a_move_to_another_relay() {
    assert!(play("relay-move") >= 6);
}

#[test]
fn the_list_names_every_story() {
    let listed = run(&["scenario", "list", "--json"]).json();
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect();
    for name in [
        "separation",
        "stolen-phone",
        "lost-phone",
        "new-console",
        "relay-restored",
        "majority-offline",
    ] {
        assert!(
            names.contains(&name.to_owned()),
            "{name} is not in {names:?}"
        );
    }
    let unknown = run(&["scenario", "nothing", "--json"]);
    assert_eq!(unknown.code, 2);
}
