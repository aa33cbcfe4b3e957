//! Running state, bonus and temporary rules as overrides.

use super::{Notes, time};
use crate::family::LossCode;
use crate::pcps::model::{Bonus, Policy, Status, TemporaryKind, TemporaryRule};
use jiff::Timestamp;
use parcep_core::policy::{BudgetTarget, DateChange, LayerAuthor, Override, OverrideKind};

/// PCPS dates neither a lock nor a pause: they have been there always.
pub(super) const ALWAYS: Timestamp = Timestamp::UNIX_EPOCH;

/// Ids of the overrides made from a document: where they stand in it.
pub(super) fn overrides(policy: &Policy, author: &LayerAuthor, notes: &mut Notes) -> Vec<Override> {
    let mut acts = Acts {
        author,
        notes,
        list: Vec::new(),
    };
    acts.status(&policy.status);
    if let Some(bonus) = &policy.overrides.bonus_time {
        acts.bonus(bonus);
    }
    for (index, rule) in policy.overrides.temporary_rules.iter().enumerate() {
        acts.temporary(index, rule);
    }
    acts.list
}

struct Acts<'a> {
    author: &'a LayerAuthor,
    notes: &'a mut Notes,
    list: Vec<Override>,
}

impl Acts<'_> {
    fn act(&mut self, id: &str, from: Timestamp, until: Option<Timestamp>, kind: OverrideKind) {
        let position = u64::try_from(self.list.len()).unwrap_or(u64::MAX);
        let live = until.is_none_or(|until| until > from);
        let made = id
            .parse()
            .and_then(|id| Override::new(self.author.clone(), id, position, from, until, kind));
        match made {
            Ok(act) if live => self.list.push(act),
            _ => {
                let text = "over before it begins: kept, without effect";
                self.notes
                    .loss(&format!("/{id}"), LossCode::NeverLive, text);
            }
        }
    }

    /// R-PCPS-016: a lock and a pause are commands, not rules.
    fn status(&mut self, status: &Status) {
        if status.locked || status.paused || !status.policy_active {
            let text = "running state inside the document: read as a command of its author";
            self.notes.loss("/status", LossCode::RunningState, text);
        }
        if status.locked {
            let reason = self
                .notes
                .text("/status/locked_reason", status.locked_reason.as_ref());
            self.act(
                "status/locked",
                ALWAYS,
                None,
                OverrideKind::LockNow { reason },
            );
        }
        if status.paused {
            self.act(
                "status/paused",
                ALWAYS,
                status.paused_until,
                OverrideKind::Suspend,
            );
        }
    }

    /// R-PCPS-017: on the overall budget only, while it is live.
    fn bonus(&mut self, bonus: &Bonus) {
        let kind = OverrideKind::ExtraTime {
            target: BudgetTarget::Overall,
            seconds: time::seconds(bonus.minutes),
            extends_window: false,
        };
        self.act(
            "overrides/bonus_time",
            bonus.granted_at,
            Some(bonus.expires_at),
            kind,
        );
    }

    /// R-PCPS-018: only `extend_schedule` has members with a meaning.
    fn temporary(&mut self, index: usize, rule: &TemporaryRule) {
        let id = format!("overrides/temporary_rules/{index}");
        let until = match rule.kind {
            TemporaryKind::ExtendSchedule(until) => until.and_then(time::local),
            TemporaryKind::Undefined(_) => None,
        };
        let Some(until) = until else {
            let text = "PCPS defines no members for this rule: kept, without effect";
            self.notes
                .loss(&format!("/{id}"), LossCode::TemporaryRuleUndefined, text);
            return;
        };
        let change = DateChange::ExtendLastWindow { until };
        self.act(
            &id,
            ALWAYS,
            None,
            OverrideKind::DateException {
                date: rule.date,
                change,
            },
        );
    }
}
