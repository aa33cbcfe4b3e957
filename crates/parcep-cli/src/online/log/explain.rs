//! `parcep log explain`: the log as a story.

use super::told::{Story, Told};
use super::verify::export;
use crate::failure::Failure;
use crate::online::who::{Who, short};
use crate::online::{act, answer, time};
use clap::Args;
use parcep_core::document::{Header, PayloadType};
use parcep_core::household::{Effect, Outcome};
use parcep_core::reason::{Reason, code};
use parcep_core::registry;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `log explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A member's folder; its keys decide what can be told
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// A file of `household export`, in place of the folder's own log
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only this entry
    #[arg(long, value_name = "NUMBER")]
    pub entry: Option<u64>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// An entry in words.
#[derive(Debug, Serialize)]
pub(in crate::online) struct Line {
    seq: u64,
    at: Option<String>,
    author: String,
    verified: bool,
    what: String,
    outcome: &'static str,
    reason: Option<&'static str>,
    why: Option<String>,
}

impl Explain {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let export = self.file.as_deref().map(export).transpose()?;
        let story = Story::of(&self.household, export)?;
        let wanted = |told: &&Told| self.entry.is_none_or(|seq| told.entry.seq == seq);
        let told = story.entries.iter().filter(wanted);
        let lines: Vec<Line> = told.map(|told| Line::of(told, &story.who)).collect();
        if let (Some(seq), true) = (self.entry, lines.is_empty()) {
            let message = format!(
                "there is no entry {seq}; the log has {}",
                story.entries.len()
            );
            return Err(Failure::usage("UNKNOWN_ENTRY", message));
        }
        let mut words = String::new();
        for line in &lines {
            words.push_str(&line.words());
        }
        if let Some(fault) = story.fault {
            let _ = writeln!(
                words,
                "Nothing is believed from entry {} on [{}]: {}",
                fault.seq,
                code(fault.reason),
                meaning(fault.reason)
            );
        }
        answer(self.json, &lines, &words)
    }
}

impl Line {
    /// What can be said of an entry.
    pub(in crate::online) fn of(told: &Told, who: &Who) -> Self {
        let header = told.header.as_ref();
        let (outcome, reason, why) = match &told.outcome {
            Outcome::Effect(_) => ("effect", None, None),
            Outcome::NoEffect(reason) => ("void", Some(code(*reason)), Some(meaning(*reason))),
            Outcome::Misplaced(reason) => {
                let why =
                    "a member signed it otherwise than it is served; it keeps its place for now";
                ("misplaced", Some(code(*reason)), Some(why.to_owned()))
            }
            Outcome::Unopened => {
                let why = "its header opens with no secret held here; it keeps its place for now";
                ("unopened", None, Some(why.to_owned()))
            }
        };
        Self {
            seq: told.entry.seq,
            at: header
                .filter(|_| told.left.is_none())
                .map(|header| time::at(header.issued_at)),
            author: told.left.clone().unwrap_or_else(|| told.author.clone()),
            verified: header.is_some(),
            what: header.map_or_else(
                || "something that no key of a member verifies".to_owned(),
                |header| what(header, told, who),
            ),
            outcome,
            reason,
            why,
        }
    }

    /// For a person.
    pub(in crate::online) fn words(&self) -> String {
        let at = match &self.at {
            Some(at) => format!("{at}  "),
            None if self.verified => String::new(),
            None => "at an unknown time  ".into(),
        };
        let claims = if self.verified { "" } else { "claims to be " };
        let (seq, author, what) = (self.seq, &self.author, &self.what);
        let mut words = format!("#{seq}  {at}{claims}{author}\n    {what}\n");
        if let Some(why) = &self.why {
            let reason = self.reason.unwrap_or("UNOPENED");
            let _ = writeln!(words, "    no effect [{reason}]: {why}");
        }
        words
    }
}

/// What a document says, in words; what it left behind, where it had effect.
fn what(header: &Header, told: &Told, who: &Who) -> String {
    if told.left.is_some() {
        return "has left the household".into();
    }
    let whom = header.dependant.map(|id| who.person(id));
    let whom = whom.as_deref().unwrap_or("the household");
    let law = told.after.as_ref().map(|household| {
        let law = household.constitution();
        format!(
            ": guardians {} (threshold {}), dependants {}",
            who.persons(law.guardians().iter().map(|guardian| guardian.id)),
            law.threshold(),
            who.persons(law.dependants().iter().map(|dependant| dependant.id)),
        )
    });
    let law = law.unwrap_or_default();
    let text = match header.payload_type {
        PayloadType::Genesis => return format!("founded the household{law}"),
        PayloadType::Constitution => return format!("changed the constitution{law}"),
        // What was proposed, or the last consent to it.
        _ if told.outcome == Outcome::Effect(Effect::Constitution) => {
            return format!("changed the constitution{law}");
        }
        PayloadType::Proposal => return proposed(header, told, who),
        PayloadType::Approve => "consented to a proposal",
        PayloadType::Effect => "completed a proposal whose week is over",
        PayloadType::Cancel => "ended a proposal before it had effect",
        PayloadType::Moved => {
            let home = told.after.as_ref().and_then(|household| household.home());
            return format!("moved the log to {}", home.unwrap_or("another relay"));
        }
        PayloadType::RemoveEnforcementPoint => "took an enforcement point out of the household",
        PayloadType::Resolve => "ended a fork: of the stories that relays told, one goes on",
        PayloadType::Erase => "ended the household",
        PayloadType::PrincipalDevices => "set the devices of a person",
        PayloadType::EnforcementPoint => "added an enforcement point, or gave it new keys",
        PayloadType::Epoch => "gave everybody who belongs new secrets",
        PayloadType::PolicyLayer => return format!("set rules for {whom}"),
        PayloadType::Override => return format!("acted beside the rules for {whom}"),
        PayloadType::Identity => return format!("set the names shown to {whom}"),
        other => {
            let text = registry::payload_type(other).map_or("wrote a document", |row| row.text);
            return format!("{} [{}]", text.trim_end_matches('.'), other.as_str_name());
        }
    };
    text.to_owned()
}

/// What was proposed, where it still waited behind its entry.
fn proposed(header: &Header, told: &Told, who: &Who) -> String {
    let waits = told.after.as_ref().and_then(|household| {
        let mut open = household.proposals();
        let open = open.find(|open| open.id == header.document_id)?;
        let what = act::sentences(open.act(), household, who).join("; ");
        Some(format!("proposed {}: {what}", short(&open.hash.to_hex())))
    });
    waits.unwrap_or_else(|| "proposed a change that several decide".into())
}

fn meaning(reason: Reason) -> String {
    let row = registry::error_reason(reason);
    let text = row.map_or("no reason is known", |row| row.text);
    text.trim_end_matches('.').to_owned()
}
