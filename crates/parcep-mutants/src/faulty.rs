//! The wrapper: every call passes here on its way to the honest relay and back.

use crate::fault::Fault;
use crate::memory::Memory;
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use std::pin::Pin;
use std::time::Duration;
use tokio_stream::Stream;
use tonic::{Code, Request, Response, Status};

/// A relay with one fault.
#[derive(Debug)]
pub struct Faulty<T> {
    pub(crate) inner: T,
    pub(crate) fault: Fault,
    pub(crate) memory: Memory,
}

/// A stream of watch items.
pub(crate) type Items = Pin<Box<dyn Stream<Item = Result<pb::WatchResponse, Status>> + Send>>;

/// What a call returns.
pub(crate) type Answer<R> = Result<Response<R>, Status>;

impl<T: RelayService> Faulty<T> {
    /// Puts a fault around a relay.
    pub fn new(inner: T, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            memory: Memory::default(),
        }
    }

    /// The session to act with: the caller's own, or the founder's where the fault ignores rights.
    pub(crate) fn acting(&self, session: Vec<u8>) -> Vec<u8> {
        let memory = self.memory.lock();
        match self.fault {
            Fault::IgnoresRights => memory.founder_of(&session).unwrap_or(session),
            Fault::NeedsNoSession if !memory.sessions.contains_key(&session) => {
                memory.last_founder.clone()
            }
            Fault::OneSession if memory.is_overtaken(&session) => Vec::new(),
            _ => session,
        }
    }

    async fn before(&self) {
        if self.fault == Fault::Slow {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn after<R>(&self, answer: Answer<R>) -> Answer<R> {
        answer.map_err(|status| match self.fault {
            Fault::NoReason => Status::new(status.code(), status.message()),
            Fault::WrongReason if refusal::is(&status, &["STALE_HEAD"]) => {
                refusal::with(Code::InvalidArgument, "INVALID_ARGUMENT", status.message())
            }
            Fault::NamesAnyField if refusal::is(&status, &["INVALID_ARGUMENT"]) => {
                refusal::with(Code::InvalidArgument, "INVALID_ARGUMENT", status.message())
            }
            _ => status,
        })
    }

    /// The refusal of who has no more room.
    pub(crate) fn full(of: &str) -> Status {
        refusal::of(Code::ResourceExhausted, "QUOTA", of)
    }
}

/// Every call but `Watch`: before, the fault's own way, after.
macro_rules! calls {
    ($($name:ident($request:ident) -> $response:ident in $lie:ident;)*) => {
        #[tonic::async_trait]
        impl<T: RelayService> RelayService for Faulty<T> {
            $(async fn $name(&self, request: Request<pb::$request>) -> Answer<pb::$response> {
                self.before().await;
                self.after(self.$lie(request.into_inner()).await)
            })*

            type WatchStream = Items;

            async fn watch(&self, request: Request<pb::WatchRequest>) -> Answer<Items> {
                self.before().await;
                self.after(self.lying_watch(request.into_inner()).await)
            }
        }
    };
}

calls! {
    challenge(ChallengeRequest) -> ChallengeResponse in lying_challenge;
    open_session(OpenSessionRequest) -> OpenSessionResponse in lying_open;
    create_log(CreateLogRequest) -> CreateLogResponse in lying_create;
    append(AppendRequest) -> AppendResponse in lying_append;
    read(ReadRequest) -> ReadResponse in lying_read;
    read_register(ReadRegisterRequest) -> ReadRegisterResponse in lying_register;
    write_register(WriteRegisterRequest) -> WriteRegisterResponse in lying_write;
    list_access(ListAccessRequest) -> ListAccessResponse in lying_list;
    grant_access(GrantAccessRequest) -> GrantAccessResponse in lying_grant;
    revoke_access(RevokeAccessRequest) -> RevokeAccessResponse in lying_revoke;
    announce(AnnounceRequest) -> AnnounceResponse in lying_announce;
    cancel_act(CancelActRequest) -> CancelActResponse in lying_cancel;
    list_acts(ListActsRequest) -> ListActsResponse in lying_acts;
    prune(PruneRequest) -> PruneResponse in lying_prune;
}

/// An acknowledgement of nothing.
pub(crate) fn done<R: Default>() -> Response<R> {
    Response::new(R::default())
}
