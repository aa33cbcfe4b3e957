//! Names of rules with their authors, as numbers.

use std::collections::BTreeMap;

use crate::policy::LayerAuthor;

/// Number of an author within one compiled policy.
pub(super) type AuthorNumber = u32;

/// Number of a rule or act within one compiled policy: equal for equal author and name, and for no
/// others, so that ten thousand hosts share one.
pub(super) type RuleNumber = u32;

/// A rule or an act that binds: whose, and its name. Two guardians may both call one `time/daily`
/// (R-EVAL-053).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingRule<'a> {
    /// Who wrote it.
    pub author: &'a LayerAuthor,
    /// Name of the rule, or id of the act.
    pub rule: &'a str,
}

/// All authors and names of a policy.
#[derive(Debug, Default)]
pub(super) struct Names {
    authors: Vec<LayerAuthor>,
    rules: Vec<(AuthorNumber, Box<str>)>,
}

impl Names {
    pub(super) fn author(&self, number: AuthorNumber) -> Option<&LayerAuthor> {
        self.authors.get(usize::try_from(number).ok()?)
    }

    /// What a number stands for; every number was given out by [`Naming`].
    pub(super) fn rule(&self, number: RuleNumber) -> Option<BindingRule<'_>> {
        let (author, rule) = self.rules.get(usize::try_from(number).ok()?)?;
        let author = self.author(*author)?;
        Some(BindingRule { author, rule })
    }
}

/// Gives out the numbers.
#[derive(Debug, Default)]
pub(super) struct Naming {
    names: Names,
    known: BTreeMap<(AuthorNumber, Box<str>), RuleNumber>,
}

impl Naming {
    pub(super) fn author(&mut self, author: &LayerAuthor) -> AuthorNumber {
        let authors = &mut self.names.authors;
        let at = authors.iter().position(|known| known == author);
        let at = at.unwrap_or_else(|| {
            authors.push(author.clone());
            authors.len() - 1
        });
        AuthorNumber::try_from(at).unwrap_or(AuthorNumber::MAX)
    }

    pub(super) fn rule(&mut self, author: AuthorNumber, name: &str) -> RuleNumber {
        let key = (author, Box::from(name));
        if let Some(number) = self.known.get(&key) {
            return *number;
        }
        let number = RuleNumber::try_from(self.names.rules.len()).unwrap_or(RuleNumber::MAX);
        self.names.rules.push(key.clone());
        self.known.insert(key, number);
        number
    }

    pub(super) fn finish(self) -> Names {
        self.names
    }
}
