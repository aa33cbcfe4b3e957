//! Generated from `spec/registry/suites.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{State, SuiteRow};

/// Suites of algorithms, by number.
pub static SUITES: [SuiteRow; 3] = [
    SuiteRow {
        number: 0,
        name: "none",
        state: State::Reserved,
        hpke: None,
    },
    SuiteRow {
        number: 1,
        name: "X25519-ChaCha20Poly1305",
        state: State::V1,
        hpke: Some((0x0020, 0x0001, 0x0003)),
    },
    SuiteRow {
        number: 2,
        name: "hybrid",
        state: State::Reserved,
        hpke: None,
    },
];
