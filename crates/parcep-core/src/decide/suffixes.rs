//! Hosts by the longest name that covers them.

use crate::hosts::Key;
use crate::policy::HostName;

/// Something for each of many hosts; each covers what is below it (R-POL-013).
///
/// The hashes of a host and of all hosts above it come from one pass over its text. A name that a
/// hash finds is compared in full.
#[derive(Debug)]
pub(super) struct Suffixes<T> {
    /// By hash, each in the first free place from there on: the other half of the hash, and the
    /// number of the entry from 1; 0 is free.
    ///
    /// INVARIANT: a power of two, and more than half of it free, so that every search ends.
    slots: Vec<(u32, u32)>,
    entries: Vec<Entry<T>>,
    /// All names, one behind the other.
    text: String,
    /// Fewest and most labels of any name: other suffixes need no look.
    fewest_labels: usize,
    most_labels: usize,
}

#[derive(Debug)]
struct Entry<T> {
    hash: u64,
    start: usize,
    length: usize,
    value: T,
}

impl<T> Default for Suffixes<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            entries: Vec::new(),
            text: String::new(),
            fewest_labels: usize::MAX,
            most_labels: 0,
        }
    }
}

impl<T> Suffixes<T> {
    /// Puts `value` at `host`, or what `merge` makes of the value that is there.
    pub(super) fn add(&mut self, host: &HostName, value: T, merge: impl FnOnce(&mut T, T))
    where
        T: Copy,
    {
        let text = host.as_str();
        let hash = Key::PLAIN.of(text.as_bytes());
        let known = self.find(hash, text.as_bytes());
        if let Some(entry) = known.and_then(|at| self.entries.get_mut(at)) {
            return merge(&mut entry.value, value);
        }
        let labels = host.suffixes().count();
        self.fewest_labels = self.fewest_labels.min(labels);
        self.most_labels = self.most_labels.max(labels);
        self.entries.push(Entry {
            hash,
            start: self.text.len(),
            length: text.len(),
            value,
        });
        self.text.push_str(text);
        if self.entries.len() * 2 >= self.slots.len() {
            self.slots = vec![(0, 0); (self.entries.len() * 4).next_power_of_two()];
            (0..self.entries.len()).for_each(|at| self.place(at));
        } else {
            self.place(self.entries.len() - 1);
        }
    }

    /// Gives an entry its slot.
    fn place(&mut self, at: usize) {
        let Some(hash) = self.entries.get(at).map(|entry| entry.hash) else {
            return;
        };
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(taken) = self.slots.get_mut(slot) {
            if taken.1 == 0 {
                // Sections are bounded far below 2^32 rows.
                *taken = (tag(hash), u32::try_from(at + 1).unwrap_or(0));
                return;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Number of the entry of this name.
    #[inline]
    fn find(&self, hash: u64, name: &[u8]) -> Option<usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        loop {
            let (tagged, number) = *self.slots.get(slot)?;
            let at = (number as usize).checked_sub(1)?;
            if tagged == tag(hash) && self.is_name(at, name) {
                return Some(at);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn is_name(&self, at: usize, name: &[u8]) -> bool {
        let text = self.entries.get(at).and_then(|entry| {
            let rest = self.text.as_bytes().get(entry.start..)?;
            rest.get(..entry.length)
        });
        text == Some(name)
    }

    /// The longest name that covers the host: how many labels it has, and what stands there.
    pub(super) fn longest(&self, host: &HostName) -> Option<(usize, &T)> {
        if self.entries.is_empty() {
            return None;
        }
        let text = host.as_str().as_bytes();
        // An address is below nothing.
        let address = text.last().is_some_and(u8::is_ascii_digit) && host.is_address();
        let (mut labels, mut longest) = (0, None);
        Key::PLAIN.each_suffix(text, |start, hash| {
            labels += 1;
            if labels >= self.fewest_labels
                && labels <= self.most_labels
                && (start == 0 || !address)
                && let Some(at) = self.find(hash, text.get(start..).unwrap_or_default())
            {
                longest = Some((labels, at));
            }
        });
        let (labels, at) = longest?;
        Some((labels, &self.entries.get(at)?.value))
    }
}

/// The half of a hash that does not choose the slot.
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_found_merged_and_told_apart() {
        // R-POL-013
        let host = |text: String| -> HostName { text.parse().unwrap() };
        let mut names = Suffixes::<u32>::default();
        for round in 0..3 {
            for i in 0..2_000 {
                names.add(&host(format!("h{i}.example")), i, |known, _| {
                    *known += 10_000
                });
            }
            assert_eq!(names.entries.len(), 2_000, "round {round}");
        }
        for i in 0..2_000 {
            let expected = Some((2, 20_000 + i));
            for text in [format!("h{i}.example"), format!("a.b.h{i}.example")] {
                let found = names.longest(&host(text));
                assert_eq!(found.map(|(labels, value)| (labels, *value)), expected);
            }
            assert!(names.longest(&host(format!("xh{i}.example"))).is_none());
        }
        assert!(names.longest(&host("example".to_owned())).is_none());
    }

    #[test]
    fn an_address_is_below_nothing() {
        let mut names = Suffixes::<()>::default();
        for text in ["127.0.0.1", "0.1", "a1"] {
            names.add(&text.parse().unwrap(), (), |(), ()| {});
        }
        let labels = |text: &str| {
            names
                .longest(&text.parse().unwrap())
                .map(|(labels, ())| labels)
        };
        assert_eq!(labels("127.0.0.1"), Some(4));
        assert_eq!(labels("1.127.0.0.1"), None);
        assert_eq!(labels("9.0.1"), None);
        assert_eq!(labels("b.a1"), Some(1));
    }
}
