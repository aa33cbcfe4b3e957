use super::rules;
use super::*;
use parcep_core::epoch::PepCategory;
use parcep_core::member::Event;

/// A founder, a second phone, a child's phone, a console and a television at one honest relay.
#[test]
fn a_family_founds_joins_writes_and_agrees_at_an_honest_relay() {
    let mut random = Seeded::new(1);
    let mut relay = Relay::new(random.fork()).unwrap();
    let keys = [relay.key().public()];
    let mut family = Family::found(2, &keys, &mut relay, random.fork()).unwrap();
    let [first, second] = family.dependants[..] else {
        panic!("two dependants");
    };
    let parent = family.guardians[0];
    family.invite_person(0, parent, &mut relay).unwrap();
    family.invite_person(0, first, &mut relay).unwrap();
    family
        .invite_point(0, PepCategory::Console, vec![first, second], &mut relay)
        .unwrap();
    family
        .invite_point(0, PepCategory::Tv, vec![second], &mut relay)
        .unwrap();
    assert_eq!(family.devices.len(), 5);
    assert!(family.joining.is_empty());

    for dependant in [first, second] {
        let layer = rules::layer(parent, dependant, family.random()).unwrap();
        let events = family.write(0, dependant, layer, &mut relay).unwrap();
        assert!(events.iter().any(|e| matches!(e, Event::Appended(..))));
        let layer = rules::layer(parent, dependant, family.random()).unwrap();
        let now = family.now;
        family.devices[1].sync(&mut relay, now).unwrap();
        let events = family.write(1, dependant, layer, &mut relay).unwrap();
        assert!(
            events.iter().any(|e| matches!(e, Event::Appended(..))),
            "{events:?}"
        );
    }
    let now = family.now;
    for device in &mut family.devices {
        device.watch(&mut relay, now).unwrap();
        device.power_cut();
        device.boot(now).unwrap();
        assert_eq!(device.member().unwrap().distrusted(), None);
    }
    let heads: Vec<_> = family
        .devices
        .iter()
        .map(|device| {
            let member = device.member().unwrap();
            (member.head(), member.live_root())
        })
        .collect();
    assert!(heads.iter().all(|head| *head == heads[0]), "{heads:?}");
    assert_eq!(heads[0].0.0, 9);
}
