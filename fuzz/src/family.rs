//! A family whose keys are fixed: three guardians, two dependants, two enforcement points, a recovery
//! key and a stranger.

use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, EnforcementPoint, Guardian, Relay,
    UncertainTime,
};
use parcep_core::crypto::{Hash, SealingKey, SigningKey};
use parcep_core::epoch::PepCategory;
use parcep_core::id::{DeviceId, LogId, PrincipalId};
use parcep_core::joining::Anchor;
use parcep_core::member::Identity;
use std::sync::LazyLock;

/// Keys of one device.
#[derive(Debug)]
pub struct Hand {
    pub device: DeviceId,
    pub principal: PrincipalId,
    pub signing: SigningKey,
    pub sealing: SealingKey,
}

pub const LOG_ID: LogId = LogId::from_bytes([7; 32]);
/// Three guardians, then two dependants.
pub const PEOPLE: [PrincipalId; 5] = [person(1), person(2), person(3), person(11), person(12)];
pub const CHILDREN: [PrincipalId; 2] = [person(11), person(12)];

const fn person(number: u8) -> PrincipalId {
    PrincipalId::from_bytes([number; 16])
}

/// Whose the hands are: index into [`PEOPLE`]; the last four are two enforcement points, a recovery key
/// of the founder and a stranger.
const OWNERS: [usize; 11] = [0, 0, 1, 1, 2, 3, 4, 0, 0, 0, 2];
pub const POINTS: std::ops::Range<usize> = 7..9;
pub const RECOVERY: usize = 9;

/// Every device. The first two are the founder's.
pub static HANDS: LazyLock<Vec<Hand>> = LazyLock::new(|| {
    let hands = (1..).zip(OWNERS).map(|(number, owner)| Hand {
        device: DeviceId::from_bytes([number; 16]),
        principal: PEOPLE[owner],
        signing: SigningKey::from_seed([number; 32]).expect("32 bytes"),
        sealing: SealingKey::from_seed([number + 100; 32]),
    });
    hands.collect()
});

/// Key of the relay that the constitution lists.
pub static RELAY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed([99; 32]).expect("32 bytes"));

impl Hand {
    pub fn as_device(&self, role: DeviceRole) -> Device {
        Device {
            id: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            role,
        }
    }

    pub fn as_point(
        &self,
        category: PepCategory,
        dependants: Vec<PrincipalId>,
    ) -> EnforcementPoint {
        EnforcementPoint {
            id: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            category,
            dependants,
            capabilities: Vec::new(),
            uncertain_time: UncertainTime::WallClock,
        }
    }
}

/// Handle of the log at its relay.
pub const HANDLE: [u8; 16] = [4; 16];

/// A hand as a device that is its own. All of them call with one access key.
pub fn identity(hand: usize) -> Identity {
    let signing = |number: u8| SigningKey::from_seed([number; 32]).expect("32 bytes");
    let number = u8::try_from(hand + 1).expect("there are few hands");
    Identity {
        device: HANDS[hand].device,
        signing: signing(number),
        sealing: SealingKey::from_seed([number + 100; 32]),
        access: signing(50),
    }
}

/// Where a device of this household begins.
pub fn anchor(genesis: Hash) -> Anchor {
    Anchor {
        log_id: LOG_ID,
        genesis,
        handle: HANDLE.to_vec(),
        relays: Vec::new(),
    }
}

/// A law of these guardians, each over everybody.
pub fn law(guardians: &[PrincipalId], threshold: u32) -> Option<Constitution> {
    let guardian = |id: &PrincipalId| Guardian {
        id: *id,
        scope: Vec::new(),
        custody: Vec::new(),
    };
    let dependants = CHILDREN.map(|id| Dependant {
        id,
        release_on: None,
    });
    let relay = Relay {
        uri: "http://127.0.0.1:1".into(),
        key: Some(RELAY.public()),
    };
    Constitution::new(
        guardians.iter().map(guardian).collect(),
        dependants.to_vec(),
        threshold,
        vec![relay],
        Caps::default(),
    )
    .ok()
}

/// The law that a household begins with: one guardian.
pub static OPEN_LAW: LazyLock<Constitution> =
    LazyLock::new(|| law(&PEOPLE[..1], 1).expect("a valid law"));
