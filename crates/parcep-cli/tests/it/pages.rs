//! Pages, moves, ends and exports as they are typed: what is said before, what is refused and how.

use crate::home::{Home, Relay};
use parcep_client::guardian::Guardian;
use parcep_client::{Link, Trust};
use parcep_core::consent::Act;
use serde_json::Value;

/// Makes a page with its file, and keeps what was printed as somebody would type it in.
fn page(home: &Home, name: &str) -> Value {
    let made = home.ok(&format!(
        "guardian page --household @mum --file @{name}.recovery --yes"
    ));
    let text = made["page"].as_str().unwrap();
    std::fs::write(home.path(name), text).unwrap();
    made
}

/// R-CONS-017, R-CONS-018, R-JOIN-005: a page that is made later needs the file beside it.
#[test]
fn a_page_made_later_begins_a_recovery_with_its_file() {
    let home = Home::with_device("console");
    let told = home.ok("guardian page --household @mum --file @no --dry-run");
    assert_eq!(told["done"], false);
    assert!(!home.path("no").exists());
    let made = page(&home, "page");
    let file = made["file"].as_str().unwrap();
    assert!(file.ends_with("page.recovery"), "{made}");

    // The phone is gone.
    std::fs::rename(home.path("mum"), home.path("lake")).unwrap();
    let told = home.ok("guardian recover --dir @new --page @page --file @page.recovery --dry-run");
    assert_eq!(told["done"], false);
    let begun = home.ok("guardian recover --dir @new --page @page --file @page.recovery --yes");
    assert_eq!(begun["state"], "waits");
    let again = home.ok("guardian recover --dir @new --page @page --file @page.recovery");
    assert_eq!(again["state"], "waits", "a second run proposes nothing new");
    home.ok("sync --household @device");
    let status = home.ok("log verify --household @device");
    assert_eq!(status["valid"], true);
}

/// R-CONS-017, R-CONS-019: what is no page of this household opens nothing.
#[test]
fn pages_and_recovery_files_that_do_not_fit_are_refused() {
    let home = Home::founded();
    assert!(page(&home, "first")["works_from"].is_null());
    // A root key beside another key with every right takes a week.
    assert!(page(&home, "page")["works_from"].is_string());
    // A third takes the place of the second, whose week is not over: only one is to come.
    page(&home, "third");
    let acts = home.ok("household acts --household @mum");
    let acts = acts["acts"].as_array().unwrap().iter();
    let coming = acts.filter(|act| act["what"] == "a key that opens the relay is added or changed");
    assert_eq!(coming.count(), 1);
    let recover = |page: &str, file: &str| {
        home.code(&format!(
            "guardian recover --dir @new-{page}-{file} --page @{page} --file @{file} --yes"
        ))
    };
    assert_eq!(recover("first", "first.recovery"), "NOT_PERMITTED_BY_TABLE");
    assert_eq!(recover("page", "first.recovery"), "SEAL_BROKEN");
    assert_eq!(recover("page", "family.json"), "MALFORMED");
    assert_eq!(recover("family.json", "page.recovery"), "BAD_PAGE");
}

/// R-MOVE-020, R-MOVE-022: told first, refused where nobody answers, then done.
#[test]
fn a_household_moves_and_its_devices_follow() {
    let home = Home::with_device("console");
    let folder = tempfile::tempdir().unwrap();
    let other = Relay::start(folder.path());
    let line = format!("household move --household @mum --to {}", other.uri);
    assert_eq!(home.ok(&format!("{line} --dry-run"))["done"], false);
    let before = home.ok("log verify --household @mum");
    let bad = home.code("household move --household @mum --to http://192.0.2.1:1 --yes");
    assert_eq!(bad, "BAD_ADDRESS");
    let moved = home.ok(&format!("{line} --yes"));
    assert_eq!(
        (&moved["moved"], &moved["relay"]),
        (&true.into(), &other.uri.clone().into())
    );
    let after = home.ok("log verify --household @mum");
    assert_eq!(after["genesis"], before["genesis"]);
    let story = home.ok("log explain --household @mum");
    let last = story.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["what"], format!("moved the log to {}", other.uri));
    assert_eq!(
        home.ok("household status --household @mum")["relay"],
        other.uri
    );
}

/// R-CONS-025: who moved has the old relay delete its copy in a week, and can stop that; here alone.
#[test]
fn the_copy_at_the_old_relay_is_deleted_in_a_week_unless_somebody_stops_it() {
    let home = Home::founded();
    let folder = tempfile::tempdir().unwrap();
    let other = Relay::start(folder.path());
    let old = home.relay.uri.clone();
    let acts = format!("household acts --household @mum --old-relay {old}");
    assert_eq!(home.code(&acts), "NOT_LEFT", "not before");
    home.ok(&format!(
        "household move --household @mum --to {} --yes",
        other.uri
    ));
    assert_eq!(
        home.ok(&format!("{acts} --delete-log --dry-run"))["done"],
        false
    );
    let waits = home.ok(&format!("{acts} --delete-log --yes"));
    let act = &waits["acts"][0];
    assert_eq!(act["what"], "the log is deleted");
    let at_home = home.ok("household acts --household @mum");
    assert_eq!(at_home["acts"].as_array().unwrap().len(), 0);
    let told = home.run(&acts).stdout;
    let how = format!("--old-relay {old} --act {}", act["id"]);
    assert!(told.contains(&how), "{told}");
    home.ok(&format!("household cancel --household @mum {how}"));
    assert_eq!(home.ok(&acts)["acts"].as_array().unwrap().len(), 0);
}

/// R-MOVE-019, R-MOVE-022: a relay that is gone keeps nobody, where the next one is listed.
#[test]
fn a_household_leaves_a_relay_that_does_not_answer() {
    let mut home = Home::founded();
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [two, three] = [0, 1].map(|at: usize| Relay::start(folders[at].path()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let link = Link::new(&home.relay.uri, &Trust::System).unwrap();
        let mut mum = Guardian::open(&home.path("mum"), link).unwrap();
        mum.driver().sync().await.unwrap();
        let uri = two.uri.clone();
        let law = mum.law_with_relay(parcep_core::constitution::Relay { uri, key: None });
        let listed = mum.begin(Act::Constitution(law.unwrap()), Vec::new()).await;
        listed.unwrap();
        mum.access().await.unwrap();
    });
    home.relay.stop();
    let to = |to: &Relay| {
        home.run(&format!(
            "household move --household @mum --to {} --yes",
            to.uri
        ))
    };
    let unlisted = to(&three);
    assert!(unlisted.stderr.contains("lists already"), "{unlisted:?}");
    let moved = to(&two);
    assert!(moved.stdout.contains("Moved to"), "{moved:?}");
    assert_eq!(
        home.ok("household status --household @mum")["relay"],
        two.uri
    );
}

/// R-CONS-028, R-PRIV-018
#[test]
fn an_erasure_is_told_first_and_needs_a_word() {
    let home = Home::founded();
    let told = home.ok("household erase --household @mum --dry-run");
    assert_eq!(
        (&told["done"], &told["plan"]["irreversible"]),
        (&false.into(), &true.into())
    );
    let child = home.ok("household erase --household @mum --child Tobias --dry-run");
    let stop = child["plan"]["stop"].to_string();
    assert!(
        stop.contains("say no now"),
        "nothing brings a released child back: {stop}"
    );
    assert_eq!(home.code("household erase --household @mum"), "CONFIRM");
    assert_eq!(
        home.code("household erase --household @mum --child Nobody --yes"),
        "UNKNOWN_CHILD"
    );
    home.ok("log verify --household @mum");
    let done = home.ok("household erase --household @mum --yes");
    assert_eq!(done["in_effect"], true);
    assert_eq!(
        crate::support::names(&home.path("mum")),
        crate::consents::FORGOTTEN
    );
    assert_eq!(
        home.code("household export --household @mum --out @late"),
        "NO_MEMBER"
    );
    assert!(!home.path("late").exists());
}

/// R-MOVE-019
#[test]
fn what_is_no_log_is_not_verified_and_not_told() {
    let home = Home::founded();
    assert_eq!(home.code("log verify --file @family.json"), "MALFORMED");
    assert_eq!(home.code("log verify --household @nowhere"), "NO_MEMBER");
    assert_eq!(home.code("log explain --household @nowhere"), "NO_MEMBER");
    assert_eq!(home.run("log verify --json").code, 2);
}
