//! Generated policies. Instants are seconds from the base of a scene until it is placed.

use crate::domains::{
    LISTS, RATINGS, app, author, guardian, host, id, identifier, seconds, time, wire_target,
};
use crate::{safety, sections};
use parcep_conformance::naive::{Act, Author, Custody, Kind, Layer, Limit, Policy, Rule};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) const DAY: i64 = 86_400;

/// Seconds from the base, often whole quarters of an hour.
pub(crate) fn near(days: i64) -> BoxedStrategy<i64> {
    let quarters = (-days * 96..=days * 96).prop_map(|quarter| quarter * 900);
    let close = (-16..=16_i64).prop_map(|quarter| quarter * 900);
    let before = quarters.clone().prop_map(|at| at - 1);
    prop_oneof![4 => quarters, 3 => close, 1 => before, 1 => -days * DAY..=days * DAY].boxed()
}

fn layer() -> impl Strategy<Value = Layer> {
    let times = (sections::schedule(), sections::budgets());
    let content = (safety::apps(), safety::web(), safety::ratings());
    let others = (
        safety::communication(),
        safety::spending(),
        safety::features(),
        safety::ages(),
    );
    (times, content, others).prop_map(|(times, content, others)| Layer {
        author: Author::Guardian("g0".to_owned()),
        schedule: times.0,
        budget: times.1,
        app: content.0,
        web: content.1,
        rating: content.2,
        communication: others.0,
        spending: others.1,
        feature: others.2,
        age: others.3,
    })
}

/// Layers of g0, g1, … and sometimes one of a jurisdiction.
fn layers() -> impl Strategy<Value = Vec<Layer>> {
    let jurisdiction = prop::bool::weighted(0.3);
    (vec(layer(), 0..4), jurisdiction).prop_map(|(mut layers, jurisdiction)| {
        for (number, layer) in layers.iter_mut().enumerate() {
            layer.author = Author::Guardian(format!("g{number}"));
        }
        if let Some(last) = layers.last_mut().filter(|_| jurisdiction) {
            last.author = Author::Jurisdiction("xx".to_owned());
        }
        layers
    })
}

fn change() -> impl Strategy<Value = Option<pb::date_exception::Change>> {
    use pb::date_exception::Change;
    let replace = vec(sections::window(), 0..3)
        .prop_map(|windows| Change::Replace(pb::ReplacedWindows { windows }));
    prop_oneof![
        9 => time().prop_map(|end| Some(Change::ExtendUntilSeconds(end))),
        9 => replace.prop_map(Some),
        1 => Just(None),
    ]
}

fn body() -> impl Strategy<Value = Option<pb::r#override::Act>> {
    use pb::r#override::Act as Body;
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
    let exception = (-4..=4_i32, change())
        .prop_map(|(day, change)| Body::DateException(pb::DateException { day, change }));
    prop_oneof![
        6 => extra.prop_map(Some),
        1 => Just(Some(Body::LockNow(pb::LockNow { reason: None }))),
        2 => Just(Some(Body::Suspend(pb::Suspend {}))),
        4 => item.prop_map(|item| Some(Body::Unblock(pb::Unblock { item }))),
        6 => exception.prop_map(Some),
        1 => Just(None),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let lasts = prop_oneof![
        1 => Just(None),
        3 => (0..200_i64).prop_map(|quarters| Some(quarters * 900)),
    ];
    (guardian(), id("o"), near(3), lasts, body()).prop_map(|(guardian, id, from, lasts, act)| {
        // A lock without an end would be the answer to everything that comes.
        let is_lock = matches!(act, Some(pb::r#override::Act::LockNow(_)));
        let lasts = if is_lock {
            lasts.map(|lasts| lasts / 4)
        } else {
            lasts
        };
        Act {
            author: Author::Guardian(guardian),
            place: 0,
            body: pb::Override {
                id,
                from,
                until: lasts.map(|lasts| from + lasts),
                act,
            },
        }
    })
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let places = Just((1..=5_u64).collect::<Vec<_>>()).prop_shuffle();
    (vec(act(), 0..5), places).prop_map(|(mut acts, places)| {
        for (act, place) in acts.iter_mut().zip(places) {
            act.place = place;
        }
        acts
    })
}

fn custody() -> impl Strategy<Value = Vec<Custody>> {
    let one = (guardian(), near(6), 1..400_i64).prop_map(|(guardian, from, quarters)| Custody {
        guardian,
        from,
        until: from + quarters * 900,
    });
    vec(one, 0..4)
}

fn pending() -> impl Strategy<Value = BTreeSet<Kind>> {
    const ALL: &[Kind] = &[
        Kind::App,
        Kind::Web,
        Kind::Rating,
        Kind::Communication,
        Kind::Spending,
        Kind::Feature,
        Kind::Age,
    ];
    prop_oneof![
        12 => Just(BTreeSet::new()),
        1 => select(ALL).prop_map(|kind| BTreeSet::from([kind])),
    ]
}

/// The kinds of R-POL-005.
pub(crate) const KINDS: &[&str] = &[
    "window",
    "end_action",
    "budget",
    "extra_time_cap",
    "app_rule",
    "install_approval",
    "web_mode",
    "host_allow",
    "host_block",
    "host_list",
    "safe_search",
    "age_ceiling",
    "unrated",
    "explicit_content",
    "classifier",
    "communication_mode",
    "closed_communication",
    "block_unknown_callers",
    "contact_approval",
    "purchase_approval",
    "spending_cap",
    "in_app_purchases",
    "free_downloads",
    "feature",
    "age_share",
    "age_gate",
    "extra_time",
    "lock_now",
    "suspend",
    "unblock",
    "date_exception",
];

fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let limit = prop_oneof![
        6 => select(KINDS).prop_map(|kind| Limit::Kind(kind.to_owned())),
        1 => app().prop_map(Limit::App),
        1 => host().prop_map(Limit::Host),
        1 => identifier().prop_map(Limit::Contact),
    ];
    prop_oneof![3 => Just(Vec::new()), 1 => vec(limit, 1..3)]
}

fn unenforceable() -> impl Strategy<Value = BTreeSet<Rule>> {
    let named = select(&[
        "w", "b", "a", "u", "f", "r", "v", "c", "e", "l", "x", "y", "s",
    ]);
    let named = (named, 0..4_u8).prop_map(|(prefix, number)| format!("{prefix}{number}"));
    let alone = select(&["mode", "contact", "closed", "install", "approval", "search"]);
    let name = prop_oneof![4 => named, 1 => alone.prop_map(str::to_owned)];
    let rule = (author(), name).prop_map(|(author, name)| Rule { author, name });
    let some = vec(rule, 1..6).prop_map(|rules| rules.into_iter().collect());
    prop_oneof![1 => Just(BTreeSet::new()), 1 => some]
}

fn lists() -> impl Strategy<Value = Vec<Vec<String>>> {
    let of = |list: usize| LISTS[list].iter().map(|host| (*host).to_owned()).collect();
    prop_oneof![
        4 => Just(vec![0, 1]),
        1 => Just(vec![0]),
        1 => Just(Vec::new()),
    ]
    .prop_map(move |lists| lists.into_iter().map(of).collect())
}

fn caps() -> impl Strategy<Value = (Option<u32>, Option<u32>)> {
    let age = select(&[0_u32, 6, 12, 15, 17, 18, 21]);
    (option::weighted(0.3, seconds()), option::weighted(0.3, age))
}

/// Zones in which clocks jump, and plain ones.
fn profile(zones: &'static [(&'static str, i64)]) -> impl Strategy<Value = pb::ProfileSection> {
    let region = option::of(select(&["US", "AU", "CA", "GB"])).prop_map(|r| r.map(str::to_owned));
    let day_start = option::of(prop_oneof![
        Just(0_u32),
        Just(7_200),
        Just(9_000),
        Just(21_600),
        time()
    ]);
    let follows = option::weighted(0.2, any::<bool>());
    (
        select(zones),
        follows,
        day_start,
        option::of(1..=7_i32),
        region,
    )
        .prop_map(
            |((zone, _), follow_device, day_start_seconds, week_start, region)| {
                pb::ProfileSection {
                    zone: zone.to_owned(),
                    follow_device,
                    day_start_seconds,
                    week_start,
                    region,
                }
            },
        )
}

pub(crate) fn policy(zones: &'static [(&'static str, i64)]) -> impl Strategy<Value = Policy> {
    let profile = prop_oneof![1 => Just(None), 19 => profile(zones).prop_map(Some)];
    let rules = (profile, layers(), acts(), custody(), pending());
    let law = (limits(), caps());
    (rules, law, unenforceable(), lists()).prop_map(|(rules, law, unenforceable, lists)| {
        let (profile, layers, acts, custody, pending) = rules;
        let (limits, (extra_time_cap, unblock_max_age)) = law;
        Policy {
            profile,
            layers,
            acts,
            custody,
            pending,
            extra_time_cap,
            unblock_max_age,
            limits,
            unenforceable,
            lists,
            ratings: Arc::clone(&RATINGS),
        }
    })
}
