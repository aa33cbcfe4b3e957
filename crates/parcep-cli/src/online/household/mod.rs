//! `parcep household`: found one from a family's rules, bring changed rules in, take it along.

mod acts;
mod cancel;
mod erase;
mod export;
pub(super) mod fork;
mod health;
mod moving;
mod resolve;
mod status;
mod tend;

pub(crate) use tend::keys_told;

use super::guardian::print_page;
use super::people::{Child as Person, People};
use super::who::Who;
use super::{RelayArgs, answer, block_on, failed, seen};
use crate::failure::{Failure, Kind};
use crate::policy;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use parcep_client::Store;
use parcep_client::guardian::{Founder, Guardian, MAX_DEPENDANTS, Names};
use parcep_core::crypto::VerifyingKey;
use parcep_core::hex;
use parcep_core::id::PrincipalId;
use parcep_core::joining::Anchor;
use parcep_core::policy::{LayerAuthor, PolicyLayer};
use parcep_interchange::family::{Child, Family};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do with a household.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Found a household from a family's rules, with you as its guardian
    New(New),
    /// Bring the rules of a changed file into the household
    Update(Update),
    /// Write the whole household into one file, as it was received: nobody needs to be asked for it
    Export(export::Export),
    /// Move the log to another relay, without a word from the old one
    Move(moving::Move),
    /// Who belongs, what is proposed, what waits, and how to stop it
    Status(status::Status),
    /// Do what is due: run it once a day
    Tend(tend::Tend),
    /// End a fork: the branch that you choose goes on, the others end
    Resolve(resolve::Resolve),
    /// Stop something that was proposed
    Cancel(cancel::Cancel),
    /// What waits at the relay for its week, and announce that the log is to be deleted
    Acts(acts::Acts),
    /// Release a child and destroy what is held about them, or end the household
    Erase(erase::Erase),
}

/// Arguments of `household new`.
#[derive(Debug, Args)]
pub struct New {
    /// Folder for this guardian's keys and log; it is made, and is the only place that can read the
    /// household, so back it up
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// A PCPS document or an imported policy
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Key that the relay signs its bookmarks with, hexadecimal, as its operator publishes it; without
    /// it the relay's word on time counts for nothing, and a lost phone cannot be recovered
    #[arg(long, value_name = "HEX", value_parser = relay_key)]
    pub relay_key: Option<VerifyingKey>,
    /// Your name, as children's devices show it; without it the primary guardian's of the policy
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Make a recovery page now: with it, and nothing beside it, you come back if every device is lost.
    /// It is printed once, and kept nowhere else
    #[arg(long)]
    pub page: bool,
    /// Admission voucher, where the relay asks for one
    #[arg(long, value_name = "TEXT")]
    pub voucher: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `household update`.
#[derive(Debug, Args)]
pub struct Update {
    /// The guardian's folder
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The changed file
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::New(args) => args.json,
            Self::Update(args) => args.json,
            Self::Export(args) => args.json,
            Self::Move(args) => args.json,
            Self::Status(args) => args.json,
            Self::Tend(args) => args.json,
            Self::Resolve(args) => args.json,
            Self::Cancel(args) => args.json,
            Self::Erase(args) => args.json,
            Self::Acts(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::New(args) => args.run(),
            Self::Update(args) => args.run(),
            Self::Export(args) => args.run(),
            Self::Move(args) => args.run(),
            Self::Status(args) => args.run(),
            Self::Tend(args) => args.run(),
            Self::Resolve(args) => args.run(),
            Self::Cancel(args) => args.run(),
            Self::Erase(args) => args.run(),
            Self::Acts(args) => args.run(),
        }
    }
}

impl New {
    fn run(&self) -> Result<(), Failure> {
        let mut family = policy::load(&self.policy)?.family;
        if let Some(name) = &self.name {
            call_founder(&mut family, name);
        }
        let link = self.relay.link(None)?;
        let founder = Founder {
            relay_key: self.relay_key,
            voucher: self.voucher.clone().unwrap_or_default().into_bytes(),
            ..Founder::of(children(&family, &self.policy)?)
        };
        let (people, head, page) = block_on(async {
            let (mut guardian, page) = if self.page {
                let founded = Guardian::found_with_page(&self.dir, link, founder).await;
                let (guardian, page) = founded.map_err(failed)?;
                (guardian, Some(page))
            } else {
                let founded = Guardian::found(&self.dir, link, founder).await;
                (founded.map_err(failed)?, None)
            };
            let people = settle(&mut guardian, &family, &self.dir).await?;
            Ok((people, guardian.driver().member().head().0, page))
        })?;
        if self.json {
            let page = page.map(|page| page.print());
            let page = page.as_ref().map(|text| text.as_str());
            let value = json!({
                "folder": self.dir, "entries": head, "children": people.children, "page": page,
            });
            return answer(true, &value, "");
        }
        let said = |words: String| answer(false, &(), &words);
        said(format!(
            "Founded a household; its log has {head} entries.\n{}\n",
            table(&people)
        ))?;
        if let Some(page) = &page {
            print_page(page, None, None, false)?;
        }
        said(format!(
            "\nNext: on each device run `parcep device request`, then here `parcep device add --household \
             {} --request FILE --child ID --out ANSWER`.\n",
            self.dir.display()
        ))
    }
}

impl Update {
    fn run(&self) -> Result<(), Failure> {
        let family = policy::load(&self.policy)?.family;
        let link = self.relay.link(relay_of(&self.dir)?.as_deref())?;
        let people = People::load(&self.dir)?;
        let changed = block_on(async {
            let mut guardian = Guardian::open(&self.dir, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            guardian.note_head().map_err(failed)?;
            let who = Who::of(guardian.driver().member(), &self.dir)?;
            seen::tell(&mut guardian, &who, true)?;
            let belong = guardian.dependants().map_err(failed)?;
            let mut changed = Vec::new();
            for child in &family.children {
                let dependant = people.find(&child.id, &belong).ok_or_else(|| {
                    let message = format!(
                        "child `{}` does not belong to this household; it has {}",
                        child.id,
                        known(&people)
                    );
                    Failure::new(Kind::Input, "UNKNOWN_CHILD", message)
                        .in_file(self.policy.display().to_string())
                })?;
                if bring_in(&mut guardian, dependant, child).await? {
                    changed.push(child.id.clone());
                }
            }
            Ok(changed)
        })?;
        let words = match changed.as_slice() {
            [] => "Nothing changed: the household has these rules already.\n".to_owned(),
            some => format!("Changed the rules of {}.\n", some.join(", ")),
        };
        answer(self.json, &json!({ "changed": changed }), &words)
    }
}

/// Writes names, rules and acts of a family into a new household, and remembers who is who.
///
/// # Errors
/// If the relay or the disk refuses.
pub async fn settle(
    guardian: &mut Guardian,
    family: &Family,
    folder: &Path,
) -> Result<People, Failure> {
    let dependants = guardian.dependants().map_err(failed)?;
    let me = guardian.principal().map_err(failed)?;
    let founder = family.guardians.iter().find(|guardian| guardian.primary);
    let founder = founder.or_else(|| family.guardians.first());
    let pairs: Vec<(PrincipalId, &Child)> =
        dependants.iter().copied().zip(&family.children).collect();
    let people = People::new(
        pairs
            .iter()
            .map(|(dependant, child)| Person {
                id: child.id.clone(),
                name: child.name.clone(),
                dependant: dependant.to_string(),
            })
            .collect(),
    );
    people.save(folder)?;
    for (dependant, child) in pairs {
        let names = Names {
            dependant: child.name.clone(),
            guardians: founder.iter().map(|g| (me, g.name.clone())).collect(),
        };
        guardian.set_names(dependant, names).await.map_err(failed)?;
        bring_in(guardian, dependant, child).await?;
    }
    Ok(people)
}

/// Brings a child's rules and acts in, as far as they do not hold already. True if something was written.
///
/// # Errors
/// If the relay refuses.
pub async fn bring_in(
    guardian: &mut Guardian,
    dependant: PrincipalId,
    child: &Child,
) -> Result<bool, Failure> {
    let me = guardian.principal().map_err(failed)?.to_string();
    let me = LayerAuthor::guardian(&me)
        .map_err(|error| Failure::new(Kind::Failed, error.code(), error.to_string()))?;
    let view = guardian.view(dependant).map_err(failed)?;
    // A policy that is switched off has no rules but the floor.
    let mut layer = child.layer.clone();
    let held = view.layers.iter().find(|held| held.author == me);
    layer.author = me.clone();
    if !child.active {
        layer = PolicyLayer::empty(me);
    }
    let mut changed = false;
    if held != Some(&layer) || view.profile.as_ref() != Some(&child.profile) {
        let written = guardian
            .set_layer(dependant, &child.profile, &layer, Vec::new())
            .await;
        written.map_err(failed)?;
        changed = true;
    }
    // An act that holds already, by its id, is not written again.
    for act in child.live_overrides() {
        if !view.overrides.iter().any(|known| known.id() == act.id()) {
            guardian.act(dependant, &act).await.map_err(failed)?;
            changed = true;
        }
    }
    Ok(changed)
}

/// The relay that a member used last, else the one that its anchor names first.
///
/// # Errors
/// If the folder holds no member.
pub fn relay_of(folder: &Path) -> Result<Option<String>, Failure> {
    let path = folder.join("anchor.bin");
    if !path.exists() {
        Store::open(folder).map_err(failed)?;
        return Ok(None);
    }
    let last = std::fs::read_to_string(folder.join("relay.txt"));
    if let Ok(last) = last {
        return Ok(Some(last));
    }
    let anchor = Anchor::parse(&crate::files::read(&path)?).map_err(|error| {
        Failure::new(Kind::Input, "DAMAGED_FILE", error.to_string())
            .in_file(path.display().to_string())
    })?;
    Ok(anchor.relays.first().map(|relay| relay.uri.clone()))
}

fn children(family: &Family, file: &Path) -> Result<usize, Failure> {
    let count = family.children.len();
    if count <= MAX_DEPENDANTS {
        return Ok(count);
    }
    let message = format!("{count} children; a household holds at most {MAX_DEPENDANTS}, split it");
    Err(Failure::new(Kind::Input, "TOO_MANY", message)
        .in_file(file.display().to_string())
        .at("/children"))
}

/// Gives the founder the name that was asked for.
fn call_founder(family: &mut Family, name: &str) {
    let primary = family
        .guardians
        .iter()
        .position(|guardian| guardian.primary);
    if let Some(founder) = family.guardians.get_mut(primary.unwrap_or(0)) {
        founder.name = name.to_owned();
        return;
    }
    family.guardians.push(parcep_interchange::family::Guardian {
        id: "founder".into(),
        name: name.to_owned(),
        email: None,
        primary: true,
    });
}

/// A relay key as its operator writes it.
pub(crate) fn relay_key(text: &str) -> Result<VerifyingKey, String> {
    let bytes = hex::decode(text).ok_or("it is not hexadecimal")?;
    VerifyingKey::try_from(bytes.as_slice()).map_err(|error| error.to_string())
}

fn known(people: &People) -> String {
    let ids: Vec<_> = people
        .children
        .iter()
        .map(|c| format!("`{}`", c.id))
        .collect();
    ids.join(", ")
}

fn table(people: &People) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["child", "name", "id in the log"]);
    for child in &people.children {
        table.add_row([&child.id, &child.name, &child.dependant]);
    }
    table
}
