//! Canaries: every value that a member sealed, in every spelling in which it could leak.

use super::types::{Leaf, Value};
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use parcep_core::crypto::sha256;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a spelling that are looked for: no chance finds so many.
const LONG: usize = 12;
/// Bytes of a number with its field number before it: five of them are drawn.
const NUMBER: usize = 6;

/// What is looked for.
pub(super) struct Canaries {
    /// The fields that each pattern is of, and how it is spelt there.
    of: Vec<BTreeSet<(String, &'static str)>>,
    patterns: AhoCorasick,
}

impl Canaries {
    pub(super) fn new(leaves: &BTreeSet<Leaf>) -> Self {
        let mut patterns: BTreeMap<Vec<u8>, BTreeSet<(String, &'static str)>> = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| is_long(leaf)) {
            for (spelling, bytes) in spellings(&leaf.value) {
                let of = patterns.entry(bytes).or_default();
                of.insert((leaf.field.clone(), spelling));
            }
        }
        let (patterns, of): (Vec<_>, _) = patterns.into_iter().unzip();
        Self {
            of,
            patterns: AhoCorasick::new(&patterns).unwrap(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.of.len()
    }

    /// Fields of which some spelling stands here, with that spelling.
    pub(super) fn found(&self, hay: &[u8]) -> BTreeSet<(String, &'static str)> {
        let all = self.patterns.find_overlapping_iter(hay);
        let all = all.flat_map(|found| &self.of[found.pattern().as_usize()]);
        all.cloned().collect()
    }
}

/// Whether a search for it says anything.
pub(super) fn is_long(leaf: &Leaf) -> bool {
    match &leaf.value {
        Value::Bytes(bytes) => bytes.len() >= LONG,
        Value::Number(_, number) => *number >= 1 << 28,
    }
}

fn spellings(value: &Value) -> Vec<(&'static str, Vec<u8>)> {
    match value {
        Value::Bytes(bytes) => of_bytes(bytes),
        Value::Number(field, number) => of_number(*field, *number),
    }
}

fn of_bytes(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hash = sha256(bytes).0;
    let mut all = vec![
        ("plain", bytes.to_vec()),
        ("hex", parcep_core::hex::encode(bytes).into_bytes()),
        (
            "HEX",
            parcep_core::hex::encode(bytes).to_uppercase().into_bytes(),
        ),
        ("hash", hash.to_vec()),
        ("hash in hex", parcep_core::hex::encode(&hash).into_bytes()),
        ("hash in base64", STANDARD.encode(hash).into_bytes()),
    ];
    // Base64 of something that this is a part of: behind zero, one or two bytes of a group of three.
    for (before, cut) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [vec![0; before], bytes.to_vec()].concat();
        for encoded in [STANDARD.encode(&shifted), URL_SAFE.encode(&shifted)] {
            // The last group may hold bits of what comes behind.
            let whole = encoded.len() - 4;
            all.push(("base64", encoded.as_bytes()[cut..whole].to_vec()));
        }
    }
    for (_, spelling) in &mut all {
        spelling.truncate(LONG);
    }
    all
}

fn of_number(field: u32, number: u64) -> Vec<(&'static str, Vec<u8>)> {
    let mut tagged = Vec::new();
    prost::encoding::encode_key(field, prost::encoding::WireType::Varint, &mut tagged);
    prost::encoding::encode_varint(number, &mut tagged);
    assert!(tagged.len() >= NUMBER);
    let mut all = vec![
        ("number", tagged),
        ("decimal", number.to_string().into_bytes()),
    ];
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
        let bytes = Leaf {
            field: "Name.text".into(),
            value: Value::Bytes(word.to_vec()),
        };
        let number = Leaf {
            field: "Rule.seconds".into(),
            value: Value::Number(4, 0x7654_3210_0123),
        };
        let canaries = Canaries::new(&BTreeSet::from([bytes, number]));
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
