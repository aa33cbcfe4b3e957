//! Web lists, ratings and spending.

use super::lists::{Entry, flag};
use super::{Notes, rule};
use crate::family::LossCode;
use crate::pcps::model;
use parcep_core::policy::{
    Ceiling, Currency, Flag, HostName, HostRule, Money, OnUnenforceable, PurchaseClass, RatingRule,
    RatingSection, SpendingCap, SpendingPeriod, SpendingSection, WebMode, WebRule, WebSection,
};
use std::collections::HashSet;

/// Block lists hold in every mode, allow lists in allow-list mode only (R-PCPS-014).
pub(super) fn web(web: &model::Web, notes: &mut Notes) -> WebSection {
    let mode = mode(web.mode, notes);
    let block = hosts("content/web/blocklist", &web.blocklist, true, &[], notes);
    let allow = if web.mode == Some(model::WebMode::Allowlist) {
        hosts(
            "content/web/allowlist",
            &web.allowlist,
            false,
            &block,
            notes,
        )
    } else {
        if !web.allowlist.is_empty() {
            let text = "an allow list counts in the mode `allowlist` only: kept, without effect";
            notes.loss("/content/web/allowlist", LossCode::ListNotUsed, text);
        }
        Vec::new()
    };
    let safe_search = flag("content/web/safe_search", web.safe_search);
    WebSection {
        mode,
        allow,
        block,
        safe_search,
        ..WebSection::default()
    }
}

fn mode(mode: Option<model::WebMode>, notes: &mut Notes) -> Option<WebRule> {
    let mode = match mode? {
        model::WebMode::Allowlist => WebMode::AllowList,
        model::WebMode::Blocklist => WebMode::BlockList,
        model::WebMode::Filtered => {
            let text = "what the platform's own filter blocks is not part of the document";
            notes.loss("/content/web/mode", LossCode::PlatformFilter, text);
            WebMode::Filtered {
                categories: Vec::new(),
            }
        }
    };
    Some(WebRule {
        id: rule("content/web/mode")?,
        mode,
        review_by: None,
        on_unenforceable: OnUnenforceable::Report,
    })
}

/// The hosts of a list. An entry for a part of a host blocks all of it and admits nothing.
fn hosts(
    list: &str,
    entries: &[String],
    blocks: bool,
    stricter: &[HostRule],
    notes: &mut Notes,
) -> Vec<HostRule> {
    let blocked: HashSet<&str> = stricter.iter().map(|rule| rule.host.as_str()).collect();
    let stays_blocked = |host: &HostName| {
        let mut above = host
            .suffixes()
            .take(if host.is_address() { 1 } else { usize::MAX });
        above.any(|host| blocked.contains(host))
    };
    let mut seen = HashSet::new();
    let mut rules = Vec::new();
    for (index, text) in entries.iter().enumerate() {
        let place = format!("{list}/{index}");
        let pointer = format!("/{place}");
        let host = match Entry::read(text) {
            Entry::Host(host) => host,
            Entry::PartOf(host) if blocks => {
                let text = "hosts are blocked whole, this entry too";
                notes.loss(&pointer, LossCode::PathEntry, text);
                host
            }
            Entry::PartOf(_) => {
                let text = "a part of a host cannot be admitted alone: this entry admits nothing";
                notes.loss(&pointer, LossCode::PathEntry, text);
                continue;
            }
            Entry::Nothing => {
                notes.loss(
                    &pointer,
                    LossCode::NotAHost,
                    "no host name: kept, without effect",
                );
                continue;
            }
        };
        if stays_blocked(&host) {
            let text = "on the block list, or below a host there: it stays blocked";
            notes.loss(&pointer, LossCode::StricterRow, text);
        } else if !seen.insert(host.clone()) {
            notes.loss(
                &pointer,
                LossCode::RepeatedRow,
                "the same host a second time: read once",
            );
        } else if let Some(id) = rule(&place) {
            rules.push(HostRule { id, host });
        }
    }
    rules
}

pub(super) fn ratings(content: &model::Content) -> RatingSection {
    let ceiling = |age: u8| {
        Some(RatingRule {
            id: rule("content/max_age_rating")?,
            medium: None,
            ceiling: Ceiling::max_age(age).ok()?,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        })
    };
    RatingSection {
        ceilings: content
            .max_age_rating
            .and_then(ceiling)
            .into_iter()
            .collect(),
        explicit_content: flag("content/explicit_content", content.explicit_content),
        ..RatingSection::default()
    }
}

pub(super) fn spending(spending: &model::Spending, notes: &mut Notes) -> SpendingSection {
    SpendingSection {
        approval: flag("spending/require_approval", spending.require_approval),
        approval_class: PurchaseClass::All,
        caps: spending
            .monthly_budget
            .iter()
            .filter_map(|money| cap(money, notes))
            .collect(),
        in_app: flag("spending/in_app_purchases", spending.in_app_purchases),
        free_downloads: free_downloads(spending, notes),
    }
}

/// PCPS §12.1: whether free downloads pass *without approval*. Where every purchase needs one, false
/// adds nothing; by itself it can only be said more strictly (R-PCPS-015).
fn free_downloads(spending: &model::Spending, notes: &mut Notes) -> Option<Flag> {
    let place = "spending/allow_free_downloads";
    match (spending.allow_free_downloads, spending.require_approval) {
        (Some(false), Some(true)) => None,
        (Some(false), _) => {
            let text = "only free downloads would need approval: they are denied instead";
            notes.loss(&format!("/{place}"), LossCode::StricterRow, text);
            flag(place, Some(false))
        }
        (free, _) => flag(place, free),
    }
}

fn cap(money: &model::Money, notes: &mut Notes) -> Option<SpendingCap> {
    let currency: Currency = money.currency.parse().ok()?;
    let (minor, exact) = minor_units(&money.amount, currency.minor_digits());
    if !exact {
        let text = "not a whole number of minor units: rounded down";
        notes.loss(
            "/spending/monthly_budget/amount",
            LossCode::AmountRounded,
            text,
        );
    }
    let id = rule("spending/monthly_budget")?;
    Some(SpendingCap {
        id,
        amount: Money { currency, minor },
        period: SpendingPeriod::Month,
        review_by: None,
        on_unenforceable: OnUnenforceable::Report,
    })
}

/// A decimal lexeme in minor units, rounded down, and whether nothing was lost (R-PCPS-015).
///
/// Decimal arithmetic on the text: a double would make 0.29 × 100 into 28.
pub(super) fn minor_units(lexeme: &str, digits: u32) -> (u64, bool) {
    let (mantissa, exponent) = lexeme.split_once(['e', 'E']).unwrap_or((lexeme, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = whole
        .chars()
        .chain(fraction.chars())
        .filter(char::is_ascii_digit)
        .collect();
    // How many of these digits stand before the decimal point of the minor unit. Exponents that do
    // not fit belong to numbers that are zero (doubles end long before).
    let exponent: i64 = exponent.parse().unwrap_or(i64::MIN / 2);
    let whole = i64::try_from(whole.trim_start_matches('-').len()).unwrap_or(i64::MAX);
    let point = usize::try_from(whole + i64::from(digits) + exponent).unwrap_or(0);
    let mut units: u64 = 0;
    for digit in all
        .bytes()
        .map(|b| u64::from(b - b'0'))
        .chain(std::iter::repeat(0))
        .take(point)
    {
        let Some(next) = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(digit))
        else {
            return (u64::MAX, false);
        };
        units = next;
    }
    (units, all.bytes().skip(point).all(|b| b == b'0'))
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn amounts_become_minor_units_by_decimal_arithmetic_and_round_down() {
        let table = [
            ("5.00", 2, (500, true)),
            ("5", 2, (500, true)),
            ("0.29", 2, (29, true)),
            ("5.005", 2, (500, false)),
            ("0.001", 2, (0, false)),
            ("12.5", 3, (12_500, true)),
            ("500", 0, (500, true)),
            ("500.9", 0, (500, false)),
            ("5e0", 2, (500, true)),
            ("1.25E2", 2, (12_500, true)),
            ("125e-2", 2, (125, true)),
            ("125e-3", 2, (12, false)),
            ("0", 2, (0, true)),
            ("-0.0", 2, (0, true)),
            ("1e300", 2, (u64::MAX, false)),
            ("1e-300", 2, (0, false)),
            ("0e99999999999999999999", 2, (0, true)),
        ];
        for (lexeme, digits, expected) in table {
            assert_eq!(minor_units(lexeme, digits), expected, "{lexeme}");
        }
    }
}
