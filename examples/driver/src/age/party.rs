//! The relying party of this repository as a product: [`RelyingParty`], and a file.

use super::{AgeAsk, Judged, PartyAct, PartyActed, RelyingProduct};
use crate::clock::DeviceClock;
use crate::product::{About, Trouble};
use crate::request::{Hands, Words};
use crate::words::{keep_file, word};
use parcep_core::age::party::{
    Because, Judgement, KnowledgeLog, KnownAs, Memory, Next, Reask, Regime, RelyingParty, Reply,
    Revocations, StoredReply, Threshold, Tries, Wanted, may_ask,
};
use parcep_core::age::{
    AgeAssurance, AgeOutcome, AgePurpose, Cuts, Needs, ReplayMemory, RevokedHandles, SignalRequest,
    TrustList,
};
use parcep_core::crypto::SystemRandom;
use parcep_core::policy::AgeOnUnknown;
use parcep_core::reason::{Reason, code};
use parcep_core::registry::{REGIMES, ReaskEvent};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Its own name.
const AUDIENCE: &str = "https://party.example";
/// What the folder keeps.
const KEPT: &str = "party.json";
/// Nobody is trusted.
const NOBODY: &str = r#"{"format": "parcep-age-trust/1", "issuers": []}"#;

/// The product.
#[derive(Debug)]
pub struct Party {
    file: PathBuf,
    clock: DeviceClock,
    kept: Kept,
    party: RelyingParty,
    /// Questions that wait for an answer; they end with the program.
    open: BTreeMap<String, Asked>,
}

#[derive(Debug)]
struct Asked {
    question: SignalRequest,
    tries: Tries,
}

/// What lasts.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    list: Option<String>,
    region: String,
    replay: Option<ReplayMemory>,
    revocations: Revocations,
    knowledge: KnowledgeLog,
    people: BTreeMap<String, Books>,
}

/// What is kept of one person.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Books {
    /// The newest claim of each issuer.
    claims: BTreeMap<String, StoredReply>,
    /// The outcome where there is no claim.
    outcome: Option<AgeOutcome>,
    records: Vec<KnownAs>,
    asked: Option<i64>,
}

impl Party {
    /// A party that goes on with what the folder holds, or begins with nothing.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        let file = folder.join(KEPT);
        let kept: Kept = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(Trouble::cannot)?,
            Err(_) => Kept::default(),
        };
        let mut memory = Memory {
            revocations: kept.revocations.clone(),
            knowledge: kept.knowledge.clone(),
            ..Memory::default()
        };
        if let Some(replay) = &kept.replay {
            memory.replay = replay.clone();
        }
        Ok(Self {
            file,
            clock: DeviceClock::default(),
            party: party(&kept, memory)?,
            kept,
            open: BTreeMap::new(),
        })
    }

    fn now(&self) -> Result<i64, Trouble> {
        let wall = self.clock.hands().and_then(|hands| hands.wall);
        wall.ok_or_else(|| Trouble::cannot("no clock shows the time"))
    }

    fn keep(&mut self) -> Result<(), Trouble> {
        let memory = &self.party.memory;
        self.kept.replay = Some(memory.replay.clone());
        self.kept.revocations = memory.revocations.clone();
        self.kept.knowledge = memory.knowledge.clone();
        keep_file(&self.file, &self.kept)
    }

    /// Puts list and regime in their place; what is remembered stays.
    fn renew(&mut self) -> Result<(), Trouble> {
        let memory = std::mem::take(&mut self.party.memory);
        self.party = party(&self.kept, memory)?;
        Ok(())
    }

    fn question(&mut self, act: &PartyAct) -> Result<PartyActed, Trouble> {
        let PartyAct::Question {
            person,
            purpose,
            cuts,
            least_assurance,
            region,
            happened,
        } = act
        else {
            return Err(Trouble::Unsupported);
        };
        let now = self.now()?;
        self.kept.region = region.clone().unwrap_or_default();
        self.renew()?;
        let events: Vec<_> = happened.as_deref().and_then(event).into_iter().collect();
        let last = self.kept.people.get(person).and_then(|books| books.asked);
        if may_ask(self.party.regime(), last, &events, now) != Reask::Now {
            return Ok(PartyActed::NotNow);
        }
        let least = least_assurance.as_deref().map(|name| {
            AgeAssurance::from_name(name).ok_or_else(|| Trouble::cannot("no such assurance"))
        });
        let wanted = Wanted {
            needs: Needs {
                least_assurance: least.transpose()?.unwrap_or_default(),
                ..Needs::default()
            },
            ..Wanted::new(purpose_of(purpose)?, cuts_of(cuts)?)
        };
        let asked = self.party.ask(wanted, now, &mut SystemRandom::new());
        let question = asked.map_err(Trouble::cannot)?;
        let bytes = question.to_bytes();
        let tries = match self.open.remove(person) {
            // The same ask, tried again.
            Some(asked) if asked.question.purpose == question.purpose => asked.tries,
            _ => Tries::new(),
        };
        self.open.insert(person.clone(), Asked { question, tries });
        Ok(PartyActed::Asks(bytes))
    }

    /// Takes what came back on the question that is open.
    fn take(
        &mut self,
        person: &str,
        reply: impl FnOnce(&mut RelyingParty, &SignalRequest, i64) -> Reply,
    ) -> Result<PartyActed, Trouble> {
        let now = self.now()?;
        let asked = self.open.get_mut(person);
        let asked = asked.ok_or_else(|| Trouble::cannot("nothing was asked about this person"))?;
        let reply = reply(&mut self.party, &asked.question, now);
        let books = self.kept.people.entry(person.to_owned()).or_default();
        if let Some(refused) = reply.refused() {
            books.outcome = Some(AgeOutcome::AgeUnknown);
            self.keep()?;
            return Ok(PartyActed::Refused(code(refused.reason()).to_owned()));
        }
        let next = reply.next(&mut asked.tries);
        if let Some(stored) = StoredReply::of(&reply) {
            let told = serde_json::to_value(&stored).map_err(Trouble::cannot)?;
            let issuer = told.get("issuer").map(ToString::to_string);
            books.claims.insert(issuer.unwrap_or_default(), stored);
            books.records.extend(reply.known_as());
        } else {
            books.outcome = Some(reply.outcome());
        }
        let (next, wait) = match next {
            Next::Use => ("use", None),
            Next::Unknown => ("no", None),
            Next::AfterUserAction => ("after_user_action", None),
            Next::Wait { seconds } => ("wait", Some(seconds)),
        };
        // What has to wait is the same ask still.
        if wait.is_none() {
            books.asked = Some(now);
        }
        self.keep()?;
        Ok(PartyActed::Took {
            outcome: word(reply.outcome())?,
            next: next.to_owned(),
            wait,
        })
    }

    fn judge(&mut self, person: &str, threshold: Threshold) -> Result<Judgement, Trouble> {
        let now = self.now()?;
        let books = self.kept.people.get(person);
        let outcome = books.and_then(|books| books.outcome);
        let unknown = Because::Outcome(outcome.unwrap_or(AgeOutcome::AgeUnknown));
        let claims = books.into_iter().flat_map(|books| books.claims.values());
        let replies = claims.map(|stored| stored.clone().reply());
        let replies: Vec<Reply> = replies.collect::<Result<_, _>>().map_err(Trouble::cannot)?;
        Ok(match replies.as_slice() {
            [] => Judgement::undecided(unknown),
            [one] => self.party.judge(one, threshold, now),
            several => {
                let several: Vec<&Reply> = several.iter().collect();
                let resolved = self.party.resolve(&several, &[], now);
                match resolved {
                    parcep_core::age::party::Resolution::NoticeDue(due) => {
                        due.both_are_told().judge(threshold)
                    }
                    resolved => resolved.judge(threshold),
                }
            }
        })
    }
}

impl RelyingProduct for Party {
    fn hello(&mut self) -> Result<About, Trouble> {
        Ok(About {
            role: "age-relying-party".to_owned(),
            product: "Open PARCEP reference party".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            features: ["virtual-clock", "restart", "tokens"]
                .map(str::to_owned)
                .to_vec(),
            ..About::default()
        })
    }

    fn reset(&mut self, hands: &Hands) -> Result<String, Trouble> {
        self.clock.set(hands.clone());
        self.kept = Kept::default();
        self.open.clear();
        self.party = party(&self.kept, Memory::default())?;
        self.keep()?;
        Ok(AUDIENCE.to_owned())
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        self.clock.set(hands.clone());
        Ok(())
    }

    fn act(&mut self, act: &PartyAct) -> Result<PartyActed, Trouble> {
        match act {
            PartyAct::Trust { list } => match TrustList::parse(list.as_bytes()) {
                Err(error) => Ok(PartyActed::Refused(code(error.reason()).to_owned())),
                Ok(_) => {
                    self.kept.list = Some(list.clone());
                    self.renew()?;
                    self.keep()?;
                    Ok(PartyActed::Taken)
                }
            },
            PartyAct::Question { .. } => self.question(act),
            PartyAct::Answer { person, response } => {
                self.take(person, |party, question, now| match response {
                    Some(response) => party.answer(question, &response.0, now),
                    None => Reply::transport_failed(),
                })
            }
            PartyAct::Present { person, claim } => self.take(person, |party, question, now| {
                party.presented(question, &claim.0, now)
            }),
            PartyAct::Revoked { issuer, list } => {
                let now = self.now()?;
                let Ok(list) = RevokedHandles::from_bytes(&list.0) else {
                    let reason = code(Reason::Malformed).to_owned();
                    return Ok(PartyActed::Refused(reason));
                };
                let taken = self.party.revoked(issuer, &list, now);
                taken.map_err(Trouble::cannot)?;
                self.keep()?;
                Ok(PartyActed::Taken)
            }
        }
    }

    fn ask(&mut self, ask: &AgeAsk) -> Result<Judged, Trouble> {
        let threshold = Threshold::new(ask.threshold).map_err(Trouble::cannot)?;
        let rule = match ask.on_unknown.as_deref() {
            None => None,
            Some("allow") => Some(AgeOnUnknown::Allow),
            Some("ask") => Some(AgeOnUnknown::Ask),
            Some("block") => Some(AgeOnUnknown::Block),
            Some(_) => return Err(Trouble::cannot("no such rule for the unknown")),
        };
        let judged = self.judge(&ask.person, threshold)?;
        self.keep()?;
        let gate = match judged.gate(rule) {
            parcep_core::age::party::Gate::Open => "open",
            parcep_core::age::party::Gate::Ask => "ask",
            parcep_core::age::party::Gate::Closed => "closed",
        };
        Ok(Judged {
            verdict: word(judged.verdict)?,
            reason: judged.because.name().to_owned(),
            gate: gate.to_owned(),
        })
    }

    fn known(&mut self, person: &str) -> Result<Vec<String>, Trouble> {
        let books = self.kept.people.get(person);
        let records = books.into_iter().flat_map(|books| &books.records);
        let known = records.filter_map(|number| self.party.memory.knowledge.get(*number));
        let line = |claim: &parcep_core::age::party::KnownClaim| {
            let upper = claim
                .upper
                .map_or_else(String::new, |upper| upper.to_string());
            let used = if claim.used { "used" } else { "unused" };
            format!("{}/{}-{upper}/{used}", claim.day, claim.lower)
        };
        Ok(known.map(line).collect())
    }
}

fn party(kept: &Kept, memory: Memory) -> Result<RelyingParty, Trouble> {
    let list = kept.list.as_deref().unwrap_or(NOBODY);
    let trust = TrustList::parse(list.as_bytes()).map_err(Trouble::cannot)?;
    let mut party = RelyingParty::new(AUDIENCE, trust, Regime::of(&kept.region));
    party.memory = memory;
    Ok(party)
}

fn purpose_of(name: &str) -> Result<AgePurpose, Trouble> {
    AgePurpose::from_name(name).ok_or_else(|| Trouble::cannot("no such purpose"))
}

fn cuts_of(words: &Words) -> Result<Cuts, Trouble> {
    let years = words.0.iter().map(|word| word.parse());
    let years: Vec<u32> = years.collect::<Result<_, _>>().map_err(Trouble::cannot)?;
    Cuts::new(years).map_err(Trouble::cannot)
}

/// An event that some regime names.
fn event(name: &str) -> Option<ReaskEvent> {
    let mut named = REGIMES.iter().flat_map(|row| row.reask_on);
    named.find(|event| event.name() == name).copied()
}
