//! Local time: zone, weekdays, times of day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::PolicyError;
use super::ids::text;

text! {
    /// Name of an IANA zone, such as `Europe/London`: 1 to 64 ASCII bytes. Whether the zone exists
    /// is known to the zone database, which is an argument of compiling.
    ZoneName, "zone name", |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_+/".contains(&b);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(fits) {
            return Err("expected an IANA name such as `Europe/London`");
        }
        Ok(text)
    }
}

/// How a dependant's days and weeks run (R-POL-020).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Zone of every local time in the dependant's rules.
    pub zone: ZoneName,
    /// Follow the zone of the device in use instead, where it is known.
    #[serde(default)]
    pub follow_device: bool,
    /// Local time at which a policy day begins.
    #[serde(default)]
    pub day_start: LocalTime,
    /// First day of the policy week.
    #[serde(default)]
    pub week_start: Weekday,
    /// Where the dependant lives, two capital letters of ISO 3166-1; chooses among rating systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

impl Profile {
    /// Days from midnight in `zone`, weeks from Monday.
    #[must_use]
    pub const fn new(zone: ZoneName) -> Self {
        Self {
            zone,
            follow_device: false,
            day_start: LocalTime::MIDNIGHT,
            week_start: Weekday::Monday,
            region: None,
        }
    }
}

text! {
    /// A country, two capital letters of ISO 3166-1.
    Region, "region", |text| {
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(text)
        } else {
            Err("expected two capital letters of ISO 3166-1")
        }
    }
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    #[default]
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Monday is 0, Sunday is 6.
    #[must_use]
    pub const fn index(self) -> u8 {
        self as u8
    }
}

/// A set of one to seven weekdays. There is no "weekend": a rule lists its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Weekdays(u8);

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday, Tuesday, Wednesday, Thursday, Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);
    /// Saturday, Sunday.
    pub const SATURDAY_SUNDAY: Self = Self(0b110_0000);

    /// Exactly these days.
    ///
    /// # Errors
    /// When there are none.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Result<Self, PolicyError> {
        Self::from_bits(
            days.into_iter()
                .fold(0, |bits, day| bits | (1 << day.index())),
        )
    }

    /// From bits: Monday is bit 0, Sunday is bit 6.
    ///
    /// # Errors
    /// When there are none, or a bit above 6 is set.
    pub const fn from_bits(bits: u8) -> Result<Self, PolicyError> {
        if bits == 0 || bits > 0b111_1111 {
            return Err(PolicyError::Weekdays);
        }
        Ok(Self(bits))
    }

    /// Monday is bit 0, Sunday is bit 6.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether `day` is in the set.
    #[must_use]
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.index()) != 0
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL
            .into_iter()
            .filter(move |day| self.contains(*day))
    }
}

impl TryFrom<Vec<Weekday>> for Weekdays {
    type Error = PolicyError;
    fn try_from(days: Vec<Weekday>) -> Result<Self, PolicyError> {
        Self::of(days)
    }
}

impl From<Weekdays> for Vec<Weekday> {
    fn from(days: Weekdays) -> Self {
        days.iter().collect()
    }
}

/// A local time of day in whole seconds, 00:00:00 to 23:59:59.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime(u32);

impl LocalTime {
    /// 00:00:00.
    pub const MIDNIGHT: Self = Self(0);

    /// `hour`:`minute`:00.
    ///
    /// # Errors
    /// When there is no such time.
    pub fn hm(hour: u32, minute: u32) -> Result<Self, PolicyError> {
        if hour > 23 || minute > 59 {
            return Err(PolicyError::TimeOfDay);
        }
        Ok(Self(hour * 3600 + minute * 60))
    }

    /// From seconds after 00:00:00 on the clock, 0 to 86 399.
    ///
    /// # Errors
    /// When there is no such time.
    pub const fn from_seconds(seconds: u32) -> Result<Self, PolicyError> {
        if seconds >= 86_400 {
            return Err(PolicyError::TimeOfDay);
        }
        Ok(Self(seconds))
    }

    /// Seconds after 00:00:00 on the clock, 0 to 86 399.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl FromStr for LocalTime {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let two = |part: &str, most: u32| {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            let value = if digits { part.parse().ok() } else { None };
            value
                .filter(|value| *value <= most)
                .ok_or(PolicyError::TimeOfDay)
        };
        let mut parts = text.split(':');
        let (hour, minute) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let second = parts.next().map_or(Ok(0), |part| two(part, 59))?;
        if parts.next().is_some() {
            return Err(PolicyError::TimeOfDay);
        }
        Ok(Self(two(hour, 23)? * 3600 + two(minute, 59)? * 60 + second))
    }
}

impl TryFrom<String> for LocalTime {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        if second == 0 {
            write!(f, "{hour:02}:{minute:02}")
        } else {
            write!(f, "{hour:02}:{minute:02}:{second:02}")
        }
    }
}

impl Default for ZoneName {
    /// UTC: the zone of a dependant about whom nothing is known yet.
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}
