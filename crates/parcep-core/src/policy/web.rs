//! Which hosts: web mode, lists, categories.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::layer::Flag;
use super::{Category, HostName, ListRule, OnUnenforceable, RuleId};

/// Web rules of one layer. Default: no web rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSection {
    /// What holds for hosts on neither list; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<WebRule>,
    /// Hosts admitted explicitly, each with everything below it. In every mode the longest match
    /// of both lists counts, and block wins between equals (R-EVAL-011).
    #[serde(default)]
    pub allow: Vec<HostRule>,
    /// Hosts denied explicitly, each with everything below it.
    #[serde(default)]
    pub block: Vec<HostRule>,
    /// Lists too long for a section, each by its hash (R-POL-017).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListRule>,
    /// Whether search engines are held in their safe mode; absent means no rule. A setting that a
    /// PEP applies; no decision depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_search: Option<Flag>,
    /// Hosts of the engines that `safe_search` is about; empty means every engine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safe_search_engines: Vec<HostName>,
}

/// The rule that sets the mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebRule {
    /// Name of the rule.
    pub id: RuleId,
    /// The mode.
    pub mode: WebMode,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What holds for hosts that no list names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebMode {
    /// Admitted.
    Unrestricted,
    /// Admitted: only the block list denies.
    BlockList,
    /// Denied: only the allow list admits.
    AllowList,
    /// Denied when in one of these categories. The platform's own filter runs beside this, and a
    /// PEP reports what it covers.
    Filtered {
        /// Categories to deny; a host in none of them is admitted.
        categories: Vec<Category>,
    },
}

/// One entry of a host list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostRule {
    /// Name of the rule. All entries of a list may share one.
    pub id: RuleId,
    /// The host, with everything below it.
    pub host: HostName,
}
