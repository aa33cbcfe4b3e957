//! A folder that is copied and put back: what a device forgets, or remembers although it should not.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the copy stands, beside what the product keeps.
const COPY: &str = "as-joined";
/// What the product keeps its device in.
const DEVICE: &str = "device";
/// What the device keeps its readings of time in.
const TIME: &str = "time.bin";

/// Everything in a folder is gone.
pub(crate) fn empty(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
}

/// What it knew of the time is gone.
pub(crate) fn forget_time(folder: &Path) -> io::Result<()> {
    let time = folder.join(DEVICE).join(TIME);
    if time.exists() {
        fs::remove_file(time)?;
    }
    Ok(())
}

/// Adds a line to a history.
pub(crate) fn write_down(folder: &Path, line: &str) -> io::Result<()> {
    let history = folder.join("history.log");
    let history = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(history);
    writeln!(history?, "{line}")
}

/// Keeps a copy of the device.
pub(crate) fn copy(folder: &Path) -> io::Result<()> {
    let copy = folder.join(COPY);
    empty(&copy)?;
    copy_all(&folder.join(DEVICE), &copy)
}

/// Puts the copy of the device back, if there is one.
pub(crate) fn put_back(folder: &Path) -> io::Result<()> {
    let copy = folder.join(COPY);
    if !copy.exists() {
        return Ok(());
    }
    let device = folder.join(DEVICE);
    empty(&device)?;
    copy_all(&copy, &device)
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
