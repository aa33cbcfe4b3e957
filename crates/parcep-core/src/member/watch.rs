//! The one stream: entries and registers as they come.

use super::engine::{Event, call};
use super::{Call, Member, Method};
use crate::crypto::Hash;
use crate::log::{Entry, ForkProof};
use crate::reason::Reason;
use crate::session;
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
            Ok(Some(Item::Bookmark(bookmark))) => self.on_bookmark(bookmark),
            Ok(Some(Item::Register(register))) => self.on_register_item(register),
            Ok(Some(Item::Act(act))) => self.events.push_back(Event::Act(Box::new(act))),
            // A later version's item, or a notice that bodies may be pruned.
            Ok(Some(Item::Compaction(_)) | None) => {}
            Err(_) => self.distrust(Reason::Malformed, self.chain.next_seq()),
        }
    }

    /// A bookmark says where the log stands. It may lag behind this member's own appends, and go
    /// before what the stream brought, so only another hash for a known place is a fault.
    fn on_bookmark(&mut self, bookmark: pb::Bookmark) {
        let Ok(head) = Hash::try_from(bookmark.head.as_slice()) else {
            return self.distrust(Reason::Malformed, bookmark.seq);
        };
        let known = self.notes.relay(&self.at.uri).relay_epoch;
        if known > 0 && bookmark.relay_epoch > known {
            // Its store went back: the next session says how far.
            self.session = None;
            return self.follow_soon();
        }
        if !self.hear(bookmark.relay_epoch) {
            return;
        }
        self.keep_bookmark(&bookmark, head);
        let ours = self.chain.follower().hash_at(bookmark.seq);
        let differs = ours.is_some_and(|ours| ours != head);
        if differs && self.distrusted.is_none() {
            self.on_chain_error(Reason::Fork, bookmark.seq);
        }
    }

    /// The newest bookmark under a relay key of the constitution, on a connection of this member: one
    /// kind of signed time (R-TIME-002).
    pub fn bookmark(&self) -> Option<&pb::SignedBookmark> {
        self.bookmark.as_ref()
    }

    /// A bookmark under a relay key of the constitution is a witness: of more than is served
    /// (R-LOG-015), and with a second one of a fork (R-MOVE-001).
    fn keep_bookmark(&mut self, bookmark: &pb::Bookmark, head: Hash) {
        let relays = self.relays().into_iter();
        let keys: Vec<_> = relays.filter_map(|(_, key)| key).collect();
        let handle = self.anchor.handle.clone();
        let Some(signed) = session::signed_bookmark(bookmark, &handle, &keys) else {
            return;
        };
        self.claims.add(bookmark.seq, head);
        let earlier = self.bookmark.replace(signed.clone());
        if let Some(proof) = earlier.and_then(|earlier| ForkProof::of_bookmarks(earlier, signed)) {
            self.events.push_back(Event::Forked(Box::new(proof)));
            self.distrust(Reason::Fork, bookmark.seq);
        }
    }
}
