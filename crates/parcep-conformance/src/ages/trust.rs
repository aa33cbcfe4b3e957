//! Trust lists, and a holder that looks at its batch.

use parcep_core::age::{SignedToken, TrustList, check_batch};
use parcep_core::crypto::sha256;
use serde_json::{Value, json};

use super::Unanswered;
use super::given::{Given, unread};

pub(super) const BATCHES: &[&str] = &["sent", "tokens", "trust", "now"];
pub(super) const TRUST: &[&str] = &["list", "key", "day"];

pub(super) fn trusted(given: &Given<'_>) -> Result<Value, Unanswered> {
    let list = list(given, "list")?;
    let bucket = given.number("day")? * 86_400;
    let trusted = list.find_for(sha256(&given.bytes("key")?).as_bytes(), bucket);
    Ok(json!({ "trusted": trusted.is_some() }))
}

pub(super) fn batch(given: &Given<'_>) -> Result<Value, Unanswered> {
    let (sent, list) = (given.keys("sent")?, list(given, "trust")?);
    let tokens = given.byte_strings("tokens")?;
    let tokens: Result<Vec<_>, _> = tokens
        .iter()
        .map(|token| SignedToken::from_bytes(token))
        .collect();
    let now = given.number("now")?;
    let kept = tokens.and_then(|tokens| check_batch(&sent, &tokens, (&list).into(), now));
    Ok(json!({ "kept": kept.is_ok() }))
}

pub(super) fn list(given: &Given<'_>, name: &str) -> Result<TrustList, Unanswered> {
    let json = serde_json::to_vec(given.value(name)?).map_err(unread)?;
    TrustList::parse(&json).map_err(|error| Unanswered::Refused(error.reason()))
}
