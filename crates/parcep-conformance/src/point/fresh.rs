//! Names, zones and hours that no two runs share: a product cannot know a test by them.

use super::alias::Alias;
use crate::rng::Rng;
use crate::stage::START;
use serde_json::Value;
use std::collections::BTreeMap;

/// Zones of these tests: whole, half and three-quarter hours, with and without summer time.
const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Atlantic/Azores",
];

/// What stands for the `<…>` of one attempt.
#[derive(Debug)]
pub(super) struct Fresh {
    rng: Rng,
    names: BTreeMap<String, String>,
    /// What is random in each of them.
    secrets: BTreeMap<String, String>,
    amounts: BTreeMap<String, i64>,
    /// Minutes by which every hour of the day that a test speaks of is another one.
    shift: i64,
    /// Other letters for names that stand in a script as they are.
    alias: Option<Alias>,
    /// Zone of the dependants.
    pub(super) zone: &'static str,
}

impl Fresh {
    pub(super) fn new(rng: Rng) -> Self {
        let mut fresh = Self {
            rng,
            names: BTreeMap::new(),
            secrets: BTreeMap::new(),
            amounts: BTreeMap::new(),
            shift: 0,
            alias: None,
            zone: "UTC",
        };
        let at = usize::try_from(fresh.below(ZONES.len() as u64)).unwrap_or(0);
        fresh.zone = ZONES.get(at).copied().unwrap_or("UTC");
        fresh
    }

    /// Draws by how much the hours of this attempt are other ones. Every hour between 06:00 and 22:00 stays
    /// within its day.
    pub(super) fn shift_hours(&mut self) {
        let minutes = i64::try_from(self.below(7 * 60)).unwrap_or(0);
        self.shift = minutes - 5 * 60 - 29;
    }

    /// Draws other letters for every name of this attempt.
    pub(super) fn draw_letters(&mut self) {
        self.alias = Some(Alias::draw(|bound| self.below(bound)));
    }

    /// Rules and acts as they are in this attempt.
    pub(super) fn rules(&mut self, value: &Value) -> Value {
        let put = self.put(value);
        match &self.alias {
            Some(alias) => alias.rules(&put),
            None => put,
        }
    }

    /// What is wanted, as it is in this attempt.
    pub(super) fn action(&mut self, text: &str) -> String {
        let text = self.text(text);
        match &self.alias {
            Some(alias) => alias.action(&text),
            None => text,
        }
    }

    /// A member of a question as it is in this attempt.
    pub(super) fn member(&mut self, name: &str, value: &Value) -> Value {
        let put = self.put(value);
        match &self.alias {
            Some(alias) => alias.member(name, &put),
            None => put,
        }
    }

    /// The id of a rule as it is in this attempt.
    pub(super) fn rule(&mut self, text: &str) -> String {
        let text = self.text(text);
        match &self.alias {
            Some(alias) => alias.name(&text),
            None => text,
        }
    }

    /// An hour of the day as it is in this attempt.
    pub(super) fn hour(&self, text: &str) -> String {
        let minutes = text.split_once(':').and_then(|(hour, minute)| {
            Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
        });
        match minutes {
            Some(minutes) if self.shift != 0 => {
                let minutes = minutes + self.shift;
                format!(
                    "{:02}:{:02}",
                    minutes.div_euclid(60),
                    minutes.rem_euclid(60)
                )
            }
            _ => text.to_owned(),
        }
    }

    /// From here on `<name>` stands for this word, in which nothing is a secret.
    pub(super) fn name(&mut self, name: &str, word: String) {
        self.names.insert(name.to_owned(), word);
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let bytes = self.rng.bytes(8);
        let bytes: [u8; 8] = bytes.try_into().unwrap_or_default();
        u64::from_be_bytes(bytes).checked_rem(bound).unwrap_or(0)
    }

    /// `len` random bytes.
    pub(super) fn bytes(&mut self, len: usize) -> Vec<u8> {
        self.rng.bytes(len)
    }

    /// Every word that was put in so far, and what is random in it.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().filter_map(|(name, word)| {
            let secret = self.secrets.get(name)?;
            Some((word.as_str(), secret.as_str()))
        })
    }

    /// What is random in the word of a `<…>`, if it was put in.
    pub(super) fn secret(&self, text: &str) -> Option<&str> {
        let name = text.strip_prefix('<')?.strip_suffix('>')?;
        self.secrets.get(name).map(String::as_str)
    }

    /// Puts a word in the place of each `<…>`, the same for the same.
    pub(super) fn put(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => match self.amount(text) {
                Some(amount) => amount.into(),
                None => Value::String(self.text(text)),
            },
            Value::Array(items) => items.iter().map(|item| self.put(item)).collect(),
            Value::Object(members) => {
                let put = |(name, value): (&String, &Value)| {
                    let value = match (name.as_str(), value) {
                        ("start" | "end", Value::String(hour)) => self.hour(hour).into(),
                        (_, value) => self.put(value),
                    };
                    (name.clone(), value)
                };
                Value::Object(members.iter().map(put).collect())
            }
            other => other.clone(),
        }
    }

    /// As [`Fresh::put`], of a text.
    pub(super) fn text(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('<') {
            let Some((name, after)) = behind.split_once('>') else {
                break;
            };
            out.push_str(before);
            out.push_str(&self.word(name));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// `<amount-…>` is so many seconds, a whole number of minutes between one hour and three; with `+` or `-` and a
    /// number behind it, so many more or less.
    fn amount(&mut self, text: &str) -> Option<i64> {
        let name = text.strip_prefix("<amount-")?.strip_suffix('>')?;
        let (name, apart) = match name.find(['+', '-']) {
            Some(at) => name.split_at(at),
            None => (name, "0"),
        };
        let apart: i64 = apart.parse().ok()?;
        let drawn = match self.amounts.get(name) {
            Some(drawn) => *drawn,
            None => {
                let drawn = 60 * (60 + i64::try_from(self.below(120)).unwrap_or(0));
                self.amounts.insert(name.to_owned(), drawn);
                drawn
            }
        };
        Some(drawn + apart)
    }

    /// `app-…` is an app, `host-…` a host, `amount-…` a number, `zone-far` a zone; everything else a word.
    fn word(&mut self, name: &str) -> String {
        if let Some(amount) = self.amount(&format!("<{name}>")) {
            return amount.to_string();
        }
        if name == "zone-far" {
            return far_from(self.zone);
        }
        if let Some(word) = self.names.get(name) {
            return word.clone();
        }
        let random = parcep_core::hex::encode(&self.rng.bytes(10));
        let class = name.split('-').next().unwrap_or_default();
        let word = match class {
            "app" => format!("android/org.x{random}"),
            "host" => format!("x{random}.example"),
            _ => format!("x{random}"),
        };
        self.secrets.insert(name.to_owned(), random);
        self.names.insert(name.to_owned(), word.clone());
        word
    }
}

/// A zone in which it is about twelve hours earlier.
fn far_from(zone: &str) -> String {
    let offset = jiff::tz::TimeZone::get(zone).map_or(0, |zone| {
        let then = jiff::Timestamp::from_second(START).unwrap_or_default();
        zone.to_offset(then).seconds()
    });
    // The sign of these names is the other way round.
    match 12 - offset.div_euclid(3600) {
        west @ 1..=12 => format!("Etc/GMT+{west}"),
        west if west > 12 => format!("Etc/GMT-{}", 24 - west),
        _ => "UTC".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_name_is_the_same_word_and_another_seed_another() {
        let step = json!({"a": "app:<app-a>", "b": ["<app-a>", "<host-b> and <app-a"]});
        let mut fresh = Fresh::new(Rng::new(1, "T", 0));
        let put = fresh.put(&step);
        assert_eq!(put, fresh.put(&step));
        let a = put["a"].as_str().unwrap().strip_prefix("app:").unwrap();
        assert_eq!(put["b"][0], a);
        assert!(
            put["b"][1]
                .as_str()
                .unwrap()
                .ends_with(".example and <app-a")
        );
        assert_ne!(put, Fresh::new(Rng::new(2, "T", 0)).put(&step));
        assert_eq!(fresh.words().count(), 2);
    }

    #[test]
    fn an_amount_is_one_number_with_others_beside_it() {
        let mut fresh = Fresh::new(Rng::new(1, "T", 0));
        let put = fresh.put(&json!([
            "<amount-a>",
            "<amount-a-1>",
            "<amount-a+60>",
            "device/day=<amount-a-1>"
        ]));
        let amount = put[0].as_i64().unwrap();
        assert!((3600..10_800).contains(&amount), "{amount}");
        assert_eq!(put[1], amount - 1);
        assert_eq!(put[2], amount + 60);
        assert_eq!(put[3], format!("device/day={}", amount - 1));
    }

    #[test]
    fn hours_move_together_and_stay_within_their_day() {
        for seed in 0..200 {
            let mut fresh = Fresh::new(Rng::new(seed, "T", 0));
            assert_eq!(fresh.hour("07:00"), "07:00");
            fresh.shift_hours();
            let span = fresh.put(&json!({"start": "06:00", "end": "22:00"}));
            let minutes = |text: &str| -> i64 {
                let (hour, minute) = text.split_once(':').unwrap();
                hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap()
            };
            let start = minutes(span["start"].as_str().unwrap());
            let end = minutes(span["end"].as_str().unwrap());
            assert_eq!(end - start, 16 * 60);
            assert!(start > 0 && end < 24 * 60, "{span}");
        }
    }
}
