//! A fork as a guardian meets it: a relay's store was copied, and the copy told another story.

use crate::home::{Home, Relay};
use parcep_client::guardian::Guardian;
use parcep_client::{Link, Trust};
use parcep_core::log::ForkProof;
use parcep_proto::v1alpha1 as pb;
use serde_json::Value;
use std::path::Path;

/// A family, and everything of it once more: what is written to the one is not written to the other.
struct Twice {
    home: Home,
    other: Relay,
}

impl Twice {
    /// `folders` are the members who live in both.
    fn of(home: Home, folders: &[&str]) -> Self {
        std::fs::create_dir(home.path("two")).unwrap();
        std::fs::copy(home.path("relay.redb"), home.path("two/relay.redb")).unwrap();
        for folder in folders {
            copy(&home.path(folder), &home.path(&format!("{folder}2")));
        }
        let other = Relay::start(&home.path("two"));
        let family = std::fs::read_to_string(home.path("family.json")).unwrap();
        for (name, age) in [("strict", "6"), ("stricter", "3")] {
            let rating = format!("\"max_age_rating\": {age}");
            let family = family.replace("\"max_age_rating\": 12", &rating);
            std::fs::write(home.path(&format!("{name}.json")), family).unwrap();
        }
        Self { home, other }
    }

    /// A command that talks to the other relay.
    fn there(&self, line: &str) -> String {
        format!("{line} --relay {}", self.other.uri)
    }

    /// Here the mother admits Jonas, which changes the constitution; there she changes the rules.
    fn by_law() -> Self {
        let home = Home::with_device("device-os");
        let twice = Self::of(home, &["mum"]);
        twice.home.admit("mum", "dad", "Jonas", "");
        let update = "household update --dir @mum2 --policy @strict.json";
        twice.home.ok(&twice.there(update));
        twice
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn heads(status: &Value) -> Vec<String> {
    let stories = status["fork"]["stories"].as_array().unwrap();
    let heads = stories.iter().map(|story| story["head"].as_str().unwrap());
    heads.map(|head| head.chars().take(8).collect()).collect()
}

/// R-MOVE-002, R-MOVE-003, R-MOVE-004: a guardian reads both stories, who wrote what in each, what is obeyed
/// meanwhile, and the commands that end it. It is no failure of the command.
#[test]
fn a_guardian_reads_both_stories() {
    let twice = Twice::by_law();
    let home = &twice.home;
    let before = home.ok("household status --household @mum");
    assert_eq!(
        (&before["forked"], &before["fork"]),
        (&false.into(), &Value::Null)
    );
    let met = home.run(&twice.there("household status --household @mum"));
    assert_eq!(met.code, 0, "{met:?}");
    // From then on, and with the relay that it believes.
    for line in [
        "household status --household @mum",
        "household status --household @mum --json",
    ] {
        let again = home.run(line);
        assert_eq!(again.code, 0, "{again:?}");
    }
    let told = home.run("household status --household @mum").stdout;
    for words in [
        "This folder's story",
        "Another story",
        "changed the constitution: guardians ",
        "set rules for Tobias",
        "Jonas is a guardian in one story only, and counts as none",
        "answered by the story that is stricter in it",
        "parcep household resolve --household",
        "when 2 guardians have agreed",
    ] {
        assert!(
            told.contains(words) && met.stdout.contains(words),
            "{words}: {told}"
        );
    }
    let status = home.ok("household status --household @mum");
    assert_eq!(status["forked"], true);
    let [ours, theirs]: [String; 2] = heads(&status).try_into().unwrap();
    assert!(status["head"].as_str().unwrap().starts_with(&ours));
    assert!(told.contains(&format!("--branch {theirs}`")), "{told}");
    for (story, what) in status["fork"]["stories"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["constitution", "rules"])
    {
        let lines = story["told"].as_array().unwrap();
        let written = |line: &&Value| line["what"].as_str().unwrap().contains(what);
        let line = lines.iter().find(written).unwrap();
        assert_eq!(line["verified"], true);
        assert!(line["author"].as_str().unwrap().contains("(you)"), "{line}");
    }
    // Other commands say where to look.
    let synced = home.run(&twice.there("sync --household @mum2"));
    assert_eq!(synced.code, 0, "{synced:?}");
    let met = home.run(&format!(
        "sync --household @mum2 --relay {}",
        home.relay.uri
    ));
    assert_eq!(met.code, 1);
    assert!(met.stderr.contains("household status"), "{met:?}");
}

/// R-MOVE-006: as many guardians as the constitution asks for end the other story; until then it counts.
#[test]
fn guardians_end_a_fork_with_the_story_of_their_folder() {
    let twice = Twice::by_law();
    let home = &twice.home;
    assert_eq!(home.code("household resolve --household @mum"), "NO_FORK");
    home.ok(&twice.there("household status --household @mum"));
    let plan = home.ok("household resolve --household @mum --dry-run");
    assert_eq!(plan["done"], false);
    assert!(plan["plan"].to_string().contains("goes on"), "{plan}");
    assert_eq!(home.code("household resolve --household @mum"), "CONFIRM");
    let begun = home.ok("household resolve --household @mum --yes");
    assert_eq!(begun["in_effect"], false);
    let id = begun["proposal"].as_str().unwrap();
    assert_eq!(home.ok("household status --household @mum")["forked"], true);
    // Whoever stood on the other story is told of this one, and goes on with its own.
    let here = format!(
        "household status --household @mum2 --relay {}",
        home.relay.uri
    );
    assert_eq!(home.ok(&here)["forked"], true);

    home.ok(&format!(
        "guardian approve --household @dad --proposal {id} --yes"
    ));
    let over = home.ok("household status --household @mum");
    assert_eq!(
        (&over["forked"], &over["fork"]),
        (&false.into(), &Value::Null)
    );
    // The other folder comes over, and is asked about its rules.
    let over = home.ok(&here);
    assert_eq!(
        (&over["forked"], &over["threshold"]),
        (&false.into(), &2.into())
    );
    let tended = home.ok(&here.replace("household status", "household tend"));
    assert_eq!(tended["lost"].as_array().unwrap().len(), 1, "{tended}");
}

/// R-MOVE-006, R-MOVE-007: a guardian chooses the other story, and her own from before ends.
#[test]
fn a_guardian_ends_a_fork_with_the_other_story() {
    let twice = Twice::by_law();
    let home = &twice.home;
    let status = home.ok(&twice.there("household status --household @mum"));
    let [ours, theirs]: [String; 2] = heads(&status).try_into().unwrap();
    let resolve = "household resolve --household @mum --branch";
    assert_eq!(home.code(&format!("{resolve} zz --yes")), "WHICH_BRANCH");
    assert_eq!(home.code(&format!("{resolve} {theirs}")), "CONFIRM");
    let plan = home.ok(&format!("{resolve} {theirs} --dry-run"));
    assert!(plan["plan"].to_string().contains(&theirs), "{plan}");
    assert_eq!(
        heads(&home.ok("household status --household @mum"))[0],
        ours
    );

    // Of a relay that tells the story which ends it cannot be said.
    let refused = home.run(&format!("{resolve} {theirs} --yes --json"));
    assert_eq!(refused.json()["error"]["code"], "FORK");
    let chosen = home.ok(&twice.there(&format!("{resolve} {theirs} --yes")));
    assert_eq!(chosen["in_effect"], true, "there she is the only guardian");
    let over = home.ok(&twice.there("household status --household @mum"));
    assert_eq!(
        (&over["forked"], &over["threshold"]),
        (&false.into(), &1.into())
    );
    assert_eq!(over["guardians"].as_array().unwrap().len(), 1);
    // The device follows whoever decides, and keeps what was stricter for a week.
    home.ok("sync --household @device");
    home.ok(&twice.there("sync --household @device"));
    let log = |folder: &str| home.ok(&format!("log verify --household @{folder}"));
    let (device, mum) = (log("device"), log("mum"));
    assert_eq!(device["head"], mum["head"]);
    assert_eq!(device["forked"], false);
}

/// R-MOVE-001, R-MOVE-028: two entries that others have seen are a proof; who is shown it has the fork.
#[test]
fn a_proof_of_entries_goes_from_member_to_member() {
    let home = Home::with_device("device-os");
    home.admit("mum", "dad", "Jonas", "");
    for child in ["mum", "dad"] {
        let people = home.path(&format!("{child}/people.json"));
        if !people.exists() {
            std::fs::copy(home.path("mum/people.json"), people).unwrap();
        }
    }
    let twice = Twice::of(home, &["mum", "dad"]);
    let home = &twice.home;
    let asks = "log proof --household @mum --out @proof";
    assert_eq!(home.code(asks), "NO_PROOF");
    // Here Gran is admitted by two; there two change rules.
    home.ok("guardian add --household @mum --out @gran-invitation");
    home.ok(
        "guardian accept --dir @gran --invitation @gran-invitation --name Gran --out @gran-acceptance",
    );
    home.answer("mum", "gran");
    home.ok("guardian approve --household @dad --yes");
    home.ok("sync --household @mum");
    home.ok("sync --household @device");
    home.ok(&twice.there("household update --dir @mum2 --policy @strict.json"));
    home.ok(&twice.there("household update --dir @dad2 --policy @strict.json"));
    assert_eq!(
        home.ok(&twice.there("household status --household @mum"))["forked"],
        true
    );

    let written = home.ok(asks);
    let bytes = std::fs::read(home.path("proof")).unwrap();
    assert_eq!(written["bytes"], bytes.len());
    let check = "log proof --household @device --check";
    for (name, bytes) in [
        ("junk", b"no proof".to_vec()),
        ("half", bytes[..bytes.len() / 2].to_vec()),
    ] {
        std::fs::write(home.path(name), bytes).unwrap();
        assert_eq!(home.code(&format!("{check} @{name}")), "NO_PROOF");
    }
    assert_eq!(home.ok("log verify --household @device")["forked"], false);
    let told = home.ok(&format!("{check} @proof"));
    assert_eq!(
        (&told["proven"], &told["forked"]),
        (&true.into(), &true.into())
    );
    assert_eq!(home.ok("log verify --household @device")["forked"], true);
    // And it hands it on in its turn, byte for byte.
    home.ok("log proof --household @device --out @again");
    assert_eq!(std::fs::read(home.path("again")).unwrap(), bytes);
    // Who has not followed so far is told what to do.
    let late = home.run("log proof --household @gran --check @proof");
    assert_ne!(late.code, 0, "{late:?}");
}

/// R-MOVE-001, R-MOVE-028: two bookmarks prove that there is another story, and tell nothing of it.
#[test]
fn a_proof_of_bookmarks_says_that_it_shows_no_story() {
    let home = Home::founded_with_key();
    home.add_device("device-os");
    let twice = Twice::of(home, &["mum"]);
    let home = &twice.home;
    home.ok("household update --dir @mum --policy @stricter.json");
    home.ok(&twice.there("household update --dir @mum2 --policy @strict.json"));
    let here = signed(&home.path("mum"), &home.relay);
    let there = signed(&home.path("mum2"), &twice.other);
    let proof = ForkProof::of_bookmarks(here, there).unwrap();
    std::fs::write(home.path("proof"), proof.encode()).unwrap();

    let check = home.run("log proof --household @mum --check @proof");
    assert_eq!(check.code, 0, "{check:?}");
    let status = home.run("household status --household @mum");
    assert_eq!(status.code, 0, "{status:?}");
    for told in [&check.stdout, &status.stdout] {
        assert!(told.contains("signed two heads for entry"), "{told}");
        assert!(told.contains("nothing of it to show"), "{told}");
        assert!(!told.contains("household resolve"), "{told}");
    }
    let status = home.ok("household status --household @mum");
    assert_eq!(status["forked"], false, "there is nothing to choose");
    assert!(status["fork"]["proof"].is_string());
    assert_eq!(home.code("household resolve --household @mum"), "NO_FORK");
}

/// What a relay signs about the log now.
fn signed(folder: &Path, relay: &Relay) -> pb::SignedBookmark {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let link = Link::new(&relay.uri, &Trust::System).unwrap();
        let mut guardian = Guardian::open(folder, link).unwrap();
        guardian.driver().bookmark().await.unwrap().unwrap()
    })
}
