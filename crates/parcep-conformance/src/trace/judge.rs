//! The verdict on every requirement.

use super::join::{Gathered, Ran};
use super::records::{Excuse, Records, row};
use super::{Evidence, Fault, FaultKind, Mutant, Requirement, State, Trace, Traced};
use std::collections::BTreeSet;

/// At most one binding requirement in so many is beyond testing.
const EXCUSED_AT_MOST: usize = 10;

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
    faults.sort_by_key(|fault| fault.kind);
    let passed = tests.iter().filter(|ran| ran.passed);
    Trace {
        executed_tests: passed.count(),
        killed_mutants: mutants.iter().filter(|(_, m)| m.killed).count(),
        requirements: traced,
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
            let what = "binds, and no test that cites it ran and passed; test it, or give it a row in OPEN.md";
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
        let Records {
            statics,
            untestable,
            open,
            ..
        } = self.records;
        let excuse = match (statics.get(id), untestable.get(id), open.get(id)) {
            (Some(Excuse { r#where, why, .. }), _, _) => Some((
                State::Static,
                format!("{}: {}", r#where.trim(), why.trim()),
                "trace.toml",
            )),
            (_, Some(excuse), _) => Some((
                State::Untestable,
                excuse.why.trim().to_owned(),
                "trace.toml",
            )),
            (_, _, Some(theme)) => Some((State::Open, theme.clone(), "OPEN.md")),
            _ => None,
        };
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
            None if matches!(state, State::Open | State::Missing) => return false,
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
    let binding = traced.iter().filter(|one| one.requirement.is_binding());
    let total = binding.clone().count();
    let excused = binding
        .filter(|one| matches!(one.state, State::Static | State::Untestable))
        .count();
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
