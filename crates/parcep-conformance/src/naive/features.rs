//! Steps 3 and 5b for features.

use super::apps::Explicit;
use super::model::Layer;
use super::targets::covers;
use parcep_proto::v1alpha1 as pb;
use pb::FeatureEffect;

/// R-EVAL-026: of the rules that cover a feature, those with the longest code.
fn longest<'a>(layer: &'a Layer, feature: &str) -> Vec<&'a pb::FeatureRule> {
    let mut rules: Vec<_> = layer.feature.rules.iter().collect();
    rules.retain(|rule| covers(&rule.feature, feature));
    let longest = rules.iter().map(|rule| rule.feature.len()).max();
    rules.retain(|rule| Some(rule.feature.len()) == longest);
    rules
}

/// R-POL-006: an unknown effect is BLOCK.
fn effect(rule: &pb::FeatureRule) -> FeatureEffect {
    match FeatureEffect::try_from(rule.effect) {
        Ok(FeatureEffect::Allow) => FeatureEffect::Allow,
        Ok(FeatureEffect::Ask) => FeatureEffect::Ask,
        _ => FeatureEffect::Block,
    }
}

/// R-EVAL-026: between equal codes BLOCK before ASK before ALLOW; the first rule that says it.
fn counts<'a>(layer: &'a Layer, feature: &str) -> Option<(FeatureEffect, &'a pb::FeatureRule)> {
    let rules = longest(layer, feature);
    [
        FeatureEffect::Block,
        FeatureEffect::Ask,
        FeatureEffect::Allow,
    ]
    .into_iter()
    .find_map(|wanted| {
        let mut rules = rules.iter();
        rules
            .find(|rule| effect(rule) == wanted)
            .map(|rule| (wanted, *rule))
    })
}

/// Step 3.
pub(super) fn explicit(layer: &Layer, feature: &str) -> Option<Explicit> {
    match counts(layer, feature)? {
        (FeatureEffect::Block, rule) => Some(Explicit::Block(rule.id.clone())),
        (FeatureEffect::Allow, rule) => Some(Explicit::Allow(rule.id.clone())),
        _ => None,
    }
}

/// Step 5b: the rule by which a guardian is asked.
pub(super) fn asks(layer: &Layer, feature: &str) -> Option<String> {
    match counts(layer, feature)? {
        (FeatureEffect::Ask, rule) => Some(rule.id.clone()),
        _ => None,
    }
}
