//! Hexadecimal for people: hashes and keys in messages and file names.

/// Lower-case hexadecimal.
pub fn encode(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// Bytes of a hexadecimal text; `None` if it is not one.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            // from_str_radix alone would accept a sign
            pair.iter().all(u8::is_ascii_hexdigit).then_some(())?;
            u8::from_str_radix(text, 16).ok()
        })
        .collect()
}
