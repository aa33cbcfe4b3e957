//! What a driver keeps: every entry followed, what stands aside, notes.

use super::*;
use crate::time::{Boot, BootId};

#[derive(Default, Clone)]
pub(super) struct Disk {
    pub(super) entries: Vec<Entry>,
    pub(super) aside: Vec<u8>,
    pub(super) notes: Vec<u8>,
    /// By how much the wall clock is wrong.
    pub(super) wall_error: i64,
    /// How often, and when last, the device was started.
    pub(super) started: (u8, i64),
}

impl Disk {
    /// The disk of a member that followed a relay so far.
    pub(super) fn of(relay: &Relay, member: &Member) -> Self {
        let ours = member.head().0 as usize;
        let entries = relay.entries.iter().take(ours).cloned();
        Self {
            entries: entries.map(|e| Entry::try_from(e).unwrap()).collect(),
            aside: member.aside_bytes(),
            notes: member.notes().encode(),
            ..Self::default()
        }
    }

    pub(super) fn boot(&self, now: i64) -> Boot {
        let (starts, at) = self.started;
        Boot {
            id: BootId([starts; 16]),
            seconds: now.abs_diff(at),
        }
    }

    /// Obeys an event, as a driver does.
    pub(super) fn obey(&mut self, event: &Event, member: &mut Member) {
        match event {
            Event::Followed(entry, _) => {
                assert_eq!(entry.seq, self.entries.len() as u64, "stored in order");
                self.entries.push(entry.clone());
            }
            Event::Rewound(seq) => self.entries.truncate(*seq as usize),
            Event::GoBack { .. } => member.refold(self.entries.clone()),
            Event::Wanted { from, until } => {
                let wanted = self.entries.iter();
                let wanted = wanted.filter(|e| (*from..*until).contains(&e.seq));
                member.supply(wanted.cloned().collect::<Vec<_>>());
            }
            Event::Aside => self.aside = member.aside_bytes(),
            Event::Noted => self.notes = member.notes().encode(),
            _ => {}
        }
    }

    /// Drives a member until it comes to rest.
    pub(super) fn drive(&mut self, relay: &mut Relay, member: &mut Member, now: i64) -> Vec<Event> {
        let mut random = Counter(relay.seed + 40_000 + relay.told.len() as u64 * 1000);
        let mut events = Vec::new();
        for _ in 0..2000 {
            member.tell_boot(self.boot(now));
            let mut next = member
                .poll(now.saturating_add(self.wall_error), &mut random)
                .unwrap();
            let idle = next.is_none() && !member.is_busy();
            while let Some(call) = next {
                let reply = relay.serve(&call);
                let now = now.saturating_add(self.wall_error);
                next = member.receive(reply.as_deref().map_err(|e| *e), now, &mut random);
            }
            while let Some(event) = member.next_event() {
                self.obey(&event, member);
                events.push(event);
            }
            if idle || member.distrusted().is_some() {
                return events;
            }
        }
        panic!("the engine does not come to rest: {events:?}");
    }

    /// The keys of a member, as they come from its folder.
    pub(super) fn restart_keys(&self, member: &Member) -> Identity {
        let id = member.identity();
        Identity {
            device: id.device,
            signing: SigningKey::from_seed(*id.signing.expose_seed()).unwrap(),
            sealing: SealingKey::from_seed(*id.sealing.expose_seed()),
            access: SigningKey::from_seed(*id.access.expose_seed()).unwrap(),
        }
    }

    /// A restart: the member as it comes from this disk.
    pub(super) fn restart(&self, member: &Member) -> Member {
        let copy = self.restart_keys(member);
        let secrets = member.given.clone();
        let anchor = member.anchor().clone();
        let mut again = Member::restore(copy, anchor, secrets, self.entries.clone());
        again.remember(Notes::parse(&self.notes).unwrap());
        assert!(again.remember_aside(&self.aside, self.entries.clone()));
        again
    }
}
