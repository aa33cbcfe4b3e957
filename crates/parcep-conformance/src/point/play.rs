//! Plays the steps of a case: everybody but the product acts on the stage, the product on its driver.

use super::PointTarget;
use super::fresh::Fresh;
use super::product::Product;
use super::script::{Ask, Home, Step, Uncertain};
use crate::catalogue::Role;
use crate::driver::{Answer, Fault};
use crate::rng::Rng;
use crate::stage::network::Network;
use crate::stage::relay::restore::Backup;
use crate::stage::serve::Served;
use crate::stage::{Broken, Device, Family, Relay, START, Seeded, present};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use parcep_core::constitution::{Relay as RelayRef, UncertainTime};
use parcep_core::id::{DeviceId, PrincipalId};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

mod acts;
mod app;
mod decoy;
mod hostile;
mod looks;
mod time;
mod traces;

/// A household with a product in it.
pub(super) struct Play<'a> {
    trial: &'a mut Trial,
    product: Product,
    served: Served,
    family: Family,
    fresh: Fresh,
    home: &'a Home,
    /// Dependants whom the product serves.
    children: Vec<PrincipalId>,
    /// The product, once it asked to join.
    guest: Option<DeviceId>,
    /// What it asked to join with.
    asks: Vec<u8>,
    /// The guardian's answer that waits for it.
    answer: Vec<u8>,
    backup: Option<Backup>,
    /// The first place that the product has not followed.
    next: u64,
    /// What the product was told last of its clocks.
    told: Option<i64>,
    /// The question that was asked last, while nothing has happened since.
    asked: Option<decoy::Asked>,
    /// Persons and actions of the questions that were put in between.
    wanted: BTreeSet<Vec<u8>>,
    /// What the product said to the suite where no word of the family belongs.
    said: Vec<u8>,
    /// How many calls the relay had heard at each mark.
    marks: Vec<usize>,
    /// Enforcement points that a guardian app let in.
    points: Vec<Device>,
    /// Entries of the log when they were counted.
    counted: usize,
}

/// Plays a case from the founding of the household on.
pub(super) async fn play(
    trial: &mut Trial,
    target: &PointTarget,
    home: &Home,
    steps: &[Step],
) -> Outcome {
    let mut fresh = Fresh::new(Rng::new(seed(&mut trial.rng), "names", 0));
    if home.at.is_none() {
        fresh.shift_hours();
    }
    if home.aliased {
        fresh.draw_letters();
    }
    // Somewhere in the first week, on a whole minute.
    let minute = i64::try_from(fresh.below(7 * 24 * 60)).unwrap_or(0);
    let now = match target.hello.has("virtual-clock") {
        true => home.at.unwrap_or(START + minute * 60),
        false => present(),
    };
    let home = &Home {
        // Further children of whom the product hears nothing but their documents.
        strangers: home.strangers + usize::try_from(fresh.below(2)).unwrap_or(0),
        ..home.clone()
    };
    let (served, family) = staged(found(home, now, target.network, seed(&mut trial.rng)).await)?;
    // Nothing that a product sees tells of what the stage draws.
    let salt = seed(&mut trial.rng);
    let product = Product::start(
        &target.start,
        target.patience,
        now,
        salt,
        &trial.target.tape,
    )
    .await;
    let product = contract(trial, "hello", product)?;
    let children = family.dependants.iter().take(home.dependants).copied();
    let mut play = Play {
        children: children.collect(),
        trial,
        product,
        served,
        family,
        fresh,
        home,
        guest: None,
        asks: Vec::new(),
        answer: Vec::new(),
        backup: None,
        next: 0,
        told: None,
        asked: None,
        wanted: BTreeSet::new(),
        said: Vec::new(),
        marks: Vec::new(),
        points: Vec::new(),
        counted: 0,
    };
    for stranger in home.dependants + 1..=home.dependants + home.strangers {
        play.write_for_a_stranger(stranger)?;
    }
    play.reset().await?;
    if home.joined {
        play.join(None, "ok", &[], StepRole::Setup).await?;
    }
    for step in steps {
        play.catch_up()?;
        play.in_between().await?;
        if !matches!(step, Step::Ask(_)) {
            play.asked = None;
        }
        play.step(step).await?;
    }
    play.in_between().await?;
    play.search(None)?;
    let Play { product, trial, .. } = play;
    contract(trial, "stop", product.stop().await)
}

/// The household and its relay, which listens.
async fn found(
    home: &Home,
    now: i64,
    network: Network,
    salt: u64,
) -> Result<(Served, Family), Broken> {
    let mut random = Seeded::new(salt);
    let relay = Relay::new(random.fork())?;
    let key = relay.key().public();
    let served = Served::start_over(relay, now, network).await?;
    let refs = vec![RelayRef {
        uri: served.uri(),
        key: Some(key),
    }];
    let dependants = home.dependants + home.strangers;
    let family = {
        let mut stand = served.stand();
        let mut family = Family::found_at(dependants, refs, now, &mut stand.relay, random)?;
        for _ in 1..home.guardians {
            acts::another_guardian(&mut family, &mut stand.relay)?;
        }
        family
    };
    Ok((served, family))
}

impl Play<'_> {
    async fn step(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Layer {
                by,
                of,
                rules,
                on_unenforceable: None,
                profile,
            } => self.layer(*by, *of, rules, profile.as_ref()),
            Step::Layer {
                by,
                of,
                rules,
                on_unenforceable: Some(on),
                profile,
            } => self.layer(*by, *of, &saying(rules, on), profile.as_ref()),
            Step::List {
                by,
                of,
                name,
                hosts,
                written,
            } => self.list(*by, *of, name, hosts, *written),
            Step::Act {
                by,
                of,
                kind,
                after,
                lasts,
            } => self.act(*by, *of, kind, *after, *lasts),
            Step::RowAct(row) => self.row_act(row),
            Step::Beat { by } => self.beat(*by),
            Step::Renew { by } => self.renew(*by),
            Step::Admit { by } => self.admit(*by),
            Step::Remove { by } => self.remove(*by),
            Step::Report {
                applied,
                rows,
                role,
            } => self.report(*applied, rows.as_deref(), *role),
            Step::BackUp => self.back_up(),
            Step::RollBack => self.roll_back(),
            Step::Restore => self.restore(),
            Step::RelayClock { by } => self.relay_clock(*by),
            Step::Attack { what } => self.attack(*what),
            Step::Fork => self.fork(),
            Step::Cease => self.cease(),
            Step::Wait {
                seconds,
                beats: false,
            } => self.pass(*seconds),
            Step::Wait {
                seconds,
                beats: true,
            } => self.wait_with_beats(*seconds).await,
            Step::Until { local, day } => {
                let local = self.fresh.hour(local);
                self.until(&local, day.as_deref())
            }
            Step::TurnWall { by } => self.turn_wall(*by),
            Step::LoseWall => self.lose_wall(),
            Step::Reboot { off } => self.reboot(*off).await,
            Step::Kill | Step::Relaunch => self.kill().await,
            Step::Reset => self.reset().await,
            Step::Join {
                outcome,
                reason,
                flip,
                role,
            } => self.join(*flip, outcome, reason, *role).await,
            Step::AnswerAgain => self.answer_again(),
            Step::Sync {
                outcome,
                reason,
                role,
            } => self.sync(outcome, reason, *role).await,
            Step::Ask(ask) => self.ask(ask).await,
            Step::State { .. } => self.state(step).await,
            Step::Say {
                op,
                with,
                outcome,
                role,
            } => self.say(op, with, outcome, *role).await,
            Step::Mark => self.mark(),
            Step::Quiet { role } => self.quiet(*role),
            Step::Alike { role } => self.alike(*role),
            Step::Folder { without, role } => self.search_folder(without, *role),
            Step::OfAge { of } => self.of_age(*of).await,
            Step::Search { role } => self.search(Some(*role)),
            Step::Work(work) => self.work(work).await,
            Step::LetIn(step) => self.let_in(step).await,
            Step::Expel {
                point,
                outcome,
                role,
            } => self.expel(*point, outcome, *role).await,
            Step::Decides(step) => self.decides(step),
            Step::Count => self.count(),
            Step::Written { entries, role } => self.written(entries, *role),
            Step::Beaten { within, role } => self.beaten(*within, *role),
        }
    }

    /// Asks the product, with its clocks set.
    async fn request(&mut self, op: &str, members: Map<String, Value>) -> Result<Answer, Stop> {
        let now = self.family.now;
        if self.told != Some(now) {
            let clock = self.product.clock(now).await;
            contract(self.trial, "clock", clock)?;
            self.told = Some(now);
        }
        let answer = self.product.ask(op, members).await;
        let answer = contract(self.trial, op, answer)?;
        self.said.extend(answer.beside(match op {
            "ask" => &[
                "effect",
                "reason",
                "rules",
                "remaining_seconds",
                "next_change",
            ],
            "state" => &["unconfirmed"],
            _ => &[],
        }));
        Ok(answer)
    }

    /// Makes the product a new device and lets it in; the answer waits for it.
    async fn reset(&mut self) -> Outcome {
        let now = self.family.now;
        let request = self.product.reset(now, self.fresh.zone).await;
        let request = contract(self.trial, "reset", request)?;
        self.told = Some(now);
        let uncertain = match self.home.uncertain_time {
            Uncertain::BudgetOnly => UncertainTime::BudgetOnly,
            Uncertain::Strict => UncertainTime::Strict,
        };
        let children = self.children.clone();
        let mut stand = self.served.stand();
        let wire = &mut stand.relay;
        let guest = match self.home.product {
            Role::GuardianApp => self.family.let_person_in(0, &request, wire),
            _ => self.family.let_in(0, &request, children, uncertain, wire),
        };
        drop(stand);
        let guest = match guest {
            Ok(guest) => guest,
            Err(Broken(why)) => {
                let what = "the join request of `reset` is taken by a guardian";
                self.trial
                    .met(StepRole::Check, what, "taken", &why, false)?;
                return Err(Stop::Failed);
            }
        };
        let hello = &self.product.hello;
        let as_said = hello.category == guest.category && hello.capabilities == guest.capabilities;
        if !as_said {
            let what = "compare the join request with `hello`";
            let expected = "the same category and capabilities";
            let observed = format!(
                "{} and {}",
                guest
                    .category
                    .map_or("a person's device", |category| category.as_str_name()),
                guest.capabilities.join(" ")
            );
            self.trial
                .met(StepRole::Check, what, expected, &observed, false)?;
        }
        if self.guest == Some(guest.device) {
            let what = "compare the device with the one before `reset`";
            let expected = "another device with other keys";
            self.trial
                .met(StepRole::Check, what, expected, "the same", false)?;
        }
        self.guest = Some(guest.device);
        self.asks = request;
        self.answer = guest.answer;
        self.next = 0;
        Ok(())
    }

    async fn join(
        &mut self,
        flip: Option<usize>,
        outcome: &str,
        reasons: &[String],
        role: StepRole,
    ) -> Outcome {
        let mut bytes = self.answer.clone();
        if let Some(byte) = flip.and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1;
        }
        let mut members = Map::new();
        members.insert("event".into(), "join".into());
        members.insert("answer".into(), parcep_core::hex::encode(&bytes).into());
        members.insert("relay".into(), self.served.uri().into());
        let answer = self.request("act", members).await?;
        let what = match flip {
            Some(_) => "a guardian's answer with one bit changed is handed over",
            None => "the guardian's answer is handed over",
        };
        let outcomes = [outcome.to_owned()];
        self.compare(role, what, &answer, &outcomes, reasons)
    }

    async fn sync(&mut self, outcomes: &[String], reasons: &[String], role: StepRole) -> Outcome {
        let answer = self.request("sync", Map::new()).await?;
        if let Some(next) = answer.number("next_seq") {
            self.next = u64::try_from(next).unwrap_or(0);
        }
        self.compare(role, "sync", &answer, outcomes, reasons)
    }

    async fn ask(&mut self, ask: &Ask) -> Outcome {
        let dependant = self.dependant(ask.of)?;
        let mut members = Map::new();
        members.insert("dependant".into(), dependant.to_string().into());
        let action = self.fresh.action(&ask.action);
        members.insert("action".into(), action.clone().into());
        for (name, value) in &ask.members {
            members.insert(name.clone(), self.fresh.member(name, value));
        }
        let what = format!("ask {action}");
        let answer = self.request("ask", members.clone()).await?;
        self.asked = Some(decoy::Asked::new(&members, &answer));
        looks::decision(self, ask, &what, &answer)
    }

    /// Sends a request as a script has it.
    async fn say(
        &mut self,
        op: &str,
        with: &Map<String, Value>,
        outcomes: &[String],
        role: StepRole,
    ) -> Outcome {
        let with = with.iter();
        let members = with.map(|(name, value)| (name.clone(), self.fresh.put(value)));
        let members = members.collect();
        let answer = self.request(op, members).await?;
        self.compare(role, &format!("ask `{op}`"), &answer, outcomes, &[])
    }

    /// Compares outcome and reason.
    fn compare(
        &mut self,
        role: StepRole,
        what: &str,
        answer: &Answer,
        outcomes: &[String],
        reasons: &[String],
    ) -> Outcome {
        let said = |outcome: &str, reason: Option<&str>| match reason {
            Some(reason) => format!("{outcome} ({reason})"),
            None => outcome.to_owned(),
        };
        let expected = match reasons {
            [] => outcomes.join(" or "),
            reasons => format!("{} ({})", outcomes.join(" or "), reasons.join(" or ")),
        };
        let reason = answer.find("reason");
        let ok = outcomes.iter().any(|outcome| outcome == answer.outcome())
            && (reasons.is_empty() || reason.is_some_and(|got| reasons.iter().any(|r| r == got)));
        let observed = said(&answer.told(), reason);
        self.trial.met(role, what, &expected, &observed, ok)
    }

    fn dependant(&self, number: usize) -> Result<PrincipalId, Stop> {
        let found = number
            .checked_sub(1)
            .and_then(|at| self.family.dependants.get(at));
        found
            .copied()
            .ok_or_else(|| Stop::Harness(format!("no dependant {number}")))
    }
}

/// Rules that say what holds where they cannot be enforced. Rows of hosts have no such field.
fn saying(rules: &Map<String, Value>, on: &str) -> Map<String, Value> {
    fn put(value: &mut Value, on: &str) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| put(item, on)),
            Value::Object(members) => {
                members.values_mut().for_each(|value| put(value, on));
                if members.contains_key("id") && !members.contains_key("host") {
                    members.insert("on_unenforceable".into(), on.into());
                }
            }
            _ => {}
        }
    }
    let mut rules = rules.clone();
    rules.values_mut().for_each(|section| put(section, on));
    rules
}

/// What the stage did, or the suite's own fault.
fn staged<T>(done: Result<T, Broken>) -> Result<T, Stop> {
    done.map_err(|Broken(why)| Stop::Harness(why))
}

/// What a driver answered, or a step that says how it broke the contract.
fn contract<T>(trial: &mut Trial, op: &str, answer: Result<T, Fault>) -> Result<T, Stop> {
    match answer {
        Ok(answer) => Ok(answer),
        Err(fault) => {
            trial.hung = fault.is_late();
            let what = format!("the driver answers `{op}`");
            let expected = "one line by the driver contract";
            trial.met(StepRole::Check, &what, expected, &fault.to_string(), false)?;
            Err(Stop::Failed)
        }
    }
}

fn seed(rng: &mut Rng) -> u64 {
    u64::from_be_bytes(rng.bytes(8).try_into().unwrap_or_default())
}
