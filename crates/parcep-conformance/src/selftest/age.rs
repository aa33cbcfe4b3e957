//! Issuers and relying parties behind a driver: each faulty one is asked the tests that cite what it breaks, the
//! honest ones everything (R-CONF-004).

use super::{Kind, Mutant, SelftestError};
use crate::age::AgeTarget;
use crate::catalogue::{self, Profile, Test};
use crate::driver::Start;
use crate::peer::Target;
use crate::point;
use crate::report::Report;
use crate::runner::{Config, Quietly, run_issuer, run_party};
use std::path::Path;
use std::time::Duration;

/// How long an answer may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// Judges one of them.
pub(super) async fn judge(
    program: &Path,
    mutant: &Mutant,
    seed: u64,
    full: bool,
) -> Result<Report, SelftestError> {
    let program = program.display().to_string();
    let broken = |cause: String| SelftestError::Start {
        program: program.clone(),
        fault: mutant.name.clone(),
        cause,
    };
    let word = match mutant.kind {
        Kind::Driven => "issuer",
        _ => "relying",
    };
    let command = [&program, word, "--fault", &mutant.name].map(str::to_owned);
    let start = Start::Program(command.to_vec());
    let hello = point::meet(&start, ANSWERS_WITHIN).await;
    let target = Target::age(AgeTarget {
        start,
        patience: ANSWERS_WITHIN,
        hello: hello.map_err(|fault| broken(fault.to_string()))?,
    });
    let mut config = Config::new(target, Profile::Full, seed);
    config.confirm_failures = false;
    if !(full || mutant.honest) {
        let cites = |test: &&Test| test.cites.contains(&mutant.requirement.as_str());
        let of_kind = catalogue::tests().filter(|test| Some(test.role) == mutant.kind.role());
        let ids = of_kind.filter(cites).map(|test| test.id.to_owned());
        config.only = ids.collect();
    }
    let report = match mutant.kind {
        Kind::Driven => run_issuer(&config, &Quietly).await,
        _ => run_party(&config, &Quietly).await,
    };
    report.map_err(|cannot| broken(cannot.to_string()))
}
