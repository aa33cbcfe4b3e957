//! The secrets that one device holds.

use crate::crypto::{Hash, Secret, Transcript, label};
use crate::document::{PayloadType, SectionKind, kind_number, payload_number};
use crate::id::{DeviceId, PrincipalId};
use parcep_proto::v1alpha1 as pb;
use std::collections::BTreeMap;

/// Names one secret of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretId {
    /// Whose; `None` is the household's.
    pub dependant: Option<PrincipalId>,
    /// Its generation, from 1.
    pub generation: u32,
    /// `None` for the secret itself, else the kind secret below it.
    pub kind: Option<SectionKind>,
}

impl Keyring {
    /// What one wrap holds.
    ///
    /// # Errors
    /// [`MalformedSecrets`], also for more than a wrap may hold.
    pub fn from_wrap(set: pb::SecretSet) -> Result<Self, MalformedSecrets> {
        if set.secrets.len() > MAX_IN_WRAP {
            return Err(MalformedSecrets);
        }
        set.try_into()
    }
}

impl SecretId {
    /// Whether the tree has such a secret.
    fn is_one(self) -> bool {
        let kind = self.kind.is_none_or(|kind| {
            let below = kind == SectionKind::Register || super::DEPENDANT_KINDS.contains(&kind);
            below && self.dependant.is_some()
        });
        kind && self.generation > 0
    }
}

/// Every secret a device holds, of all generations it still needs. Never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keyring(BTreeMap<SecretId, Secret>);

impl Keyring {
    /// Keeps a secret.
    pub fn insert(&mut self, id: SecretId, secret: Secret) {
        self.0.insert(id, secret);
    }

    /// Keeps everything that `other` holds.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The secrets whose names pass.
    #[must_use]
    pub fn only(&self, keep: impl Fn(SecretId) -> bool) -> Self {
        let kept = self.0.iter().filter(|(id, _)| keep(**id));
        Self(kept.map(|(id, secret)| (*id, secret.clone())).collect())
    }

    /// Every secret with its name, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SecretId, &Secret)> {
        self.0.iter().map(|(id, secret)| (*id, secret))
    }

    /// How many secrets are held.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A secret of the tree itself.
    pub fn secret(&self, dependant: Option<PrincipalId>, generation: u32) -> Option<&Secret> {
        self.0.get(&SecretId {
            dependant,
            generation,
            kind: None,
        })
    }

    /// The household secret of a generation.
    pub fn household(&self, generation: u32) -> Option<&Secret> {
        self.secret(None, generation)
    }

    /// Newest generation of the household secret held.
    pub fn newest_household(&self) -> Option<u32> {
        self.newest(None)
    }

    /// Newest generation held of a dependant's secret, or of one of its kind secrets.
    pub fn newest_dependant(&self, dependant: PrincipalId) -> Option<u32> {
        self.newest(Some(dependant))
    }

    /// The secret that seals sections of `kind`: the household's own, or a kind secret, held or
    /// derived (R-EPOCH-002).
    pub fn section_secret(
        &self,
        whose: Option<PrincipalId>,
        generation: u32,
        kind: SectionKind,
    ) -> Option<Secret> {
        if whose.is_none() {
            return self.household(generation).cloned();
        }
        let held = self.0.get(&SecretId {
            dependant: whose,
            generation,
            kind: Some(kind),
        });
        held.cloned().or_else(|| {
            let above = self.secret(whose, generation)?;
            Some(above.derive(&kind_info(generation, kind)))
        })
    }

    /// The secret of the registers that one device writes about one dependant (R-REG-003). The
    /// writer was given it; guardians in scope and the dependant derive it.
    pub fn writer_secret(
        &self,
        dependant: PrincipalId,
        generation: u32,
        device: DeviceId,
    ) -> Option<Secret> {
        let given = self.0.get(&SecretId {
            dependant: Some(dependant),
            generation,
            kind: Some(SectionKind::Register),
        });
        given.cloned().or_else(|| {
            let info = kind_info(generation, SectionKind::Register).bytes(device.as_bytes());
            Some(self.secret(Some(dependant), generation)?.derive(&info))
        })
    }

    fn newest(&self, dependant: Option<PrincipalId>) -> Option<u32> {
        let held = self.0.keys().filter(|id| id.dependant == dependant);
        held.map(|id| id.generation).max()
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Name of a register at the relay (R-REG-002).
pub fn register_name(secret: &Secret, payload: PayloadType, author: DeviceId) -> Hash {
    secret.mac(
        &Transcript::new(label::REGISTER_NAME)
            .number(payload_number(payload))
            .bytes(author.as_bytes()),
    )
}

fn kind_info(generation: u32, kind: SectionKind) -> Transcript {
    Transcript::new(label::KIND)
        .number(generation.into())
        .number(kind_number(kind))
}

/// A secret set that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("secret set is malformed")]
pub struct MalformedSecrets;

/// Most secrets in one wrap: 8 dependants with 12 kinds each, and the household.
const MAX_IN_WRAP: usize = 256;
/// Most secrets in a Welcome, which holds every generation of the household secret.
const MAX_SECRETS: usize = 4096;

impl From<&Keyring> for pb::SecretSet {
    fn from(keyring: &Keyring) -> Self {
        let secrets = keyring.iter().map(|(id, secret)| pb::Secret {
            dependant_id: id.dependant.map(PrincipalId::to_vec),
            generation: id.generation,
            kind: id.kind.map(Into::into),
            value: secret.expose().to_vec(),
        });
        Self {
            secrets: secrets.collect(),
        }
    }
}

impl TryFrom<pb::SecretSet> for Keyring {
    type Error = MalformedSecrets;

    fn try_from(set: pb::SecretSet) -> Result<Self, MalformedSecrets> {
        if set.secrets.len() > MAX_SECRETS {
            return Err(MalformedSecrets);
        }
        let mut keyring = Self::default();
        for secret in set.secrets {
            let dependant = secret
                .dependant_id
                .as_deref()
                .map(PrincipalId::try_from)
                .transpose()
                .map_err(|_| MalformedSecrets)?;
            let kind = secret
                .kind
                .map(SectionKind::try_from)
                .transpose()
                .map_err(|_| MalformedSecrets)?;
            let value = secret.value.as_slice().try_into();
            let value = value.map_err(|_| MalformedSecrets)?;
            let id = SecretId {
                dependant,
                generation: secret.generation,
                kind,
            };
            // R-EPOCH-015: only secrets of the tree, each once.
            if !id.is_one() || keyring.0.contains_key(&id) {
                return Err(MalformedSecrets);
            }
            keyring.insert(id, Secret::from_bytes(value));
        }
        Ok(keyring)
    }
}
