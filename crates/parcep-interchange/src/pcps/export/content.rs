//! Ratings, web lists and spending as PCPS can say them.

use super::{Members, Notes};
use crate::json::Json;
use parcep_core::policy::{
    Ceiling, GuidanceLabels, HostRule, Money, PolicyLayer, PurchaseClass, RatingSection,
    SpendingPeriod, SpendingSection, WebMode, WebSection,
};

pub(super) fn content(layer: &PolicyLayer, notes: &mut Notes<'_>) -> Members {
    let age = ceiling(&layer.ratings, notes);
    Members::new()
        .maybe("max_age_rating", age.map(|age| Json::integer(age.into())))
        .section("web", web(&layer.web, notes))
        .flag("explicit_content", layer.ratings.explicit_content.as_ref())
}

/// One age for everything: the least there is, at most 18.
fn ceiling(section: &RatingSection, notes: &mut Notes<'_>) -> Option<u8> {
    let pointer = "/content/max_age_rating";
    let mut ages = Vec::new();
    for rule in &section.ceilings {
        match &rule.ceiling {
            Ceiling::MaxAge(age) => ages.push(age.years()),
            Ceiling::Label(_) => {
                notes.inexpressible(pointer, &format!("ceiling `{}` by a label", rule.id));
            }
        }
        if rule.medium.is_some() {
            let text = format!("ceiling `{}` goes out for every medium", rule.id);
            notes.stricter(pointer, &text);
        }
    }
    if !section.unrated.is_empty() || section.guidance != GuidanceLabels::Count {
        notes.inexpressible(
            pointer,
            "what holds for unrated content and guidance labels",
        );
    }
    if !section.verdicts.is_empty() {
        notes.inexpressible("/content", "what follows from verdicts of classifiers");
    }
    let least = ages.iter().min().copied()?;
    if ages.len() > 1 {
        notes.stricter(pointer, "several ceilings go out as the least of them");
    }
    if least > 18 {
        notes.stricter(pointer, "PCPS ends at 18");
    }
    Some(least.min(18))
}

fn web(section: &WebSection, notes: &mut Notes<'_>) -> Members {
    let pointer = "/content/web";
    let mode = section.mode.as_ref().and_then(|rule| match &rule.mode {
        // Nothing but the block list, which PCPS calls a mode of its own.
        WebMode::Unrestricted if section.block.is_empty() => None,
        WebMode::Unrestricted | WebMode::BlockList => Some("blocklist"),
        WebMode::AllowList => Some("allowlist"),
        WebMode::Filtered { categories } => {
            if !categories.is_empty() {
                notes.inexpressible(pointer, "which categories are filtered");
            }
            Some("filtered")
        }
    });
    if mode != Some("allowlist") && !section.allow.is_empty() {
        notes.stricter(pointer, "an allow list counts in the mode `allowlist` only");
    }
    for list in &section.lists {
        let text = format!("list `{}`, named by its hash", list.id);
        notes.inexpressible(pointer, &text);
    }
    if section.safe_search.is_some() && !section.safe_search_engines.is_empty() {
        let text = "safe search goes out for every engine, not for some";
        notes.stricter("/content/web/safe_search", text);
    }
    Members::new()
        .maybe("mode", mode.map(Json::text))
        .list("allowlist", hosts(&section.allow))
        .list("blocklist", hosts(&section.block))
        .flag("safe_search", section.safe_search.as_ref())
}

fn hosts(rules: &[HostRule]) -> Vec<Json> {
    rules
        .iter()
        .map(|rule| Json::text(rule.host.as_str()))
        .collect()
}

pub(super) fn spending(section: &SpendingSection, notes: &mut Notes<'_>) -> Members {
    if section.approval.as_ref().is_some_and(|flag| flag.on)
        && section.approval_class != PurchaseClass::All
    {
        let text = "approval goes out for every purchase, not for a class of them";
        notes.stricter("/spending/require_approval", text);
    }
    let (months, others): (Vec<_>, Vec<_>) = section
        .caps
        .iter()
        .partition(|cap| cap.period == SpendingPeriod::Month);
    for other in others {
        let text = format!("cap `{}` for a week or a day", other.id);
        notes.inexpressible("/spending/monthly_budget", &text);
    }
    let mut caps = months.into_iter();
    let cap = caps.next();
    for other in caps {
        let text = format!("a second cap, `{}`", other.id);
        notes.inexpressible("/spending/monthly_budget", &text);
    }
    let budget = cap.map(|cap| {
        Members::new()
            .with(
                "amount",
                Json::Number(major_units(cap.amount).into_boxed_str()),
            )
            .text("currency", &cap.amount.currency.to_string())
            .into_json()
    });
    Members::new()
        .flag("require_approval", section.approval.as_ref())
        .flag("allow_free_downloads", section.free_downloads.as_ref())
        .maybe("monthly_budget", budget)
        .flag("in_app_purchases", section.in_app.as_ref())
}

/// `1250` of EUR as `12.50`.
fn major_units(money: Money) -> String {
    let digits = usize::try_from(money.currency.minor_digits()).unwrap_or(0);
    let padded = format!("{:0width$}", money.minor, width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}
