//! `parcep policy import | export | show`.

mod due;
mod show;

use crate::failure::{Failure, Kind};
use crate::files;
use clap::{Args, Subcommand, ValueEnum};
use parcep_interchange::family::{Imported, Loss};
use parcep_interchange::json::{Json, pretty};
use parcep_interchange::{file, pcps};
use std::path::{Path, PathBuf};

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take over a document of another format
    Import(Import),
    /// Give a policy out in another format
    Export(Export),
    /// Show a policy in tables
    Show(Show),
}

/// Formats of other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Parental Controls Policy Specification 1.0
    Pcps,
}

/// Arguments of `policy import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Format of the input
    #[arg(long)]
    pub from: Format,
    /// The document, or `-` for stdin
    #[arg(value_name = "IN.json")]
    pub input: PathBuf,
    /// Where the imported policy goes, or `-` for stdout
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `policy export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Format of the output
    #[arg(long)]
    pub to: Format,
    /// An imported policy, or `-` for stdin
    #[arg(value_name = "FILE")]
    pub policy: PathBuf,
    /// Where the document goes, or `-` for stdout
    #[arg(long, value_name = "OUT.json")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `policy show`.
#[derive(Debug, Args)]
pub struct Show {
    /// An imported policy or a PCPS document, or `-` for stdin
    #[arg(value_name = "FILE")]
    pub policy: PathBuf,
    /// Only this child
    #[arg(long, value_name = "ID")]
    pub child: Option<String>,
    /// Which rules an age step has brought up for review
    #[command(flatten)]
    pub steps: due::Steps,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether the answer is to be JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::Import(args) => args.json,
            Self::Export(args) => args.json,
            Self::Show(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What stopped it; nothing was written then.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Import(args) => args.run(),
            Self::Export(args) => args.run(),
            Self::Show(args) => args.run(),
        }
    }
}

/// Reads an imported policy or a document of a format that can be imported.
///
/// # Errors
/// The file cannot be read, or is refused.
pub fn load(path: &Path) -> Result<Imported, Failure> {
    let bytes = files::read(path)?;
    file::load(&bytes).map_err(|refusal| Failure::refused(&path.display().to_string(), &refusal))
}

impl Import {
    fn run(&self) -> Result<(), Failure> {
        let name = self.input.display().to_string();
        let bytes = files::read(&self.input)?;
        let imported = match self.from {
            Format::Pcps => pcps::import(&bytes),
        };
        let imported = imported.map_err(|refusal| Failure::refused(&name, &refusal))?;
        let text = file::save(&imported).map_err(|refusal| Failure::refused(&name, &refusal))?;
        files::write(&self.out, &text)?;
        let children = &imported.family.children;
        let summary = format!(
            "Imported {} for {} from {name} to {}.\n",
            count(
                children.iter().map(|child| rules(&child.layer)).sum(),
                "rule"
            ),
            count_of(children.len(), "child", "children"),
            self.out.display(),
        );
        let ids = children.iter().map(|child| Json::text(&child.id)).collect();
        let more = ("children".to_owned(), Json::Array(ids));
        told(&self.out, self.json, &summary, more, &imported.loss)
    }
}

impl Export {
    fn run(&self) -> Result<(), Failure> {
        let imported = load(&self.policy)?;
        let (document, loss) = match self.to {
            Format::Pcps => pcps::export(&imported),
        };
        files::write(&self.out, &pretty(&document))?;
        let (from, to) = (self.policy.display(), self.out.display());
        let summary = format!("Exported {from} to {to}.\n");
        let format = ("format".to_owned(), Json::text("pcps/1.0"));
        told(&self.out, self.json, &summary, format, &loss)
    }
}

impl Show {
    fn run(&self) -> Result<(), Failure> {
        let mut imported = load(&self.policy)?;
        if let Some(id) = &self.child {
            let child = child(&imported, id, &self.policy)?.clone();
            imported.family.children = vec![child];
        }
        let due = self.steps.due(&imported.family.children)?;
        let text = if self.json {
            as_json(&imported, &due)?
        } else {
            show::family(&imported, &due)
        };
        said(&text)
    }
}

/// The child of that id.
///
/// # Errors
/// `UNKNOWN_CHILD`, which names the ids there are.
pub fn child<'a>(
    imported: &'a Imported,
    id: &str,
    path: &Path,
) -> Result<&'a parcep_interchange::family::Child, Failure> {
    imported.family.child(id).ok_or_else(|| {
        let known: Vec<_> = imported
            .family
            .children
            .iter()
            .map(|child| child.id.as_str())
            .collect();
        let message = format!("no child has the id `{id}`; known are {}", known.join(", "));
        Failure::usage("UNKNOWN_CHILD", message).in_file(path.display().to_string())
    })
}

/// Prints, and says if nobody could be told.
fn said(text: &str) -> Result<(), Failure> {
    files::print(text).map_err(|error| {
        let message = format!("the answer cannot be printed: {error}");
        Failure::new(Kind::Failed, "WRITE_FAILED", message)
    })
}

/// Reports what was written, unless the document itself went to stdout.
fn told(
    out: &Path,
    json: bool,
    summary: &str,
    more: (String, Json),
    loss: &[Loss],
) -> Result<(), Failure> {
    let words = format!("{summary}{}", show::loss(loss));
    match (files::is_standard(out), json) {
        (true, _) => {
            // Beside the document there is only stderr to speak to.
            eprint!("{words}");
            Ok(())
        }
        (false, false) => said(&words),
        (false, true) => {
            let written = ("written".to_owned(), Json::text(out.display().to_string()));
            let loss = ("loss".to_owned(), loss_json(loss));
            said(&pretty(&Json::Object(vec![written, more, loss])))
        }
    }
}

fn loss_json(loss: &[Loss]) -> Json {
    let rows = loss.iter().map(|loss| {
        Json::Object(vec![
            ("pointer".to_owned(), Json::text(&loss.pointer)),
            ("code".to_owned(), Json::text(loss.code.as_str())),
            ("text".to_owned(), Json::text(&loss.text)),
        ])
    });
    Json::Array(rows.collect())
}

fn as_json(imported: &Imported, due: &[due::Due]) -> Result<String, Failure> {
    let (family, loss) = (&imported.family, &imported.loss);
    let shown = if due.is_empty() {
        serde_json::json!({"family": family, "loss": loss})
    } else {
        serde_json::json!({"family": family, "loss": loss, "due": due})
    };
    serde_json::to_string_pretty(&shown)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))
}

fn rules(layer: &parcep_core::policy::PolicyLayer) -> usize {
    let flags = [
        &layer.apps.install_approval,
        &layer.web.safe_search,
        &layer.ratings.explicit_content,
        &layer.communication.block_unknown_callers,
        &layer.spending.approval,
        &layer.spending.in_app,
        &layer.spending.free_downloads,
    ];
    layer.schedule.windows.len()
        + layer.budgets.budgets.len()
        + layer.apps.rules.len()
        + layer.web.allow.len()
        + layer.web.block.len()
        + usize::from(layer.web.mode.is_some())
        + layer.ratings.ceilings.len()
        + usize::from(layer.communication.mode.is_some())
        + layer.spending.caps.len()
        + layer.age.share.len()
        + layer.age.gates.len()
        + flags.into_iter().flatten().count()
}

fn count(number: usize, one: &str) -> String {
    count_of(number, one, &format!("{one}s"))
}

fn count_of(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
