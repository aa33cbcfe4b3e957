//! Watching: order, resumption, bookmarks. Nothing waits for a clock (R-CONF-006): what must not
//! come is told from what comes next.

use super::{Kind, Role, Run, Running, Test};
use crate::peer::{SMALL, Tip, Watching, access_key};
use crate::trial::{Stop, Trial};
use crate::wire::{self, ZERO_HASH};
use parcep_proto::v1alpha1 as pb;
use pb::watch_response::Item;
use pb::{Bookmark, Entry, Register, Right};

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-040-watch-order",
        title: "streams what is there and what comes, in order, each entry once",
        cites: &["R-RELAY-023"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(watch_order),
    },
    Test {
        id: "T-RELAY-041-watch-resume",
        title: "resumes behind any known entry on a new connection",
        cites: &["R-RELAY-011", "R-RELAY-023"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(watch_resume),
    },
    Test {
        id: "T-RELAY-042-unknown-position",
        title: "refuses to resume behind a place and hash it does not have",
        cites: &["R-RELAY-011", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(unknown_position),
    },
    Test {
        id: "T-RELAY-043-bookmark-place",
        title: "says at the start of a watch where the log stands",
        cites: &["R-RELAY-012"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(bookmark_place),
    },
    Test {
        id: "T-RELAY-044-bookmark-signature",
        title: "signs its bookmarks with the relay key",
        cites: &["R-RELAY-012"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(bookmark_signature),
    },
    Test {
        id: "T-RELAY-045-watch-registers",
        title: "tells watchers of register changes, and only those who asked",
        cites: &["R-RELAY-024"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(watch_registers),
    },
    Test {
        id: "T-RELAY-047-slow-watcher",
        title: "gives a watcher who reads nothing for a while everything, or LAGGED, and no gap",
        cites: &["R-RELAY-013", "R-RELAY-023"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: false,
        run: Run::Code(slow_watcher),
    },
    Test {
        id: "T-RELAY-046-watch-ends-with-access",
        title: "ends the watch of a key that was revoked",
        cites: &["R-RELAY-018"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(watch_ends_with_access),
    },
];

fn watch_order(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut all = vec![home.genesis.clone()];
        all.extend(home.grow(t, 3).await?);
        let watcher = t.second_device(&home).await?;
        let mut watch = t.works(
            "watch from the start",
            watcher.watch(0, &ZERO_HASH, false).await,
        )?;
        for entry in &all {
            expect_entry(t, &mut watch, entry).await?;
        }
        for _ in 0..5 {
            for entry in home.grow(t, 1).await? {
                expect_entry(t, &mut watch, &entry).await?;
            }
        }
        for entry in home.grow(t, 5).await? {
            expect_entry(t, &mut watch, &entry).await?;
        }
        Ok(())
    })
}

fn watch_resume(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut all = vec![home.genesis.clone()];
        all.extend(home.grow(t, 5).await?);
        for known in [0, 2, all.len() - 1] {
            let member = t.reconnect(&home.guardian).await?;
            let Some(last) = all.get(known) else { continue };
            let at = Tip::after(last);
            let what = format!("watch from place {}", at.next_seq);
            let mut watch = t.works(&what, member.watch(at.next_seq, &at.head, false).await)?;
            for entry in all.iter().skip(known + 1) {
                expect_entry(t, &mut watch, entry).await?;
            }
            for entry in home.grow(t, 1).await? {
                expect_entry(t, &mut watch, &entry).await?;
                all.push(entry);
            }
        }
        Ok(())
    })
}

fn unknown_position(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        home.grow(t, 2).await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        let mut flipped = home.tip.head;
        flipped[31] ^= 1;
        let genesis = wire::entry_hash(&home.genesis);
        let cases = [
            ("the head with one bit changed", home.tip.next_seq, flipped),
            ("another entry's hash", home.tip.next_seq, genesis),
            (
                "a place that is still to come",
                home.tip.next_seq + 1,
                home.tip.head,
            ),
            ("a place far away", u64::MAX, home.tip.head),
            ("place 0 with a hash that is not zero", 0, genesis),
            ("place 1 with a zero hash", 1, ZERO_HASH),
        ];
        for (what, seq, hash) in cases {
            let watched = member.watch(seq, &hash, false).await;
            t.refused(
                &format!("watch from {what}"),
                watched,
                &["UNKNOWN_POSITION"],
            )?;
        }
        t.unchanged(&member, &[], &before).await?;
        let watched = member.watch(home.tip.next_seq, &home.tip.head, false).await;
        t.twin("watch from the head", watched).map(drop)
    })
}

fn bookmark_place(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        home.grow(t, 2).await?;
        let bookmark = first_bookmark(t, &home).await?;
        t.equal(
            "place of the last entry",
            &(home.tip.next_seq - 1),
            &bookmark.seq,
        )?;
        t.equal("its hash", &home.tip.head.to_vec(), &bookmark.head)?;
        t.equal(
            "relay epoch",
            &home.status.relay_epoch,
            &bookmark.relay_epoch,
        )?;
        t.check(
            "time",
            "seconds after 1970",
            bookmark.time,
            bookmark.time > 0,
        )
    })
}

fn bookmark_signature(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let Some(key) = t.target.relay_key.clone() else {
            return Err(Stop::NotApplicable(
                "the relay's key is not known to the tester; give it with --relay-key".into(),
            ));
        };
        let mut home = t.home().await?;
        home.grow(t, 1).await?;
        let bookmark = first_bookmark(t, &home).await?;
        let ok = wire::bookmark_is_signed(&bookmark, &home.guardian.handle, &key);
        let seen = if ok { "verifies" } else { "does not verify" };
        t.check("signature under the relay key", "verifies", seen, ok)
    })
}

fn watch_registers(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let watcher = t.second_device(&home).await?;
        let at = home.tip;
        let mut told = t.works(
            "watch with registers",
            watcher.watch(at.next_seq, &at.head, true).await,
        )?;
        let mut untold = t.works(
            "watch without",
            watcher.watch(at.next_seq, &at.head, false).await,
        )?;
        let name = t.rng.bytes(32);
        let mut last = None;
        for version in 1..=2 {
            let mut register = super::register::first(&name, t.rng.bytes(128));
            register.version = version;
            t.works(
                "write a register",
                home.guardian.write(register.clone()).await,
            )?;
            expect_register(t, &mut told, &register).await?;
            last = Some(register);
        }
        let mut late = t.works(
            "watch from now on",
            watcher.watch(at.next_seq, &at.head, true).await,
        )?;
        if let Some(standing) = &last {
            expect_register(t, &mut late, standing).await?;
        }
        for entry in home.grow(t, 1).await? {
            expect_entry(t, &mut untold, &entry).await?;
        }
        Ok(())
    })
}

fn slow_watcher(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        // More than the windows of HTTP/2 and the buffers of two processes hold together.
        const COUNT: usize = 16;
        let mut home = t.home().await?;
        let watcher = t.second_device(&home).await?;
        let at = home.tip;
        let mut watch = t.works("watch", watcher.watch(at.next_seq, &at.head, false).await)?;
        let mut sent = Vec::new();
        for _ in 0..COUNT {
            let entry = home.tip.entry(&mut t.rng, (1024, 512 << 10));
            t.done("append 512 KiB", home.guardian.append(entry.clone()).await)?;
            home.tip = Tip::after(&entry);
            sent.push(entry);
        }
        for entry in &sent {
            match watch.next_entry().await {
                Ok(Some(seen)) => t.equal("place of the next entry", &entry.seq, &seen.seq)?,
                Ok(None) => {
                    return t.check(
                        "the watch",
                        "goes on, or LAGGED",
                        "ended without a word",
                        false,
                    );
                }
                Err(refusal) => {
                    let lagged = refusal
                        .said()
                        .is_some_and(|said| said.reason.as_deref() == Some("LAGGED"));
                    return t.check("the watch", "goes on, or LAGGED", refusal, lagged);
                }
            }
        }
        Ok(())
    })
}

fn watch_ends_with_access(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let reader = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let stays = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let at = home.tip;
        let mut revoked = t.works("watch", reader.watch(at.next_seq, &at.head, false).await)?;
        let mut live = t.works(
            "another watches",
            stays.watch(at.next_seq, &at.head, false).await,
        )?;
        t.done(
            "revoke the first key",
            home.guardian.revoke(reader.key.public()).await,
        )?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let ended = drain(&mut revoked).await;
        t.refused("the watch of the revoked key", ended, &["NO_SESSION"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let entry = home.tip.entry(&mut t.rng, SMALL);
        t.done("append", home.guardian.append(entry.clone()).await)?;
        home.tip = Tip::after(&entry);
        expect_entry(t, &mut live, &entry).await?;
        let mut renewed = reader.clone();
        let access = access_key(&reader.key, &[Right::Read], home.group.clone());
        t.done("grant the key again", home.guardian.grant(access).await)?;
        t.done("open a session", renewed.open().await)?;
        let at = home.tip;
        t.twin(
            "watch again",
            renewed.watch(at.next_seq, &at.head, false).await,
        )
        .map(drop)
    })
}

/// Reads until the relay ends the watch. A bound of items keeps a relay that never does from
/// holding us.
async fn drain(watch: &mut Watching) -> Result<(), crate::peer::Refusal> {
    for _ in 0..64 {
        if watch.next().await?.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// The next item but bookmarks and compaction notices, which may come at any time.
async fn next(t: &mut Trial, watch: &mut Watching) -> Result<Item, Stop> {
    loop {
        let item = watch.next().await;
        match item {
            Ok(Some(Item::Bookmark(_) | Item::Compaction(_) | Item::Act(_))) => {}
            Ok(Some(item)) => return Ok(item),
            Ok(None) => {
                t.check("the next item", "an item", "the end of the stream", false)?;
            }
            Err(refusal) => {
                t.check("the next item", "an item", refusal, false)?;
            }
        }
    }
}

async fn expect_entry(t: &mut Trial, watch: &mut Watching, entry: &Entry) -> Result<(), Stop> {
    let Item::Entry(seen) = next(t, watch).await? else {
        return t.check("the next item", "an entry", "something else", false);
    };
    t.equal("place of the next entry", &entry.seq, &seen.seq)?;
    t.equal("the entry's bytes", &true, &(seen == *entry))
}

async fn expect_register(
    t: &mut Trial,
    watch: &mut Watching,
    register: &Register,
) -> Result<(), Stop> {
    loop {
        match next(t, watch).await? {
            // A relay may repeat what it has told before.
            Item::Register(seen) if seen.version < register.version => {}
            Item::Register(seen) => return t.equal("the register", register, &seen),
            _ => return t.check("the next item", "a register", "something else", false),
        }
    }
}

/// The bookmark that a watch from the head begins with.
async fn first_bookmark(t: &mut Trial, home: &crate::trial::Home) -> Result<Bookmark, Stop> {
    let at = home.tip;
    let watched = home.guardian.watch(at.next_seq, &at.head, false).await;
    let mut watch = t.works("watch from the head", watched)?;
    match watch.next().await {
        Ok(Some(Item::Bookmark(bookmark))) => Ok(bookmark),
        Ok(_) => {
            t.check("the first item", "a bookmark", "something else", false)?;
            Err(Stop::Failed)
        }
        Err(refusal) => {
            t.check("the first item", "a bookmark", refusal, false)?;
            Err(Stop::Failed)
        }
    }
}
