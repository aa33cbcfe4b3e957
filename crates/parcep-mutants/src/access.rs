//! Faults of access keys.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty, done};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use pb::Right;
use tonic::Request;

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_list(
        &self,
        mut request: pb::ListAccessRequest,
    ) -> Answer<pb::ListAccessResponse> {
        request.session = self.acting(request.session);
        let mut response = self.inner.list_access(Request::new(request)).await?;
        let beside = self.memory.lock().beside.clone();
        response
            .get_mut()
            .keys
            .extend(beside.map(|access_key| pb::AccessKey {
                access_key,
                ..pb::AccessKey::default()
            }));
        Ok(response)
    }

    pub(crate) async fn lying_grant(
        &self,
        mut request: pb::GrantAccessRequest,
    ) -> Answer<pb::GrantAccessResponse> {
        request.session = self.acting(request.session);
        if let (Fault::GrantsTooMuch, Some(access)) = (self.fault, request.access.as_mut())
            && !access.rights.contains(&Right::Append.into())
        {
            access.rights.push(Right::Append.into());
        }
        if let (Fault::IgnoresBudgets, Some(access)) = (self.fault, request.access.as_mut()) {
            access.rate_per_minute = None;
            access.quota_bytes = None;
        }
        if let (Fault::KeepsOldRights, Some(access)) = (self.fault, &request.access)
            && self.memory.lock().knows(&access.access_key)
        {
            return Ok(done());
        }
        let key = request.access.as_ref().map(|access| &*access.access_key);
        let is_known = self.memory.lock().knows(key.unwrap_or_default());
        if self.fault == Fault::RefusesSameGrant && is_known {
            let code = tonic::Code::Unimplemented;
            return Err(refusal::with(code, "UNSUPPORTED", "no"));
        }
        if let Some(access) = request.access.as_ref().filter(|access| access.root) {
            self.memory.lock().roots.insert(access.access_key.clone());
        }
        if self.fault == Fault::SmallRoom {
            let mut memory = self.memory.lock();
            let keys = memory.handle_of(&request.session);
            let keys = memory.granted.entry(keys).or_default();
            keys.extend(
                request
                    .access
                    .as_ref()
                    .map(|access| access.access_key.clone()),
            );
            if keys.len() > 32 {
                return Err(Self::full("keys"));
            }
        }
        let answer = self.inner.grant_access(Request::new(request)).await;
        answer.or_else(|status| {
            let taken: &[&str] = match self.fault {
                Fault::OpensGroups if !is_known => &["NOT_PERMITTED"],
                Fault::RemovesAdmins | Fault::WeakensAdmins => &["DELAYED"],
                Fault::TakesWeakKeys => &["WEAK_KEY"],
                Fault::ChangesOtherGroups => &["NOT_PERMITTED"],
                _ => &[],
            };
            refusal::is(&status, taken).then(done).ok_or(status)
        })
    }

    pub(crate) async fn lying_revoke(
        &self,
        mut request: pb::RevokeAccessRequest,
    ) -> Answer<pb::RevokeAccessResponse> {
        request.session = self.acting(request.session);
        if self.fault == Fault::KeepsRevoked {
            return Ok(done());
        }
        let is_root = self.memory.lock().is_root(&request.session);
        if self.fault == Fault::RootWaits && is_root {
            let code = tonic::Code::FailedPrecondition;
            return Err(refusal::with(code, "DELAYED", "announce it"));
        }
        let answer = self.inner.revoke_access(Request::new(request)).await;
        answer.or_else(|status| {
            let taken: &[&str] = match self.fault {
                Fault::RemovesAdmins => &["DELAYED"],
                Fault::ChangesOtherGroups => &["NOT_PERMITTED"],
                Fault::RootReachesFar if is_root => &["NOT_PERMITTED"],
                _ => &[],
            };
            refusal::is(&status, taken).then(done).ok_or(status)
        })
    }
}
