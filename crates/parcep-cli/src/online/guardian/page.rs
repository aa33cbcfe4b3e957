//! `parcep guardian page`: a page that brings back who lost every device.

use super::{At, paper};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_client::guardian::Guardian;
use parcep_core::recovery::Page as Printed;
use serde_json::json;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

/// Arguments of `guardian page`.
#[derive(Debug, Args)]
#[command(
    after_help = "The page is printed and kept nowhere else. Straight to a printer: `parcep guardian page \
    --household DIR --file FILE --yes | lpr`, or as one sheet with `--sheet --yes | rsvg-convert -f pdf | lpr`."
)]
pub struct Page {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Where the recovery file goes: what was sealed before this page. It is noise without the page; keep
    /// it anywhere, in several places
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Print one sheet of A4 as SVG, and nothing else, for a printer
    #[arg(long, requires = "yes", conflicts_with_all = ["json", "dry_run"])]
    pub sheet: bool,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON; the page is in it
    #[arg(long)]
    pub json: bool,
}

impl Page {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, _) = self.at.open().await?;
            if !self.sheet {
                let plan = plan(&mut guardian).await?;
                if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                    return Ok(());
                }
            }
            let made = guardian.make_page().await.map_err(failed)?;
            files::write_bytes(&self.file, &made.file)?;
            if self.sheet {
                return print(&paper::sheet(&made.page)?);
            }
            print_page(&made.page, Some(&self.file), made.works_from, self.json)
        })
    }
}

async fn plan(guardian: &mut Guardian) -> Result<Plan, Failure> {
    let mut plan = Plan::to("a new recovery page is made and printed: with it you come back if every device of yours is lost")
        .and("a page that you made before is worth nothing any more")
        .whom("you; everybody in the household sees that you have one")
        .whom("whoever finds it can take your place in a week: keep it like a passport")
        .when("the page counts at once");
    if guardian.page_takes_a_week().await.map_err(failed)? {
        plan = plan.when(
            "the relay lets it in a week later, because another device or page of yours is let in there",
        );
    }
    for missing in missing(guardian)? {
        plan = plan.when(missing);
    }
    Ok(plan.stop("make another page: this one is then worth nothing"))
}

/// What a recovery would lack in this household (R-CONS-019).
fn missing(guardian: &Guardian) -> Result<Vec<String>, Failure> {
    let household = guardian.household().map_err(failed)?;
    let law = household.constitution();
    let relay = law.relays().iter().any(|relay| relay.key.is_some());
    let points = household.enforcement_points().count() > 0;
    let others = law.guardians().len() > 1;
    let kinds = usize::from(relay) + usize::from(points) + usize::from(others);
    let mut lines = Vec::new();
    if kinds < 2 {
        lines.push(
            "it cannot work yet: a week is proven by two kinds of clock, and this household has fewer"
                .to_owned(),
        );
    }
    if !relay {
        lines.push("no relay key is in the constitution (`household new --relay-key`)".to_owned());
    }
    if !points && !others {
        lines.push("no enforcement point and no other guardian can bear witness".to_owned());
    }
    Ok(lines)
}

/// Prints a page, to stdout and nowhere else (R-CONS-017).
pub(crate) fn print_page(
    page: &Printed,
    file: Option<&Path>,
    works_from: Option<i64>,
    json: bool,
) -> Result<(), Failure> {
    let from = works_from.map(time::at);
    if json {
        let text = page.print();
        let value = json!({ "page": text.as_str(), "file": file, "works_from": from });
        return answer(true, &value, "");
    }
    let beside = match file {
        Some(file) => format!(
            "Beside it you need the recovery file {}. Nobody can read it without the page, so keep it in \
             several places.",
            file.display()
        ),
        None => "It needs nothing beside it.".to_owned(),
    };
    let beside = match &from {
        Some(from) => format!("{beside} The relay knows this page from {from} on."),
        None => beside,
    };
    let with = file.map_or("", |_| " --file FILE");
    print("\n")?;
    print(&paper::text(page, io::stdout().is_terminal())?)?;
    print(&format!(
        "\nKeep this page like a passport: whoever has it can take your place in a week, and you can stop \
         that from any device you still have. {beside}\nIf every device is lost: `parcep guardian recover \
         --dir DIR --page -{with}`, and scan the code or type the characters in.\n"
    ))
}

fn print(text: &str) -> Result<(), Failure> {
    files::print(text).map_err(|error| {
        let message = format!("the page cannot be printed: {error}");
        Failure::new(Kind::Failed, "WRITE_FAILED", message)
    })
}
