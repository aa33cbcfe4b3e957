//! What authoring tools refuse: rows that repeat or contradict each other, and what no reader takes.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Allowance, AppAccess, AppTarget, PolicyError, PolicyLayer, RuleId, WebMode};
use crate::age::AgePurpose;
use crate::zones::day_number;

/// What is wrong with a layer, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {cause}")]
pub struct PolicyFault {
    /// Pointer (RFC 6901) into the JSON of the layer (R-POL-040), such as `/apps/rules/3/reason`.
    pub pointer: String,
    /// What is wrong there.
    #[source]
    pub cause: PolicyError,
}

impl PolicyFault {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.cause.code()
    }
}

type Checked = Result<(), PolicyFault>;

impl PolicyLayer {
    /// What an authoring tool asks before it signs: no duplicate and no contradictory rows
    /// (R-POL-004), sizes that every reader accepts, and no value that a reader would refuse
    /// (R-POL-007, R-POL-008). See also [`PolicyLayer::check_reviews`].
    ///
    /// # Errors
    /// The first [`PolicyFault`] found, with the place of the field.
    pub fn check(&self) -> Result<(), PolicyFault> {
        self.check_sizes()?;
        self.check_texts()?;
        self.check_dates()?;
        self.check_lists()?;
        self.check_scales()?;
        self.check_ages()
    }

    /// Lists that name one thing twice.
    fn check_lists(&self) -> Checked {
        let budgets = self.budgets.budgets.iter().map(|budget| {
            let weekly = matches!(budget.allowance, Allowance::Weekly(_));
            ((&budget.target, weekly), &budget.id)
        });
        distinct("/budgets/budgets", budgets)?;
        for (index, rule) in self.apps.rules.iter().enumerate() {
            if rule.access == Some(AppAccess::Block) && rule.always_allowed {
                let cause = PolicyError::Contradiction(rule.id.clone(), rule.id.clone());
                return Err(at(format!("/apps/rules/{index}/always_allowed"), cause));
            }
        }
        let apps = self.apps.rules.iter().map(|rule| (&rule.target, &rule.id));
        distinct("/apps/rules", apps)?;
        self.check_hosts()?;
        let lists = self.web.lists.iter().map(|rule| (rule.sha256, &rule.id));
        distinct("/web/lists", lists)?;
        let features = self.features.rules.iter();
        distinct(
            "/features/rules",
            features.map(|rule| (&rule.feature, &rule.id)),
        )
    }

    /// One host on both lists is named where it stands on the second.
    fn check_hosts(&self) -> Checked {
        let rows = |hosts: &'static str, list| (hosts, list);
        let lists = [
            rows("/web/allow", &self.web.allow),
            rows("/web/block", &self.web.block),
        ];
        let mut seen = BTreeMap::new();
        for (place, hosts) in lists {
            for (index, rule) in hosts.iter().enumerate() {
                if let Some(before) = seen.insert(&rule.host, &rule.id) {
                    return Err(repeated(place, index, &rule.id, before));
                }
            }
        }
        Ok(())
    }

    fn check_scales(&self) -> Checked {
        let unrated = self.ratings.unrated.iter();
        distinct(
            "/ratings/unrated",
            unrated.map(|rule| (rule.medium, &rule.id)),
        )?;
        let verdicts = self.ratings.verdicts.iter();
        distinct(
            "/ratings/verdicts",
            verdicts.map(|rule| (&rule.about, &rule.id)),
        )?;
        let caps = self.spending.caps.iter();
        distinct(
            "/spending/caps",
            caps.map(|cap| ((cap.amount.currency, cap.period), &cap.id)),
        )
    }

    /// Share rules about one audience, or about the rest, that have a purpose in common.
    fn check_ages(&self) -> Checked {
        let gates = self.age.gates.iter();
        distinct("/age/gates", gates.map(|gate| (&gate.target, &gate.id)))?;
        let mut seen = BTreeMap::new();
        for (index, rule) in self.age.share.iter().enumerate() {
            for purpose in AgePurpose::ALL {
                if !rule.is_for(*purpose) {
                    continue;
                }
                match seen.insert((&rule.audience, purpose), (index, &rule.id)) {
                    // A purpose that one rule names twice contradicts nothing.
                    Some((before, id)) if before != index => {
                        return Err(repeated("/age/share", index, &rule.id, id));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// At most [`Self::MAX_RULES`] rows of a kind, [`Self::MAX_HOSTS`] hosts of a list.
    fn check_sizes(&self) -> Checked {
        let categories = match self.web.mode.as_ref().map(|rule| &rule.mode) {
            Some(WebMode::Filtered { categories }) => categories.len(),
            _ => 0,
        };
        let engines = self.web.safe_search_engines.len();
        let rules = [
            ("/schedule/windows", self.schedule.windows.len()),
            ("/budgets/budgets", self.budgets.budgets.len()),
            ("/apps/rules", self.apps.rules.len()),
            ("/web/mode/mode/filtered/categories", categories),
            ("/web/lists", self.web.lists.len()),
            ("/web/safe_search_engines", engines),
            ("/ratings/ceilings", self.ratings.ceilings.len()),
            ("/ratings/unrated", self.ratings.unrated.len()),
            ("/ratings/verdicts", self.ratings.verdicts.len()),
            ("/communication/contacts", self.communication.contacts.len()),
            ("/spending/caps", self.spending.caps.len()),
            ("/features/rules", self.features.rules.len()),
            ("/age/share", self.age.share.len()),
            ("/age/gates", self.age.gates.len()),
            ("/unknown", self.unknown.len()),
        ];
        for (place, count) in rules {
            at_most(place.to_owned(), count, "rules", Self::MAX_RULES)?;
        }
        for (index, budget) in self.budgets.budgets.iter().enumerate() {
            if let Allowance::Daily(rows) = &budget.allowance {
                let place = format!("/budgets/budgets/{index}/allowance/daily");
                at_most(place, rows.len(), "rows", Self::MAX_RULES)?;
            }
        }
        for (index, contact) in self.communication.contacts.iter().enumerate() {
            let place = format!("/communication/contacts/{index}/identifiers");
            let count = contact.identifiers.len();
            at_most(place, count, "identifiers", Self::MAX_RULES)?;
        }
        for (place, hosts) in [
            ("/web/allow", &self.web.allow),
            ("/web/block", &self.web.block),
        ] {
            at_most(place.to_owned(), hosts.len(), "hosts", Self::MAX_HOSTS)?;
        }
        Ok(())
    }

    /// Texts that are longer than a reader takes (R-POL-007).
    fn check_texts(&self) -> Checked {
        for (index, rule) in self.apps.rules.iter().enumerate() {
            let place = |member: &str| format!("/apps/rules/{index}/{member}");
            let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            bytes(place("reason"), length(&rule.reason), 512)?;
            bytes(place("display_name"), length(&rule.display_name), 256)?;
            if let AppTarget::Publisher(name) = &rule.target {
                some_bytes(place("target/publisher"), name.len(), 256)?;
            }
        }
        for (index, contact) in self.communication.contacts.iter().enumerate() {
            let place = format!("/communication/contacts/{index}/name");
            bytes(place, contact.name.len(), 256)?;
        }
        for (index, rule) in self.unknown.iter().enumerate() {
            // A rule whose kind was unreadable is not written again.
            bytes(format!("/unknown/{index}/kind"), rule.kind.len(), 256)?;
            bytes(
                format!("/unknown/{index}/payload"),
                rule.payload.len(),
                4_096,
            )?;
        }
        Ok(())
    }

    /// Review dates that no reader takes (R-POL-008).
    fn check_dates(&self) -> Checked {
        let outside = |review: &super::Review<'_>| !day_fits(review.by);
        match self.reviews().find(outside) {
            None => Ok(()),
            Some(review) => {
                let pointer = format!("{}/review_by", review.rule.place);
                Err(at(pointer, DAY_RANGE))
            }
        }
    }
}

/// Whether a day lies from -2^20 to 2^20 days after 1970-01-01 (R-POL-008).
pub(super) fn day_fits(day: Date) -> bool {
    day_number(day).unsigned_abs() <= 1 << 20
}

pub(super) const DAY_RANGE: PolicyError = PolicyError::Range {
    what: "a date",
    range: "from -2^20 to 2^20 days (R-POL-008)",
};

const fn at(pointer: String, cause: PolicyError) -> PolicyFault {
    PolicyFault { pointer, cause }
}

fn at_most(pointer: String, count: usize, what: &'static str, limit: usize) -> Checked {
    if count > limit {
        return Err(at(pointer, PolicyError::TooMany { what, limit }));
    }
    Ok(())
}

fn bytes(pointer: String, length: usize, most: usize) -> Checked {
    let range = match most {
        256 => "at most 256 bytes",
        512 => "at most 512 bytes",
        _ => "at most 4096 bytes",
    };
    if length > most {
        let what = "a text";
        return Err(at(pointer, PolicyError::Range { what, range }));
    }
    Ok(())
}

fn some_bytes(pointer: String, length: usize, most: usize) -> Checked {
    if length == 0 {
        let (what, range) = ("a name", "not empty");
        return Err(at(pointer, PolicyError::Range { what, range }));
    }
    bytes(pointer, length, most)
}

/// Refuses two rows with the same key, at the later one.
fn distinct<'a, K: Ord>(
    place: &str,
    rows: impl Iterator<Item = (K, &'a RuleId)>,
) -> Result<(), PolicyFault> {
    let mut seen = BTreeMap::new();
    for (index, (key, id)) in rows.enumerate() {
        if let Some(before) = seen.insert(key, id) {
            return Err(repeated(place, index, id, before));
        }
    }
    Ok(())
}

fn repeated(place: &str, index: usize, id: &RuleId, before: &RuleId) -> PolicyFault {
    let cause = PolicyError::Contradiction(id.clone(), before.clone());
    at(format!("{place}/{index}"), cause)
}
