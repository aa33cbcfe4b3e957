//! The whole way, from a nonce to a verdict, with issuers and holders as they are.

mod story;

use super::*;
use crate::age::token::presented;
use crate::age::{
    AgeAssurance, AgeAssuranceScheme, AgeBinding, AgeChange, AgeChangeState, AgeError, AgeHandle,
    AgeInterval, AgeMethod, AgeSignal, AgeToken, Coarse, IssuerRole, Once, ReplayError,
    TrustedIssuer, issue, issue_tokens,
};
use crate::crypto::{SigningKey, SystemRandom};
use crate::reason::Reason;
use jiff::civil::{Date, date};
use parcep_proto::v1alpha1 as pb;
use proptest::prelude::*;
use prost::Message as _;

const GAMES: &str = "https://games.example";
const DAY: i64 = 86_400;
/// Monday, 2027-01-18.
const NOW: i64 = 20_836 * DAY + 3_600;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn entry(name: &str, role: IssuerRole, seed: u8, from: Date, until: Date) -> TrustedIssuer {
    TrustedIssuer {
        name: name.into(),
        role,
        key: key(seed).public(),
        from,
        until,
        practice_statement: None,
    }
}

/// Trusts the store of key 1 and the provider of key 2, and key 3 no longer.
fn party() -> RelyingParty {
    let (from, until) = (date(2026, 1, 1), date(2028, 1, 1));
    let trust = TrustList::new(vec![
        entry("Store", IssuerRole::AppStore, 1, from, until),
        entry("Provider", IssuerRole::AgeProvider, 2, from, until),
        entry("Store", IssuerRole::AppStore, 3, from, date(2027, 1, 18)),
    ]);
    RelyingParty::new(GAMES, trust.unwrap(), Regime::default())
}

fn wanted(purpose: AgePurpose) -> Wanted {
    Wanted::new(purpose, Cuts::new(vec![13, 16, 18]).unwrap())
}

fn ask(party: &mut RelyingParty) -> SignalRequest {
    let wanted = wanted(AgePurpose::AccessGate);
    party.ask(wanted, NOW, &mut SystemRandom::new()).unwrap()
}

fn told(lower: u32, upper: impl Into<Option<u32>>) -> Coarse {
    Coarse {
        interval: AgeInterval::new(lower, upper.into()).unwrap(),
        exact_cell: true,
    }
}

/// A signal that answers a question as it should be.
fn signal(question: &SignalRequest, told: Coarse) -> AgeSignal {
    AgeSignal {
        nonce: Some(question.nonce.clone()),
        issued_bucket: NOW.div_euclid(DAY) * DAY,
        not_after: NOW + 30 * DAY,
        once: Once::Signal(question.nonce[..16].try_into().unwrap()),
        ..AgeSignal::new(told, &*question.audience, question.purpose)
    }
}

fn response(signal: &AgeSignal, seed: u8) -> Vec<u8> {
    let signed = issue(signal, &key(seed)).unwrap();
    pb::AgeSignalResponse {
        outcome: pb::AgeOutcome::Signal.into(),
        signal: Some(pb::SignedAgeSignal::decode(signed.as_slice()).unwrap()),
        ..Default::default()
    }
    .encode_to_vec()
}

fn at(years: u32) -> Threshold {
    Threshold::new(years).unwrap()
}

fn reply_to(party: &mut RelyingParty, told: Coarse, change: fn(&mut AgeSignal)) -> Reply {
    let question = ask(party);
    let mut signal = signal(&question, told);
    change(&mut signal);
    party.answer(&question, &response(&signal, 1), NOW)
}

fn refused(reply: &Reply) -> Reason {
    assert_eq!(reply.outcome(), AgeOutcome::AgeUnknown);
    assert_eq!((reply.signal(), reply.evidence()), (None, None));
    reply.refused().unwrap().reason()
}

#[test]
fn an_answer_is_a_verdict_in_three_values() {
    let mut party = party();
    let table = [
        (told(16, 18), Verdict::Pass),
        (told(13, 16), Verdict::Fail),
        (told(13, 18), Verdict::Undecided),
    ];
    for (told, verdict) in table {
        let reply = reply_to(&mut party, told, |_| {});
        assert_eq!(reply.outcome(), AgeOutcome::Signal);
        assert_eq!(party.judge(&reply, at(16), NOW).verdict, verdict);
        let statement = judge(&reply.statement(), at(16));
        assert_eq!(statement.verdict, verdict);
    }
}

/// A token and a presentation of it for a question, by the holder of key 9.
fn shown(question: &SignalRequest, audience: &str, told: Coarse, seed: u8) -> Vec<u8> {
    let token = AgeToken::new(told, NOW, 4).unwrap();
    let holder = key(9);
    let signed = issue_tokens(&token, &[holder.public()], &key(seed)).unwrap();
    let presentation = pb::AgePresentation {
        audience: audience.into(),
        purpose: question.purpose.wire(),
        nonce: question.nonce.clone(),
    };
    presented(signed[0].clone(), &presentation, &holder)
}

#[test]
fn a_presented_token_is_judged_like_a_signal() {
    let mut party = party();
    let question = ask(&mut party);
    let bytes = shown(&question, GAMES, told(18, None), 2);
    let reply = party.presented(&question, &bytes, NOW);
    assert_eq!(party.judge(&reply, at(18), NOW).verdict, Verdict::Pass);
    assert_eq!(
        reply.evidence().unwrap().role,
        Some(IssuerRole::AgeProvider)
    );
}

/// R-AGE-023, R-AGE-018
#[test]
fn age_28_a_token_that_is_shown_again_is_replayed_and_one_for_others_is_for_others() {
    let mut party = party();
    let first = ask(&mut party);
    let bytes = shown(&first, GAMES, told(18, None), 2);
    let _ = party.presented(&first, &bytes, NOW);
    // Byte for byte: the nonce had its answer.
    let again = party.presented(&first, &bytes, NOW);
    assert_eq!(refused(&again), Reason::WrongNonce);
    // With a fresh nonce, signed anew: the key has been seen.
    let second = ask(&mut party);
    let bytes = shown(&second, GAMES, told(18, None), 2);
    let again = party.presented(&second, &bytes, NOW);
    assert_eq!(refused(&again), Reason::Replayed);
    let elsewhere = shown(&second, "https://chat.example", told(18, None), 2);
    let other = party.presented(&second, &elsewhere, NOW);
    assert_eq!(refused(&other), Reason::WrongAudience);
    assert_eq!(party.judge(&again, at(18), NOW).verdict, Verdict::Undecided);
}

/// R-AGE-023: an issuer that gives one id twice.
#[test]
fn age_28_a_signal_with_an_id_that_was_seen_is_replayed() {
    let mut party = party();
    let fixed = |signal: &mut AgeSignal| signal.once = Once::Signal([5; 16]);
    let first = reply_to(&mut party, told(18, None), fixed);
    assert_eq!(first.outcome(), AgeOutcome::Signal);
    let second = reply_to(&mut party, told(18, None), fixed);
    assert_eq!(refused(&second), Reason::Replayed);
    assert_eq!(
        second.refused(),
        Some(Refused::Replay(ReplayError::Replayed))
    );
}

/// R-AGE-051, R-AGE-007
#[test]
fn age_29_a_nonce_that_is_missing_short_stale_or_somebody_elses_is_wrong() {
    let mut party = party();
    let question = ask(&mut party);
    let good = signal(&question, told(18, None));
    let without = AgeSignal {
        nonce: None,
        ..good.clone()
    };
    let other = AgeSignal {
        nonce: Some(vec![7; 32]),
        ..good.clone()
    };
    for bad in [without, other] {
        let reply = party.answer(&question, &response(&bad, 1), NOW);
        assert_eq!(refused(&reply), Reason::WrongNonce);
    }
    // A question that the party did not ask, with a nonce of somebody's choice, short or long.
    for nonce in [vec![7; 16], vec![7; 32]] {
        let made_up = SignalRequest {
            nonce,
            ..question.clone()
        };
        let signal = signal(&made_up, told(18, None));
        let reply = party.answer(&made_up, &response(&signal, 1), NOW);
        assert_eq!(refused(&reply), Reason::WrongNonce);
    }
    let late = party.answer(&question, &response(&good, 1), NOW + 601);
    assert_eq!(refused(&late), Reason::WrongNonce);
    // What was refused has not used the nonce up.
    let in_time = party.answer(&question, &response(&good, 1), NOW + 600);
    assert_eq!(in_time.outcome(), AgeOutcome::Signal);
}

/// R-AGE-024: after the shape, before audience, nonce and time.
#[test]
fn age_26_a_key_out_of_its_days_and_a_key_of_nobody_are_not_trusted() {
    let mut party = party();
    let question = ask(&mut party);
    let good = signal(&question, told(18, None));
    let elsewhere = AgeSignal {
        audience: "https://chat.example".into(),
        ..good.clone()
    };
    for seed in [3, 4] {
        for signal in [&good, &elsewhere] {
            let reply = party.answer(&question, &response(signal, seed), NOW);
            assert_eq!(refused(&reply), Reason::UntrustedIssuer, "key {seed}");
        }
    }
    let earlier = AgeSignal {
        issued_bucket: good.issued_bucket - DAY,
        ..good
    };
    let reply = party.answer(&question, &response(&earlier, 3), NOW);
    assert_eq!(reply.outcome(), AgeOutcome::Signal);
}

/// R-AGE-033, every number of an outcome, with and without a signal of an adult beside it.
#[test]
fn age_16_only_a_signal_beside_its_outcome_says_anything_about_an_age() {
    let mut party = party();
    let mut signals = 0;
    for number in -1..40 {
        for with_signal in [false, true] {
            let question = ask(&mut party);
            let adult = response(&signal(&question, told(18, None)), 1);
            let adult = pb::AgeSignalResponse::decode(adult.as_slice()).unwrap();
            let bytes = pb::AgeSignalResponse {
                outcome: number,
                signal: adult.signal.filter(|_| with_signal),
                ..Default::default()
            };
            let reply = party.answer(&question, &bytes.encode_to_vec(), NOW);
            let is_signal = number == AgeOutcome::Signal.wire() && with_signal;
            assert_eq!(reply.signal().is_some(), is_signal, "{number}");
            let verdict = party.judge(&reply, at(18), NOW).verdict;
            assert_eq!(verdict == Verdict::Pass, is_signal);
            assert_ne!(verdict, Verdict::Fail);
            signals += u32::from(is_signal);
            let fits = number != 1 && !with_signal;
            let known = AgeOutcome::known(number).filter(|_| fits || is_signal);
            assert_eq!(reply.outcome(), known.unwrap_or(AgeOutcome::AgeUnknown));
        }
    }
    assert_eq!(signals, 1);
}

/// R-AGE-032, R-AGE-033
#[test]
fn age_17_a_transport_that_fails_opens_nothing_however_often() {
    let mut party = party();
    let mut tries = Tries::new();
    let mut waited = 0;
    loop {
        let reply = Reply::transport_failed();
        let judged = party.judge(&reply, at(18), NOW);
        assert_eq!(judged.gate(None), Gate::Closed);
        match reply.next(&mut tries) {
            Next::Wait { seconds } => waited += seconds,
            next => break assert_eq!(next, Next::Unknown),
        }
    }
    assert_eq!(waited, 5);
    // What cannot be read is no error of the transport: nobody knows.
    let question = ask(&mut party);
    let garbage = party.answer(&question, &[0xff; 40], NOW);
    assert_eq!(garbage.outcome(), AgeOutcome::AgeUnknown);
    assert_eq!(garbage.next(&mut Tries::new()), Next::AfterUserAction);
}

fn with_handle(question: &SignalRequest, now: i64) -> AgeSignal {
    let mut signal = signal(question, told(13, 16));
    signal.issued_bucket = now.div_euclid(DAY) * DAY;
    signal.not_after = now + 300 * DAY;
    signal.guardianship.consent = AgeConsent::Granted;
    signal.guardianship.handle = Some(AgeHandle::from_bytes([3; 16]));
    signal
}

/// R-AGE-045, R-AGE-046
#[test]
fn age_39_a_revocation_voids_a_claim_at_once_and_a_new_grant_gives_a_new_one() {
    let mut party = party();
    let mut random = SystemRandom::new();
    let mut granted = |party: &mut RelyingParty, now| {
        let question = party.ask(wanted(AgePurpose::ConsentFlow), now, &mut random);
        let question = question.unwrap();
        party.answer(&question, &response(&with_handle(&question, now), 1), now)
    };
    let cached = granted(&mut party, NOW);
    assert_eq!(party.judge(&cached, at(13), NOW).verdict, Verdict::Pass);
    let list = RevokedHandles::new([AgeHandle::from_bytes([3; 16])], NOW);
    party.revoked("Provider", &list, NOW + 10).unwrap();
    let elsewhere = party.judge(&cached, at(13), NOW + 10);
    assert_eq!(elsewhere.verdict, Verdict::Pass, "another issuer's list");
    party.revoked("Store", &list, NOW + 10).unwrap();
    let judged = party.judge(&cached, at(13), NOW + 10);
    assert_eq!(judged, Judgement::undecided(Because::Revoked));
    let resolved = party.resolve(&[&cached], &[], NOW + 10);
    assert_eq!(resolved, Resolution::Unknown);
    // The same handle, a new claim.
    let again = granted(&mut party, NOW + 20);
    assert_eq!(party.judge(&again, at(13), NOW + 20).verdict, Verdict::Pass);
    let judged = party.judge(&cached, at(13), NOW + 20);
    assert_eq!(judged.because, Because::Revoked);
    // After 90 days without news of the handle: ask again.
    let later = party.judge(&again, at(13), NOW + 91 * DAY);
    assert_eq!(later.because, Because::Outcome(AgeOutcome::AgeUnknown));
}

/// R-AGE-045: what was issued before the party learned of the revocation, and is handed over after,
/// is as void as what it has already.
#[test]
fn age_39_a_claim_that_was_held_back_until_the_revocation_was_learned_is_void() {
    let mut party = party();
    let wanted = wanted(AgePurpose::ConsentFlow);
    let question = party.ask(wanted, NOW, &mut SystemRandom::new()).unwrap();
    let held_back = response(&with_handle(&question, NOW), 1);
    let list = RevokedHandles::new([AgeHandle::from_bytes([3; 16])], NOW);
    party.revoked("Store", &list, NOW + 10).unwrap();
    let reply = party.answer(&question, &held_back, NOW + 500);
    assert_eq!(reply.outcome(), AgeOutcome::Signal);
    let judged = party.judge(&reply, at(13), NOW + 500);
    assert_eq!(judged, Judgement::undecided(Because::Revoked));
}

/// R-AGE-034: also as one of several, a claim with less assurance than was asked for does not open.
#[test]
fn a_claim_with_less_assurance_than_was_asked_for_opens_nothing_among_several() {
    let mut party = party();
    for (lower, upper, verdict) in [(18, None, Verdict::Undecided), (0, Some(13), Verdict::Fail)] {
        let mut asked = wanted(AgePurpose::AccessGate);
        asked.needs.least_assurance = AgeAssurance::Enhanced;
        let question = party.ask(asked, NOW, &mut SystemRandom::new()).unwrap();
        let weak = signal(&question, told(lower, upper));
        let reply = party.answer(&question, &response(&weak, 1), NOW);
        assert_eq!(party.judge(&reply, at(18), NOW).verdict, verdict);
        let resolved = party.resolve(&[&reply], &[], NOW);
        assert_eq!(resolved.judge(at(18)).verdict, verdict);
    }
}

/// R-AGE-057: a consent beside an answer is not told to a gate, and not believed by one.
#[test]
fn a_consent_beside_a_refusal_is_read_for_purposes_that_may_tell_it_alone() {
    let mut party = party();
    let refusal = pb::AgeSignalResponse {
        outcome: pb::AgeOutcome::Refused.into(),
        consent: AgeConsent::Granted.wire(),
        ..Default::default()
    };
    for (purpose, expected) in [
        (AgePurpose::AccessGate, AgeConsent::NotReported),
        (AgePurpose::LegalCompliance, AgeConsent::NotReported),
        (AgePurpose::ConsentFlow, AgeConsent::Granted),
    ] {
        let question = party.ask(wanted(purpose), NOW, &mut SystemRandom::new());
        let reply = party.answer(&question.unwrap(), &refusal.encode_to_vec(), NOW);
        assert_eq!(
            (reply.outcome(), reply.consent()),
            (AgeOutcome::Refused, expected)
        );
    }
}

/// R-AGE-045: the signal itself says it.
#[test]
fn age_39_a_claim_that_says_revoked_decides_nothing() {
    let mut party = party();
    let question = party.ask(
        wanted(AgePurpose::ConsentFlow),
        NOW,
        &mut SystemRandom::new(),
    );
    let question = question.unwrap();
    let mut revoked = with_handle(&question, NOW);
    revoked.guardianship.consent = AgeConsent::Revoked;
    let reply = party.answer(&question, &response(&revoked, 1), NOW);
    assert_eq!(reply.consent(), AgeConsent::Revoked);
    let judged = party.judge(&reply, at(13), NOW);
    assert_eq!(judged, Judgement::undecided(Because::Revoked));
}

/// R-AGE-044: the feature is off, and the age is what it was.
#[test]
fn age_38_a_denied_change_closes_its_feature_and_no_gate_of_an_age() {
    for state in AgeChangeState::ALL {
        let mut party = party();
        let mut wanted = wanted(AgePurpose::ConsentFlow);
        wanted.changes = vec![b"chat".to_vec()];
        let question = party.ask(wanted, NOW, &mut SystemRandom::new()).unwrap();
        let mut signal = with_handle(&question, NOW);
        signal.guardianship.change = Some(AgeChange {
            id: b"chat".to_vec(),
            state: *state,
            decided_day: None,
            adult_ack_required: false,
            earlier: vec![],
        });
        let reply = party.answer(&question, &response(&signal, 1), NOW);
        assert_eq!(party.judge(&reply, at(13), NOW).verdict, Verdict::Pass);
        let change = reply.signal().unwrap().guardianship.change.as_ref();
        let on = feature_is_on(reply.consent(), change, b"chat");
        assert_eq!(on, *state == AgeChangeState::Approved);
        assert!(service_is_on(reply.consent()));
    }
}

#[test]
fn a_claim_ends_for_the_party_when_it_ends() {
    let mut party = party();
    let reply = reply_to(&mut party, told(18, None), |_| {});
    let end = NOW + 30 * DAY;
    assert_eq!(party.judge(&reply, at(18), end - 1).verdict, Verdict::Pass);
    assert_eq!(party.judge(&reply, at(18), end).verdict, Verdict::Undecided);
}

/// R-AGE-045: what lies on disk is judged like what was just told.
#[test]
fn a_stored_reply_is_judged_as_before_and_revoked_like_any_other() {
    let mut party = party();
    let wanted = wanted(AgePurpose::ConsentFlow);
    let question = party.ask(wanted, NOW, &mut SystemRandom::new()).unwrap();
    let signal = with_handle(&question, NOW);
    let reply = party.answer(&question, &response(&signal, 1), NOW);
    let json = serde_json::to_string(&StoredReply::of(&reply).unwrap()).unwrap();
    let stored: StoredReply = serde_json::from_str(&json).unwrap();
    assert_eq!(stored.not_after(), signal.not_after);
    let again = stored.clone().reply().unwrap();
    assert_eq!(StoredReply::of(&again), Some(stored));
    assert_eq!(again.evidence(), reply.evidence());
    assert_eq!(again.known_as(), reply.known_as());
    for threshold in [13, 15, 16] {
        let judged = party.judge(&again, at(threshold), NOW);
        assert_eq!(judged, party.judge(&reply, at(threshold), NOW));
    }
    let list = RevokedHandles::new([AgeHandle::from_bytes([3; 16])], NOW);
    party.revoked("Store", &list, NOW + 1).unwrap();
    let judged = party.judge(&again, at(13), NOW + 1);
    assert_eq!(judged.because, Because::Revoked);
    for (from, to) in [
        ("\"upper\":16", "\"upper\":13"),
        ("\"key_id\":\"", "\"key_id\":\"0"),
    ] {
        let bad = json.replacen(from, to, 1);
        assert_ne!(bad, json);
        let bad: StoredReply = serde_json::from_str(&bad).unwrap();
        assert!(bad.reply().is_err());
    }
}

/// R-AGE-024: who is no longer trusted is no longer believed, also in what was said before.
#[test]
fn a_claim_under_a_key_that_left_the_list_stops_counting() {
    let mut party = party();
    let reply = reply_to(&mut party, told(18, None), |_| {});
    assert_eq!(party.judge(&reply, at(18), NOW).verdict, Verdict::Pass);
    let (from, until) = (date(2026, 1, 1), date(2028, 1, 1));
    let other = entry("Store", IssuerRole::AppStore, 7, from, until);
    party.trust(TrustList::new(vec![other]).unwrap());
    let judged = party.judge(&reply, at(18), NOW);
    assert_eq!(judged.because, Because::Outcome(AgeOutcome::AgeUnknown));
    assert_eq!(party.resolve(&[&reply], &[], NOW), Resolution::Unknown);
}

/// R-AGE-034
#[test]
fn age_48_a_claim_with_less_assurance_than_was_asked_opens_nothing() {
    let mut party = party();
    let mut wanted = wanted(AgePurpose::AccessGate);
    wanted.needs.least_assurance = AgeAssurance::Standard;
    let mut judged = |assurance, assurance_scheme, told| {
        let question = party.ask(wanted.clone(), NOW, &mut SystemRandom::new());
        let question = question.unwrap();
        let signal = AgeSignal {
            assurance,
            assurance_scheme,
            ..signal(&question, told)
        };
        let reply = party.answer(&question, &response(&signal, 1), NOW);
        party.judge(&reply, at(18), NOW)
    };
    let (own, other) = (AgeAssuranceScheme::Parcep, AgeAssuranceScheme::EidasLoa);
    let adult = told(18, None);
    let enough = judged(AgeAssurance::Standard, own, adult);
    assert_eq!(enough.verdict, Verdict::Pass);
    let less = judged(AgeAssurance::Basic, own, adult);
    assert_eq!(less.because, Because::InsufficientAssurance);
    // Nobody converts one scale into another.
    let converted = judged(AgeAssurance::Strict, other, adult);
    assert_eq!(converted.because, Because::InsufficientAssurance);
    let minor = judged(AgeAssurance::Asserted, own, told(13, 16));
    assert_eq!(minor.verdict, Verdict::Fail);
}

/// R-AGE-055
#[test]
fn age_44_every_claim_that_was_accepted_is_on_record_used_or_not() {
    let mut party = party();
    let ignored = reply_to(&mut party, told(0, 13), |_| {});
    let heeded = reply_to(&mut party, told(13, 16), |_| {});
    let refused = reply_to(&mut party, told(18, None), |signal| {
        signal.purpose = AgePurpose::LegalCompliance;
    });
    let _ = party.judge(&heeded, at(13), NOW);
    let _ = party.judge(&refused, at(13), NOW);
    let records: Vec<_> = party.memory.knowledge.records().collect();
    assert_eq!(records.len(), 2);
    let of = |reply: &Reply| {
        *party
            .memory
            .knowledge
            .get(reply.known_as().unwrap())
            .unwrap()
    };
    assert_eq!((of(&ignored).upper, of(&ignored).used), (Some(13), false));
    assert_eq!((of(&heeded).lower, of(&heeded).used), (13, true));
    assert_eq!(of(&heeded).day, date(2027, 1, 18));
    assert_eq!(refused.known_as(), None);
}

/// R-AGE-047, R-AGE-048: the store's claim and what the party found out itself, by regime.
#[test]
fn age_41_several_replies_come_to_one_by_the_regime_of_the_party() {
    let basic = |signal: &mut AgeSignal| signal.assurance = AgeAssurance::Basic;
    for (place, verdict) in [("US-UT", Verdict::Fail), ("US-CA", Verdict::Pass)] {
        let mut party = party();
        party.regime = Regime::of(place);
        let store = reply_to(&mut party, told(16, 18), basic);
        let own = Evidence {
            interval: AgeInterval::new(13, Some(16)).unwrap(),
            method: AgeMethod::Inferred,
            assurance: AgeAssurance::Basic,
            binding: AgeBinding::NotTold,
            role: None,
            contrary: false,
            not_after: NOW + 1,
        };
        let resolved = party.resolve(&[&store], &[own], NOW);
        assert_eq!(resolved.judge(at(16)).verdict, verdict, "{place}");
        let known = store.known_as().unwrap();
        assert!(party.memory.knowledge.get(known).unwrap().used);
        party.memory.knowledge.loosened(known, date(2027, 2, 1));
        let contrary = Evidence {
            contrary: true,
            ..own
        };
        let resolved = party.resolve(&[&store], &[contrary], NOW);
        assert_eq!(resolved.judge(at(16)).verdict, Verdict::Fail, "{place}");
    }
}

#[test]
fn a_question_that_breaks_a_rule_is_not_asked_and_costs_no_nonce() {
    let mut party = party();
    let mut random = SystemRandom::new();
    let mut announcing = wanted(AgePurpose::AccessGate);
    announcing.changes = vec![vec![1]];
    let mut peeking = wanted(AgePurpose::AccessGate);
    peeking.needs.accepted_methods = vec![AgeMethod::SelfDeclared];
    for wanted in [announcing, peeking] {
        let asked = party.ask(wanted, NOW, &mut random);
        assert!(matches!(asked, Err(AskError::Request(_))));
    }
    assert!(party.memory.challenges.is_empty());
    let question = ask(&mut party);
    assert_eq!(
        SignalRequest::from_bytes(&question.to_bytes()),
        Ok(question)
    );
}

#[test]
fn no_text_of_a_refusal_tells_anything_about_a_person() {
    let mut party = party();
    let question = ask(&mut party);
    let texts = [
        Refused::Claim(AgeError::WrongAudience),
        Refused::Claim(AgeError::Malformed("lower_inclusive")),
        Refused::Claim(AgeError::UntrustedIssuer),
        Refused::Replay(ReplayError::Replayed),
        Refused::Replay(ReplayError::Full),
    ];
    for refused in texts {
        let text = refused.to_string();
        assert!(!text.contains("games") && !text.contains(|c: char| c.is_ascii_digit()));
    }
    let nonce = format!("{:?}", Nonce::from_bytes([7; 32]));
    assert_eq!(nonce, "Nonce(…)");
    assert_eq!(question.nonce.len(), 32);
}

proptest! {
    /// Bytes of anybody: no panic, and nobody becomes an adult or a child by them.
    #[test]
    fn whatever_comes_decides_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut party = party();
        let question = ask(&mut party);
        for reply in [party.answer(&question, &bytes, NOW), party.presented(&question, &bytes, NOW)] {
            prop_assert!(reply.signal().is_none());
            let judged = party.judge(&reply, at(18), NOW);
            prop_assert_eq!(judged.verdict, Verdict::Undecided);
        }
        prop_assert_eq!(party.memory.knowledge.records().count(), 0);
    }

    /// A good answer with one bit changed is refused, and the nonce stays open for the good one.
    #[test]
    fn one_bit_less_than_right_is_unknown(bit in any::<prop::sample::Index>()) {
        let mut party = party();
        let question = ask(&mut party);
        let good = response(&signal(&question, told(18, None)), 1);
        let mut bad = good.clone();
        let bit = bit.index(bad.len() * 8);
        bad[bit / 8] ^= 1 << (bit % 8);
        let reply = party.answer(&question, &bad, NOW);
        // A bit of an unknown field, or of one that says nothing here, leaves the signal as it was.
        if reply.signal().is_none() {
            prop_assert_eq!(party.judge(&reply, at(18), NOW).verdict, Verdict::Undecided);
            let reply = party.answer(&question, &good, NOW);
            prop_assert_eq!(reply.outcome(), AgeOutcome::Signal);
        }
    }
}
