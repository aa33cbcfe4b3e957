//! From one answer to the next: stretches of time with the same answer.

use jiff::Timestamp;
use parcep_core::decide::{CompiledPolicy, Context, Effect, Reason, RuleRef, Usage, decide};

/// Time in which the answer stays the same: effect, reason and binding rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) said: Said,
}

/// What is answered where nothing was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) effect: Effect,
    pub(super) reason: Reason,
    pub(super) rules: Vec<RuleRef>,
}

/// How far apart answers are compared. Effects are found to the second by `next_change`; rules that
/// take each other's place within a minute may be told as the first of them.
const STEP: i64 = 60;

/// Stretches of `[from, until)`, without gaps.
pub(super) fn stretches(
    policy: &CompiledPolicy,
    context: &Context<'_>,
    from: Timestamp,
    until: Timestamp,
) -> Vec<Stretch> {
    let walk = Walk { policy, context };
    let (mut at, end) = (from.as_second(), until.as_second());
    let mut found: Vec<Stretch> = Vec::new();
    while at < end {
        let said = walk.said(at);
        let next = walk.lasts(&said, at, end);
        let (Ok(from), Ok(until)) = (Timestamp::from_second(at), Timestamp::from_second(next))
        else {
            break;
        };
        match found.last_mut().filter(|last| last.said == said) {
            Some(last) => last.until = until,
            None => found.push(Stretch { from, until, said }),
        }
        at = next;
    }
    found
}

struct Walk<'a> {
    policy: &'a CompiledPolicy,
    context: &'a Context<'a>,
}

impl Walk<'_> {
    fn at(&self, second: i64) -> Context<'_> {
        Context {
            now: Timestamp::from_second(second).unwrap_or(self.context.now),
            ..*self.context
        }
    }

    fn said(&self, second: i64) -> Said {
        let (unused, context) = (Usage::none(), self.at(second));
        let decision = decide(self.policy, &unused, &context);
        let mut rules: Vec<RuleRef> = decision.rules().map(RuleRef::from).collect();
        rules.sort();
        Said {
            effect: decision.effect(),
            reason: decision.reason(),
            rules,
        }
    }

    /// First second after `at`, at most `end`, at which something else may be said. Before the next
    /// change the effect is the same with use or without: less use never makes it stricter.
    fn lasts(&self, said: &Said, at: i64, end: i64) -> i64 {
        let (unused, context) = (Usage::none(), self.at(at));
        let change = decide(self.policy, &unused, &context).next_change();
        let bound = change.map_or(end, |change| change.as_second().min(end));
        let mut known = at;
        while known < bound {
            let next = ((known / STEP + 1) * STEP).min(bound);
            if next == bound {
                return self.first_other(said, known, bound - 1).unwrap_or(bound);
            }
            if let Some(other) = self.first_other(said, known, next) {
                return other;
            }
            known = next;
        }
        bound
    }

    /// First second in `(known, last]` with another answer, if the last has one.
    fn first_other(&self, said: &Said, known: i64, last: i64) -> Option<i64> {
        if last <= known || self.said(last) == *said {
            return None;
        }
        let (mut same, mut other) = (known, last);
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if self.said(middle) == *said {
                same = middle;
            } else {
                other = middle;
            }
        }
        Some(other)
    }
}
