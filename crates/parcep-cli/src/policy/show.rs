//! A policy in tables, for a guardian to read.

use comfy_table::{ContentArrangement, Table, presets};
use parcep_core::policy::{
    Allowance, AppAccess, AppTarget, BudgetTarget, Ceiling, DateChange, Flag, Money, Override,
    OverrideKind, PolicyLayer, WebMode, Weekdays, Window, WindowState,
};
use parcep_interchange::family::{Child, Imported, Loss};

/// The whole family.
pub(super) fn family(imported: &Imported) -> String {
    let family = &imported.family;
    let guardians: Vec<_> = family
        .guardians
        .iter()
        .map(|guardian| guardian.name.as_str())
        .collect();
    let name = family.name.as_deref().unwrap_or("Family");
    let mut out = format!(
        "{name} (zone {}): guardians {}\n",
        family.zone,
        guardians.join(", ")
    );
    for child in &family.children {
        out.push('\n');
        out.push_str(&self::child(child));
    }
    out.push('\n');
    out.push_str(&loss(&imported.loss));
    out
}

/// The loss report as a table, or a sentence that there is none.
pub(super) fn loss(loss: &[Loss]) -> String {
    if loss.is_empty() {
        return "Nothing was lost.\n".to_owned();
    }
    let mut table = table(["Not as written", "Code", "Where"]);
    for loss in loss {
        table.add_row([
            loss.text.as_str(),
            loss.code.as_str(),
            loss.pointer.as_str(),
        ]);
    }
    format!("{table}\n")
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    table
}

fn child(child: &Child) -> String {
    let age = child.age.map_or_else(String::new, |age| format!(", {age}"));
    let devices: Vec<_> = child
        .devices
        .iter()
        .map(|device| device.name.as_str())
        .collect();
    let devices = if devices.is_empty() {
        "all devices".to_owned()
    } else {
        devices.join(", ")
    };
    let off = if child.active {
        ""
    } else {
        " — switched off: no rule holds"
    };
    let mut rows = Rows(table(["Area", "Rule", "Id"]));
    rows.layer(&child.layer);
    for act in &child.overrides {
        rows.add("now", &override_text(act), act.id().as_str());
    }
    let zone = &child.profile.zone;
    let head = format!(
        "{} ({}{age}), zone {zone}, {devices}{off}",
        child.name, child.id
    );
    if rows.0.is_empty() {
        return format!("{head}\nNo rules.\n");
    }
    format!("{head}\n{}\n", rows.0)
}

struct Rows(Table);

impl Rows {
    fn add(&mut self, area: &str, text: &str, id: &str) {
        self.0.add_row([area, text, id]);
    }

    fn flag(&mut self, area: &str, flag: Option<&Flag>, on: &str, off: &str) {
        if let Some(flag) = flag {
            self.add(area, if flag.on { on } else { off }, flag.id.as_str());
        }
    }

    fn layer(&mut self, layer: &PolicyLayer) {
        for window in &layer.schedule.windows {
            self.add("when", &window_text(window), window.id.as_str());
        }
        for budget in &layer.budgets.budgets {
            let target = target(&budget.target);
            let text = match &budget.allowance {
                Allowance::Weekly(seconds) => format!("{target}: {} a week", duration(*seconds)),
                Allowance::Daily(limits) => {
                    let days = limits
                        .iter()
                        .map(|l| format!("{} {}", days(l.days), duration(l.seconds)));
                    format!("{target}: {}", days.collect::<Vec<_>>().join(", "))
                }
            };
            self.add("how long", &text, budget.id.as_str());
        }
        self.apps(layer);
        self.web(layer);
        self.others(layer);
    }

    fn apps(&mut self, layer: &PolicyLayer) {
        for rule in &layer.apps.rules {
            let app = match &rule.target {
                AppTarget::App(app) => app.to_string(),
                AppTarget::Publisher(name) => format!("apps of {name}"),
                AppTarget::Category(category) => format!("apps in {category}"),
                AppTarget::Any => "every app".to_owned(),
            };
            let mut text = match rule.access {
                Some(AppAccess::Block) => format!("{app} blocked"),
                _ if rule.always_allowed => format!("{app} at any time"),
                Some(AppAccess::Allow) => format!("{app} allowed"),
                None => app,
            };
            if let Some(reason) = &rule.reason {
                text.push_str(&format!(" ({reason})"));
            }
            self.add("apps", &text, rule.id.as_str());
        }
        let approval = layer.apps.install_approval.as_ref();
        self.flag(
            "apps",
            approval,
            "installs need a guardian",
            "installs need nobody",
        );
    }

    fn web(&mut self, layer: &PolicyLayer) {
        let web = &layer.web;
        if let Some(rule) = &web.mode {
            let text = match &rule.mode {
                WebMode::Unrestricted => "every site",
                WebMode::BlockList => "every site but the blocked",
                WebMode::AllowList => "only the sites allowed",
                WebMode::Filtered { .. } => "what the platform's filter lets through",
            };
            self.add("web", text, rule.id.as_str());
        }
        for (rules, word) in [(&web.allow, "allowed"), (&web.block, "blocked")] {
            for rule in rules {
                self.add("web", &format!("{} {word}", rule.host), rule.id.as_str());
            }
        }
        self.flag(
            "web",
            web.safe_search.as_ref(),
            "safe search on",
            "safe search off",
        );
    }

    fn others(&mut self, layer: &PolicyLayer) {
        for rule in &layer.ratings.ceilings {
            let text = match &rule.ceiling {
                Ceiling::MaxAge(age) => format!("content for at most {}", age.years()),
                Ceiling::Label(label) => format!("content up to {label}"),
            };
            self.add("content", &text, rule.id.as_str());
        }
        let explicit = layer.ratings.explicit_content.as_ref();
        self.flag(
            "content",
            explicit,
            "explicit content allowed",
            "explicit content blocked",
        );
        let communication = &layer.communication;
        if let Some(rule) = &communication.mode {
            use parcep_core::policy::CommunicationMode::{ContactsOnly, Disabled, Unrestricted};
            let names: Vec<_> = communication
                .contacts
                .iter()
                .map(|contact| contact.name.as_str())
                .collect();
            let text = match rule.mode {
                Unrestricted => "with everybody".to_owned(),
                ContactsOnly => format!("only with {}", names.join(", ")),
                Disabled => "with nobody".to_owned(),
            };
            self.add("contact", &text, rule.id.as_str());
        }
        let unknown = communication.block_unknown_callers.as_ref();
        self.flag(
            "contact",
            unknown,
            "unknown callers blocked",
            "unknown callers get through",
        );
        self.spending(layer);
    }

    fn spending(&mut self, layer: &PolicyLayer) {
        let spending = &layer.spending;
        let approval = spending.approval.as_ref();
        self.flag(
            "spending",
            approval,
            "purchases need a guardian",
            "purchases need nobody",
        );
        for cap in &spending.caps {
            let text = format!("{} a month", money(cap.amount));
            self.add("spending", &text, cap.id.as_str());
        }
        let in_app = spending.in_app.as_ref();
        self.flag(
            "spending",
            in_app,
            "in-app purchases allowed",
            "in-app purchases blocked",
        );
        let free = spending.free_downloads.as_ref();
        self.flag(
            "spending",
            free,
            "free downloads need nobody",
            "free downloads need a guardian",
        );
    }
}

fn window_text(window: &Window) -> String {
    let state = match window.state {
        WindowState::Allow => "open",
        WindowState::Block => "closed",
    };
    let days = days(window.days);
    match window.span.edges() {
        None => format!("{days} {state} all day"),
        Some((start, end)) if end < start => format!("{days} {state} {start} to {end} next day"),
        Some((start, end)) => format!("{days} {state} {start} to {end}"),
    }
}

fn target(target: &BudgetTarget) -> String {
    match target {
        BudgetTarget::Overall => "all use".to_owned(),
        BudgetTarget::Category(category) => category.code().to_owned(),
        BudgetTarget::App(app) => app.to_string(),
        BudgetTarget::Feature(code) => code.to_string(),
    }
}

/// `Mon–Fri`, or the days one by one.
fn days(days: Weekdays) -> String {
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
fn money(money: Money) -> String {
    let digits = usize::try_from(money.currency.minor_digits()).unwrap_or(0);
    let padded = format!("{:0width$}", money.minor, width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{dot}{fraction} {}", money.currency)
}

fn duration(seconds: u32) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => "none".to_owned(),
        (0, minutes, 0) => format!("{minutes} min"),
        (hours, 0, 0) => format!("{hours} h"),
        (hours, minutes, 0) => format!("{hours} h {minutes} min"),
        _ => format!("{seconds} s"),
    }
}

fn override_text(act: &Override) -> String {
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
