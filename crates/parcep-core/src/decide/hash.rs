//! A quick hash for tables whose keys are compared in full.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from text, faster to ask than the standard one. Found keys are compared in full, so a
/// collision costs time and never an answer.
pub(super) type TextMap<V> = HashMap<Box<str>, V, BuildHasherDefault<Folding>>;

/// Folds eight bytes at a time by a wide multiplication.
#[derive(Default)]
pub(super) struct Folding(u64);

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(FACTOR | 1);
        // Both halves of the product carry entropy; the truncation to the low half is meant.
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ FACTOR.rotate_left(31);
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words
            .iter()
            .for_each(|word| self.fold(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.fold(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, byte: u8) {
        // The standard end mark of a string; lengths are folded in already.
        self.0 = self.0.rotate_left(u32::from(byte & 1));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
