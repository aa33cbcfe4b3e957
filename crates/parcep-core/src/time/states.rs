//! The five states of a dependant on an enforcement point (R-TIME-012), and exactly what each changes.

use super::{Asked, TimeKeeper};
use crate::id::PrincipalId;
use crate::registry::constants::{EXPIRED_AFTER, FALLBACK_AFTER, STALE_AFTER};

/// How long ago an enforcement point heard of a guardian. Whoever acts by it matches on it: a state
/// changes what [`State::effects`] says, and nothing else. None of them denies anything by itself
/// (R-TIME-015).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A guardian was heard within 24 h.
    Fresh,
    /// Not for more than 24 h.
    Stale,
    /// Not for more than 7 days.
    Expired,
    /// Not for more than 60 days that passed for certain.
    Fallback,
    /// The dependant is free.
    Released,
}

/// A column of the table of R-TIME-012. The rights floor is in no row: it is open in every state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Safety rules are in force.
    pub safety: bool,
    /// Windows, budgets, locks and suspensions.
    pub lifestyle: Lifestyle,
    /// Extra time and unblocks hold until they end.
    pub grants: bool,
    /// Flows of class M.
    pub behaviour: Behaviour,
    /// Applied reports.
    pub reports: Reports,
    /// Requests and objections can be made.
    pub requests: bool,
}

/// What becomes of rules about when and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifestyle {
    /// In force as the guardians wrote them.
    InForce,
    /// The age-band default that a guardian pinned; where none is pinned, as they are but for locks.
    Default,
    /// There are none.
    None,
}

/// What becomes of data on behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// As consented.
    AsConsented,
    /// Stopped; goes on when a guardian is heard.
    Stopped,
    /// Stopped for ever.
    Ended,
}

/// What becomes of applied reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reports {
    /// Written.
    Written,
    /// A last one, then none.
    Last,
}

impl State {
    /// All of them, from the first to the last.
    pub const ALL: [Self; 5] = [
        Self::Fresh,
        Self::Stale,
        Self::Expired,
        Self::Fallback,
        Self::Released,
    ];

    /// The name that chapter 17 and the vectors give it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "FRESH",
            Self::Stale => "STALE",
            Self::Expired => "EXPIRED",
            Self::Fallback => "FALLBACK",
            Self::Released => "RELEASED",
        }
    }

    /// What it changes.
    #[must_use]
    pub const fn effects(self) -> Effects {
        Effects {
            safety: !matches!(self, Self::Released),
            lifestyle: match self {
                Self::Fresh | Self::Stale | Self::Expired => Lifestyle::InForce,
                Self::Fallback => Lifestyle::Default,
                Self::Released => Lifestyle::None,
            },
            grants: !matches!(self, Self::Released),
            behaviour: match self {
                Self::Fresh | Self::Stale => Behaviour::AsConsented,
                Self::Expired | Self::Fallback => Behaviour::Stopped,
                Self::Released => Behaviour::Ended,
            },
            reports: match self {
                Self::Released => Reports::Last,
                _ => Reports::Written,
            },
            requests: !matches!(self, Self::Released),
        }
    }
}

impl TimeKeeper {
    /// The state of a dependant. `guardians` are those who have it in scope, `asked` what decisions
    /// about it are asked with.
    pub fn state(
        &self,
        dependant: PrincipalId,
        guardians: impl IntoIterator<Item = PrincipalId>,
        asked: &Asked,
    ) -> State {
        if self.is_released(dependant) {
            return State::Released;
        }
        // Without a first signed time there is no age.
        let (Some(lower), Some(freshest)) = (self.lower(), self.fresh().freshest(guardians)) else {
            return State::Fresh;
        };
        let by_lower = lower.saturating_sub(freshest);
        let by_t = asked.at.saturating_sub(freshest);
        if by_lower > FALLBACK_AFTER {
            State::Fallback
        } else if by_t > EXPIRED_AFTER {
            State::Expired
        } else if by_t > STALE_AFTER {
            State::Stale
        } else {
            State::Fresh
        }
    }
}
