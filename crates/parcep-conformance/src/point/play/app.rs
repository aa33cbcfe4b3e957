//! A guardian app at work: what it is told, and what others see of it.

use super::super::product::category_of;
use super::super::script::{Decides, LetIn, Work};
use super::{Play, staged};
use crate::stage::device::Kind;
use crate::stage::{Broken, Device, Seeded, Timepiece};
use crate::trial::{Outcome, StepRole, Stop};
use jiff::Timestamp;
use parcep_core::decide::{Action, Context, Usage, decide};
use parcep_core::document::PayloadType;
use parcep_core::epoch::PepCategory;
use parcep_core::household::Need;
use parcep_core::id::PrincipalId;
use parcep_core::joining::Joining;
use parcep_core::member::{Event, Member};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde_json::{Map, Value};

impl Play<'_> {
    pub(super) async fn work(&mut self, work: &Work) -> Outcome {
        let dependant = self.dependant(work.of)?;
        let mut members = Map::new();
        members.insert("event".into(), work.event.clone().into());
        members.insert("dependant".into(), dependant.to_string().into());
        for (name, value) in &work.members {
            members.insert(name.clone(), self.fresh.put(value));
        }
        let answer = self.request("act", members).await?;
        let what = format!("the guardian has the app do `{}`", work.event);
        self.compare(work.role, &what, &answer, &work.outcome, &work.reason)
    }

    /// The app lets a new point of the stage in, which then begins with the answer.
    pub(super) async fn let_in(&mut self, step: &LetIn) -> Outcome {
        let category = category_of(&step.category)
            .ok_or_else(|| Stop::Harness(format!("no category `{}`", step.category)))?;
        let served: Vec<_> = step
            .of
            .iter()
            .map(|number| self.dependant(*number))
            .collect::<Result<_, _>>()?;
        let random = Seeded::new(self.fresh.below(u64::MAX));
        let name = format!("point{}", self.points.len() + 1);
        let mut device = staged(Device::new(name, Kind::Point(category), random))?;
        let identity = staged(device.identity())?;
        let mut request = identity.join_request(Joining::EnforcementPoint(category), vec![]);
        if let Some(byte) = step.flip.and_then(|at| request.get_mut(at)) {
            *byte ^= 1;
        }
        let ids: Vec<_> = served.iter().map(ToString::to_string).collect();
        let mut members = Map::new();
        members.insert("event".into(), "admit".into());
        members.insert("request".into(), parcep_core::hex::encode(&request).into());
        members.insert("dependants".into(), ids.join(" ").into());
        let answer = self.request("act", members).await?;
        let what = match step.flip {
            Some(_) => "the app is handed a join request with one bit changed",
            None => "the app is handed the join request of a new enforcement point",
        };
        self.compare(step.role, what, &answer, &step.outcome, &step.reason)?;
        if answer.outcome() != "ok" {
            return Ok(());
        }
        let joined = answer
            .bytes("answer")
            .map_err(|fault| fault.to_string())
            .and_then(|answer| Member::join(identity, &answer).map_err(|why| why.to_string()));
        let now = self.family.now;
        match joined {
            Ok(member) => {
                device.time = Some(Timepiece::new(now));
                // The disk of this device takes every write.
                let _ = device.begin(member);
                self.points.push(device);
                Ok(())
            }
            Err(why) => {
                let what = "the enforcement point takes the app's answer";
                let checked = StepRole::Check;
                self.trial.met(checked, what, "taken", &why, false)
            }
        }
    }

    /// The app takes a point out again.
    pub(super) async fn expel(
        &mut self,
        point: usize,
        outcomes: &[String],
        role: StepRole,
    ) -> Outcome {
        let device = self.point(point)?.id();
        let mut members = Map::new();
        members.insert("event".into(), "remove".into());
        members.insert("device".into(), device.to_string().into());
        let answer = self.request("act", members).await?;
        let what = "the guardian has the app remove the enforcement point";
        self.compare(role, what, &answer, outcomes, &[])
    }

    /// A point follows the log, and somebody asks it.
    pub(super) fn decides(&mut self, step: &Decides) -> Outcome {
        let dependant = self.dependant(step.of)?;
        let action = self.fresh.text(&step.action);
        let now = self.family.now;
        let mut stand = self.served.stand();
        let device = point_of(&mut self.points, step.point)?;
        staged(device.sync(&mut stand.relay, now))?;
        let log = stand.relay.logs().get(&self.family.handle);
        let end = log.map_or(0, |log| log.entries.len());
        drop(stand);
        let answer = staged(decided(device, end, dependant, &action, now))?;
        let what = format!("an enforcement point that follows the log is asked {action}");
        let said = |effect: &str, reason: Option<&str>| match reason {
            Some(reason) if !reason.is_empty() => format!("{effect} ({reason})"),
            _ => effect.to_owned(),
        };
        let expected = said(&step.effect, step.reason.as_deref());
        let observed = said(&answer.0, Some(&answer.1));
        let ok = answer.0 == step.effect
            && step
                .reason
                .as_ref()
                .is_none_or(|reason| *reason == answer.1);
        self.trial.met(step.role, &what, &expected, &observed, ok)
    }

    /// From here on entries are counted.
    pub(super) fn count(&mut self) -> Outcome {
        self.counted = self.entries();
        Ok(())
    }

    pub(super) fn written(&mut self, entries: &[usize], role: StepRole) -> Outcome {
        let grown = self.entries().saturating_sub(self.counted);
        let expected: Vec<_> = entries.iter().map(ToString::to_string).collect();
        let expected = format!("{} new entries", expected.join(" or "));
        let ok = entries.contains(&grown);
        let observed = format!("{grown} new entries");
        self.trial.met(
            role,
            "count the entries of the log",
            &expected,
            &observed,
            ok,
        )
    }

    /// A guardian reads the app's beat (R-REG-008).
    pub(super) fn beaten(&mut self, within: i64, role: StepRole) -> Outcome {
        let guest = self
            .guest
            .ok_or_else(|| Stop::Harness("no product".into()))?;
        let now = self.family.now;
        let mut stand = self.served.stand();
        let family = &mut self.family;
        let mut read = || -> Result<_, Broken> {
            let device = family.device_mut(0)?;
            device.sync(&mut stand.relay, now)?;
            let member = device.member_mut()?;
            let (head, root) = (member.head().1, member.live_root());
            member.read_register(guest, PayloadType::Beat, None)?;
            let events = device.settle(&mut stand.relay, now)?;
            let beat = events.into_iter().find_map(|event| match event {
                Event::Register(_, PayloadType::Beat, register) => register,
                _ => None,
            });
            Ok((head, root, beat))
        };
        let (head, root, beat) = staged(read())?;
        drop(stand);
        let beat = beat.and_then(|beat| pb::Beat::decode(beat.payload.as_slice()).ok());
        let mut wrong = Vec::new();
        match &beat {
            None => wrong.push("there is none that opens".to_owned()),
            Some(beat) => {
                if beat.time < now - within || beat.time > now {
                    wrong.push(format!("it is {} s old", now - beat.time));
                }
                if beat.head.as_ref().is_none_or(|named| named.hash != head.0) {
                    wrong.push("it names another head".to_owned());
                }
                if beat.live_root != root.0 {
                    wrong.push("it names another live root".to_owned());
                }
            }
        }
        let observed = match wrong.is_empty() {
            true => "it does".to_owned(),
            false => wrong.join(", "),
        };
        let expected = format!("at most {within} s old, with the head and the live root of others");
        let what = "another device of the guardian reads the app's beat";
        self.trial
            .met(role, what, &expected, &observed, wrong.is_empty())
    }

    fn entries(&self) -> usize {
        let stand = self.served.stand();
        let log = stand.relay.logs().get(&self.family.handle);
        log.map_or(0, |log| log.entries.len())
    }

    fn point(&self, number: usize) -> Result<&Device, Stop> {
        let found = number.checked_sub(1).and_then(|at| self.points.get(at));
        found.ok_or_else(|| Stop::Harness(format!("no enforcement point {number}")))
    }
}

fn point_of(points: &mut [Device], number: usize) -> Result<&mut Device, Stop> {
    let found = number.checked_sub(1).and_then(|at| points.get_mut(at));
    found.ok_or_else(|| Stop::Harness(format!("no enforcement point {number}")))
}

/// What a point of the stage decides, by what it can open.
fn decided(
    device: &Device,
    end: usize,
    dependant: PrincipalId,
    action: &str,
    now: i64,
) -> Result<(String, String), Broken> {
    let plain = |word: &str| Ok((word.to_owned(), String::new()));
    let category = match device.kind {
        Kind::Point(category) => category,
        _ => PepCategory::Unspecified,
    };
    let member = device.member()?;
    // Nobody serves it the log any more.
    if member.head().0 < end as u64 {
        return plain("left");
    }
    let Some(household) = member.household() else {
        return plain("not-served");
    };
    let point = household.enforcement_point(device.id());
    if point.is_none() {
        return plain("left");
    }
    if !point.is_some_and(|point| point.dependants.contains(&dependant)) {
        return plain("not-served");
    }
    let view = household.view_at(
        dependant,
        member.keyring(),
        Need::Category(category),
        Some(now),
    );
    let ratings = RatingTable::bundled();
    let policy = view.compile(&ratings, &Zones::bundled());
    let policy = policy.map_err(Broken::new)?;
    let action = Action::parse(action, &ratings).map_err(Broken::new)?;
    let usage = Usage::default();
    let instant = Timestamp::from_second(now).map_err(Broken::new)?;
    let decision = decide(&policy, &usage, &Context::new(instant, &action));
    let word = |value: Result<Value, serde_json::Error>| match value {
        Ok(Value::String(word)) => Ok(word),
        other => Err(Broken::new(format!("no word: {other:?}"))),
    };
    Ok((
        word(serde_json::to_value(decision.effect()))?,
        word(serde_json::to_value(decision.reason()))?,
    ))
}
