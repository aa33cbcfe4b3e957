use super::*;
use crate::constitution::{
    Caps, Dependant, DeviceRole, EnforcementPoint, Guardian, PrincipalDevices, Relay,
};
use crate::crypto::tests::Counter;
use crate::crypto::{Hash, Random, SealingKey, SigningKey};
use crate::document::{Author, DocumentError, Draft, PayloadType, Place, SealedBody, SectionKind};
use crate::epoch::{Audience, Keyring, PepCategory, Renewal};
use crate::log::{ChainError, Entry, EntryBody, Follower, Step};
use crate::policy::{HostRule, LayerAuthor, PolicyLayer, SectionName};
use crate::reason::Reason;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

mod ages;
mod alike;
mod consent;
mod delays;
mod epochs;
mod explore;
mod family;
mod kept;
mod later;
mod lists;
mod members;
mod permission;
mod recovery;
mod restarts;
mod sizes;
mod year;

/// A founder with one dependant, and everything needed to write the next entry.
pub(crate) struct Founder {
    pub(crate) random: Counter,
    pub(crate) device: DeviceId,
    pub(crate) signing: SigningKey,
    pub(crate) sealing: SealingKey,
    pub(crate) guardian: PrincipalId,
    pub(crate) child: PrincipalId,
    pub(crate) genesis: Entry,
    pub(crate) keyring: Keyring,
    pub(crate) household: Household,
    pub(crate) follower: Follower,
    pub(crate) log: Vec<Entry>,
}

impl Founder {
    pub(crate) fn new() -> Self {
        Self::with(Counter(0))
    }

    pub(crate) fn with(mut random: Counter) -> Self {
        let signing = SigningKey::generate(&mut random).unwrap();
        let sealing = SealingKey::generate(&mut random).unwrap();
        let device = DeviceId::random(&mut random).unwrap();
        let guardian = PrincipalId::random(&mut random).unwrap();
        let child = PrincipalId::random(&mut random).unwrap();
        let founding = Founding {
            log_id: LogId::random(&mut random).unwrap(),
            constitution: Constitution::new(
                vec![Guardian {
                    id: guardian,
                    scope: vec![],
                    custody: vec![],
                }],
                vec![Dependant {
                    id: child,
                    release_on: None,
                }],
                1,
                vec![Relay {
                    uri: "http://127.0.0.1:1".into(),
                    key: None,
                }],
                Caps::default(),
            )
            .unwrap(),
            devices: PrincipalDevices {
                principal: guardian,
                devices: vec![Device {
                    id: device,
                    signing: signing.public(),
                    sealing: sealing.public(),
                    role: DeviceRole::Active,
                }],
            },
            author: Author {
                device,
                key: &signing,
            },
            document_id: DocumentId::random(&mut random).unwrap(),
            issued_at: 0,
        };
        let log_id = founding.log_id;
        let (genesis, _) = found(founding, &mut random).unwrap();
        let mut keyring = Keyring::default();
        let household = join(&genesis, log_id, genesis.hash(), &sealing, &mut keyring).unwrap();
        let mut follower = Follower::new();
        follower.advance(genesis.hash());
        Self {
            random,
            device,
            signing,
            sealing,
            guardian,
            child,
            log: vec![genesis.clone()],
            genesis,
            keyring,
            household,
            follower,
        }
    }

    pub(crate) fn draft(
        &mut self,
        payload_type: PayloadType,
        kind: SectionKind,
        bytes: &[u8],
    ) -> Draft {
        let about_child = matches!(
            payload_type,
            PayloadType::PolicyLayer | PayloadType::Override | PayloadType::Identity
        );
        Draft {
            payload_type,
            document_id: DocumentId::random(&mut self.random).unwrap(),
            base: None,
            dependant: about_child.then_some(self.child),
            slot: Bytes::new(),
            sections: vec![(kind, bytes.to_vec())],
            issued_at: 0,
        }
    }

    fn place(&self) -> Place {
        Place {
            relay_epoch: 1,
            seq: self.follower.next_seq(),
            prev: self.follower.head(),
        }
    }

    pub(crate) fn write(&mut self, draft: Draft, place: Place) -> Entry {
        let log_id = self.household.log_id();
        let body = SealedBody::seal(log_id, draft, &[], &self.keyring, &mut self.random).unwrap();
        self.sign(&body, place)
    }

    fn sign(&mut self, body: &SealedBody, place: Place) -> Entry {
        let author = Author {
            device: self.device,
            key: &self.signing,
        };
        body.at(place, author, &self.keyring, &mut self.random)
            .unwrap()
    }

    pub(crate) fn take(&mut self, entry: &Entry) -> Result<Outcome, Stop> {
        let Step::Next(hash) = self.follower.check(entry).unwrap() else {
            panic!("not the next entry");
        };
        let outcome = self
            .household
            .apply(entry, &mut self.keyring, &self.sealing)?;
        self.follower.advance(hash);
        self.log.push(entry.clone());
        Ok(outcome)
    }

    pub(crate) fn append(&mut self, draft: Draft) -> Outcome {
        let entry = self.write(draft, self.place());
        self.take(&entry).unwrap()
    }
}

fn layer(founder: &mut Founder, text: &[u8]) -> Draft {
    founder.draft(PayloadType::PolicyLayer, SectionKind::Web, text)
}

#[test]
fn a_policy_layer_holds_and_its_section_opens_again() {
    let mut founder = Founder::new();
    let draft = layer(&mut founder, b"web rules");
    let id = draft.document_id;
    assert_eq!(founder.append(draft), Outcome::Effect(Effect::Document(id)));
    let live = founder.household.live_document(id).unwrap();
    assert_eq!(live.author, founder.guardian);
    let bytes = live.document.section(SectionKind::Web, &founder.keyring);
    assert_eq!(bytes.unwrap().as_slice(), b"web rules");
    let empty = live.document.section(SectionKind::Rating, &founder.keyring);
    assert!(empty.unwrap().is_empty());
}

#[test]
fn an_edit_replaces_only_what_its_author_saw() {
    // R-DOC-008: no lost update.
    let mut founder = Founder::new();
    let first = layer(&mut founder, b"1");
    let mut second = layer(&mut founder, b"2");
    let mut late = layer(&mut founder, b"3");
    let blind = layer(&mut founder, b"4");
    second.base = Some(first.document_id);
    late.base = Some(first.document_id);
    let ids = (first.document_id, second.document_id);
    founder.append(first);
    assert_eq!(
        founder.append(second),
        Outcome::Effect(Effect::Document(ids.1))
    );
    assert_eq!(founder.append(late), Outcome::NoEffect(Reason::BaseNotLive));
    assert_eq!(
        founder.append(blind),
        Outcome::NoEffect(Reason::BaseNotLive)
    );
    assert!(founder.household.live_document(ids.0).is_none());
    assert_eq!(founder.household.without_effect(), 2);
}

#[test]
fn a_document_id_has_its_effect_once() {
    let mut founder = Founder::new();
    let draft = founder.draft(PayloadType::Override, SectionKind::Override, b"lock");
    founder.append(draft.clone());
    assert_eq!(
        founder.append(draft),
        Outcome::NoEffect(Reason::DuplicateDocument)
    );
}

#[test]
fn an_entry_moved_to_another_place_has_no_effect_for_now() {
    // R-LOG-012, R-DOC-004
    let mut founder = Founder::new();
    let draft = layer(&mut founder, b"1");
    let elsewhere = Place {
        seq: 1,
        prev: Hash([9; 32]),
        relay_epoch: 1,
    };
    let mut entry = founder.write(draft, elsewhere);
    entry.prev = founder.follower.head();
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::Misplaced(Reason::WrongPlace))
    );
}

#[test]
fn a_changed_body_has_no_effect_for_now() {
    // R-LOG-007, R-LOG-012
    let mut founder = Founder::new();
    let draft = layer(&mut founder, b"1");
    let place = founder.place();
    let mut entry = founder.write(draft, place);
    let EntryBody::Kept(body) = &entry.body else {
        panic!("kept")
    };
    let mut changed = body.to_vec();
    changed[100] ^= 1;
    entry.body = EntryBody::Kept(changed.into());
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::Misplaced(Reason::BodyMismatch))
    );
}

#[test]
fn a_stranger_with_append_rights_changes_nothing() {
    let mut founder = Founder::new();
    let stranger = SigningKey::from_seed([77; 32]).unwrap();
    let draft = layer(&mut founder, b"mine now");
    let (log_id, place) = (founder.household.log_id(), founder.place());
    let body = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random);
    let author = Author {
        device: founder.device,
        key: &stranger,
    };
    let entry = body
        .unwrap()
        .at(place, author, &founder.keyring, &mut founder.random)
        .unwrap();
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::NoEffect(Reason::BadSignature))
    );
    // Bytes that open under no secret keep their place too.
    let mut junk = founder.genesis.clone();
    junk.seq = founder.follower.next_seq();
    junk.prev = founder.follower.head();
    junk.header = vec![5; 1024].into();
    assert_eq!(founder.take(&junk), Ok(Outcome::Unopened));
    let draft = layer(&mut founder, b"still works");
    assert!(matches!(founder.append(draft), Outcome::Effect(_)));
}

#[test]
fn every_flipped_bit_of_an_entry_is_named_or_without_effect() {
    let mut founder = Founder::new();
    let draft = layer(&mut founder, b"rules");
    let place = founder.place();
    let entry = founder.write(draft, place);
    let EntryBody::Kept(body) = entry.body.clone() else {
        panic!("kept")
    };
    let (clean, keyring) = (founder.household.clone(), founder.keyring.clone());
    let mut flipped = Vec::new();
    for bit in (0..entry.header.len() * 8).step_by(7) {
        let mut header = entry.header.to_vec();
        header[bit / 8] ^= 1 << (bit % 8);
        flipped.push(Entry {
            header: header.into(),
            ..entry.clone()
        });
    }
    for bit in (0..body.len() * 8).step_by(7) {
        let mut changed = body.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        flipped.push(Entry {
            body: EntryBody::Kept(changed.into()),
            ..entry.clone()
        });
    }
    for entry in flipped {
        let mut household = clean.clone();
        let outcome = household.apply(&entry, &mut keyring.clone(), &founder.sealing);
        assert!(
            !matches!(outcome, Ok(Outcome::Effect(_))),
            "an altered entry had an effect"
        );
    }
}

#[test]
fn the_wrong_genesis_is_refused() {
    let founder = Founder::new();
    let log_id = founder.household.log_id();
    let mut keyring = Keyring::default();
    let other = Hash([1; 32]);
    assert_eq!(
        join(
            &founder.genesis,
            log_id,
            other,
            &founder.sealing,
            &mut keyring
        )
        .err(),
        Some(GenesisError::WrongAnchor)
    );
    let stranger = SealingKey::from_seed([3; 32]);
    assert!(
        join(
            &founder.genesis,
            log_id,
            founder.genesis.hash(),
            &stranger,
            &mut keyring
        )
        .is_err()
    );
    assert!(keyring.is_empty(), "nothing is believed of what failed");
}

#[test]
fn a_new_epoch_hands_each_member_what_it_needs_and_no_more() {
    let mut founder = Founder::new();
    let filter_key = SealingKey::from_seed([5; 32]);
    let point = EnforcementPoint {
        id: DeviceId::from_bytes([5; 16]),
        signing: SigningKey::from_seed([6; 32]).unwrap().public(),
        sealing: filter_key.public(),
        category: PepCategory::AccessNetwork,
        dependants: vec![founder.child],
        capabilities: vec![],
        uncertain_time: Default::default(),
    };
    let draft = founder.draft(
        PayloadType::EnforcementPoint,
        SectionKind::EnforcementPoint,
        &point.encode(),
    );
    assert_eq!(
        founder.append(draft),
        Outcome::Effect(Effect::EnforcementPoint(point.id))
    );

    // Epoch 2, written by the founder for both.
    let log_id = founder.household.log_id();
    let renewal = Renewal::draw(2, [(founder.child, 2)], &mut founder.random).unwrap();
    let members = founder.household.audiences();
    let wraps = renewal
        .wraps(log_id, &members, &mut founder.random)
        .unwrap();
    assert_eq!(wraps.len(), 2);
    assert_eq!(wraps[0].len(), wraps[1].len(), "R-EPOCH-003: equal length");
    let mut new_keys = founder.keyring.clone();
    new_keys.extend(renewal.keyring());
    let draft = founder.draft(
        PayloadType::Epoch,
        SectionKind::Epoch,
        &renewal.body().encode_to_vec(),
    );
    let author = Author {
        device: founder.device,
        key: &founder.signing,
    };
    let entry = SealedBody::seal(log_id, draft, &wraps, &new_keys, &mut founder.random)
        .unwrap()
        .at(founder.place(), author, &new_keys, &mut founder.random)
        .unwrap();

    let mut filter = Keyring::default();
    let mut as_filter = founder.household.clone();
    assert_eq!(
        as_filter.apply(&entry, &mut filter, &filter_key),
        Ok(Outcome::Effect(Effect::Epoch(true)))
    );
    let child = Some(founder.child);
    assert!(filter.household(2).is_some());
    assert!(filter.section_secret(child, 2, SectionKind::Web).is_some());
    for kind in [
        SectionKind::Identity,
        SectionKind::Schedule,
        SectionKind::Residue,
    ] {
        assert!(filter.section_secret(child, 2, kind).is_none(), "{kind:?}");
    }
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::Effect(Effect::Epoch(true)))
    );
    assert_eq!(founder.household.epoch(), 2);

    // R-DOC-007: the filter opens its one section of a new layer and learns nothing of the rest.
    let mut draft = layer(&mut founder, b"web rules");
    draft
        .sections
        .push((SectionKind::Schedule, b"bedtime".to_vec()));
    let id = draft.document_id;
    let place = founder.place();
    let entry = founder.write(draft, place);
    as_filter.apply(&entry, &mut filter, &filter_key).unwrap();
    let document = &as_filter.live_document(id).unwrap().document;
    assert_eq!(
        document
            .section(SectionKind::Web, &filter)
            .unwrap()
            .as_slice(),
        b"web rules"
    );
    assert_eq!(
        document.section(SectionKind::Schedule, &filter).err(),
        Some(DocumentError::CannotOpen)
    );
}

#[test]
fn rollback_gap_and_fork_have_their_own_names() {
    let mut founder = Founder::new();
    let draft = layer(&mut founder, b"1");
    let place = founder.place();
    let ours = founder.write(draft, place);
    let draft = founder.draft(PayloadType::Override, SectionKind::Override, b"2");
    let theirs = founder.write(draft, place);
    founder.take(&ours).unwrap();
    let follower = &founder.follower;

    assert_eq!(follower.check(&ours), Ok(Step::Known));
    assert_eq!(
        follower.check(&theirs),
        Err(ChainError::Fork {
            seq: 1,
            ours: ours.hash(),
            theirs: theirs.hash()
        })
    );
    let mut later = theirs.clone();
    later.seq = 5;
    assert_eq!(
        follower.check(&later),
        Err(ChainError::Gap {
            expected: 2,
            got: 5
        })
    );
    assert_eq!(
        follower.check_status(1, founder.genesis.hash()),
        Err(ChainError::Rollback { ours: 2, theirs: 1 })
    );
    assert!(matches!(
        follower.check_status(2, theirs.hash()),
        Err(ChainError::Fork { seq: 1, .. })
    ));
    assert_eq!(follower.check_status(3, theirs.hash()), Ok(()));
    let mut random = Counter(1);
    let unrelated: [u8; 32] = random.array().unwrap();
    later.seq = 2;
    later.prev = Hash(unrelated);
    assert!(matches!(
        follower.check(&later),
        Err(ChainError::Fork { seq: 1, .. })
    ));
}

#[test]
fn what_a_device_is_to_open_and_cannot_is_pending_and_the_rest_still_counts() {
    // R-DOC-014: the filter holds the web secret only; as a phone it would need everything.
    let mut founder = Founder::new();
    let mut rules = PolicyLayer::empty(LayerAuthor::guardian("g").unwrap());
    rules.web.block.push(HostRule {
        id: "web/block".parse().unwrap(),
        host: "casino.example".parse().unwrap(),
    });
    let mut draft = layer(&mut founder, b"");
    draft.sections = rules.to_sections();
    draft
        .sections
        .push((SectionKind::Schedule, b"not a schedule".to_vec()));
    let id = draft.document_id;
    founder.append(draft);
    let child = founder.child;
    let filter = Audience::EnforcementPoint {
        device: DeviceId::from_bytes([5; 16]),
        category: PepCategory::AccessNetwork,
        dependants: vec![child],
    }
    .select(&founder.keyring);

    let needs = |category| Need::Category(category);
    let own = founder
        .household
        .view(child, &filter, needs(PepCategory::AccessNetwork));
    assert_eq!((own.pending.len(), own.layers[0].web.block.len()), (0, 1));

    let phone = founder
        .household
        .view(child, &filter, needs(PepCategory::DeviceOs));
    assert_eq!(
        phone.pending,
        [SectionName::Schedule],
        "empty sections hide nothing"
    );
    assert_eq!(phone.layers[0].web.block.len(), 1);

    let guardian = founder
        .household
        .view(child, &founder.keyring, Need::Everything);
    let damaged = [(id, SectionKind::Schedule, Reason::Malformed)];
    assert_eq!(guardian.damaged, damaged);
    assert_eq!(guardian.pending, [SectionName::Schedule]);
}
