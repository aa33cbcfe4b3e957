//! A directory: reading it, and which of its lines fit a place (R-FLOOR-011, R-FLOOR-012).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::HelpLine;

/// Lines of a region that a reader keeps (R-FLOOR-011).
pub(super) const LINES_OF_A_REGION: usize = 64;
/// Far above any directory, far below harm.
const MAX_BYTES: usize = 4 << 20;

/// Where help is, by region. Every line in it is well formed (R-FLOOR-011).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpDirectory {
    pub(super) version: u64,
    pub(super) entries: Vec<HelpLine>,
    pub(super) elsewhere: HelpLine,
}

/// Where a device knows that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts<'a> {
    /// In this country: ISO 3166-1 alpha-2, as the telephone network says it.
    Country(&'a str),
    /// In this IANA zone.
    Zone(&'a str),
}

/// Why bytes are not a help directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HelpError {
    /// No JSON object.
    #[error("not a help directory: {0}")]
    Syntax(String),
    /// Another format.
    #[error("expected format `parcep-help/1` and a version that is a whole number")]
    Format,
    /// More than 4 MiB.
    #[error("a help directory has at most 4 MiB")]
    TooLarge,
}

impl HelpError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "HELP_SYNTAX",
            Self::Format => "HELP_FORMAT",
            Self::TooLarge => "HELP_TOO_LARGE",
        }
    }
}

impl HelpDirectory {
    /// The directory that is compiled in (R-FLOOR-010).
    #[must_use]
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<HelpDirectory> = OnceLock::new();
        BUNDLED.get_or_init(|| {
            // A test parses the same bytes; the last resort is never seen.
            Self::parse(include_bytes!("../../data/help.json")).unwrap_or_else(|_| Self {
                version: 0,
                entries: Vec::new(),
                elsewhere: last_resort(),
            })
        })
    }

    /// Reads a directory of the form `parcep-help/1`. A line that breaks a bound, and every line
    /// of a region after its 64th, is ignored, and so is every member that is not known
    /// (R-FLOOR-011). Where `elsewhere` is such a line, the built-in one stands in its place.
    ///
    /// # Errors
    /// When the bytes are no such directory at all.
    ///
    /// ```
    /// use parcep_core::help::HelpDirectory;
    /// let directory = HelpDirectory::parse(br#"{
    ///     "format": "parcep-help/1", "version": 7,
    ///     "entries": [
    ///         { "region": "XA", "name": "Help", "number": "116", "colour": "red",
    ///           "languages": [], "hours": "always", "zones": ["Etc/GMT"], "source": "us" },
    ///         { "region": "XA", "name": "Nothing to call", "languages": [], "hours": "always",
    ///           "zones": ["Etc/GMT"], "source": "us" }
    ///     ]
    /// }"#)?;
    /// assert_eq!(directory.lines().count(), 2); // the first line, and the built-in `elsewhere`
    /// # Ok::<(), parcep_core::help::HelpError>(())
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, HelpError> {
        #[derive(Deserialize)]
        struct Form {
            format: String,
            version: u64,
            #[serde(default)]
            entries: Vec<Value>,
            #[serde(default)]
            elsewhere: Value,
        }
        if bytes.len() > MAX_BYTES {
            return Err(HelpError::TooLarge);
        }
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| HelpError::Syntax(error.to_string()))?;
        let form: Form = serde_json::from_value(value).map_err(|_| HelpError::Format)?;
        if form.format != "parcep-help/1" {
            return Err(HelpError::Format);
        }
        let line = |value| {
            let read = serde_json::from_value::<HelpLine>(value).ok();
            read.filter(HelpLine::is_well_formed)
        };
        let mut of_region: BTreeMap<String, usize> = BTreeMap::new();
        let mut entries: Vec<HelpLine> = form.entries.into_iter().filter_map(line).collect();
        entries.retain(|line| {
            let seen = of_region.entry(line.region.clone()).or_default();
            *seen += 1;
            *seen <= LINES_OF_A_REGION
        });
        Ok(Self {
            version: form.version,
            entries,
            elsewhere: line(form.elsewhere).unwrap_or_else(last_resort),
        })
    }

    /// Version of the data; larger is newer.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Every line, the one for everybody else last.
    pub fn lines(&self) -> impl Iterator<Item = &HelpLine> {
        self.entries.iter().chain([&self.elsewhere])
    }

    /// The first line of a region, if one is listed.
    #[must_use]
    pub fn for_region(&self, region: &str) -> Option<&HelpLine> {
        self.entries
            .iter()
            .find(|line| line.region.eq_ignore_ascii_case(region))
    }

    /// The line for somebody who lives in this zone: the first that names it, else the first that
    /// names its area, else the one for everybody else (R-FLOOR-012).
    #[must_use]
    pub fn for_zone(&self, zone: &str) -> &HelpLine {
        let by_zone = self.entries.iter().find(|line| line.names_zone(zone));
        by_zone
            .or_else(|| self.entries.iter().find(|line| line.names_area_of(zone)))
            .unwrap_or(&self.elsewhere)
    }

    /// The lines to show beside a denial, the first one first (R-FLOOR-012): that of the zone of
    /// the profile, and that of the country where the device knows that it is, if it is another.
    /// Without a profile the zone of the device stands in its place. No allocation.
    ///
    /// `whereabouts` is what the device knows, not what a rule says; where the two agree there is
    /// one line.
    pub fn lines_for(
        &self,
        zone: &str,
        whereabouts: Option<Whereabouts<'_>>,
    ) -> impl Iterator<Item = &HelpLine> + use<'_> {
        let first = self.for_zone(zone);
        let here = whereabouts.and_then(|place| match place {
            Whereabouts::Country(country) => Some(self.for_country(country)),
            Whereabouts::Zone(zone) => self.for_place(zone),
        });
        let second = here.filter(|line| !std::ptr::eq(*line, first));
        [Some(first), second].into_iter().flatten()
    }

    /// The line of a zone that is a place; `UTC` or `Etc/GMT+5` say nothing about a country.
    fn for_place(&self, zone: &str) -> Option<&HelpLine> {
        let line = self.for_zone(zone);
        let is_place = zone.contains('/') && !zone.starts_with("Etc/");
        (is_place || line.names_zone(zone)).then_some(line)
    }

    fn for_country(&self, country: &str) -> &HelpLine {
        let covers = |line: &&HelpLine| {
            let mut regions = line.covers.iter();
            regions.any(|region| region.eq_ignore_ascii_case(country))
        };
        self.for_region(country)
            .or_else(|| self.entries.iter().find(covers))
            .unwrap_or(&self.elsewhere)
    }
}

fn last_resort() -> HelpLine {
    HelpLine {
        region: String::new(),
        name: "Find a child helpline".into(),
        number: None,
        sms: None,
        emergency: None,
        calling_code: None,
        https: Some("https://childhelplineinternational.org/helplines/".into()),
        covers: Vec::new(),
        languages: vec!["en".into()],
        hours: "always".into(),
        zones: Vec::new(),
        source: "Child Helpline International".into(),
    }
}
