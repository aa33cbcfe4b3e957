//! The rules of a layer, one by one, whatever their kind.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{
    Flag, LayerAuthor, OnUnenforceable, PolicyError, PolicyFault, PolicyLayer, RuleId, SectionName,
};
use crate::registry::constants::REVIEW_MONTHS;

/// The rows of a list of rules of one kind.
macro_rules! list {
    ($rows:ident, $rules:expr, $place:expr, $kind:expr) => {
        for (index, rule) in $rules.iter().enumerate() {
            let place = ($place, Some(index));
            $rows.add(
                place,
                Some($kind),
                &rule.id,
                rule.review_by,
                rule.on_unenforceable,
            );
        }
    };
}

/// The row of a rule that stands alone, if it is there.
macro_rules! one {
    ($rows:ident, $rule:expr, $place:expr, $kind:expr) => {
        if let Some(rule) = &$rule {
            let place = ($place, None);
            $rows.add(
                place,
                Some($kind),
                &rule.id,
                rule.review_by,
                rule.on_unenforceable,
            );
        }
    };
}

/// One rule of a layer: where it stands, and what rules of every kind have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleRow<'a> {
    /// Where it stands in the layer.
    pub place: RulePlace,
    /// The section it stands in.
    pub section: SectionName,
    /// Its kind, as the registry of rule kinds names it; `None` for one that this version does not
    /// know.
    pub kind: Option<&'static str>,
    /// Its name.
    pub id: &'a RuleId,
    /// When it is to be looked at again.
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    pub on_unenforceable: OnUnenforceable,
}

/// Where a rule stands in the JSON of its layer; shown as a pointer (RFC 6901), such as
/// `/budgets/budgets/0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePlace {
    member: &'static str,
    index: Option<usize>,
}

impl fmt::Display for RulePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.member)?;
        self.index.map_or(Ok(()), |index| write!(f, "/{index}"))
    }
}

/// A rule with the date on which it is to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review<'a> {
    /// Whose rule it is.
    pub author: &'a LayerAuthor,
    /// The rule.
    pub rule: RuleRow<'a>,
    /// The date. A rule that has passed it stays in effect and shows as overdue (R-POL-022).
    pub by: Date,
}

impl Review<'_> {
    /// Whether it is overdue on the dependant's local date `today`.
    #[must_use]
    pub fn overdue(&self, today: Date) -> bool {
        self.by < today
    }
}

impl PolicyLayer {
    /// Every rule of the layer, section by section, in the order in which they stand.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleRow<'_>> {
        let mut rows = Rows::default();
        self.lifestyle(&mut rows);
        self.apps_and_web(&mut rows);
        self.other_safety(&mut rows);
        for (index, rule) in self.unknown.iter().enumerate() {
            rows.section = rule.section;
            let place = ("/unknown", Some(index));
            rows.add(place, None, &rule.id, rule.review_by, rule.on_unenforceable);
        }
        rows.rows
    }

    /// The rules that have a review date (R-POL-022).
    ///
    /// ```
    /// # use parcep_core::policy::{Flag, LayerAuthor, PolicyLayer};
    /// # use jiff::civil::date;
    /// let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1")?);
    /// let mut flag = Flag::new("apps/install".parse()?, true);
    /// flag.review_by = Some(date(2027, 2, 1));
    /// layer.apps.install_approval = Some(flag);
    /// let today = date(2027, 3, 1);
    /// let overdue = layer.reviews().filter(|review| review.overdue(today));
    /// assert_eq!(overdue.count(), 1);
    /// # Ok::<(), parcep_core::policy::PolicyError>(())
    /// ```
    pub fn reviews(&self) -> impl Iterator<Item = Review<'_>> {
        let author = &self.author;
        self.rules().into_iter().filter_map(move |rule| {
            let by = rule.review_by?;
            Some(Review { author, rule, by })
        })
    }

    /// What an authoring tool asks besides [`PolicyLayer::check`] on the day on which it signs: no
    /// review date is more than 12 months after `today`, the dependant's local date (R-POL-022).
    ///
    /// # Errors
    /// Names the first date that is too far away.
    pub fn check_reviews(&self, today: Date) -> Result<(), PolicyFault> {
        let months = i64::from(REVIEW_MONTHS).months();
        let last = today.saturating_add(months);
        match self.reviews().find(|review| review.by > last) {
            None => Ok(()),
            Some(review) => {
                let cause = PolicyError::Range {
                    what: "a review date",
                    range: "at most 12 months away",
                };
                let pointer = format!("{}/review_by", review.rule.place);
                Err(PolicyFault { pointer, cause })
            }
        }
    }

    fn lifestyle<'a>(&'a self, rows: &mut Rows<'a>) {
        rows.section = SectionName::Schedule;
        let windows = &self.schedule.windows;
        list!(rows, windows, "/schedule/windows", "window");
        one!(rows, self.schedule.end, "/schedule/end", "end_action");
        rows.section = SectionName::Budget;
        let budgets = &self.budgets.budgets;
        list!(rows, budgets, "/budgets/budgets", "budget");
    }

    fn apps_and_web<'a>(&'a self, rows: &mut Rows<'a>) {
        rows.section = SectionName::App;
        list!(rows, self.apps.rules, "/apps/rules", "app_rule");
        let install = self.apps.install_approval.as_ref();
        rows.flag("/apps/install_approval", "install_approval", install);
        rows.section = SectionName::Web;
        let web = &self.web;
        one!(rows, web.mode, "/web/mode", "web_mode");
        let lists = [
            (&web.allow, "/web/allow", "host_allow"),
            (&web.block, "/web/block", "host_block"),
        ];
        for (hosts, place, kind) in lists {
            for (index, rule) in hosts.iter().enumerate() {
                let report = OnUnenforceable::Report;
                rows.add((place, Some(index)), Some(kind), &rule.id, None, report);
            }
        }
        list!(rows, web.lists, "/web/lists", "host_list");
        rows.flag("/web/safe_search", "safe_search", web.safe_search.as_ref());
    }

    fn other_safety<'a>(&'a self, rows: &mut Rows<'a>) {
        rows.section = SectionName::Rating;
        let ratings = &self.ratings;
        list!(rows, ratings.ceilings, "/ratings/ceilings", "age_ceiling");
        list!(rows, ratings.unrated, "/ratings/unrated", "unrated");
        let explicit = ratings.explicit_content.as_ref();
        rows.flag("/ratings/explicit_content", "explicit_content", explicit);
        list!(rows, ratings.verdicts, "/ratings/verdicts", "classifier");
        rows.section = SectionName::Communication;
        let people = &self.communication;
        one!(
            rows,
            people.mode,
            "/communication/mode",
            "communication_mode"
        );
        let place = "/communication/block_unknown_callers";
        let callers = people.block_unknown_callers.as_ref();
        rows.flag(place, "block_unknown_callers", callers);
        let place = "/communication/when_closed";
        one!(rows, people.when_closed, place, "closed_communication");
        let approval = people.contact_approval.as_ref();
        rows.flag(
            "/communication/contact_approval",
            "contact_approval",
            approval,
        );
        rows.section = SectionName::Spending;
        let money = &self.spending;
        rows.flag(
            "/spending/approval",
            "purchase_approval",
            money.approval.as_ref(),
        );
        list!(rows, money.caps, "/spending/caps", "spending_cap");
        rows.flag(
            "/spending/in_app",
            "in_app_purchases",
            money.in_app.as_ref(),
        );
        let free = money.free_downloads.as_ref();
        rows.flag("/spending/free_downloads", "free_downloads", free);
        rows.section = SectionName::Feature;
        list!(rows, self.features.rules, "/features/rules", "feature");
        rows.section = SectionName::Age;
        list!(rows, self.age.share, "/age/share", "age_share");
        list!(rows, self.age.gates, "/age/gates", "age_gate");
    }
}

struct Rows<'a> {
    section: SectionName,
    rows: Vec<RuleRow<'a>>,
}

impl Default for Rows<'_> {
    fn default() -> Self {
        Self {
            section: SectionName::Schedule,
            rows: Vec::new(),
        }
    }
}

impl<'a> Rows<'a> {
    fn add(
        &mut self,
        (member, index): (&'static str, Option<usize>),
        kind: Option<&'static str>,
        id: &'a RuleId,
        review_by: Option<Date>,
        on_unenforceable: OnUnenforceable,
    ) {
        self.rows.push(RuleRow {
            place: RulePlace { member, index },
            section: self.section,
            kind,
            id,
            review_by,
            on_unenforceable,
        });
    }

    fn flag(&mut self, place: &'static str, kind: &'static str, flag: Option<&'a Flag>) {
        if let Some(flag) = flag {
            let place = (place, None);
            self.add(
                place,
                Some(kind),
                &flag.id,
                flag.review_by,
                flag.on_unenforceable,
            );
        }
    }
}
