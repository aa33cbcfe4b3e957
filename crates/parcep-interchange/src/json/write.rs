//! Writing JSON for people: two spaces, one member a line, numbers as they came.

use super::Json;
use std::fmt::Write as _;

/// Readable text that ends in a newline and reads back as exactly the same value.
#[must_use]
pub fn pretty(value: &Json) -> String {
    let mut out = String::new();
    put(&mut out, value, 0);
    out.push('\n');
    out
}

fn put(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(lexeme) => out.push_str(lexeme),
        Json::String(text) => put_string(out, text),
        Json::Array(items) if items.is_empty() => out.push_str("[]"),
        Json::Object(members) if members.is_empty() => out.push_str("{}"),
        Json::Array(items) => {
            let flat = items
                .iter()
                .all(|item| !matches!(item, Json::Array(_) | Json::Object(_)));
            if flat {
                put_row(out, items)
            } else {
                put_column(out, items, indent)
            }
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                new_line(out, index, indent);
                put_string(out, name);
                out.push_str(": ");
                put(out, value, indent + 1);
            }
            close(out, '}', indent);
        }
    }
}

/// A list of plain values stays on one line.
fn put_row(out: &mut String, items: &[Json]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        put(out, item, 0);
    }
    out.push(']');
}

fn put_column(out: &mut String, items: &[Json], indent: usize) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        new_line(out, index, indent);
        put(out, item, indent + 1);
    }
    close(out, ']', indent);
}

fn new_line(out: &mut String, index: usize, indent: usize) {
    if index > 0 {
        out.push(',');
    }
    out.push('\n');
    out.push_str(&"  ".repeat(indent + 1));
}

fn close(out: &mut String, bracket: char, indent: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(indent));
    out.push(bracket);
}

/// A string with exactly the escapes that RFC 8785 §3.2.2.2 uses.
pub(super) fn put_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}
