//! Who is served where, and what each call is answered with.
//!
//! | | App's socket | Holder's socket | Provider |
//! |---|---|---|---|
//! | `Ask` | answered for the name seen | UNSUPPORTED | UNSUPPORTED, unread |
//! | `IssueTokens` | UNSUPPORTED | answered | answered for the account |
//! | `RevokedHandles` | answered for the name seen | refused | refused |
//!
//! An app gets no tokens: it could ask for them by cut points of its own, and read in them what the pinned set hides
//! (R-AGE-037). The holder keeps that set for its audiences.

use crate::accounts::{Accounts, SecretHash};
use crate::answers::Answers;
use crate::limits::{Limits, MAX_COUNTED, MAX_HANDLES};
use crate::status::Refusal;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use parcep_core::age::{AgeOutcome, InvalidRequest, SignalRequest, TokenRequest};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::num::NonZeroU32;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// One call of `AgeSignalService`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Ask,
    IssueTokens,
    RevokedHandles,
}

/// Where callers of one kind are served.
pub(crate) enum Desk {
    /// One app, whose name the issuer has seen.
    App {
        seen: String,
        answers: Arc<dyn Answers>,
        rate: DefaultDirectRateLimiter,
    },
    /// The person's own agent.
    Holder {
        answers: Arc<dyn Answers>,
        rate: DefaultDirectRateLimiter,
    },
    /// Holders elsewhere, each with an account.
    Provider {
        accounts: Arc<dyn Accounts>,
        anonymous: DefaultDirectRateLimiter,
        rates: DefaultKeyedRateLimiter<[u8; 32]>,
    },
}

impl Desk {
    pub(crate) fn app(seen: String, answers: Arc<dyn Answers>, limits: &Limits) -> Self {
        Self::App {
            seen,
            answers,
            rate: RateLimiter::direct(per_minute(limits)),
        }
    }

    pub(crate) fn holder(answers: Arc<dyn Answers>, limits: &Limits) -> Self {
        Self::Holder {
            answers,
            rate: RateLimiter::direct(per_minute(limits)),
        }
    }

    pub(crate) fn provider(accounts: Arc<dyn Accounts>, limits: &Limits) -> Self {
        let per_second = at_least_one(limits.anonymous_per_second);
        Self::Provider {
            accounts,
            anonymous: RateLimiter::direct(Quota::per_second(per_second)),
            rates: RateLimiter::keyed(per_minute(limits)),
        }
    }

    /// Answers one call: encoded request in, encoded response out. May block.
    pub(crate) fn call(
        &self,
        method: Method,
        secret: Option<&str>,
        request: &[u8],
        now: i64,
    ) -> Result<Vec<u8>, Refusal> {
        let answers = self.admit(method, secret)?;
        match (method, self, answers) {
            (Method::Ask, Self::App { seen, .. }, Some(answers)) => {
                ask(answers.as_ref(), seen, request, now)
            }
            (Method::Ask, ..) => Ok(unsupported_signal()),
            (Method::IssueTokens, Self::Holder { .. } | Self::Provider { .. }, Some(answers)) => {
                issue_tokens(answers.as_ref(), request, now)
            }
            (Method::IssueTokens, ..) => Ok(unsupported_tokens()),
            (Method::RevokedHandles, Self::App { seen, .. }, Some(answers)) => {
                revoked_handles(answers.as_ref(), seen, request, now)
            }
            (Method::RevokedHandles, ..) => Err(Refusal::Unsupported("RevokedHandles")),
        }
    }

    /// Who answers, within the rate of whoever calls; nobody where the call is not for anybody's account.
    fn admit(
        &self,
        method: Method,
        secret: Option<&str>,
    ) -> Result<Option<Arc<dyn Answers>>, Refusal> {
        match self {
            Self::App { answers, rate, .. } | Self::Holder { answers, rate } => {
                rate.check().map_err(too_soon)?;
                Ok(Some(answers.clone()))
            }
            Self::Provider {
                accounts,
                anonymous,
                rates,
            } => {
                let account = match (method, secret) {
                    (Method::IssueTokens, Some(secret)) => SecretHash::of(secret).ok(),
                    _ => None,
                };
                let found = account.and_then(|hash| Some((hash, accounts.find(&hash)?)));
                let Some((hash, answers)) = found else {
                    // Whoever guesses is slowed down, whoever has an account is not.
                    anonymous.check().map_err(too_soon)?;
                    return match method {
                        Method::IssueTokens => Err(Refusal::NoAccount),
                        _ => Ok(None),
                    };
                };
                if rates.len() > MAX_COUNTED {
                    rates.retain_recent();
                }
                rates.check_key(hash.as_bytes()).map_err(too_soon)?;
                Ok(Some(answers))
            }
        }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::App { .. } => "App",
            Self::Holder { .. } => "Holder",
            Self::Provider { .. } => "Provider",
        })
    }
}

fn ask(answers: &dyn Answers, seen: &str, request: &[u8], now: i64) -> Result<Vec<u8>, Refusal> {
    let read = SignalRequest::from_bytes(request);
    // R-AGE-013: the name seen is the one that counts, whoever implements `answers`.
    let own = read.and_then(|request| {
        let is_own = request.audience == seen;
        is_own.then_some(request).ok_or(InvalidRequest("audience"))
    });
    let answer = answers.ask(seen, own.as_ref().map_err(|why| *why), now);
    Ok(answer.map_err(|_| Refusal::Internal)?.to_bytes())
}

fn issue_tokens(answers: &dyn Answers, request: &[u8], now: i64) -> Result<Vec<u8>, Refusal> {
    let read = TokenRequest::from_bytes(request);
    let answer = answers.issue_tokens(read.as_ref().map_err(|why| *why), now);
    Ok(answer.map_err(|_| Refusal::Internal)?.to_bytes())
}

fn revoked_handles(
    answers: &dyn Answers,
    seen: &str,
    request: &[u8],
    now: i64,
) -> Result<Vec<u8>, Refusal> {
    let request = pb::RevokedAgeHandlesRequest::decode(request)
        .map_err(|_| Refusal::InvalidArgument("request"))?;
    if request.audience != seen {
        return Err(Refusal::InvalidArgument("audience"));
    }
    let list = answers.revoked_handles(seen, now);
    let list = list.map_err(|_| Refusal::Internal)?;
    let bytes = list.to_bytes();
    if list.as_of().rem_euclid(DAY) != 0 || bytes.len() > MAX_HANDLES {
        return Err(Refusal::Internal);
    }
    Ok(bytes)
}

fn unsupported_signal() -> Vec<u8> {
    let response = pb::AgeSignalResponse {
        outcome: AgeOutcome::Unsupported.wire(),
        ..Default::default()
    };
    response.encode_to_vec()
}

fn unsupported_tokens() -> Vec<u8> {
    let response = pb::IssueAgeTokensResponse {
        outcome: AgeOutcome::Unsupported.wire(),
        ..Default::default()
    };
    response.encode_to_vec()
}

fn per_minute(limits: &Limits) -> Quota {
    Quota::per_minute(at_least_one(limits.calls_per_minute))
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn too_soon<P: governor::clock::Reference>(not: NotUntil<P>) -> Refusal
where
    DefaultClock: governor::clock::Clock<Instant = P>,
{
    Refusal::RateLimited(not.wait_time_from(DefaultClock::default().now()))
}
