//! A relay's disk dies, and last night's copy is put in its place. Its members give back what it lost;
//! nothing is lost, nothing is there twice.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::failed;
use crate::online::household::bring_in;
use parcep_client::guardian::{Guardian, Names};
use parcep_client::{ClientError, Driver, Store};
use parcep_core::crypto::Hash;
use parcep_core::epoch::PepCategory;
use parcep_core::id::PrincipalId;
use parcep_core::reason::Reason;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(house.now(), "a household of two guardians and a console");
    let (mut mireille, _) = house.found("Mireille", None).await?;
    let mut anselm = house.admit(&mut mireille, "Anselm", 2).await?;
    let mut console = house
        .point(&mut mireille, "console", PepCategory::Console)
        .await?;
    let child = house.child(&mireille)?;

    house.pass(DAY / 3);
    stage.moment(house.now(), "night: the operator makes a copy");
    house.stop_relay(0).await?;
    let store = house.relay_store(0).map(ToOwned::to_owned);
    let store = store.ok_or_else(|| broken("there is no relay"))?;
    let copy = house.path("copy.redb");
    let copied = std::fs::copy(&store, &copy);
    copied.map_err(|error| broken(&error.to_string()))?;
    house.start_relay(0, false).await?;

    house.pass(DAY / 3);
    stage.moment(house.now(), "morning: both change something");
    let family = house.family.clone();
    let first = family.children.first().ok_or_else(|| broken("no child"))?;
    let (before, _) = mireille.head();
    name(&mut mireille, child, "Linnea").await?;
    anselm.driver().sync().await.map_err(failed)?;
    bring_in(&mut anselm, child, first).await?;
    mireille.driver().sync().await.map_err(failed)?;
    name(&mut mireille, child, "Linnea W.").await?;
    anselm.driver().sync().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    let (entries, head) = mireille.head();
    let written = entries - before;
    stage.does("both", format!("write {written} entries, all acknowledged"));

    house.pass(3600);
    stage.moment(
        house.now(),
        "the disk dies; the copy is put back, and the relay is told so",
    );
    house.stop_relay(0).await?;
    let put_back = std::fs::copy(&copy, &store);
    put_back.map_err(|error| broken(&error.to_string()))?;
    house.start_relay(0, true).await?;
    let refused = fresh_write(&mut anselm, child).await;
    let given = anselm.driver().sync().await;
    stage.does(
        "Anselm",
        "opens the app: it finds a new relay epoch with an old head",
    );
    stage.check(
        given.is_ok() && anselm.driver().member().distrusted().is_none(),
        "that is a restore, and not an attack: his phone gives back what it holds",
    );
    stage.check(
        refused == Some(Reason::Restoring),
        "new entries wait for a day: the relay takes only what it lost",
    );
    mireille.driver().sync().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    let fresh = fresh_eyes(house, &mut mireille).await?;
    stage.check(
        fresh == (entries, head),
        format!("the relay holds all {entries} entries again, the same chain to the same head"),
    );
    stage.check(
        mireille.head() == (entries, head) && console.driver().member().head() == (entries, head),
        "nobody had to go back, nothing is there twice",
    );

    house.pass(DAY + 60);
    stage.moment(house.now(), "a day later");
    mireille.tend().await.map_err(failed)?;
    name(&mut mireille, child, "Linnea").await?;
    console.sync().await.map_err(failed)?;
    stage.does("Mireille", "writes again");
    let household = mireille.household().map_err(failed)?;
    stage.check(
        household.relay_epoch() > 1 && console.driver().member().head() == mireille.head(),
        "the new entry names the new relay epoch, and the console follows",
    );
    Ok(())
}

async fn name(by: &mut Guardian, child: PrincipalId, name: &str) -> Result<(), Failure> {
    let me = by.principal().map_err(failed)?;
    let names = Names {
        dependant: name.to_owned(),
        guardians: vec![(me, "Mireille".to_owned())],
    };
    by.set_names(child, names).await.map(|_| ()).map_err(failed)
}

/// Tries to write while the relay takes back; the reason why not.
async fn fresh_write(by: &mut Guardian, child: PrincipalId) -> Option<Reason> {
    let names = Names {
        dependant: "too early".to_owned(),
        guardians: Vec::new(),
    };
    match by.set_names(child, names).await {
        Err(ClientError::Refused(reason)) => Some(reason),
        _ => None,
    }
}

/// Follows the log from genesis with nothing but the guardian's keys.
async fn fresh_eyes(house: &mut House, of: &mut Guardian) -> Result<(u64, Hash), Failure> {
    let identity = of.driver().store().identity().map_err(failed)?;
    let (anchor, secrets) = {
        let member = of.driver().member();
        (member.anchor().clone(), member.keyring().clone())
    };
    let mut store = Store::create(&house.path("fresh-eyes"), &identity).map_err(failed)?;
    store.save_start(&anchor, &secrets).map_err(failed)?;
    let member = store.member().map_err(failed)?;
    let mut driver = Driver::new(member, store, house.link(0)?);
    driver.sync().await.map_err(failed)?;
    Ok(driver.member().head())
}
