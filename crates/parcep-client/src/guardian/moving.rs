//! Moving the log to another relay, from what this device holds (R-MOVE-019 to R-MOVE-022), and what stays at
//! the one that was left (R-CONS-025).

use super::found::every_right;
use super::{Guardian, WaitingAct};
use crate::{ClientError, Link};
use parcep_core::document::PayloadType;
use parcep_core::member::Announcement;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

impl Guardian {
    /// Begins the log at another relay with everything that was followed, lets every key in that the
    /// newest list names but those that were revoked since and those of who left, and writes that the
    /// household has moved; the place of that entry. The constitution lists the relay already. The old relay is
    /// not asked. What was to be written before waits, and is written at the new home.
    ///
    /// # Errors
    /// If the constitution does not list it, or the new relay refuses or falls silent on the way; then this
    /// device stays where it is. The same call goes on from there later: within a day, for a relay takes no
    /// history in after that (R-MOVE-020).
    pub async fn move_to(&mut self, link: Link, voucher: Vec<u8>) -> Result<u64, ClientError> {
        if !self.lists(link.uri())? {
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
        let back = self.0.ask(link);
        match self.bring(access, &left, voucher).await {
            Ok(place) => self.0.stay().map(|()| place),
            Err(error) => {
                self.0.back_to(back);
                Err(error)
            }
        }
    }

    async fn bring(
        &mut self,
        access: pb::AccessKey,
        without: &[Vec<u8>],
        voucher: Vec<u8>,
    ) -> Result<u64, ClientError> {
        self.0.begin_here(access, without, voucher).await?;
        // The relay stands at entry 0 in a higher relay epoch: the member gives back all the rest.
        self.0.fill().await?;
        // Written before, where only the answer was lost.
        if self.household()?.home() == Some(self.0.relay())
            && let Some(place) = self.moved_at()?
        {
            return Ok(place);
        }
        self.0.append_moved().await
    }

    /// Place of the newest MOVED.
    fn moved_at(&mut self) -> Result<Option<u64>, ClientError> {
        let entries = self.0.store().entries()?;
        let (member, household) = (self.0.member(), self.household()?);
        let key = &member.identity().sealing;
        let newest = entries.iter().rev().find(|entry| {
            let header = household.signed_header(entry, member.keyring(), key);
            header.is_some_and(|header| header.payload_type == PayloadType::Moved)
        });
        Ok(newest.map(|entry| entry.seq))
    }

    /// Announces that a relay which the household left is to delete its copy, in a week and in sight of every
    /// key there (R-CONS-025). The log is not followed there.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `NOT_PERMITTED_BY_TABLE` for the relay at hand, for one that the
    /// constitution does not list, and before a move; else as [`Guardian::access`].
    pub async fn announce_deletion_at(&mut self, left: Link) -> Result<WaitingAct, ClientError> {
        let back = self.ask_left(left)?;
        let act = self.0.announce(Announcement::DeleteLog(true)).await;
        self.0.back_to(back);
        Ok(WaitingAct::from(&act?))
    }

    /// What waits at a relay that the household left.
    ///
    /// # Errors
    /// As [`Guardian::announce_deletion_at`].
    pub async fn acts_at(&mut self, left: Link) -> Result<Vec<WaitingAct>, ClientError> {
        let back = self.ask_left(left)?;
        let acts = self.0.acts().await;
        self.0.back_to(back);
        Ok(acts?.iter().map(WaitingAct::from).collect())
    }

    /// Cancels what waits at a relay that the household left.
    ///
    /// # Errors
    /// As [`Guardian::announce_deletion_at`], and as [`Guardian::cancel_act`].
    pub async fn cancel_act_at(&mut self, left: Link, id: u64) -> Result<(), ClientError> {
        let back = self.ask_left(left)?;
        let cancelled = self.0.cancel_act(id).await;
        self.0.back_to(back);
        cancelled
    }

    fn ask_left(&mut self, left: Link) -> Result<Link, ClientError> {
        let home = self.household()?.home().map(str::to_owned);
        let was_left = home.is_some_and(|home| home != left.uri() && home == self.0.relay());
        if !(was_left && self.lists(left.uri())?) {
            return Err(ClientError::Refused(Reason::NotPermittedByTable));
        }
        Ok(self.0.ask(left))
    }

    fn lists(&self, uri: &str) -> Result<bool, ClientError> {
        let mut relays = self.household()?.constitution().relays().iter();
        Ok(relays.any(|relay| relay.uri == uri))
    }
}
