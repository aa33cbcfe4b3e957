//! A question laid beside a policy: what does not depend on the instant is looked up once.

use super::acts;
use super::apps::{self, Explicit};
use super::budgets::Limited;
use super::calendar::{Calendar, UnknownZone};
use super::model::{Act, Layer, Usage};
use super::question::{Action, Question};
use super::ratings::{self, Labels, Rated};
use super::reading::Reading;
use super::windows::Group;
use super::{budgets, contacts, features, hosts, windows};
use parcep_proto::v1alpha1 as pb;

/// A question, with the names in it in the forms in which names are compared.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) reading: &'a Reading,
    pub(super) usage: &'a Usage,
    pub(super) question: &'a Question,
    /// The acts that stand, as *Uncertain time* asks them.
    pub(super) acts: Vec<Act>,
    pub(super) calendar: Calendar,
    /// R-POL-012; `None` for anything that is no name.
    pub(super) host: Option<String>,
    /// R-EVAL-032, R-EVAL-024: the categories that count.
    pub(super) categories: Vec<pb::CategoryRef>,
    /// R-POL-014.
    pub(super) identifier: Option<String>,
    pub(super) labels: Labels<'a>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        reading: &'a Reading,
        usage: &'a Usage,
        question: &'a Question,
    ) -> Result<Self, UnknownZone> {
        let calendar = Calendar::of(reading.policy.profile.as_ref(), question)?;
        let host = match &question.action {
            Action::Host(host) => hosts::mapped(host),
            _ => None,
        };
        let identifier = match &question.action {
            Action::Communicate { identifier, .. } => identifier.as_deref(),
            Action::Service(name) | Action::AddContact(name) => Some(name.as_str()),
            _ => None,
        };
        let categories = match &question.action {
            Action::App(_) | Action::Install(_) | Action::Content => question.categories.clone(),
            Action::Host(_) if host.is_some() => question.categories.clone(),
            _ => Vec::new(),
        };
        Ok(Self {
            reading,
            usage,
            question,
            acts: acts::asked(&reading.acts, question),
            labels: Labels::of(&reading.policy, question, calendar.region.as_deref()),
            calendar,
            host,
            categories,
            identifier: identifier.map(contacts::normal),
        })
    }
}

/// One layer beside the question: its windows and budgets as far as they are about the action, and
/// what the steps say that know no time.
#[derive(Debug)]
pub(super) struct Laid<'a> {
    pub(super) layer: &'a Layer,
    /// Step 3.
    pub(super) explicit: Option<Explicit>,
    /// Step 5.
    pub(super) rated: Rated,
    pub(super) always_allowed: bool,
    pub(super) not_counted: bool,
    pub(super) groups: Vec<Group<'a>>,
    pub(super) budgets: Vec<Limited<'a>>,
}

impl<'a> Laid<'a> {
    pub(super) fn new(asked: &'a Asked<'a>, layer: &'a Layer) -> Self {
        Self {
            layer,
            explicit: explicit(asked, layer),
            rated: ratings::judged(asked, layer),
            always_allowed: apps::always_allowed(asked, layer),
            not_counted: apps::not_counted(asked, layer),
            groups: windows::groups(asked, layer),
            budgets: budgets::about(asked, layer),
        }
    }
}

/// Step 3: the explicit rule for the action.
fn explicit(asked: &Asked<'_>, layer: &Layer) -> Option<Explicit> {
    match &asked.question.action {
        Action::App(_) | Action::Install(_) => apps::explicit(asked, layer),
        Action::Host(_) => hosts::explicit(asked, layer),
        Action::Feature(code) => features::explicit(layer, code),
        _ => None,
    }
}

/// One instant at which the question is looked at: its own, or a later one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) layers: &'a [Laid<'a>],
    /// The instant.
    pub(super) at: i64,
    /// Use went on from the question's instant until this one.
    pub(super) goes_on: bool,
}

impl Now<'_> {
    pub(super) const fn later(self, at: i64, goes_on: bool) -> Self {
        Self {
            at,
            goes_on,
            ..self
        }
    }
}
