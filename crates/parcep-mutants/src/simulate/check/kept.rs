//! 1: no acknowledged write is lost.

use super::{Failure, Invariant, Observer, belongs};
use crate::simulate::stage::Stage;
use parcep_conformance::stage::Broken;
use parcep_core::document::PayloadType;

/// Every document that a device was told stands, stands in the log; that every member holds it is the
/// next invariant.
pub(super) fn check(stage: &Stage, observer: &Observer) -> Result<(), Failure> {
    for (id, (who, seq)) in &stage.ledger.acknowledged {
        let stands = observer.member.household().and_then(|h| h.place_of(*id));
        // What a restored relay lost and nobody gave back within its day, its author is asked about; an
        // epoch is drawn anew.
        let written = stage.ledger.written.get(id);
        let epoch = written.is_some_and(|note| note.payload_type == PayloadType::Epoch);
        let renewed = epoch && stage.was_divided();
        let asked = stands.is_none() && (stage.ledger.asked.contains(id) || renewed);
        if stands != Some(*seq) && !asked && !left_without_knowing(stage, observer, who)? {
            let what = format!("{who} was told that {id} stands at {seq}; it does not");
            return Err(Failure::new(Invariant::Kept, what));
        }
    }
    Ok(())
}

/// Whether a device does not belong any more, and cannot open what says so: it knows no better (R-LOG-013).
fn left_without_knowing(stage: &Stage, observer: &Observer, who: &str) -> Result<bool, Broken> {
    let mut devices = stage.family.devices.iter();
    let at = devices.position(|device| device.name == who);
    at.map_or(Ok(false), |at| {
        Ok(stage.lacks(at)? && !belongs(stage, observer, at)?)
    })
}
