//! Epochs whose every part an input chooses: number, rows of dependants, commitments, and a wraps area
//! with wraps that are honest, for somebody else, of wrong secrets, of junk, of odd lengths and counts.
//!
//! Laws: nothing panics; numbers go up by one (R-EPOCH-001); secrets count only once the epoch has effect
//! and are those that its body commits to (R-EPOCH-004, R-EPOCH-005); what an epoch hands out is bounded;
//! another member comes to the same epoch whatever its own wrap holds (R-LOG-008).
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::constitution::DeviceRole;
use parcep_core::crypto::{Secret, wrap};
use parcep_core::crypto::{Transcript, label};
use parcep_core::document::{PayloadType, SealedBody, Wraps, frame};
use parcep_core::epoch::{EpochBody, Keyring, SecretId, open_wraps};
use parcep_core::household::{Effect, Outcome};
use parcep_fuzz::family::{CHILDREN, HANDS, LOG_ID, PEOPLE};
use parcep_fuzz::log::{Log, picture};
use parcep_fuzz::{Input, has_effect};
use parcep_proto::v1alpha1 as pb;
use prost::Message;

/// Entries of one run.
const MOST: usize = 6;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    area(input.bytes());
    let mut log = Log::of_two();
    let mut outcomes = Vec::new();
    for _ in 0..MOST {
        if input.is_over() {
            break;
        }
        let before = log.clone();
        let taken = match input.below(8) {
            0 => remove_a_device(&mut log, &mut input),
            1 => log.write_epoch(input.below(5)),
            2 => log.write(0, PayloadType::Override, Some(CHILDREN[0]), vec![1]),
            _ => epoch(&mut log, &mut input),
        };
        let Some(outcome) = taken else {
            continue;
        };
        check(&before, &log, &outcome);
        outcomes.push(outcome);
    }
    let unread = |outcome: &Outcome| *outcome == Outcome::Unopened;
    let (other, theirs) = Log::follow(&log.entries, 1);
    if !outcomes.iter().chain(&theirs).any(unread) {
        assert_eq!(picture(&other), picture(&log.chain));
    }
});

/// Raw bytes as a wraps area, and as the body of an epoch.
fn area(data: &[u8]) {
    if let Ok(wraps) = Wraps::of(data) {
        assert!(
            wraps.iter().count() <= 64,
            "bounded before anything is tried"
        );
        assert!(wraps.end() <= data.len());
        assert!(wraps.iter().map(<[u8]>::len).sum::<usize>() <= data.len());
        let _ = open_wraps(&wraps, &HANDS[0].sealing, LOG_ID, 1);
    }
    if let Ok(body) = EpochBody::parse(data) {
        assert!(body.number > 0 && body.dependants.len() <= 8);
    }
}

/// The founder's laptop goes or comes back, so that an epoch is due or not.
fn remove_a_device(log: &mut Log, input: &mut Input<'_>) -> Option<Outcome> {
    let all = [
        HANDS[0].as_device(DeviceRole::Active),
        HANDS[1].as_device(DeviceRole::Active),
    ];
    let kept = 1 + input.below(2);
    let set = parcep_core::constitution::PrincipalDevices {
        principal: PEOPLE[0],
        devices: all[..kept].to_vec(),
    };
    log.write(0, PayloadType::PrincipalDevices, None, set.encode())
}

/// An epoch of the input's making, sealed under its new household secret.
fn epoch(log: &mut Log, input: &mut Input<'_>) -> Option<Outcome> {
    let author = input.below(6);
    let renewal = log
        .household()
        .draw_epoch(HANDS[author].device, &mut log.random.clone())
        .ok()?;
    let honest = renewal.keyring();
    let mut body = renewal.body();
    if input.rarely() {
        body.number = u32::try_from(input.number()).unwrap_or(u32::MAX);
    }
    change_rows(&mut body, input);
    let area = wraps(log, &honest, body.number, input)?;

    let mut keyring = log.chain.keyring().clone();
    keyring.extend(honest);
    let content = if input.rarely() {
        input.bytes().to_vec()
    } else {
        body.encode_to_vec()
    };
    let draft = log.draft(PayloadType::Epoch, None, content);
    let sealed = SealedBody::seal(LOG_ID, draft, &area, &keyring, &mut log.random).ok()?;
    let place = log.place();
    let entry = sealed
        .at(place, HANDS[author].author(), &keyring, &mut log.random)
        .ok()?;
    log.take(entry)
}

fn change_rows(body: &mut pb::EpochBody, input: &mut Input<'_>) {
    match input.below(16) {
        1 => body.dependants.reverse(),
        2 => body.dependants.truncate(1),
        3 => body.dependants.extend(body.dependants.clone()),
        4 => body.household_commitment = input.bytes().to_vec(),
        row @ 5..=8 => {
            let Some(row) = body.dependants.get_mut(row % 2) else {
                return;
            };
            match input.below(4) {
                0 => row.generation = u32::try_from(input.number()).unwrap_or(u32::MAX),
                1 => row.kinds.truncate(input.below(16)),
                2 => row.dependant_id = input.one(&PEOPLE).to_vec(),
                _ => {
                    let at = input.below(row.kinds.len());
                    if let Some(kind) = row.kinds.get_mut(at) {
                        kind.commitment = vec![input.byte(); 32];
                    }
                }
            }
        }
        _ => {}
    }
}

/// A wrap for each of the hands that the input chooses, each of the same length or not.
fn wraps(
    log: &mut Log,
    honest: &Keyring,
    number: u32,
    input: &mut Input<'_>,
) -> Option<Vec<Vec<u8>>> {
    let info = Transcript::new(label::WRAP)
        .bytes(LOG_ID.as_bytes())
        .number(u64::from(number));
    let mut all = Vec::new();
    for hand in HANDS.iter().take(5) {
        if input.rarely() {
            continue;
        }
        let set = match input.below(12) {
            9 => lies(honest, input),
            10 => input.bytes().to_vec(),
            11 => Vec::new(),
            _ => pb::SecretSet::from(honest).encode_to_vec(),
        };
        let framed = frame(&set, 1024, 0).ok()?;
        let to = if input.rarely() {
            input.one(&HANDS)
        } else {
            hand
        };
        all.push(
            wrap(
                &to.sealing.public(),
                info.as_bytes(),
                &framed,
                &mut log.random,
            )
            .ok()?,
        );
    }
    if input.rarely() {
        all.resize(input.below(70), vec![7; 1072]);
    }
    let longest = all.iter().map(Vec::len).max()?;
    all.iter_mut().for_each(|one| one.resize(longest, 0));
    Some(all)
}

/// The honest secrets with one more, another or one of another generation.
fn lies(honest: &Keyring, input: &mut Input<'_>) -> Vec<u8> {
    let mut set = honest.clone();
    let dependant = [None, Some(CHILDREN[0]), Some(CHILDREN[1]), Some(PEOPLE[0])];
    let id = SecretId {
        dependant: *input.one(&dependant),
        generation: u32::try_from(input.number()).unwrap_or(u32::MAX),
        kind: None,
    };
    set.insert(id, Secret::from_bytes([input.byte(); 32]));
    pb::SecretSet::from(&set).encode_to_vec()
}

fn check(before: &Log, after: &Log, outcome: &Outcome) {
    let (old, new) = (before.household(), after.household());
    let (was, is) = (before.chain.keyring(), after.chain.keyring());
    match outcome {
        Outcome::Effect(Effect::Epoch(served)) => {
            assert_eq!(new.epoch(), old.epoch() + 1);
            assert!(!new.needs_epoch());
            assert_eq!(is.household(new.epoch()).is_some(), *served);
            assert!(is.len() <= was.len() + 256);
            for child in CHILDREN {
                let (old, new) = (old.generation(child), new.generation(child));
                let next = old.map_or(1, |old| old + 1);
                assert!(new == old || new == Some(next), "{old:?} to {new:?}");
            }
        }
        _ => {
            assert_eq!(new.epoch(), old.epoch());
            assert!(was == is, "secrets without an epoch");
        }
    }
    assert!(new.commits_to(is), "a secret that nobody committed to");
    if old.needs_epoch() && has_effect(outcome) {
        assert!(matches!(outcome, Outcome::Effect(Effect::Epoch(_))));
    }
}
