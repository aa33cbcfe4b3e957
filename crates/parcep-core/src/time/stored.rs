//! What a device keeps over a restart (R-TIME-004).

use super::fresh::Freshness;
use super::refill::Refills;
use super::release::{Release, Releases};
use super::{BootId, TimeKeeper};
use crate::id::{DeviceId, PrincipalId};

/// What the file begins with: its format.
const FORMAT: &[u8] = b"parcep-time/1\n";
/// Most guardians or dependants that are read: more than a household ever had at once.
pub(super) const MOST: u32 = 256;

impl TimeKeeper {
    /// The bytes to store, at least every 60 s of boot time ([`TimeKeeper::store_due`]). A driver says
    /// [`TimeKeeper::is_stored`] once they are on stable storage.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer(FORMAT.to_vec());
        out.0.extend(self.start.map_or([0; 16], |BootId(id)| id));
        out.flag(self.start.is_some());
        out.number(self.boot);
        out.number(self.powered);
        out.time(self.proven);
        self.claimed.iter().for_each(|claimed| out.time(*claimed));
        out.time(self.lower);
        out.flag(self.introduced);
        out.time(self.bookmark);
        out.flag(self.confirmed);
        out.time(self.fresh.since);
        out.count(self.fresh.heard.len());
        for (guardian, at) in &self.fresh.heard {
            out.0.extend(guardian.as_bytes());
            out.time(Some(*at));
        }
        out.count(self.fresh.counted.len());
        for (device, version) in &self.fresh.counted {
            out.0.extend(device.as_bytes());
            out.number(*version);
        }
        out.count(self.releases.0.len());
        for (dependant, release) in &self.releases.0 {
            out.0.extend(dependant.as_bytes());
            out.time(release.due.map(|(month, _)| month));
            out.time(release.due.map(|(_, instant)| instant));
            out.flag(release.claimed_for.is_some());
            out.number(release.claimed_for.unwrap_or(0));
            out.flag(release.released);
            out.time(release.released_at);
        }
        out.time(self.refills.lower);
        out.time(self.refills.wall);
        out.flag(self.refills.powered.is_some());
        out.number(self.refills.powered.unwrap_or(0));
        out.flag(self.refills.by_wall);
        out.0
    }

    /// Goes on from what [`TimeKeeper::encode`] wrote; `None` for anything else. A device whose file is
    /// damaged goes on with [`TimeKeeper::new`]: then it knows no time, so locks hold and nothing that
    /// gives has begun.
    #[must_use]
    pub fn parse(bytes: &[u8], protected: bool) -> Option<Self> {
        let mut from = Reader(bytes.strip_prefix(FORMAT)?);
        let mut time = Self::new(protected);
        let start = BootId(from.array()?);
        time.start = from.flag()?.then_some(start);
        time.boot = from.number()?;
        time.powered = from.number()?;
        time.proven = from.time()?;
        for claimed in &mut time.claimed {
            *claimed = from.time()?;
        }
        time.lower = from.time()?;
        time.introduced = from.flag()?;
        time.bookmark = from.time()?;
        time.confirmed = from.flag()?;
        time.stored = Some(time.boot);
        time.fresh = Freshness {
            since: from.time()?,
            ..Freshness::default()
        };
        for _ in 0..from.count()? {
            let guardian = PrincipalId::from_bytes(from.array()?);
            time.fresh.heard.insert(guardian, from.time()??);
        }
        for _ in 0..from.count()? {
            let device = DeviceId::from_bytes(from.array()?);
            time.fresh.counted.insert(device, from.number()?);
        }
        let mut releases = Releases::default();
        for _ in 0..from.count()? {
            let dependant = PrincipalId::from_bytes(from.array()?);
            let due = from.time()?.zip(from.time()?);
            let counts = from.flag()?;
            let seconds = from.number()?;
            let release = Release {
                due,
                claimed_for: counts.then_some(seconds),
                released: from.flag()?,
                released_at: from.time()?,
            };
            releases.0.insert(dependant, release);
        }
        time.releases = releases;
        let (lower, wall) = (from.time()?, from.time()?);
        let (counts, powered) = (from.flag()?, from.number()?);
        time.refills = Refills {
            lower,
            wall,
            powered: counts.then_some(powered),
            by_wall: from.flag()?,
        };
        from.0.is_empty().then_some(time)
    }

    /// Takes note that what [`TimeKeeper::encode`] gave is on stable storage.
    pub const fn is_stored(&mut self) {
        self.stored = Some(self.boot);
        self.unstored = false;
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, value: u64) {
        self.0.extend(value.to_be_bytes());
    }

    fn flag(&mut self, value: bool) {
        self.0.push(u8::from(value));
    }

    fn time(&mut self, value: Option<i64>) {
        self.flag(value.is_some());
        self.0.extend(value.unwrap_or(0).to_be_bytes());
    }

    fn count(&mut self, value: usize) {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        self.0.extend(value.to_be_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn flag(&mut self) -> Option<bool> {
        let [byte] = self.array()?;
        (byte <= 1).then_some(byte == 1)
    }

    fn time(&mut self) -> Option<Option<i64>> {
        let set = self.flag()?;
        let value = i64::from_be_bytes(self.array()?);
        Some(set.then_some(value))
    }

    fn count(&mut self) -> Option<u32> {
        let count = u32::from_be_bytes(self.array()?);
        (count <= MOST).then_some(count)
    }
}
