//! Rules on their way from a family to a device, and answers there without any network.

use crate::home::Home;
use crate::support::run;
use serde_json::Value;

#[test]
fn a_device_decides_offline_what_the_family_wrote() {
    let home = Home::with_device("device-os");
    let Home { folder, relay } = home;
    drop(relay);
    let device = folder.path().join("device");
    let device = device.to_str().unwrap();
    // Worked out by hand: Wednesday has two windows, 07:00–08:00 and 15:00–18:00, and overrides the
    // weekday row; bonus time does not open a window.
    let table = [
        ("2026-05-06T07:59:59+02:00", "device", "allow"),
        ("2026-05-06T08:00:00+02:00", "device", "deny"),
        ("2026-05-06T15:00:00+02:00", "device", "allow"),
        (
            "2026-05-06T15:00:00+02:00",
            "app:pcps/Chat Roulette",
            "deny",
        ),
        (
            "2026-05-06T15:00:00+02:00",
            "host:www.forum.example",
            "deny",
        ),
        ("2026-05-06T15:00:00+02:00", "content:pegi/16", "deny"),
        ("2026-05-06T15:00:00+02:00", "contact:+46700000002", "allow"),
        (
            "2026-05-06T03:00:00+02:00",
            "service:urn:service:sos",
            "allow",
        ),
    ];
    for (at, action, effect) in table {
        let child = ["decide", "--household", device, "--child", "Tobias"];
        let question = ["--at", at, "--action", action, "--json"];
        let answer = run(&[&child[..], &question[..]].concat());
        assert_eq!(answer.code, 0, "{answer:?}");
        assert_eq!(answer.json()["effect"], effect, "{at} {action}");
    }
}

#[test]
fn a_device_holds_no_rules_that_its_category_does_not_need() {
    let home = Home::with_device("access-network");
    let decide = |action: &str| {
        let tobias = home.ok("sync --household @mum");
        assert_eq!(tobias["new"], 0);
        let people = std::fs::read(home.path("mum/people.json")).unwrap();
        let people: Value = serde_json::from_slice(&people).unwrap();
        let id = people["children"][0]["dependant"]
            .as_str()
            .unwrap()
            .to_owned();
        home.ok(&format!(
            "decide --household @device --child {id} --at 2026-05-06T12:00:00+02:00 --action {action}"
        ))
    };
    assert_eq!(
        decide("host:casino.example")["effect"],
        "deny",
        "web rules are its own"
    );
    assert_eq!(decide("device")["effect"], "allow", "windows are not");
    // It does not know the child's name either.
    let named = home.run(
        "decide --household @device --child Tobias --at 2026-05-06T12:00:00+02:00 --action device --json",
    );
    assert_eq!(
        (named.code, named.json()["error"]["code"].as_str()),
        (2, Some("UNKNOWN_CHILD"))
    );
}

#[test]
fn a_changed_rule_reaches_the_device_and_an_unchanged_one_is_not_written_again() {
    let home = Home::with_device("device-os");
    let family = std::fs::read_to_string(home.path("family.json")).unwrap();
    let stricter = family.replace("\"max_age_rating\": 12", "\"max_age_rating\": 6");
    assert_ne!(family, stricter);
    std::fs::write(home.path("stricter.json"), stricter).unwrap();
    let question = "decide --household @device --child Tobias --at 2026-05-06T15:00:00+02:00 \
                    --action content:pegi/12";
    assert_eq!(home.ok(question)["effect"], "allow");
    let update = "household update --dir @mum --policy @stricter.json";
    assert_eq!(home.ok(update)["changed"][0], "child-tobias");
    assert_eq!(home.ok(update)["changed"].as_array().unwrap().len(), 0);
    assert_eq!(home.ok("sync --household @device")["new"], 1);
    assert_eq!(home.ok(question)["effect"], "deny");
}
