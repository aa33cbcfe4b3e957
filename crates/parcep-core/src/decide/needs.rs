//! Which capability a rule needs, by its kind and by what it is about (the table of R-POL-005).

use std::collections::BTreeSet;

use super::RuleRef;
use crate::policy::{BudgetTarget, Medium, PolicyLayer, RuleId, WebMode};
use crate::registry::feature;

/// Rules of a layer that an enforcement point with these capabilities cannot enforce, since it lacks one that
/// they need: each once, in the order of their names. Acts are none of them. A feature without a row in the
/// registry needs nothing here: the product alone knows whether it has it (R-POL-019).
#[must_use]
pub fn beyond<S: AsRef<str>>(layer: &PolicyLayer, capabilities: &[S]) -> Vec<RuleRef> {
    let has = |need: &&str| capabilities.iter().any(|one| one.as_ref() == *need);
    let mut lacking = BTreeSet::new();
    each_need(layer, |rule, needs| {
        if !needs.iter().all(has) {
            lacking.insert(rule.as_str());
        }
    });
    let named = lacking.into_iter().map(|rule| RuleRef {
        author: layer.author.clone(),
        rule: rule.to_owned(),
    });
    named.collect()
}

/// Shows `look` every rule that has a name, and all that it needs.
fn each_need<'a>(layer: &'a PolicyLayer, mut look: impl FnMut(&'a RuleId, &[&str])) {
    for window in &layer.schedule.windows {
        let needs = match window.target {
            BudgetTarget::Overall => "time.window",
            _ => "time.target",
        };
        look(&window.id, &[needs]);
    }
    for budget in &layer.budgets.budgets {
        let needs = match budget.target {
            BudgetTarget::Overall => "budget.device",
            BudgetTarget::App(_) => "budget.app",
            BudgetTarget::Category(_) => "budget.category",
            BudgetTarget::Feature(_) => "budget.feature",
        };
        look(&budget.id, &[needs]);
    }
    if let Some(rule) = &layer.web.mode {
        let needs = match rule.mode {
            WebMode::Filtered { .. } => "web.category",
            _ => "web.host",
        };
        look(&rule.id, &[needs]);
    }
    for rule in &layer.ratings.ceilings {
        look(&rule.id, of_medium(rule.medium));
    }
    for rule in &layer.ratings.unrated {
        look(&rule.id, of_medium(rule.medium));
    }
    for rule in &layer.features.rules {
        let needs = feature(rule.feature.as_str()).map(|row| row.capability);
        look(&rule.id, needs.as_slice());
    }
    macro_rules! all_need {
        ($($rules:expr => $needs:literal),* $(,)?) => {
            $($rules.iter().for_each(|rule| look(&rule.id, &[$needs]));)*
        };
    }
    let (web, ratings, talk, money) = (
        &layer.web,
        &layer.ratings,
        &layer.communication,
        &layer.spending,
    );
    all_need! {
        layer.schedule.end => "time.end",
        layer.apps.rules => "app.block",
        layer.apps.install_approval => "app.install",
        web.allow => "web.host",
        web.block => "web.host",
        web.lists => "web.host",
        web.safe_search => "web.safe_search",
        ratings.explicit_content => "rating.content",
        ratings.verdicts => "rating.classifier",
        talk.mode => "communication.contact",
        talk.when_closed => "communication.contact",
        talk.block_unknown_callers => "communication.contact",
        talk.contact_approval => "communication.add",
        money.approval => "spending.purchase",
        money.in_app => "spending.purchase",
        money.free_downloads => "spending.purchase",
        money.caps => "spending.cap",
        layer.age.share => "age.share",
        layer.age.gates => "age.gate",
    }
}

const fn of_medium(medium: Option<Medium>) -> &'static [&'static str] {
    match medium {
        Some(Medium::App | Medium::Game) => &["rating.app"],
        Some(_) => &["rating.content"],
        None => &["rating.app", "rating.content"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{FEATURES, RULE_KINDS};
    use serde_json::{Value, json};

    /// One rule for each capability that a rule can need, named after it.
    fn layer() -> PolicyLayer {
        let daily = json!({"daily": [{"days": ["monday"], "seconds": 60}]});
        let budget =
            |id: &str, target: Value| json!({"id": id, "target": target, "allowance": daily});
        let window = |id: &str, target: Value| json!({"id": id, "state": "block", "days": ["monday"], "span": "all_day", "target": target});
        let on = |id: &str| json!({"id": id, "on": true});
        let feature = |id: &str, code: &str| json!({"id": id, "feature": code, "effect": "block"});
        let layer = json!({
            "author": {"guardian": "g1"},
            "schedule": {
                "windows": [
                    window("time.window", json!("overall")),
                    window("time.target", json!({"app": "pcps/Chess"})),
                ],
                "end": {"id": "time.end", "action": "lock"},
            },
            "budgets": {"budgets": [
                budget("budget.device", json!("overall")),
                budget("budget.app", json!({"app": "pcps/Chess"})),
                budget("budget.category", json!({"category": "games"})),
                budget("budget.feature", json!({"feature": "ai"})),
            ]},
            "apps": {
                "rules": [{"id": "app.block", "target": {"app": "pcps/Chess"}, "access": "block"}],
                "install_approval": on("app.install"),
            },
            "web": {
                "mode": {"id": "web.category", "mode": {"filtered": {"categories": ["adult"]}}},
                "block": [{"id": "web.host", "host": "a.example"}],
                "safe_search": on("web.safe_search"),
            },
            "ratings": {
                "ceilings": [{"id": "rating.app", "medium": "game", "ceiling": {"max_age": 7}}],
                "unrated": [{"id": "rating.content", "medium": "film", "effect": "ask"}],
                "verdicts": [{"id": "rating.classifier", "about": {"concern": "content"}, "effect": "block"}],
            },
            "communication": {
                "mode": {"id": "communication.contact", "mode": "disabled"},
                "contact_approval": on("communication.add"),
            },
            "spending": {
                "approval": on("spending.purchase"),
                "caps": [{"id": "spending.cap", "amount": {"currency": "GBP", "minor": 1}}],
            },
            "features": {"rules": [
                feature("feature.device", "camera"),
                feature("feature.ai_assistant", "ai.voice"),
                feature("feature.social", "social.post"),
                feature("feature.feed", "feed"),
                feature("feature.privacy", "privacy.ads"),
                feature("x-nobody", "com.example.dim_lights"),
            ]},
            "age": {
                "share": [{"id": "age.share", "share": "refuse"}],
                "gates": [{"id": "age.gate", "minimum_age": 16}],
            },
        });
        serde_json::from_value(layer).unwrap()
    }

    /// Every capability that some kind of rule needs, but for acts.
    fn needed() -> BTreeSet<&'static str> {
        let rules = RULE_KINDS.iter().filter(|kind| kind.area != "override");
        let rules = rules.flat_map(|kind| kind.capabilities.iter().copied());
        let features = FEATURES.iter().map(|row| row.capability);
        rules.chain(features).collect()
    }

    fn names(found: &[RuleRef]) -> BTreeSet<&str> {
        found.iter().map(|rule| rule.rule.as_str()).collect()
    }

    #[test]
    fn each_rule_needs_the_capability_of_its_kind_and_of_what_it_is_about() {
        // R-POL-019
        let (layer, all) = (layer(), needed());
        let everything: Vec<&str> = all.iter().copied().collect();
        assert_eq!(beyond(&layer, &everything), []);
        assert_eq!(names(&beyond::<&str>(&layer, &[])), all);
        for lacking in &all {
            let some: Vec<&&str> = all.iter().filter(|one| *one != lacking).collect();
            assert_eq!(names(&beyond(&layer, &some)), BTreeSet::from([*lacking]));
        }
    }

    #[test]
    fn a_rating_rule_for_every_medium_needs_both() {
        let layer = json!({
            "author": {"guardian": "g1"},
            "ratings": {"ceilings": [{"id": "r", "ceiling": {"max_age": 7}}]},
        });
        let layer: PolicyLayer = serde_json::from_value(layer).unwrap();
        assert_eq!(beyond(&layer, &["rating.app"]).len(), 1);
        assert_eq!(beyond(&layer, &["rating.content"]).len(), 1);
        assert_eq!(beyond(&layer, &["rating.content", "rating.app"]), []);
    }
}
