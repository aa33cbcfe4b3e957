//! Two audiences and the issuer put together what they saw, bit by bit.

use super::*;
use std::collections::BTreeSet;

const MONDAY: i64 = 20_458 * DAY;
const AUDIENCES: [&str; 2] = ["https://one.example", "https://two.example"];
/// Persons of one cell. A random bit agrees in all pairs by chance once in 2^64.
const PERSONS: usize = 64;

/// What one person showed to both audiences, and what the issuer saw of that person.
struct Views {
    shown: [Vec<u8>; 2],
    request: Vec<u8>,
}

/// How a person gets tokens: the code under test, or a faulty stand-in.
type Getter = fn(usize, HolderKeys, &TokenRequest, &Issuer) -> Batch;

fn issuer() -> Issuer {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    Issuer::new(key, IssuerSettings::default()).unwrap()
}

fn as_issued(person: usize, keys: HolderKeys, request: &TokenRequest, issuer: &Issuer) -> Batch {
    let known = known(person);
    let tokens = issuer.issue_tokens(Ok(request), Knowledge::Known(&known), MONDAY + 3 * DAY);
    let trusted = [issuer.public()];
    let all = Trusted::Keys(&trusted);
    keys.receive(&tokens.tokens, all, MONDAY + 3 * DAY).unwrap()
}

/// All are told `[13, 16)`, and all else about them differs.
fn known(person: usize) -> Known {
    let years = u32::try_from(person % 3).unwrap();
    let age = AgeInterval::new(13 + years, Some(14 + years)).unwrap();
    let method = AgeMethod::ALL[person % 6];
    Known {
        assurance: AgeAssurance::ALL[person % 6],
        checked_day: Some(20_000 + i64::try_from(person).unwrap()),
        ..Known::declared(KnownAge::Range(age), method)
    }
}

fn views(getter: Getter) -> Vec<Views> {
    let issuer = issuer();
    let mut random = Counter(77);
    (0..PERSONS)
        .map(|person| {
            let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
            let keys = HolderKeys::generate(4, cuts.clone(), &mut random).unwrap();
            let request = keys.request(Needs::default());
            let bytes = request.to_bytes();
            let mut batch = getter(person, keys, &request, &issuer);
            let share = Share::Allowed { cuts: None };
            let mut pins = Pins::new();
            let shown = AUDIENCES.map(|audience| {
                let nonce: [u8; 16] = random.array().unwrap();
                let admitted = pins.admit(audience, &cuts, &share, 20_461).unwrap();
                let gate = AgePurpose::AccessGate;
                let shown = batch.present(&admitted, gate, &nonce, MONDAY + 4 * DAY);
                let shown = shown.unwrap();
                shown.bytes
            });
            Views {
                shown,
                request: bytes,
            }
        })
        .collect()
}

fn bit(bytes: &[u8], at: usize) -> Option<bool> {
    let byte = bytes.get(at / 8)?;
    Some(byte >> (at % 8) & 1 == 1)
}

/// A bit in which the two views of each person agree and which is not the same for everybody.
fn telling_bit(views: &[Views]) -> Option<usize> {
    let [one, two] = [0, 1].map(|at| views.iter().map(move |one| one.shown[at].as_slice()));
    let pairs: Vec<(&[u8], &[u8])> = one.zip(two).collect();
    let bits = pairs.iter().map(|(one, _)| one.len() * 8).max()?;
    (0..bits).find(|at| {
        let seen: BTreeSet<_> = pairs.iter().map(|(one, _)| bit(one, *at)).collect();
        let agree = pairs
            .iter()
            .all(|(one, two)| bit(one, *at) == bit(two, *at));
        agree && seen.len() > 1
    })
}

/// Guesses for each person at one audience who it is at the other, by the most runs of four bytes
/// in common wherever they stand; how many guesses are right.
fn right_guesses(views: &[Views]) -> usize {
    let runs = |at: usize| -> Vec<BTreeSet<&[u8]>> {
        let bytes = views.iter().map(|one| one.shown[at].windows(4).collect());
        bytes.collect()
    };
    let (here, there) = (runs(0), runs(1));
    let common = |person: usize, other: usize| here[person].intersection(&there[other]).count();
    let is_right = |person: &usize| {
        let others = (0..views.len()).filter(|other| other != person);
        let best = others.map(|other| common(*person, other)).max();
        best.is_some_and(|best| common(*person, *person) > best)
    };
    (0..views.len()).filter(is_right).count()
}

/// Nothing by which to match: no bit, and no more right guesses than luck gives, which is one.
fn cannot_be_matched(views: &[Views]) -> bool {
    telling_bit(views).is_none() && right_guesses(views) <= 6
}

/// R-AGE-019, R-AGE-020, R-AGE-009. Seeded faults: a token is shown twice; a number follows each
/// person through all tokens.
#[test]
fn age_32_two_audiences_find_nothing_by_which_to_match_a_person() {
    assert!(cannot_be_matched(&views(as_issued)));

    let mut twice = views(as_issued);
    for one in &mut twice {
        one.shown[1] = one.shown[0].clone();
    }
    assert!(telling_bit(&twice).is_some());
    assert_eq!(right_guesses(&twice), PERSONS);

    fn with_another_life(
        person: usize,
        keys: HolderKeys,
        request: &TokenRequest,
        issuer: &Issuer,
    ) -> Batch {
        let signer = SigningKey::from_seed([1; 32]).unwrap();
        let told = coarsen(AgeInterval::new(14, Some(15)).unwrap(), &request.cuts);
        let weeks = 1 + u8::try_from(person % 13).unwrap();
        let token = AgeToken::new(told, MONDAY, weeks).unwrap();
        let signed = issue_tokens(&token, &request.holder_keys, &signer).unwrap();
        let trusted = [issuer.public()];
        keys.receive(&signed, Trusted::Keys(&trusted), MONDAY)
            .unwrap()
    }
    let odd = views(with_another_life);
    assert!(
        telling_bit(&odd).is_some(),
        "a life of one's own was not noticed"
    );
}

/// R-AGE-022: the issuer sees keys and a cell, and neither audience, nor nonce, nor purpose. What
/// ties both together are the holder keys, which it has to forget (R-AGE-059).
#[test]
fn age_32_the_issuer_never_sees_the_audience() {
    for one in views(as_issued) {
        for audience in AUDIENCES {
            let name = audience.as_bytes();
            let seen = one.request.windows(name.len()).any(|part| part == name);
            assert!(!seen, "{audience} is in the request");
        }
        let keys = TokenRequest::from_bytes(&one.request).unwrap().holder_keys;
        let mut rest = one.request.clone();
        for key in &keys {
            let at = rest.windows(32).position(|run| run == key.as_bytes());
            rest.drain(at.unwrap()..at.unwrap() + 32);
        }
        for shown in &one.shown {
            let common = |seen: &[u8]| {
                shown
                    .windows(8)
                    .any(|run| seen.windows(8).any(|own| own == run))
            };
            assert!(!common(&rest), "something but the key");
            assert!(common(&one.request), "this test looks at nothing");
        }
    }
}

/// R-AGE-009, R-AGE-028: the same of signals, which an issuer on the device makes.
#[test]
fn age_32_two_audiences_of_signals_find_nothing_either() {
    let issuer = issuer();
    let mut random = Counter(78);
    let share = Share::Allowed { cuts: None };
    let views: Vec<Views> = (0..PERSONS)
        .map(|person| {
            let known = known(person);
            let shown = AUDIENCES.map(|audience| {
                let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
                let nonce: [u8; 16] = random.array().unwrap();
                let request = SignalRequest::new(audience, AgePurpose::AccessGate, cuts, nonce);
                let ask = Ask {
                    seen: audience,
                    share: &share,
                    mandatory: false,
                    guardianship: &Guardianship::default(),
                    knowledge: Knowledge::Known(&known),
                    now: MONDAY + i64::try_from(person).unwrap() * 1_000,
                };
                let answer = issuer.answer(Ok(&request), &ask, &mut Pins::new(), &mut random);
                answer.unwrap().signal_bytes().unwrap()
            });
            Views {
                shown,
                request: vec![],
            }
        })
        .collect();
    assert!(cannot_be_matched(&views));
}
