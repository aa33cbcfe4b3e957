//! The safety section of features.

use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;

pub(super) fn read_features(
    section: pb::FeatureSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<FeatureSection> {
    let read = |rule: &pb::FeatureRule| {
        Ok(FeatureRule {
            id: rule.id.parse()?,
            feature: rule.feature.parse()?,
            // An unknown effect is read as the strictest.
            effect: match rule.effect() {
                pb::FeatureEffect::Allow => FeatureEffect::Allow,
                pb::FeatureEffect::Ask => FeatureEffect::Ask,
                pb::FeatureEffect::Block | pb::FeatureEffect::Unspecified => FeatureEffect::Block,
            },
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        })
    };
    let rules = section.rules.iter().map(read).collect::<Outcome<_>>()?;
    read_extensions(section.extension_rules, SectionName::Feature, unknown)?;
    Ok(FeatureSection { rules })
}

pub(super) fn write_features(
    section: &FeatureSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    let write = |rule: &FeatureRule| pb::FeatureRule {
        id: rule.id.to_string(),
        feature: rule.feature.to_string(),
        effect: match rule.effect {
            FeatureEffect::Allow => pb::FeatureEffect::Allow.into(),
            FeatureEffect::Ask => pb::FeatureEffect::Ask.into(),
            FeatureEffect::Block => pb::FeatureEffect::Block.into(),
        },
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    };
    pb::FeatureSection {
        rules: section.rules.iter().map(write).collect(),
        extension_rules,
    }
    .encode_to_vec()
}
