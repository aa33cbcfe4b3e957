//! The one question: what does this change need? Pure, over constitutions and persons.

#[cfg(test)]
use super::fault::{Fault, is_seeded};
use crate::constitution::Constitution;
use crate::id::PrincipalId;
use std::collections::BTreeSet;

/// What an act needs beside being permitted to its author (the table of chapter 11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Consents with which it takes effect without delay; `None` if it always waits.
    pub at_once: Option<Vec<Quorum>>,
    /// Consents with which it takes effect after the delay; `None` if it never has one.
    pub delayed: Option<Vec<Quorum>>,
    /// Who has to become a guardian by an acceptance of their own (R-CONS-003).
    pub newcomers: BTreeSet<PrincipalId>,
    /// Who can stop it beside its author.
    pub stoppable_by: StoppableBy,
}

/// So many of these persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// Whose consent counts.
    pub of: BTreeSet<PrincipalId>,
    /// How many of them.
    pub at_least: usize,
    /// Whose consent is enough in their place.
    pub or: Option<PrincipalId>,
}

/// Who can stop an act that waits, beside its author (R-CONS-010). Others stop it by not consenting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoppableBy {
    /// Nobody else.
    Author,
    /// Each who consented.
    Consenting,
    /// A live device of this principal.
    DevicesOf(PrincipalId),
}

/// How far the consents go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// They are complete: it takes effect here.
    Now,
    /// They are complete, and the delay runs.
    AfterDelay,
    /// Some are missing.
    Missing,
}

impl Needs {
    /// An act that its author completes alone.
    pub fn nothing_more() -> Self {
        Self {
            at_once: Some(Vec::new()),
            delayed: None,
            newcomers: BTreeSet::new(),
            stoppable_by: StoppableBy::Author,
        }
    }

    /// An act of one person that waits, for a reason that no consent takes away.
    pub fn delay(stoppable_by: StoppableBy) -> Self {
        Self {
            at_once: None,
            delayed: Some(Vec::new()),
            newcomers: BTreeSet::new(),
            stoppable_by,
        }
    }

    /// An act that takes the consent of each of these, and has no delay.
    pub fn everybody(of: BTreeSet<PrincipalId>) -> Self {
        Self {
            at_once: Some(vec![Quorum::all(of)]),
            ..Self::nothing_more()
        }
    }

    /// How far these consents go.
    pub fn settle(&self, consents: &BTreeSet<PrincipalId>) -> Settled {
        let met = |quorums: &Vec<Quorum>| quorums.iter().all(|quorum| quorum.is_met(consents));
        if self.at_once.as_ref().is_some_and(met) {
            Settled::Now
        } else if self.delayed.as_ref().is_some_and(met) {
            Settled::AfterDelay
        } else {
            Settled::Missing
        }
    }

    /// Whether it needs nothing but its author's own signature, so that it is written as itself.
    pub fn is_direct_for(&self, author: PrincipalId) -> bool {
        self.newcomers.is_empty() && self.settle(&BTreeSet::from([author])) == Settled::Now
    }

    /// Whether a consent of this person brings the act further (R-CONS-002).
    pub fn asks(&self, who: PrincipalId) -> bool {
        let quorums = self.at_once.iter().chain(&self.delayed).flatten();
        quorums
            .into_iter()
            .any(|q| q.of.contains(&who) || q.or == Some(who))
    }
}

impl Quorum {
    /// Each of them.
    pub fn all(of: BTreeSet<PrincipalId>) -> Self {
        Self {
            at_least: of.len(),
            of,
            or: None,
        }
    }

    /// Whether these consents are enough. One person counts once, by whatever devices.
    pub fn is_met(&self, consents: &BTreeSet<PrincipalId>) -> bool {
        let given = self.of.intersection(consents).count();
        given >= self.at_least || self.or.is_some_and(|who| consents.contains(&who))
    }
}

/// Least number of guardians who admit another one, or take authority from one (R-CONS-011, R-CONS-012).
const TWO: usize = 2;

/// What a new constitution needs, signed by a guardian of the old one (R-MEM-003, R-CONS-003, R-CONS-011
/// to R-CONS-013). That it is permitted at all is another question.
pub fn needs_of_law(old: &Constitution, new: &Constitution, author: PrincipalId) -> Needs {
    if old.is_left_by(author, new) {
        return Needs::nothing_more();
    }
    let ids =
        |law: &Constitution| -> BTreeSet<_> { law.guardians().iter().map(|g| g.id).collect() };
    let (before, after) = (ids(old), ids(new));
    let newcomers: BTreeSet<_> = after.difference(&before).copied().collect();
    let mut always = vec![
        Quorum {
            of: before.clone(),
            at_least: enough(old.threshold()),
            or: None,
        },
        Quorum {
            of: after,
            at_least: enough(new.threshold()),
            or: None,
        },
    ];
    if !newcomers.is_empty() && before.len() >= TWO {
        always.push(Quorum {
            of: before.clone(),
            at_least: two_to_admit(),
            or: None,
        });
    }
    let taken = old.taken_from(new);
    let mut at_once = always.clone();
    at_once.extend(taken.iter().map(|id| Quorum::all(BTreeSet::from([*id]))));
    let waits = !taken.is_empty() && before.len() > TWO;
    let delayed = waits.then(|| {
        let others = taken.iter().map(|concerned| Quorum {
            of: before
                .iter()
                .copied()
                .filter(|id| id != concerned)
                .collect(),
            at_least: two_to_take(),
            or: Some(*concerned),
        });
        always.into_iter().chain(others).collect()
    });
    Needs {
        at_once: Some(at_once),
        stoppable_by: if waits {
            StoppableBy::Consenting
        } else {
            StoppableBy::Author
        },
        delayed,
        newcomers,
    }
}

fn enough(threshold: u32) -> usize {
    usize::try_from(threshold).unwrap_or(usize::MAX)
}

fn two_to_admit() -> usize {
    #[cfg(test)]
    if is_seeded(Fault::OneAdmits) {
        return 1;
    }
    TWO
}

fn two_to_take() -> usize {
    #[cfg(test)]
    if is_seeded(Fault::OneOtherIsEnough) {
        return 1;
    }
    TWO
}
