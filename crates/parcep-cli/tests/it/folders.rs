//! A member's folder: one member's, one process's, its owner's alone, and sound after a crash.

use crate::home::Home;

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
