//! A policy in tables, for a guardian to read.

mod words;

use super::due::Due;
use comfy_table::{ContentArrangement, Table, presets};
use parcep_core::policy::{
    Allowance, AppAccess, AppTarget, BudgetCounting, CommunicationMode, FeatureEffect, Flag,
    ListAccess, OnUnenforceable, PolicyLayer, PurchaseClass, WebMode,
};
use parcep_interchange::family::{Child, Imported, Loss};
use words::{
    about, days, duration, end_text, feature, medium, money, override_text, period, target,
    window_text,
};

/// The whole family.
pub(super) fn family(imported: &Imported, due: &[Due]) -> String {
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
        out.push_str(&self::child(child, due));
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

fn child(child: &Child, due: &[Due]) -> String {
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
    for rule in due {
        rows.add("review", &rule.text(), rule.id());
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
        self.time(layer);
        self.apps(layer);
        self.web(layer);
        self.content(layer);
        self.contact(layer);
        self.spending(layer);
        self.features(layer);
        self.ages(layer);
        self.of_every_rule(layer);
    }

    fn time(&mut self, layer: &PolicyLayer) {
        for window in &layer.schedule.windows {
            self.add("when", &window_text(window), window.id.as_str());
        }
        if let Some(end) = &layer.schedule.end {
            self.add("when", &end_text(end), end.id.as_str());
        }
        for budget in &layer.budgets.budgets {
            let target = target(&budget.target);
            let mut text = match &budget.allowance {
                Allowance::Weekly(seconds) => format!("{target}: {} a week", duration(*seconds)),
                Allowance::Daily(limits) => {
                    let days = limits
                        .iter()
                        .map(|l| format!("{} {}", days(l.days), duration(l.seconds)));
                    format!("{target}: {}", days.collect::<Vec<_>>().join(", "))
                }
            };
            if budget.counting == BudgetCounting::SignedIn {
                text.push_str(", counted while signed in");
            }
            self.add("how long", &text, budget.id.as_str());
        }
        if let Some(seconds) = layer.budgets.extra_time_cap {
            let text = format!("extra time: at most {} at once", duration(seconds));
            self.add("how long", &text, "");
        }
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
                WebMode::Unrestricted => "every site".to_owned(),
                WebMode::BlockList => "every site but the blocked".to_owned(),
                WebMode::AllowList => "only the sites allowed".to_owned(),
                WebMode::Filtered { categories } if categories.is_empty() => {
                    "what the platform's filter lets through".to_owned()
                }
                WebMode::Filtered { categories } => {
                    let names: Vec<_> = categories.iter().map(ToString::to_string).collect();
                    format!("no site in {}", names.join(", "))
                }
            };
            self.add("web", &text, rule.id.as_str());
        }
        for (rules, word) in [(&web.allow, "allowed"), (&web.block, "blocked")] {
            for rule in rules {
                self.add("web", &format!("{} {word}", rule.host), rule.id.as_str());
            }
        }
        for list in &web.lists {
            let word = match list.access {
                ListAccess::Allow => "allowed",
                ListAccess::Block => "blocked",
            };
            let hash = list.sha256.to_string();
            let short: String = hash.chars().take(12).collect();
            let text = format!("a long list {word}: {short}…");
            self.add("web", &text, list.id.as_str());
        }
        let engines: Vec<_> = web.safe_search_engines.iter().map(|e| e.as_str()).collect();
        let of = if engines.is_empty() {
            String::new()
        } else {
            format!(": {}", engines.join(", "))
        };
        let (on, off) = (format!("safe search on{of}"), "safe search off");
        self.flag("web", web.safe_search.as_ref(), &on, off);
    }

    fn content(&mut self, layer: &PolicyLayer) {
        for rule in &layer.ratings.ceilings {
            let text = words::ceiling(rule);
            self.add("content", &text, rule.id.as_str());
        }
        for rule in &layer.ratings.unrated {
            let what = words::unrated(rule.effect);
            let text = format!("{} without a rating {what}", medium(rule.medium));
            self.add("content", &text, rule.id.as_str());
        }
        for rule in &layer.ratings.verdicts {
            self.add("content", &about(rule), rule.id.as_str());
        }
        let explicit = layer.ratings.explicit_content.as_ref();
        self.flag(
            "content",
            explicit,
            "explicit content allowed",
            "explicit content blocked",
        );
    }

    fn contact(&mut self, layer: &PolicyLayer) {
        let communication = &layer.communication;
        let names: Vec<_> = communication
            .contacts
            .iter()
            .map(|contact| contact.name.as_str())
            .collect();
        let with = |mode| match mode {
            CommunicationMode::Unrestricted => "with everybody".to_owned(),
            CommunicationMode::ContactsOnly => format!("only with {}", names.join(", ")),
            CommunicationMode::Disabled => "with nobody".to_owned(),
        };
        if let Some(rule) = &communication.mode {
            self.add("contact", &with(rule.mode), rule.id.as_str());
        }
        if let Some(rule) = &communication.when_closed {
            let text = format!("outside the hours {}", with(rule.mode));
            self.add("contact", &text, rule.id.as_str());
        }
        let unknown = communication.block_unknown_callers.as_ref();
        self.flag(
            "contact",
            unknown,
            "unknown callers blocked",
            "unknown callers get through",
        );
        let approval = communication.contact_approval.as_ref();
        self.flag(
            "contact",
            approval,
            "new contacts need a guardian",
            "new contacts need nobody",
        );
    }

    fn spending(&mut self, layer: &PolicyLayer) {
        let spending = &layer.spending;
        let approval = spending.approval.as_ref();
        let on = match spending.approval_class {
            PurchaseClass::All => "purchases need a guardian",
            PurchaseClass::Paid => "purchases that cost something need a guardian",
            PurchaseClass::InApp => "purchases inside apps need a guardian",
        };
        self.flag("spending", approval, on, "purchases need nobody");
        for cap in &spending.caps {
            let text = format!("{} a {}", money(cap.amount), period(cap.period));
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

    fn features(&mut self, layer: &PolicyLayer) {
        for rule in &layer.features.rules {
            let what = match rule.effect {
                FeatureEffect::Allow => "allowed",
                FeatureEffect::Ask => "need a guardian",
                FeatureEffect::Block => "blocked",
            };
            let text = format!("{}: {what}", feature(&rule.feature));
            self.add("features", &text, rule.id.as_str());
        }
    }

    fn ages(&mut self, layer: &PolicyLayer) {
        for rule in &layer.age.share {
            self.add("age", &words::share(rule), rule.id.as_str());
        }
        for gate in &layer.age.gates {
            self.add("age", &words::gate(gate), gate.id.as_str());
        }
        for rule in &layer.unknown {
            let kind = if rule.kind.is_empty() {
                "a kind that cannot be read"
            } else {
                &rule.kind
            };
            let text = format!("not enforced: {kind}");
            self.add("unknown", &text, rule.id.as_str());
        }
    }

    /// What rules of every kind may say.
    fn of_every_rule(&mut self, layer: &PolicyLayer) {
        for rule in layer.rules() {
            let elsewhere = match rule.on_unenforceable {
                OnUnenforceable::Report => continue,
                OnUnenforceable::Stricter => "where it is not enforceable: something stricter",
                OnUnenforceable::DenyAccess => "where it is not enforceable: nothing is open",
            };
            self.add("elsewhere", elsewhere, rule.id.as_str());
        }
        for review in layer.reviews() {
            let text = format!("to be looked at again by {}", review.by);
            self.add("review", &text, review.rule.id.as_str());
        }
    }
}
