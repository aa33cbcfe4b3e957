//! What a decision is made of, and what it says.

use super::calendar::Calendar;
use super::ratings::Ratings;
use parcep_proto::v1alpha1 as pb;
use std::collections::BTreeSet;
use std::sync::Arc;

/// R-EVAL-001: what is on the floor, with everything below it.
pub(super) const FLOOR: [&str; 2] = ["urn:service:sos", "urn:service:counseling"];

/// Everything that guardians and jurisdictions said about one dependant.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The one profile that holds (R-POL-020); none: UTC, midnight, Monday, no region.
    pub profile: Option<pb::ProfileSection>,
    /// One layer for each author.
    pub layers: Vec<Layer>,
    /// Overrides, in any order.
    pub acts: Vec<Act>,
    /// Who has custody when.
    pub custody: Vec<Custody>,
    /// Safety sections, of whatever layer, that should open and do not (R-EVAL-062).
    pub pending: BTreeSet<Kind>,
    /// The constitution's cap on extra time (R-REQ-011).
    pub extra_time_cap: Option<u32>,
    /// The constitution's ceiling on unblocking (R-REQ-012).
    pub unblock_max_age: Option<u32>,
    /// The rating table (R-EVAL-025).
    pub ratings: Arc<Ratings>,
}

/// Who wrote a layer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// A guardian, by id.
    Guardian(String),
    /// A jurisdiction, by code.
    Jurisdiction(String),
}

/// One author's rules, in sections.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Who wrote it.
    pub author: Author,
    /// Windows.
    pub schedule: pb::ScheduleSection,
    /// Budgets.
    pub budget: pb::BudgetSection,
    /// Apps.
    pub app: pb::AppSection,
    /// Hosts.
    pub web: pb::WebSection,
    /// Ratings.
    pub rating: pb::RatingSection,
    /// Contacts.
    pub communication: pb::CommunicationSection,
    /// Money.
    pub spending: pb::SpendingSection,
}

impl Layer {
    /// A layer that says nothing.
    #[must_use]
    pub fn empty(author: Author) -> Self {
        Self {
            author,
            schedule: pb::ScheduleSection::default(),
            budget: pb::BudgetSection::default(),
            app: pb::AppSection::default(),
            web: pb::WebSection::default(),
            rating: pb::RatingSection::default(),
            communication: pb::CommunicationSection::default(),
            spending: pb::SpendingSection::default(),
        }
    }

    /// Whether a guardian wrote it.
    pub(super) const fn is_guardians(&self) -> bool {
        matches!(self.author, Author::Guardian(_))
    }
}

/// A safety section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of the section kinds")]
pub enum Kind {
    App,
    Web,
    Rating,
    Communication,
    Spending,
    Feature,
}

/// An override, with what its document says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Who signed it.
    pub author: Author,
    /// Its place in the log.
    pub place: u64,
    /// What it says.
    pub body: pb::Override,
}

impl Act {
    /// By its author and name.
    pub(super) fn rule(&self) -> Rule {
        Rule {
            author: self.author.clone(),
            name: self.body.id.clone(),
        }
    }
}

/// One interval of a guardian's custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// Whose.
    pub guardian: String,
    /// First second.
    pub from: i64,
    /// First second after it.
    pub until: i64,
}

/// What was spent so far (R-EVAL-031).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// Time.
    pub time: Vec<Spent>,
    /// Money.
    pub money: Vec<Money>,
}

/// A row of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Spent {
    /// On what.
    pub target: Target,
    /// In which period, the one that the question's instant lies in.
    pub period: Period,
    /// Seconds of use.
    pub seconds: u64,
}

/// A row of money, in the currency of the purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// In which period, the one that the question's instant lies in.
    pub period: Period,
    /// Minor units.
    pub minor: u64,
}

/// What time is spent on.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// All use.
    Everything,
    /// A category.
    Category(pb::CategoryRef),
    /// An app.
    App(pb::AppRef),
}

impl Target {
    /// The target of a budget or grant; `None` if its kind is unknown (R-POL-005).
    pub(super) fn read(target: Option<&pb::BudgetTarget>) -> Option<Self> {
        use pb::budget_target::Target as Wire;
        Some(match target?.target.as_ref()? {
            Wire::Everything(_) => Self::Everything,
            Wire::Category(category) => Self::Category(category.clone()),
            Wire::App(app) => Self::App(app.clone()),
            Wire::Feature(_) => return None,
        })
    }
}

/// A period of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Period {
    Day,
    Week,
    Month,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The trusted instant.
    pub at: i64,
    /// What somebody is about to do.
    pub action: Action,
    /// Categories of the app, host or content.
    pub categories: Vec<pb::CategoryRef>,
    /// Publisher of the app.
    pub publisher: Option<String>,
    /// Labels, `SYSTEM/LABEL`.
    pub labels: Vec<String>,
    /// Medium of content without a label; of another, or a number that is none, not known.
    pub medium: Option<i32>,
    /// Marked as explicit by its publisher.
    pub explicit: bool,
    /// Zone of the device.
    pub device_zone: Option<String>,
    /// The enforcement point can reach a guardian's answer.
    pub can_ask: bool,
}

/// What somebody is about to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use the device.
    Device,
    /// Use an app.
    App(pb::AppRef),
    /// Open a host, as somebody entered it.
    Host(String),
    /// See content.
    Content,
    /// Install an app.
    Install(pb::AppRef),
    /// Buy.
    Buy(Purchase),
    /// Communicate.
    Communicate {
        /// With whom, if that is known.
        identifier: Option<String>,
        /// They began it, or nobody knows who did.
        incoming: bool,
    },
    /// Reach a service.
    Service(String),
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Minor units, if known.
    pub price: Option<u64>,
    /// Currency, if known.
    pub currency: Option<String>,
    /// Inside an app.
    pub in_app: bool,
    /// Of an app or of content.
    pub download: bool,
}

/// What is to happen, in the order of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Effect {
    Allow,
    Ask,
    Deny,
}

/// R-EVAL-052, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the codes of the table")]
pub enum Reason {
    RightsFloor,
    Locked,
    Blocked,
    Pending,
    WebMode,
    Category,
    Rating,
    Explicit,
    Unrated,
    Contact,
    Spending,
    Approval,
    Window,
    Budget,
    Allowed,
}

impl Reason {
    /// The code of the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RightsFloor => "rights_floor",
            Self::Locked => "locked",
            Self::Blocked => "blocked",
            Self::Pending => "pending",
            Self::WebMode => "web_mode",
            Self::Category => "category",
            Self::Rating => "rating",
            Self::Explicit => "explicit",
            Self::Unrated => "unrated",
            Self::Contact => "contact",
            Self::Spending => "spending",
            Self::Approval => "approval",
            Self::Window => "window",
            Self::Budget => "budget",
            Self::Allowed => "allowed",
        }
    }
}

/// A rule is its author and its name (R-EVAL-053).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Who made it.
    pub author: Author,
    /// Its name.
    pub name: String,
}

/// What a decision tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is to happen.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// By which rules.
    pub rules: BTreeSet<Rule>,
    /// How long use can go on (R-EVAL-050).
    pub remaining_seconds: Option<u64>,
    /// When the effect differs (R-EVAL-051).
    pub next_change: Option<i64>,
}

impl Answer {
    pub(super) const fn bare(effect: Effect, reason: Reason) -> Self {
        Self {
            effect,
            reason,
            rules: BTreeSet::new(),
            remaining_seconds: None,
            next_change: None,
        }
    }
}

/// One instant at which the question is looked at: its own, or a later one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) policy: &'a Policy,
    pub(super) usage: &'a Usage,
    pub(super) question: &'a Question,
    pub(super) calendar: &'a Calendar,
    /// The instant.
    pub(super) at: i64,
    /// Use went on from the question's instant until this one.
    pub(super) goes_on: bool,
}

impl Now<'_> {
    pub(super) fn later(self, at: i64, goes_on: bool) -> Self {
        Self {
            at,
            goes_on,
            ..self
        }
    }
}
