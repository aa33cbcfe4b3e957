//! Entries that are given back, logs that begin with a history, and pruning.

use super::create::{no_such_log, try_create};
use super::{Kind, Role, Run, Running, Spoil, Test};
use crate::peer::{ALL_RIGHTS, Member, SMALL, Tip, access_key};
use crate::trial::{Home, Stop, Trial};
use crate::wire::sha256;
use parcep_proto::v1alpha1 as pb;
use pb::announce_request::What;
use pb::{CreateLogRequest, Entry, Places, Right};

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-090-replay-stands",
        title: "answers the replay of what stands as if it had just been appended, and changes nothing",
        cites: &["R-RELAY-019"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(replay_stands),
    },
    Test {
        id: "T-RELAY-091-pruned-form",
        title: "takes an entry without its body only as a replay, and only with a slot",
        cites: &["R-RELAY-019"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(pruned_form),
    },
    Test {
        id: "T-RELAY-092-history",
        title: "begins a log with a history in the relay epoch named and takes its entries back",
        cites: &["R-MOVE-020", "R-MOVE-026", "R-RELAY-019"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(history),
    },
    Test {
        id: "T-RELAY-093-history-ends",
        title: "takes no replay behind the first append without it",
        cites: &["R-MOVE-020", "R-RELAY-019"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(history_ends),
    },
    Test {
        id: "T-RELAY-094-more-keys",
        title: "lets every key in that a log with a history began with, with its own rights",
        cites: &["R-MOVE-020", "R-RELAY-021"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(more_keys),
    },
    Test {
        id: "T-RELAY-095-history-malformed",
        title: "creates no log in a relay epoch out of range or with a key named twice",
        cites: &["R-MOVE-020", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(history_malformed),
    },
    Test {
        id: "T-RELAY-096-prune-early",
        title: "prunes nothing that was replaced less than seven days ago, or not at all",
        cites: &["R-MOVE-025", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(prune_early),
    },
    Test {
        id: "T-RELAY-097-prune-others",
        title: "lets no group prune what another wrote, whatever the caller's rights",
        cites: &["R-MOVE-025", "R-RELAY-021"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(prune_others),
    },
];

fn replay_stands(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let plain = home.grow(t, 1).await?;
        let slotted = replaced(t, &mut home).await?;
        let other = t.second_device(&home).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let status = t.done("read the status", home.guardian.status().await)?;
        let mut given = vec![home.genesis.clone(), pruned(&slotted), slotted];
        given.extend(plain);
        for entry in given {
            let what = format!("give entry {} back", entry.seq);
            let said = t.works(&what, other.replay(entry).await)?;
            t.equal("where the log stands", &status, &said)?;
        }
        t.unchanged(&home.guardian, &[], &before).await
    })
}

fn pruned_form(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = history_home(t, 7, Vec::new()).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let plain = home.tip.entry(&mut t.rng, SMALL);
        let mut slotted = plain.clone();
        slotted.slot = t.rng.bytes(16);
        let sent = [
            (
                "append without the body",
                home.guardian.append(pruned(&slotted)).await,
            ),
            (
                "give back without body and slot",
                home.guardian.replay(pruned(&plain)).await,
            ),
        ];
        for (what, sent) in sent {
            let said = t.refused(what, sent, &["INVALID_ARGUMENT"])?;
            let field = said.metadata.get("field").cloned().unwrap_or_default();
            t.equal("metadata field", &"body", &field.as_str())?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = home.guardian.replay(pruned(&slotted)).await;
        t.twin("give back without the body, with a slot", sent)
            .map(drop)
    })
}

fn history(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = history_home(t, 7, Vec::new()).await?;
        t.equal("relay epoch", &7, &home.status.relay_epoch)?;
        let mut all = vec![home.genesis.clone()];
        for with_slot in [false, true, false] {
            let mut entry = home.tip.entry(&mut t.rng, SMALL);
            if with_slot {
                entry.slot = t.rng.bytes(16);
                let sent = home.guardian.replay(pruned(&entry)).await;
                t.works("give an entry back without its body", sent)?;
            }
            let status = t.works(
                "give an entry back",
                home.guardian.replay(entry.clone()).await,
            )?;
            home.tip = Tip::after(&entry);
            t.equal("the log stands behind it", &true, &home.tip.is(&status))?;
            t.equal("relay epoch", &7, &status.relay_epoch)?;
            all.push(entry);
        }
        let seen = t.works("read the log", home.guardian.read_all().await)?;
        t.equal("every entry with its body", &true, &(seen == all))
    })
}

fn history_ends(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = history_home(t, 2, Vec::new()).await?;
        let entry = home.tip.entry(&mut t.rng, SMALL);
        t.done(
            "give an entry back",
            home.guardian.replay(entry.clone()).await,
        )?;
        home.tip = Tip::after(&entry);
        home.grow(t, 1).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let next = home.tip.entry(&mut t.rng, SMALL);
        let sent = home.guardian.replay(next.clone()).await;
        let said = t.refused("give another entry back", sent, &["NOT_PERMITTED"])?;
        let right = said.metadata.get("right").cloned().unwrap_or_default();
        t.equal("metadata right", &"replay", &right.as_str())?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = home.guardian.append(next).await;
        t.twin("append it", sent).map(drop)
    })
}

fn more_keys(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        let mut members = Vec::new();
        let mut more = Vec::new();
        for rights in [
            &ALL_RIGHTS[..],
            &[Right::Read],
            &[Right::Read, Right::Append],
        ] {
            let mut member = t.stranger(&relay)?;
            member.handle.clone_from(&founder.handle);
            more.push(access_key(&member.key, rights, t.rng.bytes(16)));
            members.push(member);
        }
        let home = begin(t, founder, 3, more.clone()).await?;
        let listed = t.works("list access keys", home.guardian.access().await)?;
        for (member, access) in members.iter_mut().zip(&more) {
            t.equal("the key is listed", &true, &listed.contains(access))?;
            let opened = t.works("open a session with it", member.open().await)?;
            t.equal("rights of the session", &access.rights, &opened.rights)?;
            let entries = t.works("read the log", member.read_all().await)?;
            t.equal("entries", &1, &entries.len())?;
        }
        t.equal("keys of the log", &4, &listed.len())
    })
}

fn history_malformed(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        let defects: [(&str, &str, Spoil<CreateLogRequest>); 4] = [
            ("relay epoch 0", "relay_epoch", |r| r.relay_epoch = Some(0)),
            ("a relay epoch too high", "relay_epoch", |r| {
                r.relay_epoch = Some(4_200_000_001);
            }),
            ("the first key again", "more", |r| {
                r.more.extend(r.access.clone())
            }),
            ("another key twice", "more", |r| {
                let twice = r.more.clone();
                r.more.extend(twice);
            }),
        ];
        let key = t.stranger(&relay)?.key;
        let other = access_key(&key, &[Right::Read], t.rng.bytes(16));
        for (defect, field, make) in defects {
            let with = other.clone();
            let sent = try_create(t, &founder, |request| {
                request.relay_epoch = Some(5);
                request.more = vec![with];
                make(request);
            });
            let sent = sent.await?;
            let what = format!("create a log with {defect}");
            let said = t.refused(&what, sent, &["INVALID_ARGUMENT"])?;
            let named = said.metadata.get("field").cloned().unwrap_or_default();
            t.equal("metadata field", &field, &named.as_str())?;
        }
        no_such_log(t, &founder).await?;
        let sent = try_create(t, &founder, |request| {
            request.relay_epoch = Some(4_200_000_000);
            request.more = vec![other];
        });
        let sent = sent.await?;
        t.twin("create it properly", sent).map(drop)
    })
}

fn prune_early(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let old = replaced(t, &mut home).await?;
        let newest = home.tip.next_seq.saturating_sub(1);
        let before = t.snapshot(&home.guardian, &[]).await?;
        for (what, seqs) in [
            ("what was just replaced", vec![old.seq]),
            ("what nothing replaced", vec![newest]),
            ("what has no slot", vec![0]),
            ("what is still to come", vec![999]),
        ] {
            let sent = home.guardian.prune(seqs).await;
            t.refused(&format!("prune {what}"), sent, &["NOT_PERMITTED"])?;
        }
        let sent = home.guardian.prune(Vec::new()).await;
        let said = t.refused("prune no place", sent, &["INVALID_ARGUMENT"])?;
        let field = said.metadata.get("field").cloned().unwrap_or_default();
        t.equal("metadata field", &"seqs", &field.as_str())?;
        t.unchanged(&home.guardian, &[], &before).await?;
        erase_twin(t, &home, old.seq).await
    })
}

fn prune_others(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let old = replaced(t, &mut home).await?;
        let group = t.rng.bytes(16);
        let co_guardian = t.admit(&home, &ALL_RIGHTS, group).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let sent = co_guardian.prune(vec![old.seq]).await;
        t.refused("prune what another group wrote", sent, &["NOT_PERMITTED"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        erase_twin(t, &home, old.seq).await
    })
}

/// What takes seven days cannot be accepted at once: what is accepted is to announce it.
async fn erase_twin(t: &mut Trial, home: &Home, seq: u64) -> Result<(), Stop> {
    let what = What::EraseBodies(Places { seqs: vec![seq] });
    let sent = home.guardian.announce(what).await;
    t.twin("announce that the body is dropped in seven days", sent)
        .map(drop)
}

/// Appends two entries of one slot, and returns the older one.
async fn replaced(t: &mut Trial, home: &mut Home) -> Result<Entry, Stop> {
    let slot = t.rng.bytes(16);
    let mut both = Vec::new();
    for _ in 0..2 {
        let mut entry = home.tip.entry(&mut t.rng, SMALL);
        entry.slot.clone_from(&slot);
        let sent = home.guardian.append(entry.clone()).await;
        t.done("append an entry of one slot", sent)?;
        home.tip = Tip::after(&entry);
        both.push(entry);
    }
    Ok(both.swap_remove(0))
}

/// The entry without its body.
fn pruned(entry: &Entry) -> Entry {
    let body = entry.body.as_ref();
    Entry {
        body: None,
        body_hash: body.map(|body| sha256(body).to_vec()),
        ..entry.clone()
    }
}

/// A household that begins with a history on a new connection.
async fn history_home(
    t: &mut Trial,
    relay_epoch: u32,
    more: Vec<pb::AccessKey>,
) -> Result<Home, Stop> {
    let relay = t.relay().await?;
    let founder = t.stranger(&relay)?;
    begin(t, founder, relay_epoch, more).await
}

async fn begin(
    t: &mut Trial,
    mut guardian: Member,
    relay_epoch: u32,
    more: Vec<pb::AccessKey>,
) -> Result<Home, Stop> {
    let mut genesis = Entry::default();
    let mut group = Vec::new();
    let created = try_create(t, &guardian, |request| {
        request.relay_epoch = Some(relay_epoch);
        request.more = more;
        genesis = request.genesis.clone().unwrap_or_default();
        group = request.access.clone().unwrap_or_default().group;
    });
    let created = created.await?;
    let status = t.works("create a log with a history", created)?.status;
    t.done("open a session", guardian.open().await)?;
    Ok(Home {
        guardian,
        group,
        tip: Tip::after(&genesis),
        genesis,
        status: status.unwrap_or_default(),
    })
}
