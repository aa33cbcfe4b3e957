//! An issuer of age signals as a service, and a client of it (chapter 19 of the specification).
//!
//! What is answered is decided by [`parcep_core::age::Issuer`] and by whoever implements [`Answers`]; here are the
//! sockets around it. There are two kinds of issuers:
//!
//! - **On the device**, [`serve_unix`]: one socket for each app. The platform makes the socket, puts it where that app
//!   alone can reach it, and says whose it is; so the issuer has *seen* who asks (R-AGE-013) and believes no name in a
//!   request. A socket of another kind is for the holder, the person's own agent that fetches tokens.
//! - **Elsewhere**, [`serve_tls`]: a provider of age checks. It issues tokens for an account and learns no audience, so
//!   it answers `Ask` with UNSUPPORTED, unread.
//!
//! ```text
//! app ──/run/…/org.example.game.sock──┐
//! app ──/run/…/com.example.chat.sock──┼─▶ serve_unix ─▶ Answers ─▶ core::age::Issuer
//! holder ──/run/…/holder.sock─────────┘
//! holder ──TLS 1.3, bearer secret───────▶ serve_tls ─▶ Accounts ─▶ Answers
//! ```
//!
//! No call streams (R-AGE-056). No name of an app, no account and nothing of an age is logged.
//!
//! ```no_run
//! use parcep_core::age::{Answer, InvalidRequest, SignalRequest, TokenAnswer, TokenRequest};
//! use parcep_issuer::{Answers, Fault, Limits, RevokedList, Socket, serve_unix};
//! use std::sync::Arc;
//!
//! struct Device; // holds the key, what is known, and what the household shares
//! impl Answers for Device {
//!     fn ask(&self, seen: &str, request: Result<&SignalRequest, InvalidRequest>, now: i64)
//!         -> Result<Answer, Fault> { Err(Fault) }
//!     fn issue_tokens(&self, request: Result<&TokenRequest, InvalidRequest>, now: i64)
//!         -> Result<TokenAnswer, Fault> { Err(Fault) }
//!     fn revoked_handles(&self, seen: &str, now: i64) -> Result<RevokedList, Fault> { Err(Fault) }
//! }
//!
//! # async fn run() -> Result<(), parcep_issuer::ServeError> {
//! let sockets = [
//!     Socket::app("/run/age/org.example.game.sock", "org.example.game"),
//!     Socket::holder("/run/age/holder.sock"),
//! ];
//! let running = serve_unix(&sockets, Arc::new(Device), &Limits::default(), async {
//!     let _ = tokio::signal::ctrl_c().await;
//! })?;
//! running.finished().await
//! # }
//! ```

mod accounts;
mod answers;
mod client;
mod desk;
mod error;
mod limits;
mod raw;
mod serve;
mod service;
mod status;
mod transport;

pub use accounts::{AccountError, AccountList, Accounts, SecretHash};
pub use answers::{Answers, Fault, RevokedList};
pub use client::{Answered, Client, ClientError, FetchError, Trust};
pub use error::ServeError;
pub use limits::Limits;
pub use serve::{Running, serve_socket_with, serve_tls, serve_tls_with, serve_unix};
pub use service::Service;
pub use transport::{Socket, TlsFiles};
