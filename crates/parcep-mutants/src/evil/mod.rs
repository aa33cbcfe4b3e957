//! Hostile relays: what each does, what honest members notice, and within which bound.
//!
//! ```text
//! Behaviour ── play ──► Scene: a family at a relay that lies ──► what every honest member noticed
//!                       └ control: the same scene, the same visits, no lie ──► nothing noticed
//! ```
//! A behaviour is noticed by its own reason and within its bound by every honest member that it is
//! played on, or it does no harm, and the scene checks that it did none.

mod bytes;
mod chain;
pub(crate) mod cli;
mod heads;
mod members;
mod registers;
mod scene;
mod sessions;
#[cfg(test)]
mod tests;
mod time;

use parcep_conformance::stage::Broken;
use parcep_core::reason::Reason;
use scene::Scene;
use std::fmt;

/// A behaviour of a hostile relay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behaviour {
    /// Its name.
    pub(crate) name: &'static str,
    /// What the relay does.
    pub(crate) what: &'static str,
    /// What comes of it.
    pub(crate) bound: Bound,
    /// The clauses that are the defence.
    pub(crate) defence: &'static [&'static str],
    play: fn(&mut Scene) -> Result<(), Broken>,
}

/// What honest members notice, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// As soon as the reply that carries the lie is read.
    AtOnce(Reason),
    /// The next time that the member talks to this relay.
    OneExchange(Reason),
    /// As soon as a guardian's next beat arrives.
    NextBeat(Reason),
    /// At once; of two reasons the one that the device can tell.
    Either(Reason, Reason),
    /// What a device is to open and cannot is PENDING: its area asks.
    Pending,
    /// A day after the last beat: the rules say STALE, and go on.
    Day,
    /// Nobody notices, and nobody need.
    Harmless(&'static str),
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce(_) | Self::Either(..) => f.write_str("at once"),
            Self::OneExchange(_) => f.write_str("next exchange"),
            Self::NextBeat(_) => f.write_str("next beat"),
            Self::Pending => f.write_str("at once"),
            Self::Day => f.write_str("24 h"),
            Self::Harmless(_) => f.write_str("harmless"),
        }
    }
}

impl Bound {
    /// The reason by which it is noticed.
    pub(crate) fn reason(self) -> Option<Reason> {
        match self {
            Self::AtOnce(reason)
            | Self::OneExchange(reason)
            | Self::NextBeat(reason)
            | Self::Either(reason, _) => Some(reason),
            Self::Pending | Self::Day | Self::Harmless(_) => None,
        }
    }
}

/// What came of playing a behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether it is as its row says.
    pub(crate) holds: bool,
    /// What was seen, for people.
    pub(crate) seen: String,
    /// Calls that the slowest member made from the lie to its notice.
    pub(crate) calls: usize,
}

/// Every behaviour.
pub(crate) fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    let all = [
        chain::ROWS,
        bytes::ROWS,
        heads::ROWS,
        registers::ROWS,
        sessions::ROWS,
        members::ROWS,
        time::ROWS,
    ];
    all.into_iter().flatten()
}

/// One row of a table of behaviours.
const fn row(
    name: &'static str,
    what: &'static str,
    bound: Bound,
    defence: &'static [&'static str],
    play: fn(&mut Scene) -> Result<(), Broken>,
) -> Behaviour {
    Behaviour {
        name,
        what,
        bound,
        defence,
        play,
    }
}

impl Behaviour {
    /// Plays it against honest members.
    pub(crate) fn play(&self) -> Verdict {
        self.judge(false)
    }

    /// Plays the same scene without the lie.
    pub(crate) fn control(&self) -> Verdict {
        self.judge(true)
    }

    fn judge(&self, honest: bool) -> Verdict {
        let played = Scene::new(honest).and_then(|mut scene| {
            (self.play)(&mut scene)?;
            Ok(scene)
        });
        let scene = match played {
            Ok(scene) => scene,
            Err(broken) => {
                return Verdict {
                    holds: false,
                    seen: broken.0,
                    calls: 0,
                };
            }
        };
        let code = parcep_core::reason::code;
        let expected = match self.bound {
            _ if honest => vec![None],
            Bound::Pending => vec![Some("PENDING")],
            Bound::Day => vec![Some("STALE")],
            Bound::Either(one, other) => vec![Some(code(one)), Some(code(other))],
            bound => vec![bound.reason().map(code)],
        };
        scene.verdict(&expected)
    }
}
