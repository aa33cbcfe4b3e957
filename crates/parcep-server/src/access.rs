//! Who may do what with a log: handles, access keys, rights, groups.

use crate::refusal::Refusal;
use parcep_core::crypto::VerifyingKey;
use std::fmt;
use std::num::NonZeroU32;

/// Longest handle (R-WIRE-006).
const MAX_HANDLE: usize = 32;

/// How the relay addresses a log: 16 to 32 random bytes that the household chose. Never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(Box<[u8]>);

impl Handle {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Handle {
    type Error = Refusal;

    fn try_from(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes.len() {
            16..=MAX_HANDLE => Ok(Self(bytes.into())),
            length if length > MAX_HANDLE => Err(Refusal::TooLarge {
                field: "handle",
                limit: MAX_HANDLE as u64,
            }),
            _ => Err(Refusal::InvalidArgument("handle")),
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

/// One right of an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Read and watch.
    Read,
    /// Append entries.
    Append,
    /// Write registers.
    Registers,
    /// Grant and revoke access.
    Admin,
}

impl Right {
    /// Every right, in the order of the wire.
    pub const ALL: [Self; 4] = [Self::Read, Self::Append, Self::Registers, Self::Admin];

    /// Name in error metadata.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Append => "append",
            Self::Registers => "registers",
            Self::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Append => 2,
            Self::Registers => 4,
            Self::Admin => 8,
        }
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u8);

impl Rights {
    /// Every right: what the key that creates a log gets.
    pub const ALL: Self = Self(15);

    /// True if the right is in the set.
    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// The set with one more right.
    #[must_use]
    pub fn with(self, right: Right) -> Self {
        Self(self.0 | right.bit())
    }

    /// The rights, in the order of the wire.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.has(*right))
    }

    /// Refuses if the right is missing.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`].
    pub fn require(self, right: Right) -> Result<(), Refusal> {
        self.has(right)
            .then_some(())
            .ok_or_else(|| Refusal::NotPermitted(right.name()))
    }
}

/// An access key as the relay holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// The key; checked when it was granted.
    pub key: VerifyingKey,
    /// What it may do.
    pub rights: Rights,
    /// Opaque group: one per principal.
    pub group: [u8; 16],
    /// Calls per minute, 1 to 6000; `None` means the relay's default.
    pub rate_per_minute: Option<NonZeroU32>,
    /// Bytes this key may have stored; `None` means the log's quota alone.
    pub quota_bytes: Option<u64>,
    /// True for a root key: it has the admin right, and removes any key of its group at once
    /// (R-CONS-020).
    pub root: bool,
}

impl fmt::Debug for AccessRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessRecord({:?}, …)", self.rights)
    }
}
