//! What law takes away.

use super::asked::Asked;
use super::contacts;
use super::hosts;
use super::model::{Act, Layer, Limit, Policy};
use super::question::Action;
use super::{ages, budgets, ratings, verdicts, windows};
use parcep_proto::v1alpha1 as pb;
use pb::r#override::Act as Body;

/// R-EVAL-047: an item that a limit protects, with any action that the text names for it.
pub(super) fn protects(asked: &Asked<'_>) -> bool {
    let mut limits = asked.reading.policy.limits.iter();
    limits.any(|limit| match (limit, &asked.question.action) {
        (Limit::App(item), Action::App(app) | Action::Install(app)) => item == app,
        (Limit::Host(item), Action::Host(_)) => {
            let host = asked.host.as_deref();
            host.is_some_and(|host| hosts::covers(item, host))
        }
        (
            Limit::Contact(item),
            Action::Communicate { .. } | Action::Service(_) | Action::AddContact(_),
        ) => asked.identifier.as_deref() == Some(contacts::normal(item).as_str()),
        _ => false,
    })
}

/// R-EVAL-048: rules of guardians of a kind that a limit takes away are in no step.
pub(super) fn strike(policy: &mut Policy) {
    for limit in policy.limits.clone() {
        let Limit::Kind(kind) = limit else { continue };
        for layer in policy.layers.iter_mut().filter(|l| l.is_guardians()) {
            strike_from(layer, &kind);
        }
        policy
            .acts
            .retain(|act| !act.is_guardians() || kind_of(act) != Some(kind.as_str()));
    }
}

/// The fields that the table of R-POL-005 gives a kind. A row of an unknown kind that stands in one of them
/// is of no kind that a limit names.
fn strike_from(layer: &mut Layer, kind: &str) {
    match kind {
        "window" => layer.schedule.windows.retain(windows::is_unknown),
        "end_action" => layer.schedule.end = None,
        "budget" => layer.budget.budgets.retain(budgets::is_unknown),
        "extra_time_cap" => layer.budget.extra_time_cap_seconds = None,
        "app_rule" => layer.app.rules.retain(|rule| rule.target.is_none()),
        "install_approval" => layer.app.install_approval = None,
        "web_mode" => layer.web.mode = None,
        "host_allow" => layer.web.allow.clear(),
        "host_block" => layer.web.block.clear(),
        "host_list" => layer.web.lists.clear(),
        "safe_search" => layer.web.safe_search = None,
        "age_ceiling" => (layer.rating.ceilings).retain(|rule| rule.ceiling.is_none()),
        "unrated" => layer.rating.unrated.retain(ratings::is_unknown),
        "explicit_content" => layer.rating.explicit_content = None,
        "classifier" => layer.rating.verdicts.retain(verdicts::is_unknown),
        // The contacts are no rule: they only say who is meant.
        "communication_mode" => layer.communication.mode = None,
        "closed_communication" => layer.communication.when_closed = None,
        "block_unknown_callers" => layer.communication.block_unknown_callers = None,
        "contact_approval" => layer.communication.contact_approval = None,
        "purchase_approval" => layer.spending.approval = None,
        "spending_cap" => layer.spending.caps.clear(),
        "in_app_purchases" => layer.spending.in_app = None,
        "free_downloads" => layer.spending.free_downloads = None,
        "feature" => layer.feature.rules.clear(),
        "age_share" => layer.age.share.clear(),
        "age_gate" => layer.age.gates.retain(ages::is_unknown),
        _ => {}
    }
}

fn kind_of(act: &Act) -> Option<&'static str> {
    Some(match act.body.act.as_ref()? {
        Body::ExtraTime(_) => "extra_time",
        Body::LockNow(_) => "lock_now",
        Body::Suspend(_) => "suspend",
        Body::Unblock(_) => "unblock",
        Body::DateException(_) => "date_exception",
    })
}
