//! Writing a store anew, so that what was deleted is in no unused page of its file either (R-OPS-004).

use super::super::StoreError;
use super::tables::{
    ACCESS, ACTS, ENTRIES, EXPIRY, LOGS, META, REGISTERS, SLOTS, USAGE, VOUCHERS, failed,
};
use redb::backends::FileBackend;
use redb::{
    Database, Key, ReadTransaction, ReadableDatabase as _, ReadableTable as _, TableDefinition,
    Value, WriteTransaction,
};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Copies what stands in a database into a fresh file beside it, which then takes its place.
pub(super) fn rewrite(db: &Database, path: &Path) -> Result<(), StoreError> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = Path::new(&fresh);
    // What an attempt left behind that did not come to its end.
    match fs::remove_file(fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_failed(error)),
        _ => {}
    }
    let file = super::open_file(fresh).map_err(io_failed)?;
    let backend = FileBackend::new(file).map_err(failed)?;
    let copy = Database::builder()
        .create_with_backend(backend)
        .map_err(failed)?;
    copy_all(&db.begin_read().map_err(failed)?, &copy)?;
    drop(copy);
    fs::rename(fresh, path).map_err(io_failed)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync_folder(folder),
        _ => sync_folder(Path::new(".")),
    }
}

fn copy_all(from: &ReadTransaction, to: &Database) -> Result<(), StoreError> {
    let txn = to.begin_write().map_err(failed)?;
    copy(from, &txn, META)?;
    copy(from, &txn, LOGS)?;
    copy(from, &txn, ENTRIES)?;
    copy(from, &txn, REGISTERS)?;
    copy(from, &txn, EXPIRY)?;
    copy(from, &txn, ACCESS)?;
    copy(from, &txn, USAGE)?;
    copy(from, &txn, VOUCHERS)?;
    copy(from, &txn, SLOTS)?;
    copy(from, &txn, ACTS)?;
    txn.commit().map_err(failed)
}

fn copy<K: Key + 'static, V: Value + 'static>(
    from: &ReadTransaction,
    to: &WriteTransaction,
    table: TableDefinition<'_, K, V>,
) -> Result<(), StoreError> {
    let mut fresh = to.open_table(table).map_err(failed)?;
    let standing = from.open_table(table).map_err(failed)?;
    for row in standing.iter().map_err(failed)? {
        let (key, value) = row.map_err(failed)?;
        fresh.insert(key.value(), value.value()).map_err(failed)?;
    }
    Ok(())
}

/// Makes the new name durable. Not every system opens folders.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        return File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(io_failed);
    }
    Ok(())
}

fn io_failed(error: io::Error) -> StoreError {
    StoreError::Io(error.to_string())
}
