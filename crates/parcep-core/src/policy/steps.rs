//! Age steps: rules that come up for review because the dependant has grown (R-DEP-010).

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{PolicyLayer, RuleRow};
use crate::constitution::YearMonth;

/// A month from whose first day on every rule is due for review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgeStep {
    /// The month in which the dependant reaches the age.
    pub month: YearMonth,
    /// The age, in completed years.
    pub age: u8,
}

/// The age steps of one dependant, the earliest first. They need no date of birth: the month of
/// the step at age *a* is `release_on` less *(majority − a)* years.
///
/// ```
/// use parcep_core::constitution::YearMonth;
/// use parcep_core::policy::AgeSteps;
/// let release_on = YearMonth { year: 2031, month: 6 };
/// let steps = AgeSteps::new(release_on, 18, [16, 13]);
/// let months: Vec<_> = steps.iter().map(|step| (step.age, step.month.year)).collect();
/// assert_eq!(months, [(13, 2026), (16, 2029)]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeSteps(Vec<AgeStep>);

/// A rule that is due for review because of an age step. It stays in effect (R-POL-022).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRule<'a> {
    /// The rule.
    pub rule: RuleRow<'a>,
    /// The step that brought it up.
    pub step: AgeStep,
}

impl AgeStep {
    /// The first day on which rules are due. `None` for a month that no calendar has.
    fn begins(self) -> Option<Date> {
        let year = i16::try_from(self.month.year).ok()?;
        let month = i8::try_from(self.month.month).ok()?;
        Date::new(year, month, 1).ok()
    }
}

impl AgeSteps {
    /// The steps of a dependant who comes of age, at `majority` completed years, in `release_on`.
    ///
    /// `ages` are the co-signature age and those at which limits on control begin. An age from
    /// majority on is no step, since then the rules end.
    #[must_use]
    pub fn new(release_on: YearMonth, majority: u8, ages: impl IntoIterator<Item = u8>) -> Self {
        let ages = ages.into_iter().filter(|age| *age < majority);
        let mut steps: Vec<_> = ages
            .map(|age| {
                let earlier = u16::from(majority.saturating_sub(age));
                let year = release_on.year.saturating_sub(earlier);
                let month = YearMonth { year, ..release_on };
                AgeStep { month, age }
            })
            .collect();
        steps.sort_unstable();
        steps.dedup();
        Self(steps)
    }

    /// The steps, the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = AgeStep> + '_ {
        self.0.iter().copied()
    }

    /// The last step that has begun on the dependant's local date `today`.
    #[must_use]
    pub fn last(&self, today: Date) -> Option<AgeStep> {
        let begun = |step: &AgeStep| step.begins().is_some_and(|day| day <= today);
        self.iter().filter(begun).last()
    }

    /// The rules of a layer that are due for review on the dependant's local date `today`, since
    /// nobody has confirmed or changed them after the last step.
    ///
    /// `since` tells from which date on a rule stands as it is, which the log says; a rule that
    /// stands so since the step is not due. Where nobody knows, a review date after the month of
    /// the step is taken for a confirmation: whoever confirms a rule sets one (R-POL-022).
    #[must_use]
    pub fn due<'a>(
        &self,
        layer: &'a PolicyLayer,
        today: Date,
        since: impl Fn(&RuleRow<'a>) -> Option<Date>,
    ) -> Vec<DueRule<'a>> {
        let last = self.last(today);
        let Some((step, begun)) = last.and_then(|step| Some((step, step.begins()?))) else {
            return Vec::new();
        };
        let next_month = begun.saturating_add(1.month());
        let confirmed = |rule: &RuleRow<'a>| match since(rule) {
            Some(day) => day >= begun,
            None => rule.review_by.is_some_and(|by| by >= next_month),
        };
        let rules = layer.rules().into_iter();
        let due = rules.filter(|rule| !confirmed(rule));
        due.map(|rule| DueRule { rule, step }).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::*;
    use super::*;

    const RELEASE: YearMonth = YearMonth {
        year: 2031,
        month: 2,
    };

    fn layer(review_by: Option<Date>) -> PolicyLayer {
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
        let mut flag = Flag::new("apps/install".parse().unwrap(), true);
        flag.review_by = review_by;
        layer.apps.install_approval = Some(flag);
        layer
    }

    /// R-DEP-010: the month of the step at age a is `release_on` less (majority − a) years.
    #[test]
    fn the_month_of_a_step_follows_from_the_release_and_needs_no_birthday() {
        let steps = AgeSteps::new(RELEASE, 18, [16, 13, 16, 18, 21]);
        let month = |year| YearMonth { year, month: 2 };
        let expected = [(13, month(2026)), (16, month(2029))];
        let found: Vec<_> = steps.iter().map(|step| (step.age, step.month)).collect();
        assert_eq!(found, expected);
        // Where majority is later, the same release is of an older child.
        let later = AgeSteps::new(RELEASE, 21, [13]);
        assert_eq!(later.iter().next().unwrap().month, month(2023));
    }

    /// R-DEP-010: from the first day of the month, and not a day before.
    #[test]
    fn rules_are_due_from_the_first_day_of_the_month_of_a_step() {
        let steps = AgeSteps::new(RELEASE, 18, [13, 16]);
        let layer = layer(None);
        let age_on = |today| {
            let due = steps.due(&layer, today, |_| None);
            due.first().map(|due| (due.rule.id.as_str(), due.step.age))
        };
        assert_eq!(age_on(date(2026, 1, 31)), None);
        assert_eq!(age_on(date(2026, 2, 1)), Some(("apps/install", 13)));
        assert_eq!(age_on(date(2029, 1, 31)), Some(("apps/install", 13)));
        assert_eq!(age_on(date(2029, 2, 1)), Some(("apps/install", 16)));
    }

    /// R-DEP-010, R-POL-022: until a guardian confirms, and the next step asks again.
    #[test]
    fn a_review_date_after_the_month_of_the_step_confirms_a_rule() {
        let steps = AgeSteps::new(RELEASE, 18, [13, 16]);
        let due = |review_by, today| !steps.due(&layer(review_by), today, |_| None).is_empty();
        let spring = date(2026, 4, 1);
        assert!(due(None, spring));
        assert!(due(Some(date(2026, 2, 28)), spring));
        assert!(!due(Some(date(2026, 3, 1)), spring));
        assert!(due(Some(date(2026, 3, 1)), date(2029, 2, 1)));
    }

    /// R-DEP-010: what the log says about a rule goes before its review date.
    #[test]
    fn a_rule_that_stands_as_it_is_since_the_step_is_not_due() {
        let steps = AgeSteps::new(RELEASE, 18, [13]);
        let since = |day, review_by| {
            let layer = layer(review_by);
            steps.due(&layer, date(2026, 4, 1), |_| Some(day)).len()
        };
        assert_eq!(since(date(2026, 2, 1), None), 0);
        assert_eq!(since(date(2026, 1, 31), None), 1);
        // A date that was set before the step confirms nothing after it.
        assert_eq!(since(date(2026, 1, 31), Some(date(2026, 12, 1))), 1);
    }

    /// A month that no calendar has makes no rule due, and no panic.
    #[test]
    fn months_outside_the_calendar_are_no_steps() {
        let odd = |year, month| AgeSteps::new(YearMonth { year, month }, 18, [13]);
        let today = date(2026, 4, 1);
        for steps in [odd(2031, 0), odd(2031, 13), odd(u16::MAX, 1)] {
            assert!(steps.due(&layer(None), today, |_| None).is_empty());
        }
        assert_eq!(odd(0, 1).due(&layer(None), today, |_| None).len(), 1);
    }
}
