//! Lies about time, and about having come back from a copy.

use super::scene::{CONSOLE, PHONE, Scene, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::lie::Lie;
use parcep_conformance::stage::{Broken, DAY};
use parcep_core::member::{Method, Refusal};
use parcep_core::reason::Reason;
use parcep_core::time::State;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Two years, seconds.
const TWO_YEARS: i64 = 2 * 365 * DAY;

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "time-ahead",
        "signs bookmarks that are two years ahead",
        Bound::Harmless("one kind of source moves the lower bound by a day at most"),
        &["R-TIME-003", "R-TIME-007"],
        |scene| wrong_time(scene, TWO_YEARS),
    ),
    row(
        "time-behind",
        "signs bookmarks that are two years old",
        Bound::Harmless("no bound ever goes back, and no state comes of it"),
        &["R-TIME-003", "R-TIME-005"],
        |scene| wrong_time(scene, -TWO_YEARS),
    ),
    row(
        "silence",
        "holds everything back, beats too",
        Bound::Day,
        &["R-TIME-012", "R-MOVE-023"],
        silence,
    ),
    row(
        "beats-without-rules",
        "hands beats on and holds the rules back that they speak of",
        Bound::NextBeat(Reason::Withheld),
        &["R-LOG-015", "R-TIME-011"],
        beats_without_rules,
    ),
    row(
        "false-restore",
        "claims a restore, and does not take back what it lost",
        Bound::OneExchange(Reason::Rollback),
        &["R-MOVE-011", "R-MOVE-013"],
        false_restore,
    ),
    row(
        "true-restore",
        "comes back from a copy, and takes back what it lost",
        Bound::Harmless("it says so, and the members give back what it lost"),
        &["R-MOVE-009", "R-MOVE-011"],
        true_restore,
    ),
];

fn wrong_time(scene: &mut Scene, by: i64) -> Result<(), Broken> {
    scene.attack(|relay| relay.clock_error = by);
    for _ in 0..3 {
        scene.wait(3_600);
        for at in [CONSOLE, TV] {
            scene.visit(at)?;
            let now = scene.family.now;
            let time = scene.device(at)?.time.as_ref();
            let lower = time.and_then(|time| time.keeper.lower()).unwrap_or(now);
            scene.harm_if(lower > now + DAY, "a relay alone pushed the time");
            scene.harm_if(lower < now - DAY, "a relay alone turned the time back");
        }
    }
    Ok(())
}

fn silence(scene: &mut Scene) -> Result<(), Broken> {
    scene.beat(PHONE)?;
    [CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))?;
    scene.lie(
        Lie::none()
            .call(Method::Read, |_, _, _| Err(Refusal::Unknown))
            .mute(),
    );
    for _ in 0..9 {
        scene.wait(3 * 3_600);
        scene.beat(PHONE)?;
        [CONSOLE, TV]
            .into_iter()
            .try_for_each(|at| scene.visit(at))?;
    }
    for at in [CONSOLE, TV] {
        let state = scene.look_at_state(at)?;
        let expected = if scene.is_honest() {
            State::Fresh
        } else {
            State::Stale
        };
        scene.harm_if(state != expected, "the state is another than it should be");
    }
    Ok(())
}

fn beats_without_rules(scene: &mut Scene) -> Result<(), Broken> {
    let end = scene.device(TV)?.member()?.head().0;
    let status = scene.relay.logs().values().next().map(|log| log.status());
    scene.lock(PHONE)?;
    scene.beat(PHONE)?;
    let again = status.clone();
    scene.lie(
        Lie::none()
            .reply(Method::Read, move |page: &mut pb::ReadResponse| {
                page.entries.retain(|entry| entry.seq < end);
                page.status.clone_from(&status);
            })
            .reply(
                Method::OpenSession,
                move |opened: &mut pb::OpenSessionResponse| {
                    opened.status.clone_from(&again);
                },
            )
            .entries(move |entries| entries.retain(|entry| entry.seq < end)),
    );
    for at in [CONSOLE, TV] {
        scene.read_beat(at, PHONE)?;
        scene.visit(at)?;
    }
    Ok(())
}

fn false_restore(scene: &mut Scene) -> Result<(), Broken> {
    let copy = scene.relay.back_up();
    scene.lock(PHONE)?;
    scene.wait(60);
    let now = scene.family.now;
    scene.attack(|relay| relay.restore(&copy, now));
    scene.lie(Lie::none().call(Method::Append, |relay, call, now| {
        let request = pb::AppendRequest::decode(call.body.as_slice());
        match request.is_ok_and(|request| request.replay) {
            true => Err(Refusal::Reason(Reason::Unsupported)),
            false => parcep_conformance::stage::Wire::call(relay, call, now),
        }
    }));
    scene.visit(PHONE)
}

fn true_restore(scene: &mut Scene) -> Result<(), Broken> {
    let copy = scene.relay.back_up();
    let id = scene.lock(PHONE)?;
    [CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))?;
    scene.wait(60);
    let now = scene.family.now;
    scene.attack(|relay| relay.restore(&copy, now));
    scene.visit(PHONE)?;
    [CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)
}
