//! How to call people and devices: by the names that the household keeps sealed, else by the first
//! characters of an opaque id.

use super::people::People;
use crate::failure::Failure;
use parcep_core::epoch::PepCategory;
use parcep_core::household::{Household, Need};
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::Member;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Names of a household as one member knows them.
#[derive(Debug, Clone)]
pub struct Who {
    people: People,
    names: BTreeMap<String, String>,
    me: Option<PrincipalId>,
    folder: PathBuf,
}

impl Who {
    /// Everything that the folder's member may open.
    ///
    /// # Errors
    /// If the list of people in the folder is damaged.
    pub fn of(member: &Member, folder: &Path) -> Result<Self, Failure> {
        let mut names = BTreeMap::new();
        if let Some(household) = member.household() {
            for dependant in household.constitution().dependants() {
                let view = household.view(dependant.id, member.keyring(), Need::Everything);
                names.extend(view.names);
                if let Some(name) = view.dependant_name {
                    names.insert(dependant.id.to_string(), name);
                }
            }
        }
        Ok(Self {
            people: People::load(folder)?,
            names,
            me: member.principal(),
            folder: folder.to_owned(),
        })
    }

    /// The same, with a name for somebody who is to join.
    #[must_use]
    pub fn with_name(mut self, id: PrincipalId, name: &str) -> Self {
        self.names.insert(id.to_string(), name.to_owned());
        self
    }

    /// The same for a text that others read: nobody is "you".
    #[must_use]
    pub fn for_anybody(mut self) -> Self {
        self.me = None;
        self
    }

    /// A command for this folder, as it is to be typed.
    #[must_use]
    pub fn command(&self, command: &str) -> String {
        format!("parcep {command} --household {}", self.folder.display())
    }

    /// A guardian or dependant, by name; the reader is "you".
    #[must_use]
    pub fn person(&self, id: PrincipalId) -> String {
        let name = self.name(id);
        if self.me == Some(id) {
            return format!("{name} (you)");
        }
        name
    }

    /// The name alone.
    #[must_use]
    pub fn name(&self, id: PrincipalId) -> String {
        let name = self.names.get(&id.to_string()).cloned();
        name.unwrap_or_else(|| self.people.name(id))
    }

    /// Several, joined.
    #[must_use]
    pub fn persons(&self, ids: impl IntoIterator<Item = PrincipalId>) -> String {
        let names: Vec<_> = ids.into_iter().map(|id| self.person(id)).collect();
        match names.split_last() {
            None => "nobody".into(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }

    /// A device, with whom it belongs to as of `household`.
    #[must_use]
    pub fn device(&self, household: Option<&Household>, id: DeviceId) -> String {
        let short = short(&id.to_string());
        let point = household.and_then(|household| household.enforcement_point(id));
        if let Some(point) = point {
            return format!("{} {short}", category(point.category));
        }
        match household.and_then(|household| household.principal_of(id)) {
            Some(principal) => format!("{}, device {short}", self.person(principal)),
            None => format!("an unknown device {short}"),
        }
    }

    /// The dependant that a child's id, name or opaque id stands for.
    #[must_use]
    pub fn child(&self, household: &Household, wanted: &str) -> Option<PrincipalId> {
        let dependants = household.constitution().dependants();
        let belong: Vec<_> = dependants.iter().map(|dependant| dependant.id).collect();
        let named = || self.one(wanted, &belong);
        self.people.find(wanted, &belong).or_else(named)
    }

    /// The guardian that a name or the beginning of an opaque id stands for.
    #[must_use]
    pub fn guardian(&self, household: &Household, wanted: &str) -> Option<PrincipalId> {
        let guardians = household.constitution().guardians();
        let belong: Vec<_> = guardians.iter().map(|guardian| guardian.id).collect();
        self.one(wanted, &belong)
    }

    /// The only one of `belong` with this name, or whose opaque id begins so.
    fn one(&self, wanted: &str, belong: &[PrincipalId]) -> Option<PrincipalId> {
        let is = |id: &&PrincipalId| {
            let hex = id.to_string();
            let begins = wanted.len() >= 4 && hex.starts_with(wanted);
            begins || self.names.get(&hex).is_some_and(|name| name == wanted)
        };
        let mut found = belong.iter().filter(is);
        match (found.next(), found.next()) {
            (Some(one), None) => Some(*one),
            _ => None,
        }
    }
}

/// What kind of device an enforcement point is, in words.
#[must_use]
pub const fn category(category: PepCategory) -> &'static str {
    match category {
        PepCategory::DeviceOs => "phone or computer",
        PepCategory::Console => "games console",
        PepCategory::Tv => "TV",
        PepCategory::HomeGateway => "home router",
        PepCategory::AccessNetwork => "network",
        PepCategory::App => "app",
        PepCategory::OnlineService => "online service",
        PepCategory::AiAssistant => "AI assistant",
        _ => "device",
    }
}

/// The first eight characters of an opaque id: enough to tell members of one household apart.
#[must_use]
pub fn short(hex: &str) -> String {
    hex.chars().take(8).collect()
}
