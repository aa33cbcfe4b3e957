//! Generated scenes: small domains, so that rules meet the actions that they are about, around days
//! on which clocks jump.

use crate::sections::{
    app, category, currency, host, id, identifier, label, layers, money, publisher, seconds,
    target, time, window, wire_target,
};
use parcep_conformance::naive::{
    Act, Action, Author, Custody, Kind, Money, Period, Policy, Purchase, PurchaseKind, Question,
    Ratings, Spent, Subject, Target, Usage,
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

fn day_start() -> impl Strategy<Value = Option<u32>> {
    option::of(prop_oneof![
        Just(0_u32),
        Just(7_200),
        Just(9_000),
        Just(21_600),
        time()
    ])
}

fn guardian() -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(|number| format!("g{number}"))
}

fn asked_host() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => host(),
        1 => select(vec!["A.Example.", "b\u{fc}cher.example", "x.b.a.example", "faß.example"])
            .prop_map(str::to_owned),
    ]
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
        author: None,
        scope: None,
        target,
        period,
        seconds: seconds.into(),
    });
    let spent =
        (select(vec![Period::Day, Period::Month]), money()).prop_map(|(period, minor)| Money {
            author: None,
            currency: None,
            period,
            minor,
        });
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
            kind: match kind {
                0 => PurchaseKind::Neither,
                1 => PurchaseKind::InApp,
                _ => PurchaseKind::Download,
            },
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
        verdicts: Vec::new(),
        subject: Subject::Dependant,
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
                    ..Policy::empty(Arc::clone(&ratings))
                },
                usage,
                question,
            },
        )
    })
}
