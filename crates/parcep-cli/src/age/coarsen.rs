//! `parcep age coarsen`: what an audience with these cut points would be told.

use super::{misuse, words};
use crate::failure::Failure;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{AgeInterval, Coarse, Cuts, coarsen, youngest};
use serde::Serialize;

/// An age as it is known.
#[derive(Debug, Clone, Args)]
pub struct Known {
    /// Least age in completed years
    #[arg(long, value_name = "YEARS")]
    pub lower: u32,
    /// First age that is ruled out; leave it out for "and older"
    #[arg(long, value_name = "YEARS")]
    pub upper: Option<u32>,
    /// The audience's cut points: 1 to 3 ages from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',', required = true)]
    pub cuts: Vec<u32>,
    /// Tell the youngest bracket alone, for a law that wants one (R-AGE-036)
    #[arg(long)]
    pub youngest: bool,
}

/// Arguments of `age coarsen`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: who is 12, 13, 14, 15 or 16, for an audience that asks at 13, 16 and 18\n  \
                        parcep age coarsen --lower 12 --upper 17 --cuts 13,16,18"
)]
pub struct Coarsen {
    #[command(flatten)]
    /// The age
    pub known: Known,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Told {
    lower: u32,
    upper: Option<u32>,
    exact_cell: bool,
}

impl Known {
    /// What of it may be told.
    ///
    /// # Errors
    /// `MALFORMED` with the flag at fault.
    pub(super) fn coarse(&self) -> Result<Coarse, Failure> {
        let known = AgeInterval::new(self.lower, self.upper).map_err(misuse)?;
        let cuts = Cuts::new(self.cuts.clone()).map_err(misuse)?;
        let to_cells = if self.youngest { youngest } else { coarsen };
        Ok(to_cells(known, &cuts))
    }

    /// The same for somebody who is spoken of: who knows nothing has nothing to coarsen (R-AGE-030).
    ///
    /// # Errors
    /// `MALFORMED` with the flag at fault.
    pub(super) fn spoken_of(&self) -> Result<Coarse, Failure> {
        if (self.lower, self.upper) == (0, None) {
            let message = "`--lower 0` without `--upper` is every age: nothing is known, and nothing is told of it \
                           (R-AGE-030)";
            return Err(Failure::usage("MALFORMED", message));
        }
        self.coarse()
    }
}

impl Coarsen {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Coarse {
            interval,
            exact_cell,
        } = self.known.coarse()?;
        let told = Told {
            lower: interval.lower(),
            upper: interval.upper(),
            exact_cell,
        };
        let exact = match (exact_cell, self.known.youngest) {
            (true, _) => "",
            (false, false) => ", which is more than one bracket",
            (false, true) => ", the youngest of those that it could be",
        };
        let words = format!(
            "The audience is told: {}{exact}.\n",
            words::spoken(interval)
        );
        answer(self.json, &told, &words)
    }
}
