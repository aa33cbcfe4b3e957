//! Writing an epoch, and taking one's own secrets out of it.

use super::{Audience, DEPENDANT_KINDS, Keyring, SecretId};
use crate::crypto::{
    CryptoError, Hash, NoRandomness, Random, SealingKey, SealingPublic, Secret, Transcript, label,
    open_wrap, wrap,
};
use crate::document::{DocumentError, SectionKind, Wraps, frame, kind_number, unframe};
use crate::id::{LogId, PrincipalId};
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Wraps are padded to a multiple of this, so that a phone's looks like a TV's.
const WRAP_GRID: usize = 256;

/// Why an epoch is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpochError {
    /// The body does not parse or breaks a limit.
    #[error("epoch body is malformed")]
    Malformed,
    /// A secret handed out is not the one that the body commits to (R-EPOCH-004).
    #[error("a secret does not match its commitment")]
    BadCommitment,
}

impl EpochError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed => Reason::Malformed,
            Self::BadCommitment => Reason::BadCommitment,
        }
    }
}

/// New secrets, before they are handed out.
#[derive(Debug, Clone)]
pub struct Renewal {
    number: u32,
    household: Secret,
    dependants: Vec<DependantSecret>,
    kept: Vec<(PrincipalId, DependantRow)>,
}

/// A dependant's secret as of an epoch.
#[derive(Debug, Clone)]
pub struct DependantSecret {
    /// Whose.
    pub dependant: PrincipalId,
    /// Its generation, from 1.
    pub generation: u32,
    /// The secret.
    pub secret: Secret,
}

impl Renewal {
    /// Draws a new household secret and a new secret for every dependant named, each with the
    /// generation it will have.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn draw(
        number: u32,
        dependants: impl IntoIterator<Item = (PrincipalId, u32)>,
        random: &mut impl Random,
    ) -> Result<Self, NoRandomness> {
        let household = Secret::random(random)?;
        let mut renewed = Vec::new();
        for (dependant, generation) in dependants {
            renewed.push(DependantSecret {
                dependant,
                generation,
                secret: Secret::random(random)?,
            });
        }
        Ok(Self {
            number,
            household,
            dependants: renewed,
            kept: Vec::new(),
        })
    }

    /// With the rows of dependants whose secrets go on as they are (R-EPOCH-011).
    pub fn keeping(mut self, kept: Vec<(PrincipalId, DependantRow)>) -> Self {
        self.kept = kept;
        self
    }

    /// The new secrets as a keyring.
    pub fn keyring(&self) -> Keyring {
        let mut keyring = Keyring::default();
        let id = |dependant, generation| SecretId {
            dependant,
            generation,
            kind: None,
        };
        keyring.insert(id(None, self.number), self.household.clone());
        for renewed in &self.dependants {
            let id = id(Some(renewed.dependant), renewed.generation);
            keyring.insert(id, renewed.secret.clone());
        }
        keyring
    }

    /// The body that everybody reads.
    pub fn body(&self) -> pb::EpochBody {
        let dependants = self.dependants.iter().map(|renewed| {
            let kinds = DEPENDANT_KINDS.iter().filter_map(|kind| {
                let secret = self.keyring().section_secret(
                    Some(renewed.dependant),
                    renewed.generation,
                    *kind,
                )?;
                let id = SecretId {
                    dependant: Some(renewed.dependant),
                    generation: renewed.generation,
                    kind: Some(*kind),
                };
                Some(pb::KindCommitment {
                    kind: (*kind).into(),
                    commitment: commitment(id, &secret).0.to_vec(),
                })
            });
            pb::DependantEpoch {
                dependant_id: renewed.dependant.to_vec(),
                generation: renewed.generation,
                kinds: kinds.collect(),
            }
        });
        let household = SecretId {
            dependant: None,
            generation: self.number,
            kind: None,
        };
        pb::EpochBody {
            number: self.number,
            household_commitment: commitment(household, &self.household).0.to_vec(),
            dependants: dependants.chain(self.kept.iter().map(row)).collect(),
        }
    }

    /// One wrap per device, of equal length and in random order (R-EPOCH-003).
    ///
    /// # Errors
    /// If randomness fails or a key is refused.
    pub fn wraps(
        &self,
        log_id: LogId,
        members: &[(SealingPublic, Audience)],
        random: &mut impl Random,
    ) -> Result<Vec<Vec<u8>>, DocumentError> {
        let all = self.keyring();
        let sets: Vec<Zeroizing<Vec<u8>>> = members
            .iter()
            .map(|(_, audience)| {
                Zeroizing::new(pb::SecretSet::from(&audience.select(&all)).encode_to_vec())
            })
            .collect();
        let longest = sets.iter().map(|set| set.len()).max().unwrap_or(0);
        let grid = (longest + 4).next_multiple_of(WRAP_GRID);
        let info = wrap_info(log_id, self.number);
        let mut wraps = Vec::with_capacity(members.len());
        for ((to, _), set) in members.iter().zip(&sets) {
            let plaintext = Zeroizing::new(frame(set, grid, 0)?);
            wraps.push(wrap(to, info.as_bytes(), &plaintext, random)?);
        }
        shuffle(&mut wraps, random).map_err(CryptoError::from)?;
        Ok(wraps)
    }
}

/// Tries each wrap once with a device's key; the secrets of the one that opens, if one does. They
/// count only after [`EpochBody::check`].
pub fn open_wraps(
    wraps: &Wraps<'_>,
    key: &SealingKey,
    log_id: LogId,
    number: u32,
) -> Option<Keyring> {
    let info = wrap_info(log_id, number);
    let opened = wraps
        .iter()
        .find_map(|wrapped| open_wrap(key, info.as_bytes(), wrapped).ok())?;
    let set = pb::SecretSet::decode(unframe(&opened).ok()?).ok()?;
    Keyring::from_wrap(set).ok()
}

/// The checked body of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochBody {
    /// Its number, the generation of its household secret.
    pub number: u32,
    household: Hash,
    /// Every dependant, with what is known of its secret.
    pub dependants: BTreeMap<PrincipalId, DependantRow>,
}

/// What everybody knows of a dependant's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependantRow {
    /// Its generation, from 1.
    pub generation: u32,
    /// Commitment to every kind secret below it, ascending.
    pub kinds: Vec<KindCommitment>,
}

/// Commitment to one kind secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindCommitment {
    /// The kind.
    pub kind: SectionKind,
    /// The commitment.
    pub commitment: Hash,
}

impl EpochBody {
    /// Parses a body.
    ///
    /// # Errors
    /// [`EpochError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EpochError> {
        let body = pb::EpochBody::decode(bytes).map_err(|_| EpochError::Malformed)?;
        Self::read(body).ok_or(EpochError::Malformed)
    }

    /// Generation of a dependant's secret as of this epoch.
    pub fn generation(&self, dependant: PrincipalId) -> Option<u32> {
        self.dependants.get(&dependant).map(|row| row.generation)
    }

    /// Checks secrets that were handed out with this epoch (R-EPOCH-004). Kind secrets are compared
    /// one by one; a whole dependant secret is checked through every kind below it.
    ///
    /// # Errors
    /// [`EpochError::BadCommitment`].
    pub fn check(&self, secrets: &Keyring) -> Result<(), EpochError> {
        let of_this_epoch = secrets.iter().all(|(id, _)| self.concerns(id));
        let has_household = secrets.household(self.number).is_some();
        (of_this_epoch && has_household && self.agrees_with(secrets))
            .then_some(())
            .ok_or(EpochError::BadCommitment)
    }

    /// Whether every secret of this epoch's generations among those held is the one that the body
    /// commits to. Others are not looked at.
    pub fn agrees_with(&self, held: &Keyring) -> bool {
        let mut concerned = held.iter().filter(|(id, _)| self.concerns(*id));
        concerned.all(|(id, secret)| match id.dependant {
            None => id.kind.is_none() && commitment(id, secret) == self.household,
            Some(dependant) => self.dependants.get(&dependant).is_some_and(|row| {
                let mut kinds = row.kinds.iter();
                kinds.all(|row| {
                    let asked = id.kind.is_none_or(|kind| kind == row.kind);
                    !asked || agrees(row, held, id)
                })
            }),
        })
    }

    fn concerns(&self, id: SecretId) -> bool {
        match id.dependant {
            None => id.generation == self.number,
            Some(dependant) => self.generation(dependant) == Some(id.generation),
        }
    }

    fn read(body: pb::EpochBody) -> Option<Self> {
        let rows = body.dependants.len();
        let dependants = body
            .dependants
            .into_iter()
            .map(|row| {
                let kinds = row.kinds.into_iter().map(|kind| {
                    Some(KindCommitment {
                        kind: SectionKind::try_from(kind.kind).ok()?,
                        commitment: Hash::try_from(kind.commitment.as_slice()).ok()?,
                    })
                });
                let kinds: Vec<_> = kinds.collect::<Option<_>>()?;
                let every_kind = kinds.iter().map(|row| row.kind).eq(DEPENDANT_KINDS);
                let id = PrincipalId::try_from(row.dependant_id.as_slice()).ok()?;
                let generation = row.generation;
                (every_kind && generation > 0).then_some((id, DependantRow { generation, kinds }))
            })
            .collect::<Option<BTreeMap<_, _>>>()?;
        let one_row_each = dependants.len() == rows;
        (body.number > 0 && one_row_each && rows <= crate::constitution::MAX_DEPENDANTS)
            .then_some(())?;
        Some(Self {
            number: body.number,
            household: Hash::try_from(body.household_commitment.as_slice()).ok()?,
            dependants,
        })
    }
}

fn row((dependant, row): &(PrincipalId, DependantRow)) -> pb::DependantEpoch {
    let kinds = row.kinds.iter().map(|kind| pb::KindCommitment {
        kind: kind.kind.into(),
        commitment: kind.commitment.0.to_vec(),
    });
    pb::DependantEpoch {
        dependant_id: dependant.to_vec(),
        generation: row.generation,
        kinds: kinds.collect(),
    }
}

/// Commitment to a secret (R-EPOCH-004).
fn commitment(id: SecretId, secret: &Secret) -> Hash {
    let whose = id.dependant.map(PrincipalId::to_vec).unwrap_or_default();
    secret.mac(
        &Transcript::new(label::EPOCH)
            .bytes(&whose)
            .number(id.generation.into())
            .number(id.kind.map_or(0, kind_number)),
    )
}

fn agrees(row: &KindCommitment, secrets: &Keyring, whose: SecretId) -> bool {
    let id = SecretId {
        kind: Some(row.kind),
        ..whose
    };
    secrets
        .section_secret(whose.dependant, whose.generation, row.kind)
        .is_some_and(|secret| commitment(id, &secret) == row.commitment)
}

fn wrap_info(log_id: LogId, number: u32) -> Transcript {
    Transcript::new(label::WRAP)
        .bytes(log_id.as_bytes())
        .number(number.into())
}

/// Fisher–Yates; the bias of a 64-bit remainder over at most 64 places is below 2^-57.
fn shuffle<T>(items: &mut [T], random: &mut impl Random) -> Result<(), NoRandomness> {
    for last in (1..items.len()).rev() {
        let draw = u64::from_be_bytes(random.array()?);
        let other = usize::try_from(draw % (last as u64 + 1)).unwrap_or(last);
        items.swap(last, other);
    }
    Ok(())
}
