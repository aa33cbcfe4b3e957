//! Lifestyle sections: schedule and budgets.

use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;

/// Window state and span; `None` when either is of an unknown kind.
pub(super) fn read_span(window: &pb::WindowRule) -> Outcome<Option<(WindowState, WindowSpan)>> {
    use pb::window_rule::Span;
    let state = match window.state() {
        pb::WindowState::Allow => WindowState::Allow,
        pb::WindowState::Block => WindowState::Block,
        pb::WindowState::Unspecified => return Ok(None),
    };
    let span = match &window.span {
        None => return Ok(None),
        Some(Span::WholeDay(_)) => WindowSpan::ALL_DAY,
        Some(Span::Between(span)) => WindowSpan::between(
            LocalTime::from_seconds(span.start_seconds)?,
            LocalTime::from_seconds(span.end_seconds)?,
        )?,
    };
    Ok(Some((state, span)))
}

pub(super) fn write_span(state: WindowState, span: WindowSpan) -> pb::WindowRule {
    use pb::window_rule::Span;
    let span = match span.edges() {
        None => Span::WholeDay(pb::WholeDay {}),
        Some((start, end)) => Span::Between(pb::TimeSpan {
            start_seconds: start.seconds(),
            end_seconds: end.seconds(),
        }),
    };
    let state = match state {
        WindowState::Allow => pb::WindowState::Allow,
        WindowState::Block => pb::WindowState::Block,
    };
    pb::WindowRule {
        state: state.into(),
        span: Some(span),
        ..pb::WindowRule::default()
    }
}

/// What a window is about: everything unless it says so; `None` when that is of an unknown kind.
pub(super) fn read_reach(window: &pb::WindowRule) -> Outcome<Option<BudgetTarget>> {
    match window.target.as_ref() {
        None => Ok(Some(BudgetTarget::Overall)),
        Some(target) => read_target(Some(target)),
    }
}

fn read_end(rule: &pb::EndRule) -> Outcome<EndRule> {
    Ok(EndRule {
        id: rule.id.parse()?,
        // An unknown action is read as the strictest.
        action: match rule.action() {
            pb::EndAction::Notify => EndAction::Notify,
            pb::EndAction::Lock => EndAction::Lock,
            pb::EndAction::Stop | pb::EndAction::Unspecified => EndAction::Stop,
        },
        grace: rule.grace_seconds.unwrap_or(0).try_into()?,
        warnings: rule.warning_seconds.clone().try_into()?,
        review_by: read_review(rule.review_by_day)?,
        on_unenforceable: read_fallback(rule.on_unenforceable),
    })
}

fn write_end(rule: &EndRule) -> pb::EndRule {
    pb::EndRule {
        id: rule.id.to_string(),
        action: match rule.action {
            EndAction::Notify => pb::EndAction::Notify.into(),
            EndAction::Lock => pb::EndAction::Lock.into(),
            EndAction::Stop => pb::EndAction::Stop.into(),
        },
        grace_seconds: some_unless_default(rule.grace).map(u32::from),
        warning_seconds: rule.warnings.seconds().to_vec(),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    }
}

pub(super) fn read_schedule(
    section: pb::ScheduleSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<ScheduleSection> {
    let mut windows = Vec::with_capacity(section.windows.len());
    for window in &section.windows {
        let (Some((state, span)), Some(target)) = (read_span(window)?, read_reach(window)?) else {
            unknown.push(unreadable(
                &window.id,
                SectionName::Schedule,
                window,
                window.review_by_day,
                window.on_unenforceable,
            )?);
            continue;
        };
        windows.push(Window {
            id: window.id.parse()?,
            state,
            days: read_weekdays(&window.weekdays)?,
            span,
            target,
            review_by: read_review(window.review_by_day)?,
            on_unenforceable: read_fallback(window.on_unenforceable),
        });
    }
    read_extensions(section.extension_rules, SectionName::Schedule, unknown)?;
    let end = section.end.as_ref().map(read_end).transpose()?;
    Ok(ScheduleSection { windows, end })
}

pub(super) fn write_schedule(
    section: &ScheduleSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    let write = |window: &Window| pb::WindowRule {
        id: window.id.to_string(),
        weekdays: write_weekdays(window.days),
        target: match &window.target {
            BudgetTarget::Overall => None,
            target => write_target(target),
        },
        review_by_day: window.review_by.map(write_date),
        on_unenforceable: write_fallback(window.on_unenforceable),
        ..write_span(window.state, window.span)
    };
    let windows = section.windows.iter().map(write).collect();
    pb::ScheduleSection {
        windows,
        end: section.end.as_ref().map(write_end),
        extension_rules,
    }
    .encode_to_vec()
}

pub(super) fn read_budgets(
    section: pb::BudgetSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<BudgetSection> {
    let mut budgets = Vec::with_capacity(section.budgets.len());
    for budget in &section.budgets {
        let target = read_target(budget.target.as_ref())?;
        let allowance = read_allowance(budget.allowance.as_ref())?;
        let (Some(target), Some(allowance)) = (target, allowance) else {
            unknown.push(unreadable(
                &budget.id,
                SectionName::Budget,
                budget,
                budget.review_by_day,
                budget.on_unenforceable,
            )?);
            continue;
        };
        // An unknown scope is read as the strictest: shared by all devices.
        let scope = match budget.scope.map(pb::BudgetScope::try_from) {
            Some(Ok(pb::BudgetScope::PepClass)) => BudgetScope::PepClass,
            Some(Ok(pb::BudgetScope::Pep)) => BudgetScope::Pep,
            _ => BudgetScope::Dependant,
        };
        // An unknown way of counting is read as the one that counts most.
        let counting = match budget.counting.map(pb::BudgetCounting::try_from) {
            None | Some(Ok(pb::BudgetCounting::Foreground)) => BudgetCounting::Foreground,
            _ => BudgetCounting::SignedIn,
        };
        budgets.push(Budget {
            id: budget.id.parse()?,
            target,
            allowance,
            scope,
            counting,
            review_by: read_review(budget.review_by_day)?,
            on_unenforceable: read_fallback(budget.on_unenforceable),
        });
    }
    read_extensions(section.extension_rules, SectionName::Budget, unknown)?;
    Ok(BudgetSection {
        budgets,
        extra_time_cap: section.extra_time_cap_seconds,
    })
}

pub(super) fn read_allowance(
    allowance: Option<&pb::budget_rule::Allowance>,
) -> Outcome<Option<Allowance>> {
    use pb::budget_rule::Allowance as Wire;
    Ok(match allowance {
        None => None,
        Some(Wire::WeeklySeconds(seconds)) => Some(Allowance::Weekly(*seconds)),
        Some(Wire::Daily(daily)) => {
            let row = |row: &pb::DayLimit| {
                Ok(DayLimit {
                    days: read_weekdays(&row.weekdays)?,
                    seconds: row.seconds,
                })
            };
            Some(Allowance::Daily(
                daily.limits.iter().map(row).collect::<Outcome<_>>()?,
            ))
        }
    })
}

pub(super) fn write_budgets(
    section: &BudgetSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    use pb::budget_rule::Allowance as Wire;
    let write = |budget: &Budget| pb::BudgetRule {
        id: budget.id.to_string(),
        target: write_target(&budget.target),
        allowance: Some(match &budget.allowance {
            Allowance::Weekly(seconds) => Wire::WeeklySeconds(*seconds),
            Allowance::Daily(rows) => {
                let row = |row: &DayLimit| pb::DayLimit {
                    weekdays: write_weekdays(row.days),
                    seconds: row.seconds,
                };
                Wire::Daily(pb::DailyAllowance {
                    limits: rows.iter().map(row).collect(),
                })
            }
        }),
        scope: match budget.scope {
            BudgetScope::Dependant => None,
            BudgetScope::PepClass => Some(pb::BudgetScope::PepClass.into()),
            BudgetScope::Pep => Some(pb::BudgetScope::Pep.into()),
        },
        counting: match budget.counting {
            BudgetCounting::Foreground => None,
            BudgetCounting::SignedIn => Some(pb::BudgetCounting::SignedIn.into()),
        },
        review_by_day: budget.review_by.map(write_date),
        on_unenforceable: write_fallback(budget.on_unenforceable),
    };
    pb::BudgetSection {
        budgets: section.budgets.iter().map(write).collect(),
        extra_time_cap_seconds: section.extra_time_cap,
        extension_rules,
    }
    .encode_to_vec()
}
