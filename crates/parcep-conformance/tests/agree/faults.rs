//! Faults that core's side of the comparison is given on purpose: each of them has to be noticed.

use crate::fast::Told;
use crate::scenes::{Ask, Scene};
use parcep_conformance::naive::{Action, Author, Layer, Policy, Subject};
use parcep_proto::v1alpha1 as pb;

/// What core is not told, or what it gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    NoDayStart,
    NoWeekStart,
    NoDeviceZone,
    NoRegion,
    NoCustody,
    NoPending,
    NoExtraTimeCap,
    NoUnblockCeiling,
    NoLimits,
    NothingUnenforceable,
    NoLists,
    NoWindowTargets,
    NoEndGrace,
    NoWhenClosed,
    NoBudgetScope,
    NoNotCounted,
    NoSpendingPeriod,
    NoApprovalClass,
    NoVerdicts,
    NoConfidence,
    ShortFeatures,
    NoSession,
    AlwaysAsks,
    AMedium,
    AnIdentifier,
    APrice,
    ActsInReverse,
    UsageOfEverybody,
    UsageOfAnyCurrency,
    LaterChange,
    MoreRemains,
    OneAuthor,
    NoWarnings,
    NoAge,
    NoAssurance,
    NoOldest,
    NoLeastAssurance,
    AsksForNoAge,
}

impl Fault {
    /// All but none.
    pub(crate) const ALL: [Self; 38] = [
        Self::NoDayStart,
        Self::NoWeekStart,
        Self::NoDeviceZone,
        Self::NoRegion,
        Self::NoCustody,
        Self::NoPending,
        Self::NoExtraTimeCap,
        Self::NoUnblockCeiling,
        Self::NoLimits,
        Self::NothingUnenforceable,
        Self::NoLists,
        Self::NoWindowTargets,
        Self::NoEndGrace,
        Self::NoWhenClosed,
        Self::NoBudgetScope,
        Self::NoNotCounted,
        Self::NoSpendingPeriod,
        Self::NoApprovalClass,
        Self::NoVerdicts,
        Self::NoConfidence,
        Self::ShortFeatures,
        Self::NoSession,
        Self::AlwaysAsks,
        Self::AMedium,
        Self::AnIdentifier,
        Self::APrice,
        Self::ActsInReverse,
        Self::UsageOfEverybody,
        Self::UsageOfAnyCurrency,
        Self::LaterChange,
        Self::MoreRemains,
        Self::OneAuthor,
        Self::NoWarnings,
        Self::NoAge,
        Self::NoAssurance,
        Self::NoOldest,
        Self::NoLeastAssurance,
        Self::AsksForNoAge,
    ];

    /// The scene as core is given it.
    pub(crate) fn applied(self, scene: &Scene) -> Scene {
        let mut scene = scene.clone();
        scene.policies.iter_mut().for_each(|one| self.policy(one));
        scene.asks.iter_mut().for_each(|one| self.ask(one));
        scene
    }

    fn policy(self, policy: &mut Policy) {
        if let Some(profile) = &mut policy.profile {
            match self {
                Self::NoDayStart => profile.day_start_seconds = None,
                Self::NoWeekStart => profile.week_start = None,
                Self::NoDeviceZone => profile.follow_device = None,
                Self::NoRegion => profile.region = None,
                _ => {}
            }
        }
        match self {
            Self::NoCustody => policy.custody.clear(),
            Self::NoPending => policy.pending.clear(),
            Self::NoExtraTimeCap => policy.extra_time_cap = None,
            Self::NoUnblockCeiling => policy.unblock_max_age = None,
            Self::NoLimits => policy.limits.clear(),
            Self::NothingUnenforceable => policy.unenforceable.clear(),
            Self::NoLists => policy.lists.clear(),
            Self::ActsInReverse => policy
                .acts
                .iter_mut()
                .for_each(|act| act.place = 9 - act.place),
            _ => policy.layers.iter_mut().for_each(|one| self.layer(one)),
        }
    }

    fn layer(self, layer: &mut Layer) {
        let set = |windows: &mut Vec<pb::WindowRule>| {
            windows.iter_mut().for_each(|window| window.target = None);
        };
        match self {
            Self::NoWindowTargets => set(&mut layer.schedule.windows),
            Self::NoEndGrace => {
                let end = layer.schedule.end.iter_mut();
                end.for_each(|end| end.grace_seconds = None);
            }
            Self::NoWhenClosed => layer.communication.when_closed = None,
            Self::NoBudgetScope => {
                let budgets = layer.budget.budgets.iter_mut();
                budgets.for_each(|budget| budget.scope = None);
            }
            Self::NoNotCounted => {
                let rules = layer.app.rules.iter_mut();
                rules.for_each(|rule| rule.not_counted = false);
            }
            Self::NoSpendingPeriod => {
                let caps = layer.spending.caps.iter_mut();
                caps.for_each(|cap| cap.period = None);
            }
            Self::NoApprovalClass => layer.spending.approval_class = None,
            Self::NoConfidence => {
                let verdicts = layer.rating.verdicts.iter_mut();
                verdicts.for_each(|rule| rule.min_confidence_percent = None);
            }
            Self::NoLeastAssurance => {
                let gates = layer.age.gates.iter_mut();
                gates.for_each(|gate| gate.least_assurance = None);
            }
            Self::AsksForNoAge => {
                let gates = layer.age.gates.iter_mut();
                gates.for_each(|gate| gate.on_unknown = Some(pb::AgeOnUnknown::Allow as i32));
            }
            _ => {}
        }
    }

    fn ask(self, ask: &mut Ask) {
        let question = &mut ask.question;
        match self {
            Self::NoVerdicts => question.verdicts.clear(),
            Self::NoAge => question.age = None,
            Self::NoAssurance => {
                question.age.iter_mut().for_each(|age| age.assurance = None);
            }
            Self::NoOldest => {
                question.age.iter_mut().for_each(|age| age.upper = None);
            }
            Self::NoSession => question.subject = Subject::Dependant,
            Self::AlwaysAsks => question.can_ask = true,
            Self::AMedium => question.medium = question.medium.or(Some(1)),
            Self::AnIdentifier => {
                if let Action::Communicate { identifier, .. } = &mut question.action {
                    identifier.get_or_insert_with(|| "mum@example.com".to_owned());
                }
            }
            Self::APrice => {
                if let Action::Buy(purchase) = &mut question.action {
                    purchase.price.get_or_insert(1);
                }
            }
            Self::ShortFeatures => {
                if let Action::Feature(code) = &mut question.action {
                    code.truncate(code.find('.').unwrap_or(code.len()));
                }
            }
            Self::UsageOfEverybody => {
                for usage in &mut ask.usages {
                    usage.time.retain(|row| row.author.is_none());
                }
            }
            Self::UsageOfAnyCurrency => {
                for usage in &mut ask.usages {
                    usage.money.retain(|row| row.currency.is_none());
                }
            }
            _ => {}
        }
    }

    /// The answer as core is taken to have given it.
    pub(crate) fn told(self, mut told: Told) -> Told {
        match self {
            Self::LaterChange => told.next_change = told.next_change.map(|at| at + 1),
            Self::MoreRemains => {
                told.remaining_seconds = told.remaining_seconds.map(|left| left + 1);
            }
            Self::OneAuthor => {
                let rules = told.rules.into_iter();
                let g0 = Author::Guardian("g0".to_owned());
                told.rules = rules.map(|(_, name)| (g0.clone(), name)).collect();
            }
            Self::NoWarnings => {
                if let Some(ending) = &mut told.ending {
                    ending.warning_seconds.clear();
                }
            }
            _ => {}
        }
        told
    }
}
