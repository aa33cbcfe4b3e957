//! Time that passes, clocks that are turned, power that fails.

use super::{Play, contract, staged};
use crate::stage::{Broken, DAY, present};
use crate::trial::{Outcome, StepRole};
use jiff::Timestamp;
use jiff::civil::{Time, Weekday};

impl Play<'_> {
    /// Time passes for everybody.
    pub(super) fn pass(&mut self, seconds: i64) -> Outcome {
        self.family.now += seconds;
        self.served.stand().now = self.family.now;
        Ok(())
    }

    /// Time passes, and at the end of each day and of all every guardian beats and the product syncs.
    pub(super) async fn wait_with_beats(&mut self, seconds: i64) -> Outcome {
        let mut left = seconds;
        while left > 0 {
            let step = left.min(DAY);
            left -= step;
            self.pass(step)?;
            for by in 1..=self.home.guardians {
                self.beat(by)?;
            }
            self.sync(&["current".into()], &[], StepRole::Setup).await?;
        }
        Ok(())
    }

    /// A product with a clock of its own lives in the present, and so does everybody else.
    pub(super) fn catch_up(&mut self) -> Outcome {
        match self.product.hello.has("virtual-clock") {
            true => Ok(()),
            false => self.pass((present() - self.family.now).max(0)),
        }
    }

    pub(super) fn until(&mut self, local: &str, day: Option<&str>) -> Outcome {
        let seconds = staged(self.seconds_until(local, day))?;
        self.pass(seconds)
    }

    /// Whether the policy day is over when so many seconds have passed: no remaining time reaches beyond it
    /// (R-EVAL-050).
    pub(super) fn ends_day(&self, seconds: i64) -> Result<bool, Broken> {
        Ok(seconds >= self.seconds_until("00:00", None)?)
    }

    fn seconds_until(&self, local: &str, day: Option<&str>) -> Result<i64, Broken> {
        let zone = jiff::tz::TimeZone::get(self.fresh.zone).map_err(Broken::new)?;
        let time: Time = local.parse().map_err(Broken::new)?;
        let day = day.map(weekday).transpose()?;
        let now = Timestamp::from_second(self.family.now).map_err(Broken::new)?;
        let now = now.to_zoned(zone.clone());
        let mut date = now.date();
        for _ in 0..9 {
            let then = date.to_datetime(time).to_zoned(zone.clone());
            let then = then.map_err(Broken::new)?;
            if then > now && day.is_none_or(|day| date.weekday() == day) {
                let then = then.timestamp().as_second();
                return Ok(then - self.family.now);
            }
            date = date.tomorrow().map_err(Broken::new)?;
        }
        Err(Broken::new(format!("no {local} within nine days")))
    }

    pub(super) fn turn_wall(&mut self, by: i64) -> Outcome {
        if let Some(error) = &mut self.product.clocks().wall_error {
            *error += by;
        }
        self.told = None;
        Ok(())
    }

    pub(super) fn lose_wall(&mut self) -> Outcome {
        self.product.clocks().wall_error = None;
        self.told = None;
        Ok(())
    }

    pub(super) async fn reboot(&mut self, off: i64) -> Outcome {
        self.pass(off)?;
        let now = self.family.now;
        let clocks = self.product.clocks();
        clocks.started = now;
        clocks.starts += 1;
        self.kill().await
    }

    pub(super) async fn kill(&mut self) -> Outcome {
        let now = self.family.now;
        let started = self.product.relaunch(now).await;
        contract(self.trial, "hello", started)?;
        self.told = Some(now);
        Ok(())
    }
}

fn weekday(name: &str) -> Result<Weekday, Broken> {
    let all = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let found = all.into_iter().find(|(known, _)| *known == name);
    let found = found.map(|(_, weekday)| weekday);
    found.ok_or_else(|| Broken::new(format!("no day `{name}`")))
}
