//! Access keys: list, grant, revoke.

use super::Shared;
use crate::access::{AccessRecord, Right};
use crate::convert::verifying_key;
use crate::refusal::Refusal;
use crate::store::{Change, Store};
use parcep_proto::v1alpha1 as pb;
use std::sync::Arc;

impl<S: Store> Shared<S> {
    pub(super) async fn list_access(
        self: &Arc<Self>,
        request: pb::ListAccessRequest,
    ) -> Result<pb::ListAccessResponse, Refusal> {
        let key = self.admit(&request.session, Right::Read).await?;
        let records = self.store.access_list(&key.handle).await?;
        Ok(pb::ListAccessResponse {
            keys: records.iter().map(Into::into).collect(),
        })
    }

    /// R-RELAY-016.
    pub(super) async fn grant_access(
        self: &Arc<Self>,
        request: pb::GrantAccessRequest,
    ) -> Result<pb::GrantAccessResponse, Refusal> {
        let key = self.admit(&request.session, Right::Admin).await?;
        let access = request.access.ok_or(Refusal::InvalidArgument("access"))?;
        let access = AccessRecord::try_from(access)?;
        let standing = self.store.access(&key.handle, &access.key).await?;
        if standing.as_ref() == Some(&access) {
            // Nothing changes, so no session ends.
            return Ok(pb::GrantAccessResponse {});
        }
        self.commit(Change::Grant {
            handle: key.handle.clone(),
            by: key.key,
            access,
            bounds: self.key_bounds(),
        })
        .await?;
        Ok(pb::GrantAccessResponse {})
    }

    /// R-RELAY-017.
    pub(super) async fn revoke_access(
        self: &Arc<Self>,
        request: pb::RevokeAccessRequest,
    ) -> Result<pb::RevokeAccessResponse, Refusal> {
        let key = self.admit(&request.session, Right::Admin).await?;
        self.commit(Change::Revoke {
            handle: key.handle.clone(),
            by: key.key,
            key: verifying_key(&request.access_key)?,
        })
        .await?;
        Ok(pb::RevokeAccessResponse {})
    }
}
