//! 1: no acknowledged write is lost.

use super::{Failure, Invariant, Observer, belongs};
use crate::simulate::stage::Stage;

/// Every document that a device was told stands, stands: in the log, and in the view of every member.
pub(super) fn check(stage: &Stage, observer: &Observer) -> Result<(), Failure> {
    for (id, (who, seq)) in &stage.ledger.acknowledged {
        let lost = |whose: &str| {
            let what = format!("{who} was told that {id} stands at {seq}; {whose} lacks it");
            Failure::new(Invariant::Kept, what)
        };
        let stands = observer.member.household().and_then(|h| h.place_of(*id));
        if stands != Some(*seq) {
            return Err(lost("the log"));
        }
        for at in 0..stage.family.devices.len() {
            let device = stage.family.device(at)?;
            let household = device.member.as_ref().and_then(|member| member.household());
            let holds = household.and_then(|household| household.place_of(*id));
            if belongs(stage, observer, at)? && holds != Some(*seq) {
                return Err(lost(&device.name));
            }
        }
    }
    Ok(())
}
