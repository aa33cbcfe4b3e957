//! Access keys: rights, grants, revocations.

use super::{Kind, Role, Run, Running, Spoil, Test};
use crate::peer::{ALL_RIGHTS, Member, Refusal, SMALL, Tip, access_key};
use crate::trial::{Home, Stop, Trial};
use crate::wire::ZERO_HASH;
use parcep_proto::v1alpha1::announce_request::What;
use parcep_proto::v1alpha1::{AccessKey, Right};

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-060-grant",
        title: "grants a key exactly the rights named and lists it",
        cites: &["R-RELAY-016", "R-RELAY-021"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(grant),
    },
    Test {
        id: "T-RELAY-061-rights",
        title: "lets no key do what it has no right to",
        cites: &["R-RELAY-021", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(rights),
    },
    Test {
        id: "T-RELAY-062-revoke",
        title: "ends sessions of a revoked key at once and opens no new ones",
        cites: &["R-RELAY-018", "R-RELAY-006"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(revoke),
    },
    Test {
        id: "T-RELAY-066-changed-key",
        title: "ends sessions of a key whose rights changed",
        cites: &["R-RELAY-018"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(changed_key),
    },
    Test {
        id: "T-RELAY-067-quota",
        title: "holds a key to the bytes it was granted",
        cites: &["R-RELAY-022"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(quota),
    },
    Test {
        id: "T-RELAY-068-rate",
        title: "holds a key to the calls a minute it was granted, over sessions",
        cites: &["R-RELAY-022"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(rate),
    },
    Test {
        id: "T-RELAY-063-admin-stays",
        title: "removes and weakens no admin key at once",
        cites: &["R-RELAY-016", "R-RELAY-017"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(admin_stays),
    },
    Test {
        id: "T-RELAY-064-other-group",
        title: "lets nobody change or remove a key of another group",
        cites: &["R-RELAY-016", "R-RELAY-017"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(other_group),
    },
    Test {
        id: "T-RELAY-069-closed-group",
        title: "lets nobody bring a key into a group of others",
        cites: &["R-RELAY-016"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(closed_group),
    },
    Test {
        id: "T-RELAY-057-same-grant",
        title: "takes a grant of what stands for any group and ends no session by it",
        cites: &["R-RELAY-016", "R-RELAY-018"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(same_grant),
    },
    Test {
        id: "T-RELAY-058-which-refusal",
        title: "gives the first of several reasons: right, then fields, then head, then quota",
        cites: &["R-RELAY-034"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(which_refusal),
    },
    Test {
        id: "T-RELAY-065-grant-malformed",
        title: "refuses weak keys, unknown or repeated rights and bad groups",
        cites: &["R-WIRE-007", "R-WIRE-011", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(grant_malformed),
    },
];

fn grant(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let mut expected = vec![access_key(
            &home.guardian.key,
            &ALL_RIGHTS,
            home.group.clone(),
        )];
        let (new, another) = (t.rng.bytes(16), t.rng.bytes(16));
        for (rights, group) in [
            (&[Right::Read][..], new),
            (&[Right::Read, Right::Append], another),
            (&[Right::Registers], home.group.clone()),
        ] {
            let mut member = t.candidate(&home).await?;
            let mut access = access_key(&member.key, rights, group);
            access.rate_per_minute = Some(600);
            access.quota_bytes = Some(1 << 20);
            t.works("grant", home.guardian.grant(access.clone()).await)?;
            let opened = t.works("open a session", member.open().await)?;
            t.equal("rights of the session", &access.rights, &opened.rights)?;
            expected.push(access);
        }
        expected.sort_by(|one, other| one.access_key.cmp(&other.access_key));
        let keys = t.works("list access keys", home.guardian.access().await)?;
        t.equal("the list, in order of the key", &expected, &keys)
    })
}

/// Calls and the right each needs; the first of each right is its twin.
const NEEDS: [(&str, Right); 12] = [
    ("Read", Right::Read),
    ("Watch", Right::Read),
    ("ReadRegister", Right::Read),
    ("ListAccess", Right::Read),
    ("WriteRegister", Right::Registers),
    ("GrantAccess", Right::Admin),
    ("RevokeAccess", Right::Admin),
    ("Append", Right::Append),
    ("ListActs", Right::Read),
    ("Announce", Right::Admin),
    ("CancelAct", Right::Admin),
    ("Prune", Right::Append),
];

fn rights(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        // Append comes last: its twin moves the head that the others' calls name.
        for only in [Right::Read, Right::Registers, Right::Admin, Right::Append] {
            let name = t.rng.bytes(32);
            let member = t.admit(&home, &[only], home.group.clone()).await?;
            let before = t.snapshot(&home.guardian, &[&name]).await?;
            for (call, needs) in NEEDS.into_iter().filter(|(_, needs)| *needs != only) {
                let sent = try_call(t, &home, &member, call, &name).await?;
                let what = format!("{call} with the right {only:?} alone");
                let said = t.refused(&what, sent, &["NOT_PERMITTED"])?;
                let named = said.metadata.get("right").cloned().unwrap_or_default();
                let right = format!("{needs:?}").to_lowercase();
                let ok = named.to_lowercase().ends_with(&right);
                t.check("metadata right", right, named, ok)?;
            }
            t.unchanged(&home.guardian, &[&name], &before).await?;
            for (call, _) in NEEDS
                .into_iter()
                .filter(|(_, needs)| *needs == only)
                .take(1)
            {
                let sent = try_call(t, &home, &member, call, &name).await?;
                t.twin(&format!("{call} with the right {only:?}"), sent)?;
            }
        }
        Ok(())
    })
}

/// One call, well formed in every part.
async fn try_call(
    t: &mut Trial,
    home: &Home,
    member: &Member,
    call: &str,
    name: &[u8],
) -> Result<Result<(), Refusal>, Stop> {
    Ok(match call {
        "Append" => {
            let entry = home.tip.entry(&mut t.rng, SMALL);
            member.append(entry).await.map(drop)
        }
        "Read" => member.read(0, 0).await.map(drop),
        "Watch" => member.watch(0, &ZERO_HASH, true).await.map(drop),
        "ReadRegister" => member.register(name).await.map(drop),
        "ListAccess" => member.access().await.map(drop),
        "WriteRegister" => {
            let register = super::register::first(name, t.rng.bytes(128));
            member.write(register).await.map(drop)
        }
        "GrantAccess" => {
            let candidate = t.candidate(home).await?;
            let access = access_key(&candidate.key, &[Right::Read], home.group.clone());
            member.grant(access).await
        }
        "ListActs" => member.acts().await.map(drop),
        "Announce" => member.announce(What::DeleteLog(true)).await.map(drop),
        "CancelAct" => member.cancel(1).await,
        "Prune" => member.prune(vec![0]).await,
        _ => {
            let candidate = t.candidate(home).await?;
            member.revoke(candidate.key.public()).await
        }
    })
}

fn revoke(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let mut member = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let stays = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        t.done("read before it is revoked", member.read(0, 0).await)?;
        t.done("revoke", home.guardian.revoke(member.key.public()).await)?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        t.refused(
            "read in the old session",
            member.read(0, 0).await,
            &["NO_SESSION"],
        )?;
        t.refused(
            "open a new session",
            member.open().await,
            &["BAD_CHALLENGE"],
        )?;
        let keys = t.done("list access keys", home.guardian.access().await)?;
        let listed = keys.iter().any(|key| key.access_key == member.key.public());
        t.equal("the revoked key is listed", &false, &listed)?;
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("a key that was not revoked reads", stays.read(0, 0).await)
            .map(drop)
    })
}

fn changed_key(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let mut member = t
            .admit(&home, &[Right::Read, Right::Append], home.group.clone())
            .await?;
        t.done("read before the change", member.read(0, 0).await)?;
        let fewer = access_key(&member.key, &[Right::Read], home.group.clone());
        t.done(
            "take the append right away",
            home.guardian.grant(fewer).await,
        )?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let entry = home.tip.entry(&mut t.rng, SMALL);
        let sent = member.append(entry.clone()).await;
        t.refused("append in the old session", sent, &["NO_SESSION"])?;
        t.done("open a new session", member.open().await)?;
        let sent = member.append(entry).await;
        t.refused("append in the new session", sent, &["NOT_PERMITTED"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin("read in the new session", member.read(0, 0).await)
            .map(drop)
    })
}

fn quota(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let mut member = t.candidate(&home).await?;
        let mut access = access_key(
            &member.key,
            &[Right::Read, Right::Append],
            home.group.clone(),
        );
        access.quota_bytes = Some(6 << 10);
        t.done("grant 6 KiB", home.guardian.grant(access).await)?;
        t.done("open a session", member.open().await)?;
        let entry = home.tip.entry(&mut t.rng, (1024, 2048));
        t.done("append 3 KiB", member.append(entry.clone()).await)?;
        home.tip = Tip::after(&entry);
        let before = t.snapshot(&home.guardian, &[]).await?;
        let sent = member
            .append(home.tip.entry(&mut t.rng, (1024, 4096)))
            .await;
        let said = t.refused("append 5 KiB more", sent, &["QUOTA"])?;
        let of = said.metadata.get("of").cloned().unwrap_or_default();
        t.equal("metadata of", &"key_bytes", &of.as_str())?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let entry = home.tip.entry(&mut t.rng, (1024, 2048));
        t.twin("append 3 KiB more", member.append(entry).await)
            .map(drop)
    })
}

fn rate(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        // A relay may allow a burst of a minute's calls, so one of the next few has to be refused.
        const PER_MINUTE: u32 = 6;
        let home = t.home().await?;
        let mut members = Vec::new();
        for rate in [Some(PER_MINUTE), None] {
            let member = t.candidate(&home).await?;
            let mut access = access_key(&member.key, &[Right::Read], home.group.clone());
            access.rate_per_minute = rate;
            t.done("grant access", home.guardian.grant(access).await)?;
            members.push(member);
        }
        let before = t.snapshot(&home.guardian, &[]).await?;
        for (slow, mut member) in [true, false].into_iter().zip(members) {
            t.done("open a session", member.open().await)?;
            let what = format!("{} calls at once", 2 * PER_MINUTE);
            let refused = burst(&member, 2 * PER_MINUTE).await;
            if !slow {
                t.twin(&format!("{what} at the relay's own rate"), refused)?;
                continue;
            }
            t.refused(
                &format!("{what} at {PER_MINUTE} a minute"),
                refused,
                &["RATE_LIMITED"],
            )?;
            let again = match member.open().await {
                Ok(_) => burst(&member, PER_MINUTE).await,
                // Opening may count as a call of this key.
                Err(refusal) => Err(refusal),
            };
            t.refused("and in a new session", again, &["RATE_LIMITED"])?;
        }
        t.unchanged(&home.guardian, &[], &before).await
    })
}

/// Reads so often, and returns the first refusal.
async fn burst(member: &Member, calls: u32) -> Result<(), Refusal> {
    for _ in 0..calls {
        member.read(0, 1).await?;
    }
    Ok(())
}

fn admin_stays(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let second = t.second_device(&home).await?;
        let plain = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let sent = second.revoke(home.guardian.key.public()).await;
        t.refused("an admin revokes another admin", sent, &["DELAYED"])?;
        let whole = access_key(&home.guardian.key, &ALL_RIGHTS, home.group.clone());
        let defects: [(&str, Spoil<AccessKey>); 4] = [
            ("every right but one", |access| access.rights = vec![1]),
            ("the admin right", |access| access.rights = vec![1, 2, 3]),
            ("bytes", |access| access.quota_bytes = Some(0)),
            ("calls", |access| access.rate_per_minute = Some(1)),
        ];
        for (what, take) in defects {
            let mut less = whole.clone();
            take(&mut less);
            let sent = second.grant(less.clone()).await;
            let what = format!("an admin takes {what} from another admin");
            t.refused(&what, sent, &["DELAYED"])?;
            let sent = home.guardian.grant(less).await;
            t.refused(&format!("{what}, who is itself"), sent, &["DELAYED"])?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = second.revoke(plain.key.public()).await;
        t.twin("an admin revokes a key without that right", sent)
    })
}

fn other_group(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let group = t.rng.bytes(16);
        let other = t
            .admit(&home, &[Right::Read, Right::Append], group.clone())
            .await?;
        let admins = t.rng.bytes(16);
        let admin = t.admit(&home, &ALL_RIGHTS, admins.clone()).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let fewer = access_key(&other.key, &[Right::Read], group);
        let sent = home.guardian.grant(fewer).await;
        t.refused("change a key of another group", sent, &["NOT_PERMITTED"])?;
        let moved = access_key(&other.key, &[Right::Read], home.group.clone());
        let sent = home.guardian.grant(moved).await;
        t.refused("move it into the own group", sent, &["NOT_PERMITTED"])?;
        let sent = home.guardian.revoke(other.key.public()).await;
        t.refused("remove a key of another group", sent, &["NOT_PERMITTED"])?;
        let sent = home.guardian.revoke(admin.key.public()).await;
        t.refused(
            "remove an admin key of another group",
            sent,
            &["NOT_PERMITTED"],
        )?;
        let fewer = access_key(&admin.key, &[Right::Read], admins);
        let sent = home.guardian.grant(fewer).await;
        t.refused(
            "weaken an admin key of another group",
            sent,
            &["NOT_PERMITTED"],
        )?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let ours = t
            .admit(&home, &[Right::Read, Right::Append], home.group.clone())
            .await?;
        let fewer = access_key(&ours.key, &[Right::Read], home.group.clone());
        t.twin(
            "change a key of the own group",
            home.guardian.grant(fewer).await,
        )?;
        t.twin("remove it", home.guardian.revoke(ours.key.public()).await)
    })
}

fn closed_group(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let group = t.rng.bytes(16);
        let co_guardian = t.admit(&home, &ALL_RIGHTS, group.clone()).await?;
        let spy = t.candidate(&home).await?;
        let ours = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        for (what, key, rights) in [
            ("an admin key", &spy.key, &ALL_RIGHTS[..]),
            ("a key that reads", &spy.key, &[Right::Read]),
            ("a key of the own group", &ours.key, &[Right::Read]),
        ] {
            let sent = home.guardian.grant(access_key(key, rights, group.clone()));
            let what = format!("bring {what} into the group of others");
            t.refused(&what, sent.await, &["NOT_PERMITTED"])?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        let access = access_key(&spy.key, &[Right::Read], group);
        let sent = co_guardian.grant(access).await;
        t.twin("its own admin brings the key in", sent)
    })
}

fn same_grant(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let group = t.rng.bytes(16);
        let other = t.admit(&home, &ALL_RIGHTS, group.clone()).await?;
        let same = access_key(&other.key, &ALL_RIGHTS, group);
        let granted = home.guardian.grant(same).await;
        t.works("grant another group's key what it has", granted)?;
        let same = access_key(&home.guardian.key, &ALL_RIGHTS, home.group.clone());
        let granted = home.guardian.grant(same).await;
        t.works("grant the own key what it has", granted)?;
        t.works("the other reads in its session", other.read(0, 0).await)?;
        t.works("and so does the caller", home.guardian.read(0, 0).await)
            .map(drop)
    })
}

fn which_refusal(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let reader = t.admit(&home, &[Right::Read], home.group.clone()).await?;
        let mut poor = t.candidate(&home).await?;
        let rights = [Right::Read, Right::Append];
        let mut access = access_key(&poor.key, &rights, home.group.clone());
        access.quota_bytes = Some(0);
        t.done(
            "grant a quota of nothing",
            home.guardian.grant(access).await,
        )?;
        t.done("open a session", poor.open().await)?;
        let late = home.tip.entry(&mut t.rng, SMALL);
        home.grow(t, 1).await?;
        let before = t.snapshot(&home.guardian, &[]).await?;

        let mut broken = late.clone();
        broken.prev.clear();
        broken.header = Default::default();
        let sent = reader.append(broken.clone()).await;
        t.refused("no right, and no shape", sent, &["NOT_PERMITTED"])?;
        let sent = poor.append(broken).await;
        let said = t.refused("two bad fields, late, no room", sent, &["INVALID_ARGUMENT"])?;
        let field = said.metadata.get("field").cloned().unwrap_or_default();
        t.equal("metadata field: the first one", &"prev", &field.as_str())?;
        let sent = poor.append(late).await;
        t.refused("late, and no room", sent, &["STALE_HEAD"])?;
        let next = home.tip.entry(&mut t.rng, SMALL);
        let sent = poor.append(next.clone()).await;
        t.refused("no room", sent, &["QUOTA"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let sent = home.guardian.append(next).await;
        t.twin("a key with right and room, in time", sent).map(drop)
    })
}

fn grant_malformed(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let candidate = t.candidate(&home).await?;
        let proper = access_key(&candidate.key, &[Right::Read], home.group.clone());
        let before = t.snapshot(&home.guardian, &[]).await?;
        let malformed = ["INVALID_ARGUMENT", "MALFORMED"];
        let defects: [(&str, Spoil<AccessKey>, &[&str]); 7] = [
            (
                "a key of small order",
                |access| access.access_key = vec![0; 32],
                &["WEAK_KEY"],
            ),
            (
                "a key of 31 bytes",
                |access| access.access_key.truncate(31),
                &malformed,
            ),
            ("the right 0", |access| access.rights = vec![0], &malformed),
            (
                "an unknown right",
                |access| access.rights = vec![1, 99],
                &malformed,
            ),
            (
                "a right named twice",
                |access| access.rights = vec![1, 1],
                &malformed,
            ),
            (
                "a group of 17 bytes",
                |access| access.group.push(0),
                &malformed,
            ),
            (
                "a rate of 6001 calls a minute",
                |access| access.rate_per_minute = Some(6001),
                &malformed,
            ),
        ];
        for (defect, make, reasons) in defects {
            let mut access = proper.clone();
            make(&mut access);
            let sent = home.guardian.grant(access).await;
            t.refused(&format!("grant {defect}"), sent, reasons)?;
        }
        t.unchanged(&home.guardian, &[], &before).await?;
        t.twin(
            "grant it without defects",
            home.guardian.grant(proper).await,
        )
    })
}
