//! The floor and the decision together: what a device does with every call and every page.

use parcep_core::decide::{Action, Context, Effect, Reason, Usage, decide};
use parcep_core::help::{HelpDirectory, RightsFloor};
use parcep_core::policy::ContactId;

use crate::scene::scene;

/// R-FLOOR-001, R-FLOOR-002: under every policy, every number and every page of the directory is
/// answered ALLOW once the floor was asked first, and without it some are not.
#[test]
fn every_number_and_page_of_the_directory_is_admitted_under_every_policy() {
    let help = HelpDirectory::bundled();
    let floor = RightsFloor::new(help, ["110"]);
    let call = |id: &str| Action::Contact {
        id: Some(id.parse::<ContactId>().unwrap()),
        incoming: false,
    };
    let lines = help.lines().flat_map(|line| {
        let numbers = [&line.number, &line.sms, &line.emergency];
        let calls = numbers.into_iter().flatten().map(|number| call(number));
        calls.chain(line.host().map(Action::Host))
    });
    let actions: Vec<Action> = lines.chain([call("110"), call("+44 800 1111")]).collect();
    let usage = Usage::none();
    let mut denied_without = 0_u32;
    for seed in 0..300 {
        let scene = scene(seed);
        let policy = scene.compiled();
        for action in &actions {
            let bare = decide(&policy, &usage, &Context::new(scene.at, action));
            denied_without += u32::from(bare.effect() != Effect::Allow);
            let asked = floor.apply(action.clone());
            let decision = decide(&policy, &usage, &Context::new(scene.at, &asked));
            let told = (decision.effect(), decision.reason());
            assert_eq!(
                told,
                (Effect::Allow, Reason::RightsFloor),
                "{seed}: {action:?}"
            );
            assert_eq!(decision.rules().count(), 0);
            assert_eq!(decision.next_change(), None);
        }
    }
    assert!(
        denied_without > 1_000,
        "{denied_without}: the policies deny too little to prove it"
    );
}
