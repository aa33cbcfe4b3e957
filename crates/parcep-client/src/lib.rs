//! Drives the core over gRPC for guardians and enforcement points.
//!
//! The engine in `parcep_core::member` decides what to say; this crate carries the bytes
//! ([`Link`]), keeps them ([`Store`]) and turns the two into calls a program can await ([`Driver`]).
//! [`guardian`] founds households, writes rules and admits devices; [`agent`] is what a product
//! embeds to enforce them.

pub mod agent;
pub mod beats;
pub mod clock;
pub mod desk;
pub mod driver;
pub mod error;
pub mod export;
pub mod forks;
pub mod guardian;
pub mod link;
pub mod store;

pub use driver::Driver;
pub use error::ClientError;
pub use export::Export;
pub use link::{Link, Trust};
pub use store::Store;
