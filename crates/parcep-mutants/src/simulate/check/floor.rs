//! 3: the rights floor is always open.

use super::{Failure, Invariant};
use crate::simulate::faults::Fault;
use crate::simulate::stage::Stage;
use jiff::Timestamp;
use parcep_conformance::stage::{Broken, Kind};
use parcep_core::decide::{Action, Context, Effect, ServiceUrn, Usage, decide};
use parcep_core::household::Need;
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;

/// Services on the floor: an emergency call, and a line for children.
const FLOOR: [&str; 3] = [
    "urn:service:sos",
    "urn:service:sos.police",
    "urn:service:counseling.children",
];

/// Asks an enforcement point, for everybody whom it serves, whether help can be reached.
pub(super) fn check(stage: &mut Stage, at: usize) -> Result<(), Failure> {
    let device = stage.family.device(at)?;
    let (Kind::Point(category), Some(member)) = (device.kind, &device.member) else {
        return Ok(());
    };
    let Some(household) = member.household() else {
        return Ok(());
    };
    let Some(point) = household.enforcement_point(device.id()) else {
        return Ok(());
    };
    let wall = Timestamp::from_second(device.wall(stage.family.now)).map_err(Broken::new)?;
    let mut decisions = 0;
    for dependant in &point.dependants {
        let view = household.view(*dependant, member.keyring(), Need::Category(category));
        let compiled = view.compile(&RatingTable::bundled(), &Zones::bundled());
        let policy = compiled.map_err(Broken::new)?;
        for urn in FLOOR {
            let action = Action::Service(ServiceUrn::new(urn).map_err(Broken::from)?);
            let usage = Usage::none();
            let decision = decide(&policy, &usage, &Context::new(wall, &action));
            decisions += 1;
            let shut = stage.fault == Some(Fault::ShutFloor) && !view.overrides.is_empty();
            if decision.effect() != Effect::Allow || shut {
                let what = format!("{} does not let {urn} through", device.name);
                return Err(Failure::new(Invariant::FloorOpen, what));
            }
        }
    }
    stage.ledger.decisions += decisions;
    Ok(())
}
