//! What is kept or said nowhere: actions, names, and settings about help.

use crate::home::{Home, Relay};
use serde_json::Value;

/// R-PRIV-009: what was asked about is in no file afterwards, a call for help least of all.
#[test]
fn a_decision_leaves_nothing_behind() {
    let home = Home::with_device("device-os");
    let files = || -> Vec<_> {
        let entries = std::fs::read_dir(home.path("device")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = paths.map(|p| (std::fs::read(&p).unwrap(), p)).collect();
        files.sort();
        files
    };
    let before = files();
    assert!(before.len() >= 3, "the device keeps something");
    for (action, effect) in [
        ("host:www.forum.example", "deny"),
        ("contact:+46700000002", "allow"),
        ("service:urn:service:counseling.children", "allow"),
    ] {
        let at = "2026-05-06T15:00:00+02:00";
        let answer = home.ok(&format!(
            "decide --household @device --child Tobias --at {at} --action {action}"
        ));
        assert_eq!(answer["effect"], effect, "{action}");
    }
    assert!(before == files(), "deciding changed a file of the device");
}

/// R-OPS-014: what programs of members and a relay say where it could be kept as a log or sent as a report, at the finest
/// level, while people use them.
#[test]
fn what_goes_to_a_log_names_nothing_of_the_household() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("relay.log");
    let mut home = Home::new();
    drop(std::mem::replace(
        &mut home.relay,
        Relay::logging(folder.path(), &log),
    ));
    home.found("");
    home.add_device("device-os");
    // A timer's journal keeps all of it, also what is new since somebody looked.
    let by_timer = home.run("household tend --household @mum");
    assert!(
        by_timer.stderr.contains("since somebody last looked"),
        "{by_timer:?}"
    );
    let mut said = vec![by_timer.stdout, by_timer.stderr];
    // What a person is told once, on looking, is no log.
    home.ok("household status --household @mum");
    let asked = "host:www.forum.example";
    let at = "2026-05-06T15:00:00+02:00";
    for line in [
        "sync --household @device".to_owned(),
        format!("decide --household @device --child Tobias --at {at} --action {asked}"),
        "household update --dir @mum --policy @family.json".to_owned(),
        "household tend --household @mum".to_owned(),
        "log verify --household @device".to_owned(),
    ] {
        let run = home.run(&line);
        assert_eq!(run.code, 0, "{line}: {run:?}");
        said.push(run.stderr);
    }
    let relay = std::fs::read_to_string(&log).unwrap();
    assert!(relay.contains("Append"), "the relay writes a log: {relay}");
    said.push(relay);
    let mut never = vec![
        "Tobias".to_owned(),
        "forum.example".to_owned(),
        "Okafor".to_owned(),
    ];
    for member in ["mum", "device"] {
        let keys = std::fs::read(home.path(member).join("keys.json")).unwrap();
        let keys: Value = serde_json::from_slice(&keys).unwrap();
        let keys = keys.as_object().unwrap().values();
        never.extend(
            keys.filter_map(Value::as_str)
                .filter(|key| key.len() >= 32)
                .map(str::to_owned),
        );
    }
    let listed = home.ok("household status --household @mum");
    for people in ["guardians", "children"] {
        let ids = listed[people].as_array().unwrap().iter();
        never.extend(ids.map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert!(never.len() >= 12, "{never:?}");
    for text in &said {
        for word in &never {
            assert!(!text.contains(word.as_str()), "`{word}` is in {text}");
        }
    }
}

/// R-FLOOR-008: nothing that the app offers names help.
#[test]
fn the_app_offers_no_setting_about_help() {
    use clap::CommandFactory as _;
    fn walk(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        for arg in command.get_arguments() {
            let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
            found.push(format!("{path} --{} {about}", arg.get_id()));
        }
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        found.push(format!("{path} {about}"));
        for inner in command.get_subcommands() {
            walk(inner, &path, found);
        }
    }
    let mut offered = Vec::new();
    walk(&parcep_cli::Cli::command(), "", &mut offered);
    assert!(offered.len() > 200, "only {} read", offered.len());
    let words = [
        "emergency",
        "helpline",
        "help line",
        "directory of help",
        "rights floor",
        "sos",
        "counsel",
    ];
    let about_help = |text: &&String| {
        let text = format!(
            " {} ",
            text.to_lowercase().replace(['-', '_', '.', ','], " ")
        );
        words.iter().any(|word| text.contains(&format!(" {word}")))
    };
    let found: Vec<_> = offered.iter().filter(about_help).collect();
    assert!(found.is_empty(), "{found:?}");
}
