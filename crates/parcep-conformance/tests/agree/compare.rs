//! Both evaluators, asked the same.

use crate::fast::{self, Compiled, Tables, Told, Wanted};
use crate::faults::Fault;
use crate::policies::DAY;
use crate::scenes::{Ask, Scene};
use parcep_conformance::naive::{Effect, Known, Question, Reading, decide_unidentified};

/// What was compared.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    /// A policy at an instant.
    pub(crate) pairs: u32,
    /// Later instants at which the effect was looked at.
    pub(crate) later: u32,
}

/// A case in which the two differ.
#[derive(Debug)]
pub(crate) struct Differs {
    pub(crate) case: usize,
    pub(crate) how: String,
}

/// One in so many cases is followed over the time until the next change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Followed(pub(crate) usize);

/// Compares every case of a scene, core's side with a fault.
pub(crate) fn compare(
    tables: &Tables,
    scene: &Scene,
    fault: Fault,
    followed: Followed,
    count: &mut Count,
) -> Result<(), Differs> {
    let differs = |case, how| Differs { case, how };
    let readings: Vec<_> = scene.policies.iter().map(Reading::of).collect();
    let faulty = fault.applied(scene);
    let compiled = faulty.policies.iter();
    let compiled: Result<Vec<_>, _> = compiled.map(|p| Compiled::of(tables, p)).collect();
    let compiled = compiled.map_err(|how| differs(0, how))?;
    for (case, (ask, asked)) in scene.asks.iter().zip(&faulty.asks).enumerate() {
        count.pairs += 1;
        let naive = answer(&readings, ask);
        let core = fast::ask(tables, &compiled, asked, Wanted::Everything);
        let core = fault.told(core.map_err(|how| differs(case, how))?);
        if naive != core {
            return Err(differs(case, format!("naive {naive:#?}\ncore {core:#?}")));
        }
        if case % followed.0 == 0 {
            follow(tables, &readings, &compiled, asked, &core, count)
                .map_err(|how| differs(case, how))?;
        }
    }
    Ok(())
}

/// The naive answer.
pub(crate) fn answer(readings: &[Reading], ask: &Ask) -> Told {
    let answer = if ask.unidentified {
        let served: Vec<_> = readings.iter().zip(&ask.usages).collect();
        decide_unidentified(&served, &ask.question).unwrap()
    } else {
        readings[0].decide(&ask.usages[0], &ask.question).unwrap()
    };
    Told::from(&answer)
}

/// R-EVAL-051: until the next change the effect is the same, and at it another, with the use that is
/// assumed; and R-EVAL-050, at the end of what remains.
fn follow(
    tables: &Tables,
    readings: &[Reading],
    compiled: &[Compiled],
    ask: &Ask,
    told: &Told,
    count: &mut Count,
) -> Result<(), String> {
    let now = ask.question.at;
    let end = told.next_change.unwrap_or(now + 8 * DAY);
    let mut instants: Vec<i64> = (1..=20).map(|part| now + (end - now) * part / 21).collect();
    instants.extend(told.next_change.map(|_| end - 1));
    instants.retain(|at| *at > now);
    let goes_on = told.effect == Effect::Allow.code();
    let mut expected: Vec<(i64, bool)> = instants.into_iter().map(|at| (at, true)).collect();
    expected.extend(told.next_change.map(|at| (at, false)));
    let instants: Vec<i64> = expected.iter().map(|(at, _)| *at).collect();
    let mut usages = Vec::new();
    for (reading, usage) in readings.iter().zip(&ask.usages) {
        let later = reading.later_usage(usage, &ask.question, goes_on, &instants);
        usages.push(later.map_err(|error| error.to_string())?);
    }
    // A lower bound that reaches the instant is certainty, which moves on with it.
    let known = match ask.question.known {
        Known::Since(lower) if lower >= ask.question.at => Known::Exactly,
        known => known,
    };
    for (number, (at, same)) in expected.into_iter().enumerate() {
        count.later += 1;
        let later = Ask {
            question: Question {
                at,
                known,
                ..ask.question.clone()
            },
            usages: usages.iter().map(|of| of[number].clone()).collect(),
            unidentified: ask.unidentified,
        };
        let then = fast::ask(tables, compiled, &later, Wanted::Effect)?;
        if (then.effect == told.effect) != same {
            return Err(format!(
                "at {} core answers {told:#?}\nat {at}, {} s later, {then:#?}\nwith {:#?}",
                now,
                at - now,
                later.usages
            ));
        }
    }
    Ok(())
}
