//! Markdown as a small tree, which is easier to look ahead in than a stream of events.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag};

/// One element of a text.
#[derive(Debug, Clone)]
pub(super) enum Node<'a> {
    /// Something with contents.
    Block(Tag<'a>, Vec<Self>),
    /// Words.
    Text(CowStr<'a>),
    /// Words in backticks.
    Code(CowStr<'a>),
    /// HTML as it stands in the text. It is shown as text, but for comments.
    Html(CowStr<'a>),
    /// The end of a line, without meaning.
    Soft,
    /// A line break that is meant.
    Hard,
    /// A horizontal rule.
    Rule,
}

/// Reads one text.
pub(super) fn parse(text: &str) -> Vec<Node<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut open: Vec<(Option<Tag<'_>>, Vec<Node<'_>>)> = vec![(None, Vec::new())];
    for event in Parser::new_ext(text, options) {
        let node = match event {
            Event::Start(tag) => {
                open.push((Some(tag), Vec::new()));
                continue;
            }
            Event::End(_) => match open.pop() {
                Some((Some(tag), inside)) => Node::Block(tag, inside),
                _ => continue,
            },
            Event::Text(text) => Node::Text(text),
            Event::Code(code) => Node::Code(code),
            Event::Html(html) | Event::InlineHtml(html) => Node::Html(html),
            Event::HardBreak => Node::Hard,
            Event::Rule => Node::Rule,
            _ => Node::Soft,
        };
        if let Some((_, inside)) = open.last_mut() {
            inside.push(node);
        }
    }
    open.into_iter()
        .next()
        .map(|(_, all)| all)
        .unwrap_or_default()
}

/// The words alone.
pub(super) fn plain(nodes: &[Node<'_>]) -> String {
    let mut words = String::new();
    for node in nodes {
        match node {
            Node::Block(_, inside) => words.push_str(&plain(inside)),
            Node::Text(text) | Node::Code(text) => words.push_str(text),
            Node::Soft | Node::Hard => words.push(' '),
            Node::Html(_) | Node::Rule => {}
        }
    }
    words
}

/// Level, written id and contents, if the node is a heading.
pub(super) fn heading<'n, 'a>(
    node: &'n Node<'a>,
) -> Option<(HeadingLevel, Option<&'n str>, &'n [Node<'a>])> {
    match node {
        Node::Block(Tag::Heading { level, id, .. }, inside) => {
            Some((*level, id.as_deref(), inside))
        }
        _ => None,
    }
}

/// Address and description, if the node is a paragraph that holds one picture and nothing else.
pub(super) fn picture(node: &Node<'_>) -> Option<(String, String)> {
    let Node::Block(Tag::Paragraph, inside) = node else {
        return None;
    };
    match inside.as_slice() {
        [Node::Block(Tag::Image { dest_url, .. }, alt)] => Some((dest_url.to_string(), plain(alt))),
        _ => None,
    }
}

/// Whether a code block says that it is prose in another language than code; all are shown alike.
pub(super) fn language<'n>(kind: &'n CodeBlockKind<'_>) -> Option<&'n str> {
    match kind {
        CodeBlockKind::Fenced(name) if !name.is_empty() => Some(name),
        _ => None,
    }
}

/// The id of an empty anchor such as `<a id="here">`, the one piece of HTML that a text may hold.
pub(super) fn anchor(html: &str) -> Option<&str> {
    let id = html.trim().strip_prefix("<a id=\"")?.strip_suffix("\">")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    (!id.is_empty() && id.chars().all(plain)).then_some(id)
}

/// Every id of such an anchor, in order.
pub(super) fn anchors(nodes: &[Node<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    for node in nodes {
        match node {
            Node::Block(_, inside) => all.extend(anchors(inside)),
            Node::Html(html) => all.extend(anchor(html).map(str::to_owned)),
            _ => {}
        }
    }
    all
}

/// The fragment that Markdown viewers give a heading.
pub(super) fn slug(title: &str) -> String {
    title
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Text as it stands in HTML.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
