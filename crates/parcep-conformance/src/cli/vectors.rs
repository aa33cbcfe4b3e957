//! `parcep-conform vectors`.

use super::progress::Bar;
use super::{Failure, ages, write_file};
use crate::vectors::{
    self, AnswerError, CheckError, Evaluator, Folder, Judged, Outcome, VectorError,
};
use clap::{ArgGroup, Args, ValueEnum};
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ask decisions of an evaluator, in any language, by any vendor, and compare with what the rows expect
#[derive(Debug, Args)]
#[command(after_help = HELP, group = ArgGroup::new("what").required(true))]
pub(super) struct VectorsArgs {
    /// Ask every row below this folder, or of this file
    #[arg(long, value_name = "DIR", group = "what")]
    check: Option<PathBuf>,
    /// What is asked: decisions, or the vectors of age signals or of time
    #[arg(long, value_enum, default_value = "evaluate", value_name = "AREA")]
    area: Area,
    /// Be the program that answers: rows on the standard input, answers on the standard output
    #[arg(long, group = "what", conflicts_with_all = ["only", "list", "evidence", "command", "timeout"])]
    answer: bool,
    /// Who answers, if no program is given
    #[arg(long, value_enum, default_value = "core", conflicts_with = "command")]
    evaluator: Evaluator,
    /// Only these ids of rows or of requirements; `*` stands for anything. Such a run never says conformant
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// List the rows instead of asking them
    #[arg(long, conflicts_with_all = ["command", "evidence"])]
    list: bool,
    /// Seconds that a program may take for one answer
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Write what ran, as a record for `parcep-conform trace`
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// A program that answers, and its arguments, behind `--`
    #[arg(last = true, value_name = "CMD")]
    command: Vec<String>,
}

/// Areas of `spec/vectors` that a program can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Area {
    /// Decisions (chapter 14)
    Evaluate,
    /// Age signals (chapter 19)
    Age,
    /// Time (chapter 17)
    Time,
}

const HELP: &str = "\
A program behind `--` reads one JSON object per line and answers each with one line before it is given the next:

  to it    {\"seq\": 1, \"policy\": {\"layers\": []}, \"context\": {\"at\": \"2026-11-23T10:00:00Z\", \"action\": \"device\"}}
  from it  {\"seq\": 1, \"effect\": \"allow\", \"reason\": \"allowed\", \"rules\": [], \"remaining_seconds\": null,
            \"next_change\": null}
  to it    {\"seq\": 2, …}
  from it  {\"seq\": 2, \"unsupported\": \"no rating systems in this product\"}

(each on one line). `rules` is a set of {\"guardian\": ID, \"rule\": NAME} or {\"jurisdiction\": ID, \"rule\": NAME}; `ending` is
compared where a row names it. Flush the output after every line. The standard error passes through. The program ends
when its input does, or is killed. The members of a row: spec/vectors/README.md; a program to begin with:
examples/python/decide_vendor.py.

With `--area age`, for relying parties, issuers and holders of age signals:

  to it    {\"seq\": 1, \"id\": \"age/001\", \"file\": \"signals\", \"shared\": {…}, \"inputs\": {…}}
  from it  {\"seq\": 1, \"expected\": {\"lower\": 13, \"upper\": 16}}  or  {\"seq\": 1, \"expected\": {\"reason\": \"EXPIRED\"}}

What each file asks: spec/vectors/README.md; a program to begin with: examples/python/age_vendor.sh. With `--area time`
the same, for whatever keeps time: readings in, rows out.

Exit codes:
  0  conformant: every row is answered as it expects
  1  an answer is wrong, late, missing or no answer
  2  usage: a flag or a pattern is wrong
  3  a file cannot be read, a row has another form than it should, or the program cannot be started
  4  nothing was asked, or not every row was answered: some are unsupported, or --only chose a part

Examples:
  parcep-conform vectors --check spec/vectors
  parcep-conform vectors --check spec/vectors --evaluator naive
  parcep-conform vectors --check spec/vectors -- python3 examples/python/decide_vendor.py
  parcep-conform vectors --check spec/vectors --only 'R-EVAL-04*' -- ./my-evaluator --stdio
  parcep-conform vectors --check spec/vectors --list --only R-EVAL-021
  parcep-conform vectors --check spec/vectors --area age --only thresholds -- ./my-relying-party
  parcep-conform vectors --check spec/vectors --area time -- ./my-clock";

pub(super) async fn run(args: VectorsArgs) -> Result<u8, Failure> {
    let Some(place) = &args.check else {
        return match args.area {
            Area::Evaluate => answer(args.evaluator),
            Area::Age | Area::Time => ages::answer(),
        };
    };
    let area = match args.area {
        Area::Evaluate => None,
        Area::Age => Some(crate::ages::Area::Age),
        Area::Time => Some(crate::ages::Area::Time),
    };
    if let Some(area) = area {
        let wanted = ages::Wanted {
            area,
            place,
            only: &args.only,
            list: args.list,
            json: args.json,
            command: &args.command,
            timeout: Duration::from_secs(args.timeout),
            evidence: args.evidence.as_deref(),
        };
        return ages::run(wanted).await;
    }
    let folder = vectors::read(place).map_err(unreadable)?;
    let folder = vectors::choose(place, folder, &args.only).map_err(explain)?;
    if args.list {
        list(&folder, args.json);
        return Ok(0);
    }
    let judged = if args.command.is_empty() {
        Judged::Own(args.evaluator)
    } else {
        Judged::Program(args.command.clone(), Duration::from_secs(args.timeout))
    };
    let bar = Bar::new(args.json);
    bar.begins_with(folder.rows.len());
    let ended = |outcome: &Outcome| bar.one_more(&outcome.row.id);
    let run = vectors::check(judged, place, folder, !args.only.is_empty(), &ended).await;
    bar.clear();
    let run = run.map_err(explain)?;
    if let Some(path) = &args.evidence {
        record(path, &run)?;
    }
    if args.json {
        print!("{}", run.to_json());
    } else {
        print!("{}", run.render());
    }
    Ok(run.conclusion().exit_code())
}

fn record(path: &Path, run: &vectors::Run) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&run.evidence())
        .map_err(|error| Failure::harness("INTERNAL", error.to_string()))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::file("CANNOT_WRITE", folder, &error))?;
    }
    write_file(path, &format!("{text}\n"))
}

fn answer(evaluator: Evaluator) -> Result<u8, Failure> {
    let ready = evaluator
        .ready()
        .map_err(|cannot| Failure::harness("TABLES", cannot.to_string()))?;
    let ended = vectors::answer_lines(&ready, std::io::stdin().lock(), std::io::stdout().lock());
    match ended {
        Ok(()) => Ok(0),
        // Who asks has gone.
        Err(AnswerError::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(Failure::harness("NO_ROW", error.to_string())),
    }
}

fn list(folder: &Folder, json: bool) {
    if json {
        let row = |row: &vectors::Row| {
            serde_json::json!({
                "id": row.id,
                "title": row.title,
                "file": row.file,
                "clauses": row.clauses,
                "steps": row.derivation.steps(),
            })
        };
        println!(
            "{}",
            folder.rows.iter().map(row).collect::<serde_json::Value>()
        );
        return;
    }
    let mut table = Table::new();
    table
        .load_style(UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["row", "what it shows", "clauses", "steps by hand"]);
    for row in &folder.rows {
        let steps = row.derivation.steps().len();
        table.add_row([
            row.id.clone(),
            row.title.clone(),
            row.clauses.join(" "),
            if steps == 0 {
                String::new()
            } else {
                steps.to_string()
            },
        ]);
    }
    println!("{table}");
}

fn unreadable(error: VectorError) -> Failure {
    match &error {
        VectorError::Read { path, source } => Failure::file("CANNOT_READ", path, source),
        VectorError::Form { path, .. } | VectorError::Twice { path, .. } => Failure {
            file: Some(path.clone()),
            ..Failure::harness("BAD_ROW", error.to_string())
        },
    }
}

fn explain(error: CheckError) -> Failure {
    let message = error.to_string();
    match error {
        CheckError::NoMatch(_) => Failure::usage(
            "NO_MATCH",
            format!("{message}\n`parcep-conform vectors --check DIR --list` shows every id"),
        ),
        CheckError::NoRows(_) => Failure::nothing_ran("NO_ROWS", message),
        CheckError::Start { .. } => Failure::harness("CANNOT_START", message),
        CheckError::Tables(..) => Failure::harness("TABLES", message),
    }
}
