//! Compiled host lists: raw bytes, edits of a good list with its checksum put right, and texts.
//!
//! Laws: nothing panics; damage is noticed unless the checksum was put right on purpose; what
//! proves to be the list of its name answers like its hosts one by one (R-POL-013, R-POL-017).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::crypto::sha256;
use parcep_core::hosts::{HostSet, build_from_text};
use parcep_core::policy::HostName;
use std::sync::LazyLock;

/// Where the part of a list begins that its checksum covers.
const CHECKED_FROM: usize = 40;

/// Hosts enough for several buckets, and some that cover others.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut hosts: Vec<String> = (0..60).map(|i| format!("h{i}.example")).collect();
    hosts.extend((0..40).map(|i| format!("www.h{i}.example")));
    hosts.extend(["127.0.0.1", "0.1", "org"].map(str::to_owned));
    hosts.sort();
    hosts.iter().map(|host| format!("{host}\n")).collect()
});

static GOOD: LazyLock<Vec<u8>> =
    LazyLock::new(|| build_from_text(&TEXT).expect("a canonical text"));

fuzz_target!(|data: &[u8]| {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    match mode % 4 {
        0 => ask(data),
        1 => edited(data, false),
        2 => edited(data, true),
        _ => text(data),
    }
});

/// Input is edits of a good list: two bytes place, one byte value; an odd rest cuts the end off.
fn edited(data: &[u8], reseal: bool) {
    let mut bytes = GOOD.clone();
    let edits = data.chunks_exact(3);
    let cut = edits.remainder().first().map_or(0, |cut| usize::from(*cut));
    for edit in edits {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % bytes.len();
        bytes[at] = edit[2];
    }
    bytes.truncate(bytes.len() - cut);
    if reseal {
        let checksum = sha256(&bytes[CHECKED_FROM..]);
        bytes[8..CHECKED_FROM].copy_from_slice(checksum.as_bytes());
        ask(&bytes);
    } else {
        assert_eq!(HostSet::open(&bytes).is_ok(), bytes == *GOOD);
    }
}

/// Whatever opens can be asked, and if it is the good list by its name, it answers as that does.
fn ask(bytes: &[u8]) {
    let Ok(set) = HostSet::open(bytes) else {
        return;
    };
    let good = HostSet::open(&GOOD).expect("as it was built");
    let proven = set.verify().is_ok() && set.name() == good.name();
    for line in TEXT
        .lines()
        .flat_map(|line| [line.to_owned(), format!("x.{line}")])
    {
        let host: HostName = line.parse().expect("a host");
        let answer = set.longest_match(&host);
        assert!(!proven || answer == good.longest_match(&host));
    }
}

/// A text that builds is the canonical text of what was built.
fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(bytes) = build_from_text(text) else {
        return;
    };
    let set = HostSet::open(&bytes).expect("as it was built");
    assert_eq!(*set.name(), sha256(data));
    assert_eq!(set.verify(), Ok(()));
    assert_eq!(set.len(), text.lines().count());
}
