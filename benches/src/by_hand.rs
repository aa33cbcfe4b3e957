//! The limit: the rules of a plan, matched by hand for exactly these questions.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use parcep_core::decide::{Action, Effect};

use crate::plan::{Plan, ZONE};
use crate::questions::{Asked, MONDAY};
use rustc_hash::{FxHashMap, FxHashSet};

/// Block list that many households share.
pub type Hosts = FxHashSet<String>;

/// A plan, by hand. It knows no other layers, overrides, reasons or names of rules.
#[derive(Debug)]
pub struct ByHand {
    open: [(i64, i64); 7],
    /// Offset of the zone and the stretch of time it is known to hold for.
    offset: (i64, i64, i64),
    overall: (u32, u32),
    /// Seconds a day, and those used.
    categories: FxHashMap<String, (u32, u32)>,
    max_age: u8,
    apps: FxHashSet<String>,
}

impl ByHand {
    /// The rules of a plan, but for its hosts.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let zone = TimeZoneDatabase::bundled().get(ZONE).unwrap();
        let at = MONDAY.parse::<Timestamp>().unwrap();
        let edge = |change: Option<Timestamp>| change.unwrap().as_second();
        let from = edge(zone.preceding(at).next().map(|change| change.timestamp()));
        let until = edge(zone.following(at).next().map(|change| change.timestamp()));
        let category = |(code, limit, used): &(String, u32, u32)| {
            (format!("pcps@1.0/{code}"), (*limit, *used))
        };
        Self {
            open: plan
                .open
                .map(|(from, until)| (i64::from(from), i64::from(until))),
            offset: (from, until, i64::from(zone.to_offset(at).seconds())),
            overall: plan.overall.unwrap_or((1, 0)),
            categories: plan.categories.iter().map(category).collect(),
            max_age: plan.max_age.unwrap_or(u8::MAX),
            apps: plan.apps.iter().cloned().collect(),
        }
    }

    /// The block list of a plan.
    #[must_use]
    pub fn hosts(plan: &Plan) -> Hosts {
        plan.hosts.iter().cloned().collect()
    }

    /// Decides.
    #[inline(never)]
    #[must_use]
    pub fn decide(&self, hosts: &Hosts, asked: &Asked) -> Effect {
        let allowed = match &asked.action {
            Action::App(app) => !self.apps.contains(app.as_str()),
            Action::Host(host) => !host.suffixes().any(|up| hosts.contains(up)),
            _ => asked.age.is_none_or(|age| age <= self.max_age),
        };
        let (from, until, offset) = self.offset;
        if !allowed || asked.at < from || asked.at >= until {
            return Effect::Deny;
        }
        let local = asked.at + offset;
        let weekday = (local.div_euclid(86_400) + 3).rem_euclid(7) as usize;
        let (open, close) = self.open[weekday];
        let second = local.rem_euclid(86_400);
        let left = |(limit, used): (u32, u32)| used < limit;
        let of_category = |category: &str| self.categories.get(category).is_none_or(|of| left(*of));
        let in_time = open <= second
            && second < close
            && left(self.overall)
            && asked.categories.iter().all(|of| of_category(of.as_str()));
        if in_time { Effect::Allow } else { Effect::Deny }
    }
}
