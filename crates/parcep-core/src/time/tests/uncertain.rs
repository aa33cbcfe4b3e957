//! What an uncertain time does to decisions: nothing loosens by a clock, and no state is a brick.

use super::{CHILD, CHOICES, DAY, Device, PARENT};
use crate::constitution::UncertainTime;
use crate::decide::{
    Action, CompiledPolicy, Context, Custody, Decision, Effect, Known, PolicyInput, Reason, Usage,
    Windows, compile, decide,
};
use crate::policy::{
    LayerAuthor, LocalTime, Override, PolicyLayer, Profile, Weekdays, Window, WindowState,
};
use crate::ratings::RatingTable;
use crate::time::{Asked, Source, State};
use crate::zones::Zones;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

fn instant(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap()
}

fn guardian() -> LayerAuthor {
    LayerAuthor::guardian("g1").unwrap()
}

fn act(position: u64, from: i64, until: Option<i64>, kind: Value) -> Override {
    serde_json::from_value(json!({
        "author": {"guardian": "g1"}, "id": format!("act{position}"), "position": position,
        "from": instant(from), "until": until.map(instant), "kind": kind,
    }))
    .unwrap()
}

fn lock() -> Value {
    json!({"lock_now": {"reason": "dinner"}})
}

fn extra() -> Value {
    json!({"extra_time": {"target": "overall", "seconds": 1800, "extends_window": true}})
}

/// A layer that allows an hour of Monday, with acts.
fn policy(acts: &[Override], custody: &[Custody]) -> CompiledPolicy {
    let mut layer = PolicyLayer::empty(guardian());
    let window = Window::between(
        "open".parse().unwrap(),
        WindowState::Allow,
        Weekdays::ALL,
        LocalTime::hm(12, 0).unwrap(),
        LocalTime::hm(13, 0).unwrap(),
    );
    layer.schedule.windows.push(window.unwrap());
    let profile = Profile::new("UTC".parse().unwrap());
    let layers = [layer];
    let input = PolicyInput::new(&profile, &layers)
        .with_overrides(acts)
        .with_custody(custody);
    compile(&input, &RatingTable::bundled(), &Zones::bundled()).unwrap()
}

fn asked(at: i64, lower: Option<i64>, windows: Windows) -> Asked {
    Asked {
        at,
        lower,
        windows,
        wide: windows != Windows::Evaluated,
    }
}

fn ask<'a>(
    policy: &'a CompiledPolicy,
    usage: &'a Usage,
    action: &'a Action,
    asked: Asked,
) -> Decision<'a> {
    let context = Context::new(Timestamp::UNIX_EPOCH, action);
    decide(policy, usage, &asked.at_once(context))
}

fn effect(policy: &CompiledPolicy, asked: Asked) -> Effect {
    ask(policy, &Usage::none(), &Action::Device, asked).effect()
}

/// Noon of a Monday.
const NOON: i64 = 1_772_452_800;

#[test]
fn a_lock_ends_at_the_lower_bound_and_begins_at_the_instant() {
    // R-TIME-007
    let policy = policy(&[act(1, NOON, Some(NOON + 600), lock())], &[]);
    for (t, lower, denied) in [
        (NOON - 1, NOON - 1, false),
        (NOON, NOON - 1, true),
        (NOON + 600, NOON + 599, true),
        (NOON + 3599, NOON + 599, true),
        (NOON + 600, NOON + 600, false),
        (NOON + 700, NOON + 600, false),
    ] {
        let (usage, action) = (Usage::none(), Action::Device);
        let asked = asked(t, Some(lower), Windows::Evaluated);
        let got = ask(&policy, &usage, &action, asked).reason();
        assert_eq!(got == Reason::Locked, denied, "{t} {lower}");
    }
    // Nothing says that it has ended, so no change is told.
    let (usage, action) = (Usage::none(), Action::Device);
    let open = asked(NOON + 700, Some(NOON + 1), Windows::NotEvaluated);
    assert_eq!(ask(&policy, &usage, &action, open).next_change(), None);
    // Before the first signed time it has begun, and has not ended.
    let never = effect(&policy, asked(0, None, Windows::NotEvaluated));
    assert_eq!(never, Effect::Deny);
}

#[test]
fn a_lock_that_was_taken_back_is_none_however_little_is_known() {
    // R-TIME-007, R-EVAL-040
    let taken_back = [
        act(1, NOON, None, lock()),
        act(2, NOON + 50, Some(NOON + 50), lock()),
    ];
    let policy = policy(&taken_back, &[]);
    for lower in [None, Some(NOON - DAY), Some(NOON + 49), Some(NOON + 51)] {
        let got = effect(&policy, asked(NOON + 60, lower, Windows::NotEvaluated));
        assert_eq!(got, Effect::Allow, "{lower:?}");
    }
}

#[test]
fn the_day_of_a_lock_outside_custody_ends_at_the_lower_bound() {
    // R-TIME-007, R-EVAL-043
    let other = LayerAuthor::guardian("g2").unwrap();
    let custody = [Custody {
        from: instant(0),
        until: instant(NOON * 2),
        guardian: other.clone(),
    }];
    let profile = Profile::new("UTC".parse().unwrap());
    let layers = [PolicyLayer::empty(guardian()), PolicyLayer::empty(other)];
    let acts = [act(1, NOON, None, lock())];
    let input = PolicyInput::new(&profile, &layers)
        .with_overrides(&acts)
        .with_custody(&custody);
    let policy = compile(&input, &RatingTable::bundled(), &Zones::bundled()).unwrap();
    let late = NOON + 3 * DAY;
    for (lower, windows, denied) in [
        (NOON + DAY - 1, Windows::Evaluated, true),
        (NOON + DAY, Windows::Evaluated, false),
        // Custody counts as open while windows are not evaluated.
        (NOON + DAY, Windows::NotEvaluated, true),
    ] {
        let got = effect(&policy, asked(late, Some(lower), windows));
        assert_eq!(got == Effect::Deny, denied, "{lower} {windows:?}");
    }
}

#[test]
fn what_gives_begins_at_the_lower_bound_and_ends_at_the_instant() {
    // R-TIME-007
    let evening = NOON + 8 * 3600;
    for kind in [extra(), json!("suspend")] {
        let policy = policy(&[act(1, evening, Some(evening + 600), kind)], &[]);
        for (t, lower, open) in [
            (evening, Some(evening), true),
            (evening + 1, Some(evening - 1), false),
            (evening + 599, Some(evening), true),
            (evening + 600, Some(evening), false),
            (evening + 300, None, false),
        ] {
            let got = effect(&policy, asked(t, lower, Windows::Evaluated));
            assert_eq!(got == Effect::Allow, open, "{t} {lower:?}");
        }
    }
}

#[test]
fn strict_closes_what_has_a_window_and_names_it_and_the_other_row_opens() {
    // R-TIME-008
    let (usage, action) = (Usage::none(), Action::Device);
    let closed = policy(&[], &[]);
    let strict = ask(
        &closed,
        &usage,
        &action,
        asked(NOON, Some(NOON), Windows::Closed),
    );
    assert_eq!(
        (strict.effect(), strict.reason()),
        (Effect::Deny, Reason::Window)
    );
    assert_eq!(
        strict.rules().map(|rule| rule.rule).collect::<Vec<_>>(),
        ["open"]
    );
    assert_eq!(strict.next_change(), None);
    let night = asked(NOON + DAY / 2, Some(NOON), Windows::NotEvaluated);
    let open = ask(&closed, &usage, &action, night);
    assert_eq!(open.effect(), Effect::Allow);
    assert_eq!((open.next_change(), open.remaining_seconds()), (None, None));
    // What skips step 6 skips it here too.
    let extended = policy(&[act(1, NOON - 60, Some(NOON + 60), extra())], &[]);
    let skipped = effect(&extended, asked(NOON, Some(NOON), Windows::Closed));
    assert_eq!(skipped, Effect::Allow);
    // A layer without a window has nothing to close.
    let profile = Profile::new("UTC".parse().unwrap());
    let layers = [PolicyLayer::empty(guardian())];
    let input = PolicyInput::new(&profile, &layers);
    let none = compile(&input, &RatingTable::bundled(), &Zones::bundled()).unwrap();
    let open = effect(&none, asked(NOON, None, Windows::Closed));
    assert_eq!(open, Effect::Allow);
}

#[test]
fn no_state_and_no_uncertainty_is_a_brick_and_the_floor_is_open_in_all_of_them() {
    // R-TIME-015, R-EVAL-001
    let ratings = RatingTable::bundled();
    let policies = [
        policy(&[], &[]),
        policy(&[act(1, 0, None, lock())], &[]),
        policy(&[act(1, 0, Some(NOON), extra())], &[]),
    ];
    let floor = Action::parse("service:urn:service:sos", &ratings).unwrap();
    let usage = Usage::none();
    for policy in &policies {
        for lower in [None, Some(i64::MIN), Some(0), Some(NOON), Some(i64::MAX)] {
            for at in [i64::MIN, 0, NOON, i64::MAX] {
                for windows in [Windows::Evaluated, Windows::NotEvaluated, Windows::Closed] {
                    let asked = asked(at, lower, windows);
                    assert_eq!(ask(policy, &usage, &floor, asked).effect(), Effect::Allow);
                    let decision = ask(policy, &usage, &Action::Device, asked);
                    // A denial is by a rule and not by the time itself.
                    let by_a_rule = decision.rules().count() > 0;
                    assert!(decision.effect() == Effect::Allow || by_a_rule);
                }
            }
        }
    }
}

/// One thing that happens to a device.
#[derive(Debug, Clone)]
enum Step {
    Run(u64),
    Restart,
    /// Somebody sets the wall clock, up to two years on or back.
    Wall(i64),
    /// The one kind of source that lies.
    Lie(i64),
    /// Another tells what an honest clock shows.
    Honest,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..200_000_u64).prop_map(Step::Run),
        1 => Just(Step::Restart),
        2 => (-2 * 366 * DAY..=2 * 366 * DAY).prop_map(Step::Wall),
        2 => prop_oneof![
            3 => -2 * 366 * DAY..=2 * 366 * DAY,
            1 => any::<i64>(),
        ]
        .prop_map(Step::Lie),
        1 => Just(Step::Honest),
    ]
}

/// Runs steps; `see` hears the device and the honest time after each.
fn happen(device: &mut Device, steps: &[Step], liar: Source, mut see: impl FnMut(&Device, i64)) {
    let mut honest = NOON;
    device.wall = Some(NOON);
    device.read();
    device.time.first(NOON);
    device.time.heard(PARENT, NOON);
    device.read();
    for step in steps {
        match step {
            Step::Run(seconds) => {
                honest += i64::try_from(*seconds).unwrap();
                device.run(*seconds);
            }
            Step::Restart => device.restart(),
            Step::Wall(by) => {
                device.wall = Some(honest + by);
                device.read();
            }
            Step::Lie(by) => {
                let time = honest.saturating_add(*by);
                match liar {
                    Source::Relay => device.time.bookmark(time, true),
                    other => device.time.signed(other, time),
                }
            }
            Step::Honest => {
                let kind = if liar == Source::Guardian {
                    Source::Relay
                } else {
                    Source::Guardian
                };
                device.time.signed(kind, honest);
            }
        }
        device.read();
        see(device, honest);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn one_liar_and_every_wall_clock_move_the_lower_bound_a_day_at_most(
        steps in prop::collection::vec(step(), 1..60),
        liar in prop::sample::select(&Source::ALL),
        protected: bool,
    ) {
        // R-TIME-003
        let mut device = Device::new(protected);
        let (mut last, mut boots) = (i64::MIN, 0);
        happen(&mut device, &steps, liar, |device, honest| {
            let (lower, proven) = (device.time.lower().unwrap(), device.time.proven().unwrap());
            assert!(proven <= honest, "P is ahead by {}", proven - honest);
            assert!(lower <= honest + DAY, "T_lo is ahead by {}", lower - honest);
            // While the device runs it does not go back.
            assert!(device.start != boots || lower >= last);
            (last, boots) = (lower, device.start);
        });
    }

    #[test]
    fn a_wall_clock_changes_nothing_where_it_is_not_protected(
        steps in prop::collection::vec(step(), 1..60),
        liar in prop::sample::select(&Source::ALL),
        choice in prop::sample::select(&[
            UncertainTime::Unspecified,
            UncertainTime::BudgetOnly,
            UncertainTime::Strict,
        ]),
    ) {
        // R-TIME-007, R-TIME-008
        let honest: Vec<Step> =
            steps.iter().filter(|step| !matches!(step, Step::Wall(_))).cloned().collect();
        let told = |steps: &[Step]| {
            let mut device = Device::new(false);
            happen(&mut device, steps, liar, |_, _| {});
            let asked = device.time.asked(choice);
            let state = device.time.state(CHILD, [PARENT], &asked);
            (asked, state, device.time.refill_due(choice), device.time.encode())
        };
        prop_assert_eq!(told(&steps), told(&honest));
    }

    #[test]
    fn acts_are_never_milder_than_at_any_instant_between_the_two_bounds(
        rows in prop::collection::vec((0..3_u8, -40..40_i64, prop::option::of(0..40_i64)), 0..6),
        lower in -40..40_i64,
        ahead in 0..60_i64,
        within in 0..=60_i64,
    ) {
        // R-TIME-007: what gives ends by the later bound, what takes by the earlier one.
        const HOUR: i64 = 1800;
        let evening = NOON + 10 * 3600;
        let acts: Vec<Override> = (1..).zip(rows).map(|(position, (kind, from, lasts))| {
            let from = evening + from * HOUR;
            let kind = match kind {
                0 => lock(),
                1 => extra(),
                _ => json!({"unblock": {"item": {"host": "example.org"}}}),
            };
            act(position, from, lasts.map(|lasts| from + lasts * HOUR), kind)
        }).collect();
        // No window, so that nothing but acts depends on the instant.
        let mut layer = PolicyLayer::empty(guardian());
        layer.web = serde_json::from_value(json!({"mode": {"id": "w", "mode": "allow_list"}})).unwrap();
        let profile = Profile::new("UTC".parse().unwrap());
        let layers = [layer];
        let input = PolicyInput::new(&profile, &layers).with_overrides(&acts);
        let ratings = RatingTable::bundled();
        let policy = compile(&input, &ratings, &Zones::bundled()).unwrap();
        let (low, high) = (evening + lower * HOUR, evening + (lower + ahead) * HOUR);
        let between = (low + within * HOUR).min(high);
        let usage = Usage::none();
        for action in ["device", "host:example.org"] {
            let action = Action::parse(action, &ratings).unwrap();
            let exactly = ask(&policy, &usage, &action, asked(between, Some(between), Windows::Evaluated));
            let bounds = ask(&policy, &usage, &action, asked(high, Some(low), Windows::Evaluated));
            prop_assert!(bounds.effect() >= exactly.effect());
            let never = ask(&policy, &usage, &action, asked(high, None, Windows::Evaluated));
            prop_assert!(never.effect() >= bounds.effect());
        }
    }

    #[test]
    fn every_state_is_reached_by_the_age_and_left_by_a_beat(
        steps in prop::collection::vec(step(), 1..40),
        choice in prop::sample::select(&CHOICES),
    ) {
        // R-TIME-012
        let mut device = Device::new(false);
        happen(&mut device, &steps, Source::Relay, |device, _| {
            let asked = device.time.asked(choice);
            let state = device.time.state(CHILD, [PARENT], &asked);
            let heard = device.time.fresh().of(PARENT).unwrap();
            let (by_t, by_lower) = (asked.at - heard, device.time.lower().unwrap() - heard);
            let expected = match state {
                State::Fresh => by_t <= DAY,
                State::Stale => by_t > DAY && by_t <= 7 * DAY,
                State::Expired => by_t > 7 * DAY && by_lower <= 60 * DAY,
                State::Fallback => by_lower > 60 * DAY,
                State::Released => false,
            };
            assert!(expected, "{state:?} {by_t} {by_lower}");
            let mut fresh = device.time.clone();
            let lower = fresh.lower().unwrap();
            fresh.heard(PARENT, lower);
            if choice != UncertainTime::WallClock {
                let asked = fresh.asked(choice);
                assert_eq!(fresh.state(CHILD, [PARENT], &asked), State::Fresh);
            }
        });
    }
}

#[test]
fn a_lower_bound_at_or_past_the_instant_is_certainty() {
    // R-TIME-007
    let policy = policy(&[act(1, NOON + 60, Some(NOON + 120), lock())], &[]);
    let (usage, action) = (Usage::none(), Action::Device);
    let exactly = Context::new(instant(NOON), &action);
    for lower in [NOON, NOON + 1000] {
        let context = exactly.with_known(Known::Since(instant(lower)));
        let told = decide(&policy, &usage, &context);
        assert_eq!(told.next_change(), Some(instant(NOON + 60)));
        assert_eq!(told.answer(), decide(&policy, &usage, &exactly).answer());
    }
}
