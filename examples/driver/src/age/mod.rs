//! The other two roles of the contract: whoever has to know an age, and whoever says one (`spec/driver.md`).

mod asked;
mod issuer;
mod party;
mod serve;

pub use asked::{AgeAsk, IssuerAct, PartyAct};
pub use issuer::{Desk, Issuer, Open, Sockets};
pub use party::Party;
pub use serve::{serve_issuer, serve_party};

use crate::product::{About, Trouble};
use crate::request::Hands;

/// An app or a service behind a driver. A faulty one wraps another, and changes what is to be wrong.
pub trait RelyingProduct {
    /// What it is; neither category nor capabilities.
    ///
    /// # Errors
    /// [`Trouble`].
    fn hello(&mut self) -> Result<About, Trouble>;

    /// Becomes a new one, which trusts nobody; its own name.
    ///
    /// # Errors
    /// [`Trouble`].
    fn reset(&mut self, hands: &Hands) -> Result<String, Trouble>;

    /// Reads its clocks.
    ///
    /// # Errors
    /// [`Trouble`].
    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble>;

    /// Takes what happened to it.
    ///
    /// # Errors
    /// [`Trouble`].
    fn act(&mut self, act: &PartyAct) -> Result<PartyActed, Trouble>;

    /// Decides about a person and acts by it.
    ///
    /// # Errors
    /// [`Trouble`].
    fn ask(&mut self, ask: &AgeAsk) -> Result<Judged, Trouble>;

    /// What it recorded of a person.
    ///
    /// # Errors
    /// [`Trouble`].
    fn known(&mut self, person: &str) -> Result<Vec<String>, Trouble>;
}

/// What came of something that happened to a relying party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyActed {
    /// It was taken.
    Taken,
    /// It asks, with these bytes.
    Asks(Vec<u8>),
    /// It may not ask yet.
    NotNow,
    /// It goes on by this outcome.
    Took {
        /// Name of the outcome.
        outcome: String,
        /// What it does next.
        next: String,
        /// Seconds until it asks again.
        wait: Option<u32>,
    },
    /// It was not taken, by this reason.
    Refused(String),
}

/// A decision of a relying party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// `pass`, `fail` or `undecided`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// `open`, `ask` or `closed`.
    pub gate: String,
}

/// An issuer behind a driver.
pub trait IssuingProduct {
    /// What it is; neither category nor capabilities.
    ///
    /// # Errors
    /// [`Trouble`].
    fn hello(&mut self) -> Result<About, Trouble>;

    /// Becomes a new one, which knows nobody; its key, and where a holder asks.
    ///
    /// # Errors
    /// [`Trouble`].
    fn reset(&mut self, hands: &Hands) -> Result<(Vec<u8>, Option<String>), Trouble>;

    /// Reads its clocks.
    ///
    /// # Errors
    /// [`Trouble`].
    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble>;

    /// Takes what happened; an address where an audience was let in.
    ///
    /// # Errors
    /// [`Trouble`].
    fn act(&mut self, act: &IssuerAct) -> Result<Option<String>, Trouble>;

    /// What was told, for the person.
    ///
    /// # Errors
    /// [`Trouble`].
    fn told(&mut self) -> Result<Vec<String>, Trouble>;
}
