//! A call: sent as bytes, and its answer looked at.

use super::play::{Actor, Play, form_in, harness};
use super::script::{Call, Raw};
use super::types::{SERVICE, Type, get, rpc};
use super::value::{Expression, bytes_of};
use super::watch::Watch;
use super::wish;
use crate::peer::{Refusal, Said, raw};
use crate::trial::{Outcome, StepRole, Stop};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, Value};
use serde_json::Value as Json;

/// Fields that no version defines, of every wire type: varint, 64 bits, bytes, 32 bits.
const GREASE: &[u8] = &[
    0xf8, 0xff, 0x03, 0x2a, // field 8191, varint 42
    0xf1, 0xff, 0x03, 1, 2, 3, 4, 5, 6, 7, 8, // field 8190, 64 bits
    0xea, 0xff, 0x03, 0x03, b'a', b'b', b'c', // field 8189, three bytes
    0xe5, 0xff, 0x03, 1, 2, 3, 4, // field 8188, 32 bits
];

/// Pages of a log at most: a relay that repeats pages for ever would keep us here.
const PAGES: usize = 4096;

impl Play<'_> {
    pub(super) async fn call(&mut self, call: &'static Call) -> Outcome {
        let method = rpc(&call.rpc).map_err(harness)?;
        let mut actor = self.actor(&call.by)?.clone();
        let mut opened = Ok(());
        if call.opens {
            opened = actor.member.open().await.map(drop);
            self.enter(&call.by, actor.clone())?;
        }
        let request = self.request(call, &method, &actor).await?;
        if let Some(name) = &call.keep_request {
            self.store.keep(name, Value::Message(request.clone()));
        }
        let mut answer = opened.map(|()| Vec::new());
        for _ in 0..call.times {
            if answer.is_ok() {
                answer = self.send(call, &method, &actor, &request).await?;
            }
        }
        let what = what(call);
        if !call.refused.is_empty() {
            return self.refused(call, &what, answer);
        }
        let bytes = self.trial.accepted(call.role(), &what, answer)?;
        let answer = DynamicMessage::decode(method.output(), bytes.as_slice());
        let answer = answer
            .map_err(|error| Refusal::Unreadable(error.to_string()))
            .map(Value::Message);
        if let Err(unreadable) = &answer {
            let observed = unreadable.to_string();
            self.trial.record(
                StepRole::Check,
                &what,
                "an answer that parses",
                observed,
                false,
            )?;
        }
        let Ok(answer) = answer else {
            return Err(Stop::Failed);
        };
        self.happened(call, &actor, &request, &answer)?;
        self.is_quiet(call, &bytes)?;
        let place = Type::of(method.output());
        self.holds(call.role(), &call.is, &place, &answer)?;
        if let Some(name) = &call.keep {
            self.store.keep(name, answer);
        }
        Ok(())
    }

    /// Makes a request and remembers it.
    pub(super) async fn prepare(&mut self, call: &'static Call) -> Outcome {
        let method = rpc(&call.rpc).map_err(harness)?;
        let actor = self.actor(&call.by)?.clone();
        let request = self.request(call, &method, &actor).await?;
        let name = call.keep_request.as_deref().unwrap_or_default();
        self.store.keep(name, Value::Message(request));
        Ok(())
    }

    /// Compares fields with wishes.
    pub(super) fn holds(
        &mut self,
        role: StepRole,
        wishes: &'static super::script::Fields,
        place: &Type,
        answer: &Value,
    ) -> Outcome {
        for (path, wish) in wishes {
            let place = place.at(path).map_err(harness)?;
            let seen = get(answer, path);
            let judged = wish::judge(&mut self.store, &place, seen.as_ref(), wish);
            let judged = judged.map_err(harness)?;
            let what = if path.is_empty() { "the whole" } else { path };
            self.trial
                .record(role, what, judged.expected, judged.observed, judged.ok)?;
        }
        Ok(())
    }

    fn refused(
        &mut self,
        call: &'static Call,
        what: &str,
        answer: Result<Vec<u8>, Refusal>,
    ) -> Outcome {
        let reasons: Vec<&str> = call.refused.iter().map(String::as_str).collect();
        let said = self.trial.refused(what, answer, &reasons)?;
        for (name, wish) in &call.metadata {
            let place = Type::One(Kind::String);
            let wanted = match Expression::parse(wish).map_err(harness)? {
                Expression::Plain(Json::String(text)) => Value::String(text),
                other => {
                    let value = other.value(&mut self.store, &place, None);
                    let value = value.map_err(harness)?;
                    value.ok_or_else(|| harness(format!("no {wish}")))?
                }
            };
            let seen = said.metadata.get(name).cloned().unwrap_or_default();
            self.trial
                .equal(&format!("metadata {name}"), &wish::plain(&wanted), &seen)?;
        }
        self.is_quiet(call, &said.everything.clone())?;
        if let Some(other) = &call.same_as {
            let other = self.refusals.get(other);
            let shape = |said: &Said| (said.code, said.message.clone());
            let other = other
                .map(shape)
                .ok_or_else(|| harness("no such refusal".into()))?;
            self.trial.equal("both refusals", &other, &shape(&said))?;
        }
        if let Some(name) = &call.keep {
            self.refusals.insert(name.clone(), said);
        }
        Ok(())
    }

    fn is_quiet(&mut self, call: &'static Call, said: &[u8]) -> Outcome {
        for secret in &call.quiet {
            let secret = self.bytes(secret)?;
            let told = form_in(said, &secret);
            self.trial.check(
                "what came back",
                "nothing of it",
                told.map_or_else(
                    || "nothing of it".into(),
                    |form| format!("a part of it, {form}"),
                ),
                told.is_none(),
            )?;
        }
        Ok(())
    }

    /// What everybody knows after a call that was answered.
    fn happened(
        &mut self,
        call: &'static Call,
        actor: &Actor,
        request: &DynamicMessage,
        answer: &Value,
    ) -> Outcome {
        let unreadable = |error: prost::DecodeError| harness(error.to_string());
        let mut actor = actor.clone();
        match call.rpc.as_str() {
            "OpenSession" => {
                let session = get(answer, "session").unwrap_or(Value::Bool(false));
                actor.member.session = session.as_bytes().map(|b| b.to_vec()).unwrap_or_default();
                self.enter(&call.by, actor)
            }
            "CreateLog" => {
                let request: pb::CreateLogRequest = request.transcode_to().map_err(unreadable)?;
                actor.group = request.access.unwrap_or_default().group;
                actor.member.handle = request.handle;
                if let Some(house) = self.houses.get_mut(actor.house) {
                    house.epoch = request.relay_epoch.unwrap_or(1);
                }
                self.appended(actor.house, request.genesis.unwrap_or_default());
                self.enter(&call.by, actor)
            }
            "Append" => {
                let request: pb::AppendRequest = request.transcode_to().map_err(unreadable)?;
                self.appended(actor.house, request.entry.unwrap_or_default());
                self.learn(actor.house)
            }
            _ => Ok(()),
        }
    }

    async fn send(
        &mut self,
        call: &'static Call,
        method: &MethodDescriptor,
        actor: &Actor,
        request: &DynamicMessage,
    ) -> Result<Result<Vec<u8>, Refusal>, Stop> {
        let mut bytes = request.encode_to_vec();
        match &call.raw {
            None => {}
            Some(Raw::Cut(last)) => bytes.truncate(bytes.len().saturating_sub(*last)),
            Some(Raw::Grease) => bytes.extend_from_slice(GREASE),
            Some(Raw::Hex(hex)) => bytes = bytes_of(hex).map_err(harness)?,
            Some(Raw::Random(len)) => bytes = self.trial.rng.bytes(*len),
        }
        let relay = &actor.member.relay;
        let name = call.method.as_deref().unwrap_or_else(|| method.name());
        let path = format!("/{SERVICE}/{name}");
        if method.is_server_streaming() {
            let opened = raw::stream(relay, &path, bytes.into()).await;
            let name = call.stream.clone().unwrap_or_default();
            return Ok(opened.map(|stream| {
                let first = stream.first().map(|item| item.to_vec()).unwrap_or_default();
                self.watches.insert(name, Watch(stream));
                first
            }));
        }
        if call.whole {
            return Ok(self.read_whole(actor, request).await);
        }
        let answer = raw::call(relay, &path, bytes.into()).await;
        Ok(answer.map(|bytes| bytes.to_vec()))
    }

    /// Reads page after page, as one answer.
    async fn read_whole(
        &self,
        actor: &Actor,
        request: &DynamicMessage,
    ) -> Result<Vec<u8>, Refusal> {
        let unreadable = |error: prost::DecodeError| Refusal::Unreadable(error.to_string());
        let asked: pb::ReadRequest = request.transcode_to().map_err(unreadable)?;
        let mut whole = pb::ReadResponse::default();
        loop {
            let from_seq = asked.from_seq + whole.entries.len() as u64;
            let page = pb::ReadRequest {
                from_seq,
                ..asked.clone()
            };
            let page = actor.member.relay.read(page).await?;
            whole.status = page.status;
            if page.entries.is_empty() || whole.entries.len() > PAGES {
                return Ok(whole.encode_to_vec());
            }
            whole.entries.extend(page.entries);
        }
    }
}

/// The step in words.
pub(super) fn what(call: &Call) -> String {
    if let Some(what) = &call.what {
        return what.clone();
    }
    let name = call.method.as_deref().unwrap_or(&call.rpc);
    let mut text = format!("{}: {name}", call.by);
    if call.whole {
        text.push_str(", page by page");
    }
    if call.times > 1 {
        text.push_str(&format!(", {} times", call.times));
    }
    let raw = call
        .raw
        .as_ref()
        .map(|raw| format!("{raw:?}").to_lowercase());
    let fields = call.with.iter().chain(&call.signs);
    let fields = fields.map(|(path, json)| format!("{path} {json}"));
    let all: Vec<_> = raw.into_iter().chain(fields).collect();
    if !all.is_empty() {
        text.push_str(", with ");
        text.push_str(&all.join(", "));
    }
    text
}
