//! Words for rules.

use parcep_core::age::{AgeAssurance, AgePurpose};
use parcep_core::policy::{
    AgeGate, AgeGateTarget, AgeOnUnknown, AgeShare, AgeShareRule, BudgetTarget, Ceiling, Concern,
    DateChange, EndAction, EndRule, FeatureCode, Medium, Money, Override, OverrideKind, RatingRule,
    SpendingPeriod, UnratedEffect, VerdictAbout, VerdictEffect, VerdictRule, Weekdays, Window,
    WindowState,
};
use parcep_core::registry;

pub(super) fn window_text(window: &Window) -> String {
    let state = match window.state {
        WindowState::Allow => "open",
        WindowState::Block => "closed",
    };
    let days = match &window.target {
        BudgetTarget::Overall => days(window.days),
        target => format!("{}: {}", self::target(target), days(window.days)),
    };
    match window.span.edges() {
        None => format!("{days} {state} all day"),
        Some((start, end)) if end < start => format!("{days} {state} {start} to {end} next day"),
        Some((start, end)) => format!("{days} {state} {start} to {end}"),
    }
}

pub(super) fn target(target: &BudgetTarget) -> String {
    match target {
        BudgetTarget::Overall => "all use".to_owned(),
        BudgetTarget::Category(category) => category.code().to_owned(),
        BudgetTarget::App(app) => app.to_string(),
        BudgetTarget::Feature(code) => feature(code),
    }
}

/// `Mon–Fri`, or the days one by one.
pub(super) fn days(days: Weekdays) -> String {
    if days == Weekdays::ALL {
        return "daily".to_owned();
    }
    if days == Weekdays::MONDAY_TO_FRIDAY {
        return "Mon–Fri".to_owned();
    }
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let chosen = days
        .iter()
        .filter_map(|day| names.get(usize::from(day.index())).copied());
    chosen.collect::<Vec<_>>().join(", ")
}

/// `20.00 EUR`
pub(super) fn money(money: Money) -> String {
    let digits = usize::try_from(money.currency.minor_digits()).unwrap_or(0);
    let padded = format!("{:0width$}", money.minor, width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{dot}{fraction} {}", money.currency)
}

pub(super) fn duration(seconds: u32) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => "none".to_owned(),
        (0, minutes, 0) => format!("{minutes} min"),
        (hours, 0, 0) => format!("{hours} h"),
        (hours, minutes, 0) => format!("{hours} h {minutes} min"),
        _ => format!("{seconds} s"),
    }
}

pub(super) fn override_text(act: &Override) -> String {
    let what = match act.kind() {
        OverrideKind::ExtraTime {
            target, seconds, ..
        } => {
            format!("{} more for {}", duration(*seconds), self::target(target))
        }
        OverrideKind::LockNow {
            reason: Some(reason),
        } => format!("locked ({reason})"),
        OverrideKind::LockNow { reason: None } => "locked".to_owned(),
        OverrideKind::Suspend => "hours and limits rest".to_owned(),
        OverrideKind::Unblock { .. } => "one item unblocked".to_owned(),
        OverrideKind::DateException {
            date,
            change: DateChange::ExtendLastWindow { until },
        } => {
            format!("on {date} open until {until}")
        }
        OverrideKind::DateException { date, .. } => format!("other hours on {date}"),
    };
    match act.until() {
        None => what,
        Some(until) => format!("{what}, until {until}"),
    }
}

/// `at the end: stop, told 15 min and 5 min before, 1 min later`
pub(super) fn end_text(end: &EndRule) -> String {
    let what = match end.action {
        EndAction::Notify => "tell",
        EndAction::Lock => "lock",
        EndAction::Stop => "stop",
    };
    let mut text = format!("at the end: {what}");
    let warnings: Vec<_> = end
        .warnings
        .seconds()
        .iter()
        .map(|s| duration(*s))
        .collect();
    if !warnings.is_empty() {
        text.push_str(&format!(", told {} before", warnings.join(", ")));
    }
    if end.grace.seconds() > 0 {
        text.push_str(&format!(", {} later", duration(end.grace.seconds())));
    }
    text
}

/// What a guardian calls a feature, else its code.
pub(super) fn feature(code: &FeatureCode) -> String {
    registry::feature(code.as_str()).map_or_else(|| code.to_string(), |row| row.adult.to_owned())
}

pub(super) const fn period(period: SpendingPeriod) -> &'static str {
    match period {
        SpendingPeriod::Month => "month",
        SpendingPeriod::Week => "week",
        SpendingPeriod::Day => "day",
    }
}

pub(super) const fn medium(medium: Option<Medium>) -> &'static str {
    match medium {
        None => "anything",
        Some(Medium::App) => "apps",
        Some(Medium::Game) => "games",
        Some(Medium::Film) => "films",
        Some(Medium::Tv) => "television",
        Some(Medium::Video) => "videos",
        Some(Medium::Streaming) => "streaming",
        Some(Medium::Web) => "web pages",
        Some(Medium::Music) => "music",
        Some(Medium::Book) => "books",
    }
}

/// `content for at most 12`, `films up to bbfc/12A`
pub(super) fn ceiling(rule: &RatingRule) -> String {
    let what = rule.medium.map_or("content", |of| medium(Some(of)));
    match &rule.ceiling {
        Ceiling::MaxAge(age) => format!("{what} for at most {}", age.years()),
        Ceiling::Label(label) => format!("{what} up to {label}"),
    }
}

pub(super) const fn unrated(effect: UnratedEffect) -> &'static str {
    match effect {
        UnratedEffect::Allow => "allowed",
        UnratedEffect::Ask => "needs a guardian",
        UnratedEffect::Block => "blocked",
    }
}

/// `what a classifier says of dating, from 80 % on: blocked`
pub(super) fn about(rule: &VerdictRule) -> String {
    let of = match &rule.about {
        VerdictAbout::Category(category) => category.code(),
        VerdictAbout::Concern(Concern::Content) => "content",
        VerdictAbout::Concern(Concern::Contact) => "contact",
        VerdictAbout::Concern(Concern::Conduct) => "conduct",
        VerdictAbout::Concern(Concern::Contract) => "contract",
    };
    let from = match rule.min_confidence.value() {
        0 => String::new(),
        percent => format!(", from {percent} % on"),
    };
    let effect = match rule.effect {
        VerdictEffect::Ask => "needs a guardian",
        VerdictEffect::Block => "blocked",
    };
    format!("what a classifier says of {of}{from}: {effect}")
}

/// `https://games.example is told an age bracket with the cut points 13, 16, 18`
pub(super) fn share(rule: &AgeShareRule) -> String {
    let audience = rule.audience.as_ref();
    let who = audience.map_or("anybody who is not named", |name| name.as_str());
    let what = match rule.share {
        AgeShare::Allow => "is told an age bracket",
        AgeShare::Ask => "is told an age bracket once a guardian says yes",
        AgeShare::Refuse => "is told nothing about the age",
    };
    let mut text = format!("{who} {what}");
    if let Some(cuts) = &rule.cuts {
        let cuts: Vec<_> = cuts.points().iter().map(ToString::to_string).collect();
        text.push_str(&format!(", with the cut points {}", cuts.join(", ")));
    }
    if !rule.purposes.is_empty() {
        let purposes = rule.purposes.iter().map(|purpose| match purpose {
            AgePurpose::AccessGate => "access",
            AgePurpose::SafetyDefaults => "safe settings",
            AgePurpose::ConsentFlow => "consent",
            AgePurpose::LegalCompliance => "a duty of law",
        });
        let purposes: Vec<_> = purposes.collect();
        text.push_str(&format!(", for {}", purposes.join(", ")));
    }
    text
}

/// `social_media from 13 on, if standard or surer; blocked while the age is unknown`
pub(super) fn gate(gate: &AgeGate) -> String {
    let what = match &gate.target {
        AgeGateTarget::Overall => "apps, sites and content".to_owned(),
        AgeGateTarget::Category(category) => category.code().to_owned(),
        AgeGateTarget::App(app) => app.to_string(),
    };
    let least = match gate.least_assurance {
        AgeAssurance::NotTold | AgeAssurance::Asserted => String::new(),
        least => format!(", if {} or surer", least.name()),
    };
    let unknown = match gate.on_unknown {
        AgeOnUnknown::Allow => "allowed",
        AgeOnUnknown::Ask => "needs a guardian",
        AgeOnUnknown::Block => "blocked",
    };
    let age = gate.minimum_age.years();
    format!("{what} from {age} on{least}; {unknown} while the age is unknown")
}
