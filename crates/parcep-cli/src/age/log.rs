//! `parcep age log`: what was shared about the person, with whom and when.

use super::own::read_log;
use super::words;
use crate::failure::Failure;
use crate::online::answer;
use clap::Args;
use comfy_table::{Table, presets};
use parcep_core::age::{Disclosure, DisclosureEvent};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments of `age log`.
#[derive(Debug, Args)]
#[command(
    after_help = "The list belongs to the person it is about. It stays on the device, and lines go after 366 days."
)]
pub struct Log {
    /// The list, or `-` for stdin
    #[arg(value_name = "FILE", default_value = "age-shared.jsonl")]
    pub list: PathBuf,
    /// Only what this audience was told
    #[arg(long, value_name = "TEXT")]
    pub audience: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Log {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let list = read_log(&self.list)?;
        let wanted = |line: &&Disclosure| match (&self.audience, &line.event) {
            (None, _) => true,
            (Some(wanted), DisclosureEvent::Shared { audience, .. }) => wanted == audience,
            (Some(_), DisclosureEvent::Corrected) => false,
        };
        let lines: Vec<_> = list.lines().iter().filter(wanted).collect();
        let values: Vec<_> = lines.iter().map(|line| value(line)).collect();
        let words = match lines.as_slice() {
            [] => "Nothing was shared.\n".to_owned(),
            lines => format!("{}\n", table(lines)),
        };
        answer(self.json, &values, &words)
    }
}

fn table(lines: &[&Disclosure]) -> Table {
    let plain = |name: &str| name.replace('_', " ");
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["Day", "Who was told", "What", "How it is known", "What for"]);
    for line in lines {
        let day = line.day.to_string();
        match &line.event {
            DisclosureEvent::Shared {
                audience,
                interval,
                method,
                purpose,
            } => table.add_row([
                day,
                audience.clone(),
                words::spoken(*interval),
                plain(method.name()),
                plain(purpose.name()),
            ]),
            DisclosureEvent::Corrected => {
                table.add_row([day, String::new(), "what is known was corrected".to_owned()])
            }
        };
    }
    table
}

fn value(line: &Disclosure) -> Value {
    let day = line.day.to_string();
    match &line.event {
        DisclosureEvent::Shared {
            audience,
            interval,
            method,
            purpose,
        } => json!({
            "day": day, "event": "shared", "audience": audience, "lower": interval.lower(),
            "upper": interval.upper(), "method": method.name(), "purpose": purpose.name(),
        }),
        DisclosureEvent::Corrected => json!({ "day": day, "event": "corrected" }),
    }
}
