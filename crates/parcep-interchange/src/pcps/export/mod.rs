//! From typed rules to a plain PCPS document, and what PCPS cannot say.
//!
//! "Plain" is how these rules would be written from scratch; the residue of an import then puts
//! back how they were written (R-PCPS-021).

mod access;
mod content;
mod overrides;
mod time;

use crate::family::{Child, Device, Family, Guardian, Loss, LossCode};
use crate::json::Json;
use parcep_core::policy::{Flag, OnUnenforceable, PolicyLayer, Profile, Weekday};

/// The plain document and the loss report.
pub(super) fn document(family: &Family) -> (Json, Vec<Loss>) {
    let mut loss = Vec::new();
    let children = family
        .children
        .iter()
        .enumerate()
        .map(|(index, child)| self::child(family, index, child, &mut loss))
        .collect();
    let root = Members::new()
        .text("pcps_version", "1.0")
        .text("family_id", &family.id)
        .maybe_text("family_name", family.name.as_ref())
        .text("timezone", family.zone.as_str())
        .with(
            "guardians",
            Json::Array(family.guardians.iter().map(guardian).collect()),
        )
        .with("children", Json::Array(children));
    (root.into_json(), loss)
}

fn guardian(guardian: &Guardian) -> Json {
    Members::new()
        .text("guardian_id", &guardian.id)
        .text("name", &guardian.name)
        .maybe_text("email", guardian.email.as_ref())
        .text(
            "role",
            if guardian.primary {
                "primary"
            } else {
                "guardian"
            },
        )
        .into_json()
}

fn child(family: &Family, index: usize, child: &Child, loss: &mut Vec<Loss>) -> Json {
    let mut notes = Notes {
        at: format!("/children/{index}"),
        loss,
    };
    profile(&child.profile, &mut notes);
    notes.at.push_str("/policy");
    let layer = &child.layer;
    for rule in &layer.unknown {
        notes.inexpressible("", &format!("rule `{}` is of an unknown kind", rule.id));
    }
    for rule in &layer.features.rules {
        let text = format!("rule `{}` for the feature `{}`", rule.id, rule.feature);
        notes.inexpressible("", &text);
    }
    for rule in &layer.age.share {
        let text = format!("rule `{}` about telling an age", rule.id);
        notes.inexpressible("", &text);
    }
    for gate in &layer.age.gates {
        let text = format!("rule `{}` from an age on", gate.id);
        notes.inexpressible("", &text);
    }
    of_every_rule(layer, &mut notes);
    let policy = Members::new()
        .section("schedule", time::schedule(&layer.schedule, &mut notes))
        .section("time_limits", time::limits(&layer.budgets, &mut notes))
        .section("content", content::content(layer, &mut notes))
        .section("apps", access::apps(&layer.apps, &mut notes))
        .section(
            "communication",
            access::communication(&layer.communication, &mut notes),
        )
        .section("spending", content::spending(&layer.spending, &mut notes))
        .section("status", overrides::status(child, &mut notes))
        .section("overrides", overrides::overrides(child, &mut notes));
    let zone = (child.profile.zone != family.zone).then(|| child.profile.zone.to_string());
    let devices: Vec<_> = child.devices.iter().map(device).collect();
    Members::new()
        .text("child_id", &child.id)
        .text("child_name", &child.name)
        .maybe("child_age", child.age.map(|age| Json::integer(age.into())))
        .maybe_text("timezone", zone.as_ref())
        .maybe(
            "devices",
            (!devices.is_empty()).then_some(Json::Array(devices)),
        )
        .with("policy", policy.into_json())
        .into_json()
}

/// What a rule of any kind may say and PCPS cannot.
fn of_every_rule(layer: &PolicyLayer, notes: &mut Notes<'_>) {
    for rule in layer.rules() {
        if rule.on_unenforceable != OnUnenforceable::Report {
            let text = format!("rule `{}`: what holds where it is not enforceable", rule.id);
            notes.inexpressible("", &text);
        }
        if let Some(date) = rule.review_by {
            let text = format!("rule `{}` is to be looked at again by {date}", rule.id);
            notes.inexpressible("", &text);
        }
    }
}

fn profile(profile: &Profile, notes: &mut Notes<'_>) {
    if profile.follow_device {
        notes.inexpressible("/timezone", "the zone of the device in use is not followed");
    }
    if profile.day_start.seconds() != 0 || profile.week_start != Weekday::Monday {
        notes.inexpressible("/timezone", "days start at midnight and weeks on Monday");
    }
    if profile.region.is_some() {
        notes.inexpressible("", "the region, which chooses among rating systems");
    }
}

fn device(device: &Device) -> Json {
    Members::new()
        .text("device_id", &device.id)
        .text("device_name", &device.name)
        .text("platform", &device.platform)
        .maybe_text("model", device.model.as_ref())
        .into_json()
}

/// An object under construction.
struct Members(Vec<(String, Json)>);

impl Members {
    const fn new() -> Self {
        Self(Vec::new())
    }

    fn with(mut self, name: &str, value: Json) -> Self {
        self.0.push((name.to_owned(), value));
        self
    }

    fn maybe(self, name: &str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn text(self, name: &str, value: &str) -> Self {
        self.with(name, Json::text(value))
    }

    fn maybe_text(self, name: &str, value: Option<&String>) -> Self {
        self.maybe(name, value.map(Json::text))
    }

    fn flag(self, name: &str, flag: Option<&Flag>) -> Self {
        self.maybe(name, flag.map(|flag| Json::Bool(flag.on)))
    }

    /// A list, unless it is empty.
    fn list(self, name: &str, items: Vec<Json>) -> Self {
        self.maybe(name, (!items.is_empty()).then_some(Json::Array(items)))
    }

    /// An object, unless it is empty.
    fn section(self, name: &str, members: Self) -> Self {
        self.maybe(name, (!members.0.is_empty()).then(|| members.into_json()))
    }

    fn into_json(self) -> Json {
        Json::Object(self.0)
    }
}

/// The loss report of one export as it grows.
struct Notes<'a> {
    /// Where the relative pointers begin.
    at: String,
    loss: &'a mut Vec<Loss>,
}

impl Notes<'_> {
    fn loss(&mut self, pointer: &str, code: LossCode, text: &str) {
        self.loss
            .push(Loss::new(format!("{}{pointer}", self.at), code, text));
    }

    fn inexpressible(&mut self, pointer: &str, what: &str) {
        self.loss(
            pointer,
            LossCode::NotExpressible,
            &format!("PCPS cannot say: {what}"),
        );
    }

    fn stricter(&mut self, pointer: &str, text: &str) {
        self.loss(pointer, LossCode::ExportedStricter, text);
    }

    fn looser(&mut self, pointer: &str, text: &str) {
        self.loss(pointer, LossCode::ExportedLooser, text);
    }
}
