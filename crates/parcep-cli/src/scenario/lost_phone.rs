//! A sole guardian's only phone falls into a lake. The printed page brings her back in a week, and
//! everybody sees it coming.

use super::house::{DAY, House, broken};
use super::stage::Stage;
use crate::failure::Failure;
use crate::online::guardian::{Step, recover};
use crate::online::household::bring_in;
use crate::online::{act, failed, time};
use parcep_client::agent::Agent;
use parcep_client::guardian::Guardian;
use parcep_core::epoch::PepCategory;
use parcep_core::joining::JoinRequest;
use parcep_core::recovery::Page;
use std::path::Path;

pub(super) async fn play(stage: &mut Stage, house: &mut House) -> Result<(), Failure> {
    stage.moment(
        house.now(),
        "Mireille founds the household, and prints her page",
    );
    let (mut phone, page) = house.found("phone", None).await?;
    let mut console = house
        .point(&mut phone, "console", PepCategory::Console)
        .await?;
    let text = page.print();
    stage.does(
        "Mireille",
        "keeps the page like a passport; it is stored nowhere",
    );
    let lost = phone.driver().member().identity().device;
    let before = phone.household().map_err(failed)?.epoch();

    house.pass(3 * DAY);
    stage.moment(house.now(), "the phone falls into the lake");
    drop(phone);
    let page = Page::parse(&text).map_err(|error| broken(&error.to_string()))?;
    let folder = house.path("new-phone");
    let request = Guardian::request(&folder).map_err(failed)?;
    let new = JoinRequest::verify(&request).map_err(|error| failed(error.into()))?;
    let link = house.link(0)?;
    let sealed = house.path("new-phone/recovery");
    let back = Guardian::recovering(&page, None, &sealed, link.clone()).await;
    let mut back = back.map_err(failed)?;
    let step = recover(&mut back, &new, &folder, link.clone()).await?;
    stage.does("Mireille", "types the page into a new phone");
    stage.check(
        matches!(step, Step::Waits(_)),
        "it is announced, and nothing more yet",
    );
    stage.check(
        !holds_keys(&sealed),
        "neither the page's keys nor a secret is on the new phone's disk",
    );

    console.sync().await.map_err(failed)?;
    beat(&mut console).await?;
    let who = house.who(&mut back)?;
    let household = console.driver().member().household();
    let household = household.ok_or_else(|| broken("the console follows nothing"))?;
    let open = household.proposals().next().cloned();
    let open = open.ok_or_else(|| broken("the console sees no proposal"))?;
    stage.sees(
        "the console",
        act::shown(&open, household, None, &who).words(),
    );
    stage.check(open.begun.recovery, "everybody sees that a page began it");
    drop(back);

    let mut early = true;
    let mut earliest = None;
    let mut done = Step::Waits(None);
    for day in 1..=9 {
        house.pass(DAY);
        console.sync().await.map_err(failed)?;
        beat(&mut console).await?;
        let again = Guardian::recovering(&page, None, &sealed, link.clone()).await;
        let mut back = match again {
            Ok(back) => back,
            Err(error) => return Err(failed(error)),
        };
        done = recover(&mut back, &new, &folder, link.clone()).await?;
        match done {
            Step::Waits(at) => earliest = at.or(earliest),
            Step::Back => {
                early = day < 7;
                stage.moment(house.now(), "the week is over");
                break;
            }
        }
    }
    let earliest = earliest.map_or_else(|| "never".to_owned(), time::at);
    stage.does("Mireille", format!("was told: not before {earliest}"));
    stage.check(
        done == Step::Back,
        "relay and console bear witness of seven days: she is back",
    );
    stage.check(!early, "not a day too early");

    let mut phone = Guardian::open(&folder, link).map_err(failed)?;
    phone.tend().await.map_err(failed)?;
    let household = phone.household().map_err(failed)?;
    stage.check(
        household.key_of(lost).is_none(),
        "the phone in the lake is nobody's device any more",
    );
    stage.check(
        household.epoch() > before,
        "new secrets: what it held is old",
    );
    let child = house.child(&phone)?;
    let family = house.family.clone();
    let mut first = family
        .children
        .first()
        .cloned()
        .ok_or_else(|| broken("no child"))?;
    first.active = false;
    bring_in(&mut phone, child, &first).await?;
    console.sync().await.map_err(failed)?;
    let heads = (phone.head(), console.driver().member().head());
    stage.does("Mireille", "changes a rule from the new phone");
    stage.check(heads.0 == heads.1, "the console follows it");
    let mut secret_found = false;
    for name in ["new-phone", "new-phone/recovery", "console"] {
        secret_found |= contains(&house.path(name), text.as_bytes());
    }
    stage.check(!secret_found, "the page stands in no file of anybody");
    once_more(stage, house, phone, console).await
}

/// The same with a page that was made later: it needs the file that was made beside it.
async fn once_more(
    stage: &mut Stage,
    house: &mut House,
    mut phone: Guardian,
    mut console: Agent,
) -> Result<(), Failure> {
    let made = phone.make_page().await.map_err(failed)?;
    let file = Some(made.file.as_slice());
    stage.does(
        "Mireille",
        "prints a new page; the recovery file beside it lies in three places",
    );
    // The older page's root key goes, and the new one comes, in a week.
    house.pass(8 * DAY);
    stage.moment(house.now(), "the new phone is lost too");
    let lost = phone.driver().member().identity().device;
    drop(phone);
    let folder = house.path("third-phone");
    let request = Guardian::request(&folder).map_err(failed)?;
    let new = JoinRequest::verify(&request).map_err(|error| failed(error.into()))?;
    let link = house.link(0)?;
    let mut days = 0;
    loop {
        let sealed = folder.join("recovery");
        let back = Guardian::recovering(&made.page, file, &sealed, link.clone()).await;
        let mut back = back.map_err(failed)?;
        let step = recover(&mut back, &new, &folder, link.clone()).await?;
        if step == Step::Back || days > 9 {
            stage.check(
                step == Step::Back && days >= 7,
                "with page and file she is back, not a day too early",
            );
            break;
        }
        days += 1;
        house.pass(DAY);
        console.sync().await.map_err(failed)?;
        beat(&mut console).await?;
    }
    let mut phone = Guardian::open(&folder, link).map_err(failed)?;
    phone.tend().await.map_err(failed)?;
    let child = house.child(&phone)?;
    let rules = phone.view(child).map_err(failed)?;
    stage.check(
        phone.household().map_err(failed)?.key_of(lost).is_none() && !rules.layers.is_empty(),
        "and opens the rules that she wrote before",
    );
    Ok(())
}

async fn beat(console: &mut Agent) -> Result<(), Failure> {
    console.report().await.map_err(failed)?;
    console.driver().beat().await.map_err(failed)
}

fn holds_keys(folder: &Path) -> bool {
    ["keys.json", "secrets.bin"]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// Whether a line of the page is in a file of the folder.
fn contains(folder: &Path, text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').nth(1).unwrap_or(text);
    let Ok(files) = std::fs::read_dir(folder) else {
        return false;
    };
    let mut bytes = files
        .flatten()
        .filter_map(|file| std::fs::read(file.path()).ok());
    bytes.any(|bytes| bytes.windows(line.len()).any(|window| window == line))
}
