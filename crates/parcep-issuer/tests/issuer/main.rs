//! An issuer that runs: on the device over sockets, elsewhere over TLS, and who asks it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod device;
mod person;
mod provider;
mod raw;
mod wrapped;

use parcep_core::age::{
    AgeHandle, AgeInterval, AgeMethod, AgePurpose, Answer, Cuts, Guardianship, HolderKeys,
    InvalidRequest, Issuer, IssuerSettings, Knowledge, Known, KnownAge, Pins, RevokedHandles,
    Share, SignalRequest, TokenAnswer, TokenRequest,
};
use parcep_core::crypto::{SigningKey, SystemRandom, VerifyingKey};
use parcep_issuer::{Answers, Fault};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a test's device does beside answering.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Unavailable,
    Panics,
    Slow,
    Faulty,
}

/// A device that knows one person, behind a lock.
struct Device {
    issuer: Issuer,
    known: Known,
    pins: Mutex<Pins>,
    mood: Mood,
    calls: AtomicU32,
}

impl Device {
    /// One that knows a child of these years.
    fn of(years: u32) -> Self {
        Self::in_mood(years, Mood::Well)
    }

    fn in_mood(years: u32, mood: Mood) -> Self {
        let key = SigningKey::generate(&mut SystemRandom::new()).unwrap();
        let age = AgeInterval::new(years, Some(years + 1)).unwrap();
        Self {
            issuer: Issuer::new(key, IssuerSettings::default()).unwrap(),
            known: Known::declared(KnownAge::Range(age), AgeMethod::GuardianDeclared),
            pins: Mutex::new(Pins::new()),
            mood,
            calls: AtomicU32::new(0),
        }
    }

    fn public(&self) -> VerifyingKey {
        self.issuer.public()
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Counts the call, and is in its mood.
    fn begin(&self) -> Result<Knowledge<'_>, Fault> {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        match self.mood {
            Mood::Well => Ok(Knowledge::Known(&self.known)),
            Mood::Unavailable => Ok(Knowledge::Unavailable(None)),
            Mood::Panics if before == 0 => panic!("on purpose"),
            Mood::Panics => Ok(Knowledge::Known(&self.known)),
            Mood::Slow => {
                std::thread::sleep(Duration::from_millis(600));
                Ok(Knowledge::Known(&self.known))
            }
            Mood::Faulty => Err(Fault),
        }
    }
}

impl Answers for Device {
    fn ask(
        &self,
        seen: &str,
        request: Result<&SignalRequest, InvalidRequest>,
        now: i64,
    ) -> Result<Answer, Fault> {
        let ask = parcep_core::age::Ask {
            seen,
            share: &Share::Allowed { cuts: None },
            mandatory: false,
            guardianship: &Guardianship::default(),
            knowledge: self.begin()?,
            now,
        };
        let mut pins = self.pins.lock().map_err(|_| Fault)?;
        let answer = self
            .issuer
            .answer(request, &ask, &mut pins, &mut SystemRandom::new());
        answer.map_err(|_| Fault)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault> {
        let knowledge = self.begin()?;
        Ok(self.issuer.issue_tokens(request, knowledge, now))
    }

    fn revoked_handles(&self, seen: &str, now: i64) -> Result<RevokedHandles, Fault> {
        self.begin()?;
        // Of each audience others.
        let first = u8::try_from(seen.len()).unwrap_or(0);
        let handles = [first + 2, first].map(|n| AgeHandle::from_bytes([n; 16]));
        Ok(RevokedHandles::new(handles, now - now.rem_euclid(86_400)))
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn cuts(points: &[u32]) -> Cuts {
    Cuts::new(points.to_vec()).unwrap()
}

fn request(audience: &str, points: &[u32]) -> SignalRequest {
    SignalRequest::new(audience, AgePurpose::AccessGate, cuts(points), [7; 16])
}

fn keys(number: usize) -> HolderKeys {
    HolderKeys::generate(number, cuts(&[13, 16, 18]), &mut SystemRandom::new()).unwrap()
}

/// A shutdown, and what it waits for.
fn shutdown() -> (
    tokio::sync::oneshot::Sender<()>,
    impl Future<Output = ()> + Send + 'static,
) {
    let (end, ended) = tokio::sync::oneshot::channel();
    (end, async move {
        let _ = ended.await;
    })
}

fn arc(device: Device) -> Arc<Device> {
    Arc::new(device)
}
