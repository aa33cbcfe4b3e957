//! Erasing, proven by scan: whatever a device held is looked for in every file of its folder, before and
//! after.

use crate::house::House;
use crate::{Agent, Guardian, named};
use parcep_client::{ClientError, Driver, Store};
use parcep_core::consent::Act;
use parcep_core::hex;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use std::path::Path;

/// Everything that only this device may know: private keys and secrets. Then what says whose log it is,
/// and what stands in it.
fn held(driver: &mut Driver) -> Vec<Vec<u8>> {
    let member = driver.member();
    let own = member.identity();
    let seeds = [&own.signing, &own.access].map(|key| key.expose_seed().to_vec());
    let secrets = pb::SecretSet::from(member.keyring()).secrets.into_iter();
    let mut all: Vec<Vec<u8>> = secrets.map(|secret| secret.value).collect();
    all.extend(seeds);
    all.push(own.sealing.expose_seed().to_vec());
    all.push(member.anchor().log_id.to_vec());
    all.push(member.anchor().handle.clone());
    let entries = driver.store().entries().unwrap();
    all.extend(entries.iter().map(|entry| entry.header[..64].to_vec()));
    all
}

/// How many of these stand in some file, as they are or in hexadecimal.
fn found(folder: &Path, all: &[Vec<u8>]) -> usize {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let files: Vec<_> = files
        .map(|file| std::fs::read(file.path()).unwrap())
        .collect();
    let stands = |what: &[u8]| {
        let mut files = files.iter();
        files.any(|file| file.windows(what.len()).any(|part| part == what))
    };
    let of = |what: &&Vec<u8>| stands(what) || stands(hex::encode(what).as_bytes());
    all.iter().filter(of).count()
}

/// R-PRIV-017, R-CONS-016
#[tokio::test(flavor = "multi_thread")]
async fn of_what_a_removed_console_held_no_file_has_anything() {
    let mut house = House::found().await;
    let child = house.child;
    house.phone.set_names(child, named("Lin")).await.unwrap();
    let mut console = house.console("console").await;
    let folder = house.path("console");
    let all = held(console.driver());
    assert!(all.len() > 12, "{} things", all.len());
    assert_eq!(
        found(&folder, &all),
        all.len(),
        "the scan finds what is there"
    );
    let phone = held(house.phone.driver());

    let act = Act::RemoveEnforcementPoint(console.driver().member().identity().device);
    house.phone.begin(act, Vec::new()).await.unwrap();
    let told = console.sync().await;
    assert!(matches!(told, Err(ClientError::Removed)), "{told:?}");
    assert_eq!(found(&folder, &all), 0);
    drop(console);
    assert!(Agent::open(&folder, house.link()).is_err());
    assert_eq!(found(&folder, &all), 0);
    let left = found(&house.path("phone"), &phone);
    assert_eq!(left, phone.len(), "the others keep theirs");
}

/// R-PRIV-018, R-CONS-028
#[tokio::test(flavor = "multi_thread")]
async fn of_a_household_that_ended_no_device_has_anything() {
    let mut house = House::found().await;
    let mut console = house.console("console").await;
    let mut tablet = house.tablet().await;
    house.phone.driver().sync().await.unwrap();
    let drivers = [house.phone.driver(), tablet.driver(), console.driver()];
    let all = drivers.map(held).concat();
    let folders = ["phone", "tablet", "console"].map(|name| house.path(name));
    assert!(folders.iter().all(|folder| found(folder, &all) > 10));

    let log_id = house.phone.household().unwrap().log_id();
    let act = Act::Erase(log_id);
    house.phone.begin(act, Vec::new()).await.unwrap();
    let ended = house.phone.driver().sync().await;
    let is_end = |told: &ClientError| matches!(told, ClientError::Refused(Reason::Ended));
    assert!(ended.as_ref().is_err_and(is_end), "{ended:?}");
    assert!(
        tablet
            .driver()
            .sync()
            .await
            .is_err_and(|told| is_end(&told))
    );
    assert!(console.sync().await.is_err_and(|told| is_end(&told)));
    for folder in &folders {
        assert_eq!(found(folder, &all), 0, "{}", folder.display());
    }
    assert!(Guardian::open(&folders[0], house.link()).is_err());
    assert!(Store::open(&folders[1]).is_err());
}
