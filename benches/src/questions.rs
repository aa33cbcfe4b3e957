//! What is asked: apps, hosts, content and the device, about half of them denied.

use jiff::Timestamp;
use parcep_core::decide::{Action, Content};
use parcep_core::policy::Category;
use parcep_core::ratings::{LabelRef, RatingTable};

use crate::dice::Dice;
use crate::names;
use crate::plan::{Plan, app};

/// One question, as every path can take it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When, seconds since 1970.
    pub at: i64,
    /// What, for us and for the match by hand.
    pub action: Action,
    /// The same for others: the app or host.
    pub name: String,
    /// Its categories, for us.
    pub categories: Vec<Category>,
    /// The same for others.
    pub category: Option<String>,
    /// Least age of the label, for whoever has no rating table.
    pub age: Option<u8>,
    /// Local weekday, Monday is 0, for whoever has no zones.
    pub weekday: usize,
    /// Local second of the day.
    pub second: u32,
}

/// Monday, 2026-11-23, in London, where local time is UTC for the whole week.
pub const MONDAY: &str = "2026-11-23T00:00:00Z";

/// This many questions about a plan.
#[must_use]
pub fn questions(plan: &Plan, ratings: &RatingTable, count: usize) -> Vec<Asked> {
    let mut dice = Dice::new(7);
    let monday = MONDAY.parse::<Timestamp>().unwrap().as_second();
    let labels: Vec<(LabelRef, u8)> = ["3", "7", "12", "16", "18"]
        .into_iter()
        .map(|label| (ratings.find("pegi", label).unwrap(), label.parse().unwrap()))
        .collect();
    let hosts = names::asked(&plan.hosts, count);
    let mut ask = |number: usize| {
        // Most questions fall inside the windows whatever they are about.
        let hour = if number.is_multiple_of(4) {
            dice.roll(24)
        } else {
            9 + dice.roll(9)
        };
        let weekday = dice.roll(7);
        let second = (hour * 3_600 + dice.roll(3_600)) as u32;
        let mut asked = Asked {
            at: monday + weekday as i64 * 86_400 + i64::from(second),
            action: Action::Device,
            name: String::new(),
            categories: Vec::new(),
            category: None,
            age: None,
            weekday,
            second,
        };
        match number % 8 {
            0..=2 => {
                asked.name = app(dice.roll(2 * plan.apps.len().max(25)));
                asked.action = Action::App(asked.name.parse().unwrap());
                let used = dice.roll(4) == 0;
                let known = plan.categories.get(dice.roll(plan.categories.len().max(1)));
                let code = known
                    .filter(|_| used)
                    .map_or("creativity", |(code, ..)| code);
                asked.categories.push(code.parse().unwrap());
                asked.category = Some(code.to_owned());
            }
            3..=5 => {
                asked.name.clone_from(&hosts[number]);
                asked.action = Action::Host(asked.name.parse().unwrap());
            }
            6 => {
                let (label, age) = *dice.one_of(&labels);
                asked.action = Action::Content(Content::Rated(label));
                asked.age = Some(age);
            }
            _ => {}
        }
        asked
    };
    (0..count).map(&mut ask).collect()
}
