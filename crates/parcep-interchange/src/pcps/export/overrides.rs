//! Locks, pauses, a bonus and temporary rules as PCPS can say them.

use super::{Members, Notes, time};
use crate::family::Child;
use crate::json::Json;
use jiff::Timestamp;
use parcep_core::policy::{BudgetTarget, DateChange, Override, OverrideKind};

pub(super) fn status(child: &Child, notes: &mut Notes<'_>) -> Members {
    let mut members = Members::new();
    if !child.active {
        members = members.with("policy_active", Json::Bool(false));
    }
    if let Some(pause) = last(child, |kind| matches!(kind, OverrideKind::Suspend)) {
        undated(pause, false, notes);
        members = members.with("paused", Json::Bool(true));
        members = members.maybe("paused_until", pause.until().map(timestamp));
    }
    let lock = last(child, |kind| matches!(kind, OverrideKind::LockNow { .. }));
    if let Some(lock) = lock {
        undated(lock, true, notes);
        members = members.with("locked", Json::Bool(true));
        if let OverrideKind::LockNow { reason } = lock.kind() {
            members = members.maybe_text("locked_reason", reason.as_ref());
        }
    }
    members
}

/// Of several acts of one kind the last counts.
fn last(child: &Child, kind: impl Fn(&OverrideKind) -> bool) -> Option<&Override> {
    child
        .overrides
        .iter()
        .filter(|act| kind(act.kind()))
        .max_by_key(|act| act.position())
}

/// PCPS cannot date the start of a lock or pause, nor the end of a lock.
fn undated(act: &Override, ends: bool, notes: &mut Notes<'_>) {
    if act.from() != Timestamp::UNIX_EPOCH || (ends && act.until().is_some()) {
        let text = format!("when `{}` begins or ends", act.id());
        notes.inexpressible("/status", &text);
    }
}

fn timestamp(at: Timestamp) -> Json {
    Json::text(at.to_string())
}

pub(super) fn overrides(child: &Child, notes: &mut Notes<'_>) -> Members {
    let (mut bonus, mut rules) = (None, Vec::new());
    for act in &child.overrides {
        match act.kind() {
            OverrideKind::LockNow { .. } | OverrideKind::Suspend => {}
            OverrideKind::ExtraTime {
                target: BudgetTarget::Overall,
                seconds,
                ..
            } if bonus.is_none() && act.until().is_some() && *seconds >= 60 => {
                bonus = Some(bonus_time(act, *seconds, notes));
            }
            OverrideKind::DateException {
                date,
                change: DateChange::ExtendLastWindow { until },
            } => {
                undated_day(act, notes);
                let row = Members::new()
                    .text("type", "extend_schedule")
                    .text("date", &date.to_string())
                    .text("allowed_until", &time::hh_mm(until.seconds() / 60));
                rules.push(row.into_json());
            }
            _ => {
                let text = format!("override `{}`", act.id());
                notes.inexpressible("/overrides", &text);
            }
        }
    }
    Members::new()
        .maybe("bonus_time", bonus)
        .list("temporary_rules", rules)
}

fn bonus_time(act: &Override, seconds: u32, notes: &mut Notes<'_>) -> Json {
    if let OverrideKind::ExtraTime {
        extends_window: true,
        ..
    } = act.kind()
    {
        notes.stricter("/overrides/bonus_time", "a bonus does not open windows");
    }
    Members::new()
        .with("minutes", Json::integer(i64::from(seconds / 60)))
        .text("granted_at", &act.from().to_string())
        .maybe("expires_at", act.until().map(timestamp))
        .into_json()
}

fn undated_day(act: &Override, notes: &mut Notes<'_>) {
    if act.from() != Timestamp::UNIX_EPOCH || act.until().is_some() {
        let text = format!("when `{}` begins or ends to hold", act.id());
        notes.inexpressible("/overrides/temporary_rules", &text);
    }
}
