//! The registries of `spec/registry`, as constants.
//!
//! Numbers, names and tables that chapters, code and other languages share stand in TOML files.
//! `tests/registry_codegen` writes [`generated`](self) code and the tables of the chapters from
//! them, and fails when either is stale; after a change of a TOML file run
//! `PARCEP_REGENERATE=1 cargo test -p parcep-core --test registry_codegen`.
//! Nothing is parsed at run time.
//!
//! ```
//! use parcep_core::registry::{self, Concern};
//! assert_eq!(registry::majority_age("US-MS"), 21);
//! assert_eq!(registry::majority_age("US-CA"), 18);
//! let row = registry::rule_kind("spending_cap").unwrap();
//! assert_eq!((row.number, row.concern), (2402, Concern::Contract));
//! ```

mod age;
mod generated;
mod row;

pub use age::{
    AgeOutcomeRow, ConflictRule, ConsentExemption, ReaskEvent, RegimeRow, RegimeStatus, RetryClass,
    Sharing, age_outcome, regime, regime_of,
};
pub use generated::age_outcomes::AGE_OUTCOMES;
pub use generated::ages::{AGES, DEFAULT_CO_SIGNATURE_AGE, DEFAULT_MAJORITY_AGE};
pub use generated::answer_reasons::ANSWER_REASONS;
pub use generated::capabilities::CAPABILITIES;
pub use generated::categories::CATEGORIES;
pub use generated::decision_reasons::{DECISION_REASONS, DecisionReason};
pub use generated::defaults::{DATA_FLOWS, constants};
pub use generated::error_reasons::ERROR_REASONS;
pub use generated::features::FEATURES;
pub use generated::payload_types::PAYLOAD_TYPES;
pub use generated::regimes::REGIMES;
pub use generated::report_reasons::REPORT_REASONS;
pub use generated::rule_kinds::RULE_KINDS;
pub use generated::section_kinds::{DEPENDANT_KINDS, NEED_TO_KNOW, SECTION_KINDS};
pub use generated::suites::SUITES;
pub use generated::texts::{CATEGORY_WORDS, FEATURE_WORDS, PLACES, REASON_WORDS, TEXTS, Text};
pub use row::{
    AgeRow, AnswerReasonRow, CapabilityRow, CategoryRow, Class, CodeWords, Concern, DataFlow,
    DataFlowRow, DecisionReasonRow, ErrorReasonRow, FeatureRow, PayloadTypeRow, Place, PlaceWords,
    Protection, ReasonPhrases, ReasonWords, ReportReasonRow, Role, RuleKindRow, Scope,
    SectionKindRow, State, SuiteRow, TextRow, Words,
};

use parcep_proto::v1alpha1::{ErrorReason, PayloadType, PepCategory, SectionKind};

/// The row of a payload type; `None` only for `Unspecified`.
pub fn payload_type(payload: PayloadType) -> Option<&'static PayloadTypeRow> {
    PAYLOAD_TYPES.iter().find(|row| row.payload == payload)
}

/// The row of a section kind; `None` only for `Unspecified`.
pub fn section_kind(kind: SectionKind) -> Option<&'static SectionKindRow> {
    SECTION_KINDS.iter().find(|row| row.kind == kind)
}

/// Section kinds that an enforcement point of this category opens, ascending (R-DOC-011).
pub fn need_to_know(category: PepCategory) -> &'static [SectionKind] {
    NEED_TO_KNOW
        .iter()
        .find(|(of, _)| *of == category)
        .map_or(&[], |(_, kinds)| *kinds)
}

/// The row of an error reason; `None` only for `Unspecified`.
pub fn error_reason(reason: ErrorReason) -> Option<&'static ErrorReasonRow> {
    ERROR_REASONS.iter().find(|row| row.reason == reason)
}

/// The row of a decision reason with this code.
pub fn decision_reason(code: &str) -> Option<&'static DecisionReasonRow> {
    DECISION_REASONS.iter().find(|row| row.code == code)
}

/// The row of a kind of rule with this name.
pub fn rule_kind(name: &str) -> Option<&'static RuleKindRow> {
    RULE_KINDS.iter().find(|row| row.name == name)
}

/// The row of a feature; `None` for a code that this version does not name (R-POL-018).
pub fn feature(code: &str) -> Option<&'static FeatureRow> {
    FEATURES.iter().find(|row| row.code == code)
}

/// The row of a capability; `None` for one that this version does not know.
pub fn capability(name: &str) -> Option<&'static CapabilityRow> {
    CAPABILITIES.iter().find(|row| row.name == name)
}

/// The row of a jurisdiction, ISO 3166-2 or -1: the part's, else its country's.
pub fn ages(region: &str) -> Option<&'static AgeRow> {
    let country = region.split('-').next().unwrap_or(region);
    let find = |name: &str| AGES.iter().find(|row| row.region == name);
    find(region).or_else(|| find(country))
}

/// Completed years at which guardians' authority ends in a jurisdiction.
pub fn majority_age(region: &str) -> u8 {
    ages(region).map_or(DEFAULT_MAJORITY_AGE, |row| row.majority)
}

/// Completed years from which a flow of class M needs the dependant's own signature.
pub fn co_signature_age(region: &str) -> u8 {
    ages(region)
        .and_then(|row| row.co_signature)
        .unwrap_or(DEFAULT_CO_SIGNATURE_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_country_goes_before_the_country_and_that_before_the_default() {
        assert_eq!(majority_age("CA-BC"), 19);
        assert_eq!(majority_age("CA-ON"), 18);
        assert_eq!(majority_age("US-NY"), 18);
        assert_eq!(majority_age("KR-11"), 19);
        assert_eq!(majority_age("ZZ"), DEFAULT_MAJORITY_AGE);
        assert_eq!(co_signature_age("GB-SCT"), 12);
        assert_eq!(co_signature_age("GB"), 13);
        assert_eq!(co_signature_age("ZZ"), 13);
    }

    #[test]
    fn every_number_of_the_wire_finds_its_row() {
        let numbers = || 1..300;
        let payloads = numbers().filter_map(|n| PayloadType::try_from(n).ok());
        assert!(payloads.map(payload_type).all(|row| row.is_some()));
        let kinds = numbers().filter_map(|n| SectionKind::try_from(n).ok());
        assert!(kinds.map(section_kind).all(|row| row.is_some()));
        let reasons = numbers().filter_map(|n| ErrorReason::try_from(n).ok());
        assert!(reasons.map(error_reason).all(|row| row.is_some()));
        assert!(need_to_know(PepCategory::Unspecified).is_empty());
    }
}
