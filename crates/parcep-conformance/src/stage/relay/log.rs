//! Entries: compared and appended, read, watched.

use super::{Answer, Relay, refuse};
use parcep_core::log::{Entry, EntryBody};
use parcep_core::member::Refusal;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::Right;
use pb::watch_response::Item;
use prost::Message as _;

/// Most entries of one page.
const PAGE: usize = 256;

impl Relay {
    pub(super) fn append(&mut self, request: pb::AppendRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Append, now)?;
        let Some(entry) = request.entry else {
            return refuse(Reason::Malformed);
        };
        let shape = Entry::try_from(entry.clone());
        let parsed = shape.map_err(|error| Refusal::Reason(error.reason()))?;
        if matches!(parsed.body, EntryBody::Pruned(_)) && !request.replay {
            return refuse(Reason::Malformed);
        }
        let Some(log) = self.logs.get_mut(&caller.handle) else {
            return refuse(Reason::NoSession);
        };
        let hash = parsed.hash();
        let place = usize::try_from(parsed.seq).unwrap_or(usize::MAX);
        let stands = log.entries.get(place);
        let stands = stands.and_then(|entry| Entry::try_from(entry.clone()).ok());
        if request.replay && stands.is_some_and(|stands| stands.hash() == hash) {
            let status = Some(log.status());
            return Ok(pb::AppendResponse { status }.encode_to_vec());
        }
        log.replays_until = log.replays_until.filter(|until| *until > now);
        log.history_until = log.history_until.filter(|until| *until > now);
        match (log.replays_until, log.history_until, request.replay) {
            (Some(_), _, false) => return refuse(Reason::Restoring),
            (None, None, true) => return refuse(Reason::NotPermitted),
            _ => {}
        }
        if place != log.entries.len() || parsed.prev != log.head {
            return refuse(Reason::StaleHead);
        }
        if !request.replay {
            log.history_until = None;
        }
        log.entries.push(entry);
        log.head = hash;
        let status = Some(log.status());
        Ok(pb::AppendResponse { status }.encode_to_vec())
    }

    pub(super) fn read(&mut self, request: &pb::ReadRequest, now: i64) -> Answer {
        let caller = self.authorised(&request.session, Right::Read, now)?;
        let Some(log) = self.logs.get(&caller.handle) else {
            return refuse(Reason::NoSession);
        };
        let from = usize::try_from(request.from_seq).unwrap_or(usize::MAX);
        let limit = match request.limit {
            0 => PAGE,
            limit => PAGE.min(limit as usize),
        };
        let page = log.entries.iter().skip(from).take(limit);
        let response = pb::ReadResponse {
            entries: page.cloned().collect(),
            status: Some(log.status()),
        };
        Ok(response.encode_to_vec())
    }

    /// What a watch has sent by now: a bookmark, the entries behind the place named, the registers.
    pub(super) fn watch_items(
        &mut self,
        request: &pb::WatchRequest,
        now: i64,
    ) -> Result<Vec<Vec<u8>>, Refusal> {
        let at = now + self.clock_error;
        let caller = self.authorised(&request.session, Right::Read, at)?;
        let Some(log) = self.logs.get(&caller.handle) else {
            return refuse(Reason::NoSession);
        };
        let from = usize::try_from(request.from_seq).unwrap_or(usize::MAX);
        let before = from.checked_sub(1).map(|at| log.entries.get(at));
        let known = match before {
            None => Some([0; 32].to_vec()),
            Some(stored) => stored.and_then(|stored| {
                let entry = Entry::try_from(stored.clone()).ok()?;
                Some(entry.hash().0.to_vec())
            }),
        };
        if known.as_deref() != Some(request.from_hash.as_slice()) {
            return refuse(Reason::UnknownPosition);
        }
        let bookmark = self.bookmark(&caller.handle, now).map(Item::Bookmark);
        let entries = log.entries.iter().skip(from);
        let entries = entries.map(|stored| Item::Entry(stored.clone()));
        let registers = log.registers.values().filter(|_| request.registers);
        let registers = registers.cloned().map(Item::Register);
        let items = bookmark.into_iter().chain(entries).chain(registers);
        let message = |item| pb::WatchResponse { item: Some(item) }.encode_to_vec();
        Ok(items.map(message).collect())
    }
}
