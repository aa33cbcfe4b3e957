//! What an enforcement point cannot keep (R-EVAL-049).

use super::answer::Rule;
use super::model::{Layer, Policy};
use super::targets::Target;
use super::{ages, apps, budgets, ratings, verdicts, windows};
use parcep_proto::v1alpha1 as pb;
use pb::OnUnenforceable as On;
use std::collections::BTreeSet;

/// A rule, as far as it matters here.
struct Seen<'a> {
    name: &'a str,
    on: On,
    /// No reader of this version can enforce it.
    never: bool,
}

/// R-POL-006: what is unknown is DENY_ACCESS; R-POL-019: what is absent is REPORT.
fn on(field: Option<i32>) -> On {
    match field.map(On::try_from) {
        None | Some(Ok(On::Report)) => On::Report,
        Some(Ok(On::Stricter)) => On::Stricter,
        Some(Ok(On::DenyAccess | On::Unspecified) | Err(_)) => On::DenyAccess,
    }
}

/// R-POL-019: beside what this enforcement point says, the rules that no reader of this version can
/// enforce. Rows that share a name are one rule.
pub(super) fn add_what_nobody_can(policy: &mut Policy) {
    let nobody_can = named(policy, |seen| seen.never);
    policy.unenforceable.extend(nobody_can);
}

/// R-EVAL-049: every rule that cannot be enforced and says DENY_ACCESS.
pub(super) fn deny_access(policy: &Policy) -> BTreeSet<Rule> {
    let mut says = named(policy, |seen| seen.on == On::DenyAccess);
    says.retain(|rule| policy.unenforceable.contains(rule));
    says
}

/// The rules of a policy of which a row fits.
fn named(policy: &Policy, fits: impl Fn(&Seen<'_>) -> bool) -> BTreeSet<Rule> {
    let mut found = BTreeSet::new();
    for layer in &policy.layers {
        for seen in rules(policy, layer).into_iter().filter(&fits) {
            found.insert(Rule {
                author: layer.author.clone(),
                name: seen.name.to_owned(),
            });
        }
    }
    found
}

/// Every rule of a layer that has an `on_unenforceable`.
fn rules<'a>(policy: &Policy, layer: &'a Layer) -> Vec<Seen<'a>> {
    let mut all = Vec::new();
    let mut see = |name: &'a str, field: Option<i32>, never: bool| {
        let on = on(field);
        all.push(Seen { name, on, never });
    };
    for rule in &layer.schedule.windows {
        see(&rule.id, rule.on_unenforceable, windows::is_unknown(rule));
    }
    if let Some(rule) = &layer.schedule.end {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.budget.budgets {
        see(&rule.id, rule.on_unenforceable, budgets::is_unknown(rule));
    }
    for rule in &layer.app.rules {
        see(&rule.id, rule.on_unenforceable, rule.target.is_none());
    }
    if let Some(rule) = &layer.web.mode {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.web.lists {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.rating.ceilings {
        let never = ratings::is_unenforceable(policy, rule);
        see(&rule.id, rule.on_unenforceable, never);
    }
    for rule in &layer.rating.unrated {
        see(&rule.id, rule.on_unenforceable, ratings::is_unknown(rule));
    }
    for rule in &layer.rating.verdicts {
        see(&rule.id, rule.on_unenforceable, verdicts::is_unknown(rule));
    }
    let contacts = &layer.communication;
    for rule in [&contacts.mode, &contacts.when_closed]
        .into_iter()
        .flatten()
    {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.spending.caps {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.feature.rules {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for rule in &layer.age.share {
        see(&rule.id, rule.on_unenforceable, false);
    }
    for gate in &layer.age.gates {
        see(&gate.id, gate.on_unenforceable, ages::is_unknown(gate));
    }
    for flag in flags(layer) {
        see(&flag.id, flag.on_unenforceable, false);
    }
    for rule in extensions(layer) {
        see(&rule.id, rule.on_unenforceable, true);
    }
    all
}

fn flags(layer: &Layer) -> impl Iterator<Item = &pb::FlagRule> {
    [
        &layer.app.install_approval,
        &layer.web.safe_search,
        &layer.rating.explicit_content,
        &layer.communication.block_unknown_callers,
        &layer.communication.contact_approval,
        &layer.spending.approval,
        &layer.spending.in_app,
        &layer.spending.free_downloads,
    ]
    .into_iter()
    .flatten()
}

/// R-POL-005: rules of kinds that this version does not know.
fn extensions(layer: &Layer) -> impl Iterator<Item = &pb::ExtensionRule> {
    let timed = layer.schedule.extension_rules.iter();
    timed
        .chain(&layer.budget.extension_rules)
        .chain(&layer.app.extension_rules)
        .chain(&layer.web.extension_rules)
        .chain(&layer.rating.extension_rules)
        .chain(&layer.communication.extension_rules)
        .chain(&layer.spending.extension_rules)
        .chain(&layer.feature.extension_rules)
        .chain(&layer.age.extension_rules)
}

/// R-EVAL-049: what stands in the place of rules that say STRICTER.
pub(super) fn instead(policy: &mut Policy) {
    let cannot = policy.unenforceable.clone();
    for layer in &mut policy.layers {
        let author = layer.author.clone();
        let applies = |name: &str, field: Option<i32>| {
            let rule = Rule {
                author: author.clone(),
                name: name.to_owned(),
            };
            on(field) == On::Stricter && cannot.contains(&rule)
        };
        blocks_instead_of_budgets(layer, &applies);
        if let Some(rule) = &mut layer.web.mode
            && applies(&rule.id, rule.on_unenforceable)
            && rule.mode == pb::WebMode::Filtered as i32
        {
            rule.mode = pb::WebMode::AllowList as i32;
        }
        let contacts = &mut layer.communication;
        let modes = [&mut contacts.mode, &mut contacts.when_closed];
        for rule in modes.into_iter().flatten() {
            if applies(&rule.id, rule.on_unenforceable)
                && rule.mode != pb::CommunicationMode::Unrestricted as i32
            {
                rule.mode = pb::CommunicationMode::Disabled as i32;
            }
        }
        for rule in &mut layer.rating.unrated {
            if applies(&rule.id, rule.on_unenforceable)
                && rule.effect == pb::UnratedEffect::Ask as i32
            {
                rule.effect = pb::UnratedEffect::Block as i32;
            }
        }
        for gate in &mut layer.age.gates {
            if applies(&gate.id, gate.on_unenforceable) && ages::asks(gate) {
                gate.on_unknown = Some(pb::AgeOnUnknown::Block as i32);
            }
        }
    }
}

/// A block with the name of the budget, behind the rows of the section.
fn blocks_instead_of_budgets(layer: &mut Layer, applies: &impl Fn(&str, Option<i32>) -> bool) {
    let (apps, features) = (&mut layer.app.rules, &mut layer.feature.rules);
    layer.budget.budgets.retain(|budget| {
        if budgets::is_unknown(budget) || !applies(&budget.id, budget.on_unenforceable) {
            return true;
        }
        let id = &budget.id;
        match Target::read(budget.target.as_ref()) {
            Some(Target::App(app)) => {
                apps.push(apps::block(id, pb::app_rule::Target::App(app)));
            }
            Some(Target::Category(category)) => {
                apps.push(apps::block(id, pb::app_rule::Target::Category(category)));
            }
            Some(Target::Feature(code)) => features.push(pb::FeatureRule {
                id: id.clone(),
                feature: code,
                effect: pb::FeatureEffect::Block as i32,
                ..pb::FeatureRule::default()
            }),
            Some(Target::Everything) | None => return true,
        }
        false
    });
}
