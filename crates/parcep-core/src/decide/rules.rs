//! Every rule of a layer, by the field that it stands in; and what law or a device takes away.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::Unenforceable;
use super::input::{ControlLimit, Limited, PolicyInput};
use crate::policy::{
    AgeOnUnknown, AppRule, AppTarget, BudgetTarget, CommunicationMode, FeatureEffect, FeatureRule,
    LayerAuthor, OnUnenforceable, Override, OverrideKind, PolicyLayer, RuleId, SectionName,
    UnratedEffect, WebMode,
};
use crate::registry::rule_kind;

/// Rules by author and name.
pub(super) type RuleSet<'a> = BTreeSet<(&'a LayerAuthor, &'a str)>;

/// Where a rule stands and what it is called.
struct Row<'a> {
    /// As the registry of kinds writes it.
    field: &'static str,
    section: SectionName,
    id: &'a RuleId,
    on_unenforceable: OnUnenforceable,
}

/// Shows `look` every rule of a layer that has a name, the entries of host lists included.
fn each_rule<'a>(layer: &'a PolicyLayer, mut look: impl FnMut(Row<'a>)) {
    use SectionName as In;
    macro_rules! rows {
        ($section:expr, $field:literal, $rules:expr) => {
            for rule in $rules.iter() {
                look(Row {
                    field: $field,
                    section: $section,
                    id: &rule.id,
                    on_unenforceable: rule.on_unenforceable,
                });
            }
        };
    }
    rows!(
        In::Schedule,
        "ScheduleSection.windows",
        layer.schedule.windows
    );
    rows!(In::Schedule, "ScheduleSection.end", layer.schedule.end);
    rows!(In::Budget, "BudgetSection.budgets", layer.budgets.budgets);
    rows!(In::App, "AppSection.rules", layer.apps.rules);
    rows!(
        In::App,
        "AppSection.install_approval",
        layer.apps.install_approval
    );
    rows!(In::Web, "WebSection.mode", layer.web.mode);
    rows!(In::Web, "WebSection.lists", layer.web.lists);
    rows!(In::Web, "WebSection.safe_search", layer.web.safe_search);
    rows!(In::Rating, "RatingSection.ceilings", layer.ratings.ceilings);
    rows!(In::Rating, "RatingSection.unrated", layer.ratings.unrated);
    rows!(
        In::Rating,
        "RatingSection.explicit_content",
        layer.ratings.explicit_content
    );
    rows!(In::Rating, "RatingSection.verdicts", layer.ratings.verdicts);
    let talk = &layer.communication;
    rows!(In::Communication, "CommunicationSection.mode", talk.mode);
    rows!(
        In::Communication,
        "CommunicationSection.when_closed",
        talk.when_closed
    );
    rows!(
        In::Communication,
        "CommunicationSection.contact_approval",
        talk.contact_approval
    );
    rows!(
        In::Communication,
        "CommunicationSection.block_unknown_callers",
        talk.block_unknown_callers
    );
    let money = &layer.spending;
    rows!(In::Spending, "SpendingSection.approval", money.approval);
    rows!(In::Spending, "SpendingSection.caps", money.caps);
    rows!(In::Spending, "SpendingSection.in_app", money.in_app);
    rows!(
        In::Spending,
        "SpendingSection.free_downloads",
        money.free_downloads
    );
    rows!(In::Feature, "FeatureSection.rules", layer.features.rules);
    rows!(In::Age, "AgeSection.share", layer.age.share);
    rows!(In::Age, "AgeSection.gates", layer.age.gates);
    for (field, hosts) in [
        ("WebSection.allow", &layer.web.allow),
        ("WebSection.block", &layer.web.block),
    ] {
        for host in hosts {
            look(Row {
                field,
                section: In::Web,
                id: &host.id,
                on_unenforceable: OnUnenforceable::Report,
            });
        }
    }
}

/// Takes everything out of a field; returns whether this version knows the field.
fn clear(layer: &mut PolicyLayer, field: &str) -> bool {
    match field {
        "ScheduleSection.windows" => layer.schedule.windows.clear(),
        "ScheduleSection.end" => layer.schedule.end = None,
        "BudgetSection.budgets" => layer.budgets.budgets.clear(),
        "BudgetSection.extra_time_cap_seconds" => layer.budgets.extra_time_cap = None,
        "AppSection.rules" => layer.apps.rules.clear(),
        "AppSection.install_approval" => layer.apps.install_approval = None,
        "WebSection.mode" => layer.web.mode = None,
        "WebSection.allow" => layer.web.allow.clear(),
        "WebSection.block" => layer.web.block.clear(),
        "WebSection.lists" => layer.web.lists.clear(),
        "WebSection.safe_search" => layer.web.safe_search = None,
        "WebSection.safe_search_engines" => layer.web.safe_search_engines.clear(),
        "RatingSection.ceilings" => layer.ratings.ceilings.clear(),
        "RatingSection.ignore_guidance" => layer.ratings.guidance = Default::default(),
        "RatingSection.unrated" => layer.ratings.unrated.clear(),
        "RatingSection.explicit_content" => layer.ratings.explicit_content = None,
        "RatingSection.verdicts" => layer.ratings.verdicts.clear(),
        "CommunicationSection.mode" => layer.communication.mode = None,
        // A list of contacts only ever opens, and other rules use it too.
        "CommunicationSection.contacts" => {}
        "CommunicationSection.when_closed" => layer.communication.when_closed = None,
        "CommunicationSection.block_unknown_callers" => {
            layer.communication.block_unknown_callers = None;
        }
        "CommunicationSection.contact_approval" => layer.communication.contact_approval = None,
        "SpendingSection.approval" => layer.spending.approval = None,
        "SpendingSection.approval_class" => layer.spending.approval_class = Default::default(),
        "SpendingSection.caps" => layer.spending.caps.clear(),
        "SpendingSection.in_app" => layer.spending.in_app = None,
        "SpendingSection.free_downloads" => layer.spending.free_downloads = None,
        "FeatureSection.rules" => layer.features.rules.clear(),
        "AgeSection.share" => layer.age.share.clear(),
        "AgeSection.gates" => layer.age.gates.clear(),
        _ => return false,
    }
    true
}

/// The field of an act.
const fn field_of(kind: &OverrideKind) -> &'static str {
    match kind {
        OverrideKind::ExtraTime { .. } => "Override.extra_time",
        OverrideKind::LockNow { .. } => "Override.lock_now",
        OverrideKind::Suspend => "Override.suspend",
        OverrideKind::Unblock { .. } => "Override.unblock",
        OverrideKind::DateException { .. } => "Override.date_exception",
    }
}

/// Layers and acts without what law takes away (R-EVAL-048).
pub(super) struct Effective<'a> {
    pub(super) layers: Vec<Cow<'a, PolicyLayer>>,
    pub(super) overrides: Vec<&'a Override>,
    /// What law took away.
    pub(super) struck: Vec<Unenforceable>,
}

impl<'a> Effective<'a> {
    pub(super) fn of(input: &PolicyInput<'a>) -> Self {
        let fields = struck_fields(input.limits);
        let mut struck = Vec::new();
        let layers = input.layers.iter().map(|layer| {
            let mut layer = Cow::Borrowed(layer);
            if !fields.is_empty() && is_guardian(&layer.author) {
                strike(&mut layer, &fields, &mut struck);
            }
            layer
        });
        let layers = layers.collect();
        let mut overrides = Vec::new();
        for act in input.overrides {
            if is_guardian(act.author()) && fields.contains(&field_of(act.kind())) {
                struck.push(Unenforceable {
                    author: act.author().clone(),
                    rule: act.id().as_str().to_owned(),
                    section: None,
                    reason: "JURISDICTION",
                });
            } else {
                overrides.push(act);
            }
        }
        Self {
            layers,
            overrides,
            struck,
        }
    }

    /// Puts what is stricter in the place of each rule that cannot be kept and says so
    /// (R-EVAL-049). Rows that share a name are one rule: where one of them cannot be kept, each goes
    /// by what it says itself.
    pub(super) fn put_stricter(&mut self, unenforceable: &RuleSet<'_>) {
        if unenforceable.is_empty() {
            return;
        }
        for layer in &mut self.layers {
            put_stricter(layer, unenforceable);
        }
    }
}

const fn is_guardian(author: &LayerAuthor) -> bool {
    matches!(author, LayerAuthor::Guardian(_))
}

fn struck_fields(limits: &[ControlLimit]) -> Vec<&'static str> {
    let kinds = limits.iter().filter_map(|limit| match &limit.what {
        Limited::Kind(kind) => rule_kind(kind),
        _ => None,
    });
    kinds.flat_map(|kind| kind.fields).copied().collect()
}

fn strike(
    layer: &mut Cow<'_, PolicyLayer>,
    fields: &[&'static str],
    struck: &mut Vec<Unenforceable>,
) {
    // Entries of a host list share a name.
    let mut known = HashSet::new();
    each_rule(layer, |row| {
        if fields.contains(&row.field) && known.insert((row.section, row.id)) {
            struck.push(Unenforceable {
                author: layer.author.clone(),
                rule: row.id.as_str().to_owned(),
                section: Some(row.section),
                reason: "JURISDICTION",
            });
        }
    });
    for field in fields {
        clear(layer.to_mut(), field);
    }
}

fn put_stricter(layer: &mut Cow<'_, PolicyLayer>, unenforceable: &RuleSet<'_>) {
    let mut wants_stricter = false;
    let author = layer.author.clone();
    let stands_in = |id: &RuleId, on: OnUnenforceable| {
        on == OnUnenforceable::Stricter && unenforceable.contains(&(&author, id.as_str()))
    };
    each_rule(layer, |row| {
        wants_stricter |= stands_in(row.id, row.on_unenforceable);
    });
    if !wants_stricter {
        return;
    }
    let layer = layer.to_mut();
    let (apps, features) = (&mut layer.apps.rules, &mut layer.features.rules);
    layer.budgets.budgets.retain(|budget| {
        if !stands_in(&budget.id, budget.on_unenforceable) {
            return true;
        }
        let id = budget.id.clone();
        match &budget.target {
            BudgetTarget::Overall => return true,
            BudgetTarget::App(app) => apps.push(AppRule::block(id, AppTarget::App(app.clone()))),
            BudgetTarget::Category(category) => {
                apps.push(AppRule::block(id, AppTarget::Category(category.clone())));
            }
            BudgetTarget::Feature(feature) => features.push(FeatureRule {
                id,
                feature: feature.clone(),
                effect: FeatureEffect::Block,
                review_by: None,
                on_unenforceable: OnUnenforceable::Report,
            }),
        }
        false
    });
    if let Some(rule) = &mut layer.web.mode
        && stands_in(&rule.id, rule.on_unenforceable)
        && matches!(rule.mode, WebMode::Filtered { .. })
    {
        rule.mode = WebMode::AllowList;
    }
    let talk = &mut layer.communication;
    for rule in talk.mode.iter_mut().chain(&mut talk.when_closed) {
        if stands_in(&rule.id, rule.on_unenforceable)
            && rule.mode == CommunicationMode::ContactsOnly
        {
            rule.mode = CommunicationMode::Disabled;
        }
    }
    for rule in &mut layer.ratings.unrated {
        if stands_in(&rule.id, rule.on_unenforceable) && rule.effect == UnratedEffect::Ask {
            rule.effect = UnratedEffect::Block;
        }
    }
    for gate in &mut layer.age.gates {
        if stands_in(&gate.id, gate.on_unenforceable) && gate.on_unknown == AgeOnUnknown::Ask {
            gate.on_unknown = AgeOnUnknown::Block;
        }
    }
}

/// The rules of a layer that cannot be kept and that close everything then.
pub(super) fn deny_access<'a>(
    layer: &'a PolicyLayer,
    unenforceable: &RuleSet<'_>,
) -> Vec<&'a RuleId> {
    let mut found = Vec::new();
    let mut look = |id: &'a RuleId, on: OnUnenforceable| {
        let is_it = || unenforceable.contains(&(&layer.author, id.as_str()));
        if on == OnUnenforceable::DenyAccess && is_it() {
            found.push(id);
        }
    };
    each_rule(layer, |row| look(row.id, row.on_unenforceable));
    for rule in &layer.unknown {
        look(&rule.id, rule.on_unenforceable);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::RULE_KINDS;

    #[test]
    fn every_field_of_the_registry_can_be_taken_away() {
        // R-EVAL-048
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
        let fields = RULE_KINDS.iter().flat_map(|kind| kind.fields);
        let acts = [
            "Override.extra_time",
            "Override.lock_now",
            "Override.suspend",
            "Override.unblock",
            "Override.date_exception",
        ];
        let unknown = fields.filter(|field| !acts.contains(field) && !clear(&mut layer, field));
        assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
