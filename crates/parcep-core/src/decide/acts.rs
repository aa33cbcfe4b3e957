//! Overrides, sorted out: which acts hold at an instant.

use std::collections::BTreeMap;

use super::by_target::{app_of, contains, needs_time};
use super::names::{AuthorNumber, Naming, RuleNumber};
use super::question::Question;
use super::{Action, Context};
use crate::policy::{BudgetTarget, DateChange, HostName, Override, OverrideKind, UnblockItem};
use crate::zones::{DAY, day_number};

/// One act that survived the sorting out, live in `[from, until)`.
#[derive(Debug)]
pub(super) struct Act<T> {
    pub(super) name: RuleNumber,
    pub(super) author: AuthorNumber,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) what: T,
}

impl<T> Act<T> {
    pub(super) const fn live(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

#[derive(Debug)]
pub(super) struct ExtraTime {
    pub(super) target: BudgetTarget,
    pub(super) seconds: u64,
    pub(super) extends_window: bool,
}

#[derive(Debug)]
pub(super) struct Exception {
    pub(super) date: i64,
    pub(super) change: DateChange,
}

/// All acts of a policy by kind.
#[derive(Debug, Default)]
pub(super) struct Acts {
    pub(super) extras: Vec<Act<ExtraTime>>,
    pub(super) locks: Vec<Act<()>>,
    pub(super) suspends: Vec<Act<()>>,
    pub(super) unblocks: Vec<Act<UnblockItem>>,
    pub(super) exceptions: Vec<Act<Exception>>,
}

/// Author, kind and target; for extra time the id instead of the target.
type Key = (AuthorNumber, u8, String);

impl Acts {
    /// Of one author's acts with the same kind and target the latest in the log counts; extra time
    /// counts once per id (R-EVAL-040). The order of `overrides` means nothing.
    pub(super) fn sort_out(overrides: &[&Override], naming: &mut Naming) -> Self {
        let mut latest: BTreeMap<Key, &Override> = BTreeMap::new();
        for act in overrides.iter().copied() {
            let (kind, target) = kind_and_target(act);
            let place =
                |act: &Override| (act.position(), act.id().clone(), act.from(), act.until());
            latest
                .entry((naming.author(act.author()), kind, target))
                .and_modify(|known| {
                    if place(act) > place(known) {
                        *known = act;
                    }
                })
                .or_insert(act);
        }
        let mut acts = Self::default();
        for ((author, ..), act) in latest {
            let name = naming.rule(author, act.id().as_str());
            acts.add(name, author, act);
        }
        acts
    }

    fn add(&mut self, name: RuleNumber, author: AuthorNumber, act: &Override) {
        let from = act.from().as_second();
        let said = act.until().map_or(i64::MAX, |until| until.as_second());
        let day_later = from.saturating_add(DAY);
        match act.kind() {
            OverrideKind::ExtraTime {
                target,
                seconds,
                extends_window,
            } => {
                let until = act.until().map_or(day_later, |_| said);
                let what = ExtraTime {
                    target: target.clone(),
                    seconds: u64::from(*seconds),
                    extends_window: *extends_window,
                };
                self.extras.push(Act {
                    name,
                    author,
                    from,
                    until,
                    what,
                });
            }
            OverrideKind::LockNow { .. } => {
                self.locks.push(Act {
                    name,
                    author,
                    from,
                    until: said,
                    what: (),
                });
            }
            OverrideKind::Suspend => {
                self.suspends.push(Act {
                    name,
                    author,
                    from,
                    until: said,
                    what: (),
                });
            }
            OverrideKind::Unblock { item } => {
                let until = said.min(day_later);
                self.unblocks.push(Act {
                    name,
                    author,
                    from,
                    until,
                    what: item.clone(),
                });
            }
            OverrideKind::DateException { date, change } => {
                let what = Exception {
                    date: day_number(*date),
                    change: change.clone(),
                };
                self.exceptions.push(Act {
                    name,
                    author,
                    from,
                    until: said,
                    what,
                });
            }
        }
    }

    /// Every instant at which an act begins or ends to hold.
    pub(super) fn edges(&self) -> impl Iterator<Item = i64> {
        let ends = |from: i64, until: i64| [from, until, from.saturating_add(DAY)];
        let extras = self.extras.iter().map(move |act| ends(act.from, act.until));
        let locks = self
            .locks
            .iter()
            .chain(&self.suspends)
            .map(move |act| ends(act.from, act.until));
        let unblocks = self
            .unblocks
            .iter()
            .map(move |act| ends(act.from, act.until));
        let exceptions = self
            .exceptions
            .iter()
            .map(move |act| ends(act.from, act.until));
        extras
            .chain(locks)
            .chain(unblocks)
            .chain(exceptions)
            .flatten()
    }

    /// Seconds that live grants add to the budgets on `target`, up to `cap`.
    #[inline]
    pub(super) fn extra_seconds(&self, target: &BudgetTarget, cap: u64, at: i64) -> u64 {
        if self.extras.is_empty() {
            return 0;
        }
        let live = self
            .extras
            .iter()
            .filter(|act| act.live(at) && act.what.target == *target);
        live.map(|act| act.what.seconds)
            .fold(0, u64::saturating_add)
            .min(cap)
    }

    /// Whether a live grant keeps windows from ending the action (R-EVAL-041, R-EVAL-032).
    #[inline]
    pub(super) fn extends_window(&self, context: &Context<'_>, at: i64) -> bool {
        let extends = |act: &Act<ExtraTime>| {
            act.what.extends_window && act.live(at) && contains(&act.what.target, context)
        };
        needs_time(context.action) && self.extras.iter().any(extends)
    }

    #[inline]
    pub(super) fn suspended(&self, author: AuthorNumber, at: i64) -> bool {
        self.suspends
            .iter()
            .any(|act| act.author == author && act.live(at))
    }

    /// The unblocks of the question's item that are live and within their author's custody.
    #[inline]
    pub(super) fn unblocks_of<'a>(
        &'a self,
        question: &Question<'a>,
        at: i64,
    ) -> impl Iterator<Item = &'a Act<UnblockItem>> + use<'a> {
        let (policy, action) = (question.policy, question.context.action);
        self.unblocks.iter().filter(move |act| {
            act.live(at) && policy.in_custody(act.author, at) && item_covers(&act.what, action)
        })
    }
}

fn kind_and_target(act: &Override) -> (u8, String) {
    match act.kind() {
        OverrideKind::ExtraTime { .. } => (0, act.id().to_string()),
        OverrideKind::LockNow { .. } => (1, String::new()),
        OverrideKind::Suspend => (2, String::new()),
        OverrideKind::Unblock {
            item: UnblockItem::App(app),
        } => (3, app.to_string()),
        OverrideKind::Unblock {
            item: UnblockItem::Host(host),
        } => (4, host.to_string()),
        OverrideKind::DateException { date, .. } => (5, date.to_string()),
    }
}

fn item_covers(item: &UnblockItem, action: &Action) -> bool {
    match (item, action) {
        (UnblockItem::App(app), _) => app_of(action) == Some(app),
        (UnblockItem::Host(rule), Action::Host(host)) => HostName::covers(rule, host),
        (UnblockItem::Host(_), _) => false,
    }
}
