//! What a script remembers: who is there, where logs end, and what was kept by name.

use super::types::{self, Type};
use super::value::Memory;
use super::wish;
use crate::rng::Rng;
use prost_reflect::Value;
use std::collections::BTreeMap;

/// Values by name. A name may have dots, such as `guardian.tip.head`; what stands behind the longest name that
/// is known is a path into its value.
#[derive(Debug)]
pub(super) struct Store {
    values: BTreeMap<String, Value>,
    rng: Option<Rng>,
}

impl Store {
    /// A store with random bytes of this source; without one they are zeros, for a rehearsal.
    pub(super) fn new(rng: Option<Rng>) -> Self {
        Self {
            values: BTreeMap::new(),
            rng,
        }
    }

    pub(super) fn keep(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }

    pub(super) fn keep_bytes(&mut self, name: impl Into<String>, bytes: &[u8]) {
        self.keep(name, Value::Bytes(bytes.to_vec().into()));
    }

    /// Whether nothing but a rehearsal.
    fn is_rehearsal(&self) -> bool {
        self.rng.is_none()
    }

    /// A value and its type.
    pub(super) fn typed(&self, name: &str) -> Result<(Option<Value>, Type), String> {
        let (root, path) = self.find(name)?;
        let whole = wish::type_of(root).ok_or_else(|| format!("`{name}` has no type"))?;
        let place = whole.at(path)?;
        let value = match self.is_rehearsal() {
            true => types::get_or_default(root, path),
            false => types::get(root, path),
        };
        Ok((value, place))
    }

    fn find<'n>(&self, name: &'n str) -> Result<(&Value, &'n str), String> {
        let ends = name.match_indices('.').map(|(at, _)| at);
        let mut ends: Vec<_> = ends.chain([name.len()]).collect();
        ends.reverse();
        for end in ends {
            let known = name.get(..end).and_then(|head| self.values.get(head));
            if let Some(value) = known {
                let rest = name.get(end..).unwrap_or_default();
                return Ok((value, rest.trim_start_matches('.')));
            }
        }
        Err(format!("nothing is called `${name}`"))
    }
}

impl Memory for Store {
    fn recall(&self, name: &str, path: &str) -> Result<Value, String> {
        let name = match path {
            "" => name.to_owned(),
            path => format!("{name}.{path}"),
        };
        let (root, path) = self.find(&name)?;
        let found = match self.is_rehearsal() {
            true => types::get_or_default(root, path),
            false => types::get(root, path),
        };
        found.ok_or_else(|| format!("there is no `${name}`"))
    }

    fn random(&mut self, len: usize) -> Vec<u8> {
        match &mut self.rng {
            Some(rng) => rng.bytes(len),
            None => vec![0; len],
        }
    }
}
