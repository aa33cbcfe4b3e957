//! Age claims and requests: raw bytes, and the same behind good signatures, where most checks are.
//!
//! Laws: nothing panics; what is taken of a request is read again as the same; a claim that verifies
//! keeps R-AGE-001, R-AGE-021, R-AGE-029 and R-AGE-041.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcep_core::age::{
    AgeClaimScope, AgePurpose, AgeSignal, Ask, Batch, Expectation, Guardianship, Issuer,
    IssuerSettings, Knowledge, Once, Pins, Share, SignalRequest, SignedToken, TokenRequest,
    Trusted, verify, verify_presented,
};
use parcep_core::crypto::{
    NoRandomness, Random, SigningKey, Transcript, VerifyingKey, label, sha256,
};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::sync::LazyLock;

const WEEK: i64 = 604_800;
const NOW: i64 = 20_458 * 86_400;

struct World {
    key: SigningKey,
    trusted: [VerifyingKey; 1],
    issuer: Issuer,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = || SigningKey::from_seed([1; 32]).expect("32 bytes are a seed");
    World {
        trusted: [key().public()],
        issuer: Issuer::new(key(), IssuerSettings::default()).expect("good settings"),
        key: key(),
    }
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    match mode % 4 {
        0 => claim(data),
        1 => {
            requests(data);
            stored(data);
        }
        2 => claim(&signal(data)),
        _ => {
            let at = data.first().map_or(0, |at| usize::from(*at) % data.len());
            let (token, presentation) = data.split_at(at);
            claim(&presented(token, presentation));
        }
    }
});

fn claim(bytes: &[u8]) {
    for purpose in AgePurpose::ALL {
        let expected = Expectation {
            issuers: Trusted::Keys(&WORLD.trusted),
            audience: "a",
            purpose: *purpose,
            nonce: Some(&[7; 16]),
            now: NOW,
        };
        if let Ok(signal) = verify(bytes, expected) {
            assert!(matches!(signal.once, Once::Signal(_)));
            well_formed(&signal);
        }
        if let Ok(signal) = verify_presented(bytes, expected) {
            assert!(matches!(signal.once, Once::Token(_)));
            assert!(purpose.is_presentable());
            let life = signal.not_after - signal.issued_bucket;
            assert!(life % WEEK == 0 && (WEEK..=13 * WEEK).contains(&life));
            well_formed(&signal);
        }
    }
}

fn well_formed(signal: &AgeSignal) {
    let (lower, upper) = (signal.interval.lower(), signal.interval.upper());
    assert!(lower <= 120 && upper.is_none_or(|upper| lower < upper && upper <= 121));
    assert!(signal.claim_scope == AgeClaimScope::Range || lower >= 18);
    assert!((signal.issued_bucket..signal.not_after).contains(&NOW));
    let silent = signal.guardianship == Guardianship::default();
    assert!(signal.purpose.tells_who_governs() || silent);
}

fn requests(bytes: &[u8]) {
    if let Ok(request) = TokenRequest::from_bytes(bytes) {
        let again = TokenRequest::from_bytes(&request.to_bytes());
        assert_eq!(again.as_ref(), Ok(&request));
        let answer = WORLD
            .issuer
            .issue_tokens(Ok(&request), Knowledge::Nothing, NOW);
        assert!(answer.tokens.is_empty());
    }
    let read = SignalRequest::from_bytes(bytes);
    if let Ok(request) = &read {
        assert_eq!(
            SignalRequest::from_bytes(&request.to_bytes()).as_ref(),
            Ok(request)
        );
    }
    let ask = Ask {
        seen: "a",
        share: &Share::Allowed { cuts: None },
        mandatory: false,
        guardianship: &Guardianship::default(),
        knowledge: Knowledge::Nothing,
        now: NOW,
    };
    let request = read.as_ref().map_err(|error| *error);
    let answer = WORLD
        .issuer
        .answer(request, &ask, &mut Pins::new(), &mut NoneNeeded);
    assert!(answer.is_ok_and(|answer| answer.told.is_none()));
}

fn stored(bytes: &[u8]) {
    let _ = SignedToken::from_bytes(bytes);
    let _ = Batch::from_json(bytes);
    if let Ok(pins) = serde_json::from_slice::<Pins>(bytes) {
        let json = serde_json::to_vec(&pins).expect("pins become JSON");
        assert_eq!(serde_json::from_slice::<Pins>(&json).ok(), Some(pins));
    }
    let _ = pb::AgeSignalResponse::decode(bytes);
    let _ = pb::IssueAgeTokensResponse::decode(bytes);
}

fn key_id() -> Vec<u8> {
    sha256(WORLD.key.public().as_bytes()).0.to_vec()
}

fn signal(bytes: &[u8]) -> Vec<u8> {
    let transcript = Transcript::new(label::AGE_SIGNAL).bytes(bytes);
    pb::SignedAgeSignal {
        signal: bytes.to_vec(),
        issuer_key_id: key_id(),
        signature: WORLD.key.sign(&transcript).to_vec(),
    }
    .encode_to_vec()
}

/// The last holder key in the bytes of a token is the world's own, so that its signature holds.
fn presented(token: &[u8], presentation: &[u8]) -> Vec<u8> {
    let mut token = token.to_vec();
    token.extend([0xca, 0x01, 32]);
    token.extend(WORLD.key.public().as_bytes());
    let by_issuer = Transcript::new(label::AGE_TOKEN).bytes(&token);
    let by_holder = Transcript::new(label::AGE_PRESENTATION)
        .bytes(&token)
        .bytes(presentation);
    pb::PresentedAge {
        presentation: presentation.to_vec(),
        holder_signature: WORLD.key.sign(&by_holder).to_vec(),
        token: Some(pb::SignedAgeToken {
            issuer_key_id: key_id(),
            signature: WORLD.key.sign(&by_issuer).to_vec(),
            token,
        }),
    }
    .encode_to_vec()
}

/// An issuer that knows nothing needs no randomness.
struct NoneNeeded;

impl Random for NoneNeeded {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}
