//! Keys at the relay: which device has which.
//! A relay knows no devices, so whoever lets one in remembers its key.

use super::Guardian;
use crate::{ClientError, Store};
use parcep_core::hex;
use parcep_core::id::DeviceId;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use serde::{Deserialize, Serialize};

/// File of the keys that this guardian let in.
const ROWS: &str = "access.json";

/// What this device knows of keys at the relay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessList {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    device: String,
    access: String,
}

impl AccessList {
    /// Reads it from a folder.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn load(store: &Store) -> Result<Self, ClientError> {
        let Some(bytes) = store.kept(ROWS)? else {
            return Ok(Self::default());
        };
        serde_json::from_slice(&bytes).map_err(|_| ClientError::Damaged {
            path: store.folder().join(ROWS),
            what: "it is no list of keys",
        })
    }

    fn save(&self, store: &Store) -> Result<(), ClientError> {
        let text = serde_json::to_vec_pretty(self).unwrap_or_default();
        store.keep(ROWS, &text)
    }

    /// The key of a device, if this guardian let it in.
    #[must_use]
    pub fn key_of(&self, device: DeviceId) -> Option<Vec<u8>> {
        let device = device.to_string();
        let mut rows = self.rows.iter().rev();
        let row = rows.find(|row| row.device == device)?;
        hex::decode(&row.access)
    }

    /// Devices that were let in and not shut out since.
    pub fn devices(&self) -> impl Iterator<Item = DeviceId> {
        self.rows.iter().filter_map(|row| {
            let bytes = hex::decode(&row.device)?;
            DeviceId::try_from(bytes.as_slice()).ok()
        })
    }
}

/// An act that a relay carries out when its week is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingAct {
    /// Its number at that relay.
    pub id: u64,
    /// When it is carried out, by the relay's clock, seconds since 1970.
    pub due_at: i64,
    /// What is done.
    pub what: WaitingWhat,
}

/// What an act at a relay does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitingWhat {
    /// A key is changed or added.
    ChangesKey,
    /// A key is removed.
    RemovesKey,
    /// Bodies of so many entries are dropped.
    DropsBodies(usize),
    /// The log is deleted.
    DeletesLog,
    /// Something that this version does not know.
    Unknown,
}

impl From<&pb::AdminAct> for WaitingAct {
    fn from(act: &pb::AdminAct) -> Self {
        use pb::admin_act::What;
        let what = match &act.what {
            Some(What::Change(_)) => WaitingWhat::ChangesKey,
            Some(What::Revoke(_)) => WaitingWhat::RemovesKey,
            Some(What::EraseBodies(places)) => WaitingWhat::DropsBodies(places.seqs.len()),
            Some(What::DeleteLog(_)) => WaitingWhat::DeletesLog,
            None => WaitingWhat::Unknown,
        };
        Self {
            id: act.id,
            due_at: act.due_at,
            what,
        }
    }
}

impl Guardian {
    /// Every access key of the log. What was read is kept, for a relay that takes the log over one day.
    ///
    /// # Errors
    /// If the relay refuses or does not answer.
    pub async fn access(&mut self) -> Result<Vec<pb::AccessKey>, ClientError> {
        self.0.access().await
    }

    /// The newest list that was read, without asking anybody.
    pub fn access_kept(&self) -> Vec<pb::AccessKey> {
        self.0.member().notes().access().to_vec()
    }

    /// The group of this guardian's own keys.
    ///
    /// # Errors
    /// As [`Guardian::access`].
    pub async fn own_group(&mut self) -> Result<Vec<u8>, ClientError> {
        let own = self.own_access_key();
        let keys = self.access().await?;
        let own = keys.into_iter().find(|key| key.access_key == own);
        own.map(|key| key.group)
            .ok_or(ClientError::Refused(Reason::NotPermitted))
    }

    /// Lets a device's key in, and remembers whose it is.
    pub(super) async fn let_key_in(
        &mut self,
        device: DeviceId,
        access: pb::AccessKey,
    ) -> Result<(), ClientError> {
        let mut list = AccessList::load(self.0.store())?;
        let keys = self.access().await?;
        if keys
            .iter()
            .any(|known| known.access_key == access.access_key)
        {
            return Ok(());
        }
        list.rows.push(Row {
            device: device.to_string(),
            access: hex::encode(&access.access_key),
        });
        list.save(self.0.store())?;
        self.0.grant(access).await?;
        self.access().await.map(|_| ())
    }

    /// Shuts a device's key out, if this guardian let it in. False if that key is not known here.
    ///
    /// # Errors
    /// As [`Driver::revoke`](crate::Driver::revoke). Where the relay does not answer, the key is remembered
    /// as revoked all the same.
    pub async fn shut_out(&mut self, device: DeviceId) -> Result<bool, ClientError> {
        let mut list = AccessList::load(self.0.store())?;
        let Some(key) = list.key_of(device) else {
            return Ok(false);
        };
        self.0.revoke(&key).await?;
        let hex = hex::encode(&key);
        list.rows.retain(|row| row.access != hex);
        list.save(self.0.store())?;
        Ok(true)
    }

    /// What waits at the relay, and is carried out in a week if nobody cancels it (R-CONS-025).
    ///
    /// # Errors
    /// As [`Guardian::access`].
    pub async fn acts(&mut self) -> Result<Vec<WaitingAct>, ClientError> {
        let acts = self.0.acts().await?;
        Ok(acts.iter().map(WaitingAct::from).collect())
    }

    /// Announces that the relay is to delete the log, with everything it has of it.
    ///
    /// # Errors
    /// As [`Guardian::access`].
    pub async fn announce_deletion(&mut self) -> Result<WaitingAct, ClientError> {
        let what = pb::announce_request::What::DeleteLog(true);
        let act = self.0.announce(what).await?;
        Ok(WaitingAct::from(&act))
    }

    /// Cancels what waits at the relay, whoever announced it.
    ///
    /// # Errors
    /// As [`Guardian::access`]; `INVALID_ARGUMENT` if none with this number waits.
    pub async fn cancel_act(&mut self, id: u64) -> Result<(), ClientError> {
        self.0.cancel_act(id).await
    }

    /// The key with which this device opens sessions.
    pub(super) fn own_access_key(&self) -> Vec<u8> {
        let identity = self.0.member().identity();
        identity.access.public().as_bytes().to_vec()
    }
}
