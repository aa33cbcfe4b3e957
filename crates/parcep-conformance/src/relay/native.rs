//! What cannot be said in data: many at once, and what a clock of the relay ends.

use super::play::{Play, harness};
use crate::peer::{Refusal, Tip, access_key, raw};
use crate::trial::Outcome;
use parcep_proto::v1alpha1 as pb;
use prost_reflect::Value;
use std::time::Duration;

/// Every name that a step may have.
pub(super) const NAMES: [&str; 7] = [
    "append-race",
    "register-race",
    "slow-watcher",
    "register-expires",
    "health",
    "reflection",
    "room",
];

pub(super) async fn play(play: &mut Play<'_>, name: &str) -> Outcome {
    match name {
        "append-race" => append_race(play).await,
        "register-race" => register_race(play).await,
        "slow-watcher" => slow_watcher(play).await,
        "register-expires" => register_expires(play).await,
        "health" => health(play).await,
        "reflection" => reflection(play).await,
        "room" => room(play).await,
        other => Err(harness(format!("nothing is called `{other}`"))),
    }
}

/// Writers at once.
const WRITERS: usize = 8;

async fn writers(play: &mut Play<'_>) -> Result<Vec<crate::peer::Member>, crate::trial::Stop> {
    let guardian = play.actor("guardian")?.member.clone();
    let mut members = Vec::new();
    for _ in 0..WRITERS {
        members.push(play.trial.reconnect(&guardian).await?);
    }
    Ok(members)
}

/// Exactly one of many has the next place.
async fn append_race(play: &mut Play<'_>) -> Outcome {
    let members = writers(play).await?;
    let guardian = play.actor("guardian")?.clone();
    let mut tip = play.house(&guardian)?.tip;
    for round in 0..4 {
        let mut calls = tokio::task::JoinSet::new();
        for member in members.clone() {
            let entry = tip.entry(&mut play.trial.rng, crate::peer::SMALL);
            calls.spawn(async move { (entry.clone(), member.append(entry).await) });
        }
        let t = &mut play.trial;
        let mut winners = Vec::new();
        for (entry, answer) in calls.join_all().await {
            match answer {
                Ok(_) => winners.push(entry),
                Err(refusal) => {
                    t.refused::<()>("a writer who lost", Err(refusal), &["STALE_HEAD"])?;
                }
            }
        }
        t.equal(&format!("winners of round {round}"), &1, &winners.len())?;
        let Some(winner) = winners.pop() else {
            continue;
        };
        tip = Tip::after(&winner);
        let status = t.works("read the status", guardian.member.status().await)?;
        t.equal("the log ends with the winner", &true, &tip.is(&status))?;
    }
    Ok(())
}

/// Exactly one of many has the next version.
async fn register_race(play: &mut Play<'_>) -> Outcome {
    let members = writers(play).await?;
    let guardian = play.actor("guardian")?.member.clone();
    let name = play.register.clone();
    for version in 1..=4 {
        let mut calls = tokio::task::JoinSet::new();
        for member in members.clone() {
            let register = pb::Register {
                name: name.clone(),
                version,
                value: play.trial.rng.bytes(128),
                expires_at: None,
            };
            calls.spawn(async move { (register.clone(), member.write(register).await) });
        }
        let t = &mut play.trial;
        let mut winners = Vec::new();
        for (register, answer) in calls.join_all().await {
            match answer {
                Ok(_) => winners.push(register),
                Err(refusal) => {
                    t.refused::<()>("a writer who lost", Err(refusal), &["STALE_VERSION"])?;
                }
            }
        }
        t.equal(&format!("winners of version {version}"), &1, &winners.len())?;
        let stands = t.works("read it", guardian.register(&name).await)?;
        t.equal("the winner stands", &winners.pop(), &stands)?;
    }
    Ok(())
}

/// A watcher who reads nothing for a while: everything comes, or LAGGED. The watch is called `slow`.
async fn slow_watcher(play: &mut Play<'_>) -> Outcome {
    // More than the windows of HTTP/2 and the buffers of two processes hold together.
    const COUNT: usize = 16;
    let guardian = play.actor("guardian")?.clone();
    let mut tip = play.house(&guardian)?.tip;
    let mut sent = Vec::new();
    for _ in 0..COUNT {
        let entry = tip.entry(&mut play.trial.rng, (1024, 512 << 10));
        let appended = guardian.member.append(entry.clone()).await;
        play.trial.done("append 512 KiB", appended)?;
        tip = Tip::after(&entry);
        sent.push(entry.seq);
    }
    let Some(mut watch) = play.watches.remove("slow") else {
        return Err(harness("there is no watch `slow`".into()));
    };
    let mut expected = sent.into_iter();
    let mut next = expected.next();
    while let Some(place) = next {
        let what = "the watch";
        match watch.next().await {
            Ok(Some((kind, entry))) if kind == "entry" => {
                let seen = super::types::get(&entry, "seq").unwrap_or(Value::U64(0));
                play.trial
                    .equal("place of the next entry", &Value::U64(place), &seen)?;
                next = expected.next();
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                let seen = "ended without a word";
                return play.trial.check(what, "goes on, or LAGGED", seen, false);
            }
            Err(refusal) => {
                let lagged = reason(&refusal) == Some("LAGGED");
                return play
                    .trial
                    .check(what, "goes on, or LAGGED", refusal, lagged);
            }
        }
    }
    Ok(())
}

/// The register is served until its expiry by the relay's own clock, `ends`, and no longer.
async fn register_expires(play: &mut Play<'_>) -> Outcome {
    let guardian = play.actor("guardian")?.clone();
    let tip = play.house(&guardian)?.tip;
    let (ends, _) = play
        .store
        .typed("written.register.expires_at")
        .map_err(harness)?;
    let ends = ends.and_then(|ends| ends.as_i64()).unwrap_or_default();
    loop {
        let t = &mut play.trial;
        let watched = guardian.member.watch(tip.next_seq, &tip.head, false).await;
        let mut watch = t.done("ask for a bookmark", watched)?;
        let first = watch.next().await;
        let now = match t.done("the first item of a watch", first)? {
            Some(pb::watch_response::Item::Bookmark(bookmark)) => bookmark.time,
            _ => i64::MAX,
        };
        let read = guardian.member.register(&play.register).await;
        let seen = t.works("read it", read)?;
        if now >= ends {
            return t.equal("the register after its expiry", &None, &seen);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// 64 keys, 256 registers and, beside the two of the guardian that stand, 62 watches.
async fn room(play: &mut Play<'_>) -> Outcome {
    const MEMBERS: usize = 63;
    const WATCHERS: usize = 31;
    const REGISTERS: usize = 256;
    let guardian = play.actor("guardian")?.clone();
    let tip = play.house(&guardian)?.tip;
    let t = &mut play.trial;
    let mut open = Vec::new();
    for number in 0..MEMBERS {
        // A few streams on each connection, which is what a household would have.
        let relay = t.relay().await?;
        let mut member = t.stranger(&relay)?;
        member.handle.clone_from(&guardian.member.handle);
        let access = access_key(&member.key, &[pb::Right::Read], guardian.group.clone());
        let granted = guardian.member.grant(access).await;
        t.works(&format!("grant key {}", number + 2), granted)?;
        for _ in (0..2).filter(|_| number < WATCHERS) {
            t.works("open a session", member.open().await)?;
            let watched = member.watch(tip.next_seq, &tip.head, false).await;
            open.push(t.works("watch", watched)?);
        }
    }
    for number in 0..REGISTERS {
        let register = pb::Register {
            name: t.rng.bytes(32),
            version: 1,
            value: t.rng.bytes(128),
            expires_at: None,
        };
        let written = guardian.member.write(register).await;
        t.works(&format!("write register {}", number + 1), written)?;
    }
    let entry = tip.entry(&mut t.rng, crate::peer::SMALL);
    t.works("append", guardian.member.append(entry.clone()).await)?;
    for mut watch in open {
        let seen = watch.next_entry().await;
        let seen = t.works("every watch goes on", seen)?;
        t.equal("the entry", &true, &(seen.as_ref() == Some(&entry)))?;
    }
    play.appended(guardian.house, entry);
    play.learn(guardian.house)
}

async fn health(play: &mut Play<'_>) -> Outcome {
    let relay = play.trial.relay().await?;
    for service in ["", super::types::SERVICE] {
        let status = raw::health(&relay, service).await;
        let status = play.trial.works(&format!("check `{service}`"), status)?;
        // 1 is SERVING in grpc.health.v1.
        play.trial.equal("status", &1, &status)?;
    }
    Ok(())
}

async fn reflection(play: &mut Play<'_>) -> Outcome {
    let relay = play.trial.relay().await?;
    for method in [
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ] {
        let services = raw::services(&relay, method).await;
        let services = play.trial.works(method, services)?;
        let ours = services.iter().any(|name| name == super::types::SERVICE);
        play.trial.check(
            "services",
            format!("{} among them", super::types::SERVICE),
            services.join(", "),
            ours,
        )?;
    }
    Ok(())
}

fn reason(refusal: &Refusal) -> Option<&str> {
    refusal.said().and_then(|said| said.reason.as_deref())
}
