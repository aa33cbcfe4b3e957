//! What platforms say, read by the adapters of `parcep-interchange`.

use parcep_core::age::Cuts;
use parcep_interchange::age::{Platform, adapt};
use serde_json::{Value, json};

use super::Unanswered;
use super::given::{Given, unread};

pub(super) const ADAPT: &[&str] = &["from", "json", "gates", "document"];

pub(super) fn adapted(given: &Given<'_>) -> Result<Value, Unanswered> {
    let platform: Platform = given.text("from")?.parse().map_err(unread)?;
    let json = serde_json::to_vec(given.value("json")?).map_err(unread)?;
    let gates: Option<Cuts> = given
        .find("gates")
        .map(|_| given.cuts("gates"))
        .transpose()?;
    let said = adapt(platform, &json, gates.as_ref());
    let said = said.map_err(|error| Unanswered::Refused(error.reason()))?;
    let said = serde_json::to_value(said).map_err(unread)?;
    Ok(json!({ "statement": said }))
}
