//! Tests of relays: members of a synthetic household, and what they call.
//!
//! ```text
//! catalogue/relay-*.toml ──► Template ──► Case ──rehearsed──► Play ── calls as bytes ──► steps of a Trial
//! ```

mod calls;
mod native;
mod play;
mod rehearse;
mod request;
mod script;
mod store;
mod types;
mod value;
mod watch;
mod wish;

pub use script::{Cast, Script};

use crate::script::{Template, cases, read};
use crate::trial::{Outcome, Stop, Trial};
use std::sync::LazyLock;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../catalogue/", $name)))),*]
    };
}

/// The files of the catalogue, as they are built in.
pub(crate) static FILES: [(&str, &str); 7] = files![
    "relay-sessions.toml",
    "relay-log.toml",
    "relay-registers.toml",
    "relay-access.toml",
    "relay-acts.toml",
    "relay-history.toml",
    "relay-service.toml",
];

/// Every template, or what is wrong with the catalogue.
pub(crate) fn templates() -> &'static Result<Vec<Template<Cast>>, String> {
    static TEMPLATES: LazyLock<Result<Vec<Template<Cast>>, String>> =
        LazyLock::new(|| read(&FILES));
    &TEMPLATES
}

/// Everything that is played, built once, and rehearsed: whoever and whatever a step names is there.
pub(crate) fn scripts() -> &'static Result<Vec<Script>, String> {
    static SCRIPTS: LazyLock<Result<Vec<Script>, String>> = LazyLock::new(|| {
        let scripts: Vec<Script> = cases(templates().as_ref().map_err(Clone::clone)?)?;
        for script in &scripts {
            rehearse::rehearse(script).map_err(|error| format!("{}: {error}", script.id))?;
        }
        Ok(scripts)
    });
    &SCRIPTS
}

/// Plays a script.
pub(crate) async fn attempt(trial: &mut Trial, script: &'static Script) -> Outcome {
    if script.needs.iter().any(|need| need == "relay-key") && trial.target.relay_key.is_none() {
        return Err(Stop::NotApplicable(
            "the relay's key is not known to the tester; give it with --relay-key".into(),
        ));
    }
    play::play(trial, script).await
}

#[cfg(test)]
mod tests;
