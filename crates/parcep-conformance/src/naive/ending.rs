//! How an end comes.

use super::answer::Ending;
use super::asked::{Laid, Now};
use super::custody;
use parcep_proto::v1alpha1 as pb;
use pb::EndAction;
use std::collections::BTreeSet;

/// R-EVAL-054: of the layers in force with a window or a budget that is about the action, the
/// strictest action, the least grace, all warnings.
pub(super) fn told(now: &Now<'_>) -> Option<Ending> {
    let layers = now.layers.iter();
    let mut told: Option<Ending> = None;
    for laid in layers.filter(|laid| is_about(laid) && custody::is_in_force(now, laid)) {
        let mine = of_layer(laid);
        told = Some(match told {
            None => mine,
            Some(others) => Ending {
                action: others.action.max(mine.action),
                grace_seconds: others.grace_seconds.min(mine.grace_seconds),
                warning_seconds: &others.warning_seconds | &mine.warning_seconds,
            },
        });
    }
    told
}

/// A window or a budget of the layer; an exception is none (R-POL-030).
fn is_about(laid: &Laid<'_>) -> bool {
    laid.groups.iter().any(|group| group.is_of_the_layer()) || !laid.budgets.is_empty()
}

/// R-EVAL-054: without a rule LOCK, without grace and warnings.
fn of_layer(laid: &Laid<'_>) -> Ending {
    match &laid.layer.schedule.end {
        None => Ending {
            action: EndAction::Lock,
            grace_seconds: 0,
            warning_seconds: BTreeSet::new(),
        },
        Some(rule) => Ending {
            // R-POL-006: an unknown action is STOP.
            action: match EndAction::try_from(rule.action) {
                Ok(EndAction::Notify) => EndAction::Notify,
                Ok(EndAction::Lock) => EndAction::Lock,
                _ => EndAction::Stop,
            },
            grace_seconds: rule.grace_seconds.unwrap_or(0),
            warning_seconds: rule.warning_seconds.iter().copied().collect(),
        },
    }
}
