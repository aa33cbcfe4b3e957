//! Overrides: which of them stand, and what they do at an instant.

use super::answer::Rule;
use super::asked::{Asked, Laid, Now};
use super::custody;
use super::hosts;
use super::model::{Act, Author};
use super::question::{Action, Known, Question};
use super::targets::{self, Target};
use parcep_proto::v1alpha1 as pb;
use pb::date_exception::Change;
use pb::r#override::Act as Body;
use pb::unblock::Item;

/// Without a named end, and for unblocks at most.
const A_DAY: i64 = 86_400;

/// R-EVAL-040: what two acts of one author must share for the later one to count alone.
#[derive(PartialEq)]
enum Subject {
    ExtraTime(String),
    Lock,
    Suspend,
    App(pb::AppRef),
    Host(String),
    Date(i32),
}

/// `None` for an act of an unknown kind (R-POL-031).
fn subject(act: &Act) -> Option<Subject> {
    Some(match act.body.act.as_ref()? {
        Body::ExtraTime(extra) => {
            Target::read(extra.target.as_ref())?;
            Subject::ExtraTime(act.body.id.clone())
        }
        Body::LockNow(_) => Subject::Lock,
        Body::Suspend(_) => Subject::Suspend,
        Body::Unblock(unblock) => match unblock.item.as_ref()? {
            Item::App(app) => Subject::App(app.clone()),
            Item::Host(host) => Subject::Host(hosts::mapped(host)?),
        },
        Body::DateException(exception) => {
            if let Change::Replace(replaced) = exception.change.as_ref()?
                && replaced.windows.iter().any(super::windows::is_unknown)
            {
                return None;
            }
            Subject::Date(exception.day)
        }
    })
}

impl Act {
    /// By its author and name.
    pub(super) fn rule(&self) -> Rule {
        Rule {
            author: self.author.clone(),
            name: self.body.id.clone(),
        }
    }

    /// Whether a guardian signed it.
    pub(super) const fn is_guardians(&self) -> bool {
        matches!(self.author, Author::Guardian(_))
    }
}

/// R-EVAL-040: of the acts of one author on one subject, the one with the greatest place.
pub(super) fn standing(acts: &[Act]) -> Vec<Act> {
    let displaced = |act: &Act, mine: &Subject| {
        acts.iter().any(|other| {
            other.author == act.author
                && other.place > act.place
                && subject(other).as_ref() == Some(mine)
        })
    };
    acts.iter()
        .filter(|act| subject(act).is_some_and(|mine| !displaced(act, &mine)))
        .cloned()
        .collect()
}

/// *Uncertain time*: one that gives and has not begun by T_lo is left out; a lock that has not ended by
/// then is one without an end. With T_lo at the instant there is nothing to change, and without T_lo
/// nothing that gives has begun, and every lock has.
pub(super) fn asked(acts: &[Act], question: &Question) -> Vec<Act> {
    let lower = match question.known {
        Known::Exactly => return acts.to_vec(),
        Known::Since(lower) if lower >= question.at => return acts.to_vec(),
        Known::Since(lower) => Some(lower),
        Known::Never => None,
    };
    let mut found = Vec::new();
    for act in acts {
        let (body, mut act) = (&act.body, act.clone());
        if matches!(body.act, Some(Body::LockNow(_))) {
            // R-EVAL-040: an act with equal ends is never live.
            let never = body.until.is_some_and(|until| until <= body.from);
            let ended = lower.is_some_and(|lower| body.until.is_some_and(|until| until <= lower));
            if never || ended {
                continue;
            }
            act.body.until = None;
            if lower.is_none() {
                act.body.from = act.body.from.min(question.at);
            }
            found.push(act);
        } else if lower.is_some_and(|lower| body.from <= lower) {
            found.push(act);
        }
    }
    found
}

/// What the 24 h of a lock are compared with: T_lo.
fn lower(now: &Now<'_>) -> i64 {
    match now.asked.question.known {
        Known::Since(lower) if lower < now.asked.question.at => lower,
        Known::Never => i64::MIN,
        _ => now.at,
    }
}

/// The first instant at which an act is no longer live, if there is one.
pub(super) fn ends(act: &Act) -> Option<i64> {
    let body = &act.body;
    let a_day_later = body.from.saturating_add(A_DAY);
    match body.act {
        Some(Body::ExtraTime(_)) => Some(body.until.unwrap_or(a_day_later)),
        Some(Body::Unblock(_)) => Some(
            body.until
                .map_or(a_day_later, |until| until.min(a_day_later)),
        ),
        _ => body.until,
    }
}

/// R-POL-002.
pub(super) fn is_live(act: &Act, at: i64) -> bool {
    act.body.from <= at && ends(act).is_none_or(|end| at < end)
}

/// Standing and live.
fn live<'a>(now: &Now<'a>) -> impl Iterator<Item = &'a Act> {
    let at = now.at;
    let acts = now.asked.acts.iter();
    acts.filter(move |act| is_live(act, at))
}

/// R-EVAL-043: every lock that answers.
pub(super) fn locks<'a>(now: &Now<'a>) -> Vec<&'a Act> {
    let answers = |act: &&Act| {
        let within_a_day = lower(now) < act.body.from.saturating_add(A_DAY);
        matches!(act.body.act, Some(Body::LockNow(_)))
            && (within_a_day || custody::has_or_open(now, &act.author))
    };
    live(now).filter(answers).collect()
}

/// R-EVAL-044: whether the author of a layer has suspended it.
pub(super) fn is_suspended(now: &Now<'_>, laid: &Laid<'_>) -> bool {
    live(now).any(|act| {
        matches!(act.body.act, Some(Body::Suspend(_))) && act.author == laid.layer.author
    })
}

/// R-EVAL-042: every unblock of the item that reaches a layer.
pub(super) fn unblocks<'a>(now: &Now<'a>, laid: &Laid<'_>) -> Vec<&'a Act> {
    if !laid.layer.is_guardians() || now.asked.labels.above_unblock_max_age {
        return Vec::new();
    }
    let reaches = |act: &&Act| match &act.body.act {
        Some(Body::Unblock(unblock)) => {
            is_the_item(now.asked, unblock) && custody::has_or_open(now, &act.author)
        }
        _ => false,
    };
    live(now).filter(reaches).collect()
}

fn is_the_item(asked: &Asked<'_>, unblock: &pb::Unblock) -> bool {
    match (&unblock.item, &asked.question.action) {
        (Some(Item::App(item)), Action::App(app) | Action::Install(app)) => item == app,
        (Some(Item::Host(item)), Action::Host(_)) => {
            let (item, host) = (hosts::mapped(item), asked.host.as_deref());
            item.zip(host)
                .is_some_and(|(item, host)| hosts::covers(&item, host))
        }
        _ => false,
    }
}

/// R-EVAL-041: seconds that live extra time adds to budgets on a target in a layer.
pub(super) fn extra_time(now: &Now<'_>, laid: &Laid<'_>, target: &Target) -> u64 {
    if !laid.layer.is_guardians() {
        return 0;
    }
    let mut sum = 0_u64;
    for act in live(now) {
        if let Some(Body::ExtraTime(extra)) = &act.body.act
            && Target::read(extra.target.as_ref()).as_ref() == Some(target)
        {
            sum = sum.saturating_add(extra.seconds.into());
        }
    }
    sum.min(extra_time_cap(now).into())
}

/// R-EVAL-041, R-REQ-011: the least cap of all layers and of the constitution.
fn extra_time_cap(now: &Now<'_>) -> u32 {
    let policy = &now.asked.reading.policy;
    let layers = policy.layers.iter();
    let caps = layers.filter_map(|layer| layer.budget.extra_time_cap_seconds);
    let constitution = policy.extra_time_cap.unwrap_or(86_400);
    caps.fold(constitution, u32::min)
}

/// R-EVAL-041: a live grant that extends the window for this action in a layer.
pub(super) fn extends_window(now: &Now<'_>, laid: &Laid<'_>) -> bool {
    let contains = |extra: &pb::ExtraTime| {
        let target = Target::read(extra.target.as_ref());
        target.is_some_and(|target| targets::of_budgets(now.asked, &target))
    };
    laid.layer.is_guardians()
        && live(now).any(|act| match &act.body.act {
            Some(Body::ExtraTime(extra)) => extra.extends_window && contains(extra),
            _ => false,
        })
}

/// R-EVAL-045: the exception of an author for a policy day, live or not.
pub(super) fn exception<'a>(
    asked: &'a Asked<'a>,
    author: &Author,
    day: i64,
) -> Option<(&'a Act, &'a Change)> {
    let mut acts = asked.acts.iter();
    acts.find_map(|act| match &act.body.act {
        Some(Body::DateException(exception))
            if act.author == *author && i64::from(exception.day) == day =>
        {
            exception.change.as_ref().map(|change| (act, change))
        }
        _ => None,
    })
}
