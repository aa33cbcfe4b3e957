//! What a guardian does: found a household, write rules, admit devices.

use crate::{ClientError, Driver, Link, Store};
use bytes::Bytes;
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, EnforcementPoint, Guardian as Founder,
    PrincipalDevices, Relay, UncertainTime,
};
use parcep_core::crypto::{CryptoError, Random as _, SystemRandom};
use parcep_core::document::{DocumentError, Draft, PayloadType, SectionKind};
use parcep_core::household::{DependantView, Founding, Household, Need, found};
use parcep_core::id::{DocumentId, LogId, PrincipalId};
use parcep_core::joining::{Anchor, JoinRequest, Joining};
use parcep_core::member::{Event, Identity, Member, RegisterUpdate};
use parcep_core::policy::{Override, PolicyLayer, Profile};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::path::Path;

/// Most dependants that one household holds.
pub const MAX_DEPENDANTS: usize = parcep_core::constitution::MAX_DEPENDANTS;

/// A guardian's device.
#[derive(Debug)]
pub struct Guardian(Driver);

/// Names that devices may show; they travel sealed.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The dependant's display name.
    pub dependant: String,
    /// Guardians' display names.
    pub guardians: Vec<(PrincipalId, String)>,
}

impl Guardian {
    /// Founds a household of one guardian with `dependants` dependants, and creates its log at the
    /// relay. The keys are on disk before the relay hears of them.
    ///
    /// # Errors
    /// If the folder holds a member already, or the relay refuses; nothing is left behind then.
    pub async fn found(
        folder: &Path,
        link: Link,
        dependants: usize,
        voucher: Vec<u8>,
    ) -> Result<Self, ClientError> {
        let mut random = SystemRandom::new();
        let identity = Identity::generate(&mut random).map_err(DocumentError::from)?;
        let store = Store::create(folder, &identity)?;
        let relays = vec![Relay {
            uri: link.uri().to_owned(),
            key: None,
        }];
        let now = link.now();
        let founding = founding(&identity, dependants, relays.clone(), now, &mut random)?;
        let log_id = founding.log_id;
        let (genesis, keyring) = found(founding, &mut random)?;
        let anchor = Anchor {
            log_id,
            genesis: genesis.hash(),
            handle: fresh::<32>(&mut random)?.to_vec(),
            relays,
        };
        store.save_start(&anchor, &keyring)?;
        let access = pb::AccessKey {
            access_key: identity.access.public().as_bytes().to_vec(),
            rights: vec![
                pb::Right::Read.into(),
                pb::Right::Append.into(),
                pb::Right::Registers.into(),
                pb::Right::Admin.into(),
            ],
            group: fresh::<16>(&mut random)?.to_vec(),
            rate_per_minute: None,
            quota_bytes: None,
        };
        let mut member = Member::found(identity, anchor, keyring, genesis.clone());
        member.create_log(&genesis, access, voucher);
        let mut driver = Driver::new(member, store, link);
        let created = driver.settle().await.and_then(|events| {
            let outcome = events.iter().find_map(|event| match event {
                Event::Created(outcome) => Some(*outcome),
                _ => None,
            });
            outcome
                .unwrap_or(Err(Reason::Internal))
                .map_err(ClientError::Refused)
        });
        match created {
            Ok(()) => Ok(Self(driver)),
            Err(error) => {
                driver.discard();
                Err(error)
            }
        }
    }

    /// Opens a guardian's folder.
    ///
    /// # Errors
    /// If it holds no guardian.
    pub fn open(folder: &Path, link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let member = store.member()?;
        let is_guardian = member.household().is_some_and(|household| {
            let who = member.principal();
            who.is_some_and(|who| household.constitution().is_guardian(who))
        });
        if !is_guardian {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds a device that is no guardian's",
            });
        }
        Ok(Self(Driver::new(member, store, link)))
    }

    /// The driver, to sync, watch and look.
    pub fn driver(&mut self) -> &mut Driver {
        &mut self.0
    }

    /// Number of entries followed, and hash of the last.
    pub fn head(&self) -> (u64, parcep_core::crypto::Hash) {
        self.0.member().head()
    }

    /// The household.
    ///
    /// # Errors
    /// If genesis was not followed yet.
    pub fn household(&self) -> Result<&Household, ClientError> {
        let household = self.0.member().household();
        household.ok_or(ClientError::Refused(Reason::WrongAnchor))
    }

    /// The guardian's own id.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn principal(&self) -> Result<PrincipalId, ClientError> {
        let principal = self.0.member().principal();
        principal.ok_or(ClientError::Refused(Reason::WrongAnchor))
    }

    /// Dependants in order.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn dependants(&self) -> Result<Vec<PrincipalId>, ClientError> {
        let dependants = self.household()?.constitution().dependants();
        Ok(dependants.iter().map(|dependant| dependant.id).collect())
    }

    /// Everything this guardian knows about a dependant.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn view(&self, dependant: PrincipalId) -> Result<DependantView, ClientError> {
        let keyring = self.0.member().keyring();
        Ok(self.household()?.view(dependant, keyring, Need::Everything))
    }

    /// Writes this guardian's own layer for a dependant, replacing the one that is live. `residue`
    /// is what an importer kept; empty for none.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `BASE_NOT_LIVE` if another device was quicker: look again.
    pub async fn set_layer(
        &mut self,
        dependant: PrincipalId,
        profile: &Profile,
        layer: &PolicyLayer,
        residue: Vec<u8>,
    ) -> Result<u64, ClientError> {
        let mut sections = layer.to_sections();
        sections.push((SectionKind::Profile, profile.to_bytes()));
        sections.push((SectionKind::Residue, residue));
        self.put(PayloadType::PolicyLayer, dependant, sections)
            .await
    }

    /// Writes the names that devices of a dependant may show.
    ///
    /// # Errors
    /// As [`Guardian::set_layer`].
    pub async fn set_names(
        &mut self,
        dependant: PrincipalId,
        names: Names,
    ) -> Result<u64, ClientError> {
        let name = |(id, name): (PrincipalId, String)| pb::PrincipalName {
            id: id.to_vec(),
            name,
        };
        let identity = pb::IdentitySection {
            dependant_name: names.dependant,
            guardians: names.guardians.into_iter().map(name).collect(),
            devices: Vec::new(),
        };
        let sections = vec![(SectionKind::Identity, identity.encode_to_vec())];
        self.put(PayloadType::Identity, dependant, sections).await
    }

    /// Acts beside the rules: a lock, a pause, extra time, an unblock.
    ///
    /// # Errors
    /// [`ClientError::Refused`].
    pub async fn act(
        &mut self,
        dependant: PrincipalId,
        act: &Override,
    ) -> Result<u64, ClientError> {
        let sections = vec![(SectionKind::Override, act.to_bytes())];
        let draft = self.draft(PayloadType::Override, Some(dependant), sections)?;
        self.0.append(draft).await
    }

    /// Admits an enforcement point for these dependants: its membership entry, its right at the
    /// relay, and the answer file that it joins with.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the request is for another kind of device, or the relay refuses.
    pub async fn admit(
        &mut self,
        request: &JoinRequest,
        dependants: Vec<PrincipalId>,
    ) -> Result<Vec<u8>, ClientError> {
        let Joining::EnforcementPoint(category) = request.what else {
            return Err(ClientError::Refused(Reason::Unsupported));
        };
        let point = EnforcementPoint {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            category,
            dependants,
            capabilities: request.capabilities.clone(),
            uncertain_time: UncertainTime::Unspecified,
        };
        let sections = vec![(SectionKind::EnforcementPoint, point.encode())];
        let draft = self.draft(PayloadType::EnforcementPoint, None, sections)?;
        self.0.append(draft).await?;

        let group = fresh::<16>(self.0.random())?.to_vec();
        self.0.member_mut().grant_access(pb::AccessKey {
            access_key: request.access.as_bytes().to_vec(),
            rights: vec![pb::Right::Read.into(), pb::Right::Registers.into()],
            group,
            rate_per_minute: None,
            quota_bytes: None,
        });
        let events = self.0.settle().await?;
        let refused = events.iter().find_map(|event| match event {
            Event::Granted(Err(reason)) => Some(*reason),
            _ => None,
        });
        if let Some(reason) = refused {
            return Err(ClientError::Refused(reason));
        }
        let mut random = SystemRandom::new();
        Ok(self.0.member().welcome(request, &mut random)?)
    }

    /// Says that this guardian is alive and what it sees.
    ///
    /// # Errors
    /// If the relay refuses.
    pub async fn beat(&mut self) -> Result<(), ClientError> {
        let (next_seq, head) = self.0.member().head();
        let now = self.0.now();
        let beat = pb::Beat {
            time: now,
            head: Some(pb::HeadRef {
                seq: next_seq.saturating_sub(1),
                hash: head.0.to_vec(),
            }),
            generations: vec![pb::GenerationUse {
                dependant: None,
                generation: self.household()?.epoch(),
            }],
            live_root: self.0.member().live_root().0.to_vec(),
        };
        let update = RegisterUpdate {
            payload_type: PayloadType::Beat,
            dependant: None,
            payload: beat.encode_to_vec(),
        };
        self.0.member_mut().write_register(update, now)?;
        self.0.settle().await.map(|_| ())
    }

    /// Appends a document of which each guardian has one per dependant.
    async fn put(
        &mut self,
        payload_type: PayloadType,
        dependant: PrincipalId,
        sections: Vec<(SectionKind, Vec<u8>)>,
    ) -> Result<u64, ClientError> {
        let mut draft = self.draft(payload_type, Some(dependant), sections)?;
        let me = self.principal()?;
        let live = self.household()?.live().find(|live| {
            let header = live.document.header();
            live.author == me
                && header.payload_type == payload_type
                && header.dependant == Some(dependant)
        });
        match live {
            Some(live) => {
                draft.base = Some(live.id());
                draft.slot = live.document.header().slot.clone();
            }
            None => draft.slot = fresh::<16>(self.0.random())?.to_vec().into(),
        }
        self.0.append(draft).await
    }

    fn draft(
        &mut self,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
        sections: Vec<(SectionKind, Vec<u8>)>,
    ) -> Result<Draft, ClientError> {
        let document_id = DocumentId::random(self.0.random()).map_err(sealing)?;
        Ok(Draft {
            payload_type,
            document_id,
            base: None,
            dependant,
            slot: Bytes::new(),
            sections,
            issued_at: self.0.now(),
        })
    }
}

fn founding<'a>(
    identity: &'a Identity,
    dependants: usize,
    relays: Vec<Relay>,
    now: i64,
    random: &mut SystemRandom,
) -> Result<Founding<'a>, ClientError> {
    let principal = PrincipalId::random(random).map_err(sealing)?;
    let dependants = (0..dependants)
        .map(|_| {
            Ok(Dependant {
                id: PrincipalId::random(random).map_err(sealing)?,
                release_on: None,
            })
        })
        .collect::<Result<_, ClientError>>()?;
    let guardian = Founder {
        id: principal,
        scope: Vec::new(),
        custody: Vec::new(),
    };
    let law = Constitution::new(vec![guardian], dependants, 1, relays, Caps::default());
    Ok(Founding {
        log_id: LogId::random(random).map_err(sealing)?,
        constitution: law.map_err(|_| DocumentError::Malformed("constitution"))?,
        devices: PrincipalDevices {
            principal,
            devices: vec![Device {
                id: identity.device,
                signing: identity.signing.public(),
                sealing: identity.sealing.public(),
                role: DeviceRole::Active,
            }],
        },
        author: identity.author(),
        document_id: DocumentId::random(random).map_err(sealing)?,
        issued_at: now,
    })
}

fn fresh<const N: usize>(random: &mut SystemRandom) -> Result<[u8; N], ClientError> {
    random.array().map_err(sealing)
}

fn sealing(error: parcep_core::crypto::NoRandomness) -> ClientError {
    DocumentError::from(CryptoError::from(error)).into()
}
