//! A layer: everything one guardian says about one dependant.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{
    AgeSection, AppSection, BudgetSection, CommunicationSection, FeatureSection, LayerAuthor,
    OnUnenforceable, RatingSection, RuleId, ScheduleSection, SpendingSection, WebSection,
};

/// One author's rules for one dependant.
///
/// Every value that can be built is a policy with exactly one meaning: where two rows contradict
/// each other, the stricter is read. [`PolicyLayer::check`] is what authoring tools call on top:
/// it refuses such rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyLayer {
    /// Who wrote it.
    pub author: LayerAuthor,
    /// When: lifestyle.
    #[serde(default)]
    pub schedule: ScheduleSection,
    /// How long: lifestyle.
    #[serde(default)]
    pub budgets: BudgetSection,
    /// Which apps: safety.
    #[serde(default)]
    pub apps: AppSection,
    /// Which hosts: safety.
    #[serde(default)]
    pub web: WebSection,
    /// How old: safety.
    #[serde(default)]
    pub ratings: RatingSection,
    /// With whom: safety.
    #[serde(default)]
    pub communication: CommunicationSection,
    /// How much money: safety.
    #[serde(default)]
    pub spending: SpendingSection,
    /// Features, privacy, assistants: safety.
    #[serde(default, skip_serializing_if = "is_default")]
    pub features: FeatureSection,
    /// Who is told an age, and what is closed to the young: safety.
    #[serde(default, skip_serializing_if = "is_default")]
    pub age: AgeSection,
    /// Rules of kinds that this version does not know; reported as UNENFORCEABLE.
    #[serde(default)]
    pub unknown: Vec<UnknownRule>,
}

/// A rule that is on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Name of the rule.
    pub id: RuleId,
    /// On or off, as the field that holds it says.
    pub on: bool,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl Flag {
    /// The rule `id`, on or off.
    #[must_use]
    pub const fn new(id: RuleId, on: bool) -> Self {
        Self {
            id,
            on,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }
}

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionName {
    /// When.
    Schedule,
    /// How long.
    Budget,
    /// Which apps.
    App,
    /// Which hosts.
    Web,
    /// How old.
    Rating,
    /// With whom.
    Communication,
    /// How much money.
    Spending,
    /// Features, privacy, assistants.
    Feature,
    /// Ages: who is told, and what is closed to the young.
    Age,
}

/// A rule of an unknown kind, kept byte for byte (R-POL-005).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownRule {
    /// Name of the rule.
    pub id: RuleId,
    /// Section it stands in.
    pub section: SectionName,
    /// Kind as its author named it, at most 256 bytes; empty when the kind itself is unreadable.
    pub kind: String,
    /// The rule, opaque; at most 4096 bytes.
    pub payload: Vec<u8>,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it, as none of this version can.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl PolicyLayer {
    /// Most rows of one kind that an authoring tool signs (R-POL-004).
    pub const MAX_RULES: usize = 1_024;
    /// Most entries of one host list that an authoring tool signs, which stays far below the size of
    /// one document. Longer ones are named by hash ([`super::ListRule`]).
    pub const MAX_HOSTS: usize = 100_000;

    /// A layer without rules.
    #[must_use]
    pub fn empty(author: LayerAuthor) -> Self {
        Self {
            author,
            schedule: ScheduleSection::default(),
            budgets: BudgetSection::default(),
            apps: AppSection::default(),
            web: WebSection::default(),
            ratings: RatingSection::default(),
            communication: CommunicationSection::default(),
            spending: SpendingSection::default(),
            features: FeatureSection::default(),
            age: AgeSection::default(),
            unknown: Vec::new(),
        }
    }
}
