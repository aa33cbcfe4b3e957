//! Features: the longest code counts (R-EVAL-026).

use super::apps::Said;
use super::hash::TextMap;
use super::names::RuleNumber;
use crate::policy::{FeatureCode, FeatureEffect, FeatureSection};

/// The feature rules of one layer: of equal codes the strictest, of equal effects the first.
#[derive(Debug, Default)]
pub(super) struct Features(TextMap<(FeatureEffect, RuleNumber)>);

impl Features {
    pub(super) fn compile(
        section: &FeatureSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut features = TextMap::<(FeatureEffect, RuleNumber)>::default();
        for rule in &section.rules {
            let said = (rule.effect, name(rule.id.as_str()));
            let stricter = |known: &mut (FeatureEffect, RuleNumber)| {
                if said.0 > known.0 {
                    *known = said;
                }
            };
            features
                .entry(rule.feature.as_str().into())
                .and_modify(stricter)
                .or_insert(said);
        }
        Self(features)
    }

    pub(super) fn says(&self, feature: &FeatureCode) -> Said {
        if self.0.is_empty() {
            return Said::Nothing;
        }
        match feature.prefixes().find_map(|code| self.0.get(code)) {
            None => Said::Nothing,
            Some((FeatureEffect::Allow, rule)) => Said::Allow(*rule),
            Some((FeatureEffect::Ask, rule)) => Said::Ask(*rule),
            Some((FeatureEffect::Block, rule)) => Said::Block(*rule),
        }
    }
}
