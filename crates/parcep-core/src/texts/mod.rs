//! What a person reads: sentences of the catalogue, to an adult or a child, in English or French.
//!
//! The catalogue is `spec/registry/texts.toml`. A [`Voice`] picks from it and puts in times, names
//! and amounts as its language writes them. Nothing here decides anything.
//!
//! ```
//! use parcep_core::decide::Reason;
//! use parcep_core::texts::{Language, Register, Voice};
//! let child = Voice::new(Language::English, Register::Child);
//! assert_eq!(child.reason(Reason::Budget), "the time for this is used up");
//! let parent = Voice::new(Language::French, Register::Adult);
//! assert_eq!(parent.span(5400), "1\u{a0}h\u{a0}30\u{a0}min");
//! ```

mod clock;
mod states;
#[cfg(test)]
mod tests;

use crate::decide::{Effect, Reason};
use crate::policy::{Category, FeatureCode, LayerAuthor};
pub use crate::registry::Text;
use crate::registry::{
    CATEGORY_WORDS, CodeWords, FEATURE_WORDS, PLACES, REASON_WORDS, ReasonPhrases, Words,
};
use std::fmt;
use std::str::FromStr;

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// `en`
    #[default]
    English,
    /// `fr`
    French,
}

impl Language {
    /// Every language of the catalogue.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// BCP 47.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}

/// The catalogue has no texts in this language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no texts in this language: expected `en` or `fr`")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;
    /// Reads a tag of BCP 47; what follows the language, such as a country, says nothing here.
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let mut all = Self::ALL.into_iter();
        all.find(|language| primary.eq_ignore_ascii_case(language.code()))
            .ok_or(UnknownLanguage)
    }
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Register {
    /// A guardian, or anybody grown up.
    #[default]
    Adult,
    /// A child of about eight.
    Child,
}

/// A language, spoken to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Voice {
    /// The language.
    pub language: Language,
    /// To whom.
    pub register: Register,
}

impl Voice {
    /// A language, spoken to somebody.
    #[must_use]
    pub const fn new(language: Language, register: Register) -> Self {
        Self { language, register }
    }

    /// A text as it stands in the catalogue, `{name}` and all.
    #[must_use]
    pub const fn text(self, text: Text) -> &'static str {
        let row = text.row();
        match self.language {
            Language::English => self.chosen(&row.en),
            Language::French => self.chosen(&row.fr),
        }
    }

    /// A text with its parts put in by name. What is put in is not read again.
    #[must_use]
    pub fn say(self, text: Text, parts: &[(&str, &dyn fmt::Display)]) -> String {
        fill(self.text(text), parts)
    }

    /// Why, as the rest of a sentence.
    #[must_use]
    pub fn reason(self, reason: Reason) -> &'static str {
        let phrases = self.phrases(reason);
        match self.register {
            Register::Adult => phrases.map_or("", |words| words.adult),
            Register::Child => phrases.map_or("", |words| words.child),
        }
    }

    /// What the reader can do about it.
    #[must_use]
    pub fn what_to_do(self, reason: Reason) -> &'static str {
        let phrases = self.phrases(reason);
        match self.register {
            Register::Adult => phrases.map_or("", |words| words.adult_do),
            Register::Child => phrases.map_or("", |words| words.child_do),
        }
    }

    /// What may happen, as the start of a sentence.
    #[must_use]
    pub const fn effect(self, effect: Effect) -> &'static str {
        self.text(match effect {
            Effect::Allow => Text::EffectAllow,
            Effect::Ask => Text::EffectAsk,
            Effect::Deny => Text::EffectDeny,
        })
    }

    /// Who set a rule: the name that the household has for a guardian, else "a guardian"; "the law
    /// of" the country of a jurisdiction.
    #[must_use]
    pub fn author(self, author: &LayerAuthor, name: Option<&str>) -> String {
        match (author, name) {
            (LayerAuthor::Guardian(_), Some(name)) => name.to_owned(),
            (LayerAuthor::Guardian(_), None) => self.text(Text::AGuardian).to_owned(),
            (LayerAuthor::Jurisdiction(code), _) => {
                self.say(Text::TheLaw, &[("place", &self.place(code.as_str()))])
            }
        }
    }

    /// The name of a category; of one that the catalogue lacks, its code.
    #[must_use]
    pub fn category(self, category: &Category) -> String {
        let standard = category.taxonomy() == Category::DEFAULT_TAXONOMY
            && category.version() == Category::DEFAULT_VERSION;
        let mut rows = CATEGORY_WORDS.iter().filter(|_| standard);
        let row = rows.find(|row| row.code == category.code());
        self.named(row, category.code())
    }

    /// The name of a feature; of one that the catalogue lacks, its code.
    #[must_use]
    pub fn feature(self, code: &FeatureCode) -> String {
        let row = FEATURE_WORDS.iter().find(|row| row.code == code.as_str());
        self.named(row, code.as_str())
    }

    /// "A, B and C".
    #[must_use]
    pub fn and(self, items: &[String]) -> String {
        self.joined(Text::And, items)
    }

    /// "A, B or C".
    #[must_use]
    pub fn or(self, items: &[String]) -> String {
        self.joined(Text::Or, items)
    }

    fn joined(self, how: Text, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [list @ .., last] => self.say(how, &[("list", &list.join(", ")), ("last", last)]),
        }
    }

    fn named(self, row: Option<&'static CodeWords>, code: &str) -> String {
        let words = row.map(|row| match self.language {
            Language::English => self.chosen(&row.en),
            Language::French => self.chosen(&row.fr),
        });
        words.unwrap_or(code).to_owned()
    }

    const fn chosen(self, words: &'static Words) -> &'static str {
        match self.register {
            Register::Adult => words.adult,
            Register::Child => words.child,
        }
    }

    fn phrases(self, reason: Reason) -> Option<&'static ReasonPhrases> {
        let row = REASON_WORDS.iter().find(|row| row.code == reason.code());
        row.map(|row| match self.language {
            Language::English => &row.en,
            Language::French => &row.fr,
        })
    }

    /// A country, or the country of one of its parts.
    fn place(self, code: &str) -> String {
        let capitals = code.to_ascii_uppercase();
        let country = capitals.split('-').next().unwrap_or_default();
        let row = PLACES.iter().find(|row| row.code == country);
        row.map_or(capitals.as_str(), |row| match self.language {
            Language::English => row.en,
            Language::French => row.fr,
        })
        .to_owned()
    }
}

/// What a language calls itself; a tag that is not listed stands for itself.
#[must_use]
pub fn language_name(tag: &str) -> &str {
    let names = [
        ("af", "Afrikaans"),
        ("ar", "العربية"),
        ("cs", "čeština"),
        ("da", "dansk"),
        ("de", "Deutsch"),
        ("el", "Ελληνικά"),
        ("en", "English"),
        ("es", "español"),
        ("fi", "suomi"),
        ("fr", "français"),
        ("hi", "हिन्दी"),
        ("it", "italiano"),
        ("ja", "日本語"),
        ("ko", "한국어"),
        ("mi", "te reo Māori"),
        ("nl", "Nederlands"),
        ("no", "norsk"),
        ("pl", "polski"),
        ("pt", "português"),
        ("sv", "svenska"),
        ("sw", "Kiswahili"),
        ("uk", "українська"),
        ("ur", "اردو"),
        ("xh", "isiXhosa"),
        ("zh", "中文"),
        ("zu", "isiZulu"),
    ];
    let found = names.iter().find(|(known, _)| *known == tag);
    found.map_or(tag, |(_, name)| name)
}

fn fill(template: &str, parts: &[(&str, &dyn fmt::Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, part)) = parts.iter().find(|(known, _)| *known == name) {
            out.push_str(&part.to_string());
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
