//! Host lists that are too long for a section, named by the hash of their text.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{OnUnenforceable, PolicyError, RuleId};

/// A list of hosts that is too long for a section and lies elsewhere (R-POL-017). Its entries
/// compete with those of the section's own lists like one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// Name of the rule.
    pub id: RuleId,
    /// Whether its hosts are admitted or denied explicitly.
    pub access: ListAccess,
    /// Which list.
    pub sha256: ListHash,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// What a long list says about its hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListAccess {
    /// Denied explicitly.
    Block,
    /// Admitted explicitly.
    Allow,
}

/// SHA-256 of a list's canonical text: its hosts, sorted bytewise, each once, each followed by a line
/// feed. Written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ListHash([u8; 32]);

impl ListHash {
    /// The hash with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for ListHash {
    type Error = PolicyError;
    fn try_from(bytes: &[u8]) -> Result<Self, PolicyError> {
        bytes.try_into().map(Self).map_err(|_| PolicyError::Range {
            what: "the hash of a list",
            range: "32 bytes",
        })
    }
}

impl FromStr for ListHash {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let bytes = crate::hex::decode(text).unwrap_or_default();
        bytes.as_slice().try_into()
    }
}

impl TryFrom<String> for ListHash {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<ListHash> for String {
    fn from(hash: ListHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for ListHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::hex::encode(&self.0))
    }
}
