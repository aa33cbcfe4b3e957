//! Words, code and links inside a paragraph.

use super::links::{Goal, Targets, names_file};
use super::markdown::{Node, anchor, escape, plain};
use crate::spec::cited;
use pulldown_cmark::Tag;
use std::fmt::Write as _;

/// The page where names of the wire lead to: its own are not links to themselves.
const WIRE: &str = "wire-reference.md";

/// What a run of words stands in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// Inside a link, where no other link may begin.
    pub(super) linked: bool,
    /// Inside the cell of a table, where long names may break.
    pub(super) cell: bool,
    /// All that a cell holds.
    pub(super) alone: bool,
    /// The keyword to emphasise.
    pub(super) keyword: Option<&'a str>,
}

/// Writes words as HTML.
pub(super) struct Words<'a> {
    pub(super) targets: &'a Targets,
    /// The file that the words stand in.
    pub(super) path: &'a str,
}

impl Words<'_> {
    /// Words of a paragraph, a heading or a cell.
    pub(super) fn html(&self, nodes: &[Node<'_>], place: Place<'_>) -> String {
        let mut html = String::new();
        let mut run = String::new();
        for node in nodes {
            match node {
                Node::Text(text) => run.push_str(text),
                Node::Soft => run.push(' '),
                other => {
                    html.push_str(&self.text(&std::mem::take(&mut run), place));
                    html.push_str(&self.node(other, place));
                }
            }
        }
        html.push_str(&self.text(&run, place));
        html
    }

    fn node(&self, node: &Node<'_>, place: Place<'_>) -> String {
        match node {
            Node::Block(tag, inside) => match tag {
                Tag::Emphasis => format!("<em>{}</em>", self.html(inside, place)),
                Tag::Strong => format!("<strong>{}</strong>", self.html(inside, place)),
                Tag::Link { dest_url, .. } => self.link(dest_url, inside, place),
                Tag::Image { .. } => format!("[{}]", escape(&plain(inside))),
                _ => self.html(inside, place),
            },
            Node::Code(code) => self.code(code, place),
            Node::Html(html) if html.trim_start().starts_with("<!--") || html.trim() == "</a>" => {
                String::new()
            }
            Node::Html(html) if anchor(html).is_some() => {
                format!("<span id=\"{}\"></span>", anchor(html).unwrap_or_default())
            }
            Node::Text(text) | Node::Html(text) => escape(text),
            Node::Hard => "<br/>".to_owned(),
            Node::Soft | Node::Rule => " ".to_owned(),
        }
    }

    fn link(&self, address: &str, inside: &[Node<'_>], place: Place<'_>) -> String {
        let linked = Place {
            linked: true,
            ..place
        };
        let words = match names_file(inside)
            .as_deref()
            .and_then(|name| self.targets.spoken(name))
        {
            Some(spoken) if place.alone => escape(&title_first(spoken)),
            Some(spoken) => escape(spoken),
            None => self.html(inside, linked),
        };
        if place.linked {
            return words;
        }
        match self.targets.resolve(self.path, address) {
            Goal::Here(anchor) => {
                let class = match inside {
                    [Node::Text(id)] if self.targets.requirement(id).is_some() => " class=\"rid\"",
                    [Node::Code(_)] => " class=\"name\"",
                    _ => "",
                };
                format!("<a{class} href=\"#{}\">{words}</a>", escape(&anchor))
            }
            Goal::Web(url) => format!(
                "<a href=\"{}\" rel=\"external noreferrer\">{words}</a>",
                escape(&url)
            ),
            Goal::File | Goal::Nowhere(_) => format!("<span class=\"file\">{words}</span>"),
        }
    }

    fn code(&self, code: &str, place: Place<'_>) -> String {
        if let Some(spoken) = self.targets.spoken(code).filter(|_| !place.linked) {
            let anchor = self.targets.name(code).unwrap_or_default();
            return format!("<a href=\"#{}\">{}</a>", escape(anchor), escape(spoken));
        }
        let shown = if place.cell {
            breakable(&escape(code))
        } else {
            escape(code)
        };
        match self
            .targets
            .name(code)
            .filter(|_| !place.linked && self.path != WIRE)
        {
            Some(anchor) => format!(
                "<a class=\"name\" href=\"#{}\"><code>{shown}</code></a>",
                escape(anchor)
            ),
            None => format!("<code>{shown}</code>"),
        }
    }

    /// Plain words: ids of requirements become links, the keyword is emphasised.
    fn text(&self, text: &str, place: Place<'_>) -> String {
        if let Some((before, keyword, after)) =
            place.keyword.and_then(|keyword| split(text, keyword))
        {
            let rest = Place {
                keyword: None,
                ..place
            };
            let (before, after) = (self.text(before, rest), self.text(after, rest));
            return format!("{before}<strong class=\"word\">{keyword}</strong>{after}");
        }
        let mut html = String::new();
        let mut rest = text;
        for id in cited(text).filter(|_| !place.linked) {
            let (Some(title), Some((before, after))) =
                (self.targets.requirement(id), rest.split_once(id))
            else {
                continue;
            };
            html.push_str(&prose(before, place));
            let anchor = id.to_ascii_lowercase();
            // Writing to a text cannot fail.
            let _ = write!(
                html,
                "<a class=\"rid\" href=\"#{anchor}\" title=\"{}\">{id}</a>",
                escape(title)
            );
            rest = after;
        }
        html.push_str(&prose(rest, place));
        html
    }
}

fn prose(text: &str, place: Place<'_>) -> String {
    let safe = escape(text);
    if place.cell { breakable(&safe) } else { safe }
}

/// `annex C, Decisions` as it stands alone in a cell: `Annex C. Decisions`, `4. Documents`.
fn title_first(spoken: &str) -> String {
    let spoken = spoken.replacen(", ", ". ", 1);
    match spoken.strip_prefix("chapter ") {
        Some(rest) => rest.to_owned(),
        None => spoken.replacen("annex ", "Annex ", 1),
    }
}

/// Long names may break behind an underscore.
fn breakable(safe: &str) -> String {
    safe.replace('_', "_<wbr/>")
}

/// Splits at a keyword that stands as words of its own.
fn split<'t>(text: &'t str, keyword: &'t str) -> Option<(&'t str, &'t str, &'t str)> {
    text.match_indices(keyword).find_map(|(at, found)| {
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.strip_prefix(found)?;
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        (free(before.chars().next_back()) && free(after.chars().next()))
            .then_some((before, found, after))
    })
}
