//! `parcep scenario`: stories of real households, played by real members and relays on loopback, on a
//! clock that runs as fast as it can. Each is told day by day, and each line that claims something is
//! checked.

mod house;
mod lost_phone;
mod majority_offline;
mod new_console;
mod relay_move;
mod relay_restored;
mod separation;
mod stage;
mod stolen_phone;

use crate::failure::Failure;
use crate::online::{answer, block_on};
use clap::{Args, ValueEnum};
use house::{BEGINS, House};
use serde_json::json;
use stage::Stage;

/// Arguments of `scenario`.
#[derive(Debug, Args)]
pub struct Scenario {
    /// Which story; `list` says what each tells
    #[arg(value_enum)]
    pub story: Story,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// The stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Story {
    /// Say what the stories tell
    List,
    /// Two guardians part
    Separation,
    /// A guardian's phone is stolen
    StolenPhone,
    /// A guardian's only phone is lost
    LostPhone,
    /// A console joins while one parent is away
    NewConsole,
    /// A child comes of age while relay and guardians are away
    MajorityOffline,
    /// A relay comes back from last night's copy
    RelayRestored,
    /// A household moves to another relay
    RelayMove,
}

impl Story {
    const ALL: [Self; 7] = [
        Self::Separation,
        Self::StolenPhone,
        Self::LostPhone,
        Self::NewConsole,
        Self::MajorityOffline,
        Self::RelayRestored,
        Self::RelayMove,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Separation => "separation",
            Self::StolenPhone => "stolen-phone",
            Self::LostPhone => "lost-phone",
            Self::NewConsole => "new-console",
            Self::MajorityOffline => "majority-offline",
            Self::RelayRestored => "relay-restored",
            Self::RelayMove => "relay-move",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::List => "what the stories tell",
            Self::Separation => "two guardians part: neither removes the other, one leaves",
            Self::StolenPhone => {
                "a phone is stolen; another device takes it out, and it reads nothing new"
            }
            Self::LostPhone => {
                "the only phone is lost; a printed page brings its owner back in a week"
            }
            Self::NewConsole => {
                "a console joins while one parent is away, and says who has not confirmed"
            }
            Self::MajorityOffline => {
                "a child comes of age while relay and guardians are away; the console lets go"
            }
            Self::RelayRestored => {
                "a relay comes back from last night's copy; its members give back what it lost"
            }
            Self::RelayMove => {
                "a household moves to another relay, without a word from the old one"
            }
        }
    }
}

impl Scenario {
    /// Plays a story.
    ///
    /// # Errors
    /// `SCENARIO_FAILED` if something in it does not hold.
    pub fn run(&self) -> Result<(), Failure> {
        if self.story == Story::List {
            return self.list();
        }
        let mut stage = Stage::new(self.story.name(), self.story.title(), BEGINS, self.json);
        block_on(async {
            let mut house = House::new().await?;
            match self.story {
                Story::List => Ok(()),
                Story::Separation => separation::play(&mut stage, &mut house).await,
                Story::StolenPhone => stolen_phone::play(&mut stage, &mut house).await,
                Story::LostPhone => lost_phone::play(&mut stage, &mut house).await,
                Story::NewConsole => new_console::play(&mut stage, &mut house).await,
                Story::MajorityOffline => majority_offline::play(&mut stage, &mut house).await,
                Story::RelayRestored => relay_restored::play(&mut stage, &mut house).await,
                Story::RelayMove => relay_move::play(&mut stage, &mut house).await,
            }
        })?;
        stage.end()
    }

    fn list(&self) -> Result<(), Failure> {
        let rows = Story::ALL.map(|story| format!("{:16} {}\n", story.name(), story.title()));
        let value = Story::ALL.map(|story| json!({ "name": story.name(), "title": story.title() }));
        answer(self.json, &value.to_vec(), &rows.concat())
    }
}
