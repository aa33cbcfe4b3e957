//! Faults of challenges, sessions and new logs.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use tonic::{Request, Response, Status};

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_challenge(
        &self,
        request: pb::ChallengeRequest,
    ) -> Answer<pb::ChallengeResponse> {
        self.inner.challenge(Request::new(request)).await
    }

    pub(crate) async fn lying_open(
        &self,
        request: pb::OpenSessionRequest,
    ) -> Answer<pb::OpenSessionResponse> {
        match self.inner.open_session(Request::new(request.clone())).await {
            Ok(response) => {
                self.memory.lock().opened(
                    request.handle,
                    request.access_key,
                    request.nonce,
                    response.get_ref(),
                );
                Ok(response)
            }
            Err(status) => self.instead_of(&request, status),
        }
    }

    /// What a faulty relay answers where the honest one refused to open a session.
    fn instead_of(
        &self,
        request: &pb::OpenSessionRequest,
        status: Status,
    ) -> Answer<pb::OpenSessionResponse> {
        let memory = self.memory.lock();
        let known = memory.founders.get(&request.handle);
        let forged = match self.fault {
            Fault::ReusesNonce => memory.opened.get(&request.nonce).cloned(),
            Fault::IgnoresSignature => known.map(|session| pb::OpenSessionResponse {
                session: session.clone(),
                ..pb::OpenSessionResponse::default()
            }),
            Fault::TellsUnknownHandles if known.is_none() => {
                return Err(refusal::saying(&status, "since there is no such log"));
            }
            _ => None,
        };
        forged.map(Response::new).ok_or(status)
    }

    pub(crate) async fn lying_create(
        &self,
        request: pb::CreateLogRequest,
    ) -> Answer<pb::CreateLogResponse> {
        let handle = request.handle.clone();
        match self.inner.create_log(Request::new(request)).await {
            Ok(response) => {
                let status = response.get_ref().status.clone().unwrap_or_default();
                self.memory.lock().created.insert(handle, status);
                Ok(response)
            }
            Err(status) => {
                let taken: &[&str] = match self.fault {
                    Fault::CreatesTwice => &["LOG_EXISTS"],
                    Fault::AnySignatureCreates => &["BAD_CHALLENGE"],
                    Fault::TakesWeakKeys => &["WEAK_KEY"],
                    _ => &[],
                };
                if !refusal::is(&status, taken) {
                    return Err(status);
                }
                let status = self.memory.lock().created.get(&handle).cloned();
                Ok(Response::new(pb::CreateLogResponse { status }))
            }
        }
    }
}
