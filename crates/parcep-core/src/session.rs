//! What is signed between a device and a relay (R-RELAY-004, R-RELAY-012).

use crate::crypto::{Hash, Transcript, VerifyingKey, label};
use parcep_proto::v1alpha1 as pb;

/// Bytes that an access key signs to open a session.
///
/// `expires_at` is the challenge's, in seconds since 1970-01-01T00:00:00Z.
pub fn challenge(relay_id: &[u8], handle: &[u8], nonce: &[u8], expires_at: i64) -> Transcript {
    Transcript::new(label::SESSION)
        .bytes(relay_id)
        .bytes(handle)
        .bytes(nonce)
        .seconds(expires_at)
}

/// Bytes that a relay key signs to say where a log stands. `time` in seconds.
pub fn bookmark(handle: &[u8], relay_epoch: u32, seq: u64, head: &Hash, time: i64) -> Transcript {
    Transcript::new(label::BOOKMARK)
        .bytes(handle)
        .number(relay_epoch.into())
        .number(seq)
        .bytes(head.as_bytes())
        .seconds(time)
}

/// A bookmark with the key that signed it, if it is one of these.
pub(crate) fn signed_bookmark(
    bookmark: &pb::Bookmark,
    handle: &[u8],
    keys: &[VerifyingKey],
) -> Option<pb::SignedBookmark> {
    let head = Hash::try_from(bookmark.head.as_slice()).ok()?;
    let signed = self::bookmark(
        handle,
        bookmark.relay_epoch,
        bookmark.seq,
        &head,
        bookmark.time,
    );
    let verifies = |key: &&VerifyingKey| key.verify(&signed, &bookmark.signature).is_ok();
    let key = keys.iter().find(verifies)?;
    Some(pb::SignedBookmark {
        relay_key: key.as_bytes().to_vec(),
        handle: handle.to_vec(),
        bookmark: Some(bookmark.clone()),
    })
}
