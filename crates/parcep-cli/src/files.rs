//! Reading inputs whole and writing outputs whole or not at all.

use crate::failure::{Failure, Kind};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Most bytes of any input; the formats have tighter bounds of their own.
const MOST: u64 = 64 << 20;
/// For 10 s another process may have a lock.
const LOCK_TRIES: u32 = 500;
const LOCK_WAIT: Duration = Duration::from_millis(20);
/// How the message of a failed write ends; what was changed beside the file says so in its place.
pub const UNCHANGED: &str = "nothing was changed";

/// Reads a file, or stdin for `-`.
///
/// # Errors
/// `READ_FAILED` if it cannot be read, `FILE_TOO_LARGE` if no format is that long.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_most(path, MOST)
}

/// The same with a bound of the caller's own.
///
/// # Errors
/// As [`read`].
pub fn read_large(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    read_most(path, u64::try_from(most).unwrap_or(MOST))
}

fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = if is_standard(path) {
        io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => {
            let message = format!("cannot be read: {}; check the path", plain(&error));
            Err(Failure::new(Kind::Input, "READ_FAILED", message).in_file(name))
        }
        Ok(_) if u64::try_from(bytes.len()).is_ok_and(|length| length > most) => {
            let message = format!("more than {most} bytes; check that it is the right file");
            Err(Failure::new(Kind::Input, "FILE_TOO_LARGE", message).in_file(name))
        }
        Ok(_) => Ok(bytes),
    }
}

/// Writes a file, or stdout for `-`.
///
/// A file is written beside its place and renamed, so that a reader sees the old or the new one and
/// a failure leaves nothing behind.
///
/// # Errors
/// `WRITE_FAILED` if the disk is full or the place cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_bytes(path, text.as_bytes())
}

/// The same for bytes.
///
/// # Errors
/// As [`write`].
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    survive_file_size_limit();
    let written = if is_standard(path) {
        print_bytes(bytes)
    } else {
        whole(path, bytes, Readers::All)
    };
    written.map_err(|error| unwritten(path, &error))
}

/// The same for what only its owner may read.
///
/// # Errors
/// As [`write`].
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    survive_file_size_limit();
    whole(path, bytes, Readers::Owner).map_err(|error| unwritten(path, &error))
}

/// Takes a lock and has it until what comes back is dropped or the process ends. `path` is a file of
/// its own, which stays. Another process may have it for some seconds.
///
/// # Errors
/// `BUSY` if another process keeps it, `WRITE_FAILED` if it cannot be made.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = options
        .open(path)
        .map_err(|error| unwritten(path, &error))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            Err(TryLockError::Error(error)) => return Err(unwritten(path, &error)),
        }
    }
    let message = "another process works here; end it, or wait until it has ended";
    Err(Failure::new(Kind::Failed, "BUSY", message).in_file(path.display().to_string()))
}

/// Removes a file.
///
/// # Errors
/// `WRITE_FAILED` if it cannot be removed.
pub fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| unwritten(path, &error))
}

/// Removes a folder with everything in it.
///
/// # Errors
/// `WRITE_FAILED` if something of it cannot be removed.
pub fn remove_folder(path: &Path) -> Result<(), Failure> {
    fs::remove_dir_all(path).map_err(|error| unwritten(path, &error))
}

/// Prints to stdout; a closed pipe is an error, not a panic.
///
/// # Errors
/// Whatever stdout says.
pub fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Whether the path means stdin or stdout.
#[must_use]
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Who may read a new file.
#[derive(Clone, Copy)]
enum Readers {
    All,
    Owner,
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot be written: {}; {UNCHANGED}", plain(error));
    Failure::new(Kind::Failed, "WRITE_FAILED", message).in_file(path.display().to_string())
}

fn whole(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    // A link stays a link: what it points at is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
        // A device or pipe cannot be replaced by a file.
        return OpenOptions::new().write(true).open(&path)?.write_all(bytes);
    }
    let beside = beside(&path)?;
    let written = fill(&beside, bytes, readers).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Readers::Owner = readers {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name in the same folder, so that the rename stays within one file system.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(hidden))
}

/// The error without the number of the operating system.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

/// A process over its file size limit is ended by SIGXFSZ unless it listens; then the write fails
/// with an error that can be told.
fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        const SIGXFSZ: i32 = 25;
        // Where this does not work the signal does what it always did.
        let listen = || drop(signal(SignalKind::from_raw(SIGXFSZ)));
        if tokio::runtime::Handle::try_current().is_ok() {
            listen();
        } else if let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
        {
            let _guard = runtime.enter();
            listen();
        }
    }
}
