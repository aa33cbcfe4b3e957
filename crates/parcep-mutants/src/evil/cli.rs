//! `parcep-mutants evil`.

use super::{Behaviour, Bound, Verdict, behaviours};
use clap::Args;
use parcep_core::reason;
use std::process::ExitCode;

/// Plays every behaviour of a hostile relay against honest members, and prints what they notice.
///
/// Exit code 0: each was noticed by every honest member as its row says, or did no harm, and an honest
/// relay raised nothing. 1: not so.
#[derive(Debug, Args)]
pub(crate) struct Evil {
    /// Only this one
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Evil {
    /// Runs the command.
    pub(crate) fn run(&self) -> ExitCode {
        let asked = |row: &&Behaviour| self.only.as_ref().is_none_or(|only| only == row.name);
        let rows: Vec<_> = behaviours().filter(asked).collect();
        if rows.is_empty() {
            eprintln!("error: no such behaviour; `parcep-mutants evil` shows them all");
            return ExitCode::from(2);
        }
        let mut all_hold = true;
        for row in &rows {
            let (played, control) = (row.play(), row.control());
            all_hold &= played.holds && control.holds;
            if self.json {
                println!("{}", row.json(&played, &control));
            } else {
                print!("{}", row.text(&played, &control));
            }
        }
        if !self.json {
            let said = if all_hold {
                "all as they should"
            } else {
                "NOT all as they should"
            };
            println!("{} behaviours, each with its control: {said}", rows.len());
        }
        match all_hold {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(1),
        }
    }
}

impl Behaviour {
    fn noticed_as(&self) -> &'static str {
        match self.bound {
            Bound::Pending => "PENDING",
            Bound::Day => "STALE",
            bound => bound.reason().map_or("-", reason::code),
        }
    }

    fn text(&self, played: &Verdict, control: &Verdict) -> String {
        let mark = if played.holds && control.holds {
            "ok"
        } else {
            "NOT"
        };
        let mut out = format!(
            "{mark:<4}{:<26}{:<15}{:<15}{}\n",
            self.name,
            self.noticed_as(),
            self.bound.to_string(),
            self.what
        );
        if let Bound::Harmless(why) = self.bound {
            out += &format!("{:60}because {why}\n", "");
        }
        if !played.holds {
            out += &format!("{:60}seen: {}\n", "", played.seen);
        }
        if !control.holds {
            out += &format!("{:60}control: {}\n", "", control.seen);
        }
        out
    }

    fn json(&self, played: &Verdict, control: &Verdict) -> serde_json::Value {
        let why = match self.bound {
            Bound::Harmless(why) => Some(why),
            _ => None,
        };
        serde_json::json!({
            "name": self.name, "what": self.what, "bound": self.bound.to_string(),
            "noticed_as": self.noticed_as(), "because": why, "defence": self.defence,
            "holds": played.holds, "seen": played.seen, "calls": played.calls,
            "control": control.holds,
        })
    }
}
