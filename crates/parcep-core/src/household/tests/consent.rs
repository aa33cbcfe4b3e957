//! Proposals, consents, delays and their proof.

use super::family::{Family, LAW, NOT_PERMITTED, Person, TV, WEEK, beat};
use super::*;
use crate::consent::{Accept, Act, PROPOSAL_LIFE, Proposal, Span, StoppableBy};

fn proposed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Effect(Effect::Proposed(_)))
}

fn approved(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Effect(Effect::Approved(_)))
}

/// Of three guardians the first wants the third gone, and the second consents.
fn announced(family: &mut Family) -> (Proposal, (u64, Hash)) {
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
fn two_of_three_remove_the_third_after_a_week_and_not_before() {
    // R-CONS-012, R-CONS-004, R-CONS-008
    let mut family = Family::of(3, 2);
    let (proposal, head) = announced(&mut family);
    let open = family.household().proposals().next().unwrap();
    assert_eq!(open.announced, Some(head.0));
    assert_eq!(
        family.layer(2),
        Outcome::Effect(last(&family)),
        "keeps all rights"
    );
    let almost = family.week(head, WEEK - 1);
    assert_eq!(family.completes(0, &proposal, almost), NOT_PERMITTED);
    let week = family.week(head, WEEK);
    for proof in [
        vec![week[0].clone()],
        vec![week[1].clone(), week[1].clone()],
    ] {
        assert_eq!(
            family.completes(0, &proposal, proof),
            NOT_PERMITTED,
            "one kind"
        );
    }
    assert!(
        family
            .household()
            .constitution()
            .is_guardian(family.people[2].id)
    );
    assert_eq!(family.completes(1, &proposal, week), LAW);
    let household = family.household();
    assert!(!household.constitution().is_guardian(family.people[2].id));
    assert_eq!(household.key_of(family.people[2].device), None);
    assert!(household.needs_epoch());
    assert_eq!(household.live().count(), 0, "R-CONS-026");
}

/// The effect of the newest document.
fn last(family: &Family) -> Effect {
    let newest = family.household().live().max_by_key(|live| live.seq);
    Effect::Document(newest.unwrap().id())
}

#[test]
fn who_is_removed_and_consents_goes_at_once() {
    // R-CONS-012
    let mut family = Family::of(3, 2);
    let (proposal, _) = announced(&mut family);
    assert_eq!(family.approves(2, &proposal), LAW);
    assert_eq!(family.household().constitution().guardians().len(), 2);
}

#[test]
fn one_of_three_announces_nothing_alone() {
    // R-CONS-012
    for threshold in [1, 2] {
        let mut family = Family::of(3, threshold);
        let proposal = family.proposal(Act::Constitution(family.law(2, 1)));
        assert!(proposed(&family.proposes(0, &proposal)));
        let head = family.head();
        assert_eq!(
            family.household().proposals().next().unwrap().announced,
            None
        );
        let week = family.week(head, WEEK);
        assert_eq!(family.completes(0, &proposal, week), NOT_PERMITTED);
    }
}

#[test]
fn the_delay_is_proven_by_sources_that_do_not_profit_and_heads_of_this_log() {
    // R-CONS-008
    let mut family = Family::of(3, 2);
    let before = family.head();
    let (proposal, head) = announced(&mut family);
    let later = family.layer(1);
    assert!(matches!(later, Outcome::Effect(_)));
    let next = family.head();
    let open = family
        .household()
        .proposal(proposal.hash(family.log_id()))
        .unwrap()
        .clone();
    let witness = |statement| family.household().witness(&open, &statement);
    assert!(witness(family.bookmark(head, 1)).is_some());
    assert!(witness(family.bookmark(next, 1)).is_some());
    assert!(witness(family.tv_beat(head, 1)).is_some());
    assert!(witness(family.beat(1, head, 1)).is_some());
    assert!(witness(family.beat(0, head, 1)).is_none(), "began it");
    assert!(
        witness(family.bookmark(before, 1)).is_none(),
        "before the announcement"
    );
    assert!(
        witness(family.bookmark((head.0, next.1), 1)).is_none(),
        "no head of this log"
    );
    let stranger = Person::new(60);
    let unknown = beat(family.log_id(), stranger.device, &stranger.signing, head, 1);
    assert!(witness(unknown).is_none());
    let person = &family.people[1];
    let elsewhere = beat(
        LogId::from_bytes([1; 32]),
        person.device,
        &person.signing,
        head,
        1,
    );
    assert!(witness(elsewhere).is_none());
    let forged = beat(family.log_id(), person.device, &stranger.signing, head, 1);
    assert!(witness(forged).is_none());

    let span = |earlier, later| Span { earlier, later };
    let (one, two) = (family.bookmark(next, 0), family.bookmark(head, WEEK));
    let guardian = span(family.beat(1, head, 5), family.beat(1, next, 5 + WEEK));
    let backwards = vec![span(one.clone(), two.clone()), guardian.clone()];
    let mixed = vec![
        span(one.clone(), family.tv_beat(next, WEEK)),
        guardian.clone(),
    ];
    for proof in [backwards, mixed] {
        assert_eq!(family.completes(0, &proposal, proof), NOT_PERMITTED);
    }
    let noise = span(family.beat(0, head, 0), family.beat(0, head, WEEK));
    let good = vec![noise, guardian, span(one, family.bookmark(next, WEEK))];
    assert_eq!(
        family.completes(0, &proposal, good),
        LAW,
        "a bad span harms nothing"
    );
}

#[test]
fn an_enforcement_point_that_was_re_keyed_since_proves_nothing() {
    // R-CONS-008
    let mut family = Family::of(3, 2);
    let (proposal, head) = announced(&mut family);
    family.tv = SigningKey::from_seed([0x78; 32]).unwrap();
    assert!(matches!(family.adds_tv(1), Outcome::Effect(_)));
    let week = family.week(head, WEEK);
    assert_eq!(family.completes(0, &proposal, week), NOT_PERMITTED);
}

#[test]
fn the_proof_is_gathered_from_what_a_device_kept() {
    // R-CONS-007, R-CONS-008
    let mut family = Family::of(3, 2);
    let (proposal, head) = announced(&mut family);
    let open = family.household().proposals().next().unwrap().clone();
    let mut kept = vec![family.bookmark(head, 100), family.beat(0, head, 0)];
    assert_eq!(family.household().earliest_effect(&open, &kept), None);
    kept.push(family.tv_beat(head, 5_000));
    assert_eq!(
        family.household().earliest_effect(&open, &kept),
        Some(5_000 + WEEK)
    );
    kept.push(family.bookmark(head, 100 + WEEK));
    kept.push(family.tv_beat(head, 4_999 + WEEK));
    assert_eq!(family.household().proof_of_delay(&open, &kept), None);
    kept.push(family.tv_beat(head, 5_000 + WEEK));
    let proof = family.household().proof_of_delay(&open, &kept).unwrap();
    assert_eq!(family.completes(1, &proposal, proof), LAW);
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
fn its_author_cancels_at_any_time_who_consented_withdraws_and_others_do_not() {
    // R-CONS-006, R-CONS-010
    for (who, stops) in [(0, true), (1, true), (2, false)] {
        let mut family = Family::of(3, 2);
        let (proposal, head) = announced(&mut family);
        let cancelled = family.cancels(who, &proposal, vec![]);
        assert_eq!(cancelled != NOT_PERMITTED, stops, "person {who}");
        let week = family.week(head, WEEK);
        let outcome = family.completes(0, &proposal, week);
        assert_eq!(outcome == LAW, !stops, "person {who}");
    }
    let mut family = Family::of(2, 2);
    let proposal = family.proposal(Act::Constitution(family.law(2, 1)));
    family.proposes(0, &proposal);
    assert_eq!(
        family.cancels(1, &proposal, vec![]),
        NOT_PERMITTED,
        "says no by saying nothing"
    );
}

#[test]
fn what_is_fourteen_days_old_any_guardian_clears_away() {
    // R-CONS-006
    let mut family = Family::of(2, 2);
    let proposal = family.proposal(Act::Constitution(family.law(2, 1)));
    family.proposes(0, &proposal);
    let head = family.head();
    let early = family.week(head, PROPOSAL_LIFE - 1);
    assert_eq!(family.cancels(1, &proposal, early), NOT_PERMITTED);
    let span = |earlier, later| Span { earlier, later };
    let author = span(family.beat(0, head, 0), family.beat(0, head, PROPOSAL_LIFE));
    let relay = family.week(head, PROPOSAL_LIFE).swap_remove(0);
    let outcome = family.cancels(1, &proposal, vec![author, relay]);
    assert!(
        matches!(outcome, Outcome::Effect(Effect::Cancelled(_))),
        "nobody profits"
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
fn an_enforcement_point_goes_with_everybodys_consent_or_after_a_week() {
    // R-CONS-016
    let removal = |id: DeviceId| {
        pb::Removal {
            device_id: id.to_vec(),
        }
        .encode_to_vec()
    };
    let gone = Outcome::Effect(Effect::EnforcementPointRemoved(TV));
    let remove = PayloadType::RemoveEnforcementPoint;

    let mut family = Family::of(2, 2);
    family.layer(0);
    assert_eq!(
        family.writes(0, remove, &removal(TV)),
        gone,
        "nobody else's layer"
    );
    assert!(family.household().needs_epoch());

    let mut family = Family::of(2, 2);
    family.layer(1);
    assert_eq!(family.writes(0, remove, &removal(TV)), NOT_PERMITTED);
    let unknown = DeviceId::from_bytes([1; 16]);
    assert_eq!(family.writes(0, remove, &removal(unknown)), NOT_PERMITTED);
    let proposal = family.proposal(Act::RemoveEnforcementPoint(TV));
    assert!(proposed(&family.proposes(0, &proposal)));
    assert_eq!(
        family.cancels(1, &proposal, vec![]),
        NOT_PERMITTED,
        "for notice only"
    );
    let mut consenting = family;
    let mut alone = Family::of(2, 2);
    alone.layer(1);
    assert_eq!(consenting.approves(1, &proposal), gone);

    let proposal = alone.proposal(Act::RemoveEnforcementPoint(TV));
    alone.proposes(0, &proposal);
    let head = alone.head();
    let span = |earlier, later| Span { earlier, later };
    let mut proof = alone.week(head, WEEK);
    proof.push(span(alone.beat(1, head, 0), alone.beat(1, head, WEEK)));
    assert_eq!(alone.completes(0, &proposal, proof), gone);
}

#[test]
fn who_was_removed_in_the_meantime_removes_nothing() {
    // R-CONS-009
    let mut family = Family::of(3, 2);
    family.layer(1);
    let proposal = family.proposal(Act::RemoveEnforcementPoint(TV));
    assert!(proposed(&family.proposes(2, &proposal)));
    let head = family.head();
    let left = family.law(2, 2);
    assert_eq!(family.writes_law(2, left), LAW, "who began it leaves");
    family.renews();
    assert_eq!(family.household().proposals().count(), 1);
    let week = family.week(head, WEEK);
    assert_eq!(family.completes(0, &proposal, week), NOT_PERMITTED);
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
