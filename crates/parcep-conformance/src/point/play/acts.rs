//! What guardians do.

use super::super::script::RowAct;
use super::{Play, staged};
use crate::catalogue::Role;
use crate::stage::rules::Written;
use crate::stage::{Broken, Family, Relay, Wire};
use crate::trial::{Outcome, StepRole, Stop};
use crate::wire::sha256;
use parcep_core::document::{Draft, PayloadType, SectionKind};
use parcep_core::hex;
use parcep_core::member::Event;
use parcep_core::policy::{Override, PolicyLayer, Profile};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Admits one more guardian, with everybody's consent.
pub(super) fn another_guardian(family: &mut Family, relay: &mut Relay) -> Result<(), Broken> {
    let before = family.devices.len();
    family.invite_guardian(0, relay)?;
    for at in 0..before {
        let now = family.now;
        family.device_mut(at)?.sync(relay, now)?;
        for (_, draft) in family.approvals(at)? {
            family.device_mut(at)?.append(draft, relay, now)?;
        }
    }
    let now = family.now;
    family.device_mut(0)?.sync(relay, now)?;
    family.admit(0, relay)?;
    if family.devices.len() == before {
        return Err(Broken::new("the further guardian did not join"));
    }
    family.device_mut(before)?.sync(relay, now)?;
    Ok(())
}

impl Play<'_> {
    pub(super) fn layer(
        &mut self,
        by: usize,
        of: usize,
        rules: &Map<String, Value>,
        profile: Option<&Value>,
    ) -> Outcome {
        let layer = self.fresh.rules(&Value::Object(rules.clone()));
        let layer = with(layer, [("author", self.author(by)?)]);
        let layer: PolicyLayer = self.read(&layer)?;
        let profile = match profile {
            Some(profile) => self.fresh.put(profile),
            None => json!({"zone": self.fresh.zone}),
        };
        let mut sections = layer.to_sections();
        if !profile.is_null() {
            let profile: Profile = self.read(&profile)?;
            sections.push((SectionKind::Profile, profile.to_bytes()));
        }
        self.write(by, of, PayloadType::PolicyLayer, sections)
    }

    pub(super) fn list(
        &mut self,
        by: usize,
        of: usize,
        name: &str,
        hosts: &[String],
        written: bool,
    ) -> Outcome {
        let hosts: BTreeSet<_> = hosts.iter().map(|host| self.fresh.text(host)).collect();
        let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
        let hash = hex::encode(&sha256(text.as_bytes()));
        self.fresh.name(name, hash);
        match written {
            true => {
                let sections = vec![(SectionKind::Web, text.into_bytes())];
                self.write(by, of, PayloadType::List, sections)
            }
            false => Ok(()),
        }
    }

    pub(super) fn act(
        &mut self,
        by: usize,
        of: usize,
        kind: &Value,
        after: i64,
        lasts: Option<i64>,
    ) -> Outcome {
        let from = self.family.now + after;
        let instant = |second: i64| {
            let instant = jiff::Timestamp::from_second(second);
            instant.map(|instant| instant.to_string())
        };
        let from_text = staged(instant(from).map_err(Broken::new))?;
        let id = hex::encode(&self.fresh.bytes(8));
        let act = json!({
            "author": self.author(by)?,
            "id": id,
            "position": 0,
            "from": from_text,
            "kind": self.fresh.put(kind),
        });
        let act = match lasts {
            None => act,
            Some(lasts) => {
                let until = staged(instant(from + lasts).map_err(Broken::new))?;
                with(act, [("until", until.into())])
            }
        };
        let act: Override = self.read(&act)?;
        let sections = vec![(SectionKind::Override, act.to_bytes())];
        self.write(by, of, PayloadType::Override, sections)
    }

    pub(super) fn row_act(&mut self, row: &RowAct) -> Outcome {
        // The place in the log says which came first.
        let own = [("author", self.author(row.by)?), ("position", 0.into())];
        let act = with(self.fresh.rules(&row.act), own);
        let act: Override = self.read(&act)?;
        let sections = vec![(SectionKind::Override, act.to_bytes())];
        self.write(row.by, 1, PayloadType::Override, sections)
    }

    pub(super) fn beat(&mut self, by: usize) -> Outcome {
        self.on_stage(by, |family, at, wire| {
            let now = family.now;
            family.device_mut(at)?.sync(wire, now)?;
            family.device_mut(at)?.beat(wire, now).map(drop)
        })
    }

    pub(super) fn renew(&mut self, by: usize) -> Outcome {
        self.on_stage(by, |family, at, wire| {
            let now = family.now;
            let device = family.device_mut(at)?;
            device.sync(wire, now)?;
            let mut random = device.random().fork();
            device.member_mut()?.append_epoch(now, &mut random)?;
            device.settle(wire, now).map(drop)
        })
    }

    pub(super) fn admit(&mut self, by: usize) -> Outcome {
        self.on_stage(by, |family, at, wire| {
            let who = family.guardians.get(at).copied();
            let who = who.ok_or_else(|| Broken::new("no such guardian"))?;
            let now = family.now;
            family.device_mut(at)?.sync(wire, now)?;
            family.invite_person(at, who, wire).map(drop)
        })
    }

    pub(super) fn remove(&mut self, by: usize) -> Outcome {
        let guest = self
            .guest
            .ok_or_else(|| Stop::Harness("no product".into()))?;
        let is_app = self.home.product == Role::GuardianApp;
        self.on_stage(by, move |family, at, wire| {
            let now = family.now;
            family.device_mut(at)?.sync(wire, now)?;
            let draft = match is_app {
                true => family.draft_without(at, guest)?,
                false => {
                    let removal = pb::Removal {
                        device_id: guest.to_vec(),
                    };
                    let payload = PayloadType::RemoveEnforcementPoint;
                    let bytes = removal.encode_to_vec();
                    family.membership(at, payload, SectionKind::Removal, bytes)?
                }
            };
            stands(family, at, draft, wire)
        })?;
        self.renew(by)
    }

    /// The first guardian, who let the product in, makes the answer again (R-JOIN-016).
    pub(super) fn answer_again(&mut self) -> Outcome {
        let mut stand = self.served.stand();
        let answer = self.family.answer_again(0, &self.asks, &mut stand.relay);
        drop(stand);
        self.answer = staged(answer)?;
        Ok(())
    }

    /// A guardian reads what the product says about itself (R-REG-008).
    pub(super) fn report(
        &mut self,
        applied: bool,
        rows: Option<&[String]>,
        role: StepRole,
    ) -> Outcome {
        let guest = self
            .guest
            .ok_or_else(|| Stop::Harness("no product".into()))?;
        let child = self.dependant(1)?;
        let now = self.family.now;
        let mut stand = self.served.stand();
        let family = &mut self.family;
        let mut read = || -> Result<_, Broken> {
            let device = family.device_mut(0)?;
            device.sync(&mut stand.relay, now)?;
            let member = device.member_mut()?;
            let head = member.head().1;
            member.read_register(guest, PayloadType::AppliedReport, Some(child))?;
            let events = device.settle(&mut stand.relay, now)?;
            let report = events.into_iter().find_map(|event| match event {
                Event::Register(_, PayloadType::AppliedReport, register) => register,
                _ => None,
            });
            Ok((head, report))
        };
        let (head, report) = staged(read())?;
        drop(stand);
        let report = report.and_then(|r| pb::AppliedReport::decode(r.payload.as_slice()).ok());
        if let Some(rows) = rows {
            self.rows_of(report.as_ref(), rows, role)?;
        }
        let named = report.and_then(|report| report.head);
        let is_applied = named.as_ref().is_some_and(|named| named.hash == head.0);
        let observed = match (&named, is_applied) {
            (None, _) => "no report that opens".to_owned(),
            (Some(_), true) => "it names the head of the log".to_owned(),
            (Some(named), false) => format!("it names entry {} and another head", named.seq),
        };
        let expected = match applied {
            true => "it names the head of the log",
            false => "it does not name the head of the log",
        };
        let what = "a guardian reads the product's report";
        self.trial
            .met(role, what, expected, &observed, is_applied == applied)
    }

    /// What it says of rules that it does not enforce as written (R-CAP-003).
    fn rows_of(
        &mut self,
        report: Option<&pb::AppliedReport>,
        rows: &[String],
        role: StepRole,
    ) -> Outcome {
        let said = report.into_iter().flat_map(|report| &report.rules);
        let said = said.map(|row| {
            let state = row.state().as_str_name();
            let state = state.trim_start_matches("RULE_STATE_");
            format!("{state} {} {}", row.reason, row.rule_id)
        });
        let mut said: Vec<_> = said.collect();
        let mut rows: Vec<_> = rows.iter().map(|row| self.fresh.text(row)).collect();
        said.sort_unstable();
        rows.sort_unstable();
        let shown = |rows: &[String]| match rows {
            [] => "no row".to_owned(),
            rows => rows.join(", "),
        };
        let what = "a guardian reads which rules are not enforced as written";
        self.trial
            .met(role, what, &shown(&rows), &shown(&said), rows == said)
    }

    /// Writes a document about a dependant.
    fn write(
        &mut self,
        by: usize,
        of: usize,
        payload_type: PayloadType,
        sections: Vec<(SectionKind, Vec<u8>)>,
    ) -> Outcome {
        let dependant = self.dependant(of)?;
        let written = Written {
            payload_type,
            sections,
            canaries: Vec::new(),
        };
        self.on_stage(by, move |family, at, wire| {
            let now = family.now;
            family.device_mut(at)?.sync(wire, now)?;
            let draft = family.draft(at, dependant, written)?;
            stands(family, at, draft, wire)
        })
    }

    /// A guardian's device acts, at the honest relay.
    pub(super) fn on_stage(
        &mut self,
        by: usize,
        act: impl FnOnce(&mut Family, usize, &mut dyn Wire) -> Result<(), Broken>,
    ) -> Outcome {
        let at = by.checked_sub(1).filter(|at| *at < self.home.guardians);
        let at = at.ok_or_else(|| Stop::Harness(format!("no guardian {by}")))?;
        let mut stand = self.served.stand();
        staged(act(&mut self.family, at, &mut stand.relay))
    }

    fn author(&self, by: usize) -> Result<Value, Stop> {
        let found = by
            .checked_sub(1)
            .and_then(|at| self.family.guardians.get(at));
        let found = found.ok_or_else(|| Stop::Harness(format!("no guardian {by}")))?;
        Ok(json!({"guardian": found.to_string()}))
    }

    fn read<T: serde::de::DeserializeOwned>(&self, value: &Value) -> Result<T, Stop> {
        T::deserialize(value).map_err(|error| Stop::Harness(format!("{error} in {value}")))
    }
}

/// An object with these members in the place of its own.
fn with<const N: usize>(object: Value, members: [(&str, Value); N]) -> Value {
    let Value::Object(mut object) = object else {
        return object;
    };
    object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

/// Appends, and is sure that it stands.
fn stands(family: &mut Family, at: usize, draft: Draft, wire: &mut dyn Wire) -> Result<(), Broken> {
    let now = family.now;
    let events = family.device_mut(at)?.append(draft, wire, now)?;
    let why = events.iter().find_map(|event| match event {
        Event::NotAppended(_, reason) => Some(*reason),
        _ => None,
    });
    let stands = |event: &Event| matches!(event, Event::Appended(..));
    match events.iter().any(stands) {
        true => Ok(()),
        false => Err(Broken::new(format!("it was not written: {why:?}"))),
    }
}
