//! Policy sections and overrides, to and from their signed form. `pb::` names stop here.
//!
//! Reading is strict about values (a bad id, host or time refuses the section, and its previous
//! version holds) and tolerant about kinds: a rule of a kind this version does not know becomes an
//! [`UnknownRule`] and never voids the rest (R-POL-005).

use jiff::Timestamp;
use jiff::civil::Date;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

mod acts;
mod ages;
mod features;
mod lists;
mod scales;
mod time;

use super::*;
use crate::document::SectionKind;
use crate::zones::{date_of, day_number};
use acts::{read_act, write_act};
use ages::{read_ages, write_ages};
use features::{read_features, write_features};
use lists::{read_apps, read_web, write_apps, write_web};
use scales::{
    read_communication, read_ratings, read_spending, write_communication, write_ratings,
    write_spending,
};
use time::{read_budgets, read_schedule, write_budgets, write_schedule};

/// Why bytes are not a section, a profile or an override.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SectionError {
    /// No message of the expected shape.
    #[error("malformed section")]
    Malformed,
    /// A value is outside its range.
    #[error(transparent)]
    Value(#[from] PolicyError),
    /// A section kind that no policy layer has.
    #[error("not a section of a policy layer")]
    NotPolicy,
    /// An override of a kind that this version does not know: it has no effect.
    #[error("unknown kind of override")]
    UnknownOverride,
}

impl SectionError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "MALFORMED",
            Self::Value(error) => error.code(),
            Self::NotPolicy => "NOT_A_POLICY_SECTION",
            Self::UnknownOverride => "UNKNOWN_OVERRIDE_KIND",
        }
    }
}

type Outcome<T> = Result<T, SectionError>;

impl PolicyLayer {
    /// The sections that hold rules, encoded; those that hold none are left out.
    #[must_use]
    pub fn to_sections(&self) -> Vec<(SectionKind, Vec<u8>)> {
        let extensions = |section| {
            let of = self
                .unknown
                .iter()
                .filter(move |rule| rule.section == section);
            // A rule whose kind was unreadable cannot be written again.
            of.filter(|rule| !rule.kind.is_empty())
                .map(write_extension)
                .collect()
        };
        let sections = [
            (
                SectionKind::Schedule,
                write_schedule(&self.schedule, extensions(SectionName::Schedule)),
            ),
            (
                SectionKind::Budget,
                write_budgets(&self.budgets, extensions(SectionName::Budget)),
            ),
            (
                SectionKind::App,
                write_apps(&self.apps, extensions(SectionName::App)),
            ),
            (
                SectionKind::Web,
                write_web(&self.web, extensions(SectionName::Web)),
            ),
            (
                SectionKind::Rating,
                write_ratings(&self.ratings, extensions(SectionName::Rating)),
            ),
            (
                SectionKind::Communication,
                write_communication(&self.communication, extensions(SectionName::Communication)),
            ),
            (
                SectionKind::Spending,
                write_spending(&self.spending, extensions(SectionName::Spending)),
            ),
            (
                SectionKind::Feature,
                write_features(&self.features, extensions(SectionName::Feature)),
            ),
            (
                SectionKind::Age,
                write_ages(&self.age, extensions(SectionName::Age)),
            ),
        ];
        sections
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .collect()
    }

    /// Reads one opened section into this layer, replacing what the layer had of it. No bytes mean
    /// no rules.
    ///
    /// # Errors
    /// [`SectionError`]; the layer is then unchanged.
    pub fn read_section(&mut self, kind: SectionKind, bytes: &[u8]) -> Outcome<()> {
        let mut unknown = Vec::new();
        let name = match kind {
            SectionKind::Schedule => {
                self.schedule = read_schedule(decode(bytes)?, &mut unknown)?;
                SectionName::Schedule
            }
            SectionKind::Budget => {
                self.budgets = read_budgets(decode(bytes)?, &mut unknown)?;
                SectionName::Budget
            }
            SectionKind::App => {
                self.apps = read_apps(decode(bytes)?, &mut unknown)?;
                SectionName::App
            }
            SectionKind::Web => {
                self.web = read_web(decode(bytes)?, &mut unknown)?;
                SectionName::Web
            }
            SectionKind::Rating => {
                self.ratings = read_ratings(decode(bytes)?, &mut unknown)?;
                SectionName::Rating
            }
            SectionKind::Communication => {
                self.communication = read_communication(decode(bytes)?, &mut unknown)?;
                SectionName::Communication
            }
            SectionKind::Spending => {
                self.spending = read_spending(decode(bytes)?, &mut unknown)?;
                SectionName::Spending
            }
            SectionKind::Feature => {
                self.features = read_features(decode(bytes)?, &mut unknown)?;
                SectionName::Feature
            }
            SectionKind::Age => {
                self.age = read_ages(decode(bytes)?, &mut unknown)?;
                SectionName::Age
            }
            _ => return Err(SectionError::NotPolicy),
        };
        self.unknown.retain(|rule| rule.section != name);
        self.unknown.extend(unknown);
        Ok(())
    }
}

impl Profile {
    /// The profile, encoded.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::ProfileSection {
            zone: self.zone.to_string(),
            follow_device: self.follow_device.then_some(true),
            day_start_seconds: some_unless_default(self.day_start).map(LocalTime::seconds),
            week_start: some_unless_default(self.week_start).map(write_weekday),
            region: self.region.as_ref().map(ToString::to_string),
        }
        .encode_to_vec()
    }

    /// Reads an opened profile section.
    ///
    /// # Errors
    /// [`SectionError`] when it is malformed or a value is outside its range.
    pub fn from_bytes(bytes: &[u8]) -> Outcome<Self> {
        let section: pb::ProfileSection = decode(bytes)?;
        Ok(Self {
            zone: section.zone.parse()?,
            follow_device: section.follow_device.unwrap_or(false),
            day_start: LocalTime::from_seconds(section.day_start_seconds.unwrap_or(0))?,
            week_start: section
                .week_start
                .map_or(Ok(Weekday::Monday), read_weekday)?,
            region: section.region.map(Region::try_from).transpose()?,
        })
    }
}

impl Override {
    /// The act, encoded, without author and place.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::Override {
            id: self.id().to_string(),
            from: self.from().as_second(),
            until: self.until().map(Timestamp::as_second),
            act: Some(write_act(self.kind())),
        }
        .encode_to_vec()
    }

    /// Reads an opened override of `author` at `position` in the log.
    ///
    /// # Errors
    /// [`SectionError`]; [`SectionError::UnknownOverride`] when only its kind is unknown.
    pub fn from_bytes(bytes: &[u8], author: LayerAuthor, position: u64) -> Outcome<Self> {
        let act: pb::Override = decode(bytes)?;
        let kind = read_act(act.act.ok_or(SectionError::UnknownOverride)?)?;
        let until = act.until.map(read_instant).transpose()?;
        Ok(Self::new(
            author,
            act.id.parse()?,
            position,
            read_instant(act.from)?,
            until,
            kind,
        )?)
    }
}

pub(super) fn decode<M: Message + Default>(bytes: &[u8]) -> Outcome<M> {
    M::decode(bytes).map_err(|_| SectionError::Malformed)
}

pub(super) fn some_unless_default<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

pub(super) fn range(what: &'static str, range: &'static str) -> SectionError {
    SectionError::Value(PolicyError::Range { what, range })
}

pub(super) fn read_instant(seconds: i64) -> Outcome<Timestamp> {
    let outside = || range("an instant", "from -2^37 to 2^37 seconds (R-POL-008)");
    if seconds.unsigned_abs() > 1 << 37 {
        return Err(outside());
    }
    Timestamp::from_second(seconds).map_err(|_| outside())
}

pub(super) fn read_date(days: i32) -> Outcome<Date> {
    let outside = || range("a date", "from -2^20 to 2^20 days (R-POL-008)");
    if days.unsigned_abs() > 1 << 20 {
        return Err(outside());
    }
    date_of(i64::from(days)).ok_or_else(outside)
}

pub(super) fn read_review(days: Option<i32>) -> Outcome<Option<Date>> {
    days.map(read_date).transpose()
}

pub(super) fn write_date(date: Date) -> i32 {
    // Every date of the calendar in use fits.
    i32::try_from(day_number(date)).unwrap_or(i32::MAX)
}

/// Absent means REPORT, and an unknown value is read as the strictest.
pub(super) fn read_fallback(number: Option<i32>) -> OnUnenforceable {
    match number.map(pb::OnUnenforceable::try_from) {
        None | Some(Ok(pb::OnUnenforceable::Report)) => OnUnenforceable::Report,
        Some(Ok(pb::OnUnenforceable::Stricter)) => OnUnenforceable::Stricter,
        _ => OnUnenforceable::DenyAccess,
    }
}

pub(super) fn write_fallback(fallback: OnUnenforceable) -> Option<i32> {
    match fallback {
        OnUnenforceable::Report => None,
        OnUnenforceable::Stricter => Some(pb::OnUnenforceable::Stricter.into()),
        OnUnenforceable::DenyAccess => Some(pb::OnUnenforceable::DenyAccess.into()),
    }
}

pub(super) fn read_weekday(number: i32) -> Outcome<Weekday> {
    let index = number.checked_sub(1).map(usize::try_from);
    let day = index
        .and_then(|index| Weekday::ALL.get(index.ok()?))
        .copied();
    day.ok_or(SectionError::Value(PolicyError::Weekdays))
}

pub(super) fn write_weekday(day: Weekday) -> i32 {
    i32::from(day.index()) + 1
}

pub(super) fn read_weekdays(numbers: &[i32]) -> Outcome<Weekdays> {
    let days = numbers.iter().map(|number| read_weekday(*number));
    Ok(Weekdays::of(days.collect::<Outcome<Vec<_>>>()?)?)
}

pub(super) fn write_weekdays(days: Weekdays) -> Vec<i32> {
    days.iter().map(write_weekday).collect()
}

pub(super) fn read_flag(flag: Option<pb::FlagRule>) -> Outcome<Option<Flag>> {
    let read = |flag: pb::FlagRule| {
        Ok(Flag {
            id: flag.id.parse()?,
            on: flag.on,
            review_by: read_review(flag.review_by_day)?,
            on_unenforceable: read_fallback(flag.on_unenforceable),
        })
    };
    flag.map(read).transpose()
}

pub(super) fn write_flag(flag: Option<&Flag>) -> Option<pb::FlagRule> {
    flag.map(|flag| pb::FlagRule {
        id: flag.id.to_string(),
        on: flag.on,
        review_by_day: flag.review_by.map(write_date),
        on_unenforceable: write_fallback(flag.on_unenforceable),
    })
}

pub(super) fn write_extension(rule: &UnknownRule) -> pb::ExtensionRule {
    pb::ExtensionRule {
        id: rule.id.to_string(),
        kind: rule.kind.clone(),
        payload: rule.payload.clone(),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    }
}

pub(super) fn read_extensions(
    rules: Vec<pb::ExtensionRule>,
    section: SectionName,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<()> {
    for rule in rules {
        if rule.kind.is_empty() || rule.kind.len() > 256 || rule.payload.len() > 4_096 {
            return Err(range(
                "an extension rule",
                "a kind of 1 to 256 bytes, at most 4096 bytes",
            ));
        }
        let id = rule.id.parse()?;
        unknown.push(UnknownRule {
            id,
            section,
            kind: rule.kind,
            payload: rule.payload,
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        });
    }
    Ok(())
}

/// A rule whose kind is unreadable: its name is kept, and what was understood of it.
pub(super) fn unreadable(
    id: &str,
    section: SectionName,
    rule: &impl Message,
    review_by_day: Option<i32>,
    on_unenforceable: Option<i32>,
) -> Outcome<UnknownRule> {
    let payload = rule.encode_to_vec();
    Ok(UnknownRule {
        id: id.parse()?,
        section,
        kind: String::new(),
        payload,
        review_by: read_review(review_by_day)?,
        on_unenforceable: read_fallback(on_unenforceable),
    })
}

pub(super) fn read_app(app: &pb::AppRef) -> Outcome<AppId> {
    Ok(AppId::new(&app.namespace, &app.id)?)
}

pub(super) fn write_app(app: &AppId) -> pb::AppRef {
    pb::AppRef {
        namespace: app.namespace().to_owned(),
        id: app.id().to_owned(),
    }
}

pub(super) fn read_category(category: &pb::CategoryRef) -> Outcome<Category> {
    Ok(Category::new(
        &category.taxonomy,
        &category.version,
        &category.code,
    )?)
}

pub(super) fn write_category(category: &Category) -> pb::CategoryRef {
    pb::CategoryRef {
        taxonomy: category.taxonomy().to_owned(),
        version: category.version().to_owned(),
        code: category.code().to_owned(),
    }
}

/// `None` when the target's kind is unknown.
pub(super) fn read_target(target: Option<&pb::BudgetTarget>) -> Outcome<Option<BudgetTarget>> {
    use pb::budget_target::Target;
    Ok(match target.and_then(|target| target.target.as_ref()) {
        None => None,
        Some(Target::Everything(_)) => Some(BudgetTarget::Overall),
        Some(Target::Category(category)) => Some(BudgetTarget::Category(read_category(category)?)),
        Some(Target::App(app)) => Some(BudgetTarget::App(read_app(app)?)),
        Some(Target::Feature(code)) => Some(BudgetTarget::Feature(code.parse()?)),
    })
}

pub(super) fn write_target(target: &BudgetTarget) -> Option<pb::BudgetTarget> {
    use pb::budget_target::Target;
    let target = match target {
        BudgetTarget::Overall => Target::Everything(pb::Everything {}),
        BudgetTarget::Category(category) => Target::Category(write_category(category)),
        BudgetTarget::App(app) => Target::App(write_app(app)),
        BudgetTarget::Feature(code) => Target::Feature(code.to_string()),
    };
    Some(pb::BudgetTarget {
        target: Some(target),
    })
}
