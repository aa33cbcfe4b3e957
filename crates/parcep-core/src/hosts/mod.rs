//! Long host lists: a million hosts compiled once into bytes that are asked without being unpacked.
//!
//! A policy names such a list by the SHA-256 of its canonical text (R-POL-017). Whoever has the
//! list turns it into bytes with [`HostSetBuilder`] or [`build_from_text`] and keeps those, in a
//! file or in read-only memory; [`HostSet::open`] borrows them. Opening and asking allocate
//! nothing. A host takes 17 bytes where hosts have 19 characters. The bytes are no wire format:
//! another version may lay them out differently, and then the text is compiled again.
//!
//! ```
//! use parcep_core::hosts::{HostLists, HostSet, HostSetBuilder};
//!
//! let mut builder = HostSetBuilder::new();
//! builder.add("example.org".parse()?);
//! builder.add("bad.example.net".parse()?);
//! let bytes = builder.finish()?;
//!
//! let set = HostSet::open(&bytes)?;
//! assert_eq!(set.longest_match(&"www.example.org".parse()?), Some(2));
//! assert_eq!(set.longest_match(&"example.net".parse()?), None);
//!
//! let sets = [set];
//! let lists = HostLists::new(&sets);
//! assert!(lists.find(set.name()).is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod key;
mod pack;
mod set;
#[cfg(test)]
mod tests;

pub use build::{HostSetBuilder, build_from_text, canonical_text};
pub(crate) use key::Key;
pub use set::HostSet;

use crate::crypto::Hash;

/// Most hosts of one list: with it the offsets inside a list stay far below 32 bits.
pub const MOST_HOSTS: usize = 1 << 24;

/// The long lists that an enforcement point has, by their names. Costs no more to copy than a
/// slice.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostLists<'a>(&'a [HostSet<'a>]);

impl<'a> HostLists<'a> {
    /// No list.
    pub const NONE: Self = Self(&[]);

    /// These lists, in any order. Meant for a handful: they are looked through one by one.
    #[must_use]
    pub const fn new(sets: &'a [HostSet<'a>]) -> Self {
        Self(sets)
    }

    /// The list whose canonical text has this SHA-256 (R-POL-017); `None` if it is not here.
    #[must_use]
    pub fn find(&self, name: &Hash) -> Option<&'a HostSet<'a>> {
        self.0.iter().find(|set| set.name() == name)
    }
}

/// Why a list cannot be built or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostSetError {
    /// The bytes do not begin like a compiled list.
    #[error("not a compiled host list")]
    NotAList,
    /// The bytes are of another version; compile the text again.
    #[error("compiled by another version: compile the list again from its text")]
    Version,
    /// The bytes are not what was built.
    #[error("the compiled host list is damaged: compile it again from its text")]
    Damaged,
    /// The bytes are a list, but not the one whose name they bear.
    #[error("the hosts are not those of the list's name")]
    WrongName,
    /// A line of a text is no host in the form that is stored, or stands in the wrong place.
    #[error("line {line} of the list is not canonical: {why}")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// More hosts than [`MOST_HOSTS`].
    #[error("a host list holds at most {MOST_HOSTS} hosts")]
    TooMany,
}

impl HostSetError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAList => "NOT_A_HOST_LIST",
            Self::Version => "HOST_LIST_VERSION",
            Self::Damaged => "HOST_LIST_DAMAGED",
            Self::WrongName => "HOST_LIST_MISMATCH",
            Self::Line { .. } => "INVALID_HOST_LIST",
            Self::TooMany => "TOO_MANY_HOSTS",
        }
    }
}
