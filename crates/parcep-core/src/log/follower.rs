//! Following the chain: every entry in its place, or a name for what is wrong.

use super::Entry;
use crate::crypto::Hash;
use crate::reason::Reason;
use std::collections::VecDeque;

/// How many past places a follower remembers, to tell a fork from a repetition.
pub(crate) const REMEMBERED: usize = 4096;

/// What a relay did to the chain (R-LOG-004 … R-LOG-007).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The relay knows less than it knew before.
    #[error("relay went back to {theirs} entries, {ours} were seen")]
    Rollback {
        /// Entries seen.
        ours: u64,
        /// Entries the relay claims now.
        theirs: u64,
    },
    /// Entries are missing.
    #[error("entry {expected} is missing before entry {got}")]
    Gap {
        /// The place that comes next.
        expected: u64,
        /// The place offered.
        got: u64,
    },
    /// Two entries claim one place.
    #[error("two entries claim place {seq}")]
    Fork {
        /// The place.
        seq: u64,
        /// Hash of the entry that was seen there.
        ours: Hash,
        /// Hash that the relay claims now.
        theirs: Hash,
    },
    /// The place is too long ago to be compared.
    #[error("entry {0} is too long ago to be compared")]
    TooOld(u64),
}

impl ChainError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Rollback { .. } => Reason::Rollback,
            Self::Gap { .. } => Reason::Gap,
            Self::Fork { .. } => Reason::Fork,
            Self::TooOld(_) => Reason::UnknownPosition,
        }
    }

    /// The place at which the two stories differ, or may.
    pub fn place(self) -> u64 {
        match self {
            Self::Rollback { theirs, .. } => theirs.saturating_sub(1),
            Self::Gap { expected, .. } => expected,
            Self::Fork { seq, .. } | Self::TooOld(seq) => seq,
        }
    }
}

/// Where an offered entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It comes next; its hash.
    Next(Hash),
    /// It was seen already, byte for byte the same.
    Known,
}

/// The chain as far as it was followed.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    next_seq: u64,
    head: Hash,
    recent: VecDeque<Hash>,
}

impl Follower {
    /// Before entry 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Behind a place that was verified before: the number of entries, the hash of the last one, and those
    /// of the ones before it, oldest first, as far as they were kept.
    pub fn resume(next_seq: u64, head: Hash, before: impl IntoIterator<Item = Hash>) -> Self {
        let mut follower = Self {
            next_seq,
            head,
            recent: VecDeque::new(),
        };
        follower.remember(before);
        follower
    }

    /// Gives back the hashes of the places before the head, oldest first. Only so many as are remembered
    /// count, the newest.
    pub fn remember(&mut self, before: impl IntoIterator<Item = Hash>) {
        self.recent = before.into_iter().collect();
        if self.next_seq > 0 {
            self.recent.push_back(self.head);
        }
        let surplus = self.recent.len().saturating_sub(REMEMBERED);
        self.recent.drain(..surplus);
    }

    /// Place of the next entry, which is the number of entries seen.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Hash of the last entry; zero before entry 0.
    pub fn head(&self) -> Hash {
        self.head
    }

    /// Checks an entry against the chain without taking it.
    ///
    /// # Errors
    /// The name of what is wrong.
    pub fn check(&self, entry: &Entry) -> Result<Step, ChainError> {
        if entry.seq > self.next_seq {
            return Err(ChainError::Gap {
                expected: self.next_seq,
                got: entry.seq,
            });
        }
        if entry.seq < self.next_seq {
            return self.compare(entry.seq, entry.hash()).map(|()| Step::Known);
        }
        if entry.prev != self.head {
            return Err(ChainError::Fork {
                seq: entry.seq.saturating_sub(1),
                ours: self.head,
                theirs: entry.prev,
            });
        }
        Ok(Step::Next(entry.hash()))
    }

    /// Takes the next entry's hash.
    pub fn advance(&mut self, hash: Hash) {
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(hash);
        self.next_seq += 1;
        self.head = hash;
    }

    /// Goes back to before place `seq`, whose predecessor has this hash; for entries that turned out
    /// to be no member's.
    pub fn rewind(&mut self, seq: u64, before: Hash) {
        let back = usize::try_from(self.next_seq.saturating_sub(seq)).unwrap_or(usize::MAX);
        let kept = self.recent.len().saturating_sub(back);
        self.recent.truncate(kept);
        self.next_seq = self.next_seq.min(seq);
        self.head = before;
    }

    /// Hash of a place, if it is among those remembered.
    pub fn hash_at(&self, seq: u64) -> Option<Hash> {
        let back = usize::try_from(self.next_seq.checked_sub(seq)?).ok()?;
        let index = self.recent.len().checked_sub(back)?;
        self.recent.get(index).copied()
    }

    /// Checks what a relay says about where the log stands.
    ///
    /// # Errors
    /// [`ChainError::Rollback`] if it knows less, [`ChainError::Fork`] if it knows another entry.
    pub fn check_status(&self, next_seq: u64, head: Hash) -> Result<(), ChainError> {
        if next_seq < self.next_seq {
            return Err(ChainError::Rollback {
                ours: self.next_seq,
                theirs: next_seq,
            });
        }
        if next_seq == self.next_seq && head != self.head {
            return Err(ChainError::Fork {
                seq: next_seq.saturating_sub(1),
                ours: self.head,
                theirs: head,
            });
        }
        Ok(())
    }

    fn compare(&self, seq: u64, theirs: Hash) -> Result<(), ChainError> {
        let ours = self.hash_at(seq).ok_or(ChainError::TooOld(seq))?;
        if ours == theirs {
            Ok(())
        } else {
            Err(ChainError::Fork { seq, ours, theirs })
        }
    }
}
