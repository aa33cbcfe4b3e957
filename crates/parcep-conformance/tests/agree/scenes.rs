//! Generated scenes: small domains, so that rules meet the actions that they are about, around days
//! on which clocks jump.

use parcep_conformance::naive::{
    Act, Action, Author, Custody, Kind, Layer, Money, Period, Policy, Purchase, Question, Ratings,
    Spent, Target, Usage,
};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) policy: Policy,
    pub(crate) usage: Usage,
    pub(crate) question: Question,
}

/// Zones, each with an instant next to which its clocks jump, or a date is missing.
const JUMPS: [(&str, i64); 22] = [
    ("UTC", 1_795_392_000),
    ("Europe/London", 1_774_746_000),
    ("Europe/London", 1_792_890_000),
    ("Europe/Berlin", 1_774_746_000),
    ("Europe/Dublin", 1_792_890_000),
    ("America/New_York", 1_772_953_200),
    ("America/New_York", 1_793_512_800),
    ("America/St_Johns", 1_772_947_800),
    ("America/Santiago", 1_775_358_000),
    ("America/Santiago", 1_788_667_200),
    ("Australia/Lord_Howe", 1_775_314_800),
    ("Australia/Lord_Howe", 1_791_041_400),
    ("Pacific/Chatham", 1_775_311_200),
    ("Pacific/Apia", 1_325_239_200),
    ("Antarctica/Troll", 1_774_746_000),
    ("Africa/Casablanca", 1_771_120_800),
    ("Africa/Casablanca", 1_774_144_800),
    ("Africa/Cairo", 1_776_981_600),
    ("Africa/Cairo", 1_793_307_600),
    ("Asia/Kathmandu", 1_709_164_800),
    ("Asia/Beirut", 1_774_735_200),
    ("Atlantic/Azores", 1_774_746_000),
];

const DAY: i64 = 86_400;

fn often<T: Clone + std::fmt::Debug + 'static>(
    usual: impl Strategy<Value = T> + 'static,
    odd: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![9 => usual, 1 => odd].boxed()
}

fn weekdays() -> impl Strategy<Value = Vec<i32>> {
    prop_oneof![
        1 => Just((1..=7).collect::<Vec<i32>>()),
        1 => vec(1..=7_i32, 1..4),
    ]
}

fn time() -> BoxedStrategy<u32> {
    often((0..48_u32).prop_map(|half| half * 1800), 0..86_400_u32)
}

fn day_start() -> impl Strategy<Value = Option<u32>> {
    option::of(prop_oneof![
        Just(0_u32),
        Just(7_200),
        Just(9_000),
        Just(21_600),
        time()
    ])
}

fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(move |number| format!("{prefix}{number}"))
}

fn guardian() -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(|number| format!("g{number}"))
}

fn app() -> impl Strategy<Value = pb::AppRef> {
    select(vec!["Chess", "Talk", "chess"]).prop_map(|id| pb::AppRef {
        namespace: "pcps".to_owned(),
        id: id.to_owned(),
    })
}

fn category() -> impl Strategy<Value = pb::CategoryRef> {
    select(vec![
        ("pcps", "1.0", "games"),
        ("pcps", "1.0", "video"),
        ("pcps", "1.1", "games"),
    ])
    .prop_map(|(taxonomy, version, code)| pb::CategoryRef {
        taxonomy: taxonomy.to_owned(),
        version: version.to_owned(),
        code: code.to_owned(),
    })
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        2 => Just(Target::Everything),
        1 => category().prop_map(Target::Category),
        1 => app().prop_map(Target::App),
    ]
}

fn wire_target() -> BoxedStrategy<Option<pb::BudgetTarget>> {
    use pb::budget_target::Target as Wire;
    let known = target().prop_map(|target| {
        let target = Some(match target {
            Target::Everything => Wire::Everything(pb::Everything {}),
            Target::Category(category) => Wire::Category(category),
            Target::App(app) => Wire::App(app),
        });
        Some(pb::BudgetTarget { target })
    });
    let unknown = select(vec![None, Some(pb::BudgetTarget { target: None })]);
    prop_oneof![19 => known, 1 => unknown].boxed()
}

fn span() -> BoxedStrategy<Option<pb::window_rule::Span>> {
    use pb::window_rule::Span;
    let between = (time(), time()).prop_map(|(start, end)| {
        let end_seconds = if start == end {
            (end + 60) % 86_400
        } else {
            end
        };
        Some(Span::Between(pb::TimeSpan {
            start_seconds: start,
            end_seconds,
        }))
    });
    prop_oneof![
        16 => between,
        3 => Just(Some(Span::WholeDay(pb::WholeDay {}))),
        1 => Just(None),
    ]
    .boxed()
}

fn window() -> impl Strategy<Value = pb::WindowRule> {
    let state = often(1..=2_i32, select(vec![0, 9]));
    (id("w"), state, weekdays(), span()).prop_map(|(id, state, weekdays, span)| pb::WindowRule {
        id,
        state,
        weekdays,
        span,
        review_by_day: None,
    })
}

fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![
        6 => (0..12_u32).prop_map(|n| n * 600),
        2 => 0..100_000_u32,
        1 => select(vec![0, 1, 86_399, 86_400, 90_000, 604_800, u32::MAX]),
    ]
}

fn budget() -> impl Strategy<Value = pb::BudgetRule> {
    use pb::budget_rule::Allowance;
    let row =
        (weekdays(), seconds()).prop_map(|(weekdays, seconds)| pb::DayLimit { weekdays, seconds });
    let daily = vec(row, 0..3).prop_map(|limits| Allowance::Daily(pb::DailyAllowance { limits }));
    let weekly = seconds().prop_map(|s| Allowance::WeeklySeconds(s.saturating_mul(3)));
    let allowance = prop_oneof![
        12 => daily.prop_map(Some),
        7 => weekly.prop_map(Some),
        1 => Just(None),
    ];
    let scope = option::of(select(vec![0, 1, 2, 3, 9]));
    (id("b"), wire_target(), allowance, scope).prop_map(|(id, target, allowance, scope)| {
        pb::BudgetRule {
            id,
            target,
            scope,
            review_by_day: None,
            allowance,
        }
    })
}

fn flag(name: &'static str) -> impl Strategy<Value = Option<pb::FlagRule>> {
    option::weighted(
        0.4,
        any::<bool>().prop_map(move |on| pb::FlagRule {
            id: name.to_owned(),
            on,
            review_by_day: None,
        }),
    )
}

fn app_rule() -> impl Strategy<Value = pb::AppRule> {
    use pb::app_rule::Target;
    let target = prop_oneof![
        8 => app().prop_map(|app| Some(Target::App(app))),
        3 => publisher().prop_map(|name| Some(Target::Publisher(name))),
        4 => category().prop_map(|category| Some(Target::Category(category))),
        2 => Just(Some(Target::Everything(pb::Everything {}))),
        1 => Just(None),
    ];
    let access = option::of(often(1..=2_i32, select(vec![0, 9])));
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    (id("a"), target, access, flags).prop_map(|(id, target, access, flags)| pb::AppRule {
        id,
        target,
        access,
        reason: None,
        always_allowed: flags.0,
        not_counted: flags.1,
        display_name: None,
        review_by_day: None,
    })
}

fn publisher() -> impl Strategy<Value = String> {
    select(vec!["Acme", "acme"]).prop_map(str::to_owned)
}

fn host() -> impl Strategy<Value = String> {
    select(vec![
        "example",
        "a.example",
        "b.a.example",
        "ba.example",
        "other.test",
        "127.0.0.1",
        "0.0.1",
        "xn--bcher-kva.example",
    ])
    .prop_map(str::to_owned)
}

fn asked_host() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => host(),
        1 => select(vec!["A.Example.", "b\u{fc}cher.example", "x.b.a.example", "faß.example"])
            .prop_map(str::to_owned),
    ]
}

fn hosts() -> impl Strategy<Value = Vec<pb::HostList>> {
    let list = (id("h"), vec(host(), 0..3)).prop_map(|(id, hosts)| pb::HostList { id, hosts });
    vec(list, 0..3)
}

fn web() -> impl Strategy<Value = pb::WebSection> {
    let mode = (often(1..=4_i32, select(vec![0, 9])), vec(category(), 0..3));
    let mode = mode.prop_map(|(mode, categories)| pb::WebRule {
        id: "mode".to_owned(),
        mode,
        categories,
        review_by_day: None,
    });
    (option::of(mode), hosts(), hosts()).prop_map(|(mode, allow, block)| pb::WebSection {
        mode,
        allow,
        block,
        ..pb::WebSection::default()
    })
}

fn medium() -> BoxedStrategy<Option<i32>> {
    option::of(often(1..=9_i32, select(vec![0, 99]))).boxed()
}

fn rating(labels: Vec<String>) -> impl Strategy<Value = pb::RatingSection> {
    use pb::ceiling_rule::Ceiling;
    let ceiling = prop_oneof![
        6 => (0..=21_u32).prop_map(|age| Some(Ceiling::MaxAge(age))),
        6 => label(labels).prop_map(|label| Some(Ceiling::Label(label))),
        1 => Just(None),
    ];
    let ceiling = (id("r"), medium(), ceiling).prop_map(|(id, medium, ceiling)| pb::CeilingRule {
        id,
        medium,
        ceiling,
        review_by_day: None,
    });
    let effect = often(1..=3_i32, select(vec![0, 9]));
    let unrated = (id("u"), medium(), effect).prop_map(|(id, medium, effect)| pb::UnratedRule {
        id,
        medium,
        effect,
        review_by_day: None,
    });
    let lists = (vec(ceiling, 0..3), vec(unrated, 0..3));
    (lists, option::of(any::<bool>()), flag("explicit")).prop_map(
        |((ceilings, unrated), ignore_guidance, explicit_content)| pb::RatingSection {
            ceilings,
            unrated,
            ignore_guidance,
            explicit_content,
            extension_rules: Vec::new(),
        },
    )
}

/// Labels of a few systems often, so that they meet; of all others sometimes.
fn label(labels: Vec<String>) -> BoxedStrategy<String> {
    let few = [
        "pegi/",
        "us_tv/",
        "acb/",
        "au_tv/",
        "nz_fvlb/",
        "bbfc/",
        "ca_tv_fr/",
    ];
    let met: Vec<_> = labels
        .iter()
        .filter(|label| few.iter().any(|system| label.starts_with(system)))
        .cloned()
        .collect();
    let odd = [
        "PEGI/16",
        "Pegi/pegi 12",
        "us_tv/tv-y7",
        "acb/acb:rc",
        "none/12",
        "pegi/99",
    ];
    let odd = odd.map(str::to_owned).to_vec();
    prop_oneof![5 => select(met), 3 => select(labels), 1 => select(odd)].boxed()
}

fn identifier() -> impl Strategy<Value = String> {
    select(vec![
        "+447700900000",
        "+44 7700 900-000",
        "(+44) 7700",
        "07700 900000",
        "mum@example.com",
        " MUM@Example.com ",
        "Mum",
        "mum",
        "urn:service:food",
        "URN:service:food",
        "123;ext=1",
    ])
    .prop_map(str::to_owned)
}

fn communication() -> impl Strategy<Value = pb::CommunicationSection> {
    let mode = often(1..=3_i32, select(vec![0, 9])).prop_map(|mode| pb::CommunicationRule {
        id: "contact".to_owned(),
        mode,
        review_by_day: None,
    });
    let contact = vec(identifier(), 1..4).prop_map(|identifiers| pb::Contact {
        name: "Somebody".to_owned(),
        identifiers,
    });
    (option::of(mode), vec(contact, 0..3), flag("callers")).prop_map(
        |(mode, contacts, block_unknown_callers)| pb::CommunicationSection {
            mode,
            contacts,
            block_unknown_callers,
            extension_rules: Vec::new(),
        },
    )
}

fn money() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => (0..8_u64).prop_map(|n| n * 100),
        1 => select(vec![0, 1, u64::MAX]),
    ]
}

fn currency() -> impl Strategy<Value = String> {
    select(vec!["GBP", "GBP", "EUR"]).prop_map(str::to_owned)
}

fn spending() -> impl Strategy<Value = pb::SpendingSection> {
    let cap =
        (id("c"), currency(), money()).prop_map(|(id, currency, minor_units)| pb::SpendingCap {
            id,
            currency,
            minor_units,
            review_by_day: None,
        });
    (
        flag("approval"),
        vec(cap, 0..3),
        flag("in-app"),
        flag("free"),
    )
        .prop_map(
            |(approval, caps, in_app, free_downloads)| pb::SpendingSection {
                approval,
                caps,
                in_app,
                free_downloads,
                extension_rules: Vec::new(),
            },
        )
}

fn pending() -> impl Strategy<Value = BTreeSet<Kind>> {
    let kinds = vec![
        Kind::App,
        Kind::Web,
        Kind::Rating,
        Kind::Communication,
        Kind::Spending,
        Kind::Feature,
    ];
    prop_oneof![
        12 => Just(BTreeSet::new()),
        1 => select(kinds).prop_map(|kind| BTreeSet::from([kind])),
    ]
}

fn layer(labels: Vec<String>) -> impl Strategy<Value = Layer> {
    let cap = option::weighted(0.2, seconds());
    let times = (vec(window(), 0..4), vec(budget(), 0..4), cap);
    let safety = (
        vec(app_rule(), 0..4),
        flag("install"),
        web(),
        rating(labels),
    );
    (times, safety, communication(), spending()).prop_map(
        |((windows, budgets, cap), (rules, install, web, rating), communication, spending)| {
            let mut layer = Layer::empty(Author::Guardian("g0".to_owned()));
            layer.schedule.windows = windows;
            layer.budget.budgets = budgets;
            layer.budget.extra_time_cap_seconds = cap;
            layer.app.rules = rules;
            layer.app.install_approval = install;
            layer.web = web;
            layer.rating = rating;
            layer.communication = communication;
            layer.spending = spending;
            layer
        },
    )
}

/// Layers of g0, g1, … and sometimes one of a jurisdiction.
fn layers(labels: Vec<String>) -> impl Strategy<Value = Vec<Layer>> {
    let jurisdiction = prop::bool::weighted(0.3);
    (vec(layer(labels), 0..4), jurisdiction).prop_map(|(mut layers, jurisdiction)| {
        for (number, layer) in layers.iter_mut().enumerate() {
            layer.author = Author::Guardian(format!("g{number}"));
        }
        if let Some(last) = layers.last_mut().filter(|_| jurisdiction) {
            last.author = Author::Jurisdiction("xx".to_owned());
        }
        layers
    })
}

/// An instant, often on a whole quarter of an hour, within some days of another.
fn near(base: i64, days: i64) -> BoxedStrategy<i64> {
    let base = base.div_euclid(900) * 900;
    let quarters = (-days * 96..=days * 96).prop_map(move |quarter| base + quarter * 900);
    let close = (-16..=16_i64).prop_map(move |quarter| base + quarter * 900);
    let odd = (-days * DAY..=days * DAY).prop_map(move |offset| base + offset);
    prop_oneof![4 => quarters.clone(), 3 => close, 1 => quarters.prop_map(|at| at - 1), 1 => odd]
        .boxed()
}

fn change() -> impl Strategy<Value = Option<pb::date_exception::Change>> {
    use pb::date_exception::Change;
    let replace =
        vec(window(), 0..3).prop_map(|windows| Change::Replace(pb::ReplacedWindows { windows }));
    prop_oneof![
        9 => time().prop_map(|end| Some(Change::ExtendUntilSeconds(end))),
        9 => replace.prop_map(Some),
        1 => Just(None),
    ]
}

fn body(base: i64) -> impl Strategy<Value = Option<pb::r#override::Act>> {
    use pb::r#override::Act as Body;
    let today = i32::try_from(base.div_euclid(DAY)).unwrap();
    let extra =
        (wire_target(), seconds(), any::<bool>()).prop_map(|(target, seconds, extends_window)| {
            Body::ExtraTime(pb::ExtraTime {
                target,
                seconds,
                extends_window,
            })
        });
    let item = prop_oneof![
        8 => app().prop_map(|app| Some(pb::unblock::Item::App(app))),
        8 => host().prop_map(|host| Some(pb::unblock::Item::Host(host))),
        1 => Just(None),
    ];
    let exception = (today - 4..=today + 4, change())
        .prop_map(|(day, change)| Body::DateException(pb::DateException { day, change }));
    prop_oneof![
        6 => extra.prop_map(Some),
        2 => Just(Some(Body::LockNow(pb::LockNow { reason: None }))),
        2 => Just(Some(Body::Suspend(pb::Suspend {}))),
        4 => item.prop_map(|item| Some(Body::Unblock(pb::Unblock { item }))),
        6 => exception.prop_map(Some),
        1 => Just(None),
    ]
}

fn act(base: i64) -> impl Strategy<Value = Act> {
    let lasts = prop_oneof![
        1 => Just(None),
        3 => (0..200_i64).prop_map(|quarters| Some(quarters * 900)),
    ];
    (guardian(), id("o"), near(base, 3), lasts, body(base)).prop_map(
        |(guardian, id, from, lasts, act)| Act {
            author: Author::Guardian(guardian),
            place: 0,
            body: pb::Override {
                id,
                from,
                until: lasts.map(|lasts| from + lasts),
                act,
            },
        },
    )
}

fn acts(base: i64) -> impl Strategy<Value = Vec<Act>> {
    let acts = vec(act(base), 0..5);
    acts.prop_flat_map(|acts| {
        let places: Vec<u64> = (1..=acts.len() as u64).collect();
        Just(places).prop_shuffle().prop_map(move |places| {
            let mut acts = acts.clone();
            for (act, place) in acts.iter_mut().zip(places) {
                act.place = place;
            }
            acts
        })
    })
}

fn custody(base: i64) -> impl Strategy<Value = Vec<Custody>> {
    let one =
        (guardian(), near(base, 6), 1..400_i64).prop_map(|(guardian, from, quarters)| Custody {
            guardian,
            from,
            until: from + quarters * 900,
        });
    vec(one, 0..4)
}

fn usage() -> impl Strategy<Value = Usage> {
    let periods = || select(vec![Period::Day, Period::Day, Period::Week, Period::Month]);
    let time = (target(), periods(), seconds()).prop_map(|(target, period, seconds)| Spent {
        target,
        period,
        seconds: seconds.into(),
    });
    let spent = (periods(), money()).prop_map(|(period, minor)| Money { period, minor });
    (vec(time, 0..4), vec(spent, 0..3)).prop_map(|(mut time, mut money)| {
        // One row for each target and period.
        let mut seen: Vec<(Target, Period)> = Vec::new();
        time.retain(|row| {
            let key = (row.target.clone(), row.period);
            let new = !seen.contains(&key);
            seen.push(key);
            new
        });
        let mut seen = Vec::new();
        money.retain(|row| {
            let new = !seen.contains(&row.period);
            seen.push(row.period);
            new
        });
        Usage { time, money }
    })
}

fn action() -> impl Strategy<Value = Action> {
    let purchase = (money(), currency(), 0..3_u8).prop_map(|(price, currency, kind)| {
        Action::Buy(Purchase {
            price: Some(price),
            currency: Some(currency),
            in_app: kind == 1,
            download: kind == 2,
        })
    });
    let contact =
        (identifier(), any::<bool>()).prop_map(|(identifier, incoming)| Action::Communicate {
            identifier: Some(identifier),
            incoming,
        });
    let service = select(vec![
        "urn:service:sos",
        "URN:Service:SOS.police",
        "urn:service:counseling.children",
        "urn:service:sosx",
        "urn:service:food",
    ]);
    prop_oneof![
        4 => Just(Action::Device),
        5 => app().prop_map(Action::App),
        4 => asked_host().prop_map(Action::Host),
        4 => Just(Action::Content),
        3 => app().prop_map(Action::Install),
        2 => purchase,
        2 => contact,
        1 => service.prop_map(|urn| Action::Service(urn.to_owned())),
    ]
}

fn question(base: i64, labels: Vec<String>) -> impl Strategy<Value = Question> {
    let zones: Vec<_> = JUMPS.iter().map(|(zone, _)| (*zone).to_owned()).collect();
    let known = (
        vec(category(), 0..3),
        option::of(publisher()),
        prop_oneof![1 => Just(Vec::new()), 2 => vec(label(labels), 1..4)],
        1..=9_i32,
    );
    let rest = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.8),
        option::of(select(zones)),
    );
    (near(base, 3), action(), known, rest).prop_map(|(at, action, known, rest)| Question {
        at,
        // Categories are those of an app, a host or content; nothing else has any.
        categories: match &action {
            Action::App(_) | Action::Install(_) | Action::Host(_) | Action::Content => known.0,
            _ => Vec::new(),
        },
        action,
        publisher: known.1,
        labels: known.2,
        medium: Some(known.3),
        explicit: rest.0,
        can_ask: rest.1,
        device_zone: rest.2,
    })
}

fn profile(zone: &'static str) -> impl Strategy<Value = pb::ProfileSection> {
    let region =
        option::of(select(vec!["US", "AU", "CA", "GB"])).prop_map(|r| r.map(str::to_owned));
    let follows = option::weighted(0.2, any::<bool>());
    (follows, day_start(), option::of(1..=7_i32), region).prop_map(
        move |(follow_device, day_start_seconds, week_start, region)| pb::ProfileSection {
            zone: zone.to_owned(),
            follow_device,
            day_start_seconds,
            week_start,
            region,
        },
    )
}

/// Every scene.
pub(crate) fn scene(ratings: Arc<Ratings>) -> impl Strategy<Value = Scene> {
    let labels: Vec<String> = ratings.names().collect();
    select(JUMPS.to_vec()).prop_flat_map(move |(zone, base)| {
        let profile = prop_oneof![1 => Just(None), 19 => profile(zone).prop_map(Some)];
        let ratings = Arc::clone(&ratings);
        let rules = (
            profile,
            layers(labels.clone()),
            acts(base),
            custody(base),
            pending(),
        );
        (rules, usage(), question(base, labels.clone())).prop_map(
            move |((profile, layers, acts, custody, pending), usage, question)| Scene {
                policy: Policy {
                    profile,
                    layers,
                    acts,
                    custody,
                    pending,
                    extra_time_cap: None,
                    unblock_max_age: None,
                    ratings: Arc::clone(&ratings),
                },
                usage,
                question,
            },
        )
    })
}
