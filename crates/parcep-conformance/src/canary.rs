//! Canaries: values that belong in one place, searched for in every spelling in which they could leak.

use aho_corasick::{AhoCorasick, BuildError};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use parcep_core::crypto::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Bytes of a spelling that are looked for: no chance finds so many.
const LONG: usize = 12;
/// Bytes of a number with its field number before it: five of them are drawn.
const NUMBER: usize = 6;

/// A value that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Bytes or a text.
    Bytes(Vec<u8>),
    /// Bytes or a text of which only the hash says anything.
    Hashed(Vec<u8>),
    /// A number and the number of its field.
    Number(u32, u64),
}

impl Value {
    /// Whether a search for it says anything: no chance finds it.
    pub fn is_long(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.len() >= LONG,
            Self::Hashed(_) => true,
            Self::Number(_, number) => *number >= 1 << 28,
        }
    }
}

/// What is looked for.
pub struct Canaries {
    /// The names that each pattern is of, and how it is spelt there.
    of: Vec<BTreeSet<(String, &'static str)>>,
    patterns: AhoCorasick,
}

impl fmt::Debug for Canaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} canaries", self.count())
    }
}

impl Canaries {
    /// Searches for values, each with the name under which it is found. Short ones are passed over.
    ///
    /// # Errors
    /// If there are more than a search can hold.
    pub fn new(values: impl IntoIterator<Item = (String, Value)>) -> Result<Self, BuildError> {
        let mut patterns: BTreeMap<Vec<u8>, BTreeSet<(String, &'static str)>> = BTreeMap::new();
        for (name, value) in values {
            if value.is_long() {
                for (spelling, bytes) in spellings(&value) {
                    let of = patterns.entry(bytes).or_default();
                    of.insert((name.clone(), spelling));
                }
            }
        }
        let (patterns, of): (Vec<_>, _) = patterns.into_iter().unzip();
        Ok(Self {
            of,
            patterns: AhoCorasick::new(&patterns)?,
        })
    }

    /// How many spellings are looked for.
    pub fn count(&self) -> usize {
        self.of.len()
    }

    /// Names of which some spelling stands here, with that spelling.
    pub fn found(&self, hay: &[u8]) -> BTreeSet<(String, &'static str)> {
        let all = self.patterns.find_overlapping_iter(hay);
        let of = |found: aho_corasick::Match| self.of.get(found.pattern().as_usize());
        all.filter_map(of).flatten().cloned().collect()
    }
}

fn spellings(value: &Value) -> Vec<(&'static str, Vec<u8>)> {
    match value {
        Value::Bytes(bytes) => of_bytes(bytes),
        Value::Hashed(bytes) => hashed(bytes),
        Value::Number(field, number) => of_number(*field, *number),
    }
}

fn of_bytes(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex = parcep_core::hex::encode(bytes);
    let mut all = vec![
        ("plain", bytes.to_vec()),
        ("HEX", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
    ];
    // Base64 of something that this is a part of: behind zero, one or two bytes of a group of three.
    for (before, cut) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [vec![0; before], bytes.to_vec()].concat();
        for encoded in [STANDARD.encode(&shifted), URL_SAFE.encode(&shifted)] {
            // The last group may hold bits of what comes behind.
            let whole = encoded.len() - 4;
            let inner = encoded.get(cut..whole).unwrap_or_default();
            all.push(("base64", inner.as_bytes().to_vec()));
        }
    }
    all.extend(hashed(bytes));
    for (_, spelling) in &mut all {
        spelling.truncate(LONG);
    }
    all
}

fn hashed(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hash = sha256(bytes).0;
    let hex = parcep_core::hex::encode(&hash);
    let all = [
        ("hash", hash.to_vec()),
        ("hash in HEX", hex.to_uppercase().into_bytes()),
        ("hash in hex", hex.into_bytes()),
        ("hash in base64", STANDARD.encode(hash).into_bytes()),
        ("hash in base64", URL_SAFE.encode(hash).into_bytes()),
    ];
    let cut = all.map(|(name, mut spelling)| {
        spelling.truncate(LONG);
        (name, spelling)
    });
    cut.to_vec()
}

fn of_number(field: u32, number: u64) -> Vec<(&'static str, Vec<u8>)> {
    let mut tagged = Vec::new();
    prost::encoding::encode_key(field, prost::encoding::WireType::Varint, &mut tagged);
    prost::encoding::encode_varint(number, &mut tagged);
    let mut all = vec![("decimal", number.to_string().into_bytes())];
    if tagged.len() >= NUMBER {
        all.push(("number", tagged));
    }
    if number > u64::from(u32::MAX) << 8 {
        all.push(("big endian", number.to_be_bytes().to_vec()));
        all.push(("little endian", number.to_le_bytes().to_vec()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The search finds what it is for, in the middle of something else.
    #[test]
    fn every_spelling_of_a_canary_is_found_wherever_it_begins() {
        let word = b"frieda musterfrau";
        let bytes = ("Name.text".to_owned(), Value::Bytes(word.to_vec()));
        let whole = ("whole".to_owned(), Value::Hashed(b"a name".to_vec()));
        let number = (
            "Rule.seconds".to_owned(),
            Value::Number(4, 0x7654_3210_0123),
        );
        let canaries = Canaries::new([bytes, whole, number]).unwrap();
        let hex = parcep_core::hex::encode(word);
        let hash = sha256(word).0;
        let in_hex = parcep_core::hex::encode(&hash);
        let mut hays = vec![
            word.to_vec(),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
            hash.to_vec(),
            in_hex.into_bytes(),
            0x7654_3210_0123_u64.to_string().into_bytes(),
            0x7654_3210_0123_u64.to_be_bytes().to_vec(),
            sha256(b"a name").0.to_vec(),
            vec![4 << 3, 0xA3, 0x82, 0xC0, 0x90, 0xC3, 0xCA, 0x1D],
        ];
        for before in 0..4 {
            let whole = [vec![9; before], word.to_vec(), vec![0xFF; 5]].concat();
            hays.push(STANDARD.encode(&whole).into_bytes());
            hays.push(URL_SAFE.encode(&whole).into_bytes());
        }
        for hay in hays {
            let hay = [b"some bytes ", hay.as_slice(), b" and more"].concat();
            assert!(!canaries.found(&hay).is_empty(), "{hay:02x?}");
        }
        assert!(canaries.found(b"frieda mueller, 13010398924009").is_empty());
    }
}
