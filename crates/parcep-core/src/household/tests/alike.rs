//! Guardians are alike: what holds for the one who founded the household holds for the others.

use super::family::{Family, TV};
use super::*;
use crate::consent::{Act, Needs, Quorum, StoppableBy};
use std::collections::BTreeSet;

/// Acts that a guardian could begin, by who does it and beside whom.
fn acts(family: &Family, who: usize, beside: usize) -> Vec<Act> {
    let people = &family.people;
    let without = |gone: usize| {
        let stay = people.iter().enumerate().filter(|(at, _)| *at != gone);
        let stay: Vec<_> = stay.map(|(_, person)| person.guardian()).collect();
        let threshold = u32::try_from(stay.len().min(2)).unwrap();
        Act::Constitution(family.law_of(stay, threshold))
    };
    let everybody: Vec<_> = people.iter().map(family::Person::guardian).collect();
    let mut own = people[who].phone();
    own.id = DeviceId::from_bytes([0x51; 16]);
    own.signing = SigningKey::from_seed([0x51; 32]).unwrap().public();
    own.sealing = SealingKey::from_seed([0x51; 32]).public();
    let set = PrincipalDevices {
        principal: people[who].id,
        devices: vec![people[who].phone(), own],
    };
    vec![
        without(beside),
        without(who),
        Act::Constitution(family.law_of(everybody, 1)),
        Act::Devices(set),
        Act::RemoveEnforcementPoint(TV),
        Act::Erase(family.log_id()),
    ]
}

/// The same needs with two people in each other's place.
fn swapped(needs: Needs, one: PrincipalId, other: PrincipalId) -> Needs {
    let swap = |id: PrincipalId| match id {
        id if id == one => other,
        id if id == other => one,
        id => id,
    };
    let set = |ids: BTreeSet<PrincipalId>| ids.into_iter().map(swap).collect();
    let quorums = |quorums: Vec<Quorum>| {
        let swapped = quorums.into_iter().map(|quorum| Quorum {
            of: set(quorum.of),
            at_least: quorum.at_least,
            or: quorum.or.map(swap),
        });
        swapped.collect()
    };
    Needs {
        at_once: needs.at_once.map(quorums),
        delayed: needs.delayed.map(quorums),
        newcomers: set(needs.newcomers),
        stoppable_by: match needs.stoppable_by {
            StoppableBy::DevicesOf(id) => StoppableBy::DevicesOf(swap(id)),
            other => other,
        },
    }
}

#[test]
fn who_founded_the_household_needs_what_the_second_guardian_needs() {
    // R-ROLE-002
    for guardians in 2..=4 {
        let family = Family::of(guardians, 2);
        let (founder, second) = (&family.people[0], &family.people[1]);
        let pairs = acts(&family, 0, 1).into_iter().zip(acts(&family, 1, 0));
        for (case, (first, mirrored)) in pairs.enumerate() {
            let household = family.household();
            let by_founder = household.needs(&first, founder.device);
            let by_second = household.needs(&mirrored, second.device);
            assert_eq!(
                by_founder.map(|needs| swapped(needs, founder.id, second.id)),
                by_second,
                "case {case} of {guardians} guardians"
            );
        }
    }
}

#[test]
fn what_the_founder_signs_has_the_outcome_that_the_second_guardians_has() {
    // R-ROLE-002
    let outcomes = |who: usize, beside: usize| -> Vec<bool> {
        let cases = acts(&Family::of(3, 2), who, beside).len();
        let began = (0..cases).map(|case| {
            let mut family = Family::of(3, 2);
            let act = acts(&family, who, beside).swap_remove(case);
            let proposal = family.proposal(act);
            let began = family.proposes(who, &proposal);
            matches!(began, Outcome::Effect(_))
        });
        let mut told: Vec<_> = began.collect();
        let mut family = Family::of(3, 2);
        let law = family.law(3, 1);
        told.push(matches!(family.writes_law(who, law), Outcome::Effect(_)));
        told.push(matches!(family.layer(who), Outcome::Effect(_)));
        told
    };
    let founder = outcomes(0, 1);
    assert_eq!(founder, outcomes(1, 0));
    assert!(
        founder.contains(&true) && founder.contains(&false),
        "{founder:?}"
    );
}
