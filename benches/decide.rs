//! One decision, warm: a compiled policy beside a hand-written match of the same rules.
//!
//! Rules: windows in a zone with summer time, a rating ceiling, daily budgets overall and by
//! category, blocked apps, blocked hosts; 1, 30 and 1 000 of them, and 10 to 1 000 000 hosts.
//! Questions: apps, hosts, content and the device, about half of them denied. Both sides answer
//! every question alike before anything is timed, and deciding allocates nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench may stop at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use parcep_benches::by_hand::{ByHand, Hosts};
use parcep_benches::dice::Dice;
use parcep_benches::pair::{pair, smoke};
use parcep_benches::plan::{Plan, Size};
use parcep_benches::questions::{Asked, questions};
use parcep_core::decide::{CompiledPolicy, Context, Effect, PolicyInput, Usage, compile, decide};
use parcep_core::policy::{PolicyLayer, Profile};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;

const QUESTIONS: usize = 1_024;
const ROUNDS: usize = 51;

/// One household's child on both sides, and what is asked about it.
struct Case {
    plan: Plan,
    profile: Profile,
    layer: PolicyLayer,
    ratings: Arc<RatingTable>,
    zones: Zones,
    policy: CompiledPolicy,
    usage: Usage,
    by_hand: ByHand,
    hosts: Hosts,
    asked: Vec<Asked>,
}

impl Case {
    fn new(size: Size) -> Self {
        let (ratings, zones) = (RatingTable::bundled(), Zones::bundled());
        let plan = Plan::new(size);
        let (profile, layer) = (plan.profile(), plan.layer(None));
        let policy = compiled(&profile, &layer, &ratings, &zones);
        let case = Self {
            usage: Usage::from_json(plan.usage_json().as_bytes()).unwrap(),
            by_hand: ByHand::new(&plan),
            hosts: ByHand::hosts(&plan),
            asked: questions(&plan, &ratings, QUESTIONS),
            plan,
            profile,
            layer,
            ratings,
            zones,
            policy,
        };
        case.compare();
        case
    }

    /// Both sides agree on everything, and ours allocates nothing.
    fn compare(&self) {
        for question in &self.asked {
            let by_hand = self.by_hand.decide(&self.hosts, question);
            assert_eq!(
                ours(&self.policy, &self.usage, question),
                by_hand,
                "{:?}",
                question.action
            );
        }
        let counted = allocation_counter::measure(|| assert!(self.all() > QUESTIONS / 4));
        assert_eq!(counted.count_total, 0, "deciding allocates");
    }

    fn all(&self) -> usize {
        let denied =
            |asked: &&Asked| ours(&self.policy, &self.usage, black_box(asked)) == Effect::Deny;
        self.asked.iter().filter(denied).count()
    }

    fn all_by_hand(&self) -> usize {
        let denied =
            |asked: &&Asked| self.by_hand.decide(&self.hosts, black_box(asked)) == Effect::Deny;
        self.asked.iter().filter(denied).count()
    }

    fn compile(&self) -> CompiledPolicy {
        compiled(&self.profile, &self.layer, &self.ratings, &self.zones)
    }
}

fn compiled(
    profile: &Profile,
    layer: &PolicyLayer,
    ratings: &Arc<RatingTable>,
    zones: &Zones,
) -> CompiledPolicy {
    let input = PolicyInput::new(profile, std::slice::from_ref(layer));
    compile(&input, ratings, zones).unwrap()
}

#[inline]
fn ours(policy: &CompiledPolicy, usage: &Usage, asked: &Asked) -> Effect {
    let at = Timestamp::from_second(asked.at).unwrap();
    let context = Context::new(at, &asked.action).with_categories(&asked.categories);
    decide(policy, usage, &context).effect()
}

fn bench(criterion: &mut Criterion) {
    let size = |rules, hosts| Size { rules, hosts };
    let smallest = Case::new(size(1, 10));
    for size in [
        size(1, 10),
        size(30, 10),
        size(30, 10_000),
        size(1_000, 10_000),
    ] {
        report(&Case::new(size), &smallest);
    }
    let case = Case::new(size(30, 10_000));
    households(&case);
    timings(criterion, &case);
}

/// What one size costs: beside the match by hand, beside the smallest size, and to compile.
fn report(case: &Case, smallest: &Case) {
    let rounds = if smoke() { 1 } else { ROUNDS };
    let name = format!(
        "{} rules, {} hosts",
        case.plan.rules(),
        case.plan.hosts.len()
    );
    let beside = pair(rounds, QUESTIONS, || case.all(), || case.all_by_hand());
    println!(
        "decide, {name}: {:.0} ns at best beside {:.0} ns by hand, ratio {:.2} (quartiles {:.2} to {:.2})",
        beside.ours, beside.reference, beside.ratio, beside.quartiles.0, beside.quartiles.1
    );
    let growth = pair(rounds, QUESTIONS, || case.all(), || smallest.all());
    let start = Instant::now();
    let mut kept = None;
    let held = allocation_counter::measure(|| kept = Some(case.compile()));
    let first = start.elapsed();
    let compiling = pair(
        rounds.min(11),
        1,
        || usize::from(case.compile().unenforceable().is_empty()),
        || 0,
    );
    println!(
        "decide, {name}: {:.2} times the smallest; compiled in {:.1} µs (first {:.1}), {} bytes, {} allocations",
        growth.ratio,
        compiling.ours / 1e3,
        first.as_secs_f64() * 1e6,
        held.bytes_current,
        held.count_total,
    );
}

/// Many households in memory, a random one asked each time, beside one that is asked again and
/// again; the same by hand.
fn households(case: &Case) {
    let count = if smoke() { 100 } else { 100_000 };
    let small = Case::new(Size {
        rules: 30,
        hosts: 10,
    });
    let policies: Vec<CompiledPolicy> = (0..count).map(|_| small.compile()).collect();
    let by_hand: Vec<ByHand> = (0..count).map(|_| ByHand::new(&small.plan)).collect();
    let order = |seed| {
        let mut dice = Dice::new(seed);
        (0..QUESTIONS * 16)
            .map(|_| dice.roll(count))
            .collect::<Vec<_>>()
    };
    let rounds = if smoke() { 1 } else { 31 };
    let asked = || small.asked.iter().cycle();
    let mut seed = 1;
    let mut next_order = || {
        seed += 1;
        order(seed)
    };
    // A new order each time: what was just asked may still be in the cache.
    let orders: Vec<Vec<usize>> = (0..rounds + 1).map(|_| next_order()).collect();
    let turn = |at: &std::cell::Cell<usize>| {
        let now = at.get();
        at.set((now + 1) % orders.len());
        &orders[now]
    };
    let (mine, theirs) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let ours_at_random = || {
        let each = turn(&mine).iter().zip(asked());
        each.filter(|(at, asked)| ours(&policies[**at], &small.usage, asked) == Effect::Deny)
            .count()
    };
    let by_hand_at_random = || {
        let each = turn(&theirs).iter().zip(asked());
        each.filter(|(at, asked)| by_hand[**at].decide(&small.hosts, asked) == Effect::Deny)
            .count()
    };
    let operations = QUESTIONS * 16;
    let beside = pair(rounds, operations, ours_at_random, by_hand_at_random);
    println!(
        "decide, {count} households at random: {:.0} ns at best beside {:.0} ns by hand, ratio {:.2} (quartiles {:.2} to {:.2})",
        beside.ours, beside.reference, beside.ratio, beside.quartiles.0, beside.quartiles.1
    );
    let one = || (0..16).map(|_| small.all()).sum();
    let growth = pair(rounds, operations, ours_at_random, one);
    let one_by_hand = || (0..16).map(|_| small.all_by_hand()).sum();
    let limit = pair(rounds, operations, by_hand_at_random, one_by_hand);
    println!(
        "decide, {count} households at random: {:.2} times one household (by hand {:.2})",
        growth.ratio, limit.ratio
    );
    black_box(case);
}

fn timings(criterion: &mut Criterion, case: &Case) {
    let mut group = criterion.benchmark_group("decide");
    group.throughput(criterion::Throughput::Elements(QUESTIONS as u64));
    group.bench_function("compiled policy", |bench| bench.iter(|| case.all()));
    group.bench_function("hand-written match", |bench| {
        bench.iter(|| case.all_by_hand())
    });
    let mut turn = case.asked.iter().cycle();
    group.throughput(criterion::Throughput::Elements(1));
    group.bench_function("with remaining time and next change", |bench| {
        bench.iter(|| {
            let question = turn.next().unwrap();
            let at = Timestamp::from_second(question.at).unwrap();
            let context = Context::new(at, &question.action).with_categories(&question.categories);
            decide(&case.policy, &case.usage, &context)
                .answer()
                .rules
                .len()
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
