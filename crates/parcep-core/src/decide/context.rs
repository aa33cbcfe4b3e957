//! The question: who, when, what, and what is known about it.

use jiff::Timestamp;

use super::Action;
use crate::age::{
    AgeAssurance, AgeAssuranceScheme, AgeClaimScope, AgeConsent, AgeInterval, AgeSignal, Statement,
};
use crate::hosts::HostLists;
use crate::policy::{Category, Concern, Percent};
use crate::ratings::LabelRef;
use crate::zones::Zone;

/// From here on a claim about adulthood alone contradicts nothing.
const ADULT: u32 = 18;

/// Everything besides policy and usage that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The trusted instant. A fraction of a second is dropped.
    pub now: Timestamp,
    /// How well that instant is known.
    pub known: Known,
    /// What becomes of windows while it is not known which day it is.
    pub windows: Windows,
    /// Who is in front of the device.
    pub subject: Subject,
    /// What is to be done.
    pub action: &'a Action,
    /// Categories that the app, host or content is in.
    pub categories: &'a [Category],
    /// Labels of the app, host or content besides the one in the action.
    pub labels: &'a [LabelRef],
    /// What classifiers on this device say about the app, host or content.
    pub verdicts: &'a [Verdict<'a>],
    /// What is known of the subject's age; `None` where nobody knows it (R-EVAL-056).
    pub age: Option<KnownAge>,
    /// Publisher of the app.
    pub publisher: Option<&'a str>,
    /// The content is marked as explicit.
    pub explicit: bool,
    /// The enforcement point can ask a guardian. Where it cannot, unrated content is denied.
    pub can_ask: bool,
    /// Zone of the device; used only when the profile follows the device.
    pub device_zone: Option<&'a Zone>,
    /// The long host lists that this enforcement point has. A layer whose list is not among them
    /// has a pending WEB section.
    pub lists: HostLists<'a>,
}

/// How well the instant of a question is known. What gives ends at the instant and begins at the lower
/// bound; a lock begins at the instant and ends at the lower bound (*Uncertain time* of chapter 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Known {
    /// It is certain: the lower bound is the instant itself.
    #[default]
    Exactly,
    /// This instant has passed for certain (T_lo of R-TIME-003); one after the question's counts as the
    /// question's.
    Since(Timestamp),
    /// No instant has: nothing that gives has begun, and no lock has ended.
    Never,
}

/// What becomes of windows while the time is not known well enough (R-TIME-008).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Windows {
    /// They are evaluated, and so is custody.
    #[default]
    Evaluated,
    /// They are not; custody counts as open.
    NotEvaluated,
    /// Every layer that has a window is closed; custody counts as open.
    Closed,
}

/// Who is in front of the device. Where nobody is known,
/// [`decide_unidentified`](super::decide_unidentified) is asked instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Subject {
    /// The dependant whose rules are asked.
    #[default]
    Dependant,
    /// A guardian who opened a session on a shared screen (R-EVAL-046). Every action is admitted.
    GuardianPresent,
}

/// What a classifier on the device says about an item. It never loosens anything, and counts only
/// where no rating body has rated the item (R-EVAL-027).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// A category that it puts the item into, if it names one.
    pub category: Option<&'a Category>,
    /// Which of the 4C it sees.
    pub concern: Concern,
    /// How sure it is.
    pub confidence: Percent,
    /// Id of the package that the classifier comes from. No decision depends on it.
    pub package: &'a str,
    /// Version of the package. No decision depends on it.
    pub version: &'a str,
}

/// What is known of somebody's age, from an age signal or from the household itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAge {
    /// In which interval of completed years it lies.
    pub interval: AgeInterval,
    /// How sure that is, on this protocol's own scale. What is told on another scale is not told here:
    /// nobody converts one into the other. Not told counts as ASSERTED.
    pub assurance: AgeAssurance,
}

impl KnownAge {
    /// An age without an assurance.
    #[must_use]
    pub const fn new(interval: AgeInterval) -> Self {
        Self {
            interval,
            assurance: AgeAssurance::NotTold,
        }
    }

    /// What a source says, where it says something: only a signal says an age, and a claim that
    /// contradicts itself or was revoked says none (R-AGE-033, R-AGE-041, R-AGE-045).
    ///
    /// ```
    /// use parcep_core::age::{AgeOutcome, Statement};
    /// use parcep_core::decide::KnownAge;
    /// let nobody_asks = Statement::without(AgeOutcome::NotRegulated);
    /// assert_eq!(KnownAge::said_by(&nobody_asks), None);
    /// ```
    #[must_use]
    pub fn said_by(statement: &Statement) -> Option<Self> {
        let claim = statement.claim()?;
        let adult_only = claim.claim_scope == AgeClaimScope::AdultOnly;
        let contradictory = adult_only && claim.interval.lower() < ADULT;
        let revoked = statement.consent == AgeConsent::Revoked;
        let age = Self::new(claim.interval).with_assurance(claim.assurance);
        (!contradictory && !revoked).then_some(age)
    }

    /// What a verified signal says; nothing if it says that consent was revoked (R-AGE-045). An
    /// assurance on another scale than this protocol's is not told.
    #[must_use]
    pub fn told_by(signal: &AgeSignal) -> Option<Self> {
        let assurance = match signal.assurance_scheme {
            AgeAssuranceScheme::Parcep => signal.assurance,
            _ => AgeAssurance::NotTold,
        };
        let age = Self::new(signal.interval).with_assurance(assurance);
        (signal.guardianship.consent != AgeConsent::Revoked).then_some(age)
    }

    /// The same with this assurance.
    #[must_use]
    pub const fn with_assurance(mut self, assurance: AgeAssurance) -> Self {
        self.assurance = assurance;
        self
    }
}

impl<'a> Context<'a> {
    /// `action` of the dependant at `now`, with nothing else known, by a PEP that can ask.
    #[must_use]
    pub const fn new(now: Timestamp, action: &'a Action) -> Self {
        Self {
            now,
            known: Known::Exactly,
            windows: Windows::Evaluated,
            subject: Subject::Dependant,
            action,
            categories: &[],
            labels: &[],
            verdicts: &[],
            age: None,
            publisher: None,
            explicit: false,
            can_ask: true,
            device_zone: None,
            lists: HostLists::NONE,
        }
    }

    /// The same where the instant is known so well.
    #[must_use]
    pub const fn with_known(mut self, known: Known) -> Self {
        self.known = known;
        self
    }

    /// The same where this becomes of windows.
    #[must_use]
    pub const fn with_windows(mut self, windows: Windows) -> Self {
        self.windows = windows;
        self
    }

    /// How well the instant is known; a lower bound that reaches it makes it certain.
    #[inline]
    pub(super) fn surely(&self) -> Known {
        match self.known {
            Known::Since(lower) if lower.as_second() >= self.now.as_second() => Known::Exactly,
            known => known,
        }
    }

    /// The same with these categories.
    #[must_use]
    pub const fn with_categories(mut self, categories: &'a [Category]) -> Self {
        self.categories = categories;
        self
    }

    /// The same with these labels.
    #[must_use]
    pub const fn with_labels(mut self, labels: &'a [LabelRef]) -> Self {
        self.labels = labels;
        self
    }

    /// The same with what these classifiers say.
    #[must_use]
    pub const fn with_verdicts(mut self, verdicts: &'a [Verdict<'a>]) -> Self {
        self.verdicts = verdicts;
        self
    }

    /// The same with this age of the subject.
    ///
    /// ```
    /// use parcep_core::age::AgeInterval;
    /// use parcep_core::decide::{Action, Context, KnownAge};
    /// let now = "2026-11-23T10:00:00Z".parse()?;
    /// let told = KnownAge::new(AgeInterval::new(13, Some(16))?);
    /// let context = Context::new(now, &Action::UnnamedHost).with_age(told);
    /// assert_eq!(context.age, Some(told));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_age(mut self, age: KnownAge) -> Self {
        self.age = Some(age);
        self
    }

    /// The same with these long host lists.
    #[must_use]
    pub const fn with_lists(mut self, lists: HostLists<'a>) -> Self {
        self.lists = lists;
        self
    }

    /// The same for this subject.
    #[must_use]
    pub const fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }
}
