//! An issuer of age signals as a service, and a client of it (chapter 19 of the specification).
//!
//! What is answered is decided by [`parcep_core::age::Issuer`]; here are the sockets around it. There are two kinds of
//! issuers:
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
//! [`Person`] is a device of one person, ready to be served: rules of the household, consents, cut points and the list
//! of what was shared; [`Account`] is one account of a provider. Whoever keeps these otherwise implements [`Answers`].
//!
//! ```no_run
//! use parcep_core::age::{Issuer, IssuerSettings};
//! use parcep_core::crypto::{Secret, SigningKey, SystemRandom};
//! use parcep_issuer::{Facts, Kept, Limits, Person, Socket, serve_unix};
//! use std::sync::Arc;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let mut random = SystemRandom::new();
//! let issuer = Issuer::new(SigningKey::generate(&mut random)?, IssuerSettings::default())?;
//! let secret = Secret::random(&mut random)?;
//! // `Facts` come from the device, `Kept` from where the store put it; here nothing is known and nothing stored.
//! let store = Box::new(|_: &Kept| Ok(()));
//! let person = Arc::new(Person::new(issuer, secret, Facts::none(), Kept::default(), store));
//!
//! let sockets = [
//!     Socket::app("/run/age/org.example.game.sock", "org.example.game"),
//!     Socket::holder("/run/age/holder.sock"),
//! ];
//! let running = serve_unix(&sockets, person.clone(), &Limits::default(), async {
//!     let _ = tokio::signal::ctrl_c().await;
//! })?;
//! running.finished().await?;
//! # Ok(())
//! # }
//! ```

mod account;
mod accounts;
mod answers;
mod client;
mod desk;
mod error;
mod limits;
mod person;
mod raw;
mod serve;
mod service;
mod status;
mod transport;

pub use account::Account;
pub use accounts::{AccountError, AccountList, Accounts, SecretHash};
pub use answers::{Answers, Fault};
pub use client::{Answered, Client, ClientError, FetchError, Trust};
pub use error::ServeError;
pub use limits::Limits;
pub use person::{Facts, Kept, Knows, Person, Store};
pub use serve::{Running, serve_socket_with, serve_tls, serve_tls_with, serve_unix};
pub use service::Service;
pub use transport::{Socket, TlsFiles};
