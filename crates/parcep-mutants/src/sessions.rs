//! Faults of challenges, sessions and new logs.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty, done};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use tonic::{Code, Request, Response, Status};

/// The bound of R-WIRE-006.
const LONGEST_VOUCHER: usize = 512;

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_challenge(
        &self,
        request: pb::ChallengeRequest,
    ) -> Answer<pb::ChallengeResponse> {
        let answer = self.inner.challenge(Request::new(request)).await;
        let mut response = answer.or_else(|status| {
            let is_length = refusal::is(&status, &["INVALID_ARGUMENT", "TOO_LARGE"]);
            let taken = self.fault == Fault::TakesAnyHandle && is_length;
            taken.then(done::<pb::ChallengeResponse>).ok_or(status)
        })?;
        if self.fault == Fault::MisnamesItself {
            response.get_mut().relay_id.reverse();
        }
        let nonce = response.get_ref().nonce.clone();
        self.memory.lock().nonces.insert(nonce);
        Ok(response)
    }

    pub(crate) async fn lying_open(
        &self,
        request: pb::OpenSessionRequest,
    ) -> Answer<pb::OpenSessionResponse> {
        match self.inner.open_session(Request::new(request.clone())).await {
            Ok(mut response) => {
                if self.fault == Fault::SessionsForDays {
                    response.get_mut().expires_at += 2 * 86_400;
                }
                self.spoil_acts(&mut response.get_mut().acts);
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
        let founders = || {
            known.map(|session| pb::OpenSessionResponse {
                session: session.clone(),
                ..pb::OpenSessionResponse::default()
            })
        };
        let is_open = memory.opened.contains_key(&request.nonce);
        let forged = match self.fault {
            Fault::ReusesNonce => memory.opened.get(&request.nonce).cloned(),
            Fault::IgnoresSignature => founders(),
            Fault::CreationOpens if memory.creations.contains(&request.nonce) => founders(),
            Fault::TakesAnyChallenge if !is_open && memory.nonces.contains(&request.nonce) => {
                founders()
            }
            Fault::TellsUnknownKeys if known.is_some() && !memory.knows(&request.access_key) => {
                return Err(refusal::with(
                    Code::PermissionDenied,
                    "NOT_PERMITTED",
                    "no access",
                ));
            }
            Fault::TellsUnknownHandles if known.is_none() => {
                return Err(refusal::saying(&status, "since there is no such log"));
            }
            _ => None,
        };
        forged.map(Response::new).ok_or(status)
    }

    pub(crate) async fn lying_create(
        &self,
        mut request: pb::CreateLogRequest,
    ) -> Answer<pb::CreateLogResponse> {
        let handle = request.handle.clone();
        let nonce = request.nonce.clone();
        if request.relay_epoch.is_some() {
            self.memory.lock().histories.insert(handle.clone());
        }
        if self.fault == Fault::TakesLongVouchers {
            request.voucher.truncate(LONGEST_VOUCHER);
        }
        if self.fault == Fault::DropsMore {
            request.more.clear();
        }
        match self.inner.create_log(Request::new(request)).await {
            Ok(mut response) => {
                self.hash_otherwise(response.get_mut().status.as_mut());
                if let (Fault::NewEpoch, Some(status)) =
                    (self.fault, response.get_mut().status.as_mut())
                {
                    status.relay_epoch = 2;
                }
                let status = response.get_ref().status.clone().unwrap_or_default();
                let mut memory = self.memory.lock();
                memory.created.insert(handle, status);
                memory.creations.insert(nonce);
                Ok(response)
            }
            Err(status) => {
                let taken: &[&str] = match self.fault {
                    Fault::CreatesTwice => &["LOG_EXISTS"],
                    Fault::AnySignatureCreates => &["BAD_CHALLENGE"],
                    Fault::TakesWeakKeys => &["WEAK_KEY"],
                    Fault::TakesBadGenesis => &["INVALID_ARGUMENT"],
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
