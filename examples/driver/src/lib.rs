//! The reference driver: an enforcement point and a guardian app of this repository, a relying party or an issuer of
//! ages, for the suite to judge.
//!
//! A driver passes on what the suite asks to a product's own code and says what the product did
//! (`spec/driver.md`). Whoever has another product writes another [`Product`], and [`serve`] does the
//! rest; [`Point`] is the one that this repository makes of [`parcep_client::agent::Agent`], and
//! [`GuardianApp`] that of [`parcep_client::guardian::Guardian`].
//!
//! ```
//! use parcep_driver::{About, Ask, Ended, Hands, Product, Reset, Stands, Synced, Told, Trouble, serve};
//! # use parcep_driver::{Act, Acted, Id};
//!
//! /// A product that does nothing yet.
//! struct Nothing;
//!
//! impl Product for Nothing {
//!     fn hello(&mut self) -> Result<About, Trouble> {
//!         Ok(About { product: "Nothing".to_owned(), ..About::default() })
//!     }
//!     fn reset(&mut self, _: &Reset) -> Result<Vec<u8>, Trouble> {
//!         Err(Trouble::cannot("not written yet"))
//!     }
//!     // and so on
//! #   fn clock(&mut self, _: &Hands) -> Result<(), Trouble> { Err(Trouble::Unsupported) }
//! #   fn sync(&mut self) -> Result<Synced, Trouble> { Err(Trouble::Unsupported) }
//! #   fn ask(&mut self, _: &Ask) -> Result<Option<Told>, Trouble> { Err(Trouble::Unsupported) }
//! #   fn state(&mut self, _: Option<Id>) -> Result<Option<Stands>, Trouble> { Err(Trouble::Unsupported) }
//! #   fn act(&mut self, _: &Act) -> Result<Acted, Trouble> { Err(Trouble::Unsupported) }
//! }
//!
//! let (asked, mut told) = (br#"{"seq": "1", "op": "stop"}"#, Vec::new());
//! let ended = serve(&mut Nothing, &mut asked.as_slice(), &mut told)?;
//! assert_eq!(ended, Ended::Stopped);
//! assert_eq!(told, b"{\"outcome\":\"ok\",\"seq\":\"1\"}\n");
//! # Ok::<(), std::io::Error>(())
//! ```

mod age;
mod clock;
mod guardian;
mod home;
mod line;
mod point;
mod product;
mod question;
mod request;
mod serve;
mod words;

pub use age::{
    AgeAsk, Desk, Issuer, IssuerAct, IssuingProduct, Judged, Open, Party, PartyAct, PartyActed,
    RelyingProduct, Sockets, serve_issuer, serve_party,
};
pub use clock::DeviceClock;
pub use guardian::GuardianApp;
pub use line::MAX_LINE;
pub use point::Point;
pub use product::{About, Acted, Followed, Product, Standing, Stands, Synced, Told, Trouble};
pub use request::{Act, Ask, Bytes, Device, Hands, Id, Reset, Words};
pub use serve::{CONTRACT, Ended, serve};
pub use words::category_of;
