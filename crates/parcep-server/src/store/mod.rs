//! What the relay keeps, behind one small trait.
//!
//! A store carries out each [`Change`] whole or not at all, and answers only when it is durable
//! (R-RELAY-002). What a change may do is decided by the functions of [`rules`], inside the store's
//! own transaction, so that every implementation refuses the same things.

pub mod redb;
pub mod rules;
mod types;

pub use rules::admin::KeyBounds;
pub use types::{
    ActRecord, Effect, Identity, LogState, NewLog, Outcome, RegisterName, RegisterRecord, Replays,
    What, Window,
};

use crate::access::{AccessRecord, Handle};
use crate::refusal::Refusal;
use parcep_core::crypto::{Hash, VerifyingKey};
use parcep_core::log::Entry;
use std::future::Future;
use std::path::PathBuf;

/// One change of a log.
#[derive(Debug, Clone)]
pub enum Change {
    /// Creates a log with its entry 0 and its first access key.
    CreateLog(Box<NewLog>),
    /// Appends one entry behind the head it names (R-RELAY-008), or gives one back (R-RELAY-019).
    Append {
        /// The log.
        handle: Handle,
        /// Who appends.
        by: VerifyingKey,
        /// The entry.
        entry: Entry,
        /// True if it is given back and not new.
        replay: bool,
        /// The relay's time, seconds.
        now: i64,
        /// Bytes the log may hold.
        log_bytes: u64,
    },
    /// Drops bodies that the caller's group wrote and replaced (R-MOVE-025).
    Prune {
        /// The log.
        handle: Handle,
        /// Who prunes.
        by: VerifyingKey,
        /// Places.
        seqs: Vec<u64>,
        /// The relay's time, seconds.
        now: i64,
    },
    /// Writes a register over the version before it (R-RELAY-014).
    WriteRegister {
        /// The log.
        handle: Handle,
        /// Who writes.
        by: VerifyingKey,
        /// The register.
        register: RegisterRecord,
        /// The relay's time, seconds: what expired before it does not count.
        now: i64,
        /// Registers the log may hold.
        max_registers: u32,
    },
    /// Adds or changes an access key (R-RELAY-016).
    Grant {
        /// The log.
        handle: Handle,
        /// Who grants.
        by: VerifyingKey,
        /// The key and what it may do.
        access: AccessRecord,
        /// Bounds of the operator.
        bounds: KeyBounds,
    },
    /// Removes an access key (R-RELAY-017).
    Revoke {
        /// The log.
        handle: Handle,
        /// Who revokes.
        by: VerifyingKey,
        /// The key.
        key: VerifyingKey,
    },
    /// Announces an act that takes a week (R-CONS-025).
    Announce {
        /// The log.
        handle: Handle,
        /// Who announces.
        by: VerifyingKey,
        /// What is to be done.
        what: What,
        /// The relay's time, seconds.
        now: i64,
        /// Bounds of the operator.
        bounds: KeyBounds,
    },
    /// Cancels an act that is pending.
    CancelAct {
        /// The log.
        handle: Handle,
        /// Who cancels.
        by: VerifyingKey,
        /// Number of the act.
        id: u64,
    },
    /// Carries out the acts of a log that are due. Nobody calls for it but the relay itself.
    CarryOut {
        /// The log.
        handle: Handle,
        /// The relay's time, seconds.
        now: i64,
        /// Bounds of the operator.
        bounds: KeyBounds,
    },
}

impl Change {
    /// The log it changes.
    pub fn handle(&self) -> &Handle {
        match self {
            Self::CreateLog(log) => &log.handle,
            Self::Append { handle, .. }
            | Self::Prune { handle, .. }
            | Self::WriteRegister { handle, .. }
            | Self::Grant { handle, .. }
            | Self::Revoke { handle, .. }
            | Self::Announce { handle, .. }
            | Self::CancelAct { handle, .. }
            | Self::CarryOut { handle, .. } => handle,
        }
    }

    /// Roughly the bytes it adds to the store.
    pub fn weight(&self) -> usize {
        let payload = match self {
            Self::CreateLog(log) => log.genesis.stored_len(),
            Self::Append { entry, .. } => entry.stored_len(),
            Self::WriteRegister { register, .. } => register.value.len(),
            _ => 0,
        };
        payload + 256
    }
}

/// Storage, as the service sees it.
pub trait Store: Send + Sync + 'static {
    /// Who this relay is: made at the first start, the same ever after.
    fn identity(&self) -> &Identity;

    /// Carries out one change and says where the log stands after it, and whom it concerns.
    ///
    /// Returns when the change is on stable storage. Changes of one log take effect in the order in
    /// which they are answered.
    fn change(&self, change: Change) -> impl Future<Output = Result<Outcome, ChangeError>> + Send;

    /// Says that this store is an older copy of itself: every log begins a relay epoch that was never
    /// announced and a day for giving back, registers and pending acts are gone (R-MOVE-009,
    /// R-MOVE-010, R-MOVE-016). Returns how many logs there are.
    ///
    /// An act that stands in the copy may have been cancelled since, so none is carried out.
    fn restored(&self, now: i64) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Acts of a log that are pending, by number.
    fn acts(
        &self,
        handle: &Handle,
    ) -> impl Future<Output = Result<Vec<ActRecord>, StoreError>> + Send;

    /// When the next act is due in each log that has one, in seconds.
    fn agenda(&self) -> impl Future<Output = Result<Vec<(Handle, i64)>, StoreError>> + Send;

    /// Where a log stands; `None` if there is no such log.
    fn log(
        &self,
        handle: &Handle,
    ) -> impl Future<Output = Result<Option<LogState>, StoreError>> + Send;

    /// Entries from `from` on, in order and without gaps, within the window; at least one if one
    /// exists.
    fn entries(
        &self,
        handle: &Handle,
        from: u64,
        window: Window,
    ) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    /// Hash of the entry at a place; `None` if there is none.
    fn hash_at(
        &self,
        handle: &Handle,
        seq: u64,
    ) -> impl Future<Output = Result<Option<Hash>, StoreError>> + Send;

    /// A register that has not expired at `now`, in seconds.
    fn register(
        &self,
        handle: &Handle,
        name: &RegisterName,
        now: i64,
    ) -> impl Future<Output = Result<Option<RegisterRecord>, StoreError>> + Send;

    /// Every register of a log that has not expired at `now`, in seconds.
    fn registers(
        &self,
        handle: &Handle,
        now: i64,
    ) -> impl Future<Output = Result<Vec<RegisterRecord>, StoreError>> + Send;

    /// An access key of a log.
    fn access(
        &self,
        handle: &Handle,
        key: &VerifyingKey,
    ) -> impl Future<Output = Result<Option<AccessRecord>, StoreError>> + Send;

    /// Every access key of a log, in order of the key.
    fn access_list(
        &self,
        handle: &Handle,
    ) -> impl Future<Output = Result<Vec<AccessRecord>, StoreError>> + Send;
}

/// Why a change did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The rules refuse it; nothing changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Storage failed; the change was not acknowledged.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// What can be wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process holds the store.
    #[error("store `{}` is in use by another relay", .0.display())]
    InUse(PathBuf),
    /// The store was written by another version.
    #[error("store has format {found}, this relay reads format {known}")]
    Format {
        /// The format found.
        found: u32,
        /// The format this relay reads.
        known: u32,
    },
    /// Reading or writing failed, or the disk is full.
    #[error("store cannot be read or written: {0}")]
    Io(String),
    /// What is stored cannot be.
    #[error("store is damaged: {0}")]
    Damaged(String),
    /// The store was closed.
    #[error("store is closed")]
    Closed,
}

impl StoreError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse(_) => "STORE_IN_USE",
            Self::Format { .. } => "STORE_FORMAT",
            Self::Io(_) => "STORAGE",
            Self::Damaged(_) => "STORE_DAMAGED",
            Self::Closed => "STORE_CLOSED",
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(_: StoreError) -> Self {
        Self::Storage
    }
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(refusal) => refusal,
            ChangeError::Failed(error) => error.into(),
        }
    }
}
