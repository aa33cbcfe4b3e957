//! Whose time it is: custody as intervals, and what one constitution takes from another.

use super::{Constitution, Custody};
use crate::id::PrincipalId;

/// Seconds since 1970, half-open, ascending, apart from each other.
type Intervals = Vec<(i64, i64)>;

/// Whether a new constitution changes who has custody over a dependant at a time that was this
/// guardian's, or gives somebody else custody of a time that was open (R-CONS-012).
pub(super) fn loses_custody(
    old: &Constitution,
    new: &Constitution,
    guardian: PrincipalId,
    dependant: PrincipalId,
) -> bool {
    let (before, after) = (Shares::of(old, dependant), Shares::of(new, dependant));
    let (held, open) = (before.of_one(guardian), before.open());
    let everybody = before.0.iter().chain(&after.0).map(|(id, _)| *id);
    everybody.into_iter().any(|other| {
        let (then, now) = (before.of_one(other), after.of_one(other));
        let gained = minus(&now, &then);
        let changed = union(&gained, &minus(&then, &now));
        let from_open = other != guardian && meets(&gained, &open);
        meets(&changed, &held) || from_open
    })
}

/// Custody over one dependant, by guardian.
struct Shares(Vec<(PrincipalId, Intervals)>);

impl Shares {
    fn of(law: &Constitution, dependant: PrincipalId) -> Self {
        let guardians = law.guardians().iter();
        Self(
            guardians
                .map(|guardian| {
                    let over = guardian.custody.iter();
                    let over = over.filter(|c: &&Custody| c.dependant == dependant);
                    (
                        guardian.id,
                        joined(over.map(|c| (c.from, c.until)).collect()),
                    )
                })
                .collect(),
        )
    }

    fn of_one(&self, guardian: PrincipalId) -> Intervals {
        let own = self.0.iter().find(|(id, _)| *id == guardian);
        own.map(|(_, times)| times.clone()).unwrap_or_default()
    }

    /// When nobody has custody.
    fn open(&self) -> Intervals {
        let taken = self.0.iter().flat_map(|(_, times)| times.iter().copied());
        minus(&[(i64::MIN, i64::MAX)], &joined(taken.collect()))
    }
}

fn joined(mut times: Intervals) -> Intervals {
    times.sort_unstable();
    let mut out: Intervals = Vec::with_capacity(times.len());
    for (from, until) in times {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => out.push((from, until)),
        }
    }
    out
}

fn union(one: &[(i64, i64)], other: &[(i64, i64)]) -> Intervals {
    joined(one.iter().chain(other).copied().collect())
}

/// What is in the first and not in the second.
fn minus(from: &[(i64, i64)], what: &[(i64, i64)]) -> Intervals {
    let mut out = Intervals::new();
    let mut rest = what.iter().copied().peekable();
    for (mut start, end) in from.iter().copied() {
        while rest.peek().is_some_and(|(_, until)| *until <= start) {
            rest.next();
        }
        while let Some((cut, until)) = rest.peek().copied().filter(|(cut, _)| *cut < end) {
            if start < cut {
                out.push((start, cut));
            }
            start = start.max(until);
            if until > end {
                break;
            }
            rest.next();
        }
        if start < end {
            out.push((start, end));
        }
    }
    out
}

/// Whether they have a second in common.
fn meets(one: &[(i64, i64)], other: &[(i64, i64)]) -> bool {
    minus(one, other) != one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_cut_and_met_as_sets_of_seconds() {
        let seconds = |times: &[(i64, i64)]| -> Vec<i64> {
            let each = times.iter();
            each.flat_map(|(from, until)| *from..*until).collect()
        };
        let random = |seed: u64| -> Intervals {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                i64::try_from(state % 20).unwrap()
            };
            joined(
                (0..4)
                    .map(|_| (next(), next()))
                    .filter(|(a, b)| a < b)
                    .collect(),
            )
        };
        for seed in 1..2000 {
            let (one, other) = (random(seed), random(seed + 7777));
            let (a, b) = (seconds(&one), seconds(&other));
            let left: Vec<_> = a.iter().copied().filter(|s| !b.contains(s)).collect();
            let both = a.iter().any(|s| b.contains(s));
            assert_eq!(seconds(&minus(&one, &other)), left, "{one:?} − {other:?}");
            assert_eq!(meets(&one, &other), both, "{one:?} ∩ {other:?}");
        }
    }
}
