//! A member's folder: keys, anchor, secrets from its Welcome, and every entry it followed.
//!
//! | file | holds | written |
//! |---|---|---|
//! | `keys.json` | device id and seeds, mode 0600 | once |
//! | `anchor.bin` | what was believed before any relay spoke | once |
//! | `secrets.bin` | secrets that a Welcome brought, mode 0600 | once |
//! | `log.bin` | entries, each after its length and checksum | appended, flushed before use |
//! | `versions.bin` | the highest version of each register that it wrote or read | when one changes |
//! | `lock` | nothing; held while a process uses the folder | – |

use crate::ClientError;
use parcep_core::crypto::{SealingKey, SigningKey, sha256};
use parcep_core::epoch::Keyring;
use parcep_core::id::DeviceId;
use parcep_core::joining::Anchor;
use parcep_core::log::Entry;
use parcep_core::member::{Event, Identity, Member, Versions};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Length and checksum before each entry in the log file.
const RECORD_PREFIX: usize = 8;

/// An open member's folder. One process at a time.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    log: File,
    /// Where each entry begins in the log file.
    offsets: Vec<u64>,
    end: u64,
    _lock: File,
}

#[derive(Serialize, Deserialize)]
struct Keys {
    format: String,
    device: String,
    signing: String,
    sealing: String,
    access: String,
}

const KEYS_FORMAT: &str = "parcep-keys/1";

impl Store {
    /// Creates a folder for a new member. The keys are on disk before anybody hears of them.
    ///
    /// # Errors
    /// If the folder holds a member already, or cannot be written.
    pub fn create(folder: &Path, identity: &Identity) -> Result<Self, ClientError> {
        fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
        if folder.join("keys.json").exists() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds a member already; choose another folder",
            });
        }
        let store = Self::lock(folder)?;
        let hex = |bytes: &[u8]| parcep_core::hex::encode(bytes);
        let keys = Keys {
            format: KEYS_FORMAT.into(),
            device: identity.device.to_string(),
            signing: hex(identity.signing.expose_seed()),
            sealing: hex(identity.sealing.expose_seed()),
            access: hex(identity.access.expose_seed()),
        };
        let text = serde_json::to_vec_pretty(&keys).map_err(|error| file(folder, error.into()))?;
        store.write("keys.json", &text)?;
        Ok(store)
    }

    /// Opens a folder that was created before. Half an entry at the end of the log, left by a crash,
    /// is dropped: it was never acted on.
    ///
    /// # Errors
    /// If there is no member in it, another process uses it, or a file is damaged.
    pub fn open(folder: &Path) -> Result<Self, ClientError> {
        if !folder.join("keys.json").exists() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds no member; make one with `parcep household new` or `parcep device request`",
            });
        }
        Self::lock(folder)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps what was believed before any relay spoke.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save_start(&self, anchor: &Anchor, secrets: &Keyring) -> Result<(), ClientError> {
        self.write("secrets.bin", &pb::SecretSet::from(secrets).encode_to_vec())?;
        self.write("anchor.bin", &anchor.encode())
    }

    /// The keys of this member.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn identity(&self) -> Result<Identity, ClientError> {
        let path = self.folder.join("keys.json");
        let damaged = |what| ClientError::Damaged {
            path: path.clone(),
            what,
        };
        let text = fs::read(&path).map_err(|source| file(&path, source))?;
        let keys: Keys = serde_json::from_slice(&text).map_err(|_| damaged("it is no key file"))?;
        if keys.format != KEYS_FORMAT {
            return Err(damaged("it has a format this version does not read"));
        }
        let seed = |hex: &str| -> Option<[u8; 32]> {
            parcep_core::hex::decode(hex)?.as_slice().try_into().ok()
        };
        let read = || {
            let device = parcep_core::hex::decode(&keys.device)?;
            Some(Identity {
                device: DeviceId::try_from(device.as_slice()).ok()?,
                signing: SigningKey::from_seed(seed(&keys.signing)?).ok()?,
                sealing: SealingKey::from_seed(seed(&keys.sealing)?),
                access: SigningKey::from_seed(seed(&keys.access)?).ok()?,
            })
        };
        read().ok_or_else(|| damaged("a key in it is not one"))
    }

    /// Whether this device has joined a household.
    pub fn has_joined(&self) -> bool {
        self.folder.join("anchor.bin").exists()
    }

    /// The member, restored and verified anew from everything kept here.
    ///
    /// # Errors
    /// If it has not joined yet, or a file is damaged.
    pub fn member(&mut self) -> Result<Member, ClientError> {
        self.history().map(|(member, _)| member)
    }

    /// The member, with what every entry did.
    ///
    /// # Errors
    /// As [`Store::member`].
    pub fn history(&mut self) -> Result<(Member, Vec<Event>), ClientError> {
        if !self.has_joined() {
            return Err(ClientError::NoMember {
                path: self.folder.clone(),
                what: "has not joined a household yet; give the answer file to `parcep device join`",
            });
        }
        let damaged = |name: &str, what| ClientError::Damaged {
            path: self.folder.join(name),
            what,
        };
        let anchor = Anchor::parse(&self.read("anchor.bin")?)
            .map_err(|_| damaged("anchor.bin", "it is no anchor"))?;
        let secrets = pb::SecretSet::decode(self.read("secrets.bin")?.as_slice())
            .ok()
            .and_then(|set| Keyring::try_from(set).ok())
            .ok_or_else(|| damaged("secrets.bin", "it holds no secrets"))?;
        let versions = match self.folder.join("versions.bin").exists() {
            true => Versions::parse(&self.read("versions.bin")?)
                .ok_or_else(|| damaged("versions.bin", "it holds no versions"))?,
            false => Versions::default(),
        };
        let identity = self.identity()?;
        let entries = self.entries()?;
        let (mut member, history) = Member::replay(identity, anchor, secrets, entries);
        member.remember(versions);
        Ok((member, history))
    }

    /// Keeps the versions of registers, so that none goes back after a restart.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_versions(&self, versions: &Versions) -> Result<(), ClientError> {
        self.write("versions.bin", &versions.encode())
    }

    /// Removes everything that was created, because nothing came of it.
    pub fn discard(self) {
        for name in [
            "keys.json",
            "anchor.bin",
            "secrets.bin",
            "versions.bin",
            "log.bin",
            "lock",
        ] {
            // What is not there need not go.
            let _ = fs::remove_file(self.folder.join(name));
        }
        // Only goes if nothing of anybody else's is in it.
        let _ = fs::remove_dir(&self.folder);
    }

    /// Keeps the next entry. It is on stable storage when this returns.
    ///
    /// # Errors
    /// If the disk refuses; nothing is half kept then.
    pub fn append(&mut self, entry: &Entry) -> Result<(), ClientError> {
        let bytes = pb::Entry::from(entry).encode_to_vec();
        let sum = sha256(&bytes);
        let mut record = Vec::with_capacity(bytes.len() + RECORD_PREFIX);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        record.extend_from_slice(&length.to_be_bytes());
        record.extend(sum.0.iter().take(4));
        record.extend_from_slice(&bytes);
        let written = self
            .log
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.log.write_all(&record))
            .and_then(|()| self.log.sync_data());
        if let Err(source) = written {
            // Leave no half record behind; if even this fails, opening drops it.
            let _ = self.log.set_len(self.end);
            return Err(file(&self.folder.join("log.bin"), source));
        }
        self.offsets.push(self.end);
        self.end += record.len() as u64;
        Ok(())
    }

    /// Drops entries from place `seq` on.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn rewind(&mut self, seq: u64) -> Result<(), ClientError> {
        let index = usize::try_from(seq).unwrap_or(usize::MAX);
        if let Some(offset) = self.offsets.get(index).copied() {
            self.offsets.truncate(index);
            self.end = offset;
            let cut = self.log.set_len(offset).and_then(|()| self.log.sync_data());
            cut.map_err(|source| file(&self.folder.join("log.bin"), source))?;
        }
        Ok(())
    }

    fn lock(folder: &Path) -> Result<Self, ClientError> {
        let open = |name: &str| {
            let path = folder.join(name);
            private()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|source| file(&path, source))
        };
        let lock = open("lock")?;
        if lock.try_lock().is_err() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "is in use by another process",
            });
        }
        let mut store = Self {
            folder: folder.to_owned(),
            log: open("log.bin")?,
            offsets: Vec::new(),
            end: 0,
            _lock: lock,
        };
        store.entries()?;
        Ok(store)
    }

    /// Reads every whole entry and cuts off what a crash left behind it.
    fn entries(&mut self) -> Result<Vec<Entry>, ClientError> {
        let path = self.folder.join("log.bin");
        let mut bytes = Vec::new();
        self.log
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.log.read_to_end(&mut bytes))
            .map_err(|source| file(&path, source))?;
        let mut rest = bytes.as_slice();
        let mut entries = Vec::new();
        self.offsets.clear();
        self.end = 0;
        while let Some((entry, after)) = next_record(rest) {
            self.offsets.push(self.end);
            self.end += (rest.len() - after.len()) as u64;
            rest = after;
            entries.push(entry);
        }
        if !rest.is_empty() {
            self.log
                .set_len(self.end)
                .map_err(|source| file(&path, source))?;
        }
        Ok(entries)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, ClientError> {
        let path = self.folder.join(name);
        fs::read(&path).map_err(|source| file(&path, source))
    }

    /// Writes a file whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ClientError> {
        let path = self.folder.join(name);
        let fresh = self.folder.join(format!("{name}.new"));
        let written = || -> io::Result<()> {
            let mut out = private()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&fresh)?;
            out.write_all(bytes)?;
            out.sync_all()?;
            fs::rename(&fresh, &path)
        };
        written().map_err(|source| {
            let _ = fs::remove_file(&fresh);
            file(&path, source)
        })
    }
}

fn next_record(bytes: &[u8]) -> Option<(Entry, &[u8])> {
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

fn file(path: &Path, source: io::Error) -> ClientError {
    ClientError::File {
        path: path.to_owned(),
        source,
    }
}

/// Options for files that only their owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
