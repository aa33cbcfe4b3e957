//! Plays a script with an issuer: calls at its sockets, and what its driver is told.

use super::looks::{self, Seen};
use super::script::{Call, IssuerScript, IssuerStep, Raw};
use super::tree::{self, Fields};
use super::{Memory, contract, scripted, wished};
use crate::driver::Fault;
use crate::peer::{Issuer, IssuerTarget, Refusal, Relay, Target};
use crate::point::Product;
use crate::stage::{START, present};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::Signer;
use parcep_core::hex;
use prost::Message as _;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The audience that asks, where a driver lets it in.
const AUDIENCE: &str = "org.example.game";
/// Only a proper request says something about the person.
const INVALID: &str = "invalid_request";

/// A play under way.
struct Play<'a> {
    trial: &'a mut Trial,
    memory: Memory<'a>,
    product: Option<Product>,
    /// Where each audience asks, and its name; the first one is called `first`.
    audiences: BTreeMap<String, (Relay, String)>,
    holder: Option<Relay>,
    key: Option<Vec<u8>>,
    cuts: Vec<u32>,
    now: i64,
    /// Whether anything that is told was looked at.
    looked: bool,
}

/// Plays a case.
pub(super) async fn play(trial: &mut Trial, script: &IssuerScript) -> Outcome {
    let salt = u64::from_be_bytes(trial.rng.bytes(8).try_into().unwrap_or_default());
    let mut rng = crate::rng::Rng::new(salt, "issuer", 0);
    let mut play = Play {
        trial,
        memory: Memory::new(&mut rng),
        product: None,
        audiences: BTreeMap::new(),
        holder: None,
        key: None,
        cuts: vec![13, 16, 18],
        now: 0,
        looked: false,
    };
    match play.trial.target.issuer.clone() {
        Some(asked) => play.at_socket(asked).await?,
        None => play.behind_driver(script, salt).await?,
    }
    for step in &script.steps {
        play.step(step).await?;
    }
    let Play { product, trial, .. } = play;
    match product {
        Some(product) => contract(trial, "stop", product.stop().await),
        None => Ok(()),
    }
}

impl Play<'_> {
    /// An issuer that was there before.
    async fn at_socket(&mut self, asked: IssuerTarget) -> Outcome {
        let app = self.trial.relay().await?;
        self.holder = Some(match &asked.holder {
            None => app.clone(),
            Some(uri) => self.connect(uri).await?,
        });
        self.audiences.insert("first".into(), (app, asked.audience));
        self.key = asked.issuer_key;
        self.cuts = asked.cuts;
        self.now = present();
        Ok(())
    }

    /// One that is started, told whom it knows, and where it lets the first audience in.
    async fn behind_driver(&mut self, script: &IssuerScript, salt: u64) -> Outcome {
        let Some(target) = self.trial.target.age.clone() else {
            return Err(Stop::Harness("the target is no issuer".into()));
        };
        let minute = i64::try_from(salt % (7 * 24 * 60)).unwrap_or(0);
        self.now = match target.hello.has("virtual-clock") {
            true => START + minute * 60,
            false => present(),
        };
        let product = Product::start(
            &target.start,
            target.patience,
            self.now,
            salt,
            &self.trial.target.tape,
        )
        .await;
        let mut product = contract(self.trial, "hello", product)?;
        let reset = product.begin(self.now, "UTC").await;
        let reset = contract(self.trial, "reset", reset)?;
        self.key = Some(contract(self.trial, "reset", reset.bytes("issuer_key"))?);
        let holder = reset.find("holder").map(str::to_owned);
        self.product = Some(product);
        if let Some(holder) = holder {
            self.holder = Some(self.connect(&holder).await?);
        }
        if script.home.known {
            let child = json!({"method": "guardian_declared", "lower": 12, "upper": 17});
            self.act("known", &object(child), None).await?;
        }
        if script.home.shared && target.hello.features.iter().any(|word| word == "household") {
            self.act("rule", &object(json!({"share": "allow"})), None)
                .await?;
        }
        let audience = self.memory.named(AUDIENCE);
        let audience = object(json!({ "audience": audience }));
        self.act("open", &audience, Some("first")).await
    }

    async fn step(&mut self, step: &IssuerStep) -> Outcome {
        match step {
            IssuerStep::Ask(call) => self.ask(call).await,
            IssuerStep::Tokens(call) => self.tokens(call).await,
            IssuerStep::Handles(call) => self.handles(call).await,
            IssuerStep::Act { event, with, name } => self.act(event, with, name.as_deref()).await,
            IssuerStep::Say {
                event,
                with,
                outcome,
                role,
            } => {
                let mut members = Map::new();
                members.insert("event".into(), event.clone().into());
                for (member, value) in with {
                    members.insert(member.clone(), wished(&mut self.memory, value)?);
                }
                let answer = self.product()?.ask("act", members).await;
                let answer = contract(self.trial, event, answer)?;
                let what = format!("it is told of `{event}`");
                self.trial.came(*role, &what, outcome, &answer)
            }
            IssuerStep::Holder { there, role } => {
                let word = |there| if there { "a place" } else { "no place" };
                let observed = word(self.holder.is_some());
                let what = "where a holder asks";
                self.trial.answered(*role, what, word(*there), observed)
            }
            IssuerStep::Told { is, role } => self.told(is, *role).await,
            IssuerStep::Compare {
                value,
                is,
                isnt,
                role,
            } => {
                let stands = wished(&mut self.memory, value)?;
                let wish = is.as_ref().or(isnt.as_ref()).cloned().unwrap_or_default();
                let wish = wished(&mut self.memory, &wish)?;
                let (ok, expected) = match isnt {
                    Some(_) => (stands != wish, format!("not {wish}")),
                    None => (stands == wish, wish.to_string()),
                };
                let what = format!("{value}");
                self.trial
                    .met(*role, &what, &expected, &stands.to_string(), ok)
            }
            IssuerStep::Wait { seconds } => {
                self.now += seconds;
                let now = self.now;
                let product = self.product()?;
                let clock = product.clock(now).await;
                contract(self.trial, "clock", clock)
            }
            IssuerStep::Kill => {
                let now = self.now;
                let relaunched = self.product()?.relaunch(now).await;
                contract(self.trial, "hello", relaunched)?;
                // Addresses were good until the program ended.
                let names: Vec<_> = self
                    .audiences
                    .iter()
                    .map(|(name, (_, audience))| (name.clone(), audience.clone()))
                    .collect();
                for (name, audience) in names {
                    let audience = object(json!({"audience": audience}));
                    self.act("open", &audience, Some(&name)).await?;
                }
                Ok(())
            }
        }
    }

    fn product(&mut self) -> Result<&mut Product, Stop> {
        let none = || Stop::Harness("a step that needs a driver, in a test that does not".into());
        self.product.as_mut().ok_or_else(none)
    }

    async fn connect(&mut self, uri: &str) -> Result<Relay, Stop> {
        let mut target: Target = self.trial.target.clone();
        uri.clone_into(&mut target.uri);
        let connected = target.connect().await;
        self.trial.done("connect", connected)
    }

    async fn act(&mut self, event: &str, with: &Fields, name: Option<&str>) -> Outcome {
        let mut members = Map::new();
        members.insert("event".into(), event.into());
        for (member, value) in with {
            members.insert(member.clone(), wished(&mut self.memory, value)?);
        }
        let shown = Value::Object(members.clone()).to_string();
        let audience = members
            .get("audience")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let answer = self.product()?.ask("act", members).await;
        let answer = contract(self.trial, event, answer)?;
        if answer.outcome() == "unsupported" {
            return Err(Stop::NotApplicable(format!(
                "the issuer knows no `{event}`"
            )));
        }
        let what = format!("the issuer is told {shown}");
        self.trial.came(StepRole::Setup, &what, "ok", &answer)?;
        if let (Some(name), Some(audience)) = (name, audience) {
            let address: Result<String, Fault> = answer.text("address").map(str::to_owned);
            let address = contract(self.trial, event, address)?;
            let relay = self.connect(&address).await?;
            self.audiences.insert(name.into(), (relay, audience));
        }
        Ok(())
    }

    async fn told(&mut self, is: &[Value], role: StepRole) -> Outcome {
        let answer = self.product()?.ask("state", Map::new()).await;
        let answer = contract(self.trial, "state", answer)?;
        contract(self.trial, "state", answer.is_no_error("state"))?;
        let told = answer.find("told").unwrap_or_default();
        let lines: Vec<&str> = told
            .split_whitespace()
            .map(|line| line.split_once('/').map_or(line, |(_, rest)| rest))
            .collect();
        let mut wish = Vec::new();
        for line in is {
            let line = wished(&mut self.memory, line)?;
            wish.push(line.as_str().unwrap_or_default().to_owned());
        }
        let (expected, observed) = (wish.join(" "), lines.join(" "));
        self.trial
            .answered(role, "the list of what was told", &expected, &observed)
    }

    /// Who asks, and by which name.
    fn audience(&self, call: &Call) -> Result<(Relay, String), Stop> {
        let name = call.by.as_deref().unwrap_or("first");
        let found = self.audiences.get(name).cloned();
        found.ok_or_else(|| Stop::Harness(format!("no audience `{name}`")))
    }

    async fn ask(&mut self, call: &Call) -> Outcome {
        let (app, audience) = self.audience(call)?;
        let mut sent = json!({
            "audience": audience,
            "purpose": "access_gate",
            "cuts": self.cuts,
            "nonce": hex::encode(&self.memory.rng.bytes(32)),
        });
        scripted(tree::put(&mut self.memory, &mut sent, &call.with))?;
        if call.other_than_kept && tree::get(&sent, "cuts") == json!(self.cuts) {
            return Ok(());
        }
        let bytes = self.bytes("AgeSignalRequest", &sent, call)?;
        let issuer = Issuer {
            app: app.clone(),
            holder: app,
        };
        let answer = issuer.ask(bytes).await;
        let answer = answer.map(|answer| answer.encode_to_vec());
        let what = what(call, "ask for a signal", &sent);
        let Some(mut tree) = self.answered(call, &what, "AgeSignalResponse", answer)? else {
            return Ok(());
        };
        let claim = tree::get(&tree, "signal.signal");
        if let Some(bytes) = claim.as_str().and_then(hex::decode) {
            match tree::decode("AgeSignal", &bytes) {
                Ok(claim) if !bytes.is_empty() => put(&mut tree, "claim", claim),
                _ => self
                    .trial
                    .check(&what, "a signal that parses", "one that does not", false)?,
            }
        }
        self.judge(call, &what, sent, tree, Vec::new())
    }

    async fn tokens(&mut self, call: &Call) -> Outcome {
        let Some(holder) = self.holder.clone() else {
            return Err(Stop::NotApplicable("the issuer issues no tokens".into()));
        };
        let mut signers = Vec::new();
        for _ in 0..call.keys {
            let seed = self.memory.rng.bytes(32).try_into().unwrap_or_default();
            let signer = Signer::from_seed(&seed);
            signers.push(signer.ok_or_else(|| Stop::Harness("no key".into()))?);
        }
        let keys: Vec<_> = signers
            .iter()
            .map(|key| hex::encode(&key.public()))
            .collect();
        let mut sent = json!({"cuts": self.cuts, "holder_keys": keys});
        scripted(tree::put(&mut self.memory, &mut sent, &call.with))?;
        let bytes = self.bytes("IssueAgeTokensRequest", &sent, call)?;
        let issuer = Issuer {
            app: holder.clone(),
            holder,
        };
        let answer = issuer.issue_tokens(bytes).await;
        let answer = answer.map(|answer| answer.encode_to_vec());
        let what = what(call, "ask for tokens", &sent);
        let Some(mut tree) = self.answered(call, &what, "IssueAgeTokensResponse", answer)? else {
            return Ok(());
        };
        let mut claims = Vec::new();
        for token in tree::get(&tree, "tokens").as_array().into_iter().flatten() {
            let bytes = token
                .get("token")
                .and_then(Value::as_str)
                .and_then(hex::decode);
            match tree::decode("AgeToken", &bytes.unwrap_or_default()) {
                Ok(claim) => claims.push(claim),
                Err(_) => self
                    .trial
                    .check("a token", "parses", "does not parse", false)?,
            }
        }
        if let Some(first) = claims.first().cloned() {
            put(&mut tree, "claim", first);
            put(&mut tree, "claims", Value::Array(claims));
        }
        let is_signal = tree::get(&tree, "outcome") == "signal";
        if is_signal != tree.get("claim").is_some() {
            let observed = tree::get(&tree, "outcome").to_string();
            self.trial
                .check(&what, "tokens with SIGNAL alone", observed, false)?;
        }
        self.judge(call, &what, sent, tree, signers)
    }

    async fn handles(&mut self, call: &Call) -> Outcome {
        let (app, audience) = self.audience(call)?;
        let mut sent = json!({"audience": audience});
        scripted(tree::put(&mut self.memory, &mut sent, &call.with))?;
        let bytes = self.bytes("RevokedAgeHandlesRequest", &sent, call)?;
        let issuer = Issuer {
            app: app.clone(),
            holder: app,
        };
        let answer = issuer.revoked_handles(bytes).await;
        let answer = answer.map(|answer| answer.encode_to_vec());
        let what = what(call, "ask for revoked handles", &sent);
        let Some(tree) = self.answered(call, &what, "RevokedAgeHandlesResponse", answer)? else {
            return Ok(());
        };
        self.trial
            .met(call.role(), &what, "a list", "a list", true)?;
        self.look(call, &what, sent, tree, Vec::new())
    }

    fn bytes(&mut self, name: &str, sent: &Value, call: &Call) -> Result<Vec<u8>, Stop> {
        let mut bytes = scripted(tree::encode(name, sent))?;
        match &call.raw {
            None => {}
            Some(Raw::Cut(less)) => bytes.truncate(bytes.len().saturating_sub(*less)),
            Some(Raw::Hex(digits)) => {
                let given =
                    hex::decode(digits).ok_or_else(|| format!("`{digits}` is no hexadecimal"));
                bytes = scripted(given)?;
            }
            Some(Raw::Random(len)) => bytes = self.memory.rng.bytes(*len),
            Some(Raw::Grease(len)) => {
                // Field 900, which nobody knows.
                bytes.extend([0xa2, 0x38]);
                let delimited = prost::encode_length_delimiter(*len, &mut bytes);
                scripted(delimited.map_err(|error| error.to_string()))?;
                bytes.resize(bytes.len() + len, 0);
            }
        }
        Ok(bytes)
    }

    /// The answer, unless the call is to be refused.
    fn answered(
        &mut self,
        call: &Call,
        what: &str,
        name: &str,
        answer: Result<Vec<u8>, Refusal>,
    ) -> Result<Option<Value>, Stop> {
        if !call.refused.is_empty() {
            let reasons: Vec<&str> = call.refused.iter().map(String::as_str).collect();
            self.trial.refused(what, answer, &reasons)?;
            return Ok(None);
        }
        match answer {
            Ok(bytes) => scripted(tree::decode(name, &bytes)).map(Some),
            Err(refusal) if call.or_refused => {
                let still_there = refusal.said().is_some();
                let expected = "INVALID_REQUEST and nothing else, or a refusal of the call";
                self.trial.met(
                    call.role(),
                    what,
                    expected,
                    &refusal.to_string(),
                    still_there,
                )?;
                Ok(None)
            }
            Err(refusal) if is_not_offered(&refusal) => Err(Stop::NotApplicable(
                "the issuer does not offer this call".into(),
            )),
            // A refusal in the place of an outcome.
            Err(refusal) if call.outcome.iter().any(|one| one == INVALID) => {
                let expected = "INVALID_REQUEST and nothing else";
                self.trial
                    .met(call.role(), what, expected, &refusal.to_string(), false)?;
                Ok(None)
            }
            answer => self.trial.done(what, answer).map(|_| None),
        }
    }

    /// Judges the outcome, then what is told.
    fn judge(
        &mut self,
        call: &Call,
        what: &str,
        sent: Value,
        tree: Value,
        signers: Vec<Signer>,
    ) -> Outcome {
        let outcome = tree::get(&tree, "outcome");
        let outcome = outcome
            .as_str()
            .map_or_else(|| outcome.to_string(), str::to_owned);
        let role = call.role();
        if call.outcome.iter().any(|one| one == INVALID) {
            let beside = tree
                .as_object()
                .into_iter()
                .flatten()
                .find(|(name, value)| {
                    let nothing =
                        value.is_null() || **value == "unspecified" || **value == json!([]);
                    *name != "outcome" && !nothing
                });
            let observed = match beside {
                Some((name, _)) => format!("{outcome} with {name}"),
                None => outcome.clone(),
            };
            let ok = beside.is_none() && outcome == INVALID;
            return self.trial.met(
                role,
                what,
                "invalid_request and nothing else",
                &observed,
                ok,
            );
        }
        match (call.outcome.as_slice(), outcome.as_str()) {
            ([], "unsupported") => {
                let why = "the issuer answers UNSUPPORTED at this socket";
                return Err(Stop::NotApplicable(why.into()));
            }
            ([], "temporarily_unavailable") => {
                return Err(Stop::Inconclusive(format!(
                    "{what}: TEMPORARILY_UNAVAILABLE"
                )));
            }
            ([], INVALID) => {
                let expected =
                    "an outcome of a proper request (for other cut points than these see --cuts)";
                self.trial.answered(role, what, expected, INVALID)?;
            }
            ([], known) => {
                let ok = known != "unspecified" && known.parse::<i64>().is_err();
                self.trial
                    .met(StepRole::Setup, what, "a known outcome", known, ok)?;
                if role != StepRole::Check && role != StepRole::Setup {
                    self.trial
                        .met(role, what, "an outcome of a proper request", known, ok)?;
                }
            }
            (wanted, got) => {
                let ok = wanted.iter().any(|one| one == got);
                self.trial.met(role, what, &wanted.join(" or "), got, ok)?;
            }
        }
        self.look(call, what, sent, tree, signers)
    }

    fn look(
        &mut self,
        call: &Call,
        what: &str,
        sent: Value,
        tree: Value,
        signers: Vec<Signer>,
    ) -> Outcome {
        let told = tree.get("claim").is_some();
        let of_claim = |path: &str| path.starts_with("claim");
        let needs_claim = call.look.iter().any(|look| look.is_of_claim())
            || call.is.keys().any(|path| of_claim(path));
        if needs_claim && !told && call.outcome.is_empty() {
            return match self.looked {
                true => Ok(()),
                false => Err(Stop::NotApplicable(
                    "the issuer tells this audience no signal: it has to know somebody whose age is shared"
                        .into(),
                )),
            };
        }
        if let Some(name) = &call.same_day {
            let day = self.memory.recall(&format!("{name}.claim.issued_bucket"));
            if day != Ok(tree::get(&tree, "claim.issued_bucket")) {
                return Ok(());
            }
        }
        let wide = self.memory.recall("wide").unwrap_or_default();
        let seen = Seen {
            sent: &sent,
            tree: &tree,
            wide: &wide,
            key: self.key.as_deref(),
            now: self.now,
            signers: &signers,
            cuts: &self.cuts,
        };
        for look in &call.look {
            looks::look(self.trial, *look, &seen)?;
            self.looked = true;
        }
        for (path, wish) in &call.is {
            let wish = wished(&mut self.memory, wish)?;
            let stands = tree::get(&tree, path);
            let (expected, observed) = (wish.to_string(), stands.to_string());
            let what = format!("{what}: {path}");
            self.trial
                .met(call.role(), &what, &expected, &observed, wish == stands)?;
            self.looked = true;
        }
        if let Some((lower, upper)) = call.bracket {
            let shown = |bound: Value| match bound {
                Value::Null => "none".to_owned(),
                bound => bound.to_string(),
            };
            let bounds = ["claim.lower_inclusive", "claim.upper_exclusive"];
            let [low, high] = bounds.map(|path| shown(tree::get(&tree, path)));
            let upper = match upper {
                99 => "none".to_owned(),
                upper => upper.to_string(),
            };
            let (expected, observed) = (format!("[{lower}, {upper})"), format!("[{low}, {high})"));
            let what = format!("{what}: the bracket");
            self.trial
                .answered(call.role(), &what, &expected, &observed)?;
            self.looked = true;
        }
        if let Some(name) = &call.keep {
            let mut kept = tree;
            put(&mut kept, "sent", sent);
            self.memory.keep(name, kept);
        }
        Ok(())
    }
}

fn what(call: &Call, doing: &str, sent: &Value) -> String {
    if let Some(what) = &call.what {
        return what.clone();
    }
    let fields = call
        .with
        .keys()
        .map(|path| format!("{path} {}", brief(&tree::get(sent, path))));
    let fields: Vec<_> = fields.collect();
    match (fields.as_slice(), &call.raw) {
        (_, Some(raw)) => format!("{doing}, in bytes: {raw:?}"),
        ([], None) => doing.to_owned(),
        (fields, None) => format!("{doing} with {}", fields.join(", ")),
    }
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn is_not_offered(refusal: &Refusal) -> bool {
    refusal.said().is_some_and(|said| {
        said.code == tonic::Code::Unimplemented || said.reason.as_deref() == Some("UNSUPPORTED")
    })
}

fn object(value: Value) -> Fields {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn put(tree: &mut Value, name: &str, value: Value) {
    if let Some(members) = tree.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
