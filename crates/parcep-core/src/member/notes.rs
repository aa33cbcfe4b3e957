//! What a member has to remember beside keys and log: versions of registers, what it knows of each
//! relay, keys it revoked, and who has access.

use super::Versions;
use crate::crypto::Hash;
use crate::id::PrincipalId;
use crate::time::{Boot, BootId};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};

/// Most relays remembered; a constitution lists 8, and another 8 may have come before.
const MAX_RELAYS: usize = 16;
/// Most revoked keys remembered, and most granted ones: as many as a household may have.
const MAX_REVOKED: usize = 64;
/// How long a key that was revoked is revoked again after a restore, seconds (R-MOVE-017).
const REVOKED_FOR: i64 = 90 * 86_400;
/// How long a key that was granted is granted again after a restore, seconds (R-MOVE-034).
const GRANTED_FOR: i64 = 90 * 86_400;

/// A driver stores [`Notes::encode`] behind each [`Event::Noted`], and hands it back to
/// [`Member::remember`] at the start. Whoever loses it loses no rule: registers could be served older
/// than they were seen, a relay's id is pinned anew, and what was destroyed may be handed out again.
///
/// [`Event::Noted`]: super::Event::Noted
/// [`Member::remember`]: super::Member::remember
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notes {
    pub(super) versions: Versions,
    relays: BTreeMap<String, RelayNote>,
    revoked: Vec<(Vec<u8>, i64)>,
    granted: Vec<(pb::AccessKey, i64)>,
    access: Vec<pb::AccessKey>,
    erased: BTreeSet<PrincipalId>,
    erasing: BTreeSet<PrincipalId>,
    ran: Ran,
    /// When a beat that was new was accepted last, by [`Notes::ran`] (R-MOVE-023).
    pub(super) beat_at: i64,
}

/// How long this device has run, as far as it knows for certain: boot time summed over starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ran {
    seconds: i64,
    /// The reading that they count up to.
    boot: Option<Boot>,
}

impl Ran {
    fn until(self, boot: Boot) -> Self {
        let passed = match self.boot {
            Some(before) if before.id == boot.id => boot.seconds.saturating_sub(before.seconds),
            // Of the time since the last reading this start is a part.
            Some(_) => boot.seconds,
            None => 0,
        };
        Self {
            seconds: self.seconds.saturating_add_unsigned(passed),
            boot: Some(boot),
        }
    }
}

/// What is known of one relay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelayNote {
    /// Its id, once a session was opened (R-RELAY-035).
    pub id: Option<Hash>,
    /// The highest relay epoch that it announced; 0 before the first.
    pub relay_epoch: u32,
    /// When it was last heard in this relay epoch: boot time summed over starts, seconds.
    pub heard_at: i64,
    /// When it was last heard in the relay epoch before, by the same count.
    pub heard_before: Option<i64>,
    /// Whether its store went back, and it was not seen to have everything again since.
    pub lacks: bool,
    /// When it was asked last while another one was at hand, by the same count (R-MOVE-023).
    pub asked_at: Option<i64>,
    /// Whether what was granted and revoked is still to be said again there (R-MOVE-017, R-MOVE-034).
    pub unsaid: bool,
}

impl Notes {
    /// Versions of registers.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// What is known of the relay at this address.
    pub fn relay(&self, uri: &str) -> RelayNote {
        self.relays.get(uri).cloned().unwrap_or_default()
    }

    /// How long this device has run, seconds of boot time summed over starts. While it was off it knows of
    /// nothing (R-MOVE-013).
    pub(super) fn ran(&self) -> i64 {
        self.ran.seconds
    }

    /// Takes a reading of boot time. True if it is to be stored: once an hour.
    pub(super) fn run_until(&mut self, boot: Boot) -> bool {
        let before = self.ran;
        self.ran = before.until(boot);
        let hour = |ran: Ran| ran.seconds.div_euclid(3_600);
        hour(self.ran) > hour(before) || before.boot.map(|b| b.id) != Some(boot.id)
    }

    /// The access list as it was last read (R-MOVE-027).
    pub fn access(&self) -> &[pb::AccessKey] {
        &self.access
    }

    /// Dependants whose secrets were destroyed for good (R-PRIV-014).
    pub fn erased(&self) -> &BTreeSet<PrincipalId> {
        &self.erased
    }

    /// False if it was noted before.
    pub(super) fn note_erased(&mut self, dependant: PrincipalId) -> bool {
        self.erased.insert(dependant)
    }

    /// Dependants whose secrets were destroyed, and whom a wrap for the present sealing key still names.
    pub(super) fn erasing(&self) -> &BTreeSet<PrincipalId> {
        &self.erasing
    }

    pub(super) fn note_erasing(&mut self, erasing: BTreeSet<PrincipalId>) {
        self.erasing = erasing;
    }

    /// The highest relay epoch that any relay announced; 0 for none.
    pub(super) fn highest_relay_epoch(&self) -> u32 {
        let epochs = self.relays.values().map(|note| note.relay_epoch);
        epochs.max().unwrap_or(0)
    }

    pub(super) fn note_relay(&mut self, uri: &str, note: RelayNote) {
        let room = self.relays.len() < MAX_RELAYS || self.relays.contains_key(uri);
        if !room {
            self.relays.pop_first();
        }
        self.relays.insert(uri.to_owned(), note);
    }

    /// Who has access now; `whole` if the relay lacks nothing that it had. Then a key that it does not name
    /// was removed by somebody.
    pub(super) fn note_access(&mut self, keys: Vec<pb::AccessKey>, whole: bool) {
        if whole {
            let stands = |granted: &pb::AccessKey| {
                let mut keys = keys.iter();
                keys.any(|key| key.access_key == granted.access_key)
            };
            self.granted.retain(|(granted, _)| stands(granted));
        }
        self.access = keys;
    }

    /// False if it was noted before.
    pub(super) fn note_revoked(&mut self, key: Vec<u8>, now: i64) -> bool {
        let before = self.revoked.len();
        self.revoked.retain(|(old, _)| *old != key);
        let anew = self.revoked.len() == before;
        if self.revoked.len() == MAX_REVOKED {
            self.revoked.remove(0);
        }
        self.granted.retain(|(old, _)| old.access_key != key);
        self.revoked.push((key, now));
        anew
    }

    /// The relay does not know this key any more.
    pub(super) fn note_gone(&mut self, key: &[u8]) {
        self.access.retain(|access| access.access_key != key);
    }

    /// A key that was not revoked after all, or was granted again.
    pub(super) fn forget_revoked(&mut self, key: &[u8]) {
        self.revoked.retain(|(old, _)| old != key);
    }

    pub(super) fn note_granted(&mut self, access: pb::AccessKey, now: i64) {
        self.forget_revoked(&access.access_key);
        self.granted
            .retain(|(old, _)| old.access_key != access.access_key);
        if self.granted.len() == MAX_REVOKED {
            self.granted.remove(0);
        }
        self.granted.push((access, now));
    }

    /// Keys to be granted again after a restore (R-MOVE-034).
    pub(super) fn granted(&self, now: i64) -> Vec<pb::AccessKey> {
        let recent = self.granted.iter();
        let recent = recent.filter(|(_, at)| now.saturating_sub(*at) <= GRANTED_FOR);
        recent.map(|(access, _)| access.clone()).collect()
    }

    /// Keys to be revoked again after a restore (R-MOVE-017).
    pub(super) fn revoked(&self, now: i64) -> Vec<Vec<u8>> {
        let recent = self
            .revoked
            .iter()
            .filter(|(_, at)| now.saturating_sub(*at) <= REVOKED_FOR);
        recent.map(|(key, _)| key.clone()).collect()
    }

    /// The bytes to store. They hold no secret, but keys of members at relays.
    pub fn encode(&self) -> Vec<u8> {
        let relays = self.relays.iter().map(|(uri, note)| Relay {
            uri: uri.clone(),
            id: note.id.map(|id| id.0.to_vec()),
            relay_epoch: note.relay_epoch,
            heard_at: note.heard_at,
            heard_before: note.heard_before,
            lacks: note.lacks,
            asked_at: note.asked_at,
            unsaid: note.unsaid,
        });
        let revoked = self.revoked.iter().map(|(key, at)| Revoked {
            key: key.clone(),
            at: *at,
        });
        let granted = self.granted.iter().map(|(access, at)| Granted {
            access: Some(access.clone()),
            at: *at,
        });
        Stored {
            format: FORMAT,
            versions: self.versions.encode(),
            relays: relays.collect(),
            revoked: revoked.collect(),
            access: self.access.clone(),
            erased: self.erased.iter().map(|id| id.to_vec()).collect(),
            erasing: self.erasing.iter().map(|id| id.to_vec()).collect(),
            ran: self.ran.seconds,
            start: self.ran.boot.map(|boot| boot.id.0.to_vec()),
            boot: self.ran.boot.map_or(0, |boot| boot.seconds),
            granted: granted.collect(),
            beat_at: self.beat_at,
        }
        .encode_to_vec()
    }

    /// Reads what [`Notes::encode`] wrote; `None` for anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let stored = Stored::decode(bytes).ok()?;
        if stored.format != FORMAT {
            return None;
        }
        let mut notes = Self {
            versions: Versions::parse(&stored.versions)?,
            access: stored.access,
            beat_at: stored.beat_at,
            ..Self::default()
        };
        for relay in stored.relays {
            let id = relay.id.map(|id| Hash::try_from(id.as_slice()));
            let note = RelayNote {
                id: id.transpose().ok()?,
                relay_epoch: relay.relay_epoch,
                heard_at: relay.heard_at,
                heard_before: relay.heard_before,
                lacks: relay.lacks,
                asked_at: relay.asked_at,
                unsaid: relay.unsaid,
            };
            notes.note_relay(&relay.uri, note);
        }
        let revoked = stored.revoked.into_iter().take(MAX_REVOKED);
        notes.erased = ids(&stored.erased)?;
        notes.erasing = ids(&stored.erasing)?;
        let start = stored.start.map(<[u8; 16]>::try_from);
        let seconds = stored.boot;
        notes.ran = Ran {
            seconds: stored.ran,
            boot: start.transpose().ok()?.map(|id| Boot {
                id: BootId(id),
                seconds,
            }),
        };
        let granted = stored.granted.into_iter().take(MAX_REVOKED);
        let granted = granted.filter_map(|row| Some((row.access?, row.at)));
        notes.granted = granted.collect();
        notes.revoked = revoked.map(|row| (row.key, row.at)).collect();
        Some(notes)
    }
}

fn ids(rows: &[Vec<u8>]) -> Option<BTreeSet<PrincipalId>> {
    let ids = rows.iter().map(|id| PrincipalId::try_from(id.as_slice()));
    ids.collect::<Result<_, _>>().ok()
}

/// Format of the stored bytes.
const FORMAT: u32 = 1;

#[derive(Clone, PartialEq, prost::Message)]
struct Stored {
    #[prost(uint32, tag = "1")]
    format: u32,
    #[prost(bytes = "vec", tag = "2")]
    versions: Vec<u8>,
    #[prost(message, repeated, tag = "3")]
    relays: Vec<Relay>,
    #[prost(message, repeated, tag = "4")]
    revoked: Vec<Revoked>,
    #[prost(message, repeated, tag = "5")]
    access: Vec<pb::AccessKey>,
    #[prost(bytes = "vec", repeated, tag = "6")]
    erased: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "7")]
    erasing: Vec<Vec<u8>>,
    #[prost(int64, tag = "8")]
    ran: i64,
    #[prost(bytes = "vec", optional, tag = "9")]
    start: Option<Vec<u8>>,
    #[prost(uint64, tag = "10")]
    boot: u64,
    #[prost(message, repeated, tag = "11")]
    granted: Vec<Granted>,
    #[prost(int64, tag = "12")]
    beat_at: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Granted {
    #[prost(message, optional, tag = "1")]
    access: Option<pb::AccessKey>,
    #[prost(int64, tag = "2")]
    at: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Relay {
    #[prost(string, tag = "1")]
    uri: String,
    #[prost(bytes = "vec", optional, tag = "2")]
    id: Option<Vec<u8>>,
    #[prost(uint32, tag = "3")]
    relay_epoch: u32,
    #[prost(int64, tag = "4")]
    heard_at: i64,
    #[prost(int64, optional, tag = "5")]
    heard_before: Option<i64>,
    #[prost(bool, tag = "6")]
    lacks: bool,
    #[prost(int64, optional, tag = "8")]
    asked_at: Option<i64>,
    #[prost(bool, tag = "9")]
    unsaid: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Revoked {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(int64, tag = "2")]
    at: i64,
}
