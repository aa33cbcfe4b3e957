//! `parcep-mutants simulate`.

use super::faults::Offer;
use super::shrink::shrink;
use super::{FAULTS, Failure, Fault, Invariant, Plan, Tally, jobs};
use clap::Args;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

/// Plays families through partition, crash, restore and wrong clocks, and checks what must hold.
///
/// One seed is one family and one schedule. Exit code 0: everything held. 1: something did not, and
/// the shortest schedule is printed with the line that plays it again.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// How many seeds
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads; all cores if absent
    #[arg(long)]
    jobs: Option<usize>,
    /// Break something on purpose
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// Show for each invariant that a fault breaks it, and that nothing breaks without
    #[arg(long, conflicts_with = "fault")]
    prove: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What all seeds together showed.
#[derive(Debug, Default)]
struct Sum {
    seeds: u64,
    tally: Tally,
    failed: Option<(u64, Failure)>,
}

impl Simulate {
    /// Runs the command.
    pub(crate) fn run(&self) -> ExitCode {
        if self.prove {
            return self.prove();
        }
        let fault = match self.fault.as_deref() {
            None => None,
            Some(name) => match Fault::find(name) {
                Some(fault) => Some(fault),
                None => {
                    eprintln!("error: `{name}` is no fault of a simulation; they are:");
                    FAULTS.iter().for_each(|offer| eprintln!("{}", row(offer)));
                    return ExitCode::from(2);
                }
            },
        };
        let began = Instant::now();
        let sum = self.play(fault);
        let seconds = began.elapsed().as_secs_f64();
        match &sum.failed {
            None => {
                self.say_held(&sum, seconds);
                ExitCode::SUCCESS
            }
            Some((seed, failure)) => {
                self.say_broken(*seed, failure, fault);
                ExitCode::from(1)
            }
        }
    }

    fn play(&self, fault: Option<Fault>) -> Sum {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.jobs.unwrap_or(cores);
        let shows = !self.json && std::io::stderr().is_terminal();
        let mut sum = Sum::default();
        jobs::play(self.first, self.seeds, threads, fault, |done| {
            sum.seeds += 1;
            match done.result {
                Ok(tally) => add(&mut sum.tally, &tally),
                // The lowest seed that failed, whichever thread was quicker.
                Err(failure) => {
                    if sum
                        .failed
                        .as_ref()
                        .is_none_or(|(seed, _)| *seed > done.seed)
                    {
                        sum.failed = Some((done.seed, failure));
                    }
                }
            }
            if shows {
                eprint!("\r{} of {} seeds", sum.seeds, self.seeds);
                // Progress that cannot be shown is no fault.
                let _ = std::io::stderr().flush();
            }
            sum.failed.is_none()
        });
        if shows {
            eprintln!();
        }
        sum
    }

    fn say_held(&self, sum: &Sum, seconds: f64) {
        let tally = &sum.tally;
        if self.json {
            let value = serde_json::json!({
                "seeds": sum.seeds, "first": self.first, "held": true, "seconds": seconds,
                "devices": tally.devices, "entries": tally.entries, "void": tally.void,
                "acknowledged": tally.acknowledged, "effects": tally.effects,
                "power_cuts": tally.power_cuts, "moves": tally.moves, "restores": tally.restores, "lost": tally.lost,
                "waited": tally.waited, "ended": tally.ended, "decisions": tally.decisions,
                "sections": tally.sections, "bytes": tally.bytes,
            });
            println!("{value}");
            return;
        }
        println!(
            "{} seeds in {seconds:.1} s: {} devices, {} entries, {} of them void, {} power cuts, \
             {} moves, {} relays restored, {} acts after a week, {} households ended",
            sum.seeds,
            tally.devices,
            tally.entries,
            tally.void,
            tally.power_cuts,
            tally.moves,
            tally.restores,
            tally.waited,
            tally.ended
        );
        println!(
            "checked: {} acknowledged writes ({} that a restore took, and their authors asked), {} effects, {} decisions on the floor, {} sections, \
             {} bytes at relays",
            tally.acknowledged,
            tally.lost,
            tally.effects,
            tally.decisions,
            tally.sections,
            tally.bytes
        );
        for (_, text) in Invariant::ALL {
            println!("  held: {text}");
        }
    }

    fn say_broken(&self, seed: u64, failure: &Failure, fault: Option<Fault>) {
        let plan = Plan::of(seed);
        let (short, why) = shrink(&plan, fault, failure.invariant);
        let why = if why.what.is_empty() { failure } else { &why };
        let named = fault.and_then(|fault| FAULTS.iter().find(|offer| offer.fault == fault));
        let named = named.map_or(String::new(), |offer| format!(" --fault {}", offer.name));
        let again = format!("parcep-mutants simulate --seeds 1 --first {seed}{named}");
        if self.json {
            let steps = short.steps.iter().map(ToString::to_string);
            let value = serde_json::json!({
                "held": false, "seed": seed, "invariant": failure.invariant.to_string(),
                "what": why.what, "steps": steps.collect::<Vec<_>>(), "again": again,
            });
            println!("{value}");
            return;
        }
        println!("seed {seed} breaks: {}", failure.invariant);
        println!("  {}", why.what);
        println!(
            "shortest schedule, {} of {} steps; family of {} guardians' devices, {} dependants, {} enforcement points:",
            short.steps.len(),
            plan.steps.len(),
            plan.guardians,
            plan.dependants,
            plan.points
        );
        short.steps.iter().for_each(|step| println!("  {step}"));
        println!("again: {again}");
    }

    /// Each fault must break its invariant, and no other before it.
    fn prove(&self) -> ExitCode {
        let mut proven = true;
        for offer in FAULTS {
            let sum = self.play(Some(offer.fault));
            let found = sum
                .failed
                .filter(|(_, failure)| failure.invariant == offer.breaks);
            proven &= found.is_some();
            let at = found.map_or_else(
                || format!("NOT FOUND in {} seeds", sum.seeds),
                |(seed, failure)| format!("seed {seed}: {}", failure.what),
            );
            if self.json {
                let value = serde_json::json!({
                    "fault": offer.name, "invariant": offer.breaks.to_string(), "found": at,
                });
                println!("{value}");
            } else {
                println!("{}\n    breaks: {}\n    {at}", row(offer), offer.breaks);
            }
        }
        let sum = self.play(None);
        let held = sum.failed.is_none();
        if !self.json {
            let said = if held { "held" } else { "BROKEN" };
            println!("without a fault, {} seeds: {said}", sum.seeds);
        }
        match proven && held {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(1),
        }
    }
}

fn row(offer: &Offer) -> String {
    format!("{:<14} {}", offer.name, offer.what)
}

fn add(sum: &mut Tally, one: &Tally) {
    sum.devices += one.devices;
    sum.entries += one.entries;
    sum.acknowledged += one.acknowledged;
    sum.effects += one.effects;
    sum.void += one.void;
    sum.waited += one.waited;
    sum.ended += one.ended;
    sum.moves += one.moves;
    sum.restores += one.restores;
    sum.lost += one.lost;
    sum.power_cuts += one.power_cuts;
    sum.decisions += one.decisions;
    sum.sections += one.sections;
    sum.bytes += one.bytes;
}
