//! An item with labels: of which media it is, and what a ceiling says about it.

use super::question::Question;
use super::{Action, Content};
use crate::policy::{GuidanceLabels, Medium};
use crate::ratings::{CeilingVerdict, CompiledCeiling, Label, LabelKind, LabelRef, RatingTable};

/// What an action's labels say.
pub(super) struct Rated<'a> {
    table: &'a RatingTable,
    own: Option<LabelRef>,
    others: &'a [LabelRef],
    media: Media,
    /// Labels of this region's systems count alone.
    region: Option<&'a str>,
}

/// Of which media an item is.
#[derive(Clone, Copy)]
enum Media {
    /// Of those that the systems of its labels rate, whatever its maker calls it.
    OfLabels,
    /// It has no label, and is of this one.
    One(Medium),
    /// It has no label, and nobody knows.
    Unknown,
}

impl<'a> Rated<'a> {
    /// `None` when the action is nothing that is rated, or an app or host without labels.
    pub(super) fn new(question: &Question<'a>) -> Option<Self> {
        let context = question.context;
        let (own, medium) = match context.action {
            Action::Content(Content::Rated(label)) => (Some(*label), None),
            Action::Content(Content::Unrated(medium)) => (None, *medium),
            Action::App(_) | Action::Install(_) | Action::Host(_) | Action::UnnamedHost
                if !context.labels.is_empty() =>
            {
                (None, None)
            }
            _ => return None,
        };
        let table: &'a RatingTable = &question.policy.table;
        let mut item = Self {
            table,
            own,
            others: context.labels,
            media: Media::OfLabels,
            region: None,
        };
        if item.known().next().is_none() {
            item.media = medium.map_or(Media::Unknown, Media::One);
        }
        let region = question
            .policy
            .region
            .as_ref()
            .map(|region| region.as_str());
        if let Some(region) = region
            && item
                .labels()
                .any(|label| says_something(label) && table.holds_in(label, region))
        {
            item.region = Some(region);
        }
        Some(item)
    }

    /// Recognised labels, whether they count or not.
    fn known(&self) -> impl Iterator<Item = &'a Label> {
        let all = self.own.into_iter().chain(self.others.iter().copied());
        let table = self.table;
        all.filter_map(move |label| table.label(label))
    }

    /// Recognised labels that count.
    fn labels(&self) -> impl Iterator<Item = &'a Label> {
        let (table, region) = (self.table, self.region);
        self.known()
            .filter(move |label| region.is_none_or(|region| table.holds_in(label, region)))
    }

    /// Whether a rule for `medium` is about the item: it is of every medium that the system of one
    /// of its labels rates, of whichever region.
    fn is_of(&self, medium: Medium) -> bool {
        match self.media {
            Media::OfLabels => self.known().any(|label| self.table.rates(label, medium)),
            Media::One(of) => of == medium,
            Media::Unknown => true,
        }
    }

    /// Whether an unrated row goes before those without a medium, where these do not fit as well
    /// (R-EVAL-016).
    pub(super) fn has_row(&self, medium: Option<Medium>) -> bool {
        match medium {
            Some(medium) => self.is_of(medium),
            None => matches!(self.media, Media::Unknown),
        }
    }

    pub(super) fn has_no_rating(&self) -> bool {
        !self.labels().any(says_something)
    }

    /// What a ceiling for `medium` says: above if any label is above, else admitted if any is
    /// admitted; `None` when it is not about the item.
    pub(super) fn under(
        &self,
        ceiling: &CompiledCeiling,
        medium: Option<Medium>,
        guidance: GuidanceLabels,
    ) -> Option<CeilingVerdict> {
        if medium.is_some_and(|medium| !self.is_of(medium)) {
            return None;
        }
        let fits = |label: &&Label| medium.is_none_or(|medium| self.table.rates(label, medium));
        let mut verdict = CeilingVerdict::Unrated;
        for label in self.labels().filter(fits) {
            match ceiling.judge(label, guidance) {
                CeilingVerdict::Above => return Some(CeilingVerdict::Above),
                CeilingVerdict::Admitted => verdict = CeilingVerdict::Admitted,
                CeilingVerdict::Unrated => {}
            }
        }
        Some(verdict)
    }
}

/// Whether a label rates what bears it; one that is still to come does not (R-EVAL-015).
const fn says_something(label: &Label) -> bool {
    !matches!(label.kind, LabelKind::Pending | LabelKind::Unrated)
}
