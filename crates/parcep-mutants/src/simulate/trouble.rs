//! What goes wrong by itself: power, clocks, networks, and a relay that is restored.

use super::Failure;
use super::plan::Act;
use super::stage::{Liars, Stage};
use parcep_conformance::stage::disk::Crash;
use parcep_conformance::stage::{DAY, Relay, Seeded};

/// Two years, seconds.
const TWO_YEARS: i64 = 2 * 365 * DAY;

impl Stage {
    /// A relay's operator copies its store, once there is something in it.
    pub(super) fn back_up(&mut self, draw: &mut Seeded) {
        let at = draw.index(self.relays.len());
        let relay = self.relays.get(at).filter(|relay| !relay.logs().is_empty());
        if let Some(copy) = relay.map(Relay::back_up) {
            self.copies.insert(at, copy);
        }
    }

    /// A relay's operator puts the copy back, and says so.
    pub(super) fn restore(&mut self, draw: &mut Seeded) {
        let now = self.family.now;
        let at = draw.index(self.relays.len());
        let may = self.liars == Liars::Points;
        let relay = self.relays.get_mut(at).filter(|_| may);
        if let Some((relay, copy)) = relay.zip(self.copies.get(&at)) {
            relay.restore(copy, now);
            self.ledger.restores += 1;
        }
    }

    pub(super) fn power(&mut self, act: Act, at: usize, draw: &mut Seeded) -> Result<(), Failure> {
        let (now, liars) = (self.family.now, self.liars);
        let device = self.family.device_mut(at)?;
        match act {
            Act::PowerCut => {
                let at = device.disk.writes + 1 + draw.below(4);
                let kept = draw.chance(50);
                device.disk.crash = Some(Crash { at, kept });
            }
            Act::Boot if device.member.is_none() => device.boot(now)?,
            Act::Clock if liars.include(device.kind) => device.clock_error = jump(draw),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn trouble(
        &mut self,
        act: Act,
        at: usize,
        draw: &mut Seeded,
    ) -> Result<(), Failure> {
        let id = self.family.device(at)?.id();
        let step = self.step;
        let line = self.lines.entry(id).or_default();
        match act {
            Act::Partition => line.cut_until = Some(step + 1 + draw.index(15)),
            Act::Heal => line.cut_until = None,
            Act::Lose => line.lose = Some((draw.index(5), draw.chance(60))),
            Act::Twice => line.twice = Some(draw.index(5)),
            Act::Delay => line.delay = Some(draw.index(5)),
            _ => {}
        }
        Ok(())
    }

    /// Relays' clocks jump, or come right.
    pub(super) fn relay_clocks(&mut self, draw: &mut Seeded) {
        for relay in &mut self.relays {
            if self.liars == Liars::Relays {
                relay.clock_error = jump(draw);
            }
        }
    }
}

/// How far a clock jumps: up to two years either way, or right again.
fn jump(draw: &mut Seeded) -> i64 {
    let far = i64::try_from(draw.below(TWO_YEARS.unsigned_abs())).unwrap_or(0);
    match draw.below(4) {
        0 => 0,
        1 => -far,
        _ => far,
    }
}
