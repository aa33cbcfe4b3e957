//! Refusals of the honest relay, read and spoilt.

use std::collections::HashMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Whether a refusal has one of these reasons.
pub(crate) fn is(status: &Status, reasons: &[&str]) -> bool {
    let info = status.get_details_error_info();
    info.is_some_and(|info| reasons.contains(&info.reason.as_str()))
}

/// A value of a refusal's metadata.
pub(crate) fn metadata(status: &Status, name: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.remove(name)
}

/// A refusal with a reason and nothing else.
pub(crate) fn with(code: Code, reason: &str, message: &str) -> Status {
    let mut details = ErrorDetails::new();
    let field = HashMap::from([("field".to_owned(), "entry".to_owned())]);
    details.set_error_info(reason, "parcep", field);
    Status::with_error_details(code, message, details)
}

/// A refusal with a reason that says what it is about.
pub(crate) fn of(code: Code, reason: &str, of: &str) -> Status {
    let mut details = ErrorDetails::new();
    let what = HashMap::from([("of".to_owned(), of.to_owned())]);
    details.set_error_info(reason, "parcep", what);
    Status::with_error_details(code, "no more room", details)
}

/// The refusal of a version that does not follow the one that stands.
pub(crate) fn version(stands: u64) -> Status {
    let mut details = ErrorDetails::new();
    let version = HashMap::from([("version".to_owned(), stands.to_string())]);
    details.set_error_info("STALE_VERSION", "parcep", version);
    Status::with_error_details(Code::Aborted, "another version stands", details)
}

/// The same refusal with more in its message.
pub(crate) fn saying(status: &Status, more: &str) -> Status {
    let message = format!("{} {more}", status.message());
    Status::with_details(status.code(), message, status.details().to_vec().into())
}
