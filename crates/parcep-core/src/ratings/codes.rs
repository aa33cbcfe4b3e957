//! Codes of broadcasters, shops and platforms, as labels of the table (R-EVAL-033). What is not in
//! the table is unrated: nothing here ever guesses a lower age.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Label, LabelRef, RatingError, RatingTable};

/// The levels of OARS, from the least.
const LEVELS: [&str; 4] = ["none", "mild", "moderate", "intense"];

/// Numbers of a platform for "nothing" and "everything".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SettingCodes {
    /// Nothing rated is allowed.
    pub nothing: u32,
    /// No ceiling.
    pub everything: u32,
}

/// What a platform's setting allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Nothing rated.
    Nothing,
    /// Everything up to this label, in the order of its chain.
    UpTo(LabelRef),
    /// Everything: no ceiling.
    Everything,
}

/// What the keys of an OARS rating stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OarsRating {
    /// The label of the greatest least age over the keys that the table knows.
    pub label: LabelRef,
    /// Whether it knows all of them. If not, the item may be for older people than the label says:
    /// ask for it with the label and without any, and take the stricter decision.
    pub complete: bool,
}

/// The codes of a table, resolved.
#[derive(Debug, Default)]
pub(super) struct Codes {
    dvb: Vec<Dvb>,
    /// Least age of each level of each key.
    oars: BTreeMap<String, [u8; 4]>,
    /// Label of each least age that occurs.
    oars_labels: BTreeMap<u8, u16>,
}

#[derive(Debug)]
struct Dvb {
    /// `None`: every country without a row for the code.
    country: Option<[u8; 3]>,
    from: u8,
    to: u8,
    label: Option<u16>,
}

impl RatingTable {
    /// The label that a code of a DVB `parental_rating_descriptor` stands for, in the country of its
    /// entry (three letters of ISO 3166-1, letter case ignored). `None`: the entry is no rating.
    ///
    /// Each entry of a descriptor gives a label; of several labels R-EVAL-015 says which count.
    ///
    /// ```
    /// use parcep_core::ratings::RatingTable;
    /// let table = RatingTable::bundled();
    /// let age = |country, code| {
    ///     let label = table.dvb(country, code).and_then(|label| table.label(label));
    ///     label.and_then(|label| label.min_age)
    /// };
    /// assert_eq!(age("GBR", 0x09), Some(12)); // the code and 3
    /// assert_eq!(age("FRA", 0x12), Some(12));
    /// assert_eq!(age("ESP", 0x12), Some(18));
    /// assert_eq!(age("GBR", 0x12), None); // the broadcaster's own: unrated
    /// ```
    #[must_use]
    pub fn dvb(&self, country: &str, code: u8) -> Option<LabelRef> {
        let country = country_code(country);
        let rows = self.codes.dvb.iter();
        let mut fitting = rows.filter(|row| (row.from..=row.to).contains(&code));
        let own = fitting
            .clone()
            .find(|row| row.country.is_some() && row.country == country);
        let row = own.or_else(|| fitting.find(|row| row.country.is_none()))?;
        row.label.map(|label| self.reference(label))
    }

    /// The label that a platform names by this number, such as 300 in `apple_app` for `12+`.
    /// Numbers of settings ("nothing", "everything") are no labels.
    ///
    /// ```
    /// use parcep_core::ratings::RatingTable;
    /// let table = RatingTable::bundled();
    /// let id = |system, code| {
    ///     let label = table.by_code(system, code).and_then(|label| table.label(label));
    ///     label.map(|label| label.id.as_str())
    /// };
    /// assert_eq!(id("apple_app", 300), Some("apple_app:12"));
    /// assert_eq!(id("apple_mdm_tv_us", 300), Some("apple_mdm_tv_us:us_tv_g"));
    /// assert_eq!(id("apple_app", 301), None);
    /// ```
    #[must_use]
    pub fn by_code(&self, system_id: &str, code: u32) -> Option<LabelRef> {
        let number = self
            .systems
            .iter()
            .position(|system| system.id == system_id)?;
        let of_system = |label: &Label| usize::from(label.system) == number;
        let found = |label: &Label| of_system(label) && label.code == Some(code);
        let index = self.labels.iter().position(found)?;
        Some(self.reference(u16::try_from(index).ok()?))
    }

    /// The label of an item with these keys and values of OARS 1.0 or 1.1, such as
    /// `("violence-cartoon", "mild")`. A key that is not given is `none`. `None` where the table has
    /// no OARS at all.
    ///
    /// Call it only for items that carry an OARS rating; one without is unrated.
    ///
    /// ```
    /// use parcep_core::ratings::RatingTable;
    /// let table = RatingTable::bundled();
    /// let chat = table.oars([("social-chat", "intense"), ("violence-cartoon", "mild")]);
    /// let chat = chat.ok_or("no OARS")?;
    /// assert_eq!(table.label(chat.label).and_then(|label| label.min_age), Some(13));
    /// assert!(chat.complete);
    /// assert!(!table.oars([("mood-gloomy", "mild")]).ok_or("no OARS")?.complete);
    /// # Ok::<(), &'static str>(())
    /// ```
    #[must_use]
    pub fn oars<'a>(
        &self,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<OarsRating> {
        let (mut most, mut complete) = (0, true);
        for (key, value) in values {
            let level = LEVELS.iter().position(|level| *level == value);
            let ages = self.codes.oars.get(key);
            match ages.zip(level).and_then(|(ages, level)| ages.get(level)) {
                Some(age) => most = most.max(*age),
                None => complete = false,
            }
        }
        let label = *self.codes.oars_labels.get(&most)?;
        let label = self.reference(label);
        Some(OarsRating { label, complete })
    }
}

fn country_code(text: &str) -> Option<[u8; 3]> {
    let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
    Some(bytes.map(|b| b.to_ascii_uppercase()))
}

#[derive(Default, Deserialize)]
pub(super) struct CodesForm {
    #[serde(default)]
    dvb: Vec<DvbForm>,
    #[serde(default)]
    oars: Option<OarsForm>,
}

#[derive(Deserialize)]
struct DvbForm {
    country: String,
    from: u8,
    to: u8,
    label: Option<String>,
    #[serde(default)]
    sources: Vec<String>,
}

#[derive(Deserialize)]
struct OarsForm {
    system: String,
    keys: BTreeMap<String, OarsKey>,
    #[serde(default)]
    sources: Vec<String>,
}

#[derive(Deserialize)]
struct OarsKey {
    none: u8,
    mild: u8,
    moderate: u8,
    intense: u8,
}

fn bad(place: &str, what: &'static str) -> RatingError {
    RatingError::Value {
        place: place.to_owned(),
        what,
    }
}

/// Reads the codes of a table whose labels are there already.
pub(super) fn build(
    form: CodesForm,
    table: &RatingTable,
    sources: &BTreeMap<String, serde::de::IgnoredAny>,
) -> Result<Codes, RatingError> {
    let mut codes = Codes::default();
    let named = |names: &[String]| names.iter().all(|name| sources.contains_key(name));
    for row in form.dvb {
        let place = format!("codes/dvb/{}/{}", row.country, row.from);
        let country = country_code(&row.country);
        let fits = country.is_none_or(|code| code.iter().all(u8::is_ascii_uppercase));
        if !(fits && (country.is_some() || row.country.is_empty())) {
            return Err(bad(&place, "country"));
        }
        if row.to < row.from {
            return Err(bad(&place, "range of codes"));
        }
        if !named(&row.sources) {
            return Err(bad(&place, "source"));
        }
        let twice = codes
            .dvb
            .iter()
            .any(|other| other.country == country && other.from <= row.to && row.from <= other.to);
        if twice {
            return Err(RatingError::Ambiguous {
                name: row.from.to_string(),
                place,
            });
        }
        let label = match &row.label {
            Some(id) => Some(place_of(table, id).ok_or_else(|| bad(&place, "label"))?),
            None => None,
        };
        codes.dvb.push(Dvb {
            country,
            from: row.from,
            to: row.to,
            label,
        });
    }
    let Some(oars) = form.oars else {
        return Ok(codes);
    };
    if !named(&oars.sources) {
        return Err(bad("codes/oars", "source"));
    }
    for label in table.labels(&oars.system) {
        if let (Some(age), Some(place)) = (label.min_age, place_of(table, &label.id)) {
            codes.oars_labels.insert(age, place);
        }
    }
    for (key, row) in oars.keys {
        let ages = [row.none, row.mild, row.moderate, row.intense];
        let place = format!("codes/oars/{key}");
        if !ages.is_sorted() {
            return Err(RatingError::Order {
                place,
                what: "min_age",
            });
        }
        // Every age that can come out has a label, and so has the item without any key.
        let has_label = |age: &u8| codes.oars_labels.contains_key(age);
        if !ages.iter().chain(&[0]).all(has_label) {
            return Err(bad(&place, "min_age"));
        }
        codes.oars.insert(key, ages);
    }
    Ok(codes)
}

/// Within a system every number means one thing.
pub(super) fn check_codes<'a>(
    system: &str,
    labels: impl Iterator<Item = &'a Label>,
    settings: Option<SettingCodes>,
) -> Result<(), RatingError> {
    let mut all: Vec<u32> = labels.filter_map(|label| label.code).collect();
    all.extend(
        settings
            .iter()
            .flat_map(|codes| [codes.nothing, codes.everything]),
    );
    all.sort_unstable();
    let twice = all.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    });
    match twice {
        None => Ok(()),
        Some(code) => Err(RatingError::Ambiguous {
            place: system.to_owned(),
            name: code.to_string(),
        }),
    }
}

fn place_of(table: &RatingTable, id: &str) -> Option<u16> {
    let found = table.labels.iter().position(|label| label.id == id)?;
    u16::try_from(found).ok()
}
