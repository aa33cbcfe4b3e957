//! Reading JSON text: strict RFC 8259, distinct names, bounded depth and size (R-PCPS-002).

use std::collections::HashSet;

use super::{Json, pointer_index, pointer_member};

/// Bounds on a text, checked before anything grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text in bytes.
    pub bytes: usize,
    /// Deepest nesting of arrays and objects.
    pub depth: usize,
}

impl Limits {
    /// For documents a person brings along: a family with thousands of rows is far below 4 MiB,
    /// and PCPS itself nests ten levels; the rest is room for extensions.
    pub const DOCUMENT: Self = Self {
        bytes: 4 << 20,
        depth: 64,
    };
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Longer than [`Limits::bytes`].
    TooLarge,
    /// Nested deeper than [`Limits::depth`].
    TooDeep,
    /// Not UTF-8.
    NotUtf8,
    /// The text stops inside a value.
    Truncated,
    /// Not JSON at this place.
    Syntax,
    /// The same member name twice in one object.
    DuplicateMember,
    /// A number that JSON has no form for (NaN, Infinity) or that no double can hold.
    Number,
}

/// Where and how a text fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The kind of fault.
    pub fault: Fault,
    /// JSON pointer of the value being read.
    pub pointer: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What was found or expected, lower case, without a full stop.
    pub detail: String,
}

/// Reads one JSON text.
///
/// # Errors
/// The first [`Trouble`] met; nothing is read past it.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Json, Trouble> {
    if bytes.len() > limits.bytes {
        let detail = format!("{} bytes, at most {} are read", bytes.len(), limits.bytes);
        return Err(trouble_at("", 0, Fault::TooLarge, "", detail));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let good = std::str::from_utf8(good).unwrap_or_default();
        let detail = format!("byte {} is not valid UTF-8", good.len());
        trouble_at(good, good.len(), Fault::NotUtf8, "", detail)
    })?;
    // Editors on some systems write a byte order mark; RFC 8259 lets a reader ignore it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        limits,
        path: Vec::new(),
    };
    let value = parser.value()?;
    parser.blank();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.syntax("text after the end of the document")),
    }
}

fn trouble_at(text: &str, at: usize, fault: Fault, pointer: &str, detail: String) -> Trouble {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Trouble {
        fault,
        pointer: pointer.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        detail,
    }
}

struct Parser<'a> {
    text: &'a str,
    /// INVARIANT: on a character boundary.
    at: usize,
    depth: usize,
    limits: Limits,
    /// The place being read; a pointer is made of it only for an error.
    path: Vec<Step>,
}

enum Step {
    Index(usize),
    Name(String),
}

/// The names of an object so far; a set only once there are many.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// Below this number of members a walk is quicker than a set.
    const FEW: usize = 16;

    /// Whether the name was there before.
    fn repeats(&mut self, name: &str, members: &[(String, Json)]) -> bool {
        if members.len() < Self::FEW {
            return members.iter().any(|(known, _)| known == name);
        }
        if self.0.is_empty() {
            self.0
                .extend(members.iter().map(|(known, _)| known.clone()));
        }
        !self.0.insert(name.to_owned())
    }
}

type Read<T> = Result<T, Trouble>;

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn fail(&self, fault: Fault, detail: impl Into<String>) -> Trouble {
        let pointer = self
            .path
            .iter()
            .fold(String::new(), |pointer, step| match step {
                Step::Index(index) => pointer_index(&pointer, *index),
                Step::Name(name) => pointer_member(&pointer, name),
            });
        trouble_at(self.text, self.at, fault, &pointer, detail.into())
    }

    /// A fault of syntax, or of a text that simply stops here.
    fn syntax(&self, expected: &str) -> Trouble {
        match self.peek() {
            None => self.fail(Fault::Truncated, format!("the text ends here: {expected}")),
            Some(found) => self.fail(
                Fault::Syntax,
                format!("{expected}, found `{}`", found.escape_default()),
            ),
        }
    }

    fn value(&mut self) -> Read<Json> {
        self.blank();
        match self.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some('"') => Ok(Json::String(self.string()?)),
            Some('-' | '+' | '.' | '0'..='9') => self.number(),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Read<Json>) -> Read<Json> {
        if self.depth == self.limits.depth {
            let detail = format!("nested deeper than {} levels", self.limits.depth);
            return Err(self.fail(Fault::TooDeep, detail));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Read<Json> {
        let mut items = Vec::new();
        self.blank();
        if self.eat(']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.within(Step::Index(items.len()))?);
            self.blank();
            if self.eat(']') {
                return Ok(Json::Array(items));
            }
            if !self.eat(',') {
                return Err(self.syntax("expected `,` or `]`"));
            }
        }
    }

    fn object(&mut self) -> Read<Json> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut names = Names::default();
        self.blank();
        if self.eat('}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.blank();
            if self.peek() != Some('"') {
                return Err(self.syntax("expected a member name in quotes"));
            }
            let start = self.at;
            let name = self.string()?;
            if names.repeats(&name, &members) {
                self.at = start;
                self.path.push(Step::Name(name));
                return Err(self.fail(Fault::DuplicateMember, "the same member name twice"));
            }
            self.blank();
            if !self.eat(':') {
                return Err(self.syntax("expected `:`"));
            }
            self.path.push(Step::Name(name));
            let value = self.value()?;
            if let Some(Step::Name(name)) = self.path.pop() {
                members.push((name, value));
            }
            self.blank();
            if self.eat('}') {
                return Ok(Json::Object(members));
            }
            if !self.eat(',') {
                return Err(self.syntax("expected `,` or `}`"));
            }
        }
    }

    /// Reads the value one step further down; an error leaves the path where it is.
    fn within(&mut self, step: Step) -> Read<Json> {
        self.path.push(step);
        let value = self.value()?;
        self.path.pop();
        Ok(value)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn word(&mut self) -> Read<Json> {
        let word: String = self
            .rest()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let value = match word.as_str() {
            "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "NaN" | "Infinity" => {
                return Err(self.fail(Fault::Number, "JSON has no such number; write a finite one"));
            }
            _ => return Err(self.syntax("expected a value")),
        };
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Read<Json> {
        let lexeme: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
            .collect();
        if matches!(lexeme.as_str(), "-Infinity" | "-NaN" | "+Infinity" | "+NaN") {
            return Err(self.fail(Fault::Number, "JSON has no such number; write a finite one"));
        }
        if !is_number(&lexeme) {
            let detail = "not a JSON number: an optional `-`, digits without a leading zero, \
                          then an optional fraction and exponent";
            return Err(self.fail(Fault::Syntax, detail));
        }
        match lexeme.parse::<f64>() {
            Ok(double) if double.is_finite() => {
                self.at += lexeme.len();
                Ok(Json::Number(lexeme.into_boxed_str()))
            }
            _ => Err(self.fail(Fault::Number, "too large for a JSON number")),
        }
    }

    fn string(&mut self) -> Read<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.as_bytes().iter().position(special);
            // INVARIANT: special bytes are ASCII, so that the cut is between characters.
            let plain = rest.get(..plain.unwrap_or(rest.len())).unwrap_or_default();
            text.push_str(plain);
            self.at += plain.len();
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.syntax("control characters in a string are written `\\u00XX`"));
                }
                None => return Err(self.syntax("expected `\"`")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let Some(kind) = self.peek() else {
            return Err(self.syntax("expected an escape"));
        };
        let plain = match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(),
            _ => return Err(self.syntax("expected one of `\"\\/bfnrtu` after a backslash")),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Read<char> {
        let first = self.four_hex()?;
        let code = match first {
            0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                self.at += 1;
                let second = self.four_hex()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(self.fail(Fault::Syntax, "half of a surrogate pair"));
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        // I-JSON (RFC 7493), and with it RFC 8785, has no lone surrogates.
        char::from_u32(code).ok_or_else(|| self.fail(Fault::Syntax, "half of a surrogate pair"))
    }

    /// Reads `uXXXX`, the `u` included.
    fn four_hex(&mut self) -> Read<u32> {
        self.at += 1;
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else {
                return Err(self.syntax("expected four hexadecimal digits"));
            };
            self.next();
            code = code * 16 + digit;
        }
        Ok(code)
    }
}

/// The number grammar of RFC 8259 §6.
fn is_number(lexeme: &str) -> bool {
    let unsigned = lexeme.strip_prefix('-').unwrap_or(lexeme);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
