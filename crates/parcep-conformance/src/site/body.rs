//! One chapter as HTML: headings, cards of requirements, tables, pictures.

use super::SiteError;
use super::book::{Head, Part};
use super::card;
use super::links::Targets;
use super::markdown::{Node, escape, heading, language, parse, picture, plain};
use super::standing::Standings;
use super::tables;
use super::words::{Place, Words};
use crate::spec::{self, Requirement};
use pulldown_cmark::Tag;
use std::collections::{BTreeMap, BTreeSet};

/// What every chapter needs to know of the whole.
pub(super) struct Shelf<'a> {
    pub(super) targets: &'a Targets,
    /// Pictures by path, checked.
    pub(super) figures: BTreeMap<String, String>,
    pub(super) standings: &'a Standings,
    /// What of the wire each requirement governs, as HTML.
    pub(super) wire: BTreeMap<String, Vec<String>>,
}

/// Writes the part below its title. `level` is that of the title.
pub(super) fn write(shelf: &Shelf<'_>, part: &Part, level: usize) -> Result<String, SiteError> {
    let nodes = parse(&part.text);
    Writer::of(shelf, part, level).all(below_heading(&nodes))
}

/// Writes the part from its first section on.
pub(super) fn sections(shelf: &Shelf<'_>, part: &Part, level: usize) -> Result<String, SiteError> {
    let nodes = parse(&part.text);
    let below = below_heading(&nodes);
    let first = below.iter().position(|node| heading(node).is_some());
    let sections = first.and_then(|first| below.get(first..));
    Writer::of(shelf, part, level).all(sections.unwrap_or_default())
}

fn below_heading<'n, 'a>(nodes: &'n [Node<'a>]) -> &'n [Node<'a>] {
    match nodes.iter().position(|node| heading(node).is_some()) {
        Some(title) => nodes.get(title + 1..).unwrap_or_default(),
        None => nodes,
    }
}

/// Writes the paragraphs between the title and the first section.
pub(super) fn abstract_of(shelf: &Shelf<'_>, part: &Part) -> Result<String, SiteError> {
    let nodes = parse(&part.text);
    let mut between = nodes.split(|node| heading(node).is_some()).skip(1);
    Writer::of(shelf, part, 1).all(between.next().unwrap_or_default())
}

/// Writes what stands below one heading, without the heading.
pub(super) fn section_of(shelf: &Shelf<'_>, part: &Part, title: &str) -> Result<String, SiteError> {
    let nodes = parse(&part.text);
    let at = nodes
        .iter()
        .position(|node| heading(node).is_some_and(|(_, _, inside)| plain(inside) == title));
    let below = at.and_then(|at| nodes.get(at + 1..)).unwrap_or_default();
    let until = below
        .iter()
        .position(|node| heading(node).is_some())
        .unwrap_or(below.len());
    Writer::of(shelf, part, 1).all(below.get(..until).unwrap_or_default())
}

struct Writer<'a> {
    shelf: &'a Shelf<'a>,
    part: &'a Part,
    words: Words<'a>,
    level: usize,
    heads: std::slice::Iter<'a, Head>,
    requirements: BTreeMap<String, Requirement<'a>>,
    html: String,
    /// The card that is open, and how deep its heading is.
    card: Option<(String, usize)>,
    /// The keyword of a sentence that has not come yet.
    sentence: Option<&'static str>,
    /// What the last heading says, for captions.
    title: String,
    tables: usize,
    pictures: usize,
    /// The name of a picture that stands right before.
    after: Option<String>,
    shown: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    fn of(shelf: &'a Shelf<'a>, part: &'a Part, level: usize) -> Self {
        let (requirements, _) = spec::read(&part.path, &part.text);
        Self {
            shelf,
            part,
            words: Words {
                targets: shelf.targets,
                path: &part.path,
            },
            level,
            heads: part.heads.iter(),
            requirements: requirements
                .into_iter()
                .map(|r| (r.id.to_owned(), r))
                .collect(),
            html: String::new(),
            card: None,
            sentence: None,
            title: part.title.clone(),
            tables: 0,
            pictures: 0,
            after: None,
            shown: BTreeSet::new(),
        }
    }

    fn all(mut self, nodes: &[Node<'_>]) -> Result<String, SiteError> {
        for node in nodes {
            match heading(node) {
                Some((_, _, inside)) => self.heading(inside),
                None => self.block(node)?,
            }
        }
        self.close();
        Ok(self.html)
    }

    fn heading(&mut self, inside: &[Node<'_>]) {
        let Some(head) = self.heads.next() else {
            return;
        };
        if self
            .card
            .as_ref()
            .is_some_and(|(_, depth)| head.depth <= *depth)
        {
            self.close();
        }
        let level = (self.level + head.depth).min(6);
        let anchor = escape(&head.anchor);
        match &head.requirement {
            Some(id) => {
                let requirement = self.requirements.get(id);
                let standing = self.shelf.standings.get(id);
                self.title = head
                    .title
                    .split_once(' ')
                    .map_or("", |(_, title)| title)
                    .to_owned();
                self.html
                    .push_str(&card::open(level, id, &self.title, requirement, standing));
                self.sentence = requirement.map(|requirement| requirement.keyword);
                self.card = Some((id.clone(), head.depth));
            }
            None => {
                self.title.clone_from(&head.title);
                let words = self.words.html(
                    inside,
                    Place {
                        linked: true,
                        ..Place::default()
                    },
                );
                let number = head
                    .number
                    .as_ref()
                    .map(|number| format!("<span class=\"number\">{number}</span> "))
                    .unwrap_or_default();
                self.html.push_str(&format!(
                    "<h{level} id=\"{anchor}\">{number}{words} <a class=\"permalink\" href=\"#{anchor}\" aria-label=\"Link to {}\">#</a></h{level}>\n",
                    escape(&head.title)
                ));
            }
        }
    }

    fn close(&mut self) {
        if let Some((id, _)) = self.card.take() {
            let wire = self.shelf.wire.get(&id).map(Vec::as_slice);
            let standing = self.shelf.standings.get(&id);
            self.html
                .push_str(&card::close(standing, wire.unwrap_or_default()));
        }
        self.after = None;
    }

    fn block(&mut self, node: &Node<'_>) -> Result<(), SiteError> {
        if let Some((address, alt)) = picture(node) {
            return self.picture(&address, &alt);
        }
        let after = self.after.take();
        match node {
            Node::Block(Tag::Table(sides), rows) => {
                self.tables += 1;
                let number = self.number(self.tables);
                let caption = match after {
                    Some(figure) => format!("Table {number} – {figure} in words"),
                    None => format!("Table {number} – {}", self.title),
                };
                let html = tables::from_text(&self.words, sides, rows, &caption);
                self.html.push_str(&html);
            }
            Node::Block(Tag::Paragraph, inside) if plain(inside).trim().is_empty() => {
                let anchors = self.words.html(inside, Place::default());
                self.html.push_str(anchors.trim());
                self.html.push('\n');
            }
            Node::Block(Tag::Paragraph, inside) => {
                let keyword = self.sentence.take();
                let class = if keyword.is_some() {
                    " class=\"sentence\""
                } else {
                    ""
                };
                let words = self.words.html(
                    inside,
                    Place {
                        keyword,
                        ..Place::default()
                    },
                );
                self.html.push_str(&format!("<p{class}>{words}</p>\n"));
            }
            Node::Block(Tag::CodeBlock(kind), inside) => {
                let label = language(kind)
                    .map(|name| format!(" data-language=\"{}\"", escape(name)))
                    .unwrap_or_default();
                let code = escape(&plain(inside));
                self.html.push_str(&format!(
                    "<pre tabindex=\"0\"{label}><code>{code}</code></pre>\n"
                ));
            }
            Node::Block(Tag::HtmlBlock, inside) => {
                let html = raw(inside);
                if !is_comment(&html) {
                    self.html
                        .push_str(&format!("<p>{}</p>\n", escape(html.trim())));
                }
            }
            Node::Block(tag, inside) => {
                let (open, close) = around(tag);
                self.html.push_str(&open);
                self.inside(inside)?;
                self.html.push_str(close);
            }
            Node::Rule => self.html.push_str("<hr/>\n"),
            other => {
                let words = self
                    .words
                    .html(std::slice::from_ref(other), Place::default());
                self.html.push_str(&words);
            }
        }
        Ok(())
    }

    /// Blocks and loose words in a list or a quotation.
    fn inside(&mut self, nodes: &[Node<'_>]) -> Result<(), SiteError> {
        let mut loose: Vec<Node<'_>> = Vec::new();
        for node in nodes {
            match node {
                Node::Block(tag, _) if !is_inline(tag) => {
                    let words = self
                        .words
                        .html(&std::mem::take(&mut loose), Place::default());
                    self.html.push_str(&words);
                    self.block(node)?;
                }
                other => loose.push(other.clone()),
            }
        }
        let words = self.words.html(&loose, Place::default());
        self.html.push_str(&words);
        Ok(())
    }

    fn picture(&mut self, address: &str, alt: &str) -> Result<(), SiteError> {
        let fault = |what: &str| SiteError::Figure {
            path: address.to_owned(),
            what: what.to_owned(),
        };
        let path = address.trim_start_matches("../");
        let svg = self
            .shelf
            .figures
            .get(path)
            .ok_or_else(|| fault("there is no such file"))?;
        if !self.shown.insert(path.to_owned()) {
            return Err(fault("it stands twice in one chapter"));
        }
        self.pictures += 1;
        let name = format!("Figure {}", self.number(self.pictures));
        let stem = path
            .rsplit('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".svg");
        self.html.push_str(&format!(
            "<figure id=\"figure.{}\"><div class=\"picture\" role=\"group\" aria-label=\"{name}\" tabindex=\"0\">\n{svg}\n</div>\n\
             <figcaption>{name} – {}</figcaption></figure>\n",
            escape(stem),
            escape(alt)
        ));
        self.after = Some(name);
        Ok(())
    }

    /// `4.2` in chapter 4, `2` in the front.
    fn number(&self, count: usize) -> String {
        match self.part.label.as_str() {
            "" => count.to_string(),
            label => format!("{label}.{count}"),
        }
    }
}

fn around(tag: &Tag<'_>) -> (String, &'static str) {
    match tag {
        Tag::List(Some(1)) => ("<ol>\n".to_owned(), "</ol>\n"),
        Tag::List(Some(first)) => (format!("<ol start=\"{first}\">\n"), "</ol>\n"),
        Tag::List(None) => ("<ul>\n".to_owned(), "</ul>\n"),
        Tag::Item => ("<li>".to_owned(), "</li>\n"),
        Tag::BlockQuote(_) => ("<blockquote>\n".to_owned(), "</blockquote>\n"),
        _ => ("<p>".to_owned(), "</p>\n"),
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

fn raw(nodes: &[Node<'_>]) -> String {
    let pieces = nodes.iter().filter_map(|node| match node {
        Node::Html(html) | Node::Text(html) => Some(html.as_ref()),
        _ => None,
    });
    pieces.collect()
}

fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->")
}
