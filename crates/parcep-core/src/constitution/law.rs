//! The constitution: the household's basic law.

use super::MalformedMembership;
use crate::crypto::VerifyingKey;
use crate::id::PrincipalId;

/// Most guardians of a household.
pub const MAX_GUARDIANS: usize = 8;
/// Most dependants of a household.
pub const MAX_DEPENDANTS: usize = 8;
/// Most relays, the home and its spares.
const MAX_RELAYS: usize = 8;

/// Guardians, dependants, relays, thresholds. Only a valid one exists (R-MEM-001).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constitution {
    pub(super) guardians: Vec<Guardian>,
    pub(super) dependants: Vec<Dependant>,
    pub(super) threshold: u32,
    pub(super) relays: Vec<Relay>,
    pub(super) caps: Caps,
}

/// A guardian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardian {
    /// Opaque id.
    pub id: PrincipalId,
    /// Dependants this guardian has authority over; empty means all.
    pub scope: Vec<PrincipalId>,
    /// When this guardian's lifestyle rules hold; empty means custody is open.
    pub custody: Vec<Custody>,
}

/// An interval of custody, `[from, until)` in seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custody {
    /// Over whom.
    pub dependant: PrincipalId,
    /// First second.
    pub from: i64,
    /// First second after.
    pub until: i64,
}

/// A dependant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependant {
    /// Opaque id.
    pub id: PrincipalId,
    /// First month of majority, where stated.
    pub release_on: Option<YearMonth>,
}

/// A month of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth {
    /// 2000 to 2200.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

/// A relay that may hold the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Where it is; at most 255 bytes.
    pub uri: String,
    /// Key that signs its bookmarks.
    pub key: Option<VerifyingKey>,
}

/// Bounds that no single guardian passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// Most extra time on one budget and one policy day, seconds; `None` is 24 h.
    pub extra_time_seconds: Option<u32>,
    /// Highest assigned age that an unblock may open, completed years; `None` is no ceiling.
    pub unblock_max_age: Option<u32>,
}

impl Constitution {
    /// A constitution, if its parts fit together.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn new(
        guardians: Vec<Guardian>,
        dependants: Vec<Dependant>,
        threshold: u32,
        relays: Vec<Relay>,
        caps: Caps,
    ) -> Result<Self, MalformedMembership> {
        let known = |id: &PrincipalId| dependants.iter().any(|d| d.id == *id);
        let guardian_ids: Vec<_> = guardians.iter().map(|g| g.id).collect();
        let dependant_ids: Vec<_> = dependants.iter().map(|d| d.id).collect();
        let all: Vec<_> = guardian_ids.iter().chain(&dependant_ids).collect();
        let checks = [
            ("guardians", (1..=MAX_GUARDIANS).contains(&guardians.len())),
            (
                "dependants",
                (1..=MAX_DEPENDANTS).contains(&dependants.len()),
            ),
            ("principal_id", distinct(&all)),
            (
                "threshold",
                usize::try_from(threshold).is_ok_and(|n| (1..=guardians.len()).contains(&n)),
            ),
            ("scope", guardians.iter().flat_map(|g| &g.scope).all(known)),
            (
                "custody",
                guardians
                    .iter()
                    .flat_map(|g| &g.custody)
                    .all(|c| known(&c.dependant) && c.from < c.until),
            ),
            (
                "relays",
                (1..=MAX_RELAYS).contains(&relays.len())
                    && relays.iter().all(|r| (1..=255).contains(&r.uri.len())),
            ),
            ("caps", caps.unblock_max_age.is_none_or(|age| age <= 21)),
        ];
        for (field, holds) in checks {
            if !holds {
                return Err(MalformedMembership(field));
            }
        }
        Ok(Self {
            guardians,
            dependants,
            threshold,
            relays,
            caps,
        })
    }

    /// Guardians.
    pub fn guardians(&self) -> &[Guardian] {
        &self.guardians
    }

    /// Dependants.
    pub fn dependants(&self) -> &[Dependant] {
        &self.dependants
    }

    /// How many guardians a change of this document needs.
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Relays in the order to be tried.
    pub fn relays(&self) -> &[Relay] {
        &self.relays
    }

    /// Bounds that no single guardian passes.
    pub fn caps(&self) -> Caps {
        self.caps
    }

    /// Whether this is a guardian.
    pub fn is_guardian(&self, id: PrincipalId) -> bool {
        self.guardians.iter().any(|guardian| guardian.id == id)
    }

    /// Whether this is a dependant.
    pub fn is_dependant(&self, id: PrincipalId) -> bool {
        self.dependants.iter().any(|dependant| dependant.id == id)
    }

    /// Dependants that a guardian has authority over.
    pub fn scope_of(&self, guardian: PrincipalId) -> Vec<PrincipalId> {
        let Some(guardian) = self.guardians.iter().find(|g| g.id == guardian) else {
            return Vec::new();
        };
        let in_scope = |d: &&Dependant| guardian.scope.is_empty() || guardian.scope.contains(&d.id);
        self.dependants
            .iter()
            .filter(in_scope)
            .map(|d| d.id)
            .collect()
    }
}

pub(crate) fn distinct<T: Ord>(items: &[T]) -> bool {
    let mut sorted: Vec<_> = items.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair.first() != pair.last())
}
