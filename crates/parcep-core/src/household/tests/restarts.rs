//! What a snapshot has to keep beside what is live, so that the same household comes out of it.

use super::family::{Family, TV};
use super::later::{day_start, planned};
use super::*;
use crate::consent::Act;
use crate::member::Chain;

/// The log, followed as a member does; then only its snapshot.
fn followed_and_kept(founder: &Founder) -> (Chain, Chain) {
    let log_id = founder.household.log_id();
    let empty = Chain::new(log_id, founder.genesis.hash(), Keyring::default());
    let mut chain = empty.clone();
    for entry in &founder.log {
        chain.take(entry, &founder.sealing).unwrap();
    }
    let bytes = chain.snapshot().unwrap();
    let kept = Chain::resume(empty, &bytes, &founder.sealing).unwrap();
    assert!(kept.snapshot().unwrap() == bytes, "and writes the same");
    (chain, kept)
}

/// R-LOG-017, R-CONS-016: the other parent's layer was asked, and is another one by now.
#[test]
fn an_enforcement_point_does_not_leave_by_a_restart() {
    let mut family = Family::of(2, 2);
    family.layer(0);
    let first = family.founder.log.len();
    family.layer(1);
    let proposal = family.proposal(Act::RemoveEnforcementPoint(TV));
    let outcome = family.proposes(0, &proposal);
    assert!(matches!(outcome, Outcome::Effect(Effect::Proposed(_))));
    // The second guardian replaces the layer.
    let seq = u64::try_from(first).unwrap();
    let live: Vec<_> = family.household().live().collect();
    let old = live.into_iter().find(|live| live.seq == seq).unwrap().id();
    let mut draft = layer(&mut family.founder, b"other");
    draft.base = Some(old);
    let (device, signing) = (family.founder.device, *family.founder.signing.expose_seed());
    family.founder.device = family.people[1].device;
    family.founder.signing =
        SigningKey::from_seed(*family.people[1].signing.expose_seed()).unwrap();
    let outcome = family.founder.append(draft);
    assert!(matches!(outcome, Outcome::Effect(_)), "{outcome:?}");
    family.founder.device = device;
    family.founder.signing = SigningKey::from_seed(signing).unwrap();

    let (chain, kept) = followed_and_kept(&family.founder);
    for chain in [chain, kept] {
        let household = chain.household().unwrap();
        assert!(household.enforcement_point(TV).is_some(), "nobody agreed");
        assert!(!household.needs_epoch());
        assert_eq!(household.proposals().count(), 1);
        assert_eq!(household.live().count(), 2);
    }
}

/// R-LOG-017, R-DOC-024: what holds until a planned layer begins, holds after a restart too.
#[test]
fn a_planned_layer_opens_nothing_by_a_restart() {
    let mut founder = Founder::new();
    let first = planned(&mut founder, 3600, None, None);
    let second = planned(&mut founder, 7200, Some(first), None);
    let third = planned(&mut founder, 10_800, Some(second), Some(1_000));
    planned(&mut founder, 14_400, Some(third), Some(2_000));
    let (_, kept) = followed_and_kept(&founder);
    let mut again = Founder::new();
    again.household = kept.household().unwrap().clone();
    again.keyring = kept.keyring().clone();
    again.child = founder.child;
    for (lower, expected) in [(999, 7200), (1_999, 10_800), (2_000, 14_400)] {
        assert_eq!(day_start(&again, Some(lower)), Some(expected), "{lower}");
    }
}
