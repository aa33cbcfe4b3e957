use super::*;

const NOW: i64 = 20_000 * DAY;

fn handle(n: u8) -> AgeHandle {
    AgeHandle::from_bytes([n; 16])
}

/// R-AGE-046
#[test]
fn age_40_a_list_says_nothing_after_90_days() {
    let list = RevokedHandles::new([handle(1)], NOW);
    let table = [
        (0, HandleState::Revoked, HandleState::Holds),
        (90 * DAY, HandleState::Revoked, HandleState::Holds),
        (91 * DAY - 1, HandleState::Revoked, HandleState::Holds),
        (91 * DAY, HandleState::Stale, HandleState::Stale),
        (-1, HandleState::Stale, HandleState::Stale),
    ];
    for (later, listed, other) in table {
        assert_eq!(list.state(handle(1), NOW + later), listed, "{later}");
        assert_eq!(list.state(handle(2), NOW + later), other, "{later}");
    }
    let nothing_yet = RevokedHandles::default();
    assert_eq!(nothing_yet.state(handle(1), NOW), HandleState::Stale);
}

/// R-AGE-046: the derivation, written out a second time.
#[test]
fn a_handle_is_what_the_chapter_derives() {
    let resets = 3_u32.to_be_bytes();
    let mut info = Vec::new();
    for part in [
        b"parcep/v1alpha1/age-handle".as_slice(),
        b"app.example",
        &resets,
    ] {
        info.extend((part.len() as u32).to_be_bytes());
        info.extend(part);
    }
    let prk = crate::crypto::hmac(&[0; 32], &[7; 32]);
    info.push(1);
    let okm = crate::crypto::hmac(prk.as_bytes(), &info);
    let derived = AgeHandle::derive(&Secret::from_bytes([7; 32]), "app.example", 3);
    assert_eq!(derived.as_bytes().as_slice(), okm.as_bytes().split_at(16).0);
}

#[test]
fn no_text_shows_a_handle() {
    assert_eq!(format!("{:?}", handle(1)), "AgeHandle(…)");
}

/// R-AGE-046
#[test]
fn a_list_is_read_and_written_alike_and_a_handle_of_another_length_voids_it() {
    let list = RevokedHandles::new([handle(2), handle(1), handle(2)], NOW);
    assert_eq!(RevokedHandles::from_bytes(&list.to_bytes()), Ok(list));
    for length in [0, 15, 17] {
        let odd = pb::RevokedAgeHandlesResponse {
            handles: vec![vec![1; 16], vec![1; length]],
            as_of: NOW,
        };
        let read = RevokedHandles::from_bytes(&odd.encode_to_vec());
        assert_eq!(read, Err(AgeError::Malformed("handles")), "{length}");
    }
    assert!(RevokedHandles::from_bytes(&[0xff]).is_err());
}
