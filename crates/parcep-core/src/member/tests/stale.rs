//! What was made of an older list is not written over a newer one.

use super::*;
use crate::constitution::{Device, DeviceRole, PrincipalDevices};
use crate::id::DeviceId;

/// A list of the guardian's devices: the first, and one more with these keys.
pub(super) fn list_with(house: &mut House, seed: u8) -> Draft {
    let me = house.founder.identity();
    let first = Device {
        id: me.device,
        signing: me.signing.public(),
        sealing: me.sealing.public(),
        role: DeviceRole::Active,
    };
    let second = Device {
        id: DeviceId::try_from([seed; 16].as_slice()).unwrap(),
        signing: SigningKey::from_seed([seed; 32]).unwrap().public(),
        sealing: SealingKey::from_seed([seed; 32]).public(),
        role: DeviceRole::Active,
    };
    let set = PrincipalDevices {
        principal: house.founder.principal().unwrap(),
        devices: vec![first, second],
    };
    let mut draft = house.draft(b"");
    draft.payload_type = PayloadType::PrincipalDevices;
    draft.dependant = None;
    draft.slot = Default::default();
    draft.sections = vec![(SectionKind::Devices, set.encode())];
    draft
}

/// R-MEM-017
#[test]
fn a_list_of_devices_that_another_has_overtaken_is_not_written() {
    let mut house = House::new();
    let mut twin = twin_of(&house);
    let (phone, tablet) = (list_with(&mut house, 7), list_with(&mut house, 9));
    let overtaken = tablet.document_id;
    house.founder.append(phone);
    twin.append(tablet);
    assert_eq!(appended(&house.relay.drive(&mut house.founder)), [1]);
    // The second list does not know the phone, and would remove it.
    let events = house.relay.drive(&mut twin);
    assert!(events.iter().any(|event| matches!(
        event,
        Event::NotAppended(id, Reason::BaseNotLive) if *id == overtaken
    )));
    assert_eq!(house.relay.entries.len(), 2);
    // What is made of the newer list is written.
    let again = list_with(&mut house, 11);
    twin.append(again);
    assert_eq!(appended(&house.relay.drive(&mut twin)), [2]);
}
