//! Entry 0: founding a household, and believing one.

use super::used::Used;
use super::witness::Places;
use super::{Household, Origins};
use crate::constitution::{
    Constitution, Device, DeviceRole, MalformedMembership, PrincipalDevices,
};
use crate::crypto::{Hash, Random, SealingKey, VerifyingKey};
use crate::document::{
    Author, DocumentError, Draft, OpenedHeader, PayloadType, Place, SealedBody, SectionKind, Wraps,
    open_header, open_section,
};
use crate::epoch::{Audience, EpochBody, EpochError, Keyring, Renewal, open_wraps};
use crate::id::{DeviceId, DocumentId, LogId};
use crate::log::{Entry, EntryBody};
use crate::reason::Reason;
use bytes::Bytes;
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};

/// Why entry 0 does not found the household that was expected (R-MEM-002).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenesisError {
    /// The entry is not the one that the anchor names.
    #[error("entry 0 is not the one that was handed over at pairing")]
    WrongAnchor,
    /// It is no genesis document, or its signer is not named in it.
    #[error("entry 0 is not a genesis document")]
    NotGenesis,
    /// The document is damaged or does not open.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Its membership is malformed.
    #[error(transparent)]
    Membership(#[from] MalformedMembership),
    /// Its epoch is malformed or lies.
    #[error(transparent)]
    Epoch(#[from] EpochError),
}

impl GenesisError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::WrongAnchor => Reason::WrongAnchor,
            Self::NotGenesis => Reason::Malformed,
            Self::Membership(error) => error.reason(),
            Self::Document(error) => error.reason(),
            Self::Epoch(error) => error.reason(),
        }
    }
}

/// What a founder decides.
#[derive(Debug)]
pub struct Founding<'a> {
    /// 32 random bytes.
    pub log_id: LogId,
    /// The basic law.
    pub constitution: Constitution,
    /// The founding guardian's devices.
    pub devices: PrincipalDevices,
    /// The device that signs, one of them.
    pub author: Author<'a>,
    /// Id of the document, 16 random bytes.
    pub document_id: DocumentId,
    /// Now, seconds since the Unix epoch.
    pub issued_at: i64,
}

/// Writes entry 0, with the first epoch in it. Returns the founder's secrets too.
///
/// # Errors
/// If a part exceeds its limit or randomness fails.
pub fn found(
    founding: Founding<'_>,
    random: &mut impl Random,
) -> Result<(Entry, Keyring), DocumentError> {
    let dependants = founding.constitution.dependants();
    let first = dependants.iter().map(|dependant| (dependant.id, 1));
    let renewal = Renewal::draw(1, first, random).map_err(crate::crypto::CryptoError::from)?;
    let scope = founding.constitution.scope_of(founding.devices.principal);
    let members: Vec<_> = founding
        .devices
        .devices
        .iter()
        .map(|device| (device.sealing, Audience::People(scope.clone())))
        .collect();
    let wraps = renewal.wraps(founding.log_id, &members, random)?;
    let keyring = renewal.keyring();
    let draft = Draft {
        payload_type: PayloadType::Genesis,
        document_id: founding.document_id,
        base: None,
        dependant: None,
        slot: Bytes::new(),
        sections: vec![
            (SectionKind::Constitution, founding.constitution.encode()),
            (SectionKind::Devices, founding.devices.encode()),
            (SectionKind::Epoch, renewal.body().encode_to_vec()),
        ],
        issued_at: founding.issued_at,
    };
    let body = SealedBody::seal(founding.log_id, draft, &wraps, &keyring, random)?;
    let place = Place {
        relay_epoch: 1,
        seq: 0,
        prev: Hash::ZERO,
    };
    let entry = body.at(place, founding.author, &keyring, random)?;
    Ok((entry, keyring))
}

/// Believes entry 0, if it is the one that the anchor names. The secrets come from its wraps if one
/// opens with `key`, else from `held`, which a Welcome brought. Secrets found are added to `held`.
///
/// # Errors
/// Why it does not found this household.
pub fn join(
    entry: &Entry,
    log_id: LogId,
    genesis_hash: Hash,
    key: &SealingKey,
    held: &mut Keyring,
) -> Result<Household, GenesisError> {
    if entry.hash() != genesis_hash {
        return Err(GenesisError::WrongAnchor);
    }
    if entry.seq != 0 || entry.prev != Hash::ZERO || entry.generation != 1 {
        return Err(GenesisError::NotGenesis);
    }
    let EntryBody::Kept(body) = &entry.body else {
        return Err(DocumentError::Pruned.into());
    };
    let wrapped = open_wraps(&Wraps::of(body)?, key, log_id, entry.generation);
    let mut keyring = held.clone();
    keyring.extend(wrapped.clone().unwrap_or_default());

    let opened = open_header(entry, log_id, keyring.household(entry.generation))?;
    if opened.claimed_payload() != PayloadType::Genesis {
        return Err(GenesisError::NotGenesis);
    }
    let (signer, devices) = signer_named_inside(&opened, log_id, body, &keyring)?;
    let document = opened
        .verify(&signer, entry, log_id)?
        .with_body(&entry.body)?;

    let constitution =
        Constitution::parse(&document.section(SectionKind::Constitution, &keyring)?)?;
    let epoch = EpochBody::parse(&document.section(SectionKind::Epoch, &keyring)?)?;
    let covers_everybody = constitution.dependants().iter().all(|d| {
        let row = epoch.dependants.get(&d.id);
        row.is_some_and(|row| row.generation == 1)
    });
    let founder = constitution.is_guardian(devices.principal);
    let one_row_each = epoch.dependants.len() == constitution.dependants().len();
    let one_founder = constitution.guardians().len() == 1 && founder;
    let first = document.header().relay_epoch == 1 && epoch.number == 1;
    if !(first && one_founder && covers_everybody && one_row_each) {
        return Err(GenesisError::NotGenesis);
    }
    if let Some(wrapped) = wrapped {
        epoch.check(&wrapped)?;
        held.extend(wrapped);
    }
    Ok(household(
        log_id,
        constitution,
        devices,
        epoch,
        (document.header().document_id, document.header().issued_at),
    ))
}

/// The signer's key stands in the document that it signs: find it, and let `verify` decide.
fn signer_named_inside(
    opened: &OpenedHeader,
    log_id: LogId,
    body: &[u8],
    keyring: &Keyring,
) -> Result<(VerifyingKey, PrincipalDevices), GenesisError> {
    let header = opened.peek()?;
    if header.log_id != log_id {
        return Err(DocumentError::WrongHousehold.into());
    }
    if !header.readable {
        return Err(DocumentError::ReaderTooOld.into());
    }
    let bytes = open_section(&header, body, SectionKind::Devices, keyring)?;
    let devices = PrincipalDevices::parse(&bytes)?;
    let author = opened.claimed_author();
    let key = key_among(&devices.devices, author).ok_or(GenesisError::NotGenesis)?;
    Ok((key, devices))
}

fn key_among(devices: &[Device], author: DeviceId) -> Option<VerifyingKey> {
    let device = devices.iter().find(|device| device.id == author)?;
    (device.role == DeviceRole::Active).then_some(device.signing)
}

fn household(
    log_id: LogId,
    constitution: Constitution,
    devices: PrincipalDevices,
    epoch: EpochBody,
    (document_id, issued_at): (DocumentId, i64),
) -> Household {
    let principal = devices.principal;
    Household {
        origins: Origins {
            law: document_id,
            devices: BTreeMap::from([(principal, document_id)]),
            points: BTreeMap::new(),
        },
        open: Vec::new(),
        places: Places::default(),
        resolutions: Vec::new(),
        home: None,
        ended: None,
        epochs: Vec::new(),
        epoch_issued_at: issued_at,
        widened: BTreeSet::new(),
        log_id,
        relay_epoch: 1,
        constitution,
        people: devices
            .devices
            .into_iter()
            .map(|device| (device.id, (principal, device)))
            .collect(),
        points: BTreeMap::new(),
        epoch,
        epoch_needed: false,
        taken: BTreeSet::new(),
        former: BTreeSet::new(),
        past_keys: BTreeMap::new(),
        live: BTreeMap::new(),
        until_then: BTreeMap::new(),
        used: Used::new(document_id),
        without_effect: 0,
    }
}
