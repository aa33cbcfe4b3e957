//! From a requirement to the messages and fields that it governs: the wire reference says which.

use super::book::Book;
use super::links::Targets;
use super::markdown::{Node, parse, plain};
use super::words::{Place, Words};
use crate::spec::cited;
use pulldown_cmark::Tag;
use std::collections::BTreeMap;

/// The heading above the table of clauses and elements.
const HEADING: &str = "clauses-and-what-they-govern";

/// For each requirement, links to the elements that it governs.
pub(super) fn governed(book: &Book, targets: &Targets) -> BTreeMap<String, Vec<String>> {
    let mut governed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some(part) = book.files().find(|part| part.path == "wire-reference.md") else {
        return governed;
    };
    let words = Words {
        targets,
        path: &part.path,
    };
    let nodes = parse(&part.text);
    let below = nodes.iter().skip_while(|node| match node {
        Node::Block(Tag::Heading { .. }, title) => super::markdown::slug(&plain(title)) != HEADING,
        _ => true,
    });
    let rows = below.flat_map(|node| match node {
        Node::Block(Tag::Table(_), rows) => rows.as_slice(),
        _ => &[],
    });
    for row in rows {
        let Node::Block(Tag::TableRow, cells) = row else {
            continue;
        };
        let [clause, Node::Block(_, elements), ..] = cells.as_slice() else {
            continue;
        };
        let clause = plain(std::slice::from_ref(clause));
        let Some(id) = cited(&clause).next() else {
            continue;
        };
        let links = elements
            .iter()
            .filter(|node| matches!(node, Node::Block(Tag::Link { .. }, _)));
        let links = links.map(|link| words.html(std::slice::from_ref(link), Place::default()));
        governed.entry(id.to_owned()).or_default().extend(links);
    }
    governed
}
