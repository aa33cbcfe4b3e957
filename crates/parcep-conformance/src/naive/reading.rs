//! A policy as an enforcement point reads it, before anything is asked.

use super::acts;
use super::answer::Rule;
use super::calendar::UnknownZone;
use super::hosts::{self, LongList};
use super::limits;
use super::model::{Act, Kind, Policy};
use super::unenforceable;
use super::{Answer, Question, Usage};
use std::collections::BTreeSet;

/// What is left of a policy when law has taken away what it takes away (R-EVAL-048), and something
/// else stands in the place of what cannot be enforced here (R-EVAL-049).
#[derive(Debug, Clone)]
pub struct Reading {
    pub(super) policy: Policy,
    /// R-EVAL-040: the acts that count, of each kind and target of an author one.
    pub(super) acts: Vec<Act>,
    /// R-EVAL-049: the rules because of which everything is denied.
    pub(super) deny_access: BTreeSet<Rule>,
    /// The long lists that are here, by hash.
    pub(super) lists: Vec<LongList>,
}

impl Reading {
    /// Reads a policy once, to ask it often.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        let mut policy = policy.clone();
        limits::strike(&mut policy);
        hosts::map_all(&mut policy);
        unenforceable::add_what_nobody_can(&mut policy);
        let deny_access = unenforceable::deny_access(&policy);
        unenforceable::instead(&mut policy);
        let lists: Vec<_> = policy
            .lists
            .iter()
            .map(|hosts| LongList::of(hosts))
            .collect();
        // R-POL-017: a list that is not here is a section that should open and does not.
        if policy
            .layers
            .iter()
            .any(|layer| hosts::lacks_a_list(layer, &lists))
        {
            policy.pending.insert(Kind::Web);
        }
        Self {
            acts: acts::standing(&policy.acts),
            deny_access,
            lists,
            policy,
        }
    }

    /// One answer for every use and question.
    ///
    /// # Errors
    /// As [`super::decide`].
    pub fn decide(&self, usage: &Usage, question: &Question) -> Result<Answer, UnknownZone> {
        super::one(self, usage, question)
    }

    /// What R-EVAL-051 assumes to have been spent at later instants: use goes on, or rests.
    ///
    /// # Errors
    /// As [`super::decide`].
    pub fn later_usage(
        &self,
        usage: &Usage,
        question: &Question,
        goes_on: bool,
        instants: &[i64],
    ) -> Result<Vec<Usage>, UnknownZone> {
        super::later_usage(self, usage, question, goes_on, instants)
    }

    /// The instants around the question's at which its answer may change, but for use.
    ///
    /// # Errors
    /// As [`super::decide`].
    pub fn edges(&self, question: &Question) -> Result<Vec<i64>, UnknownZone> {
        super::edges(self, question)
    }
}
