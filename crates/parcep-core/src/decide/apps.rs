//! Explicit rules for apps: the most specific target counts.

use std::cmp::Reverse;

use super::Context;
use super::hash::TextMap;
use super::names::RuleNumber;
use crate::policy::{AppAccess, AppSection, AppTarget};

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
    /// Of a feature: a guardian approves it (step 5b).
    Ask(RuleNumber),
}

impl Said {
    const fn weight(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Allow(_) => 1,
            Self::Ask(_) => 2,
            Self::Block(_) => 3,
        }
    }
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
    fn and(self, other: Self) -> Self {
        // Block wins between equals; of several that say the same the first row of the section is
        // named (R-EVAL-053).
        let weight = |verdict: &Self| (verdict.says.weight(), Reverse(verdict.row));
        let of_self = weight(&self) >= weight(&other);
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

    /// App before publisher before category before any: the access of the most specific target that
    /// has one, and the flags of the most specific that has a rule at all (R-EVAL-010).
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
