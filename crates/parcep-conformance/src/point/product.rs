//! The product under test on its driver: its clocks, its starts, its folder.

use crate::driver::{Answer, CONTRACT, Driver, Fault, Start};
use crate::tape::Tape;
use parcep_core::epoch::PepCategory;
use serde_json::{Map, Value};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Spreads small numbers over all bits.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a product says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Its name.
    pub product: String,
    /// Its version.
    pub version: String,
    /// What it is, such as `enforcement-point`.
    pub role: String,
    /// What kind of enforcement point it is; `None` if it names none that is known.
    pub category: Option<PepCategory>,
    /// What it says that it can do.
    pub capabilities: Vec<String>,
    /// Words of the contract's table.
    pub features: Vec<String>,
}

/// The roles that a driver may have here.
pub const ROLES: [&str; 2] = ["enforcement-point", APP];

const APP: &str = "guardian-app";

impl Hello {
    /// Whether it has a feature of the contract.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|word| word == feature)
    }

    /// Whether it is a guardian's app.
    pub fn is_guardian_app(&self) -> bool {
        self.role == APP
    }
}

/// A running product.
#[derive(Debug)]
pub(crate) struct Product {
    pub(super) start: Start,
    patience: Duration,
    folder: TempDir,
    driver: Option<Driver>,
    salt: u64,
    /// How often the program was started again.
    launches: u64,
    clocks: Clocks,
    tape: Tape,
    pub(crate) hello: Hello,
}

/// What its clocks show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    /// True time of the last start of the device.
    pub(super) started: i64,
    /// How many starts there were.
    pub(super) starts: u64,
    /// How far the wall clock is wrong, seconds; `None` if there is none.
    pub(super) wall_error: Option<i64>,
}

impl Product {
    /// Starts it, and asks who it is.
    pub(crate) async fn start(
        start: &Start,
        patience: Duration,
        now: i64,
        salt: u64,
        tape: &Tape,
    ) -> Result<Self, Fault> {
        let folder = TempDir::new().map_err(|error| Fault::Start(error.to_string()))?;
        let driver = Driver::start(start, folder.path(), patience, salt).await?;
        let mut driver = driver.recorded(tape);
        let hello = hello(&mut driver, salt).await?;
        Ok(Self {
            start: start.clone(),
            patience,
            folder,
            driver: Some(driver),
            salt,
            launches: 0,
            clocks: Clocks {
                started: now,
                starts: 1,
                wall_error: Some(0),
            },
            tape: tape.clone(),
            hello,
        })
    }

    /// Where it keeps what it keeps, if it runs here.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn clocks(&mut self) -> &mut Clocks {
        &mut self.clocks
    }

    /// Asks it.
    pub(crate) async fn ask(
        &mut self,
        op: &str,
        members: Map<String, Value>,
    ) -> Result<Answer, Fault> {
        let gone = || Fault::Start("it is switched off".into());
        self.driver
            .as_mut()
            .ok_or_else(gone)?
            .request(op, members)
            .await
    }

    /// Makes it a new device; its join request.
    pub(crate) async fn reset(&mut self, now: i64, zone: &str) -> Result<Vec<u8>, Fault> {
        self.begin(now, zone).await?.bytes("join_request")
    }

    /// Makes it a new one; what it answers.
    pub(crate) async fn begin(&mut self, now: i64, zone: &str) -> Result<Answer, Fault> {
        self.clocks = Clocks {
            started: now,
            starts: self.clocks.starts + 1,
            wall_error: Some(0),
        };
        let mut members = self.shown(now);
        members.insert("zone".into(), zone.into());
        let answer = self.ask("reset", members).await?;
        answer.is_ok("reset")?;
        Ok(answer)
    }

    /// Tells it what its clocks show now, unless it has clocks of its own.
    pub(crate) async fn clock(&mut self, now: i64) -> Result<(), Fault> {
        if !self.hello.has("virtual-clock") {
            return Ok(());
        }
        let answer = self.ask("clock", self.shown(now)).await?;
        answer.is_ok("clock")
    }

    /// Kills the program and starts it on the same folder.
    pub(crate) async fn relaunch(&mut self, now: i64) -> Result<(), Fault> {
        if let Some(driver) = self.driver.take() {
            driver.kill().await;
        }
        self.launches += 1;
        let salt = self.salt.wrapping_add(self.launches << 32);
        let driver = Driver::start(&self.start, self.folder.path(), self.patience, salt).await?;
        let mut driver = driver.recorded(&self.tape);
        hello(&mut driver, salt).await?;
        self.driver = Some(driver);
        self.clock(now).await
    }

    /// Ends it in peace.
    pub(crate) async fn stop(mut self) -> Result<(), Fault> {
        match self.driver.take() {
            Some(driver) => driver.stop().await,
            None => Ok(()),
        }
    }

    fn shown(&self, now: i64) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some(error) = self.clocks.wall_error {
            members.insert("wall".into(), (now + error).into());
        }
        members.insert("boot".into(), (now - self.clocks.started).max(0).into());
        members.insert(
            "start".into(),
            // Another one after each start, and none that tells how many there were.
            format!(
                "{:016x}",
                self.salt.rotate_left(17) ^ self.clocks.starts.wrapping_mul(ODD)
            )
            .into(),
        );
        members
    }
}

async fn hello(driver: &mut Driver, salt: u64) -> Result<Hello, Fault> {
    let nonce = format!("{salt:016x}");
    let mut members = Map::new();
    members.insert("contract".into(), CONTRACT.into());
    members.insert("nonce".into(), nonce.clone().into());
    let answer = driver.request("hello", members).await?;
    answer.is_ok("hello")?;
    if answer.text("nonce")? != nonce {
        return Err(Fault::Member {
            member: "nonce".into(),
            kind: "the nonce of the request",
            line: answer.line().into(),
        });
    }
    if answer.number("contract") != Some(CONTRACT) {
        return Err(Fault::Member {
            member: "contract".into(),
            kind: "the number 1",
            line: answer.line().into(),
        });
    }
    let lacks = |member: &str, kind: &'static str| Fault::Member {
        member: member.into(),
        kind,
        line: answer.line().into(),
    };
    // Of an enforcement point alone there are a category and capabilities.
    let role = answer.text("role")?.to_owned();
    let category = match role.as_str() {
        "enforcement-point" => {
            let category = category_of(answer.text("category")?);
            let none = || lacks("category", "a category of enforcement points");
            Some(category.ok_or_else(none)?)
        }
        APP | "age-relying-party" | "age-issuer" => None,
        _ => return Err(lacks("role", "a role of the contract")),
    };
    let words = |member: &str| -> Result<Vec<String>, Fault> {
        let words = answer.text(member)?.split_whitespace();
        Ok(words.map(str::to_owned).collect())
    };
    Ok(Hello {
        product: answer.text("product")?.to_owned(),
        version: answer.text("version")?.to_owned(),
        role,
        capabilities: match category {
            Some(_) => words("capabilities")?,
            None => Vec::new(),
        },
        category,
        features: words("features")?,
    })
}

/// The category that a name of the contract stands for, such as `device-os`.
pub(super) fn category_of(name: &str) -> Option<PepCategory> {
    let code = name.to_uppercase().replace('-', "_");
    PepCategory::from_str_name(&format!("PEP_CATEGORY_{code}"))
}
