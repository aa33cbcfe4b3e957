//! What a relay answered instead of success, as far as a judge needs it.

use std::collections::HashMap;
use std::fmt;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A call that did not succeed.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// The relay said no.
    Said(Box<Said>),
    /// The relay did not answer in time.
    Silent(u64),
    /// The connection broke, or never stood.
    Broken(String),
    /// The answer is no message of its kind.
    Unreadable(String),
}

/// A gRPC status from the relay.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// gRPC code.
    pub(crate) code: Code,
    /// Reason of `google.rpc.ErrorInfo`, if there was one.
    pub(crate) reason: Option<String>,
    /// Its domain.
    pub(crate) domain: String,
    /// Its metadata.
    pub(crate) metadata: HashMap<String, String>,
    /// The message, for people.
    pub(crate) message: String,
    /// Message, details and trailing metadata: everything that could leak something.
    pub(crate) everything: Vec<u8>,
    /// How long the relay asks to wait, in milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Refusal {
    /// The status, if the relay sent one.
    pub(crate) fn said(&self) -> Option<&Said> {
        match self {
            Self::Said(said) => Some(said),
            Self::Silent(_) | Self::Broken(_) | Self::Unreadable(_) => None,
        }
    }

    /// Whether the relay only asks for patience: this judges nobody.
    pub(crate) fn asks_for_patience(&self) -> bool {
        let reason = self.said().and_then(|said| said.reason.as_deref());
        matches!(reason, Some("RATE_LIMITED" | "UNAVAILABLE" | "RESTORING"))
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        if let Some(cause) = transport_cause(&status) {
            return Self::Broken(cause);
        }
        let info = status.get_details_error_info();
        let retry = status.get_details_retry_info();
        let mut everything = status.message().as_bytes().to_vec();
        everything.extend_from_slice(status.details());
        everything.extend_from_slice(format!("{:?}", status.metadata()).as_bytes());
        Self::Said(Box::new(Said {
            code: status.code(),
            reason: info.as_ref().map(|info| info.reason.clone()),
            domain: info
                .as_ref()
                .map(|info| info.domain.clone())
                .unwrap_or_default(),
            metadata: info.map(|info| info.metadata).unwrap_or_default(),
            message: status.message().to_owned(),
            everything,
            retry_after_ms: retry
                .and_then(|retry| retry.retry_delay)
                .and_then(|delay| u64::try_from(delay.as_millis()).ok()),
        }))
    }
}

/// A status made by our own transport has a source; one that the relay sent has none.
fn transport_cause(status: &Status) -> Option<String> {
    let mut cause: &dyn std::error::Error = std::error::Error::source(status)?;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Some(cause.to_string())
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(said) => {
                let reason = said.reason.as_deref().unwrap_or("no reason");
                write!(
                    f,
                    "refused with {reason} ({:?}: {})",
                    said.code, said.message
                )
            }
            Self::Silent(ms) => write!(f, "no answer within {ms} ms"),
            Self::Broken(cause) => write!(f, "connection lost: {cause}"),
            Self::Unreadable(cause) => write!(f, "an answer that does not parse: {cause}"),
        }
    }
}
