//! What an answer says. One that contradicts itself says nothing (R-AGE-033).

use super::{Answered, ClientError};
use parcep_core::age::{
    AgeConsent, AgeError, AgeHandle, AgeOutcome, AgePurpose, RevokedHandles, SignedToken,
};
use parcep_core::reason::{Reason, from_code};
use parcep_core::registry::error_reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use tonic::{Response, Status};
use tonic_types::StatusExt as _;

const DAY: i64 = 86_400;

/// The answer, or after how many seconds to try again if the issuer says so.
///
/// # Errors
/// Where trying again does not help.
pub(super) fn answer<T>(
    answer: Option<Result<Response<T>, Status>>,
) -> Result<Result<T, Option<u32>>, ClientError> {
    let status = match answer {
        None => return Ok(Err(None)),
        Some(Ok(response)) => return Ok(Ok(response.into_inner())),
        Some(Err(status)) => status,
    };
    let details = status.get_error_details();
    let reason = details
        .error_info()
        .filter(|info| info.domain == "parcep")
        .and_then(|info| from_code(&info.reason));
    if let Some(reason) = reason.filter(|reason| !may_pass(*reason)) {
        return Err(ClientError::Refused(reason));
    }
    let wait = details.retry_info().and_then(|info| info.retry_delay);
    let seconds = wait.map(|wait| wait.as_secs().saturating_add(1));
    Ok(Err(seconds.and_then(|seconds| u32::try_from(seconds).ok())))
}

/// Whether a refusal may be over soon. NO_SESSION asks for a new session; here there are none, and the secret stays
/// what it is.
fn may_pass(reason: Reason) -> bool {
    reason != Reason::NoSession && error_reason(reason).is_some_and(|row| row.retry)
}

pub(super) fn signal(response: &pb::AgeSignalResponse, purpose: AgePurpose) -> Answered {
    let outcome = AgeOutcome::read(response.outcome);
    if (outcome == AgeOutcome::Signal) != response.signal.is_some() {
        return without(AgeOutcome::AgeUnknown);
    }
    Answered {
        outcome,
        signal: response
            .signal
            .as_ref()
            .map(|signal| signal.encode_to_vec()),
        consent: match purpose.tells_who_governs() {
            true => AgeConsent::read(response.consent),
            false => AgeConsent::NotReported,
        },
    }
}

pub(super) fn unavailable() -> Answered {
    without(AgeOutcome::TemporarilyUnavailable)
}

fn without(outcome: AgeOutcome) -> Answered {
    Answered {
        outcome,
        signal: None,
        consent: AgeConsent::NotReported,
    }
}

pub(super) fn tokens(
    response: pb::IssueAgeTokensResponse,
) -> Result<(AgeOutcome, Vec<SignedToken>), AgeError> {
    let outcome = AgeOutcome::read(response.outcome);
    if (outcome == AgeOutcome::Signal) == response.tokens.is_empty() {
        return Ok((AgeOutcome::AgeUnknown, Vec::new()));
    }
    let tokens = response.tokens.iter();
    let tokens = tokens.map(|token| SignedToken::from_bytes(&token.encode_to_vec()));
    Ok((outcome, tokens.collect::<Result<_, _>>()?))
}

pub(super) fn revoked(
    response: &pb::RevokedAgeHandlesResponse,
) -> Result<RevokedHandles, ClientError> {
    let handles = response.handles.iter().map(|handle| {
        <[u8; 16]>::try_from(handle.as_slice())
            .map(AgeHandle::from_bytes)
            .map_err(|_| ClientError::Malformed)
    });
    let handles = handles.collect::<Result<Vec<_>, _>>()?;
    // Their order says nothing (R-AGE-046).
    if response.as_of.rem_euclid(DAY) != 0 {
        return Err(ClientError::Malformed);
    }
    Ok(RevokedHandles::new(handles, response.as_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(outcome: i32, signal: bool) -> pb::AgeSignalResponse {
        pb::AgeSignalResponse {
            outcome,
            signal: signal.then(pb::SignedAgeSignal::default),
            consent: AgeConsent::Granted.wire(),
            retry_after_seconds: None,
        }
    }

    /// R-AGE-033
    #[test]
    fn an_answer_that_contradicts_itself_or_is_not_known_says_nothing() {
        let gate = AgePurpose::AccessGate;
        for (outcome, with_signal) in [
            (0, false),
            (0, true),
            (1, false),
            (2, true),
            (4, true),
            (99, true),
            (99, false),
            (-1, false),
        ] {
            let read = signal(&response(outcome, with_signal), gate);
            assert_eq!(read, without(AgeOutcome::AgeUnknown), "{outcome}");
        }
        let read = signal(&response(1, true), gate);
        assert_eq!(read.outcome, AgeOutcome::Signal);
        assert!(read.signal.is_some());
    }

    /// R-AGE-029
    #[test]
    fn a_consent_is_read_for_purposes_that_may_tell_it_alone() {
        for (purpose, expected) in [
            (AgePurpose::AccessGate, AgeConsent::NotReported),
            (AgePurpose::LegalCompliance, AgeConsent::NotReported),
            (AgePurpose::SafetyDefaults, AgeConsent::Granted),
            (AgePurpose::ConsentFlow, AgeConsent::Granted),
        ] {
            assert_eq!(signal(&response(3, false), purpose).consent, expected);
        }
    }

    /// R-AGE-046
    #[test]
    fn a_list_of_handles_is_whole_and_of_a_day_in_any_order() {
        let list = |handles: &[&[u8]], as_of| {
            let handles = handles.iter().map(|handle| handle.to_vec()).collect();
            revoked(&pb::RevokedAgeHandlesResponse { handles, as_of })
        };
        assert!(list(&[], 0).is_ok());
        assert!(list(&[&[1; 16], &[2; 16]], 86_400).is_ok());
        let ascending = list(&[&[1; 16], &[2; 16]], 0);
        assert_eq!(list(&[&[2; 16], &[1; 16], &[2; 16]], 0), ascending);
        for bad in [list(&[&[1; 15]], 0), list(&[], 1)] {
            assert_eq!(bad.unwrap_err(), ClientError::Malformed);
        }
    }
}
