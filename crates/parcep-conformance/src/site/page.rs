//! The one page: title, contents, chapters, annexes, coverage, index.

use super::SiteError;
use super::body::{self, Shelf};
use super::book::{Book, Part};
use super::list::Row;
use super::markdown::escape;
use super::source::Source;
use super::standing::{Look, STATES, look};
use super::words::Words;
use super::{card, coverage, tables};
use askama::Template;

const STYLE: &str = include_str!("../../templates/style.css");

#[derive(Template)]
#[template(path = "page.html", escape = "html")]
struct Page<'a> {
    style: &'a str,
    title: &'a str,
    about: String,
    licence: String,
    edition: String,
    total: usize,
    binding: usize,
    provisional: usize,
    states: Vec<(Look, usize)>,
    contents: Vec<Entry>,
    chapters: Vec<Shown>,
    coverage: String,
    index: String,
}

/// One line of the contents.
struct Entry {
    title: String,
    anchor: String,
    below: Vec<(String, String)>,
}

/// One chapter or annex.
struct Shown {
    title: String,
    anchor: String,
    html: String,
    members: Vec<(String, String, String)>,
}

/// Puts the page together.
pub(super) fn write(
    source: &Source,
    book: &Book,
    shelf: &Shelf<'_>,
    rows: &[Row<'_>],
) -> Result<String, SiteError> {
    let mut contents = Vec::new();
    let mut chapters = Vec::new();
    let (mut about, mut licence) = (String::new(), String::new());
    if let Some(front) = &book.front {
        about = body::abstract_of(shelf, front)?;
        licence = body::section_of(shelf, front, "Licences")?;
        let title = "About this document".to_owned();
        contents.push(Entry {
            title: title.clone(),
            ..entry(front)
        });
        chapters.push(Shown {
            title,
            anchor: front.anchor.clone(),
            html: body::sections(shelf, front, 2)?,
            members: Vec::new(),
        });
    }
    for part in &book.parts {
        contents.push(entry(part));
        chapters.push(show(shelf, part)?);
    }
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let provisional = rows
        .iter()
        .filter(|row| row.binding && row.requirement.provisional.is_some());
    let page = Page {
        style: STYLE,
        title: book
            .front
            .as_ref()
            .map_or("Specification", |front| &front.title),
        about,
        licence,
        edition: edition(source),
        total: rows.len(),
        binding: rows.iter().filter(|row| row.binding).count(),
        provisional: provisional.count(),
        states: STATES
            .into_iter()
            .map(|state| (look(state), count(state)))
            .filter(|(_, number)| *number > 0)
            .collect(),
        contents,
        chapters,
        coverage: coverage::html(book, rows),
        index: index(shelf, rows),
    };
    page.render()
        .map_err(|error| SiteError::Template(error.to_string()))
}

fn entry(part: &Part) -> Entry {
    let sections = part.heads.iter().filter(|head| head.number.is_some());
    let sections = sections.map(|head| {
        let number = head.number.as_deref().unwrap_or_default();
        (format!("{number} {}", head.title), head.anchor.clone())
    });
    let members = part.members.iter().map(|member| {
        (
            format!("{} {}", member.label, member.title),
            member.anchor.clone(),
        )
    });
    Entry {
        title: part.full_title(),
        anchor: part.anchor.clone(),
        below: sections.chain(members).collect(),
    }
}

fn show(shelf: &Shelf<'_>, part: &Part) -> Result<Shown, SiteError> {
    let members = part.members.iter().map(|member| {
        let html = match &member.registry {
            Some(_) => registry(shelf, member),
            None => body::write(shelf, member, 3)?,
        };
        Ok((
            format!("{} {}", member.label, member.title),
            member.anchor.clone(),
            html,
        ))
    });
    Ok(Shown {
        title: part.full_title(),
        anchor: part.anchor.clone(),
        html: body::write(shelf, part, 2)?,
        members: members.collect::<Result<_, SiteError>>()?,
    })
}

fn registry(shelf: &Shelf<'_>, part: &Part) -> String {
    let Some(registry) = &part.registry else {
        return String::new();
    };
    let words = Words {
        targets: shelf.targets,
        path: &part.path,
    };
    let mut html = String::new();
    for paragraph in &registry.about {
        for node in super::markdown::parse(paragraph) {
            if let super::markdown::Node::Block(_, inside) = &node {
                html.push_str(&format!(
                    "<p>{}</p>\n",
                    words.html(inside, super::words::Place::default())
                ));
            }
        }
    }
    html.push_str(&format!(
        "<p class=\"source\">File: <code>{}</code></p>\n",
        escape(&part.path)
    ));
    for (index, list) in registry.lists.iter().enumerate() {
        let number = index + 1;
        let name = match registry.lists.len() {
            1 => part.title.clone(),
            _ => list.name.replace('_', " "),
        };
        let caption = format!("Table {}.{number} – {name}", part.label);
        let anchor = match index {
            0 => part.anchor.clone(),
            _ => format!("{}.{}", part.anchor, list.name),
        };
        html.push_str(&tables::from_registry(&words, list, &caption, &anchor));
    }
    html
}

fn index(shelf: &Shelf<'_>, rows: &[Row<'_>]) -> String {
    let mut sorted: Vec<&Row<'_>> = rows.iter().collect();
    sorted.sort_by(|a, b| a.requirement.id.cmp(&b.requirement.id));
    let head = ["Requirement", "Title", "Keyword", "State"]
        .map(|name| format!("<th scope=\"col\">{name}</th>"))
        .concat();
    let mut body = String::new();
    for row in sorted {
        body.push_str(&format!(
            "<tr><th scope=\"row\"><a class=\"rid\" href=\"#{}\">{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            row.requirement.anchor,
            row.requirement.id,
            escape(&row.requirement.title),
            row.requirement.keyword,
            card::badge(shelf.standings.get(&row.requirement.id)),
        ));
    }
    tables::frame(
        "All requirements, by id",
        &format!("<tr>{head}</tr>\n"),
        &body,
    )
}

/// Tells two copies of the text apart: a hash over every file that is shown.
fn edition(source: &Source) -> String {
    let all = source
        .texts
        .iter()
        .chain(&source.registries)
        .chain(&source.figures);
    let mut parts: Vec<&[u8]> = Vec::new();
    for (path, text) in all {
        parts.extend([path.as_bytes(), b"\0", text.as_bytes(), b"\0"]);
    }
    let digest = crate::wire::sha256(&parts.concat());
    parcep_core::hex::encode(digest.get(..8).unwrap_or_default())
}
