//! Generated sections about what is used, seen, reached and bought.

use crate::domains::{
    app, category, currency, feature, host, id, identifier, label, list_hash, medium, money, often,
    percent, publisher, wire_target, years,
};
use crate::sections::{extensions, on_unenforceable};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn flag(name: &'static str) -> impl Strategy<Value = Option<pb::FlagRule>> {
    let flag =
        (any::<bool>(), on_unenforceable()).prop_map(move |(on, on_unenforceable)| pb::FlagRule {
            id: name.to_owned(),
            on,
            on_unenforceable,
            ..Default::default()
        });
    option::weighted(0.35, flag)
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
    let access = option::of(often(1..=2_i32, select(&[0, 9])));
    let flags = (prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    (id("a"), target, access, flags, on_unenforceable()).prop_map(
        |(id, target, access, flags, on_unenforceable)| pb::AppRule {
            id,
            target,
            access,
            always_allowed: flags.0,
            not_counted: flags.1,
            on_unenforceable,
            ..Default::default()
        },
    )
}

pub(crate) fn apps() -> impl Strategy<Value = pb::AppSection> {
    (vec(app_rule(), 0..4), flag("install")).prop_map(|(rules, install_approval)| pb::AppSection {
        rules,
        install_approval,
        ..Default::default()
    })
}

fn hosts() -> impl Strategy<Value = Vec<pb::HostList>> {
    let list = (id("h"), vec(host(), 0..3)).prop_map(|(id, hosts)| pb::HostList { id, hosts });
    vec(list, 0..3)
}

fn long_lists() -> impl Strategy<Value = Vec<pb::ListRule>> {
    let access = often(1..=2_i32, select(&[0, 9]));
    let list = (id("l"), access, list_hash(), on_unenforceable()).prop_map(
        |(id, access, sha256, on_unenforceable)| pb::ListRule {
            id,
            access,
            sha256,
            on_unenforceable,
            ..Default::default()
        },
    );
    prop_oneof![3 => Just(Vec::new()), 1 => vec(list, 1..3)]
}

pub(crate) fn web() -> impl Strategy<Value = pb::WebSection> {
    let mode = (
        often(1..=4_i32, select(&[0, 9])),
        vec(category(), 0..3),
        on_unenforceable(),
    );
    let mode = mode.prop_map(|(mode, categories, on_unenforceable)| pb::WebRule {
        id: "mode".to_owned(),
        mode,
        categories,
        on_unenforceable,
        ..Default::default()
    });
    let engines = vec(host(), 0..2);
    (
        option::of(mode),
        hosts(),
        hosts(),
        long_lists(),
        flag("search"),
        engines,
    )
        .prop_map(
            |(mode, allow, block, lists, safe_search, safe_search_engines)| pb::WebSection {
                mode,
                allow,
                block,
                lists,
                safe_search,
                safe_search_engines,
                ..Default::default()
            },
        )
}

fn ceiling() -> impl Strategy<Value = pb::CeilingRule> {
    use pb::ceiling_rule::Ceiling;
    let ceiling = prop_oneof![
        6 => (0..=21_u32).prop_map(|age| Some(Ceiling::MaxAge(age))),
        6 => label().prop_map(|label| Some(Ceiling::Label(label))),
        1 => Just(None),
    ];
    (id("r"), medium(), ceiling, on_unenforceable()).prop_map(
        |(id, medium, ceiling, on_unenforceable)| pb::CeilingRule {
            id,
            medium,
            ceiling,
            on_unenforceable,
            ..Default::default()
        },
    )
}

fn unrated() -> impl Strategy<Value = pb::UnratedRule> {
    let effect = often(1..=3_i32, select(&[0, 9]));
    (id("u"), medium(), effect, on_unenforceable()).prop_map(
        |(id, medium, effect, on_unenforceable)| pb::UnratedRule {
            id,
            medium,
            effect,
            on_unenforceable,
            ..Default::default()
        },
    )
}

fn verdict() -> impl Strategy<Value = pb::VerdictRule> {
    use pb::verdict_rule::About;
    let about = prop_oneof![
        4 => category().prop_map(|category| Some(About::Category(category))),
        4 => (1..=4_i32).prop_map(|concern| Some(About::Concern(concern))),
        1 => select(&[None, Some(About::Concern(0)), Some(About::Concern(9))]),
    ];
    let effect = often(1..=2_i32, select(&[0, 9]));
    let least = option::of(percent());
    (id("v"), about, least, effect, on_unenforceable()).prop_map(
        |(id, about, min_confidence_percent, effect, on_unenforceable)| pb::VerdictRule {
            id,
            about,
            min_confidence_percent,
            effect,
            on_unenforceable,
            ..Default::default()
        },
    )
}

pub(crate) fn ratings() -> impl Strategy<Value = pb::RatingSection> {
    let lists = (
        vec(ceiling(), 0..3),
        vec(unrated(), 0..3),
        vec(verdict(), 0..3),
    );
    (lists, option::of(any::<bool>()), flag("explicit")).prop_map(
        |((ceilings, unrated, verdicts), ignore_guidance, explicit_content)| pb::RatingSection {
            ceilings,
            unrated,
            verdicts,
            ignore_guidance,
            explicit_content,
            ..Default::default()
        },
    )
}

fn contact_mode(name: &'static str) -> impl Strategy<Value = Option<pb::CommunicationRule>> {
    let mode = (often(1..=3_i32, select(&[0, 9])), on_unenforceable());
    option::of(
        mode.prop_map(move |(mode, on_unenforceable)| pb::CommunicationRule {
            id: name.to_owned(),
            mode,
            on_unenforceable,
            ..Default::default()
        }),
    )
}

pub(crate) fn communication() -> impl Strategy<Value = pb::CommunicationSection> {
    let contact = vec(identifier(), 1..4).prop_map(|identifiers| pb::Contact {
        name: "Somebody".to_owned(),
        identifiers,
    });
    let modes = (contact_mode("contact"), contact_mode("closed"));
    let flags = (flag("callers"), flag("adding"));
    (modes, vec(contact, 0..3), flags).prop_map(|(modes, contacts, flags)| {
        pb::CommunicationSection {
            mode: modes.0,
            contacts,
            block_unknown_callers: flags.0,
            when_closed: modes.1,
            contact_approval: flags.1,
            ..Default::default()
        }
    })
}

pub(crate) fn spending() -> impl Strategy<Value = pb::SpendingSection> {
    let period = option::of(often(1..=3_i32, select(&[0, 9])));
    let cap = (id("c"), currency(), money(), period, on_unenforceable()).prop_map(
        |(id, currency, minor_units, period, on_unenforceable)| pb::SpendingCap {
            id,
            currency,
            minor_units,
            period,
            on_unenforceable,
            ..Default::default()
        },
    );
    let flags = (flag("approval"), flag("in-app"), flag("free"));
    let class = option::of(often(1..=3_i32, select(&[0, 9])));
    (flags, vec(cap, 0..3), class).prop_map(|(flags, caps, approval_class)| pb::SpendingSection {
        approval: flags.0,
        caps,
        in_app: flags.1,
        free_downloads: flags.2,
        approval_class,
        ..Default::default()
    })
}

fn share() -> impl Strategy<Value = pb::AgeShareRule> {
    let audience = option::of(select(&["https://games.example", "org.example.talk"]));
    let purposes = vec(often(1..=4_i32, select(&[0, 9])), 0..3);
    let cuts =
        select(&[0_usize, 1, 2]).prop_map(|set| [vec![], vec![13, 16, 18], vec![18]][set].clone());
    let share = often(1..=3_i32, select(&[0, 9]));
    (id("s"), audience, share, cuts, purposes, on_unenforceable()).prop_map(
        |(id, audience, share, cuts, purposes, on_unenforceable)| pb::AgeShareRule {
            id,
            audience: audience.map(str::to_owned),
            share,
            cuts,
            purposes,
            on_unenforceable,
            ..Default::default()
        },
    )
}

fn gate() -> impl Strategy<Value = pb::AgeGate> {
    let target = prop_oneof![1 => Just(None), 3 => wire_target()];
    let least = option::of(often(1..=5_i32, select(&[0, 9])));
    let on_unknown = option::of(often(1..=3_i32, select(&[0, 9])));
    let asks = (years(), least, on_unknown, on_unenforceable());
    (id("y"), target, asks).prop_map(
        |(id, target, (minimum_age, least_assurance, on_unknown, on_unenforceable))| pb::AgeGate {
            id,
            target,
            minimum_age,
            least_assurance,
            on_unknown,
            on_unenforceable,
            ..Default::default()
        },
    )
}

pub(crate) fn ages() -> impl Strategy<Value = pb::AgeSection> {
    let gates = prop_oneof![2 => Just(Vec::new()), 1 => vec(gate(), 1..4)];
    (vec(share(), 0..3), gates, extensions()).prop_map(|(share, gates, extension_rules)| {
        pb::AgeSection {
            share,
            gates,
            extension_rules,
        }
    })
}

pub(crate) fn features() -> impl Strategy<Value = pb::FeatureSection> {
    let effect = often(1..=3_i32, select(&[0, 9]));
    let rule = (id("f"), feature(), effect, on_unenforceable()).prop_map(
        |(id, feature, effect, on_unenforceable)| pb::FeatureRule {
            id,
            feature,
            effect,
            on_unenforceable,
            ..Default::default()
        },
    );
    (vec(rule, 0..4), extensions()).prop_map(|(rules, extension_rules)| pb::FeatureSection {
        rules,
        extension_rules,
    })
}
