use super::*;
use crate::crypto::tests::Counter;

fn page() -> Page {
    Page {
        secret: RecoverySecret::generate(&mut Counter(5)).unwrap(),
        whereabouts: Whereabouts {
            log_id: LogId::from_bytes([1; 32]),
            genesis: Hash([2; 32]),
            handle: vec![3; 32],
            relay: "https://relay.example".into(),
        },
    }
}

#[test]
fn the_keys_follow_from_secret_and_household_alone() {
    // R-CONS-018
    let (secret, home) = (
        RecoverySecret::from_bytes([7; 32]),
        LogId::from_bytes([1; 32]),
    );
    let (one, same) = (secret.keys(home).unwrap(), secret.keys(home).unwrap());
    assert_eq!(one.listed(), same.listed());
    assert_eq!(one.access.public(), same.access.public());
    let elsewhere = secret.keys(LogId::from_bytes([2; 32])).unwrap();
    let other = RecoverySecret::from_bytes([8; 32]).keys(home).unwrap();
    for different in [elsewhere, other] {
        assert_ne!(one.device, different.device);
        assert_ne!(one.signing.public(), different.signing.public());
        assert_ne!(one.sealing.public(), different.sealing.public());
        assert_ne!(one.access.public(), different.access.public());
    }
    assert_ne!(one.signing.public(), one.access.public());
    assert_eq!(one.listed().role, DeviceRole::Recovery);
}

#[test]
fn the_sealing_key_is_the_private_key_itself() {
    // R-CONS-018, use 2: RFC 7748 section 6.1, Bob's keys.
    let private =
        crate::hex::decode("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let private: [u8; 32] = private.unwrap().try_into().unwrap();
    let public = SealingKey::from_private(&private).unwrap().public();
    assert_eq!(
        crate::hex::encode(public.as_bytes()),
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    );
}

#[test]
fn what_is_wrapped_for_the_page_opens_with_its_key() {
    let keys = page().secret.keys(LogId::from_bytes([1; 32])).unwrap();
    let to = keys.listed().sealing;
    let wrapped = crate::crypto::wrap(&to, b"info", b"secrets", &mut Counter(0)).unwrap();
    let opened = crate::crypto::open_wrap(&keys.sealing, b"info", &wrapped).unwrap();
    assert_eq!(opened.as_slice(), b"secrets");
}

#[test]
fn a_page_is_read_back_as_a_person_types_it() {
    // R-CONS-017
    let text = page().print();
    assert_eq!(Page::parse(&text), Ok(page()));
    let typed = text.to_lowercase().replace("parcep recovery page 1", "");
    let typed = typed.replace('0', "o").replace('1', "l").replace(' ', "-");
    assert_eq!(Page::parse(&typed), Ok(page()));
    assert!(text.lines().all(|line| line.len() <= 39), "fits on paper");
}

#[test]
fn every_wrong_character_and_every_missing_one_is_found() {
    let text = page().print();
    let start = text.find('\n').unwrap();
    for (place, was) in text
        .char_indices()
        .filter(|(at, c)| *at > start && !c.is_whitespace())
    {
        let wrong = if was == 'Z' { 'Y' } else { 'Z' };
        let mut typed = text.to_string();
        typed.replace_range(place..=place, &wrong.to_string());
        assert_eq!(Page::parse(&typed), Err(BadPage), "character at {place}");
        typed.replace_range(place..=place, "");
        assert_eq!(Page::parse(&typed), Err(BadPage), "nothing at {place}");
    }
    for text in ["", "PARCEP recovery page 1", "é", "U", &"0".repeat(10_000)] {
        assert_eq!(Page::parse(text), Err(BadPage));
    }
}

#[test]
fn nothing_prints_the_secret_but_the_page() {
    // R-SEC-001
    let page = page();
    let secret = crate::hex::encode(page.secret.expose());
    let keys = page.secret.keys(page.whereabouts.log_id).unwrap();
    let shown = format!("{page:?} {keys:?} {:?}", page.secret);
    assert!(!shown.contains(&secret));
    let seeds = [keys.signing.expose_seed(), keys.access.expose_seed()];
    assert!(
        seeds
            .iter()
            .all(|seed| !shown.contains(&crate::hex::encode(*seed)))
    );
}
