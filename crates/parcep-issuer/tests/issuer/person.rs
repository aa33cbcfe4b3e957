//! A device of one person: the household's rules, consents, cut points and the list of what was shared.

use super::{cuts, now, request};
use parcep_core::age::{
    AgeConsent, AgeInterval, AgeMethod, AgeOutcome, AgePurpose, AgeSignal, AgeSupervision, Answer,
    ChangeAct, Cuts, HandleState, Issuer, IssuerSettings, Known, KnownAge, SignalRequest,
};
use parcep_core::crypto::{Secret, SigningKey, SystemRandom};
use parcep_core::policy::{AgeSection, AgeShare, AgeShareRule};
use parcep_core::registry::regime;
use parcep_issuer::{Answers, Facts, Fault, Kept, Knows, Person};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const GAME: &str = "org.example.game";
const CHAT: &str = "com.example.chat";
const SHOP: &str = "com.example.shop";

/// A person, and a store that counts and may fail.
struct Home {
    person: Person,
    stored: Arc<AtomicU32>,
    fails: Arc<AtomicBool>,
}

impl Home {
    fn new(facts: Facts) -> Self {
        let (stored, fails) = (
            Arc::new(AtomicU32::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (count, failing) = (stored.clone(), fails.clone());
        let store = Box::new(move |_: &Kept| {
            if failing.load(Ordering::SeqCst) {
                return Err(Fault);
            }
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        let key = SigningKey::from_seed([5; 32]).unwrap();
        let issuer = Issuer::new(key, IssuerSettings::default()).unwrap();
        let secret = Secret::random(&mut SystemRandom::new()).unwrap();
        Self {
            person: Person::new(issuer, secret, facts, Kept::default(), store),
            stored,
            fails,
        }
    }

    fn ask(&self, audience: &str, purpose: AgePurpose) -> Answer {
        self.asks(&asking(audience, purpose))
    }

    fn asks(&self, request: &SignalRequest) -> Answer {
        self.person
            .ask(&request.audience, Ok(request), now())
            .unwrap()
    }

    fn lines(&self) -> usize {
        self.person.kept().unwrap().shared.lines().len()
    }
}

fn asking(audience: &str, purpose: AgePurpose) -> SignalRequest {
    SignalRequest {
        purpose,
        ..request(audience, &[13, 16, 18])
    }
}

fn section(rules: &[(&str, AgeShare)]) -> AgeSection {
    let mut section = AgeSection::default();
    for (n, (audience, share)) in rules.iter().enumerate() {
        let id = format!("age/{n}").parse().unwrap();
        let audience = Some(audience.parse().unwrap());
        section.share.push(AgeShareRule::new(id, audience, *share));
    }
    section
}

/// A supervised child of 14 whose guardian allows the game and wants to be asked about the chat.
fn child() -> Facts {
    person(14, AgeMethod::GuardianDeclared, AgeSupervision::Supervised)
}

fn person(years: u32, method: AgeMethod, supervision: AgeSupervision) -> Facts {
    let age = AgeInterval::new(years, Some(years + 1)).unwrap();
    let rules = [(GAME, AgeShare::Allow), (CHAT, AgeShare::Ask)];
    Facts {
        knows: Knows::Age(Known::declared(KnownAge::Range(age), method)),
        layers: vec![Some(section(&rules))],
        supervision,
        ..Facts::none()
    }
}

/// R-AGE-057, R-AGE-031: the household decides, and a refusal shows only where a guardian is to be asked.
#[test]
fn the_rules_of_the_household_decide_whom_anything_is_told() {
    let home = Home::new(child());
    let (gate, flow) = (AgePurpose::AccessGate, AgePurpose::ConsentFlow);
    let table = [
        (GAME, gate, AgeOutcome::Signal, AgeConsent::NotReported),
        (CHAT, gate, AgeOutcome::AgeUnknown, AgeConsent::NotReported),
        (CHAT, flow, AgeOutcome::Refused, AgeConsent::Pending),
        (SHOP, gate, AgeOutcome::AgeUnknown, AgeConsent::NotReported),
        (SHOP, flow, AgeOutcome::Refused, AgeConsent::NotReported),
    ];
    for (audience, purpose, outcome, consent) in table {
        let answer = home.ask(audience, purpose);
        assert_eq!(
            (answer.outcome, answer.consent),
            (outcome, consent),
            "{audience}"
        );
        assert_eq!(answer.told.is_some(), outcome == AgeOutcome::Signal);
    }
    // A layer that exists and cannot be opened may refuse.
    let mut facts = child();
    facts.layers.push(None);
    home.person.set(facts).unwrap();
    assert_eq!(home.ask(GAME, gate).outcome, AgeOutcome::AgeUnknown);
}

/// R-PRIV-016: whoever was told nothing leaves no trace, and whoever was told something stands in the list, among
/// cut points and consents, and nowhere else: that is all a person's issuer keeps.
#[test]
fn an_audience_that_is_told_nothing_is_forgotten() {
    let home = Home::new(child());
    home.ask(SHOP, AgePurpose::AccessGate);
    home.ask(SHOP, AgePurpose::ConsentFlow);
    home.ask(GAME, AgePurpose::AccessGate);
    let Kept {
        pins,
        consents,
        shared,
    } = home.person.kept().unwrap();
    let all = [
        serde_json::to_string(&pins).unwrap(),
        serde_json::to_string(&consents).unwrap(),
        shared.to_json_lines(),
    ];
    assert!(all.iter().all(|text| !text.contains(SHOP)), "{all:?}");
    assert!(all.iter().any(|text| text.contains(GAME)), "{all:?}");
}

/// R-AGE-031: where a law makes sharing mandatory, a refusal is told as one.
#[test]
fn under_a_law_that_makes_sharing_mandatory_a_refusal_shows() {
    let mut facts = child();
    facts.regime = regime("us-ut");
    let home = Home::new(facts);
    assert_eq!(
        home.ask(SHOP, AgePurpose::AccessGate).outcome,
        AgeOutcome::Refused
    );
}

/// R-AGE-052: what is told is listed and stored before; what cannot be stored is not told.
#[test]
fn age_47_every_signal_has_a_line_in_the_persons_list_or_it_is_not_told() {
    let home = Home::new(child());
    home.ask(GAME, AgePurpose::AccessGate);
    assert_eq!((home.lines(), home.stored.load(Ordering::SeqCst)), (1, 1));
    let list = home.person.kept().unwrap().shared.to_json_lines();
    for part in [
        GAME,
        "\"lower\":13",
        "\"upper\":16",
        "not_told",
        "access_gate",
    ] {
        assert!(list.contains(part), "{list}");
    }
    // A refusal tells nothing, so there is nothing to list.
    home.ask(SHOP, AgePurpose::AccessGate);
    assert_eq!(home.lines(), 1);
    home.fails.store(true, Ordering::SeqCst);
    let failing = asking(GAME, AgePurpose::LegalCompliance);
    assert!(home.person.ask(GAME, Ok(&failing), now()).is_err());
    assert_eq!(home.lines(), 1);
}

/// R-AGE-037: cut points of a request that is not proper, or that is refused, are not kept.
#[test]
fn age_22_a_request_that_is_refused_changes_nothing() {
    let home = Home::new(child());
    let other = |points: &[u32]| SignalRequest {
        cuts: Cuts::new(points.to_vec()).unwrap(),
        ..asking(GAME, AgePurpose::AccessGate)
    };
    assert_eq!(home.asks(&other(&[13, 18])).outcome, AgeOutcome::Signal);
    let before = home.person.kept().unwrap();
    assert_eq!(home.asks(&other(&[16])).outcome, AgeOutcome::InvalidRequest);
    let mut many = asking(GAME, AgePurpose::ConsentFlow);
    many.cuts = cuts(&[13, 18]);
    many.changes = (0..17).map(|n| vec![n]).collect();
    assert_eq!(home.asks(&many).outcome, AgeOutcome::InvalidRequest);
    assert_eq!(home.person.kept().unwrap(), before);
}

/// R-AGE-042, R-AGE-046: a rule for one purpose alone grants, and asking about another one revokes nothing.
#[test]
fn age_39_a_consent_for_one_purpose_stands_whatever_else_is_asked() {
    let mut facts = child();
    let mut rule = section(&[(GAME, AgeShare::Allow)]);
    rule.share[0].purposes = vec![AgePurpose::SafetyDefaults];
    facts.layers = vec![Some(rule)];
    let home = Home::new(facts);
    let told = home.ask(GAME, AgePurpose::SafetyDefaults).told.unwrap();
    let granted = told.guardianship.handle.unwrap();
    let listed = || {
        let list = home.person.revoked_handles(GAME, now()).unwrap();
        list.state(granted, now())
    };
    assert_eq!(listed(), HandleState::Holds);
    let flow = home.ask(GAME, AgePurpose::ConsentFlow);
    assert_eq!(flow.outcome, AgeOutcome::Refused);
    assert_eq!(listed(), HandleState::Holds);
    // With the last purpose it ends.
    let mut without = child();
    without.layers.clear();
    home.person.set(without).unwrap();
    assert_eq!(listed(), HandleState::Revoked);
}

/// R-AGE-045, R-AGE-046: a rule that goes ends the consent at once, with a handle that the audience knows.
#[test]
fn age_39_a_rule_that_goes_is_a_revocation_and_a_new_one_gives_new_signals() {
    let home = Home::new(child());
    let flow = AgePurpose::ConsentFlow;
    let handle = |told: &Option<AgeSignal>| told.as_ref().unwrap().guardianship.handle;
    let first = home.ask(GAME, flow);
    let granted = handle(&first.told).unwrap();
    let listed = || {
        home.person
            .revoked_handles(GAME, now())
            .unwrap()
            .state(granted, now())
    };
    assert_eq!(listed(), HandleState::Holds);

    let mut without = child();
    without.layers.clear();
    home.person.set(without).unwrap();
    // Without another ask in between.
    assert_eq!(listed(), HandleState::Revoked);
    let refused = home.ask(GAME, flow);
    assert_eq!(refused.outcome, AgeOutcome::Refused);
    assert_eq!(refused.told, None);
    // Other audiences have nothing to do with it.
    let other = home.person.revoked_handles(CHAT, now()).unwrap();
    assert_eq!(other.state(granted, now()), HandleState::Holds);

    home.person.set(child()).unwrap();
    let again = home.ask(GAME, flow);
    assert_eq!(listed(), HandleState::Holds);
    assert_eq!(handle(&again.told), Some(granted));
    assert_ne!(again.told.unwrap().once, first.told.unwrap().once);
}

/// R-AGE-045: of the two ways to say no, it is told which it was.
#[test]
fn a_consent_that_was_granted_and_is_refused_now_is_revoked() {
    let home = Home::new(child());
    home.ask(GAME, AgePurpose::ConsentFlow);
    let mut facts = child();
    facts.layers = vec![Some(section(&[(GAME, AgeShare::Refuse)]))];
    home.person.set(facts.clone()).unwrap();
    let refused = home.ask(GAME, AgePurpose::ConsentFlow);
    assert_eq!(refused.consent, AgeConsent::Revoked);
    // Who was never granted anything is denied.
    let fresh = Home::new(facts).ask(GAME, AgePurpose::ConsentFlow);
    assert_eq!(fresh.consent, AgeConsent::Denied);
}

/// R-AGE-043, R-AGE-044
#[test]
fn age_38_a_change_is_announced_denied_and_told_beside_the_same_bracket() {
    let home = Home::new(child());
    let announcing = |id: u8| SignalRequest {
        changes: vec![vec![id]],
        ..asking(GAME, AgePurpose::ConsentFlow)
    };
    let first = home.asks(&announcing(1)).told.unwrap();
    let state = |told: &AgeSignal| told.guardianship.change.as_ref().unwrap().state;
    assert_eq!(state(&first).name(), "pending");
    home.person.decide(GAME, ChangeAct::Deny, now()).unwrap();
    let second = home.asks(&announcing(2)).told.unwrap();
    let change = second.guardianship.change.clone().unwrap();
    assert_eq!((change.id, change.earlier), (vec![2], vec![vec![1]]));
    home.person.decide(GAME, ChangeAct::Deny, now()).unwrap();
    let third = home.ask(GAME, AgePurpose::ConsentFlow).told.unwrap();
    assert_eq!(state(&third).name(), "denied");
    assert_eq!(
        (third.interval, third.exact_cell),
        (first.interval, first.exact_cell)
    );
}

/// R-AGE-028, R-AGE-029: to a gate they are one person.
#[test]
fn age_33_a_supervised_minor_and_an_adult_in_one_cell_give_a_gate_the_same_signal() {
    let minor = person(17, AgeMethod::GuardianDeclared, AgeSupervision::Supervised);
    let adult = person(40, AgeMethod::SelfDeclared, AgeSupervision::Unsupervised);
    let told = |facts: Facts| {
        let asked = SignalRequest {
            cuts: cuts(&[13]),
            ..asking(GAME, AgePurpose::AccessGate)
        };
        let answer = Home::new(facts).asks(&asked);
        (answer.to_bytes(), answer.told.unwrap())
    };
    let ((minors, mut of_minor), (adults, of_adult)) = (told(minor), told(adult));
    assert_eq!(minors.len(), adults.len());
    assert_ne!(of_minor.once, of_adult.once);
    of_minor.once = of_adult.once;
    assert_eq!(of_minor, of_adult);
}

/// R-AGE-030: what is not known is never made coarse.
#[test]
fn of_somebody_of_whom_nothing_is_known_no_bracket_is_told() {
    let table = [
        (Knows::Nothing, AgeOutcome::AgeUnknown, None),
        (
            Knows::VerificationRequired,
            AgeOutcome::VerificationRequired,
            None,
        ),
        (
            Knows::Unavailable(Some(9)),
            AgeOutcome::TemporarilyUnavailable,
            Some(9),
        ),
    ];
    for (knows, outcome, after) in table {
        let home = Home::new(Facts { knows, ..child() });
        let answer = home.ask(GAME, AgePurpose::AccessGate);
        assert_eq!(
            (answer.outcome, answer.retry_after_seconds),
            (outcome, after)
        );
        assert_eq!((answer.told, home.lines()), (None, 0));
    }
}
