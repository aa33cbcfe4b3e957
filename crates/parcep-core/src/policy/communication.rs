//! With whom: communication mode and contacts.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::layer::Flag;
use super::{ContactId, OnUnenforceable, RuleId};

/// Communication rules of one layer. Default: no rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunicationSection {
    /// With whom; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<CommunicationRule>,
    /// The contacts that `contacts_only` admits.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Whether incoming contact from identifiers that are not listed is denied in every mode;
    /// absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_unknown_callers: Option<Flag>,
    /// With whom while the layer's windows are closed, in place of `mode`; absent means that closed
    /// windows end contact like any other use (R-EVAL-028).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_closed: Option<CommunicationRule>,
    /// Whether a guardian must approve each new contact; absent means no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_approval: Option<Flag>,
}

/// The rule that sets the mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunicationRule {
    /// Name of the rule.
    pub id: RuleId,
    /// The mode.
    pub mode: CommunicationMode,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

/// With whom a dependant may communicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunicationMode {
    /// Anybody.
    Unrestricted,
    /// Listed contacts.
    ContactsOnly,
    /// Nobody but the rights floor.
    Disabled,
}

/// One person, under all their identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Display name, for people only; at most 256 bytes.
    pub name: String,
    /// Where this person is reached.
    pub identifiers: Vec<ContactId>,
}
