//! `parcep guardian`: sharing authority over children, taking it, leaving, coming back.

mod accept;
mod add;
mod approve;
mod leave;
mod list;
mod page;
mod paper;
mod recover;
mod remove;
mod shut_out;
mod three_files;

pub(crate) use add::{Admitted, admit_accepted, invite};
pub(crate) use page::print_page;
pub(crate) use recover::{Step, recover};
pub(crate) use three_files::{Acceptance, Invitation};

use super::household::relay_of;
use super::who::Who;
use super::{RelayArgs, failed, seen, time};
use crate::failure::Failure;
use clap::{Args, Subcommand};
use parcep_client::ClientError;
use parcep_client::beats::Silence;
use parcep_client::guardian::Guardian;
use parcep_core::consent::OpenProposal;
use parcep_core::member::Failure as Fault;
use parcep_core::reason::Reason;
use std::path::PathBuf;
use std::time::Duration;

/// How long the relay may stay silent.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same where nothing is needed of it.
const SHORT: Duration = Duration::from_secs(3);

/// What guardians do among themselves.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invite another guardian, and admit them with what they answered
    Add(add::Add),
    /// On the newcomer's device: read an invitation, agree, and make the answer to it
    Accept(accept::Accept),
    /// Consent to an open proposal
    Approve(approve::Approve),
    /// Propose that another guardian loses all authority
    Remove(remove::Remove),
    /// Have the relay revoke keys that no guardian accounts for
    ShutOut(shut_out::ShutOut),
    /// Leave the household yourself, at once
    Leave(leave::Leave),
    /// Print a page that brings you back if every device is lost
    Page(page::Page),
    /// Come back with the printed page on a new device
    Recover(recover::Recover),
    /// Who the guardians are, and what is proposed
    List(list::List),
}

/// Whose folder, which relay.
#[derive(Debug, Args)]
pub struct At {
    /// The guardian's folder
    #[arg(long, value_name = "DIR")]
    pub household: PathBuf,
    #[command(flatten)]
    /// The relay
    pub relay: RelayArgs,
}

impl At {
    /// Opens the folder and follows the log.
    ///
    /// # Errors
    /// If it holds no guardian, or the relay does not answer.
    pub(crate) async fn open(&self) -> Result<(Guardian, Who), Failure> {
        self.open_for(true).await
    }

    /// The same for a command that a timer runs: nobody looks, so nothing counts as seen.
    ///
    /// # Errors
    /// As [`At::open`].
    pub(crate) async fn open_unattended(&self) -> Result<(Guardian, Who), Failure> {
        self.open_for(false).await
    }

    /// The same for a command that shows a fork: a relay that tells another story than this folder's is no
    /// failure of it. What the relay is not believed for, if it told one.
    ///
    /// # Errors
    /// As [`At::open`].
    pub(crate) async fn open_forked(&self) -> Result<(Guardian, Who, Option<Fault>), Failure> {
        let forked = |error: &ClientError| matches!(error, ClientError::Distrusted(fault) if fault.reason == Reason::Fork);
        let (guardian, who, told) = self.open_with(true, PATIENCE, forked).await?;
        Ok(match told {
            Some(ClientError::Distrusted(fault)) => (guardian, who, Some(fault)),
            _ => (guardian, who, None),
        })
    }

    /// The same for a command that needs nothing of the relay at hand, and why that was not followed.
    ///
    /// # Errors
    /// If the folder holds no guardian.
    pub(crate) async fn open_without_relay(
        &self,
    ) -> Result<(Guardian, Who, Option<ClientError>), Failure> {
        let lost = |error: &ClientError| {
            matches!(
                error,
                ClientError::Unreachable(_) | ClientError::Refused(_) | ClientError::Distrusted(_)
            )
        };
        self.open_with(true, SHORT, lost).await
    }

    async fn open_for(&self, attended: bool) -> Result<(Guardian, Who), Failure> {
        let (guardian, who, _) = self.open_with(attended, PATIENCE, |_| false).await?;
        Ok((guardian, who))
    }

    async fn open_with(
        &self,
        attended: bool,
        patience: Duration,
        bears: impl Fn(&ClientError) -> bool,
    ) -> Result<(Guardian, Who, Option<ClientError>), Failure> {
        let link = self.relay.link(relay_of(&self.household)?.as_deref())?;
        let mut guardian = Guardian::open(&self.household, link).map_err(failed)?;
        tell_silence(&mut guardian)?;
        let patience = guardian.driver().set_patience(patience);
        let told = match guardian.driver().sync().await {
            Err(error) if bears(&error) => Some(error),
            synced => synced.map(|_| None).map_err(failed)?,
        };
        guardian.driver().set_patience(patience);
        guardian.note_head().map_err(failed)?;
        let who = Who::of(guardian.driver().member(), &self.household)?;
        seen::tell(&mut guardian, &who, attended)?;
        Ok((guardian, who, told))
    }
}

/// Says on stderr that this app has not been able to say that it is there (R-OPS-016), also where no relay answers.
fn tell_silence(guardian: &mut Guardian) -> Result<(), Failure> {
    let now = guardian.driver().now();
    let lasting = match guardian.driver().silence().map_err(failed)? {
        None => return Ok(()),
        Some(Silence::Since(at)) => {
            let lasting = time::lasting(now.saturating_sub(at));
            format!("has published no sign of life for {lasting}")
        }
        Some(Silence::Unknown) => {
            "cannot tell when it published its last sign of life: its note of it is damaged, \
             or the clock was set back"
                .to_owned()
        }
    };
    eprintln!(
        "This app {lasting}. The children's devices grow stricter without one. `parcep household tend`, best by a \
         timer, sends it."
    );
    Ok(())
}

/// The open proposal whose hash begins so; without a beginning the only one there is.
pub(crate) fn find(guardian: &Guardian, wanted: Option<&str>) -> Result<OpenProposal, Failure> {
    let household = guardian.household().map_err(failed)?;
    let wanted = wanted.unwrap_or_default();
    let mut found = household
        .proposals()
        .filter(|open| open.hash.to_hex().starts_with(wanted));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => {
            let message = "no such proposal is open; see `parcep household status`";
            Err(Failure::usage("UNKNOWN_PROPOSAL", message))
        }
        (Some(_), Some(_)) => {
            let message = "several proposals are open: say which with `--proposal ID`, see `parcep \
                           household status`";
            Err(Failure::usage("WHICH_PROPOSAL", message))
        }
    }
}

impl Command {
    /// Whether the answer is JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        match self {
            Self::Add(args) => args.json,
            Self::Accept(args) => args.json,
            Self::Approve(args) => args.json,
            Self::Remove(args) => args.json,
            Self::ShutOut(args) => args.json,
            Self::Leave(args) => args.json,
            Self::Page(args) => args.json,
            Self::Recover(args) => args.json,
            Self::List(args) => args.json,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What went wrong and what to do.
    pub fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Add(args) => args.run(),
            Self::Accept(args) => args.run(),
            Self::Approve(args) => args.run(),
            Self::Remove(args) => args.run(),
            Self::ShutOut(args) => args.run(),
            Self::Leave(args) => args.run(),
            Self::Page(args) => args.run(),
            Self::Recover(args) => args.run(),
            Self::List(args) => args.run(),
        }
    }
}
