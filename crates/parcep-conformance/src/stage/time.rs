//! What an enforcement point knows about time: the keeper of core, fed as an agent feeds it.

use parcep_core::constitution::UncertainTime;
use parcep_core::document::PayloadType;
use parcep_core::member::{Event, Member};
use parcep_core::session;
use parcep_core::time::{Asked, Boot, BootId, Source, TimeKeeper};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// A device's sense of time, over its starts.
#[derive(Debug)]
pub struct Timepiece {
    /// The keeper.
    pub keeper: TimeKeeper,
    /// True time of this start.
    started: i64,
    /// Number of this start.
    starts: u64,
    /// What it stored last.
    stored: Vec<u8>,
    /// A harness's fault: the wall clock counts as two kinds of source.
    pub believes_wall: bool,
}

impl Timepiece {
    /// Of a device that a guardian pairs now.
    pub fn new(now: i64) -> Self {
        let mut piece = Self {
            keeper: TimeKeeper::new(false),
            started: now,
            starts: 1,
            stored: Vec::new(),
            believes_wall: false,
        };
        piece.tick(now, now);
        piece.keeper.first(now);
        piece.store();
        piece
    }

    /// Another start of the device: what was stored counts.
    pub fn restart(&mut self, now: i64) {
        self.started = now;
        self.starts += 1;
        if let Some(keeper) = TimeKeeper::parse(&self.stored, false) {
            self.keeper = keeper;
        }
    }

    /// Reads the clocks.
    pub fn tick(&mut self, now: i64, wall: i64) {
        let mut id = [0; 16];
        id.iter_mut()
            .zip(self.starts.to_be_bytes())
            .for_each(|(to, from)| *to = from);
        let seconds = u64::try_from(now - self.started).unwrap_or(0);
        let id = BootId(id);
        self.keeper.read(Boot { id, seconds }, Some(wall));
        if self.believes_wall {
            self.keeper.signed(Source::Guardian, wall);
            self.keeper.signed(Source::Relay, wall);
        }
        self.store();
    }

    /// Takes the beats among a member's events.
    pub fn hear(&mut self, member: &Member, events: &[Event]) {
        for event in events {
            let Event::Register(writer, PayloadType::Beat, Some(register)) = event else {
                continue;
            };
            let household = member.household();
            let who = household.and_then(|household| household.principal_of(*writer));
            let is_guardian = |id| household.is_some_and(|h| h.constitution().is_guardian(id));
            let Some(who) = who.filter(|who| is_guardian(*who)) else {
                continue;
            };
            let Ok(beat) = pb::Beat::decode(register.payload.as_slice()) else {
                continue;
            };
            self.keeper.signed(Source::Guardian, beat.time);
            let head = beat.head.unwrap_or_default();
            let hash = head.hash.as_slice().try_into();
            let root = hash
                .ok()
                .and_then(|hash| member.chain().live_root_at(head.seq, hash));
            if root.is_some_and(|root| root.0.as_slice() == beat.live_root) {
                self.keeper.heard(who, beat.time);
            }
        }
    }

    /// Takes a bookmark, if a relay key of the constitution signed it.
    pub fn bookmark(&mut self, member: &Member, bookmark: &pb::Bookmark) {
        let Ok(head) = bookmark.head.as_slice().try_into() else {
            return;
        };
        let signed = session::bookmark(
            &member.anchor().handle,
            bookmark.relay_epoch,
            bookmark.seq,
            &head,
            bookmark.time,
        );
        let relays = member.household().into_iter();
        let mut relays = relays.flat_map(|household| household.constitution().relays());
        let known = relays.any(|relay| {
            relay
                .key
                .is_some_and(|key| key.verify(&signed, &bookmark.signature).is_ok())
        });
        if known {
            self.keeper.bookmark(bookmark.time, true);
        }
    }

    /// What a decision is asked with.
    pub fn asked(&self) -> Asked {
        self.keeper.asked(UncertainTime::BudgetOnly)
    }

    fn store(&mut self) {
        self.stored = self.keeper.encode();
        self.keeper.is_stored();
    }
}
