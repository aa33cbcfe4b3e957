//! Actors of a test: a household of synthetic bytes and the members who speak for it.

use super::{Refusal, Relay};
use crate::rng::Rng;
use crate::wire::{self, Signer, ZERO_HASH};
use parcep_proto::v1alpha1 as pb;
use pb::{AccessKey, AdminAct, Entry, LogStatus, Right};
use std::sync::Arc;

/// Every right there is.
pub(crate) const ALL_RIGHTS: [Right; 4] =
    [Right::Read, Right::Append, Right::Registers, Right::Admin];

/// Smallest sizes that a blob may have.
pub(crate) const SMALL: (usize, usize) = (1024, 1024);

/// One access key of one log, with its connection and session.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) relay: Relay,
    pub(crate) handle: Vec<u8>,
    pub(crate) key: Arc<Signer>,
    pub(crate) session: Vec<u8>,
}

impl Member {
    /// Fetches a challenge for this member.
    pub(crate) async fn challenge(&self) -> Result<pb::ChallengeResponse, Refusal> {
        let request = pb::ChallengeRequest {
            handle: self.handle.clone(),
            access_key: self.key.public(),
        };
        self.relay.challenge(request).await
    }

    /// The right answer to a challenge.
    pub(crate) fn answer(&self, challenge: &pb::ChallengeResponse) -> pb::OpenSessionRequest {
        let signed = wire::session(
            &challenge.relay_id,
            &self.handle,
            &challenge.nonce,
            challenge.expires_at,
        );
        pb::OpenSessionRequest {
            handle: self.handle.clone(),
            access_key: self.key.public(),
            nonce: challenge.nonce.clone(),
            expires_at: challenge.expires_at,
            signature: self.key.sign(&signed),
        }
    }

    /// Opens a new session and keeps it.
    pub(crate) async fn open(&mut self) -> Result<pb::OpenSessionResponse, Refusal> {
        let challenge = self.challenge().await?;
        let opened = self.relay.open_session(self.answer(&challenge)).await?;
        self.session.clone_from(&opened.session);
        Ok(opened)
    }

    /// Appends an entry as it is.
    pub(crate) async fn append(&self, entry: Entry) -> Result<LogStatus, Refusal> {
        let request = pb::AppendRequest {
            session: self.session.clone(),
            entry: Some(entry),
            replay: false,
        };
        let status = self.relay.append(request).await?.status;
        Ok(status.unwrap_or_default())
    }

    /// Reads entries.
    pub(crate) async fn read(
        &self,
        from_seq: u64,
        limit: u32,
    ) -> Result<pb::ReadResponse, Refusal> {
        let request = pb::ReadRequest {
            session: self.session.clone(),
            from_seq,
            limit,
        };
        self.relay.read(request).await
    }

    /// Reads the whole log, page by page.
    pub(crate) async fn read_all(&self) -> Result<Vec<Entry>, Refusal> {
        let mut entries = Vec::new();
        loop {
            let page = self.read(entries.len() as u64, 0).await?.entries;
            // A relay that repeats pages for ever would keep us here.
            if page.is_empty() || entries.len() > 4096 {
                return Ok(entries);
            }
            entries.extend(page);
        }
    }

    /// Where the log stands.
    pub(crate) async fn status(&self) -> Result<LogStatus, Refusal> {
        let status = self.read(u64::MAX, 1).await?.status;
        Ok(status.unwrap_or_default())
    }

    /// Watches from a place on.
    pub(crate) async fn watch(
        &self,
        from_seq: u64,
        from_hash: &[u8],
        registers: bool,
    ) -> Result<super::Watching, Refusal> {
        let request = pb::WatchRequest {
            session: self.session.clone(),
            from_seq,
            from_hash: from_hash.to_vec(),
            registers,
        };
        self.relay.watch(request).await
    }

    /// Reads a register.
    pub(crate) async fn register(&self, name: &[u8]) -> Result<Option<pb::Register>, Refusal> {
        let request = pb::ReadRegisterRequest {
            session: self.session.clone(),
            name: name.to_vec(),
        };
        Ok(self.relay.read_register(request).await?.register)
    }

    /// Writes a register.
    pub(crate) async fn write(&self, register: pb::Register) -> Result<u64, Refusal> {
        let request = pb::WriteRegisterRequest {
            session: self.session.clone(),
            register: Some(register),
        };
        Ok(self.relay.write_register(request).await?.version)
    }

    /// Every access key of the log.
    pub(crate) async fn access(&self) -> Result<Vec<AccessKey>, Refusal> {
        let request = pb::ListAccessRequest {
            session: self.session.clone(),
        };
        Ok(self.relay.list_access(request).await?.keys)
    }

    /// Grants access.
    pub(crate) async fn grant(&self, access: AccessKey) -> Result<(), Refusal> {
        let request = pb::GrantAccessRequest {
            session: self.session.clone(),
            access: Some(access),
        };
        self.relay.grant_access(request).await.map(drop)
    }

    /// Every act that is pending.
    pub(crate) async fn acts(&self) -> Result<Vec<AdminAct>, Refusal> {
        let request = pb::ListActsRequest {
            session: self.session.clone(),
        };
        Ok(self.relay.list_acts(request).await?.acts)
    }
}

/// The end of a log, as its writers know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) next_seq: u64,
    pub(crate) head: [u8; 32],
}

impl Tip {
    /// A log without entries.
    pub(crate) const EMPTY: Self = Self {
        next_seq: 0,
        head: ZERO_HASH,
    };

    /// The tip behind an entry.
    pub(crate) fn after(entry: &Entry) -> Self {
        Self {
            next_seq: entry.seq.saturating_add(1),
            head: wire::entry_hash(entry),
        }
    }

    /// An entry for this place, of random bytes in these sizes (header, body).
    pub(crate) fn entry(self, rng: &mut Rng, sizes: (usize, usize)) -> Entry {
        Entry {
            seq: self.next_seq,
            prev: self.head.to_vec(),
            slot: Vec::new(),
            generation: 1,
            header: rng.bytes(sizes.0).into(),
            body: Some(rng.bytes(sizes.1).into()),
            body_hash: None,
        }
    }

    /// Whether a status says the same.
    pub(crate) fn is(self, status: &LogStatus) -> bool {
        status.next_seq == self.next_seq && status.head == self.head
    }
}

/// A request to create a log, well formed in every part.
pub(crate) fn create_request(
    member: &Member,
    challenge: &pb::ChallengeResponse,
    genesis: Entry,
    group: Vec<u8>,
    voucher: Vec<u8>,
) -> pb::CreateLogRequest {
    let answer = member.answer(challenge);
    pb::CreateLogRequest {
        handle: answer.handle,
        genesis: Some(genesis),
        access: Some(access_key(&member.key, &ALL_RIGHTS, group)),
        nonce: answer.nonce,
        expires_at: answer.expires_at,
        signature: answer.signature,
        voucher,
        relay_epoch: None,
        more: Vec::new(),
    }
}

/// An access key without a rate or quota of its own.
pub(crate) fn access_key(key: &Signer, rights: &[Right], group: Vec<u8>) -> AccessKey {
    AccessKey {
        access_key: key.public(),
        rights: rights.iter().map(|right| i32::from(*right)).collect(),
        group,
        rate_per_minute: None,
        quota_bytes: None,
        root: false,
    }
}
