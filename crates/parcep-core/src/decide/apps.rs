//! Explicit rules: for apps by the most specific target, for hosts by the longest suffix.

use super::hash::TextMap;
use super::names::RuleNumber;
use super::{Action, Context};
use crate::policy::{AppAccess, AppSection, AppTarget, HostName, HostRule, WebSection};

/// What the explicit rules of one layer say about one action.
#[derive(Debug, Clone, Copy)]
pub(super) struct Explicit {
    pub(super) says: Said,
    /// Neither windows nor budgets end it.
    pub(super) always_allowed: bool,
    /// Its use is counted as spent.
    pub(super) counts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Allow(RuleNumber),
    Block(RuleNumber),
}

impl Explicit {
    pub(super) const NOTHING: Self = Self {
        says: Said::Nothing,
        always_allowed: false,
        counts: true,
    };
}

/// All rows on one target, read as the strictest of them.
#[derive(Debug, Clone, Copy)]
struct Verdict {
    says: Said,
    /// Number of the row that says so in its section; names say nothing about order.
    row: u32,
    always_allowed: bool,
    counts: bool,
}

impl Verdict {
    const fn and(self, other: Self) -> Self {
        let of_self = match (self.says, other.says) {
            // Of several blocks the first row of the section is named (R-EVAL-053).
            (Said::Block(_), Said::Block(_)) | (Said::Allow(_), Said::Allow(_)) => {
                self.row <= other.row
            }
            (Said::Block(_), _) | (_, Said::Nothing) => true,
            (_, Said::Block(_)) | (Said::Nothing, _) => false,
        };
        let (says, row) = if of_self {
            (self.says, self.row)
        } else {
            (other.says, other.row)
        };
        Self {
            says,
            row,
            always_allowed: self.always_allowed && other.always_allowed,
            counts: self.counts || other.counts,
        }
    }
}

/// The explicit app rules of one layer.
#[derive(Debug, Default)]
pub(super) struct AppRules {
    apps: TextMap<Verdict>,
    publishers: TextMap<Verdict>,
    categories: TextMap<Verdict>,
    any: Option<Verdict>,
}

impl AppRules {
    pub(super) fn compile(section: &AppSection, mut name: impl FnMut(&str) -> RuleNumber) -> Self {
        let mut rules = Self::default();
        for (row, rule) in (0..).zip(&section.rules) {
            let number = name(rule.id.as_str());
            let says = match rule.access {
                None => Said::Nothing,
                Some(AppAccess::Allow) => Said::Allow(number),
                Some(AppAccess::Block) => Said::Block(number),
            };
            let (always_allowed, counts) = (rule.always_allowed, rule.counts_toward_budget);
            let verdict = Verdict {
                says,
                row,
                always_allowed,
                counts,
            };
            match &rule.target {
                AppTarget::App(app) => merge(&mut rules.apps, app.as_str(), verdict),
                AppTarget::Publisher(of) => merge(&mut rules.publishers, of, verdict),
                AppTarget::Category(of) => merge(&mut rules.categories, of.as_str(), verdict),
                AppTarget::Any => {
                    rules.any = Some(rules.any.map_or(verdict, |known| known.and(verdict)));
                }
            }
        }
        rules
    }

    /// App before publisher before category before any; each question (block or allow, always,
    /// counted) is answered by the most specific target that answers it (R-EVAL-010).
    pub(super) fn matching(&self, app: &str, context: &Context<'_>) -> Explicit {
        let one = self.apps.get(app).copied();
        if let Some(verdict) = one.filter(|verdict| verdict.says != Said::Nothing) {
            return verdict.into();
        }
        let publisher = context
            .publisher
            .and_then(|of| self.publishers.get(of))
            .copied();
        let categories = context.categories.iter();
        let category = categories
            .filter_map(|of| self.categories.get(of.as_str()).copied())
            .reduce(Verdict::and);
        let levels = [one, publisher, category, self.any];
        let flags = levels.into_iter().flatten().next();
        let says = levels.into_iter().flatten().map(|verdict| verdict.says);
        let says = says
            .into_iter()
            .find(|says| *says != Said::Nothing)
            .unwrap_or(Said::Nothing);
        flags.map_or(Explicit::NOTHING, |verdict| Explicit {
            says,
            ..verdict.into()
        })
    }
}

impl From<Verdict> for Explicit {
    fn from(verdict: Verdict) -> Self {
        let Verdict {
            says,
            always_allowed,
            counts,
            ..
        } = verdict;
        Self {
            says,
            always_allowed,
            counts,
        }
    }
}

fn merge(map: &mut TextMap<Verdict>, key: &str, verdict: Verdict) {
    map.entry(key.into())
        .and_modify(|known| *known = known.and(verdict))
        .or_insert(verdict);
}

/// The explicit host rules of one layer.
#[derive(Debug, Default)]
pub(super) struct HostRules {
    hosts: TextMap<Said>,
    /// Most labels of any host in the table: longer suffixes need no look.
    most_labels: usize,
}

impl HostRules {
    pub(super) fn compile(section: &WebSection, mut name: impl FnMut(&str) -> RuleNumber) -> Self {
        let mut rules = Self::default();
        let mut add = |rule: &HostRule, says: Said| {
            let labels = rule.host.suffixes().count();
            rules.most_labels = rules.most_labels.max(labels);
            let entry = rules.hosts.entry(rule.host.as_str().into()).or_insert(says);
            // Block wins between equals; of several rows that say the same the first is named.
            if matches!((&entry, says), (Said::Allow(_), Said::Block(_))) {
                *entry = says;
            }
        };
        section
            .allow
            .iter()
            .for_each(|rule| add(rule, Said::Allow(name(rule.id.as_str()))));
        section
            .block
            .iter()
            .for_each(|rule| add(rule, Said::Block(name(rule.id.as_str()))));
        rules
    }

    /// The longest suffix on either list counts; block wins between equals (R-EVAL-011).
    pub(super) fn matching(&self, host: &HostName) -> Said {
        if self.hosts.is_empty() {
            return Said::Nothing;
        }
        // An address is below nothing (R-POL-013).
        if host.is_address() {
            return self
                .hosts
                .get(host.as_str())
                .copied()
                .unwrap_or(Said::Nothing);
        }
        // Where the last labels begin, shortest suffix first; a host has at most 127 labels.
        let mut starts = [0_u8; 128];
        let mut labels = 0;
        let text = host.as_str();
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
        let longest_first = starts.iter().take(labels).rev();
        let suffixes = longest_first.filter_map(|start| text.get(usize::from(*start)..));
        suffixes
            .filter_map(|suffix| self.hosts.get(suffix))
            .next()
            .copied()
            .unwrap_or(Said::Nothing)
    }
}

/// What explicit rules say about an action.
pub(super) fn explicit(apps: &AppRules, hosts: &HostRules, context: &Context<'_>) -> Explicit {
    match context.action {
        Action::App(app) | Action::Install(app) => apps.matching(app.as_str(), context),
        Action::Host(host) => Explicit {
            says: hosts.matching(host),
            ..Explicit::NOTHING
        },
        _ => Explicit::NOTHING,
    }
}
