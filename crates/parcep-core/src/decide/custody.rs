//! Who has custody when (R-EVAL-061).

use std::collections::BTreeMap;

use super::names::AuthorNumber;

/// Stretches of custody, laid out for looking up.
#[derive(Debug)]
pub(super) struct CustodyTable {
    /// Of each guardian who has any.
    guardians: BTreeMap<AuthorNumber, Stretches>,
    /// Of all of them together.
    anyone: Stretches,
}

/// `[from, until)`, in order, none touching another.
#[derive(Debug)]
struct Stretches(Vec<(i64, i64)>);

impl CustodyTable {
    /// From stretches in any order: start, end, guardian.
    pub(super) fn new(stretches: impl Iterator<Item = (i64, i64, AuthorNumber)>) -> Self {
        let mut by_guardian: BTreeMap<AuthorNumber, Vec<(i64, i64)>> = BTreeMap::new();
        let mut all = Vec::new();
        for (from, until, guardian) in stretches {
            by_guardian.entry(guardian).or_default().push((from, until));
            all.push((from, until));
        }
        let guardians = by_guardian.into_iter();
        let merged = guardians.map(|(guardian, stretches)| (guardian, Stretches::merge(stretches)));
        Self {
            guardians: merged.collect(),
            anyone: Stretches::merge(all),
        }
    }

    /// Whether a guardian has custody, or custody is open.
    pub(super) fn holds(&self, author: AuthorNumber, at: i64) -> bool {
        let of_author = self.guardians.get(&author);
        of_author.is_some_and(|stretches| stretches.hold(at)) || !self.anyone.hold(at)
    }

    /// Every instant at which custody of a guardian begins or ends.
    pub(super) fn edges(&self) -> impl Iterator<Item = i64> {
        let all = self.guardians.values().flat_map(|stretches| &stretches.0);
        all.flat_map(|(from, until)| [*from, *until])
    }
}

impl Stretches {
    fn merge(mut stretches: Vec<(i64, i64)>) -> Self {
        stretches.retain(|(from, until)| from < until);
        stretches.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for (from, until) in stretches {
            match merged.last_mut() {
                Some((_, end)) if from <= *end => *end = until.max(*end),
                _ => merged.push((from, until)),
            }
        }
        Self(merged)
    }

    fn hold(&self, at: i64) -> bool {
        let next = self.0.partition_point(|(from, _)| *from <= at);
        let last = next.checked_sub(1).and_then(|place| self.0.get(place));
        last.is_some_and(|(_, until)| at < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custody_is_whose_stretch_it_is_and_open_where_there_is_none() {
        // R-EVAL-061
        let stretches = [
            (30, 40, 1),
            (10, 20, 1),
            (15, 18, 1),
            (35, 50, 2),
            (60, 60, 2),
        ];
        let table = CustodyTable::new(stretches.into_iter());
        for (at, of_one, of_two, of_nobody) in [
            (9, true, true, true),
            (10, true, false, false),
            (19, true, false, false),
            (20, true, true, true),
            (34, true, false, false),
            (35, true, true, false),
            (40, false, true, false),
            (50, true, true, true),
            (60, true, true, true),
        ] {
            let told = [1, 2, 3].map(|author| table.holds(author, at));
            assert_eq!(told, [of_one, of_two, of_nobody], "{at}");
        }
        let mut edges: Vec<i64> = table.edges().collect();
        edges.sort_unstable();
        assert_eq!(edges, [10, 20, 30, 35, 40, 50]);
    }
}
