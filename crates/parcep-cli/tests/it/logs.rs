//! The log as each member holds it: verified, exported, told in words.

use crate::home::Home;

#[test]
fn the_log_of_every_member_is_the_same_verified_chain() {
    let home = Home::with_device("console");
    let hashes = |folder: &str| -> Vec<String> {
        let log = home.ok(&format!("log --household @{folder}"));
        let rows = log.as_array().unwrap().iter();
        rows.map(|row| {
            assert_eq!(row["outcome"], "in effect");
            row["hash"].as_str().unwrap().to_owned()
        })
        .collect()
    };
    assert_eq!(hashes("mum"), hashes("device"));
}

/// R-MOVE-019: the file is the household, checked before it was written and after it was read.
#[test]
fn an_export_is_the_whole_chain_and_a_changed_byte_is_found() {
    let home = Home::with_device("device-os");
    let written = home.ok("household export --household @mum --out @home.export");
    let entries = written["entries"].as_u64().unwrap();
    let sealed = home.ok("log verify --file @home.export");
    assert_eq!(sealed["entries"], entries);
    assert_eq!(sealed["head"], written["head"]);
    let opened = home.ok("log verify --household @mum --file @home.export");
    assert_eq!(opened["in_effect"], entries);
    let device = home.ok("log verify --household @device");
    assert_eq!(device["head"], written["head"]);

    let whole = std::fs::read(home.path("home.export")).unwrap();
    let mut refused = 0;
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(home.path("bad.export"), bytes).unwrap();
        let verified = home.run("log verify --household @mum --file @bad.export --json");
        if verified.code == 0 {
            // Relay addresses in the anchor are hints: nothing hashes them.
            assert!(at < 200, "a change at byte {at} of {} passed", whole.len());
        } else {
            refused += 1;
        }
    }
    assert!(refused >= 38, "only {refused} of 40 were refused");
    // A shorter chain is a chain: what is missing at the end is for its owner to notice by the head.
    let other = Home::founded();
    other.ok("household export --household @mum --out @other.export");
    std::fs::copy(other.path("other.export"), home.path("other.export")).unwrap();
    let stranger = home.run("log verify --household @mum --file @other.export --json");
    assert_eq!(
        (stranger.code, stranger.json()["error"]["code"].as_str()),
        (3, Some("WRONG_HOUSEHOLD"))
    );
}

#[test]
fn the_log_is_told_in_words_with_author_kind_and_time() {
    let home = Home::with_device("console");
    let told = home.ok("log explain --household @mum");
    let lines = told.as_array().unwrap();
    assert_eq!(lines[0]["outcome"], "effect");
    let what = lines[0]["what"].as_str().unwrap();
    assert!(
        what.starts_with("founded the household: guardians"),
        "{what}"
    );
    let named = lines
        .iter()
        .any(|line| line["what"] == "set rules for Tobias" && line["verified"] == true);
    assert!(named, "{told}");
    let words = home.run("log explain --household @mum --entry 0").stdout;
    assert!(words.contains("UTC") && words.contains("(you)"), "{words}");
    let beyond = home.run("log explain --household @mum --entry 9999 --json");
    assert_eq!(beyond.json()["error"]["code"], "UNKNOWN_ENTRY");
    // A console knows no names; it can tell the same story by kinds.
    let console = home.ok("log explain --household @device");
    assert_eq!(console.as_array().unwrap().len(), lines.len());
}
