//! The page `spec/wire-reference.md`.

use super::clauses::{Clauses, cited};
use super::elements::{Element, File, Group, Kind, Shape, Wire};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "\
# The wire, element by element

<!-- Made from proto/ by `PARCEP_REGENERATE=1 cargo test -p parcep-proto`. Change the comments there, not this page. -->

Every message, field, enumeration, value and call of the package, with what its comment in `proto/` says and the
clauses that govern it. Clauses in brackets are those of the message, enumeration or service that the element stands in:
it has none of its own. Nothing on this page binds; the clauses do. [The way back](#clauses-and-what-they-govern), from
each clause to what it governs, is at the end.
";

/// The whole page.
pub(crate) fn render(wire: &Wire, clauses: &Clauses) -> String {
    let mut out = HEAD.to_owned();
    contents(&mut out, wire);
    for file in &wire.files {
        self::file(&mut out, file, clauses);
    }
    way_back(&mut out, wire, clauses);
    out
}

fn contents(out: &mut String, wire: &Wire) {
    line(out, "\n| File | Holds |\n|---|---|");
    for file in &wire.files {
        let groups = file
            .groups
            .iter()
            .map(|group| link(&group.head.full_name, &group.head.name));
        let groups = groups.collect::<Vec<_>>().join(", ");
        line(
            out,
            &format!(
                "| {} | {groups} |",
                link(&file_anchor(file), short(&file.name))
            ),
        );
    }
}

fn file(out: &mut String, file: &File, clauses: &Clauses) {
    line(out, &format!("\n{}", anchor(&file_anchor(file))));
    line(out, &format!("## {}\n", short(&file.name)));
    line(out, &prose(&file.comment, clauses));
    for group in &file.groups {
        self::group(out, group, clauses);
    }
}

fn group(out: &mut String, group: &Group, clauses: &Clauses) {
    let kind = match group.kind {
        Kind::Message => "Message",
        Kind::Enum => "Enumeration",
        Kind::Service => "Service",
    };
    line(out, &format!("\n{}", anchor(&group.head.full_name)));
    line(out, &format!("### {kind} {}\n", group.head.name));
    let governed = governed(&group.head, clauses);
    line(
        out,
        &format!(
            "{} Clauses: {governed}.",
            prose(&group.head.comment, clauses)
        ),
    );
    if group.parts.is_empty() {
        return line(out, "\nIt has no fields.");
    }
    line(
        out,
        match group.kind {
            Kind::Message => {
                "\n| No. | Field | Type | What it says | Clauses |\n|---|---|---|---|---|"
            }
            Kind::Enum => "\n| No. | Value | What it says | Clauses |\n|---|---|---|---|",
            Kind::Service => {
                "\n| Call | Request | Response | What it does | Clauses |\n|---|---|---|---|---|"
            }
        },
    );
    for part in &group.parts {
        row(out, part, clauses);
    }
}

fn row(out: &mut String, part: &Element, clauses: &Clauses) {
    let name = format!("{}`{}`", anchor(&part.full_name), part.name);
    let says = prose(&part.comment, clauses).replace('|', "\\|");
    let governed = governed(part, clauses);
    let cells = match &part.shape {
        Shape::Field { number, .. } => {
            format!(
                "{number} | {name} | {} | {says} | {governed}",
                typed(&part.shape)
            )
        }
        Shape::Value(number) => format!("{number} | {name} | {says} | {governed}"),
        Shape::Call {
            request,
            response,
            streams,
        } => {
            let stream = if *streams { "stream of " } else { "" };
            let (request, response) = (type_link(request), type_link(response));
            format!("{name} | {request} | {stream}{response} | {says} | {governed}")
        }
        Shape::Head => return,
    };
    line(out, &format!("| {cells} |"));
}

fn typed(shape: &Shape) -> String {
    let Shape::Field {
        of,
        repeated,
        optional,
        oneof,
        ..
    } = shape
    else {
        return String::new();
    };
    let of = type_link(of);
    match oneof {
        Some(oneof) => format!("{of}, one of `{oneof}`"),
        None if *repeated => format!("list of {of}"),
        None if *optional => format!("{of}, may be absent"),
        None => of,
    }
}

fn governed(element: &Element, clauses: &Clauses) -> String {
    let links = element.clauses.iter().map(|id| clauses.link(id));
    let links = links.collect::<Vec<_>>().join(", ");
    if element.own.is_empty() {
        format!("({links})")
    } else {
        links
    }
}

/// From each clause to the elements whose own comment names it.
fn way_back(out: &mut String, wire: &Wire, clauses: &Clauses) {
    let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for group in wire.groups() {
        for element in std::iter::once(&group.head).chain(&group.parts) {
            let full = &element.full_name;
            let name = match element.shape {
                Shape::Head | Shape::Value(_) => element.name.clone(),
                Shape::Field { .. } | Shape::Call { .. } => {
                    format!("{}.{}", group.head.name, element.name)
                }
            };
            for id in &element.own {
                named.entry(id).or_default().push(link(full, &name));
            }
        }
    }
    line(out, "\n<a id=\"clauses-and-what-they-govern\"></a>");
    line(out, "## Clauses and what they govern\n");
    line(
        out,
        "A clause that governs a message, an enumeration or a service also governs what stands in it and names none.\n",
    );
    line(out, "| Clause | Elements |\n|---|---|");
    for (id, clause) in clauses.in_order() {
        if let Some(elements) = named.get(id) {
            let (link, title) = (clauses.link(id), &clause.title);
            line(
                out,
                &format!("| {link} {title} | {} |", elements.join(", ")),
            );
        }
    }
}

/// A comment for reading: ids in brackets are dropped, since a column of their own has them; others
/// become links.
fn prose(comment: &str, clauses: &Clauses) -> String {
    let mut text = String::new();
    let mut rest = comment;
    while let Some((before, after)) = rest.split_once('(') {
        let (inside, behind) = after.split_once(')').unwrap_or((after, ""));
        let only_ids = !inside.is_empty() && inside.split(", ").all(|part| cited(part) == [part]);
        if only_ids {
            text.push_str(before.trim_end());
        } else {
            text.push_str(before);
            text.push('(');
            text.push_str(inside);
            text.push(')');
        }
        rest = behind;
    }
    text.push_str(rest);
    for id in cited(&text.clone()) {
        text = text.replace(id, &clauses.link(id));
    }
    let words = text.split(' ').map(chapter_link);
    words.collect::<Vec<_>>().join(" ")
}

/// `spec/04-documents.md` as a link from a page beside it.
fn chapter_link(word: &str) -> String {
    let end = word.rfind(".md").map_or(0, |at| at + 3);
    let (path, punctuation) = word.split_at_checked(end).unwrap_or((word, ""));
    match path
        .strip_prefix("spec/")
        .filter(|name| !name.contains('/'))
    {
        Some(name) => format!("[{name}]({name}){punctuation}"),
        None => word.to_owned(),
    }
}

fn type_link(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    if last == name {
        name.to_owned()
    } else {
        link(name, last)
    }
}

fn link(anchor: &str, text: &str) -> String {
    format!("[`{text}`](#{anchor})")
}

fn anchor(id: &str) -> String {
    format!("<a id=\"{id}\"></a>")
}

fn file_anchor(file: &File) -> String {
    file.name.clone()
}

fn short(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
