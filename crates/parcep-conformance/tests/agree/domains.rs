//! The small domains that scenes are made of, so that rules meet the actions that they are about.

use parcep_conformance::naive::{Age, Author, Ratings, Target};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::{Arc, LazyLock};

/// The table of this version, read once.
pub(crate) static RATINGS: LazyLock<Arc<Ratings>> =
    LazyLock::new(|| Arc::new(Ratings::published().unwrap()));

static LABELS: LazyLock<Vec<String>> = LazyLock::new(|| RATINGS.names().collect());

/// Labels of a few systems, so that they meet.
static MET: LazyLock<Vec<String>> = LazyLock::new(|| {
    let few = [
        "pegi/",
        "us_tv/",
        "acb/",
        "au_tv/",
        "nz_fvlb/",
        "bbfc/",
        "ca_tv_fr/",
    ];
    let is_of_them = |label: &&String| few.iter().any(|system| label.starts_with(system));
    LABELS.iter().filter(is_of_them).cloned().collect()
});

pub(crate) fn often<T: Clone + std::fmt::Debug + 'static>(
    usual: impl Strategy<Value = T> + 'static,
    odd: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![9 => usual, 1 => odd].boxed()
}

fn text(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(str::to_owned)
}

/// Names that several authors, and rules of one author, share.
pub(crate) fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(move |number| format!("{prefix}{number}"))
}

pub(crate) fn guardian() -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(|number| format!("g{number}"))
}

pub(crate) fn author() -> impl Strategy<Value = Author> {
    prop_oneof![
        5 => guardian().prop_map(Author::Guardian),
        1 => Just(Author::Jurisdiction("xx".to_owned())),
    ]
}

pub(crate) fn weekdays() -> impl Strategy<Value = Vec<i32>> {
    prop_oneof![
        1 => Just((1..=7).collect::<Vec<i32>>()),
        1 => vec(1..=7_i32, 1..4),
    ]
}

pub(crate) fn time() -> BoxedStrategy<u32> {
    often((0..48_u32).prop_map(|half| half * 1800), 0..86_400_u32)
}

/// Whole steps often, so that limits and use meet to the second.
pub(crate) fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![
        6 => (0..12_u32).prop_map(|n| n * 600),
        2 => (1..12_u32).prop_map(|n| n * 600 - 1),
        1 => (0..12_u32).prop_map(|n| n * 600 + 1),
        1 => 0..100_000_u32,
        1 => select(&[0, 1, 86_399, 86_400, 90_000, 604_800, u32::MAX]),
    ]
}

pub(crate) fn app() -> impl Strategy<Value = pb::AppRef> {
    select(&["Chess", "Talk", "chess"]).prop_map(|id| pb::AppRef {
        namespace: "pcps".to_owned(),
        id: id.to_owned(),
    })
}

pub(crate) fn category() -> impl Strategy<Value = pb::CategoryRef> {
    const ALL: &[(&str, &str, &str)] = &[
        ("pcps", "1.0", "games"),
        ("pcps", "1.0", "video"),
        ("pcps", "1.1", "games"),
    ];
    select(ALL).prop_map(|(taxonomy, version, code)| pb::CategoryRef {
        taxonomy: taxonomy.to_owned(),
        version: version.to_owned(),
        code: code.to_owned(),
    })
}

pub(crate) fn publisher() -> impl Strategy<Value = String> {
    text(&["Acme", "acme"])
}

pub(crate) fn feature() -> impl Strategy<Value = String> {
    text(&[
        "ai",
        "ai.voice",
        "ai.voice.clone",
        "ai.voicemail",
        "aid",
        "social.friends",
        "org.example.lights",
    ])
}

pub(crate) fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        4 => Just(Target::Everything),
        2 => category().prop_map(Target::Category),
        2 => app().prop_map(Target::App),
        1 => feature().prop_map(Target::Feature),
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
    const UNKNOWN: &[Option<pb::BudgetTarget>] = &[None, Some(pb::BudgetTarget { target: None })];
    prop_oneof![19 => known, 1 => select(UNKNOWN)].boxed()
}

pub(crate) fn host() -> impl Strategy<Value = String> {
    text(&[
        "example",
        "a.example",
        "b.a.example",
        "ba.example",
        "other.test",
        "127.0.0.1",
        "0.0.1",
        "xn--bcher-kva.example",
    ])
}

/// As people enter them: in other spellings, and what is no name.
pub(crate) fn asked_host() -> impl Strategy<Value = String> {
    let spelled = text(&[
        "A.Example.",
        "b\u{fc}cher.example",
        "x.b.a.example",
        "faß.example",
        "c.ba.example",
    ]);
    let unnamed = text(&["[::1]", "2001:db8::1", "a..example", "a b.example"]);
    prop_oneof![8 => host(), 3 => spelled, 1 => unnamed]
}

/// The hosts of the long lists that there are.
pub(crate) const LISTS: [&[&str]; 2] = [
    &["a.example", "other.test", "x.b.a.example"],
    &["b.a.example", "c.ba.example", "example", "127.0.0.1"],
];

/// The name of a long list, or of one that nobody has.
pub(crate) fn list_hash() -> impl Strategy<Value = Vec<u8>> {
    let known = |list: usize| {
        let mut hosts = LISTS[list].to_vec();
        hosts.sort_unstable();
        let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
        let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        hash.as_ref().to_vec()
    };
    prop_oneof![
        6 => (0..LISTS.len()).prop_map(known),
        1 => Just(vec![7; 32]),
    ]
}

pub(crate) fn medium() -> BoxedStrategy<Option<i32>> {
    option::of(often(1..=9_i32, select(&[0, 99]))).boxed()
}

/// Labels of a few systems often; of all others sometimes; names that the table lacks.
pub(crate) fn label() -> impl Strategy<Value = String> {
    let odd = text(&[
        "PEGI/16",
        "Pegi/pegi 12",
        "us_tv/tv-y7",
        "acb/acb:rc",
        "none/12",
        "pegi/99",
    ]);
    prop_oneof![
        5 => (0..MET.len()).prop_map(|at| MET[at].clone()),
        3 => (0..LABELS.len()).prop_map(|at| LABELS[at].clone()),
        1 => odd,
    ]
}

pub(crate) fn identifier() -> impl Strategy<Value = String> {
    text(&[
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
}

/// A few ages, so that bounds and gates meet to the year.
pub(crate) fn years() -> impl Strategy<Value = u32> {
    prop_oneof![6 => select(&[12_u32, 13, 15, 16, 18]), 1 => 1..=21_u32]
}

/// What is known of somebody's age.
pub(crate) fn age() -> impl Strategy<Value = Age> {
    let assurances = [
        pb::AgeAssurance::Asserted,
        pb::AgeAssurance::Basic,
        pb::AgeAssurance::Standard,
        pb::AgeAssurance::Enhanced,
        pb::AgeAssurance::Strict,
    ];
    let lower = prop_oneof![1 => Just(0), 3 => years()];
    let assurance = option::of((0..assurances.len()).prop_map(move |at| assurances[at]));
    (lower, option::of(1..=6_u32), assurance).prop_map(|(lower, more, assurance)| Age {
        lower,
        upper: more.map(|more| lower + more),
        assurance,
    })
}

pub(crate) fn money() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => (0..8_u64).prop_map(|n| n * 100),
        1 => select(&[0, 1, 99, 101, u64::MAX]),
    ]
}

pub(crate) fn currency() -> impl Strategy<Value = String> {
    text(&["GBP", "GBP", "EUR"])
}

pub(crate) fn percent() -> impl Strategy<Value = u32> {
    select(&[0, 49, 50, 51, 99, 100])
}
