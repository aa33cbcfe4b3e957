//! Faults of announced acts and of pruning.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty, done};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use pb::announce_request::What;
use tonic::Request;

const DAY: i64 = 86_400;
/// Places that one announcement or pruning may name (R-RELAY-030).
const MOST_PLACES: usize = 256;

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_announce(
        &self,
        mut request: pb::AnnounceRequest,
    ) -> Answer<pb::AnnounceResponse> {
        request.session = self.acting(request.session);
        let answer = self.inner.announce(Request::new(request.clone())).await;
        match answer {
            Ok(mut response) => {
                self.sooner(response.get_mut().act.as_mut());
                if self.fault == Fault::ActsAtOnce {
                    self.carry_out(request).await;
                }
                Ok(response)
            }
            Err(status) => {
                let is_full = refusal::is(&status, &["QUOTA"]);
                let is_wrong = refusal::is(&status, &["NOT_PERMITTED", "INVALID_ARGUMENT"]);
                let is_long = match &request.what {
                    Some(What::EraseBodies(places)) => places.seqs.len() > MOST_PLACES,
                    _ => false,
                };
                let taken = match self.fault {
                    Fault::TakesManyPlaces => is_long,
                    Fault::ActsUnbounded => is_full,
                    Fault::AnnouncesAnything => is_wrong,
                    _ => false,
                };
                taken.then(done).ok_or(status)
            }
        }
    }

    /// Does what was announced, as far as the honest relay lets anybody.
    async fn carry_out(&self, request: pb::AnnounceRequest) {
        let session = request.session;
        // What it refuses stays announced.
        match request.what {
            Some(What::Revoke(access_key)) => {
                let request = pb::RevokeAccessRequest {
                    session,
                    access_key,
                };
                let _ = self.inner.revoke_access(Request::new(request)).await;
            }
            Some(What::Change(access)) => {
                let request = pb::GrantAccessRequest {
                    session,
                    access: Some(access),
                };
                let _ = self.inner.grant_access(Request::new(request)).await;
            }
            _ => {}
        }
    }

    pub(crate) async fn lying_cancel(
        &self,
        mut request: pb::CancelActRequest,
    ) -> Answer<pb::CancelActResponse> {
        request.session = match self.fault {
            Fault::AnybodyCancels => self.founders(request.session),
            _ => self.acting(request.session),
        };
        let answer = self.inner.cancel_act(Request::new(request)).await;
        answer.or_else(|status| {
            let is_gone = refusal::is(&status, &["INVALID_ARGUMENT"]);
            let taken = self.fault == Fault::CancelsAnything && is_gone;
            taken.then(done).ok_or(status)
        })
    }

    pub(crate) async fn lying_acts(
        &self,
        mut request: pb::ListActsRequest,
    ) -> Answer<pb::ListActsResponse> {
        request.session = self.acting(request.session);
        let mut response = self.inner.list_acts(Request::new(request)).await?;
        self.spoil_acts(&mut response.get_mut().acts);
        Ok(response)
    }

    /// What a caller is told of the acts that are pending.
    pub(crate) fn spoil_acts(&self, acts: &mut Vec<pb::AdminAct>) {
        match self.fault {
            Fault::HidesActs => acts.clear(),
            _ => acts.iter_mut().for_each(|act| self.sooner(Some(act))),
        }
    }

    fn sooner(&self, act: Option<&mut pb::AdminAct>) {
        if let (Fault::ActsSooner, Some(act)) = (self.fault, act) {
            act.due_at = act.announced_at.saturating_add(DAY);
        }
    }

    pub(crate) async fn lying_prune(
        &self,
        mut request: pb::PruneRequest,
    ) -> Answer<pb::PruneResponse> {
        let is_founder = self.memory.lock().is_founder(&request.session);
        request.session = self.acting(request.session);
        let is_long = request.seqs.len() > MOST_PLACES;
        let answer = self.inner.prune(Request::new(request)).await;
        answer.or_else(|status| {
            let lies = match self.fault {
                Fault::PrunesAtOnce => is_founder,
                Fault::PrunesForStrangers => !is_founder,
                _ => false,
            };
            let lies = lies && refusal::is(&status, &["NOT_PERMITTED"]);
            let taken = lies || (self.fault == Fault::TakesManyPlaces && is_long);
            taken.then(done).ok_or(status)
        })
    }

    fn founders(&self, session: Vec<u8>) -> Vec<u8> {
        let memory = self.memory.lock();
        memory.founder_of(&session).unwrap_or(session)
    }
}
