//! Where a guardian's app and an enforcement point connect to, from the first key to the removal: the relay of their
//! household, and nothing else.
//!
//! Alone in a program of its own, since it looks at every socket of the program.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

#[path = "agent/house.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod house;

use house::{House, NOON};
use parcep_core::consent::Act;
use parcep_core::decide::{Action, Context, Reason, Usage};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the kernel knows of this program's sockets: protocol, port here, port there.
type Socket = (&'static str, u16, u16);

/// R-OPS-013, R-OPS-015: it joins, follows, decides, reports and is removed, and no maker's server is there.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_called_but_the_households_relay() {
    let done = Arc::new(AtomicBool::new(false));
    let watcher = std::thread::spawn({
        let done = Arc::clone(&done);
        move || {
            let mut seen = BTreeSet::new();
            while !done.load(Ordering::Relaxed) {
                seen.extend(sockets());
                std::thread::sleep(Duration::from_micros(200));
            }
            seen
        }
    });

    let mut house = House::found(None).await;
    house.lock(NOON - 600, None).await;
    house.guardian.beat().await.unwrap();
    house.report().await;
    let (usage, action) = (Usage::none(), Action::Device);
    let context = Context::new(jiff::Timestamp::UNIX_EPOCH, &action);
    let locked = house.agent().decide(house.child, &usage, &context);
    assert_eq!(locked.unwrap().reason(), Reason::Locked);
    house.watch().await;
    let device = house.driver().member().identity().device;
    let removal = Act::RemoveEnforcementPoint(device);
    house.guardian.begin(removal, Vec::new()).await.unwrap();
    let left = house.agent.as_mut().unwrap().sync().await;
    assert!(left.is_err(), "it has heard that it was removed");

    let relay = house.running.uri.rsplit_once(':').unwrap().1;
    let relay: u16 = relay.trim_end_matches('/').parse().unwrap();
    done.store(true, Ordering::Relaxed);
    let seen = watcher.join().unwrap();
    assert!(seen.iter().any(|(_, _, there)| *there == relay), "{seen:?}");
    let elsewhere = |(kind, here, there): &&Socket| {
        let listens = *there == 0 && *here == relay;
        *kind != "tcp" || !(listens || *here == relay || *there == relay)
    };
    let elsewhere: Vec<_> = seen.iter().filter(elsewhere).collect();
    assert!(
        elsewhere.is_empty(),
        "the relay is at {relay}: {elsewhere:?}"
    );
}

/// Sockets that are connected, connecting or listening, and all that have no connection, such as those that ask for
/// names.
fn sockets() -> Vec<Socket> {
    let own: BTreeSet<String> = fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|to| {
            let to = to.to_str()?.strip_prefix("socket:[")?;
            Some(to.strip_suffix(']')?.to_owned())
        })
        .collect();
    let mut found = Vec::new();
    for (kind, file) in [
        ("tcp", "tcp"),
        ("tcp", "tcp6"),
        ("udp", "udp"),
        ("udp", "udp6"),
    ] {
        let table = fs::read_to_string(format!("/proc/self/net/{file}")).unwrap_or_default();
        found.extend(table.lines().skip(1).filter_map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let port = |cell: &str| u16::from_str_radix(cell.rsplit_once(':')?.1, 16).ok();
            let is_own = own.contains(*cells.get(9)?);
            is_own.then_some((kind, port(cells.get(1)?)?, port(cells.get(2)?)?))
        }));
    }
    found
}
