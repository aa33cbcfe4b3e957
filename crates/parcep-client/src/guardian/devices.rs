//! Devices of people and enforcement points: in and out.

use super::found::every_right;
use super::{Guardian, fresh};
use crate::ClientError;
use parcep_core::constitution::{Device, EnforcementPoint, PrincipalDevices, UncertainTime};
use parcep_core::crypto::SystemRandom;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::id::PrincipalId;
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

impl Guardian {
    /// Admits an enforcement point for these dependants: its membership entry, its right at the
    /// relay, and the answer file that it joins with. Its key is of this guardian's own group, whose keys
    /// can revoke it at once (R-RELAY-017).
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the request is for another kind of device, or the relay refuses.
    pub async fn admit(
        &mut self,
        request: &JoinRequest,
        dependants: Vec<PrincipalId>,
    ) -> Result<Vec<u8>, ClientError> {
        self.admit_with(request, dependants, UncertainTime::Unspecified)
            .await
    }

    /// The same, with what the device does while it does not know the time. [`UncertainTime::Strict`] only
    /// if a person chose it for this device and was told what its screen will say (R-TIME-009).
    ///
    /// # Errors
    /// As [`Guardian::admit`].
    pub async fn admit_with(
        &mut self,
        request: &JoinRequest,
        dependants: Vec<PrincipalId>,
        uncertain_time: UncertainTime,
    ) -> Result<Vec<u8>, ClientError> {
        let Joining::EnforcementPoint(category) = request.what else {
            return Err(ClientError::Refused(Reason::Unsupported));
        };
        let point = EnforcementPoint {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            category,
            dependants,
            capabilities: request.capabilities.clone(),
            uncertain_time,
        };
        let sections = vec![(SectionKind::EnforcementPoint, point.encode())];
        let draft = self.draft(PayloadType::EnforcementPoint, None, sections)?;
        self.0.append(draft).await?;
        let rights = vec![pb::Right::Read.into(), pb::Right::Registers.into()];
        let group = self.own_group().await?;
        self.let_in(request, rights, group).await
    }

    /// Admits a further device of this guardian, or of a dependant in scope, and gives its answer file. Its
    /// key at the relay is of this guardian's own group, a dependant's of one of its own.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the request is no person's, or the household or the relay refuses.
    pub async fn admit_person(
        &mut self,
        request: &JoinRequest,
        whose: PrincipalId,
    ) -> Result<Vec<u8>, ClientError> {
        let Joining::Person(role) = request.what else {
            return Err(ClientError::Refused(Reason::Unsupported));
        };
        let mut set = self.devices_of(whose)?;
        set.devices.push(Device {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            role,
        });
        self.set_devices(&set).await?;
        let own = self.principal()? == whose;
        let (rights, group) = if own {
            (every_right(), self.own_group().await?)
        } else {
            let rights = [pb::Right::Read, pb::Right::Append, pb::Right::Registers];
            let group = fresh::<16>(self.0.random())?.to_vec();
            (rights.map(Into::into).into(), group)
        };
        self.let_in(request, rights, group).await
    }

    /// The devices of a person as they stand.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn devices_of(&self, whose: PrincipalId) -> Result<PrincipalDevices, ClientError> {
        let people = self.household()?.people();
        let devices = people.filter(|(who, _)| *who == whose);
        Ok(PrincipalDevices {
            principal: whose,
            devices: devices.map(|(_, device)| *device).collect(),
        })
    }

    /// Lets the first device of a guardian in who was just admitted: its key in a group of its own, and
    /// its answer file. The device that signed the proposal does this (R-JOIN-004).
    ///
    /// # Errors
    /// If it is not a member yet, or the relay refuses.
    pub async fn let_guardian_in(&mut self, request: &JoinRequest) -> Result<Vec<u8>, ClientError> {
        let group = fresh::<16>(self.0.random())?.to_vec();
        self.let_in(request, every_right(), group).await
    }

    /// Writes the whole set of a person's devices.
    pub(super) async fn set_devices(&mut self, set: &PrincipalDevices) -> Result<u64, ClientError> {
        let sections = vec![(SectionKind::Devices, set.encode())];
        let draft = self.draft(PayloadType::PrincipalDevices, None, sections)?;
        self.0.append(draft).await
    }

    /// Grants a newcomer's key its rights and makes its answer file.
    pub(super) async fn let_in(
        &mut self,
        request: &JoinRequest,
        rights: Vec<i32>,
        group: Vec<u8>,
    ) -> Result<Vec<u8>, ClientError> {
        let access = pb::AccessKey {
            access_key: request.access.as_bytes().to_vec(),
            rights,
            group,
            ..pb::AccessKey::default()
        };
        self.let_key_in(request.device, access).await?;
        let mut random = SystemRandom::new();
        Ok(self.0.member().welcome(request, &mut random)?)
    }
}
