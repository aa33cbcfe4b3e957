//! Two paths turn about, so that whatever else the machine does hits both alike.

use std::hint::black_box;
use std::time::Instant;

/// What two paths took beside each other, each per operation.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Nanoseconds of ours in its best round.
    pub ours: f64,
    /// Nanoseconds of the reference in its best round.
    pub reference: f64,
    /// Ours by the reference, in the middle round.
    pub ratio: f64,
    /// The same, a quarter and three quarters through the rounds in order.
    pub quartiles: (f64, f64),
}

/// Runs both in turn, `rounds` times; each run does `operations`.
pub fn pair(
    rounds: usize,
    operations: usize,
    mut ours: impl FnMut() -> usize,
    mut reference: impl FnMut() -> usize,
) -> Pair {
    let time = |run: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_nanos() as f64 / operations as f64
    };
    black_box((ours(), reference()));
    let mut times: Vec<(f64, f64)> = (0..rounds.max(1))
        .map(|_| (time(&mut ours), time(&mut reference)))
        .collect();
    let least = |of: fn(&(f64, f64)) -> f64| times.iter().map(of).fold(f64::INFINITY, f64::min);
    let (ours, reference) = (least(|time| time.0), least(|time| time.1));
    times.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let at = |part: usize| times[part * (times.len() - 1) / 4];
    let ratio = |part: usize| at(part).0 / at(part).1;
    Pair {
        ours,
        reference,
        ratio: ratio(2),
        quartiles: (ratio(1), ratio(3)),
    }
}

/// Whether the program runs only to see that it runs (`cargo bench -- --test`).
#[must_use]
pub fn smoke() -> bool {
    std::env::args().any(|argument| argument == "--test")
}
