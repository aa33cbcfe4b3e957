//! The rules that every path is asked about, as plain data that each writes in its own way.

use parcep_core::policy::{PolicyLayer, Profile};
use serde_json::{Value, json};

use crate::names;

/// How many rules, and how many hosts on the block list beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Windows, ceilings, budgets and app rules together: 1, 30 or 1 000.
    pub rules: usize,
    /// Blocked hosts.
    pub hosts: usize,
}

/// The rules of one household for one child.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Open from and to on each weekday, seconds after local midnight, Monday first.
    pub open: [(u32, u32); 7],
    /// How many rules say so.
    pub windows: usize,
    /// Greatest age of a label.
    pub max_age: Option<u8>,
    /// Seconds a day, and those used.
    pub overall: Option<(u32, u32)>,
    /// Category, seconds a day, and those used.
    pub categories: Vec<(String, u32, u32)>,
    /// Blocked apps.
    pub apps: Vec<String>,
    /// Blocked hosts.
    pub hosts: Vec<String>,
}

/// Zone of the child; it has summer time.
pub const ZONE: &str = "Europe/London";

impl Plan {
    /// The rules of this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        let many = size.rules > 100;
        let mut plan = Self {
            open: [(25_200, 70_200); 7],
            windows: 1,
            max_age: None,
            overall: None,
            categories: Vec::new(),
            apps: Vec::new(),
            hosts: names::listed(size.hosts),
        };
        if size.rules > 1 {
            plan.windows = if many { 7 } else { 2 };
            plan.open[5..].fill((28_800, 73_800));
            plan.max_age = Some(12);
            plan.overall = Some((7_200, 1_000));
            plan.categories = (0..if many { 15 } else { 5 }).map(category).collect();
            plan.apps = (0..size.rules - plan.rules()).map(app).collect();
        }
        plan
    }

    /// How many rules there are beside the host list.
    #[must_use]
    pub fn rules(&self) -> usize {
        let single = usize::from(self.max_age.is_some()) + usize::from(self.overall.is_some());
        self.windows + single + self.categories.len() + self.apps.len()
    }

    /// The profile of the child.
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile::new(ZONE.parse().unwrap())
    }

    /// The rules as a guardian's layer, with its hosts in the section or in a long list that the
    /// layer names by `sha256`.
    #[must_use]
    pub fn layer(&self, sha256: Option<&str>) -> PolicyLayer {
        let host = |host: &String| json!({"id": "h", "host": host});
        let web = match sha256 {
            None => json!({"block": self.hosts.iter().map(host).collect::<Vec<_>>()}),
            Some(name) => json!({"lists": [{"id": "h", "access": "block", "sha256": name}]}),
        };
        let app = |(number, app): (usize, &String)| json!({"id": format!("a/{number}"), "target": {"app": app}, "access": "block"});
        let age = |age: &u8| json!({"id": "r", "ceiling": {"max_age": age}});
        serde_json::from_value(json!({
            "author": {"guardian": "g1"},
            "schedule": {"windows": self.windows_json()},
            "budgets": {"budgets": self.budgets_json()},
            "apps": {"rules": self.apps.iter().enumerate().map(app).collect::<Vec<_>>()},
            "web": web,
            "ratings": {"ceilings": self.max_age.iter().map(age).collect::<Vec<_>>()},
        }))
        .unwrap()
    }

    fn windows_json(&self) -> Vec<Value> {
        let time = |seconds: u32| format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
        let of = |group: &[usize]| {
            let (from, until) = self.open[group[0]];
            let days: Vec<&str> = group.iter().map(|day| DAYS[*day]).collect();
            json!({
                "id": format!("w/{}", group[0]), "state": "allow", "days": days,
                "span": {"start": time(from), "end": time(until)},
            })
        };
        let groups: &[&[usize]] = match self.windows {
            1 => &[&[0, 1, 2, 3, 4, 5, 6]],
            2 => &[&[0, 1, 2, 3, 4], &[5, 6]],
            _ => &[&[0], &[1], &[2], &[3], &[4], &[5], &[6]],
        };
        groups.iter().map(|group| of(group)).collect()
    }

    fn budgets_json(&self) -> Vec<Value> {
        let overall = self.overall.map(|(limit, _)| {
            json!({"id": "b/all", "target": "overall", "allowance": {"daily": [{"days": DAYS, "seconds": limit}]}})
        });
        let category = |(code, limit, _): &(String, u32, u32)| json!({"id": format!("b/{code}"), "target": {"category": code}, "allowance": {"daily": [{"days": DAYS, "seconds": limit}]}});
        overall
            .into_iter()
            .chain(self.categories.iter().map(category))
            .collect()
    }

    /// What was used, as an enforcement point reports it.
    #[must_use]
    pub fn usage_json(&self) -> String {
        let overall = self
            .overall
            .map(|(_, used)| json!({"target": "device", "seconds": used}));
        let category = |(code, _, used): &(String, u32, u32)| json!({"target": format!("category:{code}"), "seconds": used});
        let rows = overall
            .into_iter()
            .chain(self.categories.iter().map(category));
        Value::from_iter(rows).to_string()
    }
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Every third category is used up.
fn category(number: usize) -> (String, u32, u32) {
    let used = if number.is_multiple_of(3) { 1_800 } else { 300 };
    (format!("c{number}"), 1_800, used)
}

/// An app by its number; the blocked ones come first.
#[must_use]
pub fn app(number: usize) -> String {
    format!("android/org.example.app{number}")
}
