//! Relying parties that are wrong on purpose, each behind a driver of its own.
//!
//! ```text
//! suite ──► serve ──► Faulty ── what it is told changed ──► the honest Party ── what it says changed ──► suite
//! ```

mod faults;
mod memory;

pub(crate) use memory::forget;

use crate::MARKER;
use crate::point::OwnClock;
use memory::Memory;
use parcep_driver::{
    About, AgeAsk, Hands, Judged, Party, PartyAct, PartyActed, RelyingProduct, Trouble, serve_party,
};
use std::io;
use std::path::Path;

/// One relying party that the program can be.
#[derive(Debug, Clone, Copy)]
pub struct RelyingOffer {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for the honest one.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    hooks: Hooks,
}

/// Where a mistake is made. What is left alone does what is right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hooks {
    /// Changes what happens to it.
    told: fn(&mut Memory, &mut PartyAct),
    /// Changes what came of it.
    acted: fn(&mut Memory, &PartyAct, PartyActed) -> PartyActed,
    /// Decides.
    ask: fn(&mut Memory, &mut Party, &AgeAsk) -> Result<Judged, Trouble>,
    /// Changes what it recorded.
    known: fn(Vec<String>) -> Vec<String>,
    /// Members of what it keeps that are gone after a start.
    forgets: &'static [&'static str],
    /// Features that it names.
    features: &'static str,
    /// Whether it takes tokens.
    takes_tokens: bool,
    /// Whether it reads clocks of its own, and none that it is told.
    own_clock: bool,
}

const RIGHT: Hooks = Hooks {
    told: |_, _| {},
    acted: |_, _, acted| acted,
    ask: |_, party, ask| party.ask(ask),
    known: |lines| lines,
    forgets: &[],
    features: "virtual-clock restart tokens",
    takes_tokens: true,
    own_clock: false,
};

/// Every relying party there is, the honest one first.
pub fn relying() -> impl Iterator<Item = &'static RelyingOffer> {
    faults::OFFERS.iter()
}

impl RelyingOffer {
    /// The offer of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        relying().find(|offer| offer.name == name)
    }

    /// Whether it behaves.
    pub const fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }

    /// Answers lines of the standard input on the standard output until it is told to stop.
    ///
    /// # Errors
    /// If the folder cannot be used, or a line cannot be read or written.
    pub fn answer_lines(&self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        std::fs::create_dir_all(folder)?;
        forget(&folder.join("party.json"), self.hooks.forgets)?;
        let mut party = Faulty {
            hooks: self.hooks,
            memory: Memory::default(),
            clock: OwnClock::new(),
            inner: Party::open(folder)?,
        };
        let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
        match serve_party(&mut party, &mut input, &mut output) {
            // Whoever asked has gone.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            ended => ended.map(drop).map_err(Into::into),
        }
    }
}

/// The honest party with one mistake.
struct Faulty {
    hooks: Hooks,
    memory: Memory,
    clock: OwnClock,
    inner: Party,
}

impl Faulty {
    fn look_at_the_clock(&mut self) -> Result<(), Trouble> {
        match self.hooks.own_clock {
            true => self.inner.clock(&self.clock.hands()),
            false => Ok(()),
        }
    }
}

impl RelyingProduct for Faulty {
    fn hello(&mut self) -> Result<About, Trouble> {
        Ok(About {
            product: format!("parcep-mutants {MARKER}"),
            features: self
                .hooks
                .features
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            ..self.inner.hello()?
        })
    }

    fn reset(&mut self, hands: &Hands) -> Result<String, Trouble> {
        let own = self.clock.hands();
        let hands = if self.hooks.own_clock { &own } else { hands };
        self.memory = Memory {
            now: hands.wall.unwrap_or_default(),
            ..Memory::default()
        };
        self.inner.reset(hands)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        if self.hooks.own_clock {
            return Err(Trouble::Unsupported);
        }
        self.memory.now = hands.wall.unwrap_or_default();
        self.inner.clock(hands)
    }

    fn act(&mut self, act: &PartyAct) -> Result<PartyActed, Trouble> {
        if matches!(act, PartyAct::Present { .. }) && !self.hooks.takes_tokens {
            return Err(Trouble::Unsupported);
        }
        self.look_at_the_clock()?;
        let mut act = act.clone();
        (self.hooks.told)(&mut self.memory, &mut act);
        self.memory.note(&act);
        let acted = self.inner.act(&act)?;
        let acted = (self.hooks.acted)(&mut self.memory, &act, acted);
        self.memory.note_acted(&act, &acted);
        Ok(acted)
    }

    fn ask(&mut self, ask: &AgeAsk) -> Result<Judged, Trouble> {
        self.look_at_the_clock()?;
        (self.hooks.ask)(&mut self.memory, &mut self.inner, ask)
    }

    fn known(&mut self, person: &str) -> Result<Vec<String>, Trouble> {
        self.inner.known(person).map(self.hooks.known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_begin_alike() {
        let names: BTreeSet<_> = relying().map(|offer| offer.name).collect();
        assert_eq!(names.len(), relying().count());
        assert!(names.iter().all(|name| name.starts_with("relying/")));
    }
}
