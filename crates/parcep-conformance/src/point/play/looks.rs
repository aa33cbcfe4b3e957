//! What the suite sees of a product, against what it should be.

use super::super::script::{Ask, Remaining, Step};
use super::Play;
use crate::driver::Answer;
use crate::trial::{Outcome, StepRole, Stop};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parcep_core::crypto::sha256;
use serde_json::Map;

/// Compares a decision with what was expected.
pub(super) fn decision(play: &mut Play<'_>, ask: &Ask, what: &str, answer: &Answer) -> Outcome {
    let mut expected = vec![ask.effect.join(" or ")];
    let mut observed = vec![
        answer
            .find("effect")
            .unwrap_or_else(|| answer.outcome())
            .to_owned(),
    ];
    let mut ok = ask
        .effect
        .contains(observed.first().unwrap_or(&String::new()));
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
            Some(format!("{}/{id}", author(number)?))
        };
        let mut rules: Vec<String> = rules.iter().filter_map(with_author).collect();
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
        members.insert("dependant".into(), dependant.to_string().into());
        let answer = self.request("state", members).await?;
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

    /// No word of the family is in anything that the product sent to the relay (R-PRIV-001).
    pub(super) fn look_for_words(&mut self) -> Outcome {
        let stand = self.served.stand();
        let sent: Vec<u8> = stand
            .heard
            .iter()
            .flat_map(|heard| heard.body.clone())
            .collect();
        drop(stand);
        let leaked = self
            .fresh
            .words()
            .find(|word| has(&sent, word))
            .map(str::to_owned);
        match leaked {
            None => Ok(()),
            Some(word) => {
                let what = "search what the product sent to the relay";
                let observed = format!("the word `{word}` is in it");
                let expected = "no word of the family, raw or encoded";
                self.trial
                    .met(StepRole::Check, what, expected, &observed, false)
            }
        }
    }
}

fn named_kinds(kinds: &[String]) -> String {
    match kinds {
        [] => "none".into(),
        kinds => kinds.join(" "),
    }
}

/// Whether bytes hold a word: as it is, in hexadecimal, in base64 at any place, or hashed.
pub(super) fn has(bytes: &[u8], word: &str) -> bool {
    let contains =
        |part: &[u8]| !part.is_empty() && bytes.windows(part.len()).any(|window| window == part);
    let hash = sha256(word.as_bytes());
    let in_base64 = (0..3).any(|shift| {
        let padded: Vec<u8> = std::iter::repeat_n(0, shift).chain(word.bytes()).collect();
        let text = STANDARD_NO_PAD.encode(padded);
        // Signs at the edges depend on what stands beside the word.
        let inner = text.get(shift * 4 / 3 + usize::from(shift > 0)..text.len().saturating_sub(2));
        inner.is_some_and(|inner| contains(inner.as_bytes()))
    });
    contains(word.as_bytes())
        || contains(parcep_core::hex::encode(word.as_bytes()).as_bytes())
        || contains(&hash.0)
        || contains(parcep_core::hex::encode(&hash.0).as_bytes())
        || in_base64
}
