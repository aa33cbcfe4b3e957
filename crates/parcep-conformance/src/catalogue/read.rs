//! Reading: ranges, order, and the same log for everybody.

use super::{Kind, Role, Run, Running, Test};
use crate::peer::{SMALL, Tip};
use crate::trial::{Stop, Trial};
use crate::wire;
use parcep_proto::v1alpha1::Entry;

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-030-read-ranges",
        title: "reads from any place, within the limit, without gaps",
        cites: &["R-RELAY-010"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(read_ranges),
    },
    Test {
        id: "T-RELAY-031-read-limit",
        title: "refuses a limit above 256",
        cites: &["R-RELAY-010"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(read_limit),
    },
    Test {
        id: "T-RELAY-032-read-large",
        title: "pages through entries that fill no single message",
        cites: &["R-RELAY-010"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: false,
        run: Run::Code(read_large),
    },
    Test {
        id: "T-RELAY-033-acknowledged-stays",
        title: "keeps what it acknowledged, in order, over connections and sessions",
        cites: &["R-RELAY-002"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(acknowledged_stays),
    },
    Test {
        id: "T-RELAY-034-one-log-for-all",
        title: "shows every member the same chain",
        cites: &["R-RELAY-009", "R-RELAY-010"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(one_log_for_all),
    },
    Test {
        id: "T-RELAY-035-logs-apart",
        title: "lets no session see or change another log",
        cites: &["R-RELAY-021", "R-RELAY-006", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(logs_apart),
    },
];

fn read_ranges(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut all = vec![home.genesis.clone()];
        all.extend(home.grow(t, 6).await?);
        for (from, limit) in [(0, 0), (0, 1), (0, 3), (2, 2), (5, 256), (6, 1)] {
            let page = t.works("read a page", home.guardian.read(from, limit).await)?;
            let most = if limit == 0 { 256 } else { limit as usize };
            let count = page.entries.len();
            let what = format!("entries from {from}, limit {limit}");
            t.check(
                &what,
                format!("1 to {most}"),
                count,
                (1..=most).contains(&count),
            )?;
            let expected = all.get(from as usize..).unwrap_or_default();
            t.equal(
                &what,
                &expected.get(..count).unwrap_or_default(),
                &page.entries.as_slice(),
            )?;
            let status = page.status.unwrap_or_default();
            t.equal("the status with it", &true, &home.tip.is(&status))?;
        }
        for from in [7, 8, u64::MAX] {
            let page = t.works("read behind the end", home.guardian.read(from, 0).await)?;
            t.equal(&format!("entries from {from}"), &0, &page.entries.len())?;
        }
        Ok(())
    })
}

fn read_limit(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        for limit in [257, u32::MAX] {
            let page = home.guardian.read(0, limit).await;
            t.refused(
                &format!("read with limit {limit}"),
                page,
                &["INVALID_ARGUMENT", "TOO_LARGE"],
            )?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("read with limit 256", home.guardian.read(0, 256).await)
            .map(drop)
    })
}

fn read_large(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut sent = vec![home.genesis.clone()];
        for _ in 0..6 {
            let entry = home.tip.entry(&mut t.rng, (16 << 10, 1 << 20));
            t.done("append 1 MiB", home.guardian.append(entry.clone()).await)?;
            home.tip = Tip::after(&entry);
            sent.push(entry);
        }
        let read = t.works("read 6 MiB, page by page", home.guardian.read_all().await)?;
        t.equal("places", &places(&sent), &places(&read))?;
        t.equal("same bytes", &true, &(sent == read))
    })
}

fn acknowledged_stays(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut sent = vec![home.genesis.clone()];
        for round in 0..3 {
            sent.extend(home.grow(t, 3).await?);
            home.guardian = t.reconnect(&home.guardian).await?;
            let read = t.works("read on a new connection", home.guardian.read_all().await)?;
            t.equal(
                &format!("places after round {round}"),
                &places(&sent),
                &places(&read),
            )?;
            t.equal("same bytes", &true, &(sent == read))?;
        }
        let opened = t.works("open once more", home.guardian.open().await)?;
        t.equal(
            "the log stands there",
            &true,
            &home.tip.is(&opened.status.unwrap_or_default()),
        )
    })
}

fn one_log_for_all(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let second = t.second_device(&home).await?;
        let third = t.second_device(&home).await?;
        home.grow(t, 2).await?;
        for writer in [&second, &third] {
            let entry = home.tip.entry(&mut t.rng, SMALL);
            t.works("another member appends", writer.append(entry.clone()).await)?;
            home.tip = Tip::after(&entry);
        }
        let mut chains = Vec::new();
        for member in [&home.guardian, &second, &third] {
            let entries = t.works("a member reads", member.read_all().await)?;
            check_chain(t, &entries, home.tip)?;
            chains.push(entries);
        }
        let different = super::append::distinct(chains.iter().map(|chain| hashes(chain)));
        t.equal("different chains among three members", &1, &different)
    })
}

/// Every entry follows the one before, up to the tip that the writers know.
fn check_chain(t: &mut Trial, entries: &[Entry], tip: Tip) -> Result<(), Stop> {
    let mut at = Tip::EMPTY;
    for entry in entries {
        let follows = entry.seq == at.next_seq && entry.prev == at.head;
        let what = format!("entry at place {}", at.next_seq);
        let seen = format!(
            "place {} behind {}",
            entry.seq,
            parcep_core::hex::encode(&entry.prev)
        );
        t.check(
            &what,
            format!(
                "place {} behind {}",
                at.next_seq,
                parcep_core::hex::encode(&at.head)
            ),
            seen,
            follows,
        )?;
        at = Tip::after(entry);
    }
    t.equal("the end of the chain", &tip, &at)
}

fn logs_apart(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut ours = t.home().await?;
        ours.grow(t, 1).await?;
        let theirs = t.home().await?;
        let name = t.rng.bytes(32);
        let register = super::register::first(&name, t.rng.bytes(128));
        t.done("write our register", ours.guardian.write(register).await)?;
        let our_state = t.snapshot(&ours.guardian, &[&name]).await?;

        let mut mixed = theirs.guardian.clone();
        mixed.handle.clone_from(&ours.guardian.handle);
        let opened = mixed.open().await;
        t.refused(
            "their key opens a session for our log",
            opened,
            &["BAD_CHALLENGE"],
        )?;
        let entry = ours.tip.entry(&mut t.rng, SMALL);
        let sent = theirs.guardian.append(entry.clone()).await;
        t.refused(
            "their session appends behind our head",
            sent,
            &["STALE_HEAD"],
        )?;
        let watched = theirs
            .guardian
            .watch(ours.tip.next_seq, &ours.tip.head, true)
            .await;
        t.refused(
            "their session watches from our head",
            watched,
            &["UNKNOWN_POSITION"],
        )?;

        let read = t.works("their session reads", theirs.guardian.read_all().await)?;
        t.equal("what they read", &vec![theirs.genesis.clone()], &read)?;
        let seen = t.works(
            "their session reads our register",
            theirs.guardian.register(&name).await,
        )?;
        t.equal("what they see", &None, &seen)?;
        let keys = t.works("their session lists keys", theirs.guardian.access().await)?;
        t.equal("keys they see", &1, &keys.len())?;
        let register = super::register::first(&name, t.rng.bytes(128));
        t.works(
            "they write a register of the same name",
            theirs.guardian.write(register).await,
        )?;

        t.unchanged(&ours.guardian, &[&name], &our_state).await?;
        t.twin("our session appends it", ours.guardian.append(entry).await)
            .map(drop)
    })
}

fn places(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn hashes(entries: &[Entry]) -> Vec<[u8; 32]> {
    entries.iter().map(wire::entry_hash).collect()
}
