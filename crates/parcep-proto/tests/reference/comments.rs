//! What a comment of the wire says, as far as a program can tell.

use super::elements::{Element, Shape};

const KEYWORDS: [&str; 8] = [
    "MUST",
    "SHALL",
    "SHOULD",
    "REQUIRED",
    "RECOMMENDED",
    "MAY",
    "OPTIONAL",
    "NOT",
];

/// The first thing that a comment lacks, or has and should not.
pub(crate) fn fault(element: &Element) -> Option<String> {
    let comment = element.comment.as_str();
    let said = |what: &str| comment.to_lowercase().contains(what);
    let Element { full_name, .. } = element;
    if let Some(word) = keyword(comment) {
        return Some(format!("{full_name}: {word} stands in clauses only"));
    }
    let Shape::Field {
        of,
        optional,
        oneof,
        repeated,
        ..
    } = &element.shape
    else {
        return comment
            .is_empty()
            .then(|| format!("{full_name}: no comment"));
    };
    if *optional && !said("absent") {
        return Some(format!("{full_name}: what does absence mean?"));
    }
    let is_length = |text: &str| said(&format!(" {text}")) || said(&format!("{text},"));
    if of == "bytes"
        && !["bytes", "kib", "mib"].iter().any(|unit| is_length(unit))
        && !said("encoded")
    {
        return Some(format!("{full_name}: how many bytes?"));
    }
    let is_text = of == "string" && oneof.is_none();
    if is_text
        && !*repeated
        && !["bytes", "letters", "name of the"]
            .iter()
            .any(|unit| said(unit))
    {
        return Some(format!("{full_name}: how long a text?"));
    }
    let is_number = ["int32", "int64", "uint32", "uint64"].contains(&of.as_str());
    let units = [
        "second",
        "days",
        "place",
        "year",
        "month",
        "version",
        "generation",
        "number",
        "byte",
        "calls",
        "minor units",
        "how many",
        "percent",
        "most",
        "relay epoch",
        "epoch",
        "ages",
        "age",
    ];
    if is_number && !units.iter().any(|unit| said(unit)) {
        return Some(format!("{full_name}: in which unit?"));
    }
    None
}

/// A keyword of RFC 2119 in capitals outside backticks.
fn keyword(comment: &str) -> Option<&'static str> {
    let prose: Vec<&str> = comment.split('`').step_by(2).collect();
    let prose = prose.join(" ");
    let mut words = prose.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.find_map(|word| KEYWORDS.into_iter().find(|keyword| *keyword == word))
}
