//! The shortest part of a schedule that still breaks the same invariant.

use super::{Failure, Fault, Invariant, Plan, run};

/// Runs that shrinking may cost at most.
const TRIES: usize = 400;

/// Leaves steps out, in ever smaller groups, as long as the same invariant breaks.
pub(crate) fn shrink(plan: &Plan, fault: Option<Fault>, invariant: Invariant) -> (Plan, Failure) {
    let mut shortest = plan.clone();
    let mut why = Failure::new(invariant, "");
    let mut tries = 0;
    let mut size = plan.steps.len().max(1);
    loop {
        let mut from = 0;
        while from < shortest.steps.len() {
            let mut shorter = shortest.clone();
            let until = (from + size).min(shorter.steps.len());
            shorter.steps.drain(from..until);
            tries += 1;
            match run(&shorter, fault) {
                Err(failure) if failure.invariant == invariant => {
                    shortest = shorter;
                    why = failure;
                }
                _ => from += size,
            }
            if tries >= TRIES {
                return (shortest, why);
            }
        }
        if size == 1 {
            return (shortest, why);
        }
        size = size.div_ceil(2);
    }
}
