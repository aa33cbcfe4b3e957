//! Somebody between the honest product and its relay: an answer reaches the product as one with a mistake would
//! take it.

use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_client::RelayServiceClient;
use parcep_proto::v1alpha1::grpc::relay_service_server::{RelayService, RelayServiceServer};
use std::io;
use std::pin::Pin;
use tokio_stream::Stream;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

/// Stands between, for as long as the program runs; the address to call instead of the relay's.
pub(super) fn stand_between(relay: String) -> io::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let relay = Channel::from_shared(relay).map_err(io::Error::other)?;
            let between = Between(RelayServiceClient::new(relay.connect_lazy()));
            let listener = tokio::net::TcpListener::from_std(listener)?;
            Server::builder()
                .add_service(RelayServiceServer::new(between))
                .serve_with_incoming(TcpListenerStream::new(listener))
                .await
                .map_err(io::Error::other)
        })
    });
    Ok(format!("http://{address}"))
}

#[derive(Debug)]
struct Between(RelayServiceClient<Channel>);

/// Takes an entry that it has already for a broken page.
fn takes_nothing_twice(page: &pb::ReadResponse) -> Result<(), Status> {
    let mut before = None;
    for entry in &page.entries {
        if before.is_some_and(|before| entry.seq <= before) {
            return Err(Status::data_loss("an entry came twice"));
        }
        before = Some(entry.seq);
    }
    Ok(())
}

macro_rules! handed_on {
    ($($name:ident($request:ident) -> $response:ident;)*) => {
        #[tonic::async_trait]
        impl RelayService for Between {
            $(async fn $name(
                &self,
                request: Request<pb::$request>,
            ) -> Result<Response<pb::$response>, Status> {
                self.0.clone().$name(request.into_inner()).await
            })*

            async fn read(
                &self,
                request: Request<pb::ReadRequest>,
            ) -> Result<Response<pb::ReadResponse>, Status> {
                let page = self.0.clone().read(request.into_inner()).await?;
                takes_nothing_twice(page.get_ref())?;
                Ok(page)
            }

            type WatchStream =
                Pin<Box<dyn Stream<Item = Result<pb::WatchResponse, Status>> + Send>>;

            async fn watch(
                &self,
                request: Request<pb::WatchRequest>,
            ) -> Result<Response<Self::WatchStream>, Status> {
                let items = self.0.clone().watch(request.into_inner()).await?;
                Ok(Response::new(Box::pin(items.into_inner())))
            }
        }
    };
}

handed_on! {
    challenge(ChallengeRequest) -> ChallengeResponse;
    open_session(OpenSessionRequest) -> OpenSessionResponse;
    create_log(CreateLogRequest) -> CreateLogResponse;
    append(AppendRequest) -> AppendResponse;
    read_register(ReadRegisterRequest) -> ReadRegisterResponse;
    write_register(WriteRegisterRequest) -> WriteRegisterResponse;
    list_access(ListAccessRequest) -> ListAccessResponse;
    grant_access(GrantAccessRequest) -> GrantAccessResponse;
    revoke_access(RevokeAccessRequest) -> RevokeAccessResponse;
    announce(AnnounceRequest) -> AnnounceResponse;
    cancel_act(CancelActRequest) -> CancelActResponse;
    list_acts(ListActsRequest) -> ListActsResponse;
    prune(PruneRequest) -> PruneResponse;
}
