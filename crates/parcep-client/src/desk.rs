//! Administration at the relay: whose keys may call, and acts that wait a week. The engine asks; these wait
//! for the answer.

use crate::{ClientError, Driver};
use parcep_core::member::{Announcement, Event};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

impl Driver {
    /// Every access key of the log, with its rights and group. What was read is kept, for a relay that
    /// takes the log over one day (R-MOVE-027).
    ///
    /// # Errors
    /// If the relay refuses or does not answer.
    pub async fn access(&mut self) -> Result<Vec<pb::AccessKey>, ClientError> {
        self.member_mut().list_access();
        self.answer(|event| match event {
            Event::Access(listed) => Some(listed),
            _ => None,
        })
        .await
    }

    /// Gives a key its rights. It is not revoked again from here on.
    ///
    /// # Errors
    /// As [`Driver::access`]; `DELAYED` if it takes something from an admin.
    pub async fn grant(&mut self, access: pb::AccessKey) -> Result<(), ClientError> {
        self.member_mut().grant_access(access);
        self.answer(|event| match event {
            Event::Granted(granted) => Some(granted),
            _ => None,
        })
        .await
    }

    /// Removes a key; its sessions end at once. It is remembered before the relay is asked, and revoked
    /// again after a restore (R-MOVE-017).
    ///
    /// # Errors
    /// As [`Driver::access`]; `DELAYED` if it has the admin right and this one is no root key of its group.
    /// A key that the relay refused to remove is not remembered.
    pub async fn revoke(&mut self, access_key: &[u8]) -> Result<(), ClientError> {
        let now = self.now();
        self.member_mut().revoke_access(access_key.to_vec(), now);
        self.drain(&mut Vec::new())?;
        self.answer(|event| match event {
            Event::Revoked(revoked) => Some(revoked),
            _ => None,
        })
        .await
    }

    /// Announces an act that the relay carries out in 7 days, in sight of every access key (R-CONS-025).
    /// The same act, announced before, is that one.
    ///
    /// # Errors
    /// As [`Driver::access`].
    pub async fn announce(&mut self, what: Announcement) -> Result<pb::AdminAct, ClientError> {
        let waiting = self.acts().await?.into_iter();
        if let Some(act) = waiting.into_iter().find(|act| is_that(act, &what)) {
            return Ok(act);
        }
        self.member_mut().announce(what);
        let act = self.answer(|event| match event {
            Event::Announced(announced) => Some(announced),
            _ => None,
        });
        act.await.map(|act| *act)
    }

    /// Cancels an announced act, whoever announced it.
    ///
    /// # Errors
    /// As [`Driver::access`]; `INVALID_ARGUMENT` if none with this number is pending.
    pub async fn cancel_act(&mut self, id: u64) -> Result<(), ClientError> {
        self.member_mut().cancel_act(id);
        self.answer(|event| match event {
            Event::CancelledAct(_, cancelled) => Some(cancelled),
            _ => None,
        })
        .await
    }

    /// Every act that is pending.
    ///
    /// # Errors
    /// As [`Driver::access`].
    pub async fn acts(&mut self) -> Result<Vec<pb::AdminAct>, ClientError> {
        self.member_mut().list_acts();
        let told = self.answers(|event| match event {
            Event::Acts(acts) => Some(acts),
            _ => None,
        });
        // A session that was opened for it brought its own list first.
        let acts = told.await?.pop().unwrap_or(Err(Reason::Internal));
        acts.map_err(ClientError::Refused)
    }

    /// What the relay signs now about where the log stands; `None` if the constitution does not name its
    /// key.
    ///
    /// # Errors
    /// As [`Driver::access`], and as [`Driver::watched`].
    pub async fn bookmark(&mut self) -> Result<Option<pb::SignedBookmark>, ClientError> {
        if self.member().watch(false).is_none() {
            // There is no session yet.
            self.acts().await?;
        }
        // It is the first item of every watch.
        let mut watching = self.watch().await?;
        self.watched(&mut watching).await?;
        Ok(self.member().bookmark().cloned())
    }

    /// Creates the log of this household at the relay at hand, to be filled with its history (R-MOVE-020).
    /// One that was begun before stands. The keys in `without` are not let in.
    ///
    /// # Errors
    /// As [`Driver::access`].
    pub(crate) async fn begin_here(
        &mut self,
        access: pb::AccessKey,
        without: &[Vec<u8>],
        voucher: Vec<u8>,
    ) -> Result<(), ClientError> {
        if !self.member_mut().begin_here(access, without, voucher) {
            return Err(ClientError::Refused(Reason::WrongAnchor));
        }
        let created = self.answer(|event| match event {
            Event::Created(Err(Reason::LogExists)) => Some(Ok(())),
            Event::Created(created) => Some(created),
            _ => None,
        });
        created.await
    }

    /// The answer to what was asked last: what a restore makes due comes behind it.
    async fn answer<T>(
        &mut self,
        find: impl Fn(Event) -> Option<Result<T, Reason>>,
    ) -> Result<T, ClientError> {
        let answers = self.answers(find).await?;
        let answer = answers.into_iter().next();
        let answer = answer.unwrap_or(Err(Reason::Internal));
        answer.map_err(ClientError::Refused)
    }

    async fn answers<T>(
        &mut self,
        find: impl Fn(Event) -> Option<Result<T, Reason>>,
    ) -> Result<Vec<Result<T, Reason>>, ClientError> {
        let settled = self.settle().await;
        if settled.is_err() {
            self.member_mut().withdraw();
        }
        Ok(settled?.into_iter().filter_map(find).collect())
    }
}

fn is_that(act: &pb::AdminAct, what: &Announcement) -> bool {
    use pb::admin_act::What;
    match (&act.what, what) {
        (Some(What::Change(one)), Announcement::Change(other)) => one == other,
        (Some(What::Revoke(one)), Announcement::Revoke(other)) => one == other,
        (Some(What::EraseBodies(one)), Announcement::EraseBodies(other)) => one == other,
        (Some(What::DeleteLog(_)), Announcement::DeleteLog(_)) => true,
        _ => false,
    }
}
