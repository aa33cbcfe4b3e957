//! The issuer of this repository as a product: [`Person`] at sockets of its own, on the clock of the suite.

use super::{IssuerAct, IssuingProduct};
use crate::clock::DeviceClock;
use crate::product::{About, Trouble};
use crate::request::Hands;
use crate::words::keep_file;
use jiff::civil::Date;
use parcep_core::age::{
    AgeAssurance, AgeInterval, AgeMethod, AgeSupervision, Answer, Born, ChangeAct, ConsentLedger,
    DisclosureEvent, DisclosureLog, InvalidRequest, Issuer as Core, IssuerSettings, Known,
    KnownAge, Pins, RevokedHandles, Rollover, SignalRequest, TokenAnswer, TokenRequest, latest_day,
};
use parcep_core::crypto::{Random as _, Secret, SigningKey, SystemRandom};
use parcep_core::hex;
use parcep_core::policy::AgeSection;
use parcep_issuer::{
    Answers, Facts, Fault, Kept, Knows, Limits, Person, Running, Socket, serve_unix,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::any::Any;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::runtime::Runtime;

/// What the folder keeps.
const KEPT: &str = "issuer.json";

/// Who asks at a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// An audience of this name.
    Audience(String),
    /// The person's own agent.
    Holder,
}

/// What serves a socket as long as it is kept.
pub type Open = Box<dyn Any + Send>;

/// How sockets are served. A faulty issuer stands between the two.
pub trait Sockets {
    /// Serves a desk at a path.
    ///
    /// # Errors
    /// If the socket cannot be made.
    fn serve(&self, path: &Path, desk: &Desk, answers: Arc<dyn Answers>) -> Result<Open, Trouble>;
}

/// As the library serves them.
#[derive(Debug, Clone, Copy)]
struct Plain;

impl Sockets for Plain {
    fn serve(&self, path: &Path, desk: &Desk, answers: Arc<dyn Answers>) -> Result<Open, Trouble> {
        let socket = match desk {
            Desk::Audience(name) => Socket::app(path, name.clone()),
            Desk::Holder => Socket::holder(path),
        };
        let mut limits = Limits::default();
        // A suite asks more often than any app.
        limits.calls_per_minute = 1_000_000;
        let running = serve_unix(&[socket], answers, &limits, std::future::pending());
        let running: Running = running.map_err(Trouble::cannot)?;
        Ok(Box::new(running))
    }
}

/// The product.
pub struct Issuer {
    folder: PathBuf,
    runtime: Runtime,
    clock: DeviceClock,
    sockets: Box<dyn Sockets + Send>,
    lasting: Option<Lasting>,
    person: Option<Shared>,
    open: BTreeMap<String, Open>,
}

/// The person, as whoever answers sees them; another one after what they reset.
#[derive(Clone)]
struct Shared {
    person: Arc<RwLock<Arc<Person>>>,
    clock: DeviceClock,
}

/// What lasts beside what [`Kept`] has.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Lasting {
    key: String,
    secret: String,
    pins: Pins,
    consents: ConsentLedger,
    shared: String,
    age: Option<(IssuerAct, i64)>,
    rules: Vec<IssuerAct>,
    audiences: Vec<String>,
}

impl Issuer {
    /// An issuer that goes on with what the folder holds, or begins with nothing.
    ///
    /// # Errors
    /// If the folder cannot be read, or no thread can be started.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        Self::open_with(folder, Box::new(Plain))
    }

    /// The same at sockets of one's own.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(folder: &Path, sockets: Box<dyn Sockets + Send>) -> Result<Self, Trouble> {
        let lasting = match std::fs::read(folder.join(KEPT)) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(Trouble::cannot)?),
            Err(_) => None,
        };
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build();
        Ok(Self {
            folder: folder.to_owned(),
            runtime: runtime.map_err(Trouble::cannot)?,
            clock: DeviceClock::default(),
            sockets,
            lasting,
            person: None,
            open: BTreeMap::new(),
        })
    }

    fn lasting(&mut self) -> Result<&mut Lasting, Trouble> {
        let none = || Trouble::cannot("there is no issuer before `reset`");
        self.lasting.as_mut().ok_or_else(none)
    }

    fn keep(&mut self) -> Result<(), Trouble> {
        if let Some(person) = &self.person {
            let kept = person.now_there().kept().map_err(Trouble::cannot)?;
            let lasting = self.lasting()?;
            lasting.pins = kept.pins;
            lasting.consents = kept.consents;
            lasting.shared = kept.shared.to_json_lines();
        }
        let file = self.folder.join(KEPT);
        keep_file(&file, self.lasting()?)
    }

    /// Opens the desks anew, with what is kept.
    fn wake(&mut self) -> Result<(), Trouble> {
        let person = Arc::new(self.made()?);
        match &self.person {
            Some(shared) => {
                *shared
                    .person
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = person
            }
            None => {
                self.person = Some(Shared {
                    person: Arc::new(RwLock::new(person)),
                    clock: self.clock.clone(),
                });
            }
        }
        let audiences = self.lasting()?.audiences.clone();
        self.address(&Desk::Holder)?;
        for audience in audiences {
            self.address(&Desk::Audience(audience))?;
        }
        Ok(())
    }

    /// Where a desk is; it is opened if it is not.
    fn address(&mut self, desk: &Desk) -> Result<String, Trouble> {
        let number = match desk {
            Desk::Holder => 0,
            Desk::Audience(name) => {
                let audiences = &mut self.lasting()?.audiences;
                if !audiences.contains(name) {
                    audiences.push(name.clone());
                }
                let at = audiences.iter().position(|one| one == name);
                at.unwrap_or_default() + 1
            }
        };
        let path = self.folder.join(format!("age-{number}.sock"));
        let address = format!("unix:{}", path.display());
        let person = self.person.clone();
        let person = person.ok_or_else(|| Trouble::cannot("there is no issuer before `reset`"))?;
        if !self.open.contains_key(&address) {
            let _inside = self.runtime.enter();
            let open = self.sockets.serve(&path, desk, Arc::new(person))?;
            self.open.insert(address.clone(), open);
        }
        Ok(address)
    }

    fn made(&mut self) -> Result<Person, Trouble> {
        let (facts, file) = (self.facts()?, self.folder.join(KEPT));
        let lasting = self.lasting()?;
        let key = SigningKey::from_seed(seed(&lasting.key)?).map_err(Trouble::cannot)?;
        let issuer = Core::new(key, IssuerSettings::default()).map_err(Trouble::cannot)?;
        let kept = Kept {
            pins: lasting.pins.clone(),
            consents: lasting.consents.clone(),
            shared: DisclosureLog::from_json_lines(&lasting.shared).map_err(Trouble::cannot)?,
        };
        let secret = Secret::from_bytes(seed(&lasting.secret)?);
        // Each answer is on disk before it is told.
        let base = lasting.clone();
        let store = move |kept: &Kept| {
            let lasting = Lasting {
                pins: kept.pins.clone(),
                consents: kept.consents.clone(),
                shared: kept.shared.to_json_lines(),
                ..base.clone()
            };
            keep_file(&file, &lasting).map_err(|_| Fault)
        };
        Ok(Person::new(issuer, secret, facts, kept, Box::new(store)))
    }

    fn facts(&mut self) -> Result<Facts, Trouble> {
        let lasting = self.lasting()?;
        let knows = match &lasting.age {
            None => Knows::Nothing,
            Some((act, now)) => knows(act, *now, seed(&lasting.secret)?)?,
        };
        let rules: Vec<_> = lasting.rules.iter().enumerate().map(rule).collect();
        let section = json!({"share": rules, "gates": []});
        let section: AgeSection = serde_json::from_value(section).map_err(Trouble::cannot)?;
        Ok(Facts {
            knows,
            layers: vec![Some(section)],
            supervision: match lasting.rules.is_empty() {
                true => AgeSupervision::NotReported,
                false => AgeSupervision::Supervised,
            },
            ..Facts::none()
        })
    }

    fn now(&self) -> Result<i64, Trouble> {
        let wall = self.clock.hands().and_then(|hands| hands.wall);
        wall.ok_or_else(|| Trouble::cannot("no clock shows the time"))
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

impl IssuingProduct for Issuer {
    fn hello(&mut self) -> Result<About, Trouble> {
        Ok(About {
            role: "age-issuer".to_owned(),
            product: "Open PARCEP reference issuer".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            features: ["virtual-clock", "restart", "tokens", "household"]
                .map(str::to_owned)
                .to_vec(),
            ..About::default()
        })
    }

    fn reset(&mut self, hands: &Hands) -> Result<(Vec<u8>, Option<String>), Trouble> {
        self.clock.set(hands.clone());
        let mut random = SystemRandom::new();
        let mut fresh = || random.array::<32>().map_err(Trouble::cannot);
        let key = fresh()?;
        self.open.clear();
        self.person = None;
        self.lasting = Some(Lasting {
            key: hex::encode(&key),
            secret: hex::encode(&fresh()?),
            pins: Pins::new(),
            consents: ConsentLedger::new(),
            shared: String::new(),
            age: None,
            rules: Vec::new(),
            audiences: Vec::new(),
        });
        self.wake()?;
        self.keep()?;
        let key = SigningKey::from_seed(key).map_err(Trouble::cannot)?;
        let holder = self.address(&Desk::Holder)?;
        Ok((key.public().as_bytes().to_vec(), Some(holder)))
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        self.clock.set(hands.clone());
        if self.person.is_none() && self.lasting.is_some() {
            self.wake()?;
        }
        Ok(())
    }

    fn act(&mut self, act: &IssuerAct) -> Result<Option<String>, Trouble> {
        let now = self.now()?;
        let mut address = None;
        // What was told meanwhile lasts.
        self.keep()?;
        match act {
            IssuerAct::Open { audience } => {
                address = Some(self.address(&Desk::Audience(audience.clone()))?);
            }
            IssuerAct::Known { .. } | IssuerAct::Born { .. } | IssuerAct::Unknown { .. } => {
                self.lasting()?.age = Some((act.clone(), now));
                let facts = self.facts();
                if facts.is_err() {
                    self.lasting()?.age = None;
                }
                facts?;
            }
            IssuerAct::Rule {
                share, audience, ..
            } => {
                let rules = &mut self.lasting()?.rules;
                let is_same = |rule: &IssuerAct| matches!(rule, IssuerAct::Rule { audience: of, .. } if of == audience);
                rules.retain(|rule| !is_same(rule));
                if share != "none" {
                    rules.push(act.clone());
                }
            }
            IssuerAct::Decide { audience, approve } => {
                let act = match approve {
                    true => ChangeAct::Approve,
                    false => ChangeAct::Deny,
                };
                let person = self.person.as_ref().map(Shared::now_there);
                let person = person.ok_or_else(|| Trouble::cannot("nobody is there"))?;
                let decided = person.decide(audience, act, now);
                decided.map_err(Trouble::cannot)?;
                self.keep()?;
            }
            IssuerAct::StartOver => self.lasting()?.consents.reset(),
        }
        // As if it were started with what is kept now.
        let file = self.folder.join(KEPT);
        keep_file(&file, self.lasting()?)?;
        self.wake()?;
        Ok(address)
    }

    fn told(&mut self) -> Result<Vec<String>, Trouble> {
        self.keep()?;
        let log = DisclosureLog::from_json_lines(&self.lasting()?.shared);
        let log = log.map_err(Trouble::cannot)?;
        let words = log.lines().iter().filter_map(|line| match &line.event {
            DisclosureEvent::Corrected => None,
            DisclosureEvent::Shared {
                audience,
                interval,
                method,
                purpose,
            } => {
                let upper = interval.upper();
                let upper = upper.map_or_else(String::new, |upper| upper.to_string());
                Some(format!(
                    "{}/{}-{upper}/{}/{}/{audience}",
                    line.day,
                    interval.lower(),
                    method.name(),
                    purpose.name()
                ))
            }
        });
        Ok(words.collect())
    }
}

impl Shared {
    fn now_there(&self) -> Arc<Person> {
        let person = self.person.read().unwrap_or_else(PoisonError::into_inner);
        person.clone()
    }

    fn time(&self) -> Result<i64, Fault> {
        self.clock.hands().and_then(|hands| hands.wall).ok_or(Fault)
    }
}

impl Answers for Shared {
    fn ask(
        &self,
        seen: &str,
        request: Result<&SignalRequest, InvalidRequest>,
        _: i64,
    ) -> Result<Answer, Fault> {
        self.now_there().ask(seen, request, self.time()?)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        _: i64,
    ) -> Result<TokenAnswer, Fault> {
        self.now_there().issue_tokens(request, self.time()?)
    }

    fn revoked_handles(&self, seen: &str, _: i64) -> Result<RevokedHandles, Fault> {
        self.now_there().revoked_handles(seen, self.time()?)
    }
}

fn seed(hex: &str) -> Result<[u8; 32], Trouble> {
    let bytes = hex::decode(hex).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Trouble::cannot("what is kept is damaged"))
}

/// A rule as a layer has it.
fn rule((at, act): (usize, &IssuerAct)) -> serde_json::Value {
    let IssuerAct::Rule {
        share,
        audience,
        purposes,
        cuts,
    } = act
    else {
        return serde_json::Value::Null;
    };
    let mut rule = json!({"id": format!("share-{at}"), "share": share});
    let purposes: Vec<_> = purposes.split_whitespace().collect();
    let cuts: Vec<u32> = cuts
        .split_whitespace()
        .filter_map(|cut| cut.parse().ok())
        .collect();
    if let Some(members) = rule.as_object_mut() {
        if let Some(audience) = audience {
            members.insert("audience".to_owned(), json!(audience));
        }
        if !purposes.is_empty() {
            members.insert("purposes".to_owned(), json!(purposes));
        }
        if !cuts.is_empty() {
            members.insert("cuts".to_owned(), json!(cuts));
        }
    }
    rule
}

fn knows(act: &IssuerAct, now: i64, secret: [u8; 32]) -> Result<Knows, Trouble> {
    let (age, method, assurance, checked) = match act {
        IssuerAct::Unknown { why } => {
            return Ok(match why.as_str() {
                "verification_required" => Knows::VerificationRequired,
                "temporarily_unavailable" => Knows::Unavailable(None),
                _ => Knows::Nothing,
            });
        }
        IssuerAct::Known {
            method,
            assurance,
            checked,
            lower,
            upper,
            error,
        } => {
            let range = AgeInterval::new(*lower, *upper).map_err(Trouble::cannot)?;
            let age = match error {
                Some(error) => KnownAge::Estimate(range, *error),
                None => KnownAge::Range(range),
            };
            (age, method, assurance, checked)
        }
        IssuerAct::Born {
            method,
            assurance,
            checked,
            born,
        } => {
            let rollover = Rollover::new(birth(born)?, Secret::from_bytes(secret));
            (KnownAge::Born(rollover), method, assurance, checked)
        }
        _ => return Err(Trouble::cannot("this says nothing about an age")),
    };
    let method = AgeMethod::from_name(method).ok_or_else(|| Trouble::cannot("no such method"))?;
    let assurance = assurance.as_deref().unwrap_or("asserted");
    let assurance = AgeAssurance::from_name(assurance);
    let assurance = assurance.ok_or_else(|| Trouble::cannot("no such assurance"))?;
    Ok(Knows::Age(Known {
        assurance,
        checked_day: checked.map(|days| latest_day(now) - days),
        ..Known::declared(age, method)
    }))
}

/// A day or a month.
fn birth(text: &str) -> Result<Born, Trouble> {
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year, month] => {
            let (year, month) = (year.parse(), month.parse());
            let (year, month) = (
                year.map_err(Trouble::cannot)?,
                month.map_err(Trouble::cannot)?,
            );
            Born::in_month(year, month).map_err(Trouble::cannot)
        }
        _ => text.parse::<Date>().map(Born::on).map_err(Trouble::cannot),
    }
}
