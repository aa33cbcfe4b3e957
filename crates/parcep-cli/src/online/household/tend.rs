//! `parcep household tend`: what a guardian's app does by itself in the background.

use crate::failure::Failure;
use crate::online::guardian::At;
use crate::online::who::{Who, short};
use crate::online::{answer, block_on, failed, time};
use clap::Args;
use parcep_client::guardian::{Cleared, Lost, Tended, WaitingAct};
use parcep_core::document::PayloadType;
use parcep_core::household::EpochDue;
use parcep_core::id::DocumentId;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `household tend`.
#[derive(Debug, Args)]
#[command(
    after_help = "Run it once a day, from cron or a timer: it follows the log, renews secrets that are due, \
    bears witness of days that pass, completes what has waited its week, clears away what nobody completed in \
    two, sees that keys of who left go from the relay, has contents dropped that were replaced a week ago, names \
    what a fork, a restore or a move took from you, and says that you are there."
)]
pub struct Tend {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// Append again what a fork, a restore or a move took: its id, as `tend` shows it; may be repeated
    #[arg(long, value_name = "ID")]
    pub again: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Tend {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open_unattended().await?;
            let mut done = guardian.tend().await.map_err(failed)?;
            for wanted in &self.again {
                let id = one_lost(&done.lost, wanted)?;
                guardian.append_again(id).await.map_err(failed)?;
                done.lost = guardian.lost();
            }
            let open = guardian.household().map_err(failed)?.proposals().count();
            let device = guardian.driver().member().identity().device;
            let lacks = done.lacks_from.map(|from| {
                let id = short(&device.to_string());
                format!(
                    "This device lacks the secrets of entry {from} and cannot read all that stands behind it: it has \
                     only said that it is there. Another guardian, or your own other device, runs `parcep device \
                     welcome --household DIR --device {id} --out FILE`; then here: `parcep device join --dir {} \
                     --answer FILE`.\n",
                    self.at.household.display()
                )
            });
            let words = format!(
                "{}{}{open} proposals are open.\n",
                lacks.unwrap_or_default(),
                told(&done, &who)
            );
            let hashes = |hashes: &[parcep_core::crypto::Hash]| -> Vec<String> {
                hashes.iter().map(|hash| short(&hash.to_hex())).collect()
            };
            let value = json!({
                "epochs": done.epochs.len(), "completed": hashes(&done.completed),
                "cancelled": hashes(&done.cancelled), "open": open,
                "pruned": done.pruned, "rekeyed": done.rekeyed,
                "lost": done.lost.iter().map(|lost| lost.id.to_string()).collect::<Vec<_>>(),
                "keys": keys(&done.keys), "lacks_from": done.lacks_from,
            });
            answer(self.json, &value, &words)
        })
    }
}

/// What was done, a line each.
pub(crate) fn told(done: &Tended, who: &Who) -> String {
    let mut words = String::new();
    for due in &done.epochs {
        let why = match due {
            EpochDue::Removal => "a device or a person left",
            EpochDue::FirstSecret => "a child is new",
            EpochDue::Known => "somebody knew one who must not any more",
            EpochDue::Widened => "a device may read more",
            EpochDue::Yearly => "a year has passed",
        };
        let _ = writeln!(words, "Everybody got new secrets: {why}.");
    }
    for hash in &done.completed {
        let _ = writeln!(
            words,
            "{} has effect now: its week is over.",
            short(&hash.to_hex())
        );
    }
    for hash in &done.cancelled {
        let id = short(&hash.to_hex());
        let _ = writeln!(
            words,
            "{id} was cleared away: nobody completed it in two weeks."
        );
    }
    words.push_str(&keys_told(&done.keys, who));
    if done.rekeyed {
        words.push_str("This device has a new key: what was erased here is erased for good.\n");
    }
    if done.pruned > 0 {
        let _ = writeln!(
            words,
            "The relay dropped {} contents that newer ones replaced.",
            done.pruned
        );
    }
    for lost in &done.lost {
        let id = short(&lost.id.to_string());
        let _ = writeln!(
            words,
            "Lost: {id}, {} of yours. It stands no more. If it should: `{} --again {id}`.",
            kind(lost.payload_type),
            who.command("household tend")
        );
    }
    words
}

/// What a document is, in words that name nobody.
const fn kind(payload_type: PayloadType) -> &'static str {
    match payload_type {
        PayloadType::PolicyLayer => "a set of rules",
        PayloadType::Override => "a lock, a pause or extra time",
        PayloadType::Identity => "a set of names",
        PayloadType::Constitution | PayloadType::Proposal => "a change of who decides",
        PayloadType::PrincipalDevices | PayloadType::EnforcementPoint => "a change of devices",
        _ => "a document",
    }
}

/// What became of keys at the relay, a line each.
pub(crate) fn keys_told(done: &Cleared, who: &Who) -> String {
    let mut words = String::new();
    for device in &done.shut_out {
        let id = short(&device.to_string());
        let _ = writeln!(words, "The key of device {id}, which left, is revoked.");
    }
    for act in &done.announced {
        let (at, id) = (time::at(act.due_at), act.id);
        let _ = writeln!(
            words,
            "A key of somebody who left is revoked on {at}. To stop that: `{} --act {id}`.",
            who.command("household cancel")
        );
    }
    for act in &done.stopped {
        let _ = writeln!(
            words,
            "Stopped at the relay: act {}, begun by somebody who left, or against your own key.",
            act.id
        );
    }
    if done.let_back > 0 {
        let _ = writeln!(
            words,
            "{} devices that a guardian who left had shut out at the relay are let in again.",
            done.let_back
        );
    }
    if done.unknown > 0 {
        let _ = writeln!(
            words,
            "{} keys have every right at the relay, and this app cannot tell which are of who left: `parcep \
             guardian shut-out`.",
            done.unknown
        );
    }
    words
}

fn keys(done: &Cleared) -> serde_json::Value {
    let acts = |acts: &[WaitingAct]| -> Vec<_> {
        let row = |act: &WaitingAct| json!({ "id": act.id, "due": time::at(act.due_at) });
        acts.iter().map(row).collect()
    };
    json!({
        "shut_out": done.shut_out.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "announced": acts(&done.announced), "stopped": acts(&done.stopped),
        "let_back": done.let_back, "unknown": done.unknown,
    })
}

/// The document that was lost whose id begins so.
fn one_lost(lost: &[Lost], wanted: &str) -> Result<DocumentId, Failure> {
    let mut found = lost
        .iter()
        .filter(|lost| lost.id.to_string().starts_with(wanted));
    match (found.next(), found.next()) {
        (Some(lost), None) => Ok(lost.id),
        _ => {
            let message =
                format!("`{wanted}` is the beginning of nothing that was lost, or of several");
            Err(Failure::usage("UNKNOWN_DOCUMENT", message))
        }
    }
}
