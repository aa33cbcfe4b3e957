//! Registers as their writers sealed them, in any order and of any version, beside ones whose name,
//! version, writer, type or household is another, and ones that nobody sealed, through a watch and through
//! reads.
//!
//! Laws: nothing panics; what is accepted was sealed and signed by the writer of that register, as it
//! was sealed (R-REG-001, R-REG-004); a register never goes back (R-REG-005), and a newer one that is right
//! always takes the place of an older one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::crypto::{Transcript, label};
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::epoch::{Keyring, PepCategory};
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::{Event, Member, Method, Refusal};
use parcep_core::reason::Reason;
use parcep_core::register::{RegisterKey, VerifiedRegister};
use parcep_fuzz::family::{CHILDREN, HANDS, LOG_ID, anchor, identity};
use parcep_fuzz::log::seal_any;
use parcep_fuzz::{Counter, Input, Log};
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Registers of one run.
const MOST: usize = 24;

/// Two guardians and a television.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let mut log = Log::of_two();
    let point = HANDS[7].as_point(PepCategory::Tv, vec![CHILDREN[0]]);
    log.write(0, PayloadType::EnforcementPoint, None, point.encode());
    log
});

/// A register of this household: who writes it, about whom.
type Name = (usize, PayloadType, Option<PrincipalId>);
const NAMES: [Name; 4] = [
    (0, PayloadType::Beat, None),
    (2, PayloadType::Beat, None),
    (7, PayloadType::AppliedReport, Some(CHILDREN[0])),
    // A register that this household does not have.
    (7, PayloadType::AppliedReport, Some(CHILDREN[1])),
];

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let mut member = reader();
    let mut sealed: Vec<(DeviceId, PayloadType, VerifiedRegister)> = Vec::new();
    let mut served: BTreeMap<Vec<u8>, pb::Register> = BTreeMap::new();
    let mut accepted: BTreeMap<(DeviceId, i32, Vec<u8>), VerifiedRegister> = BTreeMap::new();
    for _ in 0..MOST {
        if input.is_over() {
            break;
        }
        let name = *input.one(&NAMES);
        let written = match input.rarely() {
            true => served.values().next().cloned().map(|again| (again, None)),
            false => write(name, &mut input, &mut sealed),
        };
        let (register, right) = written.unwrap_or_default();
        let about_whom = name.2.map(PrincipalId::to_vec).unwrap_or_default();
        let own = (HANDS[name.0].device, name.1.into(), about_whom);
        let before = accepted.get(&own).map_or(0, |last| last.version);
        served.insert(register.name.clone(), register.clone());
        if input.byte() & 1 == 0 {
            use pb::watch_response::Item;
            let item = Some(Item::Register(register));
            member.watch_item(&pb::WatchResponse { item }.encode_to_vec());
        } else {
            let writer = HANDS[name.0].device;
            if member.read_register(writer, name.1, name.2).is_ok() {
                drive(&mut member, &register);
            }
        }
        while let Some(event) = member.next_event() {
            if let Event::Register(writer, payload_type, Some(value)) = event {
                let own = (writer, payload_type, value.clone());
                assert!(sealed.contains(&own), "its writer did not write this");
                let name = (
                    writer,
                    payload_type.into(),
                    about(payload_type, &value.payload),
                );
                let last = accepted.insert(name, value.clone());
                let forward = last.is_none_or(|last| last.version < value.version || last == value);
                assert!(forward, "a register went back");
            }
        }
        if let Some(right) = right.filter(|right| right.version > before && name != NAMES[3]) {
            assert_eq!(accepted.get(&own), Some(&right), "a newer one was refused");
        }
    }
});

/// Whom a report is about: a device has a register for each of its dependants.
fn about(payload_type: PayloadType, payload: &[u8]) -> Vec<u8> {
    let report = pb::AppliedReport::decode(payload);
    let report = report.ok().filter(|_| payload_type != PayloadType::Beat);
    report.map(|report| report.dependant_id).unwrap_or_default()
}

fn reader() -> Member {
    let entries = LOG.entries.clone();
    let anchor = anchor(entries[0].hash());
    Member::restore(identity(1), anchor, Keyring::default(), entries)
}

fn key(name: Name) -> Option<RegisterKey> {
    let (writer, payload_type, dependant) = name;
    let (home, keyring) = (LOG.household(), LOG.chain.keyring());
    let writer = HANDS[writer].device;
    let secret = match dependant {
        None => keyring.household(home.epoch())?.clone(),
        Some(child) => keyring.writer_secret(child, home.generation(child)?, writer)?,
    };
    Some(RegisterKey {
        log_id: LOG_ID,
        payload_type,
        writer,
        dependant,
        secret,
    })
}

/// A register as its writer seals it, or one that is wrong somewhere. What may be accepted is noted, and
/// what has to be is said.
fn write(
    name: Name,
    input: &mut Input<'_>,
    sealed: &mut Vec<(DeviceId, PayloadType, VerifiedRegister)>,
) -> Option<(pb::Register, Option<VerifiedRegister>)> {
    let key = key(name)?;
    let hand = &HANDS[name.0];
    let version = u64::from(input.byte() % 6);
    let report = pb::AppliedReport {
        dependant_id: name.2.map(PrincipalId::to_vec).unwrap_or_default(),
        zone_database: if input.byte() & 1 == 0 {
            "a".into()
        } else {
            "b".into()
        },
        ..Default::default()
    };
    let payload = match name.1 {
        PayloadType::Beat => vec![input.byte() & 1; 3],
        _ => report.encode_to_vec(),
    };
    let mut document = pb::RegisterDocument {
        log_id: LOG_ID.to_vec(),
        name: key.name().0.to_vec(),
        version,
        payload_type: name.1.into(),
        author_device: hand.device.to_vec(),
        issued_at: i64::from(input.byte() & 1),
        payload,
    };
    let mut outside = document.clone();
    let mut by = hand;
    let change = input.byte();
    let mut right = change < 0xE0 || change == 0xFF;
    match change {
        0xE0..=0xE3 => by = input.one(&HANDS),
        0xE4..=0xE7 => document.version = input.number(),
        0xE8..=0xEB => document.name = input.bytes().to_vec(),
        0xEC..=0xEF => document.log_id = input.bytes().to_vec(),
        0xF0..=0xF3 => document.payload = input.bytes().to_vec(),
        0xF4..=0xF7 => document.author_device = input.one(&HANDS).device.to_vec(),
        0xF8..=0xFB => outside.author_device = input.one(&HANDS).device.to_vec(),
        0xFC => outside.payload_type = i32::from(input.byte()),
        0xFD => document.payload_type = i32::from(input.byte()),
        0xFE => {
            let junk = pb::Register {
                name: outside.name,
                version,
                value: input.bytes().to_vec(),
                expires_at: None,
            };
            return Some((junk, None));
        }
        _ => {}
    }
    // Of all this, what is right throughout may be accepted.
    let value = VerifiedRegister {
        version: document.version,
        issued_at: document.issued_at,
        payload: document.payload.clone(),
    };
    if by.device == hand.device {
        sealed.push((hand.device, name.1, value.clone()));
    }
    let bytes = document.encode_to_vec();
    let text = Transcript::new(label::REGISTER)
        .number(u64::from(outside.payload_type.unsigned_abs()))
        .bytes(&bytes);
    let signed = pb::SignedRegister {
        document: bytes,
        signature: by.signing.sign(&text).to_vec(),
        payload_type: outside.payload_type,
        author_device: outside.author_device,
    };
    let padding = if input.rarely() { input.byte() } else { 0 };
    right &= padding == 0;
    let sealed = seal_any(
        &key.secret,
        SectionKind::Register,
        key.name().as_bytes(),
        &signed.encode_to_vec(),
        padding,
    )?;
    let register = pb::Register {
        name: outside.name,
        version: outside.version,
        value: sealed,
        expires_at: None,
    };
    Some((register, right.then_some(value)))
}

/// Answers what a read needs, with this register whatever was asked for.
fn drive(member: &mut Member, register: &pb::Register) {
    let mut random = Counter(90_000);
    for _ in 0..16 {
        let mut next = member.poll(10, &mut random).expect("it draws");
        let idle = next.is_none();
        while let Some(call) = next {
            let reply = match call.method {
                Method::Challenge => Ok(pb::ChallengeResponse {
                    relay_id: vec![1; 32],
                    nonce: vec![2; 32],
                    expires_at: 60,
                }
                .encode_to_vec()),
                Method::OpenSession => {
                    let (next_seq, head) = member.head();
                    Ok(pb::OpenSessionResponse {
                        session: vec![3; 32],
                        expires_at: i64::MAX,
                        rights: vec![pb::Right::Read.into()],
                        status: Some(pb::LogStatus {
                            relay_epoch: 1,
                            next_seq,
                            head: head.0.to_vec(),
                        }),
                        ..Default::default()
                    }
                    .encode_to_vec())
                }
                Method::ReadRegister => Ok(pb::ReadRegisterResponse {
                    register: Some(register.clone()),
                }
                .encode_to_vec()),
                _ => Err(Refusal::Reason(Reason::NotPermitted)),
            };
            let reply = reply.as_deref().map_err(|refusal| *refusal);
            next = member.receive(reply, 10, &mut random);
        }
        if idle {
            return;
        }
    }
    panic!("it does not come to rest");
}
