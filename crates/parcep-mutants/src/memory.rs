//! What a faulty relay remembers of its callers, so that it can lie to them consistently.

use parcep_proto::v1alpha1::{LogStatus, OpenSessionResponse, Register};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Everything remembered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Sessions by token.
    pub(crate) sessions: HashMap<Vec<u8>, Caller>,
    /// The first session of each handle: its founder's, with every right.
    pub(crate) founders: HashMap<Vec<u8>, Vec<u8>>,
    /// The last founder's session of all.
    pub(crate) last_founder: Vec<u8>,
    /// What a nonce opened.
    pub(crate) opened: HashMap<Vec<u8>, OpenSessionResponse>,
    /// Where created logs stood.
    pub(crate) created: HashMap<Vec<u8>, LogStatus>,
    /// Handles of logs that began with a history.
    pub(crate) histories: HashSet<Vec<u8>>,
    /// Root keys that were granted.
    pub(crate) roots: HashSet<Vec<u8>>,
    /// Nonces given out.
    pub(crate) nonces: HashSet<Vec<u8>>,
    /// Nonces that a log was created with.
    pub(crate) creations: HashSet<Vec<u8>>,
    /// Access keys that were granted, by handle.
    pub(crate) granted: HashMap<Vec<u8>, HashSet<Vec<u8>>>,
    /// Bytes that were appended, by handle.
    pub(crate) stored: HashMap<Vec<u8>, usize>,
    /// What stood beside the fields of an access key.
    pub(crate) beside: Option<Vec<u8>>,
    /// Registers by handle and name, as they were first written.
    pub(crate) registers: HashMap<(Vec<u8>, Vec<u8>), Register>,
}

/// Who is behind a session.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) handle: Vec<u8>,
    /// Number of the session among those of its key, from 0.
    pub(crate) nth_of_key: usize,
    /// Number of the session among those of its handle, from 0.
    pub(crate) nth_of_handle: usize,
    key: Vec<u8>,
}

impl Memory {
    /// The memory, also after a panic elsewhere.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    /// Remembers a session that opened.
    pub(crate) fn opened(
        &mut self,
        handle: Vec<u8>,
        key: Vec<u8>,
        nonce: Vec<u8>,
        response: &OpenSessionResponse,
    ) {
        let count = |of: &dyn Fn(&Caller) -> bool| {
            self.sessions.values().filter(|caller| of(caller)).count()
        };
        let caller = Caller {
            nth_of_key: count(&|caller| caller.handle == handle && caller.key == key),
            nth_of_handle: count(&|caller| caller.handle == handle),
            handle: handle.clone(),
            key,
        };
        if caller.nth_of_handle == 0 {
            self.founders.insert(handle, response.session.clone());
            self.last_founder.clone_from(&response.session);
        }
        self.sessions.insert(response.session.clone(), caller);
        self.opened.insert(nonce, response.clone());
    }

    /// Whether a key had a session.
    pub(crate) fn knows(&self, key: &[u8]) -> bool {
        self.sessions.values().any(|caller| caller.key == key)
    }

    /// Whether the key of a session opened another one after it.
    pub(crate) fn is_overtaken(&self, session: &[u8]) -> bool {
        let Some(caller) = self.sessions.get(session) else {
            return false;
        };
        let later = |other: &Caller| {
            other.key == caller.key
                && other.handle == caller.handle
                && other.nth_of_key > caller.nth_of_key
        };
        self.sessions.values().any(later)
    }

    /// Whether a session belongs to a root key.
    pub(crate) fn is_root(&self, session: &[u8]) -> bool {
        let caller = self.sessions.get(session);
        caller.is_some_and(|caller| self.roots.contains(&caller.key))
    }

    /// Whether a session belongs to the key that founded its log.
    pub(crate) fn is_founder(&self, session: &[u8]) -> bool {
        let key = |session: &[u8]| self.sessions.get(session).map(|caller| &caller.key);
        let founder = self.founder_of(session);
        founder.is_some_and(|founder| key(&founder) == key(session))
    }

    /// The handle that a session was opened for.
    pub(crate) fn handle_of(&self, session: &[u8]) -> Vec<u8> {
        let caller = self.sessions.get(session);
        caller
            .map(|caller| caller.handle.clone())
            .unwrap_or_default()
    }

    /// The founder's session of the log that a session belongs to.
    pub(crate) fn founder_of(&self, session: &[u8]) -> Option<Vec<u8>> {
        let caller = self.sessions.get(session)?;
        self.founders.get(&caller.handle).cloned()
    }
}
