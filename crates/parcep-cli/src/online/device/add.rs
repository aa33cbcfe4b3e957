//! `parcep device add`: at the guardian.

use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::household::relay_of;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::{Who, category as in_words, short};
use crate::online::{RelayArgs, answer, block_on, failed, seen, write_bytes};
use clap::{Args, ValueEnum};
use parcep_client::guardian::Guardian;
use parcep_core::constitution::UncertainTime;
use parcep_core::document::SectionKind;
use parcep_core::epoch::{PepCategory, kinds_of};
use parcep_core::id::PrincipalId;
use parcep_core::joining::{JoinRequest, Joining};
use parcep_core::texts::{Text, Voice};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `device add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The guardian's folder
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    /// The device's request
    #[arg(long, value_name = "FILE")]
    pub request: PathBuf,
    /// Whose rules it enforces, or whose own device it is: id, name, or id in the log; may be repeated
    /// for an enforcement point. A person's device without it is yours
    #[arg(long, value_name = "ID")]
    pub child: Vec<String>,
    /// What an enforcement point does while it does not know the time, such as after a power cut; without
    /// it the device's platform decides between the first two
    #[arg(long, value_name = "CHOICE")]
    pub uncertain_time: Option<Uncertain>,
    /// Where the answer goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What to do without knowing the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Uncertain {
    /// Go by the clock of the device, which a child may be able to set
    WallClock,
    /// Count allowances by powered time; windows do not bind
    BudgetOnly,
    /// Whatever has a time window is denied until the device is on the network again
    Strict,
}

impl Uncertain {
    const fn choice(self) -> UncertainTime {
        match self {
            Self::WallClock => UncertainTime::WallClock,
            Self::BudgetOnly => UncertainTime::BudgetOnly,
            Self::Strict => UncertainTime::Strict,
        }
    }

    /// What it means, in the words of the device where it speaks (R-TIME-009).
    fn words(self) -> String {
        match self {
            Self::WallClock => {
                "while it does not know the time it goes by its own clock; a child who can \
                                set that clock can move the windows"
                    .into()
            }
            Self::BudgetOnly => {
                "while it does not know the time it counts allowances by powered time, and \
                                 time windows do not bind"
                    .into()
            }
            Self::Strict => {
                let says = Voice::default().text(Text::TimeUnknown);
                format!(
                    "without a network, after it was off, it denies whatever a time window is about, and its \
                     screen says: \"{says}\""
                )
            }
        }
    }
}

impl Add {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let bytes = files::read(&self.request)?;
        let request = JoinRequest::verify(&bytes).map_err(|error| {
            let code = parcep_core::reason::code(error.reason());
            let message = format!("{error}; make a new request on the device");
            Failure::new(Kind::Input, code, message).in_file(self.request.display().to_string())
        })?;
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        let file = block_on(async {
            let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
            guardian.driver().sync().await.map_err(failed)?;
            guardian.note_head().map_err(failed)?;
            let who = Who::of(guardian.driver().member(), &self.household)?;
            seen::tell(&mut guardian, &who, true)?;
            let children = self.children(&guardian, &who)?;
            let plan = plan(&request, &children, &who, &guardian)?;
            let plan = self.uncertain_time(&request, plan)?;
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(None);
            }
            let answer = match (request.what, children.as_slice()) {
                (Joining::EnforcementPoint(_), _) => {
                    let choice = self.uncertain_time.map(Uncertain::choice);
                    let choice = choice.unwrap_or(UncertainTime::Unspecified);
                    guardian.admit_with(&request, children, choice).await
                }
                (Joining::Person(_), [child]) => guardian.admit_person(&request, *child).await,
                (Joining::Person(_), _) => {
                    let me = guardian.principal().map_err(failed)?;
                    guardian.admit_person(&request, me).await
                }
            };
            answer.map(Some).map_err(failed)
        })?;
        let Some(file) = file else {
            return Ok(());
        };
        write_bytes(&self.out, &file)?;
        let words = format!(
            "Admitted {} {}.\nNext: bring {} to it and run `parcep device join --dir DIR --answer {}` there.\n",
            match request.what {
                Joining::EnforcementPoint(point) => in_words(point),
                Joining::Person(_) => "device",
            },
            short(&request.device.to_string()),
            self.out.display(),
            self.out.display()
        );
        let value = json!({ "device": request.device.to_string(), "answer": self.out });
        answer(self.json, &value, &words)
    }

    /// STRICT is chosen by a person who was told what the screen will say: a program gives that person's
    /// word with `--yes` (R-TIME-009).
    fn uncertain_time(&self, request: &JoinRequest, plan: Plan) -> Result<Plan, Failure> {
        let Some(choice) = self.uncertain_time else {
            return Ok(match request.what {
                Joining::EnforcementPoint(_) => plan.and(PLATFORM_CHOOSES),
                Joining::Person(_) => plan,
            });
        };
        if matches!(request.what, Joining::Person(_)) {
            let message =
                "`--uncertain-time` is for devices that enforce rules; this is a person's own";
            return Err(Failure::usage("NOT_FOR_PEOPLE", message));
        }
        let plan = plan.and(choice.words());
        if choice == Uncertain::Strict {
            return Ok(plan.asked());
        }
        Ok(plan)
    }

    fn children(&self, guardian: &Guardian, who: &Who) -> Result<Vec<PrincipalId>, Failure> {
        let household = guardian.household().map_err(failed)?;
        let found = self.child.iter().map(|wanted| {
            who.child(household, wanted).ok_or_else(|| {
                let belong = household.constitution().dependants().iter();
                let known = who.persons(belong.map(|dependant| dependant.id));
                let message = format!("no child `{wanted}`; this household has {known}");
                Failure::usage("UNKNOWN_CHILD", message)
            })
        });
        found.collect()
    }
}

/// What is said where nobody chose (R-TIME-008).
const PLATFORM_CHOOSES: &str = "while it does not know the time it goes by its own clock, or, where a child can set that \
                                clock, counts allowances only; `--uncertain-time` chooses otherwise";

/// What it says that it can do, by the names of the registry.
fn can(capabilities: &[String]) -> String {
    match capabilities {
        [] => "it does not say what it can do".into(),
        names => format!("it says that it can: {}", names.join(", ")),
    }
}

/// What will happen (R-PAIR-006).
fn plan(
    request: &JoinRequest,
    children: &[PrincipalId],
    who: &Who,
    guardian: &Guardian,
) -> Result<Plan, Failure> {
    let device = short(&request.device.to_string());
    let stop = format!("{} --device {device}", who.command("device remove"));
    let plan = match (request.what, children) {
        (Joining::EnforcementPoint(_), []) => {
            let message = "say whose rules it enforces: `--child ID`, may be repeated";
            return Err(Failure::usage("NO_CHILD", message));
        }
        (Joining::EnforcementPoint(category), children) => {
            let names = who.persons(children.iter().copied());
            Plan::to(format!("device {device} joins as a {}", in_words(category)))
                .and(format!("it will be able to read: {}", reads(category)))
                .and(can(&request.capabilities))
                .whom(format!(
                    "{names}: it enforces their rules; everybody in the household sees it"
                ))
        }
        (Joining::Person(_), []) => {
            let me = who.person(guardian.principal().map_err(failed)?);
            Plan::to(format!("device {device} joins as one of your own"))
                .and("whoever holds it can act as you: change rules, admit and remove devices")
                .whom(format!("{me}; everybody in the household sees it"))
        }
        (Joining::Person(_), [child]) => {
            let name = who.person(*child);
            Plan::to(format!("device {device} joins as {name}'s own"))
                .and("it can read the rules and names about the child, and write for the child")
                .whom(format!("{name}; everybody in the household sees it"))
        }
        (Joining::Person(_), _) => {
            let message = "a person's device belongs to one person: give one `--child`, or none";
            return Err(Failure::usage("TOO_MANY", message));
        }
    };
    Ok(plan
        .when("at once")
        .stop("before that: do not hand the answer file over")
        .stop(format!("after that: `{stop}`")))
}

/// A kind of section in words.
fn read(kind: SectionKind) -> String {
    match kind {
        SectionKind::Identity => "names".into(),
        SectionKind::Profile => "age group".into(),
        SectionKind::Schedule => "time windows".into(),
        SectionKind::Budget => "time allowances".into(),
        SectionKind::App => "rules for apps".into(),
        SectionKind::Rating => "age ratings".into(),
        SectionKind::Override => "locks and extra time".into(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// Kinds of sections in words.
pub(super) fn reads(category: PepCategory) -> String {
    let kinds = kinds_of(category).iter();
    let kinds: Vec<_> = kinds.map(|kind| read(*kind)).collect();
    kinds.join(", ")
}
