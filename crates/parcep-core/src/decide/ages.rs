//! Age gates: what is closed to whoever is too young (R-EVAL-056).

use super::names::RuleNumber;
use super::{Action, Context, Reason};
use crate::age::AgeAssurance;
use crate::policy::{AgeGateTarget, AgeOnUnknown, AgeSection};

/// The age gates of one layer.
#[derive(Debug, Default)]
pub(super) struct AgeGates(Vec<Gate>);

#[derive(Debug)]
struct Gate {
    rule: RuleNumber,
    target: AgeGateTarget,
    minimum: u32,
    least: AgeAssurance,
    on_unknown: AgeOnUnknown,
}

impl AgeGates {
    pub(super) fn compile(section: &AgeSection, mut name: impl FnMut(&str) -> RuleNumber) -> Self {
        let gates = section.gates.iter().map(|gate| Gate {
            rule: name(gate.id.as_str()),
            target: gate.target.clone(),
            minimum: gate.minimum_age.years(),
            least: gate.least_assurance,
            on_unknown: gate.on_unknown,
        });
        Self(gates.collect())
    }

    /// Tells `note` what every gate that reaches the action answers.
    pub(super) fn judge(
        &self,
        context: &Context<'_>,
        mut note: impl FnMut(AgeOnUnknown, Reason, RuleNumber),
    ) {
        for gate in self.0.iter().filter(|gate| gate.reaches(context)) {
            match gate.is_open(context) {
                Some(true) => {}
                Some(false) => note(AgeOnUnknown::Block, Reason::Age, gate.rule),
                None if gate.on_unknown == AgeOnUnknown::Allow => {}
                None => note(gate.on_unknown, Reason::AgeUnknown, gate.rule),
            }
        }
    }
}

impl Gate {
    fn reaches(&self, context: &Context<'_>) -> bool {
        match (&self.target, context.action) {
            (
                AgeGateTarget::Overall,
                Action::App(_)
                | Action::Install(_)
                | Action::Host(_)
                | Action::UnnamedHost
                | Action::Content(_),
            ) => true,
            (
                AgeGateTarget::Category(category),
                Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content(_),
            ) => context.categories.contains(category),
            (AgeGateTarget::App(app), Action::App(of) | Action::Install(of)) => app == of,
            _ => false,
        }
    }

    /// `None` while nobody knows: an age that is known less surely than asked for closes the gate and
    /// never opens it.
    fn is_open(&self, context: &Context<'_>) -> Option<bool> {
        let age = context.age?;
        if age
            .interval
            .upper()
            .is_some_and(|upper| upper <= self.minimum)
        {
            return Some(false);
        }
        // Whoever says something asserts it.
        let assurance = age.assurance.max(AgeAssurance::Asserted);
        let old_enough = age.interval.lower() >= self.minimum;
        (old_enough && assurance >= self.least).then_some(true)
    }
}
