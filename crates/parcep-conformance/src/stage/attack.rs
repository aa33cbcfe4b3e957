//! What an attacker between relay and product does, by name.

use super::lie::Lie;
use super::relay::Log;
use super::relay::restore::Backup;
use super::{Broken, Family, Relay, Seeded, Wire as _};
use bytes::Bytes;
use parcep_core::crypto::{Hash, sha256};
use parcep_core::log::Entry;
use parcep_core::member::{Call, Method, Refusal};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::watch_response::Item;
use prost::Message as _;
use serde::Deserialize;

/// Entries that an endless relay makes up.
const MADE_UP: u32 = 6_000;

/// An attack. Those on entries hit what the product has not followed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attack {
    /// One bit of the first new header.
    FlipHeader,
    /// One bit of the first new body.
    FlipBody,
    /// Two thirds of the first new body are cut off.
    TruncateBody,
    /// The first new header is larger than any may be.
    OversizeHeader,
    /// The first two new entries have each other's bodies.
    ForeignBody,
    /// The first new entry stands under another slot.
    OtherSlot,
    /// Of the first new entry only the hash of the body is served.
    Prune,
    /// The first new entry is left out.
    Gap,
    /// Every entry comes twice.
    Duplicate,
    /// Every page comes backwards.
    Reorder,
    /// Entries of another household stand in the place of new ones.
    OtherHousehold,
    /// An entry that was followed long ago is another one now.
    Rewrite,
    /// Pages are empty although there is more.
    EmptyPages,
    /// One entry at a time.
    OneAtATime,
    /// New entries for as long as somebody asks.
    Endless,
    /// The status names entries that are not served.
    StatusAhead,
    /// The status names fewer entries than are served.
    StatusBehind,
    /// The status names another head.
    StatusOtherHead,
    /// Bookmarks name another head for a place that was followed.
    BookmarkOtherHead,
    /// The log as it was at the backup; registers as they are.
    Freeze,
    /// Registers as they were at the backup.
    OldRegisters,
    /// One bit of every register.
    FlipRegisters,
    /// Every register under a higher version than was signed.
    NewerRegisters,
    /// No registers.
    NoRegisters,
    /// Every session is opened, and none is known.
    UnknownSessions,
    /// Everybody is asked to wait.
    Wait,
    /// No answer to anything.
    Silence,
    /// The first answers to appends are lost; the entries stand.
    LoseAppends,
    /// The first append is told that the head is another, though nobody wrote.
    StaleOnce,
    /// The first append is told that the head is another, though its entry stands.
    StaleThoughWritten,
}

/// Answers to appends that are lost.
const LOST: usize = 2;

/// What an attack is aimed at.
#[derive(Debug)]
pub struct Aim<'a> {
    /// The first place that the product has not followed.
    pub next: u64,
    /// Handle of the log.
    pub handle: &'a [u8],
    /// The relay, which an attacker who runs it can make sign anything.
    pub relay: &'a Relay,
    /// What stood at the backup.
    pub backup: Option<&'a Backup>,
    /// Entries of another household.
    pub others: Vec<pb::Entry>,
    /// True time, seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
}

impl Attack {
    /// The lie that does it.
    ///
    /// # Errors
    /// If it needs a backup and there is none.
    pub fn lie(self, aim: Aim<'_>) -> Result<Lie, Broken> {
        let next = aim.next;
        let first = move |bend: fn(&mut pb::Entry)| {
            Lie::none().entries(move |entries| {
                let hit = entries.iter_mut().filter(|entry| entry.seq == next);
                hit.for_each(bend);
            })
        };
        let none = Lie::none();
        Ok(match self {
            Self::FlipHeader => first(|entry| entry.header = flipped(&entry.header, 200)),
            Self::FlipBody => first(|entry| {
                entry.body = entry.body.as_ref().map(|body| flipped(body, 300));
            }),
            Self::TruncateBody => first(|entry| {
                entry.body = entry.body.as_ref().map(|body| body.slice(..body.len() / 3));
            }),
            Self::OversizeHeader => first(|entry| entry.header = vec![1; 17 * 1024].into()),
            Self::ForeignBody => none.entries(move |entries| exchange(entries, next)),
            Self::OtherSlot => first(|entry| entry.slot = vec![9; 16]),
            Self::Prune => first(|entry| {
                if let Some(body) = entry.body.take() {
                    entry.body_hash = Some(sha256(&body).0.to_vec());
                }
            }),
            Self::Gap => none.entries(move |entries| entries.retain(|entry| entry.seq != next)),
            Self::Duplicate => none.entries(|entries| {
                let twice = entries
                    .iter()
                    .flat_map(|entry| [entry.clone(), entry.clone()]);
                *entries = twice.collect();
            }),
            Self::Reorder => none.entries(|entries| entries.reverse()),
            Self::OtherHousehold => {
                let others = aim.others;
                none.entries(move |entries| {
                    for entry in entries.iter_mut().filter(|entry| entry.seq >= next) {
                        let theirs = others.iter().find(|other| other.seq == entry.seq);
                        if let Some(theirs) = theirs {
                            entry.clone_from(theirs);
                        }
                    }
                })
            }
            Self::Rewrite => none.call(Method::Read, rewritten),
            Self::EmptyPages => none.reply(Method::Read, |page: &mut pb::ReadResponse| {
                page.entries.clear();
            }),
            Self::OneAtATime => none.reply(Method::Read, |page: &mut pb::ReadResponse| {
                page.entries.truncate(1);
            }),
            Self::Endless => endless(aim.log()?)?,
            Self::StatusAhead => status(|status| status.next_seq += 3),
            Self::StatusBehind => status(|status| status.next_seq -= 1),
            Self::StatusOtherHead => status(|status| status.head = vec![7; 32]),
            Self::BookmarkOtherHead => {
                let (seq, other) = (next.saturating_sub(1), Hash([9; 32]));
                let epoch = aim.log()?.epoch;
                let signed = aim
                    .relay
                    .sign_bookmark(aim.handle, epoch, seq, other, aim.now);
                none.items(move |item| {
                    if let Item::Bookmark(_) = item {
                        *item = Item::Bookmark(signed.clone());
                    }
                })
            }
            Self::Freeze => frozen(&aim.then()?.status()),
            Self::OldRegisters => {
                let old: Vec<_> = aim.then()?.registers.values().cloned().collect();
                registers(move |register| {
                    let before = old.iter().find(|old| old.name == register.name);
                    before.cloned().into_iter().for_each(|old| *register = old);
                })
            }
            Self::FlipRegisters => registers(|register| {
                if let Some(byte) = register.value.get_mut(100) {
                    *byte ^= 1;
                }
            }),
            Self::NewerRegisters => registers(|register| register.version += 5),
            Self::NoRegisters => none
                .reply(
                    Method::ReadRegister,
                    |reply: &mut pb::ReadRegisterResponse| {
                        reply.register = None;
                    },
                )
                .items(|item| {
                    if let Item::Register(_) = item {
                        *item = Item::Compaction(pb::Compaction { below_seq: 1 });
                    }
                }),
            Self::UnknownSessions => refusing(Refusal::Reason(Reason::NoSession)),
            Self::Wait => refusing(Refusal::RetryAfter(1_000)),
            Self::LoseAppends => first_appends(LOST, |relay, call, now| {
                relay.call(call, now)?;
                Err(Refusal::Unknown)
            }),
            Self::StaleOnce => first_appends(1, |_, _, _| Err(STALE)),
            Self::StaleThoughWritten => first_appends(1, |relay, call, now| {
                relay.call(call, now)?;
                Err(STALE)
            }),
            Self::Silence => [Method::Challenge, Method::OpenSession]
                .into_iter()
                .fold(refusing(Refusal::Unknown), |lie, method| {
                    lie.call(method, |_, _, _| Err(Refusal::Unknown))
                }),
        })
    }
}

impl Aim<'_> {
    fn log(&self) -> Result<&Log, Broken> {
        let log = self.relay.logs().get(self.handle);
        log.ok_or_else(|| Broken::new("no log"))
    }

    fn then(&self) -> Result<&Log, Broken> {
        let backup = self.backup.and_then(|backup| backup.log(self.handle));
        backup.ok_or_else(|| Broken::new("nothing was backed up before"))
    }
}

/// The log of another family, long enough to stand in the place of this one's.
///
/// # Errors
/// If the stage breaks.
pub fn another_household(seed: u64) -> Result<Vec<pb::Entry>, Broken> {
    let mut random = Seeded::new(seed);
    let mut relay = Relay::new(random.fork())?;
    let keys = [relay.key().public()];
    let mut family = Family::found(1, &keys, &mut relay, random.fork())?;
    let parent = family.guardians.first().copied();
    let parent = parent.ok_or_else(|| Broken::new("nobody"))?;
    for _ in 0..8 {
        family.invite_person(0, parent, &mut relay)?;
    }
    let log = relay.logs().values().next();
    let stored = log.into_iter().flat_map(|log| &log.entries);
    Ok(stored.cloned().collect())
}

fn flipped(blob: &Bytes, at: usize) -> Bytes {
    let mut blob = blob.to_vec();
    if let Some(byte) = blob.get_mut(at) {
        *byte ^= 1;
    }
    blob.into()
}

fn exchange(entries: &mut [pb::Entry], next: u64) {
    let body = |seq: u64| {
        let entry = entries.iter().find(|entry| entry.seq == seq);
        entry.and_then(|entry| entry.body.clone())
    };
    let (Some(first), Some(second)) = (body(next), body(next + 1)) else {
        return;
    };
    for entry in entries {
        if entry.seq == next {
            entry.body = Some(second.clone());
        } else if entry.seq == next + 1 {
            entry.body = Some(first.clone());
        }
    }
}

/// The whole log, with another entry at the third place.
fn rewritten(relay: &mut Relay, call: &Call, now: i64) -> Result<Vec<u8>, Refusal> {
    let asked = pb::ReadRequest::decode(call.body.as_slice());
    let mut asked = asked.map_err(|_| Refusal::Unknown)?;
    asked.from_seq = 0;
    let again = Call {
        method: Method::Read,
        body: asked.encode_to_vec(),
    };
    let answer = relay.call(&again, now)?;
    let mut page = pb::ReadResponse::decode(answer.as_slice()).map_err(|_| Refusal::Unknown)?;
    if let Some(entry) = page.entries.get_mut(2) {
        entry.header = vec![7; entry.header.len()].into();
    }
    Ok(page.encode_to_vec())
}

fn endless(log: &Log) -> Result<Lie, Broken> {
    let (mut seq, mut head, epoch) = (log.entries.len() as u64, log.head, log.epoch);
    let mut made = Vec::new();
    for number in 0..MADE_UP {
        let mut header = vec![0; 1024];
        header.splice(..4, number.to_be_bytes());
        let entry = pb::Entry {
            seq,
            prev: head.0.to_vec(),
            generation: 1,
            header: header.into(),
            body: Some(vec![0; 1024].into()),
            ..pb::Entry::default()
        };
        head = Entry::try_from(entry.clone()).map_err(Broken::new)?.hash();
        made.push(entry);
        seq += 1;
    }
    Ok(Lie::none().call(Method::Read, move |_, call, _| {
        let asked = pb::ReadRequest::decode(call.body.as_slice());
        let from = asked.map_err(|_| Refusal::Unknown)?.from_seq;
        let page = made.iter().filter(|entry| entry.seq >= from).take(256);
        let page = pb::ReadResponse {
            entries: page.cloned().collect(),
            status: Some(pb::LogStatus {
                relay_epoch: epoch,
                next_seq: from + 257,
                head: vec![1; 32],
            }),
        };
        Ok(page.encode_to_vec())
    }))
}

fn status(bend: fn(&mut pb::LogStatus)) -> Lie {
    Lie::none().reply(Method::Read, move |page: &mut pb::ReadResponse| {
        page.status.iter_mut().for_each(bend);
    })
}

fn frozen(then: &pb::LogStatus) -> Lie {
    let (end, page_status, session_status) = (then.next_seq, then.clone(), then.clone());
    Lie::none()
        .reply(Method::Read, move |page: &mut pb::ReadResponse| {
            page.entries.retain(|entry| entry.seq < end);
            page.status = Some(page_status.clone());
        })
        .reply(
            Method::OpenSession,
            move |opened: &mut pb::OpenSessionResponse| {
                opened.status = Some(session_status.clone());
            },
        )
        .items(move |item| {
            if let Item::Entry(_) | Item::Bookmark(_) = item {
                *item = Item::Compaction(pb::Compaction { below_seq: 1 });
            }
        })
}

const STALE: Refusal = Refusal::Reason(Reason::StaleHead);

/// Answers the first appends in another way than the rest.
fn first_appends(
    mut left: usize,
    answer: fn(&mut Relay, &Call, i64) -> Result<Vec<u8>, Refusal>,
) -> Lie {
    Lie::none().call(Method::Append, move |relay, call, now| match left {
        0 => relay.call(call, now),
        _ => {
            left -= 1;
            answer(relay, call, now)
        }
    })
}

/// Bends registers, asked for and watched.
fn registers(bend: impl Fn(&mut pb::Register) + Clone + Send + 'static) -> Lie {
    let again = bend.clone();
    Lie::none()
        .reply(
            Method::ReadRegister,
            move |reply: &mut pb::ReadRegisterResponse| {
                reply.register.iter_mut().for_each(&bend);
            },
        )
        .items(move |item| {
            if let Item::Register(register) = item {
                again(register);
            }
        })
}

/// Refuses whatever needs a session.
fn refusing(refusal: Refusal) -> Lie {
    let methods = [Method::Read, Method::ReadRegister, Method::WriteRegister];
    methods
        .into_iter()
        .fold(Lie::none(), |lie, method| {
            lie.call(method, move |_, _, _| Err(refusal))
        })
        .mute()
}
