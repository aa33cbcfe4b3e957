//! Whose word counts: keys on the command line, or a trust list.

use super::keys::public_key;
use super::own::internal;
use crate::failure::{Failure, Kind};
use crate::files;
use clap::Args;
use jiff::civil::Date;
use parcep_core::age::{IssuerRole, TrustList, TrustedIssuer};
use std::path::PathBuf;

/// Issuers that are trusted.
#[derive(Debug, Clone, Args)]
pub struct Trusting {
    /// A trusted issuer: its public key in hexadecimal, or a `.pub` file; may be repeated
    #[arg(long, value_name = "HEX|FILE", required_unless_present = "trust")]
    pub issuer: Vec<String>,
    /// A trust list (R-AGE-024) instead
    #[arg(long, value_name = "FILE", conflicts_with = "issuer")]
    pub trust: Option<PathBuf>,
}

impl Trusting {
    /// The list; keys that were given alone are trusted on every day.
    pub(super) fn list(&self) -> Result<TrustList, Failure> {
        let Some(path) = &self.trust else {
            return self.of_keys();
        };
        TrustList::parse(&files::read(path)?).map_err(|error| {
            let reason = parcep_core::reason::code(error.reason());
            Failure::new(Kind::Input, reason, error.to_string()).in_file(path.display().to_string())
        })
    }

    fn of_keys(&self) -> Result<TrustList, Failure> {
        let mut issuers: Vec<TrustedIssuer> = Vec::new();
        for text in &self.issuer {
            let key = public_key(text)?;
            if issuers.iter().all(|there| there.key != key) {
                issuers.push(TrustedIssuer {
                    name: format!("issuer {}", issuers.len() + 1),
                    role: IssuerRole::DeviceOs,
                    key,
                    from: Date::MIN,
                    until: Date::MAX,
                    practice_statement: None,
                });
            }
        }
        TrustList::new(issuers).map_err(internal)
    }
}
