//! `parcep demo`: the whole way in one command, on this machine only, in a folder that goes away.
//!
//! ```text
//! relay starts ─► household from a PCPS file ─► devices join ─► a day of decisions ─► a denial as
//! the child sees it ─► [relay is killed and comes back] ─► a rule changes live ─► an age signal ─►
//! what the relay's files give away ─► the suite judges the relay
//! ```

mod age;
mod child;
mod day;
mod fleet;
mod judge;
mod kill;
mod live;
mod relay;
mod scan;

use crate::failure::{Failure, Kind};
use crate::online::household::settle;
use crate::online::{block_on, failed};
use crate::{files, policy};
use clap::Args;
use fleet::Fleet;
use parcep_client::guardian::{Founder, Guardian};
use parcep_client::{Link, Trust};
use parcep_interchange::family::Imported;
use relay::Relay;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The family that the demo shows when none is given.
const SAMPLE: &str = include_str!("../../assets/family.json");

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// A PCPS document to take the family from; without it a sample family
    #[arg(long, value_name = "FILE")]
    pub pcps: Option<PathBuf>,
    /// Kill the relay with SIGKILL in the middle of a burst of writes, start it again, and prove that
    /// nothing acknowledged was lost
    #[arg(long)]
    pub kill_relay: bool,
    /// Keep the demo's folder and say where it is
    #[arg(long)]
    pub keep: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// One thing that the demo showed.
#[derive(Debug, Serialize)]
struct Shown {
    step: &'static str,
    passed: bool,
    milliseconds: u128,
    said: String,
}

/// Says what happens, and remembers how it went.
struct Stage {
    json: bool,
    shown: Vec<Shown>,
    since: Instant,
}

impl Demo {
    /// Runs the demo.
    ///
    /// # Errors
    /// If a step could not be carried out, or showed something that must not be.
    pub fn run(&self) -> Result<(), Failure> {
        let imported = self.family()?;
        let folder = tempfile::Builder::new().prefix("parcep-demo-").tempdir();
        let folder = folder.map_err(|error| {
            let message = format!("no folder for the demo: {error}; set TMPDIR to one with room");
            Failure::new(Kind::Failed, "WRITE_FAILED", message)
        })?;
        let mut stage = Stage::new(self.json);
        let played = block_on(self.play(&imported, folder.path(), &mut stage));
        if self.keep {
            let kept = folder.keep();
            stage.say(&format!("kept {}", kept.display()));
        }
        played?;
        stage.end()
    }

    async fn play(
        &self,
        imported: &Imported,
        folder: &Path,
        stage: &mut Stage,
    ) -> Result<(), Failure> {
        let family = &imported.family;
        let mut relay = Relay::start(folder).await?;
        stage.passed(
            "relay",
            format!("a relay runs as a process of its own on {}", relay.uri()),
        );

        let home = folder.join("guardian");
        let link = || Link::new(relay.uri(), &Trust::System).map_err(failed);
        let founder = Founder::of(family.children.len());
        let found = Guardian::found(&home, link()?, founder).await;
        let mut guardian = found.map_err(failed)?;
        settle(&mut guardian, family, &home).await?;
        keep_source(&home, imported)?;
        let entries = guardian.driver().member().head().0;
        stage.passed(
            "household",
            format!(
                "{} children from PCPS; the log has {entries} entries",
                family.children.len()
            ),
        );

        let mut fleet = Fleet::enrol(family, &mut guardian, folder, relay.uri()).await?;
        stage.say(&fleet.table());
        let said = format!(
            "{} enforcement points joined and followed the log",
            fleet.len()
        );
        stage.check("devices", fleet.all_reached(&guardian), said);

        let day = day::of(family, &fleet)?;
        stage.say(&day.text);
        stage.check("decisions", day.floor_always_allowed, day.said);
        let denial = child::denial(family, &fleet, &day.denied)?;
        stage.say(&denial.text);
        stage.check("denial", denial.passed, denial.said);

        if self.kill_relay {
            let outcome = kill::in_the_middle(&mut relay, &mut guardian, folder).await?;
            stage.check("kill", outcome.passed, outcome.said);
        }
        let change = live::change_a_rule(&mut guardian, &mut fleet).await?;
        stage.say(&change.text);
        stage.check("live change", change.passed, change.said);

        let signal = age::issue_and_verify(family)?;
        stage.check("age signal", signal.passed, signal.said);

        let found = scan::compare(imported, &relay.files(), &home)?;
        stage.say(&found.text);
        stage.check("blind relay", found.passed, found.said);

        let judged = judge::judge(&relay).await?;
        stage.say(&judged.text);
        stage.check("conformance", judged.passed, judged.said);
        relay.stop().await;
        Ok(())
    }

    fn family(&self) -> Result<Imported, Failure> {
        match &self.pcps {
            Some(path) => policy::load(path),
            None => parcep_interchange::pcps::import(SAMPLE.as_bytes())
                .map_err(|refusal| Failure::refused("the sample family", &refusal)),
        }
    }
}

/// The guardian keeps the family's own file; the relay must never show a word of it.
fn keep_source(home: &Path, imported: &Imported) -> Result<(), Failure> {
    let text = parcep_interchange::file::save(imported);
    let text = text.map_err(|refusal| Failure::refused("the imported policy", &refusal))?;
    files::write(&home.join("policy.json"), &text)
}

/// Outcome of a step: whether it holds, in one sentence, with what there is to look at.
struct Outcome {
    passed: bool,
    said: String,
    text: String,
}

impl Stage {
    fn new(json: bool) -> Self {
        Self {
            json,
            shown: Vec::new(),
            since: Instant::now(),
        }
    }

    fn say(&self, text: &str) {
        if !self.json && !text.is_empty() {
            // Where nobody listens any more the demo still ends as it should.
            let _ = files::print(&format!("{text}\n"));
        }
    }

    fn passed(&mut self, step: &'static str, said: String) {
        self.check(step, true, said);
    }

    fn check(&mut self, step: &'static str, passed: bool, said: String) {
        let milliseconds = self.since.elapsed().as_millis();
        self.since = Instant::now();
        let mark = if passed { "✓" } else { "✗" };
        self.say(&format!("{mark} {step}: {said} ({milliseconds} ms)"));
        self.shown.push(Shown {
            step,
            passed,
            milliseconds,
            said,
        });
    }

    fn end(self) -> Result<(), Failure> {
        let failed: Vec<_> = self
            .shown
            .iter()
            .filter(|s| !s.passed)
            .map(|s| s.step)
            .collect();
        let passed = failed.is_empty();
        let total: u128 = self.shown.iter().map(|s| s.milliseconds).sum();
        let words = format!(
            "\n{} of {} steps hold, in {:.1} s.\n",
            self.shown.len() - failed.len(),
            self.shown.len(),
            total as f64 / 1000.0
        );
        let value = serde_json::json!({ "passed": passed, "steps": self.shown });
        crate::online::answer(self.json, &value, &words)?;
        if passed {
            return Ok(());
        }
        let message = format!("the demo showed a fault in: {}", failed.join(", "));
        Err(Failure::new(Kind::Failed, "DEMO_FAILED", message))
    }
}
