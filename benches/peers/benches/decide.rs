//! One decision beside Cedar, Rego and CEL with the same rules. All give the same answers before
//! anything is timed.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use parcep_benches::pair::{pair, smoke};
use parcep_benches::plan::{Plan, Size};
use parcep_benches::questions::{Asked, questions};
use parcep_core::decide::{CompiledPolicy, Context, Effect, PolicyInput, Usage, compile, decide};
use parcep_core::ratings::RatingTable;
use parcep_core::zones::Zones;
use parcep_peers::cedar::Apps;
use parcep_peers::{Denies, cedar, cel, rego};

const QUESTIONS: usize = 1_024;

fn bench(criterion: &mut Criterion) {
    for (rules, hosts) in [(1, 10), (30, 10_000), (1_000, 10_000)] {
        size(criterion, Size { rules, hosts });
    }
}

fn size(criterion: &mut Criterion, size: Size) {
    let plan = Plan::new(size);
    let ratings = RatingTable::bundled();
    let (profile, layer) = (plan.profile(), plan.layer(None));
    let input = PolicyInput::new(&profile, std::slice::from_ref(&layer));
    let policy = compile(&input, &ratings, &Zones::bundled()).unwrap();
    let usage = Usage::from_json(plan.usage_json().as_bytes()).unwrap();
    let asked = questions(&plan, &ratings, QUESTIONS);
    let ours = |from: usize, until: usize| -> usize {
        let denied = |asked: &&Asked| denies(&policy, &usage, black_box(asked));
        asked[from..until].iter().filter(denied).count()
    };

    let mut group =
        criterion.benchmark_group(format!("peers, {} rules, {} hosts", size.rules, size.hosts));
    group.sample_size(10);
    for (name, make) in engines(&plan, &asked) {
        let start = Instant::now();
        let mut engine = make();
        let ready = start.elapsed();
        for (number, question) in asked.iter().enumerate() {
            assert_eq!(
                engine(number),
                denies(&policy, &usage, question),
                "{name}: {:?}",
                question.action
            );
        }
        // A slow engine gets fewer questions, the same ones as we do.
        let start = Instant::now();
        (0..32).for_each(|number| _ = black_box(engine(number)));
        let each = start.elapsed().as_secs_f64() / 32.0;
        let some = ((0.02 / each) as usize).clamp(32, QUESTIONS) / 32 * 32;
        let rounds = if smoke() { 1 } else { 31 };
        let all = |engine: &mut Denies| {
            (0..some)
                .filter(|number| engine(black_box(*number)))
                .count()
        };
        let beside = pair(rounds, some, || all(&mut engine), || ours(0, some));
        println!(
            "peers, {} rules, {} hosts: {name} {:.0} ns at best beside {:.0} ns of ours, {:.0} times (quartiles {:.0} to {:.0}); ready in {:.1} ms",
            size.rules,
            size.hosts,
            beside.ours,
            beside.reference,
            beside.ratio,
            beside.quartiles.0,
            beside.quartiles.1,
            ready.as_secs_f64() * 1e3,
        );
        let mut turn = (0..some).cycle();
        group.bench_function(name, |bench| bench.iter(|| engine(turn.next().unwrap())));
    }
    let mut turn = asked.iter().cycle();
    group.bench_function("ours", |bench| {
        bench.iter(|| denies(&policy, &usage, turn.next().unwrap()))
    });
    group.finish();
}

type Make<'a> = Box<dyn FnOnce() -> Denies + 'a>;

fn engines<'a>(plan: &'a Plan, asked: &'a [Asked]) -> Vec<(&'static str, Make<'a>)> {
    vec![
        (
            "Cedar, apps as data",
            Box::new(|| cedar::ready(plan, asked, Apps::AsData)) as Make<'_>,
        ),
        (
            "Cedar, a policy for each rule",
            Box::new(|| cedar::ready(plan, asked, Apps::OneByOne)),
        ),
        (
            "Rego on the regorus VM",
            Box::new(|| rego::ready(plan, asked)),
        ),
        ("CEL", Box::new(|| cel::ready(plan, asked))),
    ]
}

#[inline]
fn denies(policy: &CompiledPolicy, usage: &Usage, asked: &Asked) -> bool {
    let at = Timestamp::from_second(asked.at).unwrap();
    let context = Context::new(at, &asked.action).with_categories(&asked.categories);
    decide(policy, usage, &context).effect() == Effect::Deny
}

criterion_group!(benches, bench);
criterion_main!(benches);
