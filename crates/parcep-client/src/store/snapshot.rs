//! The shorter way to start: what the log did up to a place, beside the log itself.

use super::{SNAPSHOT, Store, file};
use crate::ClientError;
use parcep_core::crypto::sha256;
use parcep_core::member::Member;
use std::{fs, io};

/// Entries behind a snapshot before another one takes its place.
const BEHIND: u64 = 256;

impl Store {
    /// From the snapshot, if there is one of the log that is kept here. It is no more than a shorter way.
    pub(super) fn resumed(&mut self) -> Result<Option<Member>, ClientError> {
        let Some(kept) = self.kept(SNAPSHOT)? else {
            return Ok(None);
        };
        let (anchor, secrets, (identity, _)) = (self.anchor()?, self.secrets()?, self.keys()?);
        let sound = kept.split_first_chunk::<32>();
        let sound = sound.filter(|(sum, snapshot)| sha256(snapshot).0 == **sum);
        let joined = self.promise()?.is_none_or(|(kept, _)| kept);
        let Some((_, snapshot)) = sound.filter(|_| joined) else {
            return Ok(None);
        };
        let entries = self.entries()?;
        let end = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let resumed = Member::resume(identity, anchor, secrets, snapshot, entries);
        let member = resumed.ok().map(|(member, _)| member);
        let member = member.filter(|member| member.head().0 == end);
        self.snapshot_at = member.as_ref().map_or(0, |_| end);
        Ok(member)
    }

    /// Keeps a snapshot of a member, if there is none or many entries have come since.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn keep_snapshot(&mut self, member: &Member) -> Result<(), ClientError> {
        let next = member.head().0;
        let due = next >= self.snapshot_at.saturating_add(BEHIND) && member.promised().is_none();
        let snapshot = member.snapshot().filter(|_| due && self.keeps_secrets);
        let Some(snapshot) = snapshot else {
            return Ok(());
        };
        let sum = sha256(&snapshot);
        self.write(SNAPSHOT, &[sum.0.as_slice(), &snapshot].concat())?;
        self.snapshot_at = next;
        Ok(())
    }

    /// Removes the snapshot: what its entries did is judged otherwise now.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn drop_snapshot(&mut self) -> Result<(), ClientError> {
        self.snapshot_at = 0;
        let path = self.folder.join(SNAPSHOT);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file(&path, error)),
            _ => Ok(()),
        }
    }
}
