//! What is wrong with a claim; `None` if nothing.

use parcep_proto::v1alpha1 as pb;
use pb::{AgeClaimScope, AgeMethod, AgePurpose, DeclarantCheck};

/// The bracket of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) lower: Option<u32>,
    pub(super) upper: Option<u32>,
    pub(super) exact: bool,
}

impl From<&pb::AgeSignal> for Bracket {
    fn from(claim: &pb::AgeSignal) -> Self {
        Self {
            lower: claim.lower_inclusive,
            upper: claim.upper_exclusive,
            exact: claim.exact_cell,
        }
    }
}

impl From<&pb::AgeToken> for Bracket {
    fn from(claim: &pb::AgeToken) -> Self {
        Self {
            lower: claim.lower_inclusive,
            upper: claim.upper_exclusive,
            exact: claim.exact_cell,
        }
    }
}

impl std::fmt::Display for Bracket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bound =
            |bound: Option<u32>| bound.map_or_else(|| "none".into(), |bound| bound.to_string());
        let exact = if self.exact { "exact" } else { "not exact" };
        write!(f, "[{}, {}), {exact}", bound(self.lower), bound(self.upper))
    }
}

impl Bracket {
    /// R-AGE-001.
    pub(super) fn range_fault(self) -> Option<String> {
        let Some(lower) = self.lower else {
            return Some("no lower bound".into());
        };
        let above = self.upper.is_none_or(|upper| upper > lower && upper <= 121);
        (lower > 120 || !above).then(|| self.to_string())
    }

    /// R-AGE-004: every bound is a cut point, and it is exact if it is one cell.
    pub(super) fn cells_fault(self, cuts: &[u32]) -> Option<String> {
        let is_point = |bound: u32| bound == 0 || cuts.contains(&bound);
        let lower = self.lower.is_some_and(is_point);
        let upper = self.upper.is_none_or(|upper| cuts.contains(&upper));
        let honest = self.exact == self.is_one_cell(cuts);
        (!(lower && upper && honest)).then(|| self.to_string())
    }

    /// R-AGE-036: of what is told without asking for one cell, this is the youngest.
    pub(super) fn youngest_fault(self, wide: Self, cuts: &[u32]) -> Option<String> {
        let lower = self.lower == wide.lower;
        let honest = self.exact == wide.exact;
        (!(lower && honest && self.is_one_cell(cuts))).then(|| format!("{self}, of {wide}"))
    }

    fn is_one_cell(self, cuts: &[u32]) -> bool {
        let lower = self.lower.unwrap_or(0);
        let next = cuts.iter().copied().find(|cut| *cut > lower);
        self.upper == next
    }
}

/// R-AGE-012, R-AGE-041 and the lengths of R-AGE-003.
pub(super) fn form_fault(claim: &pb::AgeSignal) -> Option<String> {
    let method = AgeMethod::try_from(claim.method);
    if matches!(method, Err(_) | Ok(AgeMethod::Unspecified)) {
        return Some(format!("method {}", claim.method));
    }
    let Ok(scope) = AgeClaimScope::try_from(claim.claim_scope) else {
        return Some(format!("claim scope {}", claim.claim_scope));
    };
    if scope == AgeClaimScope::AdultOnly && claim.lower_inclusive.unwrap_or(0) < 18 {
        return Some("ADULT_ONLY below 18".into());
    }
    let handle = claim.revocation_handle.len();
    let change = claim.change.as_ref();
    let lengths = [
        (claim.token_id.len() == 16, "token_id"),
        ((1..=255).contains(&claim.audience.len()), "audience"),
        (handle == 0 || handle == 16, "revocation_handle"),
        (claim.controls.len() <= 16, "controls"),
        (claim.jurisdiction.len() <= 6, "jurisdiction"),
        (
            change.is_none_or(|change| {
                (1..=32).contains(&change.id.len()) && change.earlier.len() <= 16
            }),
            "change",
        ),
    ];
    let wrong = lengths.iter().find(|(ok, _)| !ok);
    wrong.map(|(_, field)| format!("the length of {field}"))
}

/// R-AGE-028: what the answer tells beyond the request.
pub(super) fn more_than_asked(
    request: &pb::AgeSignalRequest,
    claim: &pb::AgeSignal,
) -> Option<String> {
    let method = match request.accepted_methods.as_slice() {
        [one] => *one,
        _ => AgeMethod::NotTold.into(),
    };
    if claim.method != method {
        return Some(format!("method {} in place of {method}", claim.method));
    }
    let fields = [
        ("assurance", claim.assurance, request.least_assurance),
        ("established", claim.established, request.established_within),
    ];
    for (name, told, asked) in fields {
        if told != asked {
            return Some(format!("{name} {told}, asked was {asked}"));
        }
    }
    if claim.assurance_scheme > 1 {
        return Some(format!("assurance scheme {}", claim.assurance_scheme));
    }
    let is = |purpose: AgePurpose| request.purpose == i32::from(purpose);
    let governs = is(AgePurpose::SafetyDefaults) || is(AgePurpose::ConsentFlow);
    let declared = claim.method == i32::from(AgeMethod::GuardianDeclared);
    let check = claim.declarant_check != i32::from(DeclarantCheck::Unspecified);
    if check && !(governs && declared) {
        return Some(format!("declarant check {}", claim.declarant_check));
    }
    let law = !claim.jurisdiction.is_empty() || claim.basis != 0;
    if law && (request.jurisdiction.is_empty() || is(AgePurpose::AccessGate)) {
        return Some("whose law is applied".into());
    }
    None
}

/// R-AGE-029: who answers for the person, where nobody may learn it.
pub(super) fn governs_fault(claim: &pb::AgeSignal) -> Option<String> {
    let told = [
        (claim.supervision != 0, "supervision"),
        (!claim.controls.is_empty(), "controls"),
        (claim.consent != 0, "consent"),
        (claim.change.is_some(), "a change"),
        (!claim.revocation_handle.is_empty(), "a revocation handle"),
    ];
    let one = told.iter().find(|(is_told, _)| *is_told);
    one.map(|(_, what)| (*what).to_owned())
}
