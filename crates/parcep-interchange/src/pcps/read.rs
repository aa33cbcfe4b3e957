//! The closed schema of PCPS 1.0, member by member (R-PCPS-003 to R-PCPS-006).

use super::model::{
    AppEntry, Apps, Bonus, Category, Child, Communication, CommunicationMode, Contact, Content,
    CustomWindow, Device, Document, Guardian, Money, Overrides, Policy, Schedule, Spending, Status,
    TemporaryKind, TemporaryRule, TimeLimits, Web, WebMode, Window,
};
use crate::json::Json;
use crate::reader::{Fields, Node};
use crate::refusal::{Code, Refusal};
use jiff::civil::{Time, Weekday};

type Read<T> = Result<T, Refusal>;

/// Reads a document that has the form of PCPS 1.0; what spans several members is checked after.
pub(super) fn document(json: &Json) -> Read<Document> {
    let root = Node::root(json);
    version(&root)?;
    let fields = root.fields(&[
        "$schema",
        "pcps_version",
        "family_id",
        "family_name",
        "created_at",
        "updated_at",
        "timezone",
        "guardians",
        "children",
        "extensions",
    ])?;
    for kept in ["$schema", "created_at", "updated_at"] {
        fields.maybe(kept, Node::text)?;
    }
    fields.maybe("extensions", extensions)?;
    Ok(Document {
        family_id: fields.need("family_id")?.string()?,
        family_name: fields.maybe("family_name", Node::string)?,
        timezone: zone(&fields.need("timezone")?)?,
        guardians: fields.need("guardians")?.some(guardian)?,
        children: fields.need("children")?.some(child)?,
    })
}

/// The version comes before everything else: another one may have other members.
fn version(root: &Node<'_>) -> Read<()> {
    let node = root.open_fields()?.need("pcps_version")?;
    match node.text()? {
        "1.0" => Ok(()),
        _ => Err(node.refuse(
            Code::UnsupportedVersion,
            "this program reads PCPS version 1.0 only; export the document as 1.0",
        )),
    }
}

fn extensions(node: &Node<'_>) -> Read<()> {
    node.open_fields()?
        .all()
        .try_for_each(|(_, vendor)| vendor.open_fields().map(|_| ()))
}

fn zone(node: &Node<'_>) -> Read<String> {
    let name = node.string()?;
    crate::file::known_zone(&name, || node.pointer())?;
    Ok(name)
}

fn guardian(node: &Node<'_>) -> Read<Guardian> {
    let fields = node.fields(&["guardian_id", "name", "email", "role"])?;
    Ok(Guardian {
        id: fields.need("guardian_id")?.string()?,
        name: fields.need("name")?.string()?,
        email: fields.maybe("email", Node::string)?,
        primary: fields
            .need("role")?
            .word(&[("primary", true), ("guardian", false)])?,
    })
}

fn child(node: &Node<'_>) -> Read<Child> {
    let fields = node.fields(&[
        "child_id",
        "child_name",
        "child_age",
        "timezone",
        "devices",
        "policy",
    ])?;
    let id = fields.need("child_id")?;
    if id.text()?.is_empty() {
        return Err(id.refuse(Code::BadText, "an empty id; give the child one"));
    }
    Ok(Child {
        id: id.string()?,
        name: fields.need("child_name")?.string()?,
        age: fields.maybe("child_age", |age| small(age, 17))?,
        timezone: fields.maybe("timezone", zone)?,
        devices: fields
            .maybe("devices", |list| list.list(device))?
            .unwrap_or_default(),
        policy: policy(&fields.need("policy")?)?,
    })
}

fn small(node: &Node<'_>, most: u8) -> Read<u8> {
    Ok(u8::try_from(node.integer(0..=i64::from(most))?).unwrap_or(most))
}

fn minutes(node: &Node<'_>) -> Read<i64> {
    node.integer(0..=i64::MAX)
}

fn device(node: &Node<'_>) -> Read<Device> {
    let fields = node.fields(&["device_id", "device_name", "platform", "model"])?;
    Ok(Device {
        id: fields.need("device_id")?.string()?,
        name: fields.need("device_name")?.string()?,
        platform: fields.need("platform")?.string()?,
        model: fields.maybe("model", Node::string)?,
    })
}

fn policy(node: &Node<'_>) -> Read<Policy> {
    let fields = node.fields(&[
        "schedule",
        "time_limits",
        "content",
        "apps",
        "communication",
        "spending",
        "status",
        "overrides",
        "extensions",
    ])?;
    Ok(Policy {
        schedule: section(&fields, "schedule", schedule)?,
        time_limits: section(&fields, "time_limits", time_limits)?,
        content: section(&fields, "content", content)?,
        apps: section(&fields, "apps", apps)?,
        communication: section(&fields, "communication", communication)?,
        spending: section(&fields, "spending", spending)?,
        status: section(&fields, "status", status)?,
        overrides: section(&fields, "overrides", overrides)?,
        extensions: fields.maybe("extensions", extensions)?.is_some(),
    })
}

fn section<'a, T: Default>(
    fields: &Fields<'a>,
    name: &str,
    read: fn(&Node<'a>) -> Read<T>,
) -> Read<T> {
    Ok(fields.maybe(name, read)?.unwrap_or_default())
}

/// An absent list is an empty one.
fn list<'a, T>(fields: &Fields<'a>, name: &str, read: fn(&Node<'a>) -> Read<T>) -> Read<Vec<T>> {
    Ok(fields
        .maybe(name, |node| node.list(read))?
        .unwrap_or_default())
}

fn schedule(node: &Node<'_>) -> Read<Schedule> {
    let fields = node.fields(&["weekday", "weekend", "custom"])?;
    let base = |node: &Node<'_>| {
        let fields = node.fields(&["allowed_from", "allowed_until"])?;
        window(node, &fields)
    };
    Ok(Schedule {
        weekday: fields.maybe("weekday", base)?,
        weekend: fields.maybe("weekend", base)?,
        custom: list(&fields, "custom", custom)?,
    })
}

fn custom(node: &Node<'_>) -> Read<CustomWindow> {
    let fields = node.fields(&["days", "allowed_from", "allowed_until"])?;
    let list = fields.need("days")?;
    let days = list.some(|day| day.word(&DAYS))?;
    for (index, day) in days.iter().enumerate() {
        if days.iter().take(index).any(|earlier| earlier == day) {
            return Err(list.refuse(Code::RepeatedValue, "a day is named twice; keep one"));
        }
    }
    Ok(CustomWindow {
        days,
        window: window(node, &fields)?,
    })
}

/// The words of PCPS for the days of the week.
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

fn window(node: &Node<'_>, fields: &Fields<'_>) -> Read<Window> {
    let from = time_of_day(&fields.need("allowed_from")?)?;
    let until = time_of_day(&fields.need("allowed_until")?)?;
    if from == until {
        return Err(node.refuse(
            Code::EmptyWindow,
            "the two ends are equal, which could mean all day or never; for all day leave the \
             window out, for never set the day's limit to 0 minutes",
        ));
    }
    Ok(Window { from, until })
}

fn time_of_day(node: &Node<'_>) -> Read<Time> {
    hh_mm(node.text()?).ok_or_else(|| {
        node.refuse(
            Code::BadTime,
            "not a time of day; write HH:MM from 00:00 to 23:59 (00:00 as the end is midnight)",
        )
    })
}

/// `HH:MM`, two digits each.
fn hh_mm(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| {
        let plain = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse::<i8>().ok()).flatten()
    };
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

fn time_limits(node: &Node<'_>) -> Read<TimeLimits> {
    let fields = node.fields(&["daily", "by_category", "by_app"])?;
    let daily = |node: &Node<'_>| {
        let fields = node.fields(&["weekday", "weekend"])?;
        // The schema refuses null here, the text calls it unlimited: taken, and kept as residue.
        Ok((
            fields.maybe_null("weekday", minutes)?,
            fields.maybe_null("weekend", minutes)?,
        ))
    };
    let (weekday, weekend) = fields.maybe("daily", daily)?.unwrap_or_default();
    let by_category = list(&fields, "by_category", |row| {
        let fields = row.fields(&["category", "daily_minutes"])?;
        let category = fields.need("category")?.word(Category::WORDS)?;
        Ok((category, fields.maybe_null("daily_minutes", minutes)?))
    })?;
    let by_app = list(&fields, "by_app", |row| {
        let fields = row.fields(&["app_name", "daily_minutes"])?;
        let name = fields.need("app_name")?.string()?;
        Ok((name, fields.maybe_null("daily_minutes", minutes)?))
    })?;
    Ok(TimeLimits {
        weekday,
        weekend,
        by_category,
        by_app,
    })
}

fn content(node: &Node<'_>) -> Read<Content> {
    let fields = node.fields(&["max_age_rating", "web", "explicit_content"])?;
    Ok(Content {
        max_age_rating: fields.maybe("max_age_rating", |age| small(age, 18))?,
        web: section(&fields, "web", web)?,
        explicit_content: fields.maybe("explicit_content", Node::flag)?,
    })
}

fn web(node: &Node<'_>) -> Read<Web> {
    let fields = node.fields(&["mode", "allowlist", "blocklist", "safe_search"])?;
    let modes = [
        ("allowlist", WebMode::Allowlist),
        ("blocklist", WebMode::Blocklist),
        ("filtered", WebMode::Filtered),
    ];
    Ok(Web {
        mode: fields.maybe("mode", |node| node.word(&modes))?,
        allowlist: list(&fields, "allowlist", Node::string)?,
        blocklist: list(&fields, "blocklist", Node::string)?,
        safe_search: fields.maybe("safe_search", Node::flag)?,
    })
}

fn apps(node: &Node<'_>) -> Read<Apps> {
    let fields = node.fields(&["require_approval", "blocked", "always_allowed"])?;
    Ok(Apps {
        require_approval: fields.maybe("require_approval", Node::flag)?,
        blocked: list(&fields, "blocked", app_entry)?,
        always_allowed: list(&fields, "always_allowed", app_entry)?,
    })
}

fn app_entry(node: &Node<'_>) -> Read<AppEntry> {
    let fields = node.fields(&["app_name", "reason"])?;
    Ok(AppEntry {
        name: fields.need("app_name")?.string()?,
        reason: fields.maybe("reason", Node::string)?,
    })
}

fn communication(node: &Node<'_>) -> Read<Communication> {
    let fields = node.fields(&["mode", "allowed_contacts", "block_unknown_callers"])?;
    let modes = [
        ("unrestricted", CommunicationMode::Unrestricted),
        ("contacts_only", CommunicationMode::ContactsOnly),
        ("disabled", CommunicationMode::Disabled),
    ];
    let contact = |node: &Node<'_>| {
        let fields = node.fields(&["name", "identifiers"])?;
        Ok(Contact {
            name: fields.need("name")?.string()?,
            identifiers: fields.need("identifiers")?.some(Node::string)?,
        })
    };
    Ok(Communication {
        mode: fields.maybe("mode", |node| node.word(&modes))?,
        allowed_contacts: list(&fields, "allowed_contacts", contact)?,
        block_unknown_callers: fields.maybe("block_unknown_callers", Node::flag)?,
    })
}

fn spending(node: &Node<'_>) -> Read<Spending> {
    let fields = node.fields(&[
        "require_approval",
        "allow_free_downloads",
        "monthly_budget",
        "in_app_purchases",
    ])?;
    Ok(Spending {
        require_approval: fields.maybe("require_approval", Node::flag)?,
        allow_free_downloads: fields.maybe("allow_free_downloads", Node::flag)?,
        monthly_budget: fields.maybe_null("monthly_budget", money)?,
        in_app_purchases: fields.maybe("in_app_purchases", Node::flag)?,
    })
}

fn money(node: &Node<'_>) -> Read<Money> {
    let fields = node.fields(&["amount", "currency"])?;
    let amount = fields.need("amount")?;
    let lexeme = amount.number()?;
    if lexeme.parse::<f64>().is_ok_and(|double| double < 0.0) {
        return Err(amount.refuse(Code::NegativeValue, "a negative amount; write 0 or more"));
    }
    let currency = fields.need("currency")?;
    let code = currency.text()?;
    if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        let message = "not a currency code; write three capital letters such as GBP";
        return Err(currency.refuse(Code::BadText, message));
    }
    Ok(Money {
        amount: lexeme.to_owned(),
        currency: code.to_owned(),
    })
}

fn status(node: &Node<'_>) -> Read<Status> {
    let fields = node.fields(&[
        "policy_active",
        "paused",
        "paused_until",
        "locked",
        "locked_reason",
    ])?;
    let absent = Status::default();
    Ok(Status {
        policy_active: fields
            .maybe("policy_active", Node::flag)?
            .unwrap_or(absent.policy_active),
        paused: fields.maybe("paused", Node::flag)?.unwrap_or(absent.paused),
        paused_until: fields.maybe_null("paused_until", Node::timestamp)?,
        locked: fields.maybe("locked", Node::flag)?.unwrap_or(absent.locked),
        locked_reason: fields.maybe_null("locked_reason", Node::string)?,
    })
}

fn overrides(node: &Node<'_>) -> Read<Overrides> {
    let fields = node.fields(&["bonus_time", "temporary_rules"])?;
    Ok(Overrides {
        bonus_time: fields.maybe_null("bonus_time", bonus)?,
        temporary_rules: list(&fields, "temporary_rules", temporary_rule)?,
    })
}

fn bonus(node: &Node<'_>) -> Read<Bonus> {
    let fields = node.fields(&["minutes", "reason", "granted_at", "expires_at"])?;
    let minutes_at = fields.need("minutes")?;
    let minutes = minutes(&minutes_at)?;
    if minutes == 0 {
        return Err(minutes_at.refuse(Code::OutOfRange, "a bonus is 1 minute or more"));
    }
    Ok(Bonus {
        minutes,
        reason: fields.maybe("reason", Node::string)?,
        granted_at: fields.need("granted_at")?.timestamp()?,
        expires_at: fields.need("expires_at")?.timestamp()?,
    })
}

/// The only object that PCPS leaves open: whatever else it has is residue.
fn temporary_rule(node: &Node<'_>) -> Read<TemporaryRule> {
    let fields = node.open_fields()?;
    let until = fields
        .get("allowed_until")
        .and_then(|node| hh_mm(node.text().ok()?));
    let kind = fields.need("type")?.word(&[
        ("extend_schedule", TemporaryKind::ExtendSchedule(until)),
        ("extra_time", TemporaryKind::Undefined("extra_time")),
        ("unblock_app", TemporaryKind::Undefined("unblock_app")),
        ("unblock_site", TemporaryKind::Undefined("unblock_site")),
    ])?;
    let date_at = fields.need("date")?;
    let date = date_at.text()?;
    let date = date
        .parse()
        .ok()
        .filter(|_| date.len() == 10)
        .ok_or_else(|| date_at.refuse(Code::BadDate, "not a date; write it like 2026-02-14"))?;
    Ok(TemporaryRule {
        kind,
        date,
        reason: fields.maybe("reason", Node::string)?,
    })
}
