//! Why an issuer does not start or go on.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why an issuer does not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A socket cannot be made.
    #[error("cannot make the socket `{}`: {source}", path.display())]
    Socket {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Somebody listens on the path already, or something else than a socket is there.
    #[error("`{}` is taken: {why}", path.display())]
    Taken {
        /// The path.
        path: PathBuf,
        /// By what.
        why: &'static str,
    },
    /// An app's name is empty or longer than 255 bytes (R-AGE-026).
    #[error("the app of the socket `{}` has a name of 1 to 255 bytes", .0.display())]
    Name(PathBuf),
    /// Two sockets have one path.
    #[error("two sockets have the path `{}`", .0.display())]
    Twice(PathBuf),
    /// The address cannot be bound.
    #[error("cannot listen on `{address}`: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The certificate or key cannot be used.
    #[error("TLS file `{}` cannot be used: {message}", file.display())]
    Tls {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The server ended with a fault.
    #[error("the server ended: {0}")]
    Transport(String),
    /// A fault of the issuer's own.
    #[error("the issuer stopped by a fault of its own")]
    Stopped,
}

impl ServeError {
    /// Stable code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "CANNOT_LISTEN",
            Self::Taken { .. } => "TAKEN",
            Self::Name(_) => "NAME",
            Self::Twice(_) => "TWICE",
            Self::Bind { .. } => "CANNOT_LISTEN",
            Self::Tls { .. } => "TLS_FILE",
            Self::Transport(_) => "TRANSPORT",
            Self::Stopped => "INTERNAL",
        }
    }
}
