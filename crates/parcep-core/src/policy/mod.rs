//! What guardians write: the authored policy model, in which only valid values exist.
//!
//! A [`PolicyLayer`] is one guardian's rules for one dependant, one section per concern, so that
//! each section can be sealed for exactly those who need it. Overrides ([`Override`]) are separate
//! objects with an author, an id and a place in the log. Nothing here decides anything:
//! [`crate::decide`] compiles layers and overrides and answers. Clauses: `spec/13-policy-model.md`.
//!
//! Every type has a JSON form through serde, used by test vectors and policy files; it is never
//! signed. The signed form is protobuf.
//!
//! ```
//! use parcep_core::policy::{LocalTime, PolicyLayer, LayerAuthor, Weekdays, Window, WindowState};
//!
//! let evening = Window::between(
//!     "schedule/school-night".parse()?,
//!     WindowState::Block,
//!     Weekdays::MONDAY_TO_FRIDAY,
//!     LocalTime::hm(20, 30)?,
//!     LocalTime::hm(7, 0)?, // earlier than the start: ends on the next day
//! )?;
//! let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1")?);
//! layer.schedule.windows.push(evening);
//! layer.check()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod age;
#[cfg(test)]
mod age_tests;
mod apps;
#[cfg(test)]
mod authored;
#[cfg(test)]
mod bad_input;
mod budget;
mod check;
mod communication;
mod convert;
mod end;
mod error;
mod feature;
mod ids;
mod layer;
mod list;
mod overrides;
mod rating;
mod rules;
mod schedule;
mod spending;
mod steps;
#[cfg(test)]
mod tests;
mod time;
mod unenforceable;
mod verdict;
mod web;

pub use age::{
    AgeGate, AgeGateTarget, AgeOnUnknown, AgeSection, AgeShare, AgeShareRule, AudienceName,
    MinimumAge,
};
pub use apps::{AppAccess, AppRule, AppSection, AppTarget};
pub use budget::{
    Allowance, Budget, BudgetCounting, BudgetScope, BudgetSection, BudgetTarget, DayLimit,
};
pub use check::PolicyFault;
pub use communication::{CommunicationMode, CommunicationRule, CommunicationSection, Contact};
pub use convert::SectionError;
pub use end::{EndAction, EndRule, GraceSeconds, WarningSeconds};
pub use error::PolicyError;
pub use feature::{FeatureCode, FeatureEffect, FeatureRule, FeatureSection};
pub use ids::{AppId, Category, ContactId, HostName, LayerAuthor, OverrideId, RuleId};
pub use layer::{Flag, PolicyLayer, SectionName, UnknownRule};
pub use list::{ListAccess, ListHash, ListRule};
pub use overrides::{DateChange, DayWindow, Override, OverrideKind, UnblockItem};
pub use rating::{
    Ceiling, GuidanceLabels, LabelName, MaxAge, Medium, RatingRule, RatingSection, UnratedEffect,
    UnratedRule,
};
pub use rules::{Review, RulePlace, RuleRow};
pub use schedule::{ScheduleSection, Window, WindowSpan, WindowState};
pub use spending::{Currency, Money, PurchaseClass, SpendingCap, SpendingPeriod, SpendingSection};
pub use steps::{AgeStep, AgeSteps, DueRule};
pub use time::{LocalTime, Profile, Region, Weekday, Weekdays, ZoneName};
pub use unenforceable::OnUnenforceable;
pub use verdict::{Concern, Percent, VerdictAbout, VerdictEffect, VerdictRule};
pub use web::{HostRule, WebMode, WebRule, WebSection};
