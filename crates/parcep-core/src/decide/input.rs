//! What a policy is compiled from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RuleRef;
use crate::constitution::Caps;
use crate::policy::{
    AppId, ContactId, HostName, LayerAuthor, Override, OverrideId, PolicyLayer, Profile,
    SectionName,
};

/// Everything a policy is compiled from.
#[derive(Debug, Clone, Copy)]
pub struct PolicyInput<'a> {
    /// The dependant's days and weeks.
    pub profile: &'a Profile,
    /// One layer per author. None at all: no rules but the floor.
    pub layers: &'a [PolicyLayer],
    /// Overrides, in any order.
    pub overrides: &'a [Override],
    /// Who has custody when; at other times custody is open, and so it is where the guardian has no
    /// layer (R-EVAL-061).
    pub custody: &'a [Custody],
    /// Sections of live documents that this enforcement point is to open and cannot: actions in
    /// their area ask, or are denied where the PEP cannot ask.
    pub pending: &'a [SectionName],
    /// The constitution's caps (R-REQ-011, R-REQ-012).
    pub caps: Caps,
    /// What law keeps open, and which kinds of rules it takes away (R-PIP-011).
    pub limits: &'a [ControlLimit],
    /// Rules that this enforcement point cannot enforce. Their `on_unenforceable` says what holds
    /// instead (R-EVAL-049).
    pub unenforceable: &'a [RuleRef],
}

/// One stretch of custody, `[from, until)`. Where stretches of several guardians overlap, all of them
/// have custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// The guardian.
    pub guardian: LayerAuthor,
}

/// A limit on control, in JSON `{"jurisdiction": ID, "kind": NAME}`, or `app`, `host` or `contact`
/// in the place of `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlLimit {
    /// Whose law.
    pub jurisdiction: OverrideId,
    /// What it limits.
    #[serde(flatten)]
    pub what: Limited,
}

/// What a limit on control is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// Guardians' rules of this kind do not count (R-EVAL-048): a name of
    /// [`RULE_KINDS`](crate::registry::RULE_KINDS). Any other name limits nothing here.
    Kind(String),
    /// The app is open, to use and to install (R-EVAL-047).
    App(AppId),
    /// The host and what is below it are open.
    Host(HostName),
    /// The contact is open, to reach, to be reached by and to add.
    Contact(ContactId),
}

impl<'a> PolicyInput<'a> {
    /// Layers without overrides, with custody open.
    #[must_use]
    pub const fn new(profile: &'a Profile, layers: &'a [PolicyLayer]) -> Self {
        Self {
            profile,
            layers,
            overrides: &[],
            custody: &[],
            pending: &[],
            caps: Caps {
                extra_time_seconds: None,
                unblock_max_age: None,
            },
            limits: &[],
            unenforceable: &[],
        }
    }

    /// The same with these overrides.
    #[must_use]
    pub const fn with_overrides(mut self, overrides: &'a [Override]) -> Self {
        self.overrides = overrides;
        self
    }

    /// The same with these stretches of custody.
    #[must_use]
    pub const fn with_custody(mut self, custody: &'a [Custody]) -> Self {
        self.custody = custody;
        self
    }

    /// The same with these sections pending.
    #[must_use]
    pub const fn with_pending(mut self, pending: &'a [SectionName]) -> Self {
        self.pending = pending;
        self
    }

    /// The same under these caps.
    #[must_use]
    pub const fn with_caps(mut self, caps: Caps) -> Self {
        self.caps = caps;
        self
    }

    /// The same under these limits on control.
    #[must_use]
    pub const fn with_limits(mut self, limits: &'a [ControlLimit]) -> Self {
        self.limits = limits;
        self
    }

    /// The same on an enforcement point that cannot enforce these rules.
    #[must_use]
    pub const fn with_unenforceable(mut self, rules: &'a [RuleRef]) -> Self {
        self.unenforceable = rules;
        self
    }
}
