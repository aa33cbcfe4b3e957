//! Acts that take a week: announced, seen by everybody, cancelled; and root keys, which need not wait.

use super::{Kind, Role, Run, Running, Test};
use crate::peer::{ALL_RIGHTS, Member, SMALL, Watching, access_key};
use crate::trial::{Home, Outcome, Stop, Trial};
use parcep_proto::v1alpha1 as pb;
use pb::announce_request::What;
use pb::watch_response::Item;
use pb::{AdminAct, Places, Right, admin_act};

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-080-announce",
        title: "shows an announced act to every key, and when it is due",
        cites: &["R-RELAY-038", "R-RELAY-037", "R-CONS-025"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(announce),
    },
    Test {
        id: "T-RELAY-081-announce-waits",
        title: "does nothing of what is announced before it is due",
        cites: &["R-CONS-025", "R-RELAY-037"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(announce_waits),
    },
    Test {
        id: "T-RELAY-082-cancel",
        title: "lets another admin cancel an act, in everybody's sight",
        cites: &["R-CONS-025", "R-RELAY-038"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(cancel),
    },
    Test {
        id: "T-RELAY-083-cancel-refused",
        title: "lets only an admin cancel, and only what is pending",
        cites: &["R-RELAY-038", "R-RELAY-021"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(cancel_refused),
    },
    Test {
        id: "T-RELAY-084-announce-refused",
        title: "takes no announcement that says nothing or that would be refused when it is due",
        cites: &["R-RELAY-037", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(announce_refused),
    },
    Test {
        id: "T-RELAY-085-acts-bound",
        title: "takes 16 pending acts and no more",
        cites: &["R-RELAY-037", "R-RELAY-022"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(acts_bound),
    },
    Test {
        id: "T-RELAY-086-root",
        title: "lets a root key remove an admin of its own group at once, and of no other",
        cites: &["R-CONS-020", "R-RELAY-017"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(root),
    },
    Test {
        id: "T-RELAY-087-root-mark",
        title: "marks a root key when it is first granted, and never over another admin's head",
        cites: &["R-RELAY-016"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(root_mark),
    },
];

/// How long an act is pending, in seconds.
const WEEK: i64 = 604_800;

fn announce(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let second = t.second_device(&home).await?;
        let group = t.rng.bytes(16);
        let mut reader = t.admit(&home, &[Right::Read], group).await?;
        let mut early = watch(t, &home, &reader).await?;
        let sent = home.guardian.announce(What::Revoke(second.key.public()));
        let act = t.works("announce that an admin is removed", sent.await)?;
        let what = Some(admin_act::What::Revoke(second.key.public()));
        t.equal("what the act does", &what, &act.what)?;
        t.equal("who announced it", &home.guardian.key.public(), &act.by)?;
        let wait = act.due_at.saturating_sub(act.announced_at);
        t.equal("seconds until it is due", &WEEK, &wait)?;
        t.equal("it is over", &false, &(act.cancelled || act.done))?;
        for (who, member) in [("a reader", &reader), ("its target", &second)] {
            let acts = t.works("list acts", member.acts().await)?;
            t.equal(&format!("what {who} sees"), &vec![act.clone()], &acts)?;
        }
        let opened = t.works("open a session", reader.open().await)?;
        t.equal("what the session says", &vec![act.clone()], &opened.acts)?;
        let told = next_act(t, &mut early).await?;
        t.equal("what an open watch says", &act, &told)?;
        let mut late = watch(t, &home, &reader).await?;
        let told = next_act(t, &mut late).await?;
        t.equal("what a new watch says first", &act, &told)?;
        let sent = home.guardian.announce(What::Revoke(second.key.public()));
        let again = t.works("announce the same again", sent.await)?;
        t.equal("the act that is pending", &act, &again)
    })
}

fn announce_waits(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let second = t.second_device(&home).await?;
        let plain = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let newcomer = t.candidate(&home).await?;
        let slotted = slotted(t, &mut home).await?;
        let seen = t.done("read the log", home.guardian.read_all().await)?;
        let keys = t.done("list access keys", home.guardian.access().await)?;
        let fewer = access_key(&second.key, &[Right::Read], home.group.clone());
        let new = access_key(&newcomer.key, &[Right::Read], home.group.clone());
        let mut ids = Vec::new();
        for what in [
            What::Revoke(second.key.public()),
            What::Revoke(plain.key.public()),
            What::Change(fewer.clone()),
            What::Change(new),
            What::EraseBodies(Places {
                seqs: vec![slotted],
            }),
            What::DeleteLog(true),
        ] {
            let act = t.done("announce an act", home.guardian.announce(what).await)?;
            ids.push(act.id);
        }
        t.equal("acts of their own", &6, &super::append::distinct(ids))?;
        let sent = home.guardian.grant(fewer.clone()).await;
        t.refused("do one at once all the same", sent, &["DELAYED"])?;
        let now = t.works("read the log", home.guardian.read_all().await)?;
        let same = now == seen;
        t.still(
            "entries",
            "as before",
            format!("{} entries", now.len()),
            same,
        )?;
        let now = t.works("list access keys", home.guardian.access().await)?;
        let same = now == keys;
        t.still(
            "access keys",
            "as before",
            format!("{} keys", now.len()),
            same,
        )?;
        let sent = home.guardian.announce(What::Change(fewer)).await;
        t.twin("announce it, which it is already", sent)?;
        let acts = t.works("who is to go still reads", second.acts().await)?;
        t.equal("acts that are pending", &6, &acts.len())
    })
}

fn cancel(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let group = t.rng.bytes(16);
        let co_guardian = t.admit(&home, &ALL_RIGHTS, group).await?;
        let sent = home
            .guardian
            .announce(What::Revoke(co_guardian.key.public()));
        let act = t.done("announce that another's key is removed", sent.await)?;
        let mut told = watch(t, &home, &home.guardian).await?;
        next_act(t, &mut told).await?;
        t.works("its owner cancels", co_guardian.cancel(act.id).await)?;
        let over = next_act(t, &mut told).await?;
        let expected = (act.id, true, false);
        let seen = (over.id, over.cancelled, over.done);
        t.equal("the watch: id, cancelled, done", &expected, &seen)?;
        let acts = t.works("list acts", home.guardian.acts().await)?;
        t.equal("acts that are pending", &Vec::new(), &acts)?;
        let sent = home
            .guardian
            .announce(What::Revoke(co_guardian.key.public()));
        let again = t.works("announce it again", sent.await)?;
        t.check("the new id", "a higher one", again.id, again.id > act.id)
    })
}

fn cancel_refused(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let rights = [Right::Read, Right::Append, Right::Registers];
        let member = t.admit(&home, &rights, home.group.clone()).await?;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let relay = home.guardian.relay.clone();
            let key = t.stranger(&relay)?.key;
            let new = access_key(&key, &[Right::Read], home.group.clone());
            let sent = home.guardian.announce(What::Change(new)).await;
            ids.push(t.done("announce an act", sent)?.id);
        }
        let (gone, pending) = (ids.pop().unwrap_or(0), ids.pop().unwrap_or(0));
        t.done("cancel one", home.guardian.cancel(gone).await)?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let sent = member.cancel(pending).await;
        let said = t.refused("cancel without the admin right", sent, &["NOT_PERMITTED"])?;
        let right = said.metadata.get("right").cloned().unwrap_or_default();
        t.equal("metadata right", &"admin", &right.as_str())?;
        for (what, id) in [
            ("one that was cancelled", gone),
            ("one that there never was", gone.saturating_add(100)),
            ("number 0", 0),
        ] {
            let sent = home.guardian.cancel(id).await;
            let what = format!("cancel {what}");
            let said = t.refused(&what, sent, &["INVALID_ARGUMENT"])?;
            let field = said.metadata.get("field").cloned().unwrap_or_default();
            t.equal("metadata field", &"id", &field.as_str())?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin(
            "cancel what is pending",
            home.guardian.cancel(pending).await,
        )
    })
}

fn announce_refused(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let slotted = slotted(t, &mut home).await?;
        let group = t.rng.bytes(16);
        let other = t.admit(&home, &[Right::Read], group.clone()).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let erase = |seqs| What::EraseBodies(Places { seqs });
        for (what, act, field) in [
            (
                "a deletion that is none",
                What::DeleteLog(false),
                "delete_log",
            ),
            ("erasing nothing", erase(vec![]), "erase_bodies"),
            (
                "erasing an entry without a slot",
                erase(vec![slotted, 0]),
                "erase_bodies",
            ),
            (
                "erasing what is still to come",
                erase(vec![slotted, 999]),
                "erase_bodies",
            ),
        ] {
            let sent = home.guardian.announce(act).await;
            let what = format!("announce {what}");
            let said = t.refused(&what, sent, &["INVALID_ARGUMENT"])?;
            let named = said.metadata.get("field").cloned().unwrap_or_default();
            t.equal("metadata field", &field, &named.as_str())?;
        }
        let nothing = pb::AnnounceRequest {
            session: home.guardian.session.clone(),
            what: None,
        };
        let sent = home.guardian.relay.announce(nothing).await;
        t.refused("announce nothing", sent, &["INVALID_ARGUMENT"])?;
        let more = access_key(&other.key, &ALL_RIGHTS, group);
        let sent = home.guardian.announce(What::Change(more)).await;
        t.refused(
            "announce that another group's key gains",
            sent,
            &["NOT_PERMITTED"],
        )?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = home.guardian.announce(erase(vec![slotted])).await;
        t.twin("announce erasing an entry with a slot", sent)
            .map(drop)
    })
}

fn acts_bound(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let relay = home.guardian.relay.clone();
        let mut first = 0;
        for number in 0..16 {
            let key = t.stranger(&relay)?.key;
            let new = access_key(&key, &[Right::Read], home.group.clone());
            let sent = home.guardian.announce(What::Change(new)).await;
            let act = t.done("announce an act", sent)?;
            first = if number == 0 { act.id } else { first };
        }
        let before = t.snapshot(&home.guardian, &[]).await?;
        let sent = home.guardian.announce(What::DeleteLog(true)).await;
        let said = t.refused("announce a seventeenth", sent, &["QUOTA"])?;
        let of = said.metadata.get("of").cloned().unwrap_or_default();
        t.equal("metadata of", &"acts", &of.as_str())?;
        t.unchanged(&home.guardian, &[], &before).await?;
        t.done("cancel the first", home.guardian.cancel(first).await)?;
        let sent = home.guardian.announce(What::DeleteLog(true)).await;
        t.twin("announce it again", sent).map(drop)
    })
}

fn root(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let page = rooted(t, &home, home.group.clone()).await?;
        let second = t.second_device(&home).await?;
        let group = t.rng.bytes(16);
        let co_guardian = t.admit(&home, &ALL_RIGHTS, group.clone()).await?;
        let theirs = Home {
            guardian: co_guardian.clone(),
            ..home.clone()
        };
        let plain = t.admit(&theirs, &[Right::Read], group).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        for (what, key) in [
            ("an admin of another group", &co_guardian.key),
            ("a reader of another group", &plain.key),
        ] {
            let sent = page.revoke(key.public()).await;
            let what = format!("a root key removes {what}");
            t.refused(&what, sent, &["NOT_PERMITTED"])?;
        }
        let sent = second.revoke(page.key.public()).await;
        t.refused("an admin removes the root key", sent, &["DELAYED"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = page.revoke(second.key.public()).await;
        t.twin("a root key removes an admin of its own group", sent)?;
        let sent = second.read(0, 0).await;
        t.refused("who was removed reads", sent, &["NO_SESSION"])?;
        let sent = page.revoke(home.guardian.key.public()).await;
        t.twin("and the one who granted it", sent)
    })
}

fn root_mark(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let second = t.second_device(&home).await?;
        let page = t.candidate(&home).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let mut access = access_key(&page.key, &ALL_RIGHTS, home.group.clone());
        access.root = true;
        let sent = home.guardian.grant(access.clone()).await;
        t.refused("a root key over another admin's head", sent, &["DELAYED"])?;
        let mut marked = access_key(&second.key, &ALL_RIGHTS, home.group.clone());
        marked.root = true;
        let sent = home.guardian.grant(marked).await;
        t.refused("mark a key that stands", sent, &["NOT_PERMITTED"])?;
        let mut weak = access.clone();
        weak.rights = vec![Right::Read.into()];
        let sent = home.guardian.grant(weak).await;
        let said = t.refused(
            "a root key without the admin right",
            sent,
            &["INVALID_ARGUMENT"],
        )?;
        let field = said.metadata.get("field").cloned().unwrap_or_default();
        t.equal("metadata field", &"root", &field.as_str())?;
        t.unchanged(&home.guardian, &[], &before).await?;
        access.group = t.rng.bytes(16);
        let sent = home.guardian.grant(access.clone()).await;
        t.twin("a root key in a group without an admin", sent)?;
        let keys = t.done("list access keys", home.guardian.access().await)?;
        t.equal("it is listed so", &true, &keys.contains(&access))
    })
}

/// A root key in this group.
async fn rooted(t: &mut Trial, home: &Home, group: Vec<u8>) -> Result<Member, Stop> {
    let mut member = t.candidate(home).await?;
    let mut access = access_key(&member.key, &ALL_RIGHTS, group);
    access.root = true;
    t.done("grant a root key", home.guardian.grant(access).await)?;
    t.done("open a session with it", member.open().await)?;
    Ok(member)
}

/// Appends an entry with a slot, and tells its place.
async fn slotted(t: &mut Trial, home: &mut Home) -> Result<u64, Stop> {
    let mut entry = home.tip.entry(&mut t.rng, SMALL);
    entry.slot = t.rng.bytes(16);
    let sent = home.guardian.append(entry.clone()).await;
    t.done("append an entry with a slot", sent)?;
    home.tip = crate::peer::Tip::after(&entry);
    Ok(entry.seq)
}

async fn watch(t: &mut Trial, home: &Home, member: &Member) -> Result<Watching, Stop> {
    let tip = home.tip;
    let watched = member.watch(tip.next_seq, &tip.head, false).await;
    t.done("watch from the head", watched)
}

/// The next act on a watch, whatever comes before it.
async fn next_act(t: &mut Trial, watch: &mut Watching) -> Result<AdminAct, Stop> {
    loop {
        let seen = match watch.next().await {
            Ok(Some(Item::Act(act))) => return Ok(act),
            Ok(Some(_)) => continue,
            Ok(None) => String::from("the end of the stream"),
            Err(refusal) => refusal.to_string(),
        };
        let missing: Outcome = t.check("the next act on the watch", "an act", seen, false);
        missing?;
    }
}
