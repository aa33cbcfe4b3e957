//! The card of a requirement: what it is called, how strongly it binds, how far it is tested.

use super::markdown::escape;
use super::standing::{Look, Standing, look};
use crate::spec::Requirement;
use crate::trace::State;

/// The beginning of a card, up to its sentence.
pub(super) fn open(
    level: usize,
    id: &str,
    title: &str,
    requirement: Option<&Requirement<'_>>,
    standing: Option<&Standing>,
) -> String {
    let anchor = id.to_ascii_lowercase();
    let provisional = requirement.is_some_and(|requirement| requirement.provisional.is_some());
    let keyword = requirement.map_or_else(String::new, |requirement| {
        let class = if requirement.is_binding() && !provisional {
            "binds"
        } else {
            "advises"
        };
        format!(
            "<span class=\"keyword {class}\">{}</span> ",
            requirement.keyword
        )
    });
    format!(
        "<article class=\"card\" aria-labelledby=\"{anchor}\">\n<header>\n\
         <h{level} id=\"{anchor}\"><a class=\"rid\" href=\"#{anchor}\">{id}</a> {}</h{level}>\n\
         <p class=\"badges\">{keyword}{}</p>\n</header>\n",
        escape(title),
        match standing {
            None if provisional => sign(look(Some(State::Provisional))),
            standing => badge(standing),
        },
    )
}

/// The end of a card: what it governs on the wire, and its tests.
pub(super) fn close(standing: Option<&Standing>, wire: &[String]) -> String {
    let tests = standing.map(tests).unwrap_or_default();
    format!("{}{tests}</article>\n", elements(wire))
}

/// More elements than this are folded away.
const FEW: usize = 6;

fn elements(wire: &[String]) -> String {
    let list = wire.join(", ");
    match wire.len() {
        0 => String::new(),
        number if number <= FEW => format!("<p class=\"wire\">On the wire: {list}</p>\n"),
        number => format!(
            "<details class=\"wire\"><summary>On the wire: {number} elements</summary>\n<p>{list}</p></details>\n"
        ),
    }
}

/// Sign and name of a state.
pub(super) fn badge(standing: Option<&Standing>) -> String {
    let state = standing.map(|standing| standing.state);
    let suspect = if standing.is_some_and(|standing| standing.suspect) {
        " <span class=\"state suspect\" title=\"the sentence changed since its tests were last looked at\">\
         <span aria-hidden=\"true\">!</span> suspect</span>"
    } else {
        ""
    };
    sign(look(state)) + suspect
}

fn sign(look: Look) -> String {
    format!(
        "<span class=\"state {0}\" title=\"{1}\"><span aria-hidden=\"true\">{2}</span> {0}</span>",
        look.name,
        escape(look.meaning),
        look.sign,
    )
}

fn tests(standing: &Standing) -> String {
    let note = standing.note.as_deref().map(|note| {
        format!(
            "<p class=\"note\">{}: {}</p>\n",
            capital(standing.state.name()),
            escape(note)
        )
    });
    let mut html = note.unwrap_or_default();
    if standing.tests.is_empty() && standing.faults.is_empty() {
        return html;
    }
    let mut counts = vec![count(standing.tests.len(), "test")];
    if !standing.faults.is_empty() {
        counts.push(format!(
            "{} caught",
            count(standing.faults.len(), "faulty implementation")
        ));
    }
    html.push_str(&format!(
        "<details><summary>{}</summary>\n<ul>\n",
        counts.join(", ")
    ));
    for test in &standing.tests {
        html.push_str(&format!(
            "<li><code>{}</code></li>\n",
            escape(test)
                .replace('_', "_<wbr/>")
                .replace("::", "::<wbr/>")
        ));
    }
    for fault in &standing.faults {
        html.push_str(&format!(
            "<li>caught: <code>{}</code></li>\n",
            escape(fault)
        ));
    }
    html.push_str("</ul></details>\n");
    html
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
