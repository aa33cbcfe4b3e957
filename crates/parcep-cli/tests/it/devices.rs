//! Devices: how they join, get secrets and keys again, are listed, and go.

use crate::home::Home;
use serde_json::Value;

#[test]
fn join_files_that_are_not_for_this_device_are_refused() {
    let home = Home::with_device("tv");
    home.ok("device request --dir @other --category tv --out @other-request");
    let stolen = home.run("device join --dir @other --answer @answer --json");
    assert_eq!(
        (stolen.code, stolen.json()["error"]["code"].as_str()),
        (3, Some("SEAL_BROKEN"))
    );

    let mut request = std::fs::read(home.path("other-request")).unwrap();
    request[30] ^= 1;
    std::fs::write(home.path("other-request"), request).unwrap();
    let add = "device add --household @mum --request @other-request --child child-tobias --out @no \
               --json";
    let forged = home.run(add);
    assert_eq!(forged.code, 3, "{forged:?}");
    assert!(!home.path("no").exists());
}

#[test]
fn a_device_gets_secrets_again_and_nobody_else_can_use_the_file() {
    // R-JOIN-009, R-JOIN-005
    let home = Home::with_device("tv");
    let listed = home.ok("device list --household @device");
    let rows = listed.as_array().unwrap().iter();
    let own = rows.clone().find(|row| row["this"] == true).unwrap();
    let device = own["device"].as_str().unwrap();
    home.ok(&format!(
        "device welcome --household @mum --device {device} --out @more"
    ));
    let again = home.ok("device join --dir @device --answer @more");
    assert_eq!(again["served"], 1);
    let stolen = home.run("device join --dir @mum --answer @more --json");
    assert_eq!(
        (stolen.code, stolen.json()["error"]["code"].as_str()),
        (3, Some("SEAL_BROKEN"))
    );
    let nobody = home.run("device welcome --household @mum --device zz --out @none --json");
    assert_eq!(
        nobody.json()["error"]["code"].as_str(),
        Some("UNKNOWN_DEVICE")
    );
}

#[test]
fn a_member_changes_its_sealing_key_by_one_file() {
    // R-SEC-007, R-JOIN-011, R-EPOCH-012
    let home = Home::with_device("tv");
    let key = |name: &str| {
        let keys = std::fs::read(home.path("device").join("keys.json")).unwrap();
        let keys: Value = serde_json::from_slice(&keys).unwrap();
        keys[name].as_str().map(str::to_owned)
    };
    let old = key("sealing");
    home.ok("device rekey --household @device --out @key");
    let new = key("next");
    assert!(new.is_some() && key("sealing") == old);
    home.ok("device rekey --household @mum --request @key");
    home.ok("sync --household @device");
    assert_eq!((key("sealing"), key("next")), (new, None));
    // Secrets come by it, and somebody who is no member has none to change.
    home.ok("device request --dir @other --category tv --out @other-request");
    assert_eq!(
        home.code("device rekey --household @mum --request @other-request"),
        "NOT_PERMITTED_BY_TABLE"
    );
    home.ok("sync --household @device");
}

/// R-MEM-004, R-EPOCH-012: a second phone is as good as the first, and takes the first one out.
#[test]
fn a_second_phone_removes_the_first_which_then_reads_nothing_new() {
    let home = Home::with_device("console");
    home.ok("device request --dir @mum2 --person --out @request2");
    let told = home.ok("device add --household @mum --request @request2 --out @answer2 --dry-run");
    assert_eq!(told["done"], false);
    assert!(!home.path("answer2").exists());
    home.ok("device add --household @mum --request @request2 --out @answer2");
    home.ok("device join --dir @mum2 --answer @answer2");
    let listed = home.ok("device list --household @mum2");
    let first = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["what"] == "guardian's device" && row["this"] == false)
        .unwrap()["device"]
        .as_str()
        .unwrap()
        .to_owned();
    let removed = home.ok(&format!("device remove --household @mum2 --device {first}"));
    assert_eq!(
        (&removed["epoch"], &removed["renewed"]),
        (&2.into(), &true.into())
    );

    let update = "household update --dir @mum2 --policy @stricter.json";
    let family = std::fs::read_to_string(home.path("family.json")).unwrap();
    let stricter = family.replace("\"max_age_rating\": 12", "\"max_age_rating\": 6");
    std::fs::write(home.path("stricter.json"), stricter).unwrap();
    std::fs::copy(home.path("mum/people.json"), home.path("mum2/people.json")).unwrap();
    home.ok(update);
    let refused = home.run("household update --dir @mum --policy @family.json --json");
    assert_ne!(refused.code, 0, "{refused:?}");
    // The console follows into the new epoch; the first phone does not.
    home.ok("sync --household @device");
    let question = "decide --household @device --child Tobias --at 2026-05-06T15:00:00+02:00 \
                    --action content:pegi/12";
    assert_eq!(home.ok(question)["effect"], "deny");

    let last = home.run(&format!(
        "device remove --household @mum2 --device {} --yes --json",
        listed
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["this"] == true)
            .unwrap()["device"]
            .as_str()
            .unwrap()
    ));
    assert_eq!(last.json()["error"]["code"], "MALFORMED", "R-MEM-016");
}

#[test]
fn a_child_sees_the_rules_on_a_phone_of_its_own() {
    let home = Home::founded();
    home.ok("device request --dir @phone --person --out @request");
    home.ok("device add --household @mum --request @request --child Tobias --out @answer");
    home.ok("device join --dir @phone --answer @answer");
    let told = home.ok("log explain --household @phone");
    let lines = told.as_array().unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line["what"] == "set rules for Tobias (you)")
    );
    let refused = home.run("device list --household @nowhere --json");
    assert_eq!(refused.json()["error"]["code"], "NO_MEMBER");
}

/// R-ROLE-003
#[test]
fn the_list_of_devices_says_what_each_is_for_whom_and_what_it_can_read() {
    let home = Home::with_device("access-network");
    home.ok("device request --dir @phone --person --out @request2");
    home.ok("device add --household @mum --request @request2 --child Tobias --out @answer2");
    let listed = home.ok("device list --household @mum");
    let row = |what: &str| {
        let mut rows = listed.as_array().unwrap().iter();
        let row = rows.find(|row| row["what"] == what).unwrap();
        ["children", "reads"].map(|name| row[name].as_str().unwrap().to_owned())
    };
    let [all, everything] = row("guardian's device");
    assert!(
        all.contains("Tobias") && everything == "everything",
        "{listed}"
    );
    assert_eq!(row("child's own device"), ["Tobias", "everything"]);
    // Worked out from the table of R-DOC-011: hosts and rules of features, and neither names nor time.
    let [child, reads] = row("network");
    assert_eq!(child, "Tobias");
    assert!(reads.contains("web"), "{reads}");
    for never in ["names", "time windows", "communication", "spending"] {
        assert!(!reads.contains(never), "{reads}");
    }
}

/// R-PAIR-006, R-JOIN-003: who has not moved a file over and read what it means has sealed nothing.
#[test]
fn a_device_is_described_first_and_nothing_is_sealed_to_it_before_somebody_agrees() {
    let home = Home::founded();
    home.ok(
        "device request --dir @device --category console --capability time.lock --capability com.example.lamp \
         --out @request",
    );
    let entries = || home.ok("household status --household @mum")["entries"].clone();
    let before = entries();
    home.ok("household tend --household @mum");
    let add = "device add --household @mum --request @request --child Tobias --out @answer";
    let told = home.run(&format!("{add} --dry-run"));
    assert_eq!(told.code, 0, "{told:?}");
    for part in [
        "joins as a games console",
        "Tobias",
        "it will be able to read: names, age group, time windows",
        "it says that it can: time.lock, com.example.lamp",
        "while it does not know the time",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    assert!(!told.stdout.contains("web"), "{}", told.stdout);
    assert!(!home.path("answer").exists());
    // A choice that a person has to make is not made by a program that gives nobody's word.
    let strict = home.run(&format!("{add} --uncertain-time strict --json"));
    assert_eq!(strict.json()["error"]["code"], "CONFIRM");
    assert!(!home.path("answer").exists());
    assert_eq!(entries(), before, "nothing stands in the log for it");
    home.ok(add);
    assert!(home.path("answer").exists());
    assert_ne!(entries(), before);
}
