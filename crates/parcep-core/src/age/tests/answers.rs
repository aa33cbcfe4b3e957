//! What an issuer answers, and what nobody can tell from it.

use super::scene::*;
use super::*;
use crate::crypto::Secret;
use jiff::civil::date;

/// R-AGE-030, R-AGE-013: each condition although all later ones hold too.
#[test]
fn an_answer_is_the_first_outcome_of_the_table() {
    let mut scene = Scene::new();
    scene.share = Share::Refused;
    scene.settings.collapse_refusal = false;
    scene.known.assurance = AgeAssurance::NotTold;
    let mut asked = request(AgePurpose::AccessGate);
    asked.needs.least_assurance = AgeAssurance::Strict;
    let outcome =
        |scene: &Scene, asked: &SignalRequest, ask: &Ask<'_>| scene.answer_to(asked, ask).outcome;
    let unavailable = Ask {
        knowledge: Knowledge::Unavailable(Some(30)),
        ..scene.ask()
    };
    // 1
    let other = Ask {
        seen: "https://other.example",
        ..unavailable
    };
    assert_eq!(outcome(&scene, &asked, &other), AgeOutcome::InvalidRequest);
    // 2
    let mut pins = Pins::new();
    let cuts = Cuts::new(vec![18]).unwrap();
    pins.admit(GAME, &cuts, &ALLOWED, 20_499).unwrap();
    let kept = issuer(scene.settings.clone())
        .answer(Ok(&asked), &unavailable, &mut pins, &mut Counter(1))
        .unwrap();
    assert_eq!(kept.outcome, AgeOutcome::InvalidRequest);
    // 3
    assert_eq!(outcome(&scene, &asked, &unavailable), AgeOutcome::Refused);
    // 4 to 6
    let share = &ALLOWED;
    let answer = scene.answer_to(
        &asked,
        &Ask {
            share,
            ..unavailable
        },
    );
    assert_eq!(answer.outcome, AgeOutcome::TemporarilyUnavailable);
    assert_eq!(answer.retry_after_seconds, Some(30));
    for (knowledge, expected) in [
        (
            Knowledge::VerificationRequired,
            AgeOutcome::VerificationRequired,
        ),
        (Knowledge::Nothing, AgeOutcome::AgeUnknown),
        // 7
        (
            Knowledge::Known(&scene.known),
            AgeOutcome::InsufficientAssurance,
        ),
    ] {
        let ask = Ask {
            share,
            knowledge,
            ..unavailable
        };
        assert_eq!(outcome(&scene, &asked, &ask), expected);
    }
    // 8
    scene.share = ALLOWED;
    asked.needs.least_assurance = AgeAssurance::Asserted;
    assert_eq!(outcome(&scene, &asked, &scene.ask()), AgeOutcome::Signal);
}

/// R-AGE-030: nothing but a signal has a bracket.
#[test]
fn who_knows_nothing_says_no_interval() {
    let scene = Scene::new();
    let mut asked = request(AgePurpose::AccessGate);
    asked.one_cell = true;
    let ask = Ask {
        knowledge: Knowledge::Nothing,
        ..scene.ask()
    };
    let answer = scene.answer_to(&asked, &ask);
    assert_eq!(answer.outcome, AgeOutcome::AgeUnknown);
    assert_eq!(
        answer.to_bytes(),
        [8, 4],
        "the outcome and nothing beside it"
    );
}

/// R-AGE-030, R-AGE-028
#[test]
fn age_48_what_is_not_sure_enough_tells_no_bracket() {
    let scene = Scene::new();
    let spoil: [fn(&mut Needs); 4] = [
        |needs| needs.least_assurance = AgeAssurance::Standard,
        |needs| needs.accepted_methods = vec![AgeMethod::Verified, AgeMethod::Estimated],
        |needs| needs.established_within = AgeEstablished::Within30Days,
        |needs| {
            needs.least_assurance = AgeAssurance::Strict;
            needs.established_within = AgeEstablished::WithinDay;
        },
    ];
    for spoil in spoil {
        let mut asked = request(AgePurpose::AccessGate);
        spoil(&mut asked.needs);
        let answer = scene.answer(&asked);
        assert_eq!(
            answer.to_bytes(),
            [8, 11],
            "the outcome and nothing beside it"
        );
    }
}

/// R-AGE-031, R-AGE-057
#[test]
fn a_refusal_looks_like_ignorance_but_for_consent_and_law() {
    let mut scene = Scene::new();
    let table = [
        (Share::Ask, AgeConsent::Pending),
        (Share::Refused, AgeConsent::Denied),
        (Share::Off, AgeConsent::NotReported),
    ];
    for (share, consent) in table {
        scene.share = share;
        for purpose in AgePurpose::ALL.iter().copied() {
            let mut say = |collapse, mandatory| {
                scene.settings.collapse_refusal = collapse;
                scene.mandatory = mandatory;
                let answer = scene.answer(&request(purpose));
                (answer.outcome, answer.consent)
            };
            let told = match purpose.tells_who_governs() {
                true => consent,
                false => AgeConsent::NotReported,
            };
            let hidden = (AgeOutcome::AgeUnknown, AgeConsent::NotReported);
            let shown = (AgeOutcome::Refused, told);
            let by_default = if purpose == AgePurpose::ConsentFlow {
                shown
            } else {
                hidden
            };
            assert_eq!(say(true, false), by_default, "{}", purpose.name());
            assert_eq!(say(true, true), shown, "{}", purpose.name());
            assert_eq!(say(false, false), shown, "{}", purpose.name());
        }
    }
}

/// R-AGE-028
#[test]
fn told_is_what_was_asked() {
    let mut scene = Scene::new();
    let mut asked = request(AgePurpose::SafetyDefaults);
    let plain = scene.told(&asked);
    assert_eq!(plain.method, AgeMethod::NotTold);
    assert_eq!(plain.assurance, AgeAssurance::NotTold);
    assert_eq!(plain.established, AgeEstablished::NotTold);
    assert_eq!(plain.declarant_check, DeclarantCheck::NotSaid);
    assert_eq!(
        (plain.jurisdiction.as_str(), plain.basis),
        ("", AgeBasis::NotTold)
    );

    asked.needs.accepted_methods = vec![AgeMethod::GuardianDeclared];
    asked.needs.least_assurance = AgeAssurance::Asserted;
    asked.needs.established_within = AgeEstablished::Older;
    asked.jurisdiction = "US".into();
    let full = scene.told(&asked);
    assert_eq!(full.method, AgeMethod::GuardianDeclared);
    // The child's own are BASIC and within a year.
    assert_eq!(full.assurance, AgeAssurance::Asserted);
    assert_eq!(full.established, AgeEstablished::Older);
    assert_eq!(full.declarant_check, DeclarantCheck::Payment);
    assert_eq!(
        (full.jurisdiction.as_str(), full.basis),
        ("US-TX", AgeBasis::Account)
    );

    scene.known.declarant_check = DeclarantCheck::NotSaid;
    assert_eq!(scene.told(&asked).declarant_check, DeclarantCheck::NotTold);

    asked.needs.accepted_methods.push(AgeMethod::Verified);
    let two = scene.told(&asked);
    assert_eq!(two.method, AgeMethod::NotTold);
    assert_eq!(two.declarant_check, DeclarantCheck::NotSaid);

    asked.purpose = AgePurpose::LegalCompliance;
    asked.needs.accepted_methods.pop();
    let law = scene.told(&asked);
    assert_eq!(law.method, AgeMethod::GuardianDeclared);
    assert_eq!(law.declarant_check, DeclarantCheck::NotSaid);
    assert_eq!(law.jurisdiction, "US-TX");

    let mut gate = request(AgePurpose::AccessGate);
    gate.jurisdiction = "US".into();
    let told = scene.told(&gate);
    assert_eq!(
        (told.jurisdiction.as_str(), told.basis),
        ("", AgeBasis::NotTold)
    );
}

/// R-AGE-029
#[test]
fn who_governs_is_told_of_a_child_and_for_two_purposes() {
    let mut scene = Scene::new();
    for purpose in AgePurpose::ALL.iter().copied() {
        let told = scene.told(&request(purpose)).guardianship;
        let expected = match purpose.tells_who_governs() {
            true => Guardianship {
                consent: AgeConsent::Granted,
                ..supervised()
            },
            false => Guardianship::default(),
        };
        assert_eq!(told, expected, "{}", purpose.name());
    }
    // Of an adult, nobody: also where an account is supervised, and whatever else is known.
    scene.known.age = years(18, None);
    let adult = scene.told(&request(AgePurpose::ConsentFlow)).guardianship;
    let silent = Guardianship {
        consent: AgeConsent::NotRequired,
        ..Guardianship::default()
    };
    assert_eq!(adult, silent);
    // What a guardian said stays as it is, and a minor whom the law frees keeps the bracket.
    scene.known = child();
    for consent in [
        AgeConsent::NotRequired,
        AgeConsent::Revoked,
        AgeConsent::Pending,
    ] {
        scene.guardianship.consent = consent;
        let told = scene.told(&request(AgePurpose::ConsentFlow));
        assert_eq!(told.guardianship.consent, consent);
        assert_eq!(told.interval, AgeInterval::new(13, Some(16)).unwrap());
    }
}

/// R-AGE-029, R-AGE-038: what ends at majority ends as late as a cell changes.
#[test]
fn coming_of_age_is_no_more_a_birthday_than_a_cell_is() {
    let born = Born::on(date(2008, 1, 10));
    let mut delays = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let mut scene = Scene::new();
        scene.known.age = KnownAge::Born(Rollover::new(born, Secret::from_bytes([seed; 32])));
        let mut asked = request(AgePurpose::ConsentFlow);
        asked.cuts = Cuts::new(vec![13, 16]).unwrap();
        // 10 January 2026 is day 20 463.
        let is_adult = |day: i64| {
            let ask = Ask {
                now: (day + 1) * DAY,
                ..scene.ask()
            };
            let told = scene.answer_to(&asked, &ask).told.unwrap();
            told.guardianship.consent == AgeConsent::NotRequired
        };
        let first = (20_400..20_600).find(|day| is_adult(*day)).unwrap();
        assert!((0..=56).contains(&(first - 20_463)), "{first}");
        delays.insert(first);
    }
    assert!(delays.len() > 6, "hardly any delay");
}

/// R-AGE-008, R-AGE-009, R-AGE-014
#[test]
fn signals_are_equal_but_for_what_was_asked_and_a_random_id() {
    let scene = Scene::new();
    let issuer = issuer(IssuerSettings::default());
    let mut random = Counter(1);
    let mut pins = Pins::new();
    let asked = request(AgePurpose::AccessGate);
    let mut tell = |now| {
        let ask = Ask { now, ..scene.ask() };
        let answer = issuer.answer(Ok(&asked), &ask, &mut pins, &mut random);
        answer.unwrap().told.unwrap()
    };
    let (one, two) = (tell(NOW), tell(NOW + 3600));
    assert_ne!(one.once, two.once);
    assert_eq!(
        AgeSignal {
            once: one.once,
            ..two
        },
        one
    );
    assert_eq!(one.not_after - one.issued_bucket, 30 * DAY);
    assert_eq!(one.issued_bucket, 20_500 * DAY);
}

/// R-AGE-040, R-AGE-036
#[test]
fn an_estimate_is_widened_before_it_is_told() {
    let mut scene = Scene::new();
    scene.known.method = AgeMethod::Estimated;
    let seventeen = AgeInterval::new(17, Some(18)).unwrap();
    scene.known.age = KnownAge::Estimate(seventeen, 2);
    let mut asked = request(AgePurpose::AccessGate);
    let told = scene.told(&asked);
    assert_eq!((told.interval.lower(), told.interval.upper()), (13, None));
    assert!(!told.exact_cell);
    asked.one_cell = true;
    let told = scene.told(&asked);
    assert_eq!(
        (told.interval.lower(), told.interval.upper()),
        (13, Some(16))
    );
    assert!(!told.exact_cell);
}

/// R-AGE-015, R-AGE-037: only what was told is kept.
#[test]
fn cut_points_are_kept_when_a_signal_is_told_and_not_before() {
    let scene = Scene::new();
    let issuer = issuer(IssuerSettings::default());
    let mut pins = Pins::new();
    let mut random = Counter(1);
    let mut asked = request(AgePurpose::AccessGate);
    let mut ask = |asked: &SignalRequest, share, knowledge, pins: &mut Pins| {
        let ask = Ask {
            share,
            knowledge,
            ..scene.ask()
        };
        issuer
            .answer(Ok(asked), &ask, pins, &mut random)
            .unwrap()
            .outcome
    };
    let known = Knowledge::Known(&scene.known);
    ask(&asked, &Share::Refused, known, &mut pins);
    ask(&asked, &ALLOWED, Knowledge::Nothing, &mut pins);
    assert_eq!(pins, Pins::new());
    assert_eq!(ask(&asked, &ALLOWED, known, &mut pins), AgeOutcome::Signal);
    assert_eq!(pins.kept(GAME), Some(&asked.cuts));
    asked.cuts = Cuts::new(vec![14]).unwrap();
    assert_eq!(
        ask(&asked, &ALLOWED, known, &mut pins),
        AgeOutcome::InvalidRequest
    );
}

/// R-AGE-019, R-AGE-028, R-AGE-030, R-AGE-038
#[test]
fn tokens_tell_what_a_gate_is_told() {
    let issuer = issuer(IssuerSettings::default());
    let trusted = [issuer.public()];
    let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
    let keys = HolderKeys::generate(3, cuts.clone(), &mut Counter(1)).unwrap();
    let needs = Needs {
        least_assurance: AgeAssurance::Asserted,
        ..Needs::default()
    };
    let request = keys.request(needs);
    let child = child();
    let answer = issuer.issue_tokens(Ok(&request), Knowledge::Known(&child), NOW);
    assert_eq!(answer.outcome, AgeOutcome::Signal);
    let batch = keys
        .receive(&answer.tokens, Trusted::Keys(&trusted), NOW)
        .unwrap();
    let said = batch.said();
    assert_eq!(said.interval, AgeInterval::new(13, Some(16)).unwrap());
    assert_eq!(said.method, AgeMethod::NotTold);
    assert_eq!(said.assurance, AgeAssurance::Asserted);
    assert_eq!(said.not_after - said.issued_bucket, 28 * DAY);
    for (knowledge, outcome) in [
        (Knowledge::Nothing, AgeOutcome::AgeUnknown),
        (
            Knowledge::VerificationRequired,
            AgeOutcome::VerificationRequired,
        ),
        (
            Knowledge::Unavailable(None),
            AgeOutcome::TemporarilyUnavailable,
        ),
    ] {
        let answer = issuer.issue_tokens(Ok(&request), knowledge, NOW);
        assert_eq!((answer.outcome, answer.tokens.len()), (outcome, 0));
    }
    // Late by the delay of no audience.
    let secret = || Secret::from_bytes([3; 32]);
    let born = || Rollover::new(Born::on(date(2013, 1, 20)), secret());
    let known = Known::declared(KnownAge::Born(born()), AgeMethod::GuardianDeclared);
    for day in 20_460..20_600 {
        let answer = issuer.issue_tokens(Ok(&request), Knowledge::Known(&known), (day + 1) * DAY);
        let told = token_interval(&answer.tokens[0]);
        assert_eq!(told, born().told("", &cuts, day), "day {day}");
    }
}

fn token_interval(signed: &SignedToken) -> AgeInterval {
    use parcep_proto::v1alpha1 as pb;
    use prost::Message as _;
    let token = pb::AgeToken::decode(signed.0.token.as_slice()).unwrap();
    AgeInterval::new(token.lower_inclusive.unwrap(), token.upper_exclusive).unwrap()
}

#[test]
fn settings_out_of_range_make_no_issuer() {
    let table: [Spoil<IssuerSettings>; 4] = [
        ("signal_days", |s| s.signal_days = 0),
        ("signal_days", |s| s.signal_days = 367),
        ("token_weeks", |s| s.token_weeks = 0),
        ("token_weeks", |s| s.token_weeks = 14),
    ];
    for (field, spoil) in table {
        let mut settings = IssuerSettings::default();
        spoil(&mut settings);
        let key = SigningKey::from_seed([1; 32]).unwrap();
        let made = Issuer::new(key, settings);
        assert_eq!(made.err(), Some(AgeError::Malformed(field)));
    }
}

/// R-AGE-030, R-AGE-036: every age there is, is no knowledge, and its youngest cell no child.
#[test]
fn whoever_knows_every_age_knows_nothing_and_tells_no_child() {
    let mut scene = Scene::new();
    let every = AgeInterval::new(0, None).unwrap();
    for age in [
        KnownAge::Range(every),
        KnownAge::Estimate(AgeInterval::new(17, Some(18)).unwrap(), u32::MAX),
    ] {
        scene.known = Known::declared(age, AgeMethod::SelfDeclared);
        for one_cell in [false, true] {
            let mut asked = request(AgePurpose::AccessGate);
            asked.one_cell = one_cell;
            assert_eq!(scene.answer(&asked).outcome, AgeOutcome::AgeUnknown);
        }
    }
}

/// R-AGE-026: a check of a day to come is of a clock that was wrong, and not a fresh one.
#[test]
fn a_check_of_a_day_to_come_is_not_recent() {
    let mut scene = Scene::new();
    let mut asked = request(AgePurpose::AccessGate);
    asked.needs.established_within = AgeEstablished::Within365Days;
    for (ahead, outcome) in [
        (0, AgeOutcome::Signal),
        (1, AgeOutcome::Signal),
        (2, AgeOutcome::InsufficientAssurance),
        (i64::MAX, AgeOutcome::InsufficientAssurance),
    ] {
        scene.known.checked_day = Some(latest_day(NOW).saturating_add(ahead));
        assert_eq!(scene.answer(&asked).outcome, outcome, "{ahead}");
    }
}

/// R-AGE-008: the beginning of the clock is refused, and nothing overflows.
#[test]
fn a_signal_at_the_beginning_of_the_clock_is_refused() {
    let told = AgeSignal::new(
        coarsen(
            AgeInterval::new(14, Some(15)).unwrap(),
            &Cuts::new(vec![13]).unwrap(),
        ),
        GAME,
        AgePurpose::AccessGate,
    );
    for issued_bucket in [i64::MIN, i64::MIN + 1] {
        let signal = AgeSignal {
            issued_bucket,
            not_after: issued_bucket.saturating_add(DAY),
            ..told.clone()
        };
        let key = SigningKey::from_seed([1; 32]).unwrap();
        assert!(matches!(issue(&signal, &key), Err(AgeError::Malformed(_))));
    }
}
