//! What was spent so far.

use super::usage_row::{UsageError, UsageRow, UsageTarget};
use crate::policy::{BudgetScope, BudgetTarget, Currency, LayerAuthor, SpendingPeriod};

/// Spent time and money, one row per target, period and owner. A target without a row has spent
/// nothing.
///
/// A row that names no author, scope or currency is that of every one that has no row of its own
/// (R-EVAL-031).
///
/// ```
/// use parcep_core::decide::Usage;
/// let usage = Usage::from_json(br#"[{"target": "device", "seconds": 1800}]"#)?;
/// assert!(Usage::from_json(br#"[{"target": "device"}]"#).is_err());
/// # Ok::<(), parcep_core::decide::UsageError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Seconds of all use by period, of no owner in particular.
    overall: ByPeriod,
    /// Seconds by target and period, sorted by target, of no owner in particular.
    targets: Vec<(BudgetTarget, ByPeriod)>,
    /// Minor units by period, of no owner in particular.
    money: ByPeriod,
    /// Rows of somebody or something in particular.
    owned: Vec<(UsageTarget, Owner, ByPeriod)>,
}

/// Day, week, month.
type ByPeriod = [Option<u64>; 3];

/// Whose row it is, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Owner {
    author: Option<LayerAuthor>,
    scope: Option<BudgetScope>,
    currency: Option<Currency>,
}

impl Owner {
    /// Which of several fitting rows goes first: the one that names more, then the one that names
    /// the author.
    fn weight(&self) -> u8 {
        let names = [
            self.author.is_some(),
            self.scope.is_some(),
            self.currency.is_some(),
        ];
        let count: u8 = names.into_iter().map(u8::from).sum();
        2 * count + u8::from(self.author.is_some())
    }
}

impl Usage {
    /// Nothing spent.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            overall: [None; 3],
            targets: Vec::new(),
            money: [None; 3],
            owned: Vec::new(),
        }
    }

    /// From rows in any order.
    ///
    /// # Errors
    /// When a row repeats another, or has the wrong unit.
    pub fn from_rows(rows: impl IntoIterator<Item = UsageRow>) -> Result<Self, UsageError> {
        let mut usage = Self::none();
        for (index, row) in rows.into_iter().enumerate() {
            usage.add(index, row)?;
        }
        Ok(usage)
    }

    /// From a JSON array of rows.
    ///
    /// # Errors
    /// When it is no such array, or a row repeats another, or has the wrong unit.
    pub fn from_json(bytes: &[u8]) -> Result<Self, UsageError> {
        let rows: Vec<UsageRow> =
            serde_json::from_slice(bytes).map_err(|error| UsageError::Syntax(error.to_string()))?;
        Self::from_rows(rows)
    }

    fn add(&mut self, index: usize, row: UsageRow) -> Result<(), UsageError> {
        let unit = |expected| UsageError::Unit {
            row: index,
            expected,
        };
        let misplaced = |member| UsageError::Misplaced { row: index, member };
        let amount = match (&row.target, row.seconds, row.minor) {
            (UsageTarget::Time(_), Some(seconds), None) => seconds,
            (UsageTarget::Spending, None, Some(minor)) => minor,
            (UsageTarget::Time(_), ..) => return Err(unit("seconds")),
            (UsageTarget::Spending, ..) => return Err(unit("minor")),
        };
        match &row.target {
            UsageTarget::Time(_) if row.currency.is_some() => return Err(misplaced("currency")),
            UsageTarget::Spending if row.scope.is_some() => return Err(misplaced("scope")),
            _ => {}
        }
        let owner = Owner {
            author: row.author,
            scope: row.scope,
            currency: row.currency,
        };
        let rows = match row.target {
            target if owner != Owner::default() => self.owned_rows(target, owner),
            UsageTarget::Time(target) => self.rows_of(target),
            UsageTarget::Spending => &mut self.money,
        };
        let slot = rows.get_mut(row.period as usize);
        if slot.and_then(|slot| slot.replace(amount)).is_some() {
            Err(UsageError::Repeated { row: index })
        } else {
            Ok(())
        }
    }

    fn owned_rows(&mut self, target: UsageTarget, owner: Owner) -> &mut ByPeriod {
        let same =
            |(known, of, _): &(UsageTarget, Owner, ByPeriod)| *known == target && *of == owner;
        let at = self.owned.iter().position(same);
        if at.is_none() {
            self.owned.push((target, owner, [None; 3]));
        }
        let at = at.unwrap_or(self.owned.len() - 1);
        // The place was found or made just now, so the fallback is never taken.
        match self.owned.get_mut(at) {
            Some((_, _, rows)) => rows,
            None => &mut self.money,
        }
    }

    fn rows_of(&mut self, target: BudgetTarget) -> &mut ByPeriod {
        if target == BudgetTarget::Overall {
            return &mut self.overall;
        }
        let at = match self
            .targets
            .binary_search_by(|(known, _)| known.cmp(&target))
        {
            Ok(at) => at,
            Err(at) => {
                self.targets.insert(at, (target, [None; 3]));
                at
            }
        };
        // The place was found or made just now, so the fallback is never taken.
        match self.targets.get_mut(at) {
            Some((_, rows)) => rows,
            None => &mut self.overall,
        }
    }

    /// Seconds spent from budgets of an author and scope on `target` in the day or the week. A week
    /// holds at least what its day holds.
    #[inline]
    pub(super) fn seconds<'a>(
        &self,
        target: &BudgetTarget,
        author: impl FnOnce() -> Option<&'a LayerAuthor>,
        scope: BudgetScope,
        weekly: bool,
    ) -> u64 {
        let mut rows = self.rows(target);
        if !self.owned.is_empty() {
            let author = author();
            let fits = |of: &UsageTarget, owner: &Owner| {
                matches!(of, UsageTarget::Time(of) if of == target)
                    && owner.author.as_ref().is_none_or(|of| Some(of) == author)
                    && owner.scope.is_none_or(|of| of == scope)
            };
            self.prefer_owned(&mut rows, fits);
        }
        let [day, week, _] = rows;
        let day = day.unwrap_or(0);
        if weekly {
            day.max(week.unwrap_or(0))
        } else {
            day
        }
    }

    /// Minor units of a currency spent under an author's caps in the period. A week and a month
    /// hold at least what the day holds.
    pub(super) fn minor(
        &self,
        currency: Currency,
        author: Option<&LayerAuthor>,
        period: SpendingPeriod,
    ) -> u64 {
        let mut rows = self.money;
        let fits = |of: &UsageTarget, owner: &Owner| {
            matches!(of, UsageTarget::Spending)
                && owner.author.as_ref().is_none_or(|of| Some(of) == author)
                && owner.currency.is_none_or(|of| of == currency)
        };
        self.prefer_owned(&mut rows, fits);
        let [day, week, month] = rows;
        let longer = match period {
            SpendingPeriod::Day => None,
            SpendingPeriod::Week => week,
            SpendingPeriod::Month => month,
        };
        day.unwrap_or(0).max(longer.unwrap_or(0))
    }

    /// Puts the amounts of the fitting rows of the greatest weight in the place of the common ones.
    fn prefer_owned(&self, rows: &mut ByPeriod, fits: impl Fn(&UsageTarget, &Owner) -> bool) {
        let mut weights = [0; 3];
        for (target, owner, amounts) in &self.owned {
            if !fits(target, owner) {
                continue;
            }
            let weight = owner.weight();
            for ((row, known), amount) in rows.iter_mut().zip(&mut weights).zip(amounts) {
                if amount.is_some() && weight > *known {
                    (*row, *known) = (*amount, weight);
                }
            }
        }
    }

    fn rows(&self, target: &BudgetTarget) -> ByPeriod {
        if matches!(target, BudgetTarget::Overall) {
            return self.overall;
        }
        let found = if self.targets.len() <= 8 {
            // Comparing for equality is mostly comparing lengths.
            self.targets.iter().find(|(known, _)| known == target)
        } else {
            let at = self
                .targets
                .binary_search_by(|(known, _)| known.cmp(target))
                .ok();
            at.and_then(|at| self.targets.get(at))
        };
        found.map_or([None; 3], |(_, rows)| *rows)
    }
}
