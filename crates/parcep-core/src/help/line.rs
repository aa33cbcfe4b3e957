//! One line of a directory, and the bounds that make it one (R-FLOOR-011).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::policy::HostName;

/// One place that helps. Read from a directory, it is within the bounds of R-FLOOR-011.
///
/// Its `Display` is what R-FLOOR-013 wants on a screen: name, what to call or open, hours,
/// languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLine {
    /// ISO 3166-1 alpha-2 code, or `EU`; empty for the world.
    pub region: String,
    /// Name that a child can read.
    pub name: String,
    /// Number to call, as people there dial it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Number to send a text message to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<String>,
    /// Emergency number of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
    /// Country calling code (ITU-T E.164), digits: what stands behind the `+` from abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calling_code: Option<String>,
    /// Origin or page to open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<String>,
    /// More regions, of which this is the line where they have none of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// Languages spoken, BCP 47; empty means that they differ.
    pub languages: Vec<String>,
    /// When it answers; `always`, or text for people.
    pub hours: String,
    /// IANA zones of the region; `Area/*` stands for all of an area.
    pub zones: Vec<String>,
    /// Who says so, and when that was looked at.
    pub source: String,
}

impl HelpLine {
    /// Whether every member is within its bound, and there is something to call or to open.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let reachable = self.number.is_some() || self.https.is_some();
        let dialled = |number: &Option<String>, most| {
            number.as_ref().is_none_or(|text| is_dialled(text, most))
        };
        reachable
            && is_region(&self.region)
            && within(&self.name, 1, 64)
            && dialled(&self.number, 32)
            && dialled(&self.sms, 32)
            && dialled(&self.emergency, 16)
            && self.calling_code.as_deref().is_none_or(is_calling_code)
            && (self.https.is_none() || self.host().is_some())
            && self.covers.len() <= 64
            && self
                .covers
                .iter()
                .all(|region| region.len() == 2 && is_region(region))
            && self.languages.len() <= 16
            && self.languages.iter().all(|tag| is_language(tag))
            && within(&self.hours, 1, 128)
            && self.zones.len() <= 256
            && self.zones.iter().all(|zone| (1..=64).contains(&zone.len()))
            && within(&self.source, 0, 255)
    }

    /// The host of [`Self::https`], in the form in which hosts compare (R-POL-012). `None` where
    /// there is no page, or what stands there is no `https` address of a named host.
    #[must_use]
    pub fn host(&self) -> Option<HostName> {
        let text = self.https.as_deref().filter(|text| text.len() <= 255)?;
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let rest = text.strip_prefix("https://")?;
        let authority = rest.split(['/', '?', '#', '\\']).next()?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return None;
        }
        host.parse()
            .ok()
            .filter(|host: &HostName| !host.is_address())
    }

    /// Whether the line names this zone itself.
    #[must_use]
    pub fn names_zone(&self, zone: &str) -> bool {
        self.zones.iter().any(|named| named == zone)
    }

    /// Whether the line names the whole area of this zone, as in `Europe/*`.
    #[must_use]
    pub fn names_area_of(&self, zone: &str) -> bool {
        let area = zone.split('/').next().unwrap_or_default();
        let mut named = self
            .zones
            .iter()
            .filter_map(|named| named.strip_suffix("/*"));
        named.any(|named| named == area)
    }
}

impl fmt::Display for HelpLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        for (what, value) in [
            ("call", &self.number),
            ("text", &self.sms),
            ("open", &self.https),
        ] {
            if let Some(value) = value {
                write!(f, " · {what} {value}")?;
            }
        }
        write!(f, " · {}", self.hours)?;
        if !self.languages.is_empty() {
            write!(f, " · {}", self.languages.join(", "))?;
        }
        Ok(())
    }
}

fn within(text: &str, least: usize, most: usize) -> bool {
    let long = text.chars().count();
    (least..=most).contains(&long) && !text.chars().any(char::is_control)
}

fn is_region(text: &str) -> bool {
    text.is_empty() || text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// What a telephone dials: digits and the marks between them, two digits or more.
fn is_dialled(text: &str, most: usize) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text.strip_prefix('+').unwrap_or(text);
    let fits = |c: char| c.is_ascii_digit() || "-.() /".contains(c);
    text.len() <= most && digits >= 2 && marks.chars().all(fits)
}

fn is_calling_code(text: &str) -> bool {
    (1..=3).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && !text.starts_with('0')
}

fn is_language(tag: &str) -> bool {
    let part_fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    (2..=35).contains(&tag.len()) && tag.split('-').all(part_fits)
}
