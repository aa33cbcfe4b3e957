//! Members that leave: a crash before the erasure, and the key that is left at the relay.

use crate::consents::FORGOTTEN;
use crate::home::Home;
use crate::support::names;
use parcep_client::guardian::Guardian;
use parcep_client::{Link, Trust};
use parcep_core::consent::Act;

/// Does what an act does, and stops before anything is erased.
fn stop_in_between(home: &Home, folder: &str, act: impl Fn(&Guardian) -> Act) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let link = Link::new(&home.relay.uri, &Trust::System).unwrap();
        let mut guardian = Guardian::open(&home.path(folder), link).unwrap();
        guardian.driver().sync().await.unwrap();
        let act = act(&guardian);
        guardian.begin(act, Vec::new()).await.unwrap();
    });
    assert!(home.path(folder).join("keys.json").exists());
}

/// R-PRIV-017
#[test]
fn a_crash_between_leaving_and_erasing_is_made_good_on_opening() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    stop_in_between(&home, "dad", |dad| {
        Act::Constitution(dad.law_without(dad.principal().unwrap()).unwrap())
    });
    assert_eq!(home.code("log explain --household @dad"), "REMOVED");
    assert_eq!(names(&home.path("dad")), FORGOTTEN);
    assert_eq!(home.code("log explain --household @dad"), "NO_MEMBER");
}

/// R-PRIV-018
#[test]
fn a_crash_between_the_end_and_erasing_is_made_good_on_opening() {
    let home = Home::founded();
    stop_in_between(&home, "mum", |mum| {
        Act::Erase(mum.household().unwrap().log_id())
    });
    assert_eq!(home.code("log verify --household @mum"), "ENDED");
    assert_eq!(names(&home.path("mum")), FORGOTTEN);
}

/// R-PRIV-017: half an erasure is not the end of one.
#[test]
fn an_erasure_that_was_stopped_goes_on_when_the_folder_is_opened() {
    let home = Home::founded();
    std::fs::write(home.path("mum/removed"), "is being erased\n").unwrap();
    assert_eq!(home.code("log verify --household @mum"), "NO_MEMBER");
    assert_eq!(names(&home.path("mum")), FORGOTTEN);
}

/// R-CONS-029, R-CONS-025: no guardian takes another's key out at once, even after they left; it is announced
/// by itself, and everybody sees how to stop it.
#[test]
fn the_key_of_a_guardian_who_left_is_announced_and_goes_in_a_week() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    let nothing = home.ok("household tend --household @mum");
    assert_eq!(nothing["keys"]["announced"].as_array().unwrap().len(), 0);
    home.ok("guardian leave --household @dad --yes");
    let status = home.ok("household status --household @mum");
    assert_eq!(
        (&status["keys_left"], &status["keys_unknown"]),
        (&1.into(), &0.into())
    );
    let tended = home.run("household tend --household @mum").stdout;
    // As it is to be typed.
    let stop = format!(
        "household cancel --household {} --act 1",
        home.path("mum").display()
    );
    assert!(tended.contains(&stop), "{tended}");
    let acts = home.ok("household acts --household @mum");
    assert_eq!(
        acts["acts"][0]["what"],
        "a key that opens the relay is removed"
    );
    // It waits: nothing is announced twice.
    let again = home.ok("household tend --household @mum");
    assert_eq!(again["keys"]["announced"].as_array().unwrap().len(), 0);
}

/// R-CONS-029: who did not let the other in finds the key too, once nobody else is there.
#[test]
fn the_last_guardian_finds_the_founders_key() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    home.ok("guardian leave --household @mum --yes");
    let tended = home.ok("household tend --household @dad");
    assert_eq!(tended["keys"]["announced"].as_array().unwrap().len(), 1);
}

/// R-CONS-029: where the app cannot tell whose a key is, a person says so, and its owner stops a mistake.
#[test]
fn a_key_that_nobody_can_place_goes_by_a_persons_word() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", " --threshold 1");
    home.ok("guardian add --household @mum --out @gran-invitation");
    home.ok(
        "guardian accept --dir @gran --invitation @gran-invitation --name Gran --out @gran-acceptance",
    );
    let add = "guardian add --household @mum --acceptance @gran-acceptance --out @gran-answer";
    home.ok(add);
    home.ok("guardian approve --household @dad --yes");
    home.ok(add);
    home.ok("device join --dir @gran --answer @gran-answer");
    home.ok("guardian leave --household @mum --yes");
    let listed = home.ok("guardian shut-out --household @gran");
    let keys: Vec<_> = listed["unknown"].as_array().unwrap().iter().collect();
    assert_eq!(keys.len(), 2, "{listed}");
    let nothing = home.code("guardian shut-out --household @gran --key zz --yes");
    assert_eq!(nothing, "UNKNOWN_KEY");
    for key in &keys {
        let key = key.as_str().unwrap();
        let told = home.ok(&format!(
            "guardian shut-out --household @gran --key {key} --dry-run"
        ));
        assert_eq!(told["done"], false);
        home.ok(&format!(
            "guardian shut-out --household @gran --key {key} --yes"
        ));
    }
    let dad = home.ok("household tend --household @dad");
    assert_eq!(dad["keys"]["stopped"].as_array().unwrap().len(), 1, "{dad}");
    let acts = home.ok("household acts --household @gran");
    assert_eq!(acts["acts"].as_array().unwrap().len(), 1);
}
