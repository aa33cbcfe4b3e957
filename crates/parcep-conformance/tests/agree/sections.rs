//! Generated sections about time, and what every rule has.

use crate::domains::{id, often, seconds, time, weekdays, wire_target};
use parcep_proto::v1alpha1 as pb;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// `on_unenforceable`: REPORT, STRICTER, DENY_ACCESS, and what nobody knows.
pub(crate) fn on_unenforceable() -> impl Strategy<Value = Option<i32>> {
    prop_oneof![
        12 => Just(None),
        1 => Just(Some(1)),
        4 => Just(Some(2)),
        2 => Just(Some(3)),
        1 => select(&[Some(0), Some(9)]),
    ]
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
    let state = often(1..=2_i32, select(&[0, 9]));
    let target = prop_oneof![2 => Just(None), 1 => wire_target()];
    let rule = (id("w"), state, weekdays(), span());
    (rule, target, on_unenforceable()).prop_map(
        |((id, state, weekdays, span), target, on_unenforceable)| pb::WindowRule {
            id,
            state,
            weekdays,
            span,
            target,
            on_unenforceable,
            ..Default::default()
        },
    )
}

fn end() -> impl Strategy<Value = pb::EndRule> {
    let action = often(1..=3_i32, select(&[0, 9]));
    let grace = option::of(select(&[0_u32, 30, 60, 600]));
    let warnings = vec(select(&[1_u32, 60, 300, 3_600]), 0..4);
    (id("e"), action, grace, warnings, on_unenforceable()).prop_map(
        |(id, action, grace_seconds, warning_seconds, on_unenforceable)| pb::EndRule {
            id,
            action,
            grace_seconds,
            warning_seconds,
            on_unenforceable,
            ..Default::default()
        },
    )
}

/// A rule of a kind that nobody knows, now and then.
pub(crate) fn extensions() -> impl Strategy<Value = Vec<pb::ExtensionRule>> {
    let rule = (id("x"), on_unenforceable()).prop_map(|(id, on_unenforceable)| {
        let kind = "org.example.kind".to_owned();
        pb::ExtensionRule {
            id,
            kind,
            payload: vec![1, 2, 3],
            on_unenforceable,
            ..Default::default()
        }
    });
    prop_oneof![19 => Just(Vec::new()), 1 => vec(rule, 1)]
}

pub(crate) fn schedule() -> impl Strategy<Value = pb::ScheduleSection> {
    (vec(window(), 0..4), option::of(end()), extensions()).prop_map(
        |(windows, end, extension_rules)| pb::ScheduleSection {
            windows,
            end,
            extension_rules,
        },
    )
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
    let scope = option::of(select(&[0, 1, 2, 3, 9]));
    let rest = (option::of(select(&[0, 1, 2, 9])), on_unenforceable());
    (id("b"), wire_target(), allowance, scope, rest).prop_map(
        |(id, target, allowance, scope, (counting, on_unenforceable))| pb::BudgetRule {
            id,
            target,
            scope,
            allowance,
            counting,
            on_unenforceable,
            ..Default::default()
        },
    )
}

pub(crate) fn budgets() -> impl Strategy<Value = pb::BudgetSection> {
    let cap = option::weighted(0.2, seconds());
    (vec(budget(), 0..4), cap).prop_map(|(budgets, extra_time_cap_seconds)| pb::BudgetSection {
        budgets,
        extra_time_cap_seconds,
        ..Default::default()
    })
}
