//! Step 5: labels, ceilings, what has no rating.

use super::answer::{Effect, Reason};
use super::asked::Asked;
use super::model::{Layer, Policy};
use super::question::{Action, Question};
use super::steps::{Finding, ask_or_deny};
use super::{ages, verdicts};
use parcep_proto::v1alpha1 as pb;
use pb::UnratedEffect as Row;
use pb::ceiling_rule::Ceiling;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error;

/// The table as published (R-EVAL-025).
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Ratings {
    systems: Vec<System>,
}

impl fmt::Debug for Ratings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ratings of {} systems", self.systems.len())
    }
}

/// What is no rating table.
#[derive(Debug, Error)]
#[error("no rating table: {0}")]
pub struct BadTable(#[from] serde_json::Error);

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct System {
    id: String,
    name: String,
    media: Vec<String>,
    regions: Vec<String>,
    labels: Vec<Label>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Label {
    id: String,
    label: String,
    #[serde(default)]
    aliases: Vec<String>,
    min_age: Option<u32>,
    kind: Kind,
    chain: Option<String>,
    rank: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Age,
    Guidance,
    AdultOnly,
    Refused,
    Pending,
    Unrated,
    Exempt,
}

/// A label with its system.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    system: &'a System,
    label: &'a Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Above,
    Admitted,
    Incomparable,
}

/// The table of this version, as the specification has it.
const PUBLISHED: &str = include_str!("../../../../spec/registry/ratings.json");

impl Ratings {
    /// The table of this version.
    ///
    /// # Errors
    /// Never: a test reads it.
    pub fn published() -> Result<Self, BadTable> {
        Self::read(PUBLISHED)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// The text is not a table.
    pub fn read(json: &str) -> Result<Self, BadTable> {
        Ok(serde_json::from_str(json)?)
    }

    /// Every label, as `SYSTEM/LABEL` by its ids.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let labels = |system: &System| {
            let id = system.id.clone();
            let labels = system.labels.clone().into_iter();
            labels.map(move |label| format!("{id}/{}", label.label))
        };
        self.systems.iter().flat_map(labels)
    }

    /// R-EVAL-025: how a label is found.
    fn find(&self, text: &str) -> Option<Known<'_>> {
        let (wanted_system, wanted) = text.split_once('/')?;
        let is_system = |s: &&System| {
            [&s.id, &s.name]
                .iter()
                .any(|n| n.eq_ignore_ascii_case(wanted_system))
        };
        let system = self.systems.iter().find(is_system)?;
        let is_label = |label: &&Label| {
            let mut names = vec![label.label.as_str(), label.id.as_str()];
            names.extend(label.id.split_once(':').map(|(_, behind)| behind));
            names.extend(label.aliases.iter().map(String::as_str));
            names
                .into_iter()
                .any(|name| name.eq_ignore_ascii_case(wanted))
        };
        let label = system.labels.iter().find(is_label)?;
        Some(Known { system, label })
    }
}

impl Known<'_> {
    fn media(&self) -> BTreeSet<i32> {
        self.system
            .media
            .iter()
            .filter_map(|name| medium(name))
            .collect()
    }

    /// R-EVAL-025: a part of a country belongs to it.
    fn is_of(&self, region: &str) -> bool {
        let mut regions = self.system.regions.iter();
        regions.any(|one| one == region || one.split('-').next() == Some(region))
    }

    fn has_rating(&self) -> bool {
        !matches!(self.label.kind, Kind::Pending | Kind::Unrated)
    }

    /// R-EVAL-013: the age that a label counts as.
    fn age(&self, ignore_guidance: bool) -> Option<u32> {
        if self.label.kind == Kind::Guidance && ignore_guidance {
            Some(0)
        } else {
            self.label.min_age
        }
    }
}

fn medium(name: &str) -> Option<i32> {
    let name = format!("MEDIUM_{}", name.to_ascii_uppercase());
    pb::Medium::from_str_name(&name).map(|medium| medium as i32)
}

/// R-EVAL-013.
fn under_age(item: Known<'_>, ceiling: u32, ignore_guidance: bool) -> Verdict {
    match item.label.kind {
        Kind::Refused => Verdict::Above,
        Kind::Exempt => Verdict::Admitted,
        Kind::Pending | Kind::Unrated => Verdict::Incomparable,
        Kind::AdultOnly if ceiling < 18 => Verdict::Above,
        Kind::Age | Kind::Guidance | Kind::AdultOnly => compared(
            item.age(ignore_guidance).map(i64::from),
            Some(ceiling.into()),
        ),
    }
}

/// R-EVAL-014.
fn under_label(item: Known<'_>, ceiling: Option<Known<'_>>, ignore_guidance: bool) -> Verdict {
    match item.label.kind {
        Kind::Refused => return Verdict::Above,
        Kind::Exempt => return Verdict::Admitted,
        Kind::Pending | Kind::Unrated => return Verdict::Incomparable,
        Kind::Age | Kind::Guidance | Kind::AdultOnly => {}
    }
    let Some(ceiling) = ceiling else {
        return Verdict::Incomparable;
    };
    let same_chain = item.system.id == ceiling.system.id
        && item.label.chain.is_some()
        && item.label.chain == ceiling.label.chain;
    if same_chain {
        return compared(item.label.rank, ceiling.label.rank);
    }
    let most = ceiling.label.min_age.map(i64::from);
    if item.label.kind == Kind::AdultOnly && most.is_some_and(|most| most < 18) {
        return Verdict::Above;
    }
    compared(item.age(ignore_guidance).map(i64::from), most)
}

fn compared(item: Option<i64>, most: Option<i64>) -> Verdict {
    match (item, most) {
        (Some(item), Some(most)) if item > most => Verdict::Above,
        (Some(_), Some(_)) => Verdict::Admitted,
        _ => Verdict::Incomparable,
    }
}

fn judge(
    asked: &Asked<'_>,
    rules: &pb::RatingSection,
    rule: &pb::CeilingRule,
    item: Known<'_>,
) -> Verdict {
    let ignore = rules.ignore_guidance.unwrap_or(false);
    match &rule.ceiling {
        Some(Ceiling::MaxAge(age)) => under_age(item, *age, ignore),
        Some(Ceiling::Label(text)) => {
            under_label(item, asked.reading.policy.ratings.find(text), ignore)
        }
        None => Verdict::Incomparable,
    }
}

/// R-POL-005, R-EVAL-014: without a ceiling, or by a label that the table lacks.
pub(super) fn is_unenforceable(policy: &Policy, rule: &pb::CeilingRule) -> bool {
    match &rule.ceiling {
        None => true,
        Some(Ceiling::MaxAge(_)) => false,
        Some(Ceiling::Label(text)) => policy.ratings.find(text).is_none(),
    }
}

/// The labels of an item, as far as the table has them (R-EVAL-015).
#[derive(Debug)]
pub(super) struct Labels<'a> {
    known: Vec<Known<'a>>,
    counting: Vec<Known<'a>>,
    /// The media of the item; `None` where that is not known, so that every rule is about it.
    media: Option<BTreeSet<i32>>,
    /// R-REQ-012: it is above the constitution's ceiling on unblocking.
    pub(super) above_unblock_max_age: bool,
}

impl<'a> Labels<'a> {
    /// R-EVAL-015: a label that the table lacks is as if it were not there.
    pub(super) fn of(policy: &'a Policy, question: &Question, region: Option<&str>) -> Self {
        let labels = question.labels.iter();
        let known: Vec<_> = labels
            .filter_map(|text| policy.ratings.find(text))
            .collect();
        let counting = counting(&known, region);
        let media = if known.is_empty() {
            question.medium.map(|medium| BTreeSet::from([medium]))
        } else {
            Some(known.iter().flat_map(Known::media).collect())
        };
        let above = |most| {
            let mut items = counting.iter();
            items.any(|item| under_age(*item, most, false) == Verdict::Above)
        };
        Self {
            above_unblock_max_age: policy.unblock_max_age.is_some_and(above),
            known,
            counting,
            media,
        }
    }

    /// Whether the item has a label.
    pub(super) fn is_labelled(&self) -> bool {
        !self.known.is_empty()
    }

    /// R-EVAL-016, R-EVAL-027: whether a label that counts rates the item.
    pub(super) fn rates(&self) -> bool {
        self.counting.iter().any(Known::has_rating)
    }
}

/// R-EVAL-015: the labels that count.
fn counting<'a>(known: &[Known<'a>], region: Option<&str>) -> Vec<Known<'a>> {
    let mut labels = known.to_vec();
    if let Some(region) = region
        && labels
            .iter()
            .any(|label| label.is_of(region) && label.has_rating())
    {
        labels.retain(|label| label.is_of(region));
    }
    labels
}

/// R-POL-006: an unknown medium is every medium.
fn medium_of(rule: Option<i32>) -> Option<i32> {
    rule.filter(|number| *number != 0 && pb::Medium::try_from(*number).is_ok())
}

/// What step 5 says.
#[derive(Debug, Default)]
pub(super) struct Rated {
    pub(super) findings: Vec<Finding>,
    /// The unrated row that admits.
    pub(super) admitted_by: Option<String>,
}

/// Step 5.
pub(super) fn judged(asked: &Asked<'_>, layer: &Layer) -> Rated {
    let mut rated = Rated::default();
    let action = &asked.question.action;
    if !matches!(
        action,
        Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content
    ) {
        return rated;
    }
    rated.findings.extend(explicit_content(asked, layer));
    if *action == Action::Content || asked.labels.is_labelled() {
        rated.findings.extend(above(asked, layer));
        unrated(asked, layer, &mut rated);
    }
    rated.findings.extend(verdicts::judged(asked, layer));
    rated.findings.extend(ages::judged(asked, layer));
    rated
}

/// R-EVAL-023.
fn explicit_content(asked: &Asked<'_>, layer: &Layer) -> Option<Finding> {
    let flag = layer
        .rating
        .explicit_content
        .as_ref()
        .filter(|flag| !flag.on)?;
    asked
        .question
        .explicit
        .then(|| Finding::by(layer, Effect::Deny, Reason::Explicit, [flag.id.clone()]))
}

/// R-EVAL-015: the ceilings that are about the item, each with what it says about the labels it looks at.
fn ceilings<'a>(asked: &Asked<'_>, layer: &'a Layer) -> Vec<(&'a pb::CeilingRule, Vec<Verdict>)> {
    let media = &asked.labels.media;
    let mut about = Vec::new();
    for rule in &layer.rating.ceilings {
        let medium = medium_of(rule.medium);
        let is_about = match (medium, media) {
            (Some(medium), Some(media)) => media.contains(&medium),
            _ => true,
        };
        if rule.ceiling.is_none() || !is_about {
            continue;
        }
        let looks_at =
            |item: &Known<'_>| medium.is_none_or(|medium| item.media().contains(&medium));
        let labels = asked.labels.counting.iter().copied().filter(looks_at);
        let verdicts = labels
            .map(|item| judge(asked, &layer.rating, rule, item))
            .collect();
        about.push((rule, verdicts));
    }
    about
}

/// R-EVAL-013 to R-EVAL-015: every ceiling that the item is above.
fn above(asked: &Asked<'_>, layer: &Layer) -> Option<Finding> {
    let mut above = ceilings(asked, layer);
    above.retain(|(_, verdicts)| verdicts.contains(&Verdict::Above));
    let names = above.into_iter().map(|(rule, _)| rule.id.clone());
    let finding = Finding::by(layer, Effect::Deny, Reason::Rating, names);
    (!finding.rules.is_empty()).then_some(finding)
}

/// R-EVAL-016.
fn unrated(asked: &Asked<'_>, layer: &Layer, rated: &mut Rated) {
    let mut unable = ceilings(asked, layer);
    unable.retain(|(_, verdicts)| {
        verdicts
            .iter()
            .all(|verdict| *verdict == Verdict::Incomparable)
    });
    if asked.labels.rates() && unable.is_empty() {
        return;
    }
    let (effect, name) = match row(asked, layer) {
        Some((Row::Allow, name)) => {
            rated.admitted_by = Some(name);
            return;
        }
        Some((Row::Ask, name)) => (ask_or_deny(asked.question), name),
        Some((Row::Block | Row::Unspecified, name)) => (Effect::Deny, name),
        None => match unable.first() {
            Some((ceiling, _)) => (ask_or_deny(asked.question), ceiling.id.clone()),
            None => return,
        },
    };
    rated
        .findings
        .push(Finding::by(layer, effect, Reason::Unrated, [name]));
}

/// R-EVAL-016: the strictest row that fits, of equal ones the first.
fn row(asked: &Asked<'_>, layer: &Layer) -> Option<(Row, String)> {
    let rows: Vec<_> = layer
        .rating
        .unrated
        .iter()
        .filter(|row| !is_unknown(row))
        .collect();
    let without = rows.iter().filter(|row| medium_of(row.medium).is_none());
    let fitting: Vec<_> = match &asked.labels.media {
        None => rows.iter().collect(),
        Some(media) => {
            let fits =
                |row: &&&pb::UnratedRule| medium_of(row.medium).is_some_and(|m| media.contains(&m));
            let own: Vec<_> = rows.iter().filter(fits).collect();
            if own.is_empty() {
                without.collect()
            } else {
                own
            }
        }
    };
    let mut strictest: Option<(Row, String)> = None;
    for row in fitting {
        let effect = strict(row.effect);
        if strictest
            .as_ref()
            .is_none_or(|(so_far, _)| effect > *so_far)
        {
            strictest = Some((effect, row.id.clone()));
        }
    }
    strictest
}

/// R-POL-006: an unknown effect is BLOCK.
fn strict(effect: i32) -> Row {
    match Row::try_from(effect) {
        Ok(Row::Allow) => Row::Allow,
        Ok(Row::Ask) => Row::Ask,
        _ => Row::Block,
    }
}

/// R-POL-006: a row that admits an unknown medium is of an unknown kind.
pub(super) fn is_unknown(row: &pb::UnratedRule) -> bool {
    strict(row.effect) == Row::Allow && row.medium.is_some() && medium_of(row.medium).is_none()
}
