//! The registry of error reasons, read from `spec/registry/error-reasons.toml` when the suite is
//! built: which gRPC status and which metadata go with a reason (R-ERR-001).

use serde::Deserialize;
use std::sync::OnceLock;

/// One reason of the registry.
#[derive(Debug, Deserialize)]
pub(crate) struct ReasonRow {
    name: String,
    status: Option<String>,
    metadata: Vec<String>,
}

#[derive(Deserialize)]
struct Registry {
    error_reason: Vec<ReasonRow>,
}

/// What a refusal with this reason lacks; `None` if nothing.
pub(crate) fn lacks(
    reason: &str,
    code: tonic::Code,
    has_metadata: impl Fn(&str) -> bool,
) -> Option<String> {
    let Some(row) = rows().iter().find(|row| row.name == reason) else {
        return Some(format!("`{reason}` is not in the registry"));
    };
    let found = status_name(code);
    match row.status.as_deref() {
        Some(status) if status == found => {}
        Some(status) => return Some(format!("status {status} expected, not {found}")),
        None => return Some(format!("`{reason}` does not travel on gRPC")),
    }
    let missing = row.metadata.iter().find(|name| !has_metadata(name))?;
    Some(format!("metadata `{missing}` is missing"))
}

/// The gRPC status that goes with a reason; UNKNOWN if none does.
pub(crate) fn status(reason: &str) -> tonic::Code {
    let row = rows().iter().find(|row| row.name == reason);
    let name = row.and_then(|row| row.status.as_deref());
    let codes = (0..=16).map(tonic::Code::from_i32);
    let mut codes = codes.filter(|code| Some(status_name(*code).as_str()) == name);
    codes.next().unwrap_or(tonic::Code::Unknown)
}

fn rows() -> &'static [ReasonRow] {
    static ROWS: OnceLock<Vec<ReasonRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let text = include_str!("../../../spec/registry/error-reasons.toml");
        // A registry that does not parse is caught by a test; here it only names no reason.
        toml::from_str::<Registry>(text).map_or_else(|_| Vec::new(), |all| all.error_reason)
    })
}

/// `Code::InvalidArgument` → `INVALID_ARGUMENT`.
fn status_name(code: tonic::Code) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    #[test]
    fn the_registry_is_read_and_knows_stale_head() {
        assert!(rows().len() > 20);
        assert_eq!(lacks("STALE_HEAD", Code::Aborted, |_| true), None);
    }

    #[test]
    fn wrong_status_missing_metadata_and_unknown_reasons_are_named() {
        let cases = [
            (
                "STALE_HEAD",
                Code::NotFound,
                true,
                "status ABORTED expected, not NOT_FOUND",
            ),
            (
                "STALE_HEAD",
                Code::Aborted,
                false,
                "metadata `next_seq` is missing",
            ),
            (
                "NO_SUCH",
                Code::Aborted,
                true,
                "`NO_SUCH` is not in the registry",
            ),
            ("GAP", Code::Aborted, true, "`GAP` does not travel on gRPC"),
        ];
        for (reason, code, metadata, expected) in cases {
            assert_eq!(lacks(reason, code, |_| metadata).as_deref(), Some(expected));
        }
    }
}
