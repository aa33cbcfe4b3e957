//! Random scenes from a seed: small domains, so that rules meet the actions they are about.

use jiff::Timestamp;
use parcep_core::decide::{
    Action, Answer, CompiledPolicy, Context, Custody, Decision, Effect, Period, PolicyInput,
    Reason, Usage, UsageRow, UsageTarget, compile, decide,
};
use parcep_core::policy::*;
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;

/// Everything a decision depends on.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) profile: Profile,
    pub(crate) layers: Vec<PolicyLayer>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) custody: Vec<Custody>,
    pub(crate) at: Timestamp,
    pub(crate) action: String,
    pub(crate) categories: Vec<Category>,
    pub(crate) usage: Vec<UsageRow>,
}

impl Scene {
    /// The answer of the code under test.
    pub(crate) fn answer(&self) -> Answer {
        self.ask(&self.compiled(), |decision| decision.answer())
    }

    /// Effect and reason alone, from a policy compiled before.
    pub(crate) fn effect(&self, policy: &CompiledPolicy) -> (Effect, Reason) {
        self.ask(policy, |decision| (decision.effect(), decision.reason()))
    }

    pub(crate) fn compiled(&self) -> CompiledPolicy {
        thread_local! {
            static ZONES: Zones = Zones::bundled();
        }
        let ratings = RatingTable::bundled();
        let mut input =
            PolicyInput::new(&self.profile, &self.layers).with_overrides(&self.overrides);
        input.custody = &self.custody;
        ZONES
            .with(|zones| compile(&input, &ratings, zones))
            .unwrap()
    }

    fn ask<T>(&self, policy: &CompiledPolicy, of: impl Fn(&Decision<'_>) -> T) -> T {
        self.with_context(|context, usage| of(&decide(policy, usage, context)))
    }

    pub(crate) fn with_context<T>(&self, ask: impl FnOnce(&Context<'_>, &Usage) -> T) -> T {
        let action = Action::parse(&self.action, &RatingTable::bundled()).unwrap();
        let usage = Usage::from_rows(self.usage.iter().cloned()).unwrap();
        let context = Context::new(self.at, &action).with_categories(&self.categories);
        ask(&context, &usage)
    }
}

/// SplitMix64: a different scene for every seed, the same scene for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub(crate) fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

pub(crate) const ACTIONS: &[&str] = &[
    "device",
    "app:pcps/Chess",
    "app:pcps/Talk",
    "host:a.example",
    "host:b.a.example",
    "host:other.test",
    "content:pegi/7",
    "content:pegi/16",
    "content:bbfc/PG",
    "content:unrated/film",
    "contact:+447700900000",
    "contact:nobody@example.com",
    "purchase:GBP/300",
    "purchase:GBP/100/in_app",
    "purchase:GBP/0/download",
    "install:pcps/Chess",
    "service:urn:service:sos",
    "service:urn:service:counseling.children",
    "service:urn:service:food",
];

pub(crate) const ZONES: &[&str] = &[
    "Europe/London",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
];

/// Instants around changes of offset and in quiet weeks.
const DAYS: &[&str] = &[
    "2026-03-27",
    "2026-03-28",
    "2026-03-29",
    "2026-04-03",
    "2026-04-04",
    "2026-04-05",
    "2026-04-23",
    "2026-04-24",
    "2026-09-05",
    "2026-10-03",
    "2026-10-24",
    "2026-10-25",
    "2026-10-29",
    "2026-11-22",
    "2026-11-30",
];

pub(crate) fn scene(seed: u64) -> Scene {
    let mut dice = Dice(seed);
    let at = instant(&mut dice);
    let guardians = 1 + dice.roll(3);
    let layers = (0..guardians)
        .map(|number| layer(&mut dice, number))
        .collect();
    let overrides = (0..dice.roll(4))
        .map(|number| act(&mut dice, number, at))
        .collect();
    let custody = if dice.one_in(2) {
        custody(&mut dice, at)
    } else {
        Vec::new()
    };
    let action = (*dice.pick(ACTIONS)).to_owned();
    let categories = ["games", "social_media"].iter().filter(|_| dice.one_in(2));
    let categories = categories.map(|name| name.parse().unwrap()).collect();
    Scene {
        profile: profile(&mut dice),
        layers,
        overrides,
        custody,
        at,
        action,
        categories,
        usage: usage(&mut dice),
    }
}

fn instant(dice: &mut Dice) -> Timestamp {
    let day: Timestamp = format!("{}T00:00:00Z", dice.pick(DAYS)).parse().unwrap();
    Timestamp::from_second(day.as_second() + 60 * dice.roll(1440) as i64).unwrap()
}

fn profile(dice: &mut Dice) -> Profile {
    let mut profile = Profile::new(dice.pick(ZONES).parse().unwrap());
    if dice.one_in(3) {
        profile.day_start = half_hour(dice);
    }
    profile.week_start = *dice.pick(&Weekday::ALL);
    profile
}

fn half_hour(dice: &mut Dice) -> LocalTime {
    LocalTime::from_seconds(dice.roll(48) as u32 * 1800).unwrap()
}

fn days(dice: &mut Dice) -> Weekdays {
    Weekdays::from_bits(1 + dice.roll(127) as u8).unwrap()
}

fn span(dice: &mut Dice) -> WindowSpan {
    if dice.one_in(4) {
        return WindowSpan::ALL_DAY;
    }
    WindowSpan::between(half_hour(dice), half_hour(dice)).unwrap_or(WindowSpan::ALL_DAY)
}

fn state(dice: &mut Dice) -> WindowState {
    if dice.one_in(3) {
        WindowState::Block
    } else {
        WindowState::Allow
    }
}

fn target(dice: &mut Dice) -> BudgetTarget {
    match dice.roll(3) {
        0 => BudgetTarget::Overall,
        1 => BudgetTarget::Category("games".parse().unwrap()),
        _ => BudgetTarget::App("pcps/Chess".parse().unwrap()),
    }
}

pub(crate) fn layer(dice: &mut Dice, guardian: u64) -> PolicyLayer {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian(&format!("g{guardian}")).unwrap());
    let id = |kind: &str, number: u64| -> RuleId {
        format!("g{guardian}/{kind}/{number}").parse().unwrap()
    };
    for number in 0..dice.roll(4) {
        let (id, state, days, span) = (id("w", number), state(dice), days(dice), span(dice));
        layer.schedule.windows.push(Window {
            id,
            state,
            days,
            span,
            target: BudgetTarget::Overall,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        });
    }
    for number in 0..dice.roll(4) {
        let (target, days) = (target(dice), days(dice));
        let seconds = dice.roll(8) as u32 * 600;
        let mut budget = Budget::daily(id("b", number), target, days, seconds);
        if dice.one_in(4) {
            budget.allowance = Allowance::Weekly(seconds * 3);
        }
        layer.budgets.budgets.push(budget);
    }
    safety(dice, &mut layer, &id);
    layer
}

fn safety(dice: &mut Dice, layer: &mut PolicyLayer, id: &dyn Fn(&str, u64) -> RuleId) {
    for number in 0..dice.roll(3) {
        let app = if dice.one_in(2) {
            "pcps/Chess"
        } else {
            "pcps/Talk"
        };
        let target = match dice.roll(3) {
            0 => AppTarget::Any,
            1 => AppTarget::Category("games".parse().unwrap()),
            _ => AppTarget::App(app.parse().unwrap()),
        };
        let mut rule = match dice.roll(3) {
            0 => AppRule::block(id("a", number), target),
            1 => AppRule::allow(id("a", number), target),
            _ => AppRule::always(id("a", number), target),
        };
        rule.counts_toward_budget = !dice.one_in(4);
        layer.apps.rules.push(rule);
    }
    let flag = |dice: &mut Dice, name: &str| {
        dice.one_in(3)
            .then(|| Flag::new(id(name, 0), dice.one_in(2)))
    };
    layer.apps.install_approval = flag(dice, "install");
    layer.spending.approval = flag(dice, "approval");
    layer.spending.in_app = flag(dice, "in-app");
    layer.spending.free_downloads = flag(dice, "free");
    if dice.one_in(3) {
        let amount = Money {
            currency: "GBP".parse().unwrap(),
            minor: dice.roll(6) * 100,
        };
        layer.spending.caps.push(SpendingCap {
            id: id("cap", 0),
            amount,
            period: SpendingPeriod::Month,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        });
    }
    for (name, rules) in [
        ("allow", &mut layer.web.allow),
        ("block", &mut layer.web.block),
    ] {
        if dice.one_in(3) {
            let host = dice
                .pick(&["a.example", "example", "b.a.example"])
                .parse()
                .unwrap();
            rules.push(HostRule {
                id: id(name, 0),
                host,
            });
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
        layer.web.mode = Some(WebRule {
            id: id("mode", 0),
            mode,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        });
    }
    if dice.one_in(2) {
        let ceiling = Ceiling::max_age(dice.roll(19) as u8).unwrap();
        layer.ratings.ceilings.push(RatingRule {
            id: id("age", 0),
            medium: None,
            ceiling,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        });
    }
    if dice.one_in(3) {
        let mode = *dice.pick(&[CommunicationMode::ContactsOnly, CommunicationMode::Disabled]);
        layer.communication.mode = Some(CommunicationRule {
            id: id("comm", 0),
            mode,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        });
        let identifiers = vec!["+447700900000".parse().unwrap()];
        layer.communication.contacts.push(Contact {
            name: "Mum".into(),
            identifiers,
        });
    }
}

pub(crate) fn act(dice: &mut Dice, number: u64, near: Timestamp) -> Override {
    let author = LayerAuthor::guardian(&format!("g{}", dice.roll(3))).unwrap();
    let from = near.as_second() - 12 * 3600 + 600 * dice.roll(144) as i64;
    let from = Timestamp::from_second(from).unwrap();
    let until = Timestamp::from_second(from.as_second() + 600 * dice.roll(100) as i64).unwrap();
    let until = if dice.one_in(4) { None } else { Some(until) };
    let date = jiff::tz::TimeZone::UTC.to_datetime(near).date();
    let kind = match dice.roll(6) {
        0 => OverrideKind::LockNow { reason: None },
        1 => OverrideKind::Suspend,
        2 if dice.one_in(2) => OverrideKind::Unblock {
            item: UnblockItem::App("pcps/Chess".parse().unwrap()),
        },
        2 => OverrideKind::Unblock {
            item: UnblockItem::Host("a.example".parse().unwrap()),
        },
        3 => OverrideKind::DateException {
            date,
            change: change(dice),
        },
        _ => OverrideKind::ExtraTime {
            target: target(dice),
            seconds: dice.roll(6) as u32 * 300,
            extends_window: dice.one_in(2),
        },
    };
    let id = format!("o{}", if dice.one_in(4) { 0 } else { number })
        .parse()
        .unwrap();
    Override::new(author, id, number + 1, from, until, kind).unwrap()
}

fn change(dice: &mut Dice) -> DateChange {
    if dice.one_in(2) {
        return DateChange::ExtendLastWindow {
            until: half_hour(dice),
        };
    }
    let count = dice.roll(3);
    let windows = (0..count)
        .map(|_| DayWindow {
            state: state(dice),
            span: span(dice),
        })
        .collect();
    DateChange::Replace { windows }
}

fn custody(dice: &mut Dice, near: Timestamp) -> Vec<Custody> {
    let mut from = near.as_second() - 86_400;
    let mut stretches = Vec::new();
    for _ in 0..4 {
        let until = from + 3600 * (1 + dice.roll(72) as i64);
        let guardian = LayerAuthor::guardian(&format!("g{}", dice.roll(4))).unwrap();
        let instant = |at| Timestamp::from_second(at).unwrap();
        stretches.push(Custody {
            from: instant(from),
            until: instant(until),
            guardian,
        });
        from = until + 3600 * dice.roll(12) as i64;
    }
    stretches
}

fn usage(dice: &mut Dice) -> Vec<UsageRow> {
    let mut rows = Vec::new();
    for target in ["device", "category:games", "app:pcps/Chess"] {
        let target: UsageTarget = target.parse().unwrap();
        let day = dice.roll(5) * 600;
        for (period, seconds) in [(Period::Day, day), (Period::Week, day + dice.roll(5) * 600)] {
            if dice.one_in(2) {
                let target = target.clone();
                rows.push(UsageRow::new(target, period, seconds));
            }
        }
    }
    if dice.one_in(2) {
        let minor = dice.roll(6) * 100;
        rows.push(UsageRow::new(UsageTarget::Spending, Period::Month, minor));
    }
    rows
}
