//! The scripted tests.

use super::{Role, Run, Test};
use crate::script::Case;
use crate::{age, point, relay};
use std::sync::LazyLock;

/// Every scripted test of a relay.
pub(super) fn of_relays() -> &'static [Test] {
    static TESTS: LazyLock<Vec<Test>> = LazyLock::new(|| {
        let scripts = relay::scripts().as_deref().unwrap_or_default();
        let tests = scripts.iter();
        tests
            .map(|script| test(script, Role::Relay, Run::Relay(script)))
            .collect()
    });
    &TESTS
}

/// Every scripted test of an issuer of ages.
pub(super) fn of_issuers() -> &'static [Test] {
    static TESTS: LazyLock<Vec<Test>> = LazyLock::new(|| {
        let scripts = age::issuer_scripts().as_deref().unwrap_or_default();
        let tests = scripts.iter();
        tests
            .map(|script| test(script, Role::AgeIssuer, Run::Issuer(script)))
            .collect()
    });
    &TESTS
}

/// Every scripted test of a relying party.
pub(super) fn of_parties() -> &'static [Test] {
    static TESTS: LazyLock<Vec<Test>> = LazyLock::new(|| {
        let scripts = age::party_scripts().as_deref().unwrap_or_default();
        let tests = scripts.iter();
        tests
            .map(|script| test(script, Role::AgeRelyingParty, Run::Party(script)))
            .collect()
    });
    &TESTS
}

/// Every scripted test of an enforcement point or of a guardian app.
pub(super) fn of_points() -> &'static [Test] {
    static TESTS: LazyLock<Vec<Test>> = LazyLock::new(|| {
        let scripts = point::scripts().as_deref().unwrap_or_default();
        let tests = scripts.iter();
        tests
            .map(|script| test(script, script.home.product, Run::Script(script)))
            .collect()
    });
    &TESTS
}

/// What is wrong with the catalogue; where it cannot be read it has no tests.
pub(crate) fn fault() -> Option<&'static str> {
    let points = point::scripts().as_ref().err();
    let relays = relay::scripts().as_ref().err();
    let issuers = age::issuer_scripts().as_ref().err();
    let parties = age::party_scripts().as_ref().err();
    points
        .or(relays)
        .or(issuers)
        .or(parties)
        .map(String::as_str)
}

fn test<H, S>(case: &'static Case<H, S>, role: Role, run: Run) -> Test {
    let cites: Vec<&'static str> = case.requirements.iter().map(String::as_str).collect();
    Test {
        id: &case.id,
        title: &case.title,
        // Built once, and kept as long as the program runs, like everything else of the catalogue.
        cites: cites.leak(),
        role,
        kind: case.kind,
        quick: case.quick,
        run,
    }
}
