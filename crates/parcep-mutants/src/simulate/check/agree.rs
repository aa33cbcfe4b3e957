//! 2: all honest members come to one household.

use super::{Failure, Invariant, Observer, belongs};
use crate::simulate::stage::Stage;
use parcep_conformance::stage::{Broken, Kind};
use parcep_core::member::Member;
use parcep_core::reason;

/// Every member that belongs has the observer's head, law, epoch, members and live documents.
pub(super) fn check(stage: &Stage, observer: &Observer) -> Result<(), Failure> {
    let apart = |what: String| Err(Failure::new(Invariant::Converged, what));
    if let Some(failure) = observer.member.distrusted() {
        let code = reason::code(failure.reason);
        return apart(format!("the observer stops at {}: {code}", failure.seq));
    }
    let expected = view(&observer.member);
    for at in 0..stage.family.devices.len() {
        let device = stage.family.device(at)?;
        if !belongs(stage, observer, at)? {
            continue;
        }
        let Some(member) = &device.member else {
            return apart(format!("{} does not start", device.name));
        };
        if let Some(failure) = member.distrusted() {
            let code = reason::code(failure.reason);
            return apart(format!(
                "{} stopped at {}: {code}",
                device.name, failure.seq
            ));
        }
        // Whoever knows the newest secrets has left: nobody can hand them over, and nobody can write.
        if stage.lacks(at)? && !somebody_can_help(stage, observer)? {
            continue;
        }
        let seen = view(member);
        if seen != expected {
            let (ours, theirs) = (observer.member.head().0, member.head().0);
            let known = member.keyring().newest_household();
            let what = format!(
                "{} is at {theirs} of {ours} with another view; secrets to {known:?}, incomplete from {:?}",
                device.name,
                member.chain().incomplete_from()
            );
            return apart(what);
        }
        if member.is_busy() {
            return apart(format!("{} still waits for something", device.name));
        }
    }
    Ok(())
}

/// Whether a guardian's device that belongs has the newest secrets.
fn somebody_can_help(stage: &Stage, observer: &Observer) -> Result<bool, Broken> {
    let newest = observer.member.keyring().newest_household();
    for at in stage.places(|kind| matches!(kind, Kind::Guardian(_) | Kind::Page(_))) {
        let member = stage.family.device(at)?.member()?;
        if member.keyring().newest_household() >= newest && belongs(stage, observer, at)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What members must agree on.
fn view(member: &Member) -> Vec<Vec<u8>> {
    let (next_seq, head) = member.head();
    let mut view = vec![
        next_seq.to_be_bytes().to_vec(),
        head.0.to_vec(),
        member.live_root().0.to_vec(),
    ];
    let Some(household) = member.household() else {
        return view;
    };
    view.push(household.constitution().encode());
    view.push(household.epoch().to_be_bytes().to_vec());
    view.push(household.without_effect().to_be_bytes().to_vec());
    for (who, device) in household.people() {
        view.push(
            [
                who.to_vec(),
                device.id.to_vec(),
                device.signing.as_bytes().to_vec(),
            ]
            .concat(),
        );
    }
    view.extend(household.enforcement_points().map(|point| point.encode()));
    for dependant in household.constitution().dependants() {
        let generation = household.generation(dependant.id).unwrap_or(0);
        view.push(generation.to_be_bytes().to_vec());
    }
    view
}
