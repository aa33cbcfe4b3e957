//! The household's log: entries, their hashes, and following them.

mod entry;
mod follower;
mod proof;

pub use entry::{
    Entry, EntryBody, EntryShape, HEADER_GRID, MAX_BODY, MAX_HEADER, MAX_SLOT, MIN_BODY,
};
pub(crate) use follower::REMEMBERED;
pub use follower::{ChainError, Follower, Step};
pub use proof::{ForkProof, Seen, Witness};
