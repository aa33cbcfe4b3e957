//! What is asked.

use parcep_proto::v1alpha1 as pb;

/// One question of an enforcement point.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The trusted instant.
    pub at: i64,
    /// How well it is known.
    pub known: Known,
    /// What becomes of windows while it is not (R-TIME-008).
    pub windows: Windows,
    /// Who is in front of it.
    pub subject: Subject,
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
    /// What classifiers said about it.
    pub verdicts: Vec<Verdict>,
    /// What is known of the subject's age.
    pub age: Option<Age>,
    /// Zone of the device.
    pub device_zone: Option<String>,
    /// The enforcement point can reach a guardian's answer.
    pub can_ask: bool,
}

impl Question {
    /// About nothing but an action; the enforcement point can ask.
    #[must_use]
    pub const fn about(action: Action, at: i64) -> Self {
        Self {
            at,
            known: Known::Exactly,
            windows: Windows::Evaluated,
            subject: Subject::Dependant,
            action,
            categories: Vec::new(),
            publisher: None,
            labels: Vec::new(),
            medium: None,
            explicit: false,
            verdicts: Vec::new(),
            age: None,
            device_zone: None,
            can_ask: true,
        }
    }
}

/// How well the instant is known: *Uncertain time*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is the one instant.
    Exactly,
    /// T_lo; the instant is *t*.
    Since(i64),
    /// No signed time ever came.
    Never,
}

/// What becomes of windows (R-TIME-008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windows {
    /// They are evaluated.
    Evaluated,
    /// They are not evaluated; custody counts as open.
    NotEvaluated,
    /// Step 6 denies in every layer that has one; custody counts as open.
    Closed,
}

/// What is known of an age: `[lower, upper)` in completed years (R-AGE-001).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// First age that it may be.
    pub lower: u32,
    /// First age that it cannot be any more, if there is one.
    pub upper: Option<u32>,
    /// On the scale of this protocol, if that is told.
    pub assurance: Option<pb::AgeAssurance>,
}

/// Who is in front of it. Nobody known is [`super::decide_unidentified`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The dependant whose policy is asked.
    Dependant,
    /// A guardian, in a session of theirs (R-EVAL-046).
    GuardianPresent,
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
    /// Add a contact.
    AddContact(String),
    /// Use a feature, by its code.
    Feature(String),
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Minor units, if known.
    pub price: Option<u64>,
    /// Currency, if known.
    pub currency: Option<String>,
    /// Of what.
    pub kind: PurchaseKind,
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseKind {
    /// Something inside an app.
    InApp,
    /// An app or content.
    Download,
    /// Anything else, or not known.
    Neither,
}

/// What a classifier on the device said (R-EVAL-027).
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The category into which it puts the item.
    pub category: Option<pb::CategoryRef>,
    /// One of the 4C.
    pub concern: pb::Concern,
    /// How sure it is, percent.
    pub confidence_percent: u32,
    /// Id of its package.
    pub package: String,
    /// Version of its package.
    pub version: String,
}
