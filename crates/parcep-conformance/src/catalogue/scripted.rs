//! The scripted tests.

use super::{Role, Run, Test};
use crate::point;
use std::sync::LazyLock;

/// Every scripted test; none if the catalogue cannot be read, which [`fault`] says.
pub(super) fn tests() -> &'static [Test] {
    static TESTS: LazyLock<Vec<Test>> = LazyLock::new(build);
    &TESTS
}

/// What is wrong with the catalogue.
pub(crate) fn fault() -> Option<&'static str> {
    point::scripts().as_ref().err().map(String::as_str)
}

fn build() -> Vec<Test> {
    let scripts = point::scripts().as_deref().unwrap_or_default();
    let tests = scripts.iter().map(|script| {
        let cites: Vec<&'static str> = script.requirements.iter().map(String::as_str).collect();
        Test {
            id: &script.id,
            title: &script.title,
            // Built once, and kept as long as the program runs, like everything else of the catalogue.
            cites: cites.leak(),
            role: Role::EnforcementPoint,
            kind: script.kind,
            quick: script.quick,
            run: Run::Script(script),
        }
    });
    tests.collect()
}
