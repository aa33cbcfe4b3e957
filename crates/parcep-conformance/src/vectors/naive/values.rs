//! Texts and numbers of the JSON of a policy (R-POL-040).

use parcep_proto::v1alpha1 as pb;
use serde::Deserialize;

/// What is wrong with a text or a number.
pub(super) type Bad = String;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnUnenforceable {
    Report,
    Stricter,
    DenyAccess,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Concern {
    Content,
    Contact,
    Conduct,
    Contract,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AgeAssurance {
    Asserted,
    Basic,
    Standard,
    Enhanced,
    Strict,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Access {
    Allow,
    Block,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Medium {
    App,
    Game,
    Film,
    Tv,
    Video,
    Streaming,
    Web,
    Music,
    Book,
}

/// `HH:MM` or `HH:MM:SS`, in seconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Clock(pub(super) u32);

impl TryFrom<String> for Clock {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let bad = || format!("`{text}` is no time of day: expected HH:MM or HH:MM:SS");
        let parts: Vec<u32> = text
            .split(':')
            .map(|part| match part.len() {
                2 => part.parse().map_err(|_| bad()),
                _ => Err(bad()),
            })
            .collect::<Result<_, _>>()?;
        match parts.as_slice() {
            [h, m] => Ok(Self(h * 3600 + m * 60)),
            [h, m, s] => Ok(Self(h * 3600 + m * 60 + s)),
            _ => Err(bad()),
        }
    }
}

/// `2026-11-23`, in days since 1970-01-01.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Date(pub(super) i32);

impl TryFrom<String> for Date {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let date: jiff::civil::Date = text.parse().map_err(|e: jiff::Error| e.to_string())?;
        let since = jiff::civil::date(1970, 1, 1).until(date);
        let days = since.map_err(|error| error.to_string())?;
        Ok(Self(days.get_days()))
    }
}

/// `NAMESPACE/ID`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct AppText(pub(super) pb::AppRef);

impl TryFrom<String> for AppText {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let parts = text.split_once('/');
        let (namespace, id) = parts.ok_or_else(|| format!("`{text}` is no NAMESPACE/ID"))?;
        Ok(Self(pb::AppRef {
            namespace: namespace.to_owned(),
            id: id.to_owned(),
        }))
    }
}

/// `CODE` or `TAXONOMY@VERSION/CODE`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CategoryText(pub(super) pb::CategoryRef);

impl TryFrom<String> for CategoryText {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let (scheme, code) = text.split_once('/').unwrap_or(("pcps@1.0", &text));
        let parts = scheme.split_once('@');
        let (taxonomy, version) =
            parts.ok_or_else(|| format!("`{text}` is no TAXONOMY@VERSION/CODE"))?;
        Ok(Self(pb::CategoryRef {
            taxonomy: taxonomy.to_owned(),
            version: version.to_owned(),
            code: code.to_owned(),
        }))
    }
}

/// 32 bytes in hexadecimal.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Hex(pub(super) Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = Bad;
    fn try_from(text: String) -> Result<Self, Bad> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            })
            .collect();
        let digits = digits.filter(|digits| digits.len() == 64);
        let digits = digits.ok_or_else(|| format!("`{text}` is no SHA-256 in hexadecimal"))?;
        let (pairs, _) = digits.as_chunks::<2>();
        Ok(Self(
            pairs.iter().map(|[high, low]| high << 4 | low).collect(),
        ))
    }
}
