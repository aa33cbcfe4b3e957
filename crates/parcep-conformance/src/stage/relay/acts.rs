//! Acts that wait a week, in everybody's sight (R-RELAY-037, R-RELAY-038).

use super::{Answer, Relay, refuse};
use crate::stage::DAY;
use parcep_core::crypto::sha256;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use pb::admin_act::What;
use pb::announce_request::What as Asked;
use prost::Message as _;

impl Relay {
    pub(super) fn announce(&mut self, request: pb::AnnounceRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Admin, now)?;
        let (Some(asked), Some(log)) = (request.what, self.logs.get_mut(&caller.handle)) else {
            return refuse(Reason::Malformed);
        };
        let what = match asked {
            Asked::Change(key) => What::Change(key),
            Asked::Revoke(key) => What::Revoke(key),
            Asked::EraseBodies(places) => What::EraseBodies(places),
            Asked::DeleteLog(yes) => What::DeleteLog(yes),
        };
        let same = |act: &&pb::AdminAct| act.what.as_ref() == Some(&what);
        let act = log.acts.iter().find(same).cloned();
        let act = act.unwrap_or_else(|| pb::AdminAct {
            id: log.acts.last().map_or(0, |last| last.id) + 1,
            announced_at: now,
            due_at: now + 7 * DAY,
            by: caller.key,
            what: Some(what),
            ..pb::AdminAct::default()
        });
        log.acts.retain(|other| other.id != act.id);
        log.acts.push(act.clone());
        Ok(pb::AnnounceResponse { act: Some(act) }.encode_to_vec())
    }

    pub(super) fn list_acts(&mut self, request: &pb::ListActsRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Read, now)?;
        let log = self.logs.get(&caller.handle);
        let acts = log.map(|log| log.acts.clone()).unwrap_or_default();
        Ok(pb::ListActsResponse { acts }.encode_to_vec())
    }

    pub(super) fn cancel_act(&mut self, request: &pb::CancelActRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Admin, now)?;
        if let Some(log) = self.logs.get_mut(&caller.handle) {
            log.acts.retain(|act| act.id != request.id);
        }
        Ok(pb::CancelActResponse {}.encode_to_vec())
    }

    /// Bodies go, hashes stay (R-MOVE-025).
    pub(super) fn prune(&mut self, request: &pb::PruneRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Append, now)?;
        if let Some(log) = self.logs.get_mut(&caller.handle) {
            let pruned = log.entries.iter_mut();
            for entry in pruned.filter(|entry| request.seqs.contains(&entry.seq)) {
                if let Some(body) = entry.body.take() {
                    entry.body_hash = Some(sha256(&body).0.to_vec());
                }
            }
        }
        Ok(pb::PruneResponse {}.encode_to_vec())
    }

    /// What has waited long enough is done.
    pub(super) fn do_what_is_due(&mut self, now: i64) {
        let mut ended = Vec::new();
        let mut deleted = Vec::new();
        for (handle, log) in &mut self.logs {
            let (due, waiting) = std::mem::take(&mut log.acts)
                .into_iter()
                .partition(|act| act.due_at <= now);
            log.acts = waiting;
            let due: Vec<pb::AdminAct> = due;
            for act in due {
                match act.what {
                    Some(What::Revoke(key)) => {
                        log.keys.remove(&key);
                        ended.push((handle.clone(), key));
                    }
                    Some(What::Change(key)) => {
                        log.keys.insert(key.access_key.clone(), key);
                    }
                    Some(What::DeleteLog(true)) => deleted.push(handle.clone()),
                    _ => {}
                }
            }
        }
        for (handle, key) in ended {
            self.end_sessions(&handle, &key);
        }
        for handle in deleted {
            self.logs.remove(&handle);
        }
    }
}
