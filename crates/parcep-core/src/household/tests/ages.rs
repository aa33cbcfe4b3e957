//! Age rules in a document: who opens them.

use super::*;
use crate::age::{AgePurpose, Share, share};
use crate::policy::{AgeGate, AgeShare, AgeShareRule};

/// R-DOC-011, R-POL-024: age rules are for what runs other parties' apps; nobody else learns to whom a
/// child's age is told.
#[test]
fn age_rules_are_opened_by_devices_consoles_and_televisions_alone() {
    let mut founder = Founder::new();
    let mut rules = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
    let gate = AgeGate::new("age/all".parse().unwrap(), 13.try_into().unwrap());
    rules.age.gates.push(gate);
    let games = "https://games.example".parse().unwrap();
    let told = AgeShareRule::new("age/games".parse().unwrap(), Some(games), AgeShare::Allow);
    rules.age.share.push(told);
    let mut draft = layer(&mut founder, b"");
    draft.sections = rules.to_sections();
    founder.append(draft);
    let child = founder.child;
    let read = |category| {
        let point = Audience::EnforcementPoint {
            device: DeviceId::from_bytes([5; 16]),
            category,
            dependants: vec![child],
        };
        let keyring = point.select(&founder.keyring);
        let need = Need::Category(category);
        let view = founder.household.view(child, &keyring, need);
        assert_eq!(view.pending, [], "{category:?} waits for nothing");
        view.layers[0].age.clone()
    };
    for category in [PepCategory::DeviceOs, PepCategory::Console, PepCategory::Tv] {
        let section = read(category);
        assert_eq!(section, rules.age, "{category:?}");
        let asked = |audience| share([Some(&section)], audience, AgePurpose::AccessGate);
        assert_eq!(
            asked("https://games.example"),
            Share::Allowed { cuts: None }
        );
        assert_eq!(asked("https://shop.example"), Share::Off);
    }
    let others = [
        PepCategory::HomeGateway,
        PepCategory::AccessNetwork,
        PepCategory::App,
        PepCategory::OnlineService,
        PepCategory::AiAssistant,
    ];
    for category in others {
        assert_eq!(read(category), Default::default(), "{category:?}");
    }
}

/// R-EVAL-062: a device that is to open them and cannot asks.
#[test]
fn age_rules_that_do_not_open_are_pending() {
    let mut founder = Founder::new();
    let mut rules = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
    let gate = AgeGate::new("age/all".parse().unwrap(), 13.try_into().unwrap());
    rules.age.gates.push(gate);
    let mut draft = layer(&mut founder, b"");
    draft.sections = rules.to_sections();
    founder.append(draft);
    let filter = Audience::EnforcementPoint {
        device: DeviceId::from_bytes([5; 16]),
        category: PepCategory::AccessNetwork,
        dependants: vec![founder.child],
    };
    let keyring = filter.select(&founder.keyring);
    let need = Need::Category(PepCategory::DeviceOs);
    let phone = founder.household.view(founder.child, &keyring, need);
    assert_eq!(phone.pending, [SectionName::Age]);
}
