//! The three ways in which a product comes to the suite.

use super::fault::Fault;
use crate::tape::redacted;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// How a product is started.
#[derive(Debug, Clone)]
pub enum Start {
    /// By a command; standard input and output are the line.
    Program(Vec<String>),
    /// By itself: it dials in.
    DialsIn(Door),
    /// By itself: it is dialled.
    Dialled(SocketAddr),
}

/// Where products dial in.
#[derive(Debug, Clone)]
pub struct Door {
    pub(super) listener: Arc<Mutex<TcpListener>>,
    address: SocketAddr,
}

impl Door {
    /// Opens the door at this address.
    ///
    /// # Errors
    /// If the address cannot be had.
    pub async fn open(address: SocketAddr) -> Result<Self, Fault> {
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|error| Fault::Start(format!("{address}: {error}")))?;
        let address = listener
            .local_addr()
            .map_err(|error| Fault::Start(error.to_string()))?;
        Ok(Self {
            listener: Arc::new(Mutex::new(listener)),
            address,
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Start {
    /// Whether several can run at once: a device is there only once.
    pub fn is_many(&self) -> bool {
        matches!(self, Self::Program(_))
    }

    /// What is tested, for a report: the command, or the address. What could be a secret stands there as a size.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::Program(command) => redacted(&command.join(" ")),
            Self::DialsIn(door) => format!("a product that dials in at {}", door.address),
            Self::Dialled(address) => format!("a product at {address}"),
        }
    }

    /// As the command line says it.
    pub fn flags(&self) -> (String, String) {
        match self {
            Self::Program(command) => (String::new(), format!(" -- {}", command.join(" "))),
            Self::DialsIn(door) => (format!(" --listen {}", door.address), String::new()),
            Self::Dialled(address) => (format!(" --dial {address}"), String::new()),
        }
    }
}
