//! Age rules: what a reader takes, and as what.

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use super::*;
use crate::age::{AgeAssurance, AgePurpose};
use crate::document::SectionKind;

fn read(section: &pb::AgeSection) -> Result<PolicyLayer, SectionError> {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    layer.read_section(SectionKind::Age, &section.encode_to_vec())?;
    Ok(layer)
}

fn share() -> pb::AgeShareRule {
    pb::AgeShareRule {
        id: "s".to_owned(),
        audience: Some("https://games.example".to_owned()),
        share: pb::AgeShare::Allow.into(),
        ..Default::default()
    }
}

fn gate() -> pb::AgeGate {
    pb::AgeGate {
        id: "y".to_owned(),
        minimum_age: 16,
        ..Default::default()
    }
}

fn sharing(rule: pb::AgeShareRule) -> pb::AgeSection {
    let share = vec![rule];
    pb::AgeSection {
        share,
        ..Default::default()
    }
}

fn gated(gate: pb::AgeGate) -> pb::AgeSection {
    let gates = vec![gate];
    pb::AgeSection {
        gates,
        ..Default::default()
    }
}

/// R-POL-024: what a field that is left out means.
#[test]
fn a_gate_that_says_no_more_guards_everything_takes_any_signal_and_asks() {
    let layer = read(&gated(gate())).unwrap();
    let minimum = MinimumAge::try_from(16).unwrap();
    let expected = AgeGate::new("y".parse().unwrap(), minimum);
    assert_eq!(layer.age.gates, [expected]);
    let shared = read(&sharing(share())).unwrap().age.share;
    assert_eq!((&shared[0].cuts, &shared[0].purposes), (&None, &vec![]));
    assert!(
        AgePurpose::ALL
            .iter()
            .all(|purpose| shared[0].is_for(*purpose))
    );
}

/// R-POL-006: each number that nobody knows, as the strictest.
#[test]
fn unknown_numbers_of_age_rules_are_read_as_the_strictest() {
    let unknown = pb::AgeShareRule {
        share: 99,
        ..share()
    };
    let rule = &read(&sharing(unknown)).unwrap().age.share[0];
    assert_eq!(rule.share, AgeShare::Refuse);
    for number in [0, 99] {
        let unknown = pb::AgeGate {
            least_assurance: Some(number),
            on_unknown: Some(number),
            ..gate()
        };
        let gate = &read(&gated(unknown)).unwrap().age.gates[0];
        assert_eq!(gate.least_assurance, AgeAssurance::Strict);
        assert_eq!(gate.on_unknown, AgeOnUnknown::Block);
    }
}

/// R-POL-006: what was allowed for purposes that nobody knows is not allowed for every other.
#[test]
fn purposes_that_nobody_knows_are_left_out_and_never_become_every_purpose() {
    let purposes = |numbers: &[i32]| {
        let rule = pb::AgeShareRule {
            purposes: numbers.to_vec(),
            ..share()
        };
        read(&sharing(rule)).unwrap().age.share.remove(0)
    };
    let some = purposes(&[99, 3]);
    assert_eq!(some.share, AgeShare::Allow);
    assert_eq!(some.purposes, [AgePurpose::ConsentFlow]);
    let none = purposes(&[0, 99]);
    assert_eq!(none.share, AgeShare::Refuse);
    assert!(none.is_for(AgePurpose::AccessGate));
}

/// R-POL-007: a section with a value outside its range is refused as a whole.
#[test]
fn bad_values_refuse_the_section_of_ages() {
    let bad = [
        sharing(pb::AgeShareRule {
            audience: Some(String::new()),
            ..share()
        }),
        sharing(pb::AgeShareRule {
            audience: Some("a".repeat(256)),
            ..share()
        }),
        sharing(pb::AgeShareRule {
            cuts: vec![13, 14],
            ..share()
        }),
        sharing(pb::AgeShareRule {
            cuts: vec![3, 6, 9, 12],
            ..share()
        }),
        sharing(pb::AgeShareRule {
            review_by_day: Some(i32::MAX),
            ..share()
        }),
        gated(pb::AgeGate {
            minimum_age: 0,
            ..gate()
        }),
        gated(pb::AgeGate {
            minimum_age: 22,
            ..gate()
        }),
        gated(pb::AgeGate {
            minimum_age: u32::MAX,
            ..gate()
        }),
        gated(pb::AgeGate {
            id: String::new(),
            ..gate()
        }),
    ];
    for section in bad {
        assert!(
            matches!(read(&section), Err(SectionError::Value(_))),
            "{section:?}"
        );
    }
    let longest = pb::AgeShareRule {
        audience: Some("a".repeat(255)),
        ..share()
    };
    assert!(read(&sharing(longest)).is_ok());
}

/// R-POL-005, R-POL-024: a gate on a feature, or on what nobody knows, is kept and reported.
#[test]
fn a_gate_on_a_feature_is_of_an_unknown_kind() {
    use pb::budget_target::Target;
    let everything = Some(Target::Everything(pb::Everything {}));
    let targets = [
        (everything, 1),
        (Some(Target::Feature("ai".to_owned())), 0),
        (None, 0),
    ];
    for (target, gates) in targets {
        let on = pb::AgeGate {
            target: Some(pb::BudgetTarget { target }),
            on_unenforceable: Some(pb::OnUnenforceable::DenyAccess.into()),
            ..gate()
        };
        let layer = read(&gated(on)).unwrap();
        assert_eq!(layer.age.gates.len(), gates);
        assert_eq!(layer.unknown.len(), 1 - gates);
        let kept = layer.unknown.iter();
        let kept: Vec<_> = kept.map(|rule| rule.on_unenforceable).collect();
        assert!(kept.iter().all(|on| *on == OnUnenforceable::DenyAccess));
    }
}

/// R-POL-040: what is outside its range is no policy as JSON either.
#[test]
fn the_json_of_age_rules_is_strict() {
    let section = |text: &str| serde_json::from_str::<AgeSection>(text);
    let gate = |members: &str| format!(r#"{{"gates": [{{"id": "y", {members}}}]}}"#);
    let rule = |members: &str| format!(r#"{{"share": [{{"id": "s", {members}}}]}}"#);
    let good = [
        gate(r#""minimum_age": 21, "target": "overall""#),
        gate(r#""minimum_age": 1, "target": {"category": "games"}, "least_assurance": "asserted""#),
        rule(r#""share": "allow", "cuts": [13, 16, 18]"#),
        rule(r#""share": "ask", "audience": "app", "purposes": ["legal_compliance"]"#),
    ];
    for text in good {
        section(&text).unwrap();
    }
    let bad = [
        gate(r#""minimum_age": 0"#),
        gate(r#""minimum_age": 22"#),
        gate(r#""minimum_age": -1"#),
        gate(r#""minimum_age": 16, "target": {"feature": "ai"}"#),
        gate(r#""minimum_age": 16, "least_assurance": "not_told""#),
        gate(r#""minimum_age": 16, "on_unknown": "refuse""#),
        gate(r#""minimum_age": 16, "age": 12"#),
        rule(r#""share": "block""#),
        rule(r#""share": "allow", "cuts": []"#),
        rule(r#""share": "allow", "cuts": [16, 13]"#),
        rule(r#""share": "allow", "audience": """#),
        rule(r#""share": "allow", "purposes": ["advertising"]"#),
    ];
    for text in bad {
        assert!(section(&text).is_err(), "{text}");
    }
    // What is left out is not written.
    let minimum = MinimumAge::try_from(16).unwrap();
    let plain = AgeGate::new("y".parse().unwrap(), minimum);
    let written = serde_json::to_string(&plain).unwrap();
    assert_eq!(written, r#"{"id":"y","minimum_age":16}"#);
}
