//! Moving the log to another relay, from what this device holds (R-MOVE-019 to R-MOVE-022).

use super::Guardian;
use super::found::every_right;
use crate::desk;
use crate::{ClientError, Link};
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

impl Guardian {
    /// Begins the log at another relay with everything that was followed, lets every key in that the
    /// newest list names but those of who left, and writes that the household has moved. The constitution lists the relay
    /// already. The old relay is not asked.
    ///
    /// # Errors
    /// If the constitution does not list it, or the new relay refuses.
    pub async fn move_to(&mut self, mut link: Link, voucher: Vec<u8>) -> Result<u64, ClientError> {
        let household = self.household()?;
        let mut relays = household.constitution().relays().iter();
        let listed = relays.find(|relay| relay.uri == link.uri());
        let listed = listed.ok_or(ClientError::Refused(Reason::NotPermittedByTable))?;
        let (uri, relay_key) = (listed.uri.clone(), listed.key);
        let known = self.0.member().notes().relay(self.0.relay()).relay_epoch;
        let relay_epoch = household.relay_epoch().max(known).saturating_add(1);
        let own = self.own_access_key();
        let keys = self.access_kept()?;
        let group = keys.iter().find(|key| key.access_key == own);
        let group = group.map(|key| key.group.clone());
        let left = self.keys_left()?;
        let genesis = self.0.store().entries()?.into_iter().next();
        let request = pb::CreateLogRequest {
            handle: self.0.member().anchor().handle.clone(),
            genesis: genesis.as_ref().map(Into::into),
            access: Some(pb::AccessKey {
                access_key: own.clone(),
                rights: every_right(),
                group: group.ok_or(ClientError::Refused(Reason::NotPermitted))?,
                ..pb::AccessKey::default()
            }),
            voucher,
            relay_epoch: Some(relay_epoch),
            more: keys
                .into_iter()
                .filter(|key| key.access_key != own && !left.contains(&key.access_key))
                .collect(),
            ..pb::CreateLogRequest::default()
        };
        let identity = self.0.member().identity();
        match desk::create(&mut link, identity, relay_key, request).await {
            // Begun before, and not finished: go on.
            Ok(()) | Err(ClientError::Refused(Reason::LogExists)) => {}
            Err(error) => return Err(error),
        }
        self.0.use_link(link)?;
        // The relay stands at entry 0 in a higher relay epoch: the member gives back all the rest.
        self.0.sync().await?;
        let moved = pb::Moved { uri };
        let (payload, section) = (PayloadType::Moved, SectionKind::Moved);
        self.say(payload, section, moved.encode_to_vec()).await
    }
}
