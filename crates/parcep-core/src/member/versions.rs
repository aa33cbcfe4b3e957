//! The highest version of each register that this device wrote or accepted (R-REG-005, R-REG-007).

use crate::crypto::{Hash, sha256};
use parcep_proto::v1alpha1 as pb;
use std::collections::BTreeMap;

/// Versions of registers by name. A driver keeps [`Versions::encode`] where it keeps the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions(BTreeMap<Hash, (u64, Hash)>);

/// Name, version, SHA-256 of the sealed value.
const ROW: usize = 32 + 8 + 32;

impl Versions {
    /// The highest version seen of a register; 0 for none.
    pub fn highest(&self, name: &Hash) -> u64 {
        self.0.get(name).map_or(0, |(version, _)| *version)
    }

    /// Takes note of a register. False if it goes back: a lower version than one seen, or the same
    /// with another value.
    pub(super) fn accept(&mut self, register: &pb::Register) -> bool {
        let Ok(name) = Hash::try_from(register.name.as_slice()) else {
            return false;
        };
        let seen = (register.version, sha256(&register.value));
        match self.0.get(&name) {
            Some(last) if last.0 > seen.0 || (last.0 == seen.0 && last.1 != seen.1) => false,
            _ => {
                self.0.insert(name, seen);
                true
            }
        }
    }

    /// The bytes to store.
    pub fn encode(&self) -> Vec<u8> {
        let rows = self.0.iter().flat_map(|(name, (version, value))| {
            [
                name.as_bytes(),
                version.to_be_bytes().as_slice(),
                value.as_bytes(),
            ]
            .concat()
        });
        rows.collect()
    }

    /// Reads what [`Versions::encode`] wrote; `None` for anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let rows = bytes.chunks(ROW).map(|row| {
            let (name, rest) = row.split_at_checked(32)?;
            let (version, value) = rest.split_first_chunk::<8>()?;
            let seen = (u64::from_be_bytes(*version), Hash::try_from(value).ok()?);
            Some((Hash::try_from(name).ok()?, seen))
        });
        rows.collect::<Option<_>>().map(Self)
    }
}
