//! Whom a relying party believes: issuers, their keys, and the days of these (R-AGE-024).
//!
//! A trust list is a file that the party, its federation or its platform publishes. One entry is one
//! key. A list with a fault is refused whole: half a list would refuse people without a word.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::crypto::{Hash, VerifyingKey, sha256};
use crate::hex;
use crate::zones::date_of;

/// The name of the form, in the member `format`.
pub const TRUST_FORMAT: &str = "parcep-age-trust/1";
/// Keys that one issuer may have at an instant: the one in use and the next or the one before.
pub const KEYS_AT_ONCE: usize = 2;
/// Far above any list, far below harm.
const MAX_BYTES: usize = 1 << 20;
const MAX_ENTRIES: usize = 1024;
const MAX_NAME: usize = 128;
const MAX_URI: usize = 512;
const DAY: i64 = 86_400;

/// What an issuer is to the person whose age it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerRole {
    /// The system of the device.
    DeviceOs,
    /// The store that apps come from.
    AppStore,
    /// A service whose business it is to check ages.
    AgeProvider,
    /// A wallet that holds attestations of others.
    Wallet,
    /// The network operator of a contract.
    Telco,
    /// The app of a guardian.
    GuardianApp,
}

/// An issuer and one of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// Name, 1 to 128 bytes. Entries of one name are keys of one issuer.
    pub name: String,
    /// What it is to the person.
    pub role: IssuerRole,
    /// Its key; 64 hexadecimal digits in the file.
    #[serde(with = "key_as_hex")]
    pub key: VerifyingKey,
    /// First UTC day on which the key is trusted.
    pub from: Date,
    /// First UTC day on which it is trusted no more.
    pub until: Date,
    /// Where the issuer says how it works: an `https` address of at most 512 bytes.
    pub practice_statement: String,
}

impl TrustedIssuer {
    /// The key id that signals and tokens carry: SHA-256 of the key.
    #[must_use]
    pub fn key_id(&self) -> Hash {
        sha256(self.key.as_bytes())
    }

    /// Whether the key is trusted at `now`, seconds since the Unix epoch.
    #[must_use]
    pub fn trusted_at(&self, now: i64) -> bool {
        day(now).is_some_and(|day| (self.from..self.until).contains(&day))
    }

    fn fault(&self) -> Option<&'static str> {
        let name = (1..=MAX_NAME).contains(&self.name.len());
        let uri = &self.practice_statement;
        let uri = uri.len() <= MAX_URI && uri.len() > 8 && uri.starts_with("https://");
        let fault = |holds: bool, member| (!holds).then_some(member);
        fault(name, "name")
            .or_else(|| fault(self.from < self.until, "until"))
            .or_else(|| fault(uri, "practice_statement"))
    }
}

/// Issuers whose signals and tokens a party takes (R-AGE-024).
///
/// ```
/// use parcep_core::age::TrustList;
/// let list = TrustList::parse(br#"{
///     "format": "parcep-age-trust/1",
///     "issuers": [{
///         "name": "Example Age", "role": "age_provider",
///         "key": "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
///         "from": "2026-01-01", "until": "2028-01-01",
///         "practice_statement": "https://age.example/practice"
///     }]
/// }"#)?;
/// let new_year_2027 = 1_798_761_600;
/// assert_eq!(list.keys_at(new_year_2027).len(), 1);
/// assert!(list.keys_at(0).is_empty());
/// # Ok::<(), parcep_core::age::TrustError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct TrustList {
    issuers: Vec<TrustedIssuer>,
    by_id: BTreeMap<Hash, usize>,
}

/// Why a trust list is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// No JSON of this form.
    #[error("not a trust list: {0}")]
    Syntax(String),
    /// Another form, or another version of it.
    #[error("expected format `parcep-age-trust/1`")]
    Format,
    /// More than 1 MiB, or more than 1 024 entries.
    #[error("a trust list has at most 1 MiB and 1024 entries")]
    TooLarge,
    /// A member of an entry is out of range.
    #[error("issuer {entry}: `{member}` is out of range")]
    Entry {
        /// The entry, from 0.
        entry: usize,
        /// The member at fault.
        member: &'static str,
    },
    /// A key stands in two entries.
    #[error("issuer {entry}: its key stands in another entry too")]
    RepeatedKey {
        /// The later entry, from 0.
        entry: usize,
    },
    /// One issuer has more than two keys on one day. Many keys could name people.
    #[error("issuer {entry}: more than two keys of one issuer on one day")]
    TooManyKeys {
        /// The entry, from 0, on whose first day that is so.
        entry: usize,
    },
}

impl TrustError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "TRUST_SYNTAX",
            Self::Format => "TRUST_FORMAT",
            Self::TooLarge => "TRUST_TOO_LARGE",
            Self::Entry { .. } => "TRUST_ENTRY",
            Self::RepeatedKey { .. } => "TRUST_REPEATED_KEY",
            Self::TooManyKeys { .. } => "TRUST_TOO_MANY_KEYS",
        }
    }
}

impl TrustList {
    /// Takes issuers.
    ///
    /// # Errors
    /// The first entry at fault.
    pub fn new(issuers: Vec<TrustedIssuer>) -> Result<Self, TrustError> {
        if issuers.len() > MAX_ENTRIES {
            return Err(TrustError::TooLarge);
        }
        let mut by_id = BTreeMap::new();
        for (entry, issuer) in issuers.iter().enumerate() {
            if let Some(member) = issuer.fault() {
                return Err(TrustError::Entry { entry, member });
            }
            if by_id.insert(issuer.key_id(), entry).is_some() {
                return Err(TrustError::RepeatedKey { entry });
            }
        }
        match crowded(&issuers) {
            Some(entry) => Err(TrustError::TooManyKeys { entry }),
            None => Ok(Self { issuers, by_id }),
        }
    }

    /// Reads the form `parcep-age-trust/1`. Members that are not known are ignored.
    ///
    /// # Errors
    /// When it is not of that form, or an entry is at fault.
    pub fn parse(json: &[u8]) -> Result<Self, TrustError> {
        if json.len() > MAX_BYTES {
            return Err(TrustError::TooLarge);
        }
        let form: Form =
            serde_json::from_slice(json).map_err(|error| TrustError::Syntax(error.to_string()))?;
        form.try_into()
    }

    /// The entry of a key id, if that key is trusted at `now`, seconds since the Unix epoch.
    #[must_use]
    pub fn find(&self, key_id: &[u8], now: i64) -> Option<&TrustedIssuer> {
        let id = Hash::try_from(key_id).ok()?;
        let issuer = self.issuers.get(*self.by_id.get(&id)?)?;
        issuer.trusted_at(now).then_some(issuer)
    }

    /// Every key that is trusted at `now`, seconds since the Unix epoch.
    #[must_use]
    pub fn keys_at(&self, now: i64) -> Vec<VerifyingKey> {
        let trusted = self.issuers.iter().filter(|issuer| issuer.trusted_at(now));
        trusted.map(|issuer| issuer.key).collect()
    }

    /// Every entry, whether its days are over or to come.
    #[must_use]
    pub fn issuers(&self) -> &[TrustedIssuer] {
        &self.issuers
    }
}

/// The first entry on whose first day its issuer has more keys than it may. The number of keys only
/// grows on a first day, so no other day has to be looked at.
fn crowded(issuers: &[TrustedIssuer]) -> Option<usize> {
    let mut of_name: BTreeMap<&str, Vec<&TrustedIssuer>> = BTreeMap::new();
    for issuer in issuers {
        of_name.entry(&issuer.name).or_default().push(issuer);
    }
    issuers.iter().position(|opening| {
        let same = of_name.get(opening.name.as_str()).into_iter().flatten();
        let open = same.filter(|key| (key.from..key.until).contains(&opening.from));
        open.count() > KEYS_AT_ONCE
    })
}

fn day(now: i64) -> Option<Date> {
    date_of(now.div_euclid(DAY))
}

#[derive(Serialize, Deserialize)]
struct Form {
    format: String,
    issuers: Vec<TrustedIssuer>,
}

impl TryFrom<Form> for TrustList {
    type Error = TrustError;

    fn try_from(form: Form) -> Result<Self, TrustError> {
        if form.format != TRUST_FORMAT {
            return Err(TrustError::Format);
        }
        Self::new(form.issuers)
    }
}

impl From<TrustList> for Form {
    fn from(list: TrustList) -> Self {
        Self {
            format: TRUST_FORMAT.into(),
            issuers: list.issuers,
        }
    }
}

mod key_as_hex {
    use super::{VerifyingKey, hex};
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(key: &VerifyingKey, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(key.as_bytes()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<VerifyingKey, D::Error> {
        let text = String::deserialize(from)?;
        let bytes =
            hex::decode(&text).ok_or_else(|| de::Error::custom("`key` is not hexadecimal"))?;
        VerifyingKey::try_from(bytes.as_slice()).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
