//! Whose rules a question is decided from: a child's in a file, or a dependant's in a member's
//! folder.

use crate::failure::{Failure, Kind};
use crate::online::{failed, people::People};
use crate::policy;
use parcep_client::Store;
use parcep_core::constitution::{Caps, Standing};
use parcep_core::decide::{CompiledPolicy, Custody, PolicyInput, compile};
use parcep_core::household::Need;
use parcep_core::id::PrincipalId;
use parcep_core::policy::{Override, PolicyLayer, Profile, SectionName};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use std::path::Path;
use std::sync::Arc;

/// Everything that holds for one child.
#[derive(Debug)]
pub struct Rules {
    /// Zone, start of day and week.
    pub profile: Profile,
    layers: Vec<PolicyLayer>,
    overrides: Vec<Override>,
    custody: Vec<Custody>,
    pending: Vec<SectionName>,
    caps: Caps,
}

impl Rules {
    /// The rules of a child in a PCPS document or an imported policy.
    ///
    /// # Errors
    /// If the file is wrong or has no such child.
    pub fn from_file(path: &Path, child: &str) -> Result<Self, Failure> {
        let imported = policy::load(path)?;
        let child = policy::child(&imported, child, path)?;
        Ok(Self {
            profile: child.profile.clone(),
            layers: child.live_layer().cloned().into_iter().collect(),
            overrides: child.live_overrides(),
            custody: Vec::new(),
            pending: Vec::new(),
            caps: Caps::default(),
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
        Ok(Self {
            profile: view
                .profile
                .unwrap_or_else(|| Profile::new(Default::default())),
            layers: view.layers,
            overrides: view.overrides,
            custody: view.custody,
            pending: view.pending,
            caps: view.caps,
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
            .with_caps(self.caps);
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
