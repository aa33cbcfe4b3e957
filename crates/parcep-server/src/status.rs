//! Refusals as gRPC statuses with `google.rpc.ErrorInfo` (R-RELAY-020).

use crate::refusal::Refusal;
use parcep_core::reason::{Reason, code};
use parcep_core::registry::error_reason;
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Domain of every reason.
pub(crate) const DOMAIN: &str = "parcep";

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let mut details = ErrorDetails::new();
        if let Some(wait) = retry_after(&refusal) {
            details.set_retry_info(Some(wait));
        }
        build(
            refusal.reason(),
            refusal.to_string(),
            metadata(&refusal),
            details,
        )
    }
}

/// A status for a reason that has no [`Refusal`], such as bytes that do not parse.
pub(crate) fn plain(reason: Reason, message: &str) -> Status {
    build(reason, message.into(), HashMap::new(), ErrorDetails::new())
}

fn build(
    reason: Reason,
    message: String,
    metadata: HashMap<String, String>,
    mut details: ErrorDetails,
) -> Status {
    details.set_error_info(code(reason), DOMAIN, metadata);
    Status::with_error_details(grpc_code(reason), message, details)
}

/// The gRPC code of a reason, as the registry says it. What a caller may simply try again is
/// UNAVAILABLE or RESOURCE_EXHAUSTED; what it must look at first is ABORTED.
fn grpc_code(reason: Reason) -> Code {
    error_reason(reason)
        .and_then(|row| row.grpc_code)
        .map_or(Code::Internal, |code| Code::from_i32(code.into()))
}

fn metadata(refusal: &Refusal) -> HashMap<String, String> {
    let pairs = match refusal {
        Refusal::InvalidArgument(field) => vec![("field", (*field).into())],
        Refusal::TooLarge { field, limit } => {
            vec![("field", (*field).into()), ("limit", limit.to_string())]
        }
        Refusal::NotPermitted(right) => vec![("right", (*right).into())],
        Refusal::StaleHead { next_seq, head } => {
            vec![("next_seq", next_seq.to_string()), ("head", head.to_hex())]
        }
        Refusal::StaleVersion(version) => vec![("version", version.to_string())],
        Refusal::RateLimited(wait) | Refusal::Unavailable(wait) => {
            vec![("retry_after_ms", wait.as_millis().to_string())]
        }
        Refusal::Quota { of, limit } => {
            vec![("of", (*of).into()), ("limit", limit.to_string())]
        }
        Refusal::Unsupported(what) => vec![("what", (*what).into())],
        _ => Vec::new(),
    };
    pairs
        .into_iter()
        .map(|(name, value): (&str, String)| (name.to_owned(), value))
        .collect()
}

fn retry_after(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::RateLimited(wait) | Refusal::Unavailable(wait) => Some(*wait),
        Refusal::Storage => Some(Duration::from_secs(1)),
        _ => None,
    }
}
