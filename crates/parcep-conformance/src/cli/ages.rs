//! `parcep-conform vectors --area age`, and `--area time`.

use super::progress::Bar;
use super::{Failure, write_file};
use crate::ages::{self, Answerer, AskError, Asked, FileError, Question};
use comfy_table::Table;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What `vectors` was asked to do with one of these areas.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) area: ages::Area,
    pub(super) place: &'a Path,
    pub(super) only: &'a [String],
    pub(super) list: bool,
    pub(super) json: bool,
    pub(super) command: &'a [String],
    pub(super) timeout: Duration,
    pub(super) evidence: Option<&'a Path>,
}

pub(super) async fn run(wanted: Wanted<'_>) -> Result<u8, Failure> {
    let files = ages::read_below(wanted.place, wanted.area).map_err(unreadable)?;
    let questions = ages::choose(files, wanted.only).map_err(explain)?;
    if wanted.list {
        list(&questions, wanted.json);
        return Ok(0);
    }
    let answerer = match wanted.command {
        [] => Answerer::Own,
        command => Answerer::Program(command.to_vec(), wanted.timeout),
    };
    let bar = Bar::new(wanted.json);
    bar.begins_with(questions.len());
    let ended = |asked: &Asked| bar.one_more(&asked.question.vector.id);
    let run = ages::ask(&answerer, questions, !wanted.only.is_empty(), &ended).await;
    bar.clear();
    let run = run.map_err(explain)?;
    if let Some(path) = wanted.evidence {
        let text = serde_json::to_string_pretty(&run.evidence())
            .map_err(|error| Failure::harness("INTERNAL", error.to_string()))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::file("CANNOT_WRITE", folder, &error))?;
        }
        write_file(path, &format!("{text}\n"))?;
    }
    print!(
        "{}",
        if wanted.json {
            run.to_json()
        } else {
            run.render()
        }
    );
    Ok(run.conclusion().exit_code())
}

/// Is the program that answers.
pub(super) fn answer() -> Result<u8, Failure> {
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    match ages::answer_lines(ages::answer, input, output) {
        Ok(()) => Ok(0),
        // Who asks has gone.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(Failure::harness("NO_ROW", error.to_string())),
    }
}

fn list(questions: &[Question], json: bool) {
    let rows = questions.iter().map(|question| {
        let vector = &question.vector;
        let clauses = vector.requirements.join(" ");
        [
            vector.id.clone(),
            question.file.clone(),
            vector.title.clone(),
            clauses,
        ]
    });
    if json {
        let names = ["id", "file", "title", "clauses"];
        let row = |row: [String; 4]| names.into_iter().zip(row).collect::<BTreeMap<_, _>>();
        println!("{}", serde_json::json!(rows.map(row).collect::<Vec<_>>()));
        return;
    }
    let mut table = Table::new();
    table
        .load_style(UTF8_BORDERS_ONLY)
        .set_header(["vector", "file", "what it shows", "clauses"]);
    table.add_rows(rows);
    println!("{table}");
}

fn unreadable(error: FileError) -> Failure {
    let message = error.to_string();
    match error {
        FileError::Io { path, error } => Failure::file("CANNOT_READ", &path, &error),
        FileError::Form { path, .. } => Failure {
            file: Some(path),
            ..Failure::harness("BAD_ROW", message)
        },
    }
}

fn explain(error: AskError) -> Failure {
    let message = error.to_string();
    match error {
        AskError::NoMatch(_) => Failure::usage(
            "NO_MATCH",
            format!(
                "{message}\n`parcep-conform vectors --area AREA --check DIR --list` shows every id"
            ),
        ),
        AskError::NoVectors => Failure::nothing_ran("NO_ROWS", message),
        AskError::Start(..) => Failure::harness("CANNOT_START", message),
    }
}
