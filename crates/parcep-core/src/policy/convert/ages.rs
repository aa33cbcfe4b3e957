//! The safety section of ages.

use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;
use crate::age::{AgeAssurance, AgePurpose, Cuts};

pub(super) fn read_ages(
    section: pb::AgeSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<AgeSection> {
    let share = section.share.iter().map(read_share);
    let share = share.collect::<Outcome<_>>()?;
    let mut gates = Vec::with_capacity(section.gates.len());
    for gate in &section.gates {
        match read_gate_target(gate.target.as_ref())? {
            Some(target) => gates.push(read_gate(gate, target)?),
            None => unknown.push(unreadable(
                &gate.id,
                SectionName::Age,
                gate,
                gate.review_by_day,
                gate.on_unenforceable,
            )?),
        }
    }
    read_extensions(section.extension_rules, SectionName::Age, unknown)?;
    Ok(AgeSection { share, gates })
}

fn read_share(rule: &pb::AgeShareRule) -> Outcome<AgeShareRule> {
    let mut share = match pb::AgeShare::try_from(rule.share) {
        Ok(pb::AgeShare::Allow) => AgeShare::Allow,
        Ok(pb::AgeShare::Ask) => AgeShare::Ask,
        // An unknown value is read as the strictest.
        Ok(pb::AgeShare::Refuse | pb::AgeShare::Unspecified) | Err(_) => AgeShare::Refuse,
    };
    let known = rule.purposes.iter();
    let purposes: Vec<_> = known.filter_map(|of| AgePurpose::known(*of)).collect();
    // A rule for nothing that this version knows must not become one for everything (R-POL-006).
    if purposes.is_empty() && !rule.purposes.is_empty() {
        share = AgeShare::Refuse;
    }
    Ok(AgeShareRule {
        id: rule.id.parse()?,
        audience: rule.audience.as_deref().map(str::parse).transpose()?,
        share,
        cuts: read_cuts(&rule.cuts)?,
        purposes,
        review_by: read_review(rule.review_by_day)?,
        on_unenforceable: read_fallback(rule.on_unenforceable),
    })
}

fn read_cuts(cuts: &[u32]) -> Outcome<Option<Cuts>> {
    if cuts.is_empty() {
        return Ok(None);
    }
    let outside = |_| {
        range(
            "cut points",
            "1 to 3 ages from 1 to 21, ascending, 2 apart (R-AGE-005)",
        )
    };
    Cuts::try_from(cuts).map(Some).map_err(outside)
}

/// Everything unless it says so; `None` when the target is of an unknown kind, as a feature is.
fn read_gate_target(target: Option<&pb::BudgetTarget>) -> Outcome<Option<AgeGateTarget>> {
    let Some(target) = target else {
        return Ok(Some(AgeGateTarget::Overall));
    };
    Ok(match read_target(Some(target))? {
        Some(BudgetTarget::Overall) => Some(AgeGateTarget::Overall),
        Some(BudgetTarget::Category(category)) => Some(AgeGateTarget::Category(category)),
        Some(BudgetTarget::App(app)) => Some(AgeGateTarget::App(app)),
        Some(BudgetTarget::Feature(_)) | None => None,
    })
}

fn read_gate(gate: &pb::AgeGate, target: AgeGateTarget) -> Outcome<AgeGate> {
    Ok(AgeGate {
        id: gate.id.parse()?,
        target,
        minimum_age: gate.minimum_age.try_into()?,
        least_assurance: match gate.least_assurance.map(AgeAssurance::known) {
            None => AgeAssurance::Asserted,
            // What is there and says nothing is as unknown as any other number.
            Some(None | Some(AgeAssurance::NotTold)) => AgeAssurance::Strict,
            Some(Some(least)) => least,
        },
        on_unknown: match gate.on_unknown.map(pb::AgeOnUnknown::try_from) {
            None | Some(Ok(pb::AgeOnUnknown::Ask)) => AgeOnUnknown::Ask,
            Some(Ok(pb::AgeOnUnknown::Allow)) => AgeOnUnknown::Allow,
            Some(_) => AgeOnUnknown::Block,
        },
        review_by: read_review(gate.review_by_day)?,
        on_unenforceable: read_fallback(gate.on_unenforceable),
    })
}

pub(super) fn write_ages(section: &AgeSection, extension_rules: Vec<pb::ExtensionRule>) -> Vec<u8> {
    pb::AgeSection {
        share: section.share.iter().map(write_share).collect(),
        gates: section.gates.iter().map(write_gate).collect(),
        extension_rules,
    }
    .encode_to_vec()
}

fn write_share(rule: &AgeShareRule) -> pb::AgeShareRule {
    pb::AgeShareRule {
        id: rule.id.to_string(),
        audience: rule.audience.as_ref().map(ToString::to_string),
        share: match rule.share {
            AgeShare::Allow => pb::AgeShare::Allow.into(),
            AgeShare::Ask => pb::AgeShare::Ask.into(),
            AgeShare::Refuse => pb::AgeShare::Refuse.into(),
        },
        cuts: rule
            .cuts
            .as_ref()
            .map_or(Vec::new(), |cuts| cuts.points().to_vec()),
        purposes: rule.purposes.iter().map(|purpose| purpose.wire()).collect(),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    }
}

fn write_gate(gate: &AgeGate) -> pb::AgeGate {
    let target = match &gate.target {
        AgeGateTarget::Overall => None,
        AgeGateTarget::Category(category) => Some(BudgetTarget::Category(category.clone())),
        AgeGateTarget::App(app) => Some(BudgetTarget::App(app.clone())),
    };
    let least = gate.least_assurance;
    pb::AgeGate {
        id: gate.id.to_string(),
        target: target.as_ref().and_then(write_target),
        minimum_age: gate.minimum_age.years(),
        least_assurance: (least != AgeAssurance::Asserted).then(|| least.wire()),
        on_unknown: match gate.on_unknown {
            AgeOnUnknown::Allow => Some(pb::AgeOnUnknown::Allow.into()),
            AgeOnUnknown::Ask => None,
            AgeOnUnknown::Block => Some(pb::AgeOnUnknown::Block.into()),
        },
        review_by_day: gate.review_by.map(write_date),
        on_unenforceable: write_fallback(gate.on_unenforceable),
    }
}
