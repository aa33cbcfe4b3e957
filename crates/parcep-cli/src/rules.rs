//! Whose rules a question is decided from: a child's in a file, or a dependant's in a member's
//! folder.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{failed, people::People};
use crate::policy;
use parcep_client::Store;
use parcep_core::constitution::{Caps, Standing};
use parcep_core::decide::{CompiledPolicy, ControlLimit, Custody, PolicyInput, RuleRef, compile};
use parcep_core::household::Need;
use parcep_core::id::PrincipalId;
use parcep_core::policy::{LayerAuthor, Override, PolicyLayer, Profile, SectionName};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_interchange::Refusal;
use parcep_interchange::family::Imported;
use parcep_interchange::json::{self, Json, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Everything that holds for one child.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Display name of the child.
    pub child: String,
    /// Display names of guardians by their ids, as far as they are known.
    pub names: BTreeMap<String, String>,
    /// Zone, start of day and week.
    pub profile: Profile,
    /// One layer per author.
    pub layers: Vec<PolicyLayer>,
    /// Acts.
    pub overrides: Vec<Override>,
    /// Who has custody when.
    pub custody: Vec<Custody>,
    /// Sections that are there and cannot be opened.
    pub pending: Vec<SectionName>,
    /// Caps of the constitution.
    pub caps: Caps,
    /// What law takes out of guardians' hands.
    pub limits: Vec<ControlLimit>,
    /// Rules that are not enforced here.
    pub unenforceable: Vec<RuleRef>,
}

/// A policy as JSON (R-POL-040), with the names of people beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    child: String,
    #[serde(default)]
    names: BTreeMap<String, String>,
    profile: Profile,
    layers: Vec<PolicyLayer>,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    custody: Vec<Stretch>,
    #[serde(default)]
    pending: Vec<SectionName>,
    #[serde(default)]
    caps: CapsForm,
    #[serde(default)]
    limits: Vec<ControlLimit>,
    #[serde(default)]
    unenforceable: Vec<RuleRef>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CapsForm {
    extra_time_seconds: Option<u32>,
    unblock_max_age: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    from: jiff::Timestamp,
    until: jiff::Timestamp,
    guardian: LayerAuthor,
}

impl Rules {
    /// The rules of a child in a PCPS document, an imported policy, or a policy as JSON: an object
    /// with `child`, `profile`, `layers`, and `names`, `overrides`, `custody`, `pending`, `caps`,
    /// `limits`, `unenforceable` where there are any.
    ///
    /// # Errors
    /// If the file is wrong or has no such child.
    pub fn from_file(path: &Path, child: &str) -> Result<Self, Failure> {
        let bytes = files::read(path)?;
        let refused = |refusal: &Refusal| Failure::refused(&path.display().to_string(), refusal);
        let layers = match json::parse(&bytes, Limits::DOCUMENT) {
            Ok(Json::Object(members)) => members.iter().any(|(name, _)| name == "layers"),
            _ => false,
        };
        if layers {
            return Self::from_json(&bytes, path, child);
        }
        let imported: Imported =
            parcep_interchange::file::load(&bytes).map_err(|refusal| refused(&refusal))?;
        let guardians = imported.family.guardians.iter();
        let names = guardians.map(|guardian| (guardian.id.clone(), guardian.name.clone()));
        let child = policy::child(&imported, child, path)?;
        Ok(Self {
            child: child.name.clone(),
            names: names.collect(),
            profile: child.profile.clone(),
            layers: child.live_layer().cloned().into_iter().collect(),
            overrides: child.live_overrides(),
            custody: Vec::new(),
            pending: Vec::new(),
            caps: Caps::default(),
            limits: Vec::new(),
            unenforceable: Vec::new(),
        })
    }

    fn from_json(bytes: &[u8], path: &Path, child: &str) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let read: PolicyFile = parcep_interchange::file::typed(bytes)
            .map_err(|refusal| Failure::refused(&name, &refusal))?;
        if read.child != child {
            let message = format!("no child is called `{child}`; known is `{}`", read.child);
            return Err(Failure::usage("UNKNOWN_CHILD", message).in_file(name));
        }
        let custody = read.custody.into_iter().map(|stretch| Custody {
            from: stretch.from,
            until: stretch.until,
            guardian: stretch.guardian,
        });
        Ok(Self {
            child: read.child,
            names: read.names,
            profile: read.profile,
            layers: read.layers,
            overrides: read.overrides,
            custody: custody.collect(),
            pending: read.pending,
            caps: Caps {
                extra_time_seconds: read.caps.extra_time_seconds,
                unblock_max_age: read.caps.unblock_max_age,
            },
            limits: read.limits,
            unenforceable: read.unenforceable,
        })
    }

    /// The rules of a dependant as a member's folder has them, without any network. A guardian's
    /// folder knows the child by id or name; on every folder the id in the log works.
    ///
    /// # Errors
    /// If the folder holds no member or does not know the child.
    pub fn from_household(folder: &Path, child: &str) -> Result<Self, Failure> {
        let mut store = Store::open(folder).map_err(failed)?;
        let member = store.member().map_err(failed)?;
        let device = member.identity().device;
        let household = member.household().ok_or_else(|| {
            let message = "it has not followed its log yet; run `parcep sync --household DIR`";
            Failure::new(Kind::Input, "NOT_SYNCED", message).in_file(folder.display().to_string())
        })?;
        let (need, known) = match (
            household.enforcement_point(device),
            household.standing_of(device),
        ) {
            (Some(point), _) => (Need::Category(point.category), point.dependants.clone()),
            (None, Some(Standing::Guardian(_, scope))) => (Need::Everything, scope),
            (None, Some(Standing::Dependant(who))) => (Need::Everything, vec![who]),
            (None, _) => (Need::Everything, Vec::new()),
        };
        let people = People::load(folder)?;
        let named = known.iter().copied().find(|id| {
            let view = household.view(*id, member.keyring(), need);
            view.dependant_name.as_deref() == Some(child)
        });
        let dependant = people.find(child, &known).or(named);
        let dependant = dependant.ok_or_else(|| unknown(folder, child, &people, &known))?;
        let view = household.view(dependant, member.keyring(), need);
        let name = view.dependant_name.clone();
        Ok(Self {
            child: name.unwrap_or_else(|| people.name(dependant)),
            names: view.names,
            profile: view
                .profile
                .unwrap_or_else(|| Profile::new(Default::default())),
            layers: view.layers,
            overrides: view.overrides,
            custody: view.custody,
            pending: view.pending,
            caps: view.caps,
            limits: Vec::new(),
            unenforceable: Vec::new(),
        })
    }

    /// Compiles them.
    ///
    /// # Errors
    /// If the zone database lacks the zone.
    pub fn compile(&self, ratings: &Arc<RatingTable>) -> Result<CompiledPolicy, Failure> {
        let input = PolicyInput::new(&self.profile, &self.layers)
            .with_overrides(&self.overrides)
            .with_custody(&self.custody)
            .with_pending(&self.pending)
            .with_caps(self.caps)
            .with_limits(&self.limits)
            .with_unenforceable(&self.unenforceable);
        compile(&input, ratings, &Zones::bundled())
            .map_err(|error| Failure::new(Kind::Input, error.code(), error.to_string()))
    }
}

fn unknown(folder: &Path, child: &str, people: &People, known: &[PrincipalId]) -> Failure {
    let names: Vec<String> = known
        .iter()
        .map(|id| format!("`{id}` ({})", people.name(*id)))
        .collect();
    let message = format!("no child `{child}` here; known are {}", names.join(", "));
    Failure::usage("UNKNOWN_CHILD", message).in_file(folder.display().to_string())
}
