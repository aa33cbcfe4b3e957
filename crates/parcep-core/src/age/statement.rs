//! What somebody says about an age, as JSON: the form of adapters, of the command line and of logs.
//!
//! Four axes stay apart: the claim (bracket with its method and assurance), who supervises, what
//! was consented to, and the outcome. A [`Claim`] exists only beside the outcome `signal`, so no
//! bracket can stand next to a reason for not having one (R-AGE-033).
//!
//! ```
//! use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, AgeOutcome, Claim, Statement};
//! let band = AgeInterval::new(13, Some(16))?;
//! let said = Statement::signal(Claim::new(band, AgeMethod::SelfDeclared, AgeAssurance::Asserted));
//! let json = serde_json::to_string(&said)?;
//! assert!(json.starts_with(r#"{"outcome":"signal","lower":13,"upper":16,"exact_cell":true"#));
//! assert_eq!(serde_json::from_str::<Statement>(&json)?, said);
//!
//! // A bracket beside a refusal is not a bracket.
//! let refused: Statement = serde_json::from_str(r#"{"outcome": "refused", "lower": 18}"#)?;
//! assert_eq!((refused.outcome(), refused.claim()), (AgeOutcome::Refused, None));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::claim::{
    AgeAssurance, AgeClaimScope, AgeConsent, AgeMethod, AgeOutcome, AgeSupervision, DeclarantCheck,
};
use super::{AgeError, AgeInterval};

/// What is said about an age: a [`Claim`], or why there is none; beside it supervision and consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    answer: Answer,
    /// Who governs the account.
    pub supervision: AgeSupervision,
    /// What was consented to.
    pub consent: AgeConsent,
    /// What the source said and this form has no place for, each `member: what is lost`.
    pub loss: Vec<Cow<'static, str>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Signal(Claim),
    /// INVARIANT: not `Signal`.
    Other(AgeOutcome),
}

/// The bracket and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Completed years, half-open.
    pub interval: AgeInterval,
    /// Whether the interval is one cell of the cut points that were asked with.
    pub exact_cell: bool,
    /// How the age is known.
    pub method: AgeMethod,
    /// Confidence.
    pub assurance: AgeAssurance,
    /// How the declaring guardian was checked; written only for [`AgeMethod::GuardianDeclared`].
    pub declarant_check: DeclarantCheck,
    /// Whether the claim is about the range or about adulthood alone.
    pub claim_scope: AgeClaimScope,
}

impl Claim {
    /// A claim about a range that is one cell, with nothing said about who declared it.
    pub fn new(interval: AgeInterval, method: AgeMethod, assurance: AgeAssurance) -> Self {
        Self {
            interval,
            exact_cell: true,
            method,
            assurance,
            declarant_check: DeclarantCheck::NotSaid,
            claim_scope: AgeClaimScope::Range,
        }
    }
}

impl Statement {
    /// A statement that carries a claim.
    pub fn signal(claim: Claim) -> Self {
        Self::of(Answer::Signal(claim))
    }

    /// A statement without a claim.
    ///
    /// `Signal` is no reason for that and is read as `AgeUnknown`.
    pub fn without(outcome: AgeOutcome) -> Self {
        Self::of(Answer::Other(match outcome {
            AgeOutcome::Signal => AgeOutcome::AgeUnknown,
            other => other,
        }))
    }

    fn of(answer: Answer) -> Self {
        Self {
            answer,
            supervision: AgeSupervision::NotReported,
            consent: AgeConsent::NotReported,
            loss: Vec::new(),
        }
    }

    /// Why there is a claim or none.
    pub fn outcome(&self) -> AgeOutcome {
        match &self.answer {
            Answer::Signal(_) => AgeOutcome::Signal,
            Answer::Other(outcome) => *outcome,
        }
    }

    /// The claim; there is one exactly if the outcome is `Signal`.
    pub fn claim(&self) -> Option<&Claim> {
        match &self.answer {
            Answer::Signal(claim) => Some(claim),
            Answer::Other(_) => None,
        }
    }
}

/// The members in the order of the contract; absent values are `null`.
#[derive(Serialize)]
struct Written<'a> {
    outcome: &'static str,
    lower: Option<u32>,
    upper: Option<u32>,
    exact_cell: Option<bool>,
    method: Option<&'static str>,
    assurance: Option<&'static str>,
    declarant_check: Option<&'static str>,
    claim_scope: Option<&'static str>,
    supervision: &'static str,
    consent: &'static str,
    loss: &'a [Cow<'static, str>],
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let claim = self.claim();
        Written {
            outcome: self.outcome().name(),
            lower: claim.map(|claim| claim.interval.lower()),
            upper: claim.and_then(|claim| claim.interval.upper()),
            exact_cell: claim.map(|claim| claim.exact_cell),
            method: claim.map(|claim| claim.method.name()),
            assurance: claim
                .map(|claim| claim.assurance)
                .filter(|assurance| *assurance != AgeAssurance::NotTold)
                .map(AgeAssurance::name),
            declarant_check: claim
                .filter(|claim| claim.method == AgeMethod::GuardianDeclared)
                .map(|claim| claim.declarant_check)
                .filter(|check| *check != DeclarantCheck::NotSaid)
                .map(DeclarantCheck::name),
            claim_scope: claim.map(|claim| claim.claim_scope.name()),
            supervision: self.supervision.name(),
            consent: self.consent.name(),
            loss: &self.loss,
        }
        .serialize(serializer)
    }
}

/// The members as read: types are checked by serde, further members are skipped.
#[derive(Deserialize)]
struct Read {
    outcome: Option<String>,
    lower: Option<u32>,
    upper: Option<u32>,
    exact_cell: Option<bool>,
    method: Option<String>,
    assurance: Option<String>,
    declarant_check: Option<String>,
    claim_scope: Option<String>,
    supervision: Option<String>,
    consent: Option<String>,
    loss: Option<Vec<Cow<'static, str>>>,
}

impl<'de> Deserialize<'de> for Statement {
    /// Reads one statement; without `outcome`, but with a lower bound, it is a signal (R-AGE-060).
    ///
    /// A signal without a lower bound, with bounds out of order or range, or with a method or scope
    /// that is not known is an error. What else is not known is read as on the wire (R-AGE-012):
    /// outcome `age_unknown`, consent `pending`, the rest as not told.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let outcome = match (read.outcome.as_deref(), read.lower) {
            (Some(name), _) => AgeOutcome::from_name(name).unwrap_or(AgeOutcome::AgeUnknown),
            (None, Some(_)) => AgeOutcome::Signal,
            (None, None) => return Err(D::Error::custom(AgeError::Malformed("outcome"))),
        };
        let mut statement = if outcome == AgeOutcome::Signal {
            Self::signal(read.claim().map_err(D::Error::custom)?)
        } else {
            Self::without(outcome)
        };
        statement.supervision =
            known(&read.supervision, AgeSupervision::from_name).unwrap_or_default();
        statement.consent = match read.consent.as_deref() {
            Some(name) => AgeConsent::from_name(name).unwrap_or(AgeConsent::Pending),
            None => AgeConsent::NotReported,
        };
        statement.loss = read.loss.unwrap_or_default();
        Ok(statement)
    }
}

impl Read {
    fn claim(&self) -> Result<Claim, AgeError> {
        let lower = self.lower.ok_or(AgeError::Malformed("lower"))?;
        let method = match self.method.as_deref() {
            Some(name) => AgeMethod::from_name(name).ok_or(AgeError::Malformed("method"))?,
            None => AgeMethod::NotTold,
        };
        let scope = match self.claim_scope.as_deref() {
            Some(name) => {
                AgeClaimScope::from_name(name).ok_or(AgeError::Malformed("claim_scope"))?
            }
            None => AgeClaimScope::Range,
        };
        let check = match self.declarant_check.as_deref() {
            Some(name) if method == AgeMethod::GuardianDeclared => {
                DeclarantCheck::from_name(name).unwrap_or(DeclarantCheck::NotTold)
            }
            _ => DeclarantCheck::NotSaid,
        };
        Ok(Claim {
            interval: AgeInterval::new(lower, self.upper)?,
            exact_cell: self.exact_cell.unwrap_or(false),
            method,
            assurance: known(&self.assurance, AgeAssurance::from_name).unwrap_or_default(),
            declarant_check: check,
            claim_scope: scope,
        })
    }
}

/// The value of a name; `None` if there is none, or one that this version does not know.
fn known<T>(name: &Option<String>, read: fn(&str) -> Option<T>) -> Option<T> {
    read(name.as_deref()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn claims() -> impl Strategy<Value = Claim> {
        let band = (0u32..=120, proptest::option::of(1u32..=121)).prop_map(|(lower, upper)| {
            AgeInterval::new(lower, upper.filter(|u| *u > lower)).unwrap()
        });
        (
            band,
            any::<bool>(),
            select(AgeMethod::ALL),
            select(AgeAssurance::ALL),
            select(DeclarantCheck::ALL),
            select(AgeClaimScope::ALL),
        )
            .prop_map(
                |(interval, exact_cell, method, assurance, check, claim_scope)| Claim {
                    interval,
                    exact_cell,
                    method,
                    assurance,
                    declarant_check: match method {
                        AgeMethod::GuardianDeclared => check,
                        _ => DeclarantCheck::NotSaid,
                    },
                    claim_scope,
                },
            )
    }

    fn statements() -> impl Strategy<Value = Statement> {
        let answer = prop_oneof![
            claims().prop_map(Statement::signal),
            select(AgeOutcome::ALL).prop_map(Statement::without),
        ];
        let loss = proptest::collection::vec("[a-z]{1,8}: [a-z ]{0,12}", 0..3);
        (
            answer,
            select(AgeSupervision::ALL),
            select(AgeConsent::ALL),
            loss,
        )
            .prop_map(|(statement, supervision, consent, loss)| Statement {
                supervision,
                consent,
                loss: loss.into_iter().map(Cow::Owned).collect(),
                ..statement
            })
    }

    proptest! {
        #[test]
        fn a_statement_survives_its_json(statement in statements()) {
            let json = serde_json::to_string(&statement).unwrap();
            prop_assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), statement);
        }

        /// R-AGE-033.
        #[test]
        fn only_the_outcome_signal_writes_a_bracket(statement in statements()) {
            let json = serde_json::to_value(&statement).unwrap();
            let claim = ["lower", "exact_cell", "method", "claim_scope"];
            let told = claim.iter().filter(|member| !json[**member].is_null()).count();
            let signal = json["outcome"] == "signal";
            prop_assert_eq!(told, if signal { claim.len() } else { 0 });
            let further = ["upper", "assurance", "declarant_check"];
            prop_assert!(signal || further.iter().all(|member| json[*member].is_null()));
            prop_assert_eq!(json.as_object().unwrap().len(), 11);
        }

        #[test]
        fn no_text_is_read_as_a_bracket_beside_another_outcome(
            outcome in "[a-z_]{0,12}", lower in 0u32..200, upper in 0u32..200,
        ) {
            let json = format!(r#"{{"outcome": "{outcome}", "lower": {lower}, "upper": {upper}}}"#);
            let read = serde_json::from_str::<Statement>(&json);
            let claim = read.is_ok_and(|statement| statement.claim().is_some());
            prop_assert_eq!(claim, outcome == "signal" && lower < upper && upper <= 121);
        }
    }

    #[test]
    fn every_member_is_there_in_the_order_of_the_contract() {
        let json = serde_json::to_string(&Statement::without(AgeOutcome::Refused)).unwrap();
        let want = r#"{"outcome":"refused","lower":null,"upper":null,"exact_cell":null,"method":null,"assurance":null,"declarant_check":null,"claim_scope":null,"supervision":"not_reported","consent":"not_reported","loss":[]}"#;
        assert_eq!(json, want);
    }

    #[test]
    fn what_was_only_coarsened_reads_as_a_signal() {
        let read: Statement =
            serde_json::from_str(r#"{"lower": 13, "upper": 16, "exact_cell": true, "x": {}}"#)
                .unwrap();
        let claim = read.claim().unwrap();
        assert_eq!(
            (claim.interval.lower(), claim.interval.upper()),
            (13, Some(16))
        );
        assert_eq!((claim.method, claim.exact_cell), (AgeMethod::NotTold, true));
    }

    #[test]
    fn wrong_types_bounds_and_duplicates_are_not_read() {
        for bad in [
            r#"{}"#,
            r#"{"upper": 13}"#,
            r#"{"outcome": "signal"}"#,
            r#"{"outcome": "signal", "upper": 13}"#,
            r#"{"lower": 18, "upper": 13}"#,
            r#"{"lower": 13, "upper": 13}"#,
            r#"{"lower": -1}"#,
            r#"{"lower": 13.5}"#,
            r#"{"lower": "13"}"#,
            r#"{"lower": 121}"#,
            r#"{"lower": 13, "upper": 122}"#,
            r#"{"lower": 13, "lower": 18}"#,
            r#"{"lower": 13, "exact_cell": "yes"}"#,
            r#"{"lower": 13, "method": "guessed"}"#,
            r#"{"lower": 13, "claim_scope": "all"}"#,
            r#"{"outcome": 1, "lower": 13}"#,
            r#"{"lower": 13, "loss": "much"}"#,
            r#"[]"#,
        ] {
            assert!(serde_json::from_str::<Statement>(bad).is_err(), "{bad}");
        }
    }

    /// R-AGE-012: never more than was said.
    #[test]
    fn unknown_names_are_read_as_on_the_wire() {
        let read: Statement = serde_json::from_str(
            r#"{"lower": 18, "method": "guardian_declared", "assurance": "total",
                "declarant_check": "handshake", "supervision": "shared", "consent": "maybe"}"#,
        )
        .unwrap();
        let claim = read.claim().unwrap();
        assert_eq!(claim.assurance, AgeAssurance::NotTold);
        assert_eq!(claim.declarant_check, DeclarantCheck::NotTold);
        assert_eq!(read.supervision, AgeSupervision::NotReported);
        assert_eq!(read.consent, AgeConsent::Pending);
        let odd: Statement = serde_json::from_str(r#"{"outcome": "adult", "lower": 18}"#).unwrap();
        assert_eq!((odd.outcome(), odd.claim()), (AgeOutcome::AgeUnknown, None));
        assert_eq!(
            Statement::without(AgeOutcome::Signal),
            Statement::without(AgeOutcome::AgeUnknown)
        );
    }
}
