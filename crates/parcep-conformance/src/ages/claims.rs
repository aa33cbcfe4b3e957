//! Signals, presented tokens and answers, as their audience reads them.

use jiff::civil::Date;
use parcep_core::age::party::{Next, Regime, RelyingParty, Tries, Wanted};
use parcep_core::age::{
    AgeAssurance, AgeBasis, AgeBinding, AgeChange, AgeError, AgeEstablished, AgeMethod, AgePurpose,
    AgeSignal, Cuts, DeclarantCheck, Expectation, IssuerRole, Once, ReplayMemory, TrustList,
    TrustedIssuer, verify, verify_presented,
};
use parcep_core::crypto::{NoRandomness, Random, VerifyingKey};
use parcep_core::hex;
use parcep_core::reason::Reason;
use parcep_core::registry::{AGE_OUTCOMES, RetryClass};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Value, json};

use super::given::{Given, unread};
use super::{Unanswered, trust};

pub(super) const SIGNALS: &[&str] = &[
    "signal", "issuers", "trust", "audience", "purpose", "nonce", "now", "seen",
];
pub(super) const PRESENTATIONS: &[&str] = &[
    "presentation",
    "issuers",
    "trust",
    "audience",
    "purpose",
    "nonce",
    "now",
    "seen",
];
pub(super) const OUTCOMES: &[&str] = &[
    "response", "issuers", "audience", "purpose", "nonce", "now", "tries",
];
/// Far above the tokens of any vector.
const MEMORY: usize = 1024;

pub(super) fn signal(given: &Given<'_>) -> Result<Value, Unanswered> {
    let once = |id: &[u8]| id.try_into().ok().map(Once::Signal);
    read(given, "signal", verify, once)
}

pub(super) fn presentation(given: &Given<'_>) -> Result<Value, Unanswered> {
    let once = |key: &[u8]| key.try_into().ok().map(Once::Token);
    read(given, "presentation", verify_presented, once)
}

type Verify = fn(&[u8], Expectation<'_>) -> Result<AgeSignal, AgeError>;

/// Verifies, and then asks the memory, which is the last step of both tables.
fn read(
    given: &Given<'_>,
    what: &str,
    verify: Verify,
    once: impl Fn(&[u8]) -> Option<Once>,
) -> Result<Value, Unanswered> {
    let asked = Asked::of(given)?;
    let claim = verify(&given.bytes(what)?, asked.expectation()).map_err(refused)?;
    let mut memory = ReplayMemory::new(MEMORY);
    for seen in given.byte_strings("seen")? {
        let seen = once(&seen).ok_or_else(|| unread("`seen` has another length"))?;
        memory
            .first_time(seen, claim.not_after, asked.now)
            .map_err(unread)?;
    }
    let first = memory.first_time(claim.once, claim.not_after, asked.now);
    first.map_err(|_| Unanswered::Refused(Reason::Replayed))?;
    Ok(shown(&claim))
}

pub(super) fn refused(error: AgeError) -> Unanswered {
    Unanswered::Refused(error.reason())
}

/// Reads an answer as a relying party whose nonce is that of the vector.
pub(super) fn outcome(given: &Given<'_>) -> Result<Value, Unanswered> {
    let asked = Asked::of(given)?;
    let mut nonce = Fixed(given.array("nonce")?);
    let regime = Regime::of("");
    let mut party = RelyingParty::new(asked.audience, asked.issuers.into_list()?, regime);
    let wanted = Wanted::new(asked.purpose, Cuts::new(vec![18]).map_err(unread)?);
    let question = party.ask(wanted, asked.now, &mut nonce).map_err(unread)?;
    let reply = party.answer(&question, &given.bytes("response")?, asked.now);
    let row = AGE_OUTCOMES
        .iter()
        .find(|row| row.outcome as i32 == reply.outcome().wire());
    let retry = match row.ok_or_else(|| unread("an outcome without a row"))?.retry {
        RetryClass::No => "no",
        RetryClass::AfterUserAction => "after_user_action",
        RetryClass::Backoff => "backoff",
    };
    let told = json!({ "outcome": reply.outcome().name(), "retry": retry });
    if !given.has("tries") {
        return Ok(told);
    }
    let mut tries = Tries::new();
    let mut next = Next::Unknown;
    for _ in 0..given.number("tries")? {
        next = reply.next(&mut tries);
    }
    let wait = match next {
        Next::Wait { seconds } => Some(seconds),
        _ => None,
    };
    Ok(with("wait", json!(wait), told))
}

pub(super) fn with(name: &str, value: Value, mut members: Value) -> Value {
    if let Some(members) = members.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    members
}

/// The nonce of a vector, in place of a random one.
struct Fixed([u8; 32]);

impl Random for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        out.copy_from_slice(self.0.get(..out.len()).ok_or(NoRandomness)?);
        Ok(())
    }
}

/// What a verifier asked.
pub(super) struct Asked<'a> {
    issuers: Issuers,
    audience: &'a str,
    purpose: AgePurpose,
    nonce: Option<Vec<u8>>,
    pub(super) now: i64,
}

/// Whom a verifier trusts: keys alone, or a list with days.
enum Issuers {
    Keys(Vec<VerifyingKey>),
    List(TrustList),
}

impl<'a> Asked<'a> {
    pub(super) fn of(given: &Given<'a>) -> Result<Self, Unanswered> {
        let purpose = i32::try_from(given.number("purpose")?).ok();
        let purpose = purpose.and_then(AgePurpose::known);
        Ok(Self {
            issuers: match given.find("trust") {
                Some(_) => Issuers::List(trust::list(given, "trust")?),
                None => Issuers::Keys(given.keys("issuers")?),
            },
            audience: given.text("audience")?,
            purpose: purpose.ok_or_else(|| unread("`purpose` is none"))?,
            nonce: given
                .find("nonce")
                .map(|_| given.bytes("nonce"))
                .transpose()?,
            now: given.number("now")?,
        })
    }

    pub(super) fn expectation(&self) -> Expectation<'_> {
        Expectation {
            issuers: match &self.issuers {
                Issuers::Keys(keys) => keys.as_slice().into(),
                Issuers::List(list) => list.into(),
            },
            audience: self.audience,
            purpose: self.purpose,
            nonce: self.nonce.as_deref(),
            now: self.now,
        }
    }
}

impl Issuers {
    /// A list of them; of keys alone, one that holds for ever.
    fn into_list(self) -> Result<TrustList, Unanswered> {
        let keys = match self {
            Self::List(list) => return Ok(list),
            Self::Keys(keys) => keys,
        };
        let issuers = keys
            .into_iter()
            .enumerate()
            .map(|(number, key)| TrustedIssuer {
                name: format!("Issuer {number}"),
                role: IssuerRole::AgeProvider,
                key,
                from: Date::MIN,
                until: Date::MAX,
                practice_statement: None,
            });
        TrustList::new(issuers.collect()).map_err(unread)
    }
}

/// The members of a claim (`spec/vectors/README.md`). What is not told is null, but for those whose own
/// name says so.
pub(super) fn shown(claim: &AgeSignal) -> Value {
    let guardianship = &claim.guardianship;
    let told = |unless: bool, name: &'static str| (!unless).then_some(name);
    let controls = guardianship.controls.iter().map(|control| control.name());
    let jurisdiction = Some(&claim.jurisdiction).filter(|code| !code.is_empty());
    let handle = guardianship.handle.as_ref();
    json!({
        "lower": claim.interval.lower(),
        "upper": claim.interval.upper(),
        "exact_cell": claim.exact_cell,
        "claim_scope": claim.claim_scope.name(),
        "method": claim.method.name(),
        "declarant_check": told(claim.declarant_check == DeclarantCheck::NotSaid, claim.declarant_check.name()),
        "assurance": told(claim.assurance == AgeAssurance::NotTold, claim.assurance.name()),
        "assurance_scheme": claim.assurance_scheme.name(),
        "binding": told(claim.binding == AgeBinding::NotTold, claim.binding.name()),
        "established": told(claim.established == AgeEstablished::NotTold, claim.established.name()),
        "jurisdiction": jurisdiction,
        "basis": told(claim.basis == AgeBasis::NotTold, claim.basis.name()),
        "supervision": guardianship.supervision.name(),
        "controls": controls.collect::<Vec<_>>(),
        "consent": guardianship.consent.name(),
        "change": guardianship.change.as_ref().map(change),
        "revocation_handle": handle.map(|handle| hex::encode(handle.as_bytes())),
    })
}

fn change(change: &AgeChange) -> Value {
    let earlier = change.earlier.iter().map(|id| hex::encode(id));
    json!({
        "id": hex::encode(&change.id),
        "state": change.state.name(),
        "decided_day": change.decided_day,
        "adult_ack_required": change.adult_ack_required,
        "earlier": earlier.collect::<Vec<_>>(),
    })
}

/// The members of a token, before anybody presents it.
pub(super) fn token(signed: &[u8]) -> Result<Value, Unanswered> {
    let signed = pb::SignedAgeToken::decode(signed).map_err(unread)?;
    let token = pb::AgeToken::decode(signed.token.as_slice()).map_err(unread)?;
    let method = AgeMethod::known(token.method).map(AgeMethod::name);
    let (assurance, _) = AgeAssurance::read(token.assurance, token.assurance_scheme);
    let established = AgeEstablished::read(token.established);
    let told = |unless: bool, name: &'static str| (!unless).then_some(name);
    Ok(json!({
        "lower": token.lower_inclusive,
        "upper": token.upper_exclusive,
        "exact_cell": token.exact_cell,
        "method": method,
        "declarant_check": told(token.declarant_check == 0, "told"),
        "assurance": told(assurance == AgeAssurance::NotTold, assurance.name()),
        "established": told(established == AgeEstablished::NotTold, established.name()),
    }))
}
