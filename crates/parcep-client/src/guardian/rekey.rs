//! New sealing keys, for a member that asks and for this device itself (R-SEC-007).

use super::Guardian;
use crate::ClientError;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::joining::JoinRequest;
use parcep_core::reason::Reason;

impl Guardian {
    /// Lists the new sealing key of a device that is a member already, in the place of the old one, and
    /// writes the epoch that has to follow. Nothing else of the device changes, and it needs no answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `NOT_PERMITTED_BY_TABLE` if no member has this id and signing key, or
    /// it is not this guardian's to re-key.
    pub async fn rekey(&mut self, request: &JoinRequest) -> Result<(), ClientError> {
        let household = self.household()?;
        if household.key_of(request.device) != Some(request.signing) {
            return Err(ClientError::Refused(Reason::NotPermittedByTable));
        }
        if let Some(point) = household.enforcement_point(request.device) {
            let mut point = point.clone();
            point.sealing = request.sealing;
            let sections = vec![(SectionKind::EnforcementPoint, point.encode())];
            let draft = self.draft(PayloadType::EnforcementPoint, None, sections)?;
            self.0.append(draft).await?;
        } else {
            let whose = household.principal_of(request.device);
            let whose = whose.ok_or(ClientError::Refused(Reason::NotPermittedByTable))?;
            let mut set = self.devices_of(whose)?;
            for device in set.devices.iter_mut().filter(|d| d.id == request.device) {
                device.sealing = request.sealing;
            }
            self.set_devices(&set).await?;
        }
        self.renew_if_needed().await.map(|_| ())
    }

    /// Gives this device a new sealing key, if a dependant's erasure waits for one (R-PRIV-014), or one was
    /// begun.
    pub(super) async fn rekey_own(&mut self) -> Result<bool, ClientError> {
        let member = self.0.member();
        let due = !member.erasing().is_empty() || member.changes_key();
        if !(due && member.branches().is_empty()) {
            return Ok(false);
        }
        let request = self.0.key_request()?;
        let request = JoinRequest::verify(&request);
        let request = request.map_err(|error| ClientError::Refused(error.reason()))?;
        self.rekey(&request).await.map(|()| true)
    }
}
