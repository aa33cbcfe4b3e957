//! Members that leave: a crash before the erasure, and the key that is left at the relay.

use crate::consents::FORGOTTEN;
use crate::households::Home;
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

/// R-CONS-025: no guardian takes another's key out at once, even after they left.
#[test]
fn the_key_of_a_guardian_who_left_is_announced_and_goes_in_a_week() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    let nothing = home.ok("guardian shut-out --household @mum --yes");
    assert_eq!(nothing["announced"], 0, "who belongs is not shut out");
    home.ok("guardian leave --household @dad --yes");
    assert_eq!(home.ok("household tend --household @mum")["still_in"], 1);
    assert_eq!(
        home.ok("household status --household @mum")["left_behind"],
        1
    );
    let told = home.ok("guardian shut-out --household @mum --dry-run");
    assert_eq!(told["done"], false);
    assert_eq!(
        home.ok("guardian shut-out --household @mum --yes")["announced"],
        1
    );
    let acts = home.ok("household acts --household @mum");
    assert_eq!(acts["acts"][0]["what"], "an access key is removed");
    // It waits: nothing is left to say, and nothing is announced twice.
    assert_eq!(home.ok("household tend --household @mum")["still_in"], 0);
    assert_eq!(
        home.ok("guardian shut-out --household @mum --yes")["announced"],
        0
    );
}

/// R-CONS-025: who did not let the other in finds the key too, once nobody else is there.
#[test]
fn the_last_guardian_finds_the_founders_key() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    home.ok("guardian leave --household @mum --yes");
    assert_eq!(home.ok("household tend --household @dad")["still_in"], 1);
    assert_eq!(
        home.ok("guardian shut-out --household @dad --yes")["announced"],
        1
    );
}
