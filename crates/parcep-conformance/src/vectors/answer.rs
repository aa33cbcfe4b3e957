//! What an evaluator says, and whether it is what a row expects.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// One decision, in the form that rows and programs write it.
///
/// ```
/// use parcep_conformance::vectors::Answer;
/// let answer: Answer = serde_json::from_str(
///     r#"{"effect": "deny", "reason": "window", "rules": [{"guardian": "g1", "rule": "time/day"}],
///         "remaining_seconds": null, "next_change": "2026-11-24T07:00:00Z"}"#,
/// )?;
/// assert_eq!(answer.reason, "window");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What may happen.
    pub effect: Effect,
    /// Code of R-EVAL-052.
    pub reason: String,
    /// Binding rules, a set (R-EVAL-053).
    pub rules: BTreeSet<Rule>,
    /// Seconds of use that are left (R-EVAL-050).
    #[serde(deserialize_with = "present")]
    pub remaining_seconds: Option<u64>,
    /// When the effect differs (R-EVAL-051).
    #[serde(deserialize_with = "present")]
    pub next_change: Option<Timestamp>,
    /// How use ends (R-EVAL-054); compared only where a row names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It may go on.
    Allow,
    /// A guardian is to be asked.
    Ask,
    /// It may not.
    Deny,
}

/// A rule is its author and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RuleForm", into = "RuleForm")]
pub enum Rule {
    /// By a guardian.
    Guardian(String, String),
    /// By a jurisdiction.
    Jurisdiction(String, String),
}

/// How use ends when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// `notify`, `lock` or `stop`.
    pub action: String,
    /// Seconds between the end and the action.
    pub grace_seconds: u32,
    /// Seconds before the end at which a warning is shown, the longest first.
    pub warning_seconds: Vec<u32>,
}

/// What a row expects. Every member is compared; `ending` only where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ExpectedForm")]
pub struct Expected {
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// Whether `ending` stands in the row; null means that there is none.
    #[serde(skip)]
    pub says_ending: bool,
}

/// One member in which an answer is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its name in the answer.
    pub member: &'static str,
    /// What the row expects, as text.
    pub expected: String,
    /// What was answered, as text.
    pub got: String,
}

impl Expected {
    /// Members in which an answer differs, in the order in which answers write them.
    #[must_use]
    pub fn differences(&self, got: &Answer) -> Vec<Difference> {
        let rows = self.rows(got);
        rows.into_iter()
            .filter(|row| row.expected != row.got)
            .collect()
    }

    /// Every compared member side by side.
    #[must_use]
    pub fn rows(&self, got: &Answer) -> Vec<Difference> {
        let mut expected = members(&self.answer);
        let mut got = members(got);
        if !self.says_ending {
            expected.pop();
            got.pop();
        }
        let sides = expected.into_iter().zip(got);
        sides
            .map(|((member, expected), (_, got))| Difference {
                member,
                expected,
                got,
            })
            .collect()
    }
}

/// The members of an answer, as text that is equal exactly when they are.
fn members(answer: &Answer) -> Vec<(&'static str, String)> {
    let or_null = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
    let rules: Vec<String> = answer.rules.iter().map(ToString::to_string).collect();
    vec![
        ("effect", answer.effect.name().to_owned()),
        ("reason", answer.reason.clone()),
        ("rules", rules.join(", ")),
        (
            "remaining_seconds",
            or_null(answer.remaining_seconds.map(|seconds| seconds.to_string())),
        ),
        (
            "next_change",
            or_null(answer.next_change.map(|at| at.to_string())),
        ),
        (
            "ending",
            or_null(answer.ending.as_ref().map(ToString::to_string)),
        ),
    ]
}

impl Effect {
    /// The word that answers write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guardian(author, rule) => write!(f, "{rule} by {author}"),
            Self::Jurisdiction(author, rule) => write!(f, "{rule} by jurisdiction {author}"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            grace_seconds,
            warning_seconds,
        } = self;
        write!(
            f,
            "{action}, {grace_seconds} s of grace, warnings {warning_seconds:?}"
        )
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guardian: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jurisdiction: Option<String>,
    rule: String,
}

impl TryFrom<RuleForm> for Rule {
    type Error = &'static str;
    fn try_from(form: RuleForm) -> Result<Self, Self::Error> {
        match (form.guardian, form.jurisdiction) {
            (Some(author), None) => Ok(Self::Guardian(author, form.rule)),
            (None, Some(author)) => Ok(Self::Jurisdiction(author, form.rule)),
            _ => Err("a rule names its author: either `guardian` or `jurisdiction`"),
        }
    }
}

impl From<Rule> for RuleForm {
    fn from(rule: Rule) -> Self {
        let (guardian, jurisdiction, rule) = match rule {
            Rule::Guardian(author, rule) => (Some(author), None, rule),
            Rule::Jurisdiction(author, rule) => (None, Some(author), rule),
        };
        Self {
            guardian,
            jurisdiction,
            rule,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedForm {
    effect: Effect,
    reason: String,
    rules: Vec<Rule>,
    #[serde(deserialize_with = "present")]
    remaining_seconds: Option<u64>,
    #[serde(deserialize_with = "present")]
    next_change: Option<Timestamp>,
    #[serde(default, deserialize_with = "present_some")]
    ending: Option<Option<Ending>>,
}

impl TryFrom<ExpectedForm> for Expected {
    type Error = &'static str;
    fn try_from(form: ExpectedForm) -> Result<Self, Self::Error> {
        let count = form.rules.len();
        let rules: BTreeSet<Rule> = form.rules.into_iter().collect();
        if rules.len() < count {
            return Err("a rule is named twice");
        }
        Ok(Self {
            says_ending: form.ending.is_some(),
            answer: Answer {
                effect: form.effect,
                reason: form.reason,
                rules,
                remaining_seconds: form.remaining_seconds,
                next_change: form.next_change,
                ending: form.ending.flatten(),
            },
        })
    }
}

/// A member that may be null and may not be left out.
fn present<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(from)
}

/// Tells a member that is null from one that is left out.
fn present_some<'de, T, D>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(from).map(Some)
}
