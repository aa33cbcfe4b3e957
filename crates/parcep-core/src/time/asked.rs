//! Which instants a decision is asked with (R-TIME-006 to R-TIME-008).

use super::{Interval, TimeKeeper};
use crate::constitution::UncertainTime;
use crate::decide::{Context, Known, Windows};
use jiff::Timestamp;

/// What a decision is asked with: two instants, and what becomes of windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// *t*: windows, custody and days are those of this instant, and what gives ends at it. Seconds
    /// since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// T_lo: what takes ends at it, and what gives begins; `None` before the first signed time.
    pub lower: Option<i64>,
    /// What becomes of windows.
    pub windows: Windows,
    /// Whether the interval is wide: the device does not know the time, and says so (R-TIME-010).
    pub wide: bool,
}

impl Asked {
    /// The question at these instants.
    ///
    /// ```
    /// use parcep_core::constitution::UncertainTime;
    /// use parcep_core::decide::{Action, Context, Windows};
    /// use parcep_core::time::{Boot, BootId, TimeKeeper};
    ///
    /// let mut time = TimeKeeper::new(false);
    /// time.read(Boot { id: BootId([1; 16]), seconds: 0 }, None);
    /// time.first(1_700_000_000);
    /// let asked = time.asked(UncertainTime::Unspecified);
    /// let context = asked.at_once(Context::new("1970-01-01T00:00:00Z".parse()?, &Action::Device));
    /// // No relay signed the time, and nobody protects the clock: windows are not evaluated.
    /// assert_eq!(context.windows, Windows::NotEvaluated);
    /// assert_eq!(context.now.as_second(), 1_700_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at_once<'a>(&self, context: Context<'a>) -> Context<'a> {
        let known = match self.lower {
            None => Known::Never,
            Some(lower) if lower >= self.at => Known::Exactly,
            Some(lower) => Known::Since(timestamp(lower)),
        };
        Context {
            now: timestamp(self.at),
            known,
            windows: self.windows,
            ..context
        }
    }
}

/// R-TIME-006, and the rows of R-TIME-008.
pub(super) fn of(time: &TimeKeeper, uncertain: UncertainTime) -> Asked {
    let lower = time.lower();
    let asked = |at: Option<i64>, windows, wide| Asked {
        // Nothing is compared with an instant that nobody knows (`Known::Never`).
        at: at.unwrap_or(0),
        lower,
        windows,
        wide,
    };
    if let Interval::Narrow(upper) = time.interval() {
        return asked(Some(upper), Windows::Evaluated, false);
    }
    match chosen(uncertain, time.is_protected()) {
        UncertainTime::Strict => asked(lower, Windows::Closed, true),
        UncertainTime::WallClock => asked(lower.max(time.wall()), Windows::Evaluated, true),
        UncertainTime::BudgetOnly | UncertainTime::Unspecified => {
            asked(lower, Windows::NotEvaluated, true)
        }
    }
}

/// The row that counts: where none was chosen, the platform decides.
pub(super) const fn chosen(uncertain: UncertainTime, protected: bool) -> UncertainTime {
    match uncertain {
        UncertainTime::Unspecified if protected => UncertainTime::WallClock,
        UncertainTime::Unspecified => UncertainTime::BudgetOnly,
        other => other,
    }
}

/// An instant of the calendar; what lies beyond it is its end.
fn timestamp(seconds: i64) -> Timestamp {
    let end = if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(seconds).unwrap_or(end)
}
