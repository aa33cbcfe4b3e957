//! 4: nothing is loosened by a clock.

use super::{Failure, Invariant};
use crate::simulate::stage::Stage;
use jiff::Timestamp;
use parcep_conformance::stage::{Broken, DAY, Kind};
use parcep_core::decide::{Action, Context, Effect, Usage, decide};
use parcep_core::household::Need;
use parcep_core::policy::{Override, OverrideKind};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;

/// What an enforcement point takes for certain has passed; and a lock is not over before its end, less
/// the day that one kind of source may be ahead (R-TIME-003).
pub(super) fn check(stage: &mut Stage, at: usize) -> Result<(), Failure> {
    let now = stage.family.now;
    stage.family.device_mut(at)?.tick(now);
    let device = stage.family.device(at)?;
    let loosened = |what: String| {
        let what = format!("{} {what}", device.name);
        Err(Failure::new(Invariant::ClockProof, what))
    };
    let (Some(time), Some(member)) = (&device.time, &device.member) else {
        return Ok(());
    };
    let proven = time.keeper.proven().unwrap_or(now);
    if proven > now {
        return loosened(format!(
            "takes {} s for proven that have not passed",
            proven - now
        ));
    }
    let lower = time.keeper.lower().unwrap_or(now);
    if lower > now + DAY {
        return loosened(format!("has a lower bound {} s in the future", lower - now));
    }
    let Kind::Point(category) = device.kind else {
        return Ok(());
    };
    let Some(household) = member.household() else {
        return Ok(());
    };
    let Some(point) = household.enforcement_point(device.id()) else {
        return Ok(());
    };
    // A lock begins at the instant of the decision (R-TIME-007).
    let asked = time.asked();
    let mut decisions = 0;
    for dependant in &point.dependants {
        let view = household.view(*dependant, member.keyring(), Need::Category(category));
        let locks = || {
            let acts = view.overrides.iter();
            acts.filter(|act| matches!(act.kind(), OverrideKind::LockNow { .. }))
        };
        // Of several locks of one author the last one counts.
        let counts = |act: &&Override| {
            let mut later = locks().filter(|other| other.author() == act.author());
            later.all(|other| other.position() <= act.position())
        };
        let locked = locks().filter(counts).any(|act| {
            let ends = act.until().map_or(i64::MAX, Timestamp::as_second);
            act.from().as_second() <= asked.at && ends > now + DAY
        });
        if !locked {
            continue;
        }
        let compiled = view.compile(&RatingTable::bundled(), &Zones::bundled());
        let policy = compiled.map_err(Broken::new)?;
        let usage = Usage::none();
        let context = Context::new(Timestamp::UNIX_EPOCH, &Action::Device);
        let context = asked.at_once(context);
        let decision = decide(&policy, &usage, &context);
        decisions += 1;
        if decision.effect() != Effect::Deny {
            return loosened("opens although a lock stands".to_owned());
        }
    }
    stage.ledger.decisions += decisions;
    Ok(())
}
