//! A second evaluator, written from chapters 13 and 14 of the specification alone.
//!
//! It shares nothing with `parcep-core` but the messages of the wire and a library of zones, and is
//! slow and obvious on purpose: one function per requirement, nothing compiled, nothing remembered.
//! Where the two answer differently, one of them or the text is wrong.

mod acts;
mod apps;
mod budgets;
mod calendar;
mod combine;
mod contacts;
mod custody;
mod future;
mod hosts;
mod model;
mod purchases;
mod ratings;
mod steps;
mod windows;

pub use calendar::UnknownZone;
pub use model::{
    Act, Action, Answer, Author, Custody, Effect, Kind, Layer, Money, Period, Policy, Purchase,
    Question, Reason, Rule, Spent, Target, Usage,
};
pub use ratings::{BadTable, Ratings};

use calendar::Calendar;
use model::{FLOOR, Now};

/// One answer for every policy, usage and question.
///
/// # Errors
/// The zone database lacks the zone of the profile: a reader refuses such a profile (R-POL-020) and
/// never asks with it.
pub fn decide(policy: &Policy, usage: &Usage, question: &Question) -> Result<Answer, UnknownZone> {
    if rights_floor(&question.action) {
        return Ok(Answer::bare(Effect::Allow, Reason::RightsFloor));
    }
    let calendar = Calendar::of(policy.profile.as_ref(), question)?;
    let now = Now {
        policy,
        usage,
        question,
        calendar: &calendar,
        at: question.at,
        goes_on: false,
    };
    let mut answer = combine::answer(&now);
    answer.remaining_seconds = future::remaining_seconds(&now, answer.effect);
    answer.next_change = future::next_change(&now, answer.effect);
    Ok(answer)
}

/// R-EVAL-001: services on the floor, and what is below them.
fn rights_floor(action: &Action) -> bool {
    let Action::Service(urn) = action else {
        return false;
    };
    let urn = urn.to_ascii_lowercase();
    FLOOR.iter().any(|service| {
        urn.strip_prefix(service)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
