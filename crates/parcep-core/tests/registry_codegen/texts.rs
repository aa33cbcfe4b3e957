//! The catalogue of texts: what its file holds, what is written from it, and what a text has to be.

use crate::model::{DecisionReason, Registries};
use crate::rust::{Fields, camel, table};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    reason: Vec<ReasonTexts>,
    category: Vec<CodeTexts>,
    feature: Vec<CodeTexts>,
    place: Vec<Place>,
    text: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonTexts {
    code: String,
    adult_do: String,
    adult_fr: String,
    adult_do_fr: String,
    child_fr: String,
    do_fr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTexts {
    code: String,
    adult_fr: String,
    child_fr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    code: String,
    en: String,
    fr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    key: String,
    en: String,
    en_child: Option<String>,
    fr: String,
    fr_child: Option<String>,
}

/// Adult and child, English then French.
type Quartet<'a> = [&'a str; 4];

impl Text {
    fn all(&self) -> Quartet<'_> {
        [
            &self.en,
            self.en_child.as_ref().unwrap_or(&self.en),
            &self.fr,
            self.fr_child.as_ref().unwrap_or(&self.fr),
        ]
    }
}

/// `src/registry/generated/texts.rs`.
pub(crate) fn generate(all: &Registries) -> String {
    let texts = &all.texts;
    let mut out =
        "use crate::registry::{CodeWords, PlaceWords, ReasonPhrases, ReasonWords, TextRow, Words};\n\n\
         /// A sentence or a part of one.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[non_exhaustive]\npub enum Text {\n"
            .to_owned();
    for row in &texts.text {
        out.push_str(&format!("    /// {}\n    {},\n", row.en, camel(&row.key)));
    }
    out.push_str("}\n\nimpl Text {\n    /// Its row of the catalogue.\n    #[must_use]\n");
    out.push_str("    pub const fn row(self) -> &'static TextRow {\n        match self {\n");
    for (index, row) in texts.text.iter().enumerate() {
        out.push_str(&format!(
            "            Self::{} => &TEXTS[{index}],\n",
            camel(&row.key)
        ));
    }
    out.push_str("        }\n    }\n}\n\n");
    let rows = texts.text.iter().map(|row| {
        let [en, en_child, fr, fr_child] = row.all();
        let mut fields = Fields::default();
        fields.text("key", &row.key);
        fields.plain("en", words(en, en_child));
        fields.plain("fr", words(fr, fr_child));
        fields
    });
    out.push_str(&table(
        "Every sentence, by subject.",
        "TEXTS",
        "TextRow",
        rows,
    ));
    let reasons = joined(all).into_iter().map(|(reason, texts)| {
        let mut fields = Fields::default();
        fields.text("code", &reason.code);
        let en = [
            &reason.adult,
            &texts.adult_do,
            &reason.child,
            &reason.what_to_do,
        ];
        fields.plain("en", phrases(en));
        let fr = [
            &texts.adult_fr,
            &texts.adult_do_fr,
            &texts.child_fr,
            &texts.do_fr,
        ];
        fields.plain("fr", phrases(fr));
        fields
    });
    let doc = "Words for the reasons of decisions, in their order.";
    out.push('\n');
    out.push_str(&table(doc, "REASON_WORDS", "ReasonWords", reasons));
    for (doc, name, rows) in [
        ("Names of categories.", "CATEGORY_WORDS", categories(all)),
        ("Names of features.", "FEATURE_WORDS", features(all)),
    ] {
        let rows = rows.into_iter().map(|row| {
            let mut fields = Fields::default();
            fields.text("code", row.code);
            fields.plain("en", words(row.en[0], row.en[1]));
            fields.plain("fr", words(&row.fr.adult_fr, &row.fr.child_fr));
            fields
        });
        out.push('\n');
        out.push_str(&table(doc, name, "CodeWords", rows));
    }
    let places = texts.place.iter().map(|row| {
        let mut fields = Fields::default();
        fields.text("code", &row.code);
        fields.text("en", &row.en);
        fields.text("fr", &row.fr);
        fields
    });
    out.push('\n');
    out + &table(
        "Names of countries, by code.",
        "PLACES",
        "PlaceWords",
        places,
    )
}

fn words(adult: &str, child: &str) -> String {
    format!("Words {{\n            adult: {adult:?},\n            child: {child:?},\n        }}")
}

fn phrases([adult, adult_do, child, child_do]: [&String; 4]) -> String {
    let lines = [
        ("adult", adult),
        ("adult_do", adult_do),
        ("child", child),
        ("child_do", child_do),
    ];
    let lines = lines.map(|(name, text)| format!("            {name}: {text:?},\n"));
    format!("ReasonPhrases {{\n{}        }}", lines.concat())
}

/// Reasons with their texts, in the order of the reasons.
fn joined(all: &Registries) -> Vec<(&DecisionReason, &ReasonTexts)> {
    let texts = |code: &str| {
        let mut rows = all.texts.reason.iter().filter(|row| row.code == code);
        let (found, more) = (rows.next(), rows.next());
        assert!(
            more.is_none(),
            "texts.toml has the reason `{code}` more than once"
        );
        found.unwrap_or_else(|| panic!("texts.toml has no words for the reason `{code}`"))
    };
    let rows = all.decision_reasons.iter();
    rows.map(|row| (row, texts(&row.code))).collect()
}

/// A code with its names, English from its own registry.
struct Named<'a> {
    code: &'a str,
    en: [&'a str; 2],
    fr: &'a CodeTexts,
}

fn categories(all: &Registries) -> Vec<Named<'_>> {
    let rows = all.categories.iter();
    rows.map(|row| Named {
        code: &row.code,
        en: [&row.adult, &row.child],
        fr: of(&all.texts.category, &row.code),
    })
    .collect()
}

fn features(all: &Registries) -> Vec<Named<'_>> {
    let rows = all.features.iter();
    rows.map(|row| Named {
        code: &row.code,
        en: [&row.adult, &row.child],
        fr: of(&all.texts.feature, &row.code),
    })
    .collect()
}

fn of<'a>(rows: &'a [CodeTexts], code: &str) -> &'a CodeTexts {
    let mut rows = rows.iter().filter(|row| row.code == code);
    let (found, more) = (rows.next(), rows.next());
    assert!(more.is_none(), "texts.toml has `{code}` more than once");
    found.unwrap_or_else(|| panic!("texts.toml has no words for `{code}`"))
}

/// Every text with a name for complaints: to an adult, or to a child.
fn everything(all: &Registries) -> Vec<(String, bool, bool, String)> {
    let mut found = Vec::new();
    let mut add = |name: &str, french: bool, child: bool, text: &str| {
        found.push((name.to_owned(), french, child, text.to_owned()));
    };
    for (reason, texts) in joined(all) {
        let name = reason.code.as_str();
        add(name, false, false, &reason.adult);
        add(name, false, false, &texts.adult_do);
        add(name, false, true, &reason.child);
        add(name, false, true, &reason.what_to_do);
        add(name, true, false, &texts.adult_fr);
        add(name, true, false, &texts.adult_do_fr);
        add(name, true, true, &texts.child_fr);
        add(name, true, true, &texts.do_fr);
    }
    for row in categories(all).into_iter().chain(features(all)) {
        add(row.code, false, false, row.en[0]);
        add(row.code, false, true, row.en[1]);
        add(row.code, true, false, &row.fr.adult_fr);
        add(row.code, true, true, &row.fr.child_fr);
    }
    for row in &all.texts.text {
        let [en, en_child, fr, fr_child] = row.all();
        add(&row.key, false, false, en);
        add(&row.key, false, true, en_child);
        add(&row.key, true, false, fr);
        add(&row.key, true, true, fr_child);
    }
    for row in &all.texts.place {
        add(&row.code, false, false, &row.en);
        add(&row.code, true, false, &row.fr);
    }
    found
}

/// R-DEP-005: whatever is decided, there are words for it, for both, in both languages.
#[test]
fn every_reason_category_and_feature_has_words_for_adults_and_children_in_both_languages() {
    let all = Registries::read();
    assert_eq!(joined(&all).len(), all.texts.reason.len());
    assert_eq!(categories(&all).len(), all.texts.category.len());
    assert_eq!(features(&all).len(), all.texts.feature.len());
    for (name, _, _, text) in everything(&all) {
        assert!(!text.trim().is_empty(), "{name} is empty");
        assert_eq!(text.trim(), text, "{name}");
    }
}

#[test]
fn a_reason_is_the_rest_of_a_sentence_and_what_to_do_is_a_whole_one() {
    let all = Registries::read();
    for (reason, texts) in joined(&all) {
        for rest in [
            &reason.adult,
            &reason.child,
            &texts.adult_fr,
            &texts.child_fr,
        ] {
            assert!(!rest.ends_with('.'), "{rest}");
            assert!(rest.starts_with(char::is_lowercase), "{rest}");
        }
        for whole in [
            &texts.adult_do,
            &reason.what_to_do,
            &texts.adult_do_fr,
            &texts.do_fr,
        ] {
            assert!(
                whole.ends_with('.') && whole.starts_with(char::is_uppercase),
                "{whole}"
            );
        }
    }
}

#[test]
fn what_is_put_in_has_the_same_names_in_every_language_and_to_everybody() {
    for row in Registries::read().texts.text {
        let own = placeholders(&row.en);
        let unequal = row.all().into_iter().find(|text| {
            let there = placeholders(text);
            // To a child less may be said, and some languages leave a zero out, but nothing new.
            !there.is_subset(&own)
        });
        assert_eq!(unequal, None, "{}", row.key);
        let french = placeholders(&row.fr);
        let left_out = ["minute", "second"];
        assert!(
            own.difference(&french)
                .all(|name| left_out.contains(&name.as_str())),
            "{}",
            row.key
        );
    }
}

/// R-DEP-016, R-DEP-017.
#[test]
fn no_text_is_a_word_of_the_trade_and_none_to_a_child_is_long_or_hard() {
    let all = Registries::read();
    let trade = [
        "policy",
        "layer",
        "pep",
        "enforce",
        "enforcement",
        "override",
        "classifier",
        "session",
        "capability",
        "dependant",
        "jurisdiction",
        "payload",
        "token",
        "lease",
        "utc",
        "null",
        "api",
        "politique",
        "couche",
        "dérogation",
        "juridiction",
        "utilisateur",
        "jeton",
        "paramètre",
    ];
    let hard = [
        "guardian",
        "responsable",
        "budget",
        "restriction",
        "forbidden",
        "interdit",
        "denied",
        "refusé",
        "violation",
        "punishment",
        "punition",
        "verrouillé",
    ];
    for (name, french, child, text) in everything(&all) {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .collect();
        let found = trade
            .iter()
            .find(|word| words.iter().any(|there| there == *word));
        assert_eq!(found, None, "{name}: {text}");
        if child {
            let found = hard
                .iter()
                .find(|word| words.iter().any(|there| there == *word));
            // A child meets the word in the setup of the device.
            let excused = name == "pending" && found == Some(&"guardian");
            assert!(found.is_none() || excused, "{name}: {text}");
            let longest = text
                .split(['.', ':', '?', '!'])
                .map(|sentence| sentence.split_whitespace().count())
                .max();
            assert!(longest.is_some_and(|words| words <= 19), "{name}: {text}");
            assert!(
                !french || !words.iter().any(|word| word == "vous") || name == "rating",
                "{name}: {text}"
            );
        } else if french {
            let familiar = ["tu", "toi", "ton", "ta", "tes"];
            let found = words.iter().find(|word| familiar.contains(&word.as_str()));
            assert_eq!(found, None, "{name}: {text}");
        }
    }
}

#[test]
fn french_has_its_spaces_and_its_apostrophes() {
    for (name, french, _, text) in everything(&Registries::read()) {
        if french {
            for sign in [" :", " ;", " ?", " !", " »", "« ", "'", "..."] {
                assert!(!text.contains(sign), "{name}: {text}");
            }
        }
        assert!(!text.contains("  "), "{name}: {text}");
    }
}

#[test]
fn keys_and_places_stand_once() {
    let texts = Registries::read().texts;
    let keys: BTreeSet<_> = texts.text.iter().map(|row| &row.key).collect();
    assert_eq!(keys.len(), texts.text.len());
    let places: BTreeSet<_> = texts.place.iter().map(|row| &row.code).collect();
    assert_eq!(places.len(), texts.place.len());
    for place in &texts.place {
        let capitals = place.code.bytes().all(|b| b.is_ascii_uppercase());
        assert!(place.code.len() == 2 && capitals, "{}", place.code);
    }
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1);
    parts
        .map(|part| part.split_once('}').unwrap().0.to_owned())
        .collect()
}
