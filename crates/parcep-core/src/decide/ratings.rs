//! Ceilings, unrated content, verdicts: what one layer says about an item.

use super::names::RuleNumber;
use super::question::Question;
use super::rated::Rated;
use super::{Reason, Verdict};
use crate::policy::{
    GuidanceLabels, Medium, RatingSection, UnratedEffect, VerdictAbout, VerdictEffect,
};
use crate::ratings::{CeilingVerdict, CompiledCeiling, RatingTable};

/// Ceilings and what goes with them.
#[derive(Debug, Default)]
pub(super) struct Ratings {
    ceilings: Vec<(RuleNumber, Option<Medium>, CompiledCeiling)>,
    unrated: Vec<(RuleNumber, Option<Medium>, UnratedEffect)>,
    guidance: GuidanceLabels,
    /// Explicit content is off.
    pub(super) no_explicit: Option<RuleNumber>,
    verdicts: Vec<CompiledVerdictRule>,
}

#[derive(Debug)]
struct CompiledVerdictRule {
    rule: RuleNumber,
    about: VerdictAbout,
    min_confidence: u8,
    effect: VerdictEffect,
}

impl Ratings {
    pub(super) fn compile(
        section: &RatingSection,
        table: &RatingTable,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let ceilings = section.ceilings.iter().map(|rule| {
            let ceiling = CompiledCeiling::resolve(&rule.ceiling, table);
            (name(rule.id.as_str()), rule.medium, ceiling)
        });
        let ceilings = ceilings.collect();
        let unrated = section.unrated.iter();
        let unrated = unrated
            .map(|rule| (name(rule.id.as_str()), rule.medium, rule.effect))
            .collect();
        let no_explicit = section.explicit_content.as_ref().filter(|flag| !flag.on);
        let no_explicit = no_explicit.map(|flag| name(flag.id.as_str()));
        let verdicts = section.verdicts.iter().map(|rule| CompiledVerdictRule {
            rule: name(rule.id.as_str()),
            about: rule.about.clone(),
            min_confidence: rule.min_confidence.value(),
            effect: rule.effect,
        });
        let verdicts = verdicts.collect();
        Self {
            ceilings,
            unrated,
            guidance: section.guidance,
            no_explicit,
            verdicts,
        }
    }

    /// Tells `note` every ceiling that the action's labels are above; without one, what holds for
    /// content without a rating.
    pub(super) fn judge(
        &self,
        question: &Question<'_>,
        mut note: impl FnMut(UnratedEffect, Reason, RuleNumber),
    ) {
        if self.ceilings.is_empty() && self.unrated.is_empty() {
            return;
        }
        let Some(item) = Rated::new(question) else {
            return;
        };
        let mut above = false;
        let mut without_rating: Option<RuleNumber> = None;
        for (rule, medium, ceiling) in &self.ceilings {
            match item.under(ceiling, *medium, self.guidance) {
                Some(CeilingVerdict::Above) => {
                    above = true;
                    note(UnratedEffect::Block, Reason::Rating, *rule);
                }
                Some(CeilingVerdict::Unrated) => without_rating = without_rating.or(Some(*rule)),
                Some(CeilingVerdict::Admitted) | None => {}
            }
        }
        if !above && (without_rating.is_some() || item.has_no_rating()) {
            self.judge_unrated(&item, without_rating, note);
        }
    }

    /// The row for the item's medium, else the general row, else ASK under any ceiling; of an
    /// unknown medium every row alike (R-EVAL-016).
    fn judge_unrated(
        &self,
        item: &Rated<'_>,
        ceiling: Option<RuleNumber>,
        mut note: impl FnMut(UnratedEffect, Reason, RuleNumber),
    ) {
        let strictest = |fits: &dyn Fn(Option<Medium>) -> bool| {
            let rows = self.unrated.iter().filter(|(_, medium, _)| fits(*medium));
            // Of equal rows the last is the greatest: from behind, the first of the section.
            rows.rev()
                .max_by_key(|(_, _, effect)| *effect)
                .map(|(rule, _, effect)| (*rule, *effect))
        };
        let row = strictest(&|medium| item.has_row(medium));
        let row = row.or_else(|| strictest(&|medium| medium.is_none()));
        let row = row.or_else(|| ceiling.map(|rule| (rule, UnratedEffect::Ask)));
        if let Some((rule, effect)) = row {
            note(effect, Reason::Unrated, rule);
        }
    }

    /// Tells `note` every verdict rule that answers about an item without a rating (R-EVAL-027).
    pub(super) fn judge_verdicts(
        &self,
        question: &Question<'_>,
        mut note: impl FnMut(VerdictEffect, RuleNumber),
    ) {
        let verdicts = question.context.verdicts;
        if self.verdicts.is_empty() || verdicts.is_empty() {
            return;
        }
        if Rated::new(question).is_some_and(|item| !item.has_no_rating()) {
            return;
        }
        for rule in &self.verdicts {
            if verdicts.iter().any(|verdict| rule.is_about(verdict)) {
                note(rule.effect, rule.rule);
            }
        }
    }
}

impl CompiledVerdictRule {
    fn is_about(&self, verdict: &Verdict<'_>) -> bool {
        let about = match &self.about {
            VerdictAbout::Category(category) => verdict.category == Some(category),
            VerdictAbout::Concern(concern) => verdict.concern == *concern,
        };
        about && verdict.confidence.value() >= self.min_confidence
    }
}
