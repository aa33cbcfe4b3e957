//! What an issuer knows about one person, and whether that is enough for a request.

use super::super::{
    AgeAssurance, AgeBasis, AgeEstablished, AgeInterval, AgeMethod, AgeOutcome, Coarse, Cuts,
    DeclarantCheck, Needs, Rollover, coarsen, youngest,
};

/// What an issuer knows about one person.
#[derive(Debug, Clone)]
pub struct Known {
    /// The age.
    pub age: KnownAge,
    /// How it is known.
    pub method: AgeMethod,
    /// How the declaring adult was checked, if one declared it.
    pub declarant_check: DeclarantCheck,
    /// How sure, on this protocol's scale.
    pub assurance: AgeAssurance,
    /// The day of the check, days since 1970-01-01.
    pub checked_day: Option<i64>,
    /// ISO 3166-1 or 3166-2, or empty.
    pub jurisdiction: String,
    /// Why that jurisdiction.
    pub basis: AgeBasis,
}

/// An age, in the way it is known.
#[derive(Debug, Clone)]
pub enum KnownAge {
    /// By the day or the month of birth.
    Born(Rollover),
    /// By an interval that holds now. A lower bound stays true; whoever keeps it raises the upper
    /// one in time.
    Range(AgeInterval),
    /// By an estimate, and the error that its maker publishes, in years rounded up (R-AGE-040).
    Estimate(AgeInterval, u32),
}

/// What an issuer can say about a person at all (R-AGE-030, steps 4 to 6).
#[derive(Debug, Clone, Copy)]
pub enum Knowledge<'a> {
    /// Its own source does not answer; seconds after which it may.
    Unavailable(Option<u32>),
    /// The person has to be checked before anything may be said.
    VerificationRequired,
    /// Nothing.
    Nothing,
    /// This.
    Known(&'a Known),
}

impl Known {
    /// An age that somebody declared and nobody checked.
    pub fn declared(age: KnownAge, method: AgeMethod) -> Self {
        Self {
            age,
            method,
            declarant_check: DeclarantCheck::NotSaid,
            assurance: AgeAssurance::Asserted,
            checked_day: None,
            jurisdiction: String::new(),
            basis: AgeBasis::NotTold,
        }
    }

    fn meets(&self, needs: &Needs, day: i64) -> bool {
        let methods = &needs.accepted_methods;
        self.assurance.meets(needs.least_assurance)
            && (methods.is_empty() || methods.contains(&self.method))
            && self.established(day).is_within(needs.established_within)
    }

    fn established(&self, day: i64) -> AgeEstablished {
        match self.checked_day.map(|checked| day.saturating_sub(checked)) {
            None => AgeEstablished::NotTold,
            // A day ahead is that of a zone that is ahead; one further on is of a clock that was wrong.
            Some(..=-2) => AgeEstablished::Older,
            Some(-1..=1) => AgeEstablished::WithinDay,
            Some(..=30) => AgeEstablished::Within30Days,
            Some(..=365) => AgeEstablished::Within365Days,
            Some(_) => AgeEstablished::Older,
        }
    }
}

impl KnownAge {
    /// Whether it is every age there is. That is no knowledge, and its youngest cell would make a
    /// child of anybody (R-AGE-030).
    fn is_every_age(&self) -> bool {
        let known = match self {
            Self::Born(_) => return false,
            Self::Range(known) => *known,
            Self::Estimate(estimate, error) => estimate.widen(*error),
        };
        (known.lower(), known.upper()) == (0, None)
    }

    /// What is told of it at these cut points.
    pub(super) fn at(&self, audience: &str, cuts: &Cuts, one_cell: bool, day: i64) -> Coarse {
        let known = match self {
            Self::Born(person) => person.told(audience, cuts, day),
            Self::Range(known) => *known,
            Self::Estimate(estimate, error) => estimate.widen(*error),
        };
        match one_cell {
            true => youngest(known, cuts),
            false => coarsen(known, cuts),
        }
    }

    /// Whether the person is certainly that old. It comes as late as a cell changes, or it would
    /// give the birthday away.
    pub(super) fn has_reached(&self, audience: &str, age: u32, day: i64) -> bool {
        match self {
            Self::Born(person) => person.has_passed(audience, age, day),
            Self::Range(known) => known.lower() >= age,
            Self::Estimate(estimate, error) => estimate.widen(*error).lower() >= age,
        }
    }
}

/// Why what is known is not told.
pub(super) enum NotTold {
    Unavailable(Option<u32>),
    Because(AgeOutcome),
}

impl<'a> Knowledge<'a> {
    /// Steps 4 to 7 of R-AGE-030.
    pub(super) fn enough_for(self, needs: &Needs, day: i64) -> Result<&'a Known, NotTold> {
        let because = |outcome| Err(NotTold::Because(outcome));
        match self {
            Self::Unavailable(retry) => Err(NotTold::Unavailable(retry)),
            Self::VerificationRequired => because(AgeOutcome::VerificationRequired),
            Self::Nothing => because(AgeOutcome::AgeUnknown),
            Self::Known(known) if known.age.is_every_age() => because(AgeOutcome::AgeUnknown),
            Self::Known(known) if known.meets(needs, day) => Ok(known),
            Self::Known(_) => because(AgeOutcome::InsufficientAssurance),
        }
    }
}
