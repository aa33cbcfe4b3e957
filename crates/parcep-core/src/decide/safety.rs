//! Safety areas: web mode, ratings, communication, spending. Each says what it says about one
//! action by itself; [`super::evaluate`] puts them in order.

use super::evaluate::Question;
use super::names::RuleNumber;
use super::{Action, Content, Context, PurchaseKind, Reason};
use crate::policy::{
    CommunicationMode, CommunicationSection, ContactId, Flag, GuidanceLabels, Medium, Money,
    RatingSection, SpendingSection, UnratedEffect, WebMode, WebSection,
};
use crate::ratings::{CeilingVerdict, CompiledCeiling, Label, LabelKind, LabelRef, RatingTable};

use super::hash::TextMap;

/// Web rules beyond the lists.
#[derive(Debug, Default)]
pub(super) struct Web {
    /// Only listed hosts.
    pub(super) allow_list: Option<RuleNumber>,
    /// Category and rule.
    blocked: TextMap<RuleNumber>,
}

impl Web {
    pub(super) fn compile(section: &WebSection, mut name: impl FnMut(&str) -> RuleNumber) -> Self {
        let mut web = Self::default();
        if let Some(rule) = &section.mode {
            let number = name(rule.id.as_str());
            match &rule.mode {
                WebMode::Unrestricted | WebMode::BlockList => {}
                WebMode::AllowList => web.allow_list = Some(number),
                WebMode::Filtered { categories } => {
                    let rows = categories
                        .iter()
                        .map(|category| (category.as_str().into(), number));
                    web.blocked = rows.collect();
                }
            }
        }
        web
    }

    /// The rule that blocks one of the host's categories.
    pub(super) fn blocked_category(&self, context: &Context<'_>) -> Option<RuleNumber> {
        if self.blocked.is_empty() {
            return None;
        }
        context
            .categories
            .iter()
            .find_map(|of| self.blocked.get(of.as_str()))
            .copied()
    }
}

/// Ceilings and what goes with them.
#[derive(Debug, Default)]
pub(super) struct Ratings {
    ceilings: Vec<(RuleNumber, Option<Medium>, CompiledCeiling)>,
    unrated: Vec<(RuleNumber, Option<Medium>, UnratedEffect)>,
    guidance: GuidanceLabels,
    /// Explicit content is off.
    pub(super) no_explicit: Option<RuleNumber>,
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
        Self {
            ceilings,
            unrated,
            guidance: section.guidance,
            no_explicit,
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

    /// The row for the item's medium, else the general row, else ASK under any ceiling
    /// (R-EVAL-016).
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
        let row = strictest(&|medium| medium.is_some_and(|medium| item.is_of(medium)));
        let row = row.or_else(|| strictest(&|medium| medium.is_none()));
        let row = row.or_else(|| ceiling.map(|rule| (rule, UnratedEffect::Ask)));
        if let Some((rule, effect)) = row {
            note(effect, Reason::Unrated, rule);
        }
    }
}

/// What an action's labels say.
struct Rated<'a> {
    table: &'a RatingTable,
    own: Option<LabelRef>,
    others: &'a [LabelRef],
    unrated: Option<Medium>,
    /// Labels of this region's systems count alone.
    region: Option<&'a str>,
}

impl<'a> Rated<'a> {
    /// `None` when the action is nothing that is rated, or an app or host without labels.
    fn new(question: &Question<'a>) -> Option<Self> {
        let context = &question.context;
        let (own, unrated) = match context.action {
            Action::Content(Content::Rated(label)) => (Some(*label), None),
            Action::Content(Content::Unrated(medium)) => (None, Some(*medium)),
            Action::App(_) | Action::Install(_) | Action::Host(_) if !context.labels.is_empty() => {
                (None, None)
            }
            _ => return None,
        };
        let table: &'a RatingTable = &question.policy.table;
        let mut item = Self {
            table,
            own,
            others: context.labels,
            unrated,
            region: None,
        };
        let region = question
            .policy
            .region
            .as_ref()
            .map(|region| region.as_str());
        if let Some(region) = region
            && item.labels().any(|label| table.holds_in(label, region))
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

    /// An item is of every medium that the system of one of its labels rates, of whichever region.
    fn is_of(&self, medium: Medium) -> bool {
        self.unrated == Some(medium) || self.known().any(|label| self.table.rates(label, medium))
    }

    fn has_no_rating(&self) -> bool {
        let rates = |label: &Label| !matches!(label.kind, LabelKind::Pending | LabelKind::Unrated);
        !self.labels().any(rates)
    }

    /// What a ceiling for `medium` says: above if any label is above, else admitted if any is
    /// admitted; `None` when it is not about the item.
    fn under(
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

/// With whom.
#[derive(Debug, Default)]
pub(super) struct Communication {
    disabled: Option<RuleNumber>,
    contacts_only: Option<RuleNumber>,
    no_unknown_callers: Option<RuleNumber>,
    listed: TextMap<()>,
}

impl Communication {
    pub(super) fn compile(
        section: &CommunicationSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut rules = Self::default();
        if let Some(rule) = &section.mode {
            let number = name(rule.id.as_str());
            match rule.mode {
                CommunicationMode::Unrestricted => {}
                CommunicationMode::ContactsOnly => rules.contacts_only = Some(number),
                CommunicationMode::Disabled => rules.disabled = Some(number),
            }
        }
        let unknown = section
            .block_unknown_callers
            .as_ref()
            .filter(|flag| flag.on);
        rules.no_unknown_callers = unknown.map(|flag| name(flag.id.as_str()));
        let identifiers = section
            .contacts
            .iter()
            .flat_map(|contact| &contact.identifiers);
        rules.listed = identifiers.map(|id| (id.as_str().into(), ())).collect();
        rules
    }

    /// The rule that denies contact (R-EVAL-018).
    pub(super) fn denies(&self, id: &ContactId, incoming: bool) -> Option<RuleNumber> {
        let unlisted = || !self.listed.contains_key(id.as_str());
        let contacts_only = || self.contacts_only.filter(|_| unlisted());
        let callers = || self.no_unknown_callers.filter(|_| incoming && unlisted());
        self.disabled.or_else(contacts_only).or_else(callers)
    }
}

/// How much money.
#[derive(Debug, Default)]
pub(super) struct Spending {
    approval: Option<RuleNumber>,
    caps: Vec<(RuleNumber, Money)>,
    no_in_app: Option<RuleNumber>,
    /// The flag for free downloads: its rule, and whether they are on.
    free_downloads: Option<(RuleNumber, bool)>,
}

/// What spending rules say about one purchase.
pub(super) enum Purchase {
    Admitted,
    Approval(RuleNumber),
    Denied(RuleNumber),
}

impl Spending {
    pub(super) fn compile(
        section: &SpendingSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut number = |flag: &Flag| name(flag.id.as_str());
        let approval = section
            .approval
            .as_ref()
            .filter(|flag| flag.on)
            .map(&mut number);
        let no_in_app = section
            .in_app
            .as_ref()
            .filter(|flag| !flag.on)
            .map(&mut number);
        let free_downloads = section
            .free_downloads
            .as_ref()
            .map(|flag| (number(flag), flag.on));
        let caps = section
            .caps
            .iter()
            .map(|cap| (name(cap.id.as_str()), cap.amount))
            .collect();
        Self {
            approval,
            caps,
            no_in_app,
            free_downloads,
        }
    }

    /// R-EVAL-019. `spent` is in minor units, in the month of the decision.
    pub(super) fn judge(&self, amount: Money, kind: PurchaseKind, spent: u64) -> Purchase {
        if amount.minor == 0
            && kind == PurchaseKind::Download
            && let Some((rule, on)) = self.free_downloads
        {
            return if on {
                Purchase::Admitted
            } else {
                Purchase::Denied(rule)
            };
        }
        if kind == PurchaseKind::InApp
            && let Some(rule) = self.no_in_app
        {
            return Purchase::Denied(rule);
        }
        match (self.cap_below(amount, spent), self.approval) {
            (Some(rule), _) => Purchase::Denied(rule),
            (None, Some(rule)) => Purchase::Approval(rule),
            (None, None) => Purchase::Admitted,
        }
    }

    /// The cap that a purchase is above. What costs nothing is above none; where caps exist, but
    /// none in the purchase's currency, nothing of that currency may be spent.
    fn cap_below(&self, amount: Money, spent: u64) -> Option<RuleNumber> {
        if amount.minor == 0 {
            return None;
        }
        let same = |cap: &&(RuleNumber, Money)| cap.1.currency == amount.currency;
        if !self.caps.iter().any(|cap| same(&cap)) {
            return self.caps.first().map(|(rule, _)| *rule);
        }
        let above = |cap: &&(RuleNumber, Money)| amount.minor > cap.1.minor.saturating_sub(spent);
        self.caps
            .iter()
            .filter(same)
            .find(above)
            .map(|(rule, _)| *rule)
    }
}
