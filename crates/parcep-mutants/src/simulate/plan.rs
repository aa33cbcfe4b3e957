//! What a seed stands for: a family, and a schedule of steps.

use parcep_conformance::stage::Seeded;
use std::fmt;

/// A family and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The seed.
    pub(crate) seed: u64,
    /// Guardians, 1 to 4.
    pub(crate) guardians: usize,
    /// Dependants, 1 to 4.
    pub(crate) dependants: usize,
    /// Enforcement points to begin with, 1 to 10.
    pub(crate) points: usize,
    /// Whether the household ends when all is done.
    pub(crate) ends: bool,
    /// Steps in order.
    pub(crate) steps: Vec<Step>,
}

/// One step: who, what, and the number from which it draws the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// Its place in the whole schedule, which it keeps when others are left out.
    pub(crate) number: usize,
    /// What happens.
    pub(crate) act: Act,
    /// Which device, modulo their number.
    pub(crate) who: usize,
    /// Draws the rest.
    pub(crate) draw: u64,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $weight:literal,)*) => {
        /// What can happen in a step.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Act {
            $($(#[$doc])* $name,)*
        }
        /// Every act with how often it is drawn.
        const ACTS: &[(Act, u64)] = &[$((Act::$name, $weight),)*];
    };
}

acts! {
    /// The device follows the log to its end.
    Sync 18,
    /// The device follows and watches: entries, registers, bookmarks.
    Watch 14,
    /// A guardian writes a layer.
    Layer 12,
    /// A guardian locks for some hours.
    Lock 8,
    /// A guardian writes names.
    Names 3,
    /// A guardian's device beats.
    Beat 8,
    /// A guardian begins to admit an enforcement point.
    AddPoint 3,
    /// A person's further device is admitted.
    AddDevice 3,
    /// A device of the same person, or of a dependant, is removed.
    RemoveDevice 3,
    /// A guardian starts a new epoch.
    Epoch 3,
    /// A guardian proposes a further one, who has agreed.
    AddGuardian 2,
    /// A guardian proposes that another one leaves.
    RemoveGuardian 3,
    /// A guardian leaves.
    Leave 1,
    /// A guardian removes an enforcement point, or proposes it.
    RemovePoint 4,
    /// A week passes in which everybody is heard, and what waited takes effect.
    Week 4,
    /// A guardian says that a delay has passed which has not.
    Hurry 3,
    /// A guardian ends what waits, or tries to.
    Stop 2,
    /// A relay's store is copied.
    BackUp 4,
    /// The copy is put back.
    Restore 3,
    /// A guardian prints a recovery page.
    Page 5,
    /// A page is used: a new device is to take the place of its guardian's others.
    Recover 6,
    /// A guardian moves the log to the other relay.
    Move 3,
    /// A guardian consents to everything that asks for it.
    Approve 6,
    /// Somebody writes what is not theirs to write.
    Forbidden 8,
    /// The device reaches no relay for a while.
    Partition 5,
    /// It reaches one again.
    Heal 5,
    /// Its power fails at one of its next writes.
    PowerCut 6,
    /// It is switched on.
    Boot 6,
    /// The network loses one of its next calls, or the reply.
    Lose 6,
    /// The network sends one of its next calls twice.
    Twice 4,
    /// The network keeps one of its next calls back, and delivers it later.
    Delay 5,
    /// Its wall clock jumps by up to two years.
    Clock 5,
    /// The relay's clock jumps, or comes right.
    RelayClock 2,
    /// Hours or days pass.
    Time 10,
    /// The relay does not answer for a while.
    RelayDown 2,
}

impl Plan {
    /// The plan of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Seeded::new(seed);
        let some = |random: &mut Seeded, most: usize| {
            // Small families are frequent, large ones exist.
            1 + random.index(most).min(random.index(most))
        };
        let guardians = some(&mut random, 4);
        let dependants = some(&mut random, 4);
        let points = some(&mut random, 10);
        let steps = 30 + random.index(50);
        let steps = (0..steps).map(|number| Step {
            number,
            act: draw(&mut random),
            who: random.index(1 << 20),
            draw: random.next(),
        });
        let steps = steps.collect();
        Self {
            seed,
            guardians,
            dependants,
            points,
            ends: random.chance(15),
            steps,
        }
    }
}

fn draw(random: &mut Seeded) -> Act {
    let all: u64 = ACTS.iter().map(|(_, weight)| weight).sum();
    let mut at = random.below(all);
    for (act, weight) in ACTS {
        match at.checked_sub(*weight) {
            None => return *act,
            Some(rest) => at = rest,
        }
    }
    Act::Sync
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>3} {:?}", self.number, self.act)
    }
}
