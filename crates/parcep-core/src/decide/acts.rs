//! Overrides, sorted out: which acts hold at an instant.

use std::collections::BTreeMap;

use super::by_target::{app_of, contains, needs_time};
use super::names::{AuthorNumber, Naming, RuleNumber};
use super::question::Question;
use super::{Action, Context, Known};
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

/// The instants that acts are compared with (*Uncertain time*). Where the time is certain, all are one.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    /// Of the evaluation.
    pub(super) at: i64,
    /// At or before it what gives has begun.
    begun: i64,
    /// At or before it a lock has begun.
    locked: i64,
    /// At or before it a lock has ended.
    pub(super) ended: i64,
}

impl When {
    /// At `at`, which is the question's instant or a later one.
    pub(super) fn new(known: Known, at: i64) -> Self {
        let lower = match known {
            Known::Exactly => at,
            Known::Since(lower) => lower.as_second(),
            Known::Never => i64::MIN,
        };
        Self {
            at,
            begun: lower,
            locked: if known == Known::Never { i64::MAX } else { at },
            ended: lower,
        }
    }
}

impl<T> Act<T> {
    /// Extra time, an unblock, a suspension, a date exception.
    pub(super) const fn gives(&self, when: &When) -> bool {
        self.from <= when.begun && when.at < self.until
    }

    /// A lock. One that has not ended by the lower bound has no end; one with equal ends was taken
    /// back.
    pub(super) const fn takes(&self, when: &When) -> bool {
        self.from <= when.locked && when.ended < self.until && self.from < self.until
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
    pub(super) fn extra_seconds(&self, target: &BudgetTarget, cap: u64, when: &When) -> u64 {
        if self.extras.is_empty() {
            return 0;
        }
        let live = self
            .extras
            .iter()
            .filter(|act| act.gives(when) && act.what.target == *target);
        live.map(|act| act.what.seconds)
            .fold(0, u64::saturating_add)
            .min(cap)
    }

    /// Whether a live grant keeps windows from ending the action (R-EVAL-041, R-EVAL-032).
    #[inline]
    pub(super) fn extends_window(&self, context: &Context<'_>, when: &When) -> bool {
        let extends = |act: &Act<ExtraTime>| {
            act.what.extends_window && act.gives(when) && contains(&act.what.target, context)
        };
        needs_time(context.action) && self.extras.iter().any(extends)
    }

    #[inline]
    pub(super) fn suspended(&self, author: AuthorNumber, when: &When) -> bool {
        self.suspends
            .iter()
            .any(|act| act.author == author && act.gives(when))
    }

    /// The unblocks of the question's item that are live and within their author's custody.
    #[inline]
    pub(super) fn unblocks_of<'a>(
        &'a self,
        question: &Question<'a>,
        at: i64,
    ) -> impl Iterator<Item = &'a Act<UnblockItem>> + use<'a> {
        let action = question.context.action;
        let (question, when) = (*question, question.when(at));
        self.unblocks.iter().filter(move |act| {
            act.gives(&when)
                && question.in_custody(act.author, at)
                && item_covers(&act.what, action)
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
