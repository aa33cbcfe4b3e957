//! Guardian apps that are wrong on purpose, each behind a driver of its own.

mod faulty;

use crate::point::{answer, product_name};
use faulty::Faulty;
use std::io;
use std::path::Path;

/// One guardian app that the program can be.
#[derive(Debug, Clone, Copy)]
pub struct AppOffer {
    /// Value of `--fault`.
    pub name: &'static str,
    /// Requirement it breaks; empty for the honest one.
    pub requirement: &'static str,
    /// What it does.
    pub what: &'static str,
    mistake: Option<Mistake>,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    SaysDone,
    ForTheFirst,
    ForgetsRules,
    RemembersRules,
    NeverTakesBack,
    NeverReplaces,
    LocksForEver,
    LetsAnybodyIn,
    ServesEverybody,
    NeverRemoves,
    KeepsSecrets,
    WritesTwice,
    /// Takes a refusal with one of these reasons for none.
    Overlooks(&'static [&'static str]),
    ForgetsAtStart,
    NeverBeats,
    NeverLooks,
    Stays,
    NeverRenews,
}

macro_rules! faults {
    ($($name:literal, $requirement:literal, $mistake:expr, $what:literal;)*) => {
        &[
            AppOffer {
                name: "app/none",
                requirement: "",
                what: "nothing: the honest one",
                mistake: None,
            },
            $(AppOffer {
                name: $name,
                requirement: $requirement,
                what: $what,
                mistake: Some($mistake),
            }),*
        ]
    };
}

/// Everything that the program can be as a guardian app.
pub const APPS: &[AppOffer] = faults! {
    "app/says-done", "R-LOG-019", Mistake::SaysDone, "says that a rule stands, and writes nothing";
    "app/for-the-first", "R-LOG-019", Mistake::ForTheFirst, "writes each rule for the first dependant";
    "app/forgets-rules", "R-POL-025", Mistake::ForgetsRules, "writes a layer with the new rule alone";
    "app/remembers-rules", "R-POL-025", Mistake::RemembersRules, "writes what it remembers, whatever stands";
    "app/never-takes-back", "R-LOG-019", Mistake::NeverTakesBack, "says that a rule was taken back, and leaves it";
    "app/never-replaces", "R-LOG-019", Mistake::NeverReplaces, "leaves a rule as it is that is to be another";
    "app/locks-for-ever", "R-LOG-019", Mistake::LocksForEver, "locks without an end";
    "app/lets-anybody-in", "R-JOIN-002", Mistake::LetsAnybodyIn, "does not check the signature of a join request";
    "app/serves-everybody", "R-LOG-019", Mistake::ServesEverybody, "lets every point in for every dependant";
    "app/never-removes", "R-LOG-019", Mistake::NeverRemoves, "says that a device was removed, and leaves it";
    "app/keeps-secrets", "R-EPOCH-016", Mistake::KeepsSecrets, "renews nothing when a device has left";
    "app/writes-twice", "R-LOG-011", Mistake::WritesTwice, "writes again what stands already";
    "app/overlooks-rollback", "R-LOG-005", Mistake::Overlooks(&["ROLLBACK"]), "does not mind that a relay went back";
    "app/overlooks-bodies", "R-DOC-022", Mistake::Overlooks(&["BODY_MISMATCH"]), "does not mind that a body is another one";
    "app/overlooks-status", "R-LOG-016", Mistake::Overlooks(&["NOT_SERVED"]), "does not mind that a relay names more than it serves";
    "app/overlooks-cuts", "R-LOG-002", Mistake::Overlooks(&["MALFORMED"]), "does not mind that an entry is cut";
    "app/overlooks-places", "R-DOC-004", Mistake::Overlooks(&["WRONG_PLACE"]), "does not mind that an entry names another slot";
    "app/overlooks-gaps", "R-LOG-004", Mistake::Overlooks(&["GAP", "OUT_OF_ORDER", "NOT_SERVED"]), "does not mind that an entry is missing";
    "app/overlooks-seals", "R-JOIN-005", Mistake::Overlooks(&["SEAL_BROKEN"]), "does not mind that an answer was changed";
    "app/forgets-at-start", "R-CONF-016", Mistake::ForgetsAtStart, "has lost everything after a start";
    "app/never-beats", "R-REG-008", Mistake::NeverBeats, "does what is due, and never beats";
    "app/never-looks", "R-REG-008", Mistake::NeverLooks, "beats without having followed the log";
    "app/stays", "R-MEM-007", Mistake::Stays, "does not mind that it was removed";
    "app/never-renews", "R-EPOCH-016", Mistake::NeverRenews, "follows and beats, and renews no secrets";
};

impl AppOffer {
    /// The offer of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        APPS.iter().find(|offer| offer.name == name)
    }

    /// Whether it behaves.
    pub const fn is_honest(&self) -> bool {
        self.mistake.is_none()
    }

    /// Answers lines of the standard input on the standard output until it is told to stop.
    ///
    /// # Errors
    /// If the folder cannot be used, or a line cannot be read or written.
    pub fn answer_lines(&self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        std::fs::create_dir_all(folder)?;
        let mut app = Faulty::open(folder, self.mistake)?;
        answer(&mut app, &mut io::stdin().lock(), io::stdout().lock())
    }
}
