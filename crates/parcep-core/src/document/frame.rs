//! Padding that says how long the content is (R-DOC-012).

use super::DocumentError;

/// Length as four bytes big-endian, content, zeros up to a multiple of `grid` counting `extra`
/// bytes that will stand around the frame.
pub fn frame(content: &[u8], grid: usize, extra: usize) -> Result<Vec<u8>, DocumentError> {
    let len = u32::try_from(content.len()).map_err(|_| DocumentError::TooLarge("content"))?;
    let total = (4 + content.len() + extra).next_multiple_of(grid) - extra;
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(content);
    out.resize(total, 0);
    Ok(out)
}

/// The content of a frame. Padding that is not zero is refused, so a frame has one form.
pub fn unframe(framed: &[u8]) -> Result<&[u8], DocumentError> {
    let malformed = DocumentError::Malformed("frame");
    let (len, rest) = framed.split_first_chunk::<4>().ok_or(malformed)?;
    let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| malformed)?;
    let (content, padding) = rest.split_at_checked(len).ok_or(malformed)?;
    padding
        .iter()
        .all(|byte| *byte == 0)
        .then_some(content)
        .ok_or(malformed)
}
