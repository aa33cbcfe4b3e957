//! A product that is no device of the stage: a guardian lets it in by its join request.

use super::{Broken, Family, Wire};
use parcep_core::constitution::{Device, EnforcementPoint, PrincipalDevices, UncertainTime};
use parcep_core::crypto::Random as _;
use parcep_core::document::{Draft, PayloadType, SectionKind};
use parcep_core::epoch::PepCategory;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::member::Event;
use parcep_proto::v1alpha1 as pb;
use pb::Right;

/// What a guardian answers a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The product's device id.
    pub device: DeviceId,
    /// The JoinAnswer.
    pub answer: Vec<u8>,
    /// What it asks to join as.
    pub category: Option<PepCategory>,
    /// What it says that it can do.
    pub capabilities: Vec<String>,
}

impl Family {
    /// Writes a product into the log as an enforcement point for these dependants, lets its access key
    /// in, and makes its Welcome.
    ///
    /// # Errors
    /// If the request is not one of an enforcement point, or the log takes no entry.
    pub fn let_in(
        &mut self,
        by: usize,
        request: &[u8],
        dependants: Vec<PrincipalId>,
        uncertain_time: UncertainTime,
        wire: &mut dyn Wire,
    ) -> Result<Guest, Broken> {
        let request = JoinRequest::verify(request)?;
        let Joining::EnforcementPoint(category) = request.what else {
            return Err(Broken::new("it asks to join as a person's device"));
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
        let payload = PayloadType::EnforcementPoint;
        let draft = self.membership(by, payload, SectionKind::EnforcementPoint, point.encode())?;
        let group = self.random().fork().array::<16>()?.to_vec();
        self.admitted(
            by,
            &request,
            draft,
            (&[Right::Read, Right::Registers], group),
            wire,
        )
    }

    /// Writes a product into the log as a further device of the guardian who does it.
    ///
    /// # Errors
    /// As [`Family::let_in`], for the request of an enforcement point.
    pub fn let_person_in(
        &mut self,
        by: usize,
        request: &[u8],
        wire: &mut dyn Wire,
    ) -> Result<Guest, Broken> {
        let request = JoinRequest::verify(request)?;
        let Joining::Person(role) = request.what else {
            return Err(Broken::new("it asks to join as an enforcement point"));
        };
        let me = self.device(by)?.member()?.principal();
        let me = me.ok_or_else(|| Broken::new("a guardian of no household"))?;
        let mut devices = self.devices_of(by, me)?;
        devices.push(Device {
            id: request.device,
            signing: request.signing,
            sealing: request.sealing,
            role,
        });
        let set = PrincipalDevices {
            principal: me,
            devices,
        };
        let payload = PayloadType::PrincipalDevices;
        let draft = self.membership(by, payload, SectionKind::Devices, set.encode())?;
        let rights = [Right::Read, Right::Append, Right::Registers, Right::Admin];
        let group = self.group(me);
        self.admitted(by, &request, draft, (&rights, group), wire)
    }

    /// Follows a relay that lost entries, writes again what is lost of the author's (R-MOVE-007), and makes the
    /// answer to this request again (R-JOIN-016).
    ///
    /// # Errors
    /// If the log takes no entry, or the one who asked stands in it no more.
    pub fn answer_again(
        &mut self,
        by: usize,
        request: &[u8],
        wire: &mut dyn Wire,
    ) -> Result<Vec<u8>, Broken> {
        let request = JoinRequest::verify(request)?;
        let now = self.now;
        let mut random = self.random().fork();
        let inviter = self.device_mut(by)?;
        inviter.sync(wire, now)?;
        for id in inviter.member()?.lost() {
            if let Some(draft) = inviter.member()?.draft_again(id, &mut random) {
                inviter.append(draft, wire, now)?;
            }
        }
        Ok(inviter.member()?.welcome(&request, &mut random)?)
    }

    /// The author's devices without one of them.
    ///
    /// # Errors
    /// If the author is of no household.
    pub fn draft_without(&mut self, by: usize, device: DeviceId) -> Result<Draft, Broken> {
        let me = self.device(by)?.member()?.principal();
        let me = me.ok_or_else(|| Broken::new("a guardian of no household"))?;
        let mut devices = self.devices_of(by, me)?;
        devices.retain(|listed| listed.id != device);
        let set = PrincipalDevices {
            principal: me,
            devices,
        };
        let payload = PayloadType::PrincipalDevices;
        self.membership(by, payload, SectionKind::Devices, set.encode())
    }

    fn admitted(
        &mut self,
        by: usize,
        request: &JoinRequest,
        draft: Draft,
        (rights, group): (&[Right], Vec<u8>),
        wire: &mut dyn Wire,
    ) -> Result<Guest, Broken> {
        let now = self.now;
        let mut random = self.random().fork();
        let inviter = self.device_mut(by)?;
        let events = inviter.append(draft, wire, now)?;
        if !events
            .iter()
            .any(|event| matches!(event, Event::Appended(..)))
        {
            return Err(Broken::new(format!(
                "the product was not written in: {events:?}"
            )));
        }
        inviter.member_mut()?.grant_access(pb::AccessKey {
            access_key: request.access.as_bytes().to_vec(),
            rights: rights.iter().copied().map(i32::from).collect(),
            group,
            ..pb::AccessKey::default()
        });
        let events = inviter.settle(wire, now)?;
        if !events
            .iter()
            .any(|event| matches!(event, Event::Granted(Ok(()))))
        {
            return Err(Broken::new(format!(
                "the product was not let in: {events:?}"
            )));
        }
        let answer = inviter.member()?.welcome(request, &mut random)?;
        Ok(Guest {
            device: request.device,
            answer,
            category: match request.what {
                Joining::EnforcementPoint(category) => Some(category),
                Joining::Person(_) => None,
            },
            capabilities: request.capabilities.clone(),
        })
    }
}
