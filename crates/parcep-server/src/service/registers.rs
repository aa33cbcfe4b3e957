//! Registers: small values, compare-and-swap.

use super::Shared;
use crate::access::Right;
use crate::convert::exactly;
use crate::refusal::Refusal;
use crate::store::{Change, RegisterRecord, Store};
use parcep_proto::v1alpha1 as pb;
use std::sync::Arc;

impl<S: Store> Shared<S> {
    /// R-RELAY-015.
    pub(super) async fn read_register(
        self: &Arc<Self>,
        request: pb::ReadRegisterRequest,
    ) -> Result<pb::ReadRegisterResponse, Refusal> {
        let key = self.admit(&request.session, Right::Read).await?;
        let name = exactly("name", &request.name)?;
        let register = self
            .store
            .register(&key.handle, &name, self.clock.now())
            .await?;
        Ok(pb::ReadRegisterResponse {
            register: register.as_ref().map(Into::into),
        })
    }

    /// R-RELAY-014.
    pub(super) async fn write_register(
        self: &Arc<Self>,
        request: pb::WriteRegisterRequest,
    ) -> Result<pb::WriteRegisterResponse, Refusal> {
        let key = self.admit(&request.session, Right::Registers).await?;
        let register = request
            .register
            .ok_or(Refusal::InvalidArgument("register"))?;
        let register = RegisterRecord::try_from(register)?;
        let now = self.clock.now();
        if register.is_expired(now) {
            return Err(Refusal::InvalidArgument("expires_at"));
        }
        let version = register.version;
        self.commit(Change::WriteRegister {
            handle: key.handle.clone(),
            by: key.key,
            register,
            now,
            max_registers: self.limits.registers_per_log,
        })
        .await?;
        Ok(pb::WriteRegisterResponse { version })
    }
}
