//! When: windows that name a state.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::is_default;
use super::{BudgetTarget, EndRule, LocalTime, OnUnenforceable, PolicyError, RuleId, Weekdays};

/// Windows of one layer. Empty: no window rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSection {
    /// Unioned per state, BLOCK over ALLOW. A layer with any ALLOW window blocks the time outside
    /// all of them, days without one included (R-EVAL-020).
    #[serde(default)]
    pub windows: Vec<Window>,
    /// What happens when use ends; absent means that it is locked at once (R-EVAL-054).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EndRule>,
}

/// What a window says about the time inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Use is open inside, closed outside every ALLOW window of the layer.
    Allow,
    /// Use is closed inside.
    Block,
}

/// One window on some weekdays. The weekday is that of the policy day in which it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Name of the rule. Several windows may share one, when they are one rule to their author.
    pub id: RuleId,
    /// What it says.
    pub state: WindowState,
    /// On which days it starts.
    pub days: Weekdays,
    /// From when to when.
    pub span: WindowSpan,
    /// What it opens or closes: the target and what it contains (R-EVAL-032).
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: BudgetTarget,
    /// When the rule is to be looked at again, local date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Date>,
    /// What holds where an enforcement point cannot enforce it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unenforceable: OnUnenforceable,
}

impl Window {
    /// A window of whole policy days.
    #[must_use]
    pub const fn all_day(id: RuleId, state: WindowState, days: Weekdays) -> Self {
        Self {
            id,
            state,
            days,
            span: WindowSpan::ALL_DAY,
            target: BudgetTarget::Overall,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        }
    }

    /// A window from `start` to `end`; an end earlier than the start lies on the next day.
    ///
    /// # Errors
    /// [`PolicyError::EmptyWindow`] when start and end are equal.
    pub fn between(
        id: RuleId,
        state: WindowState,
        days: Weekdays,
        start: LocalTime,
        end: LocalTime,
    ) -> Result<Self, PolicyError> {
        Ok(Self {
            id,
            state,
            days,
            span: WindowSpan::between(start, end)?,
            target: BudgetTarget::Overall,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        })
    }
}

/// A part of a policy day, half-open: the start belongs to it, the end does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SpanForm", into = "SpanForm")]
pub struct WindowSpan(Option<(LocalTime, LocalTime)>);

impl WindowSpan {
    /// The whole policy day.
    pub const ALL_DAY: Self = Self(None);

    /// From `start` to `end`; an end earlier than the start lies on the next day.
    ///
    /// # Errors
    /// [`PolicyError::EmptyWindow`] when start and end are equal.
    pub fn between(start: LocalTime, end: LocalTime) -> Result<Self, PolicyError> {
        if start == end {
            return Err(PolicyError::EmptyWindow);
        }
        Ok(Self(Some((start, end))))
    }

    /// Start and end, or `None` for the whole policy day.
    #[must_use]
    pub const fn edges(self) -> Option<(LocalTime, LocalTime)> {
        self.0
    }
}

/// JSON form: `"all_day"` or `{"start": "07:00", "end": "19:30"}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SpanForm {
    Between { start: LocalTime, end: LocalTime },
    Word(AllDay),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AllDay {
    AllDay,
}

impl TryFrom<SpanForm> for WindowSpan {
    type Error = PolicyError;
    fn try_from(form: SpanForm) -> Result<Self, PolicyError> {
        match form {
            SpanForm::Word(AllDay::AllDay) => Ok(Self::ALL_DAY),
            SpanForm::Between { start, end } => Self::between(start, end),
        }
    }
}

impl From<WindowSpan> for SpanForm {
    fn from(span: WindowSpan) -> Self {
        match span.0 {
            None => Self::Word(AllDay::AllDay),
            Some((start, end)) => Self::Between { start, end },
        }
    }
}
