//! Sharing authority through the program: three files bring a guardian in, consents and a week take one
//! out, and everything says what it will do before it does it.

use crate::home::Home;
use serde_json::Value;

/// What is left of a member's folder that was erased.
pub(crate) const FORGOTTEN: [&str; 2] = ["lock", "removed"];

impl Home {
    /// A second guardian joins by the three files; `more` are options of the invitation.
    pub(crate) fn admit(&self, by: &str, folder: &str, name: &str, more: &str) {
        self.ok(&format!(
            "guardian add --household @{by} --out @{folder}-invitation{more}"
        ));
        self.ok(&format!(
            "guardian accept --dir @{folder} --invitation @{folder}-invitation --name {name} --out \
             @{folder}-acceptance"
        ));
        let admitted = self.answer(by, folder);
        assert_eq!(admitted["admitted"], true, "{admitted}");
        self.join(folder);
    }

    pub(crate) fn answer(&self, by: &str, folder: &str) -> Value {
        self.ok(&format!(
            "guardian add --household @{by} --acceptance @{folder}-acceptance --out @{folder}-answer"
        ))
    }

    fn join(&self, folder: &str) {
        self.ok(&format!(
            "device join --dir @{folder} --answer @{folder}-answer"
        ));
    }

    pub(crate) fn code(&self, line: &str) -> String {
        let refused = self.run(&format!("{line} --json"));
        assert_ne!(refused.code, 0, "{line}: {refused:?}");
        refused.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// R-CONS-003, R-CONS-011, R-JOIN-004
#[test]
fn three_files_bring_a_second_guardian_in() {
    let home = Home::with_device("device-os");
    home.admit("mum", "dad", "Jonas", "");
    let status = home.ok("household status --household @dad");
    assert_eq!(status["threshold"], 2);
    let names: Vec<_> = status["guardians"]
        .as_array()
        .unwrap()
        .iter()
        .map(|guardian| guardian["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"Jonas".to_owned()), "{names:?}");
    let heads: Vec<_> = ["mum", "dad"]
        .map(|who| home.ok(&format!("log verify --household @{who}"))["head"].clone())
        .into();
    assert_eq!(heads[0], heads[1]);
    // He writes rules of his own.
    std::fs::copy(home.path("mum/people.json"), home.path("dad/people.json")).unwrap();
    let changed = home.ok("household update --dir @dad --policy @family.json");
    assert!(!changed["changed"].as_array().unwrap().is_empty());
    let again = home.answer("mum", "dad");
    assert_eq!(again["admitted"], true, "the answer can be made again");
}

/// R-CONS-012: of two guardians neither removes the other.
#[test]
fn of_two_guardians_neither_removes_the_other_alone() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    let told = home.ok("guardian remove --household @mum --guardian Jonas --dry-run");
    assert_eq!(told["done"], false);
    let when = told["plan"]["when"].to_string();
    assert!(when.contains("Jonas consents"), "{when}");
    let begun = home.ok("guardian remove --household @mum --guardian Jonas --yes");
    assert_eq!(begun["in_effect"], false);
    let id = begun["proposal"].as_str().unwrap();
    // R-CONS-007: everybody sees what, who, how to stop it.
    let seen = home.ok("household status --household @dad");
    let open = &seen["proposals"][0];
    assert_eq!(open["proposal"], id);
    let folder = home.path("dad");
    let cancel = format!(
        "household cancel --household {} --proposal",
        folder.display()
    );
    assert!(open["stop"].to_string().contains(&cancel), "{open}");
    assert!(
        open["what"].to_string().contains("is no guardian any more"),
        "{open}"
    );
    assert_eq!(home.ok("household tend --household @mum")["open"], 1);
    // Who did not begin it does not stop it: not consenting is enough.
    assert_eq!(
        home.code("household cancel --household @dad --yes"),
        "NOT_PERMITTED_BY_TABLE"
    );
    let cancelled = home.ok(&format!(
        "household cancel --household @mum --proposal {id} --yes"
    ));
    assert_eq!(cancelled["cancelled"], id);
    let story = home.ok("log explain --household @mum");
    let story = story.as_array().unwrap();
    let told = |what: &str| {
        story
            .iter()
            .any(|line| line["what"].as_str().unwrap().starts_with(what))
    };
    assert!(
        told(&format!("proposed {id}: Jonas is no guardian any more")),
        "{story:?}"
    );
    assert!(told("ended a proposal before it had effect"), "{story:?}");
    assert_eq!(
        home.ok("guardian list --household @dad")["proposals"]
            .as_array()
            .unwrap()
            .len(),
        0
    );

    // With the other's consent it is done, and an epoch follows.
    home.ok("guardian remove --household @mum --guardian Jonas --yes");
    let done = home.ok("guardian approve --household @dad --yes");
    assert_eq!(done["in_effect"], true);
    home.ok("household tend --household @mum");
    // R-PRIV-017: everything he held is gone.
    assert_eq!(crate::support::names(&home.path("dad")), FORGOTTEN);
    let left = home.ok("household status --household @mum");
    assert_eq!(
        (&left["threshold"], &left["needs_epoch"]),
        (&1.into(), &false.into())
    );
    assert_eq!(left["guardians"].as_array().unwrap().len(), 1);
}

/// R-CONS-013, R-CONS-014
#[test]
fn leaving_needs_nobody_and_erases_the_own_folder() {
    let home = Home::founded();
    assert_eq!(
        home.code("guardian leave --household @mum --yes"),
        "LAST_GUARDIAN"
    );
    home.admit("mum", "dad", "Jonas", "");
    assert_eq!(home.code("guardian leave --household @dad"), "CONFIRM");
    home.ok("guardian leave --household @dad --yes");
    assert_eq!(
        crate::support::names(&home.path("dad")),
        ["lock", "removed"]
    );
    assert_eq!(home.code("household status --household @dad"), "NO_MEMBER");
    let tended = home.ok("household tend --household @mum");
    assert_eq!(tended["epochs"], 1, "an epoch follows: {tended}");
    assert_eq!(
        tended["keys"]["shut_out"].as_array().unwrap().len(),
        0,
        "another group's key"
    );
    let told = home.run("log explain --household @mum").stdout;
    assert!(!told.contains("because"), "{told}");
}

/// R-CONS-011: a third one takes two of two, however low the threshold.
#[test]
fn a_third_guardian_takes_two_and_an_acceptance_counts_for_one_change_only() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", " --threshold 1");
    home.ok("guardian add --household @mum --out @gran-invitation");
    home.ok(
        "guardian accept --dir @gran --invitation @gran-invitation --name Gran --out @gran-acceptance",
    );
    let waits = home.answer("mum", "gran");
    assert_eq!(waits["admitted"], false);
    let id = waits["proposal"].as_str().unwrap();
    assert_eq!(
        home.answer("mum", "gran")["proposal"],
        id,
        "asked again, not proposed again"
    );
    assert_eq!(
        home.code("device join --dir @gran --answer @gran-acceptance"),
        "MALFORMED"
    );
    home.ok(&format!(
        "guardian approve --household @dad --proposal {id} --yes"
    ));
    assert_eq!(home.answer("mum", "gran")["admitted"], true);
    home.join("gran");
    assert_eq!(
        home.ok("guardian list --household @gran")["guardians"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    // The old acceptance is of another change now.
    home.ok("guardian add --household @mum --out @x-invitation");
    home.ok("guardian accept --dir @x --invitation @x-invitation --name X --out @x-acceptance");
    home.ok("guardian leave --household @gran --yes");
    let stale = home.code("guardian add --household @mum --acceptance @x-acceptance --out @no");
    assert_eq!(stale, "BASE_NOT_LIVE");
}

/// R-CONS-016: nobody takes the other's filter off in one stroke.
#[test]
fn an_enforcement_point_with_two_parents_rules_takes_both_to_remove() {
    let home = Home::with_device("device-os");
    home.admit("mum", "dad", "Jonas", "");
    std::fs::copy(home.path("mum/people.json"), home.path("dad/people.json")).unwrap();
    home.ok("household update --dir @dad --policy @family.json");
    let listed = home.ok("device list --household @dad");
    let point = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["what"] == "phone or computer");
    let id = point.unwrap()["device"].as_str().unwrap().to_owned();
    let begun = home.ok(&format!(
        "device remove --household @dad --device {id} --yes"
    ));
    assert!(begun["proposal"].is_string(), "{begun}");
    // What brings the device back is another act: a person has to choose it all the same.
    let told = home
        .run("guardian approve --household @mum --dry-run")
        .stdout;
    assert!(!told.contains("cannot be undone"), "{told}");
    assert_eq!(home.code("guardian approve --household @mum"), "CONFIRM");
    home.ok("guardian approve --household @mum --yes");
    let after = home.ok("device list --household @mum");
    assert!(
        after
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["what"] != "phone or computer")
    );
}

/// R-CONS-028, R-PRIV-018
#[test]
fn a_household_ends_when_every_guardian_says_so() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    assert_eq!(home.code("household erase --household @mum"), "CONFIRM");
    let begun = home.ok("household erase --household @mum --yes");
    assert_eq!(begun["in_effect"], false);
    let told = home
        .run("guardian approve --household @dad --dry-run")
        .stdout;
    assert!(told.contains("This cannot be undone."), "{told}");
    home.ok("guardian approve --household @dad --yes");
    assert_eq!(
        home.code("household update --dir @mum --policy @family.json"),
        "ENDED"
    );
    for folder in ["mum", "dad"] {
        assert_eq!(
            crate::support::names(&home.path(folder)),
            FORGOTTEN,
            "{folder}"
        );
    }
}

/// R-CONS-025, R-RELAY-037: seen by everybody, stopped by anybody who may.
#[test]
fn the_end_of_a_log_is_announced_and_another_guardian_stops_it() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    assert_eq!(
        home.code("household acts --household @mum --delete-log"),
        "CONFIRM"
    );
    home.ok("household acts --household @mum --delete-log --yes");
    let seen = home.ok("household acts --household @dad");
    assert_eq!(seen["acts"][0]["what"], "the log is deleted");
    let id = seen["acts"][0]["id"].as_u64().unwrap();
    home.ok(&format!("household cancel --household @dad --act {id}"));
    let after = home.ok("household acts --household @mum");
    assert_eq!(after["acts"].as_array().unwrap().len(), 0);
    assert_eq!(
        home.code(&format!("household cancel --household @dad --act {id}")),
        "INVALID_ARGUMENT"
    );
}
