//! Area time: readings of clocks and signed times, and what a device knows after them.

use crate::file::{Vector, run};
use parcep_core::constitution::{UncertainTime, YearMonth};
use parcep_core::decide::Windows;
use parcep_core::id::PrincipalId;
use parcep_core::time::{Boot, BootId, Interval, Source, TimeKeeper, release_instant};
use parcep_core::zones::Zones;
use serde_json::{Map, Value, json};

const CHILD: PrincipalId = PrincipalId::from_bytes([7; 16]);
const PARENT: PrincipalId = PrincipalId::from_bytes([1; 16]);

#[test]
fn readings_move_time_and_states_as_another_language_worked_out() {
    run("spec/vectors/v1alpha1/time", |vector| {
        let mut device = Device::new(vector);
        let mut rows = Vec::new();
        for reading in vector.inputs["readings"].as_array().unwrap() {
            let reading = reading.as_object().unwrap();
            device.takes(reading);
            if reading.contains_key("row") {
                rows.push(device.row());
            }
        }
        assert!(!rows.is_empty(), "{}: no row", vector.id);
        Ok(json!({ "rows": rows }))
    });
}

struct Device {
    time: TimeKeeper,
    choice: UncertainTime,
    start: u8,
    boot: u64,
    stored: Vec<u8>,
}

impl Device {
    fn new(vector: &Vector) -> Self {
        let choice = format!("UNCERTAIN_TIME_{}", vector.text("uncertain_time"));
        let time = TimeKeeper::new(vector.inputs["protected"].as_bool().unwrap());
        Self {
            stored: time.encode(),
            time,
            choice: UncertainTime::from_str_name(&choice).unwrap(),
            start: 0,
            boot: 0,
        }
    }

    fn takes(&mut self, reading: &Map<String, Value>) {
        let seconds = |name: &str| reading.get(name).and_then(Value::as_i64);
        let text = |name: &str| reading.get(name).and_then(Value::as_str);
        let known = [
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
        for name in reading.keys() {
            assert!(known.contains(&name.as_str()), "reading `{name}`");
        }
        if reading.contains_key("start") {
            self.time = TimeKeeper::parse(&self.stored, self.time.is_protected()).unwrap();
            self.start += 1;
            self.boot = 0;
        }
        if let Some(boot) = seconds("boot") {
            self.boot = u64::try_from(boot).unwrap();
            let boot = Boot {
                id: BootId([self.start; 16]),
                seconds: self.boot,
            };
            self.time.read(boot, seconds("wall"));
        }
        if reading.contains_key("store") {
            self.stored = self.time.encode();
        }
        let counts = text("root").is_none_or(|root| root == "same");
        if let Some(time) = seconds("welcomer_beat") {
            self.time.first(time);
            self.time.heard(PARENT, time);
        }
        if let Some(time) = seconds("beat") {
            self.time.signed(Source::Guardian, time);
            if counts {
                self.time.heard(PARENT, time);
            }
        }
        if let Some(time) = seconds("bookmark") {
            self.time
                .bookmark(time, text("connection") == Some("this start"));
        }
        if let Some(time) = seconds("timestamp") {
            self.time.signed(Source::InformationPoint, time);
        }
        if let Some(month) = reading.get("release_on") {
            let due = month.as_array().map(|month| {
                let number = |at: usize| month[at].as_u64().unwrap();
                let month = YearMonth {
                    year: number(0).try_into().unwrap(),
                    month: number(1).try_into().unwrap(),
                };
                let zone = text("zone").unwrap().parse().unwrap();
                let zone = Zones::bundled().find(&zone).unwrap();
                (month, release_instant(month, &zone))
            });
            self.time.release_on(CHILD, due);
        }
        if reading.contains_key("of_age") {
            self.time.release(CHILD);
        }
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
