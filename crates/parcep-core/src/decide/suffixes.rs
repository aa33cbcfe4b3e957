//! Hosts by the longest name that covers them.

use super::hash::TextMap;
use crate::policy::HostName;

/// Something for each of many hosts; each covers what is below it (R-POL-013).
#[derive(Debug)]
pub(super) struct Suffixes<T> {
    hosts: TextMap<T>,
    /// Most labels of any host in the table: longer suffixes need no look.
    most_labels: usize,
}

impl<T> Default for Suffixes<T> {
    fn default() -> Self {
        Self {
            hosts: TextMap::default(),
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
        let labels = host.suffixes().count();
        self.most_labels = self.most_labels.max(labels);
        let known = self.hosts.get_mut(host.as_str());
        match known {
            Some(known) => merge(known, value),
            None => _ = self.hosts.insert(host.as_str().into(), value),
        }
    }

    /// The longest name that covers the host: how many labels it has, and what stands there.
    pub(super) fn longest(&self, host: &HostName) -> Option<(usize, &T)> {
        if self.hosts.is_empty() {
            return None;
        }
        let text = host.as_str();
        // An address is below nothing.
        if host.is_address() {
            let found = self.hosts.get(text)?;
            return Some((host.suffixes().count(), found));
        }
        // Where the last labels begin, shortest suffix first; a host has at most 127 labels.
        let mut starts = [0_u8; 128];
        let mut labels = 0;
        let dots = text
            .bytes()
            .enumerate()
            .rev()
            .filter(|(_, byte)| *byte == b'.');
        let begins = dots.map(|(at, _)| at + 1).chain([0]).take(self.most_labels);
        for (start, begin) in starts.iter_mut().zip(begins) {
            // A host has at most 253 bytes.
            *start = u8::try_from(begin).unwrap_or(u8::MAX);
            labels += 1;
        }
        (1..=labels).rev().find_map(|labels| {
            let start = starts.get(labels - 1)?;
            let suffix = text.get(usize::from(*start)..)?;
            Some((labels, self.hosts.get(suffix)?))
        })
    }
}
