//! Faults of appending and reading.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty, done};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use tonic::{Code, Request, Status};

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_append(
        &self,
        mut request: pb::AppendRequest,
    ) -> Answer<pb::AppendResponse> {
        request.session = self.acting(request.session);
        match self.fault {
            Fault::TakesReplays => request.replay = false,
            Fault::RefusesReplays if request.replay => {
                let code = Code::PermissionDenied;
                return Err(refusal::with(code, "NOT_PERMITTED", "no replay"));
            }
            Fault::RefusesAll => {
                return Err(refusal::with(
                    Code::InvalidArgument,
                    "INVALID_ARGUMENT",
                    "no",
                ));
            }
            _ => {}
        }
        if self.fault == Fault::SmallLog {
            let mut memory = self.memory.lock();
            let handle = memory.handle_of(&request.session);
            let stored = memory.stored.entry(handle).or_default();
            let entry = request.entry.as_ref();
            *stored += entry.map_or(0, |entry| entry.body.as_ref().map_or(0, |body| body.len()));
            if *stored > 16 << 20 {
                return Err(Self::full("log_bytes"));
            }
        }
        match self.inner.append(Request::new(request.clone())).await {
            Err(status) => self.append_anyway(request, status).await,
            Ok(mut response) => {
                self.hash_otherwise(response.get_mut().status.as_mut());
                Ok(response)
            }
        }
    }

    pub(crate) fn hash_otherwise(&self, status: Option<&mut pb::LogStatus>) {
        if let (Fault::HashesOtherwise, Some(status)) = (self.fault, status) {
            status.head.reverse();
        }
    }

    /// What a faulty relay does with an entry that the honest one refused.
    async fn append_anyway(
        &self,
        request: pb::AppendRequest,
        status: Status,
    ) -> Answer<pb::AppendResponse> {
        let refused = |reasons: &[&str]| refusal::is(&status, reasons);
        match self.fault {
            Fault::AcknowledgesRepeats if refused(&["STALE_HEAD"]) => {
                let next = refusal::metadata(&status, "next_seq").and_then(|n| n.parse().ok());
                let taken = request.entry.is_some_and(|entry| Some(entry.seq) < next);
                taken.then(done).ok_or(status)
            }
            Fault::StaleHeadTaken if refused(&["STALE_HEAD"]) => self.moved(request, &status).await,
            Fault::RefusedButStored if refused(&["STALE_HEAD"]) => {
                self.moved(request, &status).await?;
                Err(status)
            }
            Fault::ReplaysForEver if self.may_replay(&request, &status) => {
                let request = pb::AppendRequest {
                    replay: false,
                    ..request
                };
                self.inner.append(Request::new(request)).await
            }
            Fault::TakesPruned if is_pruned(&request) && refused(&["INVALID_ARGUMENT"]) => {
                Ok(done())
            }
            Fault::TakesAnySize if refused(&["TOO_LARGE"]) => Ok(done()),
            Fault::TakesOffGrid if refused(&["INVALID_ARGUMENT"]) => Ok(done()),
            Fault::LooksAtFieldsFirst
                if refused(&["NOT_PERMITTED"])
                    && request
                        .entry
                        .as_ref()
                        .is_none_or(|entry| entry.prev.len() != 32) =>
            {
                let code = Code::InvalidArgument;
                Err(refusal::with(code, "INVALID_ARGUMENT", "no prev"))
            }
            Fault::LeaksRequest => {
                let slot = request
                    .entry
                    .map(|entry| hex(&entry.slot))
                    .unwrap_or_default();
                Err(refusal::saying(&status, &format!("(slot {slot})")))
            }
            _ => Err(status),
        }
    }

    /// Whether a replay into a log with a history came too late.
    fn may_replay(&self, request: &pb::AppendRequest, status: &Status) -> bool {
        let memory = self.memory.lock();
        let handle = memory.handle_of(&request.session);
        let is_late = refusal::metadata(status, "right").as_deref() == Some("replay");
        is_late && memory.histories.contains(&handle)
    }

    /// Appends the entry behind the head that the refusal named.
    async fn moved(
        &self,
        mut request: pb::AppendRequest,
        status: &Status,
    ) -> Answer<pb::AppendResponse> {
        let entry = request.entry.as_mut();
        let seq = refusal::metadata(status, "next_seq").and_then(|seq| seq.parse().ok());
        let head =
            refusal::metadata(status, "head").and_then(|head| parcep_core::hex::decode(&head));
        if let (Some(entry), Some(seq), Some(head)) = (entry, seq, head) {
            entry.seq = seq;
            entry.prev = head;
        }
        self.inner.append(Request::new(request)).await
    }

    pub(crate) async fn lying_read(
        &self,
        mut request: pb::ReadRequest,
    ) -> Answer<pb::ReadResponse> {
        let own = request.session.clone();
        request.session = self.acting(request.session);
        match (self.fault, request.limit) {
            (Fault::SmallPages, 0) | (Fault::SmallPages, 3..=256) => request.limit = 2,
            (Fault::TakesAnyLimit, limit) => request.limit = limit.min(256),
            _ => {}
        }
        let mut response = self.inner.read(Request::new(request)).await?;
        self.spoil(&own, response.get_mut());
        Ok(response)
    }

    fn spoil(&self, session: &[u8], page: &mut pb::ReadResponse) {
        let entries = &mut page.entries;
        match self.fault {
            Fault::DropsEntry if entries.len() > 2 => drop(entries.remove(1)),
            Fault::Reorders => entries.reverse(),
            Fault::FlipsBody => entries.iter_mut().for_each(flip_body),
            Fault::Prunes => prune(entries),
            Fault::DropsSlot => entries.iter_mut().for_each(|entry| entry.slot.clear()),
            Fault::Forks if self.is_odd(session) => {
                let last = page
                    .status
                    .as_ref()
                    .map_or(0, |status| status.next_seq.wrapping_sub(1));
                let other = entries
                    .iter_mut()
                    .filter(|entry| entry.seq == last && last > 0);
                other.for_each(flip_body);
            }
            Fault::RollsBack if self.is_back(session) => roll_back(page),
            _ => {}
        }
    }

    fn is_odd(&self, session: &[u8]) -> bool {
        let memory = self.memory.lock();
        memory
            .sessions
            .get(session)
            .is_some_and(|caller| caller.nth_of_handle % 2 == 1)
    }

    fn is_back(&self, session: &[u8]) -> bool {
        let memory = self.memory.lock();
        memory
            .sessions
            .get(session)
            .is_some_and(|caller| caller.nth_of_key > 0)
    }
}

/// Whether an entry comes with a hash in place of its body.
fn is_pruned(request: &pb::AppendRequest) -> bool {
    let entry = request.entry.as_ref();
    entry.is_some_and(|entry| entry.body.is_none() && entry.body_hash.is_some())
}

fn flip_body(entry: &mut pb::Entry) {
    if let Some(body) = &entry.body {
        let mut bytes = body.to_vec();
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        entry.body = Some(bytes.into());
    }
}

fn prune(entries: &mut [parcep_proto::v1alpha1::Entry]) {
    let mut taken = std::collections::HashSet::new();
    for entry in entries.iter_mut().rev() {
        if !entry.slot.is_empty()
            && !taken.insert(entry.slot.clone())
            && let Some(body) = entry.body.take()
        {
            entry.body_hash = Some(parcep_core::crypto::sha256(&body).0.to_vec());
        }
    }
}

fn roll_back(page: &mut pb::ReadResponse) {
    let Some(status) = page.status.as_mut() else {
        return;
    };
    let last = status.next_seq.saturating_sub(1);
    if last > 0 {
        page.entries.retain(|entry| entry.seq < last);
        status.next_seq = last;
    }
}

fn hex(bytes: &[u8]) -> String {
    parcep_core::hex::encode(bytes)
}
