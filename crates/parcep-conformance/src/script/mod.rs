//! Tests as data: what every file of `catalogue/` has in common, whomever its tests judge.
//!
//! A file has tests; a test has steps. Where a test has axes, each combination of their values is a case
//! of its own, and `{axis}` in the steps stands for the value; of a value that is a table, `{axis.member}`
//! stands for a member, and its member `is` is what the id of the case says. A step with a list `each` is
//! one step for each item, which `{it}` stands for.
//!
//! ```text
//! catalogue/*.toml ──read──► Template ──cases──► Case: checked, and nothing left to look up
//! ```

mod axes;
mod needs;
mod words;

pub(crate) use needs::{is_of_lack, unmet};
pub(crate) use words::Source;

use crate::catalogue::Kind;
use crate::spec;
use crate::trace::sentence_hash;
use crate::trial::StepRole;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One file of the catalogue; `H` is what its tests begin with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound = "H: DeserializeOwned + Default")]
pub struct File<H> {
    /// What the file is about.
    pub about: String,
    /// Its tests.
    #[serde(rename = "test")]
    pub tests: Vec<Template<H>>,
}

/// A test before its axes are put in.
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    bound = "H: DeserializeOwned + Default"
)]
pub struct Template<H> {
    /// Immutable id, such as `T-POINT-010-rollback`.
    pub id: String,
    /// What the implementation has to do, in one line.
    pub title: String,
    /// Requirements it decides, each `R-AREA-NNN` and the hash of its sentence.
    pub cites: Vec<String>,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// How good what it sees is as evidence.
    pub grade: Grade,
    /// Whether the quick profile has it.
    #[serde(default)]
    pub quick: bool,
    /// What the implementation has to offer, or to lack; else the test does not apply. What a step needs of any
    /// product need not be said.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Seeded faults that it has to find.
    #[serde(default)]
    pub kills: Vec<String>,
    /// Values that are put into the steps.
    #[serde(default)]
    pub axes: BTreeMap<String, Vec<Value>>,
    /// What it begins with.
    #[serde(default)]
    pub home: H,
    /// What happens.
    pub steps: Vec<Value>,
}

/// How good what a test sees is as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// What crossed the wire.
    Wire,
    /// What the product decided.
    Behaviour,
    /// What the product says of itself.
    SelfReport,
}

impl Grade {
    /// The name, as reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Behaviour => "behaviour",
            Self::SelfReport => "self-report",
        }
    }
}

/// A step of a script.
pub trait Played: DeserializeOwned {
    /// What it is for; `None` if it only brings things about, or if that shows when it is played.
    fn role(&self) -> Option<StepRole>;

    /// The features without which nobody can do it.
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }
}

/// What is played: a template with one value of each axis.
#[derive(Debug)]
pub struct Case<H, S> {
    /// The id of the template, and behind it the values of the axes.
    pub id: String,
    /// What the implementation has to do, in one line.
    pub title: String,
    /// Requirements it decides.
    pub requirements: Vec<String>,
    /// What kind of behaviour it provokes.
    pub kind: Kind,
    /// How good what it sees is as evidence.
    pub grade: Grade,
    /// Whether the quick profile has it.
    pub quick: bool,
    /// What the implementation has to offer.
    pub needs: Vec<String>,
    /// Seeded faults that it has to find.
    pub kills: Vec<String>,
    /// What it begins with.
    pub home: H,
    /// What happens.
    pub steps: Vec<S>,
}

/// Reads files, each its name and its text.
///
/// # Errors
/// Which file is none, and where.
pub fn read<H: DeserializeOwned + Default>(
    files: &[(&str, &str)],
) -> Result<Vec<Template<H>>, String> {
    let read = |(name, text): &(&str, &str)| {
        let file: Result<File<H>, _> = toml::from_str(text);
        file.map(|file| file.tests)
            .map_err(|error| format!("{name}: {error}"))
    };
    let files: Result<Vec<_>, _> = files.iter().map(read).collect();
    Ok(files?.into_iter().flatten().collect())
}

/// Every case of every template.
///
/// # Errors
/// Which test cites a clause that does not exist or no longer says what it said (R-CONF-008), has a step
/// that is none, or owes a step (R-CONF-003).
pub fn cases<H: Clone, S: Played>(templates: &[Template<H>]) -> Result<Vec<Case<H, S>>, String> {
    let mut cases = Vec::new();
    for template in templates {
        let built = template.checked().and_then(|()| template.cases());
        cases.extend(built.map_err(|error| format!("{}: {error}", template.id))?);
    }
    Ok(cases)
}

/// What a test of this kind cannot do without (R-CONF-003).
pub(crate) fn owed(kind: Kind) -> &'static [StepRole] {
    match kind {
        Kind::Negative => &[StepRole::Refusal, StepRole::Unchanged, StepRole::Twin],
        _ => &[StepRole::Check],
    }
}

impl<H: Clone> Template<H> {
    /// Requirements it decides.
    pub fn requirements(&self) -> impl Iterator<Item = &str> {
        self.cites
            .iter()
            .filter_map(|cite| cite.split_whitespace().next())
    }

    /// Every case of it.
    ///
    /// # Errors
    /// If a step is no step, a placeholder no axis, or two cases do the same.
    pub fn cases<S: Played>(&self) -> Result<Vec<Case<H, S>>, String> {
        let mut seen = BTreeSet::new();
        let mut cases = Vec::new();
        for chosen in axes::combinations(&self.axes) {
            let id = axes::id(&self.id, &chosen);
            let steps = axes::put_all(&self.steps, &chosen)?;
            let needs = axes::put_words(&self.needs, &chosen)?;
            // An axis that changes nothing is no axis.
            if !seen.insert(Value::from_iter(steps.iter().cloned()).to_string()) {
                return Err(format!("`{id}` does what another case does"));
            }
            cases.push(self.case(id, needs, steps)?);
        }
        Ok(cases)
    }

    fn case<S: Played>(
        &self,
        id: String,
        mut needs: Vec<String>,
        steps: Vec<Value>,
    ) -> Result<Case<H, S>, String> {
        let step = |(at, step): (usize, Value)| {
            serde_json::from_value(step).map_err(|error| format!("step {}: {error}", at + 1))
        };
        let steps: Vec<S> = steps
            .into_iter()
            .enumerate()
            .map(step)
            .collect::<Result<_, _>>()?;
        let has = |role: &&StepRole| steps.iter().any(|step| step.role() == Some(**role));
        if let Some(role) = owed(self.kind).iter().find(|role| !has(role)) {
            return Err(format!("no step of role {role:?}"));
        }
        for need in steps.iter().flat_map(S::needs) {
            if !needs.iter().any(|known| known == need) {
                needs.push((*need).to_owned());
            }
        }
        Ok(Case {
            id,
            title: self.title.clone(),
            requirements: self.requirements().map(str::to_owned).collect(),
            kind: self.kind,
            grade: self.grade,
            quick: self.quick,
            needs,
            kills: self.kills.clone(),
            home: self.home.clone(),
            steps,
        })
    }

    /// A sentence that changed makes the tests that cite it suspect. Read the test again, and then write
    /// the new hash beside the id.
    fn checked(&self) -> Result<(), String> {
        if self.cites.is_empty() {
            return Err("cites nothing".into());
        }
        for cite in &self.cites {
            let (id, hash) = cite.split_once(' ').unwrap_or((cite, ""));
            let requirement = spec::requirement(id).ok_or_else(|| format!("there is no {id}"))?;
            let stands = sentence_hash(&requirement.sentence);
            if hash != stands {
                return Err(format!("{id} says something else now: {stands}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
