//! Administration at a relay: whose keys may call, acts that wait a week, what the relay says of time.
//! Each visit opens a session of its own; nothing here touches the chain.

use crate::{ClientError, Link};
use parcep_core::crypto::{VerifyingKey, sha256};
use parcep_core::joining::Anchor;
use parcep_core::member::{Identity, Refusal};
use parcep_core::reason::Reason;
use parcep_core::session;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

/// Path of a call of the relay.
macro_rules! call {
    ($name:literal) => {
        concat!("/parcep.v1alpha1.RelayService/", $name)
    };
}

/// A visit to a relay.
#[derive(Debug)]
pub struct Desk<'a> {
    link: &'a mut Link,
    session: Vec<u8>,
}

impl<'a> Desk<'a> {
    /// Opens a session for `identity`. `relay_key` is the one that the household names for this relay,
    /// if it does: then nothing is signed for another (R-RELAY-035).
    ///
    /// # Errors
    /// If the relay refuses, is another one, or does not answer.
    pub async fn open(
        link: &'a mut Link,
        identity: &Identity,
        anchor: &Anchor,
        relay_key: Option<VerifyingKey>,
    ) -> Result<Self, ClientError> {
        let challenge = challenge(link, identity, &anchor.handle, relay_key).await?;
        let signed = session::challenge(
            &challenge.relay_id,
            &anchor.handle,
            &challenge.nonce,
            challenge.expires_at,
        );
        let request = pb::OpenSessionRequest {
            handle: anchor.handle.clone(),
            access_key: identity.access.public().as_bytes().to_vec(),
            signature: identity.access.sign(&signed).to_vec(),
            nonce: challenge.nonce,
            expires_at: challenge.expires_at,
        };
        let opened: pb::OpenSessionResponse = ask(link, call!("OpenSession"), &request).await?;
        Ok(Self {
            link,
            session: opened.session,
        })
    }

    /// Every access key of the log, with its rights and group.
    ///
    /// # Errors
    /// If the relay refuses or does not answer.
    pub async fn access(&mut self) -> Result<Vec<pb::AccessKey>, ClientError> {
        let session = self.session.clone();
        let request = pb::ListAccessRequest { session };
        let listed: pb::ListAccessResponse = ask(self.link, call!("ListAccess"), &request).await?;
        Ok(listed.keys)
    }

    /// Gives a key its rights.
    ///
    /// # Errors
    /// As [`Desk::access`]; `DELAYED` if it takes something from an admin.
    pub async fn grant(&mut self, access: pb::AccessKey) -> Result<(), ClientError> {
        let request = pb::GrantAccessRequest {
            session: self.session.clone(),
            access: Some(access),
        };
        let _: pb::GrantAccessResponse = ask(self.link, call!("GrantAccess"), &request).await?;
        Ok(())
    }

    /// Removes a key. Its sessions end at once.
    ///
    /// # Errors
    /// As [`Desk::access`]; `DELAYED` if it has the admin right and this one is no root key of its group.
    pub async fn revoke(&mut self, access_key: &[u8]) -> Result<(), ClientError> {
        let request = pb::RevokeAccessRequest {
            session: self.session.clone(),
            access_key: access_key.to_vec(),
        };
        let _: pb::RevokeAccessResponse = ask(self.link, call!("RevokeAccess"), &request).await?;
        Ok(())
    }

    /// Announces an act that the relay carries out in 7 days, in sight of every access key (R-CONS-025).
    ///
    /// # Errors
    /// As [`Desk::access`].
    pub async fn announce(
        &mut self,
        what: pb::announce_request::What,
    ) -> Result<pb::AdminAct, ClientError> {
        let request = pb::AnnounceRequest {
            session: self.session.clone(),
            what: Some(what),
        };
        let told: pb::AnnounceResponse = ask(self.link, call!("Announce"), &request).await?;
        told.act.ok_or(ClientError::Refused(Reason::Malformed))
    }

    /// Cancels an announced act, whoever announced it.
    ///
    /// # Errors
    /// As [`Desk::access`]; `INVALID_ARGUMENT` if none with this number is pending.
    pub async fn cancel_act(&mut self, id: u64) -> Result<(), ClientError> {
        let request = pb::CancelActRequest {
            session: self.session.clone(),
            id,
        };
        let _: pb::CancelActResponse = ask(self.link, call!("CancelAct"), &request).await?;
        Ok(())
    }

    /// Every act that is pending.
    ///
    /// # Errors
    /// As [`Desk::access`].
    pub async fn acts(&mut self) -> Result<Vec<pb::AdminAct>, ClientError> {
        let session = self.session.clone();
        let request = pb::ListActsRequest { session };
        let listed: pb::ListActsResponse = ask(self.link, call!("ListActs"), &request).await?;
        Ok(listed.acts)
    }

    /// What the relay says now of where the log stands, signed.
    ///
    /// # Errors
    /// As [`Desk::access`].
    pub async fn bookmark(
        &mut self,
        from: (u64, parcep_core::crypto::Hash),
    ) -> Result<pb::Bookmark, ClientError> {
        use pb::watch_response::Item;
        let request = pb::WatchRequest {
            session: self.session.clone(),
            from_seq: from.0,
            from_hash: from.1.0.to_vec(),
            registers: false,
        };
        let unreachable = |uri: &str| ClientError::Unreachable(uri.to_owned());
        let uri = self.link.uri().to_owned();
        let refused = |refusal| match refusal {
            Refusal::Reason(reason) => ClientError::Refused(reason),
            _ => unreachable(&uri),
        };
        let opened = self.link.stream_of(call!("Watch"), request.encode_to_vec());
        let mut stream = opened.await.map_err(refused)?;
        let first = stream.message().await.ok().flatten();
        let item = first.and_then(|bytes| pb::WatchResponse::decode(bytes).ok()?.item);
        match item {
            Some(Item::Bookmark(bookmark)) => Ok(bookmark),
            _ => Err(unreachable(&uri)),
        }
    }

    /// A register as the relay has it; `None` if none stands.
    ///
    /// # Errors
    /// As [`Desk::access`].
    pub async fn register(&mut self, name: &[u8]) -> Result<Option<pb::Register>, ClientError> {
        let request = pb::ReadRegisterRequest {
            session: self.session.clone(),
            name: name.to_vec(),
        };
        let read: pb::ReadRegisterResponse =
            ask(self.link, call!("ReadRegister"), &request).await?;
        Ok(read.register)
    }
}

/// Creates a log that begins with a history: entry 0 now, the rest by replays (R-MOVE-020). `request`
/// says everything but the signature.
///
/// # Errors
/// If the relay refuses, is another one than `relay_key` says, or does not answer.
pub async fn create(
    link: &mut Link,
    identity: &Identity,
    relay_key: Option<VerifyingKey>,
    mut request: pb::CreateLogRequest,
) -> Result<(), ClientError> {
    let challenge = challenge(link, identity, &request.handle, relay_key).await?;
    let signed = session::challenge(
        &challenge.relay_id,
        &request.handle,
        &challenge.nonce,
        challenge.expires_at,
    );
    request.signature = identity.access.sign(&signed).to_vec();
    request.nonce = challenge.nonce;
    request.expires_at = challenge.expires_at;
    let _: pb::CreateLogResponse = ask(link, call!("CreateLog"), &request).await?;
    Ok(())
}

/// A challenge of the relay that is meant (R-RELAY-035).
async fn challenge(
    link: &mut Link,
    identity: &Identity,
    handle: &[u8],
    relay_key: Option<VerifyingKey>,
) -> Result<pb::ChallengeResponse, ClientError> {
    let request = pb::ChallengeRequest {
        handle: handle.to_vec(),
        access_key: identity.access.public().as_bytes().to_vec(),
    };
    let challenge: pb::ChallengeResponse = ask(link, call!("Challenge"), &request).await?;
    let known = relay_key.map(|key| sha256(key.as_bytes()).0.to_vec());
    if known.is_some_and(|known| known != challenge.relay_id) {
        return Err(ClientError::Refused(Reason::BadChallenge));
    }
    Ok(challenge)
}

/// Makes one call.
async fn ask<T: Message + Default>(
    link: &mut Link,
    path: &'static str,
    request: &impl Message,
) -> Result<T, ClientError> {
    match link.ask(path, request.encode_to_vec()).await {
        Ok(reply) => T::decode(reply).map_err(|_| ClientError::Refused(Reason::Malformed)),
        Err(Refusal::Reason(reason)) => Err(ClientError::Refused(reason)),
        Err(_) => Err(ClientError::Unreachable(link.uri().to_owned())),
    }
}
