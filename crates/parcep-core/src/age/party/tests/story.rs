//! A device's issuer and a service, each with its own half, and nothing between them but bytes.

use super::*;
use crate::age::{
    Ask, ChangeAct, ChangeId, ConsentAct, ConsentLedger, DisclosureLog, Issuer, IssuerSettings,
    Knowledge, Known, KnownAge, Pins, Share,
};
use crate::crypto::Secret;

/// The device of a dependant: an issuer that knows 14 years, declared by a guardian.
struct Device {
    issuer: Issuer,
    known: Known,
    secret: Secret,
    share: Share,
    ledger: ConsentLedger,
    pins: Pins,
    list: DisclosureLog,
}

impl Device {
    fn new(lower: u32, upper: impl Into<Option<u32>>) -> Self {
        let interval = AgeInterval::new(lower, upper.into()).unwrap();
        let age = KnownAge::Range(interval);
        Self {
            issuer: Issuer::new(key(1), IssuerSettings::default()).unwrap(),
            known: Known::declared(age, AgeMethod::GuardianDeclared),
            secret: Secret::from_bytes([9; 32]),
            share: Share::Allowed { cuts: None },
            ledger: ConsentLedger::new(),
            pins: Pins::new(),
            list: DisclosureLog::new(),
        }
    }

    fn answer(&mut self, request: &[u8], now: i64) -> Vec<u8> {
        let request = SignalRequest::from_bytes(request);
        if let Ok(request) = &request {
            let ids = request.changes.iter().map(|id| ChangeId::new(id).unwrap());
            let ids: Vec<_> = ids.collect();
            self.ledger.announce(GAMES, &ids, false).unwrap();
        }
        let ask = Ask {
            seen: GAMES,
            share: &self.share,
            mandatory: false,
            guardianship: &self.ledger.guardianship(&self.secret, GAMES),
            knowledge: Knowledge::Known(&self.known),
            now,
        };
        let request = request.as_ref().map_err(|error| *error);
        let random = &mut SystemRandom::new();
        let answer = self.issuer.answer(request, &ask, &mut self.pins, random);
        let answer = answer.unwrap();
        if let Some(told) = &answer.told {
            self.list.told(told, now).unwrap();
        }
        answer.to_bytes()
    }
}

fn asked(party: &mut RelyingParty, device: &mut Device, wanted: Wanted, now: i64) -> Reply {
    let question = party.ask(wanted, now, &mut SystemRandom::new()).unwrap();
    let response = device.answer(&question.to_bytes(), now);
    party.answer(&question, &response, now)
}

/// R-AGE-033, R-AGE-052, R-AGE-057
#[test]
fn age_14_a_household_that_does_not_share_leaves_the_age_unknown_and_lists_nothing() {
    for (share, gate) in [
        (Share::Refused, false),
        (Share::Ask, false),
        (Share::Off, true),
    ] {
        let mut party = party();
        let mut device = Device::new(14, 15);
        device.share = share;
        for purpose in [AgePurpose::AccessGate, AgePurpose::ConsentFlow] {
            let reply = asked(&mut party, &mut device, wanted(purpose), NOW);
            let hidden = purpose == AgePurpose::AccessGate;
            let outcome = match hidden {
                true => AgeOutcome::AgeUnknown,
                false => AgeOutcome::Refused,
            };
            assert_eq!(reply.outcome(), outcome);
            assert_eq!(reply.consent() == AgeConsent::NotReported, hidden || gate);
            let judged = party.judge(&reply, at(13), NOW);
            assert_eq!(judged.verdict, Verdict::Undecided);
            assert_eq!(judged.gate(None), Gate::Closed);
        }
        assert!(device.list.lines().is_empty());
        assert_eq!(party.memory.knowledge.records().count(), 0);
    }
}

/// R-AGE-042 to R-AGE-046, R-AGE-052: from the first question to a second grant.
#[test]
fn age_39_ask_grant_change_deny_revoke_and_grant_again() {
    let mut party = party();
    let mut device = Device::new(14, 15);
    let day = i32::try_from(NOW / DAY).unwrap();
    let flow = || wanted(AgePurpose::ConsentFlow);

    device.ledger.ask(GAMES).unwrap();
    let pending = asked(&mut party, &mut device, flow(), NOW);
    assert_eq!(pending.consent(), AgeConsent::Pending);
    assert!(!service_is_on(pending.consent()));
    assert_eq!(party.judge(&pending, at(13), NOW).verdict, Verdict::Pass);

    let allowed = device.share.clone();
    device.ledger.follow(GAMES, &allowed, day).unwrap();
    let mut announcing = flow();
    announcing.changes = vec![b"chat".to_vec()];
    let granted = asked(&mut party, &mut device, announcing, NOW);
    assert!(service_is_on(granted.consent()));
    let chat_is_on = |reply: &Reply| {
        let change = reply.signal().unwrap().guardianship.change.as_ref();
        feature_is_on(reply.consent(), change, b"chat")
    };
    assert!(!chat_is_on(&granted));
    device.ledger.decide(GAMES, ChangeAct::Deny, day);
    let denied = asked(&mut party, &mut device, flow(), NOW);
    assert!(!chat_is_on(&denied));
    assert_eq!(party.judge(&denied, at(13), NOW).verdict, Verdict::Pass);

    device.ledger.act(GAMES, ConsentAct::Revoke, day).unwrap();
    // The service has not heard of it, and goes on until it fetches the list.
    assert_eq!(party.judge(&granted, at(13), NOW).verdict, Verdict::Pass);
    let list = device.ledger.revoked(&device.secret, GAMES, day).to_bytes();
    let list = RevokedHandles::from_bytes(&list).unwrap();
    party.revoked("Store", &list, NOW + 1).unwrap();
    for reply in [&granted, &denied] {
        let judged = party.judge(reply, at(13), NOW + 1);
        assert_eq!(judged.because, Because::Revoked);
    }
    let revoked = asked(&mut party, &mut device, flow(), NOW + 2);
    assert_eq!(revoked.consent(), AgeConsent::Revoked);
    assert_eq!(
        party.judge(&revoked, at(13), NOW + 2).because,
        Because::Revoked
    );

    device.ledger.act(GAMES, ConsentAct::Grant, day).unwrap();
    let again = asked(&mut party, &mut device, flow(), NOW + 3);
    let handle = |reply: &Reply| reply.signal().unwrap().guardianship.handle;
    assert_eq!(handle(&again), handle(&granted));
    let id = |reply: &Reply| reply.signal().unwrap().once;
    assert_ne!(id(&again), id(&granted));
    assert_eq!(party.judge(&again, at(13), NOW + 3).verdict, Verdict::Pass);
    let judged = party.judge(&granted, at(13), NOW + 3);
    assert_eq!(judged.because, Because::Revoked);
    // One line: the same bracket, told again on the same day.
    assert_eq!(device.list.lines().len(), 1);
}

/// R-AGE-029: what the device tells of an adult is what it tells of nobody's child.
#[test]
fn age_33_a_gate_sees_the_same_of_a_supervised_minor_and_an_adult_of_one_cell() {
    let cuts = || Wanted::new(AgePurpose::AccessGate, Cuts::new(vec![13]).unwrap());
    let told = |device: &mut Device| {
        let mut party = party();
        let reply = asked(&mut party, device, cuts(), NOW);
        let signal = reply.signal().unwrap().clone();
        AgeSignal {
            nonce: None,
            once: Once::Signal([0; 16]),
            ..signal
        }
    };
    let mut minor = Device::new(14, 15);
    let day = i32::try_from(NOW / DAY).unwrap();
    minor.ledger.act(GAMES, ConsentAct::Grant, day).unwrap();
    let mut adult = Device::new(40, 41);
    adult.known = Known::declared(
        KnownAge::Range(AgeInterval::new(40, None).unwrap()),
        AgeMethod::SelfDeclared,
    );
    adult.ledger.set_not_required(true);
    assert_eq!(told(&mut minor), told(&mut adult));
}

proptest! {
    /// R-AGE-004, R-AGE-034: whatever the device knows, the service never concludes what is not so.
    #[test]
    fn age_18_a_verdict_is_true_of_what_the_issuer_knows(
        lower in 0..30_u32, width in proptest::option::of(1..6_u32), threshold in 1..30_u32,
    ) {
        let upper = width.map(|width| lower + width);
        let known = AgeInterval::new(lower, upper).unwrap();
        let mut party = party();
        let mut device = Device::new(lower, upper);
        let reply = asked(&mut party, &mut device, wanted(AgePurpose::AccessGate), NOW);
        let verdict = party.judge(&reply, at(threshold), NOW).verdict;
        let truth = judge_interval(known, at(threshold)).verdict;
        prop_assert!(verdict == Verdict::Undecided || verdict == truth);
        if [13, 16, 18].contains(&threshold) {
            prop_assert_eq!(verdict, truth);
        }
    }
}
