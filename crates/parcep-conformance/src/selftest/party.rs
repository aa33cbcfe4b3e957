//! Parties to ages: each faulty one has to answer a vector wrongly that cites the requirement it
//! breaks, and the honest one none (R-CONF-004).

use super::{Mutant, SelftestError};
use crate::ages::{self, Answerer, Question};
use std::path::Path;
use std::time::Duration;

/// A party that does not answer by then never will.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// The vectors below a folder.
pub(super) fn questions(vectors: &Path) -> Result<Vec<Question>, SelftestError> {
    let no_vectors = |cause: String| SelftestError::NoVectors {
        folder: vectors.display().to_string(),
        cause,
    };
    let files = ages::read_below(vectors, ages::Area::Age)
        .map_err(|error| no_vectors(error.to_string()))?;
    ages::choose(files, &[]).map_err(|error| no_vectors(error.to_string()))
}

/// Asks a party everything.
pub(super) async fn judge(
    program: &Path,
    mutant: &Mutant,
    questions: Vec<Question>,
) -> Result<ages::Run, SelftestError> {
    let start = |cause: String| SelftestError::Start {
        program: program.display().to_string(),
        fault: mutant.name.clone(),
        cause,
    };
    let command = vec![
        program.display().to_string(),
        "--fault".to_owned(),
        mutant.name.clone(),
    ];
    let answerer = Answerer::Program(command, ANSWERS_WITHIN);
    let run = ages::ask(&answerer, questions, false, &|_| {}).await;
    run.map_err(|error| start(error.to_string()))
}
