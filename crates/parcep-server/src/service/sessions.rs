//! Calls without a session: asking for a challenge, answering it, creating a log.

use super::{Admission, Shared};
use crate::access::{AccessRecord, Handle, Rights};
use crate::convert::{exactly, right_numbers, too_large};
use crate::limits::{MAX_FIRST_EPOCH, MAX_MORE, MAX_VOUCHER};
use crate::refusal::Refusal;
use crate::session;
use crate::store::{Change, NewLog, Store, rules};
use parcep_core::crypto::{Hash, VerifyingKey, sha256};
use parcep_core::session::challenge;
use parcep_proto::v1alpha1 as pb;
use std::collections::HashSet;
use std::sync::Arc;

/// An answered challenge, as it stands in `OpenSession` and in `CreateLog`.
struct Answered<'a> {
    handle: &'a Handle,
    key: &'a VerifyingKey,
    nonce: [u8; 32],
    expires_at: i64,
    signature: &'a [u8],
}

impl<S: Store> Shared<S> {
    /// R-RELAY-003.
    pub(super) fn challenge(
        &self,
        request: &pb::ChallengeRequest,
    ) -> Result<pb::ChallengeResponse, Refusal> {
        session::within(&self.anonymous)?;
        let handle = Handle::try_from(request.handle.as_slice())?;
        let key = exactly("access_key", &request.access_key)?;
        let (nonce, expires_at) = self
            .challenges
            .issue(&handle, &key, self.clock.now())
            .map_err(|_| Refusal::Internal)?;
        Ok(pb::ChallengeResponse {
            relay_id: self.store.identity().id.to_vec(),
            nonce: nonce.to_vec(),
            expires_at,
        })
    }

    /// R-RELAY-004, R-RELAY-005. A handle or key that is not known gets the answer of a wrong
    /// signature (R-RELAY-006).
    pub(super) async fn open_session(
        self: &Arc<Self>,
        request: pb::OpenSessionRequest,
    ) -> Result<pb::OpenSessionResponse, Refusal> {
        session::within(&self.anonymous)?;
        let handle = Handle::try_from(request.handle.as_slice())?;
        let key: [u8; 32] = exactly("access_key", &request.access_key)?;
        let key = VerifyingKey::try_from(key.as_slice()).map_err(|_| Refusal::BadChallenge)?;
        let answered = Answered {
            handle: &handle,
            key: &key,
            nonce: exactly("nonce", &request.nonce)?,
            expires_at: request.expires_at,
            signature: &request.signature,
        };
        self.verify(&answered)?;
        self.settle(&handle).await?;
        let unknown = Refusal::BadChallenge;
        let record = self.store.access(&handle, &key).await?.ok_or(unknown)?;
        let now = self.clock.now();
        let (token, expires_at) = self.sessions.open(&handle, &record, now)?;
        // The key may have been changed or revoked between the two lines above.
        if self.store.access(&handle, &key).await?.as_ref() != Some(&record) {
            self.sessions.end(&handle, &key);
            return Err(Refusal::BadChallenge);
        }
        let state = self.store.log(&handle).await?.ok_or(Refusal::Internal)?;
        Ok(pb::OpenSessionResponse {
            session: token.to_vec(),
            expires_at,
            rights: right_numbers(record.rights),
            status: Some((&state).into()),
            acts: self.pending(&handle).await?,
        })
    }

    /// R-RELAY-007.
    pub(super) async fn create_log(
        self: &Arc<Self>,
        request: pb::CreateLogRequest,
    ) -> Result<pb::CreateLogResponse, Refusal> {
        session::within(&self.anonymous)?;
        let handle = Handle::try_from(request.handle.as_slice())?;
        let genesis = request.genesis.ok_or(Refusal::InvalidArgument("genesis"))?;
        let genesis = super::log::with_body(genesis)?;
        rules::genesis(&genesis)?;
        let access = first_access(request.access)?;
        let answered = Answered {
            handle: &handle,
            key: &access.key,
            nonce: exactly("nonce", &request.nonce)?,
            expires_at: request.expires_at,
            signature: &request.signature,
        };
        if request.voucher.len() > MAX_VOUCHER {
            return Err(too_large("voucher", MAX_VOUCHER));
        }
        let first_epochs = 1..=MAX_FIRST_EPOCH;
        if request
            .relay_epoch
            .is_some_and(|epoch| !first_epochs.contains(&epoch))
        {
            return Err(Refusal::InvalidArgument("relay_epoch"));
        }
        let more = further_access(&access, request.more)?;
        self.verify(&answered)?;
        self.settle(&handle).await?;
        let log = NewLog {
            voucher: self.admission(&request.voucher)?,
            handle,
            genesis,
            access,
            log_bytes: self.limits.log_bytes,
            relay_epoch: request.relay_epoch,
            more,
            max_keys: self.limits.keys_per_log,
            now: self.clock.now(),
        };
        let created = self.commit(Change::CreateLog(Box::new(log))).await?;
        Ok(pb::CreateLogResponse {
            status: Some((&created.log).into()),
        })
    }

    /// Takes a nonce that this relay gave out, with a good signature. It is used up then, whatever
    /// becomes of the call (R-RELAY-003).
    fn verify(&self, answered: &Answered<'_>) -> Result<(), Refusal> {
        let Answered {
            handle,
            key,
            nonce,
            expires_at,
            signature,
        } = answered;
        let now = self.clock.now();
        self.challenges
            .check(handle, key.as_bytes(), nonce, *expires_at, now)?;
        let id = &self.store.identity().id;
        key.verify(
            &challenge(id, handle.as_bytes(), nonce, *expires_at),
            signature,
        )
        .map_err(|_| Refusal::BadChallenge)?;
        self.challenges.redeem(nonce, *expires_at, now)
    }

    /// What a voucher spends, if the relay asks for one.
    fn admission(&self, voucher: &[u8]) -> Result<Option<Hash>, Refusal> {
        match &self.admission {
            Admission::Open => Ok(None),
            Admission::Vouchers(known) => {
                let hash = sha256(voucher);
                known
                    .contains(&hash)
                    .then_some(Some(hash))
                    .ok_or(Refusal::Admission)
            }
        }
    }
}

/// The first key gets every right, whatever the message says.
fn first_access(access: Option<pb::AccessKey>) -> Result<AccessRecord, Refusal> {
    let access = access.ok_or(Refusal::InvalidArgument("access"))?;
    AccessRecord::try_from(pb::AccessKey {
        rights: right_numbers(Rights::ALL),
        ..access
    })
}

/// The keys beside the first, as they say; no key stands twice.
fn further_access(
    first: &AccessRecord,
    more: Vec<pb::AccessKey>,
) -> Result<Vec<AccessRecord>, Refusal> {
    if more.len() > MAX_MORE {
        return Err(too_large("more", MAX_MORE));
    }
    let mut known = HashSet::from([first.key]);
    more.into_iter()
        .map(|access| {
            let record = AccessRecord::try_from(access)?;
            let is_new = known.insert(record.key);
            is_new
                .then_some(record)
                .ok_or(Refusal::InvalidArgument("more"))
        })
        .collect()
}
