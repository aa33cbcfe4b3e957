//! Registers: one writer, counted up, never back.

use super::*;
use crate::time::{Boot, BootId};

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

fn beat(seq: u64, head: Hash, time: i64) -> RegisterUpdate {
    let payload = pb::Beat {
        time,
        head: Some(pb::HeadRef {
            seq,
            hash: head.0.to_vec(),
        }),
        ..pb::Beat::default()
    };
    RegisterUpdate {
        payload_type: PayloadType::Beat,
        dependant: None,
        payload: payload.encode_to_vec(),
    }
}

fn told(member: &mut Member) -> Vec<Event> {
    std::iter::from_fn(|| member.next_event()).collect()
}

fn item(register: pb::Register) -> Vec<u8> {
    let item = Some(pb::watch_response::Item::Register(register));
    pb::WatchResponse { item }.encode_to_vec()
}

/// R-REG-004: of a head that the reader has not reached, and of a writer whom it does not know yet.
#[test]
fn a_register_is_judged_again_when_the_reader_is_there() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let mut console = house.invite(PepCategory::Console);
    let draft = house.draft(b"new");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let (next, head) = house.founder.head();
    let said = beat(next - 1, head, 7);
    house.founder.write_register(said, 10).unwrap();
    house.relay.drive(&mut house.founder);
    console.sync();
    house.relay.drive(&mut console);
    let said = beat(next - 1, head, 8);
    console.write_register(said, 10).unwrap();
    house.relay.drive(&mut console);

    // The television knows neither the entry nor the console.
    for register in house.relay.registers.clone() {
        tv.watch_item(&item(register));
    }
    let early = told(&mut tv);
    assert!(!early.iter().any(|e| matches!(e, Event::Register(..))));
    tv.sync();
    let events = house.relay.drive(&mut tv);
    let writers: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Register(writer, PayloadType::Beat, Some(_)) => Some(*writer),
            _ => None,
        })
        .collect();
    let guardian = house.founder.identity().device;
    assert_eq!(writers.len(), 2, "{events:?}");
    assert!(writers.contains(&guardian));
    assert!(writers.contains(&console.identity().device), "R-REG-012");
    // Once.
    tv.sync();
    let events = house.relay.drive(&mut tv);
    assert!(!events.iter().any(|e| matches!(e, Event::Register(..))));
}

/// R-LOG-015: a beat that the relay hands on tells what it holds back.
#[test]
fn a_beat_finds_out_a_relay_that_freezes_the_log() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let mut frozen = house.relay.clone();
    let draft = house.draft(b"new");
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let (next, head) = house.founder.head();
    let said = beat(next - 1, head, 7);
    house.founder.write_register(said, 10).unwrap();
    house.relay.drive(&mut house.founder);
    tv.watch_item(&item(house.relay.registers[0].clone()));
    tv.sync();
    let events = frozen.drive(&mut tv);
    let withheld = |event: &Event| {
        let Event::Suspected(failure) = event else {
            return false;
        };
        (failure.reason, failure.seq) == (Reason::Withheld, next - 1)
    };
    assert!(events.iter().any(withheld), "{events:?}");
    // It makes nothing fresh: the rules are older than it says.
    assert!(!events.iter().any(|e| matches!(e, Event::Register(..))));
}

/// R-LOG-015: a member who makes heads up stalls nobody.
#[test]
fn a_head_that_is_made_up_stalls_nobody() {
    let mut house = House::new();
    let mut tv = house.invite(PepCategory::Tv);
    let said = beat(u64::MAX, Hash([1; 32]), 7);
    house.founder.write_register(said, 10).unwrap();
    house.relay.drive(&mut house.founder);
    tv.watch_item(&item(house.relay.registers[0].clone()));
    for _ in 0..3 {
        let draft = house.draft(b"rule");
        house.founder.append(draft);
        house.relay.drive(&mut house.founder);
        tv.sync();
        house.relay.drive(&mut tv);
    }
    assert_eq!(tv.distrusted(), None);
    assert_eq!(tv.head(), house.founder.head());
}

/// R-MOVE-023: a day without a new beat, then each other relay at most once an hour.
#[test]
fn after_a_day_of_silence_the_other_relays_are_asked() {
    let mut house = House::new();
    let law = house.founder.household().unwrap().constitution().clone();
    let relay = |port: u16| crate::constitution::Relay {
        uri: format!("http://127.0.0.1:{port}"),
        key: None,
    };
    let law = crate::constitution::Constitution::new(
        law.guardians().to_vec(),
        law.dependants().to_vec(),
        1,
        vec![relay(1), relay(2), relay(3)],
        law.caps(),
    );
    let draft = Draft {
        payload_type: PayloadType::Constitution,
        dependant: None,
        sections: vec![(SectionKind::Constitution, law.unwrap().encode())],
        ..house.draft(b"")
    };
    house.founder.append(draft);
    house.relay.drive(&mut house.founder);
    let mut tv = house.invite(PepCategory::Tv);
    tv.use_relay("http://127.0.0.1:1");
    let day = 86_400;
    let at = |tv: &mut Member, seconds: u64| {
        // It ran for 100 s before.
        let (id, seconds) = (BootId([7; 16]), seconds - 100);
        tv.tell_boot(Boot { id, seconds });
        tv.next_relay(0)
    };
    assert_eq!(at(&mut tv, 100), None);
    assert_eq!(at(&mut tv, 100 + day - 1), None);
    let (next, head) = house.founder.head();
    let said = beat(next - 1, head, 7);
    house.founder.write_register(said, 10).unwrap();
    house.relay.drive(&mut house.founder);
    tv.watch_item(&item(house.relay.registers[0].clone()));
    assert_eq!(at(&mut tv, 100 + day), None, "a beat came");
    let late = 100 + 2 * day;
    let two = Some("http://127.0.0.1:2");
    assert_eq!(at(&mut tv, late).as_deref(), two);
    let three = Some("http://127.0.0.1:3");
    assert_eq!(at(&mut tv, late).as_deref(), three);
    assert_eq!(at(&mut tv, late + 3599), None);
    // It goes on counting over a restart, by what it stored.
    let notes = Notes::parse(&tv.notes().encode()).unwrap();
    tv.remember(notes);
    assert_eq!(at(&mut tv, late + 3599), None);
    assert_eq!(at(&mut tv, late + 3600).as_deref(), two);
    // The same beat again is no new one.
    tv.watch_item(&item(house.relay.registers[0].clone()));
    assert!(at(&mut tv, late + 7200).is_some());
    // A week after the last question each is asked once more, though guardians hear each other here.
    let mut hear = |tv: &mut Member, day: i64| {
        let said = beat(next - 1, head, day);
        house.founder.write_register(said, 10).unwrap();
        house.relay.drive(&mut house.founder);
        tv.watch_item(&item(house.relay.registers[0].clone()));
    };
    for days in 1..7 {
        hear(&mut tv, 10);
        assert_eq!(at(&mut tv, late + 7199 + days * (day - 1)), None);
    }
    hear(&mut tv, 11);
    let week = late + 7 * day;
    assert_eq!(at(&mut tv, week).as_deref(), three);
    assert_eq!(at(&mut tv, week), None);
    hear(&mut tv, 12);
    assert_eq!(at(&mut tv, week + 7200).as_deref(), two);
    assert_eq!(at(&mut tv, week + 7200), None);
}
