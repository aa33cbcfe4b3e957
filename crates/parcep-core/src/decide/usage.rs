//! What was spent so far.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::policy::{BudgetTarget, PolicyError};

/// Spent time and money, one row per target and period. A target without a row has spent nothing.
///
/// ```
/// use parcep_core::decide::Usage;
/// let usage = Usage::from_json(br#"[{"target": "device", "seconds": 1800}]"#)?;
/// assert!(Usage::from_json(br#"[{"target": "device"}]"#).is_err());
/// # Ok::<(), parcep_core::decide::UsageError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Seconds of all use by period.
    overall: ByPeriod,
    /// Seconds by target and period, sorted by target.
    targets: Vec<(BudgetTarget, ByPeriod)>,
    /// Minor units by period.
    money: ByPeriod,
}

/// Day, week, month.
type ByPeriod = [Option<u64>; 3];

/// The period of a row: the one that the instant of the decision lies in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The policy day.
    #[default]
    Day,
    /// The policy week.
    Week,
    /// The calendar month of policy days.
    Month,
}

/// One row: the total of its target in its period, including what the target contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageRow {
    /// What was spent on.
    pub target: UsageTarget,
    /// In which period.
    #[serde(default)]
    pub period: Period,
    /// Seconds of use; for every target but spending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Minor units of the currency; for spending only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor: Option<u64>,
}

/// What a row is about: `device`, `category:NAME`, `app:NAMESPACE/ID`, `feature:CODE` or `spending`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum UsageTarget {
    /// Time.
    Time(BudgetTarget),
    /// Money.
    Spending,
}

impl FromStr for UsageTarget {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text.split_once(':') {
            None if text == "device" => Ok(Self::Time(BudgetTarget::Overall)),
            None if text == "spending" => Ok(Self::Spending),
            Some(("category", name)) => Ok(Self::Time(BudgetTarget::Category(name.parse()?))),
            Some(("app", app)) => Ok(Self::Time(BudgetTarget::App(app.parse()?))),
            Some(("feature", code)) => Ok(Self::Time(BudgetTarget::Feature(code.parse()?))),
            _ => Err(PolicyError::Identifier {
                what: "usage target",
                why: "expected `device`, `category:NAME`, `app:NAMESPACE/ID`, `feature:CODE` or `spending`",
            }),
        }
    }
}

impl TryFrom<String> for UsageTarget {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<UsageTarget> for String {
    fn from(target: UsageTarget) -> Self {
        target.to_string()
    }
}

impl fmt::Display for UsageTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spending => f.write_str("spending"),
            Self::Time(BudgetTarget::Overall) => f.write_str("device"),
            Self::Time(BudgetTarget::Category(category)) => write!(f, "category:{category}"),
            Self::Time(BudgetTarget::App(app)) => write!(f, "app:{app}"),
            Self::Time(BudgetTarget::Feature(code)) => write!(f, "feature:{code}"),
        }
    }
}

/// Why rows are not a usage. `row` counts from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// No JSON array of rows.
    #[error("not a usage: {0}")]
    Syntax(String),
    /// The same target and period twice.
    #[error("row {row} repeats a target and period of an earlier row")]
    Repeated {
        /// The later row.
        row: usize,
    },
    /// Time without `seconds`, spending without `minor`, or the other one too.
    #[error("row {row} must have `{expected}` and not the other unit")]
    Unit {
        /// The row.
        row: usize,
        /// The unit it must have.
        expected: &'static str,
    },
}

impl UsageError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "USAGE_SYNTAX",
            Self::Repeated { .. } => "USAGE_REPEATED_ROW",
            Self::Unit { .. } => "USAGE_UNIT",
        }
    }

    /// JSON pointer to the row at fault, empty when the document as a whole is.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Syntax(_) => String::new(),
            Self::Repeated { row } | Self::Unit { row, .. } => format!("/{row}"),
        }
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
        let (rows, amount) = match (row.target, row.seconds, row.minor) {
            (UsageTarget::Time(target), Some(seconds), None) => (self.rows_of(target), seconds),
            (UsageTarget::Spending, None, Some(minor)) => (&mut self.money, minor),
            (UsageTarget::Time(_), ..) => {
                return Err(UsageError::Unit {
                    row: index,
                    expected: "seconds",
                });
            }
            (UsageTarget::Spending, ..) => {
                return Err(UsageError::Unit {
                    row: index,
                    expected: "minor",
                });
            }
        };
        let slot = rows
            .get_mut(row.period as usize)
            .and_then(|slot| slot.replace(amount));
        if slot.is_some() {
            Err(UsageError::Repeated { row: index })
        } else {
            Ok(())
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

    /// Seconds spent on `target` in the period. A week holds at least what its day holds.
    #[inline]
    pub(super) fn seconds(&self, target: &BudgetTarget, weekly: bool) -> u64 {
        let [day, week, _] = self.rows(target);
        let day = day.unwrap_or(0);
        if weekly {
            day.max(week.unwrap_or(0))
        } else {
            day
        }
    }

    fn rows(&self, target: &BudgetTarget) -> ByPeriod {
        if *target == BudgetTarget::Overall {
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

    /// Minor units spent in the month, which holds at least what its day holds.
    pub(super) fn month_minor(&self) -> u64 {
        let [day, _, month] = self.money;
        day.unwrap_or(0).max(month.unwrap_or(0))
    }
}
