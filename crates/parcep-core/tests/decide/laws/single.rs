//! What follows from the laws, in single policies.

use parcep_core::decide::{Effect, Reason};
use parcep_core::policy::{AppAccess, AppRule, AppTarget, LayerAuthor, PolicyLayer};

use crate::scene::scene;

fn block_chess() -> AppRule {
    AppRule::block(
        "tight".parse().unwrap(),
        AppTarget::App("pcps/Chess".parse().unwrap()),
    )
}

/// An explicit allow in one layer is no allow in another.
#[test]
fn an_allow_in_one_layer_never_answers_for_another() {
    let mut both = scene(1).plain();
    both.overrides.clear();
    both.custody.clear();
    both.action = "app:pcps/Chess".to_owned();
    let layer_of = |name: &str, access: AppAccess| {
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian(name).unwrap());
        let mut rule = block_chess();
        rule.access = Some(access);
        layer.apps.rules.push(rule);
        layer
    };
    both.layers = vec![
        layer_of("a", AppAccess::Allow),
        layer_of("b", AppAccess::Block),
    ];
    assert_eq!(
        both.effect(&both.compiled()),
        (Effect::Deny, Reason::Blocked)
    );
}

/// R-POL-022: a review date that has passed ends nothing.
#[test]
fn an_overdue_rule_still_holds() {
    let mut scene = scene(2).plain();
    scene.overrides.clear();
    scene.custody.clear();
    scene.action = "app:pcps/Chess".to_owned();
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("a").unwrap());
    let mut rule = block_chess();
    rule.review_by = Some(jiff::civil::date(2020, 1, 1));
    layer.apps.rules.push(rule);
    scene.layers = vec![layer];
    assert_eq!(
        scene.effect(&scene.compiled()),
        (Effect::Deny, Reason::Blocked)
    );
}

/// R-EVAL-062, R-EVAL-017: what should open and does not asks, or denies; other areas go on.
#[test]
fn a_pending_section_asks_in_its_own_area_only() {
    use parcep_core::decide::{Action, Context, PolicyInput, Usage, compile, decide};
    use parcep_core::policy::{Profile, SectionName};
    let ratings = parcep_core::ratings::RatingTable::bundled();
    let profile = Profile::new("Europe/London".parse().unwrap());
    let mut input = PolicyInput::new(&profile, &[]);
    input.pending = &[SectionName::Web, SectionName::Spending];
    let zones = parcep_core::zones::Zones::bundled();
    let policy = compile(&input, &ratings, &zones).unwrap();
    for (action, can_ask, expected) in [
        ("host:example.org", true, Effect::Ask),
        ("host:example.org", false, Effect::Deny),
        ("purchase:GBP/1", true, Effect::Ask),
        ("app:pcps/Chess", true, Effect::Allow),
        ("device", true, Effect::Allow),
        ("service:urn:service:sos", false, Effect::Allow),
    ] {
        let action = Action::parse(action, &ratings).unwrap();
        let mut context = Context::new("2026-11-23T10:00:00Z".parse().unwrap(), &action);
        context.can_ask = can_ask;
        let usage = Usage::none();
        let decision = decide(&policy, &usage, &context);
        assert_eq!(decision.effect(), expected, "{action:?}");
        if expected != Effect::Allow {
            assert_eq!(
                (decision.reason(), decision.rules().count()),
                (Reason::Pending, 0)
            );
        }
    }
}
