//! How a relay is reached: by TLS, and beyond loopback by nothing else.

use crate::home::{Home, Relay};
use crate::support::{OKAFOR, Run, names, parcep};

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
    assert_eq!(names(&home.path("")), ["family.json", "relay.redb"]);
}
