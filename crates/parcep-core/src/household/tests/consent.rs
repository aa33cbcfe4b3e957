//! Proposals, consents, delays and their proof.

use super::family::{Family, LAW, NOT_PERMITTED, Person, TV, WEEK};
use super::*;
use crate::consent::{Accept, Act, Proposal, StoppableBy};

pub(super) fn proposed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Effect(Effect::Proposed(_)))
}

pub(super) fn approved(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Effect(Effect::Approved(_)))
}

/// Of three guardians the first wants the third gone, and the second consents.
pub(super) fn announced(family: &mut Family) -> (Proposal, (u64, Hash)) {
    let law = family.law(2, 2);
    let proposal = family.proposal(Act::Constitution(law));
    assert!(proposed(&family.proposes(0, &proposal)));
    assert!(approved(&family.approves(1, &proposal)));
    let head = family.head();
    (proposal, head)
}

#[test]
fn a_second_guardian_comes_by_an_acceptance_and_with_a_first_device() {
    // R-CONS-003, R-CONS-004, R-MEM-006
    let family = Family::of(2, 2);
    let second = &family.people[1];
    let household = family.household();
    assert_eq!(household.principal_of(second.device), Some(second.id));
    assert!(household.constitution().is_guardian(second.id));
    assert_eq!(household.proposals().count(), 0);
}

#[test]
fn nobody_becomes_a_guardian_without_an_acceptance_of_this_proposal() {
    // R-CONS-003
    let mut family = Family::of(1, 1);
    family.people.push(Person::new(40));
    let proposal = family.proposal(Act::Constitution(family.law(2, 2)));
    let other = family.proposal(Act::Constitution(family.law(2, 1)));
    let log_id = family.log_id();
    let sign = |person: &Person, proposal: &Proposal, log_id| {
        let keys = (person.device, &person.signing, person.sealing.public());
        Accept::sign(log_id, proposal.hash(log_id), person.id, keys)
    };
    let newcomer = &family.people[1];
    let good = sign(newcomer, &proposal, log_id);
    let elsewhere = sign(newcomer, &proposal, LogId::from_bytes([9; 32]));
    let stranger = Person::new(41);
    let taken = Person {
        id: newcomer.id,
        device: newcomer.device,
        signing: SigningKey::from_seed(*family.people[0].signing.expose_seed()).unwrap(),
        sealing: SealingKey::from_seed([40; 32]),
    };
    let mut forged = good.clone();
    forged.device = DeviceId::from_bytes([1; 16]);
    let bad: Vec<Vec<Accept>> = vec![
        vec![],
        vec![sign(newcomer, &other, log_id)],
        vec![elsewhere],
        vec![forged],
        vec![sign(&stranger, &proposal, log_id)],
        vec![good.clone(), sign(&stranger, &proposal, log_id)],
        vec![sign(&taken, &proposal, log_id)],
    ];
    for (case, accepts) in bad.into_iter().enumerate() {
        let proposal = proposal.clone().with_accepts(accepts);
        assert_eq!(family.proposes(0, &proposal), NOT_PERMITTED, "case {case}");
    }
    let twice = proposal
        .clone()
        .with_accepts(vec![good.clone(), good.clone()]);
    assert_eq!(
        family.proposes(0, &twice),
        Outcome::NoEffect(Reason::Malformed)
    );
    let law = family.law(2, 2);
    assert_eq!(family.writes_law(0, law), NOT_PERMITTED, "not as itself");
    assert_eq!(family.proposes(0, &proposal.with_accepts(vec![good])), LAW);
}

#[test]
fn keys_of_small_order_are_refused_in_an_acceptance_and_a_proof() {
    // R-WIRE-011
    let mut family = Family::of(1, 1);
    family.people.push(Person::new(40));
    let proposal = family.proposal(Act::Constitution(family.law(2, 2)));
    let newcomer = &family.people[1];
    let keys = (
        newcomer.device,
        &newcomer.signing,
        newcomer.sealing.public(),
    );
    let accept = Accept::sign(
        family.log_id(),
        proposal.hash(family.log_id()),
        newcomer.id,
        keys,
    );
    let good = pb::Proposal::decode(proposal.with_accepts(vec![accept]).encode().as_slice());
    let good = good.unwrap();
    for (field, key) in [(0, [0; 32]), (1, [0; 32]), (0, [0xff; 32]), (1, [0xff; 32])] {
        let mut bad = good.clone();
        let accept = &mut bad.accepts[0];
        let at = [&mut accept.signing_key, &mut accept.sealing_key];
        *at.into_iter().nth(field).unwrap() = key.to_vec();
        let outcome = family.writes(0, PayloadType::Proposal, &bad.encode_to_vec());
        assert_eq!(outcome, Outcome::NoEffect(Reason::Malformed));
    }
    let head = family.head();
    let week = family.week(head, WEEK);
    let effect = crate::consent::Completion {
        proposal: Hash([1; 32]),
        proof: week.into_iter().map(Some).collect(),
    };
    let mut bad = pb::Effect::decode(effect.encode().as_slice()).unwrap();
    let earlier = bad.proof[0].earlier.as_mut().unwrap();
    let Some(pb::statement::Source::Bookmark(bookmark)) = &mut earlier.source else {
        panic!("the relay's comes first")
    };
    bookmark.relay_key = vec![0; 32];
    let outcome = family.writes(0, PayloadType::Effect, &bad.encode_to_vec());
    assert_eq!(outcome, Outcome::NoEffect(Reason::Malformed));
}

#[test]
fn a_further_guardian_takes_two_whatever_the_threshold() {
    // R-CONS-011
    let mut family = Family::of(2, 1);
    family.people.push(Person::new(40));
    let proposal = family.proposal(Act::Constitution(family.law(3, 2)));
    let newcomer = &family.people[2];
    let keys = (
        newcomer.device,
        &newcomer.signing,
        newcomer.sealing.public(),
    );
    let log_id = family.log_id();
    let accept = Accept::sign(log_id, proposal.hash(log_id), newcomer.id, keys);
    let proposal = proposal.with_accepts(vec![accept]);
    assert!(proposed(&family.proposes(0, &proposal)));
    let guardians = |family: &Family| family.household().constitution().guardians().len();
    assert_eq!(guardians(&family), 2);
    let by = family.household().proposals().next().map(|open| open.id);
    assert_eq!(family.approves(1, &proposal), LAW);
    assert_eq!(guardians(&family), 3);
    // R-CONS-001: what came by a proposal stands by the proposal's own id.
    let first = PrincipalDevices {
        principal: family.people[2].id,
        devices: vec![family.people[2].phone()],
    };
    for act in [Act::Constitution(family.law(3, 3)), Act::Devices(first)] {
        assert_eq!(family.household().base_of(&act), by);
    }
}

#[test]
fn of_two_guardians_neither_removes_the_other() {
    // R-CONS-012, R-CONS-002
    for threshold in [1, 2] {
        let mut family = Family::of(2, threshold);
        let law = family.law(1, 1);
        assert_eq!(family.writes_law(0, law.clone()), NOT_PERMITTED);
        let proposal = family.proposal(Act::Constitution(law));
        assert!(proposed(&family.proposes(0, &proposal)));
        let head = family.head();
        assert_eq!(family.approves(0, &proposal), NOT_PERMITTED, "one person");
        let week = family.week(head, WEEK);
        assert_eq!(family.completes(0, &proposal, week), NOT_PERMITTED);
        assert_eq!(family.household().constitution().guardians().len(), 2);
        assert_eq!(family.approves(1, &proposal), LAW);
        assert!(family.household().needs_epoch());
    }
}

#[test]
fn a_second_phone_of_one_person_is_no_second_consent() {
    // R-CONS-002
    let mut family = Family::of(2, 2);
    let second = Person::new(50);
    let set = PrincipalDevices {
        principal: family.people[0].id,
        devices: vec![family.people[0].phone(), second.phone()],
    };
    let outcome = family.writes(0, PayloadType::PrincipalDevices, &set.encode());
    assert!(matches!(outcome, Outcome::Effect(Effect::Devices(_))));
    let proposal = family.proposal(Act::Constitution(family.law(2, 1)));
    assert!(proposed(&family.proposes(0, &proposal)));
    let approval = crate::consent::Approval {
        proposal: proposal.hash(family.log_id()),
        base: proposal.base(),
    };
    let by = (second.device, &second.signing);
    let outcome = family.signs(by, PayloadType::Approve, &approval.encode());
    assert_eq!(outcome, NOT_PERMITTED);
    let elsewhere = Proposal::new(proposal.act().clone(), DocumentId::from_bytes([1; 16]));
    assert_eq!(family.approves(1, &elsewhere), NOT_PERMITTED);
    assert_eq!(family.approves(1, &proposal), LAW);
    assert_eq!(
        family.approves(1, &proposal),
        NOT_PERMITTED,
        "not open any more"
    );
}

#[test]
fn one_change_of_the_constitution_at_a_time() {
    // R-CONS-005
    let mut family = Family::of(2, 2);
    let first = family.proposal(Act::Constitution(family.law(2, 1)));
    let turned = family.people.iter().rev().map(Person::guardian).collect();
    let second = family.proposal(Act::Constitution(family.law_of(turned, 2)));
    assert!(proposed(&family.proposes(0, &first)));
    assert_eq!(
        family.proposes(0, &second),
        NOT_PERMITTED,
        "one's own second"
    );
    assert_eq!(family.proposes(1, &first), NOT_PERMITTED, "the same again");
    assert!(
        proposed(&family.proposes(1, &second)),
        "nobody blocks another"
    );
    assert_eq!(family.approves(0, &second), LAW);
    assert_eq!(
        family.household().proposals().count(),
        0,
        "its base is gone"
    );
}

#[test]
fn a_proposal_ends_when_its_base_does() {
    // R-CONS-004, R-CONS-006
    let mut family = Family::of(3, 2);
    let (proposal, head) = announced(&mut family);
    let rest = vec![family.people[0].guardian(), family.people[2].guardian()];
    let left = family.law_of(rest, 2);
    assert_eq!(family.writes_law(1, left), LAW, "the second leaves");
    assert_eq!(family.household().proposals().count(), 0);
    family.renews();
    let week = family.week(head, WEEK);
    assert_eq!(family.completes(0, &proposal, week), NOT_PERMITTED);
    assert_eq!(
        family.proposes(0, &proposal),
        Outcome::NoEffect(Reason::NotPermittedByTable),
        "names who left"
    );
}

#[test]
fn a_proposal_of_what_does_not_stand_is_void() {
    // R-CONS-001, R-CONS-004
    let mut family = Family::of(2, 2);
    let act = Act::Constitution(family.law(2, 1));
    let old = Proposal::new(act, DocumentId::from_bytes([1; 16]));
    assert_eq!(
        family.proposes(0, &old),
        Outcome::NoEffect(Reason::BaseNotLive)
    );
}

#[test]
fn a_bounded_number_is_open_at_once() {
    // R-CONS-027
    let mut family = Family::of(2, 2);
    family.layer(0);
    family.layer(1);
    let mut points = Vec::new();
    for n in 1..=5 {
        let person = Person::new(100 + n);
        let point = EnforcementPoint {
            id: person.device,
            signing: person.signing.public(),
            sealing: person.sealing.public(),
            category: PepCategory::Tv,
            dependants: vec![family.founder.child],
            capabilities: vec![],
            uncertain_time: Default::default(),
        };
        family.writes(0, PayloadType::EnforcementPoint, &point.encode());
        points.push(point.id);
    }
    for (n, id) in points.into_iter().enumerate() {
        let proposal = family.proposal(Act::RemoveEnforcementPoint(id));
        let outcome = family.proposes(0, &proposal);
        assert_eq!(proposed(&outcome), n < 4, "proposal {n}: {outcome:?}");
    }
}

#[test]
fn sixteen_of_everybody_are_open_at_once() {
    // R-CONS-027
    let mut family = Family::of(5, 2);
    family.layer(0);
    family.layer(1);
    let mut points = Vec::new();
    for n in 1..=17 {
        let person = Person::new(100 + n);
        let point = EnforcementPoint {
            id: person.device,
            signing: person.signing.public(),
            sealing: person.sealing.public(),
            category: PepCategory::Tv,
            dependants: vec![family.founder.child],
            capabilities: vec![],
            uncertain_time: Default::default(),
        };
        family.writes(0, PayloadType::EnforcementPoint, &point.encode());
        points.push(point.id);
    }
    let mut proposals = Vec::new();
    for (n, id) in points.into_iter().enumerate() {
        let proposal = family.proposal(Act::RemoveEnforcementPoint(id));
        let outcome = family.proposes(n / 4, &proposal);
        assert_eq!(proposed(&outcome), n < 16, "proposal {n}: {outcome:?}");
        proposals.push(proposal);
    }
    assert_eq!(family.household().proposals().count(), 16);
    // One that ends makes room.
    family.cancels(0, &proposals[0], vec![]);
    let last = proposals.last().unwrap().clone();
    assert!(proposed(&family.proposes(4, &last)));
}

#[test]
fn leaving_takes_nobodys_consent_and_lowers_the_threshold_where_it_must() {
    // R-CONS-013, R-MEM-003
    for (guardians, threshold, after, leaves) in [
        (2, 2, 1, true),
        (2, 1, 1, true),
        (3, 2, 2, true),
        (3, 3, 2, true),
        (3, 3, 1, false),
        (3, 1, 2, false),
    ] {
        let mut family = Family::of(guardians, threshold);
        let last = usize::from(guardians) - 1;
        let law = family.law(last, after);
        let outcome = family.writes_law(last, law);
        assert_eq!(outcome == LAW, leaves, "{guardians} {threshold} {after}");
    }
    let mut family = Family::of(1, 1);
    family.people.push(Person::new(40));
    let other = family.law_of(vec![family.people[1].guardian()], 1);
    assert_eq!(
        family.writes_law(0, other),
        NOT_PERMITTED,
        "the last one stays"
    );
}

#[test]
fn with_a_guardian_go_layers_and_devices() {
    // R-CONS-026, R-MEM-015
    let mut family = Family::of(2, 2);
    family.layer(0);
    family.layer(1);
    assert_eq!(family.household().live().count(), 2);
    let law = family.law(1, 1);
    assert_eq!(family.writes_law(1, law), LAW);
    let authors: Vec<_> = family.household().live().map(|live| live.author).collect();
    assert_eq!(authors, [family.people[0].id]);
    assert_eq!(
        family.household().standing_of(family.people[1].device),
        None
    );
}

#[test]
fn a_household_ends_by_everybody_and_nothing_has_effect_behind_it() {
    // R-CONS-028, R-PRIV-018
    let mut family = Family::of(2, 1);
    let erase = Act::Erase(family.log_id());
    let elsewhere = Act::Erase(LogId::from_bytes([1; 32])).encode();
    let outcome = family.writes(0, PayloadType::Erase, &elsewhere);
    assert_eq!(outcome, Outcome::NoEffect(Reason::WrongHousehold));
    assert_eq!(
        family.writes(0, PayloadType::Erase, &erase.encode()),
        NOT_PERMITTED
    );
    let proposal = family.proposal(erase);
    assert!(proposed(&family.proposes(0, &proposal)));
    assert_eq!(
        family.approves(1, &proposal),
        Outcome::Effect(Effect::Ended)
    );
    assert_eq!(family.household().ended(), Some(family.head().0));
    assert_eq!(family.layer(0), Outcome::NoEffect(Reason::Ended));
    let law = family.law(1, 1);
    assert_eq!(family.writes_law(1, law), Outcome::NoEffect(Reason::Ended));
}

#[test]
fn a_household_moves_to_a_listed_relay_and_a_higher_relay_epoch() {
    // R-MOVE-021
    let mut family = Family::of(2, 2);
    for (uri, relay_epoch, moves) in [
        ("https://spare.example", 1, false),
        ("https://elsewhere.example", 2, false),
        ("https://spare.example", 2, true),
    ] {
        let moved = pb::Moved { uri: uri.into() }.encode_to_vec();
        let founder = &mut family.founder;
        let draft = founder.draft(PayloadType::Moved, SectionKind::Moved, &moved);
        let place = Place {
            relay_epoch,
            ..founder.place()
        };
        let entry = founder.write(draft, place);
        let outcome = founder.take(&entry).unwrap();
        assert_eq!(
            outcome == Outcome::Effect(Effect::Moved),
            moves,
            "{uri} {relay_epoch}"
        );
    }
    assert_eq!(family.household().home(), Some("https://spare.example"));
    assert_eq!(
        family.layer(0),
        NOT_PERMITTED,
        "R-MOVE-014: the old relay's number"
    );
}

#[test]
fn guardians_say_together_that_a_branch_ends() {
    // R-MOVE-006
    let mut family = Family::of(2, 2);
    let ended = vec![Head {
        seq: 4,
        hash: Hash([7; 32]),
    }];
    let resolve = Act::Resolve(crate::consent::Resolve {
        ended: ended.clone(),
    });
    assert_eq!(
        family.writes(0, PayloadType::Resolve, &resolve.encode()),
        NOT_PERMITTED
    );
    let proposal = family.proposal(resolve);
    assert!(proposed(&family.proposes(0, &proposal)));
    let outcome = family.approves(1, &proposal);
    assert!(matches!(outcome, Outcome::Effect(Effect::Resolved(_))));
    let said = &family.household().resolutions()[0];
    assert_eq!(said.ended, ended);
    assert_eq!(said.consents.len(), 2);
}

#[test]
fn a_proposal_that_a_newer_reader_has_to_judge_stops_this_one() {
    // R-DOC-018, R-LOG-012
    let mut family = Family::of(2, 2);
    let law = family.law(2, 1).encode();
    let mut law = pb::Constitution::decode(law.as_slice()).unwrap();
    law.min_reader = 2;
    let proposal = pb::Proposal {
        payload_type: PayloadType::Constitution.into(),
        content: law.encode_to_vec(),
        base: vec![0; 16],
        accepts: vec![],
    };
    let founder = &mut family.founder;
    let bytes = proposal.encode_to_vec();
    let draft = founder.draft(PayloadType::Proposal, SectionKind::Proposal, &bytes);
    let place = founder.place();
    let entry = founder.write(draft, place);
    assert_eq!(founder.take(&entry), Err(Stop(DocumentError::ReaderTooOld)));
}

#[test]
fn what_cannot_be_proposed_is_void() {
    // R-CONS-001, R-MEM-010
    let mut family = Family::of(1, 1);
    for (number, reason) in [
        (0, Reason::Malformed),
        (PayloadType::PolicyLayer.into(), Reason::NotPermittedByTable),
        (PayloadType::Epoch.into(), Reason::NotPermittedByTable),
        (PayloadType::Proposal.into(), Reason::NotPermittedByTable),
        (200, Reason::NotPermittedByTable),
    ] {
        let proposal = pb::Proposal {
            payload_type: number,
            content: vec![1],
            base: vec![0; 16],
            accepts: vec![],
        };
        let outcome = family.writes(0, PayloadType::Proposal, &proposal.encode_to_vec());
        assert_eq!(outcome, Outcome::NoEffect(reason), "{number}");
    }
}

#[test]
fn an_app_can_say_what_an_act_needs_before_it_is_signed() {
    // R-CONS-007
    let mut family = Family::of(3, 2);
    family.layer(1);
    let needs = |family: &Family, act: Act| family.household().needs(&act, family.people[0].device);
    let own = Act::Devices(PrincipalDevices {
        principal: family.people[0].id,
        devices: vec![family.people[0].phone()],
    });
    let first = family.people[0].id;
    assert!(needs(&family, own).unwrap().is_direct_for(first));
    let removal = needs(&family, Act::RemoveEnforcementPoint(TV)).unwrap();
    assert!(!removal.is_direct_for(first) && removal.delayed.is_some());
    assert!(removal.asks(family.people[1].id) && !removal.asks(family.people[2].id));
    let law = needs(&family, Act::Constitution(family.law(2, 2))).unwrap();
    assert_eq!(law.stoppable_by, StoppableBy::Consenting);
    let erase = needs(&family, Act::Erase(family.log_id())).unwrap();
    assert!(erase.delayed.is_none() && family.people.iter().all(|p| erase.asks(p.id)));
}
