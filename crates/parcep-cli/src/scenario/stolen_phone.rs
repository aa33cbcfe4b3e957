//! A phone is stolen: another device of the same guardian takes it out, an epoch makes what it holds old,
//! and the printed page shuts its key out at the relay at once.

use super::house::{House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::household::bring_in;
use crate::online::{act, failed};
use parcep_client::ClientError;
use parcep_client::guardian::Guardian;
use parcep_core::consent::Act;
use parcep_core::household::Outcome;
use parcep_core::member::{Event, Member};
use parcep_core::reason::Reason;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(
        house.now(),
        "Mireille has a phone and a laptop; her page lies in a drawer",
    );
    let (mut phone, page) = house.found("phone", None).await?;
    let mut laptop = house.further(&mut phone, "laptop").await?;
    let mut anselm = house.admit(&mut phone, "Anselm", 2).await?;
    let stolen = phone.driver().member().identity().device;
    let me = laptop.principal().map_err(failed)?;

    house.pass(3600);
    stage.moment(house.now(), "the phone is stolen");
    stage.does(
        "the thief",
        "holds the phone, unlocked, with all its keys and secrets",
    );
    let mut thief = phone;

    laptop.tend().await.map_err(failed)?;
    let out = Act::Devices(laptop.devices_without(stolen).map_err(failed)?);
    let needs = laptop.needs(&out).map_err(failed)?;
    let who = house.who(&mut laptop)?;
    let household = laptop.household().map_err(failed)?;
    let plan = act::plan(&out, &needs, me, household, &who);
    stage.does(
        "Mireille",
        format!("takes the phone out from her laptop\n{}", plan.words()),
    );
    laptop.begin(out, Vec::new()).await.map_err(failed)?;
    let needed = laptop.household().map_err(failed)?.needs_epoch();
    let renewed = laptop.renew_if_needed().await.map_err(failed)?;
    stage.check(
        needed && renewed,
        "an epoch follows: everybody else has new secrets",
    );
    anselm.driver().sync().await.map_err(failed)?;
    let gone = anselm.household().map_err(failed)?.key_of(stolen).is_none();
    stage.sees("Anselm", "that a device of Mireille's is gone");
    stage.check(gone, "the phone is nobody's device any more, for everybody");

    let key = access_key(&mut thief);
    let at_once = revoke(&mut laptop, &key).await;
    stage.check(
        at_once == Some(Reason::Delayed),
        "at the relay one phone does not shut another of the same rights out at once [DELAYED]",
    );
    let link = house.link(0)?;
    let root = Guardian::recovering(&page, None, &house.path("root"), link).await;
    let mut root = root.map_err(failed)?;
    let keep = access_key(&mut laptop);
    let shut_out = root.shut_out_the_rest(&keep).await.map_err(failed)?;
    stage.does(
        "Mireille",
        "types in the page from the drawer: its root key shuts the phone out",
    );
    stage.check(shut_out == 1, "one key is revoked, the laptop's stays");

    let child = house.child(&laptop)?;
    let family = house.family.clone();
    let first = family.children.first().ok_or_else(|| broken("no child"))?;
    let mut changed = first.clone();
    changed.active = false;
    bring_in(&mut laptop, child, &changed).await?;
    stage.does("Mireille", format!("changes the rules of {}", first.name));
    let refused = thief.driver().sync().await;
    stage.check(
        matches!(refused, Err(ClientError::Refused(Reason::BadChallenge))),
        "the thief's session is over, and no new one is opened [BAD_CHALLENGE]",
    );

    stage.moment(
        house.now(),
        "the relay's operator sells the log to the thief",
    );
    let entries = laptop.driver().store().entries().map_err(failed)?;
    let identity = thief.driver().store().identity().map_err(failed)?;
    let (anchor, secrets) = {
        let member = thief.driver().member();
        (member.anchor().clone(), member.keyring().clone())
    };
    let (read, history) = Member::replay(identity, anchor, secrets, entries);
    let closed = history
        .iter()
        .filter(|event| matches!(event, Event::Followed(_, Outcome::Unopened)));
    let new_rules = closed.count();
    let epoch = laptop.household().map_err(failed)?.epoch();
    stage.check(
        read.keyring().household(epoch).is_none() && new_rules >= 1,
        "what was written since does not open with anything that the phone holds",
    );
    let stands = laptop.view(child).map_err(failed)?;
    stage.check(stands.pending.is_empty(), "the laptop reads everything");
    Ok(())
}

fn access_key(of: &mut Guardian) -> Vec<u8> {
    let identity = of.driver().member().identity();
    identity.access.public().as_bytes().to_vec()
}

async fn revoke(by: &mut Guardian, key: &[u8]) -> Option<Reason> {
    match by.driver().revoke(key).await {
        Err(ClientError::Refused(reason)) => Some(reason),
        _ => None,
    }
}
