//! The strictest of what was said so far.

use super::names::RuleNumber;
use super::{Effect, Reason};

/// Effect and reason of an evaluation; with `N` of [`Named`] the binding rules too.
#[derive(Debug, Clone)]
pub(super) struct Tally<N> {
    pub(super) effect: Effect,
    pub(super) reason: Reason,
    pub(super) rules: N,
}

/// What becomes of the names of rules.
pub(super) trait Rules: Default {
    /// Whether anybody reads the names: if not, nobody looks for them.
    const NAMED: bool;

    /// One more, behind the others or before them.
    fn add(&mut self, rule: RuleNumber, first: bool);
}

/// An evaluation that only asks for the effect names nobody.
impl Rules for () {
    const NAMED: bool = false;

    #[inline]
    fn add(&mut self, _: RuleNumber, _: bool) {}
}

/// The binding rules, those of the reason first. A rule that binds twice stands here twice.
#[derive(Debug, Clone, Default)]
pub(super) struct Named(pub(super) Vec<RuleNumber>);

impl Rules for Named {
    const NAMED: bool = true;

    fn add(&mut self, rule: RuleNumber, first: bool) {
        if first {
            self.0.insert(0, rule);
        } else {
            self.0.push(rule);
        }
    }
}

impl<N: Rules> Tally<N> {
    pub(super) fn allowed() -> Self {
        Self::of(Effect::Allow, Reason::Allowed)
    }

    pub(super) fn of(effect: Effect, reason: Reason) -> Self {
        Self {
            effect,
            reason,
            rules: N::default(),
        }
    }

    /// A stricter effect replaces; of equal ones the least number gives the reason, and all binding
    /// rules are named (R-EVAL-060). `None` stands for a reason without a rule.
    #[inline]
    pub(super) fn note(&mut self, effect: Effect, reason: Reason, rule: Option<RuleNumber>) {
        let mut first = false;
        if effect > self.effect {
            *self = Self::of(effect, reason);
        } else if effect < self.effect {
            return;
        } else if reason < self.reason {
            self.reason = reason;
            first = true;
        }
        if let Some(rule) = rule {
            self.rules.add(rule, first);
        }
    }

    #[inline]
    pub(super) fn allow(&mut self, reason: Reason, rule: RuleNumber) {
        self.note(Effect::Allow, reason, Some(rule));
    }

    #[inline]
    pub(super) fn deny(&mut self, reason: Reason, rule: RuleNumber) {
        self.note(Effect::Deny, reason, Some(rule));
    }
}
