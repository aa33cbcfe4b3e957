//! Which enforcement points fall behind: what they say they apply, beside what this app has written or
//! applied (R-TIME-017). Off, out of reach, stuck or removed by force look the same from afar; this says
//! since when, and not why.

use super::Guardian;
use crate::ClientError;
use parcep_core::document::PayloadType;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::member::Event;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::collections::BTreeMap;

/// Name of the file.
const FILE: &str = "heads.bin";
/// Most heads remembered.
const MOST: usize = 256;
/// How long a point may take to apply a head, in seconds.
const PATIENCE: i64 = 86_400;

/// An enforcement point as this guardian sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointSeen {
    /// Which.
    pub device: DeviceId,
    /// Place of the newest entry that it says it applies, for the dependant for whom it lags most; `None` if it
    /// never said.
    pub applied: Option<u64>,
    /// Since when it lags behind a head that is 24 h old here, in seconds since 1970-01-01T00:00:00Z;
    /// `None` while it does not.
    pub behind_since: Option<i64>,
}

/// What is remembered.
#[derive(Clone, PartialEq, Message)]
struct Heads {
    #[prost(message, repeated, tag = "1")]
    heads: Vec<HeadAt>,
    #[prost(message, repeated, tag = "2")]
    points: Vec<Point>,
}

/// A head, and when this app had it first.
#[derive(Clone, Copy, PartialEq, Message)]
struct HeadAt {
    #[prost(uint64, tag = "1")]
    seq: u64,
    #[prost(int64, tag = "2")]
    at: i64,
}

/// An enforcement point, when it was seen first, and what it said last.
#[derive(Clone, PartialEq, Message)]
struct Point {
    #[prost(bytes = "vec", tag = "1")]
    device: Vec<u8>,
    #[prost(int64, tag = "2")]
    since: i64,
    #[prost(uint64, optional, tag = "3")]
    applied: Option<u64>,
}

impl Heads {
    /// A head that this app has now. A log that went back takes what was beyond it.
    fn note(&mut self, seq: u64, at: i64) {
        self.heads.retain(|head| head.seq <= seq);
        if self.heads.last().is_some_and(|head| head.seq == seq) {
            return;
        }
        if self.heads.len() >= MOST {
            self.heads.remove(MOST / 2);
        }
        self.heads.push(HeadAt { seq, at });
    }

    /// Since when a point lags, if a head that it does not name is 24 h old.
    fn behind_since(&self, point: &Point, now: i64) -> Option<i64> {
        let mut newer = self
            .heads
            .iter()
            .filter(|head| point.applied.is_none_or(|applied| applied < head.seq));
        let first = newer.next()?;
        let since = first.at.max(point.since);
        (now.saturating_sub(since) >= PATIENCE).then_some(since)
    }
}

impl Guardian {
    /// Remembers the head that this app has now, with the time. Call it after each sync.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn note_head(&mut self) -> Result<(), ClientError> {
        let mut heads = self.heads()?;
        let before = heads.clone();
        self.note(&mut heads)?;
        if heads == before {
            return Ok(());
        }
        self.0.store().keep(FILE, &heads.encode_to_vec())
    }

    /// Every enforcement point whose reports this guardian can read, with what it applies.
    ///
    /// # Errors
    /// If the relay does not answer, or the disk refuses.
    pub async fn points(&mut self) -> Result<Vec<PointSeen>, ClientError> {
        let household = self.household()?;
        let serving = household.enforcement_points();
        let serving: Vec<_> = serving.map(|p| (p.id, p.dependants.clone())).collect();
        let mut readable = Vec::new();
        for (device, dependants) in serving {
            for dependant in dependants {
                let member = self.0.member_mut();
                let asked =
                    member.read_register(device, PayloadType::AppliedReport, Some(dependant));
                // About a child of another guardian's scope nothing can be read.
                if asked.is_ok() {
                    readable.push((device, dependant));
                }
            }
        }
        let events = self.0.settle().await?;
        let told: BTreeMap<_, _> = events.iter().filter_map(applied).collect();
        let mut heads = self.heads()?;
        self.note(&mut heads)?;
        for point in &mut heads.points {
            let of = readable
                .iter()
                .filter(|(id, _)| point.device == id.as_bytes());
            let said: Option<Vec<u64>> = of.map(|key| told.get(key).copied()).collect();
            // Under new secrets a point has said nothing yet: what it said before still holds.
            let least = said.and_then(|said| said.into_iter().min());
            point.applied = least.or(point.applied);
        }
        self.0.store().keep(FILE, &heads.encode_to_vec())?;
        let now = self.0.now();
        let seen = heads.points.iter().filter_map(|point| {
            let device = DeviceId::try_from(point.device.as_slice()).ok()?;
            readable.iter().find(|(id, _)| *id == device)?;
            Some(PointSeen {
                device,
                applied: point.applied,
                behind_since: heads.behind_since(point, now),
            })
        });
        Ok(seen.collect())
    }

    fn heads(&mut self) -> Result<Heads, ClientError> {
        let what = "it holds no heads; remove it, then who falls behind is counted from now on";
        let store = self.0.store();
        store.kept_as(FILE, what, |bytes| Heads::decode(bytes).ok())
    }

    fn note(&self, heads: &mut Heads) -> Result<(), ClientError> {
        let (next_seq, now) = (self.head().0, self.0.now());
        heads.note(next_seq.saturating_sub(1), now);
        let household = self.household()?;
        let here = |point: &Point| {
            let id = DeviceId::try_from(point.device.as_slice()).ok();
            id.is_some_and(|id| household.enforcement_point(id).is_some())
        };
        heads.points.retain(here);
        for point in household.enforcement_points() {
            let device = point.id.to_vec();
            if !heads.points.iter().any(|known| known.device == device) {
                heads.points.push(Point {
                    device,
                    since: now,
                    applied: None,
                });
            }
        }
        Ok(())
    }
}

/// The place that a report names.
fn applied(event: &Event) -> Option<((DeviceId, PrincipalId), u64)> {
    let Event::Register(device, PayloadType::AppliedReport, Some(value)) = event else {
        return None;
    };
    let report = pb::AppliedReport::decode(value.payload.as_slice()).ok()?;
    let dependant = PrincipalId::try_from(report.dependant_id.as_slice()).ok()?;
    Some(((*device, dependant), report.head?.seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn point(since: i64, applied: Option<u64>) -> Point {
        Point {
            device: vec![1; 16],
            since,
            applied,
        }
    }

    /// R-TIME-017: after 24 h, since the first head that it does not name; not before, and not for a
    /// head that is younger.
    #[test]
    fn a_point_is_flagged_a_day_after_the_first_head_that_it_does_not_name() {
        let mut heads = Heads::default();
        heads.note(3, 0);
        heads.note(5, 10 * HOUR);
        heads.note(5, 20 * HOUR);
        heads.note(9, 30 * HOUR);
        let behind = |applied, now| heads.behind_since(&point(0, applied), now);
        assert_eq!(behind(Some(3), 34 * HOUR - 1), None);
        assert_eq!(behind(Some(3), 34 * HOUR), Some(10 * HOUR));
        assert_eq!(behind(Some(5), 53 * HOUR), None, "the newest is too young");
        assert_eq!(behind(Some(8), 54 * HOUR), Some(30 * HOUR));
        assert_eq!(behind(Some(9), 1000 * HOUR), None);
        assert_eq!(behind(None, 24 * HOUR), Some(0), "one that never said");
        let late = point(40 * HOUR, None);
        assert_eq!(heads.behind_since(&late, 63 * HOUR), None, "it is new");
        assert_eq!(heads.behind_since(&late, 64 * HOUR), Some(40 * HOUR));
    }

    #[test]
    fn heads_are_bounded_and_a_log_that_went_back_takes_them_along() {
        let mut heads = Heads::default();
        for seq in 0..2000 {
            heads.note(seq, 1000 + i64::try_from(seq).unwrap_or(0));
        }
        assert_eq!(heads.heads.len(), MOST);
        assert_eq!(heads.heads.first().map(|head| head.seq), Some(0));
        heads.note(50, 9000);
        assert_eq!(
            heads.heads.last().map(|head| (head.seq, head.at)),
            Some((50, 1050))
        );
    }
}
