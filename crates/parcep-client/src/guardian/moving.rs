//! Moving the log to another relay, from what this device holds (R-MOVE-019 to R-MOVE-022).

use super::Guardian;
use super::found::every_right;
use crate::{ClientError, Link};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

impl Guardian {
    /// Begins the log at another relay with everything that was followed, lets every key in that the
    /// newest list names but those that were revoked since and those of who left, and writes that the
    /// household has moved. The constitution lists the relay already. The old relay is not asked.
    ///
    /// # Errors
    /// If the constitution does not list it, or the new relay refuses; then this device stays where it is.
    pub async fn move_to(&mut self, link: Link, voucher: Vec<u8>) -> Result<u64, ClientError> {
        let mut relays = self.household()?.constitution().relays().iter();
        if !relays.any(|relay| relay.uri == link.uri()) {
            return Err(ClientError::Refused(Reason::NotPermittedByTable));
        }
        let own = self.own_access_key();
        let mut keys = self.access_kept().into_iter();
        let group = keys.find(|key| key.access_key == own);
        let group = group.map(|key| key.group);
        let left = self.keys_left()?;
        let access = pb::AccessKey {
            access_key: own,
            rights: every_right(),
            group: group.ok_or(ClientError::Refused(Reason::NotPermitted))?,
            ..pb::AccessKey::default()
        };
        let back = self.0.link().clone();
        self.0.use_link(link)?;
        if let Err(error) = self.0.begin_here(access, &left, voucher).await {
            self.0.use_link(back)?;
            return Err(error);
        }
        // The relay stands at entry 0 in a higher relay epoch: the member gives back all the rest.
        self.0.sync().await?;
        self.0.append_moved().await
    }
}
