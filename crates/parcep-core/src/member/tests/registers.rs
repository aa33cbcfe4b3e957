//! Registers: one writer, counted up, never back.

use super::*;

/// R-REG-003, R-REG-007
#[test]
fn a_register_is_written_by_compare_and_swap_and_read_by_guardians() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    for zones in ["one", "two"] {
        tv.write_register(report(house.child, zones), 10).unwrap();
        house.relay.drive(&mut tv);
    }
    let device = tv.identity().device;
    house
        .founder
        .read_register(device, PayloadType::AppliedReport, Some(house.child))
        .unwrap();
    let events = house.relay.drive(&mut house.founder);
    let Some(Event::Register(_, _, Some(value))) = events.last() else {
        panic!("{events:?}")
    };
    let two = report(house.child, "two").payload;
    assert_eq!((value.version, &value.payload), (2, &two));
    // Another enforcement point cannot open it.
    let mut other = house.invite(PepCategory::Tv);
    let read = other.read_register(device, PayloadType::AppliedReport, Some(house.child));
    read.unwrap();
    let events = house.relay.drive(&mut other);
    assert!(matches!(events.last(), Some(Event::Register(_, _, None))));
}

fn report(child: PrincipalId, zones: &str) -> RegisterUpdate {
    let payload = pb::AppliedReport {
        dependant_id: child.to_vec(),
        zone_database: zones.into(),
        ..pb::AppliedReport::default()
    };
    RegisterUpdate {
        payload_type: PayloadType::AppliedReport,
        dependant: Some(child),
        payload: payload.encode_to_vec(),
    }
}

/// R-REG-005, R-REG-007
#[test]
fn a_register_never_goes_back_not_after_an_expiry_and_not_over_a_restart() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    for zones in ["one", "two", "three"] {
        tv.write_register(report(house.child, zones), 10).unwrap();
        house.relay.drive(&mut tv);
    }
    // None stands any more: it goes on counting, from what it stored too.
    house.relay.registers.clear();
    let stored = Notes::parse(&tv.notes().encode()).unwrap();
    assert_eq!(&stored, tv.notes());
    tv.remember(stored);
    tv.write_register(report(house.child, "four"), 10).unwrap();
    let events = house.relay.drive(&mut tv);
    assert!(matches!(events.last(), Some(Event::RegisterWritten(_, 4))));

    let device = tv.identity().device;
    let read = |house: &mut House| {
        let child = Some(house.child);
        let (founder, relay) = (&mut house.founder, &mut house.relay);
        let asked = founder.read_register(device, PayloadType::AppliedReport, child);
        asked.unwrap();
        relay.drive(founder)
    };
    let newest = house.relay.registers.clone();
    assert!(matches!(
        read(&mut house).last(),
        Some(Event::Register(_, _, Some(_)))
    ));
    // The same version with another value, and an older one.
    let mut twin = tv;
    house.relay.registers.clear();
    twin.remember(Notes::default());
    for _ in 0..4 {
        twin.write_register(report(house.child, "other"), 10)
            .unwrap();
        house.relay.drive(&mut twin);
        let events = read(&mut house);
        assert!(matches!(events.last(), Some(Event::Register(_, _, None))));
        let rollback = |event: &Event| matches!(event, Event::Failed(Reason::Rollback));
        assert!(events.iter().any(rollback), "{events:?}");
    }
    house.relay.registers = newest;
    assert!(matches!(
        read(&mut house).last(),
        Some(Event::Register(_, _, Some(_)))
    ));
}
