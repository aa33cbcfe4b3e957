//! The decision: pure, total, the same on every enforcement point.
//!
//! [`compile`] turns layers, overrides and custody into a [`CompiledPolicy`] once; [`decide`]
//! answers questions from it, without allocating, with no clock and no lock. For every policy,
//! usage and instant there is exactly one answer. Clauses: `spec/14-evaluation.md`.
//!
//! ```
//! use parcep_core::decide::{Action, Context, Effect, PolicyInput, Reason, Usage, compile, decide};
//! use parcep_core::policy::{LayerAuthor, LocalTime, PolicyLayer, Profile, Weekdays, Window, WindowState};
//! use parcep_core::{ratings::RatingTable, zones::Zones};
//!
//! let profile = Profile::new("Europe/London".parse()?);
//! let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1")?);
//! layer.schedule.windows.push(Window::between(
//!     "schedule/daytime".parse()?,
//!     WindowState::Allow,
//!     Weekdays::ALL,
//!     LocalTime::hm(7, 0)?,
//!     LocalTime::hm(19, 30)?,
//! )?);
//! let ratings = RatingTable::bundled();
//! let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
//! let policy = compile(&input, &ratings, &Zones::bundled())?;
//!
//! let action = Action::parse("device", &ratings)?;
//! let usage = Usage::none();
//! let evening = Context::new("2026-11-23T19:30:00Z".parse()?, &action);
//! let decision = decide(&policy, &usage, &evening);
//! assert_eq!((decision.effect(), decision.reason()), (Effect::Deny, Reason::Window));
//! assert_eq!(decision.next_change(), Some("2026-11-24T07:00:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`CompiledPolicy`] never changes and is `Send + Sync`. A device that gets new rules compiles
//! them beside the old ones and swaps the pointer; whoever is deciding goes on with what they hold,
//! and nobody waits:
//!
//! ```
//! use std::sync::{Arc, RwLock};
//! use parcep_core::decide::{CompiledPolicy, PolicyInput, compile};
//! use parcep_core::policy::{LayerAuthor, PolicyLayer, Profile};
//! use parcep_core::{ratings::RatingTable, zones::Zones};
//!
//! let (profile, ratings, zones) = (Profile::new("Europe/London".parse()?), RatingTable::bundled(), Zones::bundled());
//! let compiled = |layers: &[PolicyLayer]| {
//!     compile(&PolicyInput::new(&profile, layers), &ratings, &zones).map(Arc::new)
//! };
//! let live: RwLock<Arc<CompiledPolicy>> = RwLock::new(compiled(&[])?);
//!
//! // A thread that decides holds the lock only to copy the pointer.
//! let held = Arc::clone(&live.read().unwrap());
//! // Another puts new rules in its place.
//! let next = compiled(&[PolicyLayer::empty(LayerAuthor::guardian("g1")?)])?;
//! *live.write().unwrap() = next;
//! assert!(!Arc::ptr_eq(&held, &live.read().unwrap()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod acts;
mod ages;
mod approval;
mod apps;
mod budgets;
mod by_target;
mod change;
mod clock;
mod compile;
mod contact;
mod content;
mod context;
mod custody;
mod dates;
mod decision;
mod ending;
mod evaluate;
mod features;
mod hash;
mod input;
mod lifestyle;
mod names;
mod needs;
mod protected;
mod question;
mod rated;
mod ratings;
mod rules;
mod schedule;
mod spending;
mod suffixes;
mod tally;
mod usage;
mod usage_row;
mod web;

pub use action::{Action, ActionError, Content, Price, PurchaseKind, ServiceUrn};
pub use compile::{CompiledPolicy, Unenforceable, compile};
pub use context::{Context, Known, KnownAge, Subject, Verdict, Windows};
pub use decision::{Answer, AnswerForApps, Decision, Effect, Reason, RuleRef};
pub use ending::Ending;
pub use input::{ControlLimit, Custody, Limited, PolicyInput};
pub use names::BindingRule;
pub use needs::beyond;
pub use usage::Usage;
pub use usage_row::{Period, UsageError, UsageRow, UsageTarget};

use question::{Progress, Question};

/// Decides one question.
///
/// Total: it never fails, never panics and never allocates. `Decision` borrows its arguments; what it
/// costs to name rules, remaining time and the next change is paid only when they are asked for.
#[must_use]
pub fn decide<'a>(
    policy: &'a CompiledPolicy,
    usage: &'a Usage,
    context: &Context<'a>,
) -> Decision<'a> {
    let question = Question::new(policy, usage, context);
    let tally = evaluate::evaluate::<()>(&question, &question.now(), &Progress::default());
    Decision {
        effect: tally.effect,
        reason: tally.reason,
        policy,
        usage,
        context: *context,
        linked: &[],
    }
}

/// Decides where nobody knows who is in front of the device: the strictest of the decisions for all
/// dependants that it serves, of equal ones the one with the least remaining time, of those the
/// first in the order given (R-CAP-015). The next change is that of all together.
///
/// `None` only when `linked` is empty.
#[must_use]
pub fn decide_unidentified<'a>(
    linked: &'a [(&'a CompiledPolicy, &'a Usage)],
    context: &Context<'a>,
) -> Option<Decision<'a>> {
    let decisions = linked
        .iter()
        .map(|(policy, usage)| decide(policy, usage, context));
    // Of equal ones the last is the greatest: from behind, the first.
    let strictest = decisions.rev().max_by_key(|decision| {
        let left = decision.remaining_seconds().unwrap_or(u64::MAX);
        (decision.effect(), std::cmp::Reverse(left))
    });
    strictest.map(|decision| Decision { linked, ..decision })
}
