//! What the store keeps, and what it destroys.

use super::*;
use parcep_core::crypto::SystemRandom;

/// R-PRIV-017: a crash in the middle of it leaves neither keys nor secrets for long.
#[test]
fn an_erasure_that_was_cut_short_is_finished() {
    let folder = std::env::temp_dir().join(format!("parcep-erase-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in [KEYS, SECRETS, "secrets.bin.new", LOG] {
        fs::write(folder.join(name), b"secret").unwrap();
    }
    fs::write(folder.join(REMOVED), b"").unwrap();
    assert!(Store::open(&folder).is_err());
    let left = fs::read_dir(&folder).unwrap().flatten();
    let mut left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left, [LOCK, REMOVED]);
    fs::remove_dir_all(&folder).unwrap();
}

/// R-MOVE-012: all of them, so those of 90 days too.
#[test]
fn entries_are_kept_byte_for_byte_over_a_restart() {
    let folder = std::env::temp_dir().join(format!("parcep-keep-{}", std::process::id()));
    let identity = Identity::generate(&mut SystemRandom::new()).unwrap();
    let mut store = Store::create(&folder, &identity).unwrap();
    let entry = |seq: u8| pb::Entry {
        seq: seq.into(),
        prev: vec![0; 32],
        generation: 1,
        header: vec![7; 1024].into(),
        body: Some(vec![seq; 2048].into()),
        ..pb::Entry::default()
    };
    let entries = (0..3).map(|seq| Entry::try_from(entry(seq)).unwrap());
    let entries: Vec<_> = entries.collect();
    for entry in &entries {
        store.append(entry).unwrap();
    }
    drop(store);
    let kept = Store::open(&folder).unwrap().entries().unwrap();
    assert_eq!(kept, entries);
    fs::remove_dir_all(&folder).unwrap();
}
