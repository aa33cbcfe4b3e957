//! What `household status` says that no document does: who confirmed what, and where erasing stands.

use crate::home::Home;
use parcep_client::Store;
use serde_json::Value;

fn health(home: &Home, who: &str, what: &str) -> Vec<Value> {
    let status = home.ok(&format!("household status --household @{who}"));
    status["health"][what].as_array().unwrap().clone()
}

/// R-JOIN-008
#[test]
fn a_new_device_names_the_guardians_who_have_not_confirmed_what_it_sees() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    assert!(
        health(&home, "mum", "unconfirmed").is_empty(),
        "she founded it"
    );
    assert_eq!(health(&home, "dad", "unconfirmed").len(), 1);
    let words = home.run("household status --household @dad").stdout;
    assert!(words.contains("not yet confirmed by"), "{words}");
    home.ok("household tend --household @mum");
    assert!(health(&home, "dad", "unconfirmed").is_empty());
    assert!(health(&home, "dad", "contradicting").is_empty());
    // What was confirmed once stays so, whatever is written next.
    home.ok("device request --dir @tv --category tv --out @request");
    home.ok("device add --household @dad --request @request --child Tobias --out @answer");
    assert!(health(&home, "dad", "unconfirmed").is_empty());
}

/// R-PRIV-014: secrets and names of a child who was released are gone, and status says who has not followed.
#[test]
fn a_released_childs_secrets_are_destroyed_and_status_says_by_whom_not_yet() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    let people = std::fs::read_to_string(home.path("mum/people.json")).unwrap();
    let people: Value = serde_json::from_str(&people).unwrap();
    let child = &people["children"][1];
    let (id, name) = (
        child["dependant"].as_str().unwrap(),
        child["name"].as_str().unwrap(),
    );
    let held = |who: &str| {
        let mut store = Store::open(&home.path(who)).unwrap();
        let member = store.member().unwrap();
        let mut ids = member.keyring().iter().filter_map(|(id, _)| id.dependant);
        ids.any(|dependant| dependant.to_string() == id)
    };
    assert!(held("mum") && held("dad"));
    home.ok(&format!(
        "household erase --household @mum --child {id} --yes"
    ));
    home.ok("guardian approve --household @dad --yes");
    let erasing = health(&home, "mum", "erasing");
    assert_eq!(erasing.len(), 1, "{erasing:?}");
    let waits = erasing[0]["waits_for"].to_string();
    assert!(waits.contains("Jonas"), "{waits}");
    let words = home.run("household status --household @mum").stdout;
    assert!(words.contains("not yet confirmed by Jonas"), "{words}");
    assert!(!held("mum"), "also when the log was followed anew");
    let people = std::fs::read_to_string(home.path("mum/people.json")).unwrap();
    assert!(!people.contains(name) && !people.contains(id), "{people}");

    home.ok("household tend --household @dad");
    assert!(!held("dad"));
    let erasing = health(&home, "mum", "erasing");
    assert_eq!(
        erasing[0]["waits_for"].as_array().unwrap().len(),
        0,
        "{erasing:?}"
    );
}
