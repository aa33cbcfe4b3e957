//! What is asked in between, at places that the seed draws: a product cannot tell which question is the test.
//!
//! The right answer to each is known in every state, and a wrong one fails the test like any other.

use super::Play;
use crate::catalogue::Role;
use crate::driver::Answer;
use crate::trial::{Outcome, StepRole};
use parcep_core::hex;
use serde_json::{Map, Value, json};

/// One step in so many has something asked before it.
const ONE_IN: u64 = 3;
/// What is on the rights floor in every state (R-FLOOR-001).
const HELP: [&str; 5] = [
    "service:urn:service:sos",
    "service:urn:service:sos.police",
    "service:urn:service:sos.fire",
    "service:urn:service:counseling.children",
    "contact:116111",
];
/// What a decision says.
const SAID: [&str; 4] = ["effect", "reason", "remaining_seconds", "next_change"];

/// A question of the test, as it was put, and its answer.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    members: Map<String, Value>,
    said: String,
}

impl Asked {
    pub(super) fn new(members: &Map<String, Value>, answer: &Answer) -> Self {
        Self {
            members: members.clone(),
            said: said(answer),
        }
    }
}

impl Play<'_> {
    /// Rules of a child whom the product does not serve, so that no test knows its places in the log.
    pub(super) fn write_for_a_stranger(&mut self, of: usize) -> Outcome {
        for _ in 0..self.fresh.below(3) {
            let [rule, app] = [16, 8].map(|len| hex::encode(&self.fresh.bytes(len)));
            let block = json!([{"id": rule, "target": {"app": format!("android/org.x{app}")}, "access": "block"}]);
            let rules = Map::from_iter([("apps".into(), json!({ "rules": block }))]);
            self.layer(1, of, &rules, None)?;
        }
        Ok(())
    }

    /// Asks something now and then.
    pub(super) async fn in_between(&mut self) -> Outcome {
        if self.fresh.below(ONE_IN) != 0 {
            return Ok(());
        }
        // A guardian's app decides nothing.
        if self.home.product == Role::GuardianApp {
            return self.ask_what_is_unknown().await;
        }
        match self.fresh.below(5) {
            0 | 1 => self.ask_for_help().await,
            2 => self.ask_for_nobody().await,
            3 => self.ask_what_is_unknown().await,
            _ => self.ask_again().await,
        }
    }

    /// Emergency help is open, whoever wants it (R-FLOOR-004).
    async fn ask_for_help(&mut self) -> Outcome {
        let which = usize::try_from(self.fresh.below(HELP.len() as u64)).unwrap_or(0);
        let action = HELP
            .get(which)
            .copied()
            .unwrap_or("service:urn:service:sos");
        let served = self.children.first().filter(|_| self.fresh.below(2) == 0);
        let who = match served {
            Some(child) => child.to_vec(),
            None => self.fresh.bytes(16),
        };
        let mut members = self.question(who, action);
        if self.fresh.below(2) == 0 {
            members.insert("can_ask".into(), false.into());
            members.insert("usage".into(), "device/day=86400".into());
        }
        let answer = self.request("ask", members).await?;
        let rules = answer.find("rules").unwrap_or_default();
        let observed = match rules {
            "" => said(&answer),
            rules => format!("{} by {rules}", said(&answer)),
        };
        let what = format!("in between: ask {action}");
        let expected = "answered, effect allow, reason rights_floor";
        self.seen(&what, expected, &observed)
    }

    /// Nobody knows this person here (R-JOIN-006).
    async fn ask_for_nobody(&mut self) -> Outcome {
        let (who, app) = (self.fresh.bytes(16), hex::encode(&self.fresh.bytes(8)));
        let action = format!("app:android/org.x{app}");
        let members = self.question(who, &action);
        let answer = self.request("ask", members).await?;
        let what = "in between: a person whom the household does not know asks for an app";
        self.seen(what, "not_served", &answer.told())
    }

    /// What the contract does not have is unsupported, also when it is new (R-CONF-015).
    async fn ask_what_is_unknown(&mut self) -> Outcome {
        let word = format!("x{}", hex::encode(&self.fresh.bytes(5)));
        let (op, members) = match self.fresh.below(2) {
            0 => (word.as_str(), Map::new()),
            _ => (
                "act",
                Map::from_iter([("event".into(), word.clone().into())]),
            ),
        };
        let answer = self.request(op, members).await?;
        let what = "in between: ask for what no contract has";
        self.seen(what, "unsupported", &answer.told())
    }

    /// The last question once more, with members that change nothing.
    async fn ask_again(&mut self) -> Outcome {
        let Some(Asked {
            mut members,
            said: before,
        }) = self.asked.clone()
        else {
            return self.ask_for_help().await;
        };
        let word = format!("x{}", hex::encode(&self.fresh.bytes(5)));
        members.insert(word.clone(), word.into());
        if !members.contains_key("usage") {
            let app = hex::encode(&self.fresh.bytes(8));
            members.insert(
                "usage".into(),
                format!("app:android/org.x{app}/day=60").into(),
            );
        }
        let answer = self.request("ask", members).await?;
        let what = "in between: the same once more, and what was used elsewhere";
        self.seen(what, &before, &said(&answer))
    }

    /// What is asked in between is nobody's business either: nothing that the product sends holds it.
    fn question(&mut self, who: Vec<u8>, action: &str) -> Map<String, Value> {
        let members = [
            ("dependant".into(), hex::encode(&who).into()),
            ("action".into(), action.into()),
        ];
        self.wanted.extend([who, action.into()]);
        Map::from_iter(members)
    }

    fn seen(&mut self, what: &str, expected: &str, observed: &str) -> Outcome {
        self.trial.met(
            StepRole::Check,
            what,
            expected,
            observed,
            expected == observed,
        )
    }
}

/// Outcome and decision, but for the rules: their order means nothing.
fn said(answer: &Answer) -> String {
    let mut all = vec![answer.told()];
    all.extend(SAID.iter().filter_map(|member| {
        let text = answer.find(member).map(str::to_owned);
        let value = text.or_else(|| answer.number(member).map(|number| number.to_string()))?;
        Some(format!("{member} {value}"))
    }));
    all.join(", ")
}
