//! What was told about the person, to whom and when, for that person to read (R-AGE-052).
//!
//! The list stays on the device. No message of this protocol has a place for it, and nothing here
//! makes one. On disk it is JSON lines: one object a line, the oldest first.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AgeInterval, AgeMethod, AgePurpose, AgeSignal};
use crate::registry::constants;
use crate::zones::{date_of, day_number};

/// Days for which a line is kept.
pub const DISCLOSURE_DAYS: i64 = constants::AGE_LOG / 86_400;
/// Far above what one person shares in a year, far below harm.
const MAX_LINES: usize = 100_000;
const MAX_AUDIENCE: usize = 255;

/// A claim that an audience was given, or a correction after which it is told something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The UTC day.
    pub day: Date,
    /// What happened.
    pub event: DisclosureEvent,
}

/// What a line of the list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisclosureEvent {
    /// An audience was told a bracket.
    Shared {
        /// Who was told, 1 to 255 bytes.
        audience: String,
        /// What was told.
        interval: AgeInterval,
        /// How it is known, as far as that was told.
        method: AgeMethod,
        /// What for.
        purpose: AgePurpose,
    },
    /// The person or a guardian corrected what is known (R-AGE-058).
    Corrected,
}

/// The list of one person, the oldest line first.
///
/// ```
/// use jiff::civil::date;
/// use parcep_core::age::{AgeInterval, AgeMethod, AgePurpose, DisclosureLog};
/// let mut log = DisclosureLog::new();
/// let told = AgeInterval::new(13, Some(16))?;
/// let today = date(2026, 11, 22);
/// log.shared(today, "https://games.example", told, AgeMethod::NotTold, AgePurpose::AccessGate)?;
/// assert_eq!(log.to_json_lines(), concat!(
///     r#"{"day":"2026-11-22","event":"shared","audience":"https://games.example","lower":13,"#,
///     r#""upper":16,"method":"not_told","purpose":"access_gate"}"#, "\n",
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisclosureLog(Vec<Disclosure>);

/// Why a line cannot be kept or read. No text tells what a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosureError {
    /// The audience is empty or longer than 255 bytes.
    #[error("an audience has 1 to 255 bytes")]
    Audience,
    /// The time is of no year that dates have.
    #[error("a time that no date has")]
    Day,
    /// A line is no line of such a list.
    #[error("line {0} is not a line of a disclosure log")]
    Line(usize),
    /// More lines than are kept.
    #[error("a disclosure log has at most 100000 lines")]
    TooMany,
}

impl DisclosureLog {
    /// An empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes that an audience was told a bracket, and drops what is too old. The same, told again on
    /// the same day, is one line.
    ///
    /// # Errors
    /// [`DisclosureError::Audience`], [`DisclosureError::TooMany`]. Then do not tell it: what is not
    /// listed is not shared.
    pub fn shared(
        &mut self,
        today: Date,
        audience: &str,
        interval: AgeInterval,
        method: AgeMethod,
        purpose: AgePurpose,
    ) -> Result<(), DisclosureError> {
        if !(1..=MAX_AUDIENCE).contains(&audience.len()) {
            return Err(DisclosureError::Audience);
        }
        self.note(
            today,
            DisclosureEvent::Shared {
                audience: audience.to_owned(),
                interval,
                method,
                purpose,
            },
        )
    }

    /// Notes a claim that was given at `now`, seconds since the Unix epoch: what an issuer told, or a
    /// holder presented.
    ///
    /// # Errors
    /// As [`Self::shared`].
    pub fn told(&mut self, claim: &AgeSignal, now: i64) -> Result<(), DisclosureError> {
        let day = utc_day(now).ok_or(DisclosureError::Day)?;
        let (method, purpose) = (claim.method, claim.purpose);
        self.shared(day, &claim.audience, claim.interval, method, purpose)
    }

    /// Notes that what is known about the age was corrected, by the act of the person or a guardian.
    ///
    /// # Errors
    /// [`DisclosureError::TooMany`].
    pub fn corrected(&mut self, today: Date) -> Result<(), DisclosureError> {
        self.note(today, DisclosureEvent::Corrected)
    }

    /// Drops what is more than 366 days old. Nothing else is ever dropped.
    pub fn prune(&mut self, today: Date) {
        let today = day_number(today);
        let kept = |line: &Disclosure| today - day_number(line.day) <= DISCLOSURE_DAYS;
        self.0.retain(kept);
    }

    /// The lines, the oldest first.
    #[must_use]
    pub fn lines(&self) -> &[Disclosure] {
        &self.0
    }

    /// The list as JSON lines.
    #[must_use]
    pub fn to_json_lines(&self) -> String {
        let mut text = String::new();
        for line in &self.0 {
            // Names, numbers and texts: writing them cannot fail.
            text += &serde_json::to_string(&Line::from(line)).unwrap_or_default();
            text.push('\n');
        }
        text
    }

    /// Reads JSON lines. Empty lines and unknown members are skipped.
    ///
    /// # Errors
    /// The first line at fault, from 1.
    pub fn from_json_lines(text: &str) -> Result<Self, DisclosureError> {
        let mut log = Self::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            if log.0.len() >= MAX_LINES {
                return Err(DisclosureError::TooMany);
            }
            let fault = DisclosureError::Line(number.saturating_add(1));
            let line: Line = serde_json::from_str(line).map_err(|_| fault)?;
            log.0.push(line.read().ok_or(fault)?);
        }
        log.0.sort_by_key(|line| line.day);
        Ok(log)
    }

    fn note(&mut self, day: Date, event: DisclosureEvent) -> Result<(), DisclosureError> {
        self.prune(day);
        let line = Disclosure { day, event };
        let of_today = self.0.iter().rev().take_while(|known| known.day >= day);
        let known = { of_today }.any(|known| *known == line);
        if known {
            return Ok(());
        }
        if self.0.len() >= MAX_LINES {
            return Err(DisclosureError::TooMany);
        }
        let at = self.0.partition_point(|known| known.day <= day);
        self.0.insert(at, line);
        Ok(())
    }
}

/// The UTC day of an instant, seconds since the Unix epoch; `None` outside the years that dates have.
#[must_use]
pub fn utc_day(now: i64) -> Option<Date> {
    date_of(now.div_euclid(86_400))
}

/// A line on disk.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    day: Date,
    event: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<std::borrow::Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<AgeMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<AgePurpose>,
}

impl<'a> From<&'a Disclosure> for Line<'a> {
    fn from(line: &'a Disclosure) -> Self {
        let bare = |event: &'static str| Self {
            day: line.day,
            event: event.into(),
            audience: None,
            lower: None,
            upper: None,
            method: None,
            purpose: None,
        };
        match &line.event {
            DisclosureEvent::Corrected => bare("corrected"),
            DisclosureEvent::Shared {
                audience,
                interval,
                method,
                purpose,
            } => Self {
                audience: Some(audience.into()),
                lower: Some(interval.lower()),
                upper: interval.upper(),
                method: Some(*method),
                purpose: Some(*purpose),
                ..bare("shared")
            },
        }
    }
}

impl Line<'_> {
    fn read(self) -> Option<Disclosure> {
        let event = match self.event.as_ref() {
            "corrected" => DisclosureEvent::Corrected,
            "shared" => DisclosureEvent::Shared {
                audience: self
                    .audience
                    .filter(|name| (1..=MAX_AUDIENCE).contains(&name.len()))?
                    .into_owned(),
                interval: AgeInterval::new(self.lower?, self.upper).ok()?,
                method: self.method?,
                purpose: self.purpose?,
            },
            _ => return None,
        };
        Some(Disclosure {
            day: self.day,
            event,
        })
    }
}

#[cfg(test)]
mod tests;
