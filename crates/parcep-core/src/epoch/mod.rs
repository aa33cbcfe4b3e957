//! Epochs: the secrets of the household, handed out by need to know.
//!
//! ```text
//! household secret (generation g)      headers, membership bodies, beats
//! dependant secret (generation d) ──► kind secret, one per section kind ──► message keys
//! ```
//! An epoch renews them and wraps them once per device; its body commits to every one of them, so
//! that all devices got the same (R-EPOCH-001 … R-EPOCH-006).

mod keyring;
mod need_to_know;
mod renewal;

pub use keyring::{Keyring, MalformedSecrets, SecretId, register_name};
pub use need_to_know::{Audience, DEPENDANT_KINDS, PepCategory, kinds_of};
pub use renewal::{
    DependantRow, DependantSecret, EpochBody, EpochError, KindCommitment, Renewal, open_wraps,
};
