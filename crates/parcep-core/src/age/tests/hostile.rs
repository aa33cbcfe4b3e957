//! Whatever bytes come from outside: an answer or a reason, never a panic.

use super::*;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

const NOW: i64 = 20_458 * DAY;

fn signed(token: Vec<u8>, presentation: Vec<u8>) -> Vec<u8> {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let by_issuer = Transcript::new(label::AGE_TOKEN).bytes(&token);
    let by_holder = Transcript::new(label::AGE_PRESENTATION)
        .bytes(&token)
        .bytes(&presentation);
    pb::PresentedAge {
        token: Some(pb::SignedAgeToken {
            signature: key.sign(&by_issuer).to_vec(),
            issuer_key_id: sha256(key.public().as_bytes()).0.to_vec(),
            token,
        }),
        holder_signature: key.sign(&by_holder).to_vec(),
        presentation,
    }
    .encode_to_vec()
}

fn signed_signal(signal: Vec<u8>) -> Vec<u8> {
    let key = SigningKey::from_seed([1; 32]).unwrap();
    let transcript = Transcript::new(label::AGE_SIGNAL).bytes(&signal);
    pb::SignedAgeSignal {
        signature: key.sign(&transcript).to_vec(),
        issuer_key_id: sha256(key.public().as_bytes()).0.to_vec(),
        signal,
    }
    .encode_to_vec()
}

fn read_all(bytes: &[u8]) {
    let issuers = [SigningKey::from_seed([1; 32]).unwrap().public()];
    let expected = Expectation {
        issuers: Trusted::Keys(&issuers),
        audience: "a",
        purpose: AgePurpose::AccessGate,
        nonce: Some(&[7; 16]),
        now: NOW,
    };
    let _ = verify(bytes, expected);
    let _ = verify_presented(bytes, expected);
    let _ = SignedToken::from_bytes(bytes);
    let _ = Batch::from_json(bytes);
    let _ = serde_json::from_slice::<Pins>(bytes);
    if let Ok(request) = SignalRequest::from_bytes(bytes) {
        assert_eq!(SignalRequest::from_bytes(&request.to_bytes()), Ok(request));
    }
    if let Ok(request) = TokenRequest::from_bytes(bytes) {
        assert_eq!(TokenRequest::from_bytes(&request.to_bytes()), Ok(request));
    }
}

/// Fields and values around those of the messages, well-formed and not.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let field = (
        0u64..28,
        prop_oneof![
            4 => (0u64..22).prop_map(|n| (0u8, n)),
            1 => any::<u64>().prop_map(|n| (0u8, n)),
            3 => (0u64..70).prop_map(|n| (2u8, n)),
            1 => (0u8..8, any::<u64>()),
        ],
        any::<u8>(),
    );
    proptest::collection::vec(field, 0..24).prop_map(|fields| {
        let mut out = Vec::new();
        for (number, (kind, value), fill) in fields {
            prost::encoding::encode_varint(number << 3 | u64::from(kind), &mut out);
            prost::encoding::encode_varint(value, &mut out);
            if kind == 2 {
                out.extend(std::iter::repeat_n(
                    fill,
                    usize::try_from(value % 70).unwrap(),
                ));
            }
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// R-AGE-003, R-AGE-018, R-AGE-026
    #[test]
    fn age_50_no_bytes_make_a_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_500)) {
        read_all(&bytes);
    }

    /// The same behind good signatures, where most checks are.
    #[test]
    fn age_50_no_signed_fields_make_a_decoder_panic(token in fields(), presentation in fields()) {
        read_all(&token);
        read_all(&signed_signal(token.clone()));
        read_all(&signed(token, presentation));
    }

    /// A message that is right but for a few bytes.
    #[test]
    fn age_50_no_edit_of_a_good_message_makes_a_decoder_panic(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
        let keys = HolderKeys::generate(1, cuts.clone(), &mut Counter(1)).unwrap();
        let request = SignalRequest::new("a", AgePurpose::ConsentFlow, cuts, [7; 16]);
        let mut token = pb::AgeToken::default().encode_to_vec();
        token.extend(keys.request(Needs::default()).to_bytes());
        let good = [
            keys.request(Needs::default()).to_bytes(),
            request.to_bytes(),
            signed(token, request.to_bytes()),
            issue(&signal(), &SigningKey::from_seed([1; 32]).unwrap()).unwrap(),
        ];
        for mut bytes in good {
            for (at, value) in &edits {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            read_all(&bytes);
        }
    }
}

/// R-AGE-005, R-AGE-026: what is too much is refused before it is looked through.
#[test]
fn age_50_oversized_requests_are_invalid() {
    let cuts = pb::AgeSignalRequest {
        cuts: (1..=2_000).collect(),
        ..pb::AgeSignalRequest::default()
    };
    let mut bytes = cuts.encode_to_vec();
    assert!(SignalRequest::from_bytes(&bytes).is_err());
    bytes.resize(4_097, 0);
    assert_eq!(
        SignalRequest::from_bytes(&bytes),
        Err(InvalidRequest("request"))
    );
    assert_eq!(
        TokenRequest::from_bytes(&bytes),
        Err(InvalidRequest("request"))
    );
    let nested = [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f];
    assert!(SignalRequest::from_bytes(&nested).is_err());
    assert!(SignedToken::from_bytes(&[0; 2_049]).is_err());
}
