//! What was presented before, so that nothing counts twice (R-AGE-023).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::hex;
use crate::reason::Reason;

/// What makes a signal or a token one of a kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Once {
    /// The random id of a signal.
    Signal([u8; 16]),
    /// The holder key of a token. A key serves once, whatever the token around it says (R-AGE-020).
    Token([u8; 32]),
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The bytes name one signal of one person, so no log gets them.
        f.write_str(match self {
            Self::Signal(_) => "Signal(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// Why something does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// It was presented before.
    #[error("presented before")]
    Replayed,
    /// It ends no later than something that is forgotten already, so whether it was presented before
    /// cannot be said. Only a clock that was wrong for a while brings this about.
    #[error("whether it was presented before is forgotten")]
    Forgotten,
    /// As many as fit are remembered and none of them has ended. Nothing is pushed out, because that
    /// would let it count again.
    #[error("memory of presentations is full")]
    Full,
}

impl ReplayError {
    /// The stable reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Replayed | Self::Forgotten => Reason::Replayed,
            Self::Full => Reason::Quota,
        }
    }
}

/// Remembers each id until the signal or token ends, and forgets it then (R-AGE-023).
///
/// Only what was verified belongs in here: then the memory grows with what trusted issuers signed and
/// what has not ended, and with nothing else. It goes to disk as it is, through `serde`; a party that
/// runs on several machines keeps one memory for all of them.
///
/// ```
/// use parcep_core::age::{Once, ReplayError, ReplayMemory};
/// let mut memory = ReplayMemory::new(100_000);
/// let (now, not_after) = (1_000, 2_000);
/// assert_eq!(memory.first_time(Once::Signal([7; 16]), not_after, now), Ok(()));
/// let again = memory.first_time(Once::Signal([7; 16]), not_after, now);
/// assert_eq!(again, Err(ReplayError::Replayed));
/// memory.forget(2_000);
/// assert!(memory.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct ReplayMemory {
    capacity: usize,
    /// The latest end of what was forgotten.
    forgotten_until: i64,
    ends: BTreeMap<Once, i64>,
    by_end: BTreeSet<(i64, Once)>,
}

impl ReplayMemory {
    /// An empty memory for at most `capacity` ids, about 150 bytes each.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self {
            capacity,
            forgotten_until: i64::MIN,
            ends: BTreeMap::new(),
            by_end: BTreeSet::new(),
        }
    }

    /// Looks whether `id` comes for the first time, and remembers it until `not_after`. Times are
    /// seconds since the Unix epoch. Call it last, after everything else about the signal is
    /// verified: a refused one must not use up the id.
    ///
    /// # Errors
    /// [`ReplayError`]; then nothing is remembered anew.
    pub fn first_time(&mut self, id: Once, not_after: i64, now: i64) -> Result<(), ReplayError> {
        self.forget(now);
        if self.ends.contains_key(&id) {
            return Err(ReplayError::Replayed);
        }
        if not_after <= self.forgotten_until.max(now) {
            return Err(ReplayError::Forgotten);
        }
        if self.ends.len() >= self.capacity {
            return Err(ReplayError::Full);
        }
        self.ends.insert(id, not_after);
        self.by_end.insert((not_after, id));
        Ok(())
    }

    /// Forgets what has ended at `now`, and nothing else.
    pub fn forget(&mut self, now: i64) {
        while let Some((end, id)) = self.by_end.first().copied() {
            if end > now {
                break;
            }
            self.by_end.pop_first();
            self.ends.remove(&id);
            self.forgotten_until = self.forgotten_until.max(end);
        }
    }

    /// How many ids are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// On disk: `parcep-age-seen/1`.
#[derive(Serialize, Deserialize)]
struct Form {
    format: String,
    capacity: usize,
    forgotten_until: i64,
    seen: Vec<Seen>,
}

#[derive(Serialize, Deserialize)]
struct Seen {
    id: String,
    until: i64,
}

const FORMAT: &str = "parcep-age-seen/1";

impl TryFrom<Form> for ReplayMemory {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        if form.format != FORMAT {
            return Err("expected format `parcep-age-seen/1`");
        }
        let mut memory = Self::new(form.capacity);
        memory.forgotten_until = form.forgotten_until;
        for seen in form.seen {
            let id = hex::decode(&seen.id).and_then(|bytes| once(&bytes));
            let id = id.ok_or("an id has 16 or 32 bytes in hexadecimal")?;
            let end = memory.ends.entry(id).or_insert(seen.until);
            *end = seen.until.max(*end);
        }
        memory.by_end = memory.ends.iter().map(|(id, end)| (*end, *id)).collect();
        Ok(memory)
    }
}

impl From<ReplayMemory> for Form {
    fn from(memory: ReplayMemory) -> Self {
        let seen = memory.by_end.iter().map(|(until, id)| Seen {
            id: match id {
                Once::Signal(id) => hex::encode(id),
                Once::Token(key) => hex::encode(key),
            },
            until: *until,
        });
        Self {
            format: FORMAT.into(),
            capacity: memory.capacity,
            forgotten_until: memory.forgotten_until,
            seen: seen.collect(),
        }
    }
}

fn once(bytes: &[u8]) -> Option<Once> {
    let signal = bytes.try_into().ok().map(Once::Signal);
    signal.or_else(|| bytes.try_into().ok().map(Once::Token))
}

#[cfg(test)]
mod tests;
