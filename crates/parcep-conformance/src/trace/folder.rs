//! Files of a tree, in one order everywhere.

use super::TraceError;
use std::path::{Path, PathBuf};

/// Folders that hold what programs made or fetched.
const NOT_OURS: &[&str] = &[
    "target",
    ".venv",
    "venv",
    "corpus",
    "artifacts",
    ".git",
    "node_modules",
    "__pycache__",
];

/// Every file in a folder and below with one of these endings, sorted by path; all if none is named.
pub(super) fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, TraceError> {
    let wanted = |path: &Path| {
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        endings.is_empty() || endings.contains(&ending)
    };
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let unreadable = |source| TraceError::Read {
            path: next.clone(),
            source,
        };
        for entry in std::fs::read_dir(&next).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            let name = entry.file_name();
            let path = entry.path();
            if kind.is_dir() && !NOT_OURS.iter().any(|other| name == *other) {
                waiting.push(path);
            } else if kind.is_file() && wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A text file.
pub(super) fn read(path: &Path) -> Result<String, TraceError> {
    std::fs::read_to_string(path).map_err(|source| TraceError::Read {
        path: path.to_owned(),
        source,
    })
}

/// A text file, or nothing if there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<String>, TraceError> {
    if path.is_file() {
        read(path).map(Some)
    } else {
        Ok(None)
    }
}

/// A path below a folder, with slashes.
pub(super) fn relative(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}
