//! What takes a week, what proves that it has passed, and who stops it.

use super::consent::{announced, proposed};
use super::family::{Family, LAW, NOT_PERMITTED, Person, TV, WEEK, beat};
use super::*;
use crate::consent::{Act, PROPOSAL_LIFE, Span};

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

/// R-CONS-008
#[test]
fn one_person_and_accomplices_shorten_no_week() {
    let mut family = Family::of(3, 2);
    let (proposal, head) = announced(&mut family);
    let beats = |family: &Family, who: usize| Span {
        earlier: family.beat(who, head, 5_000),
        later: family.beat(who, head, 5_000 + WEEK),
    };
    let tv = family.week(head, WEEK).pop().unwrap();
    // The founder set up the television, and the second has consented: both want it.
    let accomplices = vec![beats(&family, 1), tv.clone()];
    assert_eq!(family.completes(0, &proposal, accomplices), NOT_PERMITTED);
    let concerned = vec![beats(&family, 2), tv];
    assert_eq!(family.completes(0, &proposal, concerned), LAW);
}
