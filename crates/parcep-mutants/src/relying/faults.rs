//! What each relying party does wrong, and which requirement it breaks by that.

use super::memory::Memory;
use super::{Hooks, RIGHT, RelyingOffer};
use parcep_driver::{
    AgeAsk, Bytes, Judged, Party, PartyAct, PartyActed, RelyingProduct as _, Trouble,
};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

const fn offer(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    hooks: Hooks,
) -> RelyingOffer {
    RelyingOffer {
        name,
        requirement,
        what,
        hooks,
    }
}

/// Whose result nobody looks at.
const fn acting(acted: fn(&mut Memory, &PartyAct, PartyActed) -> PartyActed) -> Hooks {
    Hooks { acted, ..RIGHT }
}

const fn told(told: fn(&mut Memory, &mut PartyAct)) -> Hooks {
    Hooks { told, ..RIGHT }
}

const fn asking(ask: fn(&mut Memory, &mut Party, &AgeAsk) -> Result<Judged, Trouble>) -> Hooks {
    Hooks { ask, ..RIGHT }
}

const fn forgetting(forgets: &'static [&'static str]) -> Hooks {
    Hooks { forgets, ..RIGHT }
}

/// A party that takes its newest answer about a person for the only one.
const NEWEST: Hooks = Hooks {
    told: |memory, act| match act {
        PartyAct::Question { person, .. } => {
            *memory.asked.entry(person.clone()).or_default() += 1;
            *person = memory.newest(person);
        }
        PartyAct::Answer { person, .. } | PartyAct::Present { person, .. } => {
            *person = memory.newest(person);
        }
        PartyAct::Trust { .. } | PartyAct::Revoked { .. } => {}
    },
    ask: |memory, party, ask| {
        party.ask(&AgeAsk {
            person: memory.newest(&ask.person),
            ..ask.clone()
        })
    },
    ..RIGHT
};

/// Every relying party, the honest one first.
#[rustfmt::skip]
pub(super) const OFFERS: &[RelyingOffer] = &[
    offer("relying/none", "", "nothing: the honest one", RIGHT),
    offer("relying/no-tokens", "", "nothing: it takes no tokens, and says so", Hooks { features: "virtual-clock restart", takes_tokens: false, ..RIGHT }),
    offer("relying/own-clock", "", "nothing: it has clocks of its own", Hooks { features: "restart tokens", own_clock: true, ..RIGHT }),
    offer("relying/hides-tokens", "R-CONF-022", "takes tokens, and does not say so", Hooks { features: "virtual-clock restart", ..RIGHT }),

    // What it asks.
    offer("relying/one-nonce", "R-AGE-051", "gives one nonce for ever", acting(|_, _, acted| match acted { PartyActed::Asks(request) => PartyActed::Asks(with_nonce(&request)), acted => acted })),
    offer("relying/asks-always", "R-AGE-050", "asks again whenever it likes", NEWEST),
    offer("relying/tries-for-ever", "R-AGE-032", "tries again whatever was answered", acting(|_, _, acted| next(acted, "wait", Some(1)))),
    offer("relying/never-waits", "R-AGE-032", "tries again at once", acting(|_, _, acted| match acted { PartyActed::Took { wait: Some(_), .. } => next(acted, "wait", Some(0)), acted => acted })),

    // Whom it believes.
    offer("relying/any-issuer", "R-AGE-003", "believes whoever signs", acting(|_, act, acted| overlook(act, acted, "UNTRUSTED_ISSUER"))),
    offer("relying/any-signature", "R-AGE-002", "does not look at signatures of signals", acting(|_, act, acted| of_signal(act, acted, "BAD_SIGNATURE"))),
    offer("relying/other-order", "R-AGE-003", "looks at the signature before it asks whose it is", acting(|_, act, acted| match act { PartyAct::Answer { .. } => instead(acted, "UNTRUSTED_ISSUER", "BAD_SIGNATURE"), _ => acted })),
    offer("relying/any-bounds", "R-AGE-001", "takes bounds that are none", acting(|memory, act, acted| of_claim(memory, act, acted, |claim| !is_bracket(claim)))),
    offer("relying/any-method", "R-AGE-012", "takes methods that nobody knows", acting(|memory, act, acted| of_claim(memory, act, acted, |claim| !(1..=7).contains(&claim.method)))),
    offer("relying/adult-child", "R-AGE-041", "takes a claim about adults alone for one about a minor", acting(|memory, act, acted| of_claim(memory, act, acted, |claim| claim.claim_scope == 2))),
    offer("relying/supervised-gate", "R-AGE-029", "takes at a gate who answers for the person", acting(|memory, act, acted| of_claim(memory, act, acted, |claim| claim.supervision + claim.consent > 0))),
    offer("relying/any-audience", "R-AGE-006", "takes claims for others", acting(|_, act, acted| overlook(act, acted, "WRONG_AUDIENCE"))),
    offer("relying/any-purpose", "R-AGE-016", "takes claims for another purpose", acting(|memory, act, acted| match memory.claim.audience.starts_with("https://party") || matches!(act, PartyAct::Present { .. }) { true => overlook(act, acted, "WRONG_AUDIENCE"), false => acted })),
    offer("relying/any-nonce", "R-AGE-007", "takes answers to other questions", acting(|_, act, acted| overlook(act, acted, "WRONG_NONCE"))),
    offer("relying/nonce-again", "R-AGE-051", "takes a second answer to a question", acting(|memory, act, acted| match act { PartyAct::Answer { person, .. } if memory.taken.contains(person) => overlook(act, acted, "WRONG_NONCE"), _ => acted })),
    offer("relying/nonce-for-ever", "R-AGE-051", "takes an answer to a question however late", acting(|memory, act, acted| match act { PartyAct::Answer { person, .. } if memory.claim.nonce.as_ref() == memory.nonces.get(person) => overlook(act, acted, "WRONG_NONCE"), _ => acted })),
    offer("relying/no-clock", "R-AGE-008", "takes signals at any time", acting(|_, act, acted| of_signal(act, acted, "EXPIRED"))),
    offer("relying/any-days", "R-AGE-008", "takes signals of any days", acting(|memory, act, acted| of_claim(memory, act, acted, |claim| claim.issued_bucket % 86_400 != 0 || claim.not_after <= claim.issued_bucket))),
    offer("relying/no-memory", "R-AGE-023", "takes the same claim twice", acting(|_, act, acted| overlook(act, acted, "REPLAYED"))),
    offer("relying/forgets-on-restart", "R-AGE-023", "takes the same claim again after a restart", forgetting(&["replay"])),
    offer("relying/reads-any-signal", "R-AGE-033", "takes a signal beside any outcome", told(|_, act| with_outcome(act))),

    // Tokens.
    offer("relying/refuses-tokens", "R-AGE-018", "takes no token", acting(|_, act, acted| match act { PartyAct::Present { .. } => PartyActed::Refused("MALFORMED".into()), _ => acted })),
    offer("relying/token-any-signature", "R-AGE-017", "does not look at signatures of tokens", acting(|_, act, acted| of_token(act, acted, "BAD_SIGNATURE"))),
    offer("relying/any-holder", "R-AGE-022", "takes a token from whoever shows it", acting(|_, act, acted| of_token(act, acted, "BAD_SIGNATURE"))),
    offer("relying/token-any-form", "R-AGE-018", "takes tokens of any form", acting(|_, act, acted| of_token(act, acted, "MALFORMED"))),
    offer("relying/token-weak-key", "R-AGE-018", "takes tokens over weak keys", acting(|_, act, acted| of_token(act, acted, "WEAK_KEY"))),
    offer("relying/token-other-order", "R-AGE-018", "looks at the claim before the signature", acting(|_, act, acted| match act { PartyAct::Present { .. } => instead(acted, "UNTRUSTED_ISSUER", "BAD_SIGNATURE"), _ => acted })),
    offer("relying/token-any-days", "R-AGE-021", "takes tokens of any days", acting(|_, act, acted| of_token(act, acted, "MALFORMED"))),
    offer("relying/token-any-time", "R-AGE-021", "takes tokens at any time", acting(|_, act, acted| of_token(act, acted, "EXPIRED"))),

    // What it concludes.
    offer("relying/opens-undecided", "R-AGE-035", "opens where nobody knows", asking(|_, party, ask| { let judged = party.ask(ask)?; Ok(match judged.verdict.as_str() { "undecided" => Judged { gate: "open".into(), ..judged }, _ => judged }) })),
    offer("relying/no-rule", "R-AGE-035", "passes over the household's rule for the unknown", asking(|_, party, ask| party.ask(&AgeAsk { on_unknown: None, ..ask.clone() }))),
    offer("relying/above-the-threshold", "R-AGE-034", "opens from the year after", asking(|_, party, ask| party.ask(&AgeAsk { threshold: ask.threshold + 1, ..ask.clone() }))),
    offer("relying/upper-bound-included", "R-AGE-034", "reads the upper bound as included", asking(|_, party, ask| { let judged = party.ask(ask)?; match judged.verdict.as_str() { "fail" => party.ask(&AgeAsk { threshold: ask.threshold - 1, ..ask.clone() }), _ => Ok(judged) } })),
    offer("relying/verified-passes", "R-AGE-034", "opens for whoever was verified, whatever the age", asking(|memory, party, ask| { let judged = party.ask(ask)?; Ok(match memory.verified.contains(&ask.person) { true => pass(), false => judged }) })),
    offer("relying/any-assurance", "R-AGE-034", "forgets which assurance it asked for", told(|_, act| if let PartyAct::Question { least_assurance, .. } = act { *least_assurance = None; })),
    offer("relying/missing-is-adult", "R-AGE-033", "opens where there is no signal", asking(|memory, party, ask| { let judged = party.ask(ask)?; Ok(match memory.taken.contains(&ask.person) { true => judged, false => pass() }) })),
    offer("relying/missing-is-child", "R-AGE-033", "takes whoever says nothing for a child", asking(|memory, party, ask| { let judged = party.ask(ask)?; Ok(match memory.taken.contains(&ask.person) { true => judged, false => Judged { verdict: "fail".into(), ..judged } }) })),
    offer("relying/newest-claim", "R-AGE-047", "goes by the newest claim alone", NEWEST),
    offer("relying/newest-contradicts", "R-AGE-048", "resolves a contradiction by the newest claim", NEWEST),
    offer("relying/newest-opens", "R-AGE-049", "opens by a newer claim of less assurance", NEWEST),

    // What it remembers.
    offer("relying/honours-revoked", "R-AGE-045", "passes over lists of revoked handles", Hooks { told: |_, act| if let PartyAct::Revoked { list, .. } = act { *list = Bytes(Vec::new()); }, ..RIGHT }),
    offer("relying/forgets-revoked", "R-AGE-046", "forgets at a restart what was revoked", forgetting(&["revocations"])),
    offer("relying/believes-old-lists", "R-AGE-046", "believes lists of any age", asking(|memory, party, ask| { memory.issuers.iter().try_for_each(|issuer| party.act(&fresh_list(issuer, memory.now)).map(drop))?; party.ask(ask) })),
    offer("relying/any-list", "R-AGE-046", "takes lists of any form", acting(|_, act, acted| match act { PartyAct::Revoked { .. } => PartyActed::Taken, _ => acted })),
    offer("relying/claims-for-ever", "R-AGE-045", "goes by a claim after its end", asking(for_ever)),
    offer("relying/records-nothing", "R-AGE-055", "records nothing", Hooks { known: |_| Vec::new(), ..RIGHT }),
    offer("relying/never-used", "R-AGE-055", "records that it never acted by anything", Hooks { known: |lines| lines.iter().map(|line| line.replace("/used", "/unused")).collect(), ..RIGHT }),
    offer("relying/forgets-records", "R-AGE-055", "forgets at a restart what it was told", forgetting(&["knowledge", "people"])),
    offer("relying/any-list-of-issuers", "R-AGE-024", "takes trust lists with faults", acting(|_, act, acted| match act { PartyAct::Trust { .. } => PartyActed::Taken, _ => acted })),
    offer("relying/any-day-of-a-key", "R-AGE-024", "trusts a key on every day", told(|_, act| if let PartyAct::Trust { list } = act { *list = list.replace("2026-12-01", "2020-01-01").replace("2026-01-01", "2090-01-01"); })),
];

fn took() -> PartyActed {
    PartyActed::Took {
        outcome: "signal".into(),
        next: "use".into(),
        wait: None,
    }
}

fn pass() -> Judged {
    Judged {
        verdict: "pass".into(),
        reason: "lower_bound".into(),
        gate: "open".into(),
    }
}

/// Takes what is refused for this reason.
fn overlook(act: &PartyAct, acted: PartyActed, reason: &str) -> PartyActed {
    let is_claim = matches!(act, PartyAct::Answer { .. } | PartyAct::Present { .. });
    match acted {
        PartyActed::Refused(said) if said == reason && is_claim => took(),
        acted => acted,
    }
}

fn of_signal(act: &PartyAct, acted: PartyActed, reason: &str) -> PartyActed {
    match act {
        PartyAct::Answer { .. } => overlook(act, acted, reason),
        _ => acted,
    }
}

fn of_token(act: &PartyAct, acted: PartyActed, reason: &str) -> PartyActed {
    match act {
        PartyAct::Present { .. } => overlook(act, acted, reason),
        _ => acted,
    }
}

/// Takes a signal of another form, if that is how it differs.
fn of_claim(
    memory: &Memory,
    act: &PartyAct,
    acted: PartyActed,
    differs: fn(&pb::AgeSignal) -> bool,
) -> PartyActed {
    match differs(&memory.claim) {
        true => of_signal(act, acted, "MALFORMED"),
        false => acted,
    }
}

fn is_bracket(claim: &pb::AgeSignal) -> bool {
    let upper = claim.upper_exclusive.unwrap_or(121);
    let lower = claim.lower_inclusive;
    lower.is_some_and(|lower| lower <= 120 && lower < upper) && upper <= 121
}

fn instead(acted: PartyActed, reason: &str, other: &str) -> PartyActed {
    match acted {
        PartyActed::Refused(said) if said == reason => PartyActed::Refused(other.into()),
        acted => acted,
    }
}

fn next(acted: PartyActed, next: &str, wait: Option<u32>) -> PartyActed {
    match acted {
        PartyActed::Took { outcome, .. } if outcome != "signal" => PartyActed::Took {
            outcome,
            next: next.into(),
            wait,
        },
        acted => acted,
    }
}

fn with_nonce(request: &[u8]) -> Vec<u8> {
    let mut request = pb::AgeSignalRequest::decode(request).unwrap_or_default();
    request.nonce = vec![7; 32];
    request.encode_to_vec()
}

/// The outcome that a signal should stand beside.
fn with_outcome(act: &mut PartyAct) {
    if let PartyAct::Answer {
        response: Some(bytes),
        ..
    } = act
        && let Ok(mut response) = pb::AgeSignalResponse::decode(bytes.0.as_slice())
        && response.signal.is_some()
    {
        response.outcome = pb::AgeOutcome::Signal.into();
        bytes.0 = response.encode_to_vec();
    }
}

fn fresh_list(issuer: &str, now: i64) -> PartyAct {
    let list = pb::RevokedAgeHandlesResponse {
        handles: Vec::new(),
        as_of: now.div_euclid(86_400) * 86_400,
    };
    PartyAct::Revoked {
        issuer: issuer.to_owned(),
        list: Bytes(list.encode_to_vec()),
    }
}

fn for_ever(memory: &mut Memory, party: &mut Party, ask: &AgeAsk) -> Result<Judged, Trouble> {
    let judged = party.ask(ask)?;
    let place = (ask.person.clone(), ask.threshold);
    match (judged.verdict.as_str(), memory.judged.get(&place)) {
        ("undecided", Some(before)) => Ok(before.clone()),
        _ => {
            memory.judged.insert(place, judged.clone());
            Ok(judged)
        }
    }
}
