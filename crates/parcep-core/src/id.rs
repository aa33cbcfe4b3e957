//! Opaque ids. They mean nothing outside the household and are compared as bytes.

use crate::crypto::{NoRandomness, Random};
use std::fmt;

/// An id of the wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} has the wrong length")]
pub struct WrongLength(pub(crate) &'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Takes bytes that are an id already.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// A fresh id.
            ///
            /// # Errors
            /// [`NoRandomness`] if the source fails.
            pub fn random(random: &mut impl Random) -> Result<Self, NoRandomness> {
                random.array().map(Self)
            }

            /// The bytes.
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// The bytes as a vector, for a message.
            pub fn to_vec(self) -> Vec<u8> {
                self.0.to_vec()
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = WrongLength;

            fn try_from(bytes: &[u8]) -> Result<Self, WrongLength> {
                bytes.try_into().map(Self).map_err(|_| WrongLength($what))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&crate::hex::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

id! {
    /// A household: 32 random bytes, in every header, never shown to a relay.
    LogId, 32, "log id"
}
id! {
    /// A document. It stays over retries.
    DocumentId, 16, "document id"
}
id! {
    /// A device of a person, or an enforcement point.
    DeviceId, 16, "device id"
}
id! {
    /// A guardian or a dependant.
    PrincipalId, 16, "principal id"
}
