//! A console joins while one parent is away: one Welcome is enough, and the console says who has not
//! confirmed it.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::failed;
use crate::online::household::bring_in;
use parcep_core::epoch::PepCategory;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(house.now(), "Mireille and Anselm both have rules");
    let (mut mireille, _) = house.found("Mireille", None).await?;
    let mut anselm = house.admit(&mut mireille, "Anselm", 2).await?;
    let child = house.child(&mireille)?;
    let family = house.family.clone();
    let first = family.children.first().ok_or_else(|| broken("no child"))?;
    bring_in(&mut anselm, child, first).await?;
    anselm.beat().await.map_err(failed)?;
    let he = anselm.principal().map_err(failed)?;
    let she = mireille.principal().map_err(failed)?;

    house.pass(2 * DAY);
    stage.moment(
        house.now(),
        "Anselm is away, his phone off; a console is unpacked",
    );
    mireille.tend().await.map_err(failed)?;
    let mut console = house
        .point(&mut mireille, "console", PepCategory::Console)
        .await?;
    mireille.beat().await.map_err(failed)?;
    stage.does("Mireille", "admits the console: request, answer, done");
    let layers = console
        .served()
        .next()
        .map(|(_, served)| served.view.layers.len());
    stage.check(
        layers == Some(2),
        "it holds the rules of both parents, from one Welcome",
    );
    let unconfirmed = console.unconfirmed().map_err(failed)?;
    let who = house.who(&mut mireille)?;
    stage.sees(
        "the console",
        format!("not yet confirmed by {}", who.persons(unconfirmed.clone())),
    );
    stage.check(
        unconfirmed == [he],
        "it enforces all the same, and says that Anselm has not confirmed what it holds",
    );
    let hers = mireille.driver().guardian_beats().await.map_err(failed)?;
    let fresh = hers
        .iter()
        .any(|beat| beat.guardian == she && beat.agrees == Some(true));
    stage.check(fresh, "Mireille's beat names the same documents");

    house.pass(3 * DAY);
    stage.moment(house.now(), "Anselm's phone is on again");
    anselm.tend().await.map_err(failed)?;
    stage.sees("Anselm", "that there is a console now, and who let it in");
    let point = console.driver().member().identity().device;
    let known = anselm
        .household()
        .map_err(failed)?
        .enforcement_point(point)
        .is_some();
    stage.check(known, "he was not asked, and nothing was hidden from him");
    console.sync().await.map_err(failed)?;
    let unconfirmed = console.unconfirmed().map_err(failed)?;
    stage.check(
        unconfirmed.is_empty(),
        "his beat confirms it: nobody is missing",
    );

    let mut stricter = first.clone();
    stricter.active = false;
    bring_in(&mut anselm, child, &stricter).await?;
    stage.does("Anselm", "changes his rules");
    console.sync().await.map_err(failed)?;
    stage.check(
        console.driver().member().head() == anselm.head(),
        "the console follows him like her",
    );
    Ok(())
}
