//! The relay service: every call of `RelayService`, over any store.

mod access;
mod commit;
mod log;
mod registers;
mod sessions;
mod watch;

use crate::hub::Hub;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::session::{Challenges, Sessions};
use crate::store::Store;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parcep_core::crypto::{Hash, NoRandomness};
use parcep_core::reason::code;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
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
    challenges: Challenges,
    admission: Admission,
    anonymous: DefaultDirectRateLimiter,
    closing: CancellationToken,
}

impl<S: Store> Relay<S> {
    /// A relay over a store.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn new(store: Arc<S>, limits: Limits, admission: Admission) -> Result<Self, NoRandomness> {
        let per_second = NonZeroU32::new(limits.anonymous_per_second).unwrap_or(NonZeroU32::MIN);
        let shared = Shared {
            store,
            sessions: Sessions::new(&limits),
            hub: Hub::default(),
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

    /// Tells every watcher that the relay shuts down; calls under way go on.
    pub fn close(&self) {
        self.shared.closing.cancel();
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
}
