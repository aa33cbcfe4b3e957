//! A PCPS 1.0 document as read: what its members say, without how they were written.
//!
//! Spelling (number and time lexemes, null or absent, members without a meaning here) is not kept
//! in these types: the residue has it (see [`crate::residue`]).

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};

/// One family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Opaque id of the family.
    pub family_id: String,
    /// Display name.
    pub family_name: Option<String>,
    /// IANA zone that children without their own use.
    pub timezone: String,
    /// At least one; ids are distinct; at least one is primary.
    pub guardians: Vec<Guardian>,
    /// At least one; ids are distinct.
    pub children: Vec<Child>,
}

/// An adult who manages the family's policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardian {
    /// Opaque id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Contact e-mail.
    pub email: Option<String>,
    /// Whether the role is `primary`.
    pub primary: bool,
}

/// A child and its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Opaque id, not empty.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Completed years when the document was written, 0 to 17.
    pub age: Option<u8>,
    /// IANA zone instead of the family's.
    pub timezone: Option<String>,
    /// Devices of the child; ids are distinct.
    pub devices: Vec<Device>,
    /// The rules.
    pub policy: Policy,
}

/// A device a policy applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Opaque id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Open word: apple, google, nintendo, …
    pub platform: String,
    /// Model, as a person reads it.
    pub model: Option<String>,
}

/// The rules of one child; every section is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// When a device may be used.
    pub schedule: Schedule,
    /// How long.
    pub time_limits: TimeLimits,
    /// What content.
    pub content: Content,
    /// Which apps.
    pub apps: Apps,
    /// With whom.
    pub communication: Communication,
    /// For how much.
    pub spending: Spending,
    /// Running state that PCPS keeps inside the document.
    pub status: Status,
    /// A bonus and temporary rules.
    pub overrides: Overrides,
    /// Whether the child's policy has vendor extensions.
    pub extensions: bool,
}

/// Allowed windows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Monday to Friday.
    pub weekday: Option<Window>,
    /// Saturday and Sunday.
    pub weekend: Option<Window>,
    /// Rows that replace the two on their days.
    pub custom: Vec<CustomWindow>,
}

/// `[from, until)`; overnight if `until` is earlier than `from`; the two are never equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First minute allowed.
    pub from: Time,
    /// First minute not allowed.
    pub until: Time,
}

/// A window for named days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomWindow {
    /// At least one, distinct.
    pub days: Vec<Weekday>,
    /// The window that begins on these days.
    pub window: Window,
}

/// Limits in minutes a day; `None` is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimeLimits {
    /// Overall, Monday to Friday.
    pub weekday: Option<i64>,
    /// Overall, Saturday and Sunday.
    pub weekend: Option<i64>,
    /// (category, minutes) in document order, repeated rows kept.
    pub by_category: Vec<(Category, Option<i64>)>,
    /// (app name, minutes) in document order, repeated rows kept.
    pub by_app: Vec<(String, Option<i64>)>,
}

macro_rules! categories {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// The closed list of PCPS §8.2.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category { $($(#[doc = $doc])+ $name,)+ }

        impl Category {
            /// All nine, with the words PCPS writes.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($text, Self::$name)),+];

            /// The word PCPS writes, which is also our code in the taxonomy `pcps`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

categories! {
    /// Games and entertainment apps.
    Games = "games",
    /// Social networks and messaging.
    SocialMedia = "social_media",
    /// Learning.
    Educational = "educational",
    /// Video streaming.
    Video = "video",
    /// Music and audio.
    Music = "music",
    /// Drawing, making music, coding.
    Creativity = "creativity",
    /// Web browsers.
    Browsing = "browsing",
    /// Phone, video calls, messaging.
    Communication = "communication",
    /// Whatever is not categorised.
    Other = "other",
}

/// Content rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// Highest minimum age allowed, 0 to 18.
    pub max_age_rating: Option<u8>,
    /// Web rules.
    pub web: Web,
    /// Whether explicit music, podcasts and books are allowed.
    pub explicit_content: Option<bool>,
}

/// Web rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Web {
    /// Which list counts.
    pub mode: Option<WebMode>,
    /// Entries as written.
    pub allowlist: Vec<String>,
    /// Entries as written.
    pub blocklist: Vec<String>,
    /// Whether search engines are to filter.
    pub safe_search: Option<bool>,
}

/// Which list counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebMode {
    /// Only listed sites.
    Allowlist,
    /// All but listed sites.
    Blocklist,
    /// The block list and the platform's own filter.
    Filtered,
}

/// App rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Apps {
    /// Whether installs need a guardian.
    pub require_approval: Option<bool>,
    /// Never allowed.
    pub blocked: Vec<AppEntry>,
    /// Outside schedule and limits.
    pub always_allowed: Vec<AppEntry>,
}

/// An app by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppEntry {
    /// The name, which PCPS uses as the identifier.
    pub name: String,
    /// Why, for the child to read.
    pub reason: Option<String>,
}

/// Communication rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Communication {
    /// With whom.
    pub mode: Option<CommunicationMode>,
    /// People for `contacts_only`.
    pub allowed_contacts: Vec<Contact>,
    /// Whether unknown callers are refused.
    pub block_unknown_callers: Option<bool>,
}

/// With whom a child may communicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommunicationMode {
    /// Everybody.
    Unrestricted,
    /// Only the contacts listed.
    ContactsOnly,
    /// Nobody.
    Disabled,
}

/// A person the child may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Display name.
    pub name: String,
    /// Phone numbers, e-mails, platform ids; at least one.
    pub identifiers: Vec<String>,
}

/// Spending rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spending {
    /// Whether purchases need a guardian.
    pub require_approval: Option<bool>,
    /// Whether free downloads pass without one.
    pub allow_free_downloads: Option<bool>,
    /// Cap per month.
    pub monthly_budget: Option<Money>,
    /// Whether in-app purchases are allowed.
    pub in_app_purchases: Option<bool>,
}

/// An amount as PCPS writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Decimal lexeme in major units, not negative.
    pub amount: String,
    /// Three capital letters.
    pub currency: String,
}

/// Running state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// False: no rules but the floor.
    pub policy_active: bool,
    /// Whether schedule and limits rest.
    pub paused: bool,
    /// End of the pause; `None` is until resumed.
    pub paused_until: Option<Timestamp>,
    /// Whether all use is locked.
    pub locked: bool,
    /// Shown to the child.
    pub locked_reason: Option<String>,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            policy_active: true,
            paused: false,
            paused_until: None,
            locked: false,
            locked_reason: None,
        }
    }
}

/// Bonus and temporary rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Extra time on the overall daily limit.
    pub bonus_time: Option<Bonus>,
    /// In document order.
    pub temporary_rules: Vec<TemporaryRule>,
}

/// Extra time, live in `[granted_at, expires_at)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bonus {
    /// At least 1.
    pub minutes: i64,
    /// Why.
    pub reason: Option<String>,
    /// Start.
    pub granted_at: Timestamp,
    /// End; at or before the start the bonus is never live.
    pub expires_at: Timestamp,
}

/// A rule for one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemporaryRule {
    /// What it does, as far as PCPS defines it.
    pub kind: TemporaryKind,
    /// The policy day.
    pub date: Date,
    /// Why.
    pub reason: Option<String>,
}

/// What a temporary rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemporaryKind {
    /// The last window that begins on the date ends here instead; `None` if no `allowed_until` of
    /// the form `HH:MM` is written.
    ExtendSchedule(Option<Time>),
    /// `extra_time`, `unblock_app`, `unblock_site`: PCPS defines no members for them.
    Undefined(&'static str),
}

#[cfg(test)]
mod tests {
    use super::Category;
    use parcep_core::registry::CATEGORIES;

    #[test]
    fn the_words_of_pcps_are_the_codes_of_the_registry() {
        let ours = CATEGORIES.iter().filter(|row| row.taxonomy == "pcps");
        let words = Category::WORDS.iter().map(|(word, _)| *word);
        assert!(ours.map(|row| row.code).eq(words));
    }
}
