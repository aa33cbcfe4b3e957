//! Whom a relying party believes: issuers, their keys, and the days of these (R-AGE-024).
//!
//! A trust list is a file that the party, its federation or its platform publishes. One entry is one
//! key. A list with a fault is refused whole: half a list would refuse people without a word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::crypto::{CryptoError, Hash, VerifyingKey, sha256};
use crate::hex;
use crate::reason::Reason;
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

/// An issuer and one of its keys: an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Name, 1 to 128 bytes. Entries of one name are keys of one issuer.
    pub name: String,
    /// What it is to the person.
    pub role: IssuerRole,
    /// Its key; 64 hexadecimal digits in the file.
    pub key: VerifyingKey,
    /// First UTC day of the claims that the key is trusted for.
    pub from: Date,
    /// The UTC day from which on it is trusted for none.
    pub until: Date,
    /// Where the issuer says how it works: an `https` address of at most 512 bytes.
    pub practice_statement: Option<String>,
}

impl TrustedIssuer {
    /// The key id that signals and tokens carry: SHA-256 of the key.
    #[must_use]
    pub fn key_id(&self) -> Hash {
        sha256(self.key.as_bytes())
    }

    /// Whether the key is trusted for a claim with this `issued_bucket`, seconds since the Unix
    /// epoch.
    #[must_use]
    pub fn trusted_for(&self, issued_bucket: i64) -> bool {
        day(issued_bucket).is_some_and(|day| (self.from..self.until).contains(&day))
    }

    fn fault(&self) -> Option<&'static str> {
        let name = (1..=MAX_NAME).contains(&self.name.len());
        let uri = self.practice_statement.as_deref().is_none_or(|uri| {
            uri.len() <= MAX_URI && uri.len() > "https://".len() && uri.starts_with("https://")
        });
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
/// let issuer = &list.issuers()[0];
/// assert_eq!(list.find(issuer.key_id().as_bytes()), Some(issuer));
/// let (new_year_2027, new_year_2028) = (1_798_761_600, 1_830_297_600);
/// assert!(issuer.trusted_for(new_year_2027));
/// assert!(!issuer.trusted_for(new_year_2028));
/// # Ok::<(), parcep_core::age::TrustError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct TrustList {
    issuers: Vec<TrustedIssuer>,
    /// Entries of each key id.
    by_id: BTreeMap<Hash, Vec<usize>>,
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
    /// A key is of small order or not canonical (R-WIRE-011).
    #[error("issuer {entry}: its key is weak")]
    WeakKey {
        /// The entry, from 0.
        entry: usize,
    },
    /// A key stands in entries of two issuers.
    #[error("issuer {entry}: its key is another issuer's too")]
    SharedKey {
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
    /// The stable reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::WeakKey { .. } => Reason::WeakKey,
            _ => Reason::Malformed,
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
        let mut by_id: BTreeMap<Hash, Vec<usize>> = BTreeMap::new();
        for (entry, issuer) in issuers.iter().enumerate() {
            if let Some(member) = issuer.fault() {
                return Err(TrustError::Entry { entry, member });
            }
            let same = by_id.entry(issuer.key_id()).or_default();
            let first = same.first().and_then(|first| issuers.get(*first));
            if first.is_some_and(|first| first.name != issuer.name) {
                return Err(TrustError::SharedKey { entry });
            }
            same.push(entry);
        }
        match crowded(&issuers) {
            Some(entry) => Err(TrustError::TooManyKeys { entry }),
            None => Ok(Self { issuers, by_id }),
        }
    }

    /// Reads the form `parcep-age-trust/1`. Members that are not known are ignored.
    ///
    /// # Errors
    /// When it is not of that form, or an entry is at fault. Then no entry of it is trusted.
    pub fn parse(json: &[u8]) -> Result<Self, TrustError> {
        if json.len() > MAX_BYTES {
            return Err(TrustError::TooLarge);
        }
        let form: Form =
            serde_json::from_slice(json).map_err(|error| TrustError::Syntax(error.to_string()))?;
        form.try_into()
    }

    /// An entry of a key id, whatever its days. Whether the key is trusted for a claim is for
    /// [`TrustList::find_for`] to say, when the claim is verified and can be read.
    #[must_use]
    pub fn find(&self, key_id: &[u8]) -> Option<&TrustedIssuer> {
        self.entries_of(key_id).next()
    }

    /// The entry of a key id that is trusted for a claim with this `issued_bucket`, seconds since the
    /// Unix epoch.
    #[must_use]
    pub fn find_for(&self, key_id: &[u8], issued_bucket: i64) -> Option<&TrustedIssuer> {
        let mut entries = self.entries_of(key_id);
        entries.find(|issuer| issuer.trusted_for(issued_bucket))
    }

    fn entries_of(&self, key_id: &[u8]) -> impl Iterator<Item = &TrustedIssuer> {
        let id = Hash::try_from(key_id).ok();
        let entries = id.and_then(|id| self.by_id.get(&id)).into_iter().flatten();
        entries.filter_map(|entry| self.issuers.get(*entry))
    }

    /// Every entry, also those whose days are over or to come.
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
        let open = same.filter(|entry| (entry.from..entry.until).contains(&opening.from));
        let keys: BTreeSet<_> = open.map(|entry| entry.key).collect();
        keys.len() > KEYS_AT_ONCE
    })
}

fn day(now: i64) -> Option<Date> {
    date_of(now.div_euclid(DAY))
}

#[derive(Serialize, Deserialize)]
struct Form {
    format: String,
    issuers: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
    role: IssuerRole,
    key: String,
    from: Date,
    until: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    practice_statement: Option<String>,
}

impl TryFrom<Form> for TrustList {
    type Error = TrustError;

    fn try_from(form: Form) -> Result<Self, TrustError> {
        if form.format != TRUST_FORMAT {
            return Err(TrustError::Format);
        }
        if form.issuers.len() > MAX_ENTRIES {
            return Err(TrustError::TooLarge);
        }
        let rows = form.issuers.into_iter().enumerate();
        let issuers: Result<_, _> = rows.map(|(entry, row)| row.read(entry)).collect();
        Self::new(issuers?)
    }
}

impl Row {
    fn read(self, entry: usize) -> Result<TrustedIssuer, TrustError> {
        let member = "key";
        let key = hex::decode(&self.key).ok_or(TrustError::Entry { entry, member })?;
        let key = VerifyingKey::try_from(key.as_slice()).map_err(|error| match error {
            CryptoError::WeakKey => TrustError::WeakKey { entry },
            _ => TrustError::Entry { entry, member },
        })?;
        Ok(TrustedIssuer {
            name: self.name,
            role: self.role,
            key,
            from: self.from,
            until: self.until,
            practice_statement: self.practice_statement,
        })
    }
}

impl From<TrustList> for Form {
    fn from(list: TrustList) -> Self {
        let rows = list.issuers.into_iter().map(|issuer| Row {
            name: issuer.name,
            role: issuer.role,
            key: hex::encode(issuer.key.as_bytes()),
            from: issuer.from,
            until: issuer.until,
            practice_statement: issuer.practice_statement,
        });
        Self {
            format: TRUST_FORMAT.into(),
            issuers: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
