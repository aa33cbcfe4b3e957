//! Other letters for the names of rows of decisions, drawn anew in each attempt.
//!
//! Rows say what equal names, names that differ in one letter and names below others come to. So names are not
//! replaced by others: each letter becomes another one, everywhere the same, and capitals stay capitals.

use serde_json::Value;

/// Which letter stands for which.
#[derive(Debug, Clone)]
pub(super) struct Alias([u8; 26]);

/// Hosts below it belong to nobody.
const NOBODYS: &str = ".example";

impl Alias {
    /// An order of the letters; `below` draws a number below another.
    pub(super) fn draw(mut below: impl FnMut(u64) -> u64) -> Self {
        let mut letters: [u8; 26] = std::array::from_fn(|at| b'a' + u8::try_from(at).unwrap_or(0));
        for at in (1..letters.len()).rev() {
            let with = below(at as u64 + 1);
            letters.swap(at, usize::try_from(with).unwrap_or(0));
        }
        Self(letters)
    }

    /// A name that nothing is read from.
    pub(super) fn name(&self, text: &str) -> String {
        text.chars().map(|letter| self.letter(letter)).collect()
    }

    fn letter(&self, letter: char) -> char {
        let Ok(byte) = u8::try_from(letter) else {
            return letter;
        };
        let at = usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a'));
        match self.0.get(at) {
            Some(other) if byte.is_ascii_uppercase() => char::from(other.to_ascii_uppercase()),
            Some(other) => char::from(*other),
            None => letter,
        }
    }

    /// `NAMESPACE/ID`: the namespace stays.
    fn app(&self, text: &str) -> String {
        match text.split_once('/') {
            Some((namespace, id)) => format!("{namespace}/{}", self.name(id)),
            None => text.to_owned(),
        }
    }

    /// A host of nobody: `www` and what stands behind it stay.
    fn host(&self, text: &str) -> String {
        let bare = text.strip_suffix('.').unwrap_or(text);
        let stem = bare.len().checked_sub(NOBODYS.len());
        let parts = stem.and_then(|at| text.split_at_checked(at));
        let Some((labels, end)) = parts else {
            return text.to_owned();
        };
        if !bare.to_ascii_lowercase().ends_with(NOBODYS) {
            return text.to_owned();
        }
        let label = |label: &str| match label {
            "www" => label.to_owned(),
            label if label.starts_with("xn--") => label.to_owned(),
            label => self.name(label),
        };
        let labels: Vec<String> = labels.split('.').map(label).collect();
        format!("{}{end}", labels.join("."))
    }

    /// What is wanted, as a question has it.
    pub(super) fn action(&self, text: &str) -> String {
        match text.split_once(':') {
            Some((kind @ ("app" | "install"), app)) => format!("{kind}:{}", self.app(app)),
            Some(("host", host)) => format!("host:{}", self.host(host)),
            _ => text.to_owned(),
        }
    }

    /// A member of a question.
    pub(super) fn member(&self, name: &str, value: &Value) -> Value {
        match (name, value) {
            ("usage", Value::String(words)) => {
                let words = words.split(' ').map(|word| self.spent(word));
                words.collect::<Vec<_>>().join(" ").into()
            }
            ("publisher", Value::String(name)) => self.name(name).into(),
            (_, value) => value.clone(),
        }
    }

    /// `app:NAMESPACE/ID/PERIOD=AMOUNT`; other targets are words of the specification.
    fn spent(&self, word: &str) -> String {
        let parts = word
            .strip_prefix("app:")
            .and_then(|rest| rest.rsplit_once('/'));
        match parts {
            Some((app, period)) => format!("app:{}/{period}", self.app(app)),
            None => word.to_owned(),
        }
    }

    /// Rules and acts.
    pub(super) fn rules(&self, value: &Value) -> Value {
        let other = |(name, value): (&String, &Value)| {
            let value = match (name.as_str(), value) {
                ("id" | "publisher", Value::String(text)) => self.name(text).into(),
                ("app", Value::String(text)) => self.app(text).into(),
                ("host", Value::String(text)) => self.host(text).into(),
                (_, value) => self.rules(value),
            };
            (name.clone(), value)
        };
        match value {
            Value::Array(items) => items.iter().map(|item| self.rules(item)).collect(),
            Value::Object(members) => Value::Object(members.iter().map(other).collect()),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Every letter becomes the next one.
    fn next() -> Alias {
        Alias(*b"bcdefghijklmnopqrstuvwxyza")
    }

    #[test]
    fn letters_change_and_what_names_have_in_common_stays() {
        let rules = json!({
            "rules": [{"id": "a/zoo", "target": {"app": "pcps/Big Chess"}, "access": "block"}],
            "block": [{"id": "w", "host": "www.forum.example"}, {"id": "w", "host": "childline.org.uk"}],
        });
        let other = json!({
            "rules": [{"id": "b/app", "target": {"app": "pcps/Cjh Diftt"}, "access": "block"}],
            "block": [{"id": "x", "host": "www.gpsvn.example"}, {"id": "x", "host": "childline.org.uk"}],
        });
        assert_eq!(next().rules(&rules), other);
        for (text, expected) in [
            ("app:pcps/Ab", "app:pcps/Bc"),
            ("host:ab.example", "host:bc.example"),
            ("host:AB.Example.", "host:BC.Example."),
            ("device", "device"),
            ("contact:mum@forum.example", "contact:mum@forum.example"),
        ] {
            assert_eq!(next().action(text), expected);
        }
        let spent = json!("device/day=60 app:pcps/Ab/week=7");
        let other = json!("device/day=60 app:pcps/Bc/week=7");
        assert_eq!(next().member("usage", &spent), other);
    }

    #[test]
    fn an_order_of_letters_has_each_of_them_once() {
        let mut number = 7;
        let alias = Alias::draw(|bound| {
            number = (number * 31 + 11) % 1009;
            number % bound
        });
        let mut letters = alias.0;
        assert_ne!(letters, *b"abcdefghijklmnopqrstuvwxyz");
        letters.sort_unstable();
        assert_eq!(letters, *b"abcdefghijklmnopqrstuvwxyz");
    }
}
