//! The printed page: the secret and the anchor as groups of letters and digits, with a checksum.

use super::{RecoverySecret, Whereabouts};
use crate::crypto::{Hash, Transcript, sha256};
use crate::id::LogId;
use zeroize::Zeroizing;

/// First line of a page, and first part of what its checksum covers. The number is the form's.
const TITLE: &str = "PARCEP recovery page 1";
/// Letters and digits that nobody takes for another: no I, L, O or U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of one group, and groups of one line.
const GROUP: usize = 4;
const LINE: usize = 8;
/// Bytes of the checksum: a wrong character is missed once in 2^40.
const CHECKSUM: usize = 5;
/// Most characters of a page that is read.
const MAX_TEXT: usize = 8192;

/// A page that is none, or was copied wrong. It says no more: a person types it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("recovery page is not complete or has a wrong character")]
pub struct BadPage;

/// What stands on the page. Whoever reads it can take its owner's place in a week.
///
/// ```
/// use parcep_core::{crypto::Hash, id::LogId};
/// use parcep_core::recovery::{BadPage, Page, RecoverySecret, Whereabouts};
/// let page = Page {
///     secret: RecoverySecret::from_bytes([7; 32]),
///     whereabouts: Whereabouts {
///         log_id: LogId::from_bytes([1; 32]),
///         genesis: Hash([2; 32]),
///         handle: vec![3; 32],
///         relay: "https://relay.example".into(),
///     },
/// };
/// let text = page.print();
/// assert_eq!(Page::parse(&text), Ok(page));
/// assert_eq!(Page::parse("4KQ2"), Err(BadPage));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The secret.
    pub secret: RecoverySecret,
    /// Which household, and where.
    pub whereabouts: Whereabouts,
}

impl Page {
    /// The text to print: a title, and lines of eight groups of four characters. It is wiped from memory
    /// when dropped; write it to paper or a screen and nowhere else (R-CONS-017).
    pub fn print(&self) -> Zeroizing<String> {
        let bytes = self.bytes();
        let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len() + 64));
        text.push_str(TITLE);
        for (place, symbol) in symbols(&bytes).enumerate() {
            if place % (GROUP * LINE) == 0 {
                text.push('\n');
            } else if place % GROUP == 0 {
                text.push(' ');
            }
            text.push(symbol);
        }
        text.push('\n');
        text
    }

    /// Reads what [`Page::print`] wrote, as a person typed it: capital or small letters, any spaces and
    /// line ends, `O` for `0`, `I` or `L` for `1`, with the title or without.
    ///
    /// # Errors
    /// [`BadPage`], whatever is wrong.
    pub fn parse(text: &str) -> Result<Self, BadPage> {
        if text.len() > MAX_TEXT {
            return Err(BadPage);
        }
        let text = text.trim_start();
        let text = text.strip_prefix(TITLE).unwrap_or(text);
        let symbols = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let bytes = bytes_of(symbols)?;
        let content = bytes.len().checked_sub(CHECKSUM).ok_or(BadPage)?;
        let (content, sum) = bytes.split_at_checked(content).ok_or(BadPage)?;
        if checksum(content) != sum {
            return Err(BadPage);
        }
        Self::from_content(content).ok_or(BadPage)
    }

    /// Secret ‖ log id ‖ genesis ‖ length of handle ‖ handle ‖ relay ‖ checksum.
    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let about = &self.whereabouts;
        let mut bytes = Zeroizing::new(Vec::with_capacity(512));
        bytes.extend_from_slice(self.secret.expose());
        bytes.extend_from_slice(about.log_id.as_bytes());
        bytes.extend_from_slice(about.genesis.as_bytes());
        bytes.push(u8::try_from(about.handle.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(&about.handle);
        bytes.extend_from_slice(about.relay.as_bytes());
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    fn from_content(content: &[u8]) -> Option<Self> {
        let (secret, rest) = content.split_first_chunk::<32>()?;
        let (log_id, rest) = rest.split_first_chunk::<32>()?;
        let (genesis, rest) = rest.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first()?;
        let (handle, relay) = rest.split_at_checked(usize::from(*length))?;
        let relay = std::str::from_utf8(relay).ok()?;
        let fits = (16..=32).contains(&handle.len()) && (1..=255).contains(&relay.len());
        fits.then(|| Self {
            secret: RecoverySecret::from_bytes(*secret),
            whereabouts: Whereabouts {
                log_id: LogId::from_bytes(*log_id),
                genesis: Hash(*genesis),
                handle: handle.to_vec(),
                relay: relay.to_owned(),
            },
        })
    }
}

fn checksum(content: &[u8]) -> Vec<u8> {
    let sum = sha256(Transcript::new(TITLE).bytes(content).as_bytes());
    sum.as_bytes().iter().take(CHECKSUM).copied().collect()
}

/// Five bits each, the first bit first; zeros behind the last.
fn symbols(bytes: &[u8]) -> impl Iterator<Item = char> {
    let places = (bytes.len() * 8).div_ceil(5);
    (0..places).map(move |place| {
        let bit = |at: usize| {
            let byte = bytes.get(at / 8).copied().unwrap_or(0);
            (byte >> (7 - at % 8)) & 1
        };
        let value = (0..5).fold(0_u8, |value, offset| value << 1 | bit(place * 5 + offset));
        ALPHABET
            .get(usize::from(value))
            .map_or('0', |c| char::from(*c))
    })
}

fn bytes_of(symbols: impl Iterator<Item = char>) -> Result<Zeroizing<Vec<u8>>, BadPage> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(512));
    let (mut held, mut bits) = (0_u32, 0_u32);
    for symbol in symbols {
        held = (held << 5) | value_of(symbol).ok_or(BadPage)?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).map_err(|_| BadPage)?);
            held &= (1 << bits) - 1;
        }
    }
    // One text for one page: no character too many, and nothing but zeros behind the last bit.
    (bits < 5 && held == 0).then_some(bytes).ok_or(BadPage)
}

fn value_of(symbol: char) -> Option<u32> {
    let symbol = match symbol.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let found = ALPHABET.iter().position(|c| char::from(*c) == symbol)?;
    u32::try_from(found).ok()
}
