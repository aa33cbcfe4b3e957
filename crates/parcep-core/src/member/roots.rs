//! Live roots of heads that were passed: a beat may name one (R-TIME-011, R-REG-013).

use crate::crypto::Hash;
use std::collections::VecDeque;

/// How many changes of the live list are remembered. A beat of an older head makes nobody fresh.
const REMEMBERED: usize = 4096;

/// From which place on which root held.
#[derive(Debug, Clone, Default)]
pub(super) struct Roots(VecDeque<(u64, Hash)>);

impl Roots {
    /// The entry at this place has had its effect; the root since.
    pub(super) fn note(&mut self, seq: u64, root: Hash) {
        if self.0.back().is_some_and(|(_, last)| *last == root) {
            return;
        }
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((seq, root));
    }

    /// The changes from this place on, and the one before them, which holds at it.
    pub(super) fn since(&self, seq: u64) -> impl Iterator<Item = (u64, Hash)> {
        let first = self.0.partition_point(|(from, _)| *from <= seq);
        let rows = self.0.iter().skip(first.saturating_sub(1));
        rows.copied()
    }

    /// The root at a place that was applied.
    pub(super) fn at(&self, seq: u64) -> Option<Hash> {
        let next = self.0.partition_point(|(from, _)| *from <= seq);
        let last = next.checked_sub(1)?;
        self.0.get(last).map(|(_, root)| *root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_holds_from_its_place_to_the_next_and_the_oldest_are_forgotten() {
        // R-TIME-011
        let root = |byte: u64| crate::crypto::sha256(&byte.to_be_bytes());
        let mut roots = Roots::default();
        assert_eq!(roots.at(0), None);
        roots.note(0, root(0));
        roots.note(3, root(1));
        roots.note(4, root(1));
        roots.note(9, root(2));
        let held = [0, 2, 3, 8, 9, 100].map(|seq| roots.at(seq));
        let expected = [0, 0, 1, 1, 2, 2].map(|byte| Some(root(byte)));
        assert_eq!(held, expected);
        for seq in 10..10_000 {
            roots.note(seq, root(seq));
        }
        assert_eq!(roots.0.len(), REMEMBERED);
        assert_eq!((roots.at(9), roots.at(9_999)), (None, Some(root(9_999))));
    }
}
