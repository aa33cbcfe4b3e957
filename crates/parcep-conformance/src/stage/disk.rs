//! What a device keeps over a crash, and the crash itself.

use parcep_core::log::Entry;

/// A device's stable storage. Each write is whole or was never made.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// The anchor, as bytes; absent before the device joined.
    pub anchor: Option<Vec<u8>>,
    /// Every secret held, as bytes.
    pub secrets: Vec<u8>,
    /// Every entry followed.
    pub entries: Vec<Entry>,
    /// What a member remembers beside keys and log.
    pub notes: Vec<u8>,
    /// What stands aside of the log.
    pub aside: Vec<u8>,
    /// Writes made so far.
    pub writes: u64,
    /// The power fails at this write: before it, or just after.
    pub crash: Option<Crash>,
}

/// A power cut that waits for its write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// Number of the write, from 1, counted over the disk's life.
    pub at: u64,
    /// Whether the write still reaches the disk.
    pub kept: bool,
}

/// The power failed: the member in memory is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerCut;

impl Disk {
    /// Makes one write, unless the power fails.
    pub fn write(&mut self, write: impl FnOnce(&mut Self)) -> Result<(), PowerCut> {
        self.writes += 1;
        let now = self.crash.filter(|crash| crash.at <= self.writes);
        if now.is_none_or(|crash| crash.kept) {
            write(self);
        }
        match now {
            Some(_) => {
                self.crash = None;
                Err(PowerCut)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Crash, Disk, PowerCut};

    #[test]
    fn a_power_cut_keeps_or_loses_the_write_at_which_it_comes() {
        for kept in [false, true] {
            let mut disk = Disk {
                crash: Some(Crash { at: 2, kept }),
                ..Disk::default()
            };
            let put = |byte| move |disk: &mut Disk| disk.notes.push(byte);
            assert_eq!(disk.write(put(1)), Ok(()));
            assert_eq!(disk.write(put(2)), Err(PowerCut));
            assert_eq!(disk.notes.len(), 1 + usize::from(kept));
            assert_eq!(disk.write(put(3)), Ok(()));
        }
    }
}
