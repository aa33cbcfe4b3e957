//! What can go wrong on a device.

use crate::export::ExportError;
use parcep_core::document::DocumentError;
use parcep_core::joining::JoinError;
use parcep_core::member::{Failure, WelcomeError};
use parcep_core::reason::{Reason, code};
use std::path::PathBuf;

/// Why something did not happen. Every variant has a stable [`ClientError::code`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The relay's address is not usable.
    #[error("relay address `{0}` is not usable: {1}")]
    Address(String, &'static str),
    /// The relay does not answer.
    #[error("relay `{0}` does not answer")]
    Unreachable(String),
    /// The relay or the household's rules refuse it.
    #[error("refused: {}", code(*.0))]
    Refused(Reason),
    /// What the relay says cannot be true.
    #[error("the relay is not believed any more: {} at entry {}", code(.0.reason), .0.seq)]
    Distrusted(Failure),
    /// A file cannot be read or written.
    #[error("cannot use `{}`: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("`{}` is damaged: {what}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// In what way.
        what: &'static str,
    },
    /// This folder holds no member, or another one.
    #[error("`{}` {what}", path.display())]
    NoMember {
        /// Which.
        path: PathBuf,
        /// In what way.
        what: &'static str,
    },
    /// This device is no member any more.
    #[error("this device is not of the household any more; everything it held was destroyed")]
    Removed,
    /// TLS cannot be set up.
    #[error("TLS: {0}")]
    Tls(String),
    /// A document cannot be written or read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A join file is refused.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A newcomer cannot be welcomed.
    #[error(transparent)]
    Welcome(#[from] WelcomeError),
    /// A file is no export that can be believed.
    #[error("the export is refused: {0}")]
    Export(ExportError),
}

impl ClientError {
    /// The stable reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(..) => "BAD_ADDRESS",
            Self::Unreachable(_) => "UNREACHABLE",
            Self::Refused(reason) => code(*reason),
            Self::Distrusted(failure) => code(failure.reason),
            Self::File { .. } => "FILE",
            Self::Damaged { .. } => "DAMAGED_FILE",
            Self::NoMember { .. } => "NO_MEMBER",
            Self::Removed => "REMOVED",
            Self::Tls(_) => "TLS",
            Self::Document(error) => code(error.reason()),
            Self::Join(error) => code(error.reason()),
            Self::Welcome(error) => code(error.reason()),
            Self::Export(error) => code(error.reason()),
        }
    }
}
