//! Who holds which kind secrets: the need-to-know table (R-DOC-011).

use super::{Keyring, SecretId};
use crate::document::SectionKind;
use crate::id::{DeviceId, PrincipalId};

/// Categories of enforcement points.
pub use parcep_proto::v1alpha1::PepCategory;

/// Every section kind that has a secret of its own under a dependant, ascending.
pub use crate::registry::DEPENDANT_KINDS;
/// Section kinds that an enforcement point of a category opens, ascending (R-DOC-011).
pub use crate::registry::need_to_know as kinds_of;

/// Somebody who receives secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// A guardian or the dependant: whole dependant secrets.
    People(Vec<PrincipalId>),
    /// An enforcement point: kind secrets of its dependants only, and its own register secret.
    EnforcementPoint {
        /// Which device.
        device: DeviceId,
        /// Its row of the table.
        category: PepCategory,
        /// Whom it serves.
        dependants: Vec<PrincipalId>,
    },
}

impl Audience {
    /// What both of two audiences are given; `None` if they are not of one kind.
    pub fn common(&self, other: &Self) -> Option<Self> {
        let both = |one: &[PrincipalId], other: &[PrincipalId]| -> Vec<_> {
            let shared = one.iter().filter(|id| other.contains(id));
            shared.copied().collect()
        };
        match (self, other) {
            (Self::People(one), Self::People(other)) => Some(Self::People(both(one, other))),
            (
                Self::EnforcementPoint {
                    device,
                    category,
                    dependants,
                },
                Self::EnforcementPoint {
                    category: same,
                    dependants: others,
                    ..
                },
            ) if category == same => Some(Self::EnforcementPoint {
                device: *device,
                category: *category,
                dependants: both(dependants, others),
            }),
            _ => None,
        }
    }

    /// Those of these secrets that this audience may hold, as they are (R-JOIN-012). Nothing is derived.
    pub fn holds(&self, handed: &Keyring) -> Keyring {
        handed.only(|id| match (id.dependant, self) {
            (None, _) => true,
            (Some(dependant), Self::People(scope)) => {
                id.kind.is_none() && scope.contains(&dependant)
            }
            (
                Some(dependant),
                Self::EnforcementPoint {
                    category,
                    dependants,
                    ..
                },
            ) => {
                let given =
                    |kind| kind == SectionKind::Register || kinds_of(*category).contains(&kind);
                dependants.contains(&dependant) && id.kind.is_some_and(given)
            }
        })
    }

    /// The secrets of `from` that this audience needs, of every generation that `from` holds whole.
    /// A kind secret is never passed on by somebody who holds no more than it.
    pub fn select(&self, from: &Keyring) -> Keyring {
        let mut chosen = Keyring::default();
        for (id, secret) in from.iter().filter(|(id, _)| id.kind.is_none()) {
            match (id.dependant, self) {
                (None, _) => chosen.insert(id, secret.clone()),
                (Some(dependant), Self::People(scope)) if scope.contains(&dependant) => {
                    chosen.insert(id, secret.clone());
                }
                (
                    Some(dependant),
                    Self::EnforcementPoint {
                        device,
                        category,
                        dependants,
                    },
                ) if dependants.contains(&dependant) => {
                    let of_kind = |kind| SecretId {
                        kind: Some(kind),
                        ..id
                    };
                    for kind in kinds_of(*category).iter().copied() {
                        if let Some(derived) =
                            from.section_secret(id.dependant, id.generation, kind)
                        {
                            chosen.insert(of_kind(kind), derived);
                        }
                    }
                    if let Some(own) = from.writer_secret(dependant, id.generation, *device) {
                        chosen.insert(of_kind(SectionKind::Register), own);
                    }
                }
                _ => {}
            }
        }
        chosen
    }
}
