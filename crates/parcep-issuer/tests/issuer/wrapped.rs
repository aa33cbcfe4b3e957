//! A service that stands before ours, as a faulty issuer of a test does.

use super::{Device, arc, keys, now, request, shutdown};
use parcep_core::age::{AgeOutcome, Needs};
use parcep_issuer::{Client, Limits, Service, Socket, serve_socket_with};
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::age_signal_service_server::AgeSignalService;
use tonic::{Request, Response, Status};

/// Says of everybody that no law applies.
struct Lax(Service);

#[tonic::async_trait]
impl AgeSignalService for Lax {
    async fn ask(
        &self,
        request: Request<pb::AgeSignalRequest>,
    ) -> Result<Response<pb::AgeSignalResponse>, Status> {
        let mut answer = self.0.ask(request).await?;
        answer.get_mut().signal = None;
        answer.get_mut().outcome = AgeOutcome::NotRegulated.wire();
        Ok(answer)
    }

    async fn issue_tokens(
        &self,
        request: Request<pb::IssueAgeTokensRequest>,
    ) -> Result<Response<pb::IssueAgeTokensResponse>, Status> {
        self.0.issue_tokens(request).await
    }

    async fn revoked_handles(
        &self,
        request: Request<pb::RevokedAgeHandlesRequest>,
    ) -> Result<Response<pb::RevokedAgeHandlesResponse>, Status> {
        self.0.revoked_handles(request).await
    }
}

#[tokio::test]
async fn a_service_that_stands_before_ours_changes_what_it_wants_and_passes_on_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (game, holder) = (folder.path().join("game"), folder.path().join("holder"));
    let device = arc(Device::of(14));
    let limits = Limits::default();
    let app = Lax(Service::app("org.example.game", device.clone(), &limits));
    let agent = Lax(Service::holder(device.clone(), &limits));
    let (end, ended) = shutdown();
    let (end_too, ended_too) = shutdown();
    let socket = Socket::app(&game, "org.example.game");
    let one = serve_socket_with(&socket, app, &limits, ended).unwrap();
    let two = serve_socket_with(&Socket::holder(&holder), agent, &limits, ended_too).unwrap();

    let asked = Client::unix(&game)
        .ask(&request("org.example.game", &[18]))
        .await;
    assert_eq!(asked.unwrap().outcome, AgeOutcome::NotRegulated);
    let trusted = [device.public()];
    let mut client = Client::unix(&holder);
    let batch = client
        .fetch(keys(2), Needs::default(), &trusted, now())
        .await
        .unwrap();
    assert_eq!((batch.len(), device.calls()), (2, 2));

    drop((end, end_too, client));
    one.finished().await.unwrap();
    two.finished().await.unwrap();
}
