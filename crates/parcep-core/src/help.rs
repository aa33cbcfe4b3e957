//! The help directory: whom a child may call, always (R-EVAL-001). It rides with every
//! denial, and no rule reaches it.
//!
//! ```
//! use parcep_core::help::HelpDirectory;
//! let help = HelpDirectory::bundled();
//! assert_eq!(help.for_zone("Europe/London").number.as_deref(), Some("0800 1111"));
//! assert!(help.for_zone("Antarctica/Troll").https.is_some());
//! ```

use serde::{Deserialize, Serialize};

/// Where help is, by jurisdiction. Bundled data; a signed artefact replaces it later.
#[derive(Debug, Clone, Deserialize)]
pub struct HelpDirectory {
    entries: Vec<HelpLine>,
    elsewhere: HelpLine,
}

/// One place that helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLine {
    /// ISO 3166-1 code, or `EU`; empty for the world.
    pub region: String,
    /// Name that a child can read.
    pub name: String,
    /// Number to call.
    #[serde(default)]
    pub number: Option<String>,
    /// Emergency number of the region.
    #[serde(default)]
    pub emergency: Option<String>,
    /// Page to open where there is no number.
    #[serde(default)]
    pub https: Option<String>,
    /// Languages spoken, BCP 47; empty means that they differ.
    pub languages: Vec<String>,
    /// When it answers.
    pub hours: String,
    /// IANA zones of the region; `Area/*` stands for all of an area.
    #[serde(skip_serializing)]
    zones: Vec<String>,
    /// Who says so.
    pub source: String,
}

impl HelpDirectory {
    /// The directory that is compiled in.
    pub fn bundled() -> Self {
        let bundled = serde_json::from_str(include_str!("../data/help.json"));
        // A test parses the bundled file; it cannot fail later.
        bundled.unwrap_or_else(|_| Self {
            entries: Vec::new(),
            elsewhere: HelpLine {
                region: String::new(),
                name: "Find a child helpline".into(),
                number: None,
                emergency: None,
                https: Some("https://childhelplineinternational.org/helplines/".into()),
                languages: Vec::new(),
                hours: "always".into(),
                zones: Vec::new(),
                source: String::new(),
            },
        })
    }

    /// The line of a jurisdiction, if it is listed.
    pub fn for_region(&self, region: &str) -> Option<&HelpLine> {
        self.entries.iter().find(|line| line.region == region)
    }

    /// The line for somebody who lives in this zone: the country's, else the area's, else the
    /// world's.
    pub fn for_zone(&self, zone: &str) -> &HelpLine {
        let area = zone.split('/').next().unwrap_or_default();
        let whole_area = format!("{area}/*");
        let find = |name: &str| {
            let mut lines = self.entries.iter();
            lines.find(|line| line.zones.iter().any(|zone| zone == name))
        };
        find(zone)
            .or_else(|| find(&whole_area))
            .unwrap_or(&self.elsewhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_directory_parses_and_every_line_can_be_reached() {
        let help: HelpDirectory = serde_json::from_str(include_str!("../data/help.json")).unwrap();
        assert!(help.entries.len() >= 8);
        for line in help.entries.iter().chain([&help.elsewhere]) {
            assert!(
                line.number.is_some() || line.https.is_some(),
                "{}",
                line.name
            );
        }
        assert_eq!(
            help.for_zone("Europe/Vienna").number.as_deref(),
            Some("116 111")
        );
        assert_eq!(help.for_zone("Asia/Tokyo").region, "");
    }
}
