//! Devices that left destroy what they hold, also after a crash; devices that were only lost do not.

use crate::house::{DAY, House};
use crate::{Agent, Guardian, named};
use parcep_client::{ClientError, Store};
use parcep_core::consent::Act;
use parcep_core::member::Why;
use parcep_proto::v1alpha1 as pb;
use std::path::Path;

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The tablet is taken out by the phone, and stores that it was.
async fn removed(house: &mut House) -> Guardian {
    let mut tablet = house.tablet().await;
    let device = tablet.driver().member().identity().device;
    house.phone.driver().sync().await.unwrap();
    let without = house.phone.devices_without(device).unwrap();
    let act = Act::Devices(without);
    house.phone.begin(act, Vec::new()).await.unwrap();
    house.phone.renew_if_needed().await.unwrap();
    tablet.driver().member_mut().sync();
    tablet.driver().settle().await.unwrap();
    tablet
}

/// R-PRIV-017: the power fails between the entry and the erasing. No relay is needed to go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_was_stored_erases_when_the_folder_is_opened_again() {
    let mut house = House::found().await;
    let tablet = removed(&mut house).await;
    let folder = house.path("tablet");
    drop(tablet);
    assert!(files(&folder).contains(&"keys.json".to_owned()));
    let opened = Store::open(&folder).unwrap().member();
    assert!(matches!(opened, Err(ClientError::Removed)), "{opened:?}");
    assert_eq!(files(&folder), ["lock", "removed"]);
}

/// R-PRIV-017: it fails while files are written over.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_short_goes_on_when_the_folder_is_opened_again() {
    let mut house = House::found().await;
    drop(removed(&mut house).await);
    let folder = house.path("tablet");
    // The first file that goes is the keys.
    std::fs::write(folder.join("removed"), "removed from its household\n").unwrap();
    std::fs::remove_file(folder.join("keys.json")).unwrap();
    let opened = Guardian::open(&folder, house.link());
    assert!(matches!(opened, Err(ClientError::NoMember { .. })));
    assert_eq!(files(&folder), ["lock", "removed"]);
}

/// R-MOVE-003, R-MOVE-008: a relay cannot make a device destroy itself by a restore, real or feigned.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_loses_a_devices_admission_erases_nothing() {
    let mut house = House::found().await;
    let mut tablet = house.tablet().await;
    house.copy().await;
    let mut console = house.console("console").await;
    let access = console.driver().member().identity().access.public();
    house.put_back().await;
    house.pass(2 * DAY);
    tablet.driver().sync().await.unwrap();
    tablet.set_names(house.child, named("Lin")).await.unwrap();
    let rights = [pb::Right::Read, pb::Right::Registers];
    let key = pb::AccessKey {
        access_key: access.as_bytes().to_vec(),
        rights: rights.map(Into::into).into(),
        group: tablet.own_group().await.unwrap(),
        ..pb::AccessKey::default()
    };
    tablet.driver().grant(key).await.unwrap();

    let folder = house.path("console");
    let lost = |console: &mut Agent| {
        let branches = console.driver().member().branches().iter();
        branches
            .filter(|branch| matches!(branch.why(), Why::Lost(_)))
            .count()
    };
    let listed = |console: &mut Agent| {
        let member = console.driver().member();
        let device = member.identity().device;
        member.household().unwrap().key_of(device).is_some()
    };
    console.sync().await.unwrap();
    assert_eq!((lost(&mut console), listed(&mut console)), (1, false));
    assert!(files(&folder).contains(&"keys.json".to_owned()));
    drop(console);
    let mut console = Agent::open(&folder, house.link()).unwrap();
    console.sync().await.unwrap();
    assert_eq!(lost(&mut console), 1);
    assert!(
        files(&folder).contains(&"keys.json".to_owned()),
        "nor after a restart"
    );
}

/// R-MOVE-008, R-MOVE-003: what only its Welcome brought a console of the branch that a restore took, it has after a
/// restart too; else the lock on it would be gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_secret_of_a_branch_that_a_restore_took() {
    let mut house = House::found().await;
    let mut tablet = house.tablet().await;
    house.copy().await;
    // The console has its secrets by the Welcome alone: no wrap is for it.
    house.phone.driver().append_epoch().await.unwrap();
    let mut console = house.console("console").await;
    let access = console.driver().member().identity().access.public();
    house.lock("dinner").await;
    console.sync().await.unwrap();
    house.put_back().await;
    house.pass(2 * DAY);
    tablet.driver().sync().await.unwrap();
    tablet.set_names(house.child, named("Lin")).await.unwrap();
    let rights = [pb::Right::Read, pb::Right::Registers];
    let key = pb::AccessKey {
        access_key: access.as_bytes().to_vec(),
        rights: rights.map(Into::into).into(),
        group: tablet.own_group().await.unwrap(),
        ..pb::AccessKey::default()
    };
    tablet.driver().grant(key).await.unwrap();
    console.sync().await.unwrap();
    let held = |console: &mut Agent| {
        let member = console.driver().member();
        let device = member.identity().device;
        let branch = member.branches().first().unwrap().chain();
        let household = branch.household().unwrap();
        let listed = household.key_of(device).is_some();
        (listed, household.live().count(), branch.keyring().len())
    };
    let before = held(&mut console);
    assert!(before.0, "{before:?}");
    drop(console);
    let mut console = Agent::open(&house.path("console"), house.link()).unwrap();
    assert_eq!(held(&mut console), before);
}
