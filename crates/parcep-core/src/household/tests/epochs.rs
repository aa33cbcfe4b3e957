//! Epochs: who may write one, what it renews, and what a reader takes of it.

use super::permission::Home;
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

#[test]
fn a_guardian_of_one_child_renews_that_childs_secret_and_carries_the_others_on() {
    // R-EPOCH-011, R-EPOCH-004
    let mut home = Home::new();
    let family = &mut home.family;
    let (child, sibling) = (family.founder.child, home.sibling);
    let before = family.household().clone();
    let generations = |household: &Household| [child, sibling].map(|id| household.generation(id));
    let outcome = epoch_by(&mut family.founder, Some(&family.people[1]));
    assert_eq!(outcome, Outcome::Effect(Effect::Epoch(true)));
    let after = family.household();
    assert_eq!(
        generations(after)[0],
        generations(&before)[0],
        "out of scope"
    );
    assert_eq!(
        generations(after)[1],
        generations(&before)[1].map(|g| g + 1)
    );
    let kinds = |household: &Household| household.epoch.dependants[&child].kinds.clone();
    assert_eq!(kinds(after), kinds(&before));
}

#[test]
fn of_a_first_secret_out_of_scope_its_author_keeps_nothing() {
    // R-EPOCH-011
    let mut home = Home::new();
    let family = &mut home.family;
    let baby = PrincipalId::from_bytes([0x44; 16]);
    let now = family.household().constitution().clone();
    let mut dependants = now.dependants().to_vec();
    dependants.push(Dependant {
        id: baby,
        release_on: None,
    });
    let guardians = now.guardians().to_vec();
    let law = Constitution::new(guardians, dependants, 1, now.relays().to_vec(), now.caps());
    assert_eq!(family.writes_law(0, law.unwrap()), family::LAW);
    let device = family.people[1].device;
    let due = family.household().epoch_due(device, 0);
    assert_eq!(due, Some(EpochDue::FirstSecret));
    let renewal = family
        .household()
        .draw_epoch(device, &mut Counter(7))
        .unwrap();
    assert!(renewal.keyring().secret(Some(baby), 1).is_some());
    let kept = family.household().share_of(device, &renewal.keyring());
    assert!(kept.secret(Some(baby), 1).is_none());
    assert!(kept.household(family.household().epoch() + 1).is_some());
}

#[test]
fn a_guardians_device_hears_when_an_epoch_is_due() {
    // R-EPOCH-012, R-EPOCH-016
    let mut home = Home::new();
    let family = &mut home.family;
    let device = family.people[0].device;
    let due = |family: &family::Family, now| family.household().epoch_due(device, now);
    let year = crate::registry::constants::EPOCH_LIFE;
    assert_eq!(due(family, year - 1), None);
    assert_eq!(due(family, year), Some(EpochDue::Yearly));
    assert_eq!(
        family.household().epoch_due(family::TV, year),
        None,
        "no guardian's"
    );
    let mut tv = family
        .household()
        .enforcement_point(family::TV)
        .unwrap()
        .clone();
    tv.category = PepCategory::DeviceOs;
    family.writes(0, PayloadType::EnforcementPoint, &tv.encode());
    assert_eq!(due(family, 0), Some(EpochDue::Widened));
    let second = family.people[2].device;
    tv.category = PepCategory::AccessNetwork;
    family.writes(0, PayloadType::EnforcementPoint, &tv.encode());
    assert_eq!(due(family, 0), Some(EpochDue::Removal));
    let outcome = epoch_by(&mut family.founder, Some(&family.people[1]));
    assert_eq!(
        outcome,
        Outcome::Effect(Effect::Epoch(true)),
        "out of scope for the child"
    );
    assert_eq!(
        family.household().epoch_due(second, 0),
        Some(EpochDue::Known),
        "R-EPOCH-014"
    );
    epoch_by(&mut family.founder, None);
    assert_eq!(due(family, 0), None);
}

/// Appends an epoch as a guardian's device draws it: the founder's, or somebody else's.
pub(super) fn epoch_by(founder: &mut Founder, who: Option<&family::Person>) -> Outcome {
    let (device, key) = match who {
        Some(person) => (person.device, &person.signing),
        None => (founder.device, &founder.signing),
    };
    let key = SigningKey::from_seed(*key.expose_seed()).unwrap();
    let log_id = founder.household.log_id();
    let renewal = founder
        .household
        .draw_epoch(device, &mut founder.random)
        .unwrap();
    let members = founder.household.audiences();
    let wraps = renewal
        .wraps(log_id, &members, &mut founder.random)
        .unwrap();
    let mut keys = founder.keyring.clone();
    keys.extend(renewal.keyring());
    let body = renewal.body().encode_to_vec();
    let draft = founder.draft(PayloadType::Epoch, SectionKind::Epoch, &body);
    let author = Author { device, key: &key };
    let entry = SealedBody::seal(log_id, draft, &wraps, &keys, &mut founder.random)
        .unwrap()
        .at(founder.place(), author, &keys, &mut founder.random)
        .unwrap();
    founder.take(&entry).unwrap()
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
