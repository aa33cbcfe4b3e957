//! Answers of platforms about an age: from bytes to a statement, beside a general parse alone.
//!
//! The reference reads the same bytes into a `serde_json::Value` and looks at nothing. The answers
//! are those of the adapters' tests, with their gates.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench may stop at the first surprise"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

use parcep_benches::pair::{pair, smoke};
use parcep_core::age::Cuts;
use parcep_interchange::age::{LIMITS, Platform, adapt, adapt_json};
use parcep_interchange::json::parse;
use serde_json::Value;

/// Adaptations in one round.
const TIMES: usize = 1_000;

fn bench(criterion: &mut Criterion) {
    println!("age adapt: ns are at best; ratios turn about, by serde_json's parse into a value");
    for (name, sample) in files("") {
        let gates = serde_json::from_value(sample["gates"].clone()).unwrap();
        row(
            criterion,
            &name,
            sample["platform"].as_str().unwrap(),
            &sample["input"],
            gates,
        );
    }
    for (name, table) in files("/tables") {
        let gates = serde_json::from_value(table[0]["gates"].clone()).unwrap();
        row(criterion, &name, &name, &table[0]["json"], gates);
    }
}

/// The files of the adapters' tests, by name.
fn files(folder: &str) -> Vec<(String, Value)> {
    const TESTS: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/parcep-interchange/tests/age"
    );
    let paths = std::fs::read_dir(format!("{TESTS}{folder}")).unwrap();
    let json = paths
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"));
    let mut read: Vec<(String, Value)> = json
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (
                name,
                serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            )
        })
        .collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    read
}

fn row(
    criterion: &mut Criterion,
    name: &str,
    platform: &str,
    input: &Value,
    gates: Option<Vec<u32>>,
) {
    let platform: Platform = platform.parse().unwrap();
    let gates = gates.map(|gates| Cuts::new(gates).unwrap());
    let bytes = input.to_string().into_bytes();
    let parsed = parse(&bytes, LIMITS).unwrap();

    let ours = || adapt(platform, black_box(&bytes), gates.as_ref()).unwrap();
    let rest = || adapt_json(platform, black_box(&parsed), gates.as_ref()).unwrap();
    let value = || serde_json::from_slice::<Value>(black_box(&bytes)).unwrap();
    assert_eq!(ours(), rest(), "{name}");

    let rounds = if smoke() { 1 } else { 41 };
    let whole = pair(rounds, TIMES, || repeat(ours), || repeat(value));
    let read = pair(rounds, TIMES, || repeat(rest), || repeat(value));
    println!(
        "age adapt {name} ({} bytes): {:.0} ns, of which read after the parse {:.0} ns, beside {:.0} ns, ratio {:.2} (quartiles {:.2} to {:.2})",
        bytes.len(),
        whole.ours,
        read.ours,
        whole.reference,
        whole.ratio,
        whole.quartiles.0,
        whole.quartiles.1,
    );

    let mut group = criterion.benchmark_group(format!("age adapt {name}"));
    group.sample_size(10);
    group.warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    group.bench_function("adapt", |bench| bench.iter(ours));
    group.bench_function("serde_json value", |bench| bench.iter(value));
    group.finish();
}

fn repeat<T>(run: impl Fn() -> T) -> usize {
    for _ in 0..TIMES {
        black_box(run());
    }
    TIMES
}

criterion_group!(benches, bench);
criterion_main!(benches);
