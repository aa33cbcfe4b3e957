use super::*;
use proptest::prelude::*;

const GAME: &str = "https://games.example";
const CHAT: &str = "https://chat.example";

/// Whether the game's handle is on the list of a day.
fn is_listed(ledger: &ConsentLedger, today: i32) -> bool {
    let secret = Secret::from_bytes([7; 32]);
    let list = ledger.revoked(&secret, GAME, today);
    assert_eq!(list.as_of(), i64::from(today) * DAY);
    let listed: Vec<_> = list.handles().collect();
    assert!(listed.is_empty() || listed == [ledger.handle(&secret, GAME)]);
    assert_eq!(ledger.revoked(&secret, CHAT, today).handles().count(), 0);
    !listed.is_empty()
}

fn change(id: u8) -> ChangeId {
    ChangeId::new(&[id]).unwrap()
}

fn told(ledger: &ConsentLedger) -> (u8, AgeChangeState, Vec<u8>) {
    let change = ledger.change(GAME).unwrap();
    let earlier = change.earlier.iter().map(|id| id[0]).collect();
    (change.id[0], change.state, earlier)
}

/// R-AGE-042, every row of its table.
#[test]
fn every_act_on_every_state_does_what_the_table_says() {
    use AgeConsent::{Denied, Granted, NotReported, Pending, Revoked};
    type To = fn(&mut ConsentLedger);
    let states: [(AgeConsent, To); 5] = [
        (NotReported, |_| {}),
        (Pending, |ledger| {
            ledger.ask(GAME).unwrap();
        }),
        (Granted, |ledger| {
            ledger.act(GAME, ConsentAct::Grant, 1).unwrap();
        }),
        (Denied, |ledger| {
            ledger.act(GAME, ConsentAct::Deny, 1).unwrap();
        }),
        (Revoked, |ledger| {
            ledger.act(GAME, ConsentAct::Grant, 1).unwrap();
            ledger.act(GAME, ConsentAct::Revoke, 1).unwrap();
        }),
    ];
    let table = [
        [Granted, Denied, NotReported, Pending],
        [Granted, Denied, Denied, Pending],
        [Granted, Revoked, Revoked, Granted],
        [Granted, Denied, Denied, Pending],
        [Granted, Revoked, Revoked, Revoked],
    ];
    for ((state, to), row) in states.into_iter().zip(table) {
        let mut ledger = ConsentLedger::new();
        to(&mut ledger);
        assert_eq!(ledger.consent(GAME), state);
        let acts = [ConsentAct::Grant, ConsentAct::Deny, ConsentAct::Revoke];
        for (act, expected) in acts.into_iter().zip(row) {
            let mut after = ledger.clone();
            after.act(GAME, act, 2).unwrap();
            assert_eq!(after.consent(GAME), expected, "{state:?} {act:?}");
        }
        assert_eq!(ledger.ask(GAME), Ok(row[3]), "{state:?} asked");
        assert_eq!(ledger.consent(CHAT), NotReported);
    }
}

/// R-AGE-042: everything that happens by itself for ten years, on every day.
fn ten_years(fault: fn(&mut ConsentLedger, i32)) -> AgeConsent {
    let mut ledger = ConsentLedger::new();
    ledger.ask(GAME).unwrap();
    for day in 0..3_653 {
        ledger.ask(GAME).unwrap();
        ledger
            .announce(GAME, &[change((day / 500) as u8 + 1)], false)
            .unwrap();
        assert!(!is_listed(&ledger, day));
        let json = serde_json::to_string(&ledger).unwrap();
        ledger = serde_json::from_str(&json).unwrap();
        fault(&mut ledger, day);
    }
    assert_eq!(told(&ledger).1, AgeChangeState::Pending);
    ledger.consent(GAME)
}

/// R-AGE-042
#[test]
fn age_36_a_question_that_nobody_answers_is_pending_after_ten_years() {
    assert_eq!(ten_years(|_, _| {}), AgeConsent::Pending);
    // The law notices a ledger in which silence becomes a yes or a no.
    let granted = ten_years(|ledger, day| {
        if day == 365 {
            ledger.act(GAME, ConsentAct::Grant, day).unwrap();
        }
    });
    assert_ne!(granted, AgeConsent::Pending);
}

/// R-AGE-043
#[test]
fn age_37_a_new_change_bundles_what_waits_and_what_was_denied() {
    let mut ledger = ConsentLedger::new();
    let announce = |ledger: &mut ConsentLedger, ids: &[u8]| {
        let ids: Vec<_> = ids.iter().copied().map(change).collect();
        ledger.announce(GAME, &ids, false).unwrap();
    };
    announce(&mut ledger, &[1]);
    assert_eq!(told(&ledger), (1, AgeChangeState::Pending, vec![]));
    ledger.decide(GAME, ChangeAct::Deny, 5);
    assert_eq!(told(&ledger), (1, AgeChangeState::Denied, vec![]));
    assert_eq!(ledger.change(GAME).unwrap().decided_day, Some(5));
    announce(&mut ledger, &[2]);
    announce(&mut ledger, &[3]);
    assert_eq!(told(&ledger), (3, AgeChangeState::Pending, vec![1, 2]));
    assert_eq!(ledger.change(GAME).unwrap().decided_day, None);
    ledger.decide(GAME, ChangeAct::Approve, 9);
    assert_eq!(told(&ledger), (3, AgeChangeState::Approved, vec![1, 2]));
    // What was approved is not asked about again, alone or beside something new.
    announce(&mut ledger, &[2]);
    assert_eq!(told(&ledger), (3, AgeChangeState::Approved, vec![1, 2]));
    announce(&mut ledger, &[2, 4]);
    assert_eq!(told(&ledger), (4, AgeChangeState::Pending, vec![]));
    assert_eq!(ledger.change(CHAT), None);
}

/// R-AGE-043
#[test]
fn age_37_an_id_that_comes_again_moves_nothing() {
    let mut ledger = ConsentLedger::new();
    let ids = [change(1), change(2)];
    ledger.announce(GAME, &ids, false).unwrap();
    type To = fn(&mut ConsentLedger);
    let states: [To; 3] = [
        |_| {},
        |ledger| ledger.decide(GAME, ChangeAct::Deny, 5),
        |ledger| ledger.decide(GAME, ChangeAct::Approve, 6),
    ];
    for to in states {
        to(&mut ledger);
        let before = ledger.clone();
        ledger.announce(GAME, &ids, true).unwrap();
        ledger.announce(GAME, &ids[..1], true).unwrap();
        ledger.announce(GAME, &[], true).unwrap();
        assert_eq!(ledger, before);
    }
}

/// R-AGE-044: the ledger has no bracket to alter; consent and change do not alter each other either.
#[test]
fn age_38_a_denied_change_leaves_the_consent_as_it_was_and_may_be_approved_later() {
    let mut ledger = ConsentLedger::new();
    ledger.act(GAME, ConsentAct::Grant, 1).unwrap();
    ledger.announce(GAME, &[change(1)], false).unwrap();
    ledger.decide(GAME, ChangeAct::Deny, 2);
    assert_eq!(ledger.consent(GAME), AgeConsent::Granted);
    ledger.decide(GAME, ChangeAct::Approve, 3);
    assert_eq!(told(&ledger).1, AgeChangeState::Approved);
    assert_eq!(ledger.change(GAME).unwrap().decided_day, Some(3));
    // What is approved, or was never announced, stays as it is.
    let approved = ledger.clone();
    ledger.decide(GAME, ChangeAct::Deny, 4);
    ledger.decide(CHAT, ChangeAct::Approve, 4);
    assert_eq!(ledger, approved);
}

#[test]
fn a_bundle_has_at_most_seventeen_changes() {
    let mut ledger = ConsentLedger::new();
    let many: Vec<_> = (0..17).map(change).collect();
    ledger.announce(GAME, &many, true).unwrap();
    let before = ledger.clone();
    let one_more = ledger.announce(GAME, &[change(17)], true);
    assert_eq!(one_more, Err(ConsentError::TooManyChanges));
    assert_eq!(ledger, before);
    let change = ledger.change(GAME).unwrap();
    assert!(change.adult_ack_required);
    assert_eq!((change.id, change.earlier.len()), (vec![16], 16));
}

/// R-AGE-045, R-AGE-046
#[test]
fn age_39_a_revoked_handle_is_listed_for_90_days_or_until_a_new_grant_of_the_same_handle() {
    let secret = Secret::from_bytes([7; 32]);
    let mut ledger = ConsentLedger::new();
    ledger.act(GAME, ConsentAct::Grant, 100).unwrap();
    let handle = ledger.handle(&secret, GAME);
    assert!(!is_listed(&ledger, 100));
    ledger.act(GAME, ConsentAct::Revoke, 101).unwrap();
    assert!(is_listed(&ledger, 101));
    // Revoking once more does not begin the 90 days anew.
    ledger.act(GAME, ConsentAct::Revoke, 150).unwrap();
    assert!(is_listed(&ledger, 191));
    assert!(!is_listed(&ledger, 192));
    assert_eq!(ledger.consent(GAME), AgeConsent::Revoked);
    ledger.act(GAME, ConsentAct::Grant, 160).unwrap();
    assert!(!is_listed(&ledger, 160));
    assert_eq!(ledger.handle(&secret, GAME), handle);
}

/// R-AGE-046
#[test]
fn age_40_a_handle_is_another_one_for_each_audience_and_after_a_reset() {
    let secret = Secret::from_bytes([7; 32]);
    let mut ledger = ConsentLedger::new();
    ledger.act(GAME, ConsentAct::Grant, 1).unwrap();
    let before = ledger.handle(&secret, GAME);
    assert_ne!(before, ledger.handle(&secret, CHAT));
    assert_ne!(before, ledger.handle(&Secret::from_bytes([8; 32]), GAME));
    ledger.reset();
    assert_ne!(before, ledger.handle(&secret, GAME));
    assert_eq!(ledger.consent(GAME), AgeConsent::NotReported);
}

/// R-AGE-029: nobody has to consent, and nothing about an age follows from that.
#[test]
fn age_45_where_nobody_has_to_consent_the_answer_is_not_required_whoever_said_what() {
    let mut ledger = ConsentLedger::new();
    ledger.act(GAME, ConsentAct::Deny, 1).unwrap();
    ledger.set_not_required(true);
    assert_eq!(ledger.consent(GAME), AgeConsent::NotRequired);
    assert_eq!(ledger.ask(CHAT), Ok(AgeConsent::NotRequired));
    ledger.set_not_required(false);
    assert_eq!(ledger.consent(GAME), AgeConsent::Denied);
    assert_eq!(ledger.consent(CHAT), AgeConsent::NotReported);
}

#[test]
fn a_ledger_does_not_grow_without_bound() {
    let mut ledger = ConsentLedger::new();
    for n in 0..MAX_AUDIENCES {
        ledger.ask(&n.to_string()).unwrap();
    }
    assert_eq!(ledger.ask(GAME), Err(ConsentError::TooManyAudiences));
    assert_eq!(ledger.ask("0"), Ok(AgeConsent::Pending));
}

#[test]
fn a_change_id_has_1_to_32_bytes() {
    assert_eq!(ChangeId::new(&[]), Err(ConsentError::ChangeId));
    assert!(ChangeId::new(&[0; 32]).is_ok());
    assert_eq!(ChangeId::new(&[0; 33]), Err(ConsentError::ChangeId));
    assert!(serde_json::from_str::<ChangeId>("\"0\"").is_err());
}

proptest! {
    /// R-AGE-042: whoever asks and announces, however often, without an act nothing opens.
    #[test]
    fn no_question_grants_anything(asked in proptest::collection::vec(any::<Option<u8>>(), 0..40)) {
        let mut ledger = ConsentLedger::new();
        for question in asked {
            match question {
                None => ledger.ask(GAME).map(|_| ()).unwrap(),
                Some(id) => ledger.announce(GAME, &[change(id % 8)], false).unwrap(),
            }
        }
        let consent = ledger.consent(GAME);
        prop_assert!(matches!(consent, AgeConsent::NotReported | AgeConsent::Pending));
        let state = ledger.change(GAME).map(|change| change.state);
        prop_assert!(matches!(state, None | Some(AgeChangeState::Pending)));
    }
}

/// R-AGE-046
#[test]
fn a_handle_is_told_only_where_the_consent_is_granted() {
    let secret = Secret::from_bytes([7; 32]);
    let mut ledger = ConsentLedger::new();
    ledger.announce(GAME, &[change(1)], false).unwrap();
    let mut told = |act: Option<ConsentAct>| {
        if let Some(act) = act {
            ledger.act(GAME, act, 1).unwrap();
        }
        let told = ledger.guardianship(&secret, GAME);
        assert_eq!(told.change, ledger.change(GAME));
        (told.consent, told.handle.is_some())
    };
    assert_eq!(told(None), (AgeConsent::NotReported, false));
    assert_eq!(told(Some(ConsentAct::Deny)), (AgeConsent::Denied, false));
    assert_eq!(told(Some(ConsentAct::Grant)), (AgeConsent::Granted, true));
    assert_eq!(told(Some(ConsentAct::Revoke)), (AgeConsent::Revoked, false));
    ledger.set_not_required(true);
    let adult = ledger.guardianship(&secret, GAME);
    assert_eq!(
        (adult.consent, adult.handle),
        (AgeConsent::NotRequired, None)
    );
}

/// R-AGE-042, R-AGE-057: a household that decides by rules.
#[test]
fn what_the_rules_say_is_granted_and_ended_with_them() {
    use AgeConsent::{Denied, Granted, NotReported, Pending, Revoked};
    let allowed = Share::Allowed { cuts: None };
    let table: [(&[Share], AgeConsent); 8] = [
        (&[Share::Off], NotReported),
        (&[Share::Ask], Pending),
        (&[Share::Refused], Denied),
        (std::slice::from_ref(&allowed), Granted),
        (&[allowed.clone(), Share::Refused], Revoked),
        (&[allowed.clone(), Share::Off], Revoked),
        (&[allowed.clone(), Share::Ask], Granted),
        (&[allowed.clone(), Share::Refused, allowed.clone()], Granted),
    ];
    for (rules, consent) in table {
        let mut ledger = ConsentLedger::new();
        for rule in rules {
            ledger.follow(GAME, rule, 1).unwrap();
            ledger.follow(GAME, rule, 2).unwrap();
        }
        assert_eq!(ledger.consent(GAME), consent, "{rules:?}");
        assert_eq!(is_listed(&ledger, 2), consent == Revoked);
    }
}
