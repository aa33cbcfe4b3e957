//! Documents to work on.

use parcep_interchange::family::{Child, Imported, LossCode};
use parcep_interchange::json::{Json, Limits, parse};
use parcep_interchange::pcps;

/// A family of the shape of the published example, with most traps in it.
pub(crate) const OKAFOR: &str = include_str!("../fixtures/okafor.json");

pub(crate) fn json(text: &str) -> Json {
    parse(text.as_bytes(), Limits::DOCUMENT).expect("JSON")
}

/// The smallest document around this policy.
pub(crate) fn with_policy(policy: &str) -> String {
    format!(
        r#"{{"pcps_version": "1.0", "family_id": "f", "timezone": "Europe/Berlin",
            "guardians": [{{"guardian_id": "g", "name": "G", "role": "primary"}}],
            "children": [{{"child_id": "c", "child_name": "C", "policy": {policy}}}]}}"#
    )
}

pub(crate) fn import(text: &str) -> Imported {
    pcps::import(text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

/// The only child of a document around this policy.
pub(crate) fn child(policy: &str) -> Child {
    import(&with_policy(policy)).family.children.remove(0)
}

/// Code and pointer of each line of the loss report.
pub(crate) fn losses(policy: &str) -> Vec<(LossCode, String)> {
    let loss = import(&with_policy(policy)).loss;
    loss.into_iter()
        .map(|loss| (loss.code, loss.pointer))
        .collect()
}

/// Asserts that the document comes out as it went in.
pub(crate) fn assert_round_trip(text: &str) {
    let imported = import(text);
    let (out, _) = pcps::export(&imported);
    let (canonical_out, canonical_in) = (
        parcep_interchange::json::canonical(&out),
        parcep_interchange::json::canonical(&json(text)),
    );
    assert_eq!(canonical_out, canonical_in);
}
