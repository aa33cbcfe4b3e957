//! The byte rules as a judge reads them, written from `spec/03-wire.md` and not from `parcep-core`:
//! two readings of one text, so that a shared misreading cannot pass as agreement.

use parcep_proto::v1alpha1::{Bookmark, Entry};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// 32 zero bytes: the hash before entry 0.
pub(crate) const ZERO_HASH: [u8; 32] = [0; 32];

/// Every part, the label first, preceded by its length as four bytes big-endian (R-WIRE-001).
pub(crate) fn transcript(name: &str, parts: &[&[u8]]) -> Vec<u8> {
    let label = format!("parcep/v1alpha1/{name}");
    let mut out = Vec::new();
    for part in std::iter::once(&label.as_bytes()).chain(parts) {
        // Parts are far below 4 GiB: the largest is a body of a few MiB.
        out.extend((part.len() as u32).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// Hash of an entry, pruned or not.
pub(crate) fn entry_hash(entry: &Entry) -> [u8; 32] {
    let body = match (&entry.body, &entry.body_hash) {
        (Some(blob), _) => sha256(blob).to_vec(),
        (None, Some(hash)) => hash.clone(),
        (None, None) => Vec::new(),
    };
    sha256(&transcript(
        "entry",
        &[
            &entry.seq.to_be_bytes(),
            &entry.prev,
            &entry.slot,
            &u64::from(entry.generation).to_be_bytes(),
            &sha256(&entry.header),
            &body,
        ],
    ))
}

/// What an access key signs to open a session (R-RELAY-004).
pub(crate) fn session(relay_id: &[u8], handle: &[u8], nonce: &[u8], expires_at: i64) -> Vec<u8> {
    transcript(
        "session",
        &[relay_id, handle, nonce, &expires_at.to_be_bytes()],
    )
}

/// Whether a bookmark carries the signature of this relay key (R-RELAY-012).
pub(crate) fn bookmark_is_signed(bookmark: &Bookmark, handle: &[u8], relay_key: &[u8]) -> bool {
    let signed = transcript(
        "bookmark",
        &[
            handle,
            &u64::from(bookmark.relay_epoch).to_be_bytes(),
            &bookmark.seq.to_be_bytes(),
            &bookmark.head,
            &bookmark.time.to_be_bytes(),
        ],
    );
    UnparsedPublicKey::new(&ED25519, relay_key)
        .verify(&signed, &bookmark.signature)
        .is_ok()
}

/// An Ed25519 key that signs any bytes, right or wrong.
pub(crate) struct Signer(Ed25519KeyPair);

impl Signer {
    /// The key of a seed; `None` only if the library refuses 32 bytes.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// The public half, 32 bytes.
    pub(crate) fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// A signature, 64 bytes.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parcep_core::crypto::{Hash, SigningKey};

    fn entry() -> Entry {
        Entry {
            seq: 7,
            prev: vec![9; 32],
            slot: b"slot".to_vec(),
            generation: 2,
            header: vec![1; 1024].into(),
            body: Some(vec![2; 2048].into()),
            body_hash: None,
        }
    }

    #[test]
    fn a_transcript_is_length_prefixed_parts() {
        let expected = b"\0\0\0\x11parcep/v1alpha1/x\0\0\0\x02ab\0\0\0\0";
        assert_eq!(transcript("x", &[b"ab", b""]), expected);
    }

    #[test]
    fn both_readings_of_the_entry_hash_agree() {
        let core = parcep_core::log::Entry::try_from(entry()).unwrap();
        assert_eq!(entry_hash(&entry()), core.hash().0);
    }

    #[test]
    fn pruning_a_body_keeps_the_entry_hash() {
        let mut pruned = entry();
        pruned.body_hash = pruned.body.take().map(|body| sha256(&body).to_vec());
        assert_eq!(entry_hash(&pruned), entry_hash(&entry()));
    }

    #[test]
    fn both_readings_of_session_and_bookmark_agree() {
        let core = parcep_core::session::challenge(b"relay", b"handle", b"nonce", -5);
        assert_eq!(session(b"relay", b"handle", b"nonce", -5), core.as_bytes());

        let key = SigningKey::from_seed([3; 32]).unwrap();
        let signed = parcep_core::session::bookmark(b"handle", 1, 4, &Hash([8; 32]), 99);
        let mut bookmark = Bookmark {
            seq: 4,
            head: vec![8; 32],
            time: 99,
            relay_epoch: 1,
            signature: key.sign(&signed).to_vec(),
        };
        let public = key.public();
        assert!(bookmark_is_signed(&bookmark, b"handle", public.as_bytes()));
        bookmark.seq = 5;
        assert!(!bookmark_is_signed(&bookmark, b"handle", public.as_bytes()));
    }
}
