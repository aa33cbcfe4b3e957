//! Vectors of time: readings of clocks and signed times, and what a device knows after them.

use super::Unanswered;
use super::given::{Given, unread};
use parcep_core::constitution::{UncertainTime, YearMonth};
use parcep_core::decide::Windows;
use parcep_core::id::PrincipalId;
use parcep_core::time::{Boot, BootId, Interval, Source, TimeKeeper, release_instant};
use parcep_core::zones::Zones;
use serde_json::{Value, json};

const CHILD: PrincipalId = PrincipalId::from_bytes([7; 16]);
const PARENT: PrincipalId = PrincipalId::from_bytes([1; 16]);

pub(super) const TIME: &[&str] = &["protected", "uncertain_time", "readings"];
const READINGS: &[&str] = &[
    "beat",
    "bookmark",
    "boot",
    "connection",
    "hint",
    "of_age",
    "release_on",
    "root",
    "row",
    "start",
    "store",
    "timestamp",
    "wall",
    "welcomer_beat",
    "zone",
];

/// What a device knows after each reading that asks for a row.
pub(super) fn rows(given: &Given<'_>) -> Result<Value, Unanswered> {
    let mut device = Device::new(*given)?;
    let mut rows = Vec::new();
    for reading in given.list("readings")? {
        let members = reading.as_object();
        let members = members.ok_or_else(|| unread("a reading that is no object"))?;
        if let Some(stranger) = members.keys().find(|m| !READINGS.contains(&m.as_str())) {
            return Err(unread(format_args!("reading `{stranger}`")));
        }
        let reading = Given(members);
        device.takes(reading)?;
        if reading.has("row") {
            rows.push(device.row());
        }
    }
    Ok(json!({ "rows": rows }))
}

struct Device {
    time: TimeKeeper,
    choice: UncertainTime,
    start: u8,
    stored: Vec<u8>,
}

impl Device {
    fn new(given: Given<'_>) -> Result<Self, Unanswered> {
        let choice = format!("UNCERTAIN_TIME_{}", given.text("uncertain_time")?);
        let time = TimeKeeper::new(given.flag("protected")?);
        let choice = UncertainTime::from_str_name(&choice);
        Ok(Self {
            stored: time.encode(),
            time,
            choice: choice.ok_or_else(|| unread("an unknown choice of uncertain time"))?,
            start: 0,
        })
    }

    fn takes(&mut self, reading: Given<'_>) -> Result<(), Unanswered> {
        let seconds = |name: &str| reading.find(name).map(|_| reading.number(name)).transpose();
        let is = |name: &str, text: &str| reading.find(name).is_some_and(|said| said == text);
        if reading.has("start") {
            let stored = TimeKeeper::parse(&self.stored, self.time.is_protected());
            self.time = stored.ok_or_else(|| unread("a store that does not parse"))?;
            self.start = self.start.wrapping_add(1);
        }
        if let Some(boot) = seconds("boot")? {
            let boot = Boot {
                id: BootId([self.start; 16]),
                seconds: u64::try_from(boot).map_err(|_| unread("boot time before the start"))?,
            };
            self.time.read(boot, seconds("wall")?);
        }
        if reading.has("store") {
            self.stored = self.time.encode();
        }
        if let Some(time) = seconds("welcomer_beat")? {
            self.time.first(time);
            self.time.heard(PARENT, time);
        }
        if let Some(time) = seconds("beat")? {
            self.time.signed(Source::Guardian, time);
            if reading.find("root").is_none() {
                self.time.heard(PARENT, time);
            }
        }
        if let Some(time) = seconds("bookmark")? {
            self.time.bookmark(time, is("connection", "this start"));
        }
        if let Some(time) = seconds("timestamp")? {
            self.time.signed(Source::InformationPoint, time);
        }
        if reading.has("release_on") {
            let due = reading.find("release_on").map(|_| due(reading));
            self.time.release_on(CHILD, due.transpose()?);
        }
        if reading.has("of_age") {
            self.time.release(CHILD);
        }
        Ok(())
    }

    fn row(&self) -> Value {
        let time = &self.time;
        let asked = time.asked(self.choice);
        let has_wall = asked.windows == Windows::Evaluated && time.wall().is_some();
        let known = time.lower().is_some() || has_wall;
        json!({
            "guardian": time.claimed(Source::Guardian),
            "relay": time.claimed(Source::Relay),
            "point": time.claimed(Source::InformationPoint),
            "proven": time.proven(),
            "lower": time.lower(),
            "upper": time.upper(),
            "wide": time.interval() == Interval::Wide,
            "t": known.then_some(asked.at),
            "windows": match asked.windows {
                Windows::Evaluated => "evaluated",
                Windows::NotEvaluated => "not evaluated",
                Windows::Closed => "closed",
            },
            "state": time.state(CHILD, [PARENT], &asked).name(),
            "erase_from": time.erase_from(CHILD),
        })
    }
}

/// The month that the constitution names, and its first instant in the dependant's zone.
fn due(reading: Given<'_>) -> Result<(YearMonth, i64), Unanswered> {
    let no_month = || unread("`release_on` is no year and month");
    let [year, month] = reading.list("release_on")? else {
        return Err(no_month());
    };
    let number = |value: &Value| value.as_u64().ok_or_else(no_month);
    let month = YearMonth {
        year: number(year)?.try_into().map_err(|_| no_month())?,
        month: number(month)?.try_into().map_err(|_| no_month())?,
    };
    let zone = reading.text("zone")?.parse();
    let zone = zone.map_err(|_| unread("`zone` is the name of none"))?;
    let zone = Zones::bundled().find(&zone);
    let zone = zone.map_err(|_| unread("a zone that is not known"))?;
    Ok((month, release_instant(month, &zone)))
}
