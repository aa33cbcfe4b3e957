//! The log on disk: entries behind each other, each after its length and checksum.

use super::file;
use crate::ClientError;
use parcep_core::crypto::sha256;
use parcep_core::log::Entry;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

/// Length and checksum before each entry.
const PREFIX: usize = 8;

/// The open file.
#[derive(Debug)]
pub(super) struct Records {
    path: PathBuf,
    file: File,
    /// Where each entry begins.
    offsets: Vec<u64>,
    end: u64,
}

impl Records {
    pub(super) fn new(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file,
            offsets: Vec::new(),
            end: 0,
        }
    }

    /// Keeps the next entry. It is on stable storage when this returns.
    pub(super) fn append(&mut self, entry: &Entry) -> Result<(), ClientError> {
        let bytes = pb::Entry::from(entry).encode_to_vec();
        let sum = sha256(&bytes);
        let mut record = Vec::with_capacity(bytes.len() + PREFIX);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        record.extend_from_slice(&length.to_be_bytes());
        record.extend(sum.0.iter().take(4));
        record.extend_from_slice(&bytes);
        let written = self
            .file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.write_all(&record))
            .and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // Leave no half record behind; if even this fails, opening drops it.
            let _ = self.file.set_len(self.end);
            return Err(file(&self.path, source));
        }
        self.offsets.push(self.end);
        self.end += record.len() as u64;
        Ok(())
    }

    /// Drops entries from place `seq` on.
    pub(super) fn rewind(&mut self, seq: u64) -> Result<(), ClientError> {
        let index = usize::try_from(seq).unwrap_or(usize::MAX);
        if let Some(offset) = self.offsets.get(index).copied() {
            self.offsets.truncate(index);
            self.end = offset;
            let cut = self.file.set_len(offset);
            let cut = cut.and_then(|()| self.file.sync_data());
            cut.map_err(|source| file(&self.path, source))?;
        }
        Ok(())
    }

    /// Reads every whole entry and cuts off what a crash left behind it.
    pub(super) fn read(&mut self) -> Result<Vec<Entry>, ClientError> {
        let mut bytes = Vec::new();
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.read_to_end(&mut bytes))
            .map_err(|source| file(&self.path, source))?;
        let mut rest = bytes.as_slice();
        let mut entries = Vec::new();
        self.offsets.clear();
        self.end = 0;
        while let Some((entry, after)) = next(rest) {
            self.offsets.push(self.end);
            self.end += (rest.len() - after.len()) as u64;
            rest = after;
            entries.push(entry);
        }
        if !rest.is_empty() {
            let cut = self.file.set_len(self.end);
            cut.map_err(|source| file(&self.path, source))?;
        }
        Ok(entries)
    }
}

fn next(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (record, rest) = rest.split_at_checked(length)?;
    if !sha256(record).0.starts_with(sum) {
        return None;
    }
    let entry = Entry::try_from(pb::Entry::decode(record).ok()?).ok()?;
    Some((entry, rest))
}
