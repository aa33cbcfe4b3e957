//! An issuer's answers: pure, in the order of R-AGE-030, and no more than was asked.
//!
//! ```text
//! request ── proper? ── cut points kept? ── shared? ── known? ── sure enough? ──▶ SIGNAL
//!               │              │               │          │            │
//!         INVALID_REQUEST ◀────┘            REFUSED   unavailable   INSUFFICIENT_
//!                                        (AGE_UNKNOWN) verify first  ASSURANCE
//!                                                      AGE_UNKNOWN
//! ```
//!
//! Everything that differs between a supervised child and an adult comes in by [`Ask`] and
//! [`Known`], and nothing of it leaves for a gate but the cell.

mod answer;
mod known;

pub use answer::{Answer, TokenAnswer};
pub use known::{Knowledge, Known, KnownAge};

use super::signal::sign;
use super::{
    AgeBinding, AgeConsent, AgeError, AgeMethod, AgeOutcome, AgePurpose, AgeSignal, AgeToken,
    DeclarantCheck, Guardianship, InvalidRequest, Needs, Once, Pins, Share, SignalRequest,
    TokenRequest, Withheld, issue_tokens, latest_day,
};
use crate::crypto::{NoRandomness, Random, SigningKey, VerifyingKey};
use crate::registry::DEFAULT_MAJORITY_AGE;

const DAY: i64 = 86_400;

/// How an issuer speaks of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerSettings {
    /// Days that a signal lives, 1 to 366 (R-AGE-014).
    pub signal_days: u16,
    /// Weeks that a token lives, 1 to 13 (R-AGE-021).
    pub token_weeks: u8,
    /// What its signals are bound to.
    pub binding: AgeBinding,
    /// Whether a refusal looks like ignorance (R-AGE-031).
    pub collapse_refusal: bool,
    /// From which age nobody else answers for a person.
    pub majority: u8,
}

impl Default for IssuerSettings {
    /// 30 days, 4 weeks, refusals hidden, majority at 18; what signals are bound to is not told.
    fn default() -> Self {
        Self {
            signal_days: 30,
            token_weeks: 4,
            binding: AgeBinding::NotTold,
            collapse_refusal: true,
            majority: DEFAULT_MAJORITY_AGE,
        }
    }
}

/// An issuer: its key, and how it speaks of everybody.
///
/// ```
/// use parcep_core::age::*;
/// use parcep_core::crypto::{SigningKey, SystemRandom};
/// let mut random = SystemRandom::new();
/// let key = SigningKey::generate(&mut random)?;
/// let keys = [key.public()];
/// let issuer = Issuer::new(key, IssuerSettings::default())?;
///
/// // What the device knows, and what its household says.
/// let age = KnownAge::Range(AgeInterval::new(14, Some(15))?);
/// let known = Known::declared(age, AgeMethod::GuardianDeclared);
/// let (games, now) = ("https://games.example", 1_798_761_600);
/// let ask = Ask {
///     seen: games,
///     share: &Share::Allowed { cuts: None },
///     mandatory: false,
///     guardianship: &Guardianship::default(),
///     knowledge: Knowledge::Known(&known),
///     now,
/// };
///
/// // The audience asks, and gets one cell and nothing else.
/// let cuts = Cuts::new(vec![13, 16, 18])?;
/// let request = SignalRequest::new(games, AgePurpose::AccessGate, cuts, [7; 16]);
/// let answer = issuer.answer(Ok(&request), &ask, &mut Pins::new(), &mut random)?;
/// let expected = Expectation {
///     issuers: Trusted::Keys(&keys),
///     audience: games,
///     purpose: AgePurpose::AccessGate,
///     nonce: Some(&[7; 16]),
///     now,
/// };
/// let signal = verify(&answer.signal_bytes().unwrap_or_default(), expected)?;
/// assert_eq!((signal.interval.lower(), signal.interval.upper()), (13, Some(16)));
/// assert_eq!(signal.method, AgeMethod::NotTold);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Issuer {
    key: SigningKey,
    settings: IssuerSettings,
}

/// Around a request: who asks about whom, and what the household says.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The asker's name as the issuer has seen it for itself (R-AGE-013).
    pub seen: &'a str,
    /// What the household shares with it, for the purpose of the request (R-AGE-057).
    pub share: &'a Share,
    /// Whether the law that applies makes sharing mandatory (R-AGE-031).
    pub mandatory: bool,
    /// Who answers for the person. A consent that is not reported is GRANTED where the household
    /// shares (R-AGE-029).
    pub guardianship: &'a Guardianship,
    /// What the issuer can say.
    pub knowledge: Knowledge<'a>,
    /// Now, seconds since the Unix epoch.
    pub now: i64,
}

impl Issuer {
    /// An issuer.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] with the setting that is out of range.
    pub fn new(key: SigningKey, settings: IssuerSettings) -> Result<Self, AgeError> {
        if !(1..=366).contains(&settings.signal_days) {
            return Err(AgeError::Malformed("signal_days"));
        }
        if !(1..=13).contains(&settings.token_weeks) {
            return Err(AgeError::Malformed("token_weeks"));
        }
        Ok(Self { key, settings })
    }

    /// The key by which audiences know it.
    pub fn public(&self) -> VerifyingKey {
        self.key.public()
    }

    /// Answers an audience (R-AGE-030). `request` is what [`SignalRequest::from_bytes`] made of the
    /// request, whatever that is. The cut points are kept when a signal is told.
    ///
    /// # Errors
    /// [`NoRandomness`]; then nothing is kept.
    pub fn answer(
        &self,
        request: Result<&SignalRequest, InvalidRequest>,
        ask: &Ask<'_>,
        pins: &mut Pins,
        random: &mut impl Random,
    ) -> Result<Answer, NoRandomness> {
        let day = latest_day(ask.now);
        let proper = request.and_then(|request| request.check().map(|()| request));
        let Some(request) = proper.ok().filter(|request| request.audience == ask.seen) else {
            return Ok(Answer::of(AgeOutcome::InvalidRequest));
        };
        let admitted = match pins.look(ask.seen, &request.cuts, ask.share, day) {
            Ok(admitted) => admitted,
            Err(Withheld::OtherCuts) => return Ok(Answer::of(AgeOutcome::InvalidRequest)),
            Err(Withheld::NotShared(consent)) => {
                return Ok(self.refused(request.purpose, ask.mandatory, consent));
            }
        };
        let known = match ask.knowledge.enough_for(&request.needs, day) {
            Ok(known) => known,
            Err(why) => return Ok(why.into()),
        };
        let signal = AgeSignal {
            once: Once::Signal(random.array()?),
            ..self.tell(request, known, ask)
        };
        let Ok(signed) = sign(&signal, &self.key) else {
            // What is known has a form that no message has, such as a jurisdiction of no country.
            return Ok(Answer::of(AgeOutcome::TemporarilyUnavailable));
        };
        pins.keep(&admitted, day);
        Ok(Answer {
            told: Some(signal),
            signed: Some(signed),
            ..Answer::of(AgeOutcome::Signal)
        })
    }

    /// Answers a holder with tokens. It is asked by the person's own device and for no audience, so
    /// neither cut points nor what the household shares are looked at here: the holder does that.
    /// Keep nothing of it (R-AGE-059).
    pub fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        knowledge: Knowledge<'_>,
        now: i64,
    ) -> TokenAnswer {
        let proper = request.and_then(|request| request.check().map(|()| request));
        let Ok(request) = proper else {
            return TokenAnswer::of(AgeOutcome::InvalidRequest);
        };
        let day = latest_day(now);
        let known = match knowledge.enough_for(&request.needs, day) {
            Ok(known) => known,
            Err(why) => return why.into(),
        };
        let told = known.age.at("", &request.cuts, request.one_cell, day);
        let signed = AgeToken::new(told, now, self.settings.token_weeks).and_then(|token| {
            let token = AgeToken {
                method: request.needs.method_told(),
                assurance: request.needs.least_assurance,
                established: request.needs.established_within,
                ..token
            };
            issue_tokens(&token, &request.holder_keys, &self.key)
        });
        match signed {
            Ok(tokens) => TokenAnswer {
                tokens,
                ..TokenAnswer::of(AgeOutcome::Signal)
            },
            // Only of a clock beyond all calendars is there no token.
            Err(_) => TokenAnswer::of(AgeOutcome::TemporarilyUnavailable),
        }
    }

    /// R-AGE-031: a refusal shows where the guardian is asked, or where it breaks a law.
    fn refused(&self, purpose: AgePurpose, mandatory: bool, consent: AgeConsent) -> Answer {
        let shows =
            !self.settings.collapse_refusal || mandatory || purpose == AgePurpose::ConsentFlow;
        if !shows {
            return Answer::of(AgeOutcome::AgeUnknown);
        }
        Answer {
            consent: match purpose.tells_who_governs() {
                true => consent,
                false => AgeConsent::NotReported,
            },
            ..Answer::of(AgeOutcome::Refused)
        }
    }

    /// What is told: what was asked, and the cell (R-AGE-028, R-AGE-029).
    fn tell(&self, request: &SignalRequest, known: &Known, ask: &Ask<'_>) -> AgeSignal {
        let (purpose, needs) = (request.purpose, &request.needs);
        let day = latest_day(ask.now);
        let told = known.age.at(ask.seen, &request.cuts, request.one_cell, day);
        let bucket = ask.now.div_euclid(DAY).saturating_mul(DAY);
        let method = needs.method_told();
        let mut signal = AgeSignal {
            method,
            assurance: needs.least_assurance,
            established: needs.established_within,
            binding: self.settings.binding,
            nonce: Some(request.nonce.clone()),
            issued_bucket: bucket,
            not_after: bucket.saturating_add(i64::from(self.settings.signal_days) * DAY),
            ..AgeSignal::new(told, ask.seen, purpose)
        };
        if purpose != AgePurpose::AccessGate && !request.jurisdiction.is_empty() {
            signal.jurisdiction.clone_from(&known.jurisdiction);
            signal.basis = known.basis;
        }
        if purpose.tells_who_governs() {
            if method == AgeMethod::GuardianDeclared {
                signal.declarant_check = match known.declarant_check {
                    DeclarantCheck::NotSaid => DeclarantCheck::NotTold,
                    check => check,
                };
            }
            signal.guardianship = self.who_governs(known, ask, day);
        }
        signal
    }

    /// Nobody answers for an adult; for a child the household that shares does.
    fn who_governs(&self, known: &Known, ask: &Ask<'_>, day: i64) -> Guardianship {
        let majority = u32::from(self.settings.majority);
        if known.age.has_reached(ask.seen, majority, day) {
            return Guardianship {
                consent: AgeConsent::NotRequired,
                ..Guardianship::default()
            };
        }
        let said = ask.guardianship.clone();
        Guardianship {
            consent: match said.consent {
                AgeConsent::NotReported => AgeConsent::Granted,
                consent => consent,
            },
            ..said
        }
    }
}

impl Needs {
    /// The method that may be told: the one that was accepted, if it was one alone (R-AGE-028).
    fn method_told(&self) -> AgeMethod {
        match self.accepted_methods.as_slice() {
            [one] => *one,
            _ => AgeMethod::NotTold,
        }
    }
}
