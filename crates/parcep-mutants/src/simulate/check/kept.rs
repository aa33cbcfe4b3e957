//! 1: no acknowledged write is lost.

use super::{Failure, Invariant, Observer};
use crate::simulate::stage::Stage;

/// Every document that a device was told stands, stands in the log; that every member holds it is the
/// next invariant.
pub(super) fn check(stage: &Stage, observer: &Observer) -> Result<(), Failure> {
    for (id, (who, seq)) in &stage.ledger.acknowledged {
        let stands = observer.member.household().and_then(|h| h.place_of(*id));
        if stands != Some(*seq) {
            let what = format!("{who} was told that {id} stands at {seq}; it does not");
            return Err(Failure::new(Invariant::Kept, what));
        }
    }
    Ok(())
}
