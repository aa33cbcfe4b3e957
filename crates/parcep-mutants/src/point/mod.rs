//! Enforcement points that are wrong on purpose, each behind a driver of its own.
//!
//! ```text
//! suite ──► (nonsense: the line) ──► serve ──► Faulty ──► the honest Point ──► relay
//!                                              └─ what it is asked, where it keeps things, what it says
//! ```
//!
//! A fault is a mistake that a vendor could make: a check whose result nobody looks at, a state that is not
//! kept, a clock that is believed. Nonsense is no enforcement point at all, and must never pass for one.

mod bent;
mod between;
mod decisions;
mod declared;
mod faulty;
mod folder;
mod following;
mod kit;
mod life;
mod memory;
mod nonsense;
mod standing;

use crate::MARKER;
use faulty::Faulty;
use kit::{Kit, Kitted};

pub(crate) use kit::OwnClock;
use memory::Memory;
use nonsense::Nonsense;
use parcep_driver::{About, Act, Acted, Ask, Stands, Synced, Told, serve};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Duration;

/// One enforcement point that the program can be.
#[derive(Debug, Clone, Copy)]
pub struct PointOffer {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for an honest one.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    /// As it should, in its own way.
    Honest(Manner),
    /// The honest product with one mistake.
    Faulty(Hooks),
    /// No product.
    Nonsense(Nonsense),
}

/// What the contract leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Plain,
    MoreMembers,
    OtherOrder,
    Slow,
    StartsSlowly,
    /// With little, and saying so.
    Simple,
    /// With clocks of its own.
    OwnClock,
}

/// Where a mistake is made. What is left alone does what is right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hooks {
    /// Changes a question.
    ask: fn(&Memory, &mut Ask),
    /// Changes a decision; `None` is a person who is not served.
    decide: fn(&mut Memory, Option<Told>) -> Option<Told>,
    /// How it follows the log.
    follow: Follow,
    /// Changes what came of following.
    synced: fn(&mut Memory, Synced) -> Synced,
    /// Changes where it stands.
    state: fn(&Memory, &mut Stands),
    /// Changes what came of joining.
    joined: fn(&mut Memory, Acted) -> Acted,
    /// What it does with its folder.
    folder: Folder,
    /// Changes what it says of itself.
    about: fn(&mut About),
    /// Whether it does what a person did with it.
    acts: fn(&Act) -> bool,
    /// What it calls the relay for besides.
    calls: Calls,
    /// What it has, and says that it has.
    kit: Kit,
}

/// What a relay is told that is none of its business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    Nothing,
    /// That somebody called for help.
    ForHelp,
    /// That something was blocked.
    ForBlocks,
    /// The name of a rule, in the metadata.
    WithName,
    /// What was wanted last, in the metadata.
    WithAction,
    /// The id of a child, where random bytes belong.
    WithId,
    /// The hash of the name of a rule, where random bytes belong.
    WithHash,
}

/// Ways to follow a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    Rightly,
    /// Never again once it has joined.
    OnlyAtJoin,
    /// Says nothing of itself to anybody.
    WithoutReport,
    /// Not beyond the epoch in which it joined.
    WithinEpoch,
    /// Asks the relay for the time as well.
    AskingForTime,
    /// Through somebody who takes no entry twice.
    NothingTwice,
    /// By the first answer that it took, whatever comes of it.
    FirstAnswer,
}

/// What can go wrong with what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folder {
    Kept,
    /// Nothing is there after a start of the program.
    EmptyAtStart,
    /// What it knew of the time is gone after a start.
    TimelessAtStart,
    /// What was there when it had joined is there after a start.
    AsJoinedAtStart,
    /// The same after a relay went back.
    AsJoinedAtRollback,
    /// Everything that was asked is written down.
    History,
    /// Calls for help are written down.
    HelpHistory,
    /// A reset leaves everything as it was.
    NeverReset,
}

const RIGHT: Hooks = Hooks {
    ask: |_, _| {},
    decide: |_, told| told,
    follow: Follow::Rightly,
    synced: |_, synced| synced,
    state: |_, _| {},
    joined: |_, acted| acted,
    folder: Folder::Kept,
    about: |_| {},
    acts: |_| true,
    calls: Calls::Nothing,
    kit: Kit::FULL,
};

/// Everything that the program can be as an enforcement point.
pub fn points() -> impl Iterator<Item = &'static PointOffer> {
    HONEST
        .iter()
        .chain(decisions::FAULTS)
        .chain(standing::FAULTS)
        .chain(following::OVERLOOKS)
        .chain(following::FAULTS)
        .chain(life::FAULTS)
        .chain(declared::FAULTS)
        .chain(nonsense::OFFERS)
}

const HONEST: &[PointOffer] = &[
    honest("point/none", "nothing: the honest one", Manner::Plain),
    honest(
        "point/more-members",
        "answers with members that nobody knows",
        Manner::MoreMembers,
    ),
    honest(
        "point/other-order",
        "writes members in another order, with spaces",
        Manner::OtherOrder,
    ),
    honest("point/slow", "answers 20 ms later", Manner::Slow),
    honest(
        "point/starts-slowly",
        "takes half a second to start",
        Manner::StartsSlowly,
    ),
    honest(
        "point/simple",
        "can do little, takes no long lists, keeps nothing over a start, and says so",
        Manner::Simple,
    ),
    honest(
        "point/own-clock",
        "has clocks of its own, and lives in the present",
        Manner::OwnClock,
    ),
];

const fn honest(name: &'static str, what: &'static str, manner: Manner) -> PointOffer {
    PointOffer {
        name,
        requirement: "",
        what,
        how: How::Honest(manner),
    }
}

const fn fault(
    name: &'static str,
    requirement: &'static str,
    what: &'static str,
    hooks: Hooks,
) -> PointOffer {
    PointOffer {
        name,
        requirement,
        what,
        how: How::Faulty(hooks),
    }
}

impl PointOffer {
    /// The offer of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        points().find(|offer| offer.name == name)
    }

    /// Whether it behaves.
    pub const fn is_honest(&self) -> bool {
        self.requirement.is_empty()
    }

    /// Whether it is no product at all.
    pub const fn is_nonsense(&self) -> bool {
        matches!(self.how, How::Nonsense(_))
    }

    /// Answers lines of the standard input on the standard output until it is told to stop.
    ///
    /// # Errors
    /// If the folder cannot be used, or a line cannot be read or written.
    pub fn answer_lines(&self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let (mut input, output) = (io::stdin().lock(), io::stdout().lock());
        std::fs::create_dir_all(folder)?;
        match self.how {
            How::Honest(manner) => {
                if manner == Manner::StartsSlowly {
                    std::thread::sleep(Duration::from_millis(500));
                }
                let kit = match manner {
                    Manner::Simple => Kit::SIMPLE,
                    Manner::OwnClock => Kit::OWN_CLOCK,
                    _ => Kit::FULL,
                };
                let mut product = Kitted::open(folder, kit)?;
                answer(&mut product, &mut input, bent::mannered(output, manner))
            }
            How::Faulty(hooks) => {
                let mut product = Faulty::open(folder, hooks)?;
                answer(&mut product, &mut input, output)
            }
            How::Nonsense(what) => what.answer_lines(folder, &mut input, output),
        }
    }
}

pub(crate) fn answer(
    product: &mut impl parcep_driver::Product,
    input: &mut impl BufRead,
    mut output: impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    match serve(product, input, &mut output) {
        // Whoever asked has gone.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => ended.map(drop).map_err(Into::into),
    }
}

/// The product of this repository.
pub(crate) fn honest_point(folder: &Path) -> Result<Kitted, parcep_driver::Trouble> {
    Kitted::open(folder, Kit::FULL)
}

/// What a faulty one calls itself, so that nobody takes it for the honest one.
pub(crate) fn product_name() -> String {
    format!("parcep-mutants {MARKER}")
}
