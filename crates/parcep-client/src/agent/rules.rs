//! What a report says of rules (R-CAP-003).

use super::Served;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;

/// Bytes that rows may take, so that a report with everything around it fits a register of 4 KiB.
const ROOM: usize = 3072;
/// What is kept free for the last row, which says that others had no room.
const LAST: usize = 16;

/// Rules that are not enforced as written, one row for each name; all others are. What has no room is left
/// out, and a last row says so (R-CAP-007).
pub(super) fn not_as_written(served: &Served) -> Vec<pb::RuleStatus> {
    let policy = served.policies.get(served.own);
    let nowhere = policy.map(|policy| policy.unenforceable());
    let nowhere = nowhere.unwrap_or_default().iter();
    let nowhere = nowhere.map(|rule| (rule.rule.as_str(), rule.reason));
    let here = served.view.unenforceable.iter();
    let here = here.map(|rule| (rule.rule.as_str(), "NO_CAPABILITY"));
    let mut named = BTreeSet::new();
    let rows = nowhere.chain(here).filter(|(rule, _)| named.insert(*rule));
    fitting(rows.map(|(rule, reason)| row(rule, pb::RuleState::Unenforceable, reason)))
}

fn fitting(rows: impl Iterator<Item = pb::RuleStatus>) -> Vec<pb::RuleStatus> {
    let (mut fits, mut left) = (Vec::new(), ROOM);
    for next in rows {
        // Tag and length of the row stand before it.
        let len = next.encoded_len() + 3;
        if len + LAST > left {
            fits.push(row("", pb::RuleState::Partial, "MORE"));
            return fits;
        }
        left -= len;
        fits.push(next);
    }
    fits
}

fn row(rule: &str, state: pb::RuleState, reason: &str) -> pb::RuleStatus {
    pb::RuleStatus {
        rule_id: rule.to_owned(),
        state: state.into(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Vec<pb::RuleStatus> {
        let named = (0..count).map(|number| format!("web/{number:04}"));
        let rows = named.map(|name| row(&name, pb::RuleState::Unenforceable, "NO_CAPABILITY"));
        fitting(rows)
    }

    #[test]
    fn rows_without_room_are_left_out_and_a_last_row_says_so() {
        // R-CAP-007
        assert_eq!(rows(80).len(), 80);
        let many = rows(100_000);
        let last = many.last().unwrap();
        assert_eq!((last.rule_id.as_str(), last.reason.as_str()), ("", "MORE"));
        assert_eq!(last.state(), pb::RuleState::Partial);
        let report = pb::AppliedReport {
            rules: many,
            ..pb::AppliedReport::default()
        };
        assert!((2900..=ROOM).contains(&report.encoded_len()));
    }
}
