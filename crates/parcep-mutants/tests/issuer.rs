//! Our own issuer, judged as anybody's is: at its sockets, and from the outside.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is a failed test"
)]

use parcep_conformance::{
    Conclusion, Config, IssuerTarget, Profile, Quietly, Report, Target, Verdict, run_issuer,
};
use parcep_core::age::{
    AgeHandle, AgeInterval, AgeMethod, Answer, Ask, Guardianship, InvalidRequest, Issuer,
    IssuerSettings, Knowledge, Known, KnownAge, Pins, RevokedHandles, Share, SignalRequest,
    TokenAnswer, TokenRequest,
};
use parcep_core::crypto::{SigningKey, SystemRandom};
use parcep_issuer::{Answers, Fault, Limits, Running, Socket, serve_unix};
use std::path::Path;
use std::sync::{Arc, Mutex};

const GAME: &str = "org.example.game";

/// A device that knows one child.
struct Device {
    issuer: Issuer,
    known: Known,
    pins: Mutex<Pins>,
}

impl Device {
    fn new() -> Self {
        let key = SigningKey::generate(&mut SystemRandom::new()).unwrap();
        let age = AgeInterval::new(14, Some(15)).unwrap();
        Self {
            issuer: Issuer::new(key, IssuerSettings::default()).unwrap(),
            known: Known::declared(KnownAge::Range(age), AgeMethod::GuardianDeclared),
            pins: Mutex::new(Pins::new()),
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
        let ask = Ask {
            seen,
            share: &Share::Allowed { cuts: None },
            mandatory: false,
            guardianship: &Guardianship::default(),
            knowledge: Knowledge::Known(&self.known),
            now,
        };
        let mut pins = self.pins.lock().map_err(|_| Fault)?;
        let mut random = SystemRandom::new();
        let answer = self.issuer.answer(request, &ask, &mut pins, &mut random);
        answer.map_err(|_| Fault)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault> {
        let knowledge = Knowledge::Known(&self.known);
        Ok(self.issuer.issue_tokens(request, knowledge, now))
    }

    fn revoked_handles(&self, _: &str, now: i64) -> Result<RevokedHandles, Fault> {
        let handles = [AgeHandle::from_bytes([5; 16])];
        Ok(RevokedHandles::new(
            handles,
            now.div_euclid(86_400) * 86_400,
        ))
    }
}

/// Our issuer at a socket of one app and one of the holder.
fn serve(folder: &Path) -> (Running, Target) {
    let device = Arc::new(Device::new());
    let (game, holder) = (folder.join("game.sock"), folder.join("holder.sock"));
    let sockets = [Socket::app(&game, GAME), Socket::holder(&holder)];
    let mut limits = Limits::default();
    limits.calls_per_minute = 10_000;
    let key = device.issuer.public().as_bytes().to_vec();
    let running = serve_unix(&sockets, device, &limits, std::future::pending()).unwrap();
    let mut asked = IssuerTarget::new(GAME);
    asked.issuer_key = Some(key);
    asked.holder = Some(format!("unix:{}", holder.display()));
    (
        running,
        Target::issuer(format!("unix:{}", game.display()), asked),
    )
}

/// Whether a test says whom the issuer knows.
fn needs_driver(id: &str) -> bool {
    ["T-AGE-06", "T-AGE-07", "T-AGE-08"]
        .iter()
        .any(|number| id.starts_with(number))
}

async fn judge(target: Target) -> Report {
    let config = Config::new(target, Profile::Full, 5);
    run_issuer(&config, &Quietly).await.unwrap()
}

/// Every requirement on issuers that shows at the service, R-AGE-002 to R-AGE-046: each test cites its own.
#[tokio::test(flavor = "multi_thread")]
async fn our_issuer_passes_every_test_of_issuers() {
    let folder = tempfile::tempdir().unwrap();
    let (_running, target) = serve(folder.path());
    let report = judge(target).await;
    assert_eq!(
        report.conclusion,
        Conclusion::Conformant,
        "{}",
        report.render()
    );
    for result in &report.results {
        let expected = match needs_driver(result.id) {
            true => Verdict::NotApplicable,
            false => Verdict::Pass,
        };
        assert_eq!(result.verdict, expected, "{}", report.render());
    }
    assert_eq!(report.totals.pass, 32, "{}", report.render());
    assert!(report.render().contains("the issuer does what"));
}

/// What is not offered or cannot be verified is no pass.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_issuer_does_not_offer_is_not_applicable_and_never_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    let (_running, mut target) = serve(folder.path());
    // At the socket of an app our issuer answers UNSUPPORTED to whoever asks for tokens.
    target.issuer.as_mut().unwrap().holder = None;
    let report = judge(target).await;
    let of_tokens = |id: &str| id.starts_with("T-AGE-04") || needs_driver(id);
    for result in &report.results {
        let expected = match of_tokens(result.id) {
            true => Verdict::NotApplicable,
            false => Verdict::Pass,
        };
        assert_eq!(result.verdict, expected, "{}", report.render());
    }
    assert_eq!(report.totals.pass, 24);
}
