//! What a party knew: a record of every claim that it accepted, used or not (R-AGE-055).
//!
//! Some laws hold a service to what it was told. The record says the bracket, the day and whether the
//! party acted by it. It names nobody; the party ties a number to an account in its own books, and
//! drops records when its own duty to keep them ends.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::age::AgeInterval;

/// One claim that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownClaim {
    /// The UTC day on which it was accepted.
    pub day: Date,
    /// Least age told, completed years.
    pub lower: u32,
    /// First age not covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<u32>,
    /// Whether the party acted by it.
    pub used: bool,
    /// The UTC day on which a guardian loosened a default that came of it (R-AGE-048).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loosened: Option<Date>,
}

/// The records of a party, by number. It goes to disk as it is, through `serde`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeLog {
    next: u64,
    records: BTreeMap<u64, KnownClaim>,
}

/// The number of a record. A fresh one for each claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KnownAs(u64);

impl KnowledgeLog {
    /// No records yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a claim at the moment it is accepted. It counts as not used until [`Self::used`].
    pub fn accepted(&mut self, told: AgeInterval, day: Date) -> KnownAs {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let record = KnownClaim {
            day,
            lower: told.lower(),
            upper: told.upper(),
            used: false,
            loosened: None,
        };
        self.records.insert(number, record);
        KnownAs(number)
    }

    /// Notes that the party acted by a claim.
    pub fn used(&mut self, number: KnownAs) {
        if let Some(record) = self.records.get_mut(&number.0) {
            record.used = true;
        }
    }

    /// Notes that a guardian loosened a default that came of a claim. Guardians may do that with
    /// defaults; a gate stays where it is.
    pub fn loosened(&mut self, number: KnownAs, day: Date) {
        if let Some(record) = self.records.get_mut(&number.0) {
            record.loosened = Some(day);
        }
    }

    /// One record.
    #[must_use]
    pub fn get(&self, number: KnownAs) -> Option<&KnownClaim> {
        self.records.get(&number.0)
    }

    /// Every record, the oldest first.
    pub fn records(&self) -> impl Iterator<Item = (KnownAs, &KnownClaim)> {
        let records = self.records.iter();
        records.map(|(number, record)| (KnownAs(*number), record))
    }

    /// Drops the records of days before `day`. How long they have to be kept is law of the place.
    pub fn drop_before(&mut self, day: Date) {
        self.records.retain(|_, record| record.day >= day);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn cell(lower: u32, upper: Option<u32>) -> AgeInterval {
        AgeInterval::new(lower, upper).unwrap()
    }

    /// R-AGE-055
    #[test]
    fn age_44_a_claim_that_was_accepted_and_not_used_is_on_record_as_that() {
        let mut log = KnowledgeLog::new();
        let day = date(2026, 11, 22);
        let ignored = log.accepted(cell(0, Some(13)), day);
        let heeded = log.accepted(cell(18, None), day);
        log.used(heeded);
        let known = *log.get(ignored).unwrap();
        assert_eq!((known.lower, known.upper, known.used), (0, Some(13), false));
        assert_eq!(known.day, day);
        assert!(log.get(heeded).unwrap().used);
        let json = serde_json::to_string(&log).unwrap();
        assert_eq!(serde_json::from_str::<KnowledgeLog>(&json).unwrap(), log);
    }

    /// R-AGE-048: what a guardian loosens is on record, and the bracket is as it was.
    #[test]
    fn age_41_a_default_that_a_guardian_loosened_is_on_record() {
        let mut log = KnowledgeLog::new();
        let number = log.accepted(cell(13, Some(16)), date(2026, 1, 1));
        let before = *log.get(number).unwrap();
        log.loosened(number, date(2026, 2, 1));
        let after = *log.get(number).unwrap();
        assert_eq!(after.loosened, Some(date(2026, 2, 1)));
        assert_eq!(
            KnownClaim {
                loosened: None,
                ..after
            },
            before
        );
    }

    #[test]
    fn a_number_is_never_given_twice() {
        let mut log = KnowledgeLog::new();
        let first = log.accepted(cell(0, Some(13)), date(2026, 1, 1));
        log.drop_before(date(2026, 1, 2));
        assert_eq!(log.get(first), None);
        let second = log.accepted(cell(0, Some(13)), date(2026, 1, 2));
        assert_ne!(first, second);
        log.drop_before(date(2026, 1, 2));
        assert_eq!(log.records().count(), 1);
    }
}
