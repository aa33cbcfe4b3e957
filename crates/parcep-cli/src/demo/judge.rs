//! The suite judges the relay that the demo ran on.

use super::Outcome;
use super::relay::Relay;
use crate::failure::{Failure, Kind};
use parcep_conformance::catalogue::Profile;
use parcep_conformance::{Conclusion, Config, Quietly, Target, run_server};
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs the quick profile with a fresh seed.
pub(super) async fn judge(relay: &Relay) -> Result<Outcome, Failure> {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = seed.map_or(1, |since| u64::from(since.subsec_nanos()));
    let mut target = Target::plain(relay.uri());
    target.relay_key = relay.key();
    let config = Config::new(target, Profile::Quick, seed);
    let report = run_server(&config, &Quietly).await.map_err(|error| {
        Failure::new(
            Kind::Failed,
            "SUITE",
            format!("{error}; the suite did not run"),
        )
    })?;
    let passed = report.conclusion == Conclusion::Conformant;
    Ok(Outcome {
        passed,
        said: format!(
            "the suite's quick profile judged the relay: {}, {} tests",
            report.conclusion.name(),
            report.results.len()
        ),
        text: if passed {
            String::new()
        } else {
            report.render()
        },
    })
}
