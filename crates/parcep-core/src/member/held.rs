//! Registers as a reader judges them: now, or once it has come as far as their writers (R-REG-004).

use super::{Event, Member};
use crate::constitution::Standing;
use crate::crypto::Hash;
use crate::document::PayloadType;
use crate::id::{DeviceId, PrincipalId};
use crate::reason::Reason;
use crate::register::{RegisterKey, VerifiedRegister};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;

/// Most registers that wait to be judged again.
const MAX_HELD: usize = 64;

/// Registers that cannot be judged yet, by name.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<Vec<u8>, (pb::Register, Until)>);

/// What a register waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// A change of who belongs.
    Member,
    /// The entry at this place.
    Place(u64),
}

/// Whose register it is, what it holds, and about whom.
type Whose = (DeviceId, PayloadType, Option<PrincipalId>);

impl Member {
    /// The newest beat that each device of the household signed, as far as this member read or was told:
    /// a witness of head and time (R-CONS-008). None is kept over a restart.
    pub fn signed_beats(&self) -> impl Iterator<Item = &pb::SignedRegister> {
        self.beats.values()
    }

    /// Takes a register from a watch.
    pub(super) fn on_register_item(&mut self, register: pb::Register) {
        match self.writer_of(&register.name) {
            Some(whose) => {
                let value = self.judge_register(whose, &register);
                if value.is_some() {
                    let (writer, payload_type, _) = whose;
                    self.events
                        .push_back(Event::Register(writer, payload_type, value));
                }
            }
            // Nobody's that is known here: not yet, or never.
            None => self.hold(register, Until::Member),
        }
    }

    /// Opens a register that a relay serves, unless it goes back behind what was seen (R-REG-005). One
    /// that names a head which was not reached yet is judged again when it is.
    pub(super) fn judge_register(
        &mut self,
        whose: Whose,
        register: &pb::Register,
    ) -> Option<VerifiedRegister> {
        let (writer, payload_type, dependant) = whose;
        let key = self.register_key(writer, payload_type, dependant)?;
        let Some(verifier) = self.household().and_then(|h| h.key_of(writer)) else {
            self.hold(register.clone(), Until::Member);
            return None;
        };
        let value = key.open(register, &verifier).ok()?;
        if let Some((seq, head)) = head_of(payload_type, &value.payload) {
            self.claims_by(payload_type, seq, head);
            if seq >= self.chain.next_seq() {
                self.hold(register.clone(), Until::Place(seq));
                return None;
            }
        }
        let newer = register.version > self.notes.versions().highest(&key.name());
        if !self.accept_version(register) {
            self.events.push_back(Event::Failed(Reason::Rollback));
            return None;
        }
        if payload_type == PayloadType::Beat
            && let Ok(signed) = key.signed(register)
        {
            self.beats.insert(writer, signed);
        }
        let standing = self.household().and_then(|h| h.standing_of(writer));
        let guardian = matches!(standing, Some(Standing::Guardian(..)));
        if newer && guardian && payload_type == PayloadType::Beat {
            self.hear_beat();
        }
        Some(value)
    }

    /// The log has come further: what waited for it is judged again.
    pub(super) fn judge_held(&mut self, membership: bool) {
        let next = self.chain.next_seq();
        let due = |until: Until| match until {
            Until::Member => membership,
            Until::Place(seq) => seq < next,
        };
        let held = std::mem::take(&mut self.held.0);
        let (due, rest): (BTreeMap<_, _>, _) =
            held.into_iter().partition(|(_, (_, until))| due(*until));
        self.held.0 = rest;
        for (_, (register, _)) in due {
            self.on_register_item(register);
        }
    }

    fn hold(&mut self, register: pb::Register, until: Until) {
        let room = self.held.0.len() < MAX_HELD || self.held.0.contains_key(&register.name);
        if !room {
            self.held.0.pop_first();
        }
        self.held.0.insert(register.name.clone(), (register, until));
    }

    /// A beat says how far its writer has seen the log. A report is for its own guardians' eyes, and no
    /// witness.
    fn claims_by(&mut self, payload_type: PayloadType, seq: u64, head: Hash) {
        if payload_type == PayloadType::Beat {
            self.claims.add(seq, head);
        }
    }

    /// Whose register has this name; `None` if it is none that this device can open.
    fn writer_of(&self, name: &[u8]) -> Option<Whose> {
        let household = self.chain.household()?;
        let people = household.people().map(|(_, device)| device.id);
        let points = household.enforcement_points().map(|point| point.id);
        let beats = people.chain(points);
        let beats = beats.map(|writer| (writer, PayloadType::Beat, None));
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

    pub(super) fn on_register(&mut self, key: &RegisterKey, bytes: &[u8]) {
        let held = pb::ReadRegisterResponse::decode(bytes)
            .ok()
            .and_then(|reply| reply.register);
        let whose = (key.writer, key.payload_type, key.dependant);
        let value = held.and_then(|register| self.judge_register(whose, &register));
        let event = Event::Register(key.writer, key.payload_type, value);
        self.events.push_back(event);
    }

    /// Remembers the highest version of a register. False if this one goes back.
    pub(super) fn accept_version(&mut self, register: &pb::Register) -> bool {
        let before = self.notes.versions.clone();
        let accepted = self.notes.versions.accept(register);
        if self.notes.versions != before {
            self.events.push_back(Event::Noted);
        }
        accepted
    }
}

/// The head that a beat or a report names.
fn head_of(payload_type: PayloadType, payload: &[u8]) -> Option<(u64, Hash)> {
    let head = match payload_type {
        PayloadType::Beat => pb::Beat::decode(payload).ok()?.head,
        PayloadType::AppliedReport => pb::AppliedReport::decode(payload).ok()?.head,
        _ => None,
    }?;
    Some((head.seq, Hash::try_from(head.hash.as_slice()).ok()?))
}
