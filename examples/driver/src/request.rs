//! What the suite asks for. Members that are not known here are passed over.

use parcep_core::hex;
use parcep_core::id::{DeviceId, PrincipalId};
use serde::Deserialize;

/// Bytes, in lower-case hexadecimal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Bytes(pub Vec<u8>);

/// Words with one space between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Words(pub Vec<String>);

/// Who is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(pub PrincipalId);

/// Which device is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Device(pub DeviceId);

/// What the clocks of the device show from now on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hands {
    /// Seconds since 1970-01-01T00:00:00Z; `None` where there is no wall clock.
    pub wall: Option<i64>,
    /// Boot time in whole seconds (R-TIME-001).
    pub boot: u64,
    /// Another one after each start of the device.
    pub start: String,
}

/// A new device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reset {
    /// Its clocks.
    #[serde(flatten)]
    pub hands: Hands,
    /// Zone that it is set to.
    pub zone: String,
}

/// Somebody on the device wants something, now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ask {
    /// Who; nobody where the subject is unidentified.
    pub dependant: Option<Id>,
    /// What, as in rows of decisions.
    pub action: String,
    /// Categories of the item.
    #[serde(default)]
    pub categories: Words,
    /// Labels of the item, each `SYSTEM/LABEL`.
    #[serde(default)]
    pub labels: Words,
    /// Publisher of the app.
    pub publisher: Option<String>,
    /// The item is marked as explicit.
    #[serde(default)]
    pub explicit: bool,
    /// The device can ask a guardian.
    #[serde(default = "yes")]
    pub can_ask: bool,
    /// `dependant` unless given, `unidentified`, `guardian_present`.
    pub subject: Option<String>,
    /// What is known of the age: `13-16`, the upper bound excluded, or `18-`.
    pub age: Option<String>,
    /// What was spent: words `TARGET/PERIOD=AMOUNT`.
    #[serde(default)]
    pub usage: Words,
}

/// Something that a person did with the device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Act {
    /// Handed it a guardian's answer to its join request.
    Join {
        /// The JoinAnswer.
        answer: Bytes,
        /// The relay to follow.
        relay: String,
    },
    /// Handed it a supplementary Welcome.
    Supplement {
        /// The JoinAnswer.
        answer: Bytes,
    },
    /// Showed it that they are of age.
    OfAge {
        /// Who.
        dependant: Id,
    },
    /// Had it let an enforcement point in.
    Admit {
        /// The JoinRequest.
        request: Bytes,
        /// Whom the point is to serve.
        dependants: Words,
    },
    /// Had it take a device out of the household.
    Remove {
        /// The device.
        device: Device,
    },
    /// Had it write a rule, beside those that stand, or in the place of the one with this id.
    SetRule {
        /// Whom it is for.
        dependant: Id,
        /// Its id.
        rule: String,
        /// Which app, `PLATFORM/ID`.
        app: String,
        /// `block` or `allow`.
        access: String,
    },
    /// Had it take a rule back.
    TakeBack {
        /// Whom it is for.
        dependant: Id,
        /// Its id.
        rule: String,
    },
    /// Had it lock everything from now on.
    Lock {
        /// Whom it is for.
        dependant: Id,
        /// Id of the act.
        lock: String,
        /// For how long.
        seconds: i64,
    },
}

impl Act {
    /// The names of all events.
    pub(crate) const EVENTS: [&str; 8] = [
        "join",
        "supplement",
        "of-age",
        "admit",
        "remove",
        "set-rule",
        "take-back",
        "lock",
    ];
}

impl TryFrom<String> for Bytes {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let bytes = hex::decode(&text).filter(|_| lower);
        bytes.map(Self).ok_or("bytes are lower-case hexadecimal")
    }
}

impl TryFrom<String> for Words {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        match words.iter().any(String::is_empty) {
            true if text.is_empty() => Ok(Self::default()),
            true => Err("words have one space between them"),
            false => Ok(Self(words)),
        }
    }
}

impl TryFrom<String> for Id {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        sixteen(text).map(PrincipalId::from_bytes).map(Self)
    }
}

impl TryFrom<String> for Device {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        sixteen(text).map(DeviceId::from_bytes).map(Self)
    }
}

fn sixteen(text: String) -> Result<[u8; 16], &'static str> {
    let Bytes(bytes) = text.try_into()?;
    bytes.try_into().map_err(|_| "an id has 16 bytes")
}

const fn yes() -> bool {
    true
}
