//! Step 5b for purchases.

use super::calendar::Calendar;
use super::model::{Effect, Layer, Now, Period, Purchase, Reason};
use super::steps::Finding;
use parcep_proto::v1alpha1::SpendingCap;

/// R-EVAL-019: the first row of the table that fits.
pub(super) fn judged(now: &Now<'_>, layer: &Layer, purchase: &Purchase) -> Option<Finding> {
    let rules = &layer.spending;
    let denied = |id: &str| {
        Some(Finding::by(
            layer,
            Effect::Deny,
            Reason::Spending,
            [id.to_owned()],
        ))
    };
    if purchase.download
        && purchase.price == Some(0)
        && let Some(flag) = &rules.free_downloads
    {
        return if flag.on { None } else { denied(&flag.id) };
    }
    if purchase.in_app
        && let Some(flag) = rules.in_app.as_ref().filter(|flag| !flag.on)
    {
        return denied(&flag.id);
    }
    let in_currency = |cap: &&SpendingCap| purchase.currency.as_ref() == Some(&cap.currency);
    if purchase.price != Some(0)
        && let Some(first) = rules.caps.first()
        && !rules.caps.iter().any(|cap| in_currency(&cap))
    {
        return denied(&first.id);
    }
    let above = |cap: &&SpendingCap| {
        let left = cap.minor_units.saturating_sub(spent_this_month(now));
        purchase.price.is_none_or(|price| price > left)
    };
    if let Some(cap) = rules.caps.iter().filter(in_currency).find(above) {
        return denied(&cap.id);
    }
    let approval = rules.approval.as_ref().filter(|flag| flag.on)?;
    Some(Finding::by(
        layer,
        Effect::Ask,
        Reason::Approval,
        [approval.id.clone()],
    ))
}

/// R-EVAL-031: money spent in the month of the instant; a month holds at least what its day holds.
fn spent_this_month(now: &Now<'_>) -> u64 {
    let month = |at| Calendar::month(now.calendar.day(at));
    if month(now.at) != month(now.question.at) {
        return 0;
    }
    let rows = now.usage.money.iter();
    let counts = rows.filter(|row| matches!(row.period, Period::Day | Period::Month));
    counts.map(|row| row.minor).max().unwrap_or(0)
}
