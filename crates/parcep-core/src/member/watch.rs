//! The one stream: entries and registers as they come.

use super::engine::{Event, call};
use super::{Call, Member, Method};
use crate::document::PayloadType;
use crate::id::{DeviceId, PrincipalId};
use crate::log::Entry;
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

impl Member {
    /// The call that opens a watch from where this member stands; `None` without a session. Sync
    /// first, and after every end of the stream.
    pub fn watch(&self, registers: bool) -> Option<Call> {
        let session = self.session.as_ref()?;
        let request = pb::WatchRequest {
            session: session.token.clone(),
            from_seq: self.chain.next_seq(),
            from_hash: self.chain.head().0.to_vec(),
            registers,
        };
        (self.distrusted.is_none()).then(|| call(Method::Watch, &request))
    }

    /// Takes one message of the stream.
    pub fn watch_item(&mut self, bytes: &[u8]) {
        use pb::watch_response::Item;
        let item = pb::WatchResponse::decode(bytes).map(|message| message.item);
        match item {
            Ok(Some(Item::Entry(entry))) => match Entry::try_from(entry) {
                Ok(entry) => {
                    self.follow(entry);
                }
                Err(error) => self.distrust(error.reason(), self.chain.next_seq()),
            },
            Ok(Some(Item::Bookmark(bookmark))) => self.on_bookmark(&bookmark),
            Ok(Some(Item::Register(register))) => self.on_register_item(&register),
            // A later version's item, a notice that bodies may be pruned, or an announced act.
            Ok(Some(Item::Compaction(_) | Item::Act(_)) | None) => {}
            Err(_) => self.distrust(Reason::Malformed, self.chain.next_seq()),
        }
    }

    /// A bookmark says where the log stands. It may lag behind this member's own appends, so only
    /// another hash for the same place is a fault.
    fn on_bookmark(&mut self, bookmark: &pb::Bookmark) {
        let next_seq = bookmark.seq.saturating_add(1);
        if next_seq == self.chain.next_seq() {
            let status = pb::LogStatus {
                relay_epoch: bookmark.relay_epoch,
                next_seq,
                head: bookmark.head.clone(),
            };
            self.check_status(&status);
        }
    }

    fn on_register_item(&mut self, register: &pb::Register) {
        let Some((writer, payload_type, dependant)) = self.writer_of(&register.name) else {
            return;
        };
        let key = self.register_key(writer, payload_type, dependant);
        let value = key.and_then(|key| self.open_register(&key, register));
        if value.is_some() {
            let event = Event::Register(writer, payload_type, value);
            self.events.push_back(event);
        }
    }

    /// Whose register has this name; `None` if it is none that this device can open.
    fn writer_of(&self, name: &[u8]) -> Option<(DeviceId, PayloadType, Option<PrincipalId>)> {
        let household = self.chain.household()?;
        let beats = household
            .people()
            .map(|(_, device)| (device.id, PayloadType::Beat, None));
        let reports = household.enforcement_points().flat_map(|point| {
            let one =
                |dependant: &PrincipalId| (point.id, PayloadType::AppliedReport, Some(*dependant));
            point.dependants.iter().map(one)
        });
        beats.chain(reports).find(|(writer, payload, dependant)| {
            self.register_key(*writer, *payload, *dependant)
                .is_some_and(|key| key.name().as_bytes() == name)
        })
    }
}
