//! Lists as they are built, asked, and damaged.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::set::{CHECKED_FROM, HEADER};
use super::*;
use crate::crypto::sha256;
use crate::policy::HostName;

fn host(text: &str) -> HostName {
    text.parse().unwrap()
}

fn built(hosts: &[&str]) -> Vec<u8> {
    let mut builder = HostSetBuilder::new();
    builder.extend(hosts.iter().map(|text| host(text)));
    builder.finish().unwrap()
}

#[test]
fn the_longest_host_that_covers_counts() {
    // R-POL-013
    let bytes = built(&[
        "example.org",
        "b.example.org",
        "com",
        "127.0.0.1",
        "0.1",
        "x",
    ]);
    let set = HostSet::open(&bytes).unwrap();
    for (asked, labels) in [
        ("example.org", Some(2)),
        ("a.example.org", Some(2)),
        ("badexample.org", None),
        ("a.b.example.org", Some(3)),
        ("org", None),
        ("anything.com", Some(1)),
        ("127.0.0.1", Some(4)),
        ("10.127.0.0.1", None),
        ("9.9.0.1", None),
        ("0.1", Some(2)),
        ("x", Some(1)),
        ("y", None),
        ("xn--bcher-kva.x", Some(1)),
    ] {
        assert_eq!(set.longest_match(&host(asked)), labels, "{asked}");
    }
}

#[test]
fn an_empty_list_covers_nothing() {
    let bytes = built(&[]);
    let set = HostSet::open(&bytes).unwrap();
    assert!(set.is_empty() && set.hosts().next().is_none());
    assert_eq!(set.longest_match(&host("example.org")), None);
    assert_eq!(set.name(), &sha256(b""));
    assert_eq!(set.verify(), Ok(()));
}

#[test]
fn a_list_is_named_by_its_canonical_text() {
    // R-POL-017
    let bytes = built(&[
        "b.example",
        "a.example",
        "Bücher.example.",
        "b.example",
        "a-b.example",
    ]);
    let text = "a-b.example\na.example\nb.example\nxn--bcher-kva.example\n";
    let set = HostSet::open(&bytes).unwrap();
    assert_eq!(set.name(), &sha256(text.as_bytes()));
    assert_eq!(set.len(), 4);
    assert_eq!(build_from_text(text).unwrap(), bytes);
    let sets = [set];
    assert!(
        HostLists::new(&sets)
            .find(&sha256(text.as_bytes()))
            .is_some()
    );
    assert!(HostLists::new(&sets).find(&sha256(b"")).is_none());
    assert!(HostLists::NONE.find(set.name()).is_none());
}

#[test]
fn a_text_that_is_not_canonical_is_refused_with_its_line() {
    // R-POL-017
    for (text, at) in [
        ("a.example\nb.example", 2),
        ("b.example\na.example\n", 2),
        ("a.example\na.example\n", 2),
        ("A.example\n", 1),
        ("a.example.\n", 1),
        ("a.example\r\n", 1),
        ("a.example\n\n", 2),
        ("\n", 1),
        ("b\u{fc}cher.example\n", 1),
        ("# list\na.example\n", 1),
        ("0.0.0.0 a.example\n", 1),
    ] {
        match build_from_text(text) {
            Err(error @ HostSetError::Line { line, .. }) => {
                assert_eq!((line, error.code()), (at, "INVALID_HOST_LIST"), "{text:?}");
            }
            other => panic!("{text:?} gave {other:?}"),
        }
    }
}

/// Enough hosts that some buckets have more than their heads can mark.
#[test]
fn a_list_of_thousands_finds_each_of_its_hosts_and_nothing_else() {
    let hosts: Vec<String> = (0..5_000)
        .map(|i| format!("{i}.host{}.example", i % 7))
        .collect();
    let bytes = built(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
    let set = HostSet::open(&bytes).unwrap();
    assert_eq!(set.verify(), Ok(()));
    for (i, text) in hosts.iter().enumerate() {
        assert_eq!(set.longest_match(&host(text)), Some(3));
        assert_eq!(set.longest_match(&host(&format!("www.{text}"))), Some(3));
        let other = format!("{i}.host{}.example", i % 7 + 1);
        assert_eq!(set.longest_match(&host(&other)), None, "{other}");
    }
    let bytes_each = bytes.len() as f64 / hosts.len() as f64;
    assert!(bytes_each < 20.0, "{bytes_each} bytes a host");
}

#[test]
fn bytes_of_something_else_or_of_another_version_say_so() {
    let bytes = built(&["example.org"]);
    let code = |bytes: &[u8]| HostSet::open(bytes).unwrap_err().code();
    assert_eq!(code(b""), "NOT_A_HOST_LIST");
    assert_eq!(code(b"a.example\nb.example\n"), "NOT_A_HOST_LIST");
    let mut later = bytes.clone();
    later[7] += 1;
    assert_eq!(code(&later), "HOST_LIST_VERSION");
    assert_eq!(code(&bytes[..40]), "HOST_LIST_DAMAGED");
}

#[test]
fn no_byte_can_change_nor_go_nor_come_unnoticed() {
    let bytes = built(&["example.org", "a.example.net", "b"]);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            assert!(HostSet::open(&damaged).is_err(), "bit {bit} of byte {at}");
        }
        assert!(HostSet::open(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(HostSet::open(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn a_list_under_the_name_of_another_is_found_out() {
    // R-POL-017
    let mut forged = built(&["a.example", "b.example"]);
    forged[CHECKED_FROM] ^= 1;
    reseal(&mut forged);
    // The key goes by the name, so hosts are lost as well.
    let outcome = HostSet::open(&forged).unwrap().verify();
    assert!(matches!(
        outcome,
        Err(HostSetError::Damaged | HostSetError::WrongName)
    ));

    let empty = built(&[]);
    let mut forged = built(&["a.example"]);
    forged[CHECKED_FROM..HEADER].copy_from_slice(&empty[CHECKED_FROM..HEADER]);
    reseal(&mut forged);
    assert_eq!(HostSet::open(&forged).unwrap_err(), HostSetError::Damaged);
}

/// Puts the checksum right again, as somebody would who damages on purpose.
fn reseal(bytes: &mut [u8]) {
    let checksum = sha256(&bytes[CHECKED_FROM..]);
    bytes[8..CHECKED_FROM].copy_from_slice(checksum.as_bytes());
}

/// Hosts of a small world, so that they often cover each other.
fn any_host() -> impl Strategy<Value = HostName> {
    let label = prop_oneof![
        "[ab]",
        "[a-z0-9_-]{1,12}",
        "[0-9]{1,3}",
        Just("example".to_owned())
    ];
    let labels = prop::collection::vec(label, 1..6);
    labels.prop_filter_map("no host", |labels| labels.join(".").parse().ok())
}

proptest! {
    /// R-POL-013: the same answer as asking the hosts one by one.
    #[test]
    fn a_list_answers_as_its_hosts_do_one_by_one(
        hosts in prop::collection::vec(any_host(), 0..60),
        asked in prop::collection::vec(any_host(), 1..30),
        below in prop::collection::vec((any::<prop::sample::Index>(), any_host()), 0..10),
    ) {
        let mut builder = HostSetBuilder::new();
        builder.extend(hosts.iter().cloned());
        let bytes = builder.finish().unwrap();
        let set = HostSet::open(&bytes).unwrap();
        prop_assert_eq!(set.verify(), Ok(()));
        let distinct: BTreeSet<String> = hosts.iter().map(|host| host.to_string()).collect();
        prop_assert_eq!(set.hosts().collect::<BTreeSet<_>>(), distinct);
        let mut asked = asked;
        asked.extend(hosts.iter().cloned());
        for (above, front) in below.iter().filter(|_| !hosts.is_empty()) {
            let text = format!("{front}.{}", hosts[above.index(hosts.len())]);
            asked.extend(text.parse::<HostName>());
        }
        for asked in &asked {
            let covering = hosts.iter().filter(|host| host.covers(asked));
            let longest = covering.map(|host| host.suffixes().count()).max();
            prop_assert_eq!(set.longest_match(asked), longest, "{}", asked);
        }
    }

    /// Damage on purpose, checksum and all: nothing panics, and what proves to be the list of its
    /// name answers like it.
    #[test]
    fn bytes_made_up_on_purpose_never_panic(
        hosts in prop::collection::vec(any_host(), 0..40),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        asked in prop::collection::vec(any_host(), 1..10),
    ) {
        let mut builder = HostSetBuilder::new();
        builder.extend(hosts.iter().cloned());
        let mut bytes = builder.finish().unwrap();
        for (at, value) in &edits {
            let at = CHECKED_FROM + at.index(bytes.len() - CHECKED_FROM);
            bytes[at] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(CHECKED_FROM + cut.index(bytes.len() - CHECKED_FROM));
        }
        reseal(&mut bytes);
        let Ok(set) = HostSet::open(&bytes) else {
            return Ok(());
        };
        let whole = set.verify().is_ok();
        for asked in asked.iter().chain(&hosts) {
            let labels = set.longest_match(asked);
            let covering = hosts.iter().filter(|host| host.covers(asked));
            let longest = covering.map(|host| host.suffixes().count()).max();
            prop_assert!(!whole || labels == longest, "{}", asked);
        }
    }
}
