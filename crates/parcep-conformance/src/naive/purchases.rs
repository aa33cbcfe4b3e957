//! Step 5b for purchases.

use super::answer::{Effect, Reason};
use super::asked::{Laid, Now};
use super::model::Period;
use super::question::{Purchase, PurchaseKind};
use super::steps::Finding;
use super::usage;
use parcep_proto::v1alpha1 as pb;
use pb::{PurchaseClass, SpendingCap, SpendingPeriod};

/// R-EVAL-019: the first row of the table that fits.
pub(super) fn judged(now: &Now<'_>, laid: &Laid<'_>, purchase: &Purchase) -> Option<Finding> {
    let rules = &laid.layer.spending;
    let denied = |id: &String| {
        let (effect, reason) = (Effect::Deny, Reason::Spending);
        Some(Finding::by(laid.layer, effect, reason, [id.clone()]))
    };
    if purchase.kind == PurchaseKind::Download
        && purchase.price == Some(0)
        && let Some(flag) = &rules.free_downloads
    {
        return if flag.on { None } else { denied(&flag.id) };
    }
    if purchase.kind == PurchaseKind::InApp
        && let Some(flag) = rules.in_app.as_ref().filter(|flag| !flag.on)
    {
        return denied(&flag.id);
    }
    let in_currency = |cap: &&SpendingCap| purchase.currency.as_ref() == Some(&cap.currency);
    if has_a_price(purchase)
        && let Some(first) = rules.caps.first()
        && !rules.caps.iter().any(|cap| in_currency(&cap))
    {
        return denied(&first.id);
    }
    let above = |cap: &&SpendingCap| {
        let spent = usage::money(now, laid, &cap.currency, period(cap));
        let left = cap.minor_units.saturating_sub(spent);
        purchase.price.is_none_or(|price| price > left)
    };
    if let Some(cap) = rules.caps.iter().filter(in_currency).find(above) {
        return denied(&cap.id);
    }
    let approval = rules.approval.as_ref().filter(|flag| flag.on)?;
    let is_about = match class(rules) {
        PurchaseClass::Paid => has_a_price(purchase),
        PurchaseClass::InApp => purchase.kind == PurchaseKind::InApp,
        PurchaseClass::All | PurchaseClass::Unspecified => true,
    };
    let (effect, reason) = (Effect::Ask, Reason::Approval);
    is_about.then(|| Finding::by(laid.layer, effect, reason, [approval.id.clone()]))
}

/// A price that is not known is above 0.
fn has_a_price(purchase: &Purchase) -> bool {
    purchase.price != Some(0)
}

/// R-POL-006: what is absent or unknown is MONTH.
fn period(cap: &SpendingCap) -> Period {
    match cap.period.map(SpendingPeriod::try_from) {
        Some(Ok(SpendingPeriod::Day)) => Period::Day,
        Some(Ok(SpendingPeriod::Week)) => Period::Week,
        _ => Period::Month,
    }
}

/// R-POL-006: what is absent or unknown is ALL.
fn class(rules: &pb::SpendingSection) -> PurchaseClass {
    match rules.approval_class.map(PurchaseClass::try_from) {
        Some(Ok(PurchaseClass::Paid)) => PurchaseClass::Paid,
        Some(Ok(PurchaseClass::InApp)) => PurchaseClass::InApp,
        _ => PurchaseClass::All,
    }
}
