//! Registers: compared and swapped.

use super::{Answer, Relay, refuse};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use prost::Message as _;

impl Relay {
    pub(super) fn read_register(&mut self, request: &pb::ReadRegisterRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Read, now)?;
        let log = self.logs.get(&caller.handle);
        let register = log
            .and_then(|log| log.registers.get(&request.name))
            .cloned();
        Ok(pb::ReadRegisterResponse { register }.encode_to_vec())
    }

    pub(super) fn write_register(&mut self, request: pb::WriteRegisterRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Registers, now)?;
        let (Some(register), Some(log)) = (request.register, self.logs.get_mut(&caller.handle))
        else {
            return refuse(Reason::Malformed);
        };
        let stands = log.registers.get(&register.name).map(|held| held.version);
        let fits = match stands {
            Some(version) => version.checked_add(1) == Some(register.version),
            None => register.version >= 1,
        };
        if !fits {
            return refuse(Reason::StaleVersion);
        }
        let version = register.version;
        log.registers.insert(register.name.clone(), register);
        Ok(pb::WriteRegisterResponse { version }.encode_to_vec())
    }
}
