//! The JSON of a policy (R-POL-040) to the messages of the wire.

use parcep_conformance::naive::{Act, Author, Custody, Kind, Layer};
use parcep_proto::v1alpha1 as pb;
use serde_json::Value;

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A value of an enumeration by its name without the prefix.
fn number(names: &[&str], value: &Value) -> i32 {
    let name = text(value);
    let at = names.iter().position(|known| *known == name);
    i32::try_from(at.unwrap_or_else(|| panic!("{name}"))).unwrap() + 1
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn own(value: &Value) -> String {
    text(value).to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The value of a member that may be left out.
fn maybe<T>(value: &Value, read: impl Fn(&Value) -> T) -> Option<T> {
    (!value.is_null()).then(|| read(value))
}

fn flag(value: &Value) -> Option<pb::FlagRule> {
    maybe(value, |flag| pb::FlagRule {
        id: own(&flag["id"]),
        on: flag["on"].as_bool().unwrap(),
        review_by_day: None,
        ..Default::default()
    })
}

fn seconds(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn time(value: &Value) -> u32 {
    let parts = text(value)
        .split(':')
        .map(|part| part.parse::<u32>().unwrap());
    parts
        .zip([3600, 60, 1])
        .map(|(part, unit)| part * unit)
        .sum()
}

fn days(value: &Value) -> Vec<i32> {
    list(value).map(|day| number(&WEEKDAYS, day)).collect()
}

pub(crate) fn instant(value: &Value) -> i64 {
    text(value).parse::<jiff::Timestamp>().unwrap().as_second()
}

pub(crate) fn app(text: &str) -> pb::AppRef {
    let (namespace, id) = text.split_once('/').unwrap();
    pb::AppRef {
        namespace: namespace.to_owned(),
        id: id.to_owned(),
    }
}

pub(crate) fn category(text: &str) -> pb::CategoryRef {
    let (scheme, code) = text.split_once('/').unwrap_or(("pcps@1.0", text));
    let (taxonomy, version) = scheme.split_once('@').unwrap();
    pb::CategoryRef {
        taxonomy: taxonomy.to_owned(),
        version: version.to_owned(),
        code: code.to_owned(),
    }
}

pub(crate) fn profile(value: &Value) -> pb::ProfileSection {
    pb::ProfileSection {
        zone: own(&value["zone"]),
        follow_device: value["follow_device"].as_bool(),
        day_start_seconds: maybe(&value["day_start"], time),
        week_start: maybe(&value["week_start"], |day| number(&WEEKDAYS, day)),
        region: maybe(&value["region"], own),
    }
}

fn author(value: &Value) -> Author {
    match &value["guardian"] {
        Value::Null => Author::Jurisdiction(own(&value["jurisdiction"])),
        id => Author::Guardian(own(id)),
    }
}

pub(crate) fn custody(value: &Value) -> Custody {
    Custody {
        guardian: own(&value["guardian"]["guardian"]),
        from: instant(&value["from"]),
        until: instant(&value["until"]),
    }
}

pub(crate) fn kind(value: &Value) -> Kind {
    match text(value) {
        "apps" | "app" => Kind::App,
        "web" => Kind::Web,
        "ratings" | "rating" => Kind::Rating,
        "communication" => Kind::Communication,
        "spending" => Kind::Spending,
        "features" | "feature" => Kind::Feature,
        other => panic!("{other}"),
    }
}

pub(crate) fn layer(value: &Value) -> Layer {
    let mut layer = Layer::empty(author(&value["author"]));
    layer.schedule.windows = list(&value["schedule"]["windows"]).map(window).collect();
    layer.budget.budgets = list(&value["budgets"]["budgets"]).map(budget).collect();
    layer.budget.extra_time_cap_seconds = maybe(&value["budgets"]["extra_time_cap"], seconds);
    layer.app.rules = list(&value["apps"]["rules"]).map(app_rule).collect();
    layer.app.install_approval = flag(&value["apps"]["install_approval"]);
    web(&value["web"], &mut layer.web);
    ratings(&value["ratings"], &mut layer.rating);
    communication(&value["communication"], &mut layer.communication);
    spending(&value["spending"], &mut layer.spending);
    layer
}

fn window(value: &Value) -> pb::WindowRule {
    use pb::window_rule::Span;
    let span = &value["span"];
    pb::WindowRule {
        id: value["id"].as_str().unwrap_or_default().to_owned(),
        state: number(&["allow", "block"], &value["state"]),
        weekdays: days(&value["days"]),
        span: Some(match span.as_str() {
            Some("all_day") => Span::WholeDay(pb::WholeDay {}),
            _ => Span::Between(pb::TimeSpan {
                start_seconds: time(&span["start"]),
                end_seconds: time(&span["end"]),
            }),
        }),
        review_by_day: None,
        ..Default::default()
    }
}

fn target(value: &Value) -> pb::BudgetTarget {
    use pb::budget_target::Target;
    let target = match (value.as_str(), &value["category"], &value["app"]) {
        (Some("overall"), _, _) => Target::Everything(pb::Everything {}),
        (None, Value::String(code), _) => Target::Category(category(code)),
        (None, _, Value::String(name)) => Target::App(app(name)),
        _ => panic!("{value}"),
    };
    pb::BudgetTarget {
        target: Some(target),
    }
}

fn budget(value: &Value) -> pb::BudgetRule {
    use pb::budget_rule::Allowance;
    let allowance = &value["allowance"];
    let row = |row: &Value| pb::DayLimit {
        weekdays: days(&row["days"]),
        seconds: seconds(&row["seconds"]),
    };
    pb::BudgetRule {
        id: own(&value["id"]),
        target: Some(target(&value["target"])),
        scope: maybe(&value["scope"], |scope| {
            number(&["dependant", "pep_class", "pep"], scope)
        }),
        review_by_day: None,
        allowance: Some(match &allowance["weekly"] {
            Value::Null => Allowance::Daily(pb::DailyAllowance {
                limits: list(&allowance["daily"]).map(row).collect(),
            }),
            weekly => Allowance::WeeklySeconds(seconds(weekly)),
        }),
        ..Default::default()
    }
}

fn app_rule(value: &Value) -> pb::AppRule {
    use pb::app_rule::Target;
    let target = &value["target"];
    pb::AppRule {
        id: own(&value["id"]),
        access: maybe(&value["access"], |access| {
            number(&["allow", "block"], access)
        }),
        reason: maybe(&value["reason"], own),
        always_allowed: value["always_allowed"].as_bool().unwrap_or(false),
        not_counted: !value["counts_toward_budget"].as_bool().unwrap_or(true),
        display_name: maybe(&value["display_name"], own),
        review_by_day: None,
        target: Some(
            match (&target["app"], &target["publisher"], &target["category"]) {
                (Value::String(name), _, _) => Target::App(app(name)),
                (_, Value::String(name), _) => Target::Publisher(name.clone()),
                (_, _, Value::String(code)) => Target::Category(category(code)),
                _ => Target::Everything(pb::Everything {}),
            },
        ),
        ..Default::default()
    }
}

fn web(value: &Value, web: &mut pb::WebSection) {
    const MODES: [&str; 4] = ["unrestricted", "block_list", "allow_list", "filtered"];
    let hosts = |value: &Value| pb::HostList {
        id: own(&value["id"]),
        hosts: vec![own(&value["host"])],
    };
    web.mode = maybe(&value["mode"], |rule| {
        let filtered = &rule["mode"]["filtered"];
        pb::WebRule {
            id: own(&rule["id"]),
            mode: if filtered.is_null() {
                number(&MODES, &rule["mode"])
            } else {
                4
            },
            categories: list(&filtered["categories"])
                .map(|c| category(text(c)))
                .collect(),
            review_by_day: None,
            ..Default::default()
        }
    });
    web.allow = list(&value["allow"]).map(hosts).collect();
    web.block = list(&value["block"]).map(hosts).collect();
    web.safe_search = flag(&value["safe_search"]);
}

const MEDIA: [&str; 9] = [
    "app",
    "game",
    "film",
    "tv",
    "video",
    "streaming",
    "web",
    "music",
    "book",
];

pub(crate) fn medium(value: &Value) -> i32 {
    number(&MEDIA, value)
}

fn ratings(value: &Value, rating: &mut pb::RatingSection) {
    use pb::ceiling_rule::Ceiling;
    let ceiling = |value: &Value| pb::CeilingRule {
        id: own(&value["id"]),
        medium: maybe(&value["medium"], medium),
        ceiling: Some(match &value["ceiling"]["label"] {
            Value::Null => Ceiling::MaxAge(seconds(&value["ceiling"]["max_age"])),
            label => Ceiling::Label(own(label)),
        }),
        review_by_day: None,
        ..Default::default()
    };
    let unrated = |value: &Value| pb::UnratedRule {
        id: own(&value["id"]),
        medium: maybe(&value["medium"], medium),
        effect: number(&["allow", "ask", "block"], &value["effect"]),
        review_by_day: None,
        ..Default::default()
    };
    rating.ceilings = list(&value["ceilings"]).map(ceiling).collect();
    rating.unrated = list(&value["unrated"]).map(unrated).collect();
    rating.ignore_guidance = maybe(&value["guidance"], |word| text(word) == "ignore");
    rating.explicit_content = flag(&value["explicit_content"]);
}

fn communication(value: &Value, section: &mut pb::CommunicationSection) {
    const MODES: [&str; 3] = ["unrestricted", "contacts_only", "disabled"];
    section.mode = maybe(&value["mode"], |rule| pb::CommunicationRule {
        id: own(&rule["id"]),
        mode: number(&MODES, &rule["mode"]),
        review_by_day: None,
        ..Default::default()
    });
    let contact = |value: &Value| pb::Contact {
        name: own(&value["name"]),
        identifiers: list(&value["identifiers"]).map(own).collect(),
    };
    section.contacts = list(&value["contacts"]).map(contact).collect();
    section.block_unknown_callers = flag(&value["block_unknown_callers"]);
}

fn spending(value: &Value, section: &mut pb::SpendingSection) {
    let cap = |value: &Value| pb::SpendingCap {
        id: own(&value["id"]),
        currency: own(&value["amount"]["currency"]),
        minor_units: value["amount"]["minor"].as_u64().unwrap(),
        review_by_day: None,
        ..Default::default()
    };
    section.approval = flag(&value["approval"]);
    section.caps = list(&value["caps"]).map(cap).collect();
    section.in_app = flag(&value["in_app"]);
    section.free_downloads = flag(&value["free_downloads"]);
}

pub(crate) fn act(value: &Value) -> Act {
    Act {
        author: author(&value["author"]),
        place: value["position"].as_u64().unwrap_or(0),
        body: pb::Override {
            id: own(&value["id"]),
            from: instant(&value["from"]),
            until: maybe(&value["until"], instant),
            act: Some(body(&value["kind"])),
        },
    }
}

fn body(value: &Value) -> pb::r#override::Act {
    use pb::r#override::Act as Body;
    if value.as_str() == Some("suspend") {
        return Body::Suspend(pb::Suspend {});
    }
    let (name, inner) = value.as_object().unwrap().iter().next().unwrap();
    match name.as_str() {
        "extra_time" => Body::ExtraTime(pb::ExtraTime {
            target: Some(target(&inner["target"])),
            seconds: seconds(&inner["seconds"]),
            extends_window: inner["extends_window"].as_bool().unwrap_or(false),
        }),
        "lock_now" => Body::LockNow(pb::LockNow { reason: None }),
        "unblock" => Body::Unblock(pb::Unblock {
            item: Some(match &inner["item"]["app"] {
                Value::Null => pb::unblock::Item::Host(own(&inner["item"]["host"])),
                name => pb::unblock::Item::App(app(text(name))),
            }),
        }),
        "date_exception" => Body::DateException(pb::DateException {
            day: day(&inner["date"]),
            change: Some(change(&inner["change"])),
        }),
        other => panic!("{other}"),
    }
}

fn day(value: &Value) -> i32 {
    let midnight: jiff::Timestamp = format!("{}T00:00:00Z", text(value)).parse().unwrap();
    i32::try_from(midnight.as_second() / 86_400).unwrap()
}

fn change(value: &Value) -> pb::date_exception::Change {
    use pb::date_exception::Change;
    match &value["extend_last_window"] {
        Value::Null => Change::Replace(pb::ReplacedWindows {
            windows: list(&value["replace"]["windows"]).map(window).collect(),
        }),
        extend => Change::ExtendUntilSeconds(time(&extend["until"])),
    }
}
