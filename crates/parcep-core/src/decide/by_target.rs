//! What contains an action (R-EVAL-032).

use super::hash::TextMap;
use super::{Action, Context};
use crate::policy::{AppId, BudgetTarget, Category};

/// Something for each target that a layer has it on.
#[derive(Debug)]
pub(super) struct ByTarget<T> {
    everything: T,
    categories: TextMap<T>,
    apps: TextMap<T>,
    features: TextMap<T>,
}

impl<T: Default> Default for ByTarget<T> {
    fn default() -> Self {
        Self {
            everything: T::default(),
            categories: TextMap::default(),
            apps: TextMap::default(),
            features: TextMap::default(),
        }
    }
}

impl<T> ByTarget<T> {
    /// What stands on one target.
    pub(super) fn entry(&mut self, target: &BudgetTarget) -> &mut T
    where
        T: Default,
    {
        let (map, key) = match target {
            BudgetTarget::Overall => return &mut self.everything,
            BudgetTarget::Category(category) => (&mut self.categories, category.as_str()),
            BudgetTarget::App(app) => (&mut self.apps, app.as_str()),
            BudgetTarget::Feature(feature) => (&mut self.features, feature.as_str()),
        };
        map.entry(key.into()).or_default()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        let categories = self.categories.values().chain(self.apps.values());
        let targeted = categories.chain(self.features.values());
        targeted.chain([&self.everything])
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let categories = self.categories.values_mut().chain(self.apps.values_mut());
        let targeted = categories.chain(self.features.values_mut());
        targeted.chain([&mut self.everything])
    }

    /// Shows `look` what stands on each target that contains the action. Whether the kind of rule
    /// reaches the action at all, the caller asks.
    #[inline]
    pub(super) fn around<'a>(&'a self, context: &Context<'a>, mut look: impl FnMut(&'a T)) {
        match context.action {
            Action::Feature(code) => {
                if !self.features.is_empty() {
                    let containing = code.prefixes();
                    let found = containing.filter_map(|code| self.features.get(code));
                    found.for_each(look);
                }
                return;
            }
            Action::App(app) if !self.apps.is_empty() => {
                self.apps.get(app.as_str()).into_iter().for_each(&mut look);
            }
            _ => {}
        }
        look(&self.everything);
        if !self.categories.is_empty() {
            let found = categories(context)
                .iter()
                .filter_map(|of| self.categories.get(of.as_str()));
            found.for_each(look);
        }
    }
}

/// Whether a target contains the action.
pub(super) fn contains(target: &BudgetTarget, context: &Context<'_>) -> bool {
    match (target, context.action) {
        (BudgetTarget::Feature(outer), Action::Feature(code)) => outer.covers(code),
        (BudgetTarget::Feature(_), _) | (_, Action::Feature(_)) => false,
        (BudgetTarget::Overall, _) => true,
        (BudgetTarget::Category(category), _) => categories(context).contains(category),
        (BudgetTarget::App(app), action) => matches!(action, Action::App(of) if of == app),
    }
}

/// The categories that contain an action: those of an app in use, a host or content.
const fn categories<'a>(context: &Context<'a>) -> &'a [Category] {
    match context.action {
        Action::App(_) | Action::Host(_) | Action::Content(_) => context.categories,
        _ => &[],
    }
}

/// The app of an action.
pub(super) const fn app_of(action: &Action) -> Option<&AppId> {
    match action {
        Action::App(app) | Action::Install(app) => Some(app),
        _ => None,
    }
}

/// Whether an action takes time: whether budgets and grants reach it.
pub(super) const fn needs_time(action: &Action) -> bool {
    matches!(
        action,
        Action::Device
            | Action::App(_)
            | Action::Host(_)
            | Action::UnnamedHost
            | Action::Content(_)
            | Action::Feature(_)
    )
}
