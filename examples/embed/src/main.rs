//! Compile a policy and decide: what a maker embeds, with `parcep-core` alone. No network, no
//! clock and no file: zones and rating table come with the library, the instant is an argument.
//!
//! Run it with `cargo run -p embed`.

use parcep_core::decide::{Action, Context, PolicyInput, Usage, compile, decide};
use parcep_core::policy::{
    AppRule, AppTarget, Budget, BudgetTarget, Ceiling, LayerAuthor, LocalTime, PolicyLayer,
    Profile, RatingRule, Weekdays, Window, WindowState,
};
use parcep_core::{ratings::RatingTable, zones::Zones};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("mum")?);
    let (from, to) = (LocalTime::hm(7, 0)?, LocalTime::hm(19, 30)?);
    let open = Window::between("when".parse()?, WindowState::Allow, Weekdays::ALL, from, to)?;
    layer.schedule.windows.push(open);
    let hour = Budget::daily("hour".parse()?, BudgetTarget::Overall, Weekdays::ALL, 3_600);
    layer.budgets.budgets.push(hour);
    let clips = AppTarget::App("android/org.example.clips".parse()?);
    layer
        .apps
        .rules
        .push(AppRule::block("clips".parse()?, clips));
    let ceiling = Ceiling::max_age(12)?;
    layer.ratings.ceilings = vec![RatingRule::new("age".parse()?, ceiling)];
    layer.check()?;

    let ratings = RatingTable::bundled();
    let profile = Profile::new("Europe/London".parse()?);
    let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
    let policy = compile(&input, &ratings, &Zones::bundled())?;
    let usage = Usage::from_json(br#"[{"target": "device", "seconds": 1500}]"#)?;

    let now = "2026-11-23T18:45:00Z".parse()?;
    for text in [
        "device",
        "app:android/org.example.clips",
        "content:bbfc/15",
        "service:urn:service:sos",
    ] {
        let action = Action::parse(text, &ratings)?;
        let context = Context::new(now, &action);
        let decision = decide(&policy, &usage, &context);
        let (effect, reason) = (decision.effect(), decision.reason().code());
        let (left, change) = (decision.remaining_seconds(), decision.next_change());
        println!("{text}: {effect:?} ({reason}), left {left:?} s, changes {change:?}");
    }
    Ok(())
}
