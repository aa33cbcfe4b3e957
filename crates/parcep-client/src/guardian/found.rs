//! Founding a household of one guardian.

use super::recover::root_key;
use super::{Guardian, fresh, sealing};
use crate::{ClientError, Driver, Link, Store};
use parcep_core::constitution::{
    Caps, Constitution, Dependant, Device, DeviceRole, Guardian as First, PrincipalDevices, Relay,
    YearMonth,
};
use parcep_core::crypto::{SystemRandom, VerifyingKey};
use parcep_core::document::DocumentError;
use parcep_core::household::{Founding, found};
use parcep_core::id::{DocumentId, LogId, PrincipalId};
use parcep_core::joining::Anchor;
use parcep_core::member::{Event, Identity, Member};
use parcep_core::reason::Reason;
use parcep_core::recovery::{Page, RecoveryKeys, RecoverySecret};
use parcep_proto::v1alpha1 as pb;
use std::path::Path;

/// What a founder decides.
#[derive(Debug, Clone, Default)]
pub struct Founder {
    /// First month of majority of each dependant, where it is stated; one element for each.
    pub dependants: Vec<Option<YearMonth>>,
    /// Key that the relay signs bookmarks with, as its operator publishes it. With it a relay's word on
    /// time counts (R-TIME-018).
    pub relay_key: Option<VerifyingKey>,
    /// Admission voucher, where the relay asks for one.
    pub voucher: Vec<u8>,
}

impl Founder {
    /// A founder with so many dependants, and nothing else decided.
    #[must_use]
    pub fn of(dependants: usize) -> Self {
        Self {
            dependants: vec![None; dependants],
            ..Self::default()
        }
    }
}

impl Guardian {
    /// Founds a household of one guardian, and creates its log at the relay. The keys are on disk before
    /// the relay hears of them.
    ///
    /// # Errors
    /// If the folder holds a member already, or the relay refuses; nothing is left behind then.
    pub async fn found(folder: &Path, link: Link, founder: Founder) -> Result<Self, ClientError> {
        let (guardian, _) = Self::found_as(folder, link, founder, None).await?;
        Ok(guardian)
    }

    /// The same with a recovery page whose keys every epoch from the first on is wrapped for: the page
    /// alone brings the founder back.
    ///
    /// # Errors
    /// As [`Guardian::found`].
    pub async fn found_with_page(
        folder: &Path,
        link: Link,
        founder: Founder,
    ) -> Result<(Self, Page), ClientError> {
        let secret = RecoverySecret::generate(&mut SystemRandom::new()).map_err(sealing)?;
        let found = Self::found_as(folder, link, founder, Some(&secret)).await;
        let (mut guardian, keys) = found?;
        if let Some(keys) = keys {
            let group = guardian.own_group().await?;
            let access = root_key(&keys, group);
            guardian.let_key_in(keys.device, access).await?;
        }
        let page = guardian.page_of(secret);
        Ok((guardian, page))
    }

    async fn found_as(
        folder: &Path,
        link: Link,
        founder: Founder,
        secret: Option<&RecoverySecret>,
    ) -> Result<(Self, Option<RecoveryKeys>), ClientError> {
        let mut random = SystemRandom::new();
        let identity = Identity::generate(&mut random).map_err(DocumentError::from)?;
        let mut store = Store::create(folder, &identity)?;
        let relays = vec![Relay {
            uri: link.uri().to_owned(),
            key: founder.relay_key,
        }];
        let law = law(&founder, relays.clone(), &mut random)?;
        let mut founding = founding(&identity, law, link.now(), &mut random)?;
        let log_id = founding.log_id;
        let recovery = secret.map(|secret| secret.keys(log_id)).transpose();
        let recovery = recovery.map_err(DocumentError::from)?;
        let listed = recovery.iter().map(RecoveryKeys::listed);
        founding.devices.devices.extend(listed);
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
            rights: every_right(),
            group: fresh::<16>(&mut random)?.to_vec(),
            ..pb::AccessKey::default()
        };
        let mut member = Member::found(identity, anchor, keyring, genesis.clone());
        member.create_log(&genesis, access, founder.voucher);
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
            Ok(()) => Ok((Self(driver), recovery)),
            Err(error) => {
                driver.discard();
                Err(error)
            }
        }
    }
}

/// What a guardian's key may do at the relay.
pub(super) fn every_right() -> Vec<i32> {
    [
        pb::Right::Read,
        pb::Right::Append,
        pb::Right::Registers,
        pb::Right::Admin,
    ]
    .map(Into::into)
    .into()
}

fn law(
    founder: &Founder,
    relays: Vec<Relay>,
    random: &mut SystemRandom,
) -> Result<(PrincipalId, Constitution), ClientError> {
    let principal = PrincipalId::random(random).map_err(sealing)?;
    let months = founder.dependants.iter().copied();
    let dependants = months.map(|release_on| {
        let id = PrincipalId::random(random).map_err(sealing)?;
        Ok(Dependant { id, release_on })
    });
    let dependants = dependants.collect::<Result<_, ClientError>>()?;
    let guardian = First {
        id: principal,
        scope: Vec::new(),
        custody: Vec::new(),
    };
    let law = Constitution::new(vec![guardian], dependants, 1, relays, Caps::default());
    let law = law.map_err(|_| DocumentError::Malformed("constitution"))?;
    Ok((principal, law))
}

fn founding<'a>(
    identity: &'a Identity,
    (principal, constitution): (PrincipalId, Constitution),
    now: i64,
    random: &mut SystemRandom,
) -> Result<Founding<'a>, ClientError> {
    Ok(Founding {
        log_id: LogId::random(random).map_err(sealing)?,
        constitution,
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
