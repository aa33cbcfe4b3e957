//! `parcep decide`: one question, one answer, offline.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::rules::Rules;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcep_core::age::{AgeAssurance, AgeInterval};
use parcep_core::decide::{Action, Answer, Context, Effect, KnownAge, Reason, Usage, decide};
use parcep_core::help::{HelpDirectory, RightsFloor};
use parcep_core::policy::{Category, HostName, Profile};
use parcep_core::ratings::RatingTable;
use parcep_interchange::Refusal;
use parcep_interchange::json::{self, Limits};
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `decide`.
#[derive(Debug, Args)]
#[command(after_help = "Example, offline, from a PCPS document:\n  \
    parcep decide --policy family.json --child child-001 --at 2026-05-05T19:30:00+02:00 \\\n    \
    --action 'app:pcps/Some Game' --category games\n\n\
    Usage rows: [{\"target\": \"device\", \"seconds\": 1800}, {\"target\": \"category:games\", \"seconds\": 600}, \
    {\"target\": \"spending\", \"period\": \"month\", \"minor\": 250}]")]
pub struct Decide {
    /// The question.
    #[command(flatten)]
    pub asked: Asked,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// A question and the rules that it is asked of.
#[derive(Debug, Args)]
pub struct Asked {
    /// A PCPS document, an imported policy or a policy as JSON, or `-` for stdin
    #[arg(long, value_name = "FILE", required_unless_present = "household")]
    pub policy: Option<PathBuf>,
    /// A member's folder instead: the rules as last synced, without any network
    #[arg(long, value_name = "DIR", conflicts_with = "policy")]
    pub household: Option<PathBuf>,
    /// Whose rules: the child's id; in a folder also its name or its id in the log
    #[arg(long, value_name = "ID")]
    pub child: String,
    /// The instant, RFC 3339 with an offset, such as 2026-05-05T19:30:00+02:00
    #[arg(long, value_name = "RFC3339")]
    pub at: String,
    /// What is to be done: `device`, `app:NAMESPACE/ID`, `host:NAME`, `content:SYSTEM/LABEL`,
    /// `content:unrated/MEDIUM`, `contact:IDENTIFIER`, `caller:IDENTIFIER`,
    /// `purchase:CURRENCY/MINOR[/in_app|download]`,
    /// `install:NAMESPACE/ID`, `service:URN`, `add_contact:IDENTIFIER`, `feature:CODE`
    #[arg(long, value_name = "A")]
    pub action: String,
    /// A category that the app, host or content is in; may be repeated
    #[arg(long, value_name = "NAME")]
    pub category: Vec<String>,
    /// What is known of the child's age: `13-16` for 13 and not yet 16, `18+`, or `unknown`
    #[arg(long, value_name = "YEARS", default_value = "unknown")]
    pub age: String,
    /// How sure the age is: `asserted`, `basic`, `standard`, `enhanced` or `strict`
    #[arg(long, value_name = "LEVEL", requires = "age")]
    pub age_assurance: Option<String>,
    /// What was used so far: a JSON array of rows, or `-` for stdin
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,
}

impl Decide {
    /// Answers the question.
    ///
    /// # Errors
    /// The command line or one of the files is wrong.
    pub fn run(&self) -> Result<(), Failure> {
        let question = self.asked.question()?;
        let rules = self.asked.rules()?;
        let usage = usage(self.asked.usage.as_deref())?;
        let compiled = rules.compile(&question.ratings)?;
        let answer = decide(&compiled, &usage, &question.context()).answer();
        let text = if self.json {
            as_json(&answer)?
        } else {
            in_words(&rules.profile, &answer, &question)
        };
        files::print(&text).map_err(|error| {
            let message = format!("the answer cannot be printed: {error}");
            Failure::new(Kind::Failed, "WRITE_FAILED", message)
        })
    }
}

impl Asked {
    /// The rules, from wherever they are.
    pub(crate) fn rules(&self) -> Result<Rules, Failure> {
        let from_stdin = |path: &Option<PathBuf>| path.as_deref().is_some_and(files::is_standard);
        if from_stdin(&self.policy) && from_stdin(&self.usage) {
            let message = "`--policy` and `--usage` cannot both come from stdin; name a file";
            return Err(Failure::usage("USAGE", message));
        }
        rules(
            self.policy.as_deref(),
            self.household.as_deref(),
            &self.child,
        )
    }

    /// The question, checked.
    pub(crate) fn question(&self) -> Result<Question, Failure> {
        let at = self.at.parse().map_err(|_| {
            let message = "`--at` is not an RFC 3339 date-time with an offset; write it like \
                           2026-05-05T19:30:00+02:00";
            Failure::usage("BAD_TIMESTAMP", message)
        })?;
        let ratings = RatingTable::bundled();
        let asked = action(&self.action, &ratings)?;
        // As every enforcement point does before it asks; which numbers a platform adds, nobody knows here.
        let floor = RightsFloor::new(HelpDirectory::bundled(), []);
        Ok(Question {
            at,
            action: floor.apply(asked.clone()),
            asked,
            categories: categories(&self.category)?,
            age: age(&self.age, self.age_assurance.as_deref())?,
            ratings,
        })
    }
}

/// What the command line asks, checked.
pub(crate) struct Question {
    pub(crate) at: Timestamp,
    /// What is decided: the service, where what is asked about is on the rights floor (R-FLOOR-001).
    pub(crate) action: Action,
    /// What the command line asks about.
    pub(crate) asked: Action,
    pub(crate) categories: Vec<Category>,
    pub(crate) age: Option<KnownAge>,
    pub(crate) ratings: Arc<RatingTable>,
}

impl Question {
    /// Whether the rights floor opens it, by the help directory and whatever the rules say.
    fn is_help(&self) -> bool {
        self.action != self.asked
    }

    /// With everything that is known about it.
    pub(crate) fn context(&self) -> Context<'_> {
        let mut context = Context::new(self.at, &self.action).with_categories(&self.categories);
        context.age = self.age;
        context
    }
}

/// The rules of a child in a file or a folder.
pub(crate) fn rules(
    policy: Option<&Path>,
    household: Option<&Path>,
    child: &str,
) -> Result<Rules, Failure> {
    match (policy, household) {
        (Some(file), _) => Rules::from_file(file, child),
        (None, Some(folder)) => Rules::from_household(folder, child),
        (None, None) => {
            let message = "give the rules with `--policy FILE` or `--household DIR`";
            Err(Failure::usage("USAGE", message))
        }
    }
}

pub(crate) fn action(text: &str, ratings: &RatingTable) -> Result<Action, Failure> {
    let action = Action::parse(text, ratings)
        .map_err(|error| Failure::usage(error.code(), format!("`--action`: {error}")))?;
    no_slip(text, &action)?;
    Ok(action)
}

pub(crate) fn categories(names: &[String]) -> Result<Vec<Category>, Failure> {
    let read = |name: &String| {
        let category = name.parse::<Category>();
        category.map_err(|error| Failure::usage(error.code(), format!("`--category`: {error}")))
    };
    names.iter().map(read).collect()
}

/// `13-16`, half-open, `18+`, or `unknown`.
fn age(text: &str, assurance: Option<&str>) -> Result<Option<KnownAge>, Failure> {
    let bad = || {
        let message =
            "`--age` is `13-16` for 13 and not yet 16, `18+` or `unknown`, with ages from 0 to 121";
        Failure::usage("BAD_AGE", message)
    };
    let assurance = match assurance.map(AgeAssurance::from_name) {
        None => AgeAssurance::NotTold,
        Some(Some(told)) if told != AgeAssurance::NotTold => told,
        Some(_) => {
            let message = "`--age-assurance` is asserted, basic, standard, enhanced or strict";
            return Err(Failure::usage("BAD_ASSURANCE", message));
        }
    };
    if text == "unknown" {
        return Ok(None);
    }
    let years = |text: &str| text.parse::<u32>().map_err(|_| bad());
    let (lower, upper) = match (text.strip_suffix('+'), text.split_once('-')) {
        (Some(lower), None) => (years(lower)?, None),
        (None, Some((lower, upper))) => (years(lower)?, Some(years(upper)?)),
        _ => return Err(bad()),
    };
    let interval = AgeInterval::new(lower, upper).map_err(|_| bad())?;
    Ok(Some(KnownAge::new(interval).with_assurance(assurance)))
}

/// A decision has an answer for a host that is no name (R-EVAL-024); a person who enters one rather
/// made a mistake, unless it is an IPv6 address.
fn no_slip(text: &str, action: &Action) -> Result<(), Failure> {
    let host = text.strip_prefix("host:").unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<HostName>() {
        Err(error) if *action == Action::UnnamedHost && bare.parse::<Ipv6Addr>().is_err() => {
            Err(Failure::usage(error.code(), format!("`--action`: {error}")))
        }
        _ => Ok(()),
    }
}

/// Rows of use; none without a file.
pub(crate) fn usage(path: Option<&Path>) -> Result<Usage, Failure> {
    let Some(path) = path else {
        return Ok(Usage::none());
    };
    let name = path.display().to_string();
    let bytes = files::read(path)?;
    // Read strictly first: places in the text, repeated members, depth and size.
    json::parse(&bytes, Limits::DOCUMENT)
        .map_err(|trouble| Failure::refused(&name, &Refusal::from(trouble)))?;
    Usage::from_json(&bytes).map_err(|error| {
        Failure::new(Kind::Input, error.code(), error.to_string())
            .in_file(&name)
            .at(error.pointer())
    })
}

fn as_json(answer: &Answer) -> Result<String, Failure> {
    serde_json::to_string_pretty(answer)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))
}

/// Two sentences, then rule, time left and until when.
fn in_words(profile: &Profile, answer: &Answer, question: &Question) -> String {
    let effect = match answer.effect {
        Effect::Allow => "Allowed",
        Effect::Ask => "A guardian has to be asked",
        Effect::Deny => "Denied",
    };
    let mut out = format!("{effect}: {}.\n", answer.reason.row().adult);
    if !answer.rules.is_empty() {
        let rules: Vec<_> = answer.rules.iter().map(ToString::to_string).collect();
        out.push_str(&format!("Rule: {}\n", rules.join(", ")));
    }
    if let Some(seconds) = answer.remaining_seconds {
        out.push_str(&format!("Time left: {}\n", span(seconds)));
    }
    if let Some(change) = answer.next_change {
        out.push_str(&format!("Until: {}\n", local(profile, change, question.at)));
    }
    if question.is_help() && answer.reason == Reason::RightsFloor {
        out.push_str("It is in the help directory: no rule, lock or spent budget closes it, and no report names it.\n");
    }
    if answer.effect != Effect::Allow {
        out.push_str("Emergency services and helplines are always allowed.\n");
    }
    out
}

fn span(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// The time on the dependant's clock; the weekday too if it is not today.
fn local(profile: &Profile, change: Timestamp, at: Timestamp) -> String {
    let zone = TimeZone::get(profile.zone.as_str()).unwrap_or(TimeZone::UTC);
    let (change, at) = (change.to_zoned(zone.clone()), at.to_zoned(zone));
    let form = if change.date() == at.date() {
        "%H:%M:%S"
    } else {
        "%A %d %B %Y, %H:%M:%S"
    };
    format!("{} ({})", change.strftime(form), profile.zone)
}
