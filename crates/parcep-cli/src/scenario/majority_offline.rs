//! A child comes of age while the relay is gone and no guardian opens an app: the console lets go by
//! itself, and forgets a month later.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::failed;
use parcep_client::agent::Agent;
use parcep_core::constitution::YearMonth;
use parcep_core::decide::{Action, Context, Effect, Usage};
use parcep_core::epoch::PepCategory;
use parcep_core::id::PrincipalId;
use parcep_core::texts::{Language, Register, Voice};
use parcep_core::time::State;

/// The month of majority.
const DECEMBER: YearMonth = YearMonth {
    year: 2026,
    month: 12,
};

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(
        house.now(),
        "the law names December 2026; the console serves one child",
    );
    let (mut mireille, _) = house.found("Mireille", Some(DECEMBER)).await?;
    let child = house.child(&mireille)?;
    let mut console = house
        .point(&mut mireille, "console", PepCategory::Console)
        .await?;
    mireille.beat().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    stage.check(
        state(&console, child) == Some(State::Fresh),
        "FRESH: the rules are up to date",
    );

    drop(mireille);
    house.stop_relay(0).await?;
    stage.moment(
        house.now(),
        "the relay goes away, and no guardian is heard again",
    );
    run(house, &mut console, 2)?;
    stage.moment(house.now(), "two days later");
    tell(stage, &console, child);
    stage.check(
        state(&console, child) == Some(State::Stale),
        "STALE: the same policy, and it says so",
    );
    run(house, &mut console, 7)?;
    stage.moment(house.now(), "nine days without a guardian");
    tell(stage, &console, child);
    let held = denies(&console, child, house.now());
    stage.check(
        state(&console, child) == Some(State::Expired) && held,
        "EXPIRED: the rules still hold, nothing is opened silently and nothing is a brick",
    );
    run(house, &mut console, 15)?;
    stage.moment(house.now(), "the last days of November");
    stage.check(
        state(&console, child) != Some(State::Released),
        "not a day too early",
    );

    run(house, &mut console, 2)?;
    stage.moment(house.now(), "December: of age");
    tell(stage, &console, child);
    let free = !denies(&console, child, house.now());
    stage.check(
        state(&console, child) == Some(State::Released) && free,
        "RELEASED, by nobody's word: no relay, no guardian, no way back",
    );

    run(house, &mut console, 31)?;
    stage.moment(house.now(), "a month later");
    stage.check(
        console.erased().contains(&child),
        "everything about them is destroyed",
    );
    drop(console);
    let left = std::fs::read_dir(house.path("console"));
    let left = left.map_err(|error| broken(&error.to_string()))?;
    let names: Vec<_> = left.flatten().map(|file| file.file_name()).collect();
    let keys = ["keys.json", "secrets.bin", "log.bin"];
    let held = names.iter().any(|name| keys.iter().any(|key| name == key));
    stage.check(
        !held,
        "no key, no secret and no entry is left on the console",
    );
    Ok(())
}

/// Days go by; the console is on, and looks at its clock.
fn run(house: &House, console: &mut Agent, days: i64) -> Result<(), Failure> {
    for _ in 0..days * 4 {
        house.pass(DAY / 4);
        console.tick().map_err(failed)?;
    }
    Ok(())
}

fn state(console: &Agent, child: PrincipalId) -> Option<State> {
    console.standing(child).map(|standing| standing.state)
}

fn tell(stage: &mut Stage, console: &Agent, child: PrincipalId) {
    if let Some(words) = console.says_state(child, Voice::new(Language::English, Register::Child)) {
        stage.sees("the child", words);
    }
}

/// Whether something that the family's rules forbid is denied.
fn denies(console: &Agent, child: PrincipalId, now: i64) -> bool {
    let usage = Usage::none();
    let Ok(action) = Action::parse("content:pegi/18", console.ratings()) else {
        return false;
    };
    let at = jiff::Timestamp::from_second(now).unwrap_or_default();
    let context = Context::new(at, &action);
    let decision = console.decide(child, &usage, &context);
    decision.is_some_and(|decision| decision.effect() == Effect::Deny)
}
