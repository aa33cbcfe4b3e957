//! What an enforcement point hears of the time: guardians' beats, the relay's bookmarks, its own
//! clocks.

use super::Agent;
use crate::{ClientError, Driver};
use parcep_core::constitution::EnforcementPoint;
use parcep_core::crypto::Hash;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::{Event, Member, RegisterUpdate};
use parcep_core::time::{Source, TimeKeeper};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

/// What is known of time, at most 60 s of boot time old.
const TIME: &str = "time.bin";
/// The newest beat of each guardian's device.
const BEATS: &str = "beats.bin";

/// What guardians' devices said.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// With the version of the register.
    beats: BTreeMap<DeviceId, (u64, pb::Beat)>,
    /// What was heard is lost, and was not asked for anew since.
    lost: bool,
    unsaved: bool,
    /// The live list is not that of a guardian's device, or entries are missing (R-REG-013), or nobody
    /// knows any more.
    pub(super) differs: bool,
    /// Time of the bookmark that was heard last.
    bookmark: Option<i64>,
}

/// What was kept. Without a sound file of the time none is known, so locks hold and nothing that gives has
/// begun. Without a sound file of beats nobody knows whether a guardian's device saw another live list, so
/// safety areas are pending until the beats were read anew.
pub(super) fn restored(driver: &mut Driver) -> Result<(TimeKeeper, Heard), ClientError> {
    let protected = driver.clock().is_protected();
    let time = driver.store().kept(TIME)?;
    let time = time.and_then(|bytes| TimeKeeper::parse(&bytes, protected));
    let beats = driver.store().kept(BEATS)?;
    let beats = beats.and_then(|bytes| parse(&bytes));
    let heard = Heard {
        lost: beats.is_none(),
        beats: beats.unwrap_or_default(),
        ..Heard::default()
    };
    Ok((time.unwrap_or_else(|| TimeKeeper::new(protected)), heard))
}

impl Agent {
    /// Reads the clocks, and stores what is known of time when it is due. Call it at least every 60 s,
    /// in use or not (R-TIME-004). Erases what is to be erased.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn tick(&mut self) -> Result<(), ClientError> {
        let lower = self.read_clock().lower();
        if let Some(lower) = lower {
            self.driver.member_mut().tick(lower);
        }
        self.erase_due()?;
        let mut time = self.time();
        self.erased().iter().for_each(|id| time.forget(*id));
        let bytes = time.store_due().then(|| time.encode());
        drop(time);
        if let Some(bytes) = bytes {
            self.driver.store().keep(TIME, &bytes)?;
            self.time().is_stored();
        }
        Ok(())
    }

    /// Reads the guardians' beats. A device that wrote none yet says nothing.
    pub(super) async fn read_beats(&mut self) -> Result<Vec<Event>, ClientError> {
        let member = self.driver.member();
        let Some(household) = member.household() else {
            return Ok(Vec::new());
        };
        let law = household.constitution();
        let of_guardians = household.people().filter(|(who, _)| law.is_guardian(*who));
        let devices: Vec<_> = of_guardians.map(|(_, device)| device.id).collect();
        for device in devices {
            let member = self.driver.member_mut();
            member.read_register(device, PayloadType::Beat, None)?;
        }
        let events = self.driver.settle().await?;
        self.heard.unsaved |= std::mem::take(&mut self.heard.lost);
        Ok(events)
    }

    /// Opens a watch, and takes what the relay says on it up to a bookmark that is new. After a start, a
    /// device without a protected clock does not know the time before it has heard one (R-TIME-005). It
    /// waits as long as the relay is silent: put a limit around it.
    ///
    /// # Errors
    /// As [`Driver::watched`](crate::Driver::watched).
    pub async fn hear(&mut self) -> Result<Vec<Event>, ClientError> {
        let mut watching = self.watch().await?;
        let before = self.heard.bookmark;
        let mut all = Vec::new();
        while let Some(events) = self.driver().watched(&mut watching).await? {
            self.take_over(&events)?;
            all.extend(events);
            if self.heard.bookmark != before {
                break;
            }
        }
        Ok(all)
    }

    /// Takes note of what came, then looks at everything anew.
    pub(super) fn take_over(&mut self, events: &[Event]) -> Result<(), ClientError> {
        drop(self.read_clock());
        for event in events {
            if let Event::Register(device, PayloadType::Beat, Some(value)) = event
                && let Ok(beat) = pb::Beat::decode(value.payload.as_slice())
            {
                self.heard.beats.insert(*device, (value.version, beat));
                self.heard.unsaved = true;
            }
        }
        self.hear_relay();
        self.hear_guardians();
        if std::mem::take(&mut self.heard.unsaved) {
            let bytes = encode(&self.heard.beats);
            self.driver.store().keep(BEATS, &bytes)?;
        }
        self.refresh();
        self.tick()
    }

    /// Guardians who have not confirmed yet what this device was welcomed with, in the order of the
    /// constitution (R-JOIN-008). A contradiction confirms nothing. Who made the Welcome is none of them.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn unconfirmed(&mut self) -> Result<Vec<PrincipalId>, ClientError> {
        let joined = self.driver.store().welcomed_at()?;
        let member = self.driver.member();
        let (Some(joined), Some(household)) = (joined, member.household()) else {
            return Ok(Vec::new());
        };
        let welcomer = welcomer(member).and_then(|device| household.principal_of(device));
        let confirms = |guardian: PrincipalId| {
            let of_theirs = self.heard.beats.iter();
            let mut of_theirs =
                of_theirs.filter(|(device, _)| household.principal_of(**device) == Some(guardian));
            of_theirs.any(|(_, (_, beat))| {
                let head = beat.head.as_ref().and_then(head_of);
                let head = head.filter(|(seq, _)| *seq >= joined);
                let root = head.and_then(|(seq, hash)| member.chain().live_root_at(seq, hash));
                root.is_some_and(|root| root.as_bytes() == beat.live_root.as_slice())
            })
        };
        let guardians = household.constitution().guardians().iter();
        let guardians = guardians.map(|guardian| guardian.id);
        let guardians = guardians.filter(|id| Some(*id) != welcomer && !confirms(*id));
        Ok(guardians.collect())
    }

    /// A beat of this device: a witness of head and time for others (R-REG-012). Without a signed time
    /// it has none to tell.
    pub(super) fn own_beat(&self) -> Option<RegisterUpdate> {
        let time = self.read_clock().lower()?;
        let member = self.driver.member();
        let (next_seq, head) = member.head();
        let beat = pb::Beat {
            time,
            head: Some(pb::HeadRef {
                seq: next_seq.saturating_sub(1),
                hash: head.0.to_vec(),
            }),
            generations: vec![pb::GenerationUse {
                dependant: None,
                generation: member.household()?.epoch(),
            }],
            live_root: member.chain().live_root().0.to_vec(),
        };
        Some(RegisterUpdate {
            payload_type: PayloadType::Beat,
            dependant: None,
            payload: beat.encode_to_vec(),
        })
    }

    /// What is known of time, with the clocks read now.
    pub(super) fn read_clock(&self) -> MutexGuard<'_, TimeKeeper> {
        let clock = self.driver.clock();
        let (boot, wall) = (clock.boot(), clock.wall());
        let mut time = self.time();
        time.read(boot, wall);
        time
    }

    pub(super) fn time(&self) -> MutexGuard<'_, TimeKeeper> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every connection of this process was opened since this start of the system.
    fn hear_relay(&mut self) {
        let bookmark = self.driver.member().bookmark();
        let bookmark = bookmark.and_then(|signed| signed.bookmark.as_ref());
        let told = bookmark.map(|bookmark| bookmark.time);
        if let Some(told) = told.filter(|_| told != self.heard.bookmark) {
            self.heard.bookmark = Some(told);
            self.time().bookmark(told, true);
        }
    }

    /// Judges each device's newest beat, also one that was judged before: its head may have been
    /// applied since.
    fn hear_guardians(&mut self) {
        let member = self.driver.member();
        let Some(household) = member.household() else {
            return;
        };
        let chain = member.chain();
        let (law, welcomer) = (household.constitution(), welcomer(member));
        let mut time = self.time();
        time.keep_guardians(|id| law.is_guardian(id));
        let mut differs = self.heard.lost;
        for (device, (version, beat)) in &self.heard.beats {
            let who = household.principal_of(*device);
            let Some(guardian) = who.filter(|who| law.is_guardian(*who)) else {
                continue;
            };
            if welcomer == Some(*device) {
                time.first(beat.time);
            } else {
                time.signed(Source::Guardian, beat.time);
            }
            let Some((seq, head)) = beat.head.as_ref().and_then(head_of) else {
                continue;
            };
            let Some(root) = chain.live_root_at(seq, head) else {
                continue;
            };
            let complete = chain.incomplete_from().is_none_or(|from| from > seq);
            if root.as_bytes() == beat.live_root.as_slice() && complete {
                time.heard_of(guardian, *device, *version, beat.time);
            } else {
                differs = true;
            }
        }
        drop(time);
        self.heard.differs = differs;
    }
}

/// The device that made the Welcome: who admitted this one.
fn welcomer(member: &Member) -> Option<DeviceId> {
    let household = member.household()?;
    let (identity, keyring) = (member.identity(), member.keyring());
    let admits = |entry: &parcep_core::log::Entry| {
        let document = household.document_of(entry, keyring, &identity.sealing)?;
        let header = document.header();
        (header.payload_type == PayloadType::EnforcementPoint).then_some(())?;
        let section = document
            .section(SectionKind::EnforcementPoint, keyring)
            .ok()?;
        let point = EnforcementPoint::parse(&section).ok()?;
        (point.id == identity.device).then_some(header.author)
    };
    member.chain().membership().iter().find_map(admits)
}

fn head_of(head: &pb::HeadRef) -> Option<(u64, Hash)> {
    let hash = Hash::try_from(head.hash.as_slice()).ok()?;
    Some((head.seq, hash))
}

fn encode(beats: &BTreeMap<DeviceId, (u64, pb::Beat)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (device, (version, beat)) in beats {
        let beat = beat.encode_to_vec();
        out.extend(device.as_bytes());
        out.extend(version.to_be_bytes());
        out.extend(u32::try_from(beat.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(beat);
    }
    out
}

fn parse(mut bytes: &[u8]) -> Option<BTreeMap<DeviceId, (u64, pb::Beat)>> {
    let mut beats = BTreeMap::new();
    while !bytes.is_empty() {
        let (device, rest) = bytes.split_first_chunk::<16>()?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (beat, rest) = rest.split_at_checked(length)?;
        let beat = pb::Beat::decode(beat).ok()?;
        let device = DeviceId::from_bytes(*device);
        beats.insert(device, (u64::from_be_bytes(*version), beat));
        bytes = rest;
    }
    Some(beats)
}
