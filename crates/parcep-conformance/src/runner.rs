//! Runs tests against a relay, keeps every attempt, and draws no conclusion from an empty run.

use crate::age;
use crate::catalogue::{self, Profile, Role, Run, Running, Test};
use crate::peer::Target;
use crate::point;
use crate::relay;
use crate::report::{self, Attempt, Implementation, Report, Result as TestResult, Selection};
use crate::rng::Rng;
use crate::script;
use crate::tape::{self, Tape};
use crate::trial::{Stop, Trial};
use crate::verdict::Verdict;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A whole test that has not ended by then hangs; single calls end much earlier.
const TEST_WITHIN: Duration = Duration::from_secs(60);
/// Attempts at most: the first, and two more where the environment got in the way.
const MOST_ATTEMPTS: usize = 3;
/// Longest pause we grant a relay that asks for patience.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Tests in a row in which a product may hang before the rest is asked with less patience.
const MOST_HANGS: usize = 2;
/// How much less: one part in so many, and no less than a second.
const LESS_PATIENCE: u32 = 10;

/// In how many tests in a row the product gave no answer in time.
#[derive(Debug, Default)]
struct Hangs(AtomicUsize);

impl Hangs {
    fn are_too_many(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST_HANGS
    }

    fn count(&self, hung: bool) {
        match hung {
            true => self.0.fetch_add(1, Ordering::Relaxed),
            false => self.0.swap(0, Ordering::Relaxed),
        };
    }
}

/// What to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// The relay under test.
    pub target: Target,
    /// How much of the catalogue.
    pub profile: Profile,
    /// Seed of all test data.
    pub seed: u64,
    /// Test ids or requirement ids, `*` matches anything; empty means the whole profile. A run with a
    /// selection concludes nothing about conformance.
    pub only: Vec<String>,
    /// Whether a failed test runs once more, to tell stable failures from unstable ones.
    pub confirm_failures: bool,
    /// Tests at once. Tests of a relay share it, and some wait for its quiet: one.
    pub jobs: usize,
    /// Whether transcripts of attempts that passed are kept too.
    pub keep_transcripts: bool,
    /// The command line that repeats this run, without `--only`; for reports.
    pub command: String,
}

impl Config {
    /// A run of a profile against a relay.
    pub fn new(target: Target, profile: Profile, seed: u64) -> Self {
        let command = match (&target.issuer, &target.point, &target.age) {
            (Some(asked), ..) => format!("{} --seed {seed}", asked.command(&target.uri)),
            (_, Some(asked), _) => asked.command(profile, seed),
            (.., Some(asked)) => asked.command(profile, seed),
            (None, None, None) => format!(
                "parcep-conform server --target {} --profile {} --seed {seed}",
                target.uri,
                profile.name()
            ),
        };
        Self {
            target,
            profile,
            seed,
            only: Vec::new(),
            confirm_failures: true,
            jobs: 1,
            keep_transcripts: false,
            command,
        }
    }
}

impl Config {
    /// The command that repeats one test alone.
    fn rerun(&self, test: &Test) -> String {
        let only = format!("--only {}", test.id);
        match self.command.split_once(" -- ") {
            Some((flags, command)) => format!("{flags} {only} -- {command}"),
            None => format!("{} {only}", self.command),
        }
    }
}

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cannot {
    /// Nobody answered at the target.
    #[error("nobody answers at `{uri}`: {cause}")]
    Reach {
        /// The target.
        uri: String,
        /// What went wrong.
        cause: String,
    },
    /// A pattern matches no test.
    #[error("`{0}` matches no test of this profile")]
    Match(String),
    /// The scripted tests cannot be read.
    #[error("the catalogue is damaged: {0}")]
    Catalogue(String),
}

/// Told of each test as it ends.
pub trait Progress: Sync {
    /// This many tests will run.
    fn begins(&self, tests: usize);
    /// These are the tests.
    fn asks(&self, _: &[&Test]) {}
    /// A test begins.
    fn test(&self, test: &Test);
    /// A test ended.
    fn ended(&self, result: &TestResult);
    /// Something else that was counted ended.
    fn passed(&self) {}
}

/// Shows nothing.
#[derive(Debug, Clone, Copy)]
pub struct Quietly;

impl Progress for Quietly {
    fn begins(&self, _: usize) {}
    fn test(&self, _: &Test) {}
    fn ended(&self, _: &TestResult) {}
}

/// Judges a relay from the outside.
///
/// # Errors
/// [`Cannot::Reach`] if nobody answers, [`Cannot::Match`] if a selection selects nothing,
/// [`Cannot::Catalogue`] if the catalogue is damaged.
pub async fn run_server(config: &Config, progress: &dyn Progress) -> Result<Report, Cannot> {
    if let Some(fault) = catalogue::fault() {
        return Err(Cannot::Catalogue(fault.to_owned()));
    }
    run(config, progress, |role| role == Role::Relay).await
}

/// Judges whatever is behind a driver, by the role that it told: an enforcement point or a guardian app.
///
/// # Errors
/// [`Cannot::Match`] if a selection selects nothing, [`Cannot::Catalogue`] if the catalogue is damaged.
pub async fn run_point(config: &Config, progress: &dyn Progress) -> Result<Report, Cannot> {
    readable()?;
    let is_app = config
        .target
        .point
        .as_ref()
        .is_some_and(|point| point.hello.is_guardian_app());
    match is_app {
        true => run(config, progress, |role| role == Role::GuardianApp).await,
        false => run(config, progress, |role| role == Role::EnforcementPoint).await,
    }
}

/// Judges an issuer of age signals from the outside; the target says how it is asked.
///
/// # Errors
/// As [`run_server`].
pub async fn run_issuer(config: &Config, progress: &dyn Progress) -> Result<Report, Cannot> {
    readable()?;
    let judged = |role| role == Role::AgeIssuer;
    run(config, progress, judged).await
}

/// Judges a relying party behind a driver; the target says how it is reached.
///
/// # Errors
/// As [`run_point`].
pub async fn run_party(config: &Config, progress: &dyn Progress) -> Result<Report, Cannot> {
    readable()?;
    let judged = |role| role == Role::AgeRelyingParty;
    run(config, progress, judged).await
}

fn readable() -> Result<(), Cannot> {
    match catalogue::fault() {
        Some(fault) => Err(Cannot::Catalogue(fault.to_owned())),
        None => Ok(()),
    }
}

async fn run(
    config: &Config,
    progress: &dyn Progress,
    judged: fn(Role) -> bool,
) -> Result<Report, Cannot> {
    let required = required(config, judged);
    let selected = select(&required, &config.only)?;
    // Who is behind a driver was met before.
    if config.target.point.is_none() && config.target.age.is_none() {
        reach(&config.target).await?;
    }

    let started_at = SystemTime::now();
    let begun = Instant::now();
    progress.begins(selected.len());
    let asked = required.iter().filter(|test| selected.contains(&test.id));
    progress.asks(&asked.copied().collect::<Vec<_>>());
    let hangs = Hangs::default();
    let judged: Vec<BoxFuture<'_, TestResult>> = required
        .iter()
        .map(|test| match selected.contains(&test.id) {
            true => judge_shown(config, test, &hangs, progress).boxed(),
            false => std::future::ready(TestResult::skipped(test)).boxed(),
        })
        .collect();
    let judged = futures_util::stream::iter(judged).buffered(config.jobs.max(1));
    let results: Vec<TestResult> = judged.collect().await;
    let run = report::Run {
        target: config.target.named(),
        profile: config.profile,
        seed: config.seed,
        started_at: started_at
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
        duration_ms: millis(begun.elapsed()),
        command: config.command.clone(),
        selection: Selection {
            only: config.only.clone(),
            ..Selection::of(&results)
        },
    };
    let point = config.target.point.as_ref().map(|point| &point.hello);
    let age = config.target.age.as_ref().map(|asked| &asked.hello);
    let told = point.or(age);
    let implementation = told.map(Implementation::of);
    Ok(Report::new(run, implementation, results))
}

/// The tests of the profile.
fn required(config: &Config, judged: fn(Role) -> bool) -> Vec<&'static Test> {
    catalogue::tests()
        .filter(|test| judged(test.role) && test.is_in(config.profile))
        .collect()
}

fn select(required: &[&Test], only: &[String]) -> Result<Vec<&'static str>, Cannot> {
    let matches = |test: &Test, pattern: &str| {
        [test.id, catalogue::template(test.id)]
            .into_iter()
            .chain(test.cites.iter().copied())
            .any(|id| glob(pattern, id))
    };
    for pattern in only {
        if !required.iter().any(|test| matches(test, pattern)) {
            return Err(Cannot::Match(pattern.clone()));
        }
    }
    Ok(required
        .iter()
        .filter(|test| only.is_empty() || only.iter().any(|pattern| matches(test, pattern)))
        .map(|test| test.id)
        .collect())
}

/// Whether a text is what a pattern says, where `*` stands for anything.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain(std::iter::once(rest.len()))
                .any(|at| rest.get(at..).is_some_and(|rest| glob(tail, rest)))
        }),
    }
}

async fn reach(target: &Target) -> Result<(), Cannot> {
    let connected = target.connect().await;
    connected.map(drop).map_err(|refusal| Cannot::Reach {
        uri: target.uri.clone(),
        cause: refusal.to_string(),
    })
}

async fn judge_shown(
    config: &Config,
    test: &'static Test,
    hangs: &Hangs,
    progress: &dyn Progress,
) -> TestResult {
    progress.test(test);
    let result = judge(config, test, hangs).await;
    progress.ended(&result);
    result
}

async fn judge(config: &Config, test: &'static Test, hangs: &Hangs) -> TestResult {
    let mut attempts = Vec::new();
    loop {
        let (attempt, hung) = attempt(config, test, attempts.len(), hangs).await;
        let verdict = attempt.verdict;
        attempts.push(attempt);
        let again = match verdict {
            Verdict::Inconclusive => attempts.len() < MOST_ATTEMPTS,
            // Whoever hung would hang once more, and each time somebody waits.
            Verdict::Fail => config.confirm_failures && attempts.len() < 2 && !hung,
            _ => false,
        };
        if !again {
            let rerun = config.rerun(test);
            return TestResult::of(test, attempts, rerun);
        }
    }
}

async fn attempt(
    config: &Config,
    test: &'static Test,
    before: usize,
    hangs: &Hangs,
) -> (Attempt, bool) {
    let number = u32::try_from(before).unwrap_or(u32::MAX);
    let mut trial = Trial {
        target: config.target.clone(),
        rng: Rng::new(config.seed, test.id, number),
        steps: Vec::new(),
        patience_ms: None,
        hung: false,
    };
    let in_a_hurry = hangs.are_too_many();
    if in_a_hurry {
        trial.target.hurry(LESS_PATIENCE);
    }
    trial.target.tape = Tape::running();
    let begun = Instant::now();
    let running: Running<'_> = match test.run {
        Run::Script(played) => Box::pin(point::attempt(&mut trial, played)),
        Run::Relay(played) => Box::pin(relay::attempt(&mut trial, played)),
        Run::Issuer(played) => Box::pin(age::attempt_issuer(&mut trial, played)),
        Run::Party(played) => Box::pin(age::attempt_party(&mut trial, played)),
    };
    let ended = tokio::time::timeout(TEST_WITHIN, running).await;
    trial.hung |= ended.is_err();
    if !matches!(ended, Ok(Err(Stop::NotApplicable(_)))) {
        hangs.count(trial.hung);
    }
    let (verdict, reason) = match ended {
        Err(_) => (
            Verdict::Fail,
            Some(format!("hangs: not done after {} s", TEST_WITHIN.as_secs())),
        ),
        Ok(Ok(())) => ended_well(test, &trial),
        // It may only be slow: that is no verdict.
        Ok(Err(Stop::Failed)) if trial.hung && in_a_hurry => {
            (Verdict::Skip, Some(hung_again(&trial)))
        }
        Ok(Err(Stop::Failed)) => (Verdict::Fail, None),
        Ok(Err(Stop::Inconclusive(why))) => {
            be_patient(&trial).await;
            (Verdict::Inconclusive, Some(why))
        }
        Ok(Err(Stop::NotApplicable(why))) => (Verdict::NotApplicable, Some(why)),
        Ok(Err(Stop::Harness(why))) => (Verdict::Error, Some(why)),
    };
    let duration_ms = millis(begun.elapsed());
    let transcript = match verdict == Verdict::Pass && !config.keep_transcripts {
        true => Vec::new(),
        false => trial.target.tape.lines(),
    };
    let slice = match verdict {
        Verdict::Pass | Verdict::NotApplicable => Vec::new(),
        Verdict::Skip | Verdict::Fail | Verdict::Inconclusive | Verdict::Error => {
            tape::slice(&transcript)
        }
    };
    let attempt = Attempt {
        verdict,
        reason,
        duration_ms,
        steps: trial.steps,
        slice,
        transcript,
    };
    (attempt, trial.hung)
}

fn hung_again(trial: &Trial) -> String {
    let last = trial.steps.last().map(|step| step.observed.as_str());
    let last = last.unwrap_or_default();
    format!("not judged: it hung in {MOST_HANGS} tests in a row before this one, and now: {last}")
}

/// A test that compared nothing passes nothing, and a negative one owes three things more
/// (R-CONF-003).
fn ended_well(test: &Test, trial: &Trial) -> (Verdict, Option<String>) {
    let has = |role| trial.steps.iter().any(|step| step.role == role);
    match script::owed(test.kind).iter().find(|role| !has(**role)) {
        Some(role) => (
            Verdict::Error,
            Some(format!("the test ended without a step of role {role:?}")),
        ),
        None => (Verdict::Pass, None),
    }
}

/// Waits as long as the relay asked us to, within bounds.
async fn be_patient(trial: &Trial) {
    let asked = Duration::from_millis(trial.patience_ms.unwrap_or(0));
    tokio::time::sleep(asked.min(LONGEST_PAUSE)).await;
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_ids_with_a_star_for_anything() {
        let cases = [
            ("T-RELAY-*", "T-RELAY-021-stale-head", true),
            ("*stale*", "T-RELAY-021-stale-head", true),
            ("T-RELAY-021", "T-RELAY-021-stale-head", false),
            ("R-RELAY-00*", "R-RELAY-012", false),
            ("*", "", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[tokio::test]
    async fn a_target_where_nobody_listens_is_named_and_is_no_verdict() {
        let target = Target::plain("http://127.0.0.1:1");
        let config = Config::new(target, Profile::Quick, 1);
        let error = run_server(&config, &Quietly).await.unwrap_err();
        assert!(matches!(error, Cannot::Reach { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_selection_that_selects_nothing_is_refused() {
        let mut config = Config::new(Target::plain("http://127.0.0.1:1"), Profile::Full, 1);
        config.only = vec!["T-NO-SUCH".into()];
        let error = run_server(&config, &Quietly).await.unwrap_err();
        assert!(matches!(error, Cannot::Match(_)), "{error}");
    }
}
