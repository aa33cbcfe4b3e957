//! Rules and acts in words.

use super::people::Teller;
use jiff::civil::Date;
use parcep_core::policy::{
    AgeGateTarget, AgeShare, Allowance, AppAccess, AppTarget, BudgetTarget, Ceiling,
    CommunicationMode, Concern, DateChange, FeatureEffect, Flag, LayerAuthor, ListAccess, Override,
    OverrideKind, PolicyLayer, PurchaseClass, SpendingPeriod, UnblockItem, UnratedEffect,
    VerdictAbout, VerdictEffect, WebMode, Window, WindowSpan, WindowState,
};
use parcep_core::texts::Text;

/// One rule as a person reads it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: String,
    pub(super) text: String,
    /// What the author wrote for the child to read.
    pub(super) words: Option<String>,
    pub(super) review_by: Option<Date>,
}

/// Which rules of a layer are told: those of a name, or all that are to be reviewed.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    Named(&'a str),
    Overdue(Date),
}

impl Wanted<'_> {
    fn fits(self, id: &str, review_by: Option<Date>) -> bool {
        match self {
            Self::Named(name) => name == id,
            Self::Overdue(today) => review_by.is_some_and(|day| day < today),
        }
    }
}

impl Teller<'_> {
    /// The rules or the act that an author calls so. Empty where there is none of this name.
    pub(super) fn named(&self, author: &LayerAuthor, name: &str) -> Vec<Told> {
        let layer = self.layer(author);
        let rules = layer.map_or_else(Vec::new, |layer| self.told(layer, Wanted::Named(name)));
        if !rules.is_empty() {
            return rules;
        }
        let act = self.act(author, name);
        act.map(|act| self.act_told(act)).into_iter().collect()
    }

    /// Rules of a layer in words.
    pub(super) fn told(&self, layer: &PolicyLayer, wanted: Wanted<'_>) -> Vec<Told> {
        let mut list = List {
            teller: self,
            wanted,
            found: Vec::new(),
        };
        list.time(layer);
        list.apps(layer);
        list.web(layer);
        list.ratings(layer);
        list.communication(layer);
        list.spending(layer);
        list.others(layer);
        list.found
    }

    /// What a window says: when, and of what if not of everything.
    pub(super) fn window(&self, window: &Window) -> String {
        let voice = self.voice;
        let days = voice.weekdays(window.days);
        let span = self.span(window.span);
        let everything = window.target == BudgetTarget::Overall;
        let text = match (window.state, everything) {
            (WindowState::Allow, true) => Text::RuleOpen,
            (WindowState::Block, true) => Text::RuleClosed,
            (WindowState::Allow, false) => Text::RuleOpenFor,
            (WindowState::Block, false) => Text::RuleClosedFor,
        };
        let item = self.target(&window.target);
        voice.say(text, &[("days", &days), ("span", &span), ("item", &item)])
    }

    fn span(&self, span: WindowSpan) -> String {
        let voice = self.voice;
        let Some((start, end)) = span.edges() else {
            return voice.text(Text::AllDay).to_owned();
        };
        let text = if end < start {
            Text::Overnight
        } else {
            Text::Between
        };
        let (start, end) = (voice.local_time(start), voice.local_time(end));
        voice.say(text, &[("start", &start), ("end", &end)])
    }

    /// What time is spent on.
    pub(super) fn target(&self, target: &BudgetTarget) -> String {
        match target {
            BudgetTarget::Overall => self.voice.text(Text::Overall).to_owned(),
            BudgetTarget::Category(category) => self.voice.category(category),
            BudgetTarget::App(app) => app.id().to_owned(),
            BudgetTarget::Feature(code) => self.voice.feature(code),
        }
    }

    /// How much time.
    pub(super) fn allowance(&self, allowance: &Allowance) -> String {
        let voice = self.voice;
        match allowance {
            Allowance::Weekly(seconds) => {
                let span = voice.span(u64::from(*seconds));
                voice.say(Text::RuleWeekLimit, &[("span", &span)])
            }
            Allowance::Daily(limits) => {
                let one = limits.iter().map(|limit| {
                    let span = voice.span(u64::from(limit.seconds));
                    let days = voice.weekdays(limit.days);
                    voice.say(Text::RuleDayLimit, &[("span", &span), ("days", &days)])
                });
                one.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// An act in words.
    pub(super) fn act_told(&self, act: &Override) -> Told {
        let voice = self.voice;
        let mut words = None;
        let text = match act.kind() {
            OverrideKind::ExtraTime {
                target,
                seconds,
                extends_window,
            } => {
                let text = if *extends_window {
                    Text::ActExtraHours
                } else {
                    Text::ActExtra
                };
                let (span, item) = (voice.span(u64::from(*seconds)), self.target(target));
                voice.say(text, &[("span", &span), ("item", &item)])
            }
            OverrideKind::LockNow { reason } => {
                words.clone_from(reason);
                voice.text(Text::ActLock).to_owned()
            }
            OverrideKind::Suspend => voice.text(Text::ActSuspend).to_owned(),
            OverrideKind::Unblock { item } => {
                let item = match item {
                    UnblockItem::App(app) => app.id(),
                    UnblockItem::Host(host) => host.as_str(),
                };
                voice.say(Text::ActUnblock, &[("item", &item)])
            }
            OverrideKind::DateException { date, change } => {
                let day = voice.date(*date, *date);
                match change {
                    DateChange::ExtendLastWindow { until } => {
                        let time = voice.local_time(*until);
                        voice.say(Text::ActExtend, &[("date", &day), ("time", &time)])
                    }
                    DateChange::Replace { windows } if windows.is_empty() => {
                        voice.say(Text::ActReplaceNone, &[("date", &day)])
                    }
                    DateChange::Replace { .. } => voice.say(Text::ActReplace, &[("date", &day)]),
                }
            }
        };
        Told {
            id: act.id().to_string(),
            text,
            words,
            review_by: None,
        }
    }
}

/// Collects what is wanted of one layer.
struct List<'a> {
    teller: &'a Teller<'a>,
    wanted: Wanted<'a>,
    found: Vec<Told>,
}

impl List<'_> {
    fn add(&mut self, id: &impl ToString, review_by: Option<Date>, text: impl FnOnce() -> String) {
        let id = id.to_string();
        if !self.wanted.fits(&id, review_by) {
            return;
        }
        let told = Told {
            id,
            text: text(),
            words: None,
            review_by,
        };
        let known = self.found.iter().any(|known| known.text == told.text);
        if !known {
            self.found.push(told);
        }
    }

    /// A rule that is on or off: its text where it is set as one would say it.
    fn flag(&mut self, flag: Option<&Flag>, said: bool, text: Text) {
        let voice = self.teller.voice;
        if let Some(flag) = flag {
            self.add(&flag.id, flag.review_by, || {
                if flag.on == said {
                    voice.text(text).to_owned()
                } else {
                    voice.say(Text::RuleNamed, &[("name", &flag.id)])
                }
            });
        }
    }

    fn time(&mut self, layer: &PolicyLayer) {
        let teller = self.teller;
        for window in &layer.schedule.windows {
            self.add(&window.id, window.review_by, || teller.window(window));
        }
        if let Some(end) = &layer.schedule.end {
            let text = teller.voice.text(Text::RuleEnd);
            self.add(&end.id, end.review_by, || text.to_owned());
        }
        for budget in &layer.budgets.budgets {
            self.add(&budget.id, budget.review_by, || {
                let item = teller.target(&budget.target);
                let limit = teller.allowance(&budget.allowance);
                let parts: [(&str, &dyn std::fmt::Display); 2] =
                    [("item", &item), ("limit", &limit)];
                teller.voice.say(Text::RuleLimit, &parts)
            });
        }
    }

    fn apps(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        for rule in &layer.apps.rules {
            self.add(&rule.id, rule.review_by, || {
                let item = match (&rule.display_name, &rule.target) {
                    (Some(name), _) => name.clone(),
                    (None, AppTarget::App(app)) => app.id().to_owned(),
                    (None, AppTarget::Publisher(maker)) => {
                        voice.say(Text::AppsOf, &[("maker", maker)])
                    }
                    (None, AppTarget::Category(category)) => voice.category(category),
                    (None, AppTarget::Any) => voice.text(Text::AnyApp).to_owned(),
                };
                let text = match rule.access {
                    Some(AppAccess::Block) => Text::RuleBlocked,
                    _ if rule.always_allowed => Text::RuleAlways,
                    _ => Text::RuleAllowed,
                };
                voice.say(text, &[("item", &item)])
            });
            let last = self.found.last_mut();
            if let Some(told) = last.filter(|told| told.id == rule.id.as_str()) {
                told.words.clone_from(&rule.reason);
            }
        }
        let approval = layer.apps.install_approval.as_ref();
        self.flag(approval, true, Text::RuleInstall);
    }

    fn web(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        let web = &layer.web;
        if let Some(rule) = &web.mode {
            self.add(&rule.id, rule.review_by, || match &rule.mode {
                WebMode::Unrestricted => voice.text(Text::RuleWebAll).to_owned(),
                WebMode::BlockList => voice.text(Text::RuleWebBlockList).to_owned(),
                WebMode::AllowList => voice.text(Text::RuleWebAllowList).to_owned(),
                WebMode::Filtered { categories } => {
                    let names = categories.iter().map(|category| voice.category(category));
                    let items = voice.and(&names.collect::<Vec<_>>());
                    voice.say(Text::RuleWebFiltered, &[("items", &items)])
                }
            });
        }
        for (rules, text) in [
            (&web.allow, Text::RuleAllowed),
            (&web.block, Text::RuleBlocked),
        ] {
            for rule in rules {
                self.add(&rule.id, None, || voice.say(text, &[("item", &rule.host)]));
            }
        }
        for rule in &web.lists {
            let text = match rule.access {
                ListAccess::Block => Text::RuleListBlock,
                ListAccess::Allow => Text::RuleListAllow,
            };
            self.add(&rule.id, rule.review_by, || voice.text(text).to_owned());
        }
        self.flag(web.safe_search.as_ref(), true, Text::RuleSafeSearch);
    }

    fn ratings(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        for rule in &layer.ratings.ceilings {
            self.add(&rule.id, rule.review_by, || match &rule.ceiling {
                Ceiling::MaxAge(age) => voice.say(Text::RuleAge, &[("age", &age.years())]),
                Ceiling::Label(label) => voice.say(Text::RuleLabel, &[("label", label)]),
            });
        }
        for rule in &layer.ratings.unrated {
            let text = match rule.effect {
                UnratedEffect::Ask => Text::RuleUnratedAsk,
                UnratedEffect::Block => Text::RuleUnratedBlock,
                UnratedEffect::Allow => Text::RuleUnratedAllow,
            };
            self.add(&rule.id, rule.review_by, || voice.text(text).to_owned());
        }
        let explicit = layer.ratings.explicit_content.as_ref();
        self.flag(explicit, false, Text::RuleExplicit);
        for rule in &layer.ratings.verdicts {
            self.add(&rule.id, rule.review_by, || {
                let item = match &rule.about {
                    VerdictAbout::Category(category) => voice.category(category),
                    VerdictAbout::Concern(concern) => voice.text(risk(*concern)).to_owned(),
                };
                let text = match rule.effect {
                    VerdictEffect::Ask => Text::RuleVerdictAsk,
                    VerdictEffect::Block => Text::RuleVerdictBlock,
                };
                voice.say(text, &[("item", &item)])
            });
        }
    }

    fn communication(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        let section = &layer.communication;
        let mode = |mode| {
            voice.text(match mode {
                CommunicationMode::Unrestricted => Text::RuleContactAll,
                CommunicationMode::ContactsOnly => Text::RuleContactList,
                CommunicationMode::Disabled => Text::RuleContactNone,
            })
        };
        if let Some(rule) = &section.mode {
            self.add(&rule.id, rule.review_by, || mode(rule.mode).to_owned());
        }
        if let Some(rule) = &section.when_closed {
            self.add(&rule.id, rule.review_by, || {
                voice.say(Text::RuleWhenClosed, &[("rule", &mode(rule.mode))])
            });
        }
        let callers = section.block_unknown_callers.as_ref();
        self.flag(callers, true, Text::RuleCallers);
        let approval = section.contact_approval.as_ref();
        self.flag(approval, true, Text::RuleContactApproval);
    }

    fn spending(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        let section = &layer.spending;
        let approval = match section.approval_class {
            PurchaseClass::All => Text::RulePurchaseAsk,
            PurchaseClass::Paid => Text::RulePurchaseAskPaid,
            PurchaseClass::InApp => Text::RulePurchaseAskInApp,
        };
        self.flag(section.approval.as_ref(), true, approval);
        for cap in &section.caps {
            let text = match cap.period {
                SpendingPeriod::Day => Text::RuleCapDay,
                SpendingPeriod::Week => Text::RuleCapWeek,
                SpendingPeriod::Month => Text::RuleCapMonth,
            };
            let amount = voice.money(cap.amount);
            self.add(&cap.id, cap.review_by, || {
                voice.say(text, &[("amount", &amount)])
            });
        }
        self.flag(section.in_app.as_ref(), false, Text::RuleInApp);
        self.flag(section.free_downloads.as_ref(), false, Text::RuleFree);
    }

    fn others(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        for rule in &layer.features.rules {
            let text = match rule.effect {
                FeatureEffect::Allow => Text::RuleAllowed,
                FeatureEffect::Ask => Text::RuleAsk,
                FeatureEffect::Block => Text::RuleBlocked,
            };
            self.add(&rule.id, rule.review_by, || {
                voice.say(text, &[("item", &voice.feature(&rule.feature))])
            });
        }
        self.ages(layer);
        for rule in &layer.unknown {
            self.add(&rule.id, rule.review_by, || {
                voice.say(Text::RuleNamed, &[("name", &rule.id)])
            });
        }
    }
}

impl List<'_> {
    fn ages(&mut self, layer: &PolicyLayer) {
        let voice = self.teller.voice;
        for rule in &layer.age.share {
            let text = match rule.share {
                AgeShare::Allow => Text::RuleShareAllow,
                AgeShare::Ask => Text::RuleShareAsk,
                AgeShare::Refuse => Text::RuleShareRefuse,
            };
            self.add(&rule.id, rule.review_by, || {
                let rest = voice.text(Text::ShareRest);
                let audience = rule.audience.as_ref().map_or(rest, |name| name.as_str());
                voice.say(text, &[("audience", &audience)])
            });
        }
        for gate in &layer.age.gates {
            let age = gate.minimum_age.years();
            self.add(&gate.id, gate.review_by, || {
                let item = match &gate.target {
                    AgeGateTarget::Overall => {
                        return voice.say(Text::RuleGateAll, &[("age", &age)]);
                    }
                    AgeGateTarget::Category(category) => voice.category(category),
                    AgeGateTarget::App(app) => app.id().to_owned(),
                };
                voice.say(Text::RuleGate, &[("age", &age), ("item", &item)])
            });
        }
    }
}

const fn risk(concern: Concern) -> Text {
    match concern {
        Concern::Content => Text::ConcernContent,
        Concern::Contact => Text::ConcernContact,
        Concern::Conduct => Text::ConcernConduct,
        Concern::Contract => Text::ConcernContract,
    }
}
