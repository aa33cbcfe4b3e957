//! The suite: it judges any relay from the outside and cites the clause.
//!
//! A test acts as members of a synthetic household over gRPC, writes down what a clause asks for and
//! what it saw, and leaves the rest to the report. Clauses are read from `spec/` when the suite is
//! built. How a run is judged: `spec/28-conformance.md`.

pub mod age;
pub mod ages;
pub mod canary;
pub mod catalogue;
pub mod clause;
pub mod cli;
pub mod driver;
pub mod naive;
mod peer;
pub mod point;
mod reasons;
pub mod relay;
pub mod report;
mod revision;
mod rng;
mod runner;
pub mod script;
pub mod selftest;
pub mod site;
pub mod spec;
pub mod stage;
mod tape;
pub mod trace;
mod trial;
pub mod vectors;
mod verdict;
mod wire;

pub use catalogue::Profile;
pub use peer::{IssuerTarget, Target};
pub use report::Report;
pub use runner::{Cannot, Config, Progress, Quietly, run_issuer, run_party, run_point, run_server};
pub use tape::{Line, Way};
pub use trial::{Step, StepRole};
pub use verdict::{Conclusion, Verdict};
