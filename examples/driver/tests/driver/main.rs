//! The reference driver, asked over its line as a suite asks it, with a real relay and a real guardian.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod house;
mod line;
mod page;
mod schema;
mod template;

use house::{DAY, House, NOON};
use line::Driver;
use serde_json::{Value, json};

fn hands(start: &str, boot: i64, wall: i64) -> Value {
    json!({"start": start, "boot": boot, "wall": wall})
}

fn hello(driver: &mut Driver) -> Value {
    driver.ask("hello", json!({"contract": 1, "nonce": "n-17"}))
}

/// A new device; what it wants a guardian to see.
fn reset(driver: &mut Driver) -> Value {
    let mut members = hands("first", 100, NOON);
    members["zone"] = json!("Europe/London");
    driver.ask("reset", members)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_joins_decides_loses_its_power_and_goes_on_by_what_it_knew() {
    // R-CONF-013, R-CONF-014, R-CONF-016, R-JOIN-007, R-TIME-012
    let mut house = House::found().await;
    let state = house.folder.path().join("console");
    let mut driver = Driver::start(&state);
    let told = hello(&mut driver);
    assert_eq!(
        (&told["contract"], &told["nonce"]),
        (&json!(1), &json!("n-17"))
    );
    let request = reset(&mut driver);
    let stands = driver.ask("state", json!({}));
    assert_eq!(
        (&stands["joining"], &stands["next_seq"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(driver.outcome("ask", house.about_device()), "not_served");
    let join = house.admit(&request).await;
    assert_eq!(driver.outcome("act", join), "ok");
    house.guardian.beat().await.unwrap();

    let synced = driver.ask("sync", json!({}));
    assert_eq!(synced["outcome"], "current");
    let (next_seq, head) = house.guardian.head();
    assert_eq!(
        (&synced["next_seq"], &synced["head"]),
        (&json!(next_seq), &json!(head.to_hex()))
    );
    let of_child = json!({"dependant": house.child.to_string()});
    let stands = driver.ask("state", of_child.clone());
    let expected = json!({
        "seq": stands["seq"], "outcome": "ok", "next_seq": next_seq, "head": head.to_hex(), "joining": false,
        "freshness": "fresh", "pending": "", "unconfirmed": "",
    });
    assert_eq!(stands, expected);
    let told = driver.ask("ask", house.about_device());
    assert_eq!(
        (&told["effect"], &told["reason"]),
        (&json!("allow"), &json!("allowed"))
    );

    house.lock().await;
    let told = driver.ask("ask", house.about_device());
    assert_eq!(told["effect"], "allow", "nobody told it yet");
    assert_eq!(driver.outcome("sync", json!({})), "current");
    let told = driver.ask("ask", house.about_device());
    let rule = format!("{}/dinner", house.guardian.principal().unwrap());
    let said = [&told["effect"], &told["reason"], &told["rules"]];
    assert_eq!(said, [&json!("deny"), &json!("locked"), &json!(rule)]);

    driver.kill();
    let mut driver = Driver::start(&state);
    hello(&mut driver);
    for op in ["sync", "state"] {
        assert_eq!(
            driver.outcome(op, json!({})),
            "error",
            "it was told no time yet"
        );
    }
    assert_eq!(driver.outcome("clock", hands("second", 5, NOON + 60)), "ok");
    let again = driver.ask("ask", house.about_device());
    let said = [&again["effect"], &again["reason"], &again["rules"]];
    assert_eq!(said, [&json!("deny"), &json!("locked"), &json!(rule)]);
    assert_eq!(driver.outcome("sync", json!({})), "current");

    // Two days without a guardian, in which its relay still answers.
    house.pass(2 * DAY);
    let later = hands("second", 2 * DAY + 5, NOON + 2 * DAY + 60);
    assert_eq!(driver.outcome("clock", later), "ok");
    assert_eq!(driver.ask("state", of_child.clone())["freshness"], "stale");
    house.guardian.beat().await.unwrap();
    assert_eq!(driver.outcome("sync", json!({})), "current");
    assert_eq!(driver.ask("state", of_child)["freshness"], "fresh");
    let other = json!({"dependant": "00".repeat(16)});
    assert_eq!(driver.outcome("state", other), "not_served");
    assert_eq!(driver.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_damaged_is_refused_and_the_right_one_taken_after_it() {
    // R-JOIN-005
    let mut house = House::found().await;
    let mut driver = Driver::start(&house.folder.path().join("console"));
    let request = reset(&mut driver);
    let join = house.admit(&request).await;
    let mut damaged = join.clone();
    let bytes = join["answer"].as_str().unwrap();
    let last = if bytes.ends_with('0') { "1" } else { "0" };
    let (kept, _) = bytes.split_at(bytes.len() - 1);
    damaged["answer"] = json!(format!("{kept}{last}"));
    assert_eq!(driver.outcome("act", damaged), "refused SEAL_BROKEN");
    assert_eq!(driver.ask("state", json!({}))["joining"], true);
    assert_eq!(driver.outcome("act", join.clone()), "ok");
    assert_eq!(driver.ask("state", json!({}))["joining"], false);
    assert_eq!(driver.outcome("act", join), "error", "it has joined");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_relay_is_away_is_joining_until_it_found_the_log_as_promised() {
    // R-JOIN-007
    let mut house = House::found().await;
    let state = house.folder.path().join("console");
    let mut driver = Driver::start(&state);
    let request = reset(&mut driver);
    let join = house.admit(&request).await;
    let mut nowhere = join.clone();
    nowhere["relay"] = json!("http://127.0.0.1:9");
    assert_eq!(driver.outcome("act", nowhere), "ok");
    assert_eq!(driver.outcome("sync", json!({})), "unreachable");
    driver.kill();
    let mut driver = Driver::start(&state);
    assert_eq!(driver.outcome("clock", hands("first", 200, NOON)), "ok");
    assert_eq!(driver.ask("state", json!({}))["joining"], true);
    assert_eq!(driver.outcome("ask", house.about_device()), "not_served");
    assert_eq!(driver.outcome("act", join), "ok");
    assert_eq!(driver.ask("state", json!({}))["joining"], false);
    assert_eq!(driver.outcome("ask", house.about_device()), "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_sent_away_says_so_now_and_after_a_restart() {
    // R-PRIV-017
    let mut house = House::found().await;
    let state = house.folder.path().join("console");
    let mut driver = Driver::start(&state);
    let request = reset(&mut driver);
    let join = house.admit(&request).await;
    assert_eq!(driver.outcome("act", join), "ok");
    let law = house.guardian.household().unwrap();
    let point = law.enforcement_points().next().unwrap().id;
    house.send_away(point).await;
    assert_eq!(driver.outcome("sync", json!({})), "left");
    assert_eq!(driver.outcome("ask", house.about_device()), "not_served");
    assert_eq!(driver.ask("state", json!({}))["joining"], false);
    driver.kill();
    let mut driver = Driver::start(&state);
    assert_eq!(driver.outcome("clock", hands("second", 5, NOON)), "ok");
    assert_eq!(driver.outcome("sync", json!({})), "left");
    assert_eq!(driver.outcome("ask", house.about_device()), "not_served");
    assert!(
        reset(&mut driver)["join_request"].is_string(),
        "a new device may come"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_have_what_rows_have() {
    // R-CONF-014, R-CAP-015
    let mut house = House::found().await;
    let mut driver = Driver::start(&house.folder.path().join("console"));
    let request = reset(&mut driver);
    let join = house.admit(&request).await;
    assert_eq!(driver.outcome("act", join), "ok");
    let full = json!({
        "dependant": house.child.to_string(), "action": "app:android/org.example.clips",
        "categories": "game", "labels": "pegi/12 nobody/knows", "publisher": "Example & Sons", "explicit": true,
        "can_ask": false, "subject": "dependant", "age": "13-16", "usage": "device/day=60 spending/month=100",
        "wishes": "many",
    });
    assert_eq!(driver.outcome("ask", full.clone()), "answered");
    let unidentified = json!({"action": "device", "subject": "unidentified"});
    assert_eq!(driver.outcome("ask", unidentified), "answered");
    for (member, wrong) in [
        ("usage", "device/day"),
        ("usage", "device/year=1"),
        ("age", "16-13"),
        ("subject", "nobody"),
        ("action", "fly"),
        ("dependant", "child"),
    ] {
        let mut question = full.clone();
        question[member] = json!(wrong);
        assert_eq!(
            driver.outcome("ask", question),
            "error",
            "{member}: {wrong}"
        );
    }
}

#[test]
fn lines_that_are_no_requests_are_answered_and_harm_nothing() {
    // R-CONF-013, R-CONF-015
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::start(folder.path());
    let long = format!(
        r#"{{"seq": "1", "op": "hello", "nonce": "{}"}}"#,
        "x".repeat(1 << 20)
    );
    for broken in [
        "",
        "[]",
        "nonsense",
        r#"{"op": "hello"}"#,
        r#"{"seq": 1, "op": "stop"}"#,
        &long,
    ] {
        let answer = driver.line(broken);
        assert_eq!(
            (&answer["seq"], &answer["outcome"]),
            (&json!(""), &json!("error"))
        );
        assert!(answer["text"].is_string());
    }
    assert_eq!(driver.outcome("dance", json!({})), "unsupported");
    assert_eq!(
        driver.outcome("act", json!({"event": "dance"})),
        "unsupported"
    );
    assert_eq!(driver.outcome("hello", json!({"nonce": ["x"]})), "error");
    assert_eq!(
        driver.outcome("clock", json!({"boot": -1, "start": "a"})),
        "error"
    );
    assert_eq!(hello(&mut driver)["outcome"], "ok");
    assert_eq!(driver.stop(), Some(0));
}

#[test]
fn a_driver_dials_in_or_is_dialled() {
    // R-CONF-013
    let folder = tempfile::tempdir().unwrap();
    for talk in [line::dials_in, line::is_dialled] {
        let (told, code) = talk(folder.path());
        assert_eq!(
            (&told["seq"], &told["nonce"], code),
            (&json!("a"), &json!("x"), Some(0))
        );
    }
}
