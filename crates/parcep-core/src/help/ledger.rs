//! Directories of several information points, as the one that a device shows (R-FLOOR-014).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::directory::LINES_OF_A_REGION;
use super::{HelpDirectory, HelpLine};

/// The information point of the built-in directory: the maker.
pub const MAKER: &str = "maker";
/// Information points that have to leave a line out before it goes.
const POINTS: usize = 2;
/// How long they have to leave it out, in seconds: 90 days.
const LEFT_OUT: i64 = 90 * 86_400;
/// Information points that a device trusts at once, and bytes of the name of one.
const MAX_POINTS: usize = 64;
const MAX_NAME: usize = 256;

/// The lines that a device keeps, and since when who has left which of them out. It goes to disk
/// as it is: `serde` writes and reads it.
///
/// What somebody adds counts at once. A line goes when two information points that the device
/// trusts have left it out for 90 days of trusted time. A line with another number is another
/// line, so both are shown for a while, the new one first. Where there is no trusted time, nothing
/// goes.
///
/// ```
/// use parcep_core::help::{HelpDirectory, HelpLedger};
/// let mut ledger = HelpLedger::new(HelpDirectory::bundled());
/// let empty = br#"{ "format": "parcep-help/1", "version": 9, "entries": [] }"#;
/// let empty = HelpDirectory::parse(empty)?;
/// ledger.receive("ministry.example", &empty, Some(1_700_000_000))?;
/// // One information point removes nothing, however long it waits.
/// ledger.settle(Some(1_900_000_000));
/// assert_eq!(ledger.directory().for_zone("Europe/London").region, "GB");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLedger {
    /// Version of the newest directory of each information point.
    points: BTreeMap<String, u64>,
    kept: Vec<Kept>,
    elsewhere: HelpLine,
}

/// A line, and since when it is missing where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    line: HelpLine,
    /// Information points whose newest directory does not have it, and the trusted time at which
    /// that began; `None` where it was not known.
    left_out: BTreeMap<String, Option<i64>>,
}

/// Why a directory was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointError {
    /// It is older than what the same information point sent before, or the same.
    #[error("version {had} of this directory is here already")]
    NotNewer {
        /// The version that the device has.
        had: u64,
    },
    /// The name is empty or longer than 256 bytes, or 64 information points are trusted already.
    #[error("a device trusts at most 64 information points, with names of 1 to 256 bytes")]
    Point,
}

impl PointError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotNewer { .. } => "HELP_NOT_NEWER",
            Self::Point => "HELP_POINT",
        }
    }
}

impl HelpLedger {
    /// What a device has before anybody sent anything: its built-in directory, as that of
    /// [`MAKER`].
    #[must_use]
    pub fn new(built_in: &HelpDirectory) -> Self {
        let mut ledger = Self {
            points: BTreeMap::from([(MAKER.to_owned(), built_in.version)]),
            kept: Vec::new(),
            elsewhere: built_in.elsewhere.clone(),
        };
        ledger.add(&built_in.entries);
        ledger
    }

    /// Takes the newest directory of an information point that the device trusts, at a lower bound
    /// of trusted time in seconds since 1970, or at none where no time is trusted. The next
    /// built-in directory comes in the same way, from [`MAKER`].
    ///
    /// # Errors
    /// When it is not newer than what is here; nothing changes then.
    pub fn receive(
        &mut self,
        point: &str,
        directory: &HelpDirectory,
        now: Option<i64>,
    ) -> Result<(), PointError> {
        let known = self.points.get(point).copied();
        if let Some(had) = known.filter(|had| directory.version <= *had) {
            return Err(PointError::NotNewer { had });
        }
        let full = known.is_none() && self.points.len() >= MAX_POINTS;
        if full || point.is_empty() || point.len() > MAX_NAME {
            return Err(PointError::Point);
        }
        self.points.insert(point.to_owned(), directory.version);
        self.add(&directory.entries);
        let names: BTreeSet<_> = directory.entries.iter().map(identity).collect();
        for kept in &mut self.kept {
            if names.contains(&identity(&kept.line)) {
                kept.left_out.remove(point);
            } else {
                let since = kept.left_out.entry(point.to_owned()).or_insert(now);
                *since = since.or(now);
            }
        }
        self.settle(now);
        Ok(())
    }

    /// Trusts an information point no longer. Its lines stay; its leaving out counts no more.
    pub fn distrust(&mut self, point: &str) {
        self.points.remove(point);
        for kept in &mut self.kept {
            kept.left_out.remove(point);
        }
    }

    /// Lets go of what has been left out long enough at this lower bound of trusted time. A device
    /// calls it now and then, for example once a day. Without a trusted time nothing goes.
    pub fn settle(&mut self, now: Option<i64>) {
        let Some(now) = now else { return };
        for since in self
            .kept
            .iter_mut()
            .flat_map(|kept| kept.left_out.values_mut())
        {
            // A point that left it out before time was known: the 90 days begin now.
            since.get_or_insert(now);
        }
        self.kept.retain(|kept| {
            let since = kept.left_out.values().flatten();
            let long = since.filter(|since| now.saturating_sub(**since) >= LEFT_OUT);
            long.count() < POINTS
        });
    }

    /// The directory to show: every line that is kept, the newest first.
    #[must_use]
    pub fn directory(&self) -> HelpDirectory {
        HelpDirectory {
            version: self.points.values().copied().max().unwrap_or_default(),
            entries: self.kept.iter().map(|kept| kept.line.clone()).collect(),
            elsewhere: self.elsewhere.clone(),
        }
    }

    /// What the newest directory has goes in front, in its order. Of a region that has 64 lines no
    /// more are added: an information point cannot fill a device, nor push a line out.
    fn add(&mut self, lines: &[HelpLine]) {
        let mut front: Vec<Kept> = Vec::with_capacity(lines.len());
        for line in lines {
            let same = |kept: &Kept| identity(&kept.line) == identity(line);
            if front.iter().any(same) {
                continue;
            }
            let known = self.kept.iter().position(same);
            let left_out = match known {
                Some(at) => self.kept.remove(at).left_out,
                None if self.has_room(&front, &line.region) => BTreeMap::new(),
                None => continue,
            };
            let line = line.clone();
            front.push(Kept { line, left_out });
        }
        front.append(&mut self.kept);
        self.kept = front;
    }

    fn has_room(&self, front: &[Kept], region: &str) -> bool {
        let all = self.kept.iter().chain(front);
        all.filter(|kept| kept.line.region == region).count() < LINES_OF_A_REGION
    }
}

/// What makes two lines the same: where they hold and what they dial or open. Name, hours,
/// languages and zones may change.
fn identity(line: &HelpLine) -> (String, [Option<String>; 4]) {
    let dialled = |number: &Option<String>| {
        let kept = |c: &char| c.is_ascii_digit() || *c == '+';
        number
            .as_ref()
            .map(|text| text.chars().filter(kept).collect())
    };
    let ways = [
        dialled(&line.number),
        dialled(&line.sms),
        dialled(&line.emergency),
        line.https.clone(),
    ];
    (line.region.clone(), ways)
}
