//! Reading what `cargo test` prints, standard error included.

/// What one test program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// Root source file of the target, relative to its package, such as `tests/it/main.rs`.
    pub(super) root: String,
    /// Name of the program without its hash, such as `parcep_core`.
    pub(super) program: String,
    /// Tests by their path, and whether they passed. Ignored ones are left out.
    pub(super) tests: Vec<(String, bool)>,
}

/// The sections of a log, in order. Tests in documentation have no source that could be joined, and
/// are left out.
pub(super) fn sections(log: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut open = false;
    for line in log.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running ") {
            if let Some(section) = begin(rest) {
                found.push(section);
                open = true;
            }
        } else if line.starts_with("Doc-tests ") {
            open = false;
        } else if open && let (Some(section), Some(test)) = (found.last_mut(), result(line)) {
            section.tests.push(test);
        }
    }
    found
}

/// `unittests src/lib.rs (target/debug/deps/parcep_core-0123456789abcdef)`.
fn begin(text: &str) -> Option<Section> {
    let (root, program) = text.strip_suffix(')')?.split_once(" (")?;
    let root = root.strip_prefix("unittests ").unwrap_or(root);
    let program = program.replace('\\', "/");
    let program = program.rsplit('/').next()?;
    let program = program.strip_suffix(".exe").unwrap_or(program);
    let name = program.rsplit_once('-').map_or(program, |(name, _)| name);
    Some(Section {
        root: root.replace('\\', "/"),
        program: name.to_owned(),
        tests: Vec::new(),
    })
}

/// `test a::b::c ... ok`.
fn result(line: &str) -> Option<(String, bool)> {
    let (name, said) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    match said.split_whitespace().next()? {
        "ok" => Some((name.to_owned(), true)),
        "FAILED" => Some((name.to_owned(), false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
   Compiling parcep-core v0.1.0 (/somewhere)
    Finished `test` profile target(s) in 1.00s
     Running unittests src/lib.rs (target/debug/deps/parcep_core-0123456789abcdef)

running 3 tests
test log::tests::a_gap_is_named ... ok
test log::tests::a_fork_is_named ... FAILED
test log::tests::slow ... ignored, takes an hour
test result: FAILED. 1 passed; 1 failed; 1 ignored

     Running tests/it/main.rs (target\\debug\\deps\\it-fedcba9876543210.exe)

running 1 test
test stops - should panic ... ok

   Doc-tests parcep_core

running 1 test
test crates/parcep-core/src/lib.rs - (line 3) ... ok
";

    #[test]
    fn a_log_of_several_programs_is_told_apart_and_ignored_and_doc_tests_do_not_count() {
        let found = sections(LOG);
        let test = |name: &str, passed| (name.to_owned(), passed);
        assert_eq!(
            found,
            [
                Section {
                    root: "src/lib.rs".into(),
                    program: "parcep_core".into(),
                    tests: vec![
                        test("log::tests::a_gap_is_named", true),
                        test("log::tests::a_fork_is_named", false),
                    ],
                },
                Section {
                    root: "tests/it/main.rs".into(),
                    program: "it".into(),
                    tests: vec![test("stops", true)],
                },
            ]
        );
    }

    #[test]
    fn a_line_that_only_resembles_a_result_is_none() {
        for line in [
            "test a ... ",
            "test a",
            "tests a ... ok",
            "test a ... okay",
            "test result: ok. 3 passed",
        ] {
            assert_eq!(result(line), None, "{line}");
        }
    }
}
