//! `parcep device`: two files bring a new device into the household.

use super::household::relay_of;
use super::people::People;
use super::{RelayArgs, answer, block_on, failed, write_bytes};
use crate::failure::{Failure, Kind};
use crate::files;
use clap::{Args, Subcommand, ValueEnum};
use parcep_client::agent::Agent;
use parcep_client::guardian::Guardian;
use parcep_core::epoch::PepCategory;
use parcep_core::joining::{JoinRequest, accept};
use serde_json::json;
use std::path::PathBuf;

/// How a device joins: `request` on the device, `add` at the guardian, `join` on the device.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// On the new device: make keys and the request file for a guardian
    Request(Request),
    /// At the guardian: admit the device and make the answer file
    Add(Add),
    /// On the new device: join with the answer file and fetch the rules
    Join(Join),
}

/// Arguments of `device request`.
#[derive(Debug, Args)]
pub struct Request {
    /// Folder for the device's keys and log; it is made
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// What the device is; it decides which rules the device may read
    #[arg(long)]
    pub category: Category,
    /// Something it can do, by its name in the capability registry; may be repeated
    #[arg(long, value_name = "NAME")]
    pub capability: Vec<String>,
    /// Where the request goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `device add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The guardian's folder
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// The device's request
    #[arg(long, value_name = "FILE")]
    pub request: PathBuf,
    /// Whose rules it enforces: id, name, or id in the log; may be repeated
    #[arg(long, value_name = "ID", required = true)]
    pub child: Vec<String>,
    /// Where the answer goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `device join`.
#[derive(Debug, Args)]
pub struct Join {
    /// The device's folder
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The guardian's answer
    #[arg(long, value_name = "FILE")]
    pub answer: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Categories of enforcement points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Category {
    /// Operating system of a phone, tablet or computer
    DeviceOs,
    /// Game console
    Console,
    /// TV or set-top box
    Tv,
    /// Router at home
    HomeGateway,
    /// Resolver or access network
    AccessNetwork,
    /// A single app
    App,
    /// An online service with accounts
    OnlineService,
    /// An AI assistant
    AiAssistant,
}

impl From<Category> for PepCategory {
    fn from(category: Category) -> Self {
        match category {
            Category::DeviceOs => Self::DeviceOs,
            Category::Console => Self::Console,
            Category::Tv => Self::Tv,
            Category::HomeGateway => Self::HomeGateway,
            Category::AccessNetwork => Self::AccessNetwork,
            Category::App => Self::App,
            Category::OnlineService => Self::OnlineService,
            Category::AiAssistant => Self::AiAssistant,
        }
    }
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::Request(args) => args.json,
            Self::Add(args) => args.json,
            Self::Join(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Request(args) => args.run(),
            Self::Add(args) => args.run(),
            Self::Join(args) => args.run(),
        }
    }
}

impl Request {
    fn run(&self) -> Result<(), Failure> {
        let capabilities = self.capability.clone();
        let request = Agent::request(&self.dir, self.category.into(), capabilities);
        let request = request.map_err(failed)?;
        write_bytes(&self.out, &request)?;
        let words = format!(
            "Made keys in {} and the request {}.\nNext: bring it to a guardian, who runs `parcep \
             device add --household DIR --request {} --child ID --out ANSWER`.\n",
            self.dir.display(),
            self.out.display(),
            self.out.display()
        );
        answer(self.json, &json!({ "request": self.out }), &words)
    }
}

impl Add {
    fn run(&self) -> Result<(), Failure> {
        let bytes = files::read(&self.request)?;
        let request = JoinRequest::verify(&bytes).map_err(|error| {
            let code = parcep_core::reason::code(error.reason());
            let message = format!("{error}; make a new request on the device");
            Failure::new(Kind::Input, code, message).in_file(self.request.display().to_string())
        })?;
        let people = People::load(&self.household)?;
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        let file = block_on(async {
            let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            let belong = guardian.dependants().map_err(failed)?;
            let mut children = Vec::new();
            for wanted in &self.child {
                let child = people.find(wanted, &belong).ok_or_else(|| {
                    let known: Vec<_> = people.children.iter().map(|c| c.id.as_str()).collect();
                    let message = format!("no child `{wanted}`; this household has {known:?}");
                    Failure::usage("UNKNOWN_CHILD", message)
                })?;
                children.push(child);
            }
            guardian.admit(&request, children).await.map_err(failed)
        })?;
        write_bytes(&self.out, &file)?;
        let words = format!(
            "Admitted device {} ({:?}).\nNext: bring {} to it and run `parcep device join --dir \
             DIR --answer {}` there.\n",
            request.device,
            request.what,
            self.out.display(),
            self.out.display()
        );
        let value = json!({ "device": request.device.to_string(), "answer": self.out });
        answer(self.json, &value, &words)
    }
}

impl Join {
    fn run(&self) -> Result<(), Failure> {
        let bytes = files::read(&self.answer)?;
        let store = parcep_client::Store::open(&self.dir).map_err(failed)?;
        let identity = store.identity().map_err(failed)?;
        let accepted = accept(&bytes, identity.device, &identity.sealing);
        let (anchor, _) = accepted.map_err(|error| {
            let code = parcep_core::reason::code(error.reason());
            let message = format!("{error}; it must be the answer to this device's own request");
            Failure::new(Kind::Input, code, message).in_file(self.answer.display().to_string())
        })?;
        drop(store);
        let known = anchor.relays.first().map(|relay| relay.uri.as_str());
        let link = self.relay.link(known)?;
        let (entries, served) = block_on(async {
            let mut agent = Agent::join(&self.dir, &bytes, link).await.map_err(failed)?;
            agent.report().await.map_err(failed)?;
            let served = agent.served().count();
            Ok((agent.driver().member().head().0, served))
        })?;
        let words = format!(
            "Joined; followed {entries} entries and enforces the rules of {served} \
             dependant(s).\nNext: `parcep decide --household {} --child ID --at NOW --action \
             device`, or `parcep sync --household {} --watch`.\n",
            self.dir.display(),
            self.dir.display()
        );
        answer(
            self.json,
            &json!({ "entries": entries, "served": served }),
            &words,
        )
    }
}
