//! Steps of guardian apps: what the app is told to do, and what enforcement points of the stage see of it.

use super::{check, first, ok, one_or_more, setup};
use crate::trial::StepRole;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A person has the app do something (`act` of the driver).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Work {
    /// The event of the contract.
    pub event: String,
    /// For which dependant.
    #[serde(default = "first")]
    pub of: usize,
    /// The other members of the event.
    #[serde(default)]
    pub members: Map<String, Value>,
    /// What comes of it; one of these.
    #[serde(default = "done", deserialize_with = "one_or_more")]
    pub outcome: Vec<String>,
    /// Why it is refused; one of these.
    #[serde(default, deserialize_with = "one_or_more")]
    pub reason: Vec<String>,
    /// What the step is for.
    #[serde(default = "setup", rename = "as")]
    pub role: StepRole,
}

/// The app lets a new enforcement point of the stage in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LetIn {
    /// What kind of point, as the contract names it.
    #[serde(default = "console")]
    pub category: String,
    /// Whom it is to serve.
    #[serde(default = "one")]
    pub of: Vec<usize>,
    /// One bit of the join request is another.
    pub flip: Option<usize>,
    /// What comes of it; one of these.
    #[serde(default = "done", deserialize_with = "one_or_more")]
    pub outcome: Vec<String>,
    /// Why it is refused; one of these.
    #[serde(default, deserialize_with = "one_or_more")]
    pub reason: Vec<String>,
    /// What the step is for.
    #[serde(default = "setup", rename = "as")]
    pub role: StepRole,
}

/// An enforcement point of the stage follows the log, and decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Decides {
    /// Which, in the order in which they were let in.
    #[serde(default = "first")]
    pub point: usize,
    /// About which dependant.
    #[serde(default = "first")]
    pub of: usize,
    /// What somebody wants, as rows of decisions write it.
    pub action: String,
    /// What it decides; `not-served` is a dependant whom it has no rules for, `left` a point that is none any more.
    pub effect: String,
    /// Why, if it matters.
    pub reason: Option<String>,
    /// What the step is for.
    #[serde(default = "check", rename = "as")]
    pub role: StepRole,
}

fn done() -> Vec<String> {
    vec![ok()]
}

fn one() -> Vec<usize> {
    vec![1]
}

fn console() -> String {
    "console".into()
}
