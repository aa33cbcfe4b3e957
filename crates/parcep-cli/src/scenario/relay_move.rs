//! A household moves to another relay: from what one phone holds, without a word from the old relay.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::failed;
use crate::online::household::bring_in;
use parcep_client::guardian::Begun;
use parcep_core::consent::Act;
use parcep_core::constitution::Relay;
use parcep_core::epoch::PepCategory;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(
        house.now(),
        "a household of two guardians and a console, at one relay",
    );
    let (mut mireille, _) = house.found("Mireille", None).await?;
    let mut anselm = house.admit(&mut mireille, "Anselm", 2).await?;
    let mut console = house
        .point(&mut mireille, "console", PepCategory::Console)
        .await?;
    let new = house.open_relay().await?;

    let relay = Relay {
        uri: house.uri(new),
        key: house.relay_key(new),
    };
    let law = mireille.law_with_relay(relay).map_err(failed)?;
    let begun = mireille.begin(Act::Constitution(law), Vec::new()).await;
    let Begun::Open(listing) = begun.map_err(failed)? else {
        return Err(broken("one of two changed the constitution alone"));
    };
    anselm.driver().sync().await.map_err(failed)?;
    let listed = anselm.approve(listing).await.map_err(failed)?;
    stage.does("both", "agree on a second relay that may hold the log");
    stage.check(listed, "the constitution lists it");
    mireille.driver().sync().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    anselm.tend().await.map_err(failed)?;
    let (before, _) = mireille.head();

    house.pass(3600);
    stage.moment(
        house.now(),
        "Mireille moves; the old relay hears nothing of it",
    );
    let link = mireille
        .driver()
        .link()
        .elsewhere(&house.uri(new))
        .map_err(failed)?;
    let place = mireille.move_to(link, Vec::new()).await.map_err(failed)?;
    mireille.beat().await.map_err(failed)?;
    stage.does(
        "Mireille",
        format!("brings {before} entries to the new relay, and writes MOVED behind them"),
    );
    stage.check(
        place == before && mireille.driver().relay() == house.uri(new),
        "every entry is there as it was, and the next one says where the log is now",
    );
    let unaware = anselm.driver().sync().await.is_ok() && anselm.driver().relay() == house.uri(0);
    stage.check(
        unaware,
        "Anselm's phone, at the old relay, notices nothing yet",
    );

    house.pass(DAY + 3600);
    stage.moment(house.now(), "a day later");
    anselm.driver().sync().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    stage.does(
        "Anselm's phone",
        "heard no guardian for a day, and asks the next relay of the constitution",
    );
    stage.check(
        anselm.driver().relay() == house.uri(new) && anselm.head() == mireille.head(),
        "it finds the log there, with MOVED in it, and stays",
    );
    stage.check(
        console.driver().relay() == house.uri(new)
            && console.driver().member().head() == mireille.head(),
        "so does the console; its key was brought along",
    );

    house.stop_relay(0).await?;
    stage.moment(house.now(), "the old relay is switched off");
    let child = house.child(&anselm)?;
    let family = house.family.clone();
    let first = family.children.first().ok_or_else(|| broken("no child"))?;
    bring_in(&mut anselm, child, first).await?;
    stage.does("Anselm", "writes rules of his own");
    mireille.tend().await.map_err(failed)?;
    console.sync().await.map_err(failed)?;
    let layers = console
        .served()
        .next()
        .map(|(_, served)| served.view.layers.len());
    stage.check(
        layers == Some(2) && console.driver().member().head() == anselm.head(),
        "everybody follows, and nobody misses the old relay",
    );
    Ok(())
}
