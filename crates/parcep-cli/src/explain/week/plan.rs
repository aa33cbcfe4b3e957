//! What the page shows, in words and numbers. Picture and table are both made from this.

use super::clock::{Arc, Dial};
use super::walk::{Said, Stretch, stretches};
use crate::explain::people::Teller;
use crate::failure::{Failure, Kind};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use parcep_core::decide::{Action, Context, Effect, Reason};
use parcep_core::policy::{Allowance, Category, LayerAuthor, Override, OverrideKind};
use parcep_core::ratings::RatingTable;
use parcep_core::texts::{Text, Voice};
use serde::Serialize;
use std::sync::Arc as Shared;

/// A week of rules.
#[derive(Debug, Serialize)]
pub(super) struct Plan {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) authors: Vec<Author>,
    pub(super) days: Vec<Day>,
    pub(super) budgets: Vec<Limit>,
    pub(super) acts: Vec<Act>,
}

/// Somebody whose rules there are.
#[derive(Debug, Serialize)]
pub(super) struct Author {
    #[serde(flatten)]
    author: LayerAuthor,
    /// One or two letters that stand for them in the picture.
    pub(super) sign: String,
    pub(super) name: String,
}

/// One policy day.
#[derive(Debug, Serialize)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) weekday: String,
    /// Weekday and date.
    pub(super) name: String,
    pub(super) seconds: i64,
    /// Changes of clocks, or that the day does not exist.
    pub(super) notes: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) care: Vec<Care>,
    /// Acts of the week that hold on this day: number in the list, and where.
    pub(super) acts: Vec<(usize, Vec<Arc>)>,
    #[serde(skip)]
    pub(super) dial: Dial,
}

/// A stretch of a day with one answer.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) state: State,
    /// Whose rules bind, by place in the list of authors.
    pub(super) authors: Vec<usize>,
    pub(super) starts: String,
    pub(super) ends: String,
    pub(super) length: String,
    pub(super) says: String,
    pub(super) who: String,
    pub(super) why: String,
    pub(super) rule: String,
    pub(super) arcs: Vec<Arc>,
}

/// Who has care of the child for a part of a day.
#[derive(Debug, Serialize)]
pub(super) struct Care {
    pub(super) author: Option<usize>,
    pub(super) who: String,
    pub(super) starts: String,
    pub(super) ends: String,
    pub(super) arcs: Vec<Arc>,
}

/// A budget over the week.
#[derive(Debug, Serialize)]
pub(super) struct Limit {
    pub(super) author: usize,
    pub(super) who: String,
    pub(super) name: String,
    /// Seconds per day; absent is no limit.
    pub(super) days: Vec<Option<u64>>,
    /// Seconds of the whole week.
    pub(super) week: Option<u64>,
}

/// An act of the week.
#[derive(Debug, Serialize)]
pub(super) struct Act {
    pub(super) number: usize,
    pub(super) who: String,
    pub(super) text: String,
    /// What its author wrote for the child.
    pub(super) says: Option<String>,
    /// Empty for an exception of a date, whose text has its day.
    pub(super) starts: String,
    pub(super) ends: String,
}

/// What a stretch looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Open,
    Closed,
    Spent,
    Locked,
    Blocked,
    Ask,
    Pending,
}

impl State {
    pub(super) const ALL: [Self; 7] = [
        Self::Open,
        Self::Closed,
        Self::Spent,
        Self::Locked,
        Self::Blocked,
        Self::Ask,
        Self::Pending,
    ];

    const fn of(said: &Said) -> Self {
        match (said.effect, said.reason) {
            (Effect::Allow, _) => Self::Open,
            (_, Reason::Pending) => Self::Pending,
            (Effect::Ask, _) => Self::Ask,
            (_, Reason::Locked) => Self::Locked,
            (_, Reason::Window) => Self::Closed,
            (_, Reason::Budget) => Self::Spent,
            _ => Self::Blocked,
        }
    }

    /// Its name in the style sheet.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Spent => "spent",
            Self::Locked => "locked",
            Self::Blocked => "blocked",
            Self::Ask => "ask",
            Self::Pending => "pending",
        }
    }

    pub(super) const fn text(self) -> Text {
        match self {
            Self::Open => Text::StateOpen,
            Self::Closed => Text::StateClosed,
            Self::Spent => Text::StateSpent,
            Self::Locked => Text::StateLocked,
            Self::Blocked => Text::StateBlocked,
            Self::Ask => Text::StateAsk,
            Self::Pending => Text::StatePending,
        }
    }
}

impl Plan {
    /// The seven policy days from `first` on.
    pub(super) fn of(
        teller: &Teller<'_>,
        ratings: &Shared<RatingTable>,
        action: &Action,
        categories: &[Category],
        first: Date,
    ) -> Result<Self, Failure> {
        let rules = teller.rules;
        let policy = rules.compile(ratings)?;
        let maker = Maker {
            teller,
            voice: teller.voice,
            authors: authors(teller),
            first,
        };
        let dials = maker.dials()?;
        let edge = |dial: Option<&Dial>, end: fn(&Dial) -> Timestamp| {
            dial.map_or(Timestamp::UNIX_EPOCH, end)
        };
        let begins = edge(dials.first(), |dial| dial.begins);
        let ends = edge(dials.last(), |dial| dial.ends);
        let context = Context::new(begins, action).with_categories(categories);
        let week = stretches(&policy, &context, begins, ends);
        let acts = maker.acts(begins, ends);
        let days = dials.into_iter().map(|dial| maker.day(dial, &week, &acts));
        let mut days: Vec<Day> = days.collect();
        // Where nobody has care in this week there is nothing to show about it.
        let mut care = days.iter().flat_map(|day| &day.care);
        if care.all(|care| care.author.is_none()) {
            days.iter_mut().for_each(|day| day.care.clear());
        }
        let action = teller.action(action, ratings);
        let date = maker.voice.date(first, Date::ZERO);
        let title = [
            ("child", &rules.child as &dyn std::fmt::Display),
            ("date", &date),
        ];
        Ok(Self {
            title: maker.voice.say(Text::WeekTitle, &title),
            about: maker.voice.say(Text::WeekOf, &[("action", &action)]),
            budgets: maker.limits(&days),
            acts: acts
                .iter()
                .enumerate()
                .map(|(at, act)| maker.act(at, act))
                .collect(),
            days,
            authors: maker.authors,
        })
    }
}

/// Authors of layers, then of acts, each with a sign of its own.
fn authors(teller: &Teller<'_>) -> Vec<Author> {
    let layers = teller.rules.layers.iter().map(|layer| &layer.author);
    let acts = teller.rules.overrides.iter().map(Override::author);
    let holders = teller.rules.custody.iter().map(|stretch| &stretch.guardian);
    let mut found: Vec<Author> = Vec::new();
    for author in layers.chain(acts).chain(holders) {
        if found.iter().any(|known| known.author == *author) {
            continue;
        }
        let name = teller.who(author);
        let sign = match author {
            LayerAuthor::Guardian(_) => name.chars().take(1).collect::<String>().to_uppercase(),
            LayerAuthor::Jurisdiction(_) => "§".to_owned(),
        };
        let alike = found.iter().filter(|known| known.sign.starts_with(&sign));
        let sign = match alike.count() {
            0 => sign,
            more => format!("{sign}{}", more + 1),
        };
        found.push(Author {
            author: author.clone(),
            sign,
            name,
        });
    }
    found
}

struct Maker<'a> {
    teller: &'a Teller<'a>,
    voice: Voice,
    authors: Vec<Author>,
    first: Date,
}

impl<'a> Maker<'a> {
    fn dials(&self) -> Result<Vec<Dial>, Failure> {
        let start = self.teller.rules.profile.day_start.seconds();
        let start = SignedDuration::from_secs(i64::from(start));
        let start = Time::midnight().checked_add(start).unwrap_or_default();
        let mut dials = Vec::new();
        for date in self.first.series(jiff::Span::new().days(1)).take(7) {
            let dial = Dial::of(date, start, &self.teller.zone).ok_or_else(|| {
                let message = "the week reaches beyond the calendar";
                Failure::new(Kind::Usage, "BAD_DATE", message)
            })?;
            dials.push((date, dial));
        }
        Ok(dials.into_iter().map(|(_, dial)| dial).collect())
    }

    fn clock(&self, at: Timestamp) -> String {
        self.voice.clock(&self.teller.local(at))
    }

    fn number(&self, author: &LayerAuthor) -> Option<usize> {
        let mut authors = self.authors.iter();
        authors.position(|known| known.author == *author)
    }

    fn day(&self, dial: Dial, week: &[Stretch], acts: &[&Override]) -> Day {
        let voice = self.voice;
        let date = dial.date();
        let clip = |from: Timestamp, until: Timestamp| {
            let (from, until) = (from.max(dial.begins), until.min(dial.ends));
            (from < until).then_some((from, until))
        };
        let rows = week.iter().filter_map(|stretch| {
            let (from, until) = clip(stretch.from, stretch.until)?;
            Some(self.row(&dial, from, until, &stretch.said))
        });
        let rows: Vec<Row> = rows.collect();
        let acts = acts.iter().enumerate().filter_map(|(at, act)| {
            let (from, until) = match act.kind() {
                OverrideKind::DateException { date: on, .. } if *on == date => {
                    (dial.begins, dial.ends)
                }
                OverrideKind::DateException { .. } => return None,
                _ => life(act),
            };
            let (from, until) = clip(from, until)?;
            Some((at + 1, dial.arcs(from, until)))
        });
        let weekday = voice.weekday_of(date).to_owned();
        let name = format!("{weekday} {}", voice.date(date, date));
        Day {
            date,
            name,
            weekday,
            seconds: dial.seconds(),
            notes: self.notes(&dial),
            acts: acts.collect(),
            care: self.care(&dial),
            rows,
            dial,
        }
    }

    fn row(&self, dial: &Dial, from: Timestamp, until: Timestamp, said: &Said) -> Row {
        let voice = self.voice;
        let state = State::of(said);
        let mut authors: Vec<usize> = Vec::new();
        let mut told: Vec<String> = Vec::new();
        for rule in &said.rules {
            let number = self.number(&rule.author);
            authors.extend(number.filter(|number| !authors.contains(number)));
            let texts = self.teller.named(&rule.author, &rule.rule);
            told.extend(texts.into_iter().map(|told| told.text));
        }
        authors.sort_unstable();
        let names = authors
            .iter()
            .filter_map(|number| self.authors.get(*number));
        let names: Vec<String> = names.map(|author| author.name.clone()).collect();
        let seconds = until.as_second() - from.as_second();
        Row {
            from,
            until,
            state,
            authors,
            starts: self.clock(from),
            ends: self.clock(until),
            length: voice.span(seconds.unsigned_abs()),
            says: voice.text(state.text()).to_owned(),
            who: voice.and(&names),
            // Nothing is in the way, and no more is to be said about it.
            why: if state == State::Open {
                String::new()
            } else {
                voice.reason(said.reason).to_owned()
            },
            rule: told.join("; "),
            arcs: dial.arcs(from, until),
        }
    }

    /// What is unusual about the length of a day.
    fn notes(&self, dial: &Dial) -> Vec<String> {
        let voice = self.voice;
        if dial.seconds() == 0 {
            return vec![voice.text(Text::DayEmpty).to_owned()];
        }
        let length = voice.span(dial.seconds().unsigned_abs());
        let jumps = dial.jumps().into_iter().map(|jump| {
            let text = if jump.seconds > 0 {
                Text::DayShort
            } else {
                Text::DayLong
            };
            let span = voice.span(jump.seconds.unsigned_abs());
            let time = voice.time(jump.shows.time());
            voice.say(
                text,
                &[("span", &span), ("time", &time), ("length", &length)],
            )
        });
        jumps.collect()
    }

    /// Who has care, as the household says; where nobody is named, that too.
    fn care(&self, dial: &Dial) -> Vec<Care> {
        let custody = &self.teller.rules.custody;
        if custody.is_empty() {
            return Vec::new();
        }
        let mut edges = vec![dial.begins, dial.ends];
        let within = |at: &Timestamp| dial.begins < *at && *at < dial.ends;
        edges.extend(
            custody
                .iter()
                .flat_map(|c| [c.from, c.until])
                .filter(within),
        );
        edges.sort_unstable();
        edges.dedup();
        let mut found = Vec::new();
        for pair in edges.windows(2) {
            let [from, until] = *pair else { continue };
            let mut holders = custody.iter().filter(|c| c.from <= from && from < c.until);
            let author = holders.next().and_then(|c| self.number(&c.guardian));
            let more = holders.map(|c| &c.guardian);
            let first = author.and_then(|number| self.authors.get(number));
            let names = self
                .teller
                .everybody(first.map(|known| &known.author).into_iter().chain(more));
            let nobody = || self.voice.text(Text::CareOpen).to_owned();
            found.push(Care {
                author,
                who: if names.is_empty() {
                    nobody()
                } else {
                    self.voice.and(&names)
                },
                starts: self.clock(from),
                ends: self.clock(until),
                arcs: dial.arcs(from, until),
            });
        }
        found
    }

    fn limits(&self, days: &[Day]) -> Vec<Limit> {
        let mut found = Vec::new();
        for layer in &self.teller.rules.layers {
            let Some(author) = self.number(&layer.author) else {
                continue;
            };
            for budget in &layer.budgets.budgets {
                let of_day = |day: &Day| match &budget.allowance {
                    Allowance::Weekly(_) => None,
                    Allowance::Daily(rows) => {
                        let today = 1 << day.date.weekday().to_monday_zero_offset();
                        let named = rows.iter().filter(|row| row.days.bits() & today != 0);
                        named.map(|row| u64::from(row.seconds)).min()
                    }
                };
                found.push(Limit {
                    author,
                    who: self.teller.who(&layer.author),
                    name: self.teller.target(&budget.target),
                    days: days.iter().map(of_day).collect(),
                    week: match budget.allowance {
                        Allowance::Weekly(seconds) => Some(u64::from(seconds)),
                        Allowance::Daily(_) => None,
                    },
                });
            }
        }
        found
    }

    /// Acts that say something about the week, in the order of their beginnings.
    fn acts(&self, begins: Timestamp, ends: Timestamp) -> Vec<&'a Override> {
        let last = self.first.saturating_add(jiff::Span::new().days(6));
        let about = |act: &&Override| match act.kind() {
            OverrideKind::DateException { date, .. } => self.first <= *date && *date <= last,
            _ => {
                let (from, until) = life(act);
                from < until && from < ends && begins < until
            }
        };
        let mut acts: Vec<&Override> = self.teller.rules.overrides.iter().filter(about).collect();
        acts.sort_by_key(|act| (act.from(), act.position()));
        acts
    }

    fn act(&self, at: usize, act: &Override) -> Act {
        let voice = self.voice;
        let told = self.teller.act_told(act);
        let who = self.teller.who(act.author());
        let moment = |at: Timestamp| voice.date_and_time(&self.teller.local(at));
        let (from, until) = life(act);
        // An exception of a date says its day itself.
        let (starts, ends) = match act.kind() {
            OverrideKind::DateException { .. } => (String::new(), String::new()),
            _ if until == Timestamp::MAX => (moment(from), voice.text(Text::NoEnd).to_owned()),
            _ => (moment(from), moment(until)),
        };
        let says = |words: &String| voice.say(Text::Says, &[("who", &who), ("words", words)]);
        Act {
            number: at + 1,
            says: told.words.as_ref().map(says),
            text: told.text,
            starts,
            ends,
            who,
        }
    }
}

/// From when to when an act says that it holds.
fn life(act: &Override) -> (Timestamp, Timestamp) {
    let day = SignedDuration::from_secs(Override::DAY_SECONDS);
    let day_later = act.from().saturating_add(day).unwrap_or(Timestamp::MAX);
    let until = match (act.kind(), act.until()) {
        (OverrideKind::Unblock { .. }, Some(until)) => until.min(day_later),
        (OverrideKind::ExtraTime { .. } | OverrideKind::Unblock { .. }, None) => day_later,
        (_, until) => until.unwrap_or(Timestamp::MAX),
    };
    (act.from(), until)
}
