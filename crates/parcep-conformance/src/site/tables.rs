//! Tables, so that a screen reader can say where it is in one.

use super::markdown::{Node, escape, plain};
use super::registry::List;
use super::words::{Place, Words};
use pulldown_cmark::{Alignment, Tag};
use std::collections::BTreeSet;

/// A cell that begins its row may be so long.
const ROW_HEAD: usize = 64;

/// A table of a text. `caption` names it.
pub(super) fn from_text(
    words: &Words<'_>,
    sides: &[Alignment],
    rows: &[Node<'_>],
    caption: &str,
) -> String {
    let mut head = String::new();
    let mut body = String::new();
    let row_heads = row_heads(rows);
    for row in rows {
        let Node::Block(kind, cells) = row else {
            continue;
        };
        let is_head = matches!(kind, Tag::TableHead);
        let mut html = String::new();
        for (index, cell) in cells.iter().enumerate() {
            let Node::Block(_, inside) = cell else {
                continue;
            };
            let side = match sides.get(index) {
                Some(Alignment::Right) => " class=\"right\"",
                Some(Alignment::Center) => " class=\"centre\"",
                _ => "",
            };
            let place = Place {
                cell: true,
                alone: inside.len() == 1,
                ..Place::default()
            };
            html.push_str(&cell_html(
                is_head,
                row_heads && index == 0,
                side,
                &mark(inside, words.html(inside, place)),
            ));
        }
        let target = if is_head { &mut head } else { &mut body };
        target.push_str("<tr>");
        target.push_str(&html);
        target.push_str("</tr>\n");
    }
    frame(caption, &head, &body)
}

/// A list of a registry. Long values share the last column.
pub(super) fn from_registry(words: &Words<'_>, list: &List, caption: &str, anchor: &str) -> String {
    let mut head = String::from("<tr>");
    for column in &list.columns {
        head.push_str(&cell_html(
            true,
            false,
            "",
            &escape(&column.replace('_', " ")),
        ));
    }
    let single = match list.long.as_slice() {
        [] => None,
        [one] => Some(one.replace('_', " ")),
        _ => Some("details".to_owned()),
    };
    head.push_str(
        &single
            .map(|name| cell_html(true, false, "", &escape(&name)))
            .unwrap_or_default(),
    );
    head.push_str("</tr>\n");

    let name = list
        .columns
        .iter()
        .position(|column| column == "name")
        .unwrap_or(0);
    let text = |value: &str| {
        let nodes = super::markdown::parse(value);
        let inside = match nodes.as_slice() {
            [Node::Block(Tag::Paragraph, inside)] => inside.as_slice(),
            _ => return escape(value),
        };
        words.html(
            inside,
            Place {
                cell: true,
                ..Place::default()
            },
        )
    };
    let mut taken = BTreeSet::new();
    let mut body = String::new();
    for (short, long) in &list.rows {
        let id = short
            .get(name)
            .cloned()
            .flatten()
            .map(|value| format!("{anchor}.{}", super::markdown::slug(&value)));
        match id.filter(|id| taken.insert(id.clone())) {
            Some(id) => body.push_str(&format!("<tr id=\"{}\">", escape(&id))),
            None => body.push_str("<tr>"),
        }
        for (index, value) in short.iter().enumerate() {
            let value = value
                .as_deref()
                .map(|value| plain_or_text(value, &text))
                .unwrap_or_default();
            body.push_str(&cell_html(false, index == name, "", &value));
        }
        if !list.long.is_empty() {
            let mut lines = String::new();
            for (key, value) in list.long.iter().zip(long) {
                let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else {
                    continue;
                };
                if list.long.len() > 1 && key != "text" {
                    lines.push_str(&format!(
                        "<p><span class=\"key\">{}:</span> {}</p>",
                        escape(&key.replace('_', " ")),
                        text(value)
                    ));
                } else {
                    lines.push_str(&format!("<p>{}</p>", text(value)));
                }
            }
            body.push_str(&format!("<td>{lines}</td>"));
        }
        body.push_str("</tr>\n");
    }
    frame(caption, &head, &body)
}

/// Names in capitals and dotted names are shown as they are, without reading them as Markdown.
fn plain_or_text(value: &str, text: &impl Fn(&str) -> String) -> String {
    if value.contains('`') || value.contains("R-") {
        text(value)
    } else if value.ends_with(".md") {
        text(&format!("`{value}`"))
    } else {
        escape(value)
            .replace('_', "_<wbr/>")
            .replace(", ", ", <wbr/>")
    }
}

/// A table that scrolls by itself where the window is too narrow.
pub(super) fn frame(caption: &str, head: &str, body: &str) -> String {
    let caption = escape(caption);
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table>\n<caption>{caption}</caption>\n\
         <thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table></div>\n"
    )
}

fn cell_html(column: bool, row: bool, side: &str, html: &str) -> String {
    match (column, row) {
        (true, _) => format!("<th scope=\"col\"{side}>{html}</th>"),
        (_, true) => format!("<th scope=\"row\"{side}>{html}</th>"),
        _ => format!("<td{side}>{html}</td>"),
    }
}

/// A filled circle says yes to those who see it; the others are told.
fn mark(inside: &[Node<'_>], html: String) -> String {
    match plain(inside).trim() {
        "●" => "<span role=\"img\" aria-label=\"yes\">●</span>".to_owned(),
        "" => "<span class=\"unseen\">–</span>".to_owned(),
        _ => html,
    }
}

/// Whether the first cells of the rows name them: none is empty, long, or there twice.
fn row_heads(rows: &[Node<'_>]) -> bool {
    let mut seen = BTreeSet::new();
    rows.iter()
        .filter_map(|row| match row {
            Node::Block(Tag::TableRow, cells) => Some(cells),
            _ => None,
        })
        .all(|cells| {
            let first = cells
                .first()
                .map(|cell| plain(std::slice::from_ref(cell)))
                .unwrap_or_default();
            !first.trim().is_empty() && first.chars().count() <= ROW_HEAD && seen.insert(first)
        })
}
