//! A relay that can be told to misbehave.

use super::disk::Disk;
use super::*;

/// A relay in a few lines: compare-and-append, reads, registers. It can be told to misbehave.
#[derive(Default, Clone)]
pub(super) struct Relay {
    pub(super) entries: Vec<pb::Entry>,
    pub(super) registers: Vec<pb::Register>,
    pub(super) lose_next_append_reply: bool,
    /// Behind 1: how often its store went back.
    pub(super) restores: u32,
    /// Whether it takes replays only.
    pub(super) restoring: bool,
    /// What its desk has.
    pub(super) access: Vec<pb::AccessKey>,
    pub(super) acts: Vec<pb::AdminAct>,
    /// Every call it was sent.
    pub(super) told: Vec<Call>,
    /// Moves the randomness of the members that it drives.
    pub(super) seed: u64,
}

impl Relay {
    pub(super) fn status(&self) -> Option<pb::LogStatus> {
        let head = self.entries.last().map_or(Hash::ZERO, |entry| {
            Entry::try_from(entry.clone()).unwrap().hash()
        });
        Some(pb::LogStatus {
            relay_epoch: 1 + self.restores,
            next_seq: self.entries.len() as u64,
            head: head.0.to_vec(),
        })
    }

    pub(super) fn serve(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.told.push(call.clone());
        let body = call.body.as_slice();
        Ok(match call.method {
            Method::Challenge => pb::ChallengeResponse {
                relay_id: vec![1; 32],
                nonce: vec![2; 32],
                expires_at: 60,
            }
            .encode_to_vec(),
            Method::OpenSession => pb::OpenSessionResponse {
                session: vec![3; 32],
                expires_at: i64::MAX,
                rights: vec![pb::Right::Append.into()],
                status: self.status(),
                acts: vec![],
            }
            .encode_to_vec(),
            Method::CreateLog => {
                let request = pb::CreateLogRequest::decode(body).unwrap();
                assert_eq!(request.nonce, vec![2; 32]);
                self.entries.push(request.genesis.unwrap());
                pb::CreateLogResponse {
                    status: self.status(),
                }
                .encode_to_vec()
            }
            Method::Append => {
                let request = pb::AppendRequest::decode(body).unwrap();
                let entry = request.entry.unwrap();
                let status = self.status().unwrap();
                let stands = self.entries.get(entry.seq as usize);
                if request.replay && stands == Some(&entry) {
                    let status = Some(status);
                    return Ok(pb::AppendResponse { status }.encode_to_vec());
                }
                match (request.replay, self.restoring) {
                    (true, false) => return Err(Refusal::Reason(Reason::NotPermitted)),
                    (false, true) => return Err(Refusal::Reason(Reason::Restoring)),
                    _ => {}
                }
                if (entry.seq, &entry.prev) != (status.next_seq, &status.head) {
                    return Err(Refusal::Reason(Reason::StaleHead));
                }
                self.entries.push(entry);
                if std::mem::take(&mut self.lose_next_append_reply) {
                    return Err(Refusal::Unknown);
                }
                pb::AppendResponse {
                    status: self.status(),
                }
                .encode_to_vec()
            }
            Method::Read => {
                let from = pb::ReadRequest::decode(body).unwrap().from_seq as usize;
                let page = self.entries.iter().skip(from).take(2).cloned();
                pb::ReadResponse {
                    entries: page.collect(),
                    status: self.status(),
                }
                .encode_to_vec()
            }
            Method::ReadRegister => {
                let name = pb::ReadRegisterRequest::decode(body).unwrap().name;
                let register = self.registers.iter().find(|r| r.name == name).cloned();
                pb::ReadRegisterResponse { register }.encode_to_vec()
            }
            Method::WriteRegister => {
                let new = pb::WriteRegisterRequest::decode(body).unwrap();
                let new = new.register.unwrap();
                let old = self.registers.iter().position(|r| r.name == new.name);
                let stands = old.map(|at| self.registers[at].version);
                if new.version == 0 || stands.is_some_and(|stands| new.version != stands + 1) {
                    return Err(Refusal::Reason(Reason::StaleVersion));
                }
                let version = new.version;
                self.registers.retain(|r| r.name != new.name);
                self.registers.push(new);
                pb::WriteRegisterResponse { version }.encode_to_vec()
            }
            Method::GrantAccess => pb::GrantAccessResponse {}.encode_to_vec(),
            Method::RevokeAccess => pb::RevokeAccessResponse {}.encode_to_vec(),
            Method::ListAccess => {
                let keys = self.access.clone();
                pb::ListAccessResponse { keys }.encode_to_vec()
            }
            Method::Announce => {
                let request = pb::AnnounceRequest::decode(body).unwrap();
                assert_eq!(request.what, Some(Announcement::DeleteLog(true)));
                let act = pb::AdminAct {
                    id: self.acts.len() as u64 + 1,
                    due_at: 604_800,
                    ..pb::AdminAct::default()
                };
                self.acts.push(act.clone());
                pb::AnnounceResponse { act: Some(act) }.encode_to_vec()
            }
            Method::ListActs => {
                let acts = self.acts.clone();
                pb::ListActsResponse { acts }.encode_to_vec()
            }
            Method::CancelAct => {
                let id = pb::CancelActRequest::decode(body).unwrap().id;
                let known = self.acts.iter().position(|act| act.id == id);
                let known = known.ok_or(Refusal::Reason(Reason::InvalidArgument))?;
                self.acts.remove(known);
                pb::CancelActResponse {}.encode_to_vec()
            }
            Method::Prune => pb::PruneResponse {}.encode_to_vec(),
            other => panic!("unexpected {other:?}"),
        })
    }

    /// Drives a member until it has nothing more to call; its events.
    pub(super) fn drive(&mut self, member: &mut Member) -> Vec<Event> {
        let mut random = Counter(self.seed + 10_000 + self.told.len() as u64 * 1000);
        let mut events = Vec::new();
        for _ in 0..1000 {
            member.tell_boot(Disk::default().boot(10));
            let mut next = member.poll(10, &mut random).unwrap();
            let idle = next.is_none() && !member.is_busy();
            while let Some(call) = next {
                let reply = self.serve(&call);
                next = member.receive(reply.as_deref().map_err(|e| *e), 10, &mut random);
            }
            while let Some(event) = member.next_event() {
                events.push(event);
            }
            if idle || member.distrusted().is_some() {
                return events;
            }
        }
        panic!("the engine does not come to rest: {events:?}");
    }
}
