//! Plays a script with a relying party: the suite is issuers, holders and the person's device.

use super::script::{Claim, PartyScript, PartyStep};
use super::tree::{self, Fields};
use super::{AgeTarget, Memory, contract, scripted, wished};
use crate::driver::Answer;
use crate::point::Product;
use crate::stage::{START, present};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::{self, Signer, sha256};
use parcep_core::hex;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;
const WEEK: i64 = 604_800;
/// Monday, 5 January 1970.
const A_MONDAY: i64 = 345_600;

/// A play under way.
struct Play<'a> {
    trial: &'a mut Trial,
    memory: Memory<'a>,
    product: Product,
    audience: String,
    /// Whoever signs: issuers, holders, and others.
    signers: BTreeMap<String, Signer>,
    /// The last question about each person.
    questions: BTreeMap<String, Value>,
    now: i64,
    /// What names of persons are made of.
    salt: u64,
}

/// What is sent, with the answers that were remembered.
struct Made {
    event: &'static str,
    members: Fields,
}

/// Plays a case.
pub(super) async fn play(trial: &mut Trial, target: &AgeTarget, script: &PartyScript) -> Outcome {
    let salt = u64::from_be_bytes(trial.rng.bytes(8).try_into().unwrap_or_default());
    let mut rng = crate::rng::Rng::new(salt, "party", 0);
    let minute = i64::try_from(salt % (7 * 24 * 60)).unwrap_or(0);
    let now = match target.hello.has("virtual-clock") {
        true => START + minute * 60,
        false => present(),
    };
    let product = Product::start(
        &target.start,
        target.patience,
        now,
        salt,
        &trial.target.tape,
    )
    .await;
    let mut product = contract(trial, "hello", product)?;
    let reset = product.begin(now, "UTC").await;
    let reset = contract(trial, "reset", reset)?;
    let audience = contract(trial, "reset", reset.text("audience"))?.to_owned();
    let mut play = Play {
        trial,
        memory: Memory::new(&mut rng),
        product,
        audience,
        signers: BTreeMap::new(),
        questions: BTreeMap::new(),
        now,
        salt,
    };
    let clock = json!({
        "now": now,
        "day": now.div_euclid(DAY) * DAY,
        "monday": (now - A_MONDAY).div_euclid(WEEK) * WEEK + A_MONDAY,
        "audience": play.audience,
    });
    play.memory.keep("began", clock);
    if script.home.both {
        play.trust(&Fields::new(), &[], StepRole::Setup).await?;
    }
    for step in &script.steps {
        play.step(step).await?;
    }
    let Play { product, trial, .. } = play;
    contract(trial, "stop", product.stop().await)
}

impl Play<'_> {
    async fn step(&mut self, step: &PartyStep) -> Outcome {
        match step {
            PartyStep::Trust {
                with,
                refused,
                role,
            } => self.trust(with, refused, *role).await,
            PartyStep::Question { .. } => self.question(step).await,
            PartyStep::Answer(claim) => {
                let made = self.signal(claim)?;
                self.hand_over(claim, made).await
            }
            PartyStep::Present(claim) => {
                let made = self.token(claim)?;
                self.hand_over(claim, made).await
            }
            PartyStep::Revoked {
                by,
                with,
                refused,
                role,
            } => {
                let mut list = json!({"handles": [], "as_of": self.day()});
                scripted(tree::put(&mut self.memory, &mut list, with))?;
                let list = scripted(tree::encode("RevokedAgeHandlesResponse", &list))?;
                let members =
                    json!({"issuer": self.memory.named(&name_of(by)), "list": hex::encode(&list)});
                let answer = self.act("revoked", members).await?;
                self.compare(*role, "a list of revoked handles comes", &answer, refused)
            }
            PartyStep::Say {
                event,
                with,
                outcome,
                role,
            } => {
                let mut members = json!({"person": self.person("anna")});
                merge(&mut members, Value::Object(with.clone()));
                let answer = self.act(event, members).await?;
                let what = format!("it is told of `{event}`");
                self.trial.came(*role, &what, outcome, &answer)
            }
            PartyStep::Ask { .. } => self.ask(step).await,
            PartyStep::Records { of, is, role } => {
                let mut members = Map::new();
                members.insert("person".into(), self.person(of).into());
                let answer = self.product.ask("state", members).await;
                let answer = contract(self.trial, "state", answer)?;
                contract(self.trial, "state", answer.is_no_error("state"))?;
                let known = answer.find("known").unwrap_or_default();
                let lines: Vec<&str> = known
                    .split_whitespace()
                    .map(|line| line.split_once('/').map_or(line, |(_, rest)| rest))
                    .collect();
                let (expected, observed) = (is.join(" "), lines.join(" "));
                self.trial
                    .answered(*role, "what it recorded", &expected, &observed)
            }
            PartyStep::Wait { seconds } => {
                self.now += seconds;
                let clock = self.product.clock(self.now).await;
                contract(self.trial, "clock", clock)
            }
            PartyStep::Kill => {
                let relaunched = self.product.relaunch(self.now).await;
                contract(self.trial, "hello", relaunched)
            }
        }
    }

    /// A name that no two runs share.
    fn person(&self, of: &str) -> String {
        let hash = sha256(format!("{} {of}", self.salt).as_bytes());
        hex::encode(hash.get(..8).unwrap_or_default())
    }

    fn day(&self) -> i64 {
        self.now.div_euclid(DAY) * DAY
    }

    async fn act(&mut self, event: &str, members: Value) -> Result<Answer, Stop> {
        let mut all = Map::new();
        all.insert("event".into(), event.into());
        if let Value::Object(members) = members {
            all.extend(members);
        }
        let answer = self.product.ask("act", all).await;
        contract(self.trial, event, answer)
    }

    fn signer(&mut self, name: &str) -> Result<&Signer, Stop> {
        if !self.signers.contains_key(name) {
            let seed = self.memory.rng.bytes(32).try_into().unwrap_or_default();
            let signer = Signer::from_seed(&seed);
            let signer = signer.ok_or_else(|| Stop::Harness("no key".into()))?;
            self.signers.insert(name.to_owned(), signer);
        }
        let found = self.signers.get(name);
        found.ok_or_else(|| Stop::Harness(format!("nobody is `{name}`")))
    }

    async fn trust(&mut self, with: &Fields, refused: &[String], role: StepRole) -> Outcome {
        let mut issuers = Vec::new();
        for (name, kind) in [("one", "device_os"), ("two", "age_provider")] {
            let key = hex::encode(&self.signer(name)?.public());
            let name = self.memory.named(&name_of(name));
            issuers.push(json!({"name": name, "role": kind, "key": key,
                "from": "2020-01-01", "until": "2090-01-01"}));
        }
        let mut keys = Fields::new();
        for name in ["one", "two", "three"] {
            let key = hex::encode(&self.signer(name)?.public());
            keys.insert(name.into(), key.into());
        }
        self.memory.keep("keys", Value::Object(keys));
        let mut list = json!({"format": "parcep-age-trust/1", "issuers": issuers});
        scripted(tree::put(&mut self.memory, &mut list, with))?;
        let answer = self.act("trust", json!({"list": list.to_string()})).await?;
        let what = match with.is_empty() {
            true => "a trust list".to_owned(),
            false => format!("a trust list with {}", Value::Object(with.clone())),
        };
        self.compare(role, &what, &answer, refused)
    }

    async fn question(&mut self, step: &PartyStep) -> Outcome {
        let PartyStep::Question {
            of,
            with,
            not_now,
            is,
            isnt,
            keep,
            role,
        } = step
        else {
            return Err(Stop::Harness("no question".into()));
        };
        let mut members =
            json!({"person": self.person(of), "purpose": "access_gate", "cuts": "13 16 18"});
        scripted(tree::put(&mut self.memory, &mut members, with))?;
        let what = format!("it needs the age of {of}, {}", Value::Object(with.clone()));
        let answer = self.act("question", members).await?;
        let expected = if *not_now { "not_now" } else { "ok" };
        self.trial.came(*role, &what, expected, &answer)?;
        if *not_now {
            return Ok(());
        }
        let bytes = contract(self.trial, "question", answer.bytes("request"))?;
        let request = tree::decode("AgeSignalRequest", &bytes);
        let request = match request {
            Ok(request) => request,
            Err(why) => {
                return self
                    .trial
                    .check("its request", "AgeSignalRequest", why, false);
            }
        };
        for (fields, wanted) in [(is, true), (isnt, false)] {
            for (path, wish) in fields {
                let wish = wished(&mut self.memory, wish)?;
                let stands = tree::get(&request, path);
                let expected = if wanted {
                    wish.to_string()
                } else {
                    format!("not {wish}")
                };
                let ok = (wish == stands) == wanted;
                let what = format!("its request: {path}");
                self.trial
                    .met(*role, &what, &expected, &stands.to_string(), ok)?;
            }
        }
        if let Some(name) = keep {
            self.memory.keep(name, request.clone());
        }
        self.questions.insert(of.clone(), request);
        Ok(())
    }

    /// The bracket and everything that claims of both forms share.
    fn bracket(&self) -> Value {
        json!({"lower_inclusive": 13, "upper_exclusive": 16, "exact_cell": true, "method": "not_told"})
    }

    fn asked(&self, claim: &Claim) -> Value {
        self.questions.get(&claim.of).cloned().unwrap_or_default()
    }

    /// A signed claim, its key id and its signature, with what is put around it.
    fn seal(
        &mut self,
        claim: &Claim,
        name: &str,
        label: &str,
        tree: &Value,
    ) -> Result<Value, Stop> {
        let bytes = scripted(tree::encode(name, tree))?;
        let key_id = sha256(&self.signer(&claim.by)?.public());
        let by = claim.signed_by.as_deref().unwrap_or(&claim.by);
        let signature = self.signer(by)?.sign(&wire::transcript(label, &[&bytes]));
        let member = label.trim_start_matches("age-");
        let mut signed = json!({
            "issuer_key_id": hex::encode(&key_id),
            "signature": hex::encode(&signature),
        });
        if let Some(members) = signed.as_object_mut() {
            members.insert(member.to_owned(), json!(hex::encode(&bytes)));
        }
        scripted(tree::put(&mut self.memory, &mut signed, &claim.signed))?;
        Ok(signed)
    }

    fn signal(&mut self, claim: &Claim) -> Result<Made, Stop> {
        let mut members = Fields::new();
        members.insert("person".into(), json!(self.person(&claim.of)));
        if claim.nothing {
            return Ok(Made {
                event: "answer",
                members,
            });
        }
        if let Some(name) = &claim.replay {
            members.insert(
                "response".into(),
                scripted(self.memory.recall(&format!("{name}.whole")))?,
            );
            return Ok(Made {
                event: "answer",
                members,
            });
        }
        let asked = self.asked(claim);
        let mut told = self.bracket();
        let token_id = hex::encode(&self.memory.rng.bytes(16));
        let more = json!({
            "audience": self.audience,
            "purpose": tree::get(&asked, "purpose"),
            "nonce": tree::get(&asked, "nonce"),
            "issued_bucket": self.day(),
            "not_after": self.day() + 30 * DAY,
            "token_id": token_id,
        });
        merge(&mut told, more);
        scripted(tree::put(&mut self.memory, &mut told, &claim.claim))?;
        let signed = self.seal(claim, "AgeSignal", "age-signal", &told)?;
        let mut response = json!({"outcome": "signal", "signal": signed});
        scripted(tree::put(&mut self.memory, &mut response, &claim.response))?;
        let response = json!(hex::encode(&scripted(tree::encode(
            "AgeSignalResponse",
            &response
        ))?));
        if let Some(name) = &claim.keep {
            self.memory
                .keep(name, json!({"whole": response, "claim": told}));
        }
        members.insert("response".into(), response);
        Ok(Made {
            event: "answer",
            members,
        })
    }

    fn token(&mut self, claim: &Claim) -> Result<Made, Stop> {
        let mut members = Fields::new();
        members.insert("person".into(), json!(self.person(&claim.of)));
        let asked = self.asked(claim);
        let token = match &claim.replay {
            Some(name) => scripted(self.memory.recall(&format!("{name}.whole")))?,
            None => {
                let monday = (self.now - A_MONDAY).div_euclid(WEEK) * WEEK + A_MONDAY;
                let key = hex::encode(&self.signer("holder")?.public());
                let mut told = self.bracket();
                merge(
                    &mut told,
                    json!({"issued_bucket": monday, "not_after": monday + 4 * WEEK, "holder_key": key}),
                );
                scripted(tree::put(&mut self.memory, &mut told, &claim.claim))?;
                self.seal(claim, "AgeToken", "age-token", &told)?
            }
        };
        if let Some(name) = &claim.keep {
            self.memory.keep(name, json!({"whole": token}));
        }
        let mut presentation = json!({
            "audience": self.audience,
            "purpose": tree::get(&asked, "purpose"),
            "nonce": tree::get(&asked, "nonce"),
        });
        scripted(tree::put(
            &mut self.memory,
            &mut presentation,
            &claim.presentation,
        ))?;
        let presentation = scripted(tree::encode("AgePresentation", &presentation))?;
        let bytes = tree::get(&token, "token");
        let bytes = bytes.as_str().and_then(hex::decode).unwrap_or_default();
        let transcript = wire::transcript("age-presentation", &[&bytes, &presentation]);
        let signature = self.signer("holder")?.sign(&transcript);
        let mut shown = json!({
            "token": token,
            "presentation": hex::encode(&presentation),
            "holder_signature": hex::encode(&signature),
        });
        scripted(tree::put(&mut self.memory, &mut shown, &claim.response))?;
        let shown = scripted(tree::encode("PresentedAge", &shown))?;
        members.insert("claim".into(), json!(hex::encode(&shown)));
        Ok(Made {
            event: "present",
            members,
        })
    }

    async fn hand_over(&mut self, claim: &Claim, made: Made) -> Outcome {
        let answer = self.act(made.event, Value::Object(made.members)).await?;
        let what = what(claim, made.event);
        let role = claim.role();
        if !claim.refused.is_empty() {
            return self.compare(role, &what, &answer, &claim.refused);
        }
        let took = claim.took.as_deref().unwrap_or("signal");
        let mut wanted = took.to_owned();
        let mut seen = match answer.outcome() {
            "ok" => answer.find("took").unwrap_or("nothing").to_owned(),
            "error" => answer.told(),
            other => format!("{other} {}", answer.find("reason").unwrap_or_default()),
        };
        if let Some(next) = &claim.next {
            wanted = format!("{wanted}, then {next}");
            seen = format!("{seen}, then {}", answer.find("next").unwrap_or("nothing"));
        }
        if let Some(wait) = claim.wait {
            wanted = format!("{wanted} {wait} s");
            seen = format!("{seen} {} s", answer.number("wait").unwrap_or(-1));
        }
        self.trial.answered(role, &what, &wanted, &seen)
    }

    async fn ask(&mut self, step: &PartyStep) -> Outcome {
        let PartyStep::Ask {
            of,
            threshold,
            on_unknown,
            verdict,
            reason,
            gate,
            role,
        } = step
        else {
            return Err(Stop::Harness("no question".into()));
        };
        let mut members = Map::new();
        members.insert("person".into(), json!(self.person(of)));
        members.insert("threshold".into(), json!(threshold));
        if let Some(rule) = on_unknown {
            members.insert("on_unknown".into(), json!(rule));
        }
        let answer = self.product.ask("ask", members).await;
        let answer = contract(self.trial, "ask", answer)?;
        contract(self.trial, "ask", answer.is_no_error("ask"))?;
        let wishes = [
            ("verdict", Some(verdict)),
            ("reason", reason.as_ref()),
            ("gate", gate.as_ref()),
        ];
        let mut expected = Vec::new();
        let mut observed = Vec::new();
        for (member, wish) in wishes {
            if let Some(wish) = wish {
                expected.push(wish.as_str());
                observed.push(answer.find(member).unwrap_or("nothing"));
            }
        }
        let what = format!("is {of} {threshold} or older");
        self.trial
            .answered(*role, &what, &expected.join(", "), &observed.join(", "))
    }

    /// `ok`, or `refused` with one of these reasons.
    fn compare(
        &mut self,
        role: StepRole,
        what: &str,
        answer: &Answer,
        refused: &[String],
    ) -> Outcome {
        let expected = match refused {
            [] => "ok".to_owned(),
            reasons => format!("refused ({})", reasons.join(" or ")),
        };
        let reason = answer.find("reason").unwrap_or_default();
        let (ok, observed) = match answer.outcome() {
            "refused" => (
                refused.iter().any(|one| one == reason),
                format!("refused ({reason})"),
            ),
            other => (refused.is_empty() && other == "ok", answer.told()),
        };
        self.trial.met(role, what, &expected, &observed, ok)
    }
}

/// Its name in the trust list, but for what is another one in each attempt.
fn name_of(issuer: &str) -> String {
    format!("Issuer {issuer}")
}

fn merge(tree: &mut Value, more: Value) {
    if let (Some(members), Value::Object(more)) = (tree.as_object_mut(), more) {
        members.extend(more);
    }
}

fn what(claim: &Claim, event: &str) -> String {
    if let Some(what) = &claim.what {
        return what.clone();
    }
    let doing = match (event, claim.nothing) {
        (_, true) => return "nobody answers".into(),
        ("present", _) => "a token is shown",
        _ => "a signal comes",
    };
    let all = [
        &claim.claim,
        &claim.presentation,
        &claim.signed,
        &claim.response,
    ];
    let fields: Vec<_> = all
        .into_iter()
        .flatten()
        .map(|(path, value)| format!("{path} {value}"))
        .collect();
    match (fields.is_empty(), &claim.replay) {
        (true, Some(_)) => format!("{doing} once more"),
        (true, None) => doing.into(),
        (false, _) => format!("{doing} with {}", fields.join(", ")),
    }
}
