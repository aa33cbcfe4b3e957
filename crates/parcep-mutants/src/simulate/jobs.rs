//! Many seeds, on several threads.

use super::{Failure, Fault, Plan, Tally, run};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

/// What became of one seed.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) seed: u64,
    pub(crate) result: Result<Tally, Failure>,
}

/// Plays seeds `first..first + seeds` on `threads` threads; `told` hears of each, in the order in which
/// they end, and says whether to go on.
pub(crate) fn play(
    first: u64,
    seeds: u64,
    threads: usize,
    fault: Option<Fault>,
    mut told: impl FnMut(Done) -> bool,
) {
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= seeds {
                        return;
                    }
                    let seed = first.wrapping_add(number);
                    let result = one(&Plan::of(seed), fault);
                    if sender.send(Done { seed, result }).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for done in receiver {
            if !told(done) {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
}

/// One run. A panic of an engine is a failure like any other, and not the end of the others.
pub(crate) fn one(plan: &Plan, fault: Option<Fault>) -> Result<Tally, Failure> {
    let result = catch_unwind(AssertUnwindSafe(|| run(plan, fault)));
    result.unwrap_or_else(|_| Err(Failure::new(super::Invariant::Runs, "the engine panicked")))
}
