//! Rows of usage: what was spent on what, in which period, and whose.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::policy::{BudgetScope, BudgetTarget, Currency, LayerAuthor, PolicyError};

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
    /// Whose budgets or caps it is about; absent: everybody's who has no row of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<LayerAuthor>,
    /// Budgets of which scope it is about; absent: of every one that has no row of its own. Not for
    /// spending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<BudgetScope>,
    /// The currency of `minor`; absent: every one that has no row of its own. For spending only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

impl UsageRow {
    /// Seconds spent on a target, or minor units of money, of no owner in particular.
    #[must_use]
    pub fn new(target: UsageTarget, period: Period, amount: u64) -> Self {
        let is_time = matches!(target, UsageTarget::Time(_));
        Self {
            target,
            period,
            seconds: Some(amount).filter(|_| is_time),
            minor: Some(amount).filter(|_| !is_time),
            author: None,
            scope: None,
            currency: None,
        }
    }
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
    /// The same target, period, author, scope and currency twice.
    #[error("row {row} repeats target, period and owner of an earlier row")]
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
    /// A scope on spending, or a currency on time.
    #[error("row {row} must not have `{member}`")]
    Misplaced {
        /// The row.
        row: usize,
        /// The member that does not belong there.
        member: &'static str,
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
            Self::Misplaced { .. } => "USAGE_MISPLACED",
        }
    }

    /// JSON pointer to the row at fault, empty when the document as a whole is.
    #[must_use]
    pub fn pointer(&self) -> String {
        match self {
            Self::Syntax(_) => String::new(),
            Self::Repeated { row } | Self::Unit { row, .. } | Self::Misplaced { row, .. } => {
                format!("/{row}")
            }
        }
    }
}
