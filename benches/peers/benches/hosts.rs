//! Long host lists beside the engine of an ad blocker, which is made for lists like these. Both
//! give the same answers before anything is timed.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;
use std::time::Instant;

use adblock::Engine;
use adblock::request::Request;
use criterion::{Criterion, criterion_group, criterion_main};
use parcep_benches::names;
use parcep_benches::pair::{pair, smoke};
use parcep_core::hosts::{HostSet, build_from_text};
use parcep_core::policy::HostName;

fn bench(_: &mut Criterion) {
    let sizes: &[usize] = if smoke() {
        &[10, 1_000]
    } else {
        &[10, 10_000, 1_000_000]
    };
    sizes.iter().for_each(|size| list(*size));
}

fn list(size: usize) {
    let hosts = names::listed(size);
    let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
    let bytes = build_from_text(&text).unwrap();
    let set = HostSet::open(&bytes).unwrap();
    let rules: String = hosts.iter().map(|host| format!("||{host}^\n")).collect();
    let start = Instant::now();
    let engine = Engine::new_with_list_text(rules);
    let ready = start.elapsed();

    let asked = names::asked(&hosts, size.clamp(1_024, 1 << 15));
    let names: Vec<HostName> = asked.iter().map(|host| host.parse().unwrap()).collect();
    let request = |host: &String| {
        Request::new(
            &format!("https://{host}/"),
            "https://start.example/",
            "document",
            "GET",
        )
        .unwrap()
    };
    let requests: Vec<Request> = asked.iter().map(request).collect();
    for (name, request) in names.iter().zip(&requests) {
        let blocked = engine.check_network_request(request).should_block();
        assert_eq!(set.longest_match(name).is_some(), blocked, "{name}");
    }
    let ours = || {
        names
            .iter()
            .filter(|host| set.longest_match(black_box(host)).is_some())
            .count()
    };
    let theirs = || {
        let blocked = |request: &&Request| {
            engine
                .check_network_request(black_box(request))
                .should_block()
        };
        requests.iter().filter(blocked).count()
    };
    let beside = pair(if smoke() { 1 } else { 21 }, names.len(), theirs, ours);
    println!(
        "hosts {size}: adblock, request prepared {:.0} ns at best beside {:.0} ns of ours, {:.1} times (quartiles {:.1} to {:.1}); ready in {:.0} ms",
        beside.ours,
        beside.reference,
        beside.ratio,
        beside.quartiles.0,
        beside.quartiles.1,
        ready.as_secs_f64() * 1e3,
    );
}

criterion_group!(benches, bench);
criterion_main!(benches);
