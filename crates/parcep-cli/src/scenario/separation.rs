//! Two guardians part: neither removes the other, custody takes both, and one leaves.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::act;
use crate::online::failed;
use crate::online::household::bring_in;
use parcep_client::ClientError;
use parcep_client::guardian::Begun;
use parcep_core::consent::Act;
use parcep_core::constitution::Custody;
use parcep_core::epoch::PepCategory;
use parcep_core::reason::Reason;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(house.now(), "Mireille founds the household; Anselm joins");
    let (mut mireille, _) = house.found("Mireille", None).await?;
    let mut anselm = house.admit(&mut mireille, "Anselm", 2).await?;
    let child = house.child(&mireille)?;
    let family = house.family.clone();
    let first = family.children.first().ok_or_else(|| broken("no child"))?;
    bring_in(&mut anselm, child, first).await?;
    mireille.driver().sync().await.map_err(failed)?;
    let mut console = house
        .point(&mut mireille, "console", PepCategory::Console)
        .await?;
    let layers = |served: Option<usize>| served.unwrap_or(0);
    let both = console
        .served()
        .next()
        .map(|(_, served)| served.view.layers.len());
    stage.does(
        "Anselm",
        format!("writes rules of his own for {}", first.name),
    );
    stage.check(layers(both) == 2, "the console enforces the rules of both");

    house.pass(30 * DAY);
    stage.moment(house.now(), "they part");
    let he = anselm.principal().map_err(failed)?;
    let she = mireille.principal().map_err(failed)?;
    mireille.tend().await.map_err(failed)?;
    anselm.tend().await.map_err(failed)?;
    let out = Act::Constitution(mireille.law_without(he).map_err(failed)?);
    let needs = mireille.needs(&out).map_err(failed)?;
    let who = house.who(&mut mireille)?;
    let household = mireille.household().map_err(failed)?;
    let plan = act::plan(&out, &needs, she, household, &who);
    stage.does("Mireille", format!("wants Anselm out\n{}", plan.words()));
    let begun = mireille.begin(out, Vec::new()).await.map_err(failed)?;
    let Begun::Open(removal) = begun else {
        return Err(broken("one guardian removed the other alone"));
    };
    mireille.tend().await.map_err(failed)?;
    anselm.tend().await.map_err(failed)?;
    let seen = house.who(&mut anselm)?;
    let open = anselm.open_proposal(removal).map_err(failed)?.clone();
    let household = anselm.household().map_err(failed)?;
    stage.sees("Anselm", act::shown(&open, household, None, &seen).words());
    for _ in 0..7 {
        house.pass(DAY);
        console.sync().await.map_err(failed)?;
        console.report().await.map_err(failed)?;
        console.driver().beat().await.map_err(failed)?;
        mireille.tend().await.map_err(failed)?;
        anselm.tend().await.map_err(failed)?;
    }
    let still = mireille
        .household()
        .map_err(failed)?
        .constitution()
        .guardians()
        .len();
    stage.moment(house.now(), "a week later");
    stage.check(
        still == 2,
        "a week changes nothing: of two, neither removes the other alone",
    );
    mireille.cancel(removal, Vec::new()).await.map_err(failed)?;
    stage.does("Mireille", "takes the proposal back");

    stage.moment(house.now(), "they agree on custody");
    let week = |number: i64| Custody {
        dependant: child,
        from: house.now() + number * 7 * DAY,
        until: house.now() + (number + 1) * 7 * DAY,
    };
    let hers: Vec<_> = [0, 2, 4, 6].map(week).into();
    let law = mireille
        .law_with_custody(she, hers.clone())
        .map_err(failed)?;
    let begun = mireille.begin(Act::Constitution(law), Vec::new()).await;
    let Begun::Open(custody) = begun.map_err(failed)? else {
        return Err(broken("custody was taken by one alone"));
    };
    stage.does("Mireille", "proposes that every second week is hers");
    anselm.driver().sync().await.map_err(failed)?;
    let done = anselm.approve(custody).await.map_err(failed)?;
    stage.does("Anselm", "consents");
    mireille.driver().sync().await.map_err(failed)?;
    let law = mireille.household().map_err(failed)?.constitution();
    let stands = law
        .guardians()
        .iter()
        .any(|g| g.id == she && g.custody == hers);
    stage.check(
        done && stands,
        "custody stands with the consent of both, at once",
    );

    house.pass(DAY);
    stage.moment(house.now(), "Anselm leaves");
    let alone = Act::Constitution(anselm.law_without(he).map_err(failed)?);
    let needs = anselm.needs(&alone).map_err(failed)?;
    stage.check(needs.is_direct_for(he), "leaving needs nobody's consent");
    anselm.begin(alone, Vec::new()).await.map_err(failed)?;
    let folder = anselm.driver().store().folder().to_owned();
    anselm.leave_folder().map_err(failed)?;
    let kept = std::fs::read_dir(&folder).map_or(9, Iterator::count);
    stage.does("Anselm", "leaves; his phone destroys what it held");
    stage.check(
        kept == 2,
        "nothing but the word that he left is on his phone",
    );

    mireille.driver().sync().await.map_err(failed)?;
    let needed = mireille.household().map_err(failed)?.needs_epoch();
    let tended = mireille.tend().await.map_err(failed)?;
    stage.sees("Mireille", "that Anselm has left, and nothing else");
    stage.check(
        needed && tended.epochs.len() == 1,
        "an epoch follows, before anything else is written",
    );
    let law = mireille.household().map_err(failed)?.constitution();
    stage.check(
        law.guardians().len() == 1 && law.threshold() == 1,
        "she decides alone from here on",
    );
    console.sync().await.map_err(failed)?;
    let view = console
        .served()
        .next()
        .map(|(_, served)| served.view.layers.len());
    stage.check(
        layers(view) == 1,
        "his rules ended with his authority; hers go on",
    );
    let gone = mireille.law_without(she);
    let refused = matches!(
        gone,
        Err(ClientError::Document(_)) | Err(ClientError::Refused(Reason::Malformed))
    );
    stage.check(
        refused,
        "the last guardian cannot leave: a child is not left with rules nobody can change",
    );
    Ok(())
}
