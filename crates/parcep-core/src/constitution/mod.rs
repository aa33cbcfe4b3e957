//! Membership: who belongs to the household, with which keys, and what each may write.

mod change;
mod convert;
mod custody;
mod law;
mod members;
mod permission;

pub use change::Change;
pub(crate) use convert::NOT_PROPOSED;
pub(crate) use law::distinct;
pub use law::{
    Caps, Constitution, Custody, Dependant, Guardian, MAX_DEPENDANTS, MAX_GUARDIANS, Relay,
    YearMonth,
};
pub use members::{
    Device, DeviceRole, EnforcementPoint, MAX_DEVICES, PrincipalDevices, UncertainTime,
};
pub use permission::{NotPermitted, Standing, may_sign, may_write};

/// A membership document that is not one. Carries the field at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("membership field `{0}` is malformed")]
pub struct MalformedMembership(pub(crate) &'static str);
