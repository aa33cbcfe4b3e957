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

mod action;
mod acts;
mod apps;
mod budgets;
mod change;
mod compile;
mod decision;
mod evaluate;
mod hash;
mod names;
mod safety;
mod schedule;
mod tally;
mod usage;

pub use action::{Action, ActionError, Content, Context, PurchaseKind, ServiceUrn};
pub use compile::{CompiledPolicy, Custody, PolicyInput, Unenforceable, compile};
pub use decision::{Answer, Decision, Effect, Reason, RuleRef};
pub use names::BindingRule;
pub use usage::{Period, Usage, UsageError, UsageRow, UsageTarget};

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
    let question = evaluate::Question::new(policy, usage, *context);
    let now = question.now();
    let tally = evaluate::evaluate::<()>(&question, &now, &evaluate::Progress::default());
    Decision {
        effect: tally.effect,
        reason: tally.reason,
        question,
    }
}
