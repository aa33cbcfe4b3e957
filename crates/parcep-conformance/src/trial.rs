//! One attempt of one test: it acts, and it writes down what was expected and what was seen.

use crate::driver::Answer;
use crate::peer::{Member, Refusal, Relay, SMALL, Said, Target, Tip, create_request};
use crate::reasons;
use crate::rng::{Rng, unique};
use crate::tape::redacted;
use crate::wire::Signer;
use parcep_proto::v1alpha1 as pb;
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display};
use std::sync::Arc;

/// What a step is for. A negative test without its three own roles proves nothing (R-CONF-003).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepRole {
    /// Brings the relay where the test needs it.
    Setup,
    /// Compares what was seen with what the clause asks for.
    Check,
    /// The relay has to refuse, and for the right reason.
    Refusal,
    /// What was refused left no trace.
    Unchanged,
    /// The same act without its one defect is accepted.
    Twin,
}

/// One step as the report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What was done.
    pub what: String,
    /// What it is for.
    pub role: StepRole,
    /// What the clause asks for.
    pub expected: String,
    /// What was seen.
    pub observed: String,
    /// Whether the two agree.
    pub ok: bool,
}

/// Why a test ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The last step says what was wrong.
    Failed,
    /// The environment got in the way.
    Inconclusive(String),
    /// The relay or the tester does not offer what the test needs.
    NotApplicable(String),
    /// Our own fault.
    Harness(String),
}

/// How a test ends.
pub(crate) type Outcome = Result<(), Stop>;

/// One attempt under way.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) target: Target,
    pub(crate) rng: Rng,
    pub(crate) steps: Vec<Step>,
    /// How long the relay last asked to wait, in milliseconds.
    pub(crate) patience_ms: Option<u64>,
    /// Whether what is behind a driver gave no answer in time.
    pub(crate) hung: bool,
}

/// A household on the relay: the guardian who created it, and where its log ends.
#[derive(Clone)]
pub(crate) struct Home {
    pub(crate) guardian: Member,
    pub(crate) group: Vec<u8>,
    pub(crate) genesis: pb::Entry,
    pub(crate) status: pb::LogStatus,
    pub(crate) tip: Tip,
}

/// Everything of a log that a member can see.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    status: pb::LogStatus,
    entries: Vec<pb::Entry>,
    keys: Vec<pb::AccessKey>,
    acts: Vec<pb::AdminAct>,
    registers: Vec<Option<pb::Register>>,
}

impl Trial {
    /// A new connection.
    pub(crate) async fn relay(&mut self) -> Result<Relay, Stop> {
        let connected = self.target.connect().await;
        self.done("connect", connected)
    }

    /// A new access key with a handle of its own, known to no relay yet.
    pub(crate) fn stranger(&mut self, relay: &Relay) -> Result<Member, Stop> {
        Ok(Member {
            relay: relay.clone(),
            handle: random::<32>()?.to_vec(),
            key: new_key()?,
            session: Vec::new(),
        })
    }

    /// A new household on a new connection.
    pub(crate) async fn home(&mut self) -> Result<Home, Stop> {
        let relay = self.relay().await?;
        let guardian = self.stranger(&relay)?;
        self.found(guardian).await
    }

    /// A household under this member's handle and key.
    pub(crate) async fn found(&mut self, mut guardian: Member) -> Result<Home, Stop> {
        let challenged = guardian.challenge().await;
        let challenge = self.done("ask for a challenge", challenged)?;
        let genesis = Tip::EMPTY.entry(&mut self.rng, SMALL);
        let group = self.rng.bytes(16);
        let request = create_request(
            &guardian,
            &challenge,
            genesis.clone(),
            group.clone(),
            self.target.voucher.clone(),
        );
        let created = guardian.relay.create_log(request).await;
        let status = self.done("create a log", created)?.status;
        let opened = guardian.open().await;
        self.done("open a session", opened)?;
        Ok(Home {
            guardian,
            group,
            tip: Tip::after(&genesis),
            genesis,
            status: status.unwrap_or_default(),
        })
    }

    /// The same key on a new connection and in a new session.
    pub(crate) async fn reconnect(&mut self, member: &Member) -> Result<Member, Stop> {
        let mut member = member.clone();
        member.relay = self.relay().await?;
        let opened = member.open().await;
        self.done("open a session on a new connection", opened)?;
        Ok(member)
    }

    /// What a member sees of the log now.
    pub(crate) async fn snapshot(
        &mut self,
        member: &Member,
        registers: &[&[u8]],
    ) -> Result<Snapshot, Stop> {
        let seen = look(member, registers).await;
        self.done("look at log, keys, acts and registers", seen)
    }

    /// Checks that what was refused left no trace.
    pub(crate) async fn unchanged(
        &mut self,
        member: &Member,
        registers: &[&[u8]],
        before: &Snapshot,
    ) -> Outcome {
        let after = look(member, registers).await;
        let (observed, ok) = match &after {
            Ok(after) if after == before => ("unchanged".into(), true),
            Ok(after) => (difference(before, after), false),
            Err(refusal) => (refusal.to_string(), false),
        };
        self.record(
            StepRole::Unchanged,
            "look again",
            "log, keys, acts and registers as before",
            observed,
            ok,
        )
    }

    /// Records a state that a refusal must not have touched, seen in another way.
    pub(crate) fn still(
        &mut self,
        what: &str,
        expected: &str,
        observed: String,
        ok: bool,
    ) -> Outcome {
        self.record(StepRole::Unchanged, what, expected, observed, ok)
    }

    /// Something that has to work for the test to go on.
    pub(crate) fn done<T>(&mut self, what: &str, result: Result<T, Refusal>) -> Result<T, Stop> {
        self.accepted(StepRole::Setup, what, result)
    }

    /// Something that the clause under test says has to work.
    pub(crate) fn works<T>(&mut self, what: &str, result: Result<T, Refusal>) -> Result<T, Stop> {
        self.accepted(StepRole::Check, what, result)
    }

    /// What has to be accepted, in a step of this role.
    pub(crate) fn accepted<T>(
        &mut self,
        role: StepRole,
        what: &str,
        result: Result<T, Refusal>,
    ) -> Result<T, Stop> {
        match result {
            Ok(value) => {
                self.record(role, what, "accepted", "accepted".into(), true)?;
                Ok(value)
            }
            Err(refusal) if refusal.asks_for_patience() => Err(self.inconclusive(what, &refusal)),
            Err(refusal) => {
                self.record(role, what, "accepted", refusal.to_string(), false)?;
                Err(Stop::Failed)
            }
        }
    }

    /// An answer that is a word.
    pub(crate) fn answered(
        &mut self,
        role: StepRole,
        what: &str,
        expected: &str,
        observed: &str,
    ) -> Outcome {
        self.record(role, what, expected, observed.into(), expected == observed)
    }

    /// The outcome of a driver's answer.
    pub(crate) fn came(
        &mut self,
        role: StepRole,
        what: &str,
        expected: &str,
        answer: &Answer,
    ) -> Outcome {
        let ok = expected == answer.outcome();
        self.record(role, what, expected, answer.told(), ok)
    }

    /// Something that was met, or was not, in words.
    pub(crate) fn met(
        &mut self,
        role: StepRole,
        what: &str,
        expected: &str,
        observed: &str,
        ok: bool,
    ) -> Outcome {
        self.record(role, what, expected, observed.into(), ok)
    }

    /// The relay has to refuse with one of these reasons, in the domain `parcep`.
    pub(crate) fn refused<T>(
        &mut self,
        what: &str,
        result: Result<T, Refusal>,
        reasons: &[&str],
    ) -> Result<Said, Stop> {
        let expected = format!("refused with {}", reasons.join(" or "));
        let Err(refusal) = result else {
            self.record(StepRole::Refusal, what, &expected, "accepted".into(), false)?;
            return Err(Stop::Failed);
        };
        let said = refusal.said().cloned();
        let reason = said.as_ref().and_then(|said| said.reason.as_deref());
        let asked_for = reason.is_some_and(|reason| reasons.contains(&reason));
        if refusal.asks_for_patience() && !asked_for {
            return Err(self.inconclusive(what, &refusal));
        }
        let fault = said
            .as_ref()
            .map_or_else(|| Some(String::new()), |said| fault_of(said, reasons));
        let observed = match &fault {
            Some(fault) if !fault.is_empty() => format!("{refusal}; {fault}"),
            _ => refusal.to_string(),
        };
        self.record(
            StepRole::Refusal,
            what,
            &expected,
            observed,
            fault.is_none(),
        )?;
        said.ok_or(Stop::Failed)
    }

    fn inconclusive(&mut self, what: &str, refusal: &Refusal) -> Stop {
        self.patience_ms = refusal.said().and_then(|said| said.retry_after_ms);
        Stop::Inconclusive(format!("{what}: {refusal}"))
    }

    /// Two values have to be equal.
    pub(crate) fn equal<T: PartialEq + Debug>(
        &mut self,
        what: &str,
        expected: &T,
        observed: &T,
    ) -> Outcome {
        let ok = expected == observed;
        self.record(
            StepRole::Check,
            what,
            short(&format!("{expected:?}")),
            short(&format!("{observed:?}")),
            ok,
        )
    }

    /// A condition has to hold.
    pub(crate) fn check(
        &mut self,
        what: &str,
        expected: impl Display,
        observed: impl Display,
        ok: bool,
    ) -> Outcome {
        self.record(
            StepRole::Check,
            what,
            expected.to_string(),
            observed.to_string(),
            ok,
        )
    }

    /// One step.
    pub(crate) fn record(
        &mut self,
        role: StepRole,
        what: &str,
        expected: impl Into<String>,
        observed: String,
        ok: bool,
    ) -> Outcome {
        let step = Step {
            what: what.to_owned(),
            role,
            expected: redacted(&expected.into()),
            observed: redacted(&observed),
            ok,
        };
        self.target.tape.step(&step);
        self.steps.push(step);
        ok.then_some(()).ok_or(Stop::Failed)
    }
}

/// What is wrong with a refusal; `None` if nothing (R-ERR-001).
fn fault_of(said: &Said, reasons: &[&str]) -> Option<String> {
    let Some(reason) = said.reason.as_deref() else {
        return Some("no google.rpc.ErrorInfo".into());
    };
    if said.domain != "parcep" {
        return Some(format!("domain `{}`", said.domain));
    }
    if !reasons.contains(&reason) {
        return Some(format!("the reason is {reason}"));
    }
    reasons::lacks(reason, said.code, |name| said.metadata.contains_key(name))
}

async fn look(member: &Member, registers: &[&[u8]]) -> Result<Snapshot, Refusal> {
    let mut values = Vec::new();
    for name in registers {
        values.push(member.register(name).await?);
    }
    Ok(Snapshot {
        status: member.status().await?,
        entries: member.read_all().await?,
        keys: member.access().await?,
        acts: member.acts().await?,
        registers: values,
    })
}

fn difference(before: &Snapshot, after: &Snapshot) -> String {
    let count = |old: usize, new: usize, what: &str| format!("{old} {what} before, {new} after");
    if before.status != after.status || before.entries != after.entries {
        return count(
            before.entries.len(),
            after.entries.len(),
            "entries (or other bytes)",
        );
    }
    if before.keys != after.keys {
        return count(
            before.keys.len(),
            after.keys.len(),
            "access keys (or other rights)",
        );
    }
    if before.acts != after.acts {
        return count(before.acts.len(), after.acts.len(), "pending acts");
    }
    String::from("a register changed")
}

/// Enough of a value to see what is wrong, and no kilobytes of it.
fn short(text: &str) -> String {
    const MOST: usize = 240;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn random<const N: usize>() -> Result<[u8; N], Stop> {
    unique().ok_or_else(|| Stop::Harness("the system gave no random bytes".into()))
}

fn new_key() -> Result<Arc<Signer>, Stop> {
    let signer = Signer::from_seed(&random()?);
    signer
        .map(Arc::new)
        .ok_or_else(|| Stop::Harness("a signing key could not be made".into()))
}
