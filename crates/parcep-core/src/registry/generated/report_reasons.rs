//! Generated from `spec/registry/report-reasons.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::ReportReasonRow;
use parcep_proto::v1alpha1::RuleState;

/// Why a rule is not enforced as written.
pub static REPORT_REASONS: [ReportReasonRow; 20] = [
    ReportReasonRow {
        code: "SECTION_BROKEN",
        statuses: &[RuleState::Error],
        has_parameter: true,
        text: "the section cannot be opened, checked or parsed (R-DOC-014)",
    },
    ReportReasonRow {
        code: "SECTION_PENDING",
        statuses: &[RuleState::Pending],
        has_parameter: true,
        text: "no secret yet for the section",
    },
    ReportReasonRow {
        code: "ARTEFACT_MISSING",
        statuses: &[RuleState::Pending],
        has_parameter: true,
        text: "the artefact is not there yet",
    },
    ReportReasonRow {
        code: "UNKNOWN_RULE_KIND",
        statuses: &[RuleState::Unenforceable],
        has_parameter: false,
        text: "the kind of rule is unknown (R-POL-005)",
    },
    ReportReasonRow {
        code: "UNKNOWN_LABEL",
        statuses: &[RuleState::Unenforceable],
        has_parameter: false,
        text: "the ceiling's label is not in the rating table",
    },
    ReportReasonRow {
        code: "NO_CAPABILITY",
        statuses: &[RuleState::Unenforceable],
        has_parameter: false,
        text: "the product cannot",
    },
    ReportReasonRow {
        code: "NO_PERMISSION",
        statuses: &[RuleState::Unenforceable, RuleState::Partial],
        has_parameter: false,
        text: "the platform, or whoever administers it, has withdrawn what is needed",
    },
    ReportReasonRow {
        code: "TAXONOMY_UNKNOWN",
        statuses: &[RuleState::Unenforceable, RuleState::Partial],
        has_parameter: true,
        text: "categories of the taxonomy cannot be told",
    },
    ReportReasonRow {
        code: "JURISDICTION",
        statuses: &[RuleState::Unenforceable],
        has_parameter: false,
        text: "a limit on control rules it out (R-PIP-011)",
    },
    ReportReasonRow {
        code: "CLOCK_UNKNOWN",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "windows are not evaluated ([17](17-time.md))",
    },
    ReportReasonRow {
        code: "NOT_SHARED",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "the whole limit holds on this device alone (R-BUD-019)",
    },
    ReportReasonRow {
        code: "POOL_SPLIT",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "two versions of a pool disagree (R-BUD-015)",
    },
    ReportReasonRow {
        code: "BYPASS",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "a way around was seen: a tunnel, a second account, a signed-out session",
    },
    ReportReasonRow {
        code: "VERDICTS_OFF",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "a classifier package was stopped (R-PIP-018)",
    },
    ReportReasonRow {
        code: "GRID",
        statuses: &[RuleState::EnforcedStricter],
        has_parameter: true,
        text: "rounded down",
    },
    ReportReasonRow {
        code: "COUNTS_SIGNED_IN",
        statuses: &[RuleState::EnforcedStricter],
        has_parameter: false,
        text: "a session counts as a whole",
    },
    ReportReasonRow {
        code: "CANNOT_ASK",
        statuses: &[RuleState::EnforcedStricter],
        has_parameter: false,
        text: "what would ask is denied",
    },
    ReportReasonRow {
        code: "UNIDENTIFIED",
        statuses: &[RuleState::EnforcedStricter],
        has_parameter: false,
        text: "who uses it is not known; the strictest of those served holds",
    },
    ReportReasonRow {
        code: "INSTEAD",
        statuses: &[RuleState::EnforcedStricter],
        has_parameter: true,
        text: "something else stands in its place (R-CAP-009)",
    },
    ReportReasonRow {
        code: "MORE",
        statuses: &[RuleState::Partial],
        has_parameter: false,
        text: "further rows had no room (R-CAP-007)",
    },
];
