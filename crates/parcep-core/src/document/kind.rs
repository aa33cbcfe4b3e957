//! Which sections a payload type has, and which secret protects each (spec/registry).

/// Kinds of documents and registers.
pub use parcep_proto::v1alpha1::PayloadType;
/// Kinds of sealed parts.
pub use parcep_proto::v1alpha1::SectionKind;

use SectionKind as S;

/// Whose secret a section is sealed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// The household secret: every member opens it.
    Household,
    /// A kind secret of one dependant: guardians in scope, the dependant, and the categories of
    /// enforcement points that need it.
    Dependant,
}

/// Whose secret seals sections of this kind (R-DOC-011).
pub fn protection(kind: SectionKind) -> Protection {
    match kind {
        S::Unspecified
        | S::Header
        | S::Register
        | S::Constitution
        | S::Devices
        | S::EnforcementPoint
        | S::Epoch => Protection::Household,
        S::Identity
        | S::Profile
        | S::Schedule
        | S::Budget
        | S::App
        | S::Web
        | S::Rating
        | S::Communication
        | S::Spending
        | S::Feature
        | S::Residue
        | S::Override
        | S::Pool => Protection::Dependant,
    }
}

/// Every section kind of a payload type, ascending; empty for types without a body of their own
/// and for those that this version only reserves (R-DOC-005).
pub fn sections_of(payload: PayloadType) -> &'static [SectionKind] {
    match payload {
        PayloadType::Genesis => &[S::Constitution, S::Devices, S::Epoch],
        PayloadType::Constitution => &[S::Constitution],
        PayloadType::PrincipalDevices => &[S::Devices],
        PayloadType::EnforcementPoint => &[S::EnforcementPoint],
        PayloadType::Epoch => &[S::Epoch],
        PayloadType::PolicyLayer => &[
            S::Profile,
            S::Schedule,
            S::Budget,
            S::App,
            S::Web,
            S::Rating,
            S::Communication,
            S::Spending,
            S::Feature,
            S::Residue,
        ],
        PayloadType::Override => &[S::Override],
        PayloadType::Identity => &[S::Identity],
        _ => &[],
    }
}
