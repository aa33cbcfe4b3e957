//! What somebody wants to do.

use crate::policy::{
    AppId, ContactId, Currency, FeatureCode, HostName, Medium, Money, PolicyError,
};
use crate::ratings::{LabelRef, RatingTable};

/// One thing that a dependant is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Use the device at all.
    Device,
    /// Use an app.
    App(AppId),
    /// Open a host.
    Host(HostName),
    /// Open a host that is no name: an IPv6 address, or what R-POL-012 refuses. No entry covers it,
    /// and it is in no category (R-EVAL-024).
    UnnamedHost,
    /// See, hear or play something rated.
    Content(Content),
    /// Communicate.
    Contact {
        /// With whom; `None` where that is not known, as with a withheld number, and nobody is
        /// listed without an identifier (R-EVAL-018).
        id: Option<ContactId>,
        /// They began it, or nobody knows who did.
        incoming: bool,
    },
    /// Buy.
    Purchase {
        /// The price, as far as it is known.
        price: Price,
        /// What kind of purchase.
        kind: PurchaseKind,
    },
    /// Install an app.
    Install(AppId),
    /// Reach a service by its URN (RFC 5031).
    Service(ServiceUrn),
    /// Add a contact to those that can be reached.
    AddContact(ContactId),
    /// Use a feature of a device, an app or a service.
    Feature(FeatureCode),
}

/// What is known of the rating of content. More labels go into [`Context::labels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// It has this label.
    Rated(LabelRef),
    /// It has none that the table knows; a label that the table lacks is as if it were not there
    /// (R-EVAL-015). Without a medium every unrated row fits (R-EVAL-016).
    Unrated(Option<Medium>),
}

/// What is known of a price (R-EVAL-019).
///
/// A price that is not known is above 0 and above every cap. What costs nothing costs 0 in any
/// currency; an amount above 0 whose currency is not known is [`Price::Unknown`].
///
/// ```
/// use parcep_core::decide::{Action, Price, PurchaseKind};
/// // A shop that opens its own screen and tells nobody what is on it.
/// let buy = Action::Purchase { price: Price::Unknown, kind: PurchaseKind::Other };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price {
    /// This amount.
    Known(Money),
    /// Nobody knows how much, in this currency.
    UnknownIn(Currency),
    /// Nobody knows how much, nor in which currency.
    Unknown,
}

impl Price {
    /// Minor units, where they are known.
    #[must_use]
    pub const fn minor(self) -> Option<u64> {
        match self {
            Self::Known(amount) => Some(amount.minor),
            Self::UnknownIn(_) | Self::Unknown => None,
        }
    }

    /// The currency, where it is known.
    #[must_use]
    pub const fn currency(self) -> Option<Currency> {
        match self {
            Self::Known(Money { currency, .. }) | Self::UnknownIn(currency) => Some(currency),
            Self::Unknown => None,
        }
    }
}

/// What kind of purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PurchaseKind {
    /// Neither of the others.
    Other,
    /// Inside an app.
    InApp,
    /// Of an app or of content; at price 0 a free download.
    Download,
}

/// A service URN, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServiceUrn(ContactId);

impl ServiceUrn {
    /// Reads `urn:service:…`, letter case ignored.
    ///
    /// # Errors
    /// When it is no such URN.
    pub fn new(text: &str) -> Result<Self, PolicyError> {
        let urn = text.to_ascii_lowercase();
        let label_fits = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let fits = urn
            .strip_prefix("urn:service:")
            .is_some_and(|s| s.split('.').all(label_fits));
        if !fits {
            return Err(PolicyError::Identifier {
                what: "service",
                why: "expected a URN such as `urn:service:sos`",
            });
        }
        Ok(Self(urn.parse()?))
    }

    /// Whether the service is on the rights floor: emergency services, helplines and counselling,
    /// and every service below them (R-EVAL-001).
    #[must_use]
    pub fn on_rights_floor(&self) -> bool {
        ["urn:service:sos", "urn:service:counseling"]
            .into_iter()
            .any(|floor| {
                let rest = self.0.as_str().strip_prefix(floor);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
    }

    /// The URN as an identifier of a contact.
    #[must_use]
    pub const fn contact(&self) -> &ContactId {
        &self.0
    }
}

/// Why text is not an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// The word before the colon is none of the kinds.
    #[error(
        "unknown action: expected `device`, `app:NAMESPACE/ID`, `host:NAME`, `content:SYSTEM/LABEL`, \
         `content:unrated[/MEDIUM]`, `contact:[ID]`, `caller:[ID]`, \
         `purchase:CURRENCY/MINOR[/in_app|download]`, `purchase:[CURRENCY/]unknown[/in_app|download]`, \
         `install:NAMESPACE/ID`, `service:URN`, `add_contact:ID` or `feature:CODE`"
    )]
    Kind,
    /// What comes after the colon is not valid.
    #[error(transparent)]
    Value(#[from] PolicyError),
    /// The rating table has no such system.
    #[error("unknown rating system `{0}`")]
    System(String),
    /// The rating system has no such label.
    #[error("unknown label `{label}` of `{system}`: expected one of {known}")]
    Label {
        /// The system.
        system: String,
        /// The label.
        label: String,
        /// Labels of that system.
        known: String,
    },
    /// A purchase is not written as it must be.
    #[error(
        "invalid purchase: expected `CURRENCY/MINOR[/in_app|download]` with whole minor units, or \
         `[CURRENCY/]unknown[/in_app|download]`"
    )]
    Purchase,
}

impl ActionError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind => "UNKNOWN_ACTION",
            Self::Value(error) => error.code(),
            Self::System(_) => "UNKNOWN_RATING_SYSTEM",
            Self::Label { .. } => "UNKNOWN_LABEL",
            Self::Purchase => "INVALID_PURCHASE",
        }
    }
}

impl Action {
    /// Reads the text form of an action; labels are those of `ratings`. A host that is no name is
    /// read as [`Action::UnnamedHost`].
    ///
    /// What is not known has a form too: `content:unrated` of no known medium, `contact:` and
    /// `caller:` without an identifier, `purchase:unknown` and `purchase:GBP/unknown`. A label that
    /// the table lacks is refused, since a person may have mistyped it; a device asks about
    /// [`Content::Unrated`] instead.
    ///
    /// ```
    /// use parcep_core::decide::{Action, Content};
    /// use parcep_core::ratings::RatingTable;
    /// let ratings = RatingTable::bundled();
    /// let film = Action::parse("content:bbfc/12a", &ratings)?;
    /// assert!(matches!(film, Action::Content(Content::Rated(_))));
    /// # Ok::<(), parcep_core::decide::ActionError>(())
    /// ```
    ///
    /// # Errors
    /// [`ActionError`] says what was expected.
    pub fn parse(text: &str, ratings: &RatingTable) -> Result<Self, ActionError> {
        if text == "device" {
            return Ok(Self::Device);
        }
        let (kind, rest) = text.split_once(':').ok_or(ActionError::Kind)?;
        Ok(match kind {
            "app" => Self::App(rest.parse()?),
            "host" => rest.parse().map_or(Self::UnnamedHost, Self::Host),
            "content" => Self::Content(Content::parse(rest, ratings)?),
            "contact" | "caller" => Self::Contact {
                id: match rest {
                    "" => None,
                    id => Some(id.parse()?),
                },
                incoming: kind == "caller",
            },
            "purchase" => parse_purchase(rest)?,
            "install" => Self::Install(rest.parse()?),
            "service" => Self::Service(ServiceUrn::new(rest)?),
            "add_contact" => Self::AddContact(rest.parse()?),
            "feature" => Self::Feature(rest.parse()?),
            _ => return Err(ActionError::Kind),
        })
    }
}

impl Content {
    fn parse(text: &str, ratings: &RatingTable) -> Result<Self, ActionError> {
        if text.eq_ignore_ascii_case("unrated") {
            return Ok(Self::Unrated(None));
        }
        let (system, label) = text.split_once('/').ok_or(PolicyError::Identifier {
            what: "content",
            why: "expected `SYSTEM/LABEL` or `unrated[/MEDIUM]`",
        })?;
        if system.eq_ignore_ascii_case("unrated") {
            return Ok(Self::Unrated(Some(label.parse()?)));
        }
        if let Some(label) = ratings.find(system, label) {
            return Ok(Self::Rated(label));
        }
        let Some(found) = ratings.system(system) else {
            return Err(ActionError::System(system.to_owned()));
        };
        let known: Vec<&str> = ratings
            .labels(&found.id)
            .map(|known| known.label.as_str())
            .collect();
        Err(ActionError::Label {
            system: found.id.clone(),
            label: label.to_owned(),
            known: known.join(", "),
        })
    }
}

fn parse_purchase(text: &str) -> Result<Action, ActionError> {
    let mut parts = text.split('/');
    let price = match parts.next().unwrap_or_default() {
        "unknown" => Price::Unknown,
        currency => parse_amount(currency.parse()?, parts.next().unwrap_or_default())?,
    };
    let kind = match (parts.next(), parts.next()) {
        (None, None) => PurchaseKind::Other,
        (Some("in_app"), None) => PurchaseKind::InApp,
        (Some("download"), None) => PurchaseKind::Download,
        _ => return Err(ActionError::Purchase),
    };
    Ok(Action::Purchase { price, kind })
}

fn parse_amount(currency: Currency, minor: &str) -> Result<Price, ActionError> {
    if minor == "unknown" {
        return Ok(Price::UnknownIn(currency));
    }
    if minor.is_empty() || !minor.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ActionError::Purchase);
    }
    let minor = minor.parse().map_err(|_| ActionError::Purchase)?;
    Ok(Price::Known(Money { currency, minor }))
}
