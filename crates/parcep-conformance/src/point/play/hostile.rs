//! What the relay and whoever stands before it do.

use super::{Play, staged};
use crate::stage::attack::{Aim, Attack, another_household};
use crate::stage::lie::Lie;
use crate::stage::{Broken, rules};
use crate::trial::{Outcome, Stop};

impl Play<'_> {
    pub(super) fn back_up(&mut self) -> Outcome {
        self.backup = Some(self.served.stand().relay.back_up());
        Ok(())
    }

    pub(super) fn roll_back(&mut self) -> Outcome {
        let backup = self.backup.as_ref().ok_or_else(no_backup)?;
        self.served.stand().relay.roll_back(backup);
        Ok(())
    }

    pub(super) fn restore(&mut self) -> Outcome {
        let backup = self.backup.as_ref().ok_or_else(no_backup)?;
        let now = self.family.now;
        self.served.stand().relay.restore(backup, now);
        Ok(())
    }

    pub(super) fn relay_clock(&mut self, by: i64) -> Outcome {
        self.served.stand().relay.clock_error = by;
        Ok(())
    }

    pub(super) fn attack(&mut self, what: Attack) -> Outcome {
        let others = match what {
            Attack::OtherHousehold => staged(another_household(self.fresh.below(u64::MAX)))?,
            _ => Vec::new(),
        };
        let mut stand = self.served.stand();
        let aim = Aim {
            next: self.next,
            handle: &self.family.handle,
            relay: &stand.relay,
            backup: self.backup.as_ref(),
            others,
            now: self.family.now,
        };
        stand.lie = staged(what.lie(aim))?;
        Ok(())
    }

    pub(super) fn cease(&mut self) -> Outcome {
        self.served.stand().lie = Lie::none();
        Ok(())
    }

    /// The log goes back to the copy and on from there with another entry; a guardian's device that has
    /// not seen what was written since writes it.
    pub(super) fn fork(&mut self) -> Outcome {
        let backup = self.backup.as_ref().ok_or_else(no_backup)?;
        let (by, child) = (self.home.guardians, self.dependant(1)?);
        if by < 2 {
            return Err(Stop::Harness("a fork takes two guardians".into()));
        }
        let at = by - 1;
        let parent = self.family.guardians.get(at).copied();
        let parent = parent.ok_or_else(|| Stop::Harness("no such guardian".into()))?;
        let mut stand = self.served.stand();
        stand.relay.roll_back(backup);
        let now = self.family.now;
        let family = &mut self.family;
        let mut write = || -> Result<(), Broken> {
            let lock = rules::lock(parent, child, now, None, family.random())?;
            let draft = family.draft(at, child, lock)?;
            family
                .device_mut(at)?
                .append(draft, &mut stand.relay, now)?;
            Ok(())
        };
        staged(write())
    }
}

fn no_backup() -> Stop {
    Stop::Harness("nothing was backed up before".into())
}
