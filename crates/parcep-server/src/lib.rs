//! The relay: order, storage, fan-out and deletion of what it cannot read.
//!
//! ```text
//! transport ──► service ──► session   who calls, and may they
//!                  │  └───► hub       who is to be told
//!                  ▼
//!                store ──► one writer thread, one flush per group of waiting changes
//! ```
//! Clauses: `spec/08-relay.md`. Two seams are public on purpose: [`store::Store`], which any database
//! can implement, and the generated service trait, which [`Relay`] implements and which a wrapper
//! may implement around it.

pub mod access;
pub mod cli;
mod clock;
mod convert;
mod hub;
mod limits;
mod refusal;
mod serve;
mod service;
mod session;
mod status;
pub mod store;
pub mod telemetry;
mod transport;

pub use clock::{Clock, VirtualClock};
pub use limits::Limits;
pub use refusal::Refusal;
pub use serve::{Config, Running, ServeError, serve_with, start, start_over, start_relay};
pub use service::{Admission, Relay};
pub use transport::{Listener, TlsFiles};
