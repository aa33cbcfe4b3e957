//! What the targets share: a cursor that turns bytes into choices, a family whose keys are fixed, and a
//! log that an input writes. Everything an input chooses is sealed and signed properly, so that the code
//! behind the signature is reached.

pub mod family;
pub mod input;
pub mod log;

pub use family::{CHILDREN, HANDS, Hand, LOG_ID, OPEN_LAW, PEOPLE, RELAY};
pub use input::{Counter, Input};
pub use log::{Log, has_effect};
