//! What is left of a dependant on a device that serves others too.

use crate::house::{DAY, House, NOON, secrets_of, stands_in};
use parcep_client::Store;
use parcep_client::guardian::{Guardian, Names};
use parcep_core::consent::Act;
use parcep_core::document::Wraps;
use parcep_core::epoch::open_wraps;
use parcep_core::id::PrincipalId;
use parcep_core::joining::JoinRequest;
use parcep_core::log::EntryBody;
use std::path::Path;

fn names() -> Names {
    Names {
        dependant: "Linnea".to_owned(),
        guardians: Vec::new(),
    }
}

/// Whether any wrap in the log of a folder opens under the key that stands there, and holds one of these.
fn wraps_hold(folder: &Path, secrets: &[Vec<u8>]) -> bool {
    let mut store = Store::open(folder).unwrap();
    let (identity, anchor) = (store.identity().unwrap(), store.anchor().unwrap());
    let entries = store.entries().unwrap();
    entries.iter().any(|entry| {
        let EntryBody::Kept(body) = &entry.body else {
            return false;
        };
        let wraps = Wraps::of(body).ok();
        let key = &identity.sealing;
        let opened = wraps.and_then(|w| open_wraps(&w, key, anchor.log_id, entry.generation));
        opened.is_some_and(|keyring| {
            let mut held = keyring.iter().map(|(_, secret)| secret.expose().to_vec());
            held.any(|secret| secrets.contains(&secret))
        })
    })
}

fn names_seen(house: &House) -> Vec<PrincipalId> {
    let named = house.agent().served();
    let named = named.filter(|(_, served)| served.view.dependant_name.is_some());
    named.map(|(id, _)| id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_comes_back_by_no_restart_no_epoch_and_no_file() {
    // R-PRIV-014, R-TIME-014, R-SEC-007, R-JOIN-011
    let mut house = House::with_children(&[Some((2026, 12)), None]).await;
    let (child, others) = (house.child, house.guardian.dependants().unwrap());
    let other = others.into_iter().find(|id| *id != child).unwrap();
    // An epoch since it was admitted: its wrap stands in the console's log.
    house.guardian.driver().append_epoch().await.unwrap();
    for one in [child, other] {
        house.guardian.set_names(one, names()).await.unwrap();
    }
    house.guardian.beat().await.unwrap();
    house.sync().await;
    assert_eq!(names_seen(&house).len(), 2);
    let secrets = house.secrets();
    assert!(!secrets.is_empty() && secrets.iter().all(|secret| house.holds(secret)));

    house.pass(9 * DAY);
    house.pass(31 * DAY);
    let gone = |house: &mut House| {
        let held = secrets.iter().any(|secret| house.holds(secret));
        !held && house.secrets().is_empty() && names_seen(house) == [other]
    };
    assert!(gone(&mut house));
    let erasing: Vec<_> = house.driver().erasing().iter().copied().collect();
    assert_eq!(erasing, [child], "and its app says so");
    house.reboot(60).await;
    assert!(gone(&mut house), "a restart brings it back");
    // Nor does what a guardian still hands out.
    house.guardian.driver().append_epoch().await.unwrap();
    house.guardian.beat().await.unwrap();
    house.sync().await;
    let device = house.driver().member().identity().device;
    let file = house.guardian.supplement(device).unwrap();
    house.driver().take_supplement(&file).await.unwrap();
    assert!(gone(&mut house), "an epoch or a file brings it back");
    house.reboot(60).await;
    assert!(gone(&mut house));

    // A wrap that it has could be opened all the same, until its key is another one.
    let old = *house.driver().member().identity().sealing.expose_seed();
    house.agent = None;
    assert!(wraps_hold(&house.console(), &secrets) && house.holds(&old));
    house.reboot(60).await;
    let request = house.driver().key_request().unwrap();
    house.reboot(60).await;
    assert_eq!(house.driver().key_request().unwrap(), request, "made once");
    let request = JoinRequest::verify(&request).unwrap();
    house.guardian.rekey(&request).await.unwrap();
    house.sync().await;
    assert!(house.driver().erasing().is_empty() && !house.driver().member().changes_key());
    assert!(gone(&mut house) && !house.holds(&old));
    house.agent = None;
    assert!(!wraps_hold(&house.console(), &secrets));
    house.reboot(60).await;
    assert!(gone(&mut house));
    assert!(house.driver().erasing().is_empty());

    // It goes on with the other one: secrets come by the new key.
    house.guardian.driver().append_epoch().await.unwrap();
    house.lock(NOON, None).await;
    house.sync().await;
    let served = house.agent().served().next().unwrap().1;
    assert_eq!(
        served.view.overrides.len(),
        0,
        "the lock is the first one's"
    );
    let newest = house.guardian.household().unwrap().generation(other);
    let held = house.driver().member().keyring().newest_dependant(other);
    assert_eq!(held, newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_keeps_nothing_of_a_dependant_whom_the_constitution_left_out() {
    // R-PRIV-014, R-MEM-015: the list of whom it serves still names them; nobody wrote it anew.
    let month = (2044i64 * 12 + 3 - 1).to_be_bytes();
    let mut house = House::with_children(&[Some((2044, 3)), None]).await;
    let child = house.child;
    house.guardian.set_names(child, names()).await.unwrap();
    house.open_at_noon().await;
    house.lock(NOON, None).await;
    house.guardian.beat().await.unwrap();
    house.report().await;
    let secrets = house.secrets();
    assert!(secrets.iter().all(|secret| house.holds(secret)));
    assert!(
        house.holds(&month),
        "the scan finds the month of the release"
    );

    let law = house.guardian.law_releasing(child).unwrap();
    let begun = house.guardian.begin(Act::Constitution(law), Vec::new());
    begun.await.unwrap();
    house.guardian.driver().append_epoch().await.unwrap();
    let gone = |house: &mut House| {
        let kept = [&secrets[..], &[month.to_vec()]].concat();
        let held = kept.iter().any(|bytes| house.holds(bytes));
        !held && house.secrets().is_empty() && !names_seen(house).contains(&child)
    };
    house.sync().await;
    assert!(
        gone(&mut house),
        "as soon as it has applied the constitution"
    );
    house.reboot(60).await;
    assert!(gone(&mut house), "a restart brings something back");
    house.guardian.beat().await.unwrap();
    house.report().await;
    assert!(gone(&mut house));
    let asked = house.agent().standing(child);
    assert_eq!(asked, None, "it serves somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardians_phone_keeps_nothing_of_a_dependant_who_left_and_changes_its_key() {
    // R-PRIV-014, R-SEC-007
    let mut house = House::with_children(&[Some((2044, 1)), None]).await;
    let child = house.child;
    house.guardian.set_names(child, names()).await.unwrap();
    house.sync().await;
    let secrets = secrets_of(house.guardian.driver(), child);
    let phone = house.phone();
    assert!(!secrets.is_empty() && secrets.iter().all(|secret| stands_in(&phone, secret)));
    let of_console = house.secrets();
    let old = *house
        .guardian
        .driver()
        .member()
        .identity()
        .sealing
        .expose_seed();

    let law = house.guardian.law_releasing(child).unwrap();
    let begun = house.guardian.begin(Act::Constitution(law), Vec::new());
    begun.await.unwrap();
    house.guardian.driver().sync().await.unwrap();
    assert!(!secrets.iter().any(|secret| stands_in(&phone, secret)));
    assert!(stands_in(&phone, &old));
    assert_eq!(house.guardian.driver().erasing().len(), 1);
    let tended = house.guardian.tend().await.unwrap();
    assert!(tended.rekeyed && house.guardian.driver().erasing().is_empty());
    assert!(!stands_in(&phone, &old));
    assert!(!house.guardian.tend().await.unwrap().rekeyed, "once");

    house.sync().await;
    assert!(!of_console.iter().any(|secret| house.holds(secret)));
    house.reboot(60).await;
    assert!(house.secrets().is_empty());
    assert_eq!(house.driver().erasing().len(), 1);
    let (folder, link) = (house.phone(), house.guardian.driver().link().clone());
    drop(house.guardian);
    assert!(!wraps_hold(&folder, &secrets));
    let mut phone = Guardian::open(&folder, link).unwrap();
    assert!(secrets_of(phone.driver(), child).is_empty());
    assert!(phone.driver().erasing().is_empty());
    phone.driver().sync().await.unwrap();
}
