//! Generated from `spec/registry/decision-reasons.toml` by `tests/registry_codegen`: do not edit.

use crate::decide::Effect;
use crate::registry::{Concern, DecisionReasonRow};
use serde::{Deserialize, Serialize};

/// Why; of several, the one of the earliest step that binds is told (R-EVAL-052).
/// The text forms are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionReason {
    /// Emergency services, helplines, counselling: always allowed.
    RightsFloor = 1,
    /// A guardian locked everything for now.
    Locked = 2,
    /// An explicit rule blocks it.
    Blocked = 3,
    /// Rules for it exist and could not be opened.
    Pending = 4,
    /// The allow list does not name the host.
    WebMode = 5,
    /// Its category is blocked.
    Category = 6,
    /// Its label is above the ceiling.
    Rating = 7,
    /// It is marked as explicit.
    Explicit = 8,
    /// It has no rating that could be compared.
    Unrated = 9,
    /// Communication is off, or the contact is not listed.
    Contact = 10,
    /// Above the cap, or a kind of purchase that is off.
    Spending = 11,
    /// A guardian must approve each one.
    Approval = 12,
    /// Outside the windows.
    Window = 13,
    /// The time is used up.
    Budget = 14,
    /// No rule denies it.
    Allowed = 15,
    /// A classifier says something about it that a rule names.
    Classifier = 16,
    /// A rule cannot be enforced here, and says that nothing is open then.
    Unenforceable = 17,
    /// A guardian's session is open on a shared screen.
    GuardianPresent = 18,
    /// A limit on control keeps it open.
    Protected = 19,
    /// A gate is open from a higher age.
    Age = 20,
    /// A gate needs an age that nobody has confirmed as the gate asks.
    AgeUnknown = 21,
}

impl DecisionReason {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RightsFloor => "rights_floor",
            Self::Locked => "locked",
            Self::Blocked => "blocked",
            Self::Pending => "pending",
            Self::WebMode => "web_mode",
            Self::Category => "category",
            Self::Rating => "rating",
            Self::Explicit => "explicit",
            Self::Unrated => "unrated",
            Self::Contact => "contact",
            Self::Spending => "spending",
            Self::Approval => "approval",
            Self::Window => "window",
            Self::Budget => "budget",
            Self::Allowed => "allowed",
            Self::Classifier => "classifier",
            Self::Unenforceable => "unenforceable",
            Self::GuardianPresent => "guardian_present",
            Self::Protected => "protected",
            Self::Age => "age",
            Self::AgeUnknown => "age_unknown",
        }
    }

    /// Its row of the registry.
    #[must_use]
    pub const fn row(self) -> &'static DecisionReasonRow {
        match self {
            Self::RightsFloor => &DECISION_REASONS[0],
            Self::Locked => &DECISION_REASONS[1],
            Self::Blocked => &DECISION_REASONS[2],
            Self::Pending => &DECISION_REASONS[3],
            Self::WebMode => &DECISION_REASONS[4],
            Self::Category => &DECISION_REASONS[5],
            Self::Rating => &DECISION_REASONS[6],
            Self::Explicit => &DECISION_REASONS[7],
            Self::Unrated => &DECISION_REASONS[8],
            Self::Contact => &DECISION_REASONS[9],
            Self::Spending => &DECISION_REASONS[10],
            Self::Approval => &DECISION_REASONS[11],
            Self::Window => &DECISION_REASONS[12],
            Self::Budget => &DECISION_REASONS[13],
            Self::Allowed => &DECISION_REASONS[14],
            Self::Classifier => &DECISION_REASONS[15],
            Self::Unenforceable => &DECISION_REASONS[16],
            Self::GuardianPresent => &DECISION_REASONS[17],
            Self::Protected => &DECISION_REASONS[18],
            Self::Age => &DECISION_REASONS[19],
            Self::AgeUnknown => &DECISION_REASONS[20],
        }
    }
}

/// Every reason of a decision, by number.
pub static DECISION_REASONS: [DecisionReasonRow; 21] = [
    DecisionReasonRow {
        reason: DecisionReason::RightsFloor,
        code: "rights_floor",
        effects: &[Effect::Allow],
        areas: &[],
        concern: None,
        can_ask: false,
        adult: "help is always allowed",
        child: "you can always call for help",
        what_to_do: "Call, or open the page. Nobody is told, and it takes none of your time.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Locked,
        code: "locked",
        effects: &[Effect::Deny],
        areas: &["override"],
        concern: Some(Concern::Conduct),
        can_ask: true,
        adult: "a guardian locked the device for now",
        child: "the device is locked for the moment",
        what_to_do: "Look when it opens again, or ask the person who locked it.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Blocked,
        code: "blocked",
        effects: &[Effect::Deny],
        areas: &["app", "web", "feature"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "a rule blocks it by name",
        child: "this is on the list of things that stay closed",
        what_to_do: "Ask why it is on the list, or say that you see it differently.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Pending,
        code: "pending",
        effects: &[Effect::Ask, Effect::Deny],
        areas: &[
            "app",
            "web",
            "rating",
            "communication",
            "spending",
            "feature",
            "age",
        ],
        concern: Some(Concern::Conduct),
        can_ask: true,
        adult: "rules for it exist and cannot be read yet",
        child: "the rules for this have not arrived yet",
        what_to_do: "Go online and wait a little. If it stays like this, tell a guardian.",
    },
    DecisionReasonRow {
        reason: DecisionReason::WebMode,
        code: "web_mode",
        effects: &[Effect::Deny],
        areas: &["web"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "the site is not on the allow list",
        child: "only pages on your list are open",
        what_to_do: "Ask for this page to be put on the list.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Category,
        code: "category",
        effects: &[Effect::Deny],
        areas: &["web"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "its category is blocked",
        child: "pages of this kind are closed",
        what_to_do: "Ask for this page if you need it, or say that it is in the wrong group.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Rating,
        code: "rating",
        effects: &[Effect::Deny],
        areas: &["rating"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "its rating is above the ceiling",
        child: "it is rated for older people",
        what_to_do: "Choose something for your age, or ask whether you can see it together.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Explicit,
        code: "explicit",
        effects: &[Effect::Deny],
        areas: &["rating"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "it is marked as explicit",
        child: "it is marked as not for children",
        what_to_do: "Look for another version, or ask.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Unrated,
        code: "unrated",
        effects: &[Effect::Ask, Effect::Deny],
        areas: &["rating"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "it has no rating to compare",
        child: "nobody has said for which age it is",
        what_to_do: "Ask: somebody can look at it with you.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Contact,
        code: "contact",
        effects: &[Effect::Deny],
        areas: &["communication"],
        concern: Some(Concern::Contact),
        can_ask: true,
        adult: "communication with this contact is off",
        child: "only people on your list",
        what_to_do: "Ask for this person to be put on the list.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Spending,
        code: "spending",
        effects: &[Effect::Deny],
        areas: &["spending"],
        concern: Some(Concern::Contract),
        can_ask: true,
        adult: "it is above the spending cap, or this kind of purchase is off",
        child: "it costs more than there is left, or buying this is off",
        what_to_do: "Look when there is more to spend, or ask.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Approval,
        code: "approval",
        effects: &[Effect::Ask],
        areas: &["app", "communication", "spending", "feature"],
        concern: Some(Concern::Contract),
        can_ask: true,
        adult: "a guardian approves each one",
        child: "somebody has to say yes first",
        what_to_do: "Ask. You see the answer here.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Window,
        code: "window",
        effects: &[Effect::Deny],
        areas: &["schedule", "override"],
        concern: Some(Concern::Conduct),
        can_ask: true,
        adult: "it is outside the allowed hours",
        child: "it is outside the hours for this",
        what_to_do: "Look when it opens again, or ask for an exception.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Budget,
        code: "budget",
        effects: &[Effect::Deny],
        areas: &["budget"],
        concern: Some(Concern::Conduct),
        can_ask: true,
        adult: "the time for it is used up",
        child: "the time for this is used up",
        what_to_do: "Ask for more time, or look when there is new time.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Allowed,
        code: "allowed",
        effects: &[Effect::Allow],
        areas: &[],
        concern: None,
        can_ask: false,
        adult: "no rule denies it",
        child: "no rule is in the way",
        what_to_do: "Go on.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Classifier,
        code: "classifier",
        effects: &[Effect::Ask, Effect::Deny],
        areas: &["rating"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "a program found it to be of a kind that a rule names",
        child: "a program thinks that this is not for you",
        what_to_do: "Ask: a program can be wrong, and somebody can look at it with you.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Unenforceable,
        code: "unenforceable",
        effects: &[Effect::Deny],
        areas: &[
            "schedule",
            "budget",
            "app",
            "web",
            "rating",
            "communication",
            "spending",
            "feature",
            "age",
        ],
        concern: Some(Concern::Conduct),
        can_ask: true,
        adult: "a rule cannot be kept here, and says that nothing is open then",
        child: "a rule does not work here, so everything is closed",
        what_to_do: "Use another device, or tell the person who made the rule.",
    },
    DecisionReasonRow {
        reason: DecisionReason::GuardianPresent,
        code: "guardian_present",
        effects: &[Effect::Allow],
        areas: &[],
        concern: None,
        can_ask: false,
        adult: "a guardian has opened this screen",
        child: "a grown-up has opened this screen",
        what_to_do: "Go on together.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Protected,
        code: "protected",
        effects: &[Effect::Allow],
        areas: &[],
        concern: None,
        can_ask: false,
        adult: "the law keeps it open",
        child: "this is open for you by law",
        what_to_do: "Go on. No rule closes it.",
    },
    DecisionReasonRow {
        reason: DecisionReason::Age,
        code: "age",
        effects: &[Effect::Deny],
        areas: &["age"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "a rule opens it from a higher age",
        child: "this is open for bigger children",
        what_to_do: "Choose something for your age, or ask why.",
    },
    DecisionReasonRow {
        reason: DecisionReason::AgeUnknown,
        code: "age_unknown",
        effects: &[Effect::Ask, Effect::Deny],
        areas: &["age"],
        concern: Some(Concern::Content),
        can_ask: true,
        adult: "a rule needs an age here, and none is confirmed",
        child: "this opens when somebody has said how old you are",
        what_to_do: "Ask an adult who looks after you.",
    },
];
