//! An enforcement point over days and months, with a real relay and clocks that this test moves.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod erasing;
mod forks;
mod house;

use house::{DAY, House, NOON};
use jiff::Timestamp;
use parcep_client::ClientError;
use parcep_client::agent::Agent;
use parcep_client::beats::Silence;
use parcep_core::decide::{Action, Context, Effect, Reason, Usage};
use parcep_core::epoch::PepCategory;
use parcep_core::id::PrincipalId;
use parcep_core::texts::{Language, Register, Voice};
use parcep_core::time::State;

/// What the device says about its own use now.
fn said(house: &House) -> (Effect, Reason) {
    let (usage, action) = (Usage::none(), Action::Device);
    let context = Context::new(Timestamp::UNIX_EPOCH, &action);
    let decision = house.agent().decide(house.child, &usage, &context);
    let decision = decision.unwrap();
    (decision.effect(), decision.reason())
}

fn state(house: &House) -> State {
    house.agent().standing(house.child).unwrap().state
}

fn floor_is_open(house: &House, dependant: PrincipalId) -> bool {
    let action = Action::parse("service:urn:service:sos", house.agent().ratings()).unwrap();
    let usage = Usage::none();
    let context = Context::new(Timestamp::UNIX_EPOCH, &action);
    let decision = house.agent().decide(dependant, &usage, &context);
    decision.unwrap().effect() == Effect::Allow
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_off_the_network_goes_through_its_states_and_back() {
    // R-TIME-003, R-TIME-008, R-TIME-010, R-TIME-011, R-TIME-012, R-TIME-015
    let mut house = House::found(None).await;
    house.lock(NOON - 600, None).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    assert_eq!(
        (state(&house), said(&house)),
        (State::Fresh, (Effect::Deny, Reason::Locked))
    );
    for (days, expected) in [
        (1, State::Stale),
        (6, State::Expired),
        (53, State::Fallback),
    ] {
        house.pass(days * DAY + 1);
        assert_eq!(state(&house), expected);
        assert!(floor_is_open(&house, house.child));
        // FRESH, STALE and EXPIRED enforce one policy; then locks end.
        let locked = said(&house).1 == Reason::Locked;
        assert_eq!(locked, expected != State::Fallback);
    }
    let english = Voice::new(Language::English, Register::Adult);
    let line = house.agent().says_state(house.child, english).unwrap();
    assert!(line.contains("Sunday 22 November 2026"), "{line}");

    // A power cut: the last minute may be lost, and nothing else.
    house.reboot(30 * DAY).await;
    assert_eq!(state(&house), State::Fallback);
    // A guardian is heard, and the full policy is back at once.
    house.guardian.beat().await.unwrap();
    house.sync().await;
    assert_eq!(
        (state(&house), said(&house)),
        (State::Fresh, (Effect::Deny, Reason::Locked))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_wait_for_somebody_who_knows_the_time_and_the_screen_says_so() {
    // R-TIME-005, R-TIME-006, R-TIME-008, R-TIME-010
    let mut house = House::found(None).await;
    house.open_at_noon().await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    // The relay's bookmark makes the interval narrow: noon is open, and the evening is not.
    house.watch().await;
    assert_eq!(said(&house), (Effect::Allow, Reason::Allowed));
    house.pass(6 * 3600);
    assert_eq!(said(&house), (Effect::Deny, Reason::Window));
    // After a power cut nobody knows the day, and windows are not evaluated.
    house.reboot(3600).await;
    assert!(house.agent().standing(house.child).unwrap().asked.wide);
    assert_eq!(said(&house), (Effect::Allow, Reason::Allowed));
    // A child turns the clock to noon and on: nothing changes, the clock is not asked.
    for by in [-7 * 3600, 731 * DAY, -731 * DAY] {
        house.device.jump_wall(by);
        assert_eq!(said(&house), (Effect::Allow, Reason::Allowed));
        assert_eq!(state(&house), State::Fresh);
    }
    // Back on the network it learns the time from the relay.
    house.sync().await;
    house.watch().await;
    assert_eq!(said(&house), (Effect::Deny, Reason::Window));
}

#[tokio::test(flavor = "multi_thread")]
async fn extra_time_ends_by_the_later_bound_and_a_lock_by_the_earlier() {
    // R-TIME-007
    let mut house = House::found(None).await;
    house.lock(NOON - 600, Some(NOON + 3600)).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    assert_eq!(said(&house).1, Reason::Locked);
    // Off for two hours: the lock is over, and the device cannot know it.
    house.reboot(7200).await;
    house.device.jump_wall(DAY);
    assert_eq!(said(&house).1, Reason::Locked);
    house.pass(3600);
    assert_eq!(said(&house), (Effect::Allow, Reason::Allowed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beat_that_names_another_live_list_makes_safety_pending_and_nobody_fresh() {
    // R-REG-013, R-TIME-011, R-EVAL-062
    let mut house = House::found(None).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    house.pass(2 * DAY);
    house.beat_with_another_root().await;
    house.sync().await;
    assert_eq!(state(&house), State::Stale);
    let app = Action::parse("app:android/com.example", house.agent().ratings()).unwrap();
    let asks = |house: &House| {
        let (usage, context) = (Usage::none(), Context::new(Timestamp::UNIX_EPOCH, &app));
        let decision = house.agent().decide(house.child, &usage, &context).unwrap();
        (decision.effect(), decision.reason())
    };
    assert_eq!(asks(&house), (Effect::Ask, Reason::Pending));
    // It is so after a restart too, without a network.
    house.reboot(60).await;
    assert_eq!(asks(&house), (Effect::Ask, Reason::Pending));
    house.guardian.beat().await.unwrap();
    house.sync().await;
    assert_eq!(
        (state(&house), asks(&house).0),
        (State::Fresh, Effect::Allow)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_what_was_heard_safety_is_pending_until_beats_are_read_anew() {
    // R-REG-013, R-EVAL-062
    let mut house = House::found(None).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    let app = Action::parse("app:android/com.example", house.agent().ratings()).unwrap();
    let asks = |house: &House| {
        let (usage, context) = (Usage::none(), Context::new(Timestamp::UNIX_EPOCH, &app));
        let decision = house.agent().decide(house.child, &usage, &context).unwrap();
        (decision.effect(), decision.reason())
    };
    let file = house.console().join("beats.bin");
    house.reboot(60).await;
    assert_eq!(asks(&house).0, Effect::Allow);
    for damage in [Some(b"half a beat".as_slice()), None] {
        match damage {
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        house.reboot(60).await;
        assert_eq!(asks(&house), (Effect::Ask, Reason::Pending));
        assert!(floor_is_open(&house, house.child));
        // A restart on the way does not help; the network does.
        house.reboot(60).await;
        assert_eq!(asks(&house), (Effect::Ask, Reason::Pending));
        house.sync().await;
        assert_eq!(asks(&house).0, Effect::Allow);
        house.reboot(60).await;
        assert_eq!(asks(&house).0, Effect::Allow);
    }
    // What differed before the damage still does behind it.
    house.beat_with_another_root().await;
    house.sync().await;
    std::fs::write(&file, b"half a beat").unwrap();
    house.reboot(60).await;
    house.sync().await;
    assert_eq!(asks(&house), (Effect::Ask, Reason::Pending));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_of_age_is_free_offline_and_thirty_days_later_nothing_is_left() {
    // R-TIME-013, R-TIME-014, R-PRIV-014, R-TIME-012
    let mut house = House::found(Some((2026, 12))).await;
    house.lock(NOON - 600, None).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    house.agent.as_mut().unwrap().report().await.unwrap();
    let secrets = house.secrets();
    assert!(!secrets.is_empty());
    assert!(
        secrets.iter().all(|secret| house.holds(secret)),
        "the scan finds what is there"
    );
    // The first of December is eight and a half days away.
    house.pass(8 * DAY);
    assert_eq!(said(&house).1, Reason::Locked);
    house.pass(DAY);
    assert_eq!(
        (state(&house), said(&house)),
        (State::Released, (Effect::Allow, Reason::Allowed))
    );
    let child = Voice::new(Language::English, Register::Child);
    let line = house.agent().says_state(house.child, child).unwrap();
    assert_eq!(line, "You are free of these rules.");
    // Neither a beat nor a restart brings control back, and there is one last report.
    house.reboot(60).await;
    house.guardian.beat().await.unwrap();
    house.sync().await;
    house.agent.as_mut().unwrap().report().await.unwrap();
    let last = house.reports();
    assert!(last > 0);
    house.agent.as_mut().unwrap().report().await.unwrap();
    assert_eq!((state(&house), house.reports()), (State::Released, last));
    assert!(secrets.iter().any(|secret| house.holds(secret)));

    house.pass(30 * DAY);
    assert_eq!(said(&house), (Effect::Allow, Reason::Allowed));
    assert!(floor_is_open(&house, house.child));
    assert!(
        !secrets.iter().any(|secret| house.holds(secret)),
        "a secret is left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_written_with_an_end_and_a_lock_without_one() {
    // R-REQ-010
    let mut house = House::found(None).await;
    let extra = serde_json::json!({"extra_time": {"target": "overall", "seconds": 900}});
    let unblock = serde_json::json!({"unblock": {"item": {"host": "example.org"}}});
    let lock = serde_json::json!({"lock_now": {}});
    let table = [
        (&extra, None, Some(DAY)),
        (&extra, Some(600), Some(600)),
        // A guardian may name a later end for extra time, and for nothing else.
        (&extra, Some(3 * DAY), Some(3 * DAY)),
        (&unblock, None, Some(DAY)),
        (&unblock, Some(600), Some(600)),
        (&unblock, Some(3 * DAY), Some(DAY)),
        (&lock, None, None),
        (&lock, Some(3 * DAY), Some(3 * DAY)),
    ];
    for (kind, named, written) in table {
        assert_eq!(
            house.granted(kind.clone(), named).await,
            written,
            "{kind} {named:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_that_cover_one_rule_enforce_it_each_by_itself() {
    // R-CAP-014
    let mut house = House::found(None).await;
    let tv = house.phone().with_file_name("tv");
    let mut tv = house.let_in(&tv, PepCategory::Tv, vec![house.child]).await;
    house.lock(NOON - 600, None).await;
    let locked = |agent: &Agent, child| {
        let (usage, action) = (Usage::none(), Action::Device);
        let context = Context::new(Timestamp::UNIX_EPOCH, &action);
        let decision = agent.decide(child, &usage, &context).unwrap();
        decision.reason() == Reason::Locked
    };
    // The one does not wait for the other, nor leave it to the other.
    house.sync().await;
    assert!(locked(house.agent(), house.child) && !locked(&tv, house.child));
    tv.sync().await.unwrap();
    assert!(locked(house.agent(), house.child) && locked(&tv, house.child));
    drop(house.agent.take());
    assert!(locked(&tv, house.child), "the other one is off");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardians_device_knows_since_when_it_has_not_beaten() {
    // R-OPS-016
    let mut house = House::found(None).await;
    let silent = |house: &mut House| house.guardian.driver().silence().unwrap();
    assert_eq!(silent(&mut house), None);
    house.guardian.beat().await.unwrap();
    house.pass(DAY - 1);
    assert_eq!(silent(&mut house), None, "it has a day");
    house.pass(1);
    assert_eq!(silent(&mut house), Some(Silence::Since(NOON)));
    house.pass(3 * DAY);
    assert_eq!(
        silent(&mut house),
        Some(Silence::Since(NOON)),
        "it stays so"
    );
    house.guardian.beat().await.unwrap();
    assert_eq!(silent(&mut house), None);
    // A note that is damaged, or of a time to come, is told until the next beat, and not read as none.
    let ahead = (NOON + 90 * DAY).to_be_bytes();
    for note in [b"half".as_slice(), b"", &ahead] {
        house
            .guardian
            .driver()
            .store()
            .keep("beaten.bin", note)
            .unwrap();
        assert_eq!(silent(&mut house), Some(Silence::Unknown));
        assert_eq!(silent(&mut house), Some(Silence::Unknown), "it stays so");
        house.guardian.beat().await.unwrap();
        assert_eq!(silent(&mut house), None);
    }
    for name in ["heads.bin", "groups.json"] {
        house.guardian.driver().store().keep(name, &[0xff]).unwrap();
        let told = house
            .guardian
            .tend()
            .await
            .map(drop)
            .and_then(|()| house.guardian.note_head());
        assert!(
            matches!(told, Err(ClientError::Damaged { .. })),
            "{name}: {told:?}"
        );
        std::fs::remove_file(house.guardian.driver().store().folder().join(name)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_applies_nothing_for_a_day_is_flagged_until_it_does() {
    // R-TIME-017
    let mut house = House::found(None).await;
    house.guardian.note_head().unwrap();
    house.report().await;
    let seen = |points: Vec<parcep_client::guardian::PointSeen>| {
        (points[0].applied, points[0].behind_since)
    };
    let head = |house: &House| Some(house.guardian.head().0 - 1);
    let before = head(&house);
    let told = seen(house.guardian.points().await.unwrap());
    assert_eq!(told, (before, None));
    house.pass(40 * DAY);
    let told = seen(house.guardian.points().await.unwrap());
    assert_eq!(told, (before, None), "nothing is new, so it is not behind");

    house.lock(NOON, None).await;
    house.guardian.note_head().unwrap();
    house.pass(DAY - 1);
    let told = seen(house.guardian.points().await.unwrap());
    assert_eq!(told, (before, None), "it has a day");
    house.pass(1);
    let told = seen(house.guardian.points().await.unwrap());
    assert_eq!(told, (before, Some(NOON + 40 * DAY)));
    house.report().await;
    let told = seen(house.guardian.points().await.unwrap());
    assert_eq!(told, (head(&house), None));
}
