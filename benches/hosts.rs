//! Long host lists: a compiled list beside hash sets of the same hosts and a transducer.
//!
//! The reference walks the suffixes of a host, longest first, through a set of strings with the
//! quickest hash there is. All give the same answers before anything is timed, and asking
//! allocates nothing.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};

use parcep_benches::names;
use parcep_benches::pair::{pair, smoke};
use parcep_core::hosts::{HostSet, build_from_text};
use parcep_core::policy::HostName;
use rustc_hash::FxHashSet;

fn bench(criterion: &mut Criterion) {
    let sizes: &[usize] = if smoke() {
        &[10, 1_000]
    } else {
        &[10, 10_000, 1_000_000]
    };
    println!("hosts: ns are at best; ratios turn about, by the walk through strings");
    sizes.iter().for_each(|size| list(criterion, *size));
}

fn list(criterion: &mut Criterion, size: usize) {
    let hosts = names::listed(size);
    let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
    let (bytes, building) = timed(|| build_from_text(&text).unwrap());
    let (set, opening) = timed(|| HostSet::open(&bytes).unwrap());
    let ((), verifying) = timed(|| set.verify().unwrap());
    println!(
        "hosts {size}: {:.1} bytes a host of {:.1} characters; built in {building:.1} ms, opened in {opening:.1} ms, verified in {verifying:.1} ms",
        bytes.len() as f64 / size as f64,
        (text.len() - size) as f64 / size as f64,
    );

    let strings: FxHashSet<&str> = hosts.iter().map(String::as_str).collect();
    let standard: HashSet<&str> = hosts.iter().map(String::as_str).collect();
    let transducer = Transducer::new(&hosts);
    println!(
        "hosts {size}: transducer {:.1} bytes a host; hash set of strings {:.1} with the text",
        transducer.0.as_fst().as_bytes().len() as f64 / size as f64,
        (17 * (strings.capacity() * 8 / 7).next_power_of_two() + text.len()) as f64 / size as f64,
    );

    // Enough questions that a large list is not in the cache because it was just asked the same.
    let questions = size.clamp(1_024, 1 << 17);
    let asked: Vec<HostName> = names::asked(&hosts, questions)
        .iter()
        .map(|host| host.parse().unwrap())
        .collect();
    let ours = || {
        asked
            .iter()
            .filter_map(|host| set.longest_match(black_box(host)))
            .sum()
    };
    let walked = || {
        asked
            .iter()
            .filter_map(|host| walk(&strings, black_box(host)))
            .sum()
    };
    let hashed = || {
        asked
            .iter()
            .filter_map(|host| walk(&standard, black_box(host)))
            .sum()
    };
    let traced = || {
        asked
            .iter()
            .filter_map(|host| transducer.walk(black_box(host)))
            .sum()
    };
    for host in &asked {
        let answer = walk(&strings, host);
        assert_eq!(set.longest_match(host), answer, "{host}");
        assert_eq!(transducer.walk(host), answer, "{host}");
    }
    let counted = allocation_counter::measure(|| assert_eq!(ours(), walked()));
    assert_eq!(counted.count_total, 0, "asking allocates");

    let rounds = if smoke() { 1 } else { 41 };
    for (name, other) in [
        ("this list", &ours as &dyn Fn() -> usize),
        ("standard hash set", &hashed),
        ("transducer", &traced),
    ] {
        let pair = pair(rounds, questions, other, walked);
        println!(
            "hosts {size}: {name} {:.0} ns beside {:.0} ns, ratio {:.2} (quartiles {:.2} to {:.2})",
            pair.ours, pair.reference, pair.ratio, pair.quartiles.0, pair.quartiles.1
        );
    }

    let mut group = criterion.benchmark_group(format!("hosts {size}"));
    group.sample_size(10);
    group.throughput(criterion::Throughput::Elements(questions as u64));
    group.bench_function("compiled list", |bench| bench.iter(ours));
    group.bench_function("walk through a hash set of strings", |bench| {
        bench.iter(walked)
    });
    group.finish();
}

/// Labels of the longest suffix in the set.
fn walk<S: BuildHasher>(set: &HashSet<&str, S>, host: &HostName) -> Option<usize> {
    let longest = host.suffixes().find(|suffix| set.contains(suffix))?;
    Some(longest.split('.').count())
}

/// All hosts from their ends, each with a dot behind.
struct Transducer(fst::Set<Vec<u8>>);

impl Transducer {
    fn new(hosts: &[String]) -> Self {
        let turn = |host: &String| -> Vec<u8> { host.bytes().rev().chain([b'.']).collect() };
        let mut turned: Vec<Vec<u8>> = hosts.iter().map(turn).collect();
        turned.sort();
        Self(fst::Set::from_iter(turned).unwrap())
    }

    fn walk(&self, host: &HostName) -> Option<usize> {
        let states = self.0.as_fst();
        let mut state = states.root();
        let (mut labels, mut longest) = (0, None);
        for byte in host.as_str().bytes().rev().chain([b'.']) {
            let Some(next) = state.find_input(byte) else {
                return longest;
            };
            state = states.node(state.transition_addr(next));
            if byte == b'.' {
                labels += 1;
                if state.is_final() {
                    longest = Some(labels);
                }
            }
        }
        longest
    }
}

/// What a function gives, and how many milliseconds it took.
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = run();
    (made, start.elapsed().as_secs_f64() * 1e3)
}

criterion_group!(benches, bench);
criterion_main!(benches);
