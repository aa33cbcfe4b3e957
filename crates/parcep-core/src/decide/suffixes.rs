//! Hosts by the longest name that covers them.

use super::hash::TextMap;
use crate::policy::HostName;

/// Something for each of many hosts; each covers what is below it (R-POL-013).
#[derive(Debug)]
pub(super) struct Suffixes<T> {
    hosts: TextMap<T>,
    /// Fewest and most labels of any host in the table: other suffixes need no look.
    fewest_labels: usize,
    most_labels: usize,
}

impl<T> Default for Suffixes<T> {
    fn default() -> Self {
        Self {
            hosts: TextMap::default(),
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
        let labels = host.suffixes().count();
        self.fewest_labels = self.fewest_labels.min(labels);
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
        let bytes = text.as_bytes();
        if bytes.last().is_some_and(u8::is_ascii_digit) && host.is_address() {
            let found = self.hosts.get(text)?;
            return Some((host.suffixes().count(), found));
        }
        let (mut labels, mut longest, mut end) = (0, None, bytes.len());
        while labels < self.most_labels && end > 0 {
            let dot = bytes.iter().take(end).rposition(|byte| *byte == b'.');
            let start = dot.map_or(0, |dot| dot + 1);
            labels += 1;
            if labels >= self.fewest_labels
                && let Some(found) = text.get(start..).and_then(|host| self.hosts.get(host))
            {
                longest = Some((labels, found));
            }
            end = dot.unwrap_or(0);
        }
        longest
    }
}
