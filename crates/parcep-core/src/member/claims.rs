//! What others have seen of the log: heads that beats and bookmarks name (R-LOG-015).

use crate::crypto::Hash;
use std::collections::VecDeque;

/// Most heads remembered.
const MAX_CLAIMS: usize = 16;

/// Heads that somebody vouched for, until the log was read that far.
#[derive(Debug, Default)]
pub(super) struct Claims {
    open: VecDeque<Claim>,
    told: VecDeque<(u64, Hash)>,
}

#[derive(Debug, Clone, Copy)]
struct Claim {
    seq: u64,
    head: Hash,
    /// Whether the log was asked for since.
    asked: bool,
}

impl Claims {
    /// Somebody whose signature verified names this head.
    pub(super) fn add(&mut self, seq: u64, head: Hash) {
        let known = self.open.iter().any(|c| (c.seq, c.head) == (seq, head));
        if known || self.told.contains(&(seq, head)) {
            return;
        }
        if self.open.len() == MAX_CLAIMS {
            self.open.pop_front();
        }
        let asked = false;
        self.open.push_back(Claim { seq, head, asked });
    }

    /// The log is being read now.
    pub(super) fn asking(&mut self) {
        for claim in &mut self.open {
            claim.asked = true;
        }
    }

    /// The log was read to its end, which is before place `next_seq`: heads that are not in it. Each is
    /// told once.
    pub(super) fn withheld(&mut self, next_seq: u64) -> Vec<u64> {
        self.open.retain(|claim| claim.seq >= next_seq);
        let (late, open): (Vec<_>, Vec<_>) = self.open.iter().partition(|claim| claim.asked);
        self.open = open.into();
        for claim in &late {
            if self.told.len() == MAX_CLAIMS {
                self.told.pop_front();
            }
            self.told.push_back((claim.seq, claim.head));
        }
        late.into_iter().map(|claim| claim.seq).collect()
    }
}
