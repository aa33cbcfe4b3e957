//! Compare-and-append.

use super::{Kind, Role, Run, Running, Spoil, Test};
use crate::peer::{SMALL, Tip};
use crate::trial::Trial;
use parcep_proto::v1alpha1 as pb;
use pb::Entry;
use std::collections::BTreeSet;

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-020-append-chain",
        title: "appends behind the head and answers with the new head",
        cites: &["R-RELAY-008", "R-LOG-001"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(append_chain),
    },
    Test {
        id: "T-RELAY-021-stale-head",
        title: "refuses an entry behind another head and says where the log stands",
        cites: &["R-RELAY-008", "R-ERR-001", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(stale_head),
    },
    Test {
        id: "T-RELAY-022-wrong-place",
        title: "refuses an entry for a place that is not the next one",
        cites: &["R-RELAY-008"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(wrong_place),
    },
    Test {
        id: "T-RELAY-023-append-race",
        title: "lets exactly one of many writers have the next place",
        cites: &["R-RELAY-008"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(race),
    },
    Test {
        id: "T-RELAY-024-exact-bytes",
        title: "gives back every byte of an entry as it was sent",
        cites: &["R-RELAY-009", "R-WIRE-003", "R-MOVE-024", "R-MOVE-025"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(exact_bytes),
    },
    Test {
        id: "T-RELAY-025-largest-entry",
        title: "takes the largest header and body there may be",
        cites: &["R-RELAY-009", "R-RELAY-030"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(largest_entry),
    },
    Test {
        id: "T-RELAY-026-too-large",
        title: "refuses a header, body or slot above its limit",
        cites: &["R-LOG-002", "R-WIRE-006", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(too_large),
    },
    Test {
        id: "T-RELAY-027-off-grid",
        title: "refuses headers and bodies whose length is none of the buckets",
        cites: &["R-LOG-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(off_grid),
    },
    Test {
        id: "T-RELAY-028-malformed-entry",
        title: "refuses an entry with missing or malformed fields",
        cites: &["R-LOG-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(malformed_entry),
    },
    Test {
        id: "T-RELAY-029-replay-flag",
        title: "takes no replay of what does not stand while none are due",
        cites: &["R-RELAY-019"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(replay_flag),
    },
];

/// A field that is missing, malformed or out of range.
const MALFORMED: [&str; 2] = ["INVALID_ARGUMENT", "MALFORMED"];

fn append_chain(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        for _ in 0..5 {
            let entry = home.tip.entry(&mut t.rng, SMALL);
            let status = t.works("append", home.guardian.append(entry.clone()).await)?;
            home.tip = Tip::after(&entry);
            t.equal("next place", &home.tip.next_seq, &status.next_seq)?;
            t.equal("head", &home.tip.head.to_vec(), &status.head)?;
            t.equal("relay epoch", &home.status.relay_epoch, &status.relay_epoch)?;
        }
        let status = t.works("read the status", home.guardian.status().await)?;
        t.equal("the log stands there", &true, &home.tip.is(&status))
    })
}

fn stale_head(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let old = home.tip;
        home.grow(t, 2).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let stale = Tip {
            next_seq: home.tip.next_seq,
            head: old.head,
        };
        let proper = home.tip.entry(&mut t.rng, SMALL);
        let mut defect = proper.clone();
        defect.prev = stale.head.to_vec();
        let sent = home.guardian.append(defect).await;
        let said = t.refused(
            "name an older head at the right place",
            sent,
            &["STALE_HEAD"],
        )?;
        let value = |name: &str| said.metadata.get(name).cloned().unwrap_or_default();
        t.equal(
            "metadata next_seq",
            &home.tip.next_seq.to_string(),
            &value("next_seq"),
        )?;
        t.equal(
            "metadata head",
            &parcep_core::hex::encode(&home.tip.head),
            &value("head"),
        )?;
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("name the head", home.guardian.append(proper).await)
            .map(drop)
    })
}

fn wrong_place(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let entries = home.grow(t, 2).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        for entry in entries {
            let sent = home.guardian.append(entry.clone()).await;
            let what = format!("append entry {} once more", entry.seq);
            t.refused(&what, sent, &["STALE_HEAD"])?;
        }
        let proper = home.tip.entry(&mut t.rng, SMALL);
        for seq in [0, proper.seq - 1, proper.seq + 1, u64::MAX] {
            let mut defect = proper.clone();
            defect.seq = seq;
            let sent = home.guardian.append(defect).await;
            let what = format!("claim place {seq} behind the head at {}", proper.seq);
            t.refused(&what, sent, &["STALE_HEAD"])?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("claim the next place", home.guardian.append(proper).await)
            .map(drop)
    })
}

fn race(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        const WRITERS: usize = 8;
        let mut home = t.home().await?;
        let mut members = Vec::new();
        for _ in 0..WRITERS {
            members.push(t.reconnect(&home.guardian).await?);
        }
        for round in 0..4 {
            let mut calls = tokio::task::JoinSet::new();
            for member in members.clone() {
                let entry = home.tip.entry(&mut t.rng, SMALL);
                calls.spawn(async move { (entry.clone(), member.append(entry).await) });
            }
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
            home.tip = Tip::after(&winner);
            let status = t.works("read the status", home.guardian.status().await)?;
            t.equal("the log ends with the winner", &true, &home.tip.is(&status))?;
        }
        Ok(())
    })
}

fn exact_bytes(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut sent = vec![home.genesis.clone()];
        let (slot, long) = (t.rng.bytes(16), t.rng.bytes(32));
        for (header, body, slot, generation) in [
            (1024, 1024, Vec::new(), 1),
            (2048, 4096, long, 7),
            (5120, 32_768, slot.clone(), u32::MAX),
            // In the same slot: the older body stays in this version.
            (1024, 1024, slot, 1),
        ] {
            let mut entry = home.tip.entry(&mut t.rng, (header, body));
            entry.slot = slot;
            entry.generation = generation;
            t.works("append", home.guardian.append(entry.clone()).await)?;
            home.tip = Tip::after(&entry);
            sent.push(entry);
        }
        let reader = t.second_device(&home).await?;
        let read = t.works("read as another member", reader.read_all().await)?;
        t.equal("number of entries", &sent.len(), &read.len())?;
        for (sent, read) in sent.iter().zip(&read) {
            let place = sent.seq;
            t.equal(
                &format!("clear fields of entry {place}"),
                &clear(sent),
                &clear(read),
            )?;
            t.equal(
                &format!("header of entry {place}"),
                &sent.header,
                &read.header,
            )?;
            t.equal(&format!("body of entry {place}"), &sent.body, &read.body)?;
        }
        Ok(())
    })
}

fn clear(entry: &Entry) -> (u64, &[u8], &[u8], u32) {
    (entry.seq, &entry.prev, &entry.slot, entry.generation)
}

fn largest_entry(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let entry = home.tip.entry(&mut t.rng, (16 << 10, 1 << 20));
        t.works(
            "append 16 KiB of header and 1 MiB of body",
            home.guardian.append(entry.clone()).await,
        )?;
        home.tip = Tip::after(&entry);
        let page = t.works("read it", home.guardian.read(entry.seq, 1).await)?;
        t.equal("the entry", &vec![entry], &page.entries)?;
        home.grow(t, 1).await.map(drop)
    })
}

fn too_large(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let proper = home.tip.entry(&mut t.rng, SMALL);
        let mut defects = Vec::new();
        for (what, header, body, slot) in [
            ("a header of 17 KiB", 17 << 10, 1024, 0),
            ("a body of 1 MiB and a byte", 1024, (1 << 20) + 1, 0),
            ("a slot of 33 bytes", 1024, 1024, 33),
        ] {
            let mut entry = home.tip.entry(&mut t.rng, (header, body));
            entry.slot = t.rng.bytes(slot);
            defects.push((what, entry));
        }
        for (what, entry) in defects {
            let sent = home.guardian.append(entry).await;
            t.refused(&format!("append {what}"), sent, &["TOO_LARGE"])?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("append a small one", home.guardian.append(proper).await)
            .map(drop)
    })
}

fn off_grid(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let proper = home.tip.entry(&mut t.rng, SMALL);
        for (header, body) in [
            (1023, 1024),
            (1025, 1024),
            (1536, 1024),
            (0, 1024),
            (1024, 1023),
            (1024, 1025),
            (1024, 3072),
            (1024, 512),
            (1024, 0),
        ] {
            let entry = home.tip.entry(&mut t.rng, (header, body));
            let sent = home.guardian.append(entry).await;
            let what = format!("append a header of {header} and a body of {body} bytes");
            t.refused(&what, sent, &MALFORMED)?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin(
            "append 1024 and 1024 bytes",
            home.guardian.append(proper).await,
        )
        .map(drop)
    })
}

fn malformed_entry(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let proper = home.tip.entry(&mut t.rng, SMALL);
        let defects: [(&str, &str, Spoil<Entry>); 6] = [
            ("a prev of 31 bytes", "prev", |entry| {
                entry.prev.truncate(31)
            }),
            ("no prev", "prev", |entry| entry.prev.clear()),
            ("generation 0", "generation", |entry| entry.generation = 0),
            ("neither body nor body hash", "body", |entry| {
                entry.body = None
            }),
            ("body and body hash", "body", |entry| {
                entry.body_hash = Some(vec![1; 32])
            }),
            ("a body hash instead of a body", "body", |entry| {
                entry.body = None;
                entry.body_hash = Some(vec![1; 32]);
            }),
        ];
        for (defect, field, make) in defects {
            let mut entry = proper.clone();
            make(&mut entry);
            let sent = home.guardian.append(entry).await;
            let said = t.refused(&format!("append with {defect}"), sent, &MALFORMED)?;
            let named = said.metadata.get("field").cloned().unwrap_or_default();
            t.equal("metadata field", &field, &named.as_str())?;
        }
        let nothing = pb::AppendRequest {
            session: home.guardian.session.clone(),
            entry: None,
            replay: false,
        };
        let sent = home.guardian.relay.append(nothing).await;
        t.refused("append no entry", sent, &MALFORMED)?;
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin(
            "append it without defects",
            home.guardian.append(proper).await,
        )
        .map(drop)
    })
}

fn replay_flag(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        home.grow(t, 1).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let entry = home.tip.entry(&mut t.rng, SMALL);
        let other = Tip::EMPTY.entry(&mut t.rng, SMALL);
        for (what, given) in [
            ("append with the replay flag", entry.clone()),
            ("give back another entry of a place that is taken", other),
        ] {
            let said = t.refused(what, home.guardian.replay(given).await, &["NOT_PERMITTED"])?;
            let right = said.metadata.get("right").cloned().unwrap_or_default();
            t.equal("metadata right", &"replay", &right.as_str())?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = home.guardian.append(entry).await;
        t.twin("append it without the flag", sent).map(drop)
    })
}

/// Distinct values, for tests that count.
pub(super) fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> usize {
    values.into_iter().collect::<BTreeSet<_>>().len()
}
