//! How far each chapter is tested: a picture and a table with the same numbers.

use super::book::Book;
use super::list::{Row, of};
use super::markdown::escape;
use super::standing::{STATES, look};
use super::tables;
use crate::trace::State;

const LABEL: usize = 270;
const BAR: usize = 420;
const LINE: usize = 24;

/// The counts of one chapter.
struct Counts {
    title: String,
    anchor: String,
    /// Binding ones by state, in the order of `STATES`.
    by_state: Vec<usize>,
    advice: usize,
}

impl Counts {
    fn binding(&self) -> usize {
        self.by_state.iter().sum()
    }
}

/// Picture and table of all chapters that hold requirements.
pub(super) fn html(book: &Book, rows: &[Row<'_>]) -> String {
    let counts: Vec<Counts> = book
        .parts
        .iter()
        .map(|part| {
            let own = of(rows, part);
            let number = |state| {
                own.iter()
                    .filter(|row| row.binding && row.state == state)
                    .count()
            };
            Counts {
                title: part.full_title(),
                anchor: part.anchor.clone(),
                by_state: STATES.into_iter().map(number).collect(),
                advice: own.iter().filter(|row| !row.binding).count(),
            }
        })
        .filter(|counts| counts.binding() + counts.advice > 0)
        .collect();
    let states: Vec<(usize, Option<State>)> = STATES
        .into_iter()
        .enumerate()
        .filter(|(at, _)| {
            counts
                .iter()
                .any(|counts| counts.by_state.get(*at).is_some_and(|n| *n > 0))
        })
        .collect();
    if counts.is_empty() {
        return "<p>No chapter holds a requirement.</p>\n".to_owned();
    }
    format!("{}{}", picture(&counts, &states), table(&counts, &states))
}

fn picture(counts: &[Counts], states: &[(usize, Option<State>)]) -> String {
    let most = counts.iter().map(Counts::binding).max().unwrap_or(1).max(1);
    let height = (counts.len() + 2) * LINE + 8;
    let width = LABEL + BAR + 60;
    let mut svg = format!(
        "<figure id=\"figure.coverage\"><div class=\"picture\" role=\"group\" aria-label=\"Coverage\" tabindex=\"0\">\n\
         <svg class=\"coverage\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"coverage-title coverage-desc\">\n\
         <title id=\"coverage-title\">How far each chapter is tested</title>\n\
         <desc id=\"coverage-desc\">One bar a chapter, as long as its binding requirements are many, divided by state. \
         The table below has the same numbers.</desc>\n<defs>{PATTERNS}</defs>\n"
    );
    let mut x = LABEL;
    for (_, state) in states {
        svg.push_str(&format!(
            "<rect class=\"bar {}\" x=\"{x}\" y=\"6\" width=\"14\" height=\"14\"/><text x=\"{}\" y=\"18\">{}</text>\n",
            look(*state).name,
            x + 20,
            look(*state).name
        ));
        x += 34 + look(*state).name.len() * 8;
    }
    for (line, counts) in counts.iter().enumerate() {
        let y = (line + 1) * LINE + 10;
        svg.push_str(&format!(
            "<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>\n",
            LABEL - 10,
            y + 14,
            escape(&shorten(&counts.title))
        ));
        let mut x = LABEL;
        for (at, state) in states {
            let number = counts.by_state.get(*at).copied().unwrap_or(0);
            let width = number * BAR / most;
            if number > 0 {
                svg.push_str(&format!(
                    "<rect class=\"bar {}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\"/>\n",
                    look(*state).name,
                    LINE - 6
                ));
            }
            x += width;
        }
        svg.push_str(&format!(
            "<text x=\"{}\" y=\"{}\">{}</text>\n",
            x + 8,
            y + 14,
            counts.binding()
        ));
    }
    svg.push_str(
        "</svg>\n</div>\n<figcaption>Binding requirements of each chapter, by how far they are tested</figcaption></figure>\n",
    );
    svg
}

/// Differ in texture, not only in colour.
const PATTERNS: &str = "\
<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect class=\"ground\" width=\"6\" height=\"6\"/><line class=\"ink\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern>\
<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"ground\" width=\"6\" height=\"6\"/><circle class=\"dot\" cx=\"3\" cy=\"3\" r=\"1.4\"/></pattern>\
<pattern id=\"lines\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"ground\" width=\"5\" height=\"5\"/><line class=\"ink\" x1=\"0\" y1=\"2\" x2=\"5\" y2=\"2\"/></pattern>";

fn table(counts: &[Counts], states: &[(usize, Option<State>)]) -> String {
    let column = |name: &str| format!("<th scope=\"col\" class=\"right\">{}</th>", escape(name));
    let mut head = "<tr><th scope=\"col\">Chapter</th>".to_owned() + &column("binding");
    for (_, state) in states {
        head.push_str(&column(look(*state).name));
    }
    head.push_str(&column("advice"));
    head.push_str("</tr>\n");

    let mut body = String::new();
    for counts in counts {
        let name = format!(
            "<a href=\"#{}\">{}</a>",
            escape(&counts.anchor),
            escape(&counts.title)
        );
        body.push_str(&row(&name, counts, states));
    }
    let all = Counts {
        title: String::new(),
        anchor: String::new(),
        by_state: (0..STATES.len())
            .map(|at| {
                counts
                    .iter()
                    .filter_map(|counts| counts.by_state.get(at))
                    .sum()
            })
            .collect(),
        advice: counts.iter().map(|counts| counts.advice).sum(),
    };
    body.push_str(&row("All", &all, states).replacen("<tr>", "<tr class=\"total\">", 1));
    tables::frame(
        "Requirements of each chapter, by how far they are tested",
        &head,
        &body,
    )
}

fn row(name: &str, counts: &Counts, states: &[(usize, Option<State>)]) -> String {
    let cell = |number: usize| format!("<td class=\"right\">{number}</td>");
    let mut html = format!(
        "<tr><th scope=\"row\">{name}</th>{}",
        cell(counts.binding())
    );
    for (at, _) in states {
        html.push_str(&cell(counts.by_state.get(*at).copied().unwrap_or(0)));
    }
    html.push_str(&cell(counts.advice));
    html.push_str("</tr>\n");
    html
}

/// A title that fits beside a bar.
fn shorten(title: &str) -> String {
    const MOST: usize = 42;
    if title.chars().count() <= MOST {
        return title.to_owned();
    }
    title
        .chars()
        .take(MOST - 1)
        .chain(std::iter::once('…'))
        .collect()
}
