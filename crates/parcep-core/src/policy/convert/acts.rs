//! Overrides.

use parcep_proto::v1alpha1 as pb;

use super::time::{read_reach, read_span, write_span};
use super::*;

pub(super) fn read_act(act: pb::r#override::Act) -> Outcome<OverrideKind> {
    use pb::r#override::Act;
    Ok(match act {
        Act::ExtraTime(extra) => OverrideKind::ExtraTime {
            target: read_target(extra.target.as_ref())?.ok_or(SectionError::UnknownOverride)?,
            seconds: extra.seconds,
            extends_window: extra.extends_window,
        },
        Act::LockNow(lock) => {
            if lock.reason.as_ref().is_some_and(|text| text.len() > 512) {
                return Err(range("display text", "at most 512 bytes"));
            }
            OverrideKind::LockNow {
                reason: lock.reason,
            }
        }
        Act::Suspend(_) => OverrideKind::Suspend,
        Act::Unblock(unblock) => OverrideKind::Unblock {
            item: match unblock.item.ok_or(SectionError::UnknownOverride)? {
                pb::unblock::Item::App(app) => UnblockItem::App(read_app(&app)?),
                pb::unblock::Item::Host(host) => UnblockItem::Host(host.parse()?),
            },
        },
        Act::DateException(exception) => OverrideKind::DateException {
            date: read_date(exception.day)?,
            change: read_change(exception.change.ok_or(SectionError::UnknownOverride)?)?,
        },
    })
}

pub(super) fn read_change(change: pb::date_exception::Change) -> Outcome<DateChange> {
    use pb::date_exception::Change;
    match change {
        Change::ExtendUntilSeconds(seconds) => Ok(DateChange::ExtendLastWindow {
            until: LocalTime::from_seconds(seconds)?,
        }),
        Change::Replace(replaced) => {
            let read = |window: &pb::WindowRule| {
                // Its target is not used, but one that cannot be read makes the act one of an unknown
                // kind, as it does with a window of a layer.
                match (read_span(window)?, read_reach(window)?) {
                    (Some((state, span)), Some(_)) => Ok(DayWindow { state, span }),
                    _ => Err(SectionError::UnknownOverride),
                }
            };
            let windows = replaced.windows.iter().map(read).collect::<Outcome<_>>()?;
            Ok(DateChange::Replace { windows })
        }
    }
}

pub(super) fn write_act(kind: &OverrideKind) -> pb::r#override::Act {
    use pb::r#override::Act;
    match kind {
        OverrideKind::ExtraTime {
            target,
            seconds,
            extends_window,
        } => Act::ExtraTime(pb::ExtraTime {
            target: write_target(target),
            seconds: *seconds,
            extends_window: *extends_window,
        }),
        OverrideKind::LockNow { reason } => Act::LockNow(pb::LockNow {
            reason: reason.clone(),
        }),
        OverrideKind::Suspend => Act::Suspend(pb::Suspend {}),
        OverrideKind::Unblock { item } => Act::Unblock(pb::Unblock {
            item: Some(match item {
                UnblockItem::App(app) => pb::unblock::Item::App(write_app(app)),
                UnblockItem::Host(host) => pb::unblock::Item::Host(host.to_string()),
            }),
        }),
        OverrideKind::DateException { date, change } => Act::DateException(pb::DateException {
            day: write_date(*date),
            change: Some(write_change(change)),
        }),
    }
}

pub(super) fn write_change(change: &DateChange) -> pb::date_exception::Change {
    use pb::date_exception::Change;
    match change {
        DateChange::ExtendLastWindow { until } => Change::ExtendUntilSeconds(until.seconds()),
        DateChange::Replace { windows } => Change::Replace(pb::ReplacedWindows {
            windows: windows
                .iter()
                .map(|window| write_span(window.state, window.span))
                .collect(),
        }),
    }
}
