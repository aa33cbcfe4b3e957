//! A device of one person: everything that answering needs, behind one lock.
//!
//! ```text
//! request ── rules of the household ── consents and changes ──▶ core::age::Issuer ── cut points, list ──▶ store ──▶ answer
//! ```
//!
//! Nothing is told before it is listed and stored (R-AGE-052), and a request that is not proper changes nothing. A
//! guardian grants and revokes by the rules of the household (R-AGE-057).

use crate::answers::{Answers, Fault};
use parcep_core::age::{
    AgeConsent, AgeControl, AgeOutcome, AgePurpose, AgeSupervision, Answer, Ask, ChangeAct,
    ChangeId, ConsentError, ConsentLedger, DisclosureLog, Guardianship, InvalidRequest, Issuer,
    Knowledge, Known, Pins, RevokedHandles, Share, SignalRequest, TokenAnswer, TokenRequest, share,
    utc_day,
};
use parcep_core::crypto::{Secret, SystemRandom};
use parcep_core::policy::AgeSection;
use parcep_core::registry::{RegimeRow, Sharing};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

const DAY: i64 = 86_400;

/// What is known and what holds now. Replace it whenever it changes.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What can be said about the age.
    pub knows: Knows,
    /// The section AGE of each guardian's live layer; `None` for one that exists and cannot be opened (R-AGE-057). Of
    /// somebody without guardians it is their own choice, as one layer: without any layer nothing is shared, and an
    /// issuer that answers for children alone would tell a gate by answering that somebody is one.
    pub layers: Vec<Option<AgeSection>>,
    /// Whether a guardian supervises the account.
    pub supervision: AgeSupervision,
    /// Limits that are set.
    pub controls: BTreeSet<AgeControl>,
    /// The regime that whoever operates the issuer applies; `None` for none (R-AGE-031).
    pub regime: Option<&'static RegimeRow>,
}

/// What can be said about an age (R-AGE-030).
#[derive(Debug, Clone)]
pub enum Knows {
    /// The own source does not answer; perhaps after so many seconds.
    Unavailable(Option<u32>),
    /// The person has to be checked first.
    VerificationRequired,
    /// Nothing.
    Nothing,
    /// This.
    Age(Known),
}

impl Facts {
    /// Nothing known and nothing shared.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            knows: Knows::Nothing,
            layers: Vec::new(),
            supervision: AgeSupervision::NotReported,
            controls: BTreeSet::new(),
            regime: None,
        }
    }
}

/// What lasts: store it whole, and give it back after a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Cut points of each audience (R-AGE-037).
    pub pins: Pins,
    /// Consents and changes of each audience (R-AGE-042, R-AGE-043).
    pub consents: ConsentLedger,
    /// What was shared, for the person (R-AGE-052).
    pub shared: DisclosureLog,
}

/// Puts what lasts where it survives a crash; what it cannot put is not told.
pub type Store = Box<dyn Fn(&Kept) -> Result<(), Fault> + Send + Sync>;

/// One person on a device, as [`Answers`].
pub struct Person {
    issuer: Issuer,
    secret: Secret,
    store: Store,
    state: Mutex<State>,
}

struct State {
    facts: Facts,
    kept: Kept,
}

impl Person {
    /// A person. `secret` is random, of this person and device alone; revocation handles come from it (R-AGE-046).
    #[must_use]
    pub fn new(issuer: Issuer, secret: Secret, facts: Facts, kept: Kept, store: Store) -> Self {
        Self {
            issuer,
            secret,
            store,
            state: Mutex::new(State { facts, kept }),
        }
    }

    /// Replaces what is known and what holds.
    ///
    /// # Errors
    /// [`Fault`] after a panic of another call.
    pub fn set(&self, facts: Facts) -> Result<(), Fault> {
        self.state()?.facts = facts;
        Ok(())
    }

    /// What lasts, as it is now.
    ///
    /// # Errors
    /// [`Fault`] after a panic of another call.
    pub fn kept(&self) -> Result<Kept, Fault> {
        Ok(self.state()?.kept.clone())
    }

    /// Somebody who may do so decides about the changes that an audience announced (R-AGE-043).
    ///
    /// # Errors
    /// [`Fault`]; then nothing has changed.
    pub fn decide(&self, audience: &str, act: ChangeAct, now: i64) -> Result<(), Fault> {
        let (mut state, day) = (self.state()?, day_of(now)?);
        let mut kept = state.kept.clone();
        kept.consents.decide(audience, act, day);
        state.keep(kept, &self.store)
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.lock().map_err(|_| Fault)
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

impl Answers for Person {
    fn ask(
        &self,
        seen: &str,
        request: Result<&SignalRequest, InvalidRequest>,
        now: i64,
    ) -> Result<Answer, Fault> {
        let mut state = self.state()?;
        let mut kept = state.kept.clone();
        let share = state
            .facts
            .share(seen, request.map(|request| request.purpose));
        let request = request.and_then(|request| {
            let stands = state.facts.consent_stands(seen);
            note(&mut kept.consents, seen, request, (&share, stands), now)?;
            Ok(request)
        });
        let guardianship = Guardianship {
            supervision: state.facts.supervision,
            controls: state.facts.controls.clone(),
            ..kept.consents.guardianship(&self.secret, seen)
        };
        let ask = Ask {
            seen,
            share: &share,
            mandatory: (state.facts.regime).is_some_and(|row| row.sharing == Sharing::Mandatory),
            guardianship: &guardianship,
            knowledge: state.facts.knows.as_knowledge(),
            now,
        };
        let mut random = SystemRandom::new();
        let answer = self
            .issuer
            .answer(request, &ask, &mut kept.pins, &mut random);
        let mut answer = answer.map_err(|_| Fault)?;
        if answer.outcome == AgeOutcome::InvalidRequest {
            return Ok(answer);
        }
        if let Some(told) = &answer.told {
            let today = utc_day(now).ok_or(Fault)?;
            let (interval, method) = (told.interval, told.method);
            let listed = kept
                .shared
                .shared(today, seen, interval, method, told.purpose);
            listed.map_err(|_| Fault)?;
        }
        if answer.consent == AgeConsent::Denied && guardianship.consent == AgeConsent::Revoked {
            // Of the two ways to say no, the one that it was.
            answer.consent = AgeConsent::Revoked;
        }
        state.keep(kept, &self.store)?;
        Ok(answer)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault> {
        let state = self.state()?;
        let knowledge = state.facts.knows.as_knowledge();
        Ok(self.issuer.issue_tokens(request, knowledge, now))
    }

    fn revoked_handles(&self, seen: &str, now: i64) -> Result<RevokedHandles, Fault> {
        let (mut state, day) = (self.state()?, day_of(now)?);
        // A rule that went since the last ask ends what it granted now, and not with the next one (R-AGE-045).
        if !state.facts.consent_stands(seen) {
            let rule = state.facts.share(seen, Ok(AgePurpose::ConsentFlow));
            let mut kept = state.kept.clone();
            kept.consents.follow(seen, &rule, day).map_err(|_| Fault)?;
            state.keep(kept, &self.store)?;
        }
        Ok(state.kept.consents.revoked(&self.secret, seen, day))
    }
}

impl State {
    /// Stores what has changed, then counts it.
    fn keep(&mut self, kept: Kept, store: &Store) -> Result<(), Fault> {
        if kept != self.kept {
            store(&kept)?;
            self.kept = kept;
        }
        Ok(())
    }
}

impl Facts {
    /// What the household's rules share with an audience; with nobody where the request is not proper.
    fn share(&self, seen: &str, purpose: Result<AgePurpose, InvalidRequest>) -> Share {
        let layers = self.layers.iter().map(Option::as_ref);
        purpose.map_or(Share::Off, |purpose| share(layers, seen, purpose))
    }

    /// Whether a consent that was given to an audience goes on. There is one for each audience, and rules are for
    /// purposes: it ends when no purpose is left for which it may be told.
    fn consent_stands(&self, seen: &str) -> bool {
        let telling = AgePurpose::ALL.iter().copied();
        telling
            .filter(|purpose| purpose.tells_who_governs())
            .any(|purpose| goes_on(&self.share(seen, Ok(purpose))))
    }
}

impl Knows {
    const fn as_knowledge(&self) -> Knowledge<'_> {
        match self {
            Self::Unavailable(after) => Knowledge::Unavailable(*after),
            Self::VerificationRequired => Knowledge::VerificationRequired,
            Self::Nothing => Knowledge::Nothing,
            Self::Age(known) => Knowledge::Known(known),
        }
    }
}

/// Whether a rule leaves a yes that was given.
const fn goes_on(rule: &Share) -> bool {
    matches!(rule, Share::Allowed { .. } | Share::Ask)
}

/// Notes what the household says now, and which changes the audience announces (R-AGE-043). Only what asks who answers
/// for a person has to do with consent.
fn note(
    consents: &mut ConsentLedger,
    seen: &str,
    request: &SignalRequest,
    (rule, stands): (&Share, bool),
    now: i64,
) -> Result<(), InvalidRequest> {
    if !request.purpose.tells_who_governs() {
        return Ok(());
    }
    let day = day_of(now).map_err(|_| InvalidRequest("audience"))?;
    let full = |_: ConsentError| InvalidRequest("audience");
    // A no for this purpose leaves what was granted for another one.
    if goes_on(rule) || !stands {
        consents.follow(seen, rule, day).map_err(full)?;
    }
    if request.changes.is_empty() {
        return Ok(());
    }
    let changes = request.changes.iter().map(|id| ChangeId::new(id));
    let changes = changes.collect::<Result<Vec<_>, _>>();
    // Whoever answers for themselves has only to see it.
    let adult = consents.consent(seen) == AgeConsent::NotRequired;
    changes
        .and_then(|changes| consents.announce(seen, &changes, adult))
        .map_err(|_| InvalidRequest("changes"))
}

/// The UTC day of an instant, days since 1970-01-01.
fn day_of(now: i64) -> Result<i32, Fault> {
    i32::try_from(now.div_euclid(DAY)).map_err(|_| Fault)
}
