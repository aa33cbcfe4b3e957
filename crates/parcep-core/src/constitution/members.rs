//! Devices of people, and enforcement points.

use crate::crypto::{SealingPublic, VerifyingKey};
use crate::epoch::PepCategory;
use crate::id::{DeviceId, PrincipalId};

pub use parcep_proto::v1alpha1::{DeviceRole, UncertainTime};

/// Most devices of a household, recovery keys and enforcement points included.
pub const MAX_DEVICES: usize = 64;

/// Every live device of one principal (R-MEM-004).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalDevices {
    /// The guardian or dependant.
    pub principal: PrincipalId,
    /// Its devices, 1 to 16.
    pub devices: Vec<Device>,
}

/// A device of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Opaque id.
    pub id: DeviceId,
    /// Verifies what it signs.
    pub signing: VerifyingKey,
    /// Seals secrets to it.
    pub sealing: SealingPublic,
    /// What it is for.
    pub role: DeviceRole,
}

/// A product that enforces rules (R-MEM-005).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnforcementPoint {
    /// Opaque id.
    pub id: DeviceId,
    /// Verifies its registers.
    pub signing: VerifyingKey,
    /// Seals secrets to it.
    pub sealing: SealingPublic,
    /// Decides which section kinds it holds.
    pub category: PepCategory,
    /// Dependants it serves, 1 to 8.
    pub dependants: Vec<PrincipalId>,
    /// What it can do, by name.
    pub capabilities: Vec<String>,
    /// What it does when it cannot tell the time to a day.
    pub uncertain_time: UncertainTime,
}
