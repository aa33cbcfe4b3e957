//! A member's folder: keys, anchor, secrets, and every entry it followed.
//!
//! | file | holds | written |
//! |---|---|---|
//! | `keys.json` | device id and seeds, mode 0600 | once, and with a new sealing key |
//! | `anchor.bin` | what was believed before any relay spoke | once |
//! | `secrets.bin` | every secret held, mode 0600 | when one comes or goes, before the entry that did it |
//! | `request.bin` | what it asked to be | once |
//! | `welcome.bin` | what the Welcome says of the log, and whether it was found so | while joining |
//! | `log.bin` | entries, each after its length and checksum | appended, flushed before use |
//! | `notes.bin` | versions of registers, what it knows of each relay, keys that it revoked | when one changes |
//! | `snapshot.bin` | what the entries before a place did, with a checksum | every 256 entries |
//! | `aside.bin` | other branches of the log, and what was lost, with secrets of theirs alone | when one comes or goes |
//! | others | what a part of the client keeps by [`Store::keep`] | when it changes |
//! | `lock` | nothing; held while a process uses the folder | – |
//!
//! Files are written whole or not at all, readable by their owner only.

mod keys;
mod records;
mod released;
mod snapshot;

use crate::ClientError;
use parcep_core::crypto::{Hash, SealingKey, sha256};
use parcep_core::epoch::Keyring;
use parcep_core::joining::{Anchor, Joining};
use parcep_core::log::Entry;
use parcep_core::member::{Event, Identity, Member, Notes, Promise};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use records::Records;
pub use released::Released;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KEYS: &str = "keys.json";
const ANCHOR: &str = "anchor.bin";
const SECRETS: &str = "secrets.bin";
const LOG: &str = "log.bin";
const NOTES: &str = "notes.bin";
const ASIDE: &str = "aside.bin";
const SNAPSHOT: &str = "snapshot.bin";
const LOCK: &str = "lock";
const REQUEST: &str = "request.bin";
/// One byte that says whether it was kept, then the promise.
const PROMISE: &str = "welcome.bin";
/// What is left of a member that was removed and erased.
const REMOVED: &str = "removed";

/// An open member's folder. One process at a time.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    log: Records,
    /// Hash of the secrets on disk, to write them only when they changed.
    secrets: Option<Hash>,
    keeps_secrets: bool,
    /// Entries that the snapshot on disk stands for; 0 for none.
    snapshot_at: u64,
    /// Nothing is written here any more.
    erased: bool,
    _lock: File,
}

impl Store {
    /// Creates a folder for a new member. The keys are on disk before anybody hears of them.
    ///
    /// # Errors
    /// If the folder holds a member already, or cannot be written.
    pub fn create(folder: &Path, identity: &Identity) -> Result<Self, ClientError> {
        fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
        if folder.join(KEYS).exists() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds a member already; choose another folder",
            });
        }
        let store = Self::lock(folder)?;
        store.save_keys(identity, None)?;
        Ok(store)
    }

    /// Opens a folder that was created before. Half an entry at the end of the log, left by a crash,
    /// is dropped: it was never acted on.
    ///
    /// # Errors
    /// If there is no member in it, another process uses it, or a file is damaged.
    pub fn open(folder: &Path) -> Result<Self, ClientError> {
        if folder.join(REMOVED).exists() {
            // Erasing may have been cut short, with keys and secrets still there.
            Self::lock(folder)?.erase()?;
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "was removed from its household and erased; nothing is kept here",
            });
        }
        if !folder.join(KEYS).exists() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds no member; make one with `parcep household new` or `parcep device request`",
            });
        }
        Self::lock(folder)
    }

    /// A folder for somebody whose keys are kept on paper only: the log goes there, sealed as it is, and
    /// neither keys nor secrets.
    ///
    /// # Errors
    /// If it cannot be made, or another process uses it.
    pub fn without_keys(folder: &Path) -> Result<Self, ClientError> {
        fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
        let mut store = Self::lock(folder)?;
        store.keeps_secrets = false;
        Ok(store)
    }

    /// Whether this folder held a member that was removed from its household, and was erased.
    pub fn was_removed(folder: &Path) -> bool {
        folder.join(REMOVED).exists()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps what was believed before any relay spoke.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save_start(&mut self, anchor: &Anchor, secrets: &Keyring) -> Result<(), ClientError> {
        self.save_secrets(secrets)?;
        self.write(ANCHOR, &anchor.encode())
    }

    /// Keeps the secrets as they are now, if they changed. What is no longer among them is gone from
    /// the folder.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_secrets(&mut self, secrets: &Keyring) -> Result<(), ClientError> {
        let bytes = encoded(secrets);
        let hash = sha256(&bytes);
        if self.keeps_secrets && self.secrets != Some(hash) {
            self.write(SECRETS, &bytes)?;
            self.secrets = Some(hash);
        }
        Ok(())
    }

    /// Keeps what the device asked to be (R-JOIN-010).
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_request(&self, what: Joining) -> Result<(), ClientError> {
        self.write(REQUEST, &what.encode())
    }

    /// What the device asked to be, if it asked to join from this folder.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn request(&self) -> Result<Option<Joining>, ClientError> {
        let Some(bytes) = self.kept(REQUEST)? else {
            return Ok(None);
        };
        let damaged = || self.damaged(REQUEST, "it names neither a category nor a role");
        Joining::parse(&bytes).map(Some).ok_or_else(damaged)
    }

    /// Keeps what the Welcome said of the log; with `None`, that it was found so.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_promise(&mut self, promised: Option<Promise>) -> Result<(), ClientError> {
        let (kept, promised) = match (promised, self.promise()?) {
            (Some(promised), _) => (0, promised),
            (None, Some((_, promised))) => (1, promised),
            (None, None) => return Ok(()),
        };
        self.write(PROMISE, &[vec![kept], promised.encode()].concat())
    }

    /// Place of the head of the Welcome that this device joined with, if it joined with one.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn welcomed_at(&self) -> Result<Option<u64>, ClientError> {
        Ok(self.promise()?.map(|(_, promised)| promised.head_seq))
    }

    /// Whether it was found so, and what.
    fn promise(&self) -> Result<Option<(bool, Promise)>, ClientError> {
        let Some(bytes) = self.kept(PROMISE)? else {
            return Ok(None);
        };
        let read = bytes.split_first();
        let read = read.and_then(|(kept, rest)| Some((*kept == 1, Promise::parse(rest)?)));
        let damaged = || self.damaged(PROMISE, "it holds no promise");
        read.map(Some).ok_or_else(damaged)
    }

    /// Leaves nothing of an answer that came to nothing but the keys: another one may follow.
    ///
    /// # Errors
    /// If this device has joined, or a file cannot be removed.
    pub(crate) fn forget_start(&mut self) -> Result<(), ClientError> {
        if !self.has_joined() {
            return Ok(());
        }
        if self.promise()?.is_none_or(|(kept, _)| kept) {
            return Err(ClientError::NoMember {
                path: self.folder.clone(),
                what: "has joined a household already",
            });
        }
        self.log.rewind(0)?;
        self.secrets = None;
        // The anchor goes last: while it stands, this is done again.
        let entries = fs::read_dir(&self.folder).map_err(|source| file(&self.folder, source))?;
        let stays = [KEYS, REQUEST, LOCK, LOG, PROMISE, ANCHOR].map(|name| self.folder.join(name));
        let paths = entries.flatten().map(|entry| entry.path());
        let paths = paths.filter(|path| path.is_file() && !stays.contains(path));
        for path in paths.chain([self.folder.join(ANCHOR)]) {
            fs::remove_file(&path).map_err(|source| file(&path, source))?;
        }
        Ok(())
    }

    /// The keys of this member.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn identity(&self) -> Result<Identity, ClientError> {
        self.keys().map(|(identity, _)| identity)
    }

    /// Keeps the keys, with the sealing key that the device is to have. What was there before is
    /// written over.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_keys(
        &self,
        identity: &Identity,
        next: Option<&SealingKey>,
    ) -> Result<(), ClientError> {
        let text = keys::write(identity, next);
        let text = text.map_err(|error| file(&self.folder, error.into()))?;
        self.write(KEYS, &text)
    }

    /// Whether this device has joined a household.
    pub fn has_joined(&self) -> bool {
        self.folder.join(ANCHOR).exists()
    }

    /// The anchor.
    ///
    /// # Errors
    /// If this device has not joined yet, or the file is damaged.
    pub fn anchor(&self) -> Result<Anchor, ClientError> {
        if !self.has_joined() {
            return Err(ClientError::NoMember {
                path: self.folder.clone(),
                what: "has not joined a household yet; give the answer file to `parcep device join`",
            });
        }
        Anchor::parse(&self.read(ANCHOR)?).map_err(|_| self.damaged(ANCHOR, "it is no anchor"))
    }

    /// The secrets as they were last kept.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn secrets(&self) -> Result<Keyring, ClientError> {
        let bytes = Zeroizing::new(self.read(SECRETS)?);
        let secrets = pb::SecretSet::decode(bytes.as_slice()).ok();
        secrets
            .and_then(|set| Keyring::try_from(set).ok())
            .ok_or_else(|| self.damaged(SECRETS, "it holds no secrets"))
    }

    /// Every entry that was followed, in order.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn entries(&mut self) -> Result<Vec<Entry>, ClientError> {
        self.log.read()
    }

    /// The member, as its snapshot and the entries behind it say, or all entries verified anew. Where the
    /// log says that this device left, or that the household ended, a crash came before the erasure: it is
    /// done now (R-PRIV-017, R-PRIV-018).
    ///
    /// # Errors
    /// If it has not joined yet, or a file is damaged; [`ClientError::Removed`], or `ENDED`, once
    /// everything was erased.
    pub fn member(&mut self) -> Result<Member, ClientError> {
        let mut member = match self.resumed()? {
            Some(member) => member,
            None => self.replayed()?.0,
        };
        self.complete(&mut member)?;
        self.keep_snapshot(&member)?;
        Ok(member)
    }

    /// The member, with what every entry did: all of them are verified anew.
    ///
    /// # Errors
    /// As [`Store::member`].
    pub fn history(&mut self) -> Result<(Member, Vec<Event>), ClientError> {
        let (mut member, history) = self.replayed()?;
        self.complete(&mut member)?;
        Ok((member, history))
    }

    fn replayed(&mut self) -> Result<(Member, Vec<Event>), ClientError> {
        let (anchor, secrets, (identity, _)) = (self.anchor()?, self.secrets()?, self.keys()?);
        let entries = self.entries()?;
        Ok(Member::replay(identity, anchor, secrets, entries))
    }

    /// What is kept beside the log.
    fn complete(&mut self, member: &mut Member) -> Result<(), ClientError> {
        self.secrets = Some(sha256(&encoded(&self.secrets()?)));
        let notes = match self.kept(NOTES)? {
            Some(bytes) => {
                Notes::parse(&bytes).ok_or_else(|| self.damaged(NOTES, "it holds no notes"))?
            }
            None => Notes::default(),
        };
        let (_, next) = self.keys()?;
        member.remember(notes);
        if let Some((false, promised)) = self.promise()? {
            member.remember_promise(promised);
        }
        if let Some(aside) = self.kept(ASIDE)?
            && !member.remember_aside(&aside, self.entries()?)
        {
            return Err(self.damaged(ASIDE, "it does not fit the log"));
        }
        if let Some(next) = next {
            member.change_key(next);
        }
        self.farewell(member)?;
        self.forget_released(member)
    }

    /// Destroys everything here if this device has left, or the household has ended (R-PRIV-017,
    /// R-PRIV-018): on every branch there is, for of what a fork or a restore took nothing is destroyed
    /// while it holds (R-MOVE-003, R-MOVE-008).
    ///
    /// # Errors
    /// [`ClientError::Removed`], or `ENDED`, once everything was erased.
    pub(crate) fn farewell(&mut self, member: &Member) -> Result<(), ClientError> {
        let mut households = member.households().peekable();
        let ended = households.peek().is_some() && households.all(|h| h.ended().is_some());
        if !ended && !member.has_left() {
            return Ok(());
        }
        self.erase()?;
        Err(if ended {
            ClientError::Refused(Reason::Ended)
        } else {
            ClientError::Removed
        })
    }

    /// Keeps what stands aside of the log ([`Member::aside_bytes`]).
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_aside(&self, bytes: &[u8]) -> Result<(), ClientError> {
        self.write(ASIDE, bytes)
    }

    /// Keeps what a member remembers beside keys and log ([`Member::notes`]).
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save_notes(&self, notes: &Notes) -> Result<(), ClientError> {
        self.write(NOTES, &notes.encode())
    }

    /// Keeps the bytes of a part of the client, such as its reading of time, under a file name of
    /// their own. Whole or not at all.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), ClientError> {
        self.write(name, bytes)
    }

    /// What [`Store::keep`] kept last under this name; `None` for nothing.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn kept(&self, name: &str) -> Result<Option<Vec<u8>>, ClientError> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(file(&path, source)),
        }
    }

    /// As [`Store::kept`], read; `None` of the reader means that the file is damaged, which `what` says with what
    /// becomes of it: never is it read as if there were none.
    ///
    /// # Errors
    /// If the disk refuses, or the file is damaged.
    pub(crate) fn kept_as<T: Default>(
        &self,
        name: &str,
        what: &'static str,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, ClientError> {
        match self.kept(name)? {
            Some(bytes) => read(&bytes).ok_or_else(|| self.damaged(name, what)),
            None => Ok(T::default()),
        }
    }

    /// Keeps the next entry. It is on stable storage when this returns.
    ///
    /// # Errors
    /// If the disk refuses; nothing is half kept then.
    pub fn append(&mut self, entry: &Entry) -> Result<(), ClientError> {
        if self.erased {
            return Ok(());
        }
        self.log.append(entry)
    }

    /// Drops entries from place `seq` on.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn rewind(&mut self, seq: u64) -> Result<(), ClientError> {
        if seq < self.snapshot_at {
            self.drop_snapshot()?;
        }
        self.log.rewind(seq)
    }

    /// Destroys everything of a member that was removed: keys, secrets, log. That it was removed is
    /// all that stays. Each file is written over before it goes; a disk that keeps old blocks aside
    /// may keep these too, which is why the keys go first: without them the rest is noise.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn erase(&mut self) -> Result<(), ClientError> {
        self.erased = true;
        self.write(REMOVED, b"removed from its household\n")?;
        let entries = fs::read_dir(&self.folder).map_err(|source| file(&self.folder, source))?;
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        let rank = |path: &PathBuf| match path.file_name().and_then(|name| name.to_str()) {
            Some(KEYS) => 0,
            Some(SECRETS) => 1,
            _ => 2,
        };
        paths.sort_by_key(rank);
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str());
            if path.is_file() && name != Some(REMOVED) && name != Some(LOCK) {
                overwrite(&path).map_err(|source| file(&path, source))?;
            }
        }
        Ok(())
    }

    /// Removes everything that was created, because nothing came of it.
    pub fn discard(self) {
        for name in [
            KEYS, ANCHOR, SECRETS, NOTES, ASIDE, LOG, SNAPSHOT, PROMISE, LOCK,
        ] {
            // What is not there need not go.
            let _ = fs::remove_file(self.folder.join(name));
        }
        // Only goes if nothing of anybody else's is in it.
        let _ = fs::remove_dir(&self.folder);
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
        let lock = open(LOCK)?;
        if lock.try_lock().is_err() {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "is in use by another process",
            });
        }
        let mut log = Records::new(folder.join(LOG), open(LOG)?);
        log.read()?;
        Ok(Self {
            folder: folder.to_owned(),
            log,
            secrets: None,
            keeps_secrets: true,
            snapshot_at: 0,
            erased: false,
            _lock: lock,
        })
    }

    fn keys(&self) -> Result<(Identity, Option<SealingKey>), ClientError> {
        let text = Zeroizing::new(self.read(KEYS)?);
        keys::read(&text).map_err(|what| self.damaged(KEYS, what))
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, ClientError> {
        let path = self.folder.join(name);
        fs::read(&path).map_err(|source| file(&path, source))
    }

    /// Writes a file whole or not at all. A secret that was in it before is written over.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ClientError> {
        if self.erased && name != REMOVED {
            return Ok(());
        }
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
            let secret = [KEYS, SECRETS, ASIDE].contains(&name);
            let before = secret.then(|| OpenOptions::new().write(true).open(&path).ok());
            fs::rename(&fresh, &path)?;
            match before.flatten() {
                Some(before) => zero(before),
                None => Ok(()),
            }
        };
        written().map_err(|source| {
            let _ = fs::remove_file(&fresh);
            file(&path, source)
        })
    }

    fn damaged(&self, name: &str, what: &'static str) -> ClientError {
        ClientError::Damaged {
            path: self.folder.join(name),
            what,
        }
    }
}

fn encoded(secrets: &Keyring) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(pb::SecretSet::from(secrets).encode_to_vec())
}

/// Writes zeros over a file, then removes it.
fn overwrite(path: &Path) -> io::Result<()> {
    zero(OpenOptions::new().write(true).open(path)?)?;
    fs::remove_file(path)
}

fn zero(mut out: File) -> io::Result<()> {
    let length = out.metadata()?.len();
    io::copy(&mut io::Read::take(io::repeat(0), length), &mut out)?;
    out.sync_all()
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

#[cfg(test)]
mod tests;
