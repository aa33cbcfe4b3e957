//! Refusals of calls, with `google.rpc.ErrorInfo` (R-ERR-001). Why there is no signal is no refusal: it is an outcome.

use parcep_core::reason::{Reason, code};
use parcep_core::registry::error_reason;
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

const DOMAIN: &str = "parcep";

/// Why a call is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No account has the secret, or none was given. The answer is the same for both.
    NoAccount,
    /// A field is wrong.
    InvalidArgument(&'static str),
    /// Larger than anything that is read.
    TooLarge,
    /// Too many calls.
    RateLimited(Duration),
    /// Too much at work.
    Busy,
    /// Not here.
    Unsupported(&'static str),
    /// A fault of the issuer's own.
    Internal,
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let (reason, message, metadata) = told(refusal);
        let mut details = ErrorDetails::new();
        let wait = match refusal {
            Refusal::RateLimited(wait) => Some(wait),
            Refusal::Busy => Some(Duration::from_secs(1)),
            _ => None,
        };
        let mut all: HashMap<String, String> = metadata
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect();
        if let Some(wait) = wait {
            details.set_retry_info(Some(wait));
            all.insert("retry_after_ms".to_owned(), wait.as_millis().to_string());
        }
        details.set_error_info(code(reason), DOMAIN, all);
        Self::with_error_details(grpc_code(reason), message, details)
    }
}

type Told = (Reason, &'static str, Option<(&'static str, String)>);

fn told(refusal: Refusal) -> Told {
    match refusal {
        Refusal::NoAccount => (Reason::NoSession, "no account has this secret", None),
        Refusal::InvalidArgument(field) => {
            let metadata = Some(("field", field.to_owned()));
            (Reason::InvalidArgument, "a field is not valid", metadata)
        }
        Refusal::TooLarge => {
            let metadata = Some(("limit", crate::limits::MAX_REQUEST.to_string()));
            (Reason::TooLarge, "the request is too large", metadata)
        }
        Refusal::RateLimited(_) => (Reason::RateLimited, "too many calls", None),
        Refusal::Busy => (Reason::Unavailable, "too many calls are at work", None),
        Refusal::Unsupported(what) => {
            let metadata = Some(("what", what.to_owned()));
            (
                Reason::Unsupported,
                "this issuer does not do that",
                metadata,
            )
        }
        Refusal::Internal => (Reason::Internal, "a fault of the issuer's own", None),
    }
}

fn grpc_code(reason: Reason) -> Code {
    error_reason(reason)
        .and_then(|row| row.grpc_code)
        .map_or(Code::Internal, |code| Code::from_i32(code.into()))
}

/// What the gRPC library refused by itself, explained like the rest.
pub(crate) fn explained(status: &Status) -> Option<Status> {
    if status.code() == Code::Ok || !status.details().is_empty() {
        return None;
    }
    let refusal = match status.code() {
        Code::OutOfRange | Code::ResourceExhausted => Refusal::TooLarge,
        Code::Unimplemented => Refusal::Unsupported("compression"),
        Code::Cancelled | Code::DeadlineExceeded | Code::Unavailable => return None,
        _ => Refusal::InvalidArgument("request"),
    };
    Some(refusal.into())
}
