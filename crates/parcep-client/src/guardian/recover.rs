//! The printed page: made by a guardian, used by one who lost every device (R-CONS-017 to R-CONS-020).

use super::Guardian;
use super::consent::Begun;
use super::found::every_right;
use crate::{ClientError, Driver, Link, Store};
use parcep_core::consent::Act;
use parcep_core::constitution::{Device, DeviceRole, Relay};
use parcep_core::crypto::SystemRandom;
use parcep_core::document::DocumentError;
use parcep_core::epoch::Keyring;
use parcep_core::joining::{Anchor, JoinRequest, Joining};
use parcep_core::member::{Identity, Member};
use parcep_core::reason::Reason;
use parcep_core::recovery::{Page, RecoveryKeys, RecoverySecret, Whereabouts};
use parcep_proto::v1alpha1 as pb;
use std::path::Path;

/// A page that was just made, and what belongs beside it.
#[derive(Debug)]
pub struct MadePage {
    /// To be printed, and forgotten.
    pub page: Page,
    /// Sealed to the page's keys: what an epoch before this page holds. Noise without the page, so it may
    /// be kept anywhere; without it this page opens nothing from before.
    pub file: Vec<u8>,
    /// From when on the relay knows it, seconds since 1970, where another key has every right in the
    /// group: a new root key takes a week in everybody's sight then (R-CONS-025). `None`: at once.
    pub works_from: Option<i64>,
}

impl Guardian {
    /// Makes a new recovery page. The keys of an older one are listed no more, so that page is worth
    /// nothing from here on.
    ///
    /// # Errors
    /// If the household or the relay refuses.
    pub async fn make_page(&mut self) -> Result<MadePage, ClientError> {
        let mut random = SystemRandom::new();
        let secret = RecoverySecret::generate(&mut random).map_err(super::sealing)?;
        let log_id = self.household()?.log_id();
        let keys = secret.keys(log_id).map_err(DocumentError::from)?;
        let me = self.principal()?;
        let mut set = self.devices_of(me)?;
        set.devices
            .retain(|device| device.role != DeviceRole::Recovery);
        set.devices.push(keys.listed());
        self.set_devices(&set).await?;
        self.renew_if_needed().await?;
        let group = self.own_group().await?;
        let access = root_key(&keys, group);
        let works_from = self.let_page_in(keys.device, access).await?;
        let request = JoinRequest {
            device: keys.device,
            signing: keys.signing.public(),
            sealing: keys.sealing.public(),
            access: keys.access.public(),
            what: Joining::Person(DeviceRole::Recovery),
            capabilities: Vec::new(),
        };
        let file = self.0.member().welcome(&request, &mut random)?;
        let page = self.page_of(secret);
        Ok(MadePage {
            page,
            file,
            works_from,
        })
    }

    /// Whether the relay lets the key of a new page in only after a week, because another key of the own group
    /// has every right there (R-RELAY-016).
    ///
    /// # Errors
    /// As [`Guardian::access`].
    pub async fn page_takes_a_week(&mut self) -> Result<bool, ClientError> {
        let (own, group) = (self.own_access_key(), self.own_group().await?);
        let mut keys = self.access_kept().into_iter();
        let admin = i32::from(pb::Right::Admin);
        Ok(keys
            .any(|key| key.group == group && key.access_key != own && key.rights.contains(&admin)))
    }

    /// The page's key at the relay; keys of older pages go.
    async fn let_page_in(
        &mut self,
        device: parcep_core::id::DeviceId,
        access: pb::AccessKey,
    ) -> Result<Option<i64>, ClientError> {
        use pb::announce_request::What;
        // A page that this device made before, also one whose week is not over.
        self.clear_keys().await?;
        let keys = self.access().await?.into_iter();
        let older = keys.filter(|key| key.root && key.group == access.group);
        for key in older.collect::<Vec<_>>() {
            // The same announced again is the act that is pending.
            self.announce_revocation(key.access_key).await?;
        }
        match self.let_key_in(device, access.clone()).await {
            Err(ClientError::Refused(Reason::Delayed)) => {
                let change = What::Change(access);
                let act = self.0.announce(change).await?;
                Ok(Some(act.due_at))
            }
            let_in => let_in.map(|()| None),
        }
    }

    /// The page of a secret, in this household.
    pub(super) fn page_of(&self, secret: RecoverySecret) -> Page {
        let anchor = self.0.member().anchor();
        let whereabouts = Whereabouts {
            log_id: anchor.log_id,
            genesis: anchor.genesis,
            handle: anchor.handle.clone(),
            relay: self.0.relay().to_owned(),
        };
        Page {
            secret,
            whereabouts,
        }
    }

    /// Comes back with a page: follows the log with its keys, which stay in memory. `folder` keeps the
    /// sealed log and the statements that prove the delay, no key and no secret. `file` is what was made
    /// beside the page, where it was not made with the household itself.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `NOT_PERMITTED_BY_TABLE` if the page is none of this household any
    /// more; or what else keeps the log from being followed.
    pub async fn recovering(
        page: &Page,
        file: Option<&[u8]>,
        folder: &Path,
        link: Link,
    ) -> Result<Self, ClientError> {
        let at = &page.whereabouts;
        let keys = page.secret.keys(at.log_id).map_err(DocumentError::from)?;
        let identity = Identity {
            device: keys.device,
            signing: keys.signing,
            sealing: keys.sealing,
            access: keys.access,
        };
        let mut store = Store::without_keys(folder)?;
        let entries = store.entries()?;
        let member = match file {
            Some(file) if entries.is_empty() => Member::join(identity, file)?,
            file => {
                let anchor = Anchor {
                    log_id: at.log_id,
                    genesis: at.genesis,
                    handle: at.handle.clone(),
                    relays: vec![Relay {
                        uri: link.uri().to_owned(),
                        key: None,
                    }],
                };
                let secrets = match file {
                    Some(file) => welcome_secrets(file, &identity)?,
                    None => Keyring::default(),
                };
                Member::restore(identity, anchor, secrets, entries)
            }
        };
        let mut driver = Driver::new(member, store, link);
        match driver.sync().await {
            // Another page took the place of this one.
            Err(ClientError::Removed) => {
                return Err(ClientError::Refused(Reason::NotPermittedByTable));
            }
            followed => drop(followed?),
        };
        let device = driver.member().identity().device;
        let household = driver.member().household();
        let listed = household.is_some_and(|household| household.principal_of(device).is_some());
        if !listed {
            return Err(ClientError::Refused(Reason::NotPermittedByTable));
        }
        Ok(Self(driver))
    }

    /// Proposes, with the page's keys, that this one new device takes the place of all that were lost.
    /// The page stays listed.
    ///
    /// # Errors
    /// If the household or the relay refuses.
    pub async fn replace_devices(&mut self, new: &JoinRequest) -> Result<Begun, ClientError> {
        let me = self.principal()?;
        let mut set = self.devices_of(me)?;
        set.devices
            .retain(|device| device.role == DeviceRole::Recovery);
        set.devices.insert(
            0,
            Device {
                id: new.device,
                signing: new.signing,
                sealing: new.sealing,
                role: DeviceRole::Active,
            },
        );
        self.begin(Act::Devices(set), Vec::new()).await
    }

    /// Shuts every other key of the own group out at the relay that may write to the log or administer it,
    /// at once, as the root key of a page may (R-CONS-020). Keys of enforcement points stay. How many.
    ///
    /// # Errors
    /// If the relay refuses.
    pub async fn shut_out_the_rest(&mut self, keep: &[u8]) -> Result<usize, ClientError> {
        let (own, group) = (self.own_access_key(), self.own_group().await?);
        let keys = self.access().await?.into_iter();
        let others = keys.filter(|key| {
            let writes = key.rights.iter().any(|right| {
                [pb::Right::Append, pb::Right::Admin]
                    .map(i32::from)
                    .contains(right)
            });
            key.group == group
                && writes
                && key.access_key != own
                && key.access_key != keep
                && !key.root
        });
        let others: Vec<_> = others.map(|key| key.access_key).collect();
        for key in &others {
            self.0.revoke(key).await?;
        }
        Ok(others.len())
    }

    /// Lets the new device in once it is listed, and gives the answer that it joins with.
    ///
    /// # Errors
    /// If it is not listed yet, or the relay refuses.
    pub async fn welcome_back(&mut self, new: &JoinRequest) -> Result<Vec<u8>, ClientError> {
        let group = self.own_group().await?;
        self.let_in(new, every_right(), group).await
    }
}

impl Guardian {
    /// Destroys this folder, because its guardian left.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn leave_folder(self) -> Result<(), ClientError> {
        self.0.erase()
    }
}

/// The key of a page at the relay: every right, and the root of its principal's group.
pub(super) fn root_key(keys: &RecoveryKeys, group: Vec<u8>) -> pb::AccessKey {
    pb::AccessKey {
        access_key: keys.access.public().as_bytes().to_vec(),
        rights: every_right(),
        group,
        root: true,
        ..pb::AccessKey::default()
    }
}

/// The secrets of a recovery file, for a folder that followed the log before.
fn welcome_secrets(file: &[u8], identity: &Identity) -> Result<Keyring, ClientError> {
    let accepted = parcep_core::joining::accept(file, identity.device, &identity.sealing)?;
    Ok(accepted.1.secrets)
}
