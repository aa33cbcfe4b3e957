//! One decision, warm: a compiled policy beside a hand-written match of the same rules.
//!
//! Rules: a rating ceiling, a window per weekday in a zone with summer time, daily budgets overall
//! and per category, 50 apps, 10 000 hosts. Questions: apps, hosts, content and the device, about
//! half of them denied. Both sides answer every question alike before anything is timed, and
//! deciding allocates nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench may stop at the first surprise"
)]

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use parcep_core::decide::{
    Action, CompiledPolicy, Content, Context, Effect, PolicyInput, Usage, compile, decide,
};
use parcep_core::policy::*;
use parcep_core::ratings::{LabelRef, RatingTable};
use parcep_core::zones::Zones;

const HOSTS: usize = 10_000;
const QUESTIONS: usize = 1_024;

/// One question, as both sides take it.
struct Asked {
    at: i64,
    action: Action,
    categories: Vec<Category>,
    /// Least age of the label, for the reference, which has no rating table.
    age: Option<u8>,
}

/// The same rules, written by hand for exactly these questions.
struct Reference {
    /// Open from and to, seconds after local midnight, Monday first.
    window: [(i64, i64); 7],
    /// Offset of the zone and the stretch of time it is known to hold for.
    offset: (i64, i64, i64),
    overall: u64,
    games: u64,
    games_name: String,
    max_age: u8,
    blocked_apps: HashSet<String, Quick>,
    blocked_hosts: HashSet<String, Quick>,
    spent_overall: u64,
    spent_games: u64,
}

type Quick = BuildHasherDefault<Fx>;

/// The multiply-rotate hash that compilers use for their own tables.
#[derive(Default)]
struct Fx(u64);

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut add = |word: u64| {
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
        };
        words.iter().for_each(|word| add(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(last));
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

impl Reference {
    #[inline(never)]
    fn decide(&self, asked: &Asked) -> Effect {
        let allowed = match &asked.action {
            Action::App(app) => !self.blocked_apps.contains(app.as_str()),
            Action::Host(host) => !host.suffixes().any(|up| self.blocked_hosts.contains(up)),
            _ => asked.age.is_none_or(|age| age <= self.max_age),
        };
        let (from, until, offset) = self.offset;
        if !allowed || asked.at < from || asked.at >= until {
            return Effect::Deny;
        }
        let local = asked.at + offset;
        let weekday = (local.div_euclid(86_400) + 3).rem_euclid(7) as usize;
        let (open, close) = self.window[weekday];
        let second = local.rem_euclid(86_400);
        let in_window = open <= second && second < close;
        let games = asked
            .categories
            .iter()
            .any(|of| of.as_str() == self.games_name);
        let left = self.spent_overall < self.overall && (!games || self.spent_games < self.games);
        if in_window && left {
            Effect::Allow
        } else {
            Effect::Deny
        }
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

fn hosts() -> Vec<String> {
    let mut dice = Dice(99);
    let ends = ["com", "net", "org", "co.uk", "de", "io", "xyz"];
    let name = |dice: &mut Dice| -> String {
        (0..6 + dice.roll(10))
            .map(|_| (b'a' + dice.roll(26) as u8) as char)
            .collect()
    };
    (0..HOSTS)
        .map(|i| format!("{}{i}.{}", name(&mut dice), ends[dice.roll(7)]))
        .collect()
}

fn layer(hosts: &[String]) -> PolicyLayer {
    let id = |text: &str| -> RuleId { text.parse().unwrap() };
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
    let time = |hour, minute| LocalTime::hm(hour, minute).unwrap();
    for (name, days, from, until) in [
        ("w/5", Weekdays::MONDAY_TO_FRIDAY, time(7, 0), time(19, 30)),
        ("w/2", Weekdays::SATURDAY_SUNDAY, time(8, 0), time(20, 30)),
    ] {
        let window = Window::between(id(name), WindowState::Allow, days, from, until).unwrap();
        layer.schedule.windows.push(window);
    }
    let games = BudgetTarget::Category("games".parse().unwrap());
    layer.budgets.budgets = vec![
        Budget::daily(id("b/all"), BudgetTarget::Overall, Weekdays::ALL, 7_200),
        Budget::daily(id("b/games"), games, Weekdays::ALL, 1_800),
    ];
    layer.apps.rules = (0..50)
        .map(|i| AppRule::block(id(&format!("a/{i}")), AppTarget::App(app(i))))
        .collect();
    let rule = |host: &String| HostRule {
        id: id("h"),
        host: host.parse().unwrap(),
    };
    layer.web.block = hosts.iter().map(rule).collect();
    let ceiling = Ceiling::max_age(12).unwrap();
    layer.ratings.ceilings = vec![RatingRule::new(id("r"), ceiling)];
    layer
}

fn app(number: usize) -> AppId {
    AppId::new("android", &format!("org.example.app{number}")).unwrap()
}

fn questions(hosts: &[String], ratings: &RatingTable) -> Vec<Asked> {
    let mut dice = Dice(7);
    let monday = "2026-11-23T00:00:00Z"
        .parse::<Timestamp>()
        .unwrap()
        .as_second();
    let labels: Vec<(LabelRef, u8)> = ["3", "7", "12", "16", "18"]
        .into_iter()
        .map(|label| (ratings.find("pegi", label).unwrap(), label.parse().unwrap()))
        .collect();
    (0..QUESTIONS)
        .map(|i| {
            // Half of the questions fall inside the windows whatever they are about.
            let hour = if i % 4 == 0 {
                dice.roll(24)
            } else {
                9 + dice.roll(9)
            } as i64;
            let at = monday + dice.roll(7) as i64 * 86_400 + hour * 3_600 + dice.roll(3_600) as i64;
            let mut asked = Asked {
                at,
                action: Action::Device,
                categories: vec![],
                age: None,
            };
            match i % 8 {
                0..=2 => {
                    asked.action = Action::App(app(dice.roll(100)));
                    let name = if dice.roll(4) == 0 {
                        "games"
                    } else {
                        "creativity"
                    };
                    asked.categories.push(name.parse().unwrap());
                }
                3..=5 => {
                    let host = if dice.roll(2) == 0 {
                        format!("www.{}", hosts[dice.roll(HOSTS)])
                    } else {
                        format!("cdn.img{}.site{}.com", dice.roll(100), dice.roll(100_000))
                    };
                    asked.action = Action::Host(host.parse().unwrap());
                }
                6 => {
                    let (label, age) = labels[dice.roll(labels.len())];
                    asked.action = Action::Content(Content::Rated(label));
                    asked.age = Some(age);
                }
                _ => {}
            }
            asked
        })
        .collect()
}

fn reference(hosts: &[String]) -> Reference {
    let zone: TimeZone = TimeZoneDatabase::bundled().get("Europe/London").unwrap();
    let at = "2026-11-23T00:00:00Z".parse::<Timestamp>().unwrap();
    let edge = |change: Option<Timestamp>| change.unwrap().as_second();
    let from = edge(zone.preceding(at).next().map(|change| change.timestamp()));
    let until = edge(zone.following(at).next().map(|change| change.timestamp()));
    let (week, weekend) = ((25_200, 70_200), (28_800, 73_800));
    Reference {
        window: [week, week, week, week, week, weekend, weekend],
        offset: (from, until, i64::from(zone.to_offset(at).seconds())),
        overall: 7_200,
        games: 1_800,
        games_name: "pcps@1.0/games".to_owned(),
        max_age: 12,
        blocked_apps: (0..50).map(|i| app(i).as_str().to_owned()).collect(),
        blocked_hosts: hosts.iter().cloned().collect(),
        spent_overall: 1_000,
        spent_games: 1_800,
    }
}

fn ours(policy: &CompiledPolicy, usage: &Usage, asked: &Asked) -> Effect {
    let at = Timestamp::from_second(asked.at).unwrap();
    let context = Context::new(at, &asked.action).with_categories(&asked.categories);
    decide(policy, usage, &context).effect()
}

fn bench(criterion: &mut Criterion) {
    let hosts = hosts();
    let ratings = RatingTable::bundled();
    let profile = Profile::new("Europe/London".parse().unwrap());
    let layer = layer(&hosts);
    let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
    let policy = compile(&input, &ratings, &Zones::bundled()).unwrap();
    let usage = Usage::from_json(
        br#"[{"target": "device", "seconds": 1000}, {"target": "category:games", "seconds": 1800}]"#,
    )
    .unwrap();
    let asked = questions(&hosts, &ratings);
    let reference = reference(&hosts);

    let mut denied = 0;
    for question in &asked {
        let (one, two) = (ours(&policy, &usage, question), reference.decide(question));
        assert_eq!(one, two, "{:?}", question.action);
        denied += usize::from(one == Effect::Deny);
    }
    let all = || {
        asked
            .iter()
            .filter(|one| ours(&policy, &usage, one) == Effect::Deny)
            .count()
    };
    let counted = allocation_counter::measure(|| assert_eq!(all(), denied));
    assert_eq!(counted.count_total, 0, "deciding allocates");
    println!("decide: {denied} of {QUESTIONS} questions denied, 0 allocations");
    print_ratio(&all, &|| {
        asked
            .iter()
            .filter(|one| reference.decide(one) == Effect::Deny)
            .count()
    });

    let mut group = criterion.benchmark_group("decide");
    group.throughput(criterion::Throughput::Elements(QUESTIONS as u64));
    group.bench_function("compiled policy", |bench| bench.iter(all));
    group.bench_function("hand-written match", |bench| {
        bench.iter(|| {
            asked
                .iter()
                .filter(|one| reference.decide(black_box(one)) == Effect::Deny)
                .count()
        });
    });
    let mut turn = asked.iter().cycle();
    group.throughput(criterion::Throughput::Elements(1));
    group.bench_function("with remaining time and next change", |bench| {
        bench.iter(|| {
            let Some(question) = turn.next() else {
                return 0;
            };
            let at = Timestamp::from_second(question.at).unwrap();
            let context = Context::new(at, &question.action).with_categories(&question.categories);
            let answer = decide(&policy, &usage, &context).answer();
            answer.rules.len()
        });
    });
    group.finish();
}

/// Turn and turn about in one run, so that whatever else the machine does hits both alike.
fn print_ratio(ours: &dyn Fn() -> usize, reference: &dyn Fn() -> usize) {
    let time = |run: &dyn Fn() -> usize| {
        let start = Instant::now();
        for _ in 0..20 {
            black_box(run());
        }
        start.elapsed().as_nanos() as f64 / (20 * QUESTIONS) as f64
    };
    let mut rounds: Vec<(f64, f64)> = (0..51).map(|_| (time(ours), time(reference))).collect();
    let least = |of: fn(&(f64, f64)) -> f64| rounds.iter().map(of).fold(f64::INFINITY, f64::min);
    let (one, two) = (least(|round| round.0), least(|round| round.1));
    rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let ratio = |at: usize| rounds[at].0 / rounds[at].1;
    println!(
        "decide: at best {one:.0} ns beside {two:.0} ns by hand, ratio {:.2}; turn about {:.2} (quartiles {:.2} to {:.2})",
        one / two,
        ratio(25),
        ratio(12),
        ratio(38)
    );
}

criterion_group!(benches, bench);
criterion_main!(benches);
