//! Households over a real relay: founding, devices, changes, and what goes wrong on the way.

use crate::support::{OKAFOR, Run, names, parcep, run};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// A relay of its own for one test; it dies with the value.
pub(crate) struct Relay {
    child: Child,
    pub(crate) uri: String,
    /// Its key, hexadecimal.
    pub(crate) key: String,
}

impl Relay {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// One that writes down everything it does.
    fn logging(folder: &Path, log: &Path) -> Self {
        let log = std::fs::File::create(log).unwrap();
        Self::saying(folder, &["--log-level", "trace"], log.into())
    }

    fn with(folder: &Path, args: &[&str]) -> Self {
        Self::saying(folder, args, Stdio::null())
    }

    fn saying(folder: &Path, args: &[&str], log: Stdio) -> Self {
        let mut child = parcep()
            .current_dir(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(folder.join("relay.redb"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let mut words = line
            .strip_prefix("listening on ")
            .unwrap()
            .split_whitespace();
        let uri = words.next().unwrap().to_owned();
        let key = words.next_back().unwrap().to_owned();
        Self { child, uri, key }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A household with one device for the first child.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    pub(crate) relay: Relay,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let relay = Relay::start(folder.path());
        let home = Self { folder, relay };
        std::fs::copy(OKAFOR, home.path("family.json")).unwrap();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command; words with a leading `@` are names in this home's folder.
    pub(crate) fn run(&self, line: &str) -> Run {
        let words = line.split(' ').map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name).to_str().unwrap().to_owned(),
            None => word.to_owned(),
        });
        let words: Vec<String> = words.collect();
        run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub(crate) fn ok(&self, line: &str) -> Value {
        let done = self.run(&format!("{line} --json"));
        assert_eq!(done.code, 0, "{line}: {done:?}");
        done.json()
    }

    /// Founds the household; `more` are options.
    fn found(&self, more: &str) {
        let uri = &self.relay.uri;
        self.ok(&format!(
            "household new --dir @mum --policy @family.json --relay {uri}{more}"
        ));
    }

    /// A household whose constitution names the relay's key.
    pub(crate) fn founded_with_key() -> Self {
        let home = Self::new();
        home.found(&format!(" --relay-key {}", home.relay.key));
        home
    }

    pub(crate) fn founded() -> Self {
        let home = Self::new();
        home.found("");
        home
    }

    pub(crate) fn with_device(category: &str) -> Self {
        let home = Self::founded();
        home.add_device(category);
        home
    }

    pub(crate) fn add_device(&self, category: &str) {
        self.ok(&format!(
            "device request --dir @device --category {category} --out @request"
        ));
        self.ok(
            "device add --household @mum --request @request --child child-tobias --out @answer",
        );
        self.ok("device join --dir @device --answer @answer");
    }
}

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

#[test]
fn a_folder_is_one_members_and_one_processes() {
    let home = Home::founded();
    let again = home.run(&format!(
        "household new --dir @mum --policy @family.json --relay {} --json",
        home.relay.uri
    ));
    assert_eq!(
        (again.code, again.json()["error"]["code"].as_str()),
        (3, Some("NO_MEMBER"))
    );

    let lock = std::fs::File::open(home.path("mum/lock")).unwrap();
    lock.lock().unwrap();
    let busy = home.run("log --household @mum --json");
    assert_eq!(busy.json()["error"]["code"], "NO_MEMBER");
    let message = busy.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("in use"), "{message}");
}

/// R-SEC-006: keys and secrets, and everything that was opened with them.
#[cfg(unix)]
#[test]
fn a_members_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::with_device("device-os");
    let mut seen = 0;
    for folder in ["mum", "device"] {
        for file in std::fs::read_dir(home.path(folder)).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} {mode:o}", file.path().display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "only {seen} files");
}

#[test]
fn half_an_entry_at_the_end_of_a_members_log_is_dropped_and_fetched_again() {
    let home = Home::with_device("device-os");
    let path = home.path("device/log.bin");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    assert_eq!(home.ok("sync --household @device")["new"], 1);
    assert_eq!(std::fs::read(&path).unwrap(), whole);
}

#[test]
fn a_household_is_founded_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    crate::issuers::certificate(folder.path());
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "cert.key"];
    let relay = Relay::with(folder.path(), &tls);
    assert!(relay.uri.starts_with("https://"), "{}", relay.uri);
    std::fs::copy(OKAFOR, folder.path().join("family.json")).unwrap();
    let new = [
        "household",
        "new",
        "--dir",
        "mum",
        "--policy",
        "family.json",
        "--ca",
        "cert.pem",
    ];
    let mut command = parcep();
    let command = command.current_dir(folder.path()).args(new);
    let made: Run = command
        .args(["--relay", &relay.uri])
        .output()
        .unwrap()
        .into();
    assert_eq!(made.code, 0, "{made:?}");
}

#[test]
fn a_relay_without_tls_beyond_loopback_is_not_talked_to() {
    let home = Home::new();
    let refused = home
        .run("household new --dir @mum --policy @family.json --relay http://192.0.2.1:7443 --json");
    assert_eq!(
        (refused.code, refused.json()["error"]["code"].as_str()),
        (2, Some("BAD_ADDRESS"))
    );
    assert_eq!(names(home.folder.path()), ["family.json", "relay.redb"]);
}

#[test]
fn an_age_signal_goes_from_issuer_to_audience_by_files() {
    let home = Home::new();
    let told = home.ok("age coarsen --lower 12 --upper 14 --cuts 13,16,18");
    assert_eq!(
        (&told["lower"], &told["upper"], &told["exact_cell"]),
        (&0.into(), &16.into(), &false.into())
    );
    home.ok(
        "age issue --lower 10 --upper 11 --cuts 13,16,18 --audience a --key @key --out @signal",
    );
    let valid = home.ok("age verify @signal --issuer @key.pub --audience a");
    assert_eq!((&valid["lower"], &valid["upper"]), (&0.into(), &13.into()));
    let table = [
        (
            "age verify @signal --issuer @key.pub --audience b --json",
            3,
            "WRONG_AUDIENCE",
        ),
        (
            "age verify @signal --issuer @key.pub --audience a --at 2090-01-01T00:00:00Z --json",
            3,
            "EXPIRED",
        ),
        (
            "age verify @family.json --issuer @key.pub --audience a --json",
            3,
            "MALFORMED",
        ),
        (
            "age verify @signal --issuer 00 --audience a --json",
            2,
            "MALFORMED",
        ),
        ("age coarsen --lower 12 --cuts 13,14 --json", 2, "MALFORMED"),
    ];
    for (line, code, reason) in table {
        let refused = home.run(line);
        assert_eq!(
            (refused.code, refused.json()["error"]["code"].as_str()),
            (code, Some(reason)),
            "{line}"
        );
    }
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
    let [child, reads] = row("AccessNetwork");
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
    let _ = home.relay.child.kill();
    let told = home.run(status);
    assert_ne!(told.code, 0);
    assert!(
        told.stderr.contains("no sign of life for 2 days"),
        "{told:?}"
    );
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
    // What a person is told once, on looking, is no log.
    home.ok("household status --household @mum");
    let asked = "host:www.forum.example";
    let at = "2026-05-06T15:00:00+02:00";
    let mut said = Vec::new();
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
