//! `parcep device`: two files bring a new device into the household, one command takes it out.

mod add;
mod join;
mod list;
mod rekey;
mod remove;
mod welcome;

pub(crate) use list::rows;
pub(crate) use rekey::erasing;

use super::{answer, failed, write_bytes};
use crate::failure::Failure;
use clap::{Args, Subcommand, ValueEnum};
use parcep_client::agent::Agent;
use parcep_client::guardian::Guardian;
use parcep_core::epoch::PepCategory;
use serde_json::json;
use std::path::PathBuf;

/// How a device joins: `request` on the device, `add` at the guardian, `join` on the device.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// On the new device: make keys and the request file for a guardian
    Request(Request),
    /// At the guardian: admit the device and make the answer file
    Add(add::Add),
    /// On the new device: join with the answer file and fetch the rules; later take a file of `welcome`
    Join(join::Join),
    /// At a guardian: a file with secrets for a device that stayed behind or lacks some
    Welcome(welcome::Welcome),
    /// A new key for a member: a request on the device, then the same command at a guardian
    Rekey(rekey::Rekey),
    /// At a guardian: take a lost, stolen or sold device out of the household
    Remove(remove::Remove),
    /// Who has which devices, and what each can read
    List(list::List),
}

/// Arguments of `device request`.
#[derive(Debug, Args)]
pub struct Request {
    /// Folder for the device's keys and log; it is made
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// What the device is; it decides which rules the device may read
    #[arg(long, required_unless_present = "person")]
    pub category: Option<Category>,
    /// A person's own phone or computer: a further one of a guardian, or a child's to see its rules
    #[arg(long, conflicts_with_all = ["category", "capability"])]
    pub person: bool,
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
            Self::Welcome(args) => args.json,
            Self::Rekey(args) => args.json,
            Self::Remove(args) => args.json,
            Self::List(args) => args.json,
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
            Self::Welcome(args) => args.run(),
            Self::Rekey(args) => args.run(),
            Self::Remove(args) => args.run(),
            Self::List(args) => args.run(),
        }
    }
}

impl Request {
    fn run(&self) -> Result<(), Failure> {
        let request = match self.category {
            Some(category) => Agent::request(&self.dir, category.into(), self.capability.clone()),
            None => Guardian::request(&self.dir),
        };
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
