//! What the suite sees of a product, against what it should be.

use super::super::script::{Ask, Remaining, Step};
use super::{Play, contract, staged};
use crate::canary::{Canaries, Value};
use crate::catalogue::Role;
use crate::driver::Answer;
use crate::trial::{Outcome, StepRole, Stop};
use parcep_core::id::PrincipalId;
use serde_json::Map;

/// Compares a decision with what was expected.
pub(super) fn decision(play: &mut Play<'_>, ask: &Ask, what: &str, answer: &Answer) -> Outcome {
    let mut expected = vec![ask.effect.join(" or ")];
    let effect = answer.find("effect").unwrap_or_else(|| answer.outcome());
    let mut ok = ask.effect.iter().any(|one| one == effect);
    let mut observed = vec![
        answer
            .find("effect")
            .map_or_else(|| answer.told(), str::to_owned),
    ];
    if !ask.reason.is_empty() {
        let got = answer.find("reason").unwrap_or("no reason");
        ok &= ask.reason.iter().any(|reason| reason == got);
        expected.push(ask.reason.join(" or "));
        observed.push(got.to_owned());
    }
    if let Some(rules) = &ask.rules {
        let mut rules: Vec<String> = rules.iter().map(|rule| play.fresh.text(rule)).collect();
        let got = answer.find("rules").unwrap_or_default().split_whitespace();
        let id = |word: &str| word.split_once('/').map_or(word, |(_, id)| id).to_owned();
        let mut got: Vec<String> = got.map(id).collect();
        rules.sort_unstable();
        got.sort_unstable();
        ok &= rules == got;
        expected.push(format!("by {}", named(&rules)));
        observed.push(format!("by {}", named(&got)));
    }
    if let Some(rules) = &ask.by {
        let author = |number: &str| {
            let at = number.parse::<usize>().ok()?.checked_sub(1)?;
            Some(play.family.guardians.get(at)?.to_string())
        };
        let with_author = |rule: &String| {
            let (number, id) = rule.split_once('/')?;
            Some((author(number)?, id.to_owned()))
        };
        let rules: Vec<_> = rules.iter().filter_map(with_author).collect();
        let fresh = &mut play.fresh;
        let rules = rules.into_iter();
        let rules = rules.map(|(author, id)| format!("{author}/{}", fresh.rule(&id)));
        let mut rules: Vec<String> = rules.collect();
        let got = answer.find("rules").unwrap_or_default().split_whitespace();
        let mut got: Vec<String> = got.map(str::to_owned).collect();
        rules.sort_unstable();
        got.sort_unstable();
        ok &= rules == got;
        expected.push(format!("by {}", named(&rules)));
        observed.push(format!("by {}", named(&got)));
    }
    let left = |left: Option<i64>| left.map_or_else(|| "no end".into(), |s| format!("{s} s left"));
    let remaining = match ask.remaining {
        Remaining::Any => None,
        Remaining::Never => Some(None),
        // Of a row, which says when the answer changes, the instant is known.
        Remaining::Seconds(seconds) if ask.next_change.is_none() => {
            let beyond = staged(play.ends_day(seconds))?;
            Some((!beyond).then_some(seconds))
        }
        Remaining::Seconds(seconds) => Some(Some(seconds)),
    };
    if let Some(remaining) = remaining {
        let got = answer.number("remaining_seconds");
        ok &= got == remaining;
        expected.push(left(remaining));
        observed.push(left(got));
    }
    if let Some(change) = &ask.next_change {
        let got = answer.find("next_change").unwrap_or("none");
        ok &= same_instant(change, got);
        expected.push(format!("next change {change}"));
        observed.push(format!("next change {got}"));
    }
    let (expected, observed) = (expected.join(", "), observed.join(", "));
    play.trial.met(ask.role, what, &expected, &observed, ok)
}

fn named(rules: &[String]) -> String {
    match rules {
        [] => "no rule".into(),
        rules => rules.join(" and "),
    }
}

fn same_instant(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    one == other
        || read(one)
            .zip(read(other))
            .is_some_and(|(one, other)| one == other)
}

impl Play<'_> {
    pub(super) async fn state(&mut self, step: &Step) -> Outcome {
        let Step::State {
            of,
            freshness,
            pending,
            is_pending,
            joining,
            unconfirmed,
            at_head,
            role,
        } = step
        else {
            return Err(Stop::Harness("no state to look at".into()));
        };
        let dependant = self.dependant(*of)?;
        let mut members = Map::new();
        if self.home.product == Role::EnforcementPoint {
            members.insert("dependant".into(), dependant.to_string().into());
        }
        let answer = self.request("state", members).await?;
        contract(self.trial, "state", answer.is_no_error("state"))?;
        let words = |name: &str| -> Vec<String> {
            let words = answer.find(name).unwrap_or_default().split_whitespace();
            words.map(str::to_owned).collect()
        };
        let mut seen = Vec::new();
        let mut look = |name: &str, expected: String, observed: String, ok: bool| {
            seen.push((
                format!("{name} {expected}"),
                format!("{name} {observed}"),
                ok,
            ));
        };
        if !freshness.is_empty() {
            let got = answer.find("freshness").unwrap_or("not told").to_owned();
            let ok = freshness.contains(&got);
            look("is", freshness.join(" or "), got, ok);
        }
        if let Some(pending) = pending {
            let (mut expected, mut got) = (pending.clone(), words("pending"));
            expected.sort_unstable();
            got.sort_unstable();
            let ok = expected == got;
            look("pending:", named_kinds(&expected), named_kinds(&got), ok);
        }
        if let Some(is_pending) = is_pending {
            let got = !words("pending").is_empty();
            look(
                "pending:",
                is_pending.to_string(),
                got.to_string(),
                got == *is_pending,
            );
        }
        if let Some(unconfirmed) = unconfirmed {
            let got = words("unconfirmed").len();
            look(
                "unconfirmed:",
                unconfirmed.to_string(),
                got.to_string(),
                got == *unconfirmed,
            );
        }
        if let Some(joining) = joining {
            let got = answer.flag("joining");
            let text = got.map_or_else(|| "not told".into(), |got| got.to_string());
            look("joining:", joining.to_string(), text, got == Some(*joining));
        }
        if let Some(at_head) = at_head {
            let log = self
                .served
                .stand()
                .relay
                .logs()
                .get(&self.family.handle)
                .cloned();
            let head = log.map(|log| log.head.0.to_vec()).unwrap_or_default();
            let is = answer.bytes("head").is_ok_and(|got| got == head);
            look(
                "at the head:",
                at_head.to_string(),
                is.to_string(),
                is == *at_head,
            );
        }
        let ok = seen.iter().all(|(_, _, ok)| *ok);
        let join = |texts: Vec<String>| texts.join(", ");
        let expected = join(
            seen.iter()
                .map(|(expected, _, _)| expected.clone())
                .collect(),
        );
        let observed = join(
            seen.iter()
                .map(|(_, observed, _)| observed.clone())
                .collect(),
        );
        self.trial
            .met(*role, "look at its state", &expected, &observed, ok)
    }

    /// No word of the family is in anything that the product sent to the relay, nor in what it said to the
    /// suite but where it was asked for it. Without a role only what was found is a step.
    pub(super) fn search(&mut self, role: Option<StepRole>) -> Outcome {
        let canaries = self.canaries()?;
        let stand = self.served.stand();
        let found = [
            (&stand.raw, "sent to the relay"),
            (&self.said, "said to the suite"),
        ];
        let found = found.map(|(hay, place)| (canaries.found(hay).pop_first(), place));
        drop(stand);
        let leaked = found.into_iter().find_map(|(found, place)| {
            let (name, spelling) = found?;
            Some(format!("{name} ({spelling}) is in what it {place}"))
        });
        let what = "search what the product sent and said";
        let expected = "nothing of the family, raw, encoded or hashed";
        match (leaked, role) {
            (Some(leak), _) => self
                .trial
                .met(StepRole::Check, what, expected, &leak, false),
            (None, Some(role)) => self.trial.met(role, what, expected, expected, true),
            (None, None) => Ok(()),
        }
    }

    /// Everything that is somebody's in this household, and known nowhere else.
    fn canaries(&self) -> Result<Canaries, Stop> {
        let mut all = Vec::new();
        for (word, secret) in self.fresh.words() {
            all.push((format!("the word `{word}`"), Value::Bytes(secret.into())));
            all.push((format!("the word `{word}`"), Value::Hashed(word.into())));
        }
        let wanted = self.wanted.iter().cloned().map(Value::Bytes);
        all.extend(wanted.map(|value| ("what was asked in between".into(), value)));
        all.extend(ids("dependant", &self.family.dependants));
        all.extend(ids("guardian", &self.family.guardians));
        Canaries::new(all).map_err(|error| Stop::Harness(error.to_string()))
    }
}

fn named_kinds(kinds: &[String]) -> String {
    match kinds {
        [] => "none".into(),
        kinds => kinds.join(" "),
    }
}

fn ids(what: &str, ids: &[PrincipalId]) -> Vec<(String, Value)> {
    let named = |id: &PrincipalId| (format!("the id of a {what}"), Value::Bytes(id.to_vec()));
    ids.iter().map(named).collect()
}
