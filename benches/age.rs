//! Age tokens beside the signatures they are made of: a presented token beside two ring Ed25519
//! verifications, a batch of 30 beside 30 ring signatures, over the same bytes; and coarsening.
#![expect(clippy::unwrap_used, reason = "a bench is a program for its authors")]

use criterion::{Criterion, criterion_group, criterion_main};
use parcep_benches::pair::{Pair, pair, smoke};
use parcep_core::age::{
    AgeInterval, AgePurpose, AgeToken, Cuts, Expectation, HolderKeys, Pins, Share, SignedToken,
    Trusted, coarsen, issue_tokens, verify_presented,
};
use parcep_core::crypto::{SigningKey, SystemRandom, Transcript, VerifyingKey, label};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use std::hint::black_box;

const MONDAY: i64 = 20_458 * 86_400;
const AUDIENCE: &str = "https://games.example";
const NONCE: [u8; 16] = [7; 16];
const BATCH: usize = 30;

struct Bench {
    issuer: SigningKey,
    trusted: [VerifyingKey; 1],
    token: AgeToken,
    keys: Vec<VerifyingKey>,
    shown: Vec<u8>,
    cuts: Cuts,
}

impl Bench {
    fn new() -> Self {
        let mut random = SystemRandom::new();
        let issuer = SigningKey::from_seed([1; 32]).unwrap();
        let trusted = [issuer.public()];
        let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
        let fresh = HolderKeys::generate(BATCH, cuts.clone(), &mut random).unwrap();
        let known = AgeInterval::new(14, Some(15)).unwrap();
        let token = AgeToken::new(coarsen(known, &cuts), MONDAY, 4).unwrap();
        let keys = fresh.public();
        let signed = issue_tokens(&token, &keys, &issuer).unwrap();
        let mut batch = fresh.receive(&signed, &trusted, MONDAY).unwrap();
        let share = Share::Allowed { cuts: None };
        let admitted = Pins::new().admit(AUDIENCE, &cuts, &share, 0).unwrap();
        let shown = batch.present(&admitted, AgePurpose::AccessGate, &NONCE, MONDAY);
        Self {
            shown: shown.unwrap().bytes,
            issuer,
            trusted,
            token,
            keys,
            cuts,
        }
    }

    fn verify(&self) -> usize {
        let expected = Expectation {
            issuers: Trusted::Keys(&self.trusted),
            audience: AUDIENCE,
            purpose: AgePurpose::AccessGate,
            nonce: Some(&NONCE),
            now: MONDAY + 86_400,
        };
        let read = verify_presented(black_box(&self.shown), expected).unwrap();
        usize::from(read.exact_cell)
    }

    fn batch(&self) -> Vec<SignedToken> {
        issue_tokens(black_box(&self.token), &self.keys, &self.issuer).unwrap()
    }
}

/// A public key, what was signed and the signature: all that ring needs.
struct Signed {
    public: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn verify(&self) {
        UnparsedPublicKey::new(&ED25519, &self.public)
            .verify(black_box(&self.message), &self.signature)
            .unwrap();
    }
}

/// The two signatures of a presented token.
fn parts(shown: &[u8], issuer: &VerifyingKey) -> [Signed; 2] {
    let shown = pb::PresentedAge::decode(shown).unwrap();
    let signed = shown.token.unwrap();
    let token = pb::AgeToken::decode(signed.token.as_slice()).unwrap();
    let by_issuer = Transcript::new(label::AGE_TOKEN).bytes(&signed.token);
    let by_holder = Transcript::new(label::AGE_PRESENTATION)
        .bytes(&signed.token)
        .bytes(&shown.presentation);
    [
        Signed {
            public: issuer.as_bytes().to_vec(),
            message: by_issuer.as_bytes().to_vec(),
            signature: signed.signature,
        },
        Signed {
            public: token.holder_key,
            message: by_holder.as_bytes().to_vec(),
            signature: shown.holder_signature,
        },
    ]
}

fn age(criterion: &mut Criterion) {
    let bench = Bench::new();
    let [by_issuer, by_holder] = parts(&bench.shown, &bench.trusted[0]);
    let two = || {
        by_issuer.verify();
        by_holder.verify();
        1
    };
    let ring = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let messages: Vec<Vec<u8>> = bench.batch().iter().map(message_of).collect();
    let thirty = || -> usize {
        let signatures = messages.iter().map(|message| ring.sign(black_box(message)));
        signatures.map(|one| one.as_ref().len()).sum()
    };
    let signatures = |tokens: Vec<SignedToken>| -> usize { tokens.len() * 64 };
    assert_eq!(bench.verify(), two());
    assert_eq!(signatures(bench.batch()), thirty());

    let rounds = if smoke() { 1 } else { 101 };
    let verify = pair(
        rounds,
        16,
        || repeat(16, || bench.verify()),
        || repeat(16, two),
    );
    say("verify a presented token / two ring verifications", &verify);
    let batch = || signatures(bench.batch());
    let issue = pair(rounds, 1, batch, thirty);
    say("batch of 30 / 30 ring signatures", &issue);

    let ages: Vec<AgeInterval> = (0..100)
        .map(|years| AgeInterval::new(years, Some(years + 1)).unwrap())
        .collect();
    let all = || -> usize {
        let told = ages
            .iter()
            .map(|known| coarsen(*known, black_box(&bench.cuts)));
        told.filter(|told| told.exact_cell).count()
    };
    let coarse = pair(rounds, 100, all, || ages.len());
    println!("coarsen: {:.1} ns at best (goal 2000)", coarse.ours);

    criterion.bench_function("verify a presented token", |b| b.iter(|| bench.verify()));
    criterion.bench_function("two ring verifications", |b| b.iter(two));
    criterion.bench_function("batch of 30 tokens", |b| b.iter(|| bench.batch()));
    criterion.bench_function("30 ring signatures", |b| b.iter(thirty));
    criterion.bench_function("coarsen 100 ages", |b| b.iter(all));
}

/// What the issuer signed of a token.
fn message_of(signed: &SignedToken) -> Vec<u8> {
    let signed = pb::SignedAgeToken::decode(signed.to_bytes().as_slice()).unwrap();
    let transcript = Transcript::new(label::AGE_TOKEN).bytes(&signed.token);
    transcript.as_bytes().to_vec()
}

fn repeat(times: usize, work: impl Fn() -> usize) -> usize {
    (0..times).map(|_| work()).sum()
}

fn say(what: &str, pair: &Pair) {
    let (low, high) = pair.quartiles;
    println!(
        "{what}: {:.0} µs and {:.0} µs at best, ratio {:.3} ({low:.3} to {high:.3}; goal 1.2)",
        pair.ours / 1_000.0,
        pair.reference / 1_000.0,
        pair.ratio,
    );
}

criterion_group!(benches, age);
criterion_main!(benches);
