//! What a decision says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change;
use super::compile::CompiledPolicy;
use super::{Context, Usage};

/// What may happen. The order is by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It may go on.
    Allow,
    /// A guardian is to be asked; until then it may not.
    Ask,
    /// It may not.
    Deny,
}

/// Why, in the order of the steps of an evaluation; the earliest step that binds is told.
pub use crate::registry::DecisionReason as Reason;

/// The answer to one question, and what would have to change for another.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    pub(super) effect: Effect,
    pub(super) reason: Reason,
    pub(super) rules: RuleIds<'a>,
    pub(super) policy: &'a CompiledPolicy,
    pub(super) usage: &'a Usage,
    pub(super) context: Context<'a>,
}

impl<'a> Decision<'a> {
    /// What may happen.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Ids of the binding rules and overrides of every layer, those of the reason first.
    pub fn rules(&self) -> impl Iterator<Item = &'a str> {
        self.rules.iter()
    }

    /// Seconds of continuous use until windows or budgets end it within this policy day; `None`
    /// if neither does, or if the effect is not ALLOW (R-EVAL-050). Worked out when called.
    #[must_use]
    pub fn remaining_seconds(&self) -> Option<u64> {
        change::remaining_seconds(self)
    }

    /// First instant after now at which the effect differs, if use goes on while it is allowed and
    /// rests while it is not; `None` if there is none within 8 days (R-EVAL-051). Worked out when
    /// called.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        change::next_change(self)
    }

    /// Everything at once, owned.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer {
            effect: self.effect,
            reason: self.reason,
            rules: self.rules().map(str::to_owned).collect(),
            remaining_seconds: self.remaining_seconds(),
            next_change: self.next_change(),
        }
    }
}

/// A decision on its own, for storing and showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What may happen.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// Ids of the binding rules and overrides.
    pub rules: Vec<String>,
    /// See [`Decision::remaining_seconds`].
    pub remaining_seconds: Option<u64>,
    /// See [`Decision::next_change`].
    pub next_change: Option<Timestamp>,
}

/// A few rule ids, without allocating for up to four.
#[derive(Debug, Clone, Default)]
pub(super) struct RuleIds<'a> {
    few: [Option<&'a str>; 4],
    more: Vec<&'a str>,
}

impl<'a> RuleIds<'a> {
    /// Adds an id once; an empty one stands for a reason without a rule.
    pub(super) fn push(&mut self, id: &'a str) {
        if id.is_empty() {
            return;
        }
        for slot in &mut self.few {
            match slot {
                Some(known) if *known == id => return,
                Some(_) => {}
                None => {
                    *slot = Some(id);
                    return;
                }
            }
        }
        if !self.more.contains(&id) {
            self.more.push(id);
        }
    }

    /// The ids of `self` after `id`.
    pub(super) fn behind(self, id: Option<&'a str>) -> Self {
        let mut all = Self::default();
        id.into_iter()
            .chain(self.iter())
            .for_each(|id| all.push(id));
        all
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.few
            .iter()
            .flatten()
            .copied()
            .chain(self.more.iter().copied())
    }
}
