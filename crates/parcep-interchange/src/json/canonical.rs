//! RFC 8785, the JSON Canonicalization Scheme.

use super::Json;

/// The canonical form of a value (RFC 8785): two values mean the same if these are equal.
#[must_use]
pub fn canonical(value: &Json) -> String {
    let mut out = String::new();
    put(&mut out, value);
    out
}

fn put(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(lexeme) => out.push_str(&es_number(lexeme)),
        Json::String(text) => super::write::put_string(out, text),
        Json::Array(items) => put_list(out, '[', ']', items, put),
        Json::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            // §3.2.3: by UTF-16 code units, not by code points.
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            put_list(out, '{', '}', sorted, |out, (name, value)| {
                super::write::put_string(out, name);
                out.push(':');
                put(out, value);
            });
        }
    }
}

fn put_list<T>(
    out: &mut String,
    open: char,
    close: char,
    items: impl IntoIterator<Item = T>,
    put: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        put(out, item);
    }
    out.push(close);
}

/// ECMAScript's `Number::toString` (§3.2.2.3): shortest digits that read back as the same double.
fn es_number(lexeme: &str) -> String {
    let Some(double) = lexeme
        .parse::<f64>()
        .ok()
        .filter(|double| double.is_finite())
    else {
        return lexeme.to_owned();
    };
    if double == 0.0 {
        return "0".to_owned(); // −0 too
    }
    let sign = if double < 0.0 { "-" } else { "" };
    let scientific = shortest(double.abs());
    let (mantissa, exponent) = scientific
        .split_once('e')
        .unwrap_or((scientific.as_str(), "0"));
    let digits = mantissa.replace('.', "");
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    format!("{sign}{}", layout(&digits, point))
}

/// `d.ddde±x` with the fewest digits that read back, and of these the closest, a tie to even.
///
/// Rust's shortest form may be the other half of a tie (RFC 8785 appendix B has one), so the
/// same number of digits is asked for again, rounded exactly; next to a power of two the closest
/// need not read back, and the shortest stands.
fn shortest(double: f64) -> String {
    let first = format!("{double:e}");
    let digits = first
        .bytes()
        .take_while(|b| *b != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    let closest = format!("{double:.*e}", digits.saturating_sub(1));
    if closest.parse() == Ok(double) {
        closest
    } else {
        first
    }
}

/// Places the decimal point after `point` digits, or writes an exponent, as ECMAScript does.
fn layout(digits: &str, point: i32) -> String {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or(0));
    if (count..=21).contains(&point) {
        format!("{digits}{}", zeros(point - count))
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = split(point);
        format!("{whole}.{fraction}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if point > 0 { "+" } else { "" };
        format!("{first}{dot}{rest}e{plus}{}", point - 1)
    }
}
