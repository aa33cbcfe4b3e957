//! Answers of platforms about an age, from anybody.
//!
//! The first byte picks platform and gates, the rest is the text. Laws: nothing panics; there is a
//! claim exactly beside the outcome signal; bounds that gates were given for are gates, but for
//! Apple's that are none; the statement survives its JSON; and what goes back to a platform comes
//! again no narrower and no surer (R-AGE-004, R-AGE-033, R-AGE-053, R-AGE-054).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::age::{AgeAssurance, AgeConsent, AgeOutcome, Cuts, Statement};
use parcep_interchange::age::{
    Platform, adapt, adapt_json, to_apple, to_camara, to_claims, to_play_0_0_4, to_windows,
};

const GATES: &[&[u32]] = &[&[], &[18], &[13, 16, 18], &[10, 13], &[1, 21]];

fuzz_target!(|data: &[u8]| {
    let Some((pick, text)) = data.split_first() else {
        return;
    };
    let pick = usize::from(*pick);
    let platform = Platform::ALL[pick % Platform::ALL.len()];
    let gates = GATES[pick / Platform::ALL.len() % GATES.len()];
    let gates = (!gates.is_empty()).then(|| Cuts::new(gates.to_vec()).expect("gates"));
    let Ok(said) = adapt(platform, text, gates.as_ref()) else {
        return;
    };
    whole(&said);
    if let Some(gates) = gates.as_ref().filter(|_| platform != Platform::Apple) {
        gated(&said, gates);
    }
    let apple = gates.unwrap_or_else(|| Cuts::new(vec![13, 16, 18]).expect("gates"));
    let told = to_apple(&said, &apple);
    back(
        &said,
        &adapt_json(Platform::Apple, &told.json, Some(&apple)).expect("our own"),
    );
    let told = to_play_0_0_4(&said);
    back(
        &said,
        &adapt_json(Platform::Play004, &told.json, None).expect("our own"),
    );
    let _ = (
        to_windows(&said),
        to_camara(&said, 18),
        to_claims(&said, &apple),
    );
});

/// A bracket stands beside the outcome signal and no other, and all of it survives.
fn whole(said: &Statement) {
    assert_eq!(said.claim().is_some(), said.outcome() == AgeOutcome::Signal);
    assert!(said.loss.len() <= 64);
    let json = serde_json::to_string(said).expect("JSON");
    assert_eq!(
        &serde_json::from_str::<Statement>(&json).expect("our own"),
        said
    );
}

/// No bound but 0, none, and the gates; exact means one cell.
fn gated(said: &Statement, gates: &Cuts) {
    let Some(claim) = said.claim() else { return };
    let points = gates.points();
    let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
    assert!(lower == 0 || points.contains(&lower));
    assert!(upper.is_none_or(|upper| points.contains(&upper)));
    let inside = |gate: &&u32| **gate > lower && upper.is_none_or(|upper| **gate < upper);
    assert!(!claim.exact_cell || points.iter().find(inside).is_none());
}

fn back(said: &Statement, again: &Statement) {
    let Some(told) = again.claim() else { return };
    assert_ne!(said.consent, AgeConsent::Revoked);
    let claim = said.claim().expect("a bracket out of nothing");
    assert!(told.interval.covers(claim.interval));
    assert!(told.assurance <= claim.assurance.max(AgeAssurance::Asserted));
}
