//! A year of a family of four with ten devices: 55 entries a day.

use super::family::{Family, Person, TV};
use super::*;
use crate::consent::Act;
use crate::member::Chain;
use std::collections::VecDeque;

/// Entries of a year.
const ENTRIES: usize = 20_000;
/// Overrides of one guardian for one dependant that live at once.
const LIVE: usize = 6;
/// What a device may have to keep, bytes.
const GOAL: usize = 256 * 1024;

/// Two guardians with two phones and a tablet, two children with a phone each, five enforcement points.
fn family() -> (Family, [PrincipalId; 2]) {
    let mut family = Family::of(2, 1);
    let children = [family.founder.child, PrincipalId::from_bytes([0x21; 16])];
    let now = family.household().constitution();
    let people = children.map(|id| Dependant {
        id,
        release_on: None,
    });
    let law = Constitution::new(
        now.guardians().to_vec(),
        people.to_vec(),
        1,
        now.relays().to_vec(),
        now.caps(),
    );
    family.writes_law(0, law.unwrap());
    renew(&mut family);
    let own = family.people[0].phone();
    let devices = |principal, devices: &[Device]| PrincipalDevices {
        principal,
        devices: devices.to_vec(),
    };
    let phone = |seed| Person::new(seed).phone();
    for set in [
        devices(family.people[0].id, &[own, phone(0x50)]),
        devices(children[0], &[phone(0x51)]),
        devices(children[1], &[phone(0x52)]),
    ] {
        let outcome = family.writes(0, PayloadType::PrincipalDevices, &set.encode());
        assert!(matches!(outcome, Outcome::Effect(_)), "{outcome:?}");
    }
    let categories = [
        PepCategory::DeviceOs,
        PepCategory::DeviceOs,
        PepCategory::Console,
        PepCategory::HomeGateway,
    ];
    for (seed, category) in (0x60..).zip(categories) {
        let point = EnforcementPoint {
            id: DeviceId::from_bytes([seed; 16]),
            signing: SigningKey::from_seed([seed; 32]).unwrap().public(),
            sealing: SealingKey::from_seed([seed; 32]).public(),
            category,
            dependants: children.to_vec(),
            capabilities: vec![],
            uncertain_time: Default::default(),
        };
        let outcome = family.writes(1, PayloadType::EnforcementPoint, &point.encode());
        assert!(matches!(outcome, Outcome::Effect(_)), "{outcome:?}");
    }
    let household = family.household();
    let devices = household.people().count() + household.enforcement_points().count();
    assert_eq!(devices, 10);
    (family, children)
}

/// An epoch, wrapped for everybody.
fn renew(family: &mut Family) {
    let founder = &mut family.founder;
    let household = &founder.household;
    let renewal = household.draw_epoch(founder.device, &mut founder.random);
    let renewal = renewal.unwrap();
    let (log_id, audiences) = (household.log_id(), household.audiences());
    let wraps = renewal.wraps(log_id, &audiences, &mut founder.random);
    let mut keyring = founder.keyring.clone();
    keyring.extend(renewal.keyring());
    let bytes = renewal.body().encode_to_vec();
    let draft = founder.draft(PayloadType::Epoch, SectionKind::Epoch, &bytes);
    let random = &mut founder.random;
    let body = SealedBody::seal(log_id, draft, &wraps.unwrap(), &keyring, random).unwrap();
    let author = Author {
        device: founder.device,
        key: &founder.signing,
    };
    let place = founder.place();
    let entry = body.at(place, author, &keyring, &mut founder.random);
    let outcome = founder.take(&entry.unwrap());
    assert_eq!(outcome, Ok(Outcome::Effect(Effect::Epoch(true))));
}

/// 3 KB of rules, in three sections.
fn rules(turn: usize) -> Vec<(SectionKind, Vec<u8>)> {
    let kinds = [SectionKind::Schedule, SectionKind::App, SectionKind::Web];
    kinds.map(|kind| (kind, vec![turn as u8; 1000])).to_vec()
}

/// R-LOG-017: what a device has to keep after a year in which nobody was idle.
#[test]
fn a_family_of_four_with_ten_devices_keeps_256_kib_after_a_year() {
    let (mut family, children) = family();
    let mut layers = [[None; 2]; 2];
    let mut acts: [VecDeque<DocumentId>; 4] = Default::default();
    for turn in family.founder.log.len()..ENTRIES {
        if turn % (ENTRIES / 4) == 99 {
            renew(&mut family);
            continue;
        }
        if turn + 400 == ENTRIES {
            // Somebody's removal has been open for a week: places are remembered for its proof.
            let proposal = family.proposal(Act::RemoveEnforcementPoint(TV));
            let outcome = family.proposes(0, &proposal);
            assert!(matches!(outcome, Outcome::Effect(Effect::Proposed(_))));
            continue;
        }
        let is_rules = turn % 10 == 0;
        let line = if is_rules { turn / 10 } else { turn } % 4;
        let (who, whom) = (line / 2, line % 2);
        let founder = &mut family.founder;
        let mut draft = if is_rules {
            let mut draft = founder.draft(PayloadType::PolicyLayer, SectionKind::Web, b"");
            draft.sections = rules(turn);
            draft.base = layers[who][whom].replace(draft.document_id);
            draft
        } else {
            let mut draft = founder.draft(PayloadType::Override, SectionKind::Override, &[1; 60]);
            let line = &mut acts[line];
            draft.base = (line.len() == LIVE).then(|| line.pop_front()).flatten();
            line.push_back(draft.document_id);
            draft
        };
        draft.dependant = Some(children[whom]);
        let author = &family.people[who];
        let log_id = founder.household.log_id();
        let random = &mut founder.random;
        let body = SealedBody::seal(log_id, draft, &[], &founder.keyring, random).unwrap();
        let signed = Author {
            device: author.device,
            key: &author.signing,
        };
        let place = founder.place();
        let entry = body.at(place, signed, &founder.keyring, &mut founder.random);
        let outcome = founder.take(&entry.unwrap());
        assert!(matches!(outcome, Ok(Outcome::Effect(_))), "{outcome:?}");
    }

    let founder = &family.founder;
    let empty = Chain::new(
        founder.household.log_id(),
        founder.genesis.hash(),
        Keyring::default(),
    );
    let mut chain = empty.clone();
    for entry in &founder.log {
        chain.take(entry, &founder.sealing).unwrap();
    }
    let snapshot = chain.snapshot().unwrap();
    let secrets = pb::SecretSet::from(chain.keyring()).encode_to_vec();
    let kept = snapshot.len() + secrets.len();
    assert!(kept <= GOAL, "{kept} bytes");
    assert!(kept > GOAL / 2, "the year is one: {kept} bytes");
    let mut empty = empty;
    empty.hand(chain.keyring().clone());
    let kept = Chain::resume(empty, &snapshot, &founder.sealing).unwrap();
    assert_eq!(kept.live_root(), chain.live_root());
    assert_eq!(kept.household().unwrap().live().count(), 4 * LIVE + 4);
}
