//! What a device keeps for the person: whom it told what, and at which cut points each audience asks.

use crate::failure::{Failure, Kind};
use crate::files;
use parcep_core::age::{
    Admitted, AgeSignal, Cuts, DisclosureError, DisclosureLog, Pins, Share, Withheld, latest_day,
    utc_day,
};
use parcep_issuer::Kept;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The list of what was shared, if no other place is given.
const LOG: &str = "age-shared.jsonl";
/// Which cut points each audience has.
const AUDIENCES: &str = "age-audiences.json";
/// What was said to each audience.
const CONSENTS: &str = "age-consents.json";
/// Locked while these files and the wallets beside them are read and written.
const LOCK: &str = "age.lock";

/// Files of one person.
#[derive(Debug)]
pub(super) struct Own {
    log: PathBuf,
    audiences: PathBuf,
    consents: PathBuf,
}

impl Own {
    /// Beside a key or a wallet; the list elsewhere if that is asked for.
    pub(super) fn beside(file: &Path, log: Option<&Path>) -> Self {
        Self {
            log: log.map_or_else(|| file.with_file_name(LOG), Path::to_owned),
            audiences: file.with_file_name(AUDIENCES),
            consents: file.with_file_name(CONSENTS),
        }
    }

    /// Keeps other processes away until it is dropped: two that read one wallet would show one token
    /// twice (R-AGE-020).
    pub(super) fn lock(&self) -> Result<File, Failure> {
        files::lock(&self.audiences.with_file_name(LOCK))
    }

    /// Puts a claim on the list, before anybody gets it (R-AGE-052).
    pub(super) fn shared(&self, told: &AgeSignal, now: i64) -> Result<(), Failure> {
        let mut list = read_log(&self.log)?;
        let today = utc_day(now).ok_or_else(|| internal("the clock is beyond all calendars"))?;
        let (interval, method) = (told.interval, told.method);
        list.shared(today, &told.audience, interval, method, told.purpose)
            .map_err(|error| unlisted(&self.log, error))?;
        files::write_private(&self.log, list.to_json_lines().as_bytes())
    }

    /// Whether an audience may be told something at these cut points, and what to [`Self::keep_pins`] once
    /// there is something to tell (R-AGE-037).
    pub(super) fn admit(
        &self,
        audience: &str,
        cuts: &Cuts,
        share: &Share,
        now: i64,
    ) -> Result<(Admitted, Pins), Failure> {
        let mut pins = self.pins()?;
        let admitted = pins.admit(audience, cuts, share, latest_day(now));
        Ok((admitted.map_err(withheld)?, pins))
    }

    /// Keeps cut points, before anybody gets a claim.
    pub(super) fn keep_pins(&self, pins: &Pins) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(pins).map_err(internal)?;
        files::write_private(&self.audiences, &text)
    }

    /// Everything that lasts, for an issuer that runs.
    pub(super) fn kept(&self) -> Result<Kept, Failure> {
        Ok(Kept {
            pins: self.pins()?,
            consents: kept_in(&self.consents)?,
            shared: read_log(&self.log)?,
        })
    }

    /// Writes everything that lasts. The list goes first: what is not listed is not shared.
    pub(super) fn keep(&self, kept: &Kept) -> Result<(), Failure> {
        files::write_private(&self.log, kept.shared.to_json_lines().as_bytes())?;
        let pins = serde_json::to_vec_pretty(&kept.pins).map_err(internal)?;
        files::write_private(&self.audiences, &pins)?;
        let consents = serde_json::to_vec_pretty(&kept.consents).map_err(internal)?;
        files::write_private(&self.consents, &consents)
    }

    fn pins(&self) -> Result<Pins, Failure> {
        kept_in(&self.audiences)
    }
}

/// What a file of ours holds; nothing yet if it is not there.
fn kept_in<T: Default + DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    if !path.exists() {
        return Ok(T::default());
    }
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!(
            "is not what it was: {error}; restore it, or begin with a new wallet elsewhere"
        );
        Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
    })
}

/// Why an audience is told nothing, and what somebody can do about it.
fn withheld(why: Withheld) -> Failure {
    let (code, advice) = match why {
        Withheld::OtherCuts => (
            "INVALID_REQUEST",
            "an audience has one set of cut points, and another at most once a year (R-AGE-037): use a wallet \
             with the set that it had",
        ),
        Withheld::NotShared(_) => (
            "REFUSED",
            "a guardian can write a rule that shares it (R-POL-024)",
        ),
    };
    Failure::new(Kind::Failed, code, format!("{why}; {advice}"))
}

/// The list; an empty one if there is no file yet.
pub(super) fn read_log(path: &Path) -> Result<DisclosureLog, Failure> {
    if path.as_os_str() != "-" && !path.exists() {
        return Ok(DisclosureLog::new());
    }
    let bytes = files::read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| unlisted(path, DisclosureError::Line(1)))?;
    DisclosureLog::from_json_lines(&text).map_err(|error| unlisted(path, error))
}

fn unlisted(path: &Path, error: DisclosureError) -> Failure {
    let message = format!("{error}; what is not listed is not shared");
    Failure::new(Kind::Input, "MALFORMED", message).in_file(path.display().to_string())
}

pub(super) fn internal(error: impl ToString) -> Failure {
    Failure::new(Kind::Failed, "INTERNAL", error.to_string())
}
