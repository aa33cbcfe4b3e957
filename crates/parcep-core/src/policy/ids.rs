//! Names: of rules, authors, apps, hosts, categories, contacts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::PolicyError;

/// Declares a checked text newtype with `FromStr`, `Display`, `as_str` and a serde form.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = PolicyError;
            fn try_from(text: String) -> Result<Self, PolicyError> {
                let check: fn(String) -> Result<String, &'static str> = $check;
                check(text).map(Self).map_err(|why| PolicyError::Identifier { what: $what, why })
            }
        }

        impl FromStr for $name {
            type Err = PolicyError;
            fn from_str(text: &str) -> Result<Self, PolicyError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}
pub(crate) use text;

/// Whether a value is what absence means, for serde to leave it out.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn bounded(text: String, most: usize) -> Result<String, &'static str> {
    if text.is_empty() {
        Err("it is empty")
    } else if text.len() > most {
        Err("it is too long")
    } else if text.chars().any(char::is_control) {
        Err("it holds a control character")
    } else {
        Ok(text)
    }
}

text! {
    /// Name of a rule, chosen by its author and stable over edits: 1 to 64 bytes of `a-z`, `A-Z`,
    /// `0-9` and `-_./:@+`, such as `schedule/weekday` (R-POL-003).
    RuleId, "rule id", |text| {
        let text = bounded(text, 64)?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@+".contains(&b);
        if text.bytes().all(fits) { Ok(text) } else { Err("only letters, digits and `-_./:@+`") }
    }
}

text! {
    /// Name of an override, unique for its author: 1 to 64 bytes without control characters.
    OverrideId, "override id", |text| bounded(text, 64)
}

text! {
    /// An identifier under which a contact is reached: telephone number, mail address, handle or
    /// service URN, 1 to 256 bytes.
    ///
    /// Compared in a normal form made when it is read: ASCII white space at the ends removed; what
    /// holds an `@` and every URN in ASCII lower case; a telephone number (only digits and `+ - . ( ) /`
    /// and spaces, starting with a digit, `+` or `(`) without its separators (R-POL-014).
    ContactId, "contact identifier", |text| {
        let ends = |c: char| c.is_ascii_whitespace();
        let text = bounded(text.trim_matches(ends).to_owned(), 256)?;
        if text.contains('@') || is_urn(&text) {
            return Ok(text.to_ascii_lowercase());
        }
        if is_telephone(&text) {
            return Ok(text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect());
        }
        Ok(text)
    }
}

fn is_urn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"))
}

fn is_telephone(text: &str) -> bool {
    let start = text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(');
    start
        && text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .skip(1)
            .all(|c| c.is_ascii_digit() || "-.() /".contains(c))
}

/// Who wrote a layer or an override.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerAuthor {
    /// A guardian, by an opaque id of 1 to 64 bytes.
    Guardian(OverrideId),
    /// Minimum protections of a jurisdiction: one more layer, which no custody switches off.
    Jurisdiction(OverrideId),
}

impl LayerAuthor {
    /// The guardian with this opaque id.
    ///
    /// # Errors
    /// When the id is empty, longer than 64 bytes or has control characters.
    pub fn guardian(id: &str) -> Result<Self, PolicyError> {
        Ok(Self::Guardian(id.parse()?))
    }
}

/// An app: who names it, and the name there (R-POL-010). Compared exactly.
///
/// Written `NAMESPACE/ID`; the first `/` splits. The namespace is 1 to 64 bytes of `a-z`, `0-9`
/// and `-_.`, the id 1 to 256 bytes, such as `android/org.example.chess` or `pcps/Big Chess`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppId {
    text: String,
    slash: usize,
}

impl AppId {
    /// The app `id` of `namespace`.
    ///
    /// # Errors
    /// When either part is outside its range.
    pub fn new(namespace: &str, id: &str) -> Result<Self, PolicyError> {
        let wrong = |why| PolicyError::Identifier {
            what: "app id",
            why,
        };
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
        if namespace.is_empty() || namespace.len() > 64 || !namespace.bytes().all(fits) {
            return Err(wrong("the namespace is 1 to 64 of `a-z`, `0-9` and `-_.`"));
        }
        bounded(id.to_owned(), 256).map_err(wrong)?;
        Ok(Self {
            text: format!("{namespace}/{id}"),
            slash: namespace.len(),
        })
    }

    /// `NAMESPACE/ID`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Who names the app.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.text.get(..self.slash).unwrap_or_default()
    }

    /// The name in that namespace.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text.get(self.slash + 1..).unwrap_or_default()
    }
}

impl FromStr for AppId {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let (namespace, id) = text.split_once('/').ok_or(PolicyError::Identifier {
            what: "app id",
            why: "expected `NAMESPACE/ID`",
        })?;
        Self::new(namespace, id)
    }
}

impl TryFrom<String> for AppId {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<AppId> for String {
    fn from(app: AppId) -> Self {
        app.text
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A category of apps, hosts or content: a code in one version of a taxonomy (R-POL-011).
///
/// Written `TAXONOMY@VERSION/CODE`. A bare `CODE` is read in `pcps@1.0`, the one taxonomy that
/// this draft names. Compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Category {
    text: String,
    at: usize,
    slash: usize,
}

impl Category {
    /// Taxonomy of a bare code.
    pub const DEFAULT_TAXONOMY: &str = "pcps";
    /// Version of the taxonomy of a bare code.
    pub const DEFAULT_VERSION: &str = "1.0";

    /// The category `code` of `taxonomy` in `version`.
    ///
    /// # Errors
    /// When a part is empty, longer than 64 bytes, or has other characters than letters, digits
    /// and `-_.`.
    pub fn new(taxonomy: &str, version: &str, code: &str) -> Result<Self, PolicyError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        for part in [taxonomy, version, code] {
            if part.is_empty() || part.len() > 64 || !part.bytes().all(fits) {
                return Err(PolicyError::Identifier {
                    what: "category",
                    why: "expected `CODE` or `TAXONOMY@VERSION/CODE`, each 1 to 64 letters, digits and `-_.`",
                });
            }
        }
        Ok(Self {
            text: format!("{taxonomy}@{version}/{code}"),
            at: taxonomy.len(),
            slash: taxonomy.len() + 1 + version.len(),
        })
    }

    /// `TAXONOMY@VERSION/CODE`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The taxonomy's id.
    #[must_use]
    pub fn taxonomy(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The taxonomy's version.
    #[must_use]
    pub fn version(&self) -> &str {
        self.text.get(self.at + 1..self.slash).unwrap_or_default()
    }

    /// The code in the taxonomy.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text.get(self.slash + 1..).unwrap_or_default()
    }
}

impl FromStr for Category {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text.split_once('/') {
            None => Self::new(Self::DEFAULT_TAXONOMY, Self::DEFAULT_VERSION, text),
            Some((head, code)) => {
                let (taxonomy, version) = head.split_once('@').unwrap_or((head, ""));
                Self::new(taxonomy, version, code)
            }
        }
    }
}

impl TryFrom<String> for Category {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.text
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A host in lower-case A-labels, at most 253 bytes, without a trailing dot (R-POL-012).
///
/// Reading maps by UTS 46 and removes one trailing dot; a scheme, a port or a path is an error.
/// As a rule it covers itself and every host below it: `example.org` covers `a.example.org`, not
/// `badexample.org`.
///
/// ```
/// use parcep_core::policy::HostName;
/// let host: HostName = "Bücher.Example.".parse()?;
/// assert_eq!(host.as_str(), "xn--bcher-kva.example");
/// assert!("example.org/path".parse::<HostName>().is_err());
/// # Ok::<(), parcep_core::policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

impl HostName {
    /// The A-labels, joined by dots.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This host, then every host above it, longest first: `a.b.c`, `b.c`, `c`.
    pub fn suffixes(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.0.as_str()), |host| {
            host.split_once('.').map(|(_, up)| up)
        })
    }

    /// Whether it is an address: its last label has digits only.
    #[must_use]
    pub fn is_address(&self) -> bool {
        let last = self.0.rsplit('.').next().unwrap_or_default();
        last.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether a rule for this host covers `host`. An address is below nothing (R-POL-013).
    #[must_use]
    pub fn covers(&self, host: &Self) -> bool {
        if host.is_address() {
            return self == host;
        }
        host.0
            .strip_suffix(&self.0)
            .is_some_and(|front| front.is_empty() || front.ends_with('.'))
    }
}

impl FromStr for HostName {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        if text.contains("://") {
            return Err(PolicyError::Host("give the host alone, without a scheme"));
        }
        if text.contains(['/', '\\', '?', '#']) {
            return Err(PolicyError::Host("a path is not part of a host"));
        }
        if text.contains(':') {
            return Err(PolicyError::Host("a port is not part of a host"));
        }
        if text.contains('@') {
            return Err(PolicyError::Host("a user name is not part of a host"));
        }
        let uts46 = idna::uts46::Uts46::new();
        let mapped = uts46
            .to_ascii(
                text.as_bytes(),
                idna::AsciiDenyList::URL,
                idna::uts46::Hyphens::Allow,
                idna::uts46::DnsLength::Ignore,
            )
            .map_err(|_| PolicyError::Host("it cannot be mapped to a host name by UTS 46"))?;
        // UTS 46 maps ideographic full stops too, so the trailing dot is looked for afterwards.
        let host = mapped.strip_suffix('.').unwrap_or(&mapped);
        if host
            .bytes()
            .any(|b| !b.is_ascii_alphanumeric() && !b"-_.".contains(&b))
        {
            return Err(PolicyError::Host(
                "expected letters, digits, `-`, `_` and dots",
            ));
        }
        if host.is_empty() || host.len() > 253 {
            return Err(PolicyError::Host("a host has 1 to 253 bytes"));
        }
        if host
            .split('.')
            .any(|label| label.is_empty() || label.len() > 63)
        {
            return Err(PolicyError::Host("each label of a host has 1 to 63 bytes"));
        }
        Ok(Self(host.to_owned()))
    }
}

impl TryFrom<String> for HostName {
    type Error = PolicyError;
    fn try_from(text: String) -> Result<Self, PolicyError> {
        text.parse()
    }
}

impl From<HostName> for String {
    fn from(host: HostName) -> Self {
        host.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
