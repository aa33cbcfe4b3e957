//! From authored layers to what decisions are made from.

use std::sync::Arc;

use jiff::Timestamp;

use super::acts::Acts;
use super::apps::{AppRules, HostRules};
use super::budgets::Budgets;
use super::names::{AuthorNumber, Names, Naming, RuleNumber};
use super::safety::{Communication, Ratings, Spending, Web};
use super::schedule::Schedule;
use crate::policy::{
    Ceiling, LayerAuthor, Override, PolicyLayer, Profile, Region, RuleId, SectionName,
};
use crate::ratings::RatingTable;
use crate::zones::{UnknownZone, Zone, Zones};

/// Everything a policy is compiled from.
#[derive(Debug, Clone, Copy)]
pub struct PolicyInput<'a> {
    /// The dependant's days and weeks.
    pub profile: &'a Profile,
    /// One layer per author. None at all: no rules but the floor.
    pub layers: &'a [PolicyLayer],
    /// Overrides, in any order.
    pub overrides: &'a [Override],
    /// Who has custody when; at other times custody is open, and so it is where the guardian has no
    /// layer (R-EVAL-061).
    pub custody: &'a [Custody],
    /// Sections of live documents that this enforcement point is to open and cannot: actions in
    /// their area ask, or are denied where the PEP cannot ask.
    pub pending: &'a [SectionName],
}

/// One stretch of custody, `[from, until)`. Where stretches of several guardians overlap, all of them
/// have custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// The guardian.
    pub guardian: LayerAuthor,
}

impl<'a> PolicyInput<'a> {
    /// Layers without overrides, with custody open.
    #[must_use]
    pub const fn new(profile: &'a Profile, layers: &'a [PolicyLayer]) -> Self {
        Self {
            profile,
            layers,
            overrides: &[],
            custody: &[],
            pending: &[],
        }
    }

    /// The same with these overrides.
    #[must_use]
    pub const fn with_overrides(mut self, overrides: &'a [Override]) -> Self {
        self.overrides = overrides;
        self
    }
}

/// A policy that decisions are made from: immutable, shareable between threads.
#[derive(Debug)]
pub struct CompiledPolicy {
    pub(super) zone: Arc<Zone>,
    pub(super) follow_device: bool,
    pub(super) day_start: i64,
    /// Monday is 0.
    pub(super) week_start: i64,
    pub(super) region: Option<Region>,
    pub(super) table: Arc<RatingTable>,
    pub(super) layers: Box<[Layer]>,
    pub(super) acts: Acts,
    /// Start, end, guardian; only of guardians with a layer.
    pub(super) custody: Box<[(i64, i64, AuthorNumber)]>,
    /// Least of all layers' caps on extra time and of 24 h, the cap of a household that names none.
    pub(super) extra_cap: u64,
    pub(super) pending: Box<[SectionName]>,
    pub(super) names: Names,
    unenforceable: Vec<Unenforceable>,
}

/// A rule that this version cannot enforce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unenforceable {
    /// Author of the rule.
    pub author: LayerAuthor,
    /// Name of the rule.
    pub rule: RuleId,
    /// Where it stands.
    pub section: SectionName,
    /// Stable reason code: `UNKNOWN_RULE_KIND` or `UNKNOWN_LABEL`.
    pub reason: &'static str,
}

/// One layer, ready to be asked.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) author: AuthorNumber,
    /// Minimum protections: in force whoever has custody, and untouched by unblocks.
    pub(super) jurisdiction: bool,
    pub(super) schedule: Schedule,
    pub(super) budgets: Budgets,
    pub(super) apps: AppRules,
    pub(super) hosts: HostRules,
    pub(super) web: Web,
    pub(super) ratings: Ratings,
    pub(super) communication: Communication,
    pub(super) spending: Spending,
    pub(super) install_approval: Option<RuleNumber>,
}

/// Most extra time on one target where the constitution names no other cap (R-REQ-011).
const EXTRA_TIME_CAP: u64 = 86_400;

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
    let layers: Box<[Layer]> = input
        .layers
        .iter()
        .map(|layer| compile_layer(layer, &mut naming, day_start, ratings))
        .collect();
    let acts = Acts::sort_out(input.overrides, &mut naming);
    let with_layer = |stretch: &&Custody| {
        let mut authors = input.layers.iter().map(|layer| &layer.author);
        authors.any(|author| *author == stretch.guardian)
    };
    let custody = input.custody.iter().filter(with_layer).map(|stretch| {
        let author = naming.author(&stretch.guardian);
        (stretch.from.as_second(), stretch.until.as_second(), author)
    });
    let custody = custody.collect();
    let caps = input
        .layers
        .iter()
        .filter_map(|layer| layer.budgets.extra_time_cap);
    Ok(CompiledPolicy {
        zone,
        follow_device: input.profile.follow_device,
        day_start,
        week_start: i64::from(input.profile.week_start.index()),
        region: input.profile.region.clone(),
        table: Arc::clone(ratings),
        layers,
        acts,
        custody,
        extra_cap: caps
            .map(u64::from)
            .min()
            .map_or(EXTRA_TIME_CAP, |cap| cap.min(EXTRA_TIME_CAP)),
        pending: input.pending.into(),
        names: naming.finish(),
        unenforceable: unenforceable(input.layers, ratings),
    })
}

impl CompiledPolicy {
    /// Rules that this version cannot enforce. They never void the others.
    #[must_use]
    pub fn unenforceable(&self) -> &[Unenforceable] {
        &self.unenforceable
    }

    /// Whether a guardian has custody, or custody is open (R-EVAL-061).
    pub(super) fn in_custody(&self, author: AuthorNumber, at: i64) -> bool {
        let mut open = true;
        for (from, until, holder) in &self.custody {
            if *from <= at && at < *until {
                if *holder == author {
                    return true;
                }
                open = false;
            }
        }
        open
    }

    /// Whether a layer's lifestyle rules are in force.
    pub(super) fn in_force(&self, layer: &Layer, at: i64) -> bool {
        layer.jurisdiction || self.in_custody(layer.author, at)
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
        schedule: Schedule::compile(&layer.schedule, day_start, &mut *name),
        budgets: Budgets::compile(&layer.budgets, &mut *name),
        apps: AppRules::compile(&layer.apps, &mut *name),
        hosts: HostRules::compile(&layer.web, &mut *name),
        web: Web::compile(&layer.web, &mut *name),
        ratings: Ratings::compile(&layer.ratings, table, &mut *name),
        communication: Communication::compile(&layer.communication, &mut *name),
        spending: Spending::compile(&layer.spending, &mut *name),
        install_approval: install.map(|flag| name(flag.id.as_str())),
    }
}

fn unenforceable(layers: &[PolicyLayer], table: &RatingTable) -> Vec<Unenforceable> {
    let mut found = Vec::new();
    for layer in layers {
        let mut add = |rule: &RuleId, section, reason| {
            let (author, rule) = (layer.author.clone(), rule.clone());
            found.push(Unenforceable {
                author,
                rule,
                section,
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
