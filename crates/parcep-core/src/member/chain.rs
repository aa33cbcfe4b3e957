//! One branch of a household's log as one device follows it: places and hashes, what holds, the
//! secrets, and the run of entries that nobody can vouch for yet.

use super::roots::Roots;
use crate::crypto::{Hash, SealingKey};
use crate::epoch::Keyring;
use crate::household::{Effect, Household, Outcome, Stop, join, live_root};
use crate::id::{DocumentId, LogId, PrincipalId};
use crate::log::{ChainError, Entry, Follower, Step};
use crate::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// How many runs in a row are dropped before the relay is at fault: it could serve new ones for ever.
const MAX_DROPS: u8 = 8;

/// A chain from entry 0 on. The same entries give the same chain on every device (R-LOG-008).
#[derive(Debug, Clone)]
pub struct Chain {
    log_id: LogId,
    genesis: Hash,
    pub(super) follower: Follower,
    pub(super) household: Option<Household>,
    pub(super) keyring: Keyring,
    /// Whose secrets are destroyed, and never taken again.
    erased: BTreeSet<PrincipalId>,
    membership: Vec<Entry>,
    run: Option<Run>,
    dropped: Option<Run>,
    drops: u8,
    pub(super) unopened_at: Option<u64>,
    amended_at: u64,
    /// Entries of live documents, for a snapshot.
    pub(super) live: BTreeMap<DocumentId, Entry>,
    /// Entries of layers that were live where an enforcement point was to go, by place, for a snapshot.
    pub(super) asked: BTreeMap<u64, Entry>,
    /// Places that the proofs of effects name, for a snapshot.
    pub(super) proven: BTreeMap<u64, Hash>,
    pub(super) roots: Roots,
}

/// Entries that nobody can vouch for yet (R-LOG-009).
#[derive(Debug, Clone, Copy)]
struct Run {
    seq: u64,
    before: Hash,
    first: Hash,
    /// What is wrong with the first of them that tells.
    fault: Option<Reason>,
}

/// What became of an entry that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It was applied before, byte for byte the same.
    Known,
    /// It came next, and did this.
    Next(Outcome),
}

/// Why an entry was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It does not fit the chain. The reason is what that means (R-LOG-004, R-LOG-005).
    Unfit(ChainError, Reason),
    /// Nothing behind it can be judged (R-LOG-012).
    Stopped(Reason),
}

impl Refused {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Unfit(_, reason) | Self::Stopped(reason) => reason,
        }
    }
}

impl Chain {
    /// Before entry 0. `secrets` are those that did not come by wraps.
    pub fn new(log_id: LogId, genesis: Hash, secrets: Keyring) -> Self {
        Self {
            log_id,
            genesis,
            follower: Follower::new(),
            household: None,
            keyring: secrets,
            erased: BTreeSet::new(),
            membership: Vec::new(),
            run: None,
            dropped: None,
            drops: 0,
            unopened_at: None,
            amended_at: 0,
            live: BTreeMap::new(),
            asked: BTreeMap::new(),
            proven: BTreeMap::new(),
            roots: Roots::default(),
        }
    }

    /// Takes the next entry: chain first, then effect. `key` opens wraps.
    ///
    /// # Errors
    /// [`Refused`]; the chain is as before.
    pub fn take(&mut self, entry: &Entry, key: &SealingKey) -> Result<Taken, Refused> {
        if (entry.seq, self.next_seq()) == (0, 0) && entry.prev != Hash::ZERO {
            // There is nothing that it could part from (R-MEM-002).
            return Err(Refused::Stopped(Reason::Malformed));
        }
        match self.follower.check(entry) {
            Ok(Step::Known) => Ok(Taken::Known),
            Ok(Step::Next(hash)) => {
                let outcome = self.apply(entry, key).map_err(Refused::Stopped)?;
                self.note_run(&outcome, entry, hash);
                self.note_membership(&outcome, entry);
                if let Outcome::Effect(effect) = outcome {
                    self.note_kept(effect, entry, key);
                    self.drop_erased();
                }
                self.follower.advance(hash);
                if matches!(outcome, Outcome::Effect(_)) {
                    self.roots.note(entry.seq, self.live_root());
                }
                Ok(Taken::Next(outcome))
            }
            Err(error) => Err(Refused::Unfit(error, self.blame(error, entry, key))),
        }
    }

    /// Drops the run at the end, so that it is asked for again (R-LOG-009). Returns where it began;
    /// `None` if there is none, if this very run was dropped before, or if too many were.
    pub fn drop_run(&mut self) -> Option<u64> {
        let run = self.run.take_if(|run| {
            let dropped = self.dropped.as_ref();
            self.drops < MAX_DROPS && dropped.is_none_or(|dropped| dropped.first != run.first)
        })?;
        self.drops += 1;
        self.unopened_at.take_if(|seq| *seq >= run.seq);
        let skipped = self.follower.next_seq().saturating_sub(run.seq);
        self.follower.rewind(run.seq, run.before);
        if let Some(household) = &mut self.household {
            household.forget_skipped(skipped);
        }
        self.dropped = Some(run);
        Some(run.seq)
    }

    /// Lets a run that was dropped before be dropped once more: a new session asks anew.
    pub fn ask_anew(&mut self) {
        self.dropped = None;
        self.drops = 0;
    }

    /// Whether entries at the end are skipped for now: what holds may be incomplete (R-LOG-013).
    pub fn is_provisional(&self) -> bool {
        self.run.is_some()
    }

    /// How many entries somebody vouches for, and the hash of the last of them: all but the run at the end.
    pub(super) fn vouched(&self) -> (u64, Hash) {
        let end = (self.next_seq(), self.head());
        self.run.map_or(end, |run| (run.seq, run.before))
    }

    /// What is wrong with the run at the end, if anything in it tells.
    pub fn run_fault(&self) -> Option<Reason> {
        self.run.and_then(|run| run.fault)
    }

    /// Place of the next entry, which is the number of entries applied.
    pub fn next_seq(&self) -> u64 {
        self.follower.next_seq()
    }

    /// Hash of the last entry; zero before entry 0.
    pub fn head(&self) -> Hash {
        self.follower.head()
    }

    /// Places and hashes.
    pub fn follower(&self) -> &Follower {
        &self.follower
    }

    /// What holds now; `None` before entry 0.
    pub fn household(&self) -> Option<&Household> {
        self.household.as_ref()
    }

    /// The secrets held.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Adds secrets that came by no wrap.
    pub fn hand(&mut self, secrets: Keyring) {
        self.keyring.extend(secrets);
        self.drop_erased();
    }

    /// Destroys every secret of a dependant, and takes none again from a wrap or by hand (R-PRIV-014).
    pub fn forget(&mut self, dependant: PrincipalId) {
        self.erased.insert(dependant);
        self.drop_erased();
    }

    fn drop_erased(&mut self) {
        if !self.erased.is_empty() {
            self.keyring = without(&self.keyring, &self.erased);
        }
    }

    /// Entries of membership types that had effect, from genesis on: what a Welcome holds.
    pub fn membership(&self) -> &[Entry] {
        &self.membership
    }

    /// Hash of the live list at the head (R-REG-006).
    pub fn live_root(&self) -> Hash {
        let live = self.household.iter().flat_map(Household::live);
        live_root(live.map(|l| (l.id(), l.document.header_hash(), l.seq)))
    }

    /// The live root at a head that was applied; `None` for one that was not, has another hash, or is too
    /// long ago.
    pub fn live_root_at(&self, seq: u64, head: Hash) -> Option<Hash> {
        let known = self.follower.hash_at(seq) == Some(head);
        known.then(|| self.roots.at(seq)).flatten()
    }

    /// Forgets secrets that are newer than what holds here: they belong to another continuation of this
    /// chain, whose epochs count alike and hold other secrets.
    pub fn forget_newer(&mut self) {
        self.keyring = self.not_newer(&self.keyring);
    }

    /// Those of these secrets that are not newer than what holds here.
    pub(super) fn not_newer(&self, secrets: &Keyring) -> Keyring {
        let Some(household) = &self.household else {
            return secrets.clone();
        };
        let newest = |dependant| match dependant {
            None => Some(household.epoch()),
            Some(id) => household.generation(id),
        };
        secrets.only(|id| Some(id.generation) <= newest(id.dependant))
    }

    /// The first entry whose header never opened: from there on what holds may be incomplete, until a
    /// secret comes that opens it (R-LOG-013, R-REG-013).
    pub fn incomplete_from(&self) -> Option<u64> {
        let run = self.run.map(|run| run.seq);
        [self.unopened_at, run].into_iter().flatten().min()
    }

    /// Place at which the constitution last changed.
    pub fn amended_at(&self) -> u64 {
        self.amended_at
    }

    fn apply(&mut self, entry: &Entry, key: &SealingKey) -> Result<Outcome, Reason> {
        let Some(household) = &mut self.household else {
            let founded = join(entry, self.log_id, self.genesis, key, &mut self.keyring);
            self.household = Some(founded.map_err(|error| error.reason())?);
            return Ok(Outcome::Effect(Effect::Constitution));
        };
        household
            .apply(entry, &mut self.keyring, key)
            .map_err(|Stop(error)| error.reason())
    }

    fn blame(&self, error: ChainError, entry: &Entry, key: &SealingKey) -> Reason {
        match &self.household {
            Some(household) => household.blame(error, entry, &self.keyring, key),
            None => error.reason(),
        }
    }

    /// Only who signed for this very predecessor vouches for what stands before.
    fn note_run(&mut self, outcome: &Outcome, entry: &Entry, hash: Hash) {
        if *outcome == Outcome::Unopened {
            self.unopened_at.get_or_insert(entry.seq);
        }
        let fault = match outcome {
            Outcome::Effect(_) => return self.run = None,
            Outcome::NoEffect(
                Reason::BadSignature | Reason::Malformed | Reason::WrongHousehold,
            )
            | Outcome::Unopened => None,
            Outcome::NoEffect(_) => return self.run = None,
            Outcome::Misplaced(Reason::BodyMismatch) => {
                self.run = None;
                Some(Reason::BodyMismatch)
            }
            Outcome::Misplaced(reason) => Some(*reason),
        };
        let begun = Run {
            seq: entry.seq,
            before: entry.prev,
            first: hash,
            fault: None,
        };
        let run = self.run.get_or_insert(begun);
        run.fault = run.fault.or(fault);
    }

    fn note_membership(&mut self, outcome: &Outcome, entry: &Entry) {
        if let Outcome::Effect(effect) = outcome
            && !matches!(effect, Effect::Document(_))
        {
            self.membership.push(entry.clone());
            if *effect == Effect::Constitution {
                self.amended_at = entry.seq;
            }
        }
    }
}

/// What is left of a keyring without the secrets of these dependants.
pub(super) fn without(keyring: &Keyring, whose: &BTreeSet<PrincipalId>) -> Keyring {
    keyring.only(|id| id.dependant.is_none_or(|id| !whose.contains(&id)))
}
