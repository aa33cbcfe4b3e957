//! Who may write what: every payload type by every kind of author has effect where the table says so, and
//! nowhere else.

use super::family::{Family, LAW, Person, TV};
use super::*;
use crate::consent::{Act, Approval, Cancel, Completion, PROPOSAL_LIFE, Proposal, Resolve};
use crate::registry::{PAYLOAD_TYPES, PayloadTypeRow, Role, State};

/// Three guardians, threshold 1: the first over both children, the second over the sibling only, the
/// third over both. A child's phone, a page of the first guardian's, a phone that the first has lost, a
/// television of the child's.
pub(super) struct Home {
    pub(super) family: Family,
    pub(super) sibling: PrincipalId,
    pub(super) childs: Person,
    pub(super) page: Person,
    lost: Person,
}

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    InScope,
    OutOfScope,
    Child,
    Television,
    Page,
    Removed,
    Stranger,
}

const WRITERS: [Writer; 7] = [
    Writer::InScope,
    Writer::OutOfScope,
    Writer::Child,
    Writer::Television,
    Writer::Page,
    Writer::Removed,
    Writer::Stranger,
];

impl Home {
    pub(super) fn new() -> Self {
        let mut family = Family::of(1, 1);
        let sibling = PrincipalId::from_bytes([9; 16]);
        let now = family.household().constitution().clone();
        let both = [family.founder.child, sibling].map(|id| Dependant {
            id,
            release_on: None,
        });
        let guardians = now.guardians().to_vec();
        let law = Constitution::new(
            guardians,
            both.to_vec(),
            1,
            now.relays().to_vec(),
            now.caps(),
        );
        assert_eq!(family.writes_law(0, law.unwrap()), LAW);
        epochs::epoch_by(&mut family.founder, None);
        family.people.extend([Person::new(31), Person::new(32)]);
        let mut guardians: Vec<_> = family.people.iter().map(Person::guardian).collect();
        guardians[1].scope = vec![sibling];
        let proposal = family.proposal(Act::Constitution(family.law_of(guardians, 1)));
        let log_id = family.log_id();
        let newcomers = family.people.iter().skip(1);
        let accepts = newcomers
            .map(|person| person.accept(log_id, &proposal))
            .collect();
        assert_eq!(family.proposes(0, &proposal.with_accepts(accepts)), LAW);

        let mut home = Self {
            family,
            sibling,
            childs: Person::new(50),
            page: Person::new(51),
            lost: Person::new(52),
        };
        let child = home.family.founder.child;
        home.devices(child, vec![home.childs.phone()]);
        let own = home.family.people[0].phone();
        let (page, lost) = (home.listed_page(), home.lost.phone());
        let first = home.family.people[0].id;
        home.devices(first, vec![own, page, lost]);
        home.devices(first, vec![own, page]);
        home.family.renews();
        home
    }

    pub(super) fn listed_page(&self) -> Device {
        Device {
            role: DeviceRole::Recovery,
            ..self.page.phone()
        }
    }

    pub(super) fn devices(&mut self, principal: PrincipalId, devices: Vec<Device>) {
        let set = PrincipalDevices { principal, devices }.encode();
        let outcome = self.family.writes(0, PayloadType::PrincipalDevices, &set);
        assert_eq!(outcome, Outcome::Effect(Effect::Devices(principal)));
    }

    fn keys(&self, writer: Writer) -> (DeviceId, SigningKey) {
        let stranger = Person::new(99);
        let people = &self.family.people;
        let person = match writer {
            Writer::InScope => &people[0],
            Writer::OutOfScope => &people[1],
            Writer::Child => &self.childs,
            Writer::Page => &self.page,
            Writer::Removed => &self.lost,
            Writer::Stranger => &stranger,
            Writer::Television => {
                let key = SigningKey::from_seed(*self.family.tv.expose_seed());
                return (TV, key.unwrap());
            }
        };
        let key = SigningKey::from_seed(*person.signing.expose_seed());
        (person.device, key.unwrap())
    }

    /// A change of the constitution that takes nothing from anybody.
    fn another_law(&self) -> Constitution {
        let now = self.family.household().constitution();
        let caps = Caps {
            unblock_max_age: Some(12),
            ..now.caps()
        };
        let (guardians, dependants) = (now.guardians().to_vec(), now.dependants().to_vec());
        Constitution::new(guardians, dependants, 1, now.relays().to_vec(), caps).unwrap()
    }

    /// What the third guardian has proposed before: the television gone, which waits a week because the
    /// first has rules, or a threshold that takes a second consent.
    fn proposes(&mut self, act: Act) -> (Proposal, (u64, Hash)) {
        let proposal = self.family.proposal(act);
        let outcome = self.family.proposes(2, &proposal);
        assert!(matches!(outcome, Outcome::Effect(Effect::Proposed(_))));
        (proposal, self.family.head())
    }

    /// The section of a document of this type that is as good as one can be, for whoever may write it.
    fn content(&mut self, payload: PayloadType, writer: Writer) -> Vec<u8> {
        let log_id = self.family.log_id();
        let child = self.family.founder.child;
        match payload {
            PayloadType::Constitution => self.another_law().encode(),
            PayloadType::PrincipalDevices => PrincipalDevices {
                principal: child,
                devices: vec![self.childs.phone(), Person::new(70).phone()],
            }
            .encode(),
            PayloadType::EnforcementPoint => {
                let tv = self
                    .family
                    .household()
                    .enforcement_point(TV)
                    .unwrap()
                    .clone();
                tv.encode()
            }
            PayloadType::RemoveEnforcementPoint => Act::RemoveEnforcementPoint(TV).encode(),
            PayloadType::Proposal => {
                let own = vec![self.family.people[0].phone(), self.listed_page()];
                let set = PrincipalDevices {
                    principal: self.family.people[0].id,
                    devices: own,
                };
                let act = match writer {
                    Writer::Page => Act::Devices(set),
                    _ => Act::Constitution(self.another_law()),
                };
                self.family.proposal(act).encode()
            }
            PayloadType::Approve | PayloadType::Cancel => {
                let now = self.another_law();
                let (guardians, dependants) = (now.guardians().to_vec(), now.dependants().to_vec());
                let two =
                    Constitution::new(guardians, dependants, 2, now.relays().to_vec(), now.caps());
                let (proposal, head) = self.proposes(Act::Constitution(two.unwrap()));
                let (hash, base) = (proposal.hash(log_id), proposal.base());
                let proof = self.family.week(head, PROPOSAL_LIFE);
                let cancel = Cancel {
                    proposal: hash,
                    proof: proof.into_iter().map(Some).collect(),
                };
                let approval = Approval {
                    proposal: hash,
                    base,
                };
                match payload {
                    PayloadType::Cancel => cancel.encode(),
                    _ => approval.encode(),
                }
            }
            PayloadType::Effect => {
                self.family.layer(0);
                let (proposal, head) = self.proposes(Act::RemoveEnforcementPoint(TV));
                let proof = self.family.week(head, family::WEEK);
                Completion {
                    proposal: proposal.hash(log_id),
                    proof: proof.into_iter().map(Some).collect(),
                }
                .encode()
            }
            PayloadType::Resolve => {
                let head = Head {
                    seq: 1,
                    hash: Hash([7; 32]),
                };
                Act::Resolve(Resolve { ended: vec![head] }).encode()
            }
            PayloadType::Moved => pb::Moved {
                uri: "https://spare.example".into(),
            }
            .encode_to_vec(),
            PayloadType::Erase => Act::Erase(log_id).encode(),
            _ => b"section".to_vec(),
        }
    }

    /// Whether a document of this type by this writer has effect.
    fn tries(&mut self, row: &PayloadTypeRow, writer: Writer) -> bool {
        let payload = row.payload;
        let bytes = self.content(payload, writer);
        let founder = &mut self.family.founder;
        let mut draft = founder.draft(payload, SectionKind::Constitution, &[]);
        draft.dependant = row.names_dependant.then_some(founder.child);
        draft.sections = row
            .sections
            .first()
            .map(|kind| (*kind, bytes))
            .into_iter()
            .collect();
        let (device, signing) = self.keys(writer);
        let founder = &mut self.family.founder;
        let mut keys = founder.keyring.clone();
        let mut wraps = Vec::new();
        if payload == PayloadType::Epoch {
            let drawn_by = match writer {
                Writer::OutOfScope => device,
                _ => founder.device,
            };
            let renewal = founder
                .household
                .draw_epoch(drawn_by, &mut founder.random)
                .unwrap();
            let members = founder.household.audiences();
            let log_id = founder.household.log_id();
            wraps = renewal
                .wraps(log_id, &members, &mut founder.random)
                .unwrap();
            keys.extend(renewal.keyring());
            draft.sections = vec![(SectionKind::Epoch, renewal.body().encode_to_vec())];
        }
        let place = Place {
            relay_epoch: if payload == PayloadType::Moved { 2 } else { 1 },
            ..founder.place()
        };
        let log_id = founder.household.log_id();
        let author = Author {
            device,
            key: &signing,
        };
        let entry = SealedBody::seal(log_id, draft, &wraps, &keys, &mut founder.random)
            .unwrap()
            .at(place, author, &keys, &mut founder.random)
            .unwrap();
        matches!(founder.take(&entry), Ok(Outcome::Effect(_)))
    }
}

/// The table of chapter 12 in the words of this test: who writes each type, in a household such as this.
fn writers(payload: PayloadType) -> &'static [Writer] {
    use Writer::{Child, InScope, OutOfScope, Page};
    match payload {
        PayloadType::Constitution
        | PayloadType::Epoch
        | PayloadType::Approve
        | PayloadType::Cancel
        | PayloadType::Resolve
        | PayloadType::Moved => &[InScope, OutOfScope],
        PayloadType::PrincipalDevices => &[InScope, Child],
        PayloadType::EnforcementPoint
        | PayloadType::PolicyLayer
        | PayloadType::Override
        | PayloadType::Identity
        | PayloadType::List
        | PayloadType::RemoveEnforcementPoint => &[InScope],
        PayloadType::Proposal => &[InScope, OutOfScope, Page],
        // The television serves the child, whom its going concerns.
        PayloadType::Effect => &[InScope, OutOfScope, Child],
        // ERASE takes every guardian; the rest is reserved, embedded, no entry, or entry 0.
        _ => &[],
    }
}

#[test]
fn every_type_has_effect_by_the_writers_of_its_row_and_by_nobody_else() {
    // R-MEM-010, R-MEM-004, R-MEM-005, R-MEM-007, R-DOC-016, R-CONS-019, R-ROLE-001
    for row in &PAYLOAD_TYPES {
        let named = writers(row.payload);
        assert!(named.is_empty() || row.state == State::V1, "{}", row.name);
        for writer in WRITERS {
            let role = match writer {
                Writer::InScope | Writer::OutOfScope => Some(Role::Guardian),
                Writer::Child => Some(Role::Dependant),
                Writer::Page => Some(Role::Recovery),
                Writer::Television => Some(Role::EnforcementPoint),
                Writer::Removed | Writer::Stranger => None,
            };
            let in_table = role.is_some_and(|role| row.roles.contains(&role));
            let has_effect = Home::new().tries(row, writer);
            assert_eq!(
                has_effect,
                named.contains(&writer),
                "{} by {writer:?}",
                row.name
            );
            assert!(
                in_table || !has_effect,
                "{} by {writer:?}: outside the table",
                row.name
            );
        }
    }
}
