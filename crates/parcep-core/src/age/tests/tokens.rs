//! Tokens from issue to presentation, step by step of R-AGE-018 and R-AGE-025.

use super::*;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Monday, 5 January 2026.
const MONDAY: i64 = 20_458 * DAY;
const WEEK: i64 = 7 * DAY;
const GAME: &str = "https://games.example";
const NONCE: [u8; 16] = [7; 16];

fn cuts() -> Cuts {
    Cuts::new(vec![13, 16, 18]).unwrap()
}

fn token() -> AgeToken {
    let known = AgeInterval::new(14, Some(15)).unwrap();
    AgeToken::new(coarsen(known, &cuts()), MONDAY + 3 * DAY, 4).unwrap()
}

fn issuer() -> SigningKey {
    SigningKey::from_seed([1; 32]).unwrap()
}

fn holder_keys(number: usize) -> HolderKeys {
    HolderKeys::generate(number, cuts(), &mut Counter(9)).unwrap()
}

fn batch(number: usize) -> Batch {
    let keys = holder_keys(number);
    let signed = issue_tokens(&token(), &keys.public(), &issuer()).unwrap();
    keys.receive(&signed, Trusted::Keys(&[issuer().public()]), MONDAY)
        .unwrap()
}

fn admitted() -> Admitted {
    let share = Share::Allowed { cuts: None };
    Pins::new().admit(GAME, &cuts(), &share, 0).unwrap()
}

fn shown() -> Vec<u8> {
    let gate = AgePurpose::AccessGate;
    batch(1)
        .present(&admitted(), gate, &NONCE, MONDAY)
        .unwrap()
        .bytes
}

fn expected(issuers: &[VerifyingKey]) -> Expectation<'_> {
    Expectation {
        issuers: Trusted::Keys(issuers),
        audience: GAME,
        purpose: AgePurpose::AccessGate,
        nonce: Some(&NONCE),
        now: MONDAY + DAY,
    }
}

/// A token and presentation with a field changed and everything signed anew.
fn resigned(
    spoil_token: impl FnOnce(&mut pb::AgeToken),
    spoil_presentation: impl FnOnce(&mut pb::AgePresentation),
) -> Vec<u8> {
    let holder = SigningKey::from_seed([3; 32]).unwrap();
    let mut presented = pb::PresentedAge::decode(shown().as_slice()).unwrap();
    let signed = presented.token.as_mut().unwrap();
    let mut token = pb::AgeToken::decode(signed.token.as_slice()).unwrap();
    token.holder_key = holder.public().as_bytes().to_vec();
    spoil_token(&mut token);
    signed.token = token.encode_to_vec();
    let transcript = Transcript::new(label::AGE_TOKEN).bytes(&signed.token);
    signed.signature = issuer().sign(&transcript).to_vec();
    let mut presentation = pb::AgePresentation::decode(presented.presentation.as_slice()).unwrap();
    spoil_presentation(&mut presentation);
    presented.presentation = presentation.encode_to_vec();
    let transcript = Transcript::new(label::AGE_PRESENTATION)
        .bytes(&signed.token)
        .bytes(&presented.presentation);
    presented.holder_signature = holder.sign(&transcript).to_vec();
    presented.encode_to_vec()
}

/// R-AGE-017, R-AGE-018, R-AGE-022
#[test]
fn a_presented_token_is_read_as_a_signal_for_its_audience() {
    let issuers = [issuer().public()];
    let mut batch = batch(2);
    let gate = AgePurpose::AccessGate;
    let shown = batch.present(&admitted(), gate, &NONCE, MONDAY).unwrap();
    let read = verify_presented(&shown.bytes, expected(&issuers)).unwrap();
    assert_eq!(read, shown.told);
    assert_eq!(read.interval, AgeInterval::new(13, Some(16)).unwrap());
    assert!(read.exact_cell);
    assert_eq!(read.audience, GAME);
    assert_eq!(read.binding, AgeBinding::OneTimeKey);
    assert_eq!(
        (read.issued_bucket, read.not_after),
        (MONDAY, MONDAY + 4 * WEEK)
    );
    assert_eq!(read.guardianship, Guardianship::default());
    assert_eq!(read.declarant_check, DeclarantCheck::NotSaid);
}

/// R-AGE-018: each step by itself, and of two the earlier.
#[test]
fn every_step_of_a_presentation_is_checked_in_order() {
    let issuers = [issuer().public()];
    let strangers = [SigningKey::from_seed([2; 32]).unwrap().public()];
    let good = expected(&issuers);
    let read = |bytes: &[u8], expected| verify_presented(bytes, expected).err();
    let same = |_: &mut pb::AgeToken| {};
    let as_is = |_: &mut pb::AgePresentation| {};
    assert_eq!(read(&resigned(same, as_is), good), None);
    let malformed = AgeError::Malformed;
    let bad = AgeError::Crypto(CryptoError::BadSignature);
    // Step 1, although no issuer is trusted either.
    let nobody = Expectation {
        issuers: Trusted::Keys(&[]),
        ..good
    };
    let mut long = shown();
    long.extend([0x7a; 2048]);
    assert_eq!(read(&long, nobody), Some(malformed("presented")));
    assert_eq!(read(&[0xff; 9], nobody), Some(malformed("presented")));
    assert_eq!(read(&[], nobody), Some(malformed("token")));
    // Step 2, although the token is no token.
    let empty = |token: &mut pb::AgeToken| *token = pb::AgeToken::default();
    assert_eq!(
        read(&resigned(empty, as_is), nobody),
        Some(AgeError::UntrustedIssuer)
    );
    let stranger = Expectation {
        issuers: Trusted::Keys(&strangers),
        ..good
    };
    assert_eq!(read(&shown(), stranger), Some(AgeError::UntrustedIssuer));
    // Step 3, although the token is no token.
    let mut unsigned = pb::PresentedAge::decode(resigned(empty, as_is).as_slice()).unwrap();
    unsigned.token.as_mut().unwrap().signature = vec![0; 64];
    assert_eq!(read(&unsigned.encode_to_vec(), good), Some(bad));
    // Step 4, although the key is weak too.
    let weak = |token: &mut pb::AgeToken| token.holder_key = vec![0; 32];
    let no_token: [Spoil<pb::AgeToken>; 9] = [
        ("lower_inclusive", |token| token.lower_inclusive = None),
        ("upper_exclusive", |token| token.upper_exclusive = Some(13)),
        ("claim_scope", |token| token.claim_scope = 2),
        ("claim_scope", |token| token.claim_scope = 9),
        ("method", |token| token.method = 8),
        ("declarant_check", |token| token.declarant_check = 1),
        ("issued_bucket", |token| token.issued_bucket += DAY),
        ("not_after", |token| token.not_after += DAY),
        ("holder_key", |token| token.holder_key.truncate(31)),
    ];
    for (field, spoil) in no_token {
        let both = |token: &mut pb::AgeToken| {
            weak(token);
            spoil(token);
        };
        assert_eq!(read(&resigned(both, as_is), good), Some(malformed(field)));
    }
    // Step 5, although the holder signed nothing.
    let weak_key = AgeError::Crypto(CryptoError::WeakKey);
    assert_eq!(read(&resigned(weak, as_is), good), Some(weak_key));
    // Step 6, although the presentation is none.
    let nothing = |presentation: &mut pb::AgePresentation| *presentation = Default::default();
    let mut unsigned = pb::PresentedAge::decode(resigned(same, nothing).as_slice()).unwrap();
    unsigned.holder_signature = vec![0; 64];
    assert_eq!(read(&unsigned.encode_to_vec(), good), Some(bad));
    // Step 7, although it is for somebody else.
    let elsewhere = Expectation {
        audience: "https://other.example",
        ..good
    };
    let no_presentation: [Spoil<pb::AgePresentation>; 5] = [
        ("audience", |presentation| presentation.audience.clear()),
        ("purpose", |presentation| presentation.purpose = 0),
        ("purpose", |presentation| presentation.purpose = 3),
        ("nonce", |presentation| presentation.nonce.truncate(15)),
        ("nonce", |presentation| presentation.nonce = vec![7; 65]),
    ];
    for (field, spoil) in no_presentation {
        assert_eq!(
            read(&resigned(same, spoil), elsewhere),
            Some(malformed(field))
        );
    }
    // Steps 8 to 10, each although the next fails too.
    let over = Expectation {
        now: MONDAY + 4 * WEEK,
        ..good
    };
    let other_nonce = Expectation {
        nonce: Some(&[8; 16]),
        ..over
    };
    let other_purpose = Expectation {
        purpose: AgePurpose::LegalCompliance,
        ..other_nonce
    };
    let other_audience = Expectation {
        audience: "https://games.example.evil",
        ..other_nonce
    };
    assert_eq!(
        read(&shown(), other_audience),
        Some(AgeError::WrongAudience)
    );
    assert_eq!(read(&shown(), other_purpose), Some(AgeError::WrongAudience));
    assert_eq!(read(&shown(), other_nonce), Some(AgeError::WrongNonce));
    assert_eq!(read(&shown(), over), Some(AgeError::Expired));
}

/// R-AGE-018
#[test]
fn a_presentation_with_any_bit_changed_is_refused() {
    let issuers = [issuer().public()];
    let bytes = shown();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            verify_presented(&flipped, expected(&issuers)).is_err(),
            "bit {bit}"
        );
    }
}

/// R-AGE-021
#[test]
fn a_token_lives_whole_weeks_from_a_monday() {
    let issuers = [issuer().public()];
    let read = |now| {
        verify_presented(
            &shown(),
            Expectation {
                now,
                ..expected(&issuers)
            },
        )
        .err()
    };
    assert_eq!(read(MONDAY - 1), Some(AgeError::Expired));
    assert_eq!(read(MONDAY), None);
    assert_eq!(read(MONDAY + 4 * WEEK - 1), None);
    assert_eq!(read(MONDAY + 4 * WEEK), Some(AgeError::Expired));
    let known = coarsen(AgeInterval::new(14, Some(15)).unwrap(), &cuts());
    for now in [MONDAY, MONDAY + 1, MONDAY + WEEK - 1] {
        let token = AgeToken::new(known, now, 13).unwrap();
        assert_eq!(
            (token.issued_bucket, token.not_after),
            (MONDAY, MONDAY + 13 * WEEK)
        );
    }
    for weeks in [0, 14] {
        let refused = AgeToken::new(known, MONDAY, weeks);
        assert_eq!(refused, Err(AgeError::Malformed("not_after")));
    }
    for now in [i64::MIN, i64::MAX] {
        assert!(AgeToken::new(known, now, 4).is_err());
    }
    assert_eq!(AgeToken::new(known, -1, 1).unwrap().issued_bucket, -3 * DAY);
}

/// R-AGE-019
#[test]
fn age_27_thirty_tokens_differ_by_holder_key_and_signature_alone() {
    let keys = holder_keys(30);
    let signed = issue_tokens(&token(), &keys.public(), &issuer()).unwrap();
    let first = &signed[0].0;
    let mut seen = std::collections::BTreeSet::new();
    for (key, one) in keys.public().iter().zip(&signed) {
        let key = key.as_bytes();
        assert!(seen.insert(*key), "a key twice");
        assert_eq!(one.0.issuer_key_id, first.issuer_key_id);
        let without = |signed: &pb::SignedAgeToken, key: &[u8; 32]| {
            let at = signed
                .token
                .windows(32)
                .position(|part| part == key)
                .unwrap();
            [&signed.token[..at], &signed.token[at + 32..]].concat()
        };
        let (this, that) = (
            without(&one.0, key),
            without(first, keys.public()[0].as_bytes()),
        );
        assert_eq!(this, that, "something but the key differs");
    }
    assert_eq!(seen.len(), 30);
}

/// R-AGE-020: what was shown is gone, and each token has a key of its own.
#[test]
fn age_28_a_token_is_shown_once_and_its_key_is_gone() {
    let issuers = [issuer().public()];
    let mut batch = batch(3);
    let gate = AgePurpose::AccessGate;
    let mut memory = ReplayMemory::new(100);
    for left in [2, 1, 0] {
        let shown = batch.present(&admitted(), gate, &NONCE, MONDAY).unwrap();
        assert_eq!(batch.len(), left);
        let read = verify_presented(&shown.bytes, expected(&issuers)).unwrap();
        let mut first = || memory.first_time(read.once, read.not_after, MONDAY + DAY);
        assert_eq!(first(), Ok(()));
        assert_eq!(first(), Err(ReplayError::Replayed), "the same token twice");
        let elsewhere = Expectation {
            audience: "https://other.example",
            ..expected(&issuers)
        };
        let refused = verify_presented(&shown.bytes, elsewhere);
        assert_eq!(refused, Err(AgeError::WrongAudience));
    }
    let empty = batch.present(&admitted(), gate, &NONCE, MONDAY);
    assert_eq!(empty, Err(AgeError::Malformed("tokens")));
}

/// R-AGE-007, R-AGE-018, R-AGE-022
#[test]
fn age_29_a_challenge_that_is_missing_short_or_stale_is_refused() {
    let issuers = [issuer().public()];
    let none_given = Expectation {
        nonce: None,
        ..expected(&issuers)
    };
    assert_eq!(
        verify_presented(&shown(), none_given),
        Err(AgeError::WrongNonce)
    );
    let stale = Expectation {
        nonce: Some(&[6; 16]),
        ..expected(&issuers)
    };
    assert_eq!(verify_presented(&shown(), stale), Err(AgeError::WrongNonce));
    for nonce in [&[][..], &[7; 15], &[7; 65]] {
        let mut batch = batch(1);
        let refused = batch.present(&admitted(), AgePurpose::AccessGate, nonce, MONDAY);
        assert_eq!(refused, Err(AgeError::Malformed("nonce")));
        assert_eq!(batch.len(), 1, "nothing was used up");
    }
}

/// R-AGE-022: consent needs a signal.
#[test]
fn a_token_is_shown_for_access_and_for_law_only() {
    for purpose in AgePurpose::ALL {
        let shown = batch(1).present(&admitted(), *purpose, &NONCE, MONDAY);
        assert_eq!(
            shown.is_ok(),
            purpose.is_presentable(),
            "{}",
            purpose.name()
        );
    }
    let mut batch = batch(1);
    for (now, refused) in [(MONDAY - 1, true), (MONDAY, false)] {
        let shown = batch.present(&admitted(), AgePurpose::LegalCompliance, &NONCE, now);
        assert_eq!(shown.err(), refused.then_some(AgeError::Expired));
    }
}

/// R-AGE-037: a batch for other cut points tells an audience nothing.
#[test]
fn tokens_for_other_cut_points_are_not_shown() {
    let share = Share::Allowed { cuts: None };
    let other = Cuts::new(vec![18]).unwrap();
    let admitted = Pins::new().admit(GAME, &other, &share, 0).unwrap();
    let mut batch = batch(1);
    let shown = batch.present(&admitted, AgePurpose::AccessGate, &NONCE, MONDAY);
    assert_eq!(shown, Err(AgeError::Malformed("cuts")));
    let mut request = SignalRequest::new(GAME, AgePurpose::AccessGate, cuts(), NONCE);
    assert!(batch.answers(&request));
    request.needs.least_assurance = AgeAssurance::Standard;
    assert!(
        !batch.answers(&request),
        "nothing was told about how sure it is"
    );
    request.needs.least_assurance = AgeAssurance::NotTold;
    request.cuts = other;
    assert!(!batch.answers(&request));
}

/// R-AGE-025
#[test]
fn a_batch_with_anything_odd_about_it_is_discarded() {
    let trusted = [issuer().public()];
    let keys = || holder_keys(3);
    let signed = issue_tokens(&token(), &keys().public(), &issuer()).unwrap();
    let take =
        |signed: &[SignedToken], now| keys().receive(signed, Trusted::Keys(&trusted), now).err();
    let odd = Some(AgeError::Malformed("tokens"));
    assert_eq!(take(&signed, MONDAY), None);
    assert_eq!(take(&signed[..2], MONDAY), odd, "one too few");
    assert_eq!(take(&[], MONDAY), odd);
    let more = [&signed[..], &signed[..1]].concat();
    assert_eq!(take(&more, MONDAY), odd, "one too many");
    let swapped = [signed[1].clone(), signed[0].clone(), signed[2].clone()];
    assert_eq!(take(&swapped, MONDAY), odd, "in another order");
    assert_eq!(take(&signed, MONDAY + 4 * WEEK), Some(AgeError::Expired));
    assert_eq!(take(&signed, MONDAY - 1), Some(AgeError::Expired));
    // One odd token among the three marks a person.
    let one_odd = |odd: AgeToken| {
        let own = keys().public();
        let odd = issue_tokens(&odd, &own[1..2], &issuer()).unwrap();
        vec![signed[0].clone(), odd[0].clone(), signed[2].clone()]
    };
    let later = AgeToken {
        issued_bucket: MONDAY + WEEK,
        ..token()
    };
    assert_eq!(take(&one_odd(later), MONDAY + WEEK), odd);
    let sure = AgeToken {
        assurance: AgeAssurance::Asserted,
        ..token()
    };
    assert_eq!(take(&one_odd(sure), MONDAY), odd);
    // A field of a later version marks as well as any.
    let marked = |number: usize| {
        let mut marked = signed.clone();
        let one = &mut marked[number].0;
        one.token.extend([0xf8, 0x01, 0x07]);
        let transcript = Transcript::new(label::AGE_TOKEN).bytes(&one.token);
        one.signature = issuer().sign(&transcript).to_vec();
        marked
    };
    assert_eq!(take(&marked(1), MONDAY), odd);
    assert_eq!(take(&marked(0), MONDAY), odd);
}

/// R-AGE-025: the same mark on every token of a person links what is shown to two audiences.
#[test]
fn a_batch_with_room_for_a_mark_is_discarded() {
    let trusted = [issuer().public()];
    type Mark = (&'static str, fn(&mut pb::AgeToken) -> Vec<u8>);
    let table: [Mark; 4] = [
        ("a field of a later version", |_| vec![0xf8, 0x01, 0x07]),
        ("a binding of a later version", |token| {
            token.binding = 7_777;
            vec![]
        }),
        ("a class of a later version", |token| {
            token.established = 99;
            vec![]
        }),
        ("a field twice", |_| vec![0x20, 0x07]),
    ];
    for (what, spoil) in table {
        let keys = holder_keys(2);
        let mut signed = issue_tokens(&token(), &keys.public(), &issuer()).unwrap();
        for one in &mut signed {
            let mut wire = pb::AgeToken::decode(one.0.token.as_slice()).unwrap();
            let more = spoil(&mut wire);
            one.0.token = [wire.encode_to_vec(), more].concat();
            let transcript = Transcript::new(label::AGE_TOKEN).bytes(&one.0.token);
            one.0.signature = issuer().sign(&transcript).to_vec();
        }
        let all = Trusted::Keys(&trusted);
        assert!(
            check_batch(&keys.public(), &signed, all, MONDAY).is_ok(),
            "{what}"
        );
        let taken = keys.receive(&signed, all, MONDAY);
        assert_eq!(taken.err(), Some(AgeError::Malformed("tokens")), "{what}");
    }
}

/// R-AGE-024: a key serves in its days; which these are is known when the token is read.
#[test]
fn a_key_is_trusted_for_what_was_issued_in_its_days() {
    let list = |from: &str, until: &str| {
        let key = crate::hex::encode(issuer().public().as_bytes());
        let json = serde_json::json!({"format": "parcep-age-trust/1", "issuers": [{
            "name": "Example Age", "role": "age_provider", "key": key, "from": from,
            "until": until, "practice_statement": "https://age.example/practice",
        }]});
        TrustList::parse(json.to_string().as_bytes()).unwrap()
    };
    let table = [
        ("2026-01-05", "2026-01-06", None),
        ("2025-01-01", "2026-01-05", Some(AgeError::UntrustedIssuer)),
        ("2026-01-06", "2027-01-01", Some(AgeError::UntrustedIssuer)),
    ];
    for (from, until, refused) in table {
        let list = list(from, until);
        let by_list = Expectation {
            issuers: Trusted::List(&list),
            ..expected(&[])
        };
        assert_eq!(verify_presented(&shown(), by_list).err(), refused, "{from}");
        let keys = holder_keys(1);
        let signed = issue_tokens(&token(), &keys.public(), &issuer()).unwrap();
        let taken = keys.receive(&signed, Trusted::List(&list), MONDAY);
        assert_eq!(taken.err(), refused, "{from}");
        // Before the holder key is looked at, and after the shape.
        let weak = |token: &mut pb::AgeToken| token.holder_key = vec![0; 32];
        let weak = verify_presented(&resigned(weak, |_| {}), by_list).err();
        let weak_key = AgeError::Crypto(CryptoError::WeakKey);
        assert_eq!(weak, Some(refused.unwrap_or(weak_key)), "{from}");
    }
}

/// R-AGE-025, R-AGE-037: a bound that was not asked for would get around what is kept for audiences.
#[test]
fn a_batch_with_a_bound_that_was_not_asked_for_is_discarded() {
    let fine = AgeToken {
        interval: AgeInterval::new(14, Some(15)).unwrap(),
        ..token()
    };
    let keys = holder_keys(2);
    let signed = issue_tokens(&fine, &keys.public(), &issuer()).unwrap();
    let taken = keys.receive(&signed, Trusted::Keys(&[issuer().public()]), MONDAY);
    assert_eq!(taken.err(), Some(AgeError::Malformed("cuts")));
}

/// R-AGE-024, R-AGE-025
#[test]
fn age_49_a_key_that_is_not_on_the_list_is_refused_by_the_holder() {
    let for_one_person = SigningKey::from_seed([66; 32]).unwrap();
    let trusted = [issuer().public()];
    let keys = holder_keys(2);
    let all = issue_tokens(&token(), &keys.public(), &for_one_person).unwrap();
    let refused = keys.receive(&all, Trusted::Keys(&trusted), MONDAY);
    assert_eq!(refused.err(), Some(AgeError::UntrustedIssuer));
    // Nor with two keys that are both on it: one batch, one key.
    let both = [issuer().public(), for_one_person.public()];
    let keys = holder_keys(2);
    let own = keys.public();
    let mut mixed = issue_tokens(&token(), &own[..1], &issuer()).unwrap();
    mixed.extend(issue_tokens(&token(), &own[1..], &for_one_person).unwrap());
    let refused = keys.receive(&mixed, Trusted::Keys(&both), MONDAY);
    assert_eq!(refused.err(), Some(AgeError::Malformed("tokens")));
}

#[test]
fn a_batch_survives_a_restart_and_not_an_edit() {
    let mut kept = batch(2);
    let json = kept.expose_json();
    let mut again = Batch::from_json(&json).unwrap();
    assert_eq!(
        (again.said(), again.cuts(), again.len()),
        (kept.said(), kept.cuts(), 2)
    );
    let gate = AgePurpose::AccessGate;
    let shown = again.present(&admitted(), gate, &NONCE, MONDAY).unwrap();
    assert_eq!(
        shown,
        kept.present(&admitted(), gate, &NONCE, MONDAY).unwrap()
    );
    assert_eq!(Batch::from_json(&again.expose_json()).unwrap().len(), 1);
    let text = String::from_utf8(json.to_vec()).unwrap();
    for (from, to) in [
        ("batch/1", "batch/2"),
        ("[13,16,18]", "[13,14]"),
        ("\"seed\":\"", "\"seed\":\"00"),
        ("\"token\":\"0a", "\"token\":\"ff"),
    ] {
        let edited = text.replace(from, to);
        assert_ne!(edited, text);
        assert!(Batch::from_json(edited.as_bytes()).is_err(), "{from}");
    }
    let mut other: serde_json::Value = serde_json::from_str(&text).unwrap();
    other["tokens"][0]["seed"] = other["tokens"][1]["seed"].clone();
    assert!(
        Batch::from_json(other.to_string().as_bytes()).is_err(),
        "another's key"
    );
}

#[test]
fn a_batch_has_one_to_thirty_keys() {
    for number in [0, 31] {
        let refused = HolderKeys::generate(number, cuts(), &mut Counter(1));
        assert_eq!(refused.err(), Some(AgeError::Malformed("holder_keys")));
    }
    let printed = format!("{:?}", batch(1));
    let seed = Counter(9).array::<32>().unwrap();
    assert!(
        !printed.contains(&crate::hex::encode(&seed)),
        "a key is printed"
    );
}
