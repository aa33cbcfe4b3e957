//! From a PCPS document to typed rules: every reading of what PCPS leaves open is here.
//!
//! A rule's id is the JSON pointer of its place inside `policy`, without the first slash, so that a
//! reason such as `time_limits/by_category/2` leads a person to the row (R-PCPS-010).

mod content;
mod lists;
mod overrides;
mod time;

use super::model;
use crate::family::{Child, Device, Family, Guardian, Loss, LossCode};
use crate::refusal::{Code, Refusal};
use parcep_core::policy::{
    AppId, LayerAuthor, PolicyError, PolicyLayer, Profile, RuleId, ZoneName,
};

pub(super) use lists::{admitted, blocked};

/// Typed rules and what could not become one.
pub(super) fn family(document: &model::Document) -> Result<(Family, Vec<Loss>), Refusal> {
    let author = author(document)?;
    let mut notes = Notes::default();
    let children = document
        .children
        .iter()
        .enumerate()
        .map(|(index, child)| self::child(document, index, child, &author, &mut notes))
        .collect::<Result<_, _>>()?;
    let guardians = document.guardians.iter().map(|guardian| Guardian {
        id: guardian.id.clone(),
        name: guardian.name.clone(),
        email: guardian.email.clone(),
        primary: guardian.primary,
    });
    let family = Family {
        id: document.family_id.clone(),
        name: document.family_name.clone(),
        zone: zone(&document.timezone, "/timezone")?,
        guardians: guardians.collect(),
        children,
    };
    Ok((family, notes.loss))
}

/// PCPS does not say who wrote a rule: it counts as the first primary guardian's.
fn author(document: &model::Document) -> Result<LayerAuthor, Refusal> {
    let primary = document
        .guardians
        .iter()
        .position(|guardian| guardian.primary)
        .unwrap_or(0);
    let id = document
        .guardians
        .get(primary)
        .map_or("", |guardian| guardian.id.as_str());
    // Ids that are empty, too long or have control characters cannot name an author.
    LayerAuthor::guardian(id)
        .or_else(|_| LayerAuthor::guardian(&format!("guardian-{primary}")))
        .map_err(|error| bad_rule(&error, "/guardians"))
}

fn zone(name: &str, pointer: &str) -> Result<ZoneName, Refusal> {
    name.parse().map_err(|error| bad_rule(&error, pointer))
}

fn child(
    document: &model::Document,
    index: usize,
    child: &model::Child,
    author: &LayerAuthor,
    notes: &mut Notes,
) -> Result<Child, Refusal> {
    let place = format!("/children/{index}");
    notes.at = place.clone();
    if child.age.is_some() {
        notes.loss(
            "/child_age",
            LossCode::AgeNotUsed,
            "the age is kept and decides nothing",
        );
    }
    notes.at = format!("{place}/policy");
    let zone_name = child.timezone.as_ref().unwrap_or(&document.timezone);
    let policy = &child.policy;
    let mut layer = PolicyLayer::empty(author.clone());
    layer.schedule.windows = time::windows(&policy.schedule, notes);
    layer.budgets.budgets = time::budgets(&policy.time_limits, notes);
    layer.apps = lists::apps(&policy.apps, notes);
    layer.web = content::web(&policy.content.web, notes);
    layer.ratings = content::ratings(&policy.content);
    layer.communication = lists::communication(&policy.communication, notes);
    layer.spending = content::spending(&policy.spending, notes);
    if policy.extensions {
        let text = "vendor extensions are kept and have no effect here";
        notes.loss("/extensions", LossCode::ExtensionsKept, text);
    }
    // The place in the layer is not one of this document: its part is named.
    layer
        .check()
        .map_err(|fault| bad_rule(&fault.cause, &notes.at))?;
    Ok(Child {
        id: child.id.clone(),
        name: child.name.clone(),
        age: child.age,
        devices: child.devices.iter().map(device).collect(),
        active: policy.status.policy_active,
        profile: Profile::new(zone(zone_name, &format!("{place}/timezone"))?),
        overrides: overrides::overrides(policy, author, notes),
        layer,
    })
}

fn device(device: &model::Device) -> Device {
    Device {
        id: device.id.clone(),
        name: device.name.clone(),
        platform: device.platform.clone(),
        model: device.model.clone(),
    }
}

fn bad_rule(error: &PolicyError, pointer: &str) -> Refusal {
    Refusal::new(Code::BadRule, pointer, error.to_string())
}

/// The app id of a PCPS app name: exactly the name, in the namespace `pcps` (R-PCPS-012).
pub(super) fn app_id(name: &str) -> Option<AppId> {
    AppId::new("pcps", name).ok()
}

/// Texts for a dependant to read are at most this long in the policy model.
pub(super) const TEXT_MAX: usize = 512;

/// The loss report of one import as it grows.
#[derive(Default)]
struct Notes {
    /// Where the relative pointers of [`Notes::loss`] begin.
    at: String,
    loss: Vec<Loss>,
}

impl Notes {
    fn loss(&mut self, pointer: &str, code: LossCode, text: &str) {
        self.loss
            .push(Loss::new(format!("{}{pointer}", self.at), code, text));
    }

    /// A text if it is short enough for the policy model.
    fn text(&mut self, pointer: &str, text: Option<&String>) -> Option<String> {
        let text = text?;
        if text.len() <= TEXT_MAX {
            return Some(text.clone());
        }
        self.loss(
            pointer,
            LossCode::TextTooLong,
            "a text this long is kept but not shown",
        );
        None
    }
}

/// The rule id for a place inside `policy`.
fn rule(place: &str) -> Option<RuleId> {
    place.parse().ok()
}
