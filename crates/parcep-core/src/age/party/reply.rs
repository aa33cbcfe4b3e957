//! What came of asking: a claim that counts, or the reason why there is none.

use crate::age::{
    AgeAssurance, AgeAssuranceScheme, AgeConsent, AgeInterval, AgeOutcome, AgePurpose, AgeSignal,
    Claim, IssuerRole, Statement, TrustedIssuer,
};

use crate::crypto::Hash;

use super::checked::{Refused, Said};
use super::{ClaimTimes, Evidence, KnownAs, Next, Tries};

/// What came of asking. Whether it still counts is for [`super::RelyingParty::judge`] to say, at the
/// time it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reply {
    outcome: AgeOutcome,
    consent: AgeConsent,
    retry_after: Option<u32>,
    refused: Option<Refused>,
    pub(super) accepted: Option<Accepted>,
}

/// A claim that was verified and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) signal: AgeSignal,
    pub(super) issuer: String,
    pub(super) key_id: Hash,
    pub(super) role: IssuerRole,
    /// When the party asked for it.
    pub(super) asked: i64,
    /// Assurance that was asked for (R-AGE-034).
    pub(super) least: AgeAssurance,
    pub(super) known_as: KnownAs,
}

impl Reply {
    /// A transport that failed: nobody answered (R-AGE-032).
    pub fn transport_failed() -> Self {
        Self::without(AgeOutcome::TemporarilyUnavailable)
    }

    /// Without a claim. A consent is read for purposes that may tell it alone (R-AGE-057).
    pub(super) fn of(said: Said, purpose: AgePurpose) -> Self {
        Self {
            outcome: match said.outcome {
                AgeOutcome::Signal => AgeOutcome::AgeUnknown,
                other => other,
            },
            consent: match purpose.tells_who_governs() {
                true => said.consent,
                false => AgeConsent::NotReported,
            },
            retry_after: said.retry_after,
            refused: None,
            accepted: None,
        }
    }

    /// With a claim that does not count: nobody knows.
    pub(super) fn refused_as(refused: Refused) -> Self {
        let mut reply = Self::without(AgeOutcome::AgeUnknown);
        reply.refused = Some(refused);
        reply
    }

    fn without(outcome: AgeOutcome) -> Self {
        // Nothing is said of a consent, whatever the purpose.
        Self::of(Said::only(outcome), AgePurpose::AccessGate)
    }

    pub(super) fn accepted(accepted: Accepted) -> Self {
        let consent = accepted.signal.guardianship.consent;
        Self {
            outcome: AgeOutcome::Signal,
            consent,
            retry_after: None,
            refused: None,
            accepted: Some(accepted),
        }
    }

    /// The outcome. Only [`AgeOutcome::Signal`] says anything about an age (R-AGE-033).
    #[must_use]
    pub const fn outcome(&self) -> AgeOutcome {
        self.outcome
    }

    /// Why a claim that came was not taken, for a log.
    #[must_use]
    pub const fn refused(&self) -> Option<Refused> {
        self.refused
    }

    /// What a guardian said, as far as it was told.
    #[must_use]
    pub const fn consent(&self) -> AgeConsent {
        self.consent
    }

    /// What the claim says; only with [`AgeOutcome::Signal`]. To decide by it ask
    /// [`super::RelyingParty::judge`], which looks at revocations and at the time.
    #[must_use]
    pub fn signal(&self) -> Option<&AgeSignal> {
        self.accepted.as_ref().map(|accepted| &accepted.signal)
    }

    /// The number under which the party's record has the claim (R-AGE-055).
    #[must_use]
    pub fn known_as(&self) -> Option<KnownAs> {
        self.accepted.as_ref().map(|accepted| accepted.known_as)
    }

    /// What to do next. `tries` counts those of one ask (R-AGE-032).
    pub fn next(&self, tries: &mut Tries) -> Next {
        tries.after(self.outcome, self.retry_after)
    }

    /// The claim as one opinion among several, for [`super::resolve`]. An assurance on another scale
    /// is not told. One with less assurance than was asked for has no lower bound here: it opens
    /// nothing and closes all the same (R-AGE-034).
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        self.accepted.as_ref().map(|accepted| Evidence {
            interval: match accepted.assurance().meets(accepted.least) {
                true => accepted.signal.interval,
                false => AgeInterval::between(0, accepted.signal.interval.upper()),
            },
            method: accepted.signal.method,
            assurance: accepted.assurance(),
            binding: accepted.signal.binding,
            role: Some(accepted.role),
            contrary: false,
            not_after: accepted.signal.not_after,
        })
    }

    /// The same as the form that reports and the command line use (R-AGE-060).
    #[must_use]
    pub fn statement(&self) -> Statement {
        let mut statement = match self.signal() {
            Some(signal) => Statement::signal(Claim {
                exact_cell: signal.exact_cell,
                declarant_check: signal.declarant_check,
                claim_scope: signal.claim_scope,
                ..Claim::new(signal.interval, signal.method, signal.assurance)
            }),
            None => Statement::without(self.outcome),
        };
        statement.consent = self.consent;
        if let Some(signal) = self.signal() {
            statement.supervision = signal.guardianship.supervision;
        }
        statement
    }
}

impl Accepted {
    pub(super) fn new(
        signal: AgeSignal,
        issuer: &TrustedIssuer,
        (asked, least, known_as): (i64, AgeAssurance, KnownAs),
    ) -> Self {
        Self {
            signal,
            issuer: issuer.name.clone(),
            key_id: issuer.key_id(),
            role: issuer.role,
            asked,
            least,
            known_as,
        }
    }

    /// On this protocol's own scale.
    pub(super) fn assurance(&self) -> AgeAssurance {
        match self.signal.assurance_scheme {
            AgeAssuranceScheme::Parcep => self.signal.assurance,
            _ => AgeAssurance::NotTold,
        }
    }

    pub(super) const fn times(&self) -> ClaimTimes {
        ClaimTimes {
            asked: self.asked,
            issued_bucket: self.signal.issued_bucket,
        }
    }
}
