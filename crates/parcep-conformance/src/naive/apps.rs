//! Step 3 for apps.

use super::asked::Asked;
use super::model::Layer;
use super::question::Action;
use parcep_proto::v1alpha1 as pb;
use pb::app_rule::Target;

/// The four levels of R-EVAL-010, the most specific first.
const LEVELS: [Level; 4] = [
    Level::App,
    Level::Publisher,
    Level::Category,
    Level::Everything,
];

#[derive(Clone, Copy, PartialEq)]
enum Level {
    App,
    Publisher,
    Category,
    Everything,
}

/// What an explicit rule says, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Explicit {
    Allow(String),
    Block(String),
}

/// The level on which a rule matches the app of the question, if it does.
fn level(asked: &Asked<'_>, rule: &pb::AppRule) -> Option<Level> {
    let (Action::App(app) | Action::Install(app)) = &asked.question.action else {
        return None;
    };
    let (matches, level) = match rule.target.as_ref()? {
        Target::App(target) => (target == app, Level::App),
        Target::Publisher(name) => (
            asked.question.publisher.as_ref() == Some(name),
            Level::Publisher,
        ),
        Target::Category(category) => (asked.categories.contains(category), Level::Category),
        Target::Everything(_) => (true, Level::Everything),
    };
    matches.then_some(level)
}

/// R-POL-006: whether a rule blocks; `None` if it has no access.
fn blocks(rule: &pb::AppRule) -> Option<bool> {
    rule.access
        .map(|access| access != pb::AppAccess::Allow as i32)
}

/// R-EVAL-010: the rule that counts for the app of the question.
pub(super) fn explicit(asked: &Asked<'_>, layer: &Layer) -> Option<Explicit> {
    for wanted in LEVELS {
        let on_it = |rule: &&pb::AppRule| level(asked, rule) == Some(wanted);
        let mut blocking = layer.app.rules.iter().filter(on_it);
        if let Some(rule) = blocking.find(|rule| blocks(rule) == Some(true)) {
            return Some(Explicit::Block(rule.id.clone()));
        }
        let mut allowing = layer.app.rules.iter().filter(on_it);
        if let Some(rule) = allowing.find(|rule| blocks(rule) == Some(false)) {
            return Some(Explicit::Allow(rule.id.clone()));
        }
    }
    None
}

/// R-EVAL-010: a flag holds if every rule on the most specific level that matches has it.
fn flag(asked: &Asked<'_>, layer: &Layer, has: impl Fn(&pb::AppRule) -> bool) -> bool {
    for wanted in LEVELS {
        let rules = layer.app.rules.iter();
        let on_it: Vec<_> = rules
            .filter(|rule| level(asked, rule) == Some(wanted))
            .collect();
        if !on_it.is_empty() {
            return on_it.into_iter().all(has);
        }
    }
    false
}

/// Neither windows nor budgets end the use of the app.
pub(super) fn always_allowed(asked: &Asked<'_>, layer: &Layer) -> bool {
    flag(asked, layer, |rule| rule.always_allowed)
}

/// The use of the app is not counted as spent.
pub(super) fn not_counted(asked: &Asked<'_>, layer: &Layer) -> bool {
    flag(asked, layer, |rule| rule.not_counted)
}

/// R-EVAL-022: the flag by which a guardian is asked about an installation.
pub(super) fn install_approval(layer: &Layer) -> Option<String> {
    let flag = layer.app.install_approval.as_ref()?;
    flag.on.then(|| flag.id.clone())
}

/// A row that blocks a target and says nothing else.
pub(super) fn block(id: &str, target: Target) -> pb::AppRule {
    pb::AppRule {
        id: id.to_owned(),
        target: Some(target),
        access: Some(pb::AppAccess::Block as i32),
        ..pb::AppRule::default()
    }
}
