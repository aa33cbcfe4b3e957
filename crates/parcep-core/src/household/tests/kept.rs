//! What consent leaves behind in a snapshot.

use super::consent::{announced, proposed};
use super::family::{Family, LAW, WEEK};
use super::*;
use crate::joining::Anchor;
use crate::member::{Chain, Identity, Member, Taken};

/// R-LOG-017: a proposal that took effect by EFFECT stands in a snapshot, one that is open stays open, and
/// both are judged from there as from the whole log.
#[test]
fn a_snapshot_holds_what_was_completed_and_what_is_open() {
    let mut family = Family::of(3, 2);
    let (first, head) = announced(&mut family);
    let week = family.week(head, WEEK);
    assert_eq!(family.completes(0, &first, week), LAW);
    family.renews();
    // The third has left: the two that stay have one more proposal open.
    let now = family.household().constitution().guardians().to_vec();
    assert_eq!(now.len(), 2);
    let by = family
        .people
        .iter()
        .position(|person| person.id == now[1].id);
    let turned = now.iter().rev().cloned().collect();
    let open = family.proposal(crate::consent::Act::Constitution(family.law_of(turned, 1)));
    let outcome = family.proposes(by.unwrap(), &open);
    assert!(proposed(&outcome), "{outcome:?}");

    let founder = &family.founder;
    let log_id = founder.household.log_id();
    let genesis = founder.genesis.hash();
    let mut chain = Chain::new(log_id, genesis, Keyring::default());
    for entry in &founder.log {
        let taken = chain.take(entry, &founder.sealing);
        assert!(matches!(taken, Ok(Taken::Next(_))), "{taken:?}");
    }
    let snapshot = chain.snapshot().unwrap();
    let identity = Identity {
        device: founder.device,
        signing: SigningKey::from_seed(*founder.signing.expose_seed()).unwrap(),
        sealing: SealingKey::from_seed(*founder.sealing.expose_seed()),
        access: SigningKey::from_seed([9; 32]).unwrap(),
    };
    let anchor = Anchor {
        log_id,
        genesis,
        handle: vec![4; 16],
        relays: vec![],
    };
    let resumed = Member::resume(identity, anchor, Keyring::default(), &snapshot, []);
    let (member, _) = resumed.unwrap();
    let mut back = member.chain().clone();
    let told = |household: &Household| -> Vec<_> {
        let each = household.proposals();
        each.map(|open| (open.hash, open.id, open.consents.clone()))
            .collect()
    };
    let (ours, theirs) = (chain.household().unwrap(), back.household().unwrap());
    assert_eq!(told(ours).len(), 1);
    assert_eq!(told(ours), told(theirs));
    assert_eq!(ours.constitution(), theirs.constitution());
    assert_eq!(back.snapshot().unwrap(), snapshot);

    // The next consent decides it, here and there.
    assert_eq!(family.approves(0, &open), LAW);
    let next = family.founder.log.last().unwrap();
    let taken = back.take(next, &family.founder.sealing);
    assert_eq!(taken, Ok(Taken::Next(LAW)));
    let theirs = back.household().unwrap();
    assert_eq!(theirs.constitution(), family.household().constitution());
    assert_eq!(theirs.proposals().count(), 0);
}
