//! Generated scenes: one or two dependants' policies around a day on which a clock jumps, and what is
//! asked about them at many instants.

use crate::domains::{
    age, app, asked_host, author, category, currency, feature, identifier, label, money, percent,
    publisher, seconds, target,
};
use crate::policies::{DAY, near, policy};
use parcep_conformance::naive::{
    Action, Known, Money, Period, Policy, Purchase, PurchaseKind, Question, Reading, Scope, Spent,
    Subject, Usage, Verdict, Windows,
};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Policies, and what is asked about them.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) policies: Vec<Policy>,
    pub(crate) asks: Vec<Ask>,
}

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) question: Question,
    /// What each of the dependants has spent.
    pub(crate) usages: Vec<Usage>,
    /// Nobody knows which of them it is; otherwise it is the first.
    pub(crate) unidentified: bool,
}

/// Zones, each with an instant next to which its clocks jump, or a date is missing.
pub(crate) const JUMPS: &[(&str, i64)] = &[
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

/// When: near the base, or within a second of something that begins or ends there.
#[derive(Debug, Clone)]
enum When {
    Near(i64),
    Edge(Index, i64),
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        1 => near(3).prop_map(When::Near),
        1 => (any::<Index>(), -1..=1_i64).prop_map(|(edge, off)| When::Edge(edge, off)),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    select(&[Period::Day, Period::Day, Period::Week, Period::Month])
}

fn usage() -> impl Strategy<Value = Usage> {
    let scope = || select(&[Scope::Dependant, Scope::PepClass, Scope::Pep]);
    let time = (
        option::weighted(0.3, author()),
        option::weighted(0.2, scope()),
        target(),
        period(),
        seconds(),
    )
        .prop_map(|(author, scope, target, period, seconds)| Spent {
            author,
            scope,
            target,
            period,
            seconds: seconds.into(),
        });
    let money = (
        option::weighted(0.3, author()),
        option::weighted(0.4, currency()),
        period(),
        money(),
    )
        .prop_map(|(author, currency, period, minor)| Money {
            author,
            currency,
            period,
            minor,
        });
    (vec(time, 0..4), vec(money, 0..3)).prop_map(|(mut time, mut money)| {
        // One row for each of what a row belongs to.
        let mut seen: Vec<Spent> = Vec::new();
        time.retain(|row| {
            let key = Spent {
                seconds: 0,
                ..row.clone()
            };
            let new = !seen.contains(&key);
            seen.push(key);
            new
        });
        let mut seen: Vec<Money> = Vec::new();
        money.retain(|row| {
            let key = Money {
                minor: 0,
                ..row.clone()
            };
            let new = !seen.contains(&key);
            seen.push(key);
            new
        });
        Usage { time, money }
    })
}

fn action() -> impl Strategy<Value = Action> {
    let kind = select(&[
        PurchaseKind::Neither,
        PurchaseKind::InApp,
        PurchaseKind::Download,
    ]);
    // What nobody knows is asked about too.
    let price = option::weighted(0.8, money());
    let currency = option::weighted(0.8, currency());
    let purchase = (price, currency, kind).prop_map(|(price, currency, kind)| {
        Action::Buy(Purchase {
            price,
            currency,
            kind,
        })
    });
    let identified = option::weighted(0.9, identifier());
    let contact =
        (identified, any::<bool>()).prop_map(|(identifier, incoming)| Action::Communicate {
            identifier,
            incoming,
        });
    let service = select(&[
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
        3 => contact,
        1 => service.prop_map(|urn| Action::Service(urn.to_owned())),
        1 => identifier().prop_map(Action::AddContact),
        4 => feature().prop_map(Action::Feature),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let concern = select(&[
        pb::Concern::Content,
        pb::Concern::Contact,
        pb::Concern::Conduct,
        pb::Concern::Contract,
    ]);
    (option::of(category()), concern, percent()).prop_map(
        |(category, concern, confidence_percent)| Verdict {
            category,
            concern,
            confidence_percent,
            package: "org.example.classifier".to_owned(),
            version: "1".to_owned(),
        },
    )
}

/// How well the time is known; `Since` is laid beside the instant later.
fn uncertain() -> impl Strategy<Value = (Known, Windows)> {
    let known = prop_oneof![
        6 => Just(Known::Exactly),
        3 => near(2).prop_map(Known::Since),
        1 => Just(Known::Never),
    ];
    let windows = prop_oneof![
        6 => Just(Windows::Evaluated),
        1 => Just(Windows::NotEvaluated),
        1 => Just(Windows::Closed),
    ];
    (known, windows)
}

fn question() -> impl Strategy<Value = Question> {
    let known = (
        vec(category(), 0..3),
        option::of(publisher()),
        prop_oneof![1 => Just(Vec::new()), 1 => vec(label(), 1..4)],
        option::weighted(0.8, 1..=9_i32),
        prop_oneof![1 => Just(Vec::new()), 1 => vec(verdict(), 1..3)],
    );
    let zone = select(JUMPS).prop_map(|(zone, _)| zone.to_owned());
    let rest = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.8),
        option::of(zone),
        prop::bool::weighted(0.02),
        option::weighted(0.7, age()),
        uncertain(),
    );
    (action(), known, rest).prop_map(|(action, known, rest)| Question {
        categories: known.0,
        publisher: known.1,
        labels: known.2,
        medium: known.3,
        verdicts: known.4,
        explicit: rest.0,
        can_ask: rest.1,
        device_zone: rest.2,
        age: rest.4,
        known: rest.5.0,
        windows: rest.5.1,
        subject: if rest.3 {
            Subject::GuardianPresent
        } else {
            Subject::Dependant
        },
        ..Question::about(action, 0)
    })
}

fn ask() -> impl Strategy<Value = (When, Question, [Usage; 2], bool)> {
    let unidentified = prop::bool::weighted(0.05);
    (when(), question(), [usage(), usage()], unidentified)
}

/// Every scene, with this many cases on the average.
pub(crate) fn scene(asks: usize) -> impl Strategy<Value = Scene> {
    let base = (0..JUMPS.len()).prop_map(|at| JUMPS[at]);
    // What is asked is shrunk first: a failing scene has one question.
    let asks = vec(ask(), 1..=asks * 2);
    (asks, [policy(JUMPS), policy(JUMPS)], base).prop_map(|(asks, policies, (zone, base))| {
        let base = base.div_euclid(900) * 900;
        let mut policies = policies.to_vec();
        for (number, policy) in policies.iter_mut().enumerate() {
            place(policy, base);
            // The first lives where the clock jumps.
            if let Some(profile) = policy.profile.as_mut().filter(|_| number == 0) {
                profile.zone = zone.to_owned();
            }
        }
        // One enforcement point has its lists for all that it serves.
        policies[1].lists = policies[0].lists.clone();
        let reading = Reading::of(&policies[0]);
        let asks = asks
            .into_iter()
            .map(|(when, mut question, usages, unidentified)| {
                // R-EVAL-015: labels that say nothing, where a region chooses.
                question.at = base;
                question.at = instant(&reading, &question, &when);
                if let Known::Since(lower) = &mut question.known {
                    *lower += question.at;
                }
                Ask {
                    question,
                    usages: usages.to_vec(),
                    unidentified,
                }
            });
        Scene {
            asks: asks.collect(),
            policies,
        }
    })
}

fn instant(reading: &Reading, question: &Question, when: &When) -> i64 {
    match when {
        When::Near(offset) => question.at + offset,
        When::Edge(index, offset) => {
            let mut edges = reading.edges(question).unwrap();
            edges.retain(|at| (question.at - 3 * DAY..=question.at + 3 * DAY).contains(at));
            match edges.len() {
                0 => question.at + offset,
                some => edges[index.index(some)] + offset,
            }
        }
    }
}

/// Moves what was generated around 0 to the base.
fn place(policy: &mut Policy, base: i64) {
    let today = i32::try_from(base.div_euclid(DAY)).unwrap();
    for act in &mut policy.acts {
        act.body.from += base;
        act.body.until = act.body.until.map(|until| until + base);
        if let Some(pb::r#override::Act::DateException(exception)) = &mut act.body.act {
            exception.day += today;
        }
    }
    for custody in &mut policy.custody {
        custody.from += base;
        custody.until += base;
    }
}
