//! How much money: approval, caps, in-app purchases, free downloads.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::layer::Flag;
use super::{OnUnenforceable, PolicyError, RuleId};

/// Spending rules of one layer. Default: no rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingSection {
    /// Whether a guardian must approve each purchase; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Flag>,
    /// Which purchases `approval` is about.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approval_class: PurchaseClass,
    /// Caps per period of policy days; all hold.
    #[serde(default)]
    pub caps: Vec<SpendingCap>,
    /// Whether purchases inside apps are admitted; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_app: Option<Flag>,
    /// Whether downloads that cost nothing are admitted, and then without approval; absent means
    /// they are purchases like any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_downloads: Option<Flag>,
}

/// Purchases that need approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseClass {
    /// Every purchase.
    #[default]
    All,
    /// Purchases with a price above 0.
    Paid,
    /// Purchases inside apps.
    InApp,
}

/// Most that may be spent in one period of policy days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingCap {
    /// Name of the rule.
    pub id: RuleId,
    /// How much.
    pub amount: Money,
    /// In which period.
    #[serde(default, skip_serializing_if = "is_default")]
    pub period: SpendingPeriod,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// Period of a spending cap, in policy days.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SpendingPeriod {
    /// Calendar month.
    #[default]
    Month,
    /// Policy week.
    Week,
    /// Policy day.
    Day,
}

/// An amount in whole minor units of one currency; never a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The currency.
    pub currency: Currency,
    /// Minor units: pence, cents; yen where there is no smaller unit.
    pub minor: u64,
}

/// A currency code: three capital letters of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// How many decimal digits the minor unit has: 2 for most, 0 for yen, 3 for dinars.
    #[must_use]
    pub const fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let code: [u8; 3] = text
            .as_bytes()
            .try_into()
            .map_err(|_| PolicyError::Currency)?;
        if code.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(code))
        } else {
            Err(PolicyError::Currency)
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.to_string()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}
