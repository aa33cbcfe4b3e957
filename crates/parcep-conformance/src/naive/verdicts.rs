//! Step 5: what classifiers said about an item without a rating.

use super::answer::{Effect, Reason};
use super::asked::Asked;
use super::model::Layer;
use super::question::{Action, Verdict};
use super::steps::{Finding, ask_or_deny};
use parcep_proto::v1alpha1 as pb;
use pb::verdict_rule::About;

/// R-POL-005, R-POL-006: about nothing, or about a concern that nobody knows.
pub(super) fn is_unknown(rule: &pb::VerdictRule) -> bool {
    match &rule.about {
        None => true,
        Some(About::Category(_)) => false,
        Some(About::Concern(number)) => matches!(
            pb::Concern::try_from(*number),
            Ok(pb::Concern::Unspecified) | Err(_)
        ),
    }
}

/// R-EVAL-027: what the rules of a layer say, those that deny and those that ask.
pub(super) fn judged(asked: &Asked<'_>, layer: &Layer) -> Vec<Finding> {
    let is_item = matches!(
        asked.question.action,
        Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content
    );
    if !is_item || asked.labels.rates() {
        return Vec::new();
    }
    [Effect::Deny, Effect::Ask]
        .into_iter()
        .filter_map(|wanted| {
            let answers =
                |rule: &&pb::VerdictRule| effect_of(asked, rule) == wanted && is_met(asked, rule);
            let rules = layer.rating.verdicts.iter().filter(answers);
            let names: Vec<_> = rules.map(|rule| rule.id.clone()).collect();
            (!names.is_empty()).then(|| Finding::by(layer, wanted, Reason::Classifier, names))
        })
        .collect()
}

/// R-POL-006: an unknown effect is BLOCK.
fn effect_of(asked: &Asked<'_>, rule: &pb::VerdictRule) -> Effect {
    match pb::VerdictEffect::try_from(rule.effect) {
        Ok(pb::VerdictEffect::Ask) => ask_or_deny(asked.question),
        _ => Effect::Deny,
    }
}

/// R-EVAL-027: a verdict about its category or concern reaches its least confidence.
fn is_met(asked: &Asked<'_>, rule: &pb::VerdictRule) -> bool {
    let is_about = |verdict: &Verdict| match &rule.about {
        Some(About::Category(category)) => verdict.category.as_ref() == Some(category),
        Some(About::Concern(number)) => !is_unknown(rule) && verdict.concern as i32 == *number,
        None => false,
    };
    let least = rule.min_confidence_percent.unwrap_or(0);
    let mut verdicts = asked.question.verdicts.iter();
    verdicts.any(|verdict| is_about(verdict) && verdict.confidence_percent >= least)
}
