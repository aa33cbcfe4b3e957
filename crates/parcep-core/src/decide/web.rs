//! Which hosts: lists in the section and long ones, the mode, categories.

use super::Context;
use super::apps::Said;
use super::hash::TextMap;
use super::names::RuleNumber;
use super::suffixes::Suffixes;
use crate::crypto::Hash;
use crate::hosts::HostLists;
use crate::policy::{HostName, ListAccess, WebMode, WebSection};

/// The web rules of one layer.
#[derive(Debug, Default)]
pub(super) struct Web {
    hosts: Suffixes<Said>,
    /// Lists that lie elsewhere: name and what they say, blocks first.
    long: Vec<(Hash, Said)>,
    /// Only listed hosts.
    pub(super) allow_list: Option<RuleNumber>,
    /// Category and rule.
    blocked: TextMap<RuleNumber>,
}

impl Web {
    pub(super) fn compile(section: &WebSection, mut name: impl FnMut(&str) -> RuleNumber) -> Self {
        let mut web = Self::default();
        let allow = section.allow.iter().map(|rule| (rule, false));
        let block = section.block.iter().map(|rule| (rule, true));
        for (rule, blocks) in allow.chain(block) {
            let number = name(rule.id.as_str());
            let says = if blocks {
                Said::Block(number)
            } else {
                Said::Allow(number)
            };
            web.hosts.add(&rule.host, says, |known, says| {
                // Block wins between equals; of rows that say the same the first is named.
                if matches!((&known, says), (Said::Allow(_), Said::Block(_))) {
                    *known = says;
                }
            });
        }
        for access in [ListAccess::Block, ListAccess::Allow] {
            let rows = section.lists.iter().filter(|row| row.access == access);
            web.long.extend(rows.map(|row| {
                let number = name(row.id.as_str());
                let says = match access {
                    ListAccess::Block => Said::Block(number),
                    ListAccess::Allow => Said::Allow(number),
                };
                (Hash(*row.sha256.bytes()), says)
            }));
        }
        if let Some(rule) = &section.mode {
            let number = name(rule.id.as_str());
            match &rule.mode {
                WebMode::Unrestricted | WebMode::BlockList => {}
                WebMode::AllowList => web.allow_list = Some(number),
                WebMode::Filtered { categories } => {
                    let of = categories.iter();
                    web.blocked = of.map(|of| (of.as_str().into(), number)).collect();
                }
            }
        }
        web
    }

    /// Of all entries that cover a host the one with the most labels counts; between equals block
    /// wins, and then the section's own entry is named (R-EVAL-011, R-EVAL-053).
    pub(super) fn explicit(&self, host: &HostName, lists: HostLists<'_>) -> Said {
        let found = self.hosts.longest(host);
        let (mut labels, mut says) =
            found.map_or((0, Said::Nothing), |(labels, says)| (labels, *says));
        for (list, entry) in &self.long {
            let matched = lists.find(list).and_then(|set| set.longest_match(host));
            let Some(longer) = matched else {
                continue;
            };
            let blocks = matches!((says, entry), (Said::Allow(_), Said::Block(_)));
            if longer > labels || (longer == labels && blocks) {
                (labels, says) = (longer, *entry);
            }
        }
        says
    }

    pub(super) const fn names_lists(&self) -> bool {
        !self.long.is_empty()
    }

    /// Whether a long list of the layer is not there (R-POL-017).
    pub(super) fn lacks_a_list(&self, lists: HostLists<'_>) -> bool {
        self.long.iter().any(|(list, _)| lists.find(list).is_none())
    }

    /// The rule that blocks one of the host's categories.
    pub(super) fn blocked_category(&self, context: &Context<'_>) -> Option<RuleNumber> {
        if self.blocked.is_empty() {
            return None;
        }
        let mut categories = context.categories.iter();
        categories.find_map(|of| self.blocked.get(of.as_str()).copied())
    }
}
