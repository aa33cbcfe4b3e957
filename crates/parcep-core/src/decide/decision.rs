//! What a decision says.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change;
use super::ending::Ending;
use super::evaluate::evaluate;
use super::names::BindingRule;
use super::question::{Progress, Question};
use super::tally::Named;
use super::{CompiledPolicy, Context, Usage};
use crate::help::{HelpDirectory, HelpLine, Whereabouts};
use crate::policy::LayerAuthor;

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
///
/// Effect and reason are there at once; everything else is worked out when it is asked for.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    pub(super) effect: Effect,
    pub(super) reason: Reason,
    pub(super) policy: &'a CompiledPolicy,
    pub(super) usage: &'a Usage,
    pub(super) context: Context<'a>,
    /// All that are asked together where nobody is known; otherwise none.
    pub(super) linked: &'a [(&'a CompiledPolicy, &'a Usage)],
}

impl<'a> Decision<'a> {
    /// The question that was asked.
    pub(super) const fn question(&self) -> Question<'_> {
        Question::new(self.policy, self.usage, &self.context)
    }

    /// The questions whose strictest answer this is.
    pub(super) fn asked(&self) -> impl Iterator<Item = Question<'_>> {
        let one = Some(self.question()).filter(|_| self.linked.is_empty());
        let all = self.linked.iter();
        let all = all.map(|(policy, usage)| Question::new(policy, usage, &self.context));
        one.into_iter().chain(all)
    }

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

    /// The binding rules and acts of every layer with their authors, each once, those of the reason
    /// first (R-EVAL-053). Worked out when called.
    pub fn rules(&self) -> impl Iterator<Item = BindingRule<'a>> + use<'a> {
        let question = self.question();
        let tally = evaluate::<Named>(&question, &question.now(), &Progress::default());
        let names = &self.policy.names;
        let Named(rules) = tally.rules;
        let mut told = BTreeSet::new();
        let once = rules.into_iter().filter(move |rule| told.insert(*rule));
        once.filter_map(|rule| names.rule(rule))
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

    /// How an end by windows or budgets comes: what a device does, and how it warns (R-EVAL-054).
    /// `None` where no window and no budget reaches the action. Worked out when called.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.question().ending()
    }

    /// The lines of the help directory to show beside a denial or a question to a guardian, the
    /// first one first; none for ALLOW (R-EVAL-055, R-FLOOR-012). `whereabouts` is what the device
    /// knows of where it is, if anything.
    pub fn help<'d>(
        &self,
        directory: &'d HelpDirectory,
        whereabouts: Option<Whereabouts<'_>>,
    ) -> impl Iterator<Item = &'d HelpLine> + use<'d> {
        let zone = self.policy.zone_name.as_str();
        let lines = directory.lines_for(zone, whereabouts);
        let shown = self.effect != Effect::Allow;
        lines.filter(move |_| shown)
    }

    /// What an app on the device may be told when it asks (R-PRIV-010): no rules, no authors, no help
    /// that depends on them.
    ///
    /// ```
    /// # use parcep_core::decide::{Action, Context, PolicyInput, Usage, compile, decide};
    /// # use parcep_core::{policy::Profile, ratings::RatingTable, zones::Zones};
    /// # let (profile, ratings) = (Profile::new("Europe/London".parse()?), RatingTable::bundled());
    /// # let policy = compile(&PolicyInput::new(&profile, &[]), &ratings, &Zones::bundled())?;
    /// # let (usage, action) = (Usage::none(), Action::Device);
    /// let context = Context::new("2026-11-23T10:00:00Z".parse()?, &action);
    /// let told = decide(&policy, &usage, &context).for_apps();
    /// assert_eq!(told.remaining_seconds, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_apps(&self) -> AnswerForApps {
        AnswerForApps {
            effect: self.effect,
            reason: self.reason,
            remaining_seconds: self.remaining_seconds(),
            next_change: self.next_change(),
        }
    }

    /// Everything at once, owned.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer {
            effect: self.effect,
            reason: self.reason,
            rules: self.rules().map(RuleRef::from).collect(),
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
    /// The binding rules and acts; a set.
    pub rules: Vec<RuleRef>,
    /// See [`Decision::remaining_seconds`].
    pub remaining_seconds: Option<u64>,
    /// See [`Decision::next_change`].
    pub next_change: Option<Timestamp>,
}

/// What an app that asks may be told (R-PRIV-010). Any app could otherwise read the rules of the child
/// who runs it, host by host. The texts to show follow from the reason ([`crate::texts`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerForApps {
    /// What may happen.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// See [`Decision::remaining_seconds`].
    pub remaining_seconds: Option<u64>,
    /// See [`Decision::next_change`].
    pub next_change: Option<Timestamp>,
}

/// A rule or an act by author and name, in JSON `{"guardian": ID, "rule": NAME}` or
/// `{"jurisdiction": ID, "rule": NAME}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// Who wrote it.
    #[serde(flatten)]
    pub author: LayerAuthor,
    /// Name of the rule, or id of the act.
    pub rule: String,
}

impl From<BindingRule<'_>> for RuleRef {
    fn from(rule: BindingRule<'_>) -> Self {
        Self {
            author: rule.author.clone(),
            rule: rule.rule.to_owned(),
        }
    }
}

/// The name alone: for people, who know whose rules they are.
impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rule)
    }
}
