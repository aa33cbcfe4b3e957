//! A guardian's printed page: made, and used when every device is lost (R-CONS-017 to R-CONS-020).

use super::family::{everything, group_of, person};
use super::{Broken, Device, Family, Kind, Wire};
use parcep_core::consent::Act;
use parcep_core::constitution::{DeviceRole, PrincipalDevices};
use parcep_core::crypto::Random as _;
use parcep_core::document::{Draft, PayloadType, SectionKind};
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::member::Event;
use parcep_core::recovery::RecoverySecret;

impl Family {
    /// Prints a page for the guardian whose device this is, in place of an older one: its keys are listed,
    /// and let in like a newcomer's. `None` where the device is no guardian's.
    pub fn print_page(
        &mut self,
        by: usize,
        wire: &mut dyn Wire,
    ) -> Result<Option<(Draft, Vec<Event>)>, Broken> {
        let Kind::Guardian(who) = self.device(by)?.kind else {
            return Ok(None);
        };
        let log_id = self.device(by)?.member()?.anchor().log_id;
        let secret = RecoverySecret::from_bytes(self.random().array()?);
        let keys = secret.keys(log_id)?;
        let name = format!("page{}", self.devices.len() + self.joining.len() + 1);
        let fresh = self.random().fork();
        let page = Device::page(name, who, secret, log_id, fresh)?;
        let request = JoinRequest {
            device: keys.device,
            signing: keys.signing.public(),
            sealing: keys.sealing.public(),
            access: keys.access.public(),
            what: Joining::Person(DeviceRole::Recovery),
            capabilities: Vec::new(),
        };
        let mut devices = self.devices_of(by, who)?;
        devices.retain(|device| device.role != DeviceRole::Recovery);
        devices.push(keys.listed());
        let set = PrincipalDevices {
            principal: who,
            devices,
        };
        let payload = PayloadType::PrincipalDevices;
        let draft = self.membership(by, payload, SectionKind::Devices, set.encode())?;
        let rights = (everything(), group_of(who));
        self.invite(by, page, request, draft, rights, wire)
            .map(Some)
    }

    /// Proposes with a page that one new device takes the place of all that its guardian had. Once that
    /// stands, the page lets it in. `None` where the device at `page` is none.
    pub fn recover(
        &mut self,
        page: usize,
        wire: &mut dyn Wire,
    ) -> Result<Option<(Draft, Vec<Event>)>, Broken> {
        let Kind::Page(who) = self.device(page)?.kind else {
            return Ok(None);
        };
        let name = format!("g{}", self.devices.len() + self.joining.len() + 1);
        let fresh = self.random().fork();
        let new = Device::new(name, Kind::Guardian(who), fresh)?;
        let identity = new.identity()?;
        let what = Joining::Person(DeviceRole::Active);
        let request = JoinRequest::verify(&identity.join_request(what, vec![]))?;
        let mut devices = self.devices_of(page, who)?;
        devices.retain(|device| device.role == DeviceRole::Recovery);
        devices.insert(0, person(&identity));
        let set = PrincipalDevices {
            principal: who,
            devices,
        };
        let draft = self.propose(page, Act::Devices(set))?;
        let rights = (everything(), group_of(who));
        self.invite(page, new, request, draft, rights, wire)
            .map(Some)
    }
}
