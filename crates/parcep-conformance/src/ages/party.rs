//! What an audience makes of statements and of several claims, and when it asks again.

use parcep_core::age::party::{
    Challenges, Evidence, Gate, Reask, Regime, Resolution, Threshold, judge, may_ask, resolve,
};
use parcep_core::age::{
    AgeAssurance, AgeAssuranceScheme, AgeBinding, AgeHandle, AgeInterval, AgeMethod, HandleState,
    IssuerRole, RevokedHandles, Statement,
};
use parcep_core::crypto::{NoRandomness, Random};
use parcep_core::policy::AgeOnUnknown;
use parcep_core::registry::{ConflictRule, REGIMES, ReaskEvent, RegimeRow, regime};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::Unanswered;
use super::claims::with;
use super::given::{Given, MALFORMED, unread, upper_of, years};

pub(super) const THRESHOLDS: &[&str] = &["statement", "threshold", "least_assurance", "on_unknown"];
pub(super) const TOGETHER: &[&str] = &["claims", "rule", "adult"];
pub(super) const REVOKED: &[&str] = &["list", "handle", "day"];
pub(super) const ASKING_AGAIN: &[&str] = &["regime", "region", "last_day", "day", "event"];
pub(super) const NONCES: &[&str] = &["given", "answered", "now"];
const DAY: i64 = 86_400;

pub(super) fn judged(given: &Given<'_>) -> Result<Value, Unanswered> {
    let said = Statement::deserialize(given.value("statement")?).map_err(|_| MALFORMED)?;
    let threshold = Threshold::new(given.small("threshold")?).map_err(|_| MALFORMED)?;
    let name = |member| given.find(member).map(|_| given.text(member)).transpose();
    let mut judged = judge(&said, threshold);
    if let Some(least) = name("least_assurance")? {
        let least = AgeAssurance::from_name(least).ok_or_else(|| unread("`least_assurance`"))?;
        let claimed = said.claim().map(|claim| claim.assurance);
        judged = judged.requiring(least, claimed.unwrap_or_default());
    }
    let told = serde_json::to_value(judged).map_err(unread)?;
    let rule = match name("on_unknown")? {
        None => None,
        Some("allow") => Some(AgeOnUnknown::Allow),
        Some("ask") => Some(AgeOnUnknown::Ask),
        Some("block") => Some(AgeOnUnknown::Block),
        Some(other) => return Err(unread(format_args!("on_unknown `{other}`"))),
    };
    let gate = match judged.gate(rule) {
        Gate::Open => "open",
        Gate::Ask => "ask",
        Gate::Closed => "closed",
    };
    let told = with("gate", json!(gate), told);
    Ok(with(
        "protection",
        json!(judged.keeps_protection(rule)),
        told,
    ))
}

pub(super) fn together(given: &Given<'_>) -> Result<Value, Unanswered> {
    let default = regime("default").ok_or_else(|| unread("no default regime"))?;
    let row = RegimeRow {
        adult: given.small("adult")?,
        conflict: match given.text("rule")? {
            "lowest_wins" => ConflictRule::LowestWins,
            "primary_unless_contrary" => ConflictRule::PrimaryUnlessContrary,
            other => return Err(unread(format_args!("rule `{other}`"))),
        },
        ..*default
    };
    let claims = given.list("claims")?.iter().map(evidence);
    let claims = claims.collect::<Result<Vec<_>, _>>()?;
    let (resolved, notice) = match resolve(&claims, &row, 0) {
        Resolution::Unknown => return Err(unread("no claim is left")),
        Resolution::Known(resolved) => (resolved, false),
        Resolution::NoticeDue(due) => (due.both_are_told(), true),
    };
    let used = resolved.interval();
    Ok(json!({ "lower": used.lower(), "upper": used.upper(), "notice": notice }))
}

fn evidence(claim: &Value) -> Result<Evidence, Unanswered> {
    let claim = claim.as_object().map(Given);
    let claim = claim.ok_or_else(|| unread("a claim is an object"))?;
    let interval = AgeInterval::new(
        years(claim.value("lower")?)?,
        upper_of(claim.value("upper")?)?,
    );
    let name = |member| claim.find(member).map(|_| claim.text(member)).transpose();
    // One on another scale counts as not told (R-AGE-012), as a verified signal has it.
    let scheme = name("scheme")?.unwrap_or(AgeAssuranceScheme::Parcep.name());
    let assurance = match name("assurance")? {
        Some(name) if scheme == AgeAssuranceScheme::Parcep.name() => AgeAssurance::from_name(name),
        _ => Some(AgeAssurance::NotTold),
    };
    let binding = name("binding")?.map_or(Some(AgeBinding::NotTold), AgeBinding::from_name);
    let role = IssuerRole::deserialize(claim.value("role")?).map_err(unread)?;
    Ok(Evidence {
        interval: interval.map_err(unread)?,
        method: AgeMethod::from_name(claim.text("method")?).ok_or_else(|| unread("`method`"))?,
        assurance: assurance.ok_or_else(|| unread("`assurance`"))?,
        binding: binding.ok_or_else(|| unread("`binding`"))?,
        role: Some(role),
        contrary: claim.flag("contrary")?,
        not_after: i64::MAX,
    })
}

pub(super) fn revoked(given: &Given<'_>) -> Result<Value, Unanswered> {
    let list = RevokedHandles::from_bytes(&given.bytes("list")?).map_err(|_| MALFORMED)?;
    let now = given.number("day")? * DAY;
    let usable = match given.find("handle") {
        None => true,
        Some(_) => {
            let handle = AgeHandle::from_bytes(given.array("handle")?);
            list.state(handle, now) == HandleState::Holds
        }
    };
    Ok(json!({ "usable": usable }))
}

pub(super) fn asked_again(given: &Given<'_>) -> Result<Value, Unanswered> {
    let regime = match given.find("region") {
        Some(_) => Regime::of(given.text("region")?),
        None => Regime::with_code(given.text("regime")?).ok_or_else(|| unread("`regime`"))?,
    };
    let event = given
        .find("event")
        .map(|_| given.text("event"))
        .transpose()?;
    let events: Vec<_> = event.and_then(event_of).into_iter().collect();
    let last = given.number("last_day")? * DAY;
    let asked = may_ask(regime, Some(last), &events, given.number("day")? * DAY);
    Ok(json!({ "allowed": asked == Reask::Now }))
}

/// An event that some regime names.
fn event_of(name: &str) -> Option<ReaskEvent> {
    let mut named = REGIMES.iter().flat_map(|row| row.reask_on);
    named.find(|event| event.name() == name).copied()
}

pub(super) fn nonce(given: &Given<'_>) -> Result<Value, Unanswered> {
    let mut challenges = Challenges::new();
    let nonce = challenges
        .give(given.number("given")?, &mut Sevens)
        .map_err(unread)?;
    if given.flag("answered")? {
        challenges.close(&nonce);
    }
    Ok(json!({ "taken": challenges.is_open(&nonce, given.number("now")?) }))
}

/// A nonce that is always the same; nothing is compared with it.
struct Sevens;

impl Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        bytes.fill(7);
        Ok(())
    }
}
