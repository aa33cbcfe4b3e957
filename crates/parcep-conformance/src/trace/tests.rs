//! Invented specifications, each with one thing in it that tracing has to say.

use super::*;
use serde_json::{Value, json};

/// A specification with sources and records, in a folder of its own.
struct World(tempfile::TempDir);

const BINDS: &str = "### R-EXAMPLE-001 Reads {#r-example-001}\nA reader MUST read.\n";
const ADVISES: &str = "### R-EXAMPLE-002 Rests {#r-example-002}\nA reader SHOULD rest.\n";

impl World {
    /// Two requirements, one of them binding, with a test that ran for the binding one.
    fn sound() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.write("spec/01-one.md", &format!("# 1. One\n\n{BINDS}\n{ADVISES}"));
        world.record(&json!([test("T-1", "pass")]), &json!([]));
        world.accept("R-EXAMPLE-001");
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn record(&self, tests: &Value, mutants: &Value) {
        let record = json!({"format": "parcep-evidence/1", "tests": tests, "mutants": mutants});
        self.write("out/record.json", &record.to_string());
    }

    fn accept(&self, id: &str) {
        let spec = self.0.path().join("spec");
        let mut reviewed = Reviewed::read(&spec).unwrap();
        let (requirements, _) = read_spec(&spec).unwrap();
        reviewed.accept(requirements.iter().find(|one| one.id == id).unwrap());
        self.write("spec/reviewed.toml", &reviewed.to_toml());
    }

    fn try_trace(&self) -> Result<Trace, TraceError> {
        let at = |name: &str| self.0.path().join(name);
        run(&at("spec"), self.0.path(), &[at("out")])
    }

    fn trace(&self) -> Trace {
        self.try_trace().unwrap()
    }

    /// State of the binding requirement.
    fn state(&self) -> State {
        self.trace().requirements[0].state
    }

    /// The only fault.
    fn fault(&self) -> Fault {
        let faults = self.trace().faults;
        assert_eq!(faults.len(), 1, "{faults:#?}");
        faults[0].clone()
    }
}

fn test(id: &str, verdict: &str) -> Value {
    json!({"id": id, "requirements": ["R-EXAMPLE-001"], "verdict": verdict})
}

fn mutant(killed: bool, by: &[&str]) -> Value {
    json!({"name": "does not read", "requirement": "R-EXAMPLE-001", "killed": killed, "by": by})
}

#[test]
fn a_sound_specification_has_no_fault_and_advice_needs_no_test() {
    let trace = World::sound().trace();
    assert_eq!(trace.faults, []);
    assert_eq!(trace.exit_code(), 0);
    let states: Vec<_> = trace.requirements.iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Executed, State::Missing]);
    assert_eq!(trace.requirements[0].tests[0].id, "T-1");
}

/// R-CONF-007
#[test]
fn without_a_record_nothing_ran_whatever_the_sources_cite() {
    let world = World::sound();
    std::fs::remove_file(world.0.path().join("out/record.json")).unwrap();
    world.write("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
    world.write(
        "crates/a/tests/t.rs",
        "/// R-EXAMPLE-001\n#[test]\nfn reads() {}\n",
    );
    let trace = world.trace();
    assert!(trace.is_empty());
    assert_eq!(trace.exit_code(), 4);
    assert_eq!(world.state(), State::Missing);
}

/// R-CONF-007
#[test]
fn only_a_test_that_passed_counts() {
    for verdict in ["skip", "not-applicable", "inconclusive", "error"] {
        let world = World::sound();
        world.record(&json!([test("T-1", verdict)]), &json!([]));
        assert_eq!(world.state(), State::Missing, "{verdict}");
        assert!(world.trace().is_empty());
    }
}

/// R-CONF-011
#[test]
fn a_test_that_failed_is_a_fault_even_if_another_one_passed() {
    let world = World::sound();
    world.record(
        &json!([test("T-1", "pass"), test("T-2", "fail")]),
        &json!([]),
    );
    let fault = world.fault();
    assert_eq!(fault.kind, FaultKind::Failed);
    assert_eq!(fault.what, "T-2 failed; it cites R-EXAMPLE-001");
}

/// R-CONF-011
#[test]
fn what_binds_and_is_missing_is_a_fault_and_a_row_in_open_says_when_it_ends() {
    let world = World::sound();
    let other = json!({"id": "T-3", "requirements": [], "verdict": "pass"});
    world.record(&json!([other]), &json!([]));
    let fault = world.fault();
    assert_eq!(fault.kind, FaultKind::Missing);
    assert_eq!(fault.at, "01-one.md#r-example-001");
    world.write(
        "spec/OPEN.md",
        "| Requirement | Theme | Why |\n|---|---|---|\n| R-EXAMPLE-001 | trust | nobody reads yet |\n",
    );
    let one = &world.trace().requirements[0];
    assert_eq!(
        (one.state, one.note.as_deref()),
        (State::Open, Some("trust: nobody reads yet"))
    );
    assert_eq!(world.trace().faults, []);
}

/// R-CONF-004, R-CONF-007
#[test]
fn a_requirement_is_proven_by_a_killed_fault_of_its_own_and_by_nothing_else() {
    let tests = json!([test("T-1", "pass"), {"id": "T-2", "requirements": [], "verdict": "pass"}]);
    let world = World::sound();
    world.record(&tests, &json!([mutant(true, &["T-2", "T-1"])]));
    assert_eq!(world.state(), State::Proven);
    assert_eq!(world.trace().faults, []);
    let survivors = [
        ("nobody noticed", mutant(false, &[])),
        (
            "only a test that cites something else noticed",
            mutant(true, &["T-2"]),
        ),
        ("a test noticed that never passed", mutant(true, &["T-9"])),
    ];
    for (case, mutant) in survivors {
        world.record(&tests, &json!([mutant]));
        assert_eq!(world.state(), State::Executed, "{case}");
        assert_eq!(world.fault().kind, FaultKind::Survivor, "{case}");
    }
}

/// R-CONF-010
#[test]
fn static_and_untestable_need_a_reason_and_are_few() {
    let world = World::sound();
    world.write("spec/01-one.md", &chapter(10, "Because."));
    let all: Vec<String> = (2..=10)
        .map(|number| format!("R-EXAMPLE-{number:03}"))
        .collect();
    world.record(
        &json!([{"id": "T-1", "requirements": all, "verdict": "pass"}]),
        &json!([]),
    );
    let row = "[[static]]\nid = \"R-EXAMPLE-001\"\nwhere = \"the type Thing\"\nwhy = \"there is no other way\"\n";
    world.write("spec/trace.toml", row);
    for number in 1..=10 {
        world.accept(&format!("R-EXAMPLE-{number:03}"));
    }
    let trace = world.trace();
    assert_eq!(trace.faults, []);
    let one = &trace.requirements[0];
    assert_eq!(one.state, State::Static);
    assert_eq!(
        one.note.as_deref(),
        Some("the type Thing: there is no other way")
    );

    let second = "[[untestable]]\nid = \"R-EXAMPLE-002\"\nwhy = \"only a person can tell\"\n";
    world.write("spec/trace.toml", &format!("{row}{second}"));
    assert_eq!(
        world.fault().kind,
        FaultKind::Row,
        "a test runs for the second"
    );
    let fewer: Vec<&String> = all.iter().skip(1).collect();
    world.record(
        &json!([{"id": "T-1", "requirements": fewer, "verdict": "pass"}]),
        &json!([]),
    );
    assert_eq!(world.trace().requirements[1].state, State::Untestable);
    assert_eq!(world.fault().kind, FaultKind::Excuses, "two of ten");

    for bad in [
        row.replace("there is no other way", "no"),
        row.replace("the type Thing", ""),
    ] {
        world.write("spec/trace.toml", &bad);
        let kinds: Vec<_> = world.trace().faults.iter().map(|f| f.kind).collect();
        assert!(kinds.contains(&FaultKind::Row), "{bad}: {kinds:?}");
    }
}

/// R-CONF-011
#[test]
fn a_row_that_excuses_nothing_any_more_is_a_fault() {
    let bad_open = [
        (
            "a test runs for it",
            "| R-EXAMPLE-001 | trust | nobody reads yet |",
        ),
        (
            "no chapter has it",
            "| R-EXAMPLE-003 | trust | nobody reads yet |",
        ),
        ("it has no theme", "| R-EXAMPLE-002 | | nobody reads yet |"),
        ("it gives no reason", "| R-EXAMPLE-002 | trust | later |"),
        ("it has no reason", "| R-EXAMPLE-002 | trust |"),
        (
            "it stands twice",
            "| R-EXAMPLE-002 | trust | nobody reads yet |\n| R-EXAMPLE-002 | trust | nobody reads yet |",
        ),
    ];
    for (case, rows) in bad_open {
        let world = World::sound();
        world.write("spec/OPEN.md", rows);
        let faults = world.trace().faults;
        assert!(
            faults.iter().any(|f| f.kind == FaultKind::Row),
            "{case}: {faults:?}"
        );
    }
    let world = World::sound();
    world.write(
        "spec/OPEN.md",
        "| R-EXAMPLE-002 | trust | nobody rests yet |",
    );
    assert_eq!(world.trace().faults, [], "advice may wait too");
    world.write(
        "spec/trace.toml",
        "[[untestable]]\nid = \"R-EXAMPLE-002\"\nwhy = \"only a person can tell\"\n",
    );
    world.accept("R-EXAMPLE-002");
    assert_eq!(
        world.fault().what,
        "R-EXAMPLE-002: another row excuses it already"
    );
}

/// A chapter with so many binding requirements, each with this line below its sentence.
fn chapter(number: usize, below: &str) -> String {
    let one = |number| {
        let id = format!("R-EXAMPLE-{number:03}");
        let anchor = id.to_lowercase();
        format!("### {id} Thing {{#{anchor}}}\nA reader MUST do {number}.\n\n{below}\n\n")
    };
    (1..=number).map(one).collect()
}

/// R-CONF-021
#[test]
fn at_most_25_are_open() {
    let world = World::sound();
    let row = |number| format!("| R-EXAMPLE-{number:03} | trust | nobody reads yet |\n");
    world.write("spec/01-one.md", &chapter(27, "Because."));
    world.accept("R-EXAMPLE-001");
    world.write("spec/OPEN.md", &(2..=26).map(row).collect::<String>());
    assert_eq!(world.fault().kind, FaultKind::Missing, "the 27th");
    world.write("spec/OPEN.md", &(2..=27).map(row).collect::<String>());
    assert_eq!(world.fault().kind, FaultKind::TooManyOpen);
    world.write("spec/01-one.md", &chapter(26, "Because."));
    world.write("spec/OPEN.md", &(2..=26).map(row).collect::<String>());
    assert_eq!(world.trace().faults, []);
}

const FLYING: &str = "\
[[provisional]]
feature = \"flying\"
why = \"nobody has built wings\"
requirements = [\"R-EXAMPLE-002\"]
";

/// The second requirement binds, and belongs to a feature of which there is nothing.
fn flying() -> World {
    let world = World::sound();
    let mark = format!("{}flying.*", crate::spec::PROVISIONAL);
    let second = chapter(2, &mark).replacen(&mark, "Because.", 1);
    world.write("spec/01-one.md", &second);
    world.accept("R-EXAMPLE-001");
    world.write("spec/trace.toml", FLYING);
    world
}

/// R-CONF-020
#[test]
fn a_provisional_feature_needs_no_test_and_says_so_in_every_output() {
    let world = flying();
    let trace = world.trace();
    assert_eq!(trace.faults, []);
    let one = &trace.requirements[1];
    assert_eq!(
        (one.state, one.note.as_deref()),
        (State::Provisional, Some("flying: nobody has built wings"))
    );
    let page = trace.render();
    assert!(
        page.contains("2 binding requirements: 1 tested, 0 of them proven"),
        "{page}"
    );
    assert!(
        page.contains("1 provisional, in 1 feature; 0 open"),
        "{page}"
    );
    let json: Value = serde_json::from_str(&trace.to_json()).unwrap();
    assert_eq!(json["totals"]["binding"]["provisional"], 1);
    assert_eq!(json["provisional"][0]["name"], "flying");
    assert_eq!(json["requirements"][1]["provisional"], "flying");
}

/// R-CONF-020
#[test]
fn a_row_of_a_provisional_feature_goes_when_a_test_runs_and_stands_in_one_list_only() {
    let world = flying();
    let both = json!({"id": "T-2", "requirements": ["R-EXAMPLE-002"], "verdict": "pass"});
    world.record(&json!([test("T-1", "pass"), both]), &json!([]));
    world.accept("R-EXAMPLE-002");
    let fault = world.fault();
    assert_eq!(fault.kind, FaultKind::Row);
    assert!(
        fault.what.contains("a test runs for it now (T-2)"),
        "{}",
        fault.what
    );

    let world = flying();
    world.write(
        "spec/OPEN.md",
        "| R-EXAMPLE-002 | trust | nobody reads yet |",
    );
    assert_eq!(
        world.fault().what,
        "R-EXAMPLE-002: another row excuses it already"
    );
}

/// R-CONF-020
#[test]
fn chapter_and_row_agree_on_what_is_provisional_and_the_row_says_what_is_missing() {
    let faulty = [
        (
            "no reason",
            FLYING.replace("nobody has built wings", "later"),
            "what is missing",
        ),
        (
            "another name",
            FLYING.replace("flying", "sailing"),
            "does not say",
        ),
        ("no row", String::new(), "no feature here names it"),
        (
            "a row too many",
            FLYING.replace("\"]", "\", \"R-EXAMPLE-001\"]"),
            "does not say",
        ),
        (
            "no such id",
            FLYING.replace("\"]", "\", \"R-EXAMPLE-003\"]"),
            "no chapter has it",
        ),
        (
            "twice",
            FLYING.replace("\"]", "\", \"R-EXAMPLE-002\"]"),
            "stands twice",
        ),
        (
            "the same feature",
            format!("{FLYING}{}", FLYING.replace("\"R-EXAMPLE-002\"", "")),
            "stands twice",
        ),
        (
            "nothing of it",
            format!(
                "{FLYING}{}",
                FLYING
                    .replace("flying", "sailing")
                    .replace("\"R-EXAMPLE-002\"", "")
            ),
            "has no requirement",
        ),
    ];
    for (case, rows, what) in faulty {
        let world = flying();
        world.write("spec/trace.toml", &rows);
        let faults = world.trace().faults;
        let named = |fault: &Fault| fault.kind == FaultKind::Row && fault.what.contains(what);
        assert!(faults.iter().any(named), "{case}: {faults:#?}");
    }
}

/// R-CONF-009
#[test]
fn a_changed_sentence_makes_its_tests_suspect_until_somebody_accepts_it() {
    let world = World::sound();
    world.write(
        "spec/01-one.md",
        &BINDS
            .replace("must read", "x")
            .replace("read.", "read all."),
    );
    let fault = world.fault();
    assert_eq!(fault.kind, FaultKind::Suspect);
    assert!(
        fault.what.contains("T-1") && fault.what.contains("--accept R-EXAMPLE-001"),
        "{}",
        fault.what
    );
    assert!(world.trace().requirements[0].suspect);
    world.accept("R-EXAMPLE-001");
    assert_eq!(world.trace().faults, []);
    assert!(!world.trace().requirements[0].suspect);
}

/// R-CONF-009
#[test]
fn what_is_new_is_to_be_accepted_and_what_is_gone_to_be_dropped() {
    let world = World::sound();
    world.write("spec/reviewed.toml", "");
    assert_eq!(world.fault().kind, FaultKind::Suspect);
    let records = Records::read(&world.0.path().join("spec")).unwrap();
    let trace = world.trace();
    let new: Vec<_> = trace
        .unreviewed(&records)
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(new, ["R-EXAMPLE-001"]);
    world.accept("R-EXAMPLE-001");
    let rows = std::fs::read_to_string(world.0.path().join("spec/reviewed.toml")).unwrap();
    world.write(
        "spec/reviewed.toml",
        &format!("{rows}R-EXAMPLE-003 = \"0\"\n"),
    );
    assert_eq!(world.fault().kind, FaultKind::Row);
}

/// R-CONF-008
#[test]
fn a_hash_knows_words_and_not_line_breaks() {
    let one = requirement::hash("A reader MUST read.");
    assert_eq!(one, "58961ada53619079");
    assert_eq!(requirement::hash("  A reader\n MUST\t read.\n"), one);
    assert_ne!(requirement::hash("A reader MUST Read."), one);
}

#[test]
fn form_duplicates_and_ids_that_nothing_has_are_faults() {
    let world = World::sound();
    world.write("spec/profiles/a.md", "# A\n\nIt MAY be.\n");
    assert_eq!(world.fault().kind, FaultKind::Form);
    assert_eq!(world.fault().at, "profiles/a.md:3");
    world.write("spec/profiles/a.md", BINDS);
    assert_eq!(world.fault().kind, FaultKind::Duplicate);
    world.write("spec/profiles/a.md", "# A\n");
    world.write("crates/a/src/lib.rs", "\n// R-EXAMPLE-009\n");
    assert_eq!(world.fault().kind, FaultKind::UnknownId);
    assert_eq!(world.fault().at, "crates/a/src/lib.rs:2");
}

#[test]
fn invented_ids_are_no_fault_beside_a_specification_without_that_area() {
    let world = World::sound();
    let chapter = BINDS.replace("EXAMPLE", "REAL").replace("example", "real");
    world.write("spec/01-one.md", &chapter);
    world.write("spec/reviewed.toml", "");
    let gone = format!("R-{}-001", "GONE");
    world.write(
        "crates/a/src/lib.rs",
        &format!("// R-EXAMPLE-009, {gone}\n"),
    );
    let faults = world.trace().faults;
    let unknown: Vec<_> = faults
        .iter()
        .filter(|f| f.kind == FaultKind::UnknownId)
        .collect();
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert_eq!(unknown[0].requirement.as_deref(), Some(gone.as_str()));
}

const LOG: &str =
    "     Running tests/it/main.rs (target/debug/deps/it-0123456789abcdef)\n\ntest reads ... ok\n";

fn package(world: &World, name: &str, source: &str) {
    world.write(
        &format!("crates/{name}/Cargo.toml"),
        &format!("[package]\nname = \"{name}\"\n"),
    );
    world.write(&format!("crates/{name}/tests/it/main.rs"), source);
}

/// R-CONF-007
#[test]
fn a_log_is_joined_with_the_sources_and_says_where_a_test_stands() {
    let world = World::sound();
    world.record(&json!([]), &json!([]));
    world.write("out/tests.log", LOG);
    package(&world, "a", "/// R-EXAMPLE-001\n#[test]\nfn reads() {}\n");
    let trace = world.trace();
    assert_eq!(trace.faults, []);
    let test = &trace.requirements[0].tests[0];
    assert_eq!(test.id, "a/tests/it reads");
    assert_eq!(test.place.as_deref(), Some("crates/a/tests/it/main.rs:3"));
    assert_eq!(test.record, "out/tests.log");
}

/// R-CONF-007
#[test]
fn a_log_that_could_be_of_two_packages_counts_for_nothing_and_is_named() {
    let world = World::sound();
    world.record(&json!([]), &json!([]));
    world.write("out/tests.log", LOG);
    package(&world, "a", "/// R-EXAMPLE-001\n#[test]\nfn reads() {}\n");
    package(&world, "b", "#[test]\nfn reads() {}\n");
    let trace = world.trace();
    assert!(trace.is_empty());
    assert!(
        trace.notes[0].contains("two packages have such tests"),
        "{:?}",
        trace.notes
    );
    // One test more tells them apart.
    world.write("out/tests.log", &format!("{LOG}test writes ... ok\n"));
    package(
        &world,
        "b",
        "#[test]\nfn reads() {}\n#[test]\nfn writes() {}\n",
    );
    assert_eq!(world.trace().executed_tests, 2);
    assert_eq!(world.state(), State::Missing);
}

#[test]
fn a_test_that_reads_vectors_covers_what_they_cite_and_a_seeded_fault_proves() {
    let world = World::sound();
    world.record(&json!([]), &json!([]));
    world.write("out/tests.log", LOG);
    world.write(
        "spec/vectors/v1/read/a.json",
        "{\"requirements\": [\"R-EXAMPLE-001\"]}",
    );
    world.write(
        "spec/vectors/v1/reader.json",
        "{\"requirements\": [\"R-EXAMPLE-002\"]}",
    );
    let source = |body: &str| format!("#[test]\nfn reads() {{ {body} }}\n");
    package(&world, "a", &source("run(\"../../spec/vectors/v1/read\");"));
    assert_eq!(world.state(), State::Executed);
    assert_eq!(world.trace().requirements[1].state, State::Missing);
    package(&world, "a", &source("/* Seeded fault: R-EXAMPLE-001 */"));
    assert_eq!(world.state(), State::Proven);
    assert_eq!(world.trace().faults, []);
}

#[test]
fn a_record_of_another_shape_is_refused_and_another_file_is_passed_over() {
    let world = World::sound();
    world.write("out/site.json", "{\"format\": \"something/1\"}");
    assert_eq!(world.trace().faults, []);
    assert!(world.trace().notes[0].contains("out/site.json"));
    for bad in [
        "{\"format\": \"parcep-evidence/2\", \"tests\": []}",
        "{\"format\": \"parcep-evidence/1\"}",
    ] {
        world.write("out/bad.json", bad);
        assert!(
            matches!(world.try_trace(), Err(TraceError::Shape { .. })),
            "{bad}"
        );
    }
}

#[test]
fn the_page_counts_by_chapter_and_the_json_says_everything() {
    let world = World::sound();
    world.record(
        &json!([test("T-1", "pass")]),
        &json!([mutant(true, &["T-1"])]),
    );
    let trace = world.trace();
    let page = trace.render();
    let row = page.lines().find(|line| line.contains("01-one")).unwrap();
    let cells: Vec<&str> = row.split_whitespace().filter(|cell| *cell != "│").collect();
    assert_eq!(cells, ["01-one", "2", "1", "1"], "{page}");
    assert!(
        page.contains("1 binding requirements: 1 tested, 1 of them proven"),
        "{page}"
    );
    let json: Value = serde_json::from_str(&trace.to_json()).unwrap();
    assert_eq!(json["requirements"][0]["state"], "proven");
    assert_eq!(json["requirements"][0]["id"], "R-EXAMPLE-001");
    assert_eq!(json["totals"]["binding"]["proven"], 1);
}
