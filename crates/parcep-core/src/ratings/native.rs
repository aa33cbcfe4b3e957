//! Both ways between a policy and a platform that speaks one rating system: the native setting
//! that stands for a ceiling, and the ceiling that a native setting stands for. Neither way ever
//! admits more than what it stands for (R-EVAL-034).

use std::collections::{BTreeMap, BTreeSet};

use super::{CeilingVerdict, CompiledCeiling, Label, Order, RatingTable, Setting};
use crate::policy::GuidanceLabels;

impl RatingTable {
    /// The label to set on a platform that speaks only this system, per chain: the greatest rank
    /// up to which `ceiling` admits every label. A chain without such a label is left out, and the
    /// platform must then allow nothing rated.
    ///
    /// ```
    /// use parcep_core::policy::{Ceiling, GuidanceLabels};
    /// use parcep_core::ratings::{CompiledCeiling, RatingTable};
    /// let table = RatingTable::bundled();
    /// let eleven = CompiledCeiling::resolve(&Ceiling::max_age(11)?, &table);
    /// // The nearest that is not above: 7, not 12.
    /// let native = table.native_labels("pegi", &eleven, GuidanceLabels::Count);
    /// assert_eq!(native.first().map(|label| label.id.as_str()), Some("pegi:7"));
    /// # Ok::<(), parcep_core::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn native_labels(
        &self,
        system_id: &str,
        ceiling: &CompiledCeiling,
        guidance: GuidanceLabels,
    ) -> Vec<&Label> {
        let mut best: BTreeMap<u16, &Label> = BTreeMap::new();
        let mut closed = BTreeSet::new();
        for label in self.labels(system_id).filter(|label| label.rank.is_some()) {
            if ceiling.judge(label, guidance) != CeilingVerdict::Admitted {
                closed.insert(label.chain_number);
            } else if !closed.contains(&label.chain_number) {
                // Labels of a chain stand in the order of their ranks.
                best.insert(label.chain_number, label);
            }
        }
        best.into_values().collect()
    }

    /// [`Self::native_labels`] for an age, where guidance counts.
    #[must_use]
    pub fn native_ceiling(&self, system_id: &str, max_age: u8) -> Vec<&Label> {
        let ceiling = CompiledCeiling::MaxAge(max_age);
        self.native_labels(system_id, &ceiling, GuidanceLabels::Count)
    }

    /// The number to set on a platform whose settings are numbers, such as
    /// `apple_app`: that of the native label, else the one for "nothing"; never the one for
    /// "everything" (R-EVAL-033). `None` where the system has no such numbers.
    ///
    /// ```
    /// use parcep_core::policy::GuidanceLabels;
    /// use parcep_core::ratings::{CompiledCeiling, RatingTable};
    /// let table = RatingTable::bundled();
    /// let number = |age| {
    ///     let ceiling = CompiledCeiling::MaxAge(age);
    ///     table.setting_code("apple_app", &ceiling, GuidanceLabels::Count)
    /// };
    /// assert_eq!((number(12), number(0)), (Some(300), Some(0)));
    /// ```
    #[must_use]
    pub fn setting_code(
        &self,
        system_id: &str,
        ceiling: &CompiledCeiling,
        guidance: GuidanceLabels,
    ) -> Option<u32> {
        let system = self.system(system_id)?;
        let codes = system.settings?;
        if system.order != Order::Total {
            return None;
        }
        let native = self.native_labels(&system.id, ceiling, guidance);
        let code = native.first().and_then(|label| label.code);
        Some(code.unwrap_or(codes.nothing))
    }

    /// What a number of a platform's setting allows: to read a setting into a policy. A number that
    /// the table lacks, or that stands for no place in a chain, is `None`: the adapter reports it
    /// and changes nothing (R-EVAL-033).
    #[must_use]
    pub fn setting(&self, system_id: &str, code: u32) -> Option<Setting> {
        let codes = self.system(system_id)?.settings?;
        if code == codes.nothing {
            return Some(Setting::Nothing);
        }
        if code == codes.everything {
            return Some(Setting::Everything);
        }
        let found = self.by_code(system_id, code)?;
        let ranked = self.label(found)?.rank.is_some();
        ranked.then_some(Setting::UpTo(found))
    }

    /// The greatest age ceiling that admits nothing of the label's chain that a setting of `label`
    /// keeps out: the label's least age, or less where a stricter label has no greater one. Without
    /// such an age the ceiling to write is the label itself.
    ///
    /// ```
    /// use parcep_core::ratings::RatingTable;
    /// let table = RatingTable::bundled();
    /// let age = |system, label| {
    ///     let found = table.find(system, label).and_then(|label| table.label(label));
    ///     found.and_then(|label| table.age_of_setting(label))
    /// };
    /// assert_eq!(age("pegi", "12"), Some(12));
    /// // PG, M and MA15+ have one least age, so 15 would admit MA15+.
    /// assert_eq!(age("acb", "PG"), Some(14));
    /// // Everyone (0) is above Early Childhood (0): no age says so.
    /// assert_eq!(age("esrb", "EC"), None);
    /// ```
    #[must_use]
    pub fn age_of_setting(&self, label: &Label) -> Option<u8> {
        let (own, rank) = (label.min_age?, label.rank?);
        let system = self.system_of(label)?;
        let mut most = own;
        for other in self.labels(&system.id) {
            let stricter = other.rank.is_some_and(|other| other > rank);
            if stricter && other.chain_number == label.chain_number {
                // A label without an age can be compared with no age ceiling; the rule for unrated
                // content answers it.
                if let Some(least) = other.min_age {
                    most = most.min(least.checked_sub(1)?);
                }
            }
        }
        Some(most)
    }
}
