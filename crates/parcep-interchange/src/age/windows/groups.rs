//! Consent groups of Windows 11: Child, Minor, Adult, each asked by itself.
//!
//! No document gives ages for them: the limits are those of the user's region. So a bound is read
//! from the widest that is in use, and that is told as a loss.

use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim};

use super::super::AdaptError;
use super::super::members::{Loss, Members, Word};
use super::ADULT;

const GROUPS: &[&str] = &["consentGroups", "userAgeConsentGroups", "ageConsentGroups"];
const GROUP: &[&str] = &["consentGroup", "userAgeConsentGroup", "group"];
const RESULT: &[&str] = &["result", "consentResult", "userAgeConsentResult"];

/// Least age at which Minor begins where the groups are in force, and the greatest one: the age of
/// consent to the use of data.
const MINOR: (u32, u32) = (13, 16);

/// `UserAgeConsentResult`.
const RESULTS: &[(&str, i64, Member)] = &[
    ("NotEnforced", 0, Member::NotEnforced),
    ("Included", 1, Member::Included),
    ("NotIncluded", 2, Member::NotIncluded),
    ("Unknown", 3, Member::Unknown),
    ("Ambiguous", 4, Member::Unknown),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    NotEnforced,
    Included,
    NotIncluded,
    Unknown,
}

/// Membership in the groups that were asked about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Groups {
    child: Option<Member>,
    minor: Option<Member>,
    adult: Option<Member>,
}

impl Groups {
    pub(super) fn read(members: &mut Members<'_>, loss: &mut Loss) -> Result<Self, AdaptError> {
        if let Some(mut inner) = members.object(GROUPS)? {
            let groups = Self::each(&mut inner, loss)?;
            inner.end(loss);
            return Ok(groups);
        }
        let Some(group) = members.word(GROUP)? else {
            return Self::each(members, loss);
        };
        let result = member(members, RESULT, loss)?;
        let mut groups = Self::default();
        match group.among(&[("Child", 0, 0), ("Minor", 1, 1), ("Adult", 2, 2)]) {
            Some(0) => groups.child = result,
            Some(1) => groups.minor = result,
            Some(_) => groups.adult = result,
            None => loss.line("consentGroup: a group that is not known here"),
        }
        Ok(groups)
    }

    fn each(members: &mut Members<'_>, loss: &mut Loss) -> Result<Self, AdaptError> {
        Ok(Self {
            child: member(members, &["child"], loss)?,
            minor: member(members, &["minor"], loss)?,
            adult: member(members, &["adult"], loss)?,
        })
    }

    /// The bracket: included is "at least", and a limit that differs by region is read wide.
    pub(super) fn claim(
        self,
        members: &Members<'_>,
        loss: &mut Loss,
    ) -> Result<Option<Claim>, AdaptError> {
        let (least, most) = MINOR;
        let lower = match (self.adult, self.minor) {
            (Some(Member::Included), _) => ADULT,
            (_, Some(Member::Included)) => least,
            _ => 0,
        };
        let upper = match (self.minor, self.adult) {
            (Some(Member::NotIncluded), _) => Some(most),
            (_, Some(Member::NotIncluded)) => Some(ADULT),
            _ => None,
        };
        if self.child.is_some() {
            loss.line("Child: everybody is included in it, so that it bounds no age");
        }
        if lower == 0 && upper.is_none() {
            return Ok(None);
        }
        loss.line(
            "consentGroups: limits are regional; Minor is read as from 13 to 16, Adult as 18",
        );
        let band = AgeInterval::new(lower, upper);
        let band =
            band.map_err(|_| members.fault(&["adult"], "included in Adult, not in Minor"))?;
        let claim = Claim::new(band, AgeMethod::NotTold, AgeAssurance::Asserted);
        Ok(Some(Claim {
            exact_cell: false,
            ..claim
        }))
    }

    fn said(self) -> impl Iterator<Item = Member> {
        [self.child, self.minor, self.adult].into_iter().flatten()
    }

    /// Whether any was asked about.
    pub(super) fn any(self) -> bool {
        self.said().next().is_some()
    }

    /// Whether the region has no such groups.
    pub(super) fn are_not_enforced(self) -> bool {
        self.any() && self.said().all(|member| member == Member::NotEnforced)
    }
}

fn member(
    members: &mut Members<'_>,
    names: &[&str],
    loss: &mut Loss,
) -> Result<Option<Member>, AdaptError> {
    let word = members.word(names)?;
    Ok(word.map(|word: Word<'_>| {
        word.among(RESULTS).unwrap_or_else(|| {
            loss.line("consentGroups: a result that is not known here");
            Member::Unknown
        })
    }))
}
