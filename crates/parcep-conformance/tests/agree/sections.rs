//! Generated sections of a policy, and the small domains that they are made of.

use parcep_conformance::naive::{Author, Layer, Target};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

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

pub(crate) fn time() -> BoxedStrategy<u32> {
    often((0..48_u32).prop_map(|half| half * 1800), 0..86_400_u32)
}

pub(crate) fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(move |number| format!("{prefix}{number}"))
}

pub(crate) fn app() -> impl Strategy<Value = pb::AppRef> {
    select(vec!["Chess", "Talk", "chess"]).prop_map(|id| pb::AppRef {
        namespace: "pcps".to_owned(),
        id: id.to_owned(),
    })
}

pub(crate) fn category() -> impl Strategy<Value = pb::CategoryRef> {
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

pub(crate) fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        2 => Just(Target::Everything),
        1 => category().prop_map(Target::Category),
        1 => app().prop_map(Target::App),
    ]
}

pub(crate) fn wire_target() -> BoxedStrategy<Option<pb::BudgetTarget>> {
    use pb::budget_target::Target as Wire;
    let known = target().prop_map(|target| {
        let target = Some(match target {
            Target::Everything => Wire::Everything(pb::Everything {}),
            Target::Category(category) => Wire::Category(category),
            Target::App(app) => Wire::App(app),
            Target::Feature(code) => Wire::Feature(code),
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

pub(crate) fn window() -> impl Strategy<Value = pb::WindowRule> {
    let state = often(1..=2_i32, select(vec![0, 9]));
    (id("w"), state, weekdays(), span()).prop_map(|(id, state, weekdays, span)| pb::WindowRule {
        id,
        state,
        weekdays,
        span,
        ..Default::default()
    })
}

pub(crate) fn seconds() -> impl Strategy<Value = u32> {
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
            allowance,
            ..Default::default()
        }
    })
}

fn flag(name: &'static str) -> impl Strategy<Value = Option<pb::FlagRule>> {
    option::weighted(
        0.4,
        any::<bool>().prop_map(move |on| pb::FlagRule {
            id: name.to_owned(),
            on,
            ..Default::default()
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
        ..Default::default()
    })
}

pub(crate) fn publisher() -> impl Strategy<Value = String> {
    select(vec!["Acme", "acme"]).prop_map(str::to_owned)
}

pub(crate) fn host() -> impl Strategy<Value = String> {
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
        ..Default::default()
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
        ..Default::default()
    });
    let effect = often(1..=3_i32, select(vec![0, 9]));
    let unrated = (id("u"), medium(), effect).prop_map(|(id, medium, effect)| pb::UnratedRule {
        id,
        medium,
        effect,
        ..Default::default()
    });
    let lists = (vec(ceiling, 0..3), vec(unrated, 0..3));
    (lists, option::of(any::<bool>()), flag("explicit")).prop_map(
        |((ceilings, unrated), ignore_guidance, explicit_content)| pb::RatingSection {
            ceilings,
            unrated,
            ignore_guidance,
            explicit_content,
            extension_rules: Vec::new(),
            ..Default::default()
        },
    )
}

/// Labels of a few systems often, so that they meet; of all others sometimes.
pub(crate) fn label(labels: Vec<String>) -> BoxedStrategy<String> {
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

pub(crate) fn identifier() -> impl Strategy<Value = String> {
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
        ..Default::default()
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
            ..Default::default()
        },
    )
}

pub(crate) fn money() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => (0..8_u64).prop_map(|n| n * 100),
        1 => select(vec![0, 1, u64::MAX]),
    ]
}

pub(crate) fn currency() -> impl Strategy<Value = String> {
    select(vec!["GBP", "GBP", "EUR"]).prop_map(str::to_owned)
}

fn spending() -> impl Strategy<Value = pb::SpendingSection> {
    let cap =
        (id("c"), currency(), money()).prop_map(|(id, currency, minor_units)| pb::SpendingCap {
            id,
            currency,
            minor_units,
            ..Default::default()
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
                ..Default::default()
            },
        )
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
pub(crate) fn layers(labels: Vec<String>) -> impl Strategy<Value = Vec<Layer>> {
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
