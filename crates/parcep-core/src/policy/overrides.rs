//! What a guardian does today: extra time, lock, suspend, unblock, date exceptions.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::check::{DAY_RANGE, day_fits};
use super::{
    AppId, BudgetTarget, HostName, LayerAuthor, LocalTime, OverrideId, PolicyError, WindowSpan,
    WindowState,
};

/// One signed act beside the layers. List order means nothing; the place in the log does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OverrideForm", into = "OverrideForm")]
pub struct Override {
    author: LayerAuthor,
    id: OverrideId,
    position: u64,
    from: Timestamp,
    until: Option<Timestamp>,
    kind: OverrideKind,
}

impl Override {
    /// Longest life of an unblock, and of extra time that names no end: 24 h (R-EVAL-041).
    pub const DAY_SECONDS: i64 = crate::registry::constants::ACT_DAY;

    /// An act of `author`, live in `[from, until)`.
    ///
    /// `position` is its place in the log. Of the acts of one author with the same kind and target
    /// the greatest position counts; extra time sums over distinct ids instead. An interval with
    /// equal ends takes back what an earlier position did. Without `until` the act is live until
    /// it is taken back; extra time and unblocks then last 24 h.
    ///
    /// # Errors
    /// [`PolicyError::Interval`] when the interval ends before it starts, [`PolicyError::Range`] when
    /// an instant, a day or a text lies outside its range (R-POL-008).
    pub fn new(
        author: LayerAuthor,
        id: OverrideId,
        position: u64,
        from: Timestamp,
        until: Option<Timestamp>,
        kind: OverrideKind,
    ) -> Result<Self, PolicyError> {
        if until.is_some_and(|until| until < from) {
            return Err(PolicyError::Interval);
        }
        if !instant_fits(from) || !until.is_none_or(instant_fits) {
            return Err(PolicyError::Range {
                what: "an instant",
                range: "from -2^37 to 2^37 seconds (R-POL-008)",
            });
        }
        kind.check_ranges()?;
        Ok(Self {
            author,
            id,
            position,
            from,
            until,
            kind,
        })
    }

    /// The same act with the end that a guardian app gives a grant (R-REQ-010): extra time has one a day later where
    /// its author named none, an unblock a day later at the latest.
    #[must_use]
    pub fn with_end(mut self) -> Self {
        let latest =
            Timestamp::from_second(self.from.as_second().saturating_add(Self::DAY_SECONDS));
        // Where time ends there is no day later, and R-EVAL-041 ends the grant all the same.
        let latest = latest.ok().filter(|latest| instant_fits(*latest));
        match &self.kind {
            OverrideKind::ExtraTime { .. } => self.until = self.until.or(latest),
            OverrideKind::Unblock { .. } => {
                self.until = self.until.into_iter().chain(latest).min();
            }
            _ => {}
        }
        self
    }

    /// Who acted.
    #[must_use]
    pub const fn author(&self) -> &LayerAuthor {
        &self.author
    }

    /// Its name, unique for the author.
    #[must_use]
    pub const fn id(&self) -> &OverrideId {
        &self.id
    }

    /// Its place in the log.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// First instant at which it is live.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// First instant at which it is no longer live, as its author said.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// What it does.
    #[must_use]
    pub const fn kind(&self) -> &OverrideKind {
        &self.kind
    }
}

/// What an override does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideKind {
    /// Adds time to every budget on `target`, in every layer.
    ExtraTime {
        /// Budgets it adds to.
        target: BudgetTarget,
        /// Seconds added while it is live.
        seconds: u32,
        /// Windows do not end use of the target while it is live.
        #[serde(default)]
        extends_window: bool,
    },
    /// Denies everything but the rights floor.
    LockNow {
        /// Why, for the dependant to read: display text, at most 512 bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Suspends the author's lifestyle rules: windows and budgets.
    Suspend,
    /// Admits one item in spite of ratings, categories and the author's web mode.
    Unblock {
        /// The item.
        item: UnblockItem,
    },
    /// Changes the author's windows on one policy day.
    DateException {
        /// The policy day.
        date: Date,
        /// How they change.
        change: DateChange,
    },
}

impl OverrideKind {
    /// What no reader takes (R-POL-007, R-POL-008).
    fn check_ranges(&self) -> Result<(), PolicyError> {
        match self {
            Self::LockNow {
                reason: Some(reason),
            } if reason.len() > 512 => Err(PolicyError::Range {
                what: "display text",
                range: "at most 512 bytes",
            }),
            Self::DateException { date, .. } if !day_fits(*date) => Err(DAY_RANGE),
            _ => Ok(()),
        }
    }
}

fn instant_fits(instant: Timestamp) -> bool {
    instant.as_second().unsigned_abs() <= 1 << 37
}

/// What an unblock admits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnblockItem {
    /// One app.
    App(AppId),
    /// One host, with everything below it.
    Host(HostName),
}

/// How the windows of one policy day change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateChange {
    /// The last ALLOW window that begins on the day ends later: at the first such local time after
    /// its start. It is never made shorter.
    ExtendLastWindow {
        /// The new end.
        until: LocalTime,
    },
    /// These windows instead of the layer's; none means no window rule on the day.
    Replace {
        /// The windows that begin on the day.
        windows: Vec<DayWindow>,
    },
}

/// A window of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayWindow {
    /// What it says.
    pub state: WindowState,
    /// From when to when.
    pub span: WindowSpan,
}

/// JSON form of an override, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideForm {
    author: LayerAuthor,
    id: OverrideId,
    #[serde(default)]
    position: u64,
    from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    kind: OverrideKind,
}

impl TryFrom<OverrideForm> for Override {
    type Error = PolicyError;
    fn try_from(form: OverrideForm) -> Result<Self, PolicyError> {
        Self::new(
            form.author,
            form.id,
            form.position,
            form.from,
            form.until,
            form.kind,
        )
    }
}

impl From<Override> for OverrideForm {
    fn from(act: Override) -> Self {
        let Override {
            author,
            id,
            position,
            from,
            until,
            kind,
        } = act;
        Self {
            author,
            id,
            position,
            from,
            until,
            kind,
        }
    }
}
