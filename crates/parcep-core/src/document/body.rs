//! The body blob: wraps in front, sealed sections behind, padded to a power of two (R-DOC-013).

use super::DocumentError;
use crate::crypto::{CryptoError, Hash, Random, sha256};
use crate::log::{MAX_BODY, MIN_BODY};

/// Most wraps of one epoch: one per device of the household, recovery keys included.
pub const MAX_WRAPS: usize = 64;

/// Bytes before the wraps: their number and the length of one.
const PREFIX: usize = 8;

/// The wraps of an epoch, as they stand in a body blob; none for every other document.
#[derive(Debug, Clone, Copy)]
pub struct Wraps<'a> {
    area: &'a [u8],
    length: usize,
}

impl<'a> Wraps<'a> {
    /// Finds the wraps at the start of a body blob.
    ///
    /// # Errors
    /// If the blob is too short for what it announces, or announces more than [`MAX_WRAPS`].
    pub fn of(body: &'a [u8]) -> Result<Self, DocumentError> {
        let malformed = DocumentError::Malformed("wraps");
        let (count, rest) = body.split_first_chunk::<4>().ok_or(malformed)?;
        let (length, _) = rest.split_first_chunk::<4>().ok_or(malformed)?;
        let count = usize::try_from(u32::from_be_bytes(*count)).map_err(|_| malformed)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| malformed)?;
        if count > MAX_WRAPS || length > MAX_BODY || (count == 0) != (length == 0) {
            return Err(malformed);
        }
        let end = PREFIX + count * length;
        let area = body.get(..end).ok_or(malformed)?;
        Ok(Self { area, length })
    }

    /// SHA-256 of the wraps area with its prefix, as the header signs it.
    pub fn hash(&self) -> Hash {
        sha256(self.area)
    }

    /// Where the first section may begin.
    pub fn end(&self) -> usize {
        self.area.len()
    }

    /// The wraps, each of the same length.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let wraps = self.area.get(PREFIX..).unwrap_or_default();
        wraps.chunks_exact(self.length.max(1))
    }
}

/// Lays out wraps of equal length.
pub(super) fn lay_out_wraps(wraps: &[Vec<u8>]) -> Result<Vec<u8>, DocumentError> {
    let length = wraps.first().map_or(0, Vec::len);
    if wraps.len() > MAX_WRAPS {
        return Err(DocumentError::TooLarge("wraps"));
    }
    if wraps.iter().any(|wrap| wrap.len() != length) {
        return Err(DocumentError::Malformed("wraps"));
    }
    let too_large = DocumentError::TooLarge("wraps");
    let count = u32::try_from(wraps.len()).map_err(|_| too_large)?;
    let each = u32::try_from(length).map_err(|_| too_large)?;
    let mut area = Vec::with_capacity(PREFIX + wraps.len() * length);
    area.extend_from_slice(&count.to_be_bytes());
    area.extend_from_slice(&each.to_be_bytes());
    area.extend(wraps.iter().flatten());
    Ok(area)
}

/// Pads a body blob to its bucket, which is at most `limit`. This lies outside the seals, so it is filled
/// with what looks like them (R-DOC-028).
pub(super) fn pad(
    body: &mut Vec<u8>,
    limit: usize,
    random: &mut impl Random,
) -> Result<(), DocumentError> {
    let bucket = body.len().max(MIN_BODY).next_power_of_two();
    if bucket > limit {
        return Err(DocumentError::TooLarge("body"));
    }
    let written = body.len();
    body.resize(bucket, 0);
    let rest = body.get_mut(written..).unwrap_or_default();
    random.fill(rest).map_err(CryptoError::from)?;
    Ok(())
}
