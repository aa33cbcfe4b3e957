//! What a device keeps for the person: whom it told what, and at which cut points each audience asks.
//!
//! A list says no more and no less than what was told. So one program at a time has the folder, and
//! where a claim could not be given to anybody, its line is taken back.

use crate::failure::{Failure, Kind};
use crate::files::{self, UNCHANGED};
use crate::online::write_bytes;
use parcep_core::age::{
    Admitted, AgeSignal, ConsentLedger, Cuts, DisclosureError, DisclosureLog, Pins, Share,
    Withheld, latest_day,
};
use parcep_core::crypto::{Secret, SystemRandom};
use parcep_core::hex;
use parcep_issuer::Kept;
use serde::de::DeserializeOwned;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The list of what was shared, if no other place is given.
const LOG: &str = "age-shared.jsonl";
/// Which cut points each audience has.
const AUDIENCES: &str = "age-audiences.json";
/// What guardians said to each audience.
const CONSENTS: &str = "age-consents.json";
/// Hides birthdays, and names what can be revoked.
const SECRET: &str = "age-secret";
/// How long another command may have the folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// Files of one person, of which nobody else has the use meanwhile.
#[derive(Debug)]
pub(super) struct Own {
    log: PathBuf,
    audiences: PathBuf,
    consents: PathBuf,
    secret: PathBuf,
    _locks: Vec<File>,
}

impl Own {
    /// Beside a key or a wallet; the list elsewhere if that is asked for.
    pub(super) fn beside(file: &Path, log: Option<&Path>) -> Result<Self, Failure> {
        Self::at(file.parent().unwrap_or_else(|| Path::new("")), log)
    }

    /// In a folder, which is there; the list elsewhere if that is asked for.
    pub(super) fn at(folder: &Path, log: Option<&Path>) -> Result<Self, Failure> {
        let log = log.map_or_else(|| folder.join(LOG), Path::to_owned);
        let mut folders = vec![
            real(folder)?,
            real(log.parent().unwrap_or_else(|| Path::new("")))?,
        ];
        folders.dedup();
        let locks = folders.iter().map(|folder| lock(folder));
        Ok(Self {
            log,
            audiences: folder.join(AUDIENCES),
            consents: folder.join(CONSENTS),
            secret: folder.join(SECRET),
            _locks: locks.collect::<Result<_, _>>()?,
        })
    }

    /// Puts a claim on the list, before anybody gets it (R-AGE-052).
    pub(super) fn shared(&self, told: &AgeSignal, now: i64) -> Result<(), Failure> {
        let mut list = read_log(&self.log)?;
        list.told(told, now)
            .map_err(|error| unlisted(&self.log, error))?;
        files::write_private(&self.log, list.to_json_lines().as_bytes())
    }

    /// Whether an audience may be told something at these cut points; keeps them (R-AGE-037).
    pub(super) fn admit(
        &self,
        audience: &str,
        cuts: &Cuts,
        share: &Share,
        now: i64,
    ) -> Result<Admitted, Failure> {
        let mut pins: Pins = read_json(&self.audiences)?;
        let admitted = pins.admit(audience, cuts, share, latest_day(now));
        let admitted = admitted.map_err(withheld)?;
        let text = serde_json::to_vec_pretty(&pins).map_err(internal)?;
        files::write_private(&self.audiences, &text)?;
        Ok(admitted)
    }

    /// Everything, for an issuer that answers.
    pub(super) fn kept(&self) -> Result<Kept, Failure> {
        Ok(Kept {
            pins: read_json(&self.audiences)?,
            consents: read_json::<ConsentLedger>(&self.consents)?,
            shared: read_log(&self.log)?,
        })
    }

    /// Keeps everything, or leaves it as it was. The list comes last, so that it names nobody who was
    /// told nothing.
    pub(super) fn keep(&self, kept: &Kept) -> Result<(), Failure> {
        let before = self.before()?;
        let write = || {
            let pins = serde_json::to_vec_pretty(&kept.pins).map_err(internal)?;
            files::write_private(&self.audiences, &pins)?;
            let consents = serde_json::to_vec_pretty(&kept.consents).map_err(internal)?;
            files::write_private(&self.consents, &consents)?;
            files::write_private(&self.log, kept.shared.to_json_lines().as_bytes())
        };
        write().inspect_err(|_| before.restore())
    }

    /// The secret of the person and this folder; made if it is not there.
    pub(super) fn secret(&self) -> Result<Secret, Failure> {
        if !self.secret.exists() {
            let secret = Secret::random(&mut SystemRandom::new()).map_err(internal)?;
            files::write_private(&self.secret, hex::encode(secret.expose()).as_bytes())?;
            return Ok(secret);
        }
        let text = files::read(&self.secret)?;
        let bytes = hex::decode(String::from_utf8_lossy(&text).trim());
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Secret::from_bytes).ok_or_else(|| {
            let message =
                "is no secret: 64 hexadecimal digits; restore it, for what it hid would change";
            Failure::new(Kind::Input, "BAD_KEY", message).in_file(self.secret.display().to_string())
        })
    }

    /// The files as they are, to be put back.
    pub(super) fn before(&self) -> Result<Before, Failure> {
        let read = |path: &PathBuf| {
            let bytes = path.exists().then(|| files::read(path)).transpose()?;
            Ok((path.clone(), bytes))
        };
        let files = [&self.log, &self.audiences, &self.consents];
        files
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Before)
    }
}

/// Files as they were before a claim was to be given to somebody.
#[derive(Debug)]
pub(super) struct Before(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Before {
    /// Puts them back. A list that cannot be put back names one claim too many, never one too few.
    pub(super) fn restore(&self) {
        for (path, bytes) in &self.0 {
            let _ = match bytes {
                Some(bytes) => files::write_private(path, bytes),
                None if path.exists() => files::remove(path),
                None => Ok(()),
            };
        }
    }

    /// Gives a claim out that is on the list already. A file is there whole, for its owner alone, or
    /// not at all; then the list is as it was. `beside` says what holds beside that.
    pub(super) fn hand_over(&self, out: &Path, bytes: &[u8], beside: &str) -> Result<(), Failure> {
        // What goes into a pipe or a device may stop half way.
        if files::is_standard(out) || (out.exists() && !out.is_file()) {
            return write_bytes(out, bytes).map_err(|failure| {
                let now = "part of it may have gone out, so the list names it";
                instead(failure, &format!("{now}{beside}"))
            });
        }
        files::write_private(out, bytes).map_err(|failure| {
            self.restore();
            instead(
                failure,
                &format!("nobody was told, and the list does not say so{beside}"),
            )
        })
    }
}

/// The failure to write, with what has changed in truth.
fn instead(failure: Failure, truth: &str) -> Failure {
    Failure {
        message: failure.message.replace(UNCHANGED, truth),
        ..failure
    }
}

fn real(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    fs::canonicalize(folder).map_err(|_| {
        let message = "is no folder that can be read; make it, or give another";
        Failure::new(Kind::Input, "READ_FAILED", message).in_file(folder.display().to_string())
    })
}

/// Two that write one list would lose lines.
fn lock(folder: &Path) -> Result<File, Failure> {
    let until = Instant::now() + PATIENCE;
    let fault = |code, message: &str| {
        let failure = Failure::new(Kind::Failed, code, message);
        failure.in_file(folder.display().to_string())
    };
    let file = File::open(folder).map_err(|error| fault("READ_FAILED", &error.to_string()))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // Where there are no locks, whoever runs two at once has to know.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(file);
            }
            Err(TryLockError::Error(error)) => {
                return Err(fault("READ_FAILED", &error.to_string()));
            }
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                let message = "another `parcep age` keeps the list of what was shared in this folder; end it, or \
                               give another folder";
                return Err(fault("BUSY", message));
            }
        }
    }
}

/// Why an audience is told nothing, and what somebody can do about it.
fn withheld(why: Withheld) -> Failure {
    let (code, advice) = match why {
        Withheld::OtherCuts => (
            "INVALID_REQUEST",
            "an audience has one set of cut points, and another at most once a year (R-AGE-037): use a wallet \
             with the set that it had",
        ),
        Withheld::NotShared(_) => (
            "REFUSED",
            "a guardian can write a rule that shares it (R-POL-024)",
        ),
    };
    Failure::new(Kind::Failed, code, format!("{why}; {advice}"))
}

/// The list; an empty one if there is no file yet.
pub(super) fn read_log(path: &Path) -> Result<DisclosureLog, Failure> {
    if path.as_os_str() != "-" && !path.exists() {
        return Ok(DisclosureLog::new());
    }
    let bytes = files::read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| unlisted(path, DisclosureError::Line(1)))?;
    DisclosureLog::from_json_lines(&text).map_err(|error| unlisted(path, error))
}

/// What was kept; nothing if there is no file yet.
fn read_json<T: DeserializeOwned + Default>(path: &Path) -> Result<T, Failure> {
    if !path.exists() {
        return Ok(T::default());
    }
    serde_json::from_slice(&files::read(path)?).map_err(|error| {
        let message =
            format!("is not what it was: {error}; restore it, or begin in another folder");
        Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
    })
}

fn unlisted(path: &Path, error: DisclosureError) -> Failure {
    let message = format!("{error}; what is not listed is not shared");
    Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
}

pub(super) fn internal(error: impl ToString) -> Failure {
    Failure::new(Kind::Failed, "INTERNAL", error.to_string())
}
