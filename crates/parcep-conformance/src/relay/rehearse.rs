//! A rehearsal without a relay: every name, path and value of a script is tried when the catalogue is built.

use super::calls;
use super::native;
use super::play::right;
use super::script::{Call, Cast, Fields, Script, Step, Take};
use super::store::Store;
use super::types::{Type, message, rpc};
use super::value::{Expression, bytes_of, put};
use super::watch::item_type;
use super::wish;
use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Items of a list that a rehearsal sees, and entries of a log.
const ITEMS: usize = 4;
const ENTRIES: usize = 80;

/// Tries a script.
///
/// # Errors
/// Which step names what is not there, or puts what does not fit.
pub(super) fn rehearse(script: &Script) -> Result<(), String> {
    let mut rehearsal = Rehearsal::new(&script.home)?;
    for (at, step) in script.steps.iter().enumerate() {
        let tried = rehearsal.step(step);
        tried.map_err(|error| format!("step {}: {error}", at + 1))?;
    }
    for need in &script.needs {
        if need != "relay-key" {
            return Err(format!("nothing is needed that is called `{need}`"));
        }
    }
    Ok(())
}

struct Rehearsal {
    store: Store,
    actors: BTreeSet<String>,
    watches: BTreeSet<String>,
    refusals: BTreeSet<String>,
    looked: bool,
}

impl Rehearsal {
    fn new(cast: &Cast) -> Result<Self, String> {
        let mut store = Store::new(None);
        for name in ["register", "relay.key", "relay.id"] {
            store.keep_bytes(name, &[0; 32]);
        }
        let mut rehearsal = Self {
            store,
            actors: BTreeSet::new(),
            watches: BTreeSet::new(),
            refusals: BTreeSet::new(),
            looked: false,
        };
        if cast.founded {
            rehearsal.enter("guardian")?;
        }
        for name in cast.neighbours.iter().chain(&cast.strangers) {
            rehearsal.enter(name)?;
        }
        for name in &cast.candidates {
            let (name, of) = name.split_once('@').unwrap_or((name, "guardian"));
            rehearsal.is_there(of)?;
            rehearsal.enter(name)?;
        }
        for (name, admitted) in &cast.members {
            if admitted.by != "guardian" && !cast.members.contains_key(&admitted.by) {
                return Err(format!("there is no `{}`", admitted.by));
            }
            if let Some(unknown) = admitted.rights.iter().find(|name| right(name).is_none()) {
                return Err(format!("there is no right `{unknown}`"));
            }
            if let Some(group) = &admitted.group {
                rehearsal
                    .store
                    .keep_bytes(format!("group.{group}"), &[0; 16]);
            }
            rehearsal.enter(name)?;
        }
        Ok(rehearsal)
    }

    fn enter(&mut self, name: &str) -> Result<(), String> {
        if !self.actors.insert(name.to_owned()) {
            return Err(format!("`{name}` is there twice"));
        }
        let entry = Value::Message(sample(&message("Entry")?, 0));
        let mut prefixes = vec![format!("{name}.")];
        if name == "guardian" {
            prefixes.push(String::new());
        }
        for part in ["key", "handle", "session", "group"] {
            self.store.keep_bytes(format!("{name}.{part}"), &[0; 32]);
        }
        for prefix in prefixes {
            self.store
                .keep(format!("{prefix}tip.next_seq"), Value::U64(7));
            self.store.keep_bytes(format!("{prefix}tip.head"), &[0; 32]);
            self.store.keep(format!("{prefix}epoch"), Value::U32(1));
            let log = vec![entry.clone(); ENTRIES];
            self.store.keep(format!("{prefix}log"), Value::List(log));
        }
        Ok(())
    }

    fn is_there(&self, name: &str) -> Result<(), String> {
        match self.actors.contains(name) {
            true => Ok(()),
            false => Err(format!("there is no `{name}`")),
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Call(call) | Step::Prepare(call) => self.call(call),
            Step::Take(take) => self.take(take),
            Step::Grow { by: who, .. } | Step::Reconnect { who } | Step::NoLog { of: who } => {
                self.is_there(who)
            }
            Step::Look { by, registers } => {
                self.looked = true;
                self.is_there(by)?;
                registers.iter().try_for_each(|name| self.bytes(name))
            }
            Step::Unchanged => match std::mem::take(&mut self.looked) {
                true => Ok(()),
                false => Err("`unchanged` before `look`".into()),
            },
            Step::Compare { value, is, .. } => {
                let name = value.as_str().unwrap_or_default();
                let name = name.strip_prefix('$').ok_or("`value` is no `$name`")?;
                let (value, place) = self.store.typed(name)?;
                wish::judge(&mut self.store, &place, value.as_ref(), is).map(drop)
            }
            Step::Native { name } => match native::NAMES.contains(&name.as_str()) {
                true => Ok(()),
                false => Err(format!("nothing is called `{name}`")),
            },
        }
    }

    fn call(&mut self, call: &Call) -> Result<(), String> {
        self.is_there(&call.by)?;
        let method = rpc(&call.rpc)?;
        if calls::what(call).is_empty() {
            return Err("a step without words".into());
        }
        let mut request = sample(&method.input(), 0);
        for (path, json) in &call.with {
            put(&mut self.store, &mut request, path, json)?;
        }
        self.signs(call)?;
        if let Some(super::script::Raw::Hex(hex)) = &call.raw {
            bytes_of(hex)?;
        }
        if let Some(name) = &call.keep_request {
            self.store.keep(name, Value::Message(request));
        }
        call.quiet
            .iter()
            .try_for_each(|secret| self.bytes(secret))?;
        if call.stream.is_some() != method.is_server_streaming() && call.refused.is_empty() {
            return Err("a watch needs a name (`stream`), and nothing else has one".into());
        }
        self.watches.extend(call.stream.clone());
        if call.refused.is_empty() {
            return self.answer(call, &method.output());
        }
        for reason in &call.refused {
            if crate::reasons::status(reason) == tonic::Code::Unknown {
                return Err(format!("there is no reason `{reason}`"));
            }
        }
        for wish in call.metadata.values() {
            if !matches!(Expression::parse(wish)?, Expression::Plain(_)) {
                let place = Type::One(Kind::String);
                Expression::parse(wish)?.value(&mut self.store, &place, None)?;
            }
        }
        match &call.same_as {
            Some(name) if !self.refusals.contains(name) => {
                return Err(format!("no refusal is called `{name}`"));
            }
            _ => {}
        }
        self.refusals.extend(call.keep.clone());
        Ok(())
    }

    fn signs(&mut self, call: &Call) -> Result<(), String> {
        let signed = matches!(call.rpc.as_str(), "OpenSession" | "CreateLog");
        let says = !call.signs.is_empty() || call.signed_by.is_some() || call.challenge.is_some();
        if says && !signed {
            return Err(format!("`{}` signs nothing", call.rpc));
        }
        for (name, json) in &call.signs {
            let stood = match name.as_str() {
                "relay_id" | "handle" | "nonce" => Value::Bytes(vec![0; 32].into()),
                "expires_at" => Value::I64(0),
                "label" => Value::String("session".into()),
                other => return Err(format!("`{other}` is not signed")),
            };
            let place = wish::type_of(&stood).ok_or("no type")?;
            Expression::parse(json)?.value(&mut self.store, &place, Some(&stood))?;
        }
        if let Some(name) = &call.signed_by {
            self.is_there(name)?;
        }
        match &call.challenge {
            Some(name) => self.store.typed(name).map(drop),
            None => Ok(()),
        }
    }

    fn answer(&mut self, call: &Call, output: &MessageDescriptor) -> Result<(), String> {
        if !call.metadata.is_empty() || call.same_as.is_some() {
            return Err("metadata without a refusal".into());
        }
        let answer = Value::Message(sample(output, 0));
        self.wishes(&call.is, &Type::of(output.clone()), &answer)?;
        if let Some(name) = &call.keep {
            self.store.keep(name, answer);
        }
        Ok(())
    }

    fn take(&mut self, take: &Take) -> Result<(), String> {
        if !self.watches.contains(&take.from) {
            return Err(format!("there is no watch `{}`", take.from));
        }
        let place = item_type(take.item.as_deref().unwrap_or("entry"))?;
        let Type::One(Kind::Message(of)) = &place else {
            return Err("an item that is no message".into());
        };
        let item = Value::Message(sample(of, 0));
        self.wishes(&take.until, &place, &item)?;
        self.wishes(&take.is, &place, &item)?;
        if let Some(name) = &take.keep {
            self.store.keep(name, item);
        }
        Ok(())
    }

    fn wishes(&mut self, wishes: &Fields, place: &Type, answer: &Value) -> Result<(), String> {
        for (path, wish) in wishes {
            let named = |error: String| format!("{path}: {error}");
            let place = place.at(path).map_err(named)?;
            let seen = super::types::get_or_default(answer, path);
            wish::judge(&mut self.store, &place, seen.as_ref(), wish).map_err(named)?;
        }
        Ok(())
    }

    fn bytes(&mut self, json: &Json) -> Result<(), String> {
        let place = Type::One(Kind::Bytes);
        let value = Expression::parse(json)?.value(&mut self.store, &place, None)?;
        match value {
            Some(Value::Bytes(_)) => Ok(()),
            _ => Err(format!("{json} are no bytes")),
        }
    }
}

/// A message with something in every field, as far as a choice allows.
fn sample(of: &MessageDescriptor, depth: usize) -> DynamicMessage {
    const DEEP: usize = 4;
    let mut message = DynamicMessage::new(of.clone());
    for field in of.fields().filter(|_| depth < DEEP) {
        let one = match field.kind() {
            Kind::Message(inner) => Value::Message(sample(&inner, depth + 1)),
            Kind::Bytes => Value::Bytes(vec![1; 64].into()),
            kind => Value::default_value(&kind),
        };
        let value = match field.is_list() {
            true => Value::List(vec![one; ITEMS]),
            false => one,
        };
        // What does not fit, such as a map, stays as it is: no message of the service has one.
        let _ = message.try_set_field(&field, value);
    }
    message
}
