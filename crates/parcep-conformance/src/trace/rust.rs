//! Just enough of Rust to know comments, texts, names and brackets apart.

/// A piece of Rust source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, keyword or number.
    Word(&'a str),
    /// What stands between the quotes of a text, escapes as they are.
    Text(&'a str),
    /// A comment; `inner` if it is about what it stands in, as `//!` is.
    Comment { text: &'a str, inner: bool },
    /// An opening bracket.
    Open(char),
    /// A closing bracket.
    Close(char),
    /// Any other sign.
    Sign(char),
    /// At least one empty line.
    Blank,
}

/// The pieces of a source file, each with its line, from 1.
pub(super) fn tokens(source: &str) -> Vec<(usize, Token<'_>)> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while !rest.is_empty() {
        let (token, length) = next(rest);
        let (eaten, after) = split(rest, length);
        if let Some(token) = token {
            found.push((line, token));
        }
        line += eaten.matches('\n').count();
        rest = after;
    }
    found
}

/// The first piece and how many bytes it takes; at least one character.
fn next(rest: &str) -> (Option<Token<'_>>, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return blank(rest);
    }
    if rest.starts_with("//") {
        return line_comment(rest);
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if first.is_alphanumeric() || first == '_' {
        return word(rest);
    }
    match first {
        '"' => text(rest, 0),
        '\'' => quote(rest),
        '(' | '[' | '{' => (Some(Token::Open(first)), 1),
        ')' | ']' | '}' => (Some(Token::Close(first)), 1),
        other => (Some(Token::Sign(other)), other.len_utf8()),
    }
}

fn blank(rest: &str) -> (Option<Token<'_>>, usize) {
    let length = rest.len() - rest.trim_start().len();
    let lines = split(rest, length).0.matches('\n').count();
    ((lines > 1).then_some(Token::Blank), length)
}

fn line_comment(rest: &str) -> (Option<Token<'_>>, usize) {
    let length = rest.find('\n').unwrap_or(rest.len());
    let (text, _) = split(rest, length);
    let inner = text.starts_with("//!");
    (Some(Token::Comment { text, inner }), length)
}

/// Block comments nest.
fn block_comment(rest: &str) -> (Option<Token<'_>>, usize) {
    let mut depth = 0usize;
    let mut at = 0;
    while at < rest.len() {
        let (_, here) = split(rest, at);
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            2
        } else {
            here.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    let (text, _) = split(rest, at);
    let inner = text.starts_with("/*!");
    (Some(Token::Comment { text, inner }), at)
}

/// A word, or a text with a prefix such as `r#"…"#` or `b"…"`.
fn word(rest: &str) -> (Option<Token<'_>>, usize) {
    let ends = |c: char| !(c.is_alphanumeric() || c == '_');
    let length = rest.find(ends).unwrap_or(rest.len());
    let (word, after) = split(rest, length);
    if matches!(word, "r" | "br" | "cr") {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if split(after, hashes).1.starts_with('"') {
            return raw_text(rest, length, hashes);
        }
    }
    if matches!(word, "b" | "c") && after.starts_with('"') {
        return text(rest, length);
    }
    (Some(Token::Word(word)), length)
}

fn raw_text(rest: &str, prefix: usize, hashes: usize) -> (Option<Token<'_>>, usize) {
    let (_, inside) = split(rest, prefix + hashes + 1);
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).unwrap_or(inside.len());
    let (text, _) = split(inside, length);
    let whole = prefix + hashes + 1 + length + end.len();
    (Some(Token::Text(text)), whole.min(rest.len()))
}

fn text(rest: &str, prefix: usize) -> (Option<Token<'_>>, usize) {
    let (_, inside) = split(rest, prefix + 1);
    let mut escaped = false;
    let end = inside.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let length = end.unwrap_or(inside.len());
    let (text, _) = split(inside, length);
    (
        Some(Token::Text(text)),
        (prefix + length + 2).min(rest.len()),
    )
}

/// A character, or the quote of a lifetime.
fn quote(rest: &str) -> (Option<Token<'_>>, usize) {
    let (_, inside) = split(rest, 1);
    let mut chars = inside.chars();
    let length = match (chars.next(), chars.next()) {
        (Some('\\'), Some(escaped)) => {
            let from = 1 + escaped.len_utf8();
            let (_, after) = split(inside, from);
            after.find('\'').map_or(1, |at| 1 + from + at + 1)
        }
        (Some(one), Some('\'')) => 1 + one.len_utf8() + 1,
        _ => 1,
    };
    (None, length)
}

/// Splits at a byte that is known to begin a character, or gives all of it.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::Token::{Blank, Close, Comment, Open, Sign, Text, Word};
    use super::*;

    fn kinds(source: &str) -> Vec<Token<'_>> {
        tokens(source).into_iter().map(|(_, token)| token).collect()
    }

    #[test]
    fn brackets_in_texts_comments_and_characters_are_none() {
        let source = r##"f('{', b"}", r#"{"}"#, "\"{", 'a, '\'', '\u{7b}') /* { /* } */ */ // }"##;
        let brackets: Vec<_> = kinds(source)
            .into_iter()
            .filter(|token| matches!(token, Open(_) | Close(_)))
            .collect();
        assert_eq!(brackets, [Open('('), Close(')')]);
    }

    #[test]
    fn words_texts_comments_and_empty_lines_are_told_apart() {
        let source = "//! head\n\n/// doc\nfn é() { \"a\" }\nr#type";
        let head = Comment {
            text: "//! head",
            inner: true,
        };
        let doc = Comment {
            text: "/// doc",
            inner: false,
        };
        let signs = [Open('('), Close(')'), Open('{'), Text("a"), Close('}')];
        let mut expected = vec![head, Blank, doc, Word("fn"), Word("é")];
        expected.extend(signs);
        expected.extend([Word("r"), Sign('#'), Word("type")]);
        assert_eq!(kinds(source), expected);
    }

    #[test]
    fn lines_are_counted_over_texts_and_comments() {
        let source = "\"a\nb\"\n/* c\n */ d";
        let lines: Vec<usize> = tokens(source).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 4]);
    }

    #[test]
    fn source_that_ends_too_early_still_ends() {
        for source in ["\"", "r#\"a", "/* /*", "'", "'\\", "b\"", "'\\x", "{ \"é"] {
            assert!(tokens(source).len() <= 3, "{source}");
        }
    }
}
