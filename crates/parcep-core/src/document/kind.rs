//! Which sections a payload type has, and which secret protects each (`spec/registry`).

use crate::log::MAX_BODY;
use crate::registry;

/// Whose secret a section is sealed under.
pub use crate::registry::Protection;
/// Kinds of documents and registers.
pub use parcep_proto::v1alpha1::PayloadType;
/// Kinds of sealed parts.
pub use parcep_proto::v1alpha1::SectionKind;

/// Whose secret seals sections of this kind (R-DOC-011).
pub fn protection(kind: SectionKind) -> Protection {
    registry::section_kind(kind).map_or(Protection::Household, |row| row.protection)
}

/// Most bytes of a body blob of this type (R-WIRE-006).
pub fn max_body(payload: PayloadType) -> usize {
    let row = registry::payload_type(payload);
    row.and_then(|row| row.max_bytes).unwrap_or(MAX_BODY)
}

/// Whether documents of this type say who belongs and who holds which secret: the membership types,
/// whose bodies every member reads, which have no slot and are never pruned (R-DOC-025, R-DOC-027).
///
/// ```
/// use parcep_core::document::{PayloadType, decides_membership};
/// assert!(decides_membership(PayloadType::Approve));
/// assert!(!decides_membership(PayloadType::PolicyLayer));
/// ```
pub fn decides_membership(payload: PayloadType) -> bool {
    matches!(i32::from(payload), 1..=5 | 13 | 20 | 21 | 23..=27)
}

/// Every section kind of a payload type, ascending; empty for types without a body of their own
/// and for those that this version only reserves (R-DOC-005).
pub fn sections_of(payload: PayloadType) -> &'static [SectionKind] {
    registry::payload_type(payload).map_or(&[], |row| row.sections)
}
