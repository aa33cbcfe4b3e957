//! A relay in this process, and members of a household that call it.

use parcep_core::crypto::{Hash, SigningKey};
use parcep_core::log::{Entry, EntryBody};
use parcep_core::session::challenge;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_client::RelayServiceClient;
use parcep_server::store::Store;
use parcep_server::store::redb::RedbStore;
use parcep_server::{
    Admission, Limits, Listener, Relay, Running, VirtualClock, start_over, start_relay,
};
use std::sync::Arc;
use tokio::sync::oneshot;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub(crate) type Client = RelayServiceClient<Channel>;

/// A relay in this process, over some store.
pub(crate) struct TestRelay {
    pub(crate) uri: String,
    pub(crate) running: Option<Running>,
    stop: Option<oneshot::Sender<()>>,
}

impl TestRelay {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        let store = Arc::new(RedbStore::in_memory().unwrap());
        Self::over(store, limits, Admission::Open).await
    }

    pub(crate) async fn over<S: Store>(
        store: Arc<S>,
        limits: Limits,
        admission: Admission,
    ) -> Self {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None)
            .await
            .unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let running = start_over(listener, store, limits, admission, shutdown).unwrap();
        Self {
            uri: running.uri.clone(),
            running: Some(running),
            stop: Some(stop),
        }
    }

    /// A relay whose clock the test moves.
    pub(crate) async fn at<S: Store>(time: &VirtualClock, store: Arc<S>) -> Self {
        let limits = Limits::default();
        let relay = Relay::with_clock(store, limits.clone(), Admission::Open, time.clock());
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None)
            .await
            .unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let running = start_relay(listener, relay.unwrap(), limits, shutdown);
        Self {
            uri: running.uri.clone(),
            running: Some(running),
            stop: Some(stop),
        }
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.uri).await
    }

    /// Begins the shutdown.
    pub(crate) fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    pub(crate) async fn finished(mut self) {
        self.running.take().unwrap().finished().await.unwrap();
    }
}

pub(crate) async fn connect(uri: &str) -> Client {
    let channel = Endpoint::from_shared(uri.to_owned())
        .unwrap()
        .connect()
        .await
        .unwrap();
    RelayServiceClient::new(channel)
}

/// A device with an access key; what it knows of its log.
pub(crate) struct Member {
    pub(crate) client: Client,
    pub(crate) key: SigningKey,
    pub(crate) handle: Vec<u8>,
    pub(crate) group: u8,
    pub(crate) session: Vec<u8>,
    pub(crate) next_seq: u64,
    pub(crate) head: Hash,
}

impl Member {
    /// The first member of a new household, with an open session.
    pub(crate) async fn found(relay: &TestRelay, number: u8) -> Self {
        let mut member = Self::new(relay.client().await, number, number);
        member.create_log().await.unwrap();
        member.open().await.unwrap();
        member
    }

    /// A member that has done nothing yet. Everything about it follows from two numbers.
    pub(crate) fn new(client: Client, household: u8, number: u8) -> Self {
        Self {
            client,
            key: SigningKey::from_seed([number; 32]).unwrap(),
            handle: vec![household; 16],
            group: number,
            session: Vec::new(),
            next_seq: 0,
            head: Hash::ZERO,
        }
    }

    /// A further device of this household, granted these rights, with an open session.
    pub(crate) async fn admit(&mut self, number: u8, rights: &[pb::Right]) -> Self {
        let mut other = Self::new(self.client.clone(), self.handle[0], number);
        self.grant(other.access(rights)).await.unwrap();
        other.open().await.unwrap();
        other
    }

    pub(crate) fn public(&self) -> Vec<u8> {
        self.key.public().as_bytes().to_vec()
    }

    pub(crate) fn access(&self, rights: &[pb::Right]) -> pb::AccessKey {
        pb::AccessKey {
            access_key: self.public(),
            rights: rights.iter().map(|right| (*right).into()).collect(),
            group: vec![self.group; 16],
            rate_per_minute: None,
            quota_bytes: None,
            root: false,
        }
    }

    pub(crate) async fn challenge(&mut self) -> Result<pb::ChallengeResponse, Status> {
        let request = pb::ChallengeRequest {
            handle: self.handle.clone(),
            access_key: self.public(),
        };
        Ok(self.client.challenge(request).await?.into_inner())
    }

    pub(crate) fn signature(&self, asked: &pb::ChallengeResponse) -> Vec<u8> {
        let signed = challenge(
            &asked.relay_id,
            &self.handle,
            &asked.nonce,
            asked.expires_at,
        );
        self.key.sign(&signed).to_vec()
    }

    pub(crate) fn answered(&self, asked: &pb::ChallengeResponse) -> pb::OpenSessionRequest {
        pb::OpenSessionRequest {
            handle: self.handle.clone(),
            access_key: self.public(),
            nonce: asked.nonce.clone(),
            expires_at: asked.expires_at,
            signature: self.signature(asked),
        }
    }

    pub(crate) async fn open(&mut self) -> Result<pb::OpenSessionResponse, Status> {
        let asked = self.challenge().await?;
        let request = self.answered(&asked);
        let opened = self.client.open_session(request).await?.into_inner();
        self.session.clone_from(&opened.session);
        self.learn(opened.status.as_ref());
        Ok(opened)
    }

    pub(crate) async fn creation(&mut self) -> pb::CreateLogRequest {
        let asked = self.challenge().await.unwrap();
        pb::CreateLogRequest {
            handle: self.handle.clone(),
            genesis: Some((&entry(0, Hash::ZERO, 0)).into()),
            access: Some(self.access(&[])),
            nonce: asked.nonce.clone(),
            expires_at: asked.expires_at,
            signature: self.signature(&asked),
            voucher: Vec::new(),
            relay_epoch: None,
            more: Vec::new(),
        }
    }

    pub(crate) async fn create_log(&mut self) -> Result<(), Status> {
        let request = self.creation().await;
        let created = self.client.create_log(request).await?.into_inner();
        self.learn(created.status.as_ref());
        Ok(())
    }

    /// The next entry as this member would write it.
    pub(crate) fn next(&self) -> Entry {
        entry(self.next_seq, self.head, self.group)
    }

    pub(crate) async fn append(&mut self) -> Result<Entry, Status> {
        let entry = self.next();
        self.append_entry((&entry).into()).await?;
        Ok(entry)
    }

    pub(crate) async fn append_entry(&mut self, entry: pb::Entry) -> Result<(), Status> {
        let request = pb::AppendRequest {
            session: self.session.clone(),
            entry: Some(entry),
            replay: false,
        };
        let appended = self.client.append(request).await?.into_inner();
        self.learn(appended.status.as_ref());
        Ok(())
    }

    /// The next entry, in this slot.
    pub(crate) async fn append_in(&mut self, slot: u8) -> Entry {
        let mut entry = self.next();
        entry.slot = vec![slot; 8].into();
        self.append_entry((&entry).into()).await.unwrap();
        entry
    }

    /// Gives an entry back.
    pub(crate) async fn replay(&mut self, entry: &Entry) -> Result<(), Status> {
        let request = pb::AppendRequest {
            session: self.session.clone(),
            entry: Some(entry.into()),
            replay: true,
        };
        let appended = self.client.append(request).await?.into_inner();
        self.learn(appended.status.as_ref());
        Ok(())
    }

    /// The whole log, as the relay serves it.
    pub(crate) async fn everything(&mut self) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let read = self.read(all.len() as u64, 0).await.unwrap();
            if read.entries.is_empty() {
                return all;
            }
            let entries = read.entries.into_iter();
            all.extend(entries.map(|entry| Entry::try_from(entry).unwrap()));
        }
    }

    pub(crate) async fn announce(
        &mut self,
        what: pb::announce_request::What,
    ) -> Result<pb::AdminAct, Status> {
        let request = pb::AnnounceRequest {
            session: self.session.clone(),
            what: Some(what),
        };
        let announced = self.client.announce(request).await?.into_inner();
        Ok(announced.act.expect("an act"))
    }

    pub(crate) async fn cancel(&mut self, id: u64) -> Result<(), Status> {
        let request = pb::CancelActRequest {
            session: self.session.clone(),
            id,
        };
        self.client.cancel_act(request).await.map(drop)
    }

    pub(crate) async fn acts(&mut self) -> Vec<pb::AdminAct> {
        let request = pb::ListActsRequest {
            session: self.session.clone(),
        };
        self.client
            .list_acts(request)
            .await
            .unwrap()
            .into_inner()
            .acts
    }

    pub(crate) async fn keys(&mut self) -> Vec<pb::AccessKey> {
        let request = pb::ListAccessRequest {
            session: self.session.clone(),
        };
        self.client
            .list_access(request)
            .await
            .unwrap()
            .into_inner()
            .keys
    }

    pub(crate) async fn prune(&mut self, seqs: &[u64]) -> Result<(), Status> {
        let request = pb::PruneRequest {
            session: self.session.clone(),
            seqs: seqs.to_vec(),
        };
        self.client.prune(request).await.map(drop)
    }

    pub(crate) async fn read(&mut self, from: u64, limit: u32) -> Result<pb::ReadResponse, Status> {
        let request = pb::ReadRequest {
            session: self.session.clone(),
            from_seq: from,
            limit,
        };
        Ok(self.client.read(request).await?.into_inner())
    }

    pub(crate) async fn grant(&mut self, access: pb::AccessKey) -> Result<(), Status> {
        let request = pb::GrantAccessRequest {
            session: self.session.clone(),
            access: Some(access),
        };
        self.client.grant_access(request).await.map(drop)
    }

    pub(crate) async fn revoke(&mut self, key: Vec<u8>) -> Result<(), Status> {
        let request = pb::RevokeAccessRequest {
            session: self.session.clone(),
            access_key: key,
        };
        self.client.revoke_access(request).await.map(drop)
    }

    fn learn(&mut self, status: Option<&pb::LogStatus>) {
        let status = status.expect("a status");
        self.next_seq = status.next_seq;
        self.head = Hash::try_from(status.head.as_slice()).unwrap();
    }
}

/// An entry of the smallest shape; `mark` makes it differ.
pub(crate) fn entry(seq: u64, prev: Hash, mark: u8) -> Entry {
    sized_entry(seq, prev, mark, 1024)
}

/// An entry with a body of this many bytes.
pub(crate) fn sized_entry(seq: u64, prev: Hash, mark: u8, body: usize) -> Entry {
    Entry {
        seq,
        prev,
        slot: Vec::new().into(),
        generation: 1,
        header: vec![mark; 1024].into(),
        body: EntryBody::Kept(vec![mark.wrapping_add(1); body].into()),
    }
}

/// Reason and gRPC code of a refusal, with its metadata.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    pub(crate) code: Code,
    pub(crate) status: Status,
}

impl Refused {
    pub(crate) fn metadata(&self, name: &str) -> String {
        let info = self.status.get_details_error_info().unwrap();
        info.metadata.get(name).cloned().unwrap_or_default()
    }
}

/// The refusal in a result; panics if there is none, or if it gives no reason.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> Refused {
    let status = result.expect_err("a refusal");
    let info = status
        .get_details_error_info()
        .unwrap_or_else(|| panic!("no reason in {status:?}"));
    assert_eq!(info.domain, "parcep");
    Refused {
        reason: info.reason,
        code: status.code(),
        status,
    }
}

/// The reason of a refusal.
pub(crate) fn reason<T: std::fmt::Debug>(result: Result<T, Status>) -> String {
    refused(result).reason
}
