//! Generated from `spec/registry/answer-reasons.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{AnswerReasonRow, Concern};

/// Why a guardian said no, by number.
pub static ANSWER_REASONS: [AnswerReasonRow; 10] = [
    AnswerReasonRow {
        code: "NOT_NOW",
        concern: Concern::Conduct,
        child: "Not now. You can ask again later.",
    },
    AnswerReasonRow {
        code: "ENOUGH_TODAY",
        concern: Concern::Conduct,
        child: "That was enough for today.",
    },
    AnswerReasonRow {
        code: "FIRST_SOMETHING",
        concern: Concern::Conduct,
        child: "Something else comes first.",
    },
    AnswerReasonRow {
        code: "SLEEP",
        concern: Concern::Conduct,
        child: "It is time to rest.",
    },
    AnswerReasonRow {
        code: "NOT_THIS_ONE",
        concern: Concern::Content,
        child: "Not this one. You can ask for another.",
    },
    AnswerReasonRow {
        code: "NOT_YET",
        concern: Concern::Content,
        child: "Not yet. We look at it again when you are older.",
    },
    AnswerReasonRow {
        code: "TOO_EXPENSIVE",
        concern: Concern::Contract,
        child: "This costs too much.",
    },
    AnswerReasonRow {
        code: "DO_NOT_KNOW_THEM",
        concern: Concern::Contact,
        child: "I do not know this person yet.",
    },
    AnswerReasonRow {
        code: "LET_US_TALK",
        concern: Concern::Conduct,
        child: "Let us talk about it.",
    },
    AnswerReasonRow {
        code: "RULE_STAYS",
        concern: Concern::Conduct,
        child: "The rule stays. You can object to it.",
    },
];
