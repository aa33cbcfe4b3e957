//! Registers: compare-and-swap.

use super::{Kind, Role, Run, Running, Test};
use crate::trial::{Home, Stop, Trial};
use parcep_proto::v1alpha1::Register;
use parcep_proto::v1alpha1::watch_response::Item;
use std::time::Duration;

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-050-register",
        title: "keeps a register's value and version until the next write",
        cites: &["R-RELAY-014"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(register),
    },
    Test {
        id: "T-RELAY-051-stale-version",
        title: "refuses a version that does not follow and says which one stands",
        cites: &["R-RELAY-014", "R-ERR-001", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(stale_version),
    },
    Test {
        id: "T-RELAY-052-register-race",
        title: "lets exactly one of many writers have the next version",
        cites: &["R-RELAY-014"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: false,
        run: Run::Code(race),
    },
    Test {
        id: "T-RELAY-053-register-too-large",
        title: "refuses a register value above 4 KiB",
        cites: &["R-WIRE-006", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(too_large),
    },
    Test {
        id: "T-RELAY-055-register-expired",
        title: "refuses a register whose expiry has passed",
        cites: &["R-RELAY-015"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(expired),
    },
    Test {
        id: "T-RELAY-056-register-expires",
        title: "serves no register from its expiry on, and begins again at version 1",
        cites: &["R-RELAY-015"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(expires),
    },
    Test {
        id: "T-RELAY-054-register-malformed",
        title: "refuses names of another length and values too short to be sealed",
        cites: &["R-RELAY-014", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(malformed),
    },
];

/// A register's first version.
pub(super) fn first(name: &[u8], value: Vec<u8>) -> Register {
    Register {
        name: name.to_vec(),
        version: 1,
        value,
        expires_at: None,
    }
}

fn register(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let reader = t.second_device(&home).await?;
        let (name, other) = (t.rng.bytes(32), t.rng.bytes(32));
        let none = t.works("read one that is not there", reader.register(&name).await)?;
        t.equal("the register", &None, &none)?;
        for (version, length) in [(1, 80), (2, 1000), (3, 4096)] {
            let mut register = first(&name, t.rng.bytes(length));
            register.version = version;
            let stands = t.works("write", home.guardian.write(register.clone()).await)?;
            t.equal("version that stands", &version, &stands)?;
            let seen = t.works("another member reads", reader.register(&name).await)?;
            t.equal("the register", &Some(register), &seen)?;
        }
        let none = t.works("read another name", reader.register(&other).await)?;
        t.equal("the other register", &None, &none)
    })
}

fn stale_version(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        for version in [1, 2] {
            let mut register = first(&name, t.rng.bytes(128));
            register.version = version;
            t.done("write", home.guardian.write(register).await)?;
        }
        let before = t.snapshot(&home.guardian, &[&name]).await?;
        let mut register = first(&name, t.rng.bytes(128));
        for version in [1, 2, 4, u64::MAX] {
            register.version = version;
            let sent = home.guardian.write(register.clone()).await;
            let what = format!("write version {version} over version 2");
            let said = t.refused(&what, sent, &["STALE_VERSION"])?;
            let stands = said.metadata.get("version").cloned().unwrap_or_default();
            t.equal("metadata version", &"2", &stands.as_str())?;
        }
        t.unchanged(&home.guardian, &[&name], &before).await?;
        register.version = 3;
        t.twin("write version 3", home.guardian.write(register).await)?;
        // Where none stands, a writer goes on with its own count, which is 1 or more.
        let mut other = first(&t.rng.bytes(32), t.rng.bytes(128));
        other.version = 0;
        let sent = home.guardian.write(other.clone()).await;
        t.refused(
            "write version 0 where there is none",
            sent,
            &["INVALID_ARGUMENT", "STALE_VERSION"],
        )?;
        other.version = 7;
        t.works(
            "write version 7 where there is none",
            home.guardian.write(other).await,
        )
        .map(drop)
    })
}

fn race(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        const WRITERS: usize = 8;
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        let mut members = Vec::new();
        for _ in 0..WRITERS {
            members.push(t.reconnect(&home.guardian).await?);
        }
        for version in 1..=4 {
            let mut calls = tokio::task::JoinSet::new();
            for member in members.clone() {
                let mut register = first(&name, t.rng.bytes(128));
                register.version = version;
                calls.spawn(async move { (register.clone(), member.write(register).await) });
            }
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
            let stands = t.works("read it", home.guardian.register(&name).await)?;
            t.equal("the winner stands", &winners.pop(), &stands)?;
        }
        Ok(())
    })
}

fn too_large(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        let before = t.snapshot(&home.guardian, &[&name]).await?;
        for length in [4097, 65_536] {
            let register = first(&name, t.rng.bytes(length));
            let sent = home.guardian.write(register).await;
            t.refused(&format!("write {length} bytes"), sent, &["TOO_LARGE"])?;
        }
        t.unchanged(&home.guardian, &[&name], &before).await?;
        let register = first(&name, t.rng.bytes(4096));
        t.twin("write 4096 bytes", home.guardian.write(register).await)
            .map(drop)
    })
}

fn expired(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        let before = t.snapshot(&home.guardian, &[&name]).await?;
        let now = relay_time(t, &home).await?;
        let mut register = first(&name, t.rng.bytes(128));
        for at in [now - 1, 0, i64::MIN] {
            register.expires_at = Some(at);
            let sent = home.guardian.write(register.clone()).await;
            t.refused(
                &format!("write with expiry {at}"),
                sent,
                &["INVALID_ARGUMENT"],
            )?;
        }
        t.unchanged(&home.guardian, &[&name], &before).await?;
        register.expires_at = Some(now + 3600);
        t.twin(
            "write with an expiry in an hour",
            home.guardian.write(register.clone()).await,
        )?;
        let seen = t.works("read it", home.guardian.register(&name).await)?;
        t.equal("the register", &Some(register), &seen)
    })
}

fn expires(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        let mut register = first(&name, t.rng.bytes(128));
        let ends = relay_time(t, &home).await? + 2;
        register.expires_at = Some(ends);
        t.works(
            "write with an expiry in 2 s",
            home.guardian.write(register.clone()).await,
        )?;
        // The relay's own clock says when it has to be gone.
        loop {
            let now = relay_time(t, &home).await?;
            let seen = t.works("read it", home.guardian.register(&name).await)?;
            if now >= ends {
                t.equal("the register after its expiry", &None, &seen)?;
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        register.expires_at = None;
        register.version = 2;
        t.works("go on with version 2", home.guardian.write(register).await)
            .map(drop)
    })
}

/// What time the relay thinks it is, in seconds: its next bookmark says.
async fn relay_time(t: &mut Trial, home: &Home) -> Result<i64, Stop> {
    let at = home.tip;
    let watched = home.guardian.watch(at.next_seq, &at.head, false).await;
    let mut watch = t.done("ask for a bookmark", watched)?;
    match watch.next().await {
        Ok(Some(Item::Bookmark(bookmark))) => Ok(bookmark.time),
        _ => {
            t.check(
                "the first item of a watch",
                "a bookmark",
                "something else",
                false,
            )?;
            Err(Stop::Failed)
        }
    }
}

fn malformed(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let name = t.rng.bytes(32);
        let before = t.snapshot(&home.guardian, &[&name]).await?;
        let wrong = ["INVALID_ARGUMENT", "MALFORMED"];
        for length in [0, 31, 33] {
            let register = first(&t.rng.bytes(length), t.rng.bytes(128));
            let sent = home.guardian.write(register).await;
            t.refused(
                &format!("write under a name of {length} bytes"),
                sent,
                &wrong,
            )?;
        }
        let sent = home.guardian.write(first(&name, Vec::new())).await;
        t.refused("write an empty value", sent, &wrong)?;
        t.unchanged(&home.guardian, &[&name], &before).await?;
        let register = first(&name, t.rng.bytes(128));
        t.twin(
            "write 128 bytes under a name of 32",
            home.guardian.write(register).await,
        )
        .map(drop)
    })
}
