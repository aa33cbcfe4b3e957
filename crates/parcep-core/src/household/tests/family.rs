//! Several guardians, a relay that signs and enforcement points that beat: the scene of consent.

use super::*;
use crate::consent::{Accept, Act, Approval, Cancel, Completion, Proposal, Span, Statement};
use crate::crypto::VerifyingKey;
use crate::session;
use parcep_proto::v1alpha1 as pb;

/// A person with one phone.
pub(super) struct Person {
    pub(super) id: PrincipalId,
    pub(super) device: DeviceId,
    pub(super) signing: SigningKey,
    pub(super) sealing: SealingKey,
}

impl Person {
    pub(super) fn new(seed: u8) -> Self {
        Self {
            id: PrincipalId::from_bytes([seed; 16]),
            device: DeviceId::from_bytes([seed; 16]),
            signing: SigningKey::from_seed([seed; 32]).unwrap(),
            sealing: SealingKey::from_seed([seed; 32]),
        }
    }

    pub(super) fn phone(&self) -> Device {
        Device {
            id: self.device,
            signing: self.signing.public(),
            sealing: self.sealing.public(),
            role: DeviceRole::Active,
        }
    }

    pub(super) fn guardian(&self) -> Guardian {
        Guardian {
            id: self.id,
            scope: vec![],
            custody: vec![],
        }
    }

    pub(super) fn accept(&self, log_id: LogId, proposal: &Proposal) -> Accept {
        let keys = (self.device, &self.signing, self.sealing.public());
        Accept::sign(log_id, proposal.hash(log_id), self.id, keys)
    }
}

/// A household with as many guardians as a test wants; person 0 founded it.
pub(super) struct Family {
    pub(super) founder: Founder,
    pub(super) people: Vec<Person>,
    pub(super) tv: SigningKey,
    pub(super) relay: SigningKey,
}

pub(super) const TV: DeviceId = DeviceId::from_bytes([0x77; 16]);
const HANDLE: [u8; 32] = [4; 32];

impl Family {
    /// `guardians` of them, threshold `threshold`, a relay with a key, and a television.
    pub(super) fn of(guardians: u8, threshold: u32) -> Self {
        let founder = Founder::new();
        let own = Person {
            id: founder.guardian,
            device: founder.device,
            signing: SigningKey::from_seed(*founder.signing.expose_seed()).unwrap(),
            sealing: SealingKey::from_seed(*founder.sealing.expose_seed()),
        };
        let mut family = Self {
            founder,
            people: vec![own],
            tv: SigningKey::from_seed([0x77; 32]).unwrap(),
            relay: SigningKey::from_seed([0x66; 32]).unwrap(),
        };
        family
            .people
            .extend((1..guardians).map(|n| Person::new(n + 30)));
        let law = family.law(1, 1);
        assert_eq!(
            family.writes_law(0, law),
            Outcome::Effect(Effect::Constitution)
        );
        family.adds_tv(0);
        if guardians > 1 {
            let law = family.law(guardians.into(), threshold);
            let proposal = family.proposal(Act::Constitution(law));
            let accepts = family.people.iter().skip(1);
            let accepts = accepts
                .map(|p| p.accept(family.log_id(), &proposal))
                .collect();
            let outcome = family.proposes(0, &proposal.with_accepts(accepts));
            assert_eq!(outcome, Outcome::Effect(Effect::Constitution));
        }
        family
    }

    /// A constitution of the first people, as a test may change it.
    pub(super) fn law(&self, guardians: usize, threshold: u32) -> Constitution {
        let guardians = self.people.iter().take(guardians).map(Person::guardian);
        self.law_of(guardians.collect(), threshold)
    }

    pub(super) fn law_of(&self, guardians: Vec<Guardian>, threshold: u32) -> Constitution {
        let now = self.founder.household.constitution();
        let relay = |host: &str, key: Option<VerifyingKey>| Relay {
            uri: format!("https://{host}.example"),
            key,
        };
        let relays = vec![
            relay("home", Some(self.relay.public())),
            relay("spare", None),
        ];
        let dependants = now.dependants().to_vec();
        Constitution::new(guardians, dependants, threshold, relays, now.caps()).unwrap()
    }

    pub(super) fn log_id(&self) -> LogId {
        self.founder.household.log_id()
    }

    pub(super) fn household(&self) -> &Household {
        &self.founder.household
    }

    pub(super) fn proposal(&self, act: Act) -> Proposal {
        let base = self.household().base_of(&act);
        Proposal::new(act, base.unwrap_or(DocumentId::from_bytes([0; 16])))
    }

    /// Appends a document signed by anybody's device.
    pub(super) fn signs(
        &mut self,
        (device, key): (DeviceId, &SigningKey),
        payload: PayloadType,
        bytes: &[u8],
    ) -> Outcome {
        let founder = &mut self.founder;
        let own = (founder.device, *founder.signing.expose_seed());
        founder.device = device;
        founder.signing = SigningKey::from_seed(*key.expose_seed()).unwrap();
        let kind = crate::document::sections_of(payload)[0];
        let draft = founder.draft(payload, kind, bytes);
        let outcome = founder.append(draft);
        founder.device = own.0;
        founder.signing = SigningKey::from_seed(own.1).unwrap();
        outcome
    }

    pub(super) fn writes(&mut self, who: usize, payload: PayloadType, bytes: &[u8]) -> Outcome {
        let person = &self.people[who];
        let key = SigningKey::from_seed(*person.signing.expose_seed()).unwrap();
        self.signs((person.device, &key), payload, bytes)
    }

    pub(super) fn writes_law(&mut self, who: usize, law: Constitution) -> Outcome {
        self.writes(who, PayloadType::Constitution, &law.encode())
    }

    pub(super) fn proposes(&mut self, who: usize, proposal: &Proposal) -> Outcome {
        self.writes(who, PayloadType::Proposal, &proposal.encode())
    }

    pub(super) fn approves(&mut self, who: usize, proposal: &Proposal) -> Outcome {
        let approval = Approval {
            proposal: proposal.hash(self.log_id()),
            base: proposal.base(),
        };
        self.writes(who, PayloadType::Approve, &approval.encode())
    }

    pub(super) fn cancels(&mut self, who: usize, proposal: &Proposal, proof: Vec<Span>) -> Outcome {
        let cancel = Cancel {
            proposal: proposal.hash(self.log_id()),
            proof: proof.into_iter().map(Some).collect(),
        };
        self.writes(who, PayloadType::Cancel, &cancel.encode())
    }

    pub(super) fn completes(
        &mut self,
        who: usize,
        proposal: &Proposal,
        proof: Vec<Span>,
    ) -> Outcome {
        let effect = Completion {
            proposal: proposal.hash(self.log_id()),
            proof: proof.into_iter().map(Some).collect(),
        };
        self.writes(who, PayloadType::Effect, &effect.encode())
    }

    pub(super) fn layer(&mut self, who: usize) -> Outcome {
        self.writes(who, PayloadType::PolicyLayer, b"profile")
    }

    pub(super) fn adds_tv(&mut self, who: usize) -> Outcome {
        let point = EnforcementPoint {
            id: TV,
            signing: self.tv.public(),
            sealing: SealingKey::from_seed([0x77; 32]).public(),
            category: PepCategory::Tv,
            dependants: vec![self.founder.child],
            capabilities: vec![],
            uncertain_time: Default::default(),
        };
        self.writes(who, PayloadType::EnforcementPoint, &point.encode())
    }

    /// An epoch of the founder's, so that other entries have effect again.
    pub(super) fn renews(&mut self) {
        if self.household().needs_epoch() {
            let outcome = epochs::epoch_by(&mut self.founder, None);
            assert_eq!(outcome, Outcome::Effect(Effect::Epoch(true)));
        }
    }

    /// Head of the log as it stands.
    pub(super) fn head(&self) -> (u64, Hash) {
        let follower = &self.founder.follower;
        (follower.next_seq() - 1, follower.head())
    }

    pub(super) fn beat(&self, who: usize, head: (u64, Hash), time: i64) -> Statement {
        let person = &self.people[who];
        beat(self.log_id(), person.device, &person.signing, head, time)
    }

    pub(super) fn tv_beat(&self, head: (u64, Hash), time: i64) -> Statement {
        beat(self.log_id(), TV, &self.tv, head, time)
    }

    pub(super) fn bookmark(&self, (seq, hash): (u64, Hash), time: i64) -> Statement {
        let signed = session::bookmark(&HANDLE, 1, seq, &hash, time);
        let bookmark = pb::Bookmark {
            seq,
            head: hash.0.to_vec(),
            time,
            relay_epoch: 1,
            signature: self.relay.sign(&signed).to_vec(),
        };
        Statement::of_bookmark(self.relay.public(), &HANDLE, &bookmark).unwrap()
    }

    /// A week, seen by the relay and the television at one head.
    pub(super) fn week(&self, head: (u64, Hash), seconds: i64) -> Vec<Span> {
        let span = |earlier, later| Span { earlier, later };
        vec![
            span(
                self.bookmark(head, 1_000),
                self.bookmark(head, 1_000 + seconds),
            ),
            span(
                self.tv_beat(head, 9_000),
                self.tv_beat(head, 9_000 + seconds),
            ),
        ]
    }
}

/// A beat, signed as it stands in a register.
pub(super) fn beat(
    log_id: LogId,
    device: DeviceId,
    key: &SigningKey,
    (seq, hash): (u64, Hash),
    time: i64,
) -> Statement {
    let payload = pb::Beat {
        time,
        head: Some(pb::HeadRef {
            seq,
            hash: hash.0.to_vec(),
        }),
        ..pb::Beat::default()
    };
    let document = pb::RegisterDocument {
        log_id: log_id.to_vec(),
        name: vec![0; 32],
        version: 1,
        payload_type: PayloadType::Beat.into(),
        author_device: device.to_vec(),
        issued_at: time,
        payload: payload.encode_to_vec(),
    }
    .encode_to_vec();
    let signed = crate::crypto::Transcript::new(crate::crypto::label::REGISTER)
        .number(crate::document::payload_number(PayloadType::Beat))
        .bytes(&document);
    let signed = pb::SignedRegister {
        signature: key.sign(&signed).to_vec(),
        document,
        payload_type: PayloadType::Beat.into(),
        author_device: device.to_vec(),
    };
    Statement::of_beat(&signed).unwrap()
}

pub(super) const NOT_PERMITTED: Outcome = Outcome::NoEffect(Reason::NotPermittedByTable);
pub(super) const LAW: Outcome = Outcome::Effect(Effect::Constitution);
pub(super) const WEEK: i64 = crate::consent::DELAY;
