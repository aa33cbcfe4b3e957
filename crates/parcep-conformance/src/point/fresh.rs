//! Names, zones and hours that no two runs share: a product cannot know a test by them.

use crate::rng::Rng;
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
    /// Zone of the dependants.
    pub(super) zone: &'static str,
}

impl Fresh {
    pub(super) fn new(mut rng: Rng) -> Self {
        let at = rng.bytes(1).first().map_or(0, |byte| usize::from(*byte));
        let zone = ZONES.get(at % ZONES.len()).copied().unwrap_or("UTC");
        Self {
            rng,
            names: BTreeMap::new(),
            zone,
        }
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

    /// Every word that was put in so far.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(String::as_str)
    }

    /// Puts a word in the place of each `<…>`, the same for the same.
    pub(super) fn put(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.put(item)).collect(),
            Value::Object(members) => {
                let put = |(name, value): (&String, &Value)| (name.clone(), self.put(value));
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

    /// `app-…` is an app, `host-…` a host; everything else a word.
    fn word(&mut self, name: &str) -> String {
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
        self.names.insert(name.to_owned(), word.clone());
        word
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
}
