//! Sessions in memory: bounded, gone with the process.

use crate::access::{AccessRecord, Handle, Right, Rights};
use crate::limits::Limits;
use crate::refusal::Refusal;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parcep_core::crypto::{NoRandomness, Random as _, SystemRandom, VerifyingKey};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

type Token = [u8; 32];
type KeyId = (Handle, VerifyingKey);

/// A second less than an hour: what is told is rounded up to a second (R-RELAY-005).
const LONGEST: Duration = Duration::from_secs(3599);

/// A time in seconds, rounded up: a session never outlives what its caller was told.
fn seconds_at_most(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).map_or(0, |seconds| seconds.saturating_add(1))
}

/// What all sessions of one access key share.
pub(crate) struct KeyState {
    pub(crate) handle: Handle,
    pub(crate) key: VerifyingKey,
    pub(crate) rights: Rights,
    /// Cancelled when the key is revoked or changed.
    pub(crate) ended: CancellationToken,
    /// One permit per watch.
    pub(crate) watches: Arc<Semaphore>,
    rate: DefaultDirectRateLimiter,
}

impl KeyState {
    fn new(handle: Handle, record: &AccessRecord, limits: &Limits) -> Self {
        // A grant is a cap below the relay's own rate (R-RELAY-022).
        let own = NonZeroU32::new(limits.calls_per_minute).unwrap_or(NonZeroU32::MIN);
        let rate = record.rate_per_minute.map_or(own, |rate| rate.min(own));
        Self {
            handle,
            key: record.key,
            rights: record.rights,
            ended: CancellationToken::new(),
            watches: Arc::new(Semaphore::new(limits.watches_per_key as usize)),
            rate: RateLimiter::direct(Quota::per_minute(rate)),
        }
    }
}

impl fmt::Debug for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyState({:?}, …)", self.rights)
    }
}

/// Refuses a call above a rate, and says how long to wait.
pub(crate) fn within(rate: &DefaultDirectRateLimiter) -> Result<(), Refusal> {
    rate.check().map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Refusal::RateLimited(wait.max(Duration::from_millis(1)))
    })
}

/// Every session of this process.
pub(crate) struct Sessions {
    limits: Limits,
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    sessions: HashMap<Token, Session>,
    keys: HashMap<KeyId, Entry>,
}

struct Session {
    key: Arc<KeyState>,
    /// The session is over when either has come: the relay's clock may be set back, or be virtual.
    until: Instant,
    expires_at: i64,
}

impl Session {
    fn is_over(&self, instant: Instant, now: i64) -> bool {
        self.until <= instant || self.expires_at <= now
    }
}

struct Entry {
    state: Arc<KeyState>,
    /// Sessions of the key, oldest first.
    tokens: VecDeque<Token>,
}

impl Sessions {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            tables: Mutex::default(),
        }
    }

    /// Opens a session and returns its token and when it ends, in seconds of the relay's time.
    pub(crate) fn open(
        &self,
        handle: &Handle,
        record: &AccessRecord,
        now: i64,
    ) -> Result<(Token, i64), Refusal> {
        let token: Token = SystemRandom::new()
            .array()
            .map_err(|NoRandomness| Refusal::Internal)?;
        let lifetime = self.limits.session.min(LONGEST);
        let instant = Instant::now();
        let expires_at = now.saturating_add(seconds_at_most(lifetime));
        let mut tables = self.tables();
        if tables.sessions.len() >= self.limits.sessions {
            tables.clear_expired(instant, now);
        }
        if tables.sessions.len() >= self.limits.sessions {
            return Err(Refusal::Unavailable(Duration::from_secs(30)));
        }
        let Tables { sessions, keys } = &mut *tables;
        let entry = keys
            .entry((handle.clone(), record.key))
            .or_insert_with(|| Entry {
                state: Arc::new(KeyState::new(handle.clone(), record, &self.limits)),
                tokens: VecDeque::new(),
            });
        while entry.tokens.len() >= self.limits.sessions_per_key.max(1) {
            if let Some(oldest) = entry.tokens.pop_front() {
                sessions.remove(&oldest);
            }
        }
        entry.tokens.push_back(token);
        let session = Session {
            key: entry.state.clone(),
            until: instant + lifetime,
            expires_at,
        };
        sessions.insert(token, session);
        Ok((token, expires_at))
    }

    /// The key behind a token, if it has the right and calls left.
    pub(crate) fn admit(
        &self,
        token: &[u8],
        right: Right,
        now: i64,
    ) -> Result<Arc<KeyState>, Refusal> {
        let key = self.find(token, now)?;
        within(&key.rate)?;
        key.rights.require(right)?;
        Ok(key)
    }

    fn find(&self, token: &[u8], now: i64) -> Result<Arc<KeyState>, Refusal> {
        let token = <&Token>::try_from(token).map_err(|_| Refusal::NoSession)?;
        self.tables()
            .sessions
            .get(token)
            .filter(|session| !session.is_over(Instant::now(), now))
            .map(|session| session.key.clone())
            .ok_or(Refusal::NoSession)
    }

    /// Ends every session and watch of a key.
    pub(crate) fn end(&self, handle: &Handle, key: &VerifyingKey) {
        let mut tables = self.tables();
        let Some(entry) = tables.keys.remove(&(handle.clone(), *key)) else {
            return;
        };
        for token in &entry.tokens {
            tables.sessions.remove(token);
        }
        entry.state.ended.cancel();
    }

    /// Ends every session and watch of a log that is no more.
    pub(crate) fn end_log(&self, handle: &Handle) {
        let mut tables = self.tables();
        let Tables { sessions, keys } = &mut *tables;
        keys.retain(|(of, _), entry| {
            if of != handle {
                return true;
            }
            for token in &entry.tokens {
                sessions.remove(token);
            }
            entry.state.ended.cancel();
            false
        });
    }

    /// The log of a session that is open.
    pub(crate) fn handle(&self, token: &[u8], now: i64) -> Result<Handle, Refusal> {
        Ok(self.find(token, now)?.handle.clone())
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn clear_expired(&mut self, instant: Instant, now: i64) {
        let sessions = &mut self.sessions;
        sessions.retain(|_, session| !session.is_over(instant, now));
        self.keys.retain(|_, entry| {
            entry.tokens.retain(|token| sessions.contains_key(token));
            // A watch outlives its session; it must stay reachable for `end`.
            !entry.tokens.is_empty() || Arc::strong_count(&entry.state) > 1
        });
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}
