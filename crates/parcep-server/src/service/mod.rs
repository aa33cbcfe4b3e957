//! The relay service: every call of `RelayService`, over any store.

mod access;
mod acts;
mod commit;
mod log;
mod registers;
mod sessions;
mod watch;

use crate::access::Right;
use crate::clock::Clock;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::session::{Challenges, KeyState, Sessions};
use crate::store::Store;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parcep_core::crypto::{Hash, NoRandomness, VerifyingKey};
use parcep_core::reason::code;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// Who may create logs (R-RELAY-007).
#[derive(Clone, Default)]
pub enum Admission {
    /// Anybody.
    #[default]
    Open,
    /// Whoever brings a voucher with one of these SHA-256 values; each is good once.
    Vouchers(HashSet<Hash>),
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Vouchers(_) => "Vouchers(…)",
        })
    }
}

/// The relay, over a store. Cloning shares it.
pub struct Relay<S> {
    shared: Arc<Shared<S>>,
}

pub(crate) struct Shared<S> {
    pub(crate) store: Arc<S>,
    pub(crate) limits: Limits,
    pub(crate) sessions: Sessions,
    pub(crate) hub: Hub,
    pub(crate) clock: Clock,
    agenda: acts::Agenda,
    challenges: Challenges,
    admission: Admission,
    anonymous: DefaultDirectRateLimiter,
    closing: CancellationToken,
}

impl<S: Store> Relay<S> {
    /// A relay over a store, by the system's clock.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn new(store: Arc<S>, limits: Limits, admission: Admission) -> Result<Self, NoRandomness> {
        Self::with_clock(store, limits, admission, Clock::system())
    }

    /// A relay over a store, by any clock.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn with_clock(
        store: Arc<S>,
        limits: Limits,
        admission: Admission,
        clock: Clock,
    ) -> Result<Self, NoRandomness> {
        let per_second = NonZeroU32::new(limits.anonymous_per_second).unwrap_or(NonZeroU32::MIN);
        let shared = Shared {
            store,
            sessions: Sessions::new(&limits),
            hub: Hub::default(),
            clock,
            agenda: acts::Agenda::default(),
            challenges: Challenges::new(&limits)?,
            admission,
            anonymous: RateLimiter::direct(Quota::per_second(per_second)),
            closing: CancellationToken::new(),
            limits,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The relay's id.
    pub fn id(&self) -> [u8; 32] {
        self.shared.store.identity().id
    }

    /// The key that signs its bookmarks.
    pub fn key(&self) -> VerifyingKey {
        self.shared.store.identity().key.public()
    }

    /// Carries out announced acts when they are due, also if nobody calls, until the relay closes
    /// (R-CONS-025). [`crate::start_over`] runs it beside the service; whoever serves a relay otherwise
    /// may run it too. A call to a log carries out what is due there in any case, before it is answered.
    pub async fn keep_appointments(self) {
        let mut clock = self.shared.clock.clone();
        loop {
            if self.shared.settle_all().await.is_err() {
                tracing::warn!("an announced act could not be carried out yet");
            }
            tokio::select! {
                () = self.shared.closing.cancelled() => return,
                () = clock.moved() => {}
                // By the relay's clock, which may be set meanwhile: a look a second costs one load.
                () = self.something_due() => {}
            }
        }
    }

    async fn something_due(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.shared.agenda.next() <= self.shared.clock.now() {
                return;
            }
        }
    }

    /// Tells every watcher that the relay shuts down; calls under way go on.
    pub fn close(&self) {
        self.shared.closing.cancel();
    }
}

impl<S: Store> Shared<S> {
    /// The key behind a session, if it has the right and calls left; after what was due in its log was
    /// carried out.
    async fn admit(
        self: &Arc<Self>,
        session: &[u8],
        right: Right,
    ) -> Result<Arc<KeyState>, Refusal> {
        let handle = self.sessions.handle(session, self.clock.now())?;
        self.settle(&handle).await?;
        self.sessions.admit(session, right, self.clock.now())
    }
}

impl<S> Clone for Relay<S> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
        }
    }
}

impl<S> fmt::Debug for Relay<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relay")
    }
}

/// A result as the caller sees it. The log gets the call's name and the reason, nothing else.
fn answer<T>(call: &'static str, result: Result<T, Refusal>) -> Result<Response<T>, Status> {
    match result {
        Ok(message) => {
            tracing::debug!(call, "answered");
            Ok(Response::new(message))
        }
        Err(refusal) => {
            tracing::debug!(call, reason = code(refusal.reason()), "refused");
            Err(refusal.into())
        }
    }
}

#[tonic::async_trait]
impl<S: Store> RelayService for Relay<S> {
    async fn challenge(
        &self,
        request: Request<pb::ChallengeRequest>,
    ) -> Result<Response<pb::ChallengeResponse>, Status> {
        answer("Challenge", self.shared.challenge(&request.into_inner()))
    }

    async fn open_session(
        &self,
        request: Request<pb::OpenSessionRequest>,
    ) -> Result<Response<pb::OpenSessionResponse>, Status> {
        let result = self.shared.open_session(request.into_inner()).await;
        answer("OpenSession", result)
    }

    async fn create_log(
        &self,
        request: Request<pb::CreateLogRequest>,
    ) -> Result<Response<pb::CreateLogResponse>, Status> {
        let result = self.shared.create_log(request.into_inner()).await;
        answer("CreateLog", result)
    }

    async fn append(
        &self,
        request: Request<pb::AppendRequest>,
    ) -> Result<Response<pb::AppendResponse>, Status> {
        let result = self.shared.append(request.into_inner()).await;
        answer("Append", result)
    }

    async fn read(
        &self,
        request: Request<pb::ReadRequest>,
    ) -> Result<Response<pb::ReadResponse>, Status> {
        answer("Read", self.shared.read(request.into_inner()).await)
    }

    type WatchStream = watch::WatchStream;

    async fn watch(
        &self,
        request: Request<pb::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        answer("Watch", self.shared.watch(request.into_inner()).await)
    }

    async fn read_register(
        &self,
        request: Request<pb::ReadRegisterRequest>,
    ) -> Result<Response<pb::ReadRegisterResponse>, Status> {
        let result = self.shared.read_register(request.into_inner()).await;
        answer("ReadRegister", result)
    }

    async fn write_register(
        &self,
        request: Request<pb::WriteRegisterRequest>,
    ) -> Result<Response<pb::WriteRegisterResponse>, Status> {
        let result = self.shared.write_register(request.into_inner()).await;
        answer("WriteRegister", result)
    }

    async fn list_access(
        &self,
        request: Request<pb::ListAccessRequest>,
    ) -> Result<Response<pb::ListAccessResponse>, Status> {
        let result = self.shared.list_access(request.into_inner()).await;
        answer("ListAccess", result)
    }

    async fn grant_access(
        &self,
        request: Request<pb::GrantAccessRequest>,
    ) -> Result<Response<pb::GrantAccessResponse>, Status> {
        let result = self.shared.grant_access(request.into_inner()).await;
        answer("GrantAccess", result)
    }

    async fn revoke_access(
        &self,
        request: Request<pb::RevokeAccessRequest>,
    ) -> Result<Response<pb::RevokeAccessResponse>, Status> {
        let result = self.shared.revoke_access(request.into_inner()).await;
        answer("RevokeAccess", result)
    }

    async fn announce(
        &self,
        request: Request<pb::AnnounceRequest>,
    ) -> Result<Response<pb::AnnounceResponse>, Status> {
        let result = self.shared.announce(request.into_inner()).await;
        answer("Announce", result)
    }

    async fn cancel_act(
        &self,
        request: Request<pb::CancelActRequest>,
    ) -> Result<Response<pb::CancelActResponse>, Status> {
        let result = self.shared.cancel_act(request.into_inner()).await;
        answer("CancelAct", result)
    }

    async fn list_acts(
        &self,
        request: Request<pb::ListActsRequest>,
    ) -> Result<Response<pb::ListActsResponse>, Status> {
        let result = self.shared.list_acts(request.into_inner()).await;
        answer("ListActs", result)
    }

    async fn prune(
        &self,
        request: Request<pb::PruneRequest>,
    ) -> Result<Response<pb::PruneResponse>, Status> {
        answer("Prune", self.shared.prune(request.into_inner()).await)
    }
}
