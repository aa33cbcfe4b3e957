//! From authored layers to what decisions are made from.

use std::sync::Arc;

use super::acts::Acts;
use super::ages::AgeGates;
use super::apps::AppRules;
use super::budgets::{self, Budgets};
use super::by_target::ByTarget;
use super::contact::Communication;
use super::custody::CustodyTable;
use super::ending::Ending;
use super::features::Features;
use super::input::{Custody, PolicyInput};
use super::names::{AuthorNumber, Names, Naming, RuleNumber};
use super::protected::Protected;
use super::ratings::Ratings;
use super::rules::{self, Effective, RuleSet};
use super::schedule::Schedule;
use super::spending::Spending;
use super::web::Web;
use crate::policy::{Ceiling, LayerAuthor, PolicyLayer, Region, RuleId, SectionName, ZoneName};
use crate::ratings::RatingTable;
use crate::zones::{UnknownZone, Zone, Zones};

/// A policy that decisions are made from: immutable, shareable between threads.
#[derive(Debug)]
pub struct CompiledPolicy {
    pub(super) zone: Arc<Zone>,
    pub(super) zone_name: ZoneName,
    pub(super) follow_device: bool,
    pub(super) day_start: i64,
    /// Monday is 0.
    pub(super) week_start: i64,
    pub(super) region: Option<Region>,
    pub(super) table: Arc<RatingTable>,
    pub(super) layers: Box<[Layer]>,
    pub(super) acts: Acts,
    /// Only of guardians with a layer.
    pub(super) custody: CustodyTable,
    /// Least of all layers' caps on extra time and of the constitution's (R-REQ-011).
    pub(super) extra_cap: u64,
    /// Highest age that an unblock may open (R-REQ-012).
    pub(super) unblock_max_age: Option<u8>,
    pub(super) pending: Box<[SectionName]>,
    /// Some layer names a long list.
    pub(super) names_lists: bool,
    pub(super) protected: Protected,
    /// Rules that cannot be kept here and close everything (R-EVAL-049).
    pub(super) deny_access: Box<[RuleNumber]>,
    pub(super) names: Names,
    unenforceable: Vec<Unenforceable>,
}

/// A rule that this version cannot enforce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unenforceable {
    /// Author of the rule.
    pub author: LayerAuthor,
    /// Name of the rule, or id of the act.
    pub rule: String,
    /// Where it stands; `None` for an act.
    pub section: Option<SectionName>,
    /// Stable reason code: `UNKNOWN_RULE_KIND`, `UNKNOWN_LABEL`, or `JURISDICTION` for what law takes
    /// away (R-EVAL-048).
    pub reason: &'static str,
}

/// One layer, ready to be asked.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) author: AuthorNumber,
    /// Minimum protections: in force whoever has custody, and untouched by unblocks.
    pub(super) jurisdiction: bool,
    pub(super) windows: ByTarget<Schedule>,
    /// There is a window on some target.
    pub(super) has_windows: bool,
    pub(super) ending: Ending,
    pub(super) budgets: Budgets,
    pub(super) apps: AppRules,
    pub(super) web: Web,
    pub(super) features: Features,
    pub(super) ratings: Ratings,
    pub(super) ages: AgeGates,
    pub(super) communication: Communication,
    pub(super) spending: Spending,
    pub(super) install_approval: Option<RuleNumber>,
}

/// Most extra time on one target where the constitution names no other cap (R-REQ-011).
const EXTRA_TIME_CAP: u32 = 86_400;

/// Compiles a policy.
///
/// # Errors
/// [`UnknownZone`] when the zone database lacks the profile's zone. Everything else has a meaning:
/// what this version cannot enforce is listed by [`CompiledPolicy::unenforceable`].
pub fn compile(
    input: &PolicyInput<'_>,
    ratings: &Arc<RatingTable>,
    zones: &Zones,
) -> Result<CompiledPolicy, UnknownZone> {
    let zone = zones.find(&input.profile.zone)?;
    let day_start = i64::from(input.profile.day_start.seconds());
    let mut naming = Naming::default();
    let mut effective = Effective::of(input);
    let mut unenforceable = unenforceable(effective.layers.iter().map(AsRef::as_ref), ratings);
    // What this device cannot keep, and what none of this version can.
    let here = input.unenforceable.iter();
    let here = here.map(|rule| (&rule.author, rule.rule.as_str()));
    let anywhere = unenforceable.iter();
    let anywhere = anywhere.map(|rule| (&rule.author, rule.rule.as_str()));
    let cannot: RuleSet<'_> = here.chain(anywhere).collect();
    effective.put_stricter(&cannot);
    let authored = || effective.layers.iter().map(AsRef::as_ref);
    let mut deny_access = Vec::new();
    for layer in authored() {
        let author = naming.author(&layer.author);
        let rules = rules::deny_access(layer, &cannot);
        deny_access.extend(rules.iter().map(|id| naming.rule(author, id.as_str())));
    }
    unenforceable.extend(effective.struck);
    let layers: Box<[Layer]> = authored()
        .map(|layer| compile_layer(layer, &mut naming, day_start, ratings))
        .collect();
    let acts = Acts::sort_out(&effective.overrides, &mut naming);
    let with_layer = |stretch: &&Custody| {
        let mut authors = input.layers.iter().map(|layer| &layer.author);
        authors.any(|author| *author == stretch.guardian)
    };
    let custody = input.custody.iter().filter(with_layer).map(|stretch| {
        let author = naming.author(&stretch.guardian);
        (stretch.from.as_second(), stretch.until.as_second(), author)
    });
    let custody = CustodyTable::new(custody);
    let caps = authored().filter_map(|layer| layer.budgets.extra_time_cap);
    let household = input.caps.extra_time_seconds.unwrap_or(EXTRA_TIME_CAP);
    let max_age = input.caps.unblock_max_age;
    Ok(CompiledPolicy {
        zone,
        zone_name: input.profile.zone.clone(),
        follow_device: input.profile.follow_device,
        day_start,
        week_start: i64::from(input.profile.week_start.index()),
        region: input.profile.region.clone(),
        table: Arc::clone(ratings),
        acts,
        custody,
        extra_cap: caps.chain([household]).map(u64::from).min().unwrap_or(0),
        unblock_max_age: max_age.map(|age| u8::try_from(age).unwrap_or(u8::MAX)),
        pending: input.pending.into(),
        names_lists: layers.iter().any(|layer| layer.web.names_lists()),
        layers,
        protected: Protected::compile(input.limits),
        deny_access: deny_access.into(),
        names: naming.finish(),
        unenforceable,
    })
}

impl CompiledPolicy {
    /// Rules that this version cannot enforce. They never void the others.
    #[must_use]
    pub fn unenforceable(&self) -> &[Unenforceable] {
        &self.unenforceable
    }
}

fn compile_layer(
    layer: &PolicyLayer,
    naming: &mut Naming,
    day_start: i64,
    table: &RatingTable,
) -> Layer {
    let author = naming.author(&layer.author);
    let name = &mut |id: &str| naming.rule(author, id);
    let install = layer.apps.install_approval.as_ref().filter(|flag| flag.on);
    Layer {
        author,
        jurisdiction: matches!(layer.author, LayerAuthor::Jurisdiction(_)),
        has_windows: !layer.schedule.windows.is_empty(),
        windows: Schedule::compile(&layer.schedule, day_start, &mut *name),
        ending: Ending::of(layer.schedule.end.as_ref()),
        budgets: budgets::compile(&layer.budgets, &mut *name),
        apps: AppRules::compile(&layer.apps, &mut *name),
        web: Web::compile(&layer.web, &mut *name),
        features: Features::compile(&layer.features, &mut *name),
        ratings: Ratings::compile(&layer.ratings, table, &mut *name),
        ages: AgeGates::compile(&layer.age, &mut *name),
        communication: Communication::compile(&layer.communication, &mut *name),
        spending: Spending::compile(&layer.spending, &mut *name),
        install_approval: install.map(|flag| name(flag.id.as_str())),
    }
}

/// What no enforcement point of this version can keep.
fn unenforceable<'a>(
    layers: impl Iterator<Item = &'a PolicyLayer>,
    table: &RatingTable,
) -> Vec<Unenforceable> {
    let mut found = Vec::new();
    for layer in layers {
        let mut add = |rule: &RuleId, section, reason| {
            let (author, rule) = (layer.author.clone(), rule.as_str().to_owned());
            found.push(Unenforceable {
                author,
                rule,
                section: Some(section),
                reason,
            });
        };
        layer
            .unknown
            .iter()
            .for_each(|rule| add(&rule.id, rule.section, "UNKNOWN_RULE_KIND"));
        for rule in &layer.ratings.ceilings {
            if let Ceiling::Label(label) = &rule.ceiling
                && table.find(label.system(), label.label()).is_none()
            {
                add(&rule.id, SectionName::Rating, "UNKNOWN_LABEL");
            }
        }
    }
    found
}
