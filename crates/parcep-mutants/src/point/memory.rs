//! What a faulty product remembers of what it saw, for its mistake.

use parcep_core::decide::{Effect, Reason};
use parcep_driver::{Followed, Hands, Id, Told};
use std::collections::BTreeSet;

/// Everything a mistake may depend on.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What its clocks show.
    pub(crate) hands: Option<Hands>,
    /// Wall clock less boot time, when this start of the device was first seen.
    wall_began: Option<(String, i64)>,
    /// What came of following the log the last time.
    pub(crate) followed: Option<Followed>,
    /// Wall clock at the last time that following went well.
    pub(crate) followed_at: Option<i64>,
    /// Whether two logs were seen.
    pub(crate) forked: bool,
    /// Whether a lock was ever seen.
    pub(crate) locked: bool,
    /// Whether an answer of a guardian was taken.
    pub(crate) answered: bool,
    /// Whether an answer of a guardian was refused.
    pub(crate) refused: bool,
    /// The guardian whose rules were met first.
    pub(crate) first_guardian: Option<String>,
    /// The dependant who asked first.
    pub(crate) first_child: Option<Id>,
    /// State of the dependant who asks (R-TIME-012).
    pub(crate) freshness: String,
    /// The relay that it was told of.
    pub(crate) relay: Option<String>,
    /// What the relay said that the time is, when the log was followed last.
    pub(crate) relay_says: Option<i64>,
    /// What is wanted.
    pub(crate) action: String,
    /// What was wanted and blocked.
    pub(crate) blocked: BTreeSet<String>,
    /// Whether the question says more than who wants what.
    pub(crate) is_odd: bool,
    /// The name of the rule that was met last.
    pub(crate) rule: Option<String>,
    /// The decision before this one that was not about help.
    pub(crate) before: Option<Told>,
    /// Reasons for which something was denied.
    denied: Vec<Reason>,
    /// Those of them after which something was allowed.
    allowed_since: Vec<Reason>,
    /// Whether a guardian was to be asked before.
    pub(crate) was_to_ask: bool,
    /// Calls for help.
    pub(crate) helped: u64,
    /// Whether something was ever allowed.
    pub(crate) was_open: bool,
    /// Whether somebody is of age.
    pub(crate) freed: bool,
}

impl Memory {
    /// Reads the clocks.
    pub(crate) fn read(&mut self, hands: &Hands) {
        let is_other = |(start, _): &(String, i64)| *start != hands.start;
        if let Some(began) = apart(hands)
            && self.wall_began.as_ref().is_none_or(is_other)
        {
            self.wall_began = Some((hands.start.clone(), began));
        }
        self.hands = Some(hands.clone());
    }

    /// Remembers a decision.
    pub(crate) fn was_told(&mut self, told: Option<&Told>) {
        let Some(told) = told else { return };
        if let Some((_, rule)) = told.rules.first().and_then(|rule| rule.split_once('/')) {
            self.rule = Some(rule.to_owned());
        }
        match told.effect {
            _ if told.reason == Reason::RightsFloor => {
                self.helped += 1;
                return;
            }
            Effect::Deny => self.denied.push(told.reason),
            Effect::Allow => self.allowed_since.clone_from(&self.denied),
            Effect::Ask => {}
        }
        self.before = Some(told.clone());
    }

    /// Whether something was denied for this reason, and something allowed after it.
    pub(crate) fn is_over(&self, reason: Reason) -> bool {
        self.allowed_since.contains(&reason)
    }

    /// How far the wall clock was turned since the device started, seconds.
    pub(crate) fn turned(&self) -> i64 {
        let now = self.hands.as_ref().and_then(apart);
        let began = self.wall_began.as_ref().map(|(_, began)| *began);
        now.zip(began).map_or(0, |(now, began)| now - began)
    }

    /// Whether the relay lives in an earlier hour.
    pub(crate) fn relay_is_behind(&self) -> bool {
        let apart = self.relay_says.zip(self.wall());
        apart.is_some_and(|(relay, wall)| wall - relay > 3600)
    }

    /// What the wall clock shows.
    pub(crate) fn wall(&self) -> Option<i64> {
        self.hands.as_ref().and_then(|hands| hands.wall)
    }

    /// Whether the last time the log was not followed.
    pub(crate) fn is_cut_off(&self) -> bool {
        matches!(self.followed, Some(Followed::Unreachable))
    }

    /// Whether it has followed a log, and still does.
    pub(crate) fn is_member(&self) -> bool {
        self.followed.is_some() && !self.has_left()
    }

    /// Whether the last time anything was wrong.
    pub(crate) fn is_in_trouble(&self) -> bool {
        !matches!(self.followed, Some(Followed::Current))
    }

    /// Whether it was taken out of the household.
    pub(crate) fn has_left(&self) -> bool {
        matches!(self.followed, Some(Followed::Left))
    }

    /// Whether the last time something was refused.
    pub(crate) fn has_refused(&self, reason: &str) -> bool {
        matches!(&self.followed, Some(Followed::Refused(told)) if told == reason)
    }
}

fn apart(hands: &Hands) -> Option<i64> {
    let boot = i64::try_from(hands.boot).ok()?;
    Some(hands.wall? - boot)
}
