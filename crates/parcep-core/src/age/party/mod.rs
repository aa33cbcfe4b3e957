//! What a relying party embeds: an app or a service that needs an age, and nothing more of it.
//!
//! ```text
//! challenge ── ask ── verify ── resolve ── judge ── remember
//!  Nonce   SignalRequest  Reply  Evidence  Judgement  Memory
//! ```
//!
//! [`RelyingParty`] does all of it for one claim; the pieces serve whoever has several. Nothing here
//! opens a connection or looks at a clock: bytes, time and randomness come in as arguments, and what
//! has to be kept is in [`Memory`].
//!
//! An answer has three values, never two. [`Verdict::Undecided`] is not "adult" and not "child"; it
//! keeps closed what needs the age and keeps on what protects below it (R-AGE-033, R-AGE-035).
//!
//! ```
//! use parcep_core::age::party::{Gate, RelyingParty, Regime, Threshold, Wanted};
//! use parcep_core::age::{AgePurpose, Cuts, TrustList};
//! use parcep_core::crypto::SystemRandom;
//!
//! # fn send(_: Vec<u8>) -> Vec<u8> { vec![8, 4] }
//! let trust = TrustList::parse(br#"{ "format": "parcep-age-trust/1", "issuers": [] }"#)?;
//! let mut party = RelyingParty::new("https://games.example", trust, Regime::of("US-CA"));
//!
//! let now = 1_800_000_000;
//! let wanted = Wanted::new(AgePurpose::AccessGate, Cuts::new(vec![13, 16, 18])?);
//! let question = party.ask(wanted, now, &mut SystemRandom::new())?;
//! let response = send(question.to_bytes()); // to the issuer on the device, and back
//! let reply = party.answer(&question, &response, now);
//! match party.judge(&reply, Threshold::new(16)?, now).gate(None) {
//!     Gate::Open => println!("come in"),
//!     Gate::Ask | Gate::Closed => println!("not this part"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod challenge;
mod checked;
mod feature;
mod judge;
mod knowledge;
mod reask;
mod regime;
mod reply;
mod resolve;
mod retry;
mod revoked;
mod stored;

pub use challenge::{Challenges, Nonce};
pub use checked::Refused;
pub use feature::{feature_is_on, service_is_on};
pub use judge::{Because, Gate, Judgement, Threshold, Verdict, judge, judge_interval};
pub use knowledge::{KnowledgeLog, KnownAs, KnownClaim};
pub use reask::{Reask, may_ask};
pub use regime::{ConsentNeed, Regime};
pub use reply::Reply;
pub use resolve::{Evidence, NoticeDue, Resolution, Resolved, resolve};
pub use retry::{Next, Tries, class as retry_class};
pub use revoked::{ClaimTimes, Revocations, TooManyHandles};
pub use stored::StoredReply;

use super::{
    AgeConsent, AgeOutcome, AgePurpose, Cuts, HandleState, InvalidRequest, Needs, ReplayMemory,
    RevokedHandles, SignalRequest, TrustList, utc_day,
};
use crate::crypto::{NoRandomness, Random};
use checked::{Form, PRESENTED, SIGNAL, Said};
use reply::Accepted;

/// Claims that a party remembers at once against replay, about 150 bytes each.
const REMEMBERED: usize = 1 << 20;

/// An app or a service that asks about ages.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    audience: String,
    trust: TrustList,
    regime: Regime,
    /// What it keeps.
    pub memory: Memory,
}

/// What a party keeps from one question to the next. Each part but the challenges goes to disk; a
/// party that runs on several machines keeps one for all.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Nonces that may still be answered.
    pub challenges: Challenges,
    /// What was presented already.
    pub replay: ReplayMemory,
    /// Consents that ended.
    pub revocations: Revocations,
    /// What the party knew, whether it acted by it or not.
    pub knowledge: KnowledgeLog,
}

/// What a party wants to be told. Less is better: what is not asked for is not told (R-AGE-028).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What for.
    pub purpose: AgePurpose,
    /// Its cut points, always the same ones.
    pub cuts: Cuts,
    /// How the age has to be known.
    pub needs: Needs,
    /// A place whose law it applies, where it wants to be told the person's; or empty.
    pub jurisdiction: String,
    /// Whether it has to know one cell, the youngest.
    pub one_cell: bool,
    /// Changes that it gives notice of, only to ask a guardian.
    pub changes: Vec<Vec<u8>>,
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// It breaks a rule.
    #[error(transparent)]
    Request(#[from] InvalidRequest),
    /// There is no randomness for a nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Wanted {
    /// A bracket, and nothing about how it is known.
    #[must_use]
    pub fn new(purpose: AgePurpose, cuts: Cuts) -> Self {
        Self {
            purpose,
            cuts,
            needs: Needs::default(),
            jurisdiction: String::new(),
            one_cell: false,
            changes: Vec::new(),
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            challenges: Challenges::new(),
            replay: ReplayMemory::new(REMEMBERED),
            revocations: Revocations::new(),
            knowledge: KnowledgeLog::new(),
        }
    }
}

impl RelyingParty {
    /// A party with an empty memory. `audience` is its own name as issuers and holders see it: the
    /// origin of a web service, or the id that its platform gives an app (R-AGE-013).
    #[must_use]
    pub fn new(audience: impl Into<String>, trust: TrustList, regime: Regime) -> Self {
        Self {
            audience: audience.into(),
            trust,
            regime,
            memory: Memory::default(),
        }
    }

    /// The regime that it applies.
    #[must_use]
    pub const fn regime(&self) -> Regime {
        self.regime
    }

    /// Takes another trust list in place of the one it has. Claims under a key that is no longer on
    /// it stop counting at once.
    pub fn trust(&mut self, trust: TrustList) {
        self.trust = trust;
    }

    /// Makes a question with a fresh nonce. Whether this person may be asked about again is for
    /// [`may_ask`] to say, before. Keep it with the session of the person who is asked, and
    /// send its bytes. The time is in seconds since the Unix epoch, here and below.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn ask(
        &mut self,
        wanted: Wanted,
        now: i64,
        random: &mut impl Random,
    ) -> Result<SignalRequest, AskError> {
        let mut question = SignalRequest {
            needs: wanted.needs,
            jurisdiction: wanted.jurisdiction,
            one_cell: wanted.one_cell,
            changes: wanted.changes,
            ..SignalRequest::new(&*self.audience, wanted.purpose, wanted.cuts, [0; 32])
        };
        question.check()?;
        let nonce = self.memory.challenges.give(now, random)?;
        question.nonce = nonce.as_bytes().to_vec();
        Ok(question)
    }

    /// Reads the `AgeSignalResponse` to a question of [`Self::ask`] and verifies the claim in it
    /// (R-AGE-003, R-AGE-033). A claim that is accepted is on record from then on (R-AGE-055).
    pub fn answer(&mut self, question: &SignalRequest, response: &[u8], now: i64) -> Reply {
        let mut said = Said::read(response);
        match said.signal.take() {
            Some(signal) => self.take(SIGNAL, &signal, question, now),
            None => Reply::of(said, question.purpose),
        }
    }

    /// Verifies the `PresentedAge` that a holder shows for a question of [`Self::ask`] (R-AGE-018).
    pub fn presented(&mut self, question: &SignalRequest, bytes: &[u8], now: i64) -> Reply {
        self.take(PRESENTED, bytes, question, now)
    }

    /// Takes the list of revoked handles of an issuer, by its name in the trust list. Every claim
    /// that it voids is void at once (R-AGE-045).
    ///
    /// # Errors
    /// [`TooManyHandles`].
    pub fn revoked(
        &mut self,
        issuer: &str,
        list: &RevokedHandles,
        now: i64,
    ) -> Result<(), TooManyHandles> {
        self.memory.revocations.learn(issuer, list, now)
    }

    /// Answers a threshold by one reply, as things stand at `now`, and notes that the party acts by
    /// it. Whoever has several replies about one person uses [`Self::resolve`]: a claim must not open
    /// what one with more assurance closes (R-AGE-049).
    pub fn judge(&mut self, reply: &Reply, threshold: Threshold, now: i64) -> Judgement {
        let accepted = match self.standing(reply, now) {
            Ok(accepted) => accepted,
            Err(because) => return Judgement::undecided(because),
        };
        self.memory.knowledge.used(accepted.known_as);
        let judged = judge_interval(accepted.signal.interval, threshold);
        judged.requiring(accepted.least, accepted.assurance())
    }

    /// Makes one of several replies about one person, and of what the party knows itself, by the
    /// rules of R-AGE-047 to R-AGE-049. Replies that no longer stand are left out.
    pub fn resolve(&mut self, replies: &[&Reply], own: &[Evidence], now: i64) -> Resolution {
        let mut claims = own.to_vec();
        for reply in replies {
            if let (Ok(accepted), Some(evidence)) = (self.standing(reply, now), reply.evidence()) {
                self.memory.knowledge.used(accepted.known_as);
                claims.push(evidence);
            }
        }
        resolve(&claims, self.regime.row(), now)
    }

    /// The claim of a reply, if it still counts.
    fn standing<'a>(&self, reply: &'a Reply, now: i64) -> Result<&'a Accepted, Because> {
        let unknown = Because::Outcome(AgeOutcome::AgeUnknown);
        let accepted = reply.accepted.as_ref();
        let accepted = accepted.ok_or_else(|| Because::Outcome(reply.outcome()))?;
        let signal = &accepted.signal;
        if signal.guardianship.consent == AgeConsent::Revoked {
            return Err(Because::Revoked);
        }
        if !(signal.issued_bucket..signal.not_after).contains(&now) {
            return Err(unknown);
        }
        let key_id = accepted.key_id.as_bytes();
        if self.trust.find_for(key_id, signal.issued_bucket).is_none() {
            return Err(unknown);
        }
        let revocations = &self.memory.revocations;
        let state = signal
            .guardianship
            .handle
            .map(|handle| revocations.state(&accepted.issuer, handle, accepted.times(), now));
        match state {
            Some(HandleState::Revoked) => Err(Because::Revoked),
            Some(HandleState::Stale) => Err(unknown),
            Some(HandleState::Holds) | None => Ok(accepted),
        }
    }

    fn take(&mut self, form: Form, bytes: &[u8], question: &SignalRequest, now: i64) -> Reply {
        let taken = form.take(bytes, question, &self.trust, &mut self.memory, now);
        let checked = match taken {
            Ok(checked) => checked,
            Err(refused) => return Reply::refused_as(refused),
        };
        let day = utc_day(now).unwrap_or_default();
        let knowledge = &mut self.memory.knowledge;
        let known_as = knowledge.accepted(checked.signal.interval, day);
        let least = question.needs.least_assurance;
        let asked = checked.asked;
        let accepted = Accepted::new(checked.signal, checked.issuer, (asked, least, known_as));
        Reply::accepted(accepted)
    }
}

#[cfg(test)]
mod tests;
