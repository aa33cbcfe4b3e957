//! A family in our types, whatever format it came from.

use crate::residue::Residue;
use parcep_core::policy::{Override, OverrideKind, PolicyLayer, Profile, ZoneName};
use serde::{Deserialize, Serialize};

/// A family as imported: typed rules, what had no typed home, and what cannot be enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Everything that decides.
    pub family: Family,
    /// Everything else, so that an export gives back what came in.
    pub residue: Residue,
    /// What the import could not take over as a rule.
    pub loss: Vec<Loss>,
}

/// People and rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Opaque id in the source.
    pub id: String,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Zone of the family; children carry their own in their profile.
    pub zone: ZoneName,
    /// At least one.
    pub guardians: Vec<Guardian>,
    /// At least one, ids are distinct.
    pub children: Vec<Child>,
}

impl Family {
    /// The child with this id.
    #[must_use]
    pub fn child(&self, id: &str) -> Option<&Child> {
        self.children.iter().find(|child| child.id == id)
    }
}

/// A guardian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardian {
    /// Opaque id in the source.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Contact e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the guardian also manages other guardians.
    pub primary: bool,
}

/// A dependant and the rules for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Opaque id in the source, not empty.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Completed years as the source says; nothing is decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Devices as the source lists them.
    #[serde(default)]
    pub devices: Vec<Device>,
    /// Whether the layer counts. Locks do even if not (R-PCPS-016).
    pub active: bool,
    /// Zone, start of day and week.
    pub profile: Profile,
    /// The rules.
    pub layer: PolicyLayer,
    /// What is in force beside the rules.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

impl Child {
    /// The layer, if it counts.
    #[must_use]
    pub fn live_layer(&self) -> Option<&PolicyLayer> {
        self.active.then_some(&self.layer)
    }

    /// The overrides that count: of a policy that is switched off only locks.
    #[must_use]
    pub fn live_overrides(&self) -> Vec<Override> {
        let lock = |act: &&Override| matches!(act.kind(), OverrideKind::LockNow { .. });
        self.overrides
            .iter()
            .filter(|act| self.active || lock(act))
            .cloned()
            .collect()
    }
}

/// A device of a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Opaque id in the source.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Who made the platform, as the source names it.
    pub platform: String,
    /// Model, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Something that one side says and the other cannot enforce or express (R-PCPS-019).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// RFC 6901 pointer into the document that the loss is about: the source on import, the
    /// written document on export.
    pub pointer: String,
    /// Stable code.
    pub code: LossCode,
    /// What happens instead, for a guardian to read.
    pub text: String,
}

impl Loss {
    pub(crate) fn new(pointer: impl Into<String>, code: LossCode, text: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            text: text.into(),
        }
    }
}

/// Stable codes of a loss report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum LossCode {
    /// Apps are known by display name only; whoever enforces needs a catalogue of names.
    AppNamesUnresolved,
    /// A name that is no app id; no rule was made of it.
    NotAnApp,
    /// A list entry with a path, scheme or port: it blocks the whole host or admits nothing.
    PathEntry,
    /// A list entry that names no host; no rule was made of it.
    NotAHost,
    /// A list that the chosen mode does not use.
    ListNotUsed,
    /// A contradictory row, read as the stricter one.
    StricterRow,
    /// A row that repeats another, read together with it.
    RepeatedRow,
    /// The platform's own filter decides, which is not part of the document.
    PlatformFilter,
    /// An age that nothing depends on and that goes stale.
    AgeNotUsed,
    /// A temporary rule without defined members.
    TemporaryRuleUndefined,
    /// Vendor extensions are kept and have no effect.
    ExtensionsKept,
    /// An amount that is no whole number of minor units, rounded down.
    AmountRounded,
    /// An override whose time is over before it begins.
    NeverLive,
    /// Running state inside the document, read as a command.
    RunningState,
    /// Days without a window are open all day.
    OpenDays,
    /// A contact identifier that is none; the contact is reached by the others only.
    NotAContact,
    /// A text longer than the policy model takes.
    TextTooLong,
    /// The target format has no place for this; it is left out.
    NotExpressible,
    /// The target format can only say something stricter.
    ExportedStricter,
    /// The target format can only say something less strict.
    ExportedLooser,
}

impl LossCode {
    /// The code as files and programs see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppNamesUnresolved => "APP_NAMES_UNRESOLVED",
            Self::NotAnApp => "NOT_AN_APP",
            Self::PathEntry => "PATH_ENTRY",
            Self::NotAHost => "NOT_A_HOST",
            Self::ListNotUsed => "LIST_NOT_USED",
            Self::StricterRow => "STRICTER_ROW",
            Self::RepeatedRow => "REPEATED_ROW",
            Self::PlatformFilter => "PLATFORM_FILTER",
            Self::AgeNotUsed => "AGE_NOT_USED",
            Self::TemporaryRuleUndefined => "TEMPORARY_RULE_UNDEFINED",
            Self::ExtensionsKept => "EXTENSIONS_KEPT",
            Self::AmountRounded => "AMOUNT_ROUNDED",
            Self::NeverLive => "NEVER_LIVE",
            Self::RunningState => "RUNNING_STATE",
            Self::OpenDays => "OPEN_DAYS",
            Self::NotAContact => "NOT_A_CONTACT",
            Self::TextTooLong => "TEXT_TOO_LONG",
            Self::NotExpressible => "NOT_EXPRESSIBLE",
            Self::ExportedStricter => "EXPORTED_STRICTER",
            Self::ExportedLooser => "EXPORTED_LOOSER",
        }
    }
}
