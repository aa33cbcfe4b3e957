//! Rights, granting, revoking, registers.

use crate::member::{Member, TestRelay, reason, refused};
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::Right;
use parcep_server::Limits;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tonic::{Code, Status};

fn register(version: u64) -> pb::Register {
    pb::Register {
        name: vec![3; 32],
        version,
        value: vec![version as u8; 128],
        expires_at: None,
    }
}

async fn write(member: &mut Member, register: pb::Register) -> Result<u64, Status> {
    let request = pb::WriteRegisterRequest {
        session: member.session.clone(),
        register: Some(register),
    };
    let written = member.client.write_register(request).await?;
    Ok(written.into_inner().version)
}

async fn read(member: &mut Member, name: u8) -> Result<Option<pb::Register>, Status> {
    let request = pb::ReadRegisterRequest {
        session: member.session.clone(),
        name: vec![name; 32],
    };
    Ok(member
        .client
        .read_register(request)
        .await?
        .into_inner()
        .register)
}

/// R-RELAY-021.
#[tokio::test]
async fn each_call_needs_its_right() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut reader = founder.admit(2, &[Right::Read]).await;
    let mut writer = founder.admit(3, &[Right::Append]).await;

    reader.read(0, 0).await.unwrap();
    assert_eq!(read(&mut reader, 3).await.unwrap(), None);
    writer.append().await.unwrap();

    let refusals = [
        ("append", refused(reader.append().await)),
        ("registers", refused(write(&mut reader, register(1)).await)),
        (
            "admin",
            refused(reader.grant(reader.access(&[Right::Read])).await),
        ),
        ("admin", refused(reader.revoke(vec![1; 32]).await)),
        ("read", refused(writer.read(0, 0).await)),
        ("read", refused(read(&mut writer, 3).await)),
        ("read", {
            let request = pb::ListAccessRequest {
                session: writer.session.clone(),
            };
            refused(writer.client.list_access(request).await)
        }),
        ("read", {
            let request = pb::WatchRequest {
                session: writer.session.clone(),
                from_seq: 0,
                from_hash: vec![0; 32],
                registers: false,
            };
            refused(writer.client.watch(request).await.map(drop))
        }),
    ];
    for (right, refused) in refusals {
        assert_eq!(
            (refused.reason.as_str(), refused.code),
            ("NOT_PERMITTED", Code::PermissionDenied)
        );
        assert_eq!(refused.metadata("right"), right);
    }
}

#[tokio::test]
async fn the_list_of_keys_is_in_order_and_complete() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut expected = vec![founder.access(&Right::all())];
    for number in 2..6 {
        let other = founder.admit(number, &[Right::Read]).await;
        expected.push(other.access(&[Right::Read]));
    }
    expected.sort_by(|one, other| one.access_key.cmp(&other.access_key));
    let request = pb::ListAccessRequest {
        session: founder.session.clone(),
    };
    let listed = founder.client.list_access(request).await.unwrap();
    assert_eq!(listed.into_inner().keys, expected);
}

trait AllRights {
    fn all() -> [Right; 4];
}

impl AllRights for Right {
    fn all() -> [Right; 4] {
        [Self::Read, Self::Append, Self::Registers, Self::Admin]
    }
}

#[tokio::test]
async fn grants_of_a_wrong_shape_are_refused() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let other = Member::new(relay.client().await, 1, 2);
    let good = other.access(&[Right::Read]);
    type Spoil = fn(&mut pb::AccessKey);
    let cases: [(&str, &str, Spoil); 9] = [
        ("INVALID_ARGUMENT", "rights", |a| a.rights.clear()),
        ("INVALID_ARGUMENT", "rights", |a| a.rights = vec![1, 1]),
        ("INVALID_ARGUMENT", "rights", |a| a.rights = vec![0]),
        ("INVALID_ARGUMENT", "rights", |a| a.rights = vec![5]),
        ("INVALID_ARGUMENT", "group", |a| a.group.truncate(15)),
        ("INVALID_ARGUMENT", "access_key", |a| {
            a.access_key.truncate(31)
        }),
        ("INVALID_ARGUMENT", "rate_per_minute", |a| {
            a.rate_per_minute = Some(0)
        }),
        ("INVALID_ARGUMENT", "rate_per_minute", |a| {
            a.rate_per_minute = Some(6001)
        }),
        ("WEAK_KEY", "", |a| a.access_key = vec![0; 32]),
    ];
    for (reason, field, spoil) in cases {
        let mut bad = good.clone();
        spoil(&mut bad);
        let refused = refused(founder.grant(bad).await);
        assert_eq!(
            (refused.reason.as_str(), refused.metadata("field").as_str()),
            (reason, field)
        );
    }
    let request = pb::GrantAccessRequest {
        session: founder.session.clone(),
        access: None,
    };
    assert_eq!(
        refused(founder.client.grant_access(request).await).metadata("field"),
        "access"
    );
}

/// R-RELAY-016, R-RELAY-017.
#[tokio::test]
async fn an_admin_changes_keys_of_its_own_group_and_weakens_no_admin() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut co_guardian = founder.admit(2, &[Right::Read, Right::Admin]).await;
    let mut console = Member::new(relay.client().await, 1, 3);
    console.group = 1;
    founder.grant(console.access(&[Right::Read])).await.unwrap();

    founder
        .grant(console.access(&[Right::Append]))
        .await
        .unwrap();
    let foreign = co_guardian.grant(console.access(&[Right::Read])).await;
    assert_eq!(reason(foreign), "NOT_PERMITTED");
    let foreign = co_guardian.revoke(console.public()).await;
    assert_eq!(reason(foreign), "NOT_PERMITTED");

    let lock_out = co_guardian.revoke(founder.public()).await;
    assert_eq!(
        reason(lock_out),
        "NOT_PERMITTED",
        "another group's, admin or not"
    );
    let lock_out = founder.revoke(founder.public()).await;
    assert_eq!(reason(lock_out), "DELAYED");
    let mut weaker =
        [Vec::new(), Vec::new(), Vec::new()].map(|_: Vec<u8>| founder.access(&Right::all()));
    weaker[0].rights.pop();
    weaker[1].rate_per_minute = Some(1);
    weaker[2].quota_bytes = Some(1);
    for access in weaker {
        assert_eq!(reason(founder.grant(access).await), "DELAYED");
    }
    founder.revoke(console.public()).await.unwrap();
    founder.revoke(console.public()).await.unwrap();
    assert_eq!(reason(console.open().await), "BAD_CHALLENGE");
}

/// R-RELAY-016.
#[tokio::test]
async fn nobody_brings_a_key_into_a_group_of_others() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let co_guardian = founder.admit(2, &[Right::Read, Right::Admin]).await;
    let mut spy = Member::new(relay.client().await, 1, 3);
    spy.group = co_guardian.group;
    let sent = founder.grant(spy.access(&[Right::Admin])).await;
    assert_eq!(reason(sent), "NOT_PERMITTED");
    let mut own = Member::new(relay.client().await, 1, 4);
    own.group = founder.group;
    founder.grant(own.access(&[Right::Read])).await.unwrap();
    own.group = co_guardian.group;
    let moved = founder.grant(own.access(&[Right::Read])).await;
    assert_eq!(reason(moved), "NOT_PERMITTED");
    own.group = 77;
    let to_a_new_group = founder.grant(own.access(&[Right::Read])).await;
    to_a_new_group.unwrap();
}

/// R-RELAY-016, R-RELAY-018.
#[tokio::test]
async fn a_grant_of_what_stands_succeeds_for_any_group_and_ends_no_session() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut co_guardian = founder.admit(2, &[Right::Read, Right::Admin]).await;
    let same = co_guardian.access(&[Right::Read, Right::Admin]);
    founder.grant(same).await.unwrap();
    co_guardian.read(0, 0).await.unwrap();
    let mut own_rate = founder.access(&Right::all());
    own_rate.rate_per_minute = Some(6000);
    founder.grant(own_rate).await.unwrap();
    assert_eq!(
        reason(founder.read(0, 0).await),
        "NO_SESSION",
        "a key that was changed opens a new session, also if it gained nothing"
    );
}

/// R-RELAY-034, R-LOG-011.
#[tokio::test]
async fn a_lost_race_is_told_before_a_full_quota() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut member = Member::new(relay.client().await, 1, 2);
    let mut access = member.access(&[Right::Read, Right::Append]);
    access.quota_bytes = Some(0);
    founder.grant(access).await.unwrap();
    member.open().await.unwrap();
    let entry = member.next();
    let nothing = refused(member.append_entry((&entry).into()).await);
    assert_eq!(
        (nothing.reason.as_str(), nothing.metadata("of").as_str()),
        ("QUOTA", "key_bytes")
    );
    founder.append().await.unwrap();
    let late = member.append_entry((&entry).into()).await;
    assert_eq!(reason(late), "STALE_HEAD");
}

/// R-RELAY-018.
#[tokio::test]
async fn a_changed_or_revoked_key_loses_its_sessions_at_once() {
    let relay = TestRelay::start().await;
    let mut founder = Member::found(&relay, 1).await;
    let mut device = Member::new(relay.client().await, 1, 2);
    device.group = 1;
    founder.grant(device.access(&[Right::Read])).await.unwrap();
    device.open().await.unwrap();
    device.read(0, 0).await.unwrap();
    founder
        .grant(device.access(&[Right::Append]))
        .await
        .unwrap();
    assert_eq!(reason(device.read(0, 0).await), "NO_SESSION");
    device.open().await.unwrap();
    device.append().await.unwrap();
    founder.revoke(device.public()).await.unwrap();
    assert_eq!(reason(device.append().await), "NO_SESSION");
}

/// R-RELAY-030.
#[tokio::test]
async fn a_log_holds_a_bounded_number_of_keys_and_registers() {
    let relay = TestRelay::with({
        let mut limits = Limits::default();
        limits.keys_per_log = 2;
        limits.registers_per_log = 1;
        limits
    })
    .await;
    let mut founder = Member::found(&relay, 1).await;
    founder.admit(2, &[Right::Read]).await;
    let third = Member::new(relay.client().await, 1, 3);
    let refused_key = refused(founder.grant(third.access(&[Right::Read])).await);
    assert_eq!(
        (
            refused_key.reason.as_str(),
            refused_key.metadata("of").as_str()
        ),
        ("QUOTA", "keys")
    );
    write(&mut founder, register(1)).await.unwrap();
    write(&mut founder, register(2)).await.unwrap();
    let mut second = register(1);
    second.name = vec![4; 32];
    let refused_register = refused(write(&mut founder, second).await);
    assert_eq!(
        (
            refused_register.reason.as_str(),
            refused_register.metadata("of").as_str()
        ),
        ("QUOTA", "registers")
    );
}

/// R-RELAY-014.
#[tokio::test]
async fn a_register_moves_by_one_version_at_a_time() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    assert_eq!(write(&mut member, register(1)).await.unwrap(), 1);
    assert_eq!(write(&mut member, register(2)).await.unwrap(), 2);
    for wrong in [1, 2, 4, u64::MAX] {
        let refused = refused(write(&mut member, register(wrong)).await);
        assert_eq!(
            (refused.reason.as_str(), refused.code),
            ("STALE_VERSION", Code::Aborted)
        );
        assert_eq!(refused.metadata("version"), "2");
    }
    assert_eq!(read(&mut member, 3).await.unwrap(), Some(register(2)));
    assert_eq!(read(&mut member, 4).await.unwrap(), None);
}

/// R-RELAY-014, R-RELAY-015.
#[tokio::test]
async fn registers_of_a_wrong_shape_are_refused() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    type Spoil = fn(&mut pb::Register);
    let cases: [(&str, &str, Spoil); 5] = [
        ("INVALID_ARGUMENT", "name", |r| r.name.truncate(31)),
        ("INVALID_ARGUMENT", "version", |r| r.version = 0),
        ("INVALID_ARGUMENT", "value", |r| r.value.truncate(79)),
        ("TOO_LARGE", "value", |r| r.value = vec![0; 4097]),
        ("INVALID_ARGUMENT", "expires_at", |r| r.expires_at = Some(1)),
    ];
    for (reason, field, spoil) in cases {
        let mut bad = register(1);
        spoil(&mut bad);
        let refused = refused(write(&mut member, bad).await);
        assert_eq!(
            (refused.reason.as_str(), refused.metadata("field").as_str()),
            (reason, field)
        );
    }
    let request = pb::ReadRegisterRequest {
        session: member.session.clone(),
        name: vec![0; 31],
    };
    assert_eq!(
        refused(member.client.read_register(request).await).metadata("field"),
        "name"
    );
    assert_eq!(read(&mut member, 3).await.unwrap(), None);
}

/// R-RELAY-015.
#[tokio::test]
async fn a_register_is_forgotten_when_it_expires_and_its_writer_goes_on_counting() {
    let relay = TestRelay::start().await;
    let mut member = Member::found(&relay, 1).await;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    let short = pb::Register {
        expires_at: Some(now + 2),
        ..register(1)
    };
    write(&mut member, short.clone()).await.unwrap();
    assert_eq!(read(&mut member, 3).await.unwrap(), Some(short));
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(read(&mut member, 3).await.unwrap(), None);
    write(&mut member, register(2)).await.unwrap();
    assert_eq!(read(&mut member, 3).await.unwrap(), Some(register(2)));
}
