//! A script is played: the cast comes together, and then step follows step.

use super::native;
use super::script::{Admitted, Cast, Script, Step};
use super::store::Store;
use super::types::{dynamic, message};
use super::value::Expression;
use super::watch::Watch;
use super::wish;
use crate::peer::{ALL_RIGHTS, Member, Said, Tip, access_key};
use crate::rng::Rng;
use crate::trial::{Outcome, Snapshot, Stop, Trial};
use crate::wire;
use parcep_proto::v1alpha1 as pb;
use prost_reflect::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Plays a script.
pub(super) async fn play(trial: &mut Trial, script: &'static Script) -> Outcome {
    let mut play = Play::new(trial);
    play.gather(&script.home).await?;
    for step in &script.steps {
        play.step(step).await?;
    }
    Ok(())
}

/// Somebody with a key, and the household that it is for.
#[derive(Clone)]
pub(super) struct Actor {
    pub(super) member: Member,
    pub(super) house: usize,
    pub(super) group: Vec<u8>,
}

/// A log as its writers know it.
#[derive(Clone)]
pub(super) struct House {
    pub(super) log: Vec<pb::Entry>,
    pub(super) tip: Tip,
    pub(super) epoch: u32,
}

/// A script under way.
pub(super) struct Play<'t> {
    pub(super) trial: &'t mut Trial,
    pub(super) store: Store,
    pub(super) actors: BTreeMap<String, Actor>,
    pub(super) houses: Vec<House>,
    pub(super) watches: BTreeMap<String, Watch>,
    pub(super) refusals: BTreeMap<String, Said>,
    /// Name of the register that calls are about where nothing else is said.
    pub(super) register: Vec<u8>,
    looked: Option<(String, Vec<Vec<u8>>, Snapshot)>,
}

impl<'t> Play<'t> {
    fn new(trial: &'t mut Trial) -> Self {
        let mut seed = trial.rng.bytes(8);
        seed.resize(8, 0);
        let seed = u64::from_be_bytes(seed.try_into().unwrap_or_default());
        let register = trial.rng.bytes(32);
        let mut store = Store::new(Some(Rng::new(seed, "values", 0)));
        store.keep_bytes("register", &register);
        if let Some(key) = &trial.target.relay_key {
            store.keep_bytes("relay.key", key);
            store.keep_bytes("relay.id", &wire::sha256(key));
        }
        Self {
            trial,
            store,
            actors: BTreeMap::new(),
            houses: Vec::new(),
            watches: BTreeMap::new(),
            refusals: BTreeMap::new(),
            register,
            looked: None,
        }
    }

    async fn gather(&mut self, cast: &'static Cast) -> Outcome {
        if cast.founded {
            self.found("guardian").await?;
            self.grow("guardian", cast.grows, crate::peer::SMALL)
                .await?;
        }
        for name in &cast.neighbours {
            self.found(name).await?;
        }
        for name in &cast.strangers {
            let relay = self.trial.relay().await?;
            let member = self.trial.stranger(&relay)?;
            let house = self.new_house();
            let group = self.trial.rng.bytes(16);
            self.enter(
                name,
                Actor {
                    member,
                    house,
                    group,
                },
            )?;
        }
        for name in &cast.candidates {
            let (name, of) = name.split_once('@').unwrap_or((name, "guardian"));
            let mut actor = self.actor(of)?.clone();
            actor.member = self.key_for(&actor).await?;
            self.enter(name, actor)?;
        }
        // Whoever the guardian admits comes before whoever they admit.
        let (first, then): (Vec<_>, Vec<_>) = cast
            .members
            .iter()
            .partition(|(_, admitted)| admitted.by == "guardian");
        for (name, admitted) in first.into_iter().chain(then) {
            self.admit(name, admitted).await?;
        }
        Ok(())
    }

    async fn found(&mut self, name: &str) -> Outcome {
        let home = self.trial.home().await?;
        self.houses.push(House {
            log: vec![home.genesis.clone()],
            tip: home.tip,
            epoch: home.status.relay_epoch,
        });
        let actor = Actor {
            member: home.guardian,
            house: self.houses.len() - 1,
            group: home.group,
        };
        self.enter(name, actor)
    }

    pub(super) fn new_house(&mut self) -> usize {
        self.houses.push(House {
            log: Vec::new(),
            tip: Tip::EMPTY,
            epoch: 0,
        });
        self.houses.len() - 1
    }

    /// A new key for the same handle, on a connection of its own.
    async fn key_for(&mut self, actor: &Actor) -> Result<Member, Stop> {
        let relay = self.trial.relay().await?;
        let mut member = self.trial.stranger(&relay)?;
        member.handle.clone_from(&actor.member.handle);
        Ok(member)
    }

    async fn admit(&mut self, name: &str, admitted: &Admitted) -> Outcome {
        let by = self.actor(&admitted.by)?.clone();
        let mut actor = by.clone();
        actor.member = self.key_for(&by).await?;
        if let Some(group) = &admitted.group {
            let known = self.store.typed(&format!("group.{group}")).ok();
            let known = known.and_then(|(value, _)| Some(value?.as_bytes()?.to_vec()));
            actor.group = known.unwrap_or_else(|| self.trial.rng.bytes(16));
            self.store
                .keep_bytes(format!("group.{group}"), &actor.group);
        }
        let rights = admitted.rights.iter().filter_map(|name| right(name));
        let rights: Vec<_> = rights.collect();
        let mut access = access_key(&actor.member.key, &rights, actor.group.clone());
        access.rate_per_minute = admitted.rate;
        access.quota_bytes = admitted.quota;
        access.root = admitted.root;
        let granted = by.member.grant(access).await;
        self.trial.done("grant access", granted)?;
        let opened = actor.member.open().await;
        self.trial
            .done("open a session with the granted key", opened)?;
        self.enter(name, actor)
    }

    /// Makes an actor known, or what is new of them.
    pub(super) fn enter(&mut self, name: &str, actor: Actor) -> Outcome {
        let member = &actor.member;
        for (part, bytes) in [
            ("key", &member.key.public()),
            ("handle", &member.handle),
            ("session", &member.session),
            ("group", &actor.group),
        ] {
            self.store.keep_bytes(format!("{name}.{part}"), bytes);
        }
        let house = actor.house;
        self.actors.insert(name.to_owned(), actor);
        self.learn(house)
    }

    /// Makes known where a log ends.
    pub(super) fn learn(&mut self, house: usize) -> Outcome {
        let Some(known) = self.houses.get(house) else {
            return Ok(());
        };
        let entries = known.log.iter().map(|entry| {
            let entry = message("Entry").and_then(|of| dynamic(of, entry));
            entry.map(Value::Message).map_err(harness)
        });
        let log = Value::List(entries.collect::<Result<_, _>>()?);
        let names = self.actors.iter().filter(|(_, actor)| actor.house == house);
        for (name, _) in names {
            let mut prefixes = vec![format!("{name}.")];
            if name == "guardian" {
                prefixes.push(String::new());
            }
            for prefix in prefixes {
                self.store.keep(
                    format!("{prefix}tip.next_seq"),
                    Value::U64(known.tip.next_seq),
                );
                self.store
                    .keep_bytes(format!("{prefix}tip.head"), &known.tip.head);
                self.store
                    .keep(format!("{prefix}epoch"), Value::U32(known.epoch));
                self.store.keep(format!("{prefix}log"), log.clone());
            }
        }
        Ok(())
    }

    pub(super) fn actor(&self, name: &str) -> Result<&Actor, Stop> {
        let actor = self.actors.get(name);
        actor.ok_or_else(|| Stop::Harness(format!("there is no `{name}`")))
    }

    pub(super) fn house(&self, of: &Actor) -> Result<&House, Stop> {
        let house = self.houses.get(of.house);
        house.ok_or_else(|| Stop::Harness("an actor without a household".into()))
    }

    async fn step(&mut self, step: &'static Step) -> Outcome {
        match step {
            Step::Call(call) => self.call(call).await,
            Step::Prepare(call) => self.prepare(call).await,
            Step::Take(take) => self.take(take).await,
            Step::Grow { by, count, sizes } => self.grow(by, *count, *sizes).await,
            Step::Reconnect { who } => self.reconnect(who).await,
            Step::Look { by, registers } => self.look(by, registers).await,
            Step::Unchanged => self.unchanged().await,
            Step::NoLog { of } => self.no_log(of).await,
            Step::Compare { value, is, role } => {
                let name = value.as_str().unwrap_or_default().trim_start_matches('$');
                let (seen, place) = self.store.typed(name).map_err(harness)?;
                let judged = wish::judge(&mut self.store, &place, seen.as_ref(), is);
                let judged = judged.map_err(harness)?;
                let (expected, observed) = (judged.expected, judged.observed);
                self.trial
                    .record(*role, name, expected, observed, judged.ok)
            }
            Step::Native { name } => native::play(self, name).await,
        }
    }

    async fn grow(&mut self, by: &str, count: usize, sizes: (usize, usize)) -> Outcome {
        for _ in 0..count {
            let actor = self.actor(by)?.clone();
            let tip = self.house(&actor)?.tip;
            let mut entry = tip.entry(&mut self.trial.rng, crate::peer::SMALL);
            entry.header = filled(&entry.header, sizes.0);
            entry.body = entry.body.map(|body| filled(&body, sizes.1));
            let sent = actor.member.append(entry.clone()).await;
            self.trial.done("append an entry behind the head", sent)?;
            self.appended(actor.house, entry);
        }
        let house = self.actor(by)?.house;
        self.learn(house)
    }

    /// An entry was taken: behind the head, or in the place of one whose body was not there.
    pub(super) fn appended(&mut self, house: usize, entry: pb::Entry) {
        let Some(house) = self.houses.get_mut(house) else {
            return;
        };
        if entry.seq == house.tip.next_seq {
            house.tip = Tip::after(&entry);
            house.log.push(entry);
        } else if entry.body.is_some()
            && let Ok(at) = usize::try_from(entry.seq)
            && let Some(stands) = house.log.get_mut(at)
        {
            *stands = entry;
        }
    }

    async fn reconnect(&mut self, who: &str) -> Outcome {
        let mut actor = self.actor(who)?.clone();
        actor.member = self.trial.reconnect(&actor.member).await?;
        self.enter(who, actor)
    }

    async fn look(&mut self, by: &str, registers: &[Json]) -> Outcome {
        let mut names = vec![self.register.clone()];
        for name in registers {
            names.push(self.bytes(name)?);
        }
        let member = self.actor(by)?.member.clone();
        let borrowed: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let seen = self.trial.snapshot(&member, &borrowed).await?;
        self.looked = Some((by.to_owned(), names, seen));
        Ok(())
    }

    async fn unchanged(&mut self) -> Outcome {
        let Some((by, names, before)) = self.looked.take() else {
            return Err(Stop::Harness("`unchanged` before `look`".into()));
        };
        let member = self.actor(&by)?.member.clone();
        let borrowed: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        self.trial.unchanged(&member, &borrowed, &before).await
    }

    /// What was refused made no log: its founder can open no session.
    async fn no_log(&mut self, of: &str) -> Outcome {
        let mut founder = self.actor(of)?.member.clone();
        let opened = founder.open().await;
        let (observed, ok) = match &opened {
            Ok(_) => ("a session opened".into(), false),
            Err(refusal) => {
                let reason = refusal.said().and_then(|said| said.reason.as_deref());
                (refusal.to_string(), reason == Some("BAD_CHALLENGE"))
            }
        };
        self.trial.still(
            "open a session for the log that was refused",
            "refused with BAD_CHALLENGE",
            observed,
            ok,
        )
    }

    /// An expression that is bytes.
    pub(super) fn bytes(&mut self, json: &Json) -> Result<Vec<u8>, Stop> {
        let place = super::types::Type::One(prost_reflect::Kind::Bytes);
        let value = Expression::parse(json)
            .and_then(|expression| expression.value(&mut self.store, &place, None));
        let value = value.map_err(harness)?;
        let bytes = value.as_ref().and_then(Value::as_bytes);
        let bytes = bytes.ok_or_else(|| Stop::Harness(format!("{json} are no bytes")))?;
        Ok(bytes.to_vec())
    }
}

/// The same bytes again and again: random ones would take longer than the call.
fn filled(bytes: &[u8], len: usize) -> bytes::Bytes {
    bytes.iter().copied().cycle().take(len).collect()
}

/// The right of this name.
pub(super) fn right(name: &str) -> Option<pb::Right> {
    let at = ["read", "append", "registers", "admin"];
    let at = at.iter().position(|known| *known == name)?;
    ALL_RIGHTS.get(at).copied()
}

/// Whether eight bytes of a secret occur in what was said, and in which form.
pub(super) fn form_in(said: &[u8], secret: &[u8]) -> Option<&'static str> {
    let part = secret.get(..8)?;
    let hex = parcep_core::hex::encode(part);
    let list: Vec<_> = part.iter().map(u8::to_string).collect();
    let list = list.join(", ");
    let contains = |text: &[u8], needle: &[u8]| text.windows(needle.len()).any(|at| at == needle);
    if contains(said, part) {
        Some("raw")
    } else if contains(&said.to_ascii_lowercase(), hex.as_bytes()) {
        Some("in hexadecimal")
    } else if contains(said, list.as_bytes()) {
        Some("as a list of numbers")
    } else {
        None
    }
}

/// A script that cannot be played is our own fault.
pub(super) fn harness(error: String) -> Stop {
    Stop::Harness(error)
}
