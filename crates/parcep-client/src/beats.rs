//! Beats: saying that one is there, and hearing who else is.

use crate::{ClientError, Driver};
use parcep_core::crypto::Hash;
use parcep_core::document::PayloadType;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::{Event, RegisterUpdate};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;

/// File of guardians who have confirmed what this device sees.
const CONFIRMED: &str = "confirmed.json";

/// File with the time of this device's last beat, seconds since 1970, 8 bytes.
const BEATEN: &str = "beaten.bin";
/// From when on a guardian has to know that this device is silent, seconds (R-OPS-016).
const A_DAY: i64 = 86_400;

/// The newest beat of one guardian's device, beside what this device knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardianBeat {
    /// Whose.
    pub guardian: PrincipalId,
    /// By which device.
    pub device: DeviceId,
    /// When, by that device's clock, seconds since 1970.
    pub time: i64,
    /// Place of the newest entry that it had followed.
    pub seq: u64,
    /// Whether it held the same live documents there as this device (R-JOIN-008). `None` if this device
    /// cannot compare: it does not remember that place.
    pub agrees: Option<bool>,
}

/// Who has said that they see what a device sees that joined with a Welcome (R-JOIN-008).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confirmations {
    /// Guardians who have not yet.
    pub missing: Vec<PrincipalId>,
    /// Guardians one of whose devices sees something else.
    pub contradicting: Vec<PrincipalId>,
}

/// That this device has published no beat for a day or longer (R-OPS-016).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Since then, seconds since 1970.
    Since(i64),
    /// Nobody can tell: the note of it is damaged, or the clock was set back.
    Unknown,
}

impl Driver {
    /// Who has confirmed, by these beats and those heard before, what this device sees, of all guardians but
    /// its own. Nobody has to for the device that founded the household.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn confirmations(&mut self, beats: &[GuardianBeat]) -> Result<Confirmations, ClientError> {
        let Some(joined) = self.store().welcomed_at()? else {
            return Ok(Confirmations::default());
        };
        let bytes = self.store().kept(CONFIRMED)?.unwrap_or_default();
        // Damaged, it is as good as none: the next beats say it anew.
        let before: BTreeSet<String> = serde_json::from_slice(&bytes).unwrap_or_default();
        let said = |agrees: bool| {
            let since = beats.iter().filter(move |beat| beat.seq >= joined);
            since.filter(move |beat| beat.agrees == Some(agrees))
        };
        let mut confirmed = before.clone();
        confirmed.extend(said(true).map(|beat| beat.guardian.to_string()));
        if confirmed != before {
            let text = serde_json::to_vec(&confirmed).unwrap_or_default();
            self.store().keep(CONFIRMED, &text)?;
        }
        let me = self.member().principal();
        let household = self.member().household().into_iter();
        let guardians = household.flat_map(|household| household.constitution().guardians());
        let others = guardians.map(|guardian| guardian.id);
        let others = others.filter(|id| Some(*id) != me);
        let missing = others.filter(|id| !confirmed.contains(&id.to_string()));
        let contradicting: BTreeSet<_> = said(false).map(|beat| beat.guardian).collect();
        Ok(Confirmations {
            missing: missing.collect(),
            contradicting: contradicting.into_iter().collect(),
        })
    }

    /// Says that this device is alive and what it sees (R-REG-008, R-REG-012).
    ///
    /// # Errors
    /// If the relay refuses.
    pub async fn beat(&mut self) -> Result<(), ClientError> {
        let (next_seq, head) = self.member().head();
        let household = self.member().household();
        let epoch = household.map(|household| household.epoch());
        let now = self.now();
        let beat = pb::Beat {
            time: now,
            head: Some(pb::HeadRef {
                seq: next_seq.saturating_sub(1),
                hash: head.0.to_vec(),
            }),
            generations: vec![pb::GenerationUse {
                dependant: None,
                generation: epoch.ok_or(ClientError::Refused(Reason::WrongAnchor))?,
            }],
            live_root: self.member().live_root().0.to_vec(),
        };
        let update = RegisterUpdate {
            payload_type: PayloadType::Beat,
            dependant: None,
            payload: beat.encode_to_vec(),
        };
        self.member_mut().write_register(update, now)?;
        let events = self.settle().await?;
        let written = |event: &Event| matches!(event, Event::RegisterWritten(PayloadType::Beat, _));
        if events.iter().any(written) {
            self.store().keep(BEATEN, &now.to_be_bytes())?;
        }
        Ok(())
    }

    /// Since when this device has published no beat, if that is a day or longer (R-OPS-016). What never did counts
    /// from the first time that this is asked. A note that is damaged, or of a time to come, says nothing: that is
    /// told until the next beat writes it anew.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn silence(&mut self) -> Result<Option<Silence>, ClientError> {
        let now = self.now();
        let Some(kept) = self.store().kept(BEATEN)? else {
            self.store().keep(BEATEN, &now.to_be_bytes())?;
            return Ok(None);
        };
        let at = <[u8; 8]>::try_from(kept).ok().map(i64::from_be_bytes);
        Ok(match at {
            Some(at) if now.saturating_sub(at) >= A_DAY => Some(Silence::Since(at)),
            Some(at) if at.saturating_sub(now) < A_DAY => None,
            _ => Some(Silence::Unknown),
        })
    }

    /// Asks the relay for the newest beat of every guardian's device.
    ///
    /// # Errors
    /// If the relay does not answer.
    pub async fn guardian_beats(&mut self) -> Result<Vec<GuardianBeat>, ClientError> {
        let household = self.member().household();
        let household = household.ok_or(ClientError::Refused(Reason::WrongAnchor))?;
        let law = household.constitution();
        let devices = household.people().map(|(who, device)| (who, device.id));
        let devices: Vec<_> = devices.filter(|(who, _)| law.is_guardian(*who)).collect();
        for (_, device) in &devices {
            let member = self.member_mut();
            member.read_register(*device, PayloadType::Beat, None)?;
        }
        let events = self.settle().await?;
        let heard = events.iter().filter_map(|event| {
            let Event::Register(device, PayloadType::Beat, Some(value)) = event else {
                return None;
            };
            let (guardian, _) = devices.iter().find(|(_, id)| id == device)?;
            let beat = pb::Beat::decode(value.payload.as_slice()).ok()?;
            let head = beat.head?;
            let hash = Hash::try_from(head.hash.as_slice()).ok()?;
            let own = self.member().chain().live_root_at(head.seq, hash);
            Some(GuardianBeat {
                guardian: *guardian,
                device: *device,
                time: beat.time,
                seq: head.seq,
                agrees: own.map(|own| own.as_bytes() == beat.live_root.as_slice()),
            })
        });
        Ok(heard.collect())
    }
}
