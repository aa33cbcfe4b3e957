//! Access keys and their groups (R-RELAY-016 to R-RELAY-018).

use super::{Answer, Relay, refuse};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use prost::Message as _;

impl Relay {
    pub(super) fn list_access(&mut self, request: &pb::ListAccessRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Read, now)?;
        let log = self.logs.get(&caller.handle);
        let keys = log.into_iter().flat_map(|log| log.keys.values().cloned());
        let keys = keys.collect();
        Ok(pb::ListAccessResponse { keys }.encode_to_vec())
    }

    /// At once where the caller's group has the key and it is no admin's; else a week's notice is due.
    pub(super) fn revoke(&mut self, request: &pb::RevokeAccessRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Admin, now)?;
        let Some(log) = self.logs.get_mut(&caller.handle) else {
            return refuse(Reason::NoSession);
        };
        let group = |key: &Vec<u8>| log.keys.get(key).map(|key| key.group.clone());
        let is_own = group(&request.access_key) == group(&caller.key);
        if let Some(key) = log.keys.get(&request.access_key) {
            if !is_own {
                return refuse(Reason::NotPermitted);
            }
            if key.rights.contains(&Right::Admin.into()) {
                return refuse(Reason::Delayed);
            }
        }
        log.keys.remove(&request.access_key);
        self.end_sessions(&caller.handle, &request.access_key);
        Ok(pb::RevokeAccessResponse {}.encode_to_vec())
    }

    pub(super) fn grant(&mut self, request: pb::GrantAccessRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Admin, now)?;
        let (Some(new), Some(log)) = (request.access, self.logs.get_mut(&caller.handle)) else {
            return refuse(Reason::Malformed);
        };
        let own = log.keys.get(&caller.key).map(|key| key.group.clone());
        let is_own = own.as_ref() == Some(&new.group);
        let taken = log.keys.values().any(|key| key.group == new.group);
        if let Some(old) = log.keys.get(&new.access_key) {
            if own.as_ref() != Some(&old.group) || !is_own {
                return refuse(Reason::NotPermitted);
            }
            let admin = old.rights.contains(&Right::Admin.into());
            let keeps = old.rights.iter().all(|right| new.rights.contains(right));
            if admin && !keeps {
                return refuse(Reason::Unsupported);
            }
        } else if taken && !is_own {
            return refuse(Reason::NotPermitted);
        }
        let key = new.access_key.clone();
        log.keys.insert(key.clone(), new);
        self.end_sessions(&caller.handle, &key);
        Ok(pb::GrantAccessResponse {}.encode_to_vec())
    }
}
