//! One layer with rules of every kind.

use parcep_core::age::AgeAssurance;
use parcep_core::policy::*;

use super::Dice;

pub(super) fn half_hour(dice: &mut Dice) -> LocalTime {
    LocalTime::from_seconds(dice.roll(48) as u32 * 1800).unwrap()
}

fn days(dice: &mut Dice) -> Weekdays {
    Weekdays::from_bits(1 + dice.roll(127) as u8).unwrap()
}

pub(super) fn span(dice: &mut Dice) -> WindowSpan {
    if dice.one_in(4) {
        return WindowSpan::ALL_DAY;
    }
    WindowSpan::between(half_hour(dice), half_hour(dice)).unwrap_or(WindowSpan::ALL_DAY)
}

pub(super) fn state(dice: &mut Dice) -> WindowState {
    if dice.one_in(3) {
        WindowState::Block
    } else {
        WindowState::Allow
    }
}

pub(super) fn target(dice: &mut Dice) -> BudgetTarget {
    match dice.roll(4) {
        0 => BudgetTarget::Overall,
        1 => BudgetTarget::Category("games".parse().unwrap()),
        2 => BudgetTarget::App("pcps/Chess".parse().unwrap()),
        _ => BudgetTarget::Feature(feature(dice)),
    }
}

/// Half of all windows are on everything.
pub(crate) fn window_target(dice: &mut Dice) -> BudgetTarget {
    if dice.one_in(2) {
        BudgetTarget::Overall
    } else {
        target(dice)
    }
}

fn feature(dice: &mut Dice) -> FeatureCode {
    dice.pick(&["ai", "ai.voice", "camera"]).parse().unwrap()
}

pub(super) fn category(dice: &mut Dice) -> Category {
    dice.pick(&["games", "social_media"]).parse().unwrap()
}

fn on(dice: &mut Dice) -> OnUnenforceable {
    match dice.roll(10) {
        0 => OnUnenforceable::DenyAccess,
        1..4 => OnUnenforceable::Stricter,
        _ => OnUnenforceable::Report,
    }
}

/// Names the rules of a layer, each once.
struct Ids(String);

impl Ids {
    fn of(&self, kind: &str, number: u64) -> RuleId {
        format!("{}/{kind}/{number}", self.0).parse().unwrap()
    }

    fn flag(&self, dice: &mut Dice, kind: &str) -> Option<Flag> {
        if !dice.one_in(3) {
            return None;
        }
        let mut flag = Flag::new(self.of(kind, 0), dice.one_in(2));
        flag.on_unenforceable = on(dice);
        Some(flag)
    }
}

pub(crate) fn layer(dice: &mut Dice, author: LayerAuthor) -> PolicyLayer {
    let (LayerAuthor::Guardian(name) | LayerAuthor::Jurisdiction(name)) = &author;
    let ids = Ids(name.as_str().to_owned());
    let mut layer = PolicyLayer::empty(author);
    schedule(dice, &ids, &mut layer.schedule);
    budgets(dice, &ids, &mut layer.budgets);
    apps(dice, &ids, &mut layer.apps);
    web(dice, &ids, &mut layer.web);
    ratings(dice, &ids, &mut layer.ratings);
    communication(dice, &ids, &mut layer.communication);
    spending(dice, &ids, &mut layer.spending);
    for number in 0..dice.roll(3) {
        layer.features.rules.push(FeatureRule {
            id: ids.of("f", number),
            feature: feature(dice),
            effect: *dice.pick(&[
                FeatureEffect::Allow,
                FeatureEffect::Ask,
                FeatureEffect::Block,
            ]),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
    ages(dice, &ids, &mut layer.age);
    layer
}

fn ages(dice: &mut Dice, ids: &Ids, section: &mut AgeSection) {
    use AgeOnUnknown::{Allow, Ask, Block};
    // Seldom, or gates would answer before everything else.
    let count = if dice.one_in(3) { 1 + dice.roll(2) } else { 0 };
    for number in 0..count {
        let minimum = (1 + dice.roll(21) as u32).try_into().unwrap();
        let mut gate = AgeGate::new(ids.of("gate", number), minimum);
        gate.target = match dice.roll(6) {
            0 => AgeGateTarget::Overall,
            1 => AgeGateTarget::App("pcps/Chess".parse().unwrap()),
            _ => AgeGateTarget::Category(category(dice)),
        };
        if dice.one_in(2) {
            gate.least_assurance = AgeAssurance::Standard;
        }
        gate.on_unknown = *dice.pick(&[Allow, Allow, Ask, Block]);
        gate.on_unenforceable = on(dice);
        section.gates.push(gate);
    }
}

fn schedule(dice: &mut Dice, ids: &Ids, section: &mut ScheduleSection) {
    for number in 0..dice.roll(4) {
        section.windows.push(Window {
            id: ids.of("w", number),
            state: state(dice),
            days: days(dice),
            span: span(dice),
            target: window_target(dice),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
    if dice.one_in(3) {
        section.end = Some(EndRule {
            id: ids.of("end", 0),
            action: *dice.pick(&[EndAction::Notify, EndAction::Lock, EndAction::Stop]),
            grace: (dice.roll(11) as u32 * 60).try_into().unwrap(),
            warnings: vec![300, 60].try_into().unwrap(),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
}

fn budgets(dice: &mut Dice, ids: &Ids, section: &mut BudgetSection) {
    for number in 0..dice.roll(4) {
        let (target, days) = (target(dice), days(dice));
        let seconds = dice.roll(8) as u32 * 600;
        let mut budget = Budget::daily(ids.of("b", number), target, days, seconds);
        if dice.one_in(4) {
            budget.allowance = Allowance::Weekly(seconds * 3);
        }
        budget.on_unenforceable = on(dice);
        section.budgets.push(budget);
    }
    section.extra_time_cap = dice.one_in(5).then(|| dice.roll(4) as u32 * 600);
}

fn apps(dice: &mut Dice, ids: &Ids, section: &mut AppSection) {
    for number in 0..dice.roll(3) {
        let app = dice.pick(&["pcps/Chess", "pcps/Talk"]);
        let target = match dice.roll(3) {
            0 => AppTarget::Any,
            1 => AppTarget::Category("games".parse().unwrap()),
            _ => AppTarget::App(app.parse().unwrap()),
        };
        let id = ids.of("a", number);
        let mut rule = match dice.roll(3) {
            0 => AppRule::block(id, target),
            1 => AppRule::allow(id, target),
            _ => AppRule::always(id, target),
        };
        rule.counts_toward_budget = !dice.one_in(4);
        rule.on_unenforceable = on(dice);
        section.rules.push(rule);
    }
    section.install_approval = ids.flag(dice, "install");
}

fn web(dice: &mut Dice, ids: &Ids, section: &mut WebSection) {
    for (name, rules) in [("allow", &mut section.allow), ("block", &mut section.block)] {
        if dice.one_in(3) {
            let hosts = ["a.example", "example", "b.a.example"];
            let host = dice.pick(&hosts).parse().unwrap();
            let id = ids.of(name, 0);
            rules.push(HostRule { id, host });
        }
    }
    if dice.one_in(2) {
        let mode = match dice.roll(3) {
            0 => WebMode::AllowList,
            1 => WebMode::BlockList,
            _ => WebMode::Filtered {
                categories: vec!["social_media".parse().unwrap()],
            },
        };
        section.mode = Some(WebRule {
            id: ids.of("mode", 0),
            mode,
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
}

fn ratings(dice: &mut Dice, ids: &Ids, section: &mut RatingSection) {
    if dice.one_in(2) {
        section.ceilings.push(RatingRule {
            id: ids.of("age", 0),
            medium: None,
            ceiling: Ceiling::max_age(dice.roll(19) as u8).unwrap(),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
    if dice.one_in(3) {
        section.unrated.push(UnratedRule {
            id: ids.of("unrated", 0),
            medium: None,
            effect: *dice.pick(&[
                UnratedEffect::Allow,
                UnratedEffect::Ask,
                UnratedEffect::Block,
            ]),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
    section.explicit_content = ids.flag(dice, "explicit");
    for number in 0..dice.roll(3) {
        let about = if dice.one_in(2) {
            VerdictAbout::Category(category(dice))
        } else {
            VerdictAbout::Concern(*dice.pick(&[Concern::Content, Concern::Contact]))
        };
        section.verdicts.push(VerdictRule {
            id: ids.of("v", number),
            about,
            min_confidence: (dice.roll(11) as u32 * 10).try_into().unwrap(),
            effect: *dice.pick(&[VerdictEffect::Ask, VerdictEffect::Block]),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
}

fn communication(dice: &mut Dice, ids: &Ids, section: &mut CommunicationSection) {
    let mut mode = |name: &str| {
        use CommunicationMode::{ContactsOnly, Disabled, Unrestricted};
        dice.one_in(3).then(|| CommunicationRule {
            id: ids.of(name, 0),
            mode: *dice.pick(&[Unrestricted, ContactsOnly, Disabled]),
            review_by: None,
            on_unenforceable: on(dice),
        })
    };
    (section.mode, section.when_closed) = (mode("comm"), mode("closed"));
    section.block_unknown_callers = ids.flag(dice, "callers");
    section.contact_approval = ids.flag(dice, "add");
    if dice.one_in(2) {
        let identifiers = vec!["+447700900000".parse().unwrap()];
        section.contacts.push(Contact {
            name: "Mum".into(),
            identifiers,
        });
    }
}

fn spending(dice: &mut Dice, ids: &Ids, section: &mut SpendingSection) {
    use PurchaseClass::{All, InApp, Paid};
    use SpendingPeriod::{Day, Month, Week};
    section.approval = ids.flag(dice, "approval");
    section.approval_class = *dice.pick(&[All, Paid, InApp]);
    section.in_app = ids.flag(dice, "in-app");
    section.free_downloads = ids.flag(dice, "free");
    for number in 0..dice.roll(3) {
        let currency = dice.pick(&["GBP", "GBP", "EUR"]).parse().unwrap();
        let minor = dice.roll(9) * 100;
        section.caps.push(SpendingCap {
            id: ids.of("cap", number),
            amount: Money { currency, minor },
            period: *dice.pick(&[Month, Week, Day]),
            review_by: None,
            on_unenforceable: on(dice),
        });
    }
}
