//! Acts on a consent, and changes that are announced.

use parcep_core::age::{AgeConsent, ChangeAct, ChangeId, ConsentAct, ConsentLedger};
use parcep_core::hex;
use serde_json::{Value, json};

use super::Unanswered;
use super::given::{Given, unread};

pub(super) const CONSENT: &[&str] = &["acts", "changes"];
const GAME: &str = "https://games.example";

pub(super) fn consents(given: &Given<'_>) -> Result<Value, Unanswered> {
    if given.has("changes") {
        return changes(given);
    }
    let mut ledger = ConsentLedger::new();
    let (mut today, mut states) = (20_000, Vec::new());
    for act in given.list("acts")? {
        let act = act.as_str().ok_or_else(|| unread("an act is a word"))?;
        match act.split_once(':') {
            Some(("day", days)) => today += days.parse::<i32>().map_err(unread)?,
            _ => done(&mut ledger, act, today)?,
        }
        states.push(state(ledger.consent(GAME)));
    }
    Ok(json!({ "states": states }))
}

fn done(ledger: &mut ConsentLedger, act: &str, today: i32) -> Result<(), Unanswered> {
    let act = match act {
        "request" => return ledger.ask(GAME).map(|_| ()).map_err(unread),
        "grant" => ConsentAct::Grant,
        "deny" => ConsentAct::Deny,
        "revoke" => ConsentAct::Revoke,
        other => return Err(unread(format_args!("act `{other}`"))),
    };
    ledger.act(GAME, act, today).map_err(unread)
}

fn state(consent: AgeConsent) -> &'static str {
    match consent {
        AgeConsent::NotReported => "not_there",
        consent => consent.name(),
    }
}

fn changes(given: &Given<'_>) -> Result<Value, Unanswered> {
    let mut ledger = ConsentLedger::new();
    for act in given.list("changes")? {
        let act = act.as_object().map(Given);
        let act = act.ok_or_else(|| unread("an act on a change is an object"))?;
        if act.has("announce") {
            let id = ChangeId::new(&act.bytes("announce")?).map_err(unread)?;
            // One that would have too many is refused, and the bundle stays.
            ledger.announce(GAME, &[id], false).ok();
        } else if act.has("approve") {
            ledger.decide(GAME, ChangeAct::Approve, 20_000);
        } else if act.has("deny") {
            ledger.decide(GAME, ChangeAct::Deny, 20_000);
        } else {
            return Err(unread("an act on a change that nobody knows"));
        }
    }
    let bundle = ledger.change(GAME).ok_or_else(|| unread("no change"))?;
    let earlier = bundle.earlier.iter().map(|id| hex::encode(id));
    Ok(json!({
        "state": bundle.state.name(),
        "id": hex::encode(&bundle.id),
        "earlier": earlier.collect::<Vec<_>>(),
    }))
}
