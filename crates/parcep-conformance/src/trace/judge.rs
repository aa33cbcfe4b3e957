//! The verdict on every requirement.

use super::join::{Gathered, Ran};
use super::records::{Excuse, Records, row};
use super::{Evidence, Fault, FaultKind, Mutant, Requirement, State, Trace, Traced};
use std::collections::BTreeSet;

/// At most one binding requirement in so many is beyond testing.
pub(super) const EXCUSED_AT_MOST: usize = 10;

/// At most so many binding requirements are open.
pub(super) const OPEN_AT_MOST: usize = 25;

/// How many tests a fault names.
const NAMED: usize = 6;

/// Puts requirements, records and what ran side by side.
pub(super) fn judge(
    requirements: Vec<Requirement>,
    records: &Records,
    gathered: Gathered,
    mut faults: Vec<Fault>,
) -> Trace {
    let Gathered {
        tests,
        mutants,
        notes,
    } = gathered;
    let known: BTreeSet<String> = requirements.iter().map(|one| one.id.clone()).collect();
    faults.extend(records.faults_beside(&requirements));
    faults.extend(failed(&tests, &known));
    let mut judge = Judge {
        records,
        tests: &tests,
        mutants: &mutants,
        faults,
    };
    let traced: Vec<Traced> = requirements
        .into_iter()
        .map(|requirement| judge.one(requirement))
        .collect();
    let mut faults = judge.faults;
    faults.extend(too_many_excuses(&traced));
    faults.extend(too_many_open(&traced));
    faults.sort_by_key(|fault| fault.kind);
    let passed = tests.iter().filter(|ran| ran.passed);
    Trace {
        executed_tests: passed.count(),
        killed_mutants: mutants.iter().filter(|(_, m)| m.killed).count(),
        requirements: traced,
        provisional: records.provisional.all().to_vec(),
        faults,
        notes,
    }
}

struct Judge<'a> {
    records: &'a Records,
    tests: &'a [Ran],
    mutants: &'a [(String, Mutant)],
    faults: Vec<Fault>,
}

impl Judge<'_> {
    fn one(&mut self, requirement: Requirement) -> Traced {
        let tests = self.passed(&requirement.id);
        let mutants = self.mutants(&requirement, &tests);
        let (state, note) = self.state(&requirement, &tests, &mutants);
        let suspect = self.suspect(&requirement, state, &tests);
        if state == State::Missing && requirement.is_binding() {
            let what = "binds, and no test that cites it ran and passed; test it, or say in OPEN.md why it is open";
            self.fault(FaultKind::Missing, &requirement, what.to_owned());
        }
        Traced {
            requirement,
            state,
            suspect,
            note,
            tests,
            mutants,
        }
    }

    fn passed(&self, id: &str) -> Vec<Evidence> {
        let ran = self
            .tests
            .iter()
            .filter(|ran| ran.passed && ran.cites.contains(id));
        ran.map(|ran| ran.evidence.clone()).collect()
    }

    /// The faults that break it. A kill counts if a test did it that cites the requirement and passes
    /// on what is right.
    fn mutants(&mut self, requirement: &Requirement, tests: &[Evidence]) -> Vec<Mutant> {
        let own = self
            .mutants
            .iter()
            .filter(|(_, m)| m.requirement == requirement.id);
        let own: Vec<(String, Mutant)> = own.cloned().collect();
        own.into_iter()
            .map(|(record, mut mutant)| {
                let cites = |id: &String| {
                    tests
                        .iter()
                        .any(|test| test.id == *id && test.record == record)
                };
                mutant.killed = mutant.killed && mutant.by.iter().any(cites);
                if !mutant.killed {
                    let what = format!(
                        "`{}` breaks it, and no test that cites it notices ({record})",
                        mutant.name
                    );
                    self.fault(FaultKind::Survivor, requirement, what);
                }
                mutant
            })
            .collect()
    }

    fn state(
        &mut self,
        requirement: &Requirement,
        tests: &[Evidence],
        mutants: &[Mutant],
    ) -> (State, Option<String>) {
        let id = &requirement.id;
        let excuse = self.excuse(id);
        match (tests.is_empty(), excuse) {
            (true, Some((state, note, _))) => (state, Some(note)),
            (true, None) => (State::Missing, None),
            (false, excuse) => {
                if let Some((_, _, file)) = excuse {
                    let what = format!(
                        "a test runs for it now ({}); take the row out",
                        names(tests)
                    );
                    self.faults.push(row(file, id, &what));
                }
                let proven = mutants.iter().any(|mutant| mutant.killed);
                (
                    if proven {
                        State::Proven
                    } else {
                        State::Executed
                    },
                    None,
                )
            }
        }
    }

    /// The row that says why it has no test, and the file of that row.
    fn excuse(&self, id: &str) -> Option<(State, String, &'static str)> {
        let records = self.records;
        if let Some(Excuse { r#where, why, .. }) = records.statics.get(id) {
            let note = format!("{}: {}", r#where.trim(), why.trim());
            return Some((State::Static, note, "trace.toml"));
        }
        if let Some(excuse) = records.untestable.get(id) {
            let note = excuse.why.trim().to_owned();
            return Some((State::Untestable, note, "trace.toml"));
        }
        if let Some(feature) = records.provisional.of(id) {
            let note = format!("{}: {}", feature.name, feature.why.trim());
            return Some((State::Provisional, note, "trace.toml"));
        }
        let open = records.open.get(id);
        open.map(|why| (State::Open, why.clone(), "OPEN.md"))
    }

    /// Whether what is said of its tests was said of another sentence, or was never said.
    fn suspect(&mut self, requirement: &Requirement, state: State, tests: &[Evidence]) -> bool {
        let id = &requirement.id;
        let rests_on = if tests.is_empty() {
            format!("the reason why it is {}", state.name())
        } else {
            names(tests)
        };
        let what = match self.records.reviewed.agrees(requirement) {
            Some(true) => return false,
            Some(false) => format!(
                "its sentence changed, so what it rests on is suspect: {rests_on}; read that again, then \
                 `parcep-conform trace --accept {id}`"
            ),
            None if matches!(state, State::Provisional | State::Open | State::Missing) => {
                return false;
            }
            None => format!(
                "nobody has reviewed it yet; it rests on {rests_on}; read that, then \
                 `parcep-conform trace --accept {id}`"
            ),
        };
        self.fault(FaultKind::Suspect, requirement, what);
        true
    }

    fn fault(&mut self, kind: FaultKind, requirement: &Requirement, what: String) {
        let Requirement {
            id,
            title,
            chapter,
            anchor,
            ..
        } = requirement;
        self.faults.push(Fault {
            kind,
            requirement: Some(id.clone()),
            at: format!("{chapter}#{anchor}"),
            what: format!("{id} {title}: {what}"),
        });
    }
}

fn failed(tests: &[Ran], known: &BTreeSet<String>) -> Vec<Fault> {
    let failed = tests.iter().filter(|ran| !ran.passed);
    failed
        .map(|ran| {
            let cites: Vec<&str> = ran.cites.intersection(known).map(String::as_str).collect();
            let cites = if cites.is_empty() {
                "nothing".to_owned()
            } else {
                cites.join(", ")
            };
            Fault {
                kind: FaultKind::Failed,
                requirement: None,
                at: ran.evidence.record.clone(),
                what: format!("{} failed; it cites {cites}", ran.evidence.id),
            }
        })
        .collect()
}

fn too_many_excuses(traced: &[Traced]) -> Option<Fault> {
    // What is provisional does not bind yet.
    let total = of_states(traced, &State::ALL) - of_states(traced, &[State::Provisional]);
    let excused = of_states(traced, &[State::Static, State::Untestable]);
    (excused * EXCUSED_AT_MOST > total).then(|| Fault {
        kind: FaultKind::Excuses,
        requirement: None,
        at: "trace.toml".to_owned(),
        what: format!(
            "{excused} of {total} binding requirements are static or untestable; one in \
             {EXCUSED_AT_MOST} is the most"
        ),
    })
}

fn too_many_open(traced: &[Traced]) -> Option<Fault> {
    let open = of_states(traced, &[State::Open]);
    (open > OPEN_AT_MOST).then(|| Fault {
        kind: FaultKind::TooManyOpen,
        requirement: None,
        at: "OPEN.md".to_owned(),
        what: format!("{open} binding requirements are open; {OPEN_AT_MOST} are the most"),
    })
}

/// How many binding requirements have one of these states.
fn of_states(traced: &[Traced], states: &[State]) -> usize {
    let binding = traced.iter().filter(|one| one.requirement.is_binding());
    binding.filter(|one| states.contains(&one.state)).count()
}

fn names(tests: &[Evidence]) -> String {
    let named: Vec<&str> = tests
        .iter()
        .take(NAMED)
        .map(|test| test.id.as_str())
        .collect();
    let rest = tests.len() - named.len();
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    named.join(", ") + &more
}
