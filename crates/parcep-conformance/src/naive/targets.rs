//! What contains an action.

use super::asked::Asked;
use super::question::Action;
use parcep_proto::v1alpha1 as pb;

/// What a window, a budget or a grant is on.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// All use.
    Everything,
    /// A category.
    Category(pb::CategoryRef),
    /// An app.
    App(pb::AppRef),
    /// A feature, with what is below it.
    Feature(String),
}

impl Target {
    /// The target of a budget or grant; `None` if its kind is unknown (R-POL-005).
    pub(super) fn read(target: Option<&pb::BudgetTarget>) -> Option<Self> {
        use pb::budget_target::Target as Wire;
        Some(match target?.target.as_ref()? {
            Wire::Everything(_) => Self::Everything,
            Wire::Category(category) => Self::Category(category.clone()),
            Wire::App(app) => Self::App(app.clone()),
            Wire::Feature(code) => Self::Feature(code.clone()),
        })
    }

    /// R-EVAL-020: a window without a target is on everything.
    pub(super) fn of_window(window: &pb::WindowRule) -> Option<Self> {
        match &window.target {
            None => Some(Self::Everything),
            some => Self::read(some.as_ref()),
        }
    }
}

/// R-POL-018: a code covers itself and every code that continues it after a dot.
pub(super) fn covers(code: &str, feature: &str) -> bool {
    let rest = feature.strip_prefix(code);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// R-EVAL-032: whether a window on a target is asked about the action.
pub(super) fn of_windows(asked: &Asked<'_>, target: &Target) -> bool {
    match asked.question.action {
        Action::Install(_)
        | Action::Buy(_)
        | Action::Communicate { .. }
        | Action::Service(_)
        | Action::AddContact(_) => *target == Target::Everything,
        _ => of_budgets(asked, target),
    }
}

/// R-EVAL-032: whether a budget or a grant on a target is asked about the action.
pub(super) fn of_budgets(asked: &Asked<'_>, target: &Target) -> bool {
    match (&asked.question.action, target) {
        (
            Action::Device | Action::App(_) | Action::Host(_) | Action::Content,
            Target::Everything,
        ) => true,
        (Action::App(_) | Action::Host(_) | Action::Content, Target::Category(category)) => {
            asked.categories.contains(category)
        }
        (Action::App(used), Target::App(app)) => used == app,
        (Action::Feature(feature), Target::Feature(code)) => covers(code, feature),
        _ => false,
    }
}
