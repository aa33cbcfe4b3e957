//! A log that is written and followed at once.

use crate::family::{CHILDREN, HANDS, Hand, LOG_ID, OPEN_LAW, PEOPLE, law};
use crate::input::Counter;
use parcep_core::consent::{Accept, Act, Proposal};
use parcep_core::constitution::{DeviceRole, PrincipalDevices};
use parcep_core::crypto::{MessageKey, Secret, Transcript, label};
use parcep_core::document::{
    Author, Draft, PayloadType, Place, SealedBody, SectionKind, frame, sections_of,
};
use parcep_core::epoch::Keyring;
use parcep_core::household::{Founding, Household, Outcome, found};
use parcep_core::id::{DocumentId, PrincipalId};
use parcep_core::log::Entry;
use parcep_core::member::{Chain, Taken};
use parcep_core::registry;
use prost::Message as _;
use std::sync::LazyLock;

/// A log with the chain of one device that follows it, and what is needed to write on.
#[derive(Clone)]
pub struct Log {
    pub entries: Vec<Entry>,
    pub chain: Chain,
    /// The device that follows.
    pub reader: usize,
    /// Ids of documents written, for bases and repetitions.
    pub ids: Vec<DocumentId>,
    pub random: Counter,
}

/// Entry 0 by the founder, with two devices.
static GENESIS: LazyLock<Entry> = LazyLock::new(|| {
    let devices = HANDS[..2].iter();
    let founding = Founding {
        log_id: LOG_ID,
        constitution: OPEN_LAW.clone(),
        devices: PrincipalDevices {
            principal: PEOPLE[0],
            devices: devices.map(|h| h.as_device(DeviceRole::Active)).collect(),
        },
        author: HANDS[0].author(),
        document_id: DocumentId::from_bytes([1; 16]),
        issued_at: 0,
    };
    let (genesis, _) = found(founding, &mut Counter(0)).expect("a valid genesis");
    genesis
});

/// Two guardians, the second admitted by proposal and acceptance, and an epoch behind that.
static TWO: LazyLock<Log> = LazyLock::new(|| {
    let mut log = Log::new(0);
    let law = law(&PEOPLE[..2], 1).expect("a valid law");
    let act = Act::Constitution(law);
    let base = log
        .household()
        .base_of(&act)
        .expect("it replaces the first");
    let proposal = Proposal::new(act, base);
    let hash = proposal.hash(LOG_ID);
    let newcomer = &HANDS[2];
    let keys = (
        newcomer.device,
        &newcomer.signing,
        newcomer.sealing.public(),
    );
    let accept = Accept::sign(LOG_ID, hash, newcomer.principal, keys);
    let content = proposal.with_accepts(vec![accept]).encode();
    let outcome = log.write(0, PayloadType::Proposal, None, content);
    assert_eq!(outcome.as_ref().map(has_effect), Some(true), "{outcome:?}");
    let outcome = log.write_epoch(0);
    assert_eq!(outcome.as_ref().map(has_effect), Some(true), "{outcome:?}");
    log
});

impl Hand {
    pub fn author(&self) -> Author<'_> {
        Author {
            device: self.device,
            key: &self.signing,
        }
    }
}

impl Log {
    /// Behind genesis, as one of the founder's devices follows it.
    pub fn new(reader: usize) -> Self {
        let mut log = Self {
            entries: Vec::new(),
            chain: Chain::new(LOG_ID, GENESIS.hash(), Keyring::default()),
            reader,
            ids: vec![DocumentId::from_bytes([1; 16])],
            random: Counter(1_000),
        };
        log.take(GENESIS.clone());
        log
    }

    /// Behind the admission of a second guardian.
    pub fn of_two() -> Self {
        TWO.clone()
    }

    pub fn household(&self) -> &Household {
        self.chain.household().expect("genesis was read")
    }

    /// The place that comes next.
    pub fn place(&self) -> Place {
        Place {
            relay_epoch: 1,
            seq: self.chain.next_seq(),
            prev: self.chain.head(),
        }
    }

    /// What a document of this type with this content in its first section would be.
    pub fn draft(
        &mut self,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
        content: Vec<u8>,
    ) -> Draft {
        let id = DocumentId::random(&mut self.random).expect("it counts");
        self.ids.push(id);
        let first = sections_of(payload_type).first();
        Draft {
            payload_type,
            document_id: id,
            base: None,
            dependant: dependant.filter(|_| names_dependant(payload_type)),
            slot: Default::default(),
            sections: first.map(|kind| (*kind, content)).into_iter().collect(),
            issued_at: 0,
        }
    }

    /// Seals and signs a draft for the next place.
    pub fn seal(&mut self, hand: usize, draft: Draft) -> Option<Entry> {
        let keyring = self.chain.keyring();
        let body = SealedBody::seal(LOG_ID, draft, &[], keyring, &mut self.random).ok()?;
        let author = HANDS[hand].author();
        body.at(self.place(), author, keyring, &mut self.random)
            .ok()
    }

    /// Writes a document and follows it.
    pub fn write(
        &mut self,
        hand: usize,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
        content: Vec<u8>,
    ) -> Option<Outcome> {
        let draft = self.draft(payload_type, dependant, content);
        let entry = self.seal(hand, draft)?;
        self.take(entry)
    }

    /// An honest epoch, as this device may write it.
    pub fn epoch(&mut self, hand: usize) -> Option<Entry> {
        let mut random = self.random;
        let household = self.household();
        let renewal = household.draw_epoch(HANDS[hand].device, &mut random).ok()?;
        let audiences = household.audiences();
        let wraps = renewal.wraps(LOG_ID, &audiences, &mut random).ok()?;
        let mut keyring = self.chain.keyring().clone();
        keyring.extend(renewal.keyring());
        self.random = random;
        let draft = self.draft(PayloadType::Epoch, None, renewal.body().encode_to_vec());
        let body = SealedBody::seal(LOG_ID, draft, &wraps, &keyring, &mut self.random).ok()?;
        let author = HANDS[hand].author();
        body.at(self.place(), author, &keyring, &mut self.random)
            .ok()
    }

    pub fn write_epoch(&mut self, hand: usize) -> Option<Outcome> {
        let entry = self.epoch(hand)?;
        self.take(entry)
    }

    /// Follows an entry; `None` if it was refused.
    pub fn take(&mut self, entry: Entry) -> Option<Outcome> {
        match self.chain.take(&entry, &HANDS[self.reader].sealing) {
            Ok(Taken::Next(outcome)) => {
                self.entries.push(entry);
                Some(outcome)
            }
            _ => None,
        }
    }

    /// The same entries as another device follows them.
    pub fn follow(entries: &[Entry], reader: usize) -> (Chain, Vec<Outcome>) {
        let mut chain = Chain::new(LOG_ID, GENESIS.hash(), Keyring::default());
        let taken =
            entries
                .iter()
                .map_while(|entry| match chain.take(entry, &HANDS[reader].sealing) {
                    Ok(Taken::Next(outcome)) => Some(outcome),
                    _ => None,
                });
        let outcomes = taken.collect();
        (chain, outcomes)
    }
}

pub fn has_effect(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Effect(_))
}

/// Everything that holds, without secrets: two devices that differ in this see two households.
pub fn picture(chain: &Chain) -> String {
    let Some(home) = chain.household() else {
        return String::new();
    };
    let people: Vec<_> = home.people().collect();
    let points: Vec<_> = home.enforcement_points().collect();
    let open: Vec<_> = home.proposals().collect();
    let generations = CHILDREN.map(|child| home.generation(child));
    let chain = (chain.next_seq(), chain.head(), chain.live_root());
    let epoch = (
        home.epoch(),
        home.needs_epoch(),
        generations,
        home.relay_epoch(),
    );
    let end = (home.home(), home.ended(), home.resolutions());
    format!(
        "{chain:?} {epoch:?} {end:?} {} {:?} {people:?} {points:?} {open:?}",
        home.without_effect(),
        home.constitution(),
    )
}

fn names_dependant(payload_type: PayloadType) -> bool {
    registry::payload_type(payload_type).is_some_and(|row| row.names_dependant)
}

/// Derivation info and associated data of a sealed message.
fn context(kind: SectionKind, name: &[u8]) -> Transcript {
    Transcript::new(label::MESSAGE)
        .bytes(LOG_ID.as_bytes())
        .number(u64::from(i32::from(kind).unsigned_abs()))
        .bytes(name)
}

/// Salt, key commitment, ciphertext: any content as headers and registers are sealed. `padding` goes
/// behind the content where zeros belong.
pub fn seal_any(
    secret: &Secret,
    kind: SectionKind,
    name: &[u8],
    content: &[u8],
    padding: u8,
) -> Option<Vec<u8>> {
    let salt = [5; 32];
    let key = MessageKey::new(secret, &salt, context(kind, name)).ok()?;
    let mut out = salt.to_vec();
    out.extend_from_slice(key.commitment());
    let mut framed = frame(content, 1024, 80).ok()?;
    if let Some(last) = framed.last_mut().filter(|_| padding != 0) {
        *last ^= padding;
    }
    key.seal_into(&framed, &mut out).ok()?;
    Some(out)
}

/// Salt and ciphertext: any plaintext as sections are sealed.
pub fn seal_section(
    secret: &Secret,
    kind: SectionKind,
    id: DocumentId,
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let salt = [6; 32];
    let key = MessageKey::new(secret, &salt, context(kind, id.as_bytes())).ok()?;
    let mut out = salt.to_vec();
    key.seal_into(plaintext, &mut out).ok()?;
    Some(out)
}
