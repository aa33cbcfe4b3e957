//! Every order of acts, up to a depth, over the transition that the fold itself uses: with one to three
//! guardians and every threshold, nothing happens that chapter 11 does not allow.
//!
//! A step goes through [`Household::change`] behind the same roles as an entry does, with real signatures
//! in the proofs; only sealing and signing of the entries themselves is left out, which decides nothing
//! about consent. Behind a removal the epoch that has to follow is taken as written.

use super::family::{Family, Person, WEEK};
use super::*;
use crate::consent::fault::{Fault, with};
use crate::consent::{Accept, Act, Approval, Cancel, Completion, PROPOSAL_LIFE, Proposal, Span};
use crate::constitution::may_sign;
use crate::household::consent::Deed;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// One thing that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// A person proposes a constitution of this set of people, with a threshold.
    Propose {
        by: usize,
        people: u8,
        threshold: u32,
    },
    /// Consents to what somebody proposed, by the first or second phone.
    Approve { by: usize, of: usize, phone: usize },
    /// Leaves.
    Leave { by: usize },
    /// Says that the delay of what somebody proposed is over; with time that has passed, or not.
    Effect { by: usize, of: usize, elapsed: bool },
    /// Cancels what somebody proposed; old, or not.
    Cancel { by: usize, of: usize, old: bool },
}

/// What the rules are checked against: known of a run, and not by the code under test.
#[derive(Debug, Clone)]
struct Witness {
    proposal: Proposal,
    /// Who consented to it, by the moves that had effect.
    consented: BTreeSet<PrincipalId>,
    /// Whether it was cancelled before.
    cancelled: bool,
}

struct World {
    family: Family,
    phones: BTreeMap<usize, Person>,
    start: Household,
    guardians: usize,
    /// Proofs signed once for each place.
    proofs: RefCell<BTreeMap<(u64, i64), Vec<Span>>>,
}

#[derive(Clone)]
struct State {
    household: Household,
    seq: u64,
    /// What is open, by who proposed it: one each (R-CONS-005).
    open: BTreeMap<usize, Witness>,
}

/// What a run of the exploration found.
#[derive(Debug, Default)]
struct Found {
    states: usize,
    steps: usize,
    effects: usize,
    violations: Vec<String>,
}

impl World {
    fn new(guardians: u8, threshold: u32) -> Self {
        let mut family = Family::of(guardians, threshold);
        // Everybody has a second phone, and there is one who is not in yet.
        let mut phones = BTreeMap::new();
        for who in 0..usize::from(guardians) {
            let second = Person::new(60 + u8::try_from(who).unwrap());
            let set = PrincipalDevices {
                principal: family.people[who].id,
                devices: vec![family.people[who].phone(), second.phone()],
            };
            let outcome = family.writes(who, PayloadType::PrincipalDevices, &set.encode());
            assert!(matches!(outcome, Outcome::Effect(_)));
            phones.insert(who, second);
        }
        family.people.push(Person::new(90));
        let start = family.household().clone();
        Self {
            family,
            phones,
            start,
            guardians: guardians.into(),
            proofs: RefCell::default(),
        }
    }

    fn first(&self) -> State {
        State {
            household: self.start.clone(),
            seq: self.family.head().0,
            open: BTreeMap::new(),
        }
    }

    fn moves(&self) -> Vec<Move> {
        let people = 0..self.guardians;
        let mut moves = Vec::new();
        for by in people {
            // Every set of people who could be guardians, the newcomer too where there are not three yet.
            let candidates = (self.guardians + 1).min(3);
            for set in 1..1_u8 << candidates {
                for threshold in 1..=set.count_ones() {
                    moves.push(Move::Propose {
                        by,
                        people: set,
                        threshold,
                    });
                }
            }
            moves.push(Move::Leave { by });
            for of in 0..self.guardians {
                // A second phone says what the first could: the founder's is enough to try it.
                let phones = if by == 0 { 2 } else { 1 };
                moves.extend((0..phones).map(|phone| Move::Approve { by, of, phone }));
                moves.extend([false, true].map(|elapsed| Move::Effect { by, of, elapsed }));
                moves.extend([false, true].map(|old| Move::Cancel { by, of, old }));
            }
        }
        moves
    }

    fn law(&self, people: u8, threshold: u32) -> Option<Constitution> {
        let chosen = self.family.people.iter().enumerate();
        let chosen = chosen.filter(|(n, _)| people & (1 << n) != 0);
        let guardians: Vec<_> = chosen.map(|(_, person)| person.guardian()).collect();
        let valid = (1..=guardians.len()).contains(&usize::try_from(threshold).unwrap());
        valid.then(|| self.family.law_of(guardians, threshold))
    }

    /// What a move signs: by which device, of which type, with which section.
    fn signed(&self, state: &State, act: Move) -> Option<(DeviceId, PayloadType, Vec<u8>)> {
        let log_id = self.family.log_id();
        let device = |by: usize| self.family.people[by].device;
        Some(match act {
            Move::Propose {
                by,
                people,
                threshold,
            } => {
                let act = Act::Constitution(self.law(people, threshold)?);
                let base = state.household.base_of(&act)?;
                let proposal = Proposal::new(act, base);
                let accepts = self.accepts(state, &proposal, people);
                let bytes = proposal.with_accepts(accepts).encode();
                (device(by), PayloadType::Proposal, bytes)
            }
            Move::Approve { by, of, phone } => {
                let open = &state.open.get(&of)?.proposal;
                let approval = Approval {
                    proposal: open.hash(log_id),
                    base: open.base(),
                };
                let phones = [device(by), self.phones[&by].device];
                (phones[phone], PayloadType::Approve, approval.encode())
            }
            Move::Leave { by } => {
                let law = state.household.constitution();
                let who = self.family.people[by].id;
                let rest: Vec<_> = law
                    .guardians()
                    .iter()
                    .filter(|g| g.id != who)
                    .cloned()
                    .collect();
                let left = u32::try_from(rest.len()).unwrap();
                let threshold = law.threshold().min(left);
                let (dependants, relays) = (law.dependants().to_vec(), law.relays().to_vec());
                let law = Constitution::new(rest, dependants, threshold, relays, law.caps());
                (device(by), PayloadType::Constitution, law.ok()?.encode())
            }
            Move::Effect { by, of, elapsed } => {
                let effect = Completion {
                    proposal: state.open.get(&of)?.proposal.hash(log_id),
                    proof: self.proof(state, if elapsed { WEEK } else { WEEK - 1 }),
                };
                (device(by), PayloadType::Effect, effect.encode())
            }
            Move::Cancel { by, of, old } => {
                let proof = self.proof(state, PROPOSAL_LIFE);
                let cancel = Cancel {
                    proposal: state.open.get(&of)?.proposal.hash(log_id),
                    proof: if old { proof } else { Vec::new() },
                };
                (device(by), PayloadType::Cancel, cancel.encode())
            }
        })
    }

    fn accepts(&self, state: &State, proposal: &Proposal, people: u8) -> Vec<Accept> {
        let log_id = self.family.log_id();
        let chosen = self.family.people.iter().enumerate();
        let chosen = chosen
            .filter(|(n, _)| people & (1 << n) != 0)
            .map(|(_, person)| person);
        chosen
            .filter(|person| !state.household.constitution().is_guardian(person.id))
            .map(|person| {
                let keys = (person.device, &person.signing, person.sealing.public());
                Accept::sign(log_id, proposal.hash(log_id), person.id, keys)
            })
            .collect()
    }

    fn proof(&self, state: &State, seconds: i64) -> Vec<Option<Span>> {
        let head = (state.seq, place(state.seq));
        let mut signed = self.proofs.borrow_mut();
        let proof = signed.entry((state.seq, seconds));
        let proof = proof.or_insert_with(|| self.family.week(head, seconds));
        proof.iter().cloned().map(Some).collect()
    }

    /// One step as the fold takes it, with what has to hold behind it.
    fn step(&self, state: &State, act: Move, found: &mut Found) -> Option<State> {
        let (device, payload_type, bytes) = self.signed(state, act)?;
        found.steps += 1;
        let standing = state.household.standing_of(device)?;
        may_sign(payload_type, &standing).ok()?;
        let mut next = state.clone();
        next.seq += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&next.seq.to_be_bytes());
        let deed = Deed {
            id: DocumentId::from_bytes(id),
            seq: next.seq,
            device,
            relay_epoch: 1,
            standing: &standing,
        };
        let effect = next.household.change(payload_type, &bytes, deed).ok()?;
        next.household.note_place(next.seq, || place(next.seq));
        next.household.epoch_needed = false;
        next.household.taken.clear();
        found.effects += 1;
        self.account(&mut next, act, standing.principal()?);
        if let Some(problem) = self.violation(state, &next, act, effect) {
            found.violations.push(problem);
        }
        let log_id = self.family.log_id();
        let household = &next.household;
        next.open
            .retain(|_, known| household.proposal(known.proposal.hash(log_id)).is_some());
        Some(next)
    }

    /// What a run knows by itself.
    fn account(&self, next: &mut State, act: Move, who: PrincipalId) {
        match act {
            Move::Propose { by, .. } => {
                let newest = next.household.proposals().last();
                let proposal = newest.map(|open| open.proposal.clone());
                let known = proposal.map(|proposal| Witness {
                    proposal,
                    consented: BTreeSet::from([who]),
                    cancelled: false,
                });
                next.open.extend(known.map(|known| (by, known)));
            }
            Move::Approve { of, .. } => {
                let known = next.open.get_mut(&of);
                known.into_iter().for_each(|known| {
                    known.consented.insert(who);
                });
            }
            Move::Cancel { of, .. } => {
                let known = next.open.get_mut(&of);
                known.into_iter().for_each(|known| known.cancelled = true);
            }
            Move::Leave { .. } | Move::Effect { .. } => {}
        }
    }

    /// Chapter 11 in the words of this test, not in those of the code.
    fn violation(&self, from: &State, to: &State, act: Move, effect: Effect) -> Option<String> {
        let (old, new) = (from.household.constitution(), to.household.constitution());
        let count = new.guardians().len();
        let threshold = usize::try_from(new.threshold()).unwrap();
        if count == 0 || !(1..=count).contains(&threshold) {
            return Some(format!("{act:?}: {count} guardians, threshold {threshold}"));
        }
        if effect != Effect::Constitution {
            let same = old == new;
            return (!same).then(|| format!("{act:?}: changed without saying so"));
        }
        let ids =
            |law: &Constitution| -> BTreeSet<_> { law.guardians().iter().map(|g| g.id).collect() };
        let (before, after) = (ids(old), ids(new));
        let consented: BTreeSet<_> = match act {
            Move::Leave { by } => {
                let who = self.family.people[by].id;
                let only = BTreeSet::from([who]);
                let left: BTreeSet<_> = before.difference(&after).copied().collect();
                return (left != only).then(|| format!("{act:?}: took somebody along"));
            }
            Move::Propose { by, .. } => BTreeSet::from([self.family.people[by].id]),
            Move::Approve { of, .. } | Move::Effect { of, .. } | Move::Cancel { of, .. } => {
                let known = to.open.get(&of)?;
                if known.cancelled {
                    return Some(format!("{act:?}: was cancelled"));
                }
                known.consented.intersection(&before).copied().collect()
            }
        };
        let gone: Vec<_> = before.difference(&after).copied().collect();
        if self.only_leaves(from, to, act) {
            return None;
        }
        for who in &gone {
            let others = consented.iter().filter(|id| *id != who).count();
            let own = consented.contains(who);
            let waited = matches!(act, Move::Effect { elapsed: true, .. });
            let by_others = before.len() >= 3 && others >= 2 && waited;
            if !own && !by_others {
                return Some(format!("{act:?}: removed by {others} of {}", before.len()));
            }
        }
        if consented.len() < usize::try_from(old.threshold()).unwrap() {
            return Some(format!(
                "{act:?}: {} consents of {}",
                consented.len(),
                old.threshold()
            ));
        }
        let admits = after.difference(&before).count() > 0;
        if admits && before.len() >= 2 && consented.len() < 2 {
            return Some(format!("{act:?}: admitted by one"));
        }
        let joined = after.difference(&before).count();
        let stay = consented.intersection(&after).count() + joined;
        if stay < threshold {
            return Some(format!(
                "{act:?}: {stay} of the new ones for threshold {threshold}"
            ));
        }
        None
    }

    /// Leaving may be proposed too: then it takes nobody else either.
    fn only_leaves(&self, from: &State, to: &State, act: Move) -> bool {
        let Move::Propose { by, .. } = act else {
            return false;
        };
        let (old, new) = (from.household.constitution(), to.household.constitution());
        let who = self.family.people[by].id;
        let rest: Vec<_> = old
            .guardians()
            .iter()
            .filter(|g| g.id != who)
            .cloned()
            .collect();
        let least = old.threshold().min(u32::try_from(rest.len()).unwrap());
        new.guardians() == rest && new.threshold() == least
    }

    /// Every state that `depth` moves reach, each looked at once.
    fn explore(&self, depth: usize) -> Found {
        let mut found = Found::default();
        let moves = self.moves();
        let mut seen = HashSet::from([self.key(&self.first())]);
        let mut edge = vec![self.first()];
        found.states = 1;
        for level in 0..depth {
            let mut next = Vec::new();
            for state in &edge {
                for act in &moves {
                    let Some(after) = self.step(state, *act, &mut found) else {
                        continue;
                    };
                    if level < 2 && !self.agrees(state, *act, &after) {
                        found
                            .violations
                            .push(format!("{act:?}: not the same twice"));
                    }
                    if seen.insert(self.key(&after)) {
                        found.states += 1;
                        next.push(after);
                    }
                }
            }
            edge = next;
        }
        found
    }

    /// The same act on the same state does the same (R-LOG-008).
    fn agrees(&self, state: &State, act: Move, after: &State) -> bool {
        let again = self.step(state, act, &mut Found::default());
        again.is_some_and(|again| self.key(&again) == self.key(after))
    }

    /// What tells two states apart: all but the numbers of places.
    fn key(&self, state: &State) -> Vec<u32> {
        let people = &self.family.people;
        let mask = |ids: &mut dyn Iterator<Item = PrincipalId>| -> u32 {
            let bits = ids.filter_map(|id| people.iter().position(|person| person.id == id));
            bits.map(|bit| 1 << bit).sum()
        };
        let law = |law: &Constitution| {
            let guardians = mask(&mut law.guardians().iter().map(|g| g.id));
            [guardians, law.threshold()]
        };
        let mut key = law(state.household.constitution()).to_vec();
        key.push(u32::try_from(state.household.people().count()).unwrap());
        for open in state.household.proposals() {
            let Act::Constitution(proposed) = open.act() else {
                panic!("nothing else is proposed here")
            };
            key.extend(law(proposed));
            key.push(mask(&mut std::iter::once(open.begun.by)));
            key.push(mask(&mut open.consents.keys().copied()));
            key.push(open.announced.is_some().into());
        }
        for known in state.open.values() {
            key.push(mask(&mut known.consented.iter().copied()));
            key.push(known.cancelled.into());
        }
        key
    }
}

/// Hash of a place in a run that has no entries.
fn place(seq: u64) -> Hash {
    crate::crypto::sha256(&seq.to_be_bytes())
}

/// Depth up to which each number of guardians is explored. `PARCEP_EXPLORE_DEEPER` adds to it.
const DEPTH: [(u8, usize); 3] = [(1, 5), (2, 4), (3, 3)];

#[test]
fn every_order_of_proposing_approving_leaving_taking_effect_and_cancelling_keeps_the_rules() {
    // R-MEM-003, R-CONS-002, R-CONS-004, R-CONS-010, R-CONS-011, R-CONS-012, R-CONS-013, R-LOG-008
    let mut total = Found::default();
    let deeper = std::env::var("PARCEP_EXPLORE_DEEPER").ok();
    let deeper: usize = deeper.and_then(|more| more.parse().ok()).unwrap_or(0);
    for (guardians, depth) in DEPTH {
        let depth = depth + deeper;
        for threshold in 1..=u32::from(guardians) {
            let found = World::new(guardians, threshold).explore(depth);
            println!(
                "{guardians} guardians, threshold {threshold}, depth {depth}: {} states, {} steps tried, {} with effect",
                found.states, found.steps, found.effects
            );
            assert_eq!(found.violations, Vec::<String>::new());
            total.states += found.states;
            total.steps += found.steps;
            total.effects += found.effects;
        }
    }
    println!(
        "in all: {} states, {} steps tried, {} with effect",
        total.states, total.steps, total.effects
    );
    assert!(total.states > 1_000, "{total:?}");
}

#[test]
fn a_broken_rule_is_found() {
    for (fault, guardians, threshold) in [
        (Fault::OneOtherIsEnough, 3, 1),
        (Fault::CountsTwice, 2, 2),
        (Fault::NoDelay, 3, 2),
        (Fault::CancelForgotten, 3, 2),
        (Fault::OneAdmits, 2, 1),
    ] {
        let world = World::new(guardians, threshold);
        let found = with(fault, || world.explore(3));
        assert!(!found.violations.is_empty(), "{fault:?} was not found");
        println!(
            "{fault:?}: {} violations, such as {}",
            found.violations.len(),
            found.violations[0]
        );
    }
}
