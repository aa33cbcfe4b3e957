//! What a device keeps of a long log, and goes on from after a restart.

use crate::house::{House, NOON};
use parcep_client::guardian::{Guardian, Names};
use parcep_client::{ClientError, Link, Store, forks};
use parcep_core::id::PrincipalId;
use parcep_core::policy::Override;
use parcep_core::reason::Reason;
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

async fn lock(by: &mut Guardian, child: PrincipalId, reason: &str) {
    by.driver().sync().await.unwrap();
    let act = serde_json::json!({
        "author": {"guardian": by.principal().unwrap().to_string()},
        "id": "lock", "position": 0, "from": jiff::Timestamp::from_second(NOON).unwrap(),
        "kind": {"lock_now": {"reason": reason}},
    });
    let act: Override = serde_json::from_value(act).unwrap();
    by.act(child, &act).await.unwrap();
}

async fn rename(by: &mut Guardian, child: PrincipalId, times: u32) {
    for round in 0..times {
        let names = Names {
            dependant: format!("Linnea {round}"),
            guardians: Vec::new(),
        };
        by.set_names(child, names).await.unwrap();
    }
}

fn reopened(phone: Guardian, folder: &Path, link: Link) -> Guardian {
    drop(phone);
    Guardian::open(folder, link).unwrap()
}

/// R-LOG-006, R-LOG-017, R-MOVE-028: a phone that was started from its snapshot meets a story that parted
/// from its own a thousand places before. It is a fork, proven to another member without any relay.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_a_thousand_places_back_is_proven_after_a_restart() {
    let mut house = House::found().await;
    let child = house.child;
    let mut mum = house.guardian("mum", &mut [], 1).await;
    house.phone.driver().sync().await.unwrap();
    for name in ["phone", "mum"] {
        copy(&house.path(name), &house.path(&format!("{name} 2")));
    }
    let (other, _running) = house.second().await;
    let phone = house.path("phone");

    lock(&mut house.phone, child, "dinner").await;
    lock(&mut mum, child, "bed").await;
    for name in ["phone 2", "mum 2"] {
        let mut twin = Guardian::open(&house.path(name), other.clone()).unwrap();
        lock(&mut twin, child, "homework").await;
    }
    house.phone.driver().sync().await.unwrap();
    rename(&mut house.phone, child, 1_000).await;
    house.phone.driver().sync().await.unwrap();
    assert!(house.phone.driver().member().head().0 > 1_000);

    let (link, head) = (house.link(), house.phone.driver().member().head());
    let snapshot = std::fs::metadata(phone.join("snapshot.bin")).unwrap();
    assert!(snapshot.len() > 1_000);
    house.phone = reopened(house.phone, &phone, link);
    assert_eq!(house.phone.driver().member().head(), head);
    house.phone.driver().use_link(other).unwrap();
    let told = house.phone.driver().sync().await;
    let refused = |told: &ClientError| match told {
        ClientError::Distrusted(failure) => Some(failure.reason),
        _ => None,
    };
    if let Err(told) = &told {
        assert_eq!(refused(told), Some(Reason::Fork), "{told}");
    }
    assert_eq!(house.phone.driver().member().branches().len(), 1);
    let proof = forks::held(house.phone.driver().store()).unwrap();
    drop(mum);
    let mut store = Store::open(&house.path("mum")).unwrap();
    assert!(forks::show(&mut store, &proof.unwrap()).unwrap());
}

/// A snapshot is a shorter way, and no more: without it, with a damaged one, or with one of another log, a
/// member starts from all of its entries.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_not_sound_is_not_used() {
    let mut house = House::found().await;
    let (child, link, phone) = (house.child, house.link(), house.path("phone"));
    rename(&mut house.phone, child, 270).await;
    let mut console = house.console("console").await;
    console.sync().await.unwrap();
    let told = |guardian: &mut Guardian| {
        let member = guardian.driver().member();
        (member.head(), member.live_root(), member.has_left())
    };
    let folder = phone.parent().unwrap().to_owned();
    let mut guardian = reopened(house.phone, &phone, link.clone());
    let before = told(&mut guardian);
    let kept = phone.join("snapshot.bin");
    let sound = std::fs::read(&kept).unwrap();
    let of_console = std::fs::read(folder.join("console").join("snapshot.bin")).unwrap();
    let mut damaged = sound.clone();
    damaged[100] ^= 1;
    for bytes in [sound, damaged, of_console, Vec::new()] {
        std::fs::write(&kept, bytes).unwrap();
        guardian = reopened(guardian, &phone, link.clone());
        assert_eq!(told(&mut guardian), before);
        guardian.driver().sync().await.unwrap();
    }
    // Half the log is gone with what came last: nothing is believed that the log does not say.
    drop(guardian);
    let log = phone.join("log.bin");
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(&log, bytes.split_at(bytes.len() / 2).0).unwrap();
    let mut guardian = Guardian::open(&phone, link).unwrap();
    assert!(told(&mut guardian).0.0 < before.0.0 / 2 + 20);
    guardian.driver().sync().await.unwrap();
    assert_eq!(told(&mut guardian), before);
}
