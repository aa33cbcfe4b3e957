//! What lies under redb: the file, a fence, and a view that writes nothing.
//!
//! redb latches the first failed write and refuses everything from then on, reads included. The
//! store therefore opens the same medium again after a failure, and fences the database it replaces:
//! no database that was given up can touch the file any more.

use redb::StorageBackend;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A medium that several databases use one after the other.
pub(super) type Medium = Arc<dyn StorageBackend>;

/// Access to a medium until the fence falls; counts flushes.
#[derive(Debug)]
pub(super) struct Fenced {
    medium: Medium,
    fence: Arc<AtomicBool>,
    tally: Arc<Tally>,
    /// True between growing the medium and the flush that makes its length durable.
    growing: AtomicBool,
}

/// What was flushed, over all databases on a medium.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) flushes: AtomicU64,
    pub(super) growths: AtomicU64,
}

impl Fenced {
    pub(super) fn new(medium: Medium, fence: Arc<AtomicBool>, tally: Arc<Tally>) -> Self {
        Self {
            medium,
            fence,
            tally,
            growing: AtomicBool::new(false),
        }
    }

    fn medium(&self) -> io::Result<&dyn StorageBackend> {
        if self.fence.load(Ordering::Acquire) {
            return Err(io::Error::other("the store was opened again"));
        }
        Ok(self.medium.as_ref())
    }
}

impl StorageBackend for Fenced {
    fn len(&self) -> io::Result<u64> {
        self.medium()?.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.medium()?.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let grows = len > self.medium()?.len()?;
        self.medium()?.set_len(len)?;
        self.growing.store(grows, Ordering::Relaxed);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.medium()?.sync_data()?;
        // redb flushes a longer file at once, before anything is written to it.
        let count = if self.growing.swap(false, Ordering::Relaxed) {
            &self.tally.growths
        } else {
            &self.tally.flushes
        };
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.medium()?.write(offset, data)
    }
}

const PAGE: usize = 4096;

/// A medium seen through a sheet of memory: what is written stays in memory and is forgotten.
///
/// With it the store can be read when the disk takes no writes: the few pages that redb writes
/// while it opens a file that was not closed go to the sheet.
#[derive(Debug)]
pub(super) struct Overlay {
    medium: Medium,
    sheet: Mutex<Sheet>,
}

#[derive(Debug)]
struct Sheet {
    len: u64,
    /// Length up to which the medium still shows through.
    medium_len: u64,
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

impl Overlay {
    pub(super) fn new(medium: Medium) -> io::Result<Self> {
        let len = medium.len()?;
        Ok(Self {
            medium,
            sheet: Mutex::new(Sheet {
                len,
                medium_len: len,
                pages: BTreeMap::new(),
            }),
        })
    }

    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page as it would be read, from the sheet or else from the medium.
    fn page(&self, sheet: &Sheet, number: u64) -> io::Result<Box<[u8; PAGE]>> {
        if let Some(page) = sheet.pages.get(&number) {
            return Ok(page.clone());
        }
        let mut page = Box::new([0; PAGE]);
        let start = number * PAGE as u64;
        let shown = sheet.medium_len.saturating_sub(start).min(PAGE as u64);
        let shown = usize::try_from(shown).unwrap_or(PAGE);
        if let Some(part) = page.get_mut(..shown)
            && shown > 0
        {
            self.medium.read(start, part)?;
        }
        Ok(page)
    }
}

/// The parts of a range, page by page: page number, first byte in the page, length.
fn parts(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let end = offset + len as u64;
    let mut at = offset;
    std::iter::from_fn(move || {
        (at < end).then(|| {
            let number = at / PAGE as u64;
            let within = usize::try_from(at % PAGE as u64).unwrap_or(0);
            let left = usize::try_from(end - at).unwrap_or(usize::MAX);
            let take = left.min(PAGE - within);
            at += take as u64;
            (number, within, take)
        })
    })
}

fn out_of_range() -> io::Error {
    io::Error::from(io::ErrorKind::UnexpectedEof)
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.sheet().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let sheet = self.sheet();
        if offset + out.len() as u64 > sheet.len {
            return Err(out_of_range());
        }
        let mut rest = out;
        for (number, within, take) in parts(offset, rest.len()) {
            let page = self.page(&sheet, number)?;
            let (part, after) = rest.split_at_mut_checked(take).ok_or_else(out_of_range)?;
            part.copy_from_slice(page.get(within..within + take).ok_or_else(out_of_range)?);
            rest = after;
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut sheet = self.sheet();
        sheet.medium_len = sheet.medium_len.min(len);
        sheet.pages.retain(|number, _| number * (PAGE as u64) < len);
        sheet.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut sheet = self.sheet();
        let mut rest = data;
        for (number, within, take) in parts(offset, data.len()) {
            let mut page = self.page(&sheet, number)?;
            let (part, after) = rest.split_at_checked(take).ok_or_else(out_of_range)?;
            page.get_mut(within..within + take)
                .ok_or_else(out_of_range)?
                .copy_from_slice(part);
            sheet.pages.insert(number, page);
            rest = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redb::backends::InMemoryBackend;

    fn base(bytes: &[u8]) -> Medium {
        let base = InMemoryBackend::new();
        base.set_len(bytes.len() as u64).unwrap();
        base.write(0, bytes).unwrap();
        Arc::new(base)
    }

    #[test]
    fn writes_stay_in_the_sheet_and_never_reach_the_medium() {
        let medium = base(&[7; 10_000]);
        let overlay = Overlay::new(medium.clone()).unwrap();
        overlay.write(4090, &[1; 12]).unwrap();
        let mut seen = [0; 16];
        overlay.read(4088, &mut seen).unwrap();
        assert_eq!(seen, [7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 7]);
        medium.read(4088, &mut seen).unwrap();
        assert_eq!(seen, [7; 16]);
    }

    #[test]
    fn what_was_cut_off_reads_as_zero_when_the_length_grows_again() {
        let overlay = Overlay::new(base(&[7; 10_000])).unwrap();
        overlay.set_len(8192).unwrap();
        overlay.set_len(20_000).unwrap();
        let mut seen = [9; 4];
        overlay.read(8190, &mut seen).unwrap();
        assert_eq!(seen, [7, 7, 0, 0]);
        assert!(overlay.read(19_998, &mut seen).is_err());
    }

    #[test]
    fn a_fenced_database_reaches_nothing() {
        let fence = Arc::new(AtomicBool::new(false));
        let tally = Arc::new(Tally::default());
        let fenced = Fenced::new(base(&[7; 8]), fence.clone(), tally.clone());
        fenced.write(0, &[1]).unwrap();
        fence.store(true, Ordering::Release);
        assert!(fenced.write(0, &[1]).is_err());
        assert!(fenced.set_len(1).is_err());
        assert!(fenced.sync_data().is_err());
        assert!(fenced.read(0, &mut [0]).is_err());
        assert_eq!(tally.flushes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn the_flush_of_a_longer_file_is_counted_apart() {
        let tally = Arc::new(Tally::default());
        let fenced = Fenced::new(base(&[7; 8]), Arc::default(), tally.clone());
        let counts = || {
            let flushes = tally.flushes.load(Ordering::Relaxed);
            (flushes, tally.growths.load(Ordering::Relaxed))
        };
        fenced.set_len(9).unwrap();
        fenced.sync_data().unwrap();
        assert_eq!(counts(), (0, 1));
        fenced.sync_data().unwrap();
        fenced.set_len(3).unwrap();
        fenced.sync_data().unwrap();
        assert_eq!(counts(), (2, 1));
    }
}
