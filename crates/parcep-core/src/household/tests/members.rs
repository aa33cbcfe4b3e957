//! Who leaves, and what leaves with them; what membership may look like.

use super::epochs::epoch;
use super::*;
use crate::constitution::YearMonth;

const SIBLING: PrincipalId = PrincipalId::from_bytes([9; 16]);

fn law(founder: &Founder, dependants: &[(PrincipalId, Option<(u16, u8)>)]) -> Vec<u8> {
    let old = founder.household.constitution();
    let dependants = dependants.iter().map(|(id, month)| Dependant {
        id: *id,
        release_on: month.map(|(year, month)| YearMonth { year, month }),
    });
    let guardians = old.guardians().to_vec();
    let relays = old.relays().to_vec();
    Constitution::new(guardians, dependants.collect(), 1, relays, Caps::default())
        .unwrap()
        .encode()
}

fn amend(founder: &mut Founder, dependants: &[(PrincipalId, Option<(u16, u8)>)]) -> Outcome {
    let bytes = law(founder, dependants);
    let draft = founder.draft(PayloadType::Constitution, SectionKind::Constitution, &bytes);
    founder.append(draft)
}

fn devices(founder: &mut Founder, principal: PrincipalId, devices: Vec<Device>) -> Outcome {
    let set = PrincipalDevices { principal, devices };
    let draft = founder.draft(
        PayloadType::PrincipalDevices,
        SectionKind::Devices,
        &set.encode(),
    );
    founder.append(draft)
}

fn device(seed: u8, role: DeviceRole) -> Device {
    Device {
        id: DeviceId::from_bytes([seed; 16]),
        signing: SigningKey::from_seed([seed; 32]).unwrap().public(),
        sealing: SealingKey::from_seed([seed; 32]).public(),
        role,
    }
}

fn point(founder: &mut Founder, category: PepCategory, dependants: Vec<PrincipalId>) -> Outcome {
    let keys = device(21, DeviceRole::Active);
    let point = EnforcementPoint {
        id: keys.id,
        signing: keys.signing,
        sealing: keys.sealing,
        category,
        dependants,
        capabilities: vec![],
        uncertain_time: Default::default(),
    };
    let kind = SectionKind::EnforcementPoint;
    let draft = founder.draft(PayloadType::EnforcementPoint, kind, &point.encode());
    founder.append(draft)
}

fn layer_about(founder: &mut Founder, dependant: PrincipalId) -> Draft {
    Draft {
        dependant: Some(dependant),
        ..layer(founder, b"rules")
    }
}

/// A household of two dependants, both with secrets.
fn with_sibling() -> Founder {
    let mut founder = Founder::new();
    let child = founder.child;
    let both = [(child, None), (SIBLING, None)];
    assert!(matches!(amend(&mut founder, &both), Outcome::Effect(_)));
    let outcome = epoch(&mut founder, 2, &[(child, 2), (SIBLING, 1)], |_| {});
    assert_eq!(outcome, Outcome::Effect(Effect::Epoch(true)));
    founder
}

#[test]
fn a_release_comes_earlier_and_never_later() {
    // R-CONS-015
    let mut founder = Founder::new();
    let child = founder.child;
    let refused = Outcome::NoEffect(Reason::NotPermittedByTable);
    for (month, outcome) in [
        (Some((2031, 6)), Outcome::Effect(Effect::Constitution)),
        (Some((2031, 7)), refused.clone()),
        (None, refused),
        (Some((2030, 12)), Outcome::Effect(Effect::Constitution)),
    ] {
        assert_eq!(amend(&mut founder, &[(child, month)]), outcome, "{month:?}");
    }
}

#[test]
fn with_a_dependant_go_its_devices_and_documents_and_the_id_is_used_up() {
    // R-MEM-014, R-MEM-015, R-CONS-026, R-EPOCH-012
    let mut founder = with_sibling();
    let child = founder.child;
    let phone = device(30, DeviceRole::Active);
    devices(&mut founder, SIBLING, vec![phone]);
    point(&mut founder, PepCategory::Tv, vec![child, SIBLING]);
    let (stays, goes) = (
        layer_about(&mut founder, child),
        layer_about(&mut founder, SIBLING),
    );
    let ids = (stays.document_id, goes.document_id);
    for draft in [stays, goes] {
        assert!(matches!(founder.append(draft), Outcome::Effect(_)));
    }

    assert!(matches!(
        amend(&mut founder, &[(child, None)]),
        Outcome::Effect(_)
    ));
    let household = &founder.household;
    assert!(household.live_document(ids.0).is_some());
    assert!(household.live_document(ids.1).is_none());
    assert_eq!(household.key_of(phone.id), None);
    let tv = household.enforcement_points().next().unwrap();
    assert_eq!(tv.dependants, vec![child]);
    assert!(household.needs_epoch());

    let outcome = epoch(&mut founder, 3, &[(child, 3)], |_| {});
    assert_eq!(outcome, Outcome::Effect(Effect::Epoch(true)));
    let both = [(child, None), (SIBLING, None)];
    assert_eq!(
        amend(&mut founder, &both),
        Outcome::NoEffect(Reason::NotPermittedByTable)
    );
}

#[test]
fn a_new_dependant_is_written_about_after_an_epoch_gave_it_a_secret() {
    // R-EPOCH-013
    let mut founder = Founder::new();
    let child = founder.child;
    amend(&mut founder, &[(child, None), (SIBLING, None)]);
    let mut draft = layer_about(&mut founder, SIBLING);
    draft.sections.clear();
    let id = SecretId {
        dependant: Some(SIBLING),
        generation: 1,
        kind: None,
    };
    let guess = crate::crypto::Secret::from_bytes([1; 32]);
    founder.keyring.insert(id, guess);
    assert_eq!(
        founder.append(draft),
        Outcome::NoEffect(Reason::EpochNeeded)
    );
}

#[test]
fn a_point_that_is_given_less_needs_an_epoch_that_renews_what_it_knew() {
    // R-EPOCH-012, R-EPOCH-014
    for (category, served, due) in [
        (PepCategory::Tv, vec![SIBLING], true),
        (PepCategory::AccessNetwork, vec![], true),
        (PepCategory::DeviceOs, vec![], false),
    ] {
        let mut founder = with_sibling();
        let child = founder.child;
        let both = vec![child, SIBLING];
        let after = if served.is_empty() {
            both.clone()
        } else {
            served
        };
        point(&mut founder, PepCategory::Tv, both);
        assert!(!founder.household.needs_epoch());
        point(&mut founder, category, after);
        assert_eq!(founder.household.needs_epoch(), due, "{category:?}");
        if !due {
            continue;
        }
        let mut lazy = founder.household.epoch.clone();
        lazy.number = 3;
        let by = founder.household.standing_of(founder.device).unwrap();
        assert!(founder.household.may_renew(&lazy, &by));
        assert!(!founder.household.renews_what_was_taken(&lazy, &by));
        let outcome = epoch(&mut founder, 3, &[(child, 3), (SIBLING, 2)], |_| {});
        assert_eq!(outcome, Outcome::Effect(Effect::Epoch(true)));
        assert!(!founder.household.needs_epoch());
    }
}

#[test]
fn a_guardian_keeps_a_device_in_use_and_a_dependant_need_not() {
    // R-MEM-016, R-MEM-004
    let mut founder = Founder::new();
    let (guardian, child) = (founder.guardian, founder.child);
    let page = device(40, DeviceRole::Recovery);
    for set in [vec![], vec![page]] {
        assert_eq!(
            devices(&mut founder, guardian, set),
            Outcome::NoEffect(Reason::Malformed)
        );
    }
    let phone = device(41, DeviceRole::Active);
    for set in [vec![phone], vec![]] {
        assert!(matches!(
            devices(&mut founder, child, set),
            Outcome::Effect(_)
        ));
    }
    assert_eq!(founder.household.key_of(phone.id), None);
}

#[test]
fn membership_has_no_slot_and_is_never_judged_without_its_body() {
    // R-DOC-025, R-LOG-007
    let mut founder = Founder::new();
    let bytes = law(&founder, &[(founder.child, None)]);
    let draft = founder.draft(PayloadType::Constitution, SectionKind::Constitution, &bytes);
    let place = founder.place();
    let mut pruned = founder.write(draft.clone(), place);
    pruned.body = EntryBody::Pruned(pruned.body.hash());
    assert_eq!(founder.take(&pruned), Err(Stop(DocumentError::Pruned)));
    let in_a_slot = Draft {
        slot: Bytes::from_static(b"slot"),
        ..draft
    };
    assert_eq!(
        founder.append(in_a_slot),
        Outcome::NoEffect(Reason::Malformed)
    );

    let draft = layer(&mut founder, b"rules");
    let place = founder.place();
    let mut pruned = founder.write(draft, place);
    pruned.body = EntryBody::Pruned(pruned.body.hash());
    assert!(matches!(founder.take(&pruned), Ok(Outcome::Effect(_))));
}

#[test]
fn a_membership_document_with_a_bad_section_is_void() {
    // R-DOC-027
    let mut founder = Founder::new();
    for bytes in [&b""[..], b"\xff"] {
        for (payload, kind) in [
            (PayloadType::Constitution, SectionKind::Constitution),
            (PayloadType::PrincipalDevices, SectionKind::Devices),
            (PayloadType::EnforcementPoint, SectionKind::EnforcementPoint),
        ] {
            let draft = founder.draft(payload, kind, bytes);
            assert_eq!(founder.append(draft), Outcome::NoEffect(Reason::Malformed));
        }
    }
}

#[test]
fn an_entry_of_a_lower_relay_epoch_has_no_effect() {
    // R-MOVE-014
    let mut founder = Founder::new();
    for (relay_epoch, effect) in [(3, true), (2, false), (3, true)] {
        let mut draft = layer(&mut founder, b"rules");
        draft.base = founder.household.live().next().map(Live::id);
        let place = Place {
            relay_epoch,
            ..founder.place()
        };
        let entry = founder.write(draft, place);
        let outcome = founder.take(&entry).unwrap();
        assert_eq!(matches!(outcome, Outcome::Effect(_)), effect, "{outcome:?}");
    }
}

#[test]
fn a_relay_epoch_leaves_room_for_the_next() {
    // R-MOVE-029
    let mut founder = Founder::new();
    for (relay_epoch, effect) in [
        (4_000_000_003, false),
        (u32::MAX, false),
        (4_000_000_002, true),
        (4_000_000_005, false),
        (4_000_000_004, true),
        (4_000_000_004, true),
    ] {
        let mut draft = layer(&mut founder, b"rules");
        draft.base = founder.household.live().next().map(Live::id);
        let place = Place {
            relay_epoch,
            ..founder.place()
        };
        let entry = founder.write(draft, place);
        let outcome = founder.take(&entry).unwrap();
        assert_eq!(matches!(outcome, Outcome::Effect(_)), effect, "{outcome:?}");
    }
}

#[test]
fn an_enforcement_point_cannot_stall_anybody() {
    // R-DOC-004, R-LOG-012
    let mut founder = Founder::new();
    let child = founder.child;
    point(&mut founder, PepCategory::Tv, vec![child]);
    let (device, signing) = (founder.device, SigningKey::from_seed([21; 32]).unwrap());
    let own = std::mem::replace(&mut founder.signing, signing);
    founder.device = DeviceId::from_bytes([21; 16]);
    let draft = layer(&mut founder, b"mine");
    let elsewhere = Place {
        seq: 9,
        ..founder.place()
    };
    let mut entry = founder.write(draft, elsewhere);
    entry.seq = founder.follower.next_seq();
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::NoEffect(Reason::NotPermittedByTable))
    );
    (founder.device, founder.signing) = (device, own);
    let draft = layer(&mut founder, b"rules");
    assert!(matches!(founder.append(draft), Outcome::Effect(_)));
}
