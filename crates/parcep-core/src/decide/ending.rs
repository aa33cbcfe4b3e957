//! How an end comes (R-EVAL-054).

use serde::{Deserialize, Serialize};

use super::by_target::needs_time;
use super::compile::Layer;
use super::question::Question;
use crate::policy::{EndAction, EndRule};

/// What a device does when windows or budgets end a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// What is done to what is in use.
    pub action: EndAction,
    /// Seconds from the denial to the act, 0 to 600; what is used in them is counted.
    pub grace_seconds: u32,
    /// Seconds before the end at which the dependant is told, 1 to 3600, descending, each once.
    pub warning_seconds: Vec<u32>,
}

impl Ending {
    /// The end of a layer: without a rule a lock, at once and without warning.
    pub(super) fn of(rule: Option<&EndRule>) -> Self {
        rule.map_or(
            Self {
                action: EndAction::Lock,
                grace_seconds: 0,
                warning_seconds: Vec::new(),
            },
            |rule| Self {
                action: rule.action,
                grace_seconds: rule.grace.seconds(),
                warning_seconds: rule.warnings.seconds().to_vec(),
            },
        )
    }

    /// The strictest action, the least grace, all warnings.
    fn and(mut self, other: &Self) -> Self {
        self.warning_seconds.extend(&other.warning_seconds);
        self.warning_seconds
            .sort_unstable_by(|one, other| other.cmp(one));
        self.warning_seconds.dedup();
        Self {
            action: self.action.max(other.action),
            grace_seconds: self.grace_seconds.min(other.grace_seconds),
            warning_seconds: self.warning_seconds,
        }
    }
}

impl<'a> Question<'a> {
    /// Over all layers in force that have a window or a budget on a target that contains the
    /// action; `None` where there is no such layer, and for what step 1 answers.
    pub(super) fn ending(&self) -> Option<Ending> {
        if self.is_open().is_some() {
            return None;
        }
        let at = self.now().at;
        let layers = self.policy.layers.iter();
        let reaching =
            layers.filter(|layer| self.asks_lifestyle(layer, at) && self.is_reached_by(layer));
        let mut endings = reaching.map(|layer| &layer.ending);
        let first = endings.next()?.clone();
        Some(endings.fold(first, Ending::and))
    }

    fn is_reached_by(&self, layer: &'a Layer) -> bool {
        let mut reached = false;
        layer
            .windows
            .around(self.context, |schedule| reached |= schedule.has_windows());
        if needs_time(self.context.action) {
            layer
                .budgets
                .around(self.context, |budgets| reached |= !budgets.is_empty());
        }
        reached
    }
}
