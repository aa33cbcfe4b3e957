//! A guardian changes a rule; every enforcement point picks it up while it watches.

use super::Outcome;
use super::fleet::{Fleet, Point};
use crate::failure::{Failure, Kind};
use crate::online::failed;
use comfy_table::{Table, presets};
use parcep_client::guardian::Guardian;
use parcep_core::decide::{Action, Context, Effect, Usage};
use parcep_core::policy::{AppId, AppRule, AppTarget, RuleId};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The app that is blocked live.
const APP: &str = "demo/New Game";
/// Name of the rule.
const RULE: &str = "demo/new-game";
/// Longest wait for a change to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

type Watcher = JoinHandle<Result<(Point, Instant), Failure>>;

/// Blocks an app for every child and measures until every device denies it.
pub(super) async fn change_a_rule(
    guardian: &mut Guardian,
    fleet: &mut Fleet,
) -> Result<Outcome, Failure> {
    let id: AppId = APP.parse().map_err(internal)?;
    let action = Action::App(id.clone());
    let allowed_before = fleet.0.iter().all(|point| !is_blocked(point, &action));
    let watchers = watch_all(fleet, &action).await?;

    let started = Instant::now();
    for dependant in guardian.dependants().map_err(failed)? {
        let view = guardian.view(dependant).map_err(failed)?;
        let (Some(mut layer), Some(profile)) = (view.layers.first().cloned(), view.profile) else {
            continue;
        };
        let rule: RuleId = RULE.parse().map_err(internal)?;
        layer
            .apps
            .rules
            .push(AppRule::block(rule, AppTarget::App(id.clone())));
        let written = guardian
            .set_layer(dependant, &profile, &layer, Vec::new())
            .await;
        written.map_err(failed)?;
    }
    let acknowledged = started.elapsed();

    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["device", "denies it after"]);
    let mut slowest = Duration::ZERO;
    for watcher in watchers {
        let arrived = tokio::time::timeout(ARRIVES_WITHIN, watcher).await;
        let (point, at) = arrived
            .map_err(|_| late())?
            .map_err(|error| internal(error.to_string()))??;
        let delay = at.saturating_duration_since(started);
        slowest = slowest.max(delay);
        table.add_row([point.name.clone(), millis(delay)]);
        fleet.0.push(point);
    }
    let all_deny = fleet.0.iter().all(|point| is_blocked(point, &action));
    Ok(Outcome {
        passed: allowed_before && all_deny,
        said: format!(
            "a rule changed for every child (stored and acknowledged in {}); every device enforced \
             it live, the slowest after {}",
            millis(acknowledged),
            millis(slowest)
        ),
        text: table.to_string(),
    })
}

/// Every device follows to the end, watches, and says so.
async fn watch_all(fleet: &mut Fleet, action: &Action) -> Result<Vec<Watcher>, Failure> {
    let (ready, mut all_ready) = mpsc::channel(64);
    let mut watchers = Vec::new();
    for mut point in std::mem::take(&mut fleet.0) {
        let (ready, action) = (ready.clone(), action.clone());
        watchers.push(tokio::spawn(async move {
            loop {
                point.agent.sync().await.map_err(failed)?;
                let mut watching = point.agent.watch().await.map_err(failed)?;
                // The receiver is gone once everybody was ready; a reconnect tells nobody.
                let _ = ready.send(()).await;
                while point
                    .agent
                    .next_change(&mut watching)
                    .await
                    .map_err(failed)?
                    .is_some()
                {
                    if is_blocked(&point, &action) {
                        return Ok((point, Instant::now()));
                    }
                }
            }
        }));
    }
    drop(ready);
    for _ in &watchers {
        let told = tokio::time::timeout(ARRIVES_WITHIN, all_ready.recv()).await;
        told.map_err(|_| late())?;
    }
    Ok(watchers)
}

/// Whether the new rule is among those that the device decides from, and it denies the app. A
/// locked device names the lock as its reason, so the reason is not asked for.
fn is_blocked(point: &Point, action: &Action) -> bool {
    let served = point
        .agent
        .served()
        .find(|(dependant, _)| *dependant == point.dependant);
    let known = served.is_some_and(|(_, served)| {
        let layers = served.view.layers.iter();
        layers
            .flat_map(|layer| &layer.apps.rules)
            .any(|rule| rule.id.as_str() == RULE)
    });
    let usage = Usage::none();
    let context = Context::new(jiff::Timestamp::now(), action);
    let decision = point.agent.explain(point.dependant, &usage, &context);
    known && decision.is_some_and(|decision| decision.effect() == Effect::Deny)
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

fn late() -> Failure {
    let message = format!("a device did not follow within {ARRIVES_WITHIN:?}");
    Failure::new(Kind::Failed, "DEMO_FAILED", message)
}

fn internal(error: impl ToString) -> Failure {
    Failure::new(Kind::Failed, "INTERNAL", error.to_string())
}
