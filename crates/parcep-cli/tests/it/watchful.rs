//! What a guardian is told without asking: who was heard, what is missing, which devices came and went.

use crate::home::Home;

impl Home {
    /// What a command says beside its answer.
    fn beside(&self, line: &str) -> String {
        let done = self.run(&format!("{line} --json"));
        assert_eq!(done.code, 0, "{line}: {done:?}");
        done.stderr
    }

    /// Runs the file of rules through the program, so that its person signs if something changed.
    fn update(&self, who: &str) -> String {
        if who != "mum" {
            let people = self.path("mum/people.json");
            std::fs::copy(people, self.path(&format!("{who}/people.json"))).unwrap();
        }
        self.beside(&format!(
            "household update --dir @{who} --policy @family.json"
        ))
    }
}

/// R-TIME-016
#[test]
fn each_guardian_is_heard_by_itself() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    // He said so when he joined; she has not yet.
    let heard = |home: &Home| -> [serde_json::Value; 2] {
        let status = home.ok("household status --household @dad");
        let rows = status["health"]["heard"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 2, "{rows:?}");
        let own = |row: &serde_json::Value| row["guardian"] == "Jonas (you)";
        [true, false].map(|dad| rows.iter().find(|row| own(row) == dad).unwrap().clone())
    };
    let [dad, mum] = heard(&home);
    assert!(
        dad["words"]
            .as_str()
            .unwrap()
            .starts_with("heard less than"),
        "{dad}"
    );
    assert_eq!(
        (&mum["words"], mum["at"].is_null()),
        (&"never heard here".into(), true)
    );
    let words = home.run("household status --household @dad").stdout;
    assert!(words.contains(": never heard here"), "{words}");
    home.ok("household tend --household @mum");
    let [_, mum] = heard(&home);
    assert!(
        mum["at"].is_string() && mum["words"].as_str().unwrap().ends_with(" ago"),
        "{mum}"
    );
}

/// R-TIME-018
#[test]
fn a_relay_without_a_key_and_a_single_kind_of_clock_are_named_as_missing() {
    let missing = |home: &Home| -> Vec<String> {
        let status = home.ok("household status --household @mum");
        let missing = status["health"]["missing"].as_array().unwrap();
        missing
            .iter()
            .map(|line| line.as_str().unwrap().to_owned())
            .collect()
    };
    let home = Home::with_device("device-os");
    let told = missing(&home);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("no key is named for the relay http"),
        "{told:?}"
    );
    assert!(told[1].starts_with("a second kind of clock"), "{told:?}");
    home.admit("mum", "dad", "Jonas", "");
    let told = missing(&home);
    assert_eq!(
        told.len(),
        1,
        "a guardian and a device are two kinds: {told:?}"
    );
}

/// R-TIME-009: only a person chooses it, and is told what the screen will say.
#[test]
fn strict_is_never_set_unless_a_person_was_told_what_the_screen_says() {
    let home = Home::founded();
    home.ok("device request --dir @tv --category tv --out @request");
    let add = "device add --household @mum --request @request --child child-tobias --out @answer \
               --uncertain-time strict";
    let refused = home.run(&format!("{add} --json"));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(refused.json()["error"]["code"], "CONFIRM");
    let message = refused.json()["error"]["message"].to_string();
    assert!(message.contains("This device was off"), "{message}");
    assert!(!home.path("answer").exists());
    let listed = home.ok("device list --household @mum");
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["what"] != "TV"),
        "{listed}"
    );
    let told = home.ok(&format!("{add} --dry-run"));
    assert!(
        told["plan"]["what"]
            .to_string()
            .contains("Connect it to the network")
    );
    home.ok(&format!("{add} --yes"));
    assert!(home.path("answer").exists());
    // A phone of a person enforces nothing.
    home.ok("device request --dir @mum2 --person --out @request2");
    let phone =
        "device add --household @mum --request @request2 --out @answer2 --uncertain-time strict";
    assert_eq!(home.code(phone), "NOT_FOR_PEOPLE");
    assert!(!home.path("answer2").exists());
}

/// R-SEC-005
#[test]
fn devices_that_came_or_went_are_told_once_with_author_before_the_next_document() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    home.beside("household status --household @dad");
    assert_eq!(home.update("dad"), "", "nothing is new");
    home.ok("device request --dir @tv --category tv --out @request");
    home.ok("device add --household @mum --request @request --child child-tobias --out @answer");
    // A timer sees for nobody.
    let by_timer = home.beside("household tend --household @dad");
    // R-OPS-014: what it says is kept in a journal, and names nobody.
    assert!(
        by_timer.contains("1 device came, went or has new keys"),
        "{by_timer}"
    );
    assert!(
        !by_timer.contains("Tobias") && !by_timer.contains("Ngozi"),
        "{by_timer}"
    );
    let told = home.update("dad");
    assert!(told.contains("of Tobias was added, by "), "{told}");
    assert!(
        !told.contains("Jonas"),
        "the author is the other one: {told}"
    );
    assert_eq!(home.update("dad"), "", "once");

    home.ok("device request --dir @dad2 --person --out @request2");
    home.ok("device add --household @dad --request @request2 --out @answer2");
    let told = home.update("mum");
    assert!(told.contains("of Jonas was added, by Jonas"), "{told}");
    let listed = home.ok("device list --household @dad");
    let rows = listed.as_array().unwrap();
    let jonas = |row: &&serde_json::Value| row["whose"].as_str().unwrap().starts_with("Jonas");
    let other = rows
        .iter()
        .filter(jonas)
        .find(|row| row["this"] == false)
        .unwrap();
    let id = other["device"].as_str().unwrap();
    home.ok(&format!(
        "device remove --household @dad --device {id} --yes"
    ));
    let told = home.update("mum");
    assert!(told.contains("of Jonas was removed, by Jonas"), "{told}");
}

/// R-CONS-014: not by which device, not when, and not what was seen of them last.
#[test]
fn of_who_left_the_others_are_told_only_that() {
    let home = Home::founded();
    home.admit("mum", "dad", "Jonas", "");
    home.ok("household tend --household @dad");
    home.update("mum");
    let status = home.ok("household status --household @mum");
    let devices = status["devices"].as_array().unwrap().iter();
    let mut of_dad = devices.filter(|row| row["this"] == false);
    let device = of_dad.next().unwrap()["device"].as_str().unwrap();
    let device: String = device.chars().take(8).collect();
    home.ok("guardian leave --household @dad --yes");

    let told = home.update("mum");
    assert_eq!(told, "Since you last looked:\n  Jonas has left\n");
    let status = home.ok("household status --household @mum");
    assert_eq!(status["health"]["heard"].as_array().unwrap().len(), 1);
    assert!(!status.to_string().contains(&device), "{status}");
    let story = home.ok("log explain --household @mum");
    let left: Vec<_> = story
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["what"] == "has left the household")
        .collect();
    assert_eq!(left.len(), 1, "{story}");
    assert!(left[0]["at"].is_null(), "{story}");
    assert!(!left[0].to_string().contains(&device), "{story}");
}

/// R-OPS-016: also where no relay answers, which is when it matters.
#[test]
fn an_app_that_was_not_heard_for_a_day_says_so() {
    let mut home = Home::founded();
    home.ok("household tend --household @mum");
    let status = "household status --household @mum";
    let said = |home: &Home| home.run(status).stderr.contains("no sign of life");
    assert!(!said(&home));
    let kept = home.path("mum/beaten.bin");
    let at = i64::from_be_bytes(std::fs::read(&kept).unwrap().try_into().unwrap());
    std::fs::write(&kept, (at - 2 * 86_400).to_be_bytes()).unwrap();
    let told = home.run(status);
    assert!(
        told.stderr.contains("no sign of life for 2 days"),
        "{told:?}"
    );
    home.ok("household tend --household @mum");
    assert!(!said(&home), "it has beaten");
    std::fs::write(&kept, (at - 2 * 86_400).to_be_bytes()).unwrap();
    home.relay.stop();
    let told = home.run(status);
    assert_ne!(told.code, 0);
    assert!(
        told.stderr.contains("no sign of life for 2 days"),
        "{told:?}"
    );
}
