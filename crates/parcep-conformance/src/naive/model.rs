//! What guardians and jurisdictions said about one dependant, and what was spent.

use super::answer::Rule;
use super::ratings::Ratings;
use super::targets::Target;
use parcep_proto::v1alpha1 as pb;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that a decision about one dependant depends on, but for use and the question.
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
    /// Limits on control of the dependant's jurisdiction and age band (R-PIP-011).
    pub limits: Vec<Limit>,
    /// Rules that this enforcement point cannot enforce (R-POL-019).
    pub unenforceable: BTreeSet<Rule>,
    /// The long lists that this enforcement point has, each by its hosts (R-POL-017).
    pub lists: Vec<Vec<String>>,
    /// The rating table (R-EVAL-025).
    pub ratings: Arc<Ratings>,
}

impl Policy {
    /// A policy that says nothing.
    #[must_use]
    pub const fn empty(ratings: Arc<Ratings>) -> Self {
        Self {
            profile: None,
            layers: Vec::new(),
            acts: Vec::new(),
            custody: Vec::new(),
            pending: BTreeSet::new(),
            extra_time_cap: None,
            unblock_max_age: None,
            limits: Vec::new(),
            unenforceable: BTreeSet::new(),
            lists: Vec::new(),
            ratings,
        }
    }
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
    /// Features.
    pub feature: pb::FeatureSection,
    /// Ages.
    pub age: pb::AgeSection,
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
            feature: pb::FeatureSection::default(),
            age: pb::AgeSection::default(),
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
    Age,
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

/// A limit on control (R-PIP-011).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// No guardian may use rules of this kind, by its name in the registry (R-EVAL-048).
    Kind(String),
    /// No rule may deny this app (R-EVAL-047).
    App(pb::AppRef),
    /// No rule may deny this host or one below it.
    Host(String),
    /// No rule may deny this contact.
    Contact(String),
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
    /// As this author counts it; none: as everybody does who has no row of their own.
    pub author: Option<Author>,
    /// By those who spend together; none: whoever they are.
    pub scope: Option<Scope>,
    /// On what.
    pub target: Target,
    /// In which period, the one that the question's instant lies in.
    pub period: Period,
    /// Seconds of use.
    pub seconds: u64,
}

/// A row of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// As this author counts it; none: as everybody does who has no row of their own.
    pub author: Option<Author>,
    /// In which currency; none: that of the purchase.
    pub currency: Option<String>,
    /// In which period, the one that the question's instant lies in.
    pub period: Period,
    /// Minor units.
    pub minor: u64,
}

/// Who spends a budget together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Scope {
    Dependant,
    PepClass,
    Pep,
}

impl Scope {
    /// R-POL-006, and what absence means: all devices of the dependant together.
    pub(super) fn of(budget: &pb::BudgetRule) -> Self {
        let wire = budget.scope.map(pb::BudgetScope::try_from);
        match wire {
            Some(Ok(pb::BudgetScope::PepClass)) => Self::PepClass,
            Some(Ok(pb::BudgetScope::Pep)) => Self::Pep,
            _ => Self::Dependant,
        }
    }
}

/// A period of use or of spending, the shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named after what they are")]
pub enum Period {
    Day,
    Week,
    Month,
}
