//! Takes out of a text what could be a key, a token or sealed bytes, and leaves what can be compared.

use crate::wire::sha256;

/// Hexadecimal digits from which on a run of them is no id but a key, a hash or sealed bytes.
const HEX: usize = 40;
/// Characters from which on a run of Base64 with all its kinds of characters is taken for bytes.
const BASE64: usize = 32;
/// Characters of it without a sign between them.
const PART: usize = 12;

/// Bytes as a size and the start of their hash.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    let hash = sha256(bytes);
    let start = hash.get(..4).unwrap_or_default();
    format!("{} bytes #{}", bytes.len(), parcep_core::hex::encode(start))
}

/// The text with every long run of hexadecimal or Base64 digits as a size and the start of a hash: the same
/// bytes still look the same.
pub(crate) fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4096));
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        match hides(run) {
            Some(shown) => out.push_str(&format!("<{shown}>")),
            None => out.push_str(run),
        }
        let mut behind = behind.chars();
        out.extend(behind.next());
        rest = behind.as_str();
    }
    out
}

fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-')
}

/// What stands in the place of a run that may be secret.
fn hides(run: &str) -> Option<String> {
    if run.len() >= HEX && run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(match parcep_core::hex::decode(&run.to_ascii_lowercase()) {
            Some(decoded) => bytes(&decoded),
            None => bytes(run.as_bytes()),
        });
    }
    // Keys may stand behind a word, such as `key=…`; words with signs between them are no key.
    let mut parts = run.split(['/', '=', '_', '-', '+']);
    let suspicious = |part: &str| {
        let has = |kind: fn(&u8) -> bool| part.bytes().any(|byte| kind(&byte));
        let mixed =
            has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
        let hex = part.bytes().all(|byte| byte.is_ascii_hexdigit());
        (hex && part.len() >= HEX) || (mixed && part.len() >= PART && run.len() >= BASE64)
    };
    parts.any(suspicious).then(|| bytes(run.as_bytes()))
}
