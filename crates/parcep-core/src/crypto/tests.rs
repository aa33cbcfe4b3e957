use super::*;

/// Counts up: fresh bytes that a test can repeat.
pub(crate) struct Counter(pub(crate) u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sha256(&self.0.to_be_bytes());
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}

struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}

#[test]
fn a_signature_verifies_over_its_own_transcript_only() {
    let key = SigningKey::from_seed([7; 32]).unwrap();
    let said = Transcript::new("x").bytes(b"ab").bytes(b"c");
    let signature = key.sign(&said);
    assert_eq!(key.public().verify(&said, signature.as_bytes()), Ok(()));
    // R-WIRE-001: where one part ends and the next begins is signed too.
    let moved = Transcript::new("x").bytes(b"a").bytes(b"bc");
    assert_eq!(
        key.public().verify(&moved, signature.as_bytes()),
        Err(CryptoError::BadSignature)
    );
}

#[test]
fn small_order_and_non_canonical_keys_are_refused() {
    // R-WIRE-011. Ed25519: y = 1 is the identity; with S = 0 and R = identity ring accepts anything.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut forged = [0; 64];
    forged[0] = 1;
    assert!(
        ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, identity)
            .verify(b"anything", &forged)
            .is_ok(),
        "the reason for our own check"
    );
    let hex = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];
    for key in hex {
        let bytes = crate::hex::decode(key).unwrap();
        assert_eq!(
            VerifyingKey::try_from(bytes.as_slice()),
            Err(CryptoError::WeakKey),
            "{key}"
        );
    }
    let u = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "00000000000000000000000000000000000000000000000000000000000000ff",
    ];
    for key in u {
        let bytes = crate::hex::decode(key).unwrap();
        assert_eq!(
            SealingPublic::try_from(bytes.as_slice()),
            Err(CryptoError::WeakKey),
            "{key}"
        );
    }
    let good = SealingKey::from_seed([1; 32]).public();
    assert!(SealingPublic::try_from(good.as_bytes().as_slice()).is_ok());
}

#[test]
fn a_seal_opens_under_its_own_secret_salt_and_context_only() {
    let secret = Secret::from_bytes([1; 32]);
    let context = || Transcript::new(label::MESSAGE).bytes(b"log");
    let mut sealed = Vec::new();
    MessageKey::new(&secret, &[2; 32], context())
        .unwrap()
        .seal_into(b"hello", &mut sealed)
        .unwrap();
    assert_eq!(sealed.len(), 5 + TAG_LEN);

    let same = MessageKey::new(&secret, &[2; 32], context()).unwrap();
    assert_eq!(same.open(&sealed).unwrap().as_slice(), b"hello");
    let others = [
        MessageKey::new(&Secret::from_bytes([9; 32]), &[2; 32], context()).unwrap(),
        MessageKey::new(&secret, &[3; 32], context()).unwrap(),
        MessageKey::new(&secret, &[2; 32], context().bytes(b"")).unwrap(),
    ];
    for other in others {
        assert_eq!(other.open(&sealed).err(), Some(CryptoError::SealBroken));
        assert!(!other.commits_to(same.commitment()));
    }
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(same.open(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn a_wrap_opens_for_its_device_and_info_only() {
    let (alice, bob) = (
        SealingKey::from_seed([1; 32]),
        SealingKey::from_seed([2; 32]),
    );
    let wrapped = wrap(&alice.public(), b"info", b"secret", &mut Counter(0)).unwrap();
    assert_eq!(
        open_wrap(&alice, b"info", &wrapped).unwrap().as_slice(),
        b"secret"
    );
    assert!(open_wrap(&bob, b"info", &wrapped).is_err());
    assert!(open_wrap(&alice, b"other", &wrapped).is_err());
    assert!(open_wrap(&alice, b"info", &wrapped[..31]).is_err());
}

/// R-SEC-003
#[test]
fn a_source_without_randomness_is_an_error_and_not_a_weak_key() {
    let to = SealingKey::from_seed([1; 32]).public();
    assert!(SigningKey::generate(&mut Broken).is_err());
    assert_eq!(
        wrap(&to, b"", b"", &mut Broken),
        Err(CryptoError::NoRandomness(NoRandomness))
    );
}

/// R-SEC-001
#[test]
fn secrets_and_private_keys_never_print() {
    let secret = Secret::from_bytes([0xab; 32]);
    let key = SigningKey::from_seed([0xab; 32]).unwrap();
    let text = format!("{secret:?} {key:?} {:?}", SealingKey::from_seed([0xab; 32]));
    assert!(!text.contains("abababab"), "{text}");
}
