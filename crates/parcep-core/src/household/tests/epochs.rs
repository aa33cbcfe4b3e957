//! Epochs: who may write one, what it renews, and what a reader takes of it.

use super::*;

/// The founder on two devices, then on one: the second knows today's secrets.
#[test]
fn after_a_device_left_only_a_new_epoch_has_effect() {
    // R-EPOCH-012
    let mut founder = Founder::new();
    let own = founder.household.people().next().map(|(_, device)| *device);
    let own = own.unwrap();
    let lost = Device {
        id: DeviceId::from_bytes([8; 16]),
        signing: SigningKey::from_seed([8; 32]).unwrap().public(),
        sealing: SealingKey::from_seed([8; 32]).public(),
        role: DeviceRole::Active,
    };
    for devices in [vec![own, lost], vec![own]] {
        let set = PrincipalDevices {
            principal: founder.guardian,
            devices,
        };
        let kind = SectionKind::Devices;
        let draft = founder.draft(PayloadType::PrincipalDevices, kind, &set.encode());
        assert!(matches!(founder.append(draft), Outcome::Effect(_)));
    }
    assert!(founder.household.needs_epoch());
    let draft = layer(&mut founder, b"rules");
    assert_eq!(
        founder.append(draft),
        Outcome::NoEffect(Reason::EpochNeeded)
    );

    let child = founder.child;
    assert_eq!(
        epoch(&mut founder, 2, &[(child, 2)], |_| {}),
        Outcome::Effect(Effect::Epoch(true))
    );
    let draft = layer(&mut founder, b"rules");
    assert!(matches!(founder.append(draft), Outcome::Effect(_)));
}

#[test]
fn an_epoch_renews_by_one_generation_and_leaves_nobody_out() {
    // R-EPOCH-010, R-EPOCH-011
    let child = Founder::new().child;
    let stranger = PrincipalId::from_bytes([9; 16]);
    let bad: [(u32, &[(PrincipalId, u32)]); 5] = [
        (3, &[(child, 2)]),
        (2, &[(child, 3)]),
        (2, &[(child, 1)]),
        (2, &[]),
        (2, &[(child, 2), (stranger, 1)]),
    ];
    for (number, rows) in bad {
        let mut founder = Founder::new();
        let outcome = epoch(&mut founder, number, rows, |_| {});
        assert!(
            matches!(outcome, Outcome::NoEffect(_) | Outcome::Unopened),
            "{number} {rows:?}: {outcome:?}"
        );
        assert_eq!(founder.household.epoch(), 1);
    }
}

#[test]
fn a_secret_that_is_not_the_committed_one_is_not_taken_and_the_epoch_still_holds() {
    // R-EPOCH-005: what one device was handed decides nothing for the others.
    let mut founder = Founder::new();
    let child = founder.child;
    let outcome = epoch(&mut founder, 2, &[(child, 2)], |body| {
        for row in &mut body.dependants {
            row.kinds[3].commitment[0] ^= 1;
        }
    });
    assert_eq!(outcome, Outcome::Effect(Effect::Epoch(false)));
    assert_eq!(founder.household.epoch(), 2);
    assert!(founder.keyring.household(2).is_none());
    assert!(founder.keyring.secret(Some(child), 2).is_none());
}

/// Appends an epoch of the founder's, with its body changed.
pub(super) fn epoch(
    founder: &mut Founder,
    number: u32,
    rows: &[(PrincipalId, u32)],
    change: impl FnOnce(&mut parcep_proto::v1alpha1::EpochBody),
) -> Outcome {
    let log_id = founder.household.log_id();
    let renewal = Renewal::draw(number, rows.iter().copied(), &mut founder.random).unwrap();
    let members = founder.household.audiences();
    let wraps = renewal
        .wraps(log_id, &members, &mut founder.random)
        .unwrap();
    let mut keys = founder.keyring.clone();
    keys.extend(renewal.keyring());
    let mut body = renewal.body();
    change(&mut body);
    let kind = SectionKind::Epoch;
    let draft = founder.draft(PayloadType::Epoch, kind, &body.encode_to_vec());
    let author = Author {
        device: founder.device,
        key: &founder.signing,
    };
    let entry = SealedBody::seal(log_id, draft, &wraps, &keys, &mut founder.random)
        .unwrap()
        .at(founder.place(), author, &keys, &mut founder.random)
        .unwrap();
    founder.take(&entry).unwrap()
}
