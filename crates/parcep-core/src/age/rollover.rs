//! Birthdays: what may be said on a day, late by a time that nobody else can compute.
//!
//! ```text
//! Born ── cut ──▶ day certainly reached ── + delay(secret, audience, cut) ──▶ day of change
//! ```
//!
//! The day of a birth stays where it is: there is no way from [`Born`] to any message, to JSON or
//! into a log (R-AGE-010).

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{AgeError, AgeInterval, Cuts};
use crate::crypto::{Secret, Transcript, label};
use crate::registry::constants;
use crate::zones::day_number;

const DAY: i64 = 86_400;
/// Seconds by which the last zone on Earth is behind UTC.
const LAST_ZONE: i64 = 43_200;
/// Delays that there are: from none to 56 days.
const DELAYS: u64 = constants::AGE_ROLLOVER_DAYS as u64 + 1;

/// The day of an instant where a day begins last, days since 1970-01-01 (R-AGE-039). `now` is in
/// seconds since the Unix epoch.
///
/// ```
/// use parcep_core::age::latest_day;
/// // Noon of 2 January 1970 in Greenwich: only now has 2 January begun everywhere.
/// assert_eq!((latest_day(86_400 + 43_199), latest_day(86_400 + 43_200)), (0, 1));
/// ```
pub fn latest_day(now: i64) -> i64 {
    now.saturating_sub(LAST_ZONE).div_euclid(DAY)
}

/// When somebody was born, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Born(Known);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Day(Date),
    /// The first day of the month.
    Month(Date),
}

impl Born {
    /// On this day.
    pub fn on(day: Date) -> Self {
        Self(Known::Day(day))
    }

    /// In this month, `month` from 1 to 12.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if there is no such month.
    pub fn in_month(year: i16, month: i8) -> Result<Self, AgeError> {
        let first = Date::new(year, month, 1).map_err(|_| AgeError::Malformed("month"))?;
        Ok(Self(Known::Month(first)))
    }

    /// The day by which an age is certainly reached, days since 1970-01-01; `None` if no calendar
    /// has it.
    fn reaches(self, age: u32) -> Option<i64> {
        let years = i64::from(age).years();
        let date = match self.0 {
            Known::Day(day) => {
                let birthday = day.checked_add(years).ok()?;
                // Of 29 February a common year leaves the 28th, which is a day early.
                let early = birthday.day() != day.day();
                birthday.checked_add(i64::from(early).days()).ok()?
            }
            Known::Month(first) => first.checked_add(years.months(1)).ok()?,
        };
        Some(day_number(date))
    }
}

impl std::fmt::Debug for Born {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Born(…)")
    }
}

/// When somebody was born, and the secret that hides the birthday (R-AGE-038).
///
/// ```
/// use jiff::civil::date;
/// use parcep_core::age::{Born, Cuts, Rollover, latest_day};
/// use parcep_core::crypto::Secret;
/// let child = Rollover::new(Born::on(date(2013, 5, 17)), Secret::from_bytes([7; 32]));
/// let cuts = Cuts::new(vec![13, 16, 18])?;
/// let told = |day| child.told("https://games.example", &cuts, latest_day(day)).upper();
/// // A day before the thirteenth birthday, and two months after it.
/// assert_eq!((told(1_778_932_800), told(1_784_203_200)), (Some(13), Some(16)));
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rollover {
    born: Born,
    secret: Secret,
    undelayed_from: Option<i64>,
}

impl Rollover {
    /// `secret` is random, one for each person, and never leaves the issuer.
    pub fn new(born: Born, secret: Secret) -> Self {
        Self {
            born,
            secret,
            undelayed_from: None,
        }
    }

    /// Without delay from `day` on, because the person asked for it and was told that the audience
    /// can see the birthday by it.
    #[must_use]
    pub fn undelayed_from(self, day: i64) -> Self {
        Self {
            undelayed_from: Some(day),
            ..self
        }
    }

    /// The cell that is told to an audience on a day, days since 1970-01-01 by [`latest_day`]. The
    /// audience of a token is empty.
    pub fn told(&self, audience: &str, cuts: &Cuts, day: i64) -> AgeInterval {
        let cuts = cuts.points().iter().copied();
        let mut lower = 0;
        for cut in cuts {
            if !self.has_passed(audience, cut, day) {
                return AgeInterval::between(lower, Some(cut));
            }
            lower = cut;
        }
        AgeInterval::between(lower, None)
    }

    /// Whether the person is spoken of as `age` or older.
    pub(super) fn has_passed(&self, audience: &str, age: u32, day: i64) -> bool {
        let prompt = self.undelayed_from.is_some_and(|from| day >= from);
        let delay = if prompt { 0 } else { self.delay(audience, age) };
        let passes = self.born.reaches(age);
        passes.is_some_and(|reached| day >= reached.saturating_add(delay))
    }

    fn delay(&self, audience: &str, cut: u32) -> i64 {
        let info = Transcript::new(label::AGE_ROLLOVER)
            .bytes(audience.as_bytes())
            .bytes(&cut.to_be_bytes());
        let derived = self.secret.derive(&info);
        // HKDF of eight bytes is the beginning of HKDF of 32.
        let first = derived.expose().first_chunk::<8>().copied();
        let number = u64::from_be_bytes(first.unwrap_or_default());
        i64::try_from(number % DELAYS).unwrap_or_default()
    }
}
