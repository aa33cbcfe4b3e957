//! A question to one policy, and what passing time changes about it.

use super::acts::When;
use super::apps::Explicit;
use super::clock::{Clock, Day};
use super::compile::{CompiledPolicy, Layer};
use super::names::AuthorNumber;
use super::{Action, Context, Usage, Windows};
use crate::zones::month_of;

/// One question and everything its answer depends on but the instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) policy: &'a CompiledPolicy,
    pub(super) usage: &'a Usage,
    pub(super) context: &'a Context<'a>,
}

/// What use and refills since the question's instant have changed. Default at that instant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) used_in_day: u64,
    pub(super) used_in_week: u64,
    pub(super) day_refilled: bool,
    pub(super) week_refilled: bool,
    pub(super) month_refilled: bool,
}

impl<'a> Question<'a> {
    pub(super) const fn new(
        policy: &'a CompiledPolicy,
        usage: &'a Usage,
        context: &'a Context<'a>,
    ) -> Self {
        Self {
            policy,
            usage,
            context,
        }
    }

    /// How days run: in the profile's zone, or in the device's where the profile follows it.
    #[inline]
    pub(super) fn clock(&self) -> Clock<'a> {
        let followed = self.context.device_zone;
        let followed = followed.filter(|_| self.policy.follow_device);
        Clock {
            zone: followed.unwrap_or(&self.policy.zone),
            day_start: self.policy.day_start,
            known: self.context.surely(),
        }
    }

    #[inline]
    pub(super) fn now(&self) -> Day {
        self.clock().day(self.context.now.as_second())
    }

    /// The instants that acts are compared with at `at`.
    #[inline]
    pub(super) fn when(&self, at: i64) -> When {
        When::new(self.context.surely(), at)
    }

    /// Whether a guardian has custody, or custody is open (R-EVAL-061). While windows are not
    /// evaluated it is open (R-TIME-008).
    #[inline]
    pub(super) fn in_custody(&self, author: AuthorNumber, at: i64) -> bool {
        self.context.windows != Windows::Evaluated || self.policy.custody.holds(author, at)
    }

    /// What the explicit rules of a layer say about the action: step 3.
    #[inline]
    pub(super) fn explicit(&self, layer: &Layer) -> Explicit {
        match self.context.action {
            Action::App(app) | Action::Install(app) => {
                layer.apps.matching(app.as_str(), self.context)
            }
            Action::Host(host) => Explicit {
                says: layer.web.explicit(host, self.context.lists),
                ..Explicit::NOTHING
            },
            Action::Feature(code) => Explicit {
                says: layer.features.says(code),
                ..Explicit::NOTHING
            },
            _ => Explicit::NOTHING,
        }
    }

    /// Moves to a later instant; `using` tells whether the time between was used.
    pub(super) fn advance(&self, day: &mut Day, progress: &mut Progress, to: i64, using: bool) {
        let used = if using {
            u64::try_from(to - day.at).unwrap_or(0)
        } else {
            0
        };
        progress.used_in_day = progress.used_in_day.saturating_add(used);
        progress.used_in_week = progress.used_in_week.saturating_add(used);
        let later = self.clock().day(to);
        if later.number != day.number {
            (progress.used_in_day, progress.day_refilled) = (0, true);
            // Monday, 1969-12-29, was day −3.
            let week = |number: i64| (number + 3 - self.policy.week_start).div_euclid(7);
            if week(later.number) != week(day.number) {
                (progress.used_in_week, progress.week_refilled) = (0, true);
            }
            progress.month_refilled |= month_of(later.number) != month_of(day.number);
        }
        *day = later;
    }
}
