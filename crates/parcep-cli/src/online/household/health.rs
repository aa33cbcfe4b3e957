//! What a guardian has to know about the household that no document says: when each guardian was heard,
//! which enforcement points fall behind, which clocks are missing.

use crate::failure::Failure;
use crate::online::people::People;
use crate::online::who::{Who, short};
use crate::online::{failed, time};
use parcep_client::guardian::Guardian;
use parcep_core::constitution::DeviceRole;
use parcep_core::household::Household;
use parcep_core::id::PrincipalId;
use serde::Serialize;
use std::fmt::Write as _;

/// From when on a guardian counts as not heard, in seconds.
const A_DAY: i64 = 86_400;

/// Everything of it.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    /// Each guardian by itself (R-TIME-016).
    heard: Vec<Heard>,
    /// Each enforcement point whose reports can be read (R-TIME-017).
    points: Vec<Point>,
    /// What is missing (R-TIME-018, R-CONS-008).
    missing: Vec<String>,
    /// Guardians who have not confirmed what this device sees (R-JOIN-008).
    unconfirmed: Vec<String>,
    /// Guardians whose app sees something else.
    contradicting: Vec<String>,
    /// Children whose erasing is not complete (R-PRIV-014).
    erasing: Vec<Erasing>,
}

#[derive(Debug, Serialize)]
struct Erasing {
    /// Of the name nothing is left.
    child: String,
    entry: u64,
    /// Devices that have not said that they have followed so far.
    waits_for: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Heard {
    guardian: String,
    /// Of the newest beat; null if none was heard.
    at: Option<String>,
    words: String,
}

#[derive(Debug, Serialize)]
struct Point {
    device: String,
    name: String,
    /// Place of the newest entry that it says it applies.
    applied: Option<u64>,
    behind_since: Option<String>,
}

impl Health {
    /// Asks the relay for beats and reports, unless it is not believed: then nobody was heard, and nothing
    /// is said about it.
    pub(super) async fn of(
        guardian: &mut Guardian,
        who: &Who,
        believed: bool,
    ) -> Result<Self, Failure> {
        if !believed {
            let me = guardian.principal().map_err(failed)?;
            return Ok(Self {
                heard: Vec::new(),
                points: Vec::new(),
                missing: missing(guardian.household().map_err(failed)?, me),
                unconfirmed: Vec::new(),
                contradicting: Vec::new(),
                erasing: Vec::new(),
            });
        }
        let beats = guardian.driver().guardian_beats().await.map_err(failed)?;
        let points = guardian.points().await.map_err(failed)?;
        let confirmed = guardian.driver().confirmations(&beats).map_err(failed)?;
        let released = guardian.driver().store().released().map_err(failed)?;
        let this = guardian.driver().member().identity().device;
        let folder = guardian.driver().store().folder().to_owned();
        People::load(&folder)?.forget(&released, &folder)?;
        let now = guardian.driver().now();
        let me = guardian.principal().map_err(failed)?;
        let household = guardian.household().map_err(failed)?;
        let law = household.constitution();
        let guardians = law.guardians().iter();
        let heard = guardians.map(|row| {
            let of = beats.iter().filter(|beat| beat.guardian == row.id);
            // A clock that runs ahead counts as of now.
            let at = of.map(|beat| beat.time.min(now)).max();
            Heard {
                guardian: who.person(row.id),
                at: at.map(time::at),
                words: heard(at, now),
            }
        });
        let reached = |device, entry| beats.iter().any(|b| b.device == device && b.seq >= entry);
        let erasing = released.into_iter().map(|row| {
            let people = household.people().map(|(_, device)| device);
            let others =
                people.filter(|device| device.role == DeviceRole::Active && device.id != this);
            let whose = |id| {
                household
                    .principal_of(id)
                    .is_some_and(|who| law.is_guardian(who))
            };
            let behind = others
                .map(|device| device.id)
                .filter(|id| whose(*id) && !reached(*id, row.entry));
            let slow = points
                .iter()
                .filter(|point| point.applied.is_none_or(|at| at < row.entry));
            let waits = behind.chain(slow.map(|point| point.device));
            Erasing {
                child: short(&row.dependant),
                entry: row.entry,
                waits_for: waits.map(|id| who.device(Some(household), id)).collect(),
            }
        });
        let erasing = erasing.collect();
        let points = points.into_iter().map(|point| Point {
            device: point.device.to_string(),
            name: who.device(Some(household), point.device),
            applied: point.applied,
            behind_since: point.behind_since.map(time::at),
        });
        Ok(Self {
            heard: heard.collect(),
            points: points.collect(),
            missing: missing(household, me),
            unconfirmed: confirmed.missing.iter().map(|id| who.person(*id)).collect(),
            contradicting: confirmed
                .contradicting
                .iter()
                .map(|id| who.person(*id))
                .collect(),
            erasing,
        })
    }

    /// For a person.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        for (index, heard) in self.heard.iter().enumerate() {
            let heading = if index == 0 { "Heard" } else { "" };
            let _ = writeln!(words, "{heading:11} {}: {}", heard.guardian, heard.words);
        }
        for point in &self.points {
            if let Some(since) = &point.behind_since {
                let _ = writeln!(
                    words,
                    "Behind      {} has not applied what stands since {since}",
                    point.name
                );
            }
        }
        if !self.unconfirmed.is_empty() {
            let _ = writeln!(
                words,
                "New here    what this device sees is not yet confirmed by {}; it counts all the same",
                self.unconfirmed.join(", ")
            );
        }
        for name in &self.contradicting {
            let _ = writeln!(
                words,
                "Differs     the app of {name} sees other rules than this device: compare them, and whom \
                 the one who let this device in left out"
            );
        }
        for row in &self.erasing {
            let waits = match row.waits_for.as_slice() {
                [] => "every device that can say so has done it".to_owned(),
                some => format!("not yet confirmed by {}", some.join(", ")),
            };
            let _ = writeln!(
                words,
                "Erasing     what was held about child {}, released at entry {}: {waits}. Whoever has this \
                 device's keys and a copy of the log could still get it back, until you join with a new \
                 device and remove this one",
                row.child, row.entry
            );
        }
        for missing in &self.missing {
            let _ = writeln!(words, "Missing     {missing}");
        }
        words
    }
}

fn heard(at: Option<i64>, now: i64) -> String {
    let Some(at) = at else {
        return "never heard here".into();
    };
    let age = now.saturating_sub(at);
    if age < A_DAY {
        return format!("heard {} ago", time::lasting(age));
    }
    let days = age / A_DAY;
    let unit = if days == 1 { "day" } else { "days" };
    format!("not heard for {days} {unit}")
}

/// Sources of signed time that this household could have and does not.
fn missing(household: &Household, me: PrincipalId) -> Vec<String> {
    let law = household.constitution();
    let unsigned = law.relays().iter().filter(|relay| relay.key.is_none());
    let mut missing: Vec<_> = unsigned
        .map(|relay| {
            format!(
                "no key is named for the relay {}: what it says of the time counts for nothing, and a \
                 device that was off for days learns the day from a guardian's phone alone",
                relay.uri
            )
        })
        .collect();
    let kinds = [
        law.guardians().iter().any(|guardian| guardian.id != me),
        law.relays().iter().any(|relay| relay.key.is_some()),
        household.enforcement_points().next().is_some(),
    ];
    if kinds.iter().filter(|there| **there).count() < 2 {
        missing.push(
            "a second kind of clock: of another guardian, a relay whose key is named and an enforcement \
             point there have to be two, or nothing proves that a week has passed, and if your phone is \
             lost you cannot come back with your page"
                .into(),
        );
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-TIME-016
    #[test]
    fn silence_is_told_in_days() {
        let now = 10 * A_DAY;
        let told = [Some(now - 60), Some(now - A_DAY), Some(7 * A_DAY - 5), None];
        let words = told.map(|at| heard(at, now));
        assert_eq!(
            words,
            [
                "heard 1 min ago",
                "not heard for 1 day",
                "not heard for 3 days",
                "never heard here",
            ]
        );
    }
}
