//! Every lie about ages.

use super::{Lie, Question, Said};
use parcep_conformance::ages::{Members, Unanswered};
use parcep_core::reason::Reason;
use serde_json::{Value, json};

/// Files about verified claims.
const CLAIMS: &[&str] = &["signals", "presentations"];
/// Files about what an issuer answers.
const ANSWERS: &[&str] = &["requests", "token_requests"];

const fn lie(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    answer: fn(&Question<'_>) -> Said,
) -> Lie {
    Lie {
        name,
        requirement,
        what,
        answer,
    }
}

/// Every lie, the honest one first.
#[rustfmt::skip]
pub const LIES: &[Lie] = &[
    lie("party-none", "", "answers everything as the chapter says", |q| q.honest()),

    // Verifying.
    lie("party-inclusive-upper", "R-AGE-001", "reads the upper bound as included", |q| q.telling(CLAIMS, |told| lower_upper(told, 1))),
    lie("party-no-signature", "R-AGE-002", "does not check the issuer's signature", |q| q.accepting(&["signals"], Reason::BadSignature)),
    lie("party-any-issuer", "R-AGE-003", "tries any key, and blames the signature", any_issuer),
    lie("party-any-audience", "R-AGE-006", "takes a claim for another audience", |q| q.accepting(CLAIMS, Reason::WrongAudience)),
    lie("party-any-purpose", "R-AGE-016", "takes a claim for another purpose", any_purpose),
    lie("party-any-nonce", "R-AGE-007", "takes a claim for another challenge", |q| q.accepting(CLAIMS, Reason::WrongNonce)),
    lie("party-no-clock", "R-AGE-008", "takes signals at any time", |q| q.accepting(&["signals"], Reason::Expired)),
    lie("party-unknown-consent", "R-AGE-012", "reads a consent that it does not know as granted", |q| q.telling(CLAIMS, |told| swap(told, "consent", "pending", "granted"))),
    lie("party-supervised-gate", "R-AGE-029", "takes a claim for a gate that says who answers for the person", |q| q.accepting(&["signals"], Reason::Malformed)),
    lie("party-adult-child", "R-AGE-041", "takes a claim of adulthood about a minor", |q| q.accepting(CLAIMS, Reason::Malformed)),
    lie("party-no-token-signature", "R-AGE-017", "does not check the signature of a token", |q| q.accepting(&["presentations"], Reason::BadSignature)),
    lie("party-weak-key", "R-AGE-018", "takes any holder key", |q| q.accepting(&["presentations"], Reason::WeakKey)),
    lie("party-no-holder", "R-AGE-022", "takes a token that somebody else shows", |q| q.accepting(&["presentations"], Reason::BadSignature)),
    lie("party-old-tokens", "R-AGE-021", "takes tokens at any time", |q| q.accepting(&["presentations"], Reason::Expired)),
    lie("party-no-memory", "R-AGE-023", "takes the same claim twice", no_memory),
    lie("party-any-day", "R-AGE-024", "trusts a key on every day", |q| q.telling(&["trust"], |told| set(told, "trusted", json!(true)))),
    lie("party-old-nonce", "R-AGE-051", "takes an answer to any nonce that it ever gave", |q| q.telling(&["nonces"], |told| set(told, "taken", json!(true)))),

    // What is made of it. The first three are faults of plugins in use.
    lie("party-missing-is-adult", "R-AGE-033", "opens where there is no signal", |q| undecided_as(q, "pass")),
    lie("party-verified-minor-passes", "R-AGE-034", "opens for whoever is verified, whatever the age", verified_passes),
    lie("party-tiers-inverted", "R-AGE-054", "takes the tier of the declared for that of the verified", |q| q.telling(&["adapt"], tiers_inverted)),
    lie("party-missing-is-child", "R-AGE-033", "takes whoever says nothing for a child", |q| undecided_as(q, "fail")),
    lie("party-above-threshold", "R-AGE-034", "opens only from the year after", |q| q.changed("thresholds", "threshold", |years| json!(years.as_u64().unwrap_or_default() + 1))),
    lie("party-own-words", "R-AGE-060", "has words of its own for reasons", |q| q.telling(&["thresholds"], |told| swap(told, "reason", "upper_bound", "too_young"))),
    lie("party-honours-revoked", "R-AGE-045", "goes on with a revoked consent", |q| q.changed("thresholds", "statement", |said| replaced(said, "consent", "revoked", "granted"))),
    lie("party-denied-is-younger", "R-AGE-044", "takes a denied consent for an unknown age", denied_is_unknown),
    lie("party-first-claim", "R-AGE-047", "takes claims of every assurance alike", |q| q.changed("together", "claims", |claims| each(claims, |claim| set(claim, "assurance", json!("standard"))))),
    lie("party-other-regime", "R-AGE-048", "resolves a contradiction by the other rule", other_rule),
    lie("party-least-sure-opens", "R-AGE-049", "opens by the claim that is least sure", |q| q.changed("together", "claims", |claims| each(claims, upside_down))),
    lie("party-asks-always", "R-AGE-050", "asks again whenever it likes", |q| q.telling(&["asking_again"], |told| set(told, "allowed", json!(true)))),
    lie("party-tries-for-ever", "R-AGE-032", "tries again whatever was answered", |q| q.telling(&["outcomes"], |told| set(told, "retry", json!("backoff")))),
    lie("party-stale-list", "R-AGE-046", "believes a list of revoked handles of any age", |q| q.telling(&["revoked"], |told| set(told, "usable", json!(true)))),

    // Reading platforms.
    lie("party-inclusive-platform", "R-AGE-054", "takes an inclusive upper bound for an exclusive one", |q| q.telling(&["adapt"], |told| { if let Some(Value::Object(said)) = told.get_mut("statement") { lower_upper(said, 1); } })),
    lie("party-unknown-is-minor", "R-AGE-053", "makes a child of what a platform does not say", |q| q.telling(&["adapt"], unknown_is_minor)),
    lie("party-checked-guardian", "R-AGE-011", "takes the check of a guardian for one of the child", |q| q.telling(&["adapt"], checked_guardian)),

    // Answering, as an issuer.
    lie("party-real-bounds", "R-AGE-004", "tells what it knows and not the bracket", real_bounds),
    lie("party-any-cuts", "R-AGE-005", "takes any cut points", |q| q.accepting(&["coarsening"], Reason::Malformed)),
    lie("party-wide-cell", "R-AGE-036", "tells several brackets where one was asked for", |q| match q.is_of(&["coarsening"]) { true => q.with("one_cell", json!(false)), false => q.honest() }),
    lie("party-sure-estimate", "R-AGE-040", "takes an estimate for exact", |q| q.changed("estimates", "error", |_| json!(0))),
    lie("party-second-set", "R-AGE-037", "answers any set of cut points", |q| q.telling(&["cut_sets"], all_true)),
    lie("party-three-sets", "R-AGE-015", "forgets the cut points that an audience has", |q| q.changed("requests", "kept", |_| Value::Null)),
    lie("party-prompt", "R-AGE-038", "tells a birthday on the day", |q| q.telling(&["rollover"], |told| { if told.contains_key("days") { set(told, "days", json!(0)); } })),
    lie("party-own-zone", "R-AGE-039", "begins a day where it is first, and not last, on Earth", |q| q.changed("rollover", "now", |now| json!(now.as_i64().unwrap_or_default() + 43_200))),
    lie("party-leapling", "R-AGE-039", "lets who was born on 29 February be older on the 28th", |q| q.changed("rollover", "born", |born| json!(born.as_str().unwrap_or_default().replace("-02-29", "-02-28")))),
    lie("party-invalid-answered", "R-AGE-026", "answers requests of another form", |q| q.telling(ANSWERS, |told| swap(told, "outcome", "invalid_request", "signal"))),
    lie("party-separates-declared", "R-AGE-027", "lets a gate filter by who declared", |q| q.telling(ANSWERS, |told| swap(told, "outcome", "invalid_request", "insufficient_assurance"))),
    lie("party-any-asker", "R-AGE-013", "signs for whom the request names", |q| q.telling(&["requests"], |told| swap(told, "outcome", "invalid_request", "signal"))),
    lie("party-tells-method", "R-AGE-028", "tells how it knows, unasked", tells_method),
    lie("party-unknown-is-all", "R-AGE-030", "makes a bracket of every age of what it does not know", |q| q.telling(ANSWERS, |told| swap(told, "outcome", "age_unknown", "signal"))),
    lie("party-shows-refusal", "R-AGE-031", "shows that somebody refused", |q| q.changed("requests", "mandatory", |_| json!(true))),
    lie("party-ignores-household", "R-AGE-057", "shares whatever the household says", |q| q.changed("requests", "share", |_| json!("allow"))),
    lie("party-odd-token", "R-AGE-019", "leaves one token of a batch out", |q| q.telling(&["token_requests"], one_token_less)),
    lie("party-keeps-batches", "R-AGE-025", "keeps whatever an issuer sends", |q| q.telling(&["batches"], |told| set(told, "kept", json!(true)))),
    lie("party-time-consents", "R-AGE-042", "takes silence for consent", |q| q.changed("consent", "acts", silence_grants)),
    lie("party-one-change", "R-AGE-043", "forgets the changes that were pending", |q| q.telling(&["consent"], |told| { if told.contains_key("earlier") { set(told, "earlier", json!([])); } })),
    lie("party-one-handle", "R-AGE-046", "gives every audience the same handle", |q| q.changed("handles", "audience", |_| json!("everybody"))),
];

fn set(told: &mut Members, name: &str, value: Value) {
    told.insert(name.to_owned(), value);
}

fn swap(told: &mut Members, name: &str, from: &str, to: &str) {
    if told.get(name).and_then(Value::as_str) == Some(from) {
        set(told, name, json!(to));
    }
}

fn replaced(mut value: Value, name: &str, from: &str, to: &str) -> Value {
    if let Some(members) = value.as_object_mut() {
        swap(members, name, from, to);
    }
    value
}

fn each(mut list: Value, change: impl Fn(&mut Members)) -> Value {
    let items = list.as_array_mut().into_iter().flatten();
    items.filter_map(Value::as_object_mut).for_each(change);
    list
}

/// Takes years off an upper bound.
fn lower_upper(told: &mut Members, years: u64) {
    if let Some(upper) = told.get("upper").and_then(Value::as_u64) {
        set(told, "upper", json!(upper.saturating_sub(years)));
    }
}

fn any_issuer(q: &Question<'_>) -> Said {
    match q.honest() {
        Err(Unanswered::Refused(Reason::UntrustedIssuer)) if q.is_of(CLAIMS) => {
            Err(Unanswered::Refused(Reason::BadSignature))
        }
        said => said,
    }
}

fn any_purpose(q: &Question<'_>) -> Said {
    let honest = q.honest();
    let wrong = matches!(honest, Err(Unanswered::Refused(Reason::WrongAudience)));
    let mut others = (1..=4).map(|purpose| q.with("purpose", json!(purpose)));
    match wrong && q.is_of(CLAIMS) {
        true => others.find(Result::is_ok).unwrap_or(honest),
        false => honest,
    }
}

fn no_memory(q: &Question<'_>) -> Said {
    match q.is_of(CLAIMS) {
        true => q.with("seen", json!([])),
        false => q.honest(),
    }
}

/// A verdict in place of an outcome that is no signal.
fn undecided_as(q: &Question<'_>, verdict: &str) -> Said {
    let statement = q.input("statement");
    let outcome = statement.get("outcome").and_then(Value::as_str);
    let silent = outcome.is_some_and(|outcome| outcome != "signal");
    q.telling(&["thresholds"], |told| {
        if silent {
            set(told, "verdict", json!(verdict));
        }
    })
}

fn verified_passes(q: &Question<'_>) -> Said {
    let statement = q.input("statement");
    let verified = statement.get("method") == Some(&json!("verified"));
    q.telling(&["thresholds"], |told| {
        if verified {
            set(told, "verdict", json!("pass"));
        }
    })
}

fn tiers_inverted(told: &mut Members) {
    let said = told.get_mut("statement").and_then(Value::as_object_mut);
    if let Some(said) = said {
        match said.get("method").and_then(Value::as_str) {
            Some("self_declared") => set(said, "method", json!("verified")),
            Some("checked_undifferentiated") => set(said, "method", json!("self_declared")),
            _ => {}
        }
    }
}

fn denied_is_unknown(q: &Question<'_>) -> Said {
    let statement = q.input("statement");
    let denied = statement.get("consent") == Some(&json!("denied"));
    q.telling(&["thresholds"], |told| {
        if denied {
            set(told, "verdict", json!("undecided"));
        }
    })
}

fn other_rule(q: &Question<'_>) -> Said {
    let other = match q.input("rule").as_str() {
        Some("lowest_wins") => "primary_unless_contrary",
        _ => "lowest_wins",
    };
    q.changed("together", "rule", |_| json!(other))
}

/// The scale of assurance, read from its other end.
fn upside_down(claim: &mut Members) {
    const SCALE: [&str; 5] = ["asserted", "basic", "standard", "enhanced", "strict"];
    let said = claim.get("assurance").and_then(Value::as_str);
    let place = SCALE.iter().position(|name| Some(*name) == said);
    let other = SCALE.iter().rev().nth(place.unwrap_or_default());
    set(claim, "assurance", json!(other));
}

fn unknown_is_minor(told: &mut Members) {
    let said = told.get_mut("statement").and_then(Value::as_object_mut);
    if let Some(said) = said.filter(|said| said.get("outcome") == Some(&json!("age_unknown"))) {
        set(said, "outcome", json!("signal"));
        set(said, "lower", json!(0));
        set(said, "upper", json!(18));
    }
}

fn checked_guardian(told: &mut Members) {
    let said = told.get_mut("statement").and_then(Value::as_object_mut);
    if let Some(said) = said.filter(|said| said.get("declarant_check") == Some(&json!("gov_id"))) {
        set(said, "method", json!("verified"));
    }
}

fn real_bounds(q: &Question<'_>) -> Said {
    let known = q.input("known");
    q.telling(&["coarsening"], |told| set(told, "told", known.clone()))
}

fn all_true(told: &mut Members) {
    let answers = told.get_mut("answered").and_then(Value::as_array_mut);
    answers
        .into_iter()
        .flatten()
        .for_each(|answer| *answer = json!(true));
}

fn tells_method(q: &Question<'_>) -> Said {
    let known = q.input("known");
    q.telling(ANSWERS, |told| {
        if let Some(method) = known.get("method")
            && told.get("outcome") == Some(&json!("signal"))
        {
            set(told, "method", method.clone());
        }
    })
}

fn one_token_less(told: &mut Members) {
    if let Some(tokens) = told.get("tokens").and_then(Value::as_u64) {
        set(told, "tokens", json!(tokens.saturating_sub(1)));
    }
}

/// Days that pass become acts that grant.
fn silence_grants(mut acts: Value) -> Value {
    for act in acts.as_array_mut().into_iter().flatten() {
        if act.as_str().is_some_and(|act| act.starts_with("day:")) {
            *act = json!("grant");
        }
    }
    acts
}
