//! The specification as one page that can be read, printed and linked to, without a network.
//!
//! ```text
//! folder ──read──► Source ──arrange──► Book ──targets──► Targets ──write──► HTML of each part ──► Page ──check──► Site
//! ```
//!
//! The same files give the same bytes: nothing of a clock, a machine or a path enters.

mod body;
mod book;
mod card;
mod check;
mod coverage;
mod figure;
mod links;
mod list;
mod markdown;
mod output;
mod page;
mod registry;
mod source;
mod standing;
mod tables;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub use output::write;
pub use standing::{Standing, Standings, standings};

use crate::trace::{self, Requirement, TraceError};
use book::Book;
use links::Targets;
use std::path::{Path, PathBuf};

/// The files of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `index.html`: everything, with styles and pictures inside.
    pub page: String,
    /// `requirements.json`: every requirement with its state.
    pub requirements: String,
    /// How many requirements the page holds.
    pub count: usize,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// The folder of the specification is not there.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// The folder holds no chapter.
    #[error("`{}` holds no Markdown file", .0.display())]
    Nothing(PathBuf),
    /// A file cannot be read.
    #[error("cannot read `{}`: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The requirements cannot be read.
    #[error(transparent)]
    Requirements(TraceError),
    /// A registry is not TOML.
    #[error("`{}` is not TOML: {error}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        error: String,
    },
    /// A picture cannot stand in the page.
    #[error("picture `{path}`: {what}")]
    Figure {
        /// The file, or the address in the text.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// Links that lead nowhere, one a line.
    #[error("{}", dead_list(.0))]
    Links(Vec<String>),
    /// A template failed.
    #[error("the page cannot be put together: {0}")]
    Template(String),
    /// The page that came out is not sound: a fault of this program.
    #[error("the page is not sound: {0}")]
    Page(String),
    /// The folder to write to holds something else.
    #[error("`{}` holds `{name}`, which is not part of such a site; choose an empty folder", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        name: String,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {}", .0.display(), .1)]
    Unwritable(PathBuf, std::io::Error),
}

/// Reads the folder of a specification and makes its site.
pub fn render(folder: &Path, standings: &Standings) -> Result<Site, SiteError> {
    let source = source::read(folder)?;
    let book = Book::arrange(&source)?;
    let targets = Targets::of(&book, folder);
    dead_links(&book, &targets)?;
    let mut shelf = body::Shelf {
        targets: &targets,
        figures: std::collections::BTreeMap::new(),
        standings,
        wire: wire::governed(&book, &targets),
    };
    for (path, text) in &source.figures {
        let svg = figure::inline(text).map_err(|what| SiteError::Figure {
            path: path.clone(),
            what,
        })?;
        shelf.figures.insert(path.clone(), svg);
    }
    let rows = list::rows(&book, &requirements(folder)?, standings);
    let page = page::write(&source, &book, &shelf, &rows)?;
    check::page(&page).map_err(SiteError::Page)?;
    Ok(Site {
        page,
        requirements: list::json(&rows)?,
        count: rows.len(),
    })
}

/// Every requirement below the folder; a specification may begin without one.
fn requirements(folder: &Path) -> Result<Vec<Requirement>, SiteError> {
    match trace::read_spec(folder) {
        Ok((requirements, _)) => Ok(requirements),
        Err(TraceError::NoRequirements(_)) => Ok(Vec::new()),
        Err(error) => Err(SiteError::Requirements(error)),
    }
}

/// The first of many, since one missing page can break a thousand links.
fn dead_list(dead: &[String]) -> String {
    const SHOWN: usize = 25;
    let mut list = format!("links that lead nowhere: {}", dead.len());
    for line in dead.iter().take(SHOWN) {
        list.push_str("\n  ");
        list.push_str(line);
    }
    if dead.len() > SHOWN {
        list.push_str("\n  …");
    }
    list
}

fn dead_links(book: &Book, targets: &Targets) -> Result<(), SiteError> {
    let dead: Vec<String> = book
        .files()
        .flat_map(|part| {
            links::dead(targets, part)
                .into_iter()
                .map(|found| (part.path.clone(), found))
        })
        .map(|(path, (line, link, why))| format!("{path}:{line}: `{link}`: {why}"))
        .collect();
    if dead.is_empty() {
        Ok(())
    } else {
        Err(SiteError::Links(dead))
    }
}
