//! `parcep guardian recover`: a week in everybody's sight, then the new device is yours.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::Who;
use crate::online::{RelayArgs, answer, block_on, failed, seen, time};
use clap::Args;
use parcep_client::guardian::Guardian;
use parcep_client::{ClientError, Driver, Link, Store};
use parcep_core::consent::Act;
use parcep_core::constitution::DeviceRole;
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::recovery::Page;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `guardian recover`.
#[derive(Debug, Args)]
#[command(
    after_help = "Run it once to begin, and again from time to time: it bears witness of the days that \
    pass, and completes the recovery when they have."
)]
pub struct Recover {
    /// Folder for the new device's keys; it is made, and used again by every further run
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The printed page, typed into a file, or `-` to type it in now. It is not kept
    #[arg(long, value_name = "FILE")]
    pub page: PathBuf,
    /// The recovery file, if one was made beside the page
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Shut the lost devices out at the relay now, if they are stolen: whoever has them could otherwise
    /// cancel the recovery, day after day
    #[arg(long)]
    pub shut_out: bool,
    #[command(flatten)]
    /// The relay; without it the one on the page
    pub relay: RelayArgs,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Recover {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let text = zeroize::Zeroizing::new(files::read(&self.page)?);
        let text = std::str::from_utf8(&text).unwrap_or_default();
        let page = Page::parse(text).map_err(|error| {
            Failure::new(
                Kind::Input,
                "BAD_PAGE",
                format!("{error}; compare it once more"),
            )
        })?;
        let file = self.file.as_deref().map(files::read).transpose()?;
        let link = self.relay.link(Some(&page.whereabouts.relay))?;
        let step = block_on(async {
            let sealed_log = self.dir.join("recovery");
            let back = Guardian::recovering(&page, file.as_deref(), &sealed_log, link.clone());
            let mut back = back.await.map_err(not_let_in)?;
            let new = request(&self.dir)?;
            if !self.plan(&mut back, &new)? {
                return Ok(None);
            }
            let step = recover(&mut back, &new, &self.dir, link).await?;
            if self.shut_out {
                let keep = new.access.as_bytes();
                back.shut_out_the_rest(keep).await.map_err(failed)?;
            }
            drop(back);
            if step == Step::Back {
                // What followed the log for the page has done its work.
                files::remove_folder(&sealed_log)?;
            }
            Ok(Some(step))
        })?;
        match step {
            None => Ok(()),
            Some(step) => self.tell(&step),
        }
    }

    /// Says what will happen, before the first step only.
    fn plan(&self, back: &mut Guardian, new: &JoinRequest) -> Result<bool, Failure> {
        if standing(back, new)? != Standing::NotBegun {
            return Ok(true);
        }
        // Nothing is remembered: with a page no name is left in a folder.
        let who = Who::of(back.driver().member(), &self.dir)?;
        seen::tell(back, &who, false)?;
        let mut plan = Plan::to(
            "it is announced that this device takes the place of every device you had",
        )
        .and("when the week is over, those devices are out and can read nothing new")
        .whom("you; everybody in the household sees it from now on")
        .when(
            "7 days after the household has seen it, when two independent clocks agree that they have \
             passed; until then this device can do nothing",
        )
        .when("run this command again after that; running it earlier does no harm")
        .stop("on any device of yours that still works: `parcep household cancel --household DIR`");
        if self.shut_out {
            plan = plan
                .and("every device you had is shut out at the relay at once")
                .irreversible();
        }
        Ok(plan.agree(self.agreed, self.json)? == Word::Go)
    }

    fn tell(&self, step: &Step) -> Result<(), Failure> {
        let dir = self.dir.display();
        let (state, earliest, words) = match step {
            Step::Waits(earliest) => {
                let when = earliest.map_or_else(
                    || "not known yet: a second kind of clock has to see it first".to_owned(),
                    time::at,
                );
                let words = format!(
                    "The recovery waits in everybody's sight. Not before: {when}.\nNext: run the same \
                     command again, now and then, and after that.\n"
                );
                ("waits", *earliest, words)
            }
            Step::Back => {
                let words = format!(
                    "You are back: {dir} is your device now, and the lost ones are out.\nNext: `parcep \
                     household status --household {dir}`, and a new page: `parcep guardian page --household {dir} --file \
                     FILE`.\n"
                );
                ("back", None, words)
            }
        };
        let value = json!({ "state": state, "earliest": earliest.map(time::at) });
        answer(self.json, &value, &words)
    }
}

/// A relay that does not know the page's key answers as if there were nothing.
fn not_let_in(error: ClientError) -> Failure {
    if error.code() != "BAD_CHALLENGE" {
        return failed(error);
    }
    let message = "the relay does not know this page: it is another relay, or a newer page took the place of \
                   this one, or this one was made while another device or page of yours was let in, and its \
                   week is not over yet";
    Failure::new(Kind::Failed, "BAD_CHALLENGE", message)
}

/// How far a recovery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It waits; when it can have effect at the earliest.
    Waits(Option<i64>),
    /// The new device is in.
    Back,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    NotBegun,
    Waits(parcep_core::crypto::Hash),
    Listed,
}

/// Does the next step of a recovery.
pub(crate) async fn recover(
    back: &mut Guardian,
    new: &JoinRequest,
    dir: &Path,
    link: Link,
) -> Result<Step, Failure> {
    if standing(back, new)? == Standing::NotBegun {
        back.replace_devices(new).await.map_err(failed)?;
    }
    if let Standing::Waits(hash) = standing(back, new)? {
        back.tend().await.map_err(failed)?;
        if let Ok(open) = back.open_proposal(hash).cloned() {
            let earliest = back.earliest(&open).map_err(failed)?;
            return Ok(Step::Waits(earliest));
        }
    }
    if standing(back, new)? != Standing::Listed {
        let message = "the recovery was cancelled from another device of yours";
        return Err(Failure::new(Kind::Failed, "CANCELLED", message));
    }
    if !Store::open(dir).map_err(failed)?.has_joined() {
        let answer = back.welcome_back(new).await.map_err(failed)?;
        let joined = Driver::join(dir, &answer, link.clone()).await;
        drop(joined.map_err(failed)?);
    }
    let mut guardian = Guardian::open(dir, link).map_err(failed)?;
    guardian.tend().await.map_err(failed)?;
    Ok(Step::Back)
}

fn standing(back: &Guardian, new: &JoinRequest) -> Result<Standing, Failure> {
    let household = back.household().map_err(failed)?;
    if household.key_of(new.device) == Some(new.signing) {
        return Ok(Standing::Listed);
    }
    let names = |act: &Act| match act {
        Act::Devices(set) => set.devices.iter().any(|device| device.id == new.device),
        _ => false,
    };
    let mut open = household.proposals();
    let found = open.find(|open| open.begun.recovery && names(open.act()));
    Ok(found.map_or(Standing::NotBegun, |open| Standing::Waits(open.hash)))
}

/// The new device's request: its keys are made with the first run.
fn request(dir: &Path) -> Result<JoinRequest, Failure> {
    let bytes = match Store::open(dir).and_then(|store| store.identity()) {
        Ok(identity) => identity.join_request(Joining::Person(DeviceRole::Active), Vec::new()),
        Err(_) => Guardian::request(dir).map_err(failed)?,
    };
    JoinRequest::verify(&bytes).map_err(|error| failed(error.into()))
}
