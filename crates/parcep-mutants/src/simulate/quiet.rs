//! Quiet time: everything comes back, nothing goes wrong any more, and nobody writes but what is due.

use super::Failure;
use super::network::Line;
use super::stage::Stage;
use crate::world::DAY;

/// Rounds in which every device looks at the relay once. Enough for any honest run.
const ROUNDS: usize = 8;

impl Stage {
    /// Lets everything come to rest.
    pub(crate) fn quiet(&mut self) -> Result<(), Failure> {
        self.step = usize::MAX;
        self.family.now += DAY;
        for relay in &mut self.relays {
            relay.is_up = true;
            relay.clock_error = 0;
        }
        for line in self.lines.values_mut() {
            // What is still under way arrives; nothing else happens to it.
            let late = std::mem::take(&mut line.late);
            *line = Line {
                late,
                ..Line::default()
            };
        }
        for device in &mut self.family.devices {
            device.disk.crash = None;
            device.clock_error = 0;
        }
        for _ in 0..ROUNDS {
            let before = self.heads();
            for at in 0..self.family.devices.len() {
                if self.family.device(at)?.member.is_none() {
                    let now = self.family.now;
                    self.family.device_mut(at)?.boot(now)?;
                }
                self.sync(at)?;
                self.do_chores(at)?;
            }
            if before == self.heads() {
                break;
            }
        }
        Ok(())
    }

    /// What a guardian's app does by itself.
    fn do_chores(&mut self, at: usize) -> Result<(), Failure> {
        let device = self.family.device(at)?;
        let household = device.member.as_ref().and_then(|member| member.household());
        let due = household.is_some_and(|household| household.needs_epoch());
        let trusts = device
            .member
            .as_ref()
            .is_some_and(|m| m.distrusted().is_none());
        if due && trusts && Self::is_guardian(device.kind) && self.is_in(at)? {
            self.renew(at)?;
        }
        Ok(())
    }

    fn heads(&self) -> Vec<Option<u64>> {
        let devices = self.family.devices.iter();
        let heads = devices.map(|device| device.member.as_ref().map(|member| member.head().0));
        heads.collect()
    }
}
