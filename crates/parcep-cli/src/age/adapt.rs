//! `parcep age adapt`: what a platform says about an age, on the four axes of this protocol.

use super::{misuse, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::answer;
use clap::Args;
use parcep_core::age::{Cuts, Statement};
use parcep_core::reason::{self, Reason};
use parcep_interchange::age::{AdaptError, Platform, adapt, claims_hold};
use std::path::PathBuf;

/// Arguments of `age adapt`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: {\"lowerBound\": 13, \"upperBound\": 15, \"ageRangeDeclaration\": \"selfDeclared\"} is 13 to \
                        under 16\n  parcep age adapt --from apple answer.json --gates 13,16,18"
)]
pub struct Adapt {
    /// What the platform answered, as JSON, or `-` for stdin
    #[arg(value_name = "IN.json", default_value = "-")]
    pub input: PathBuf,
    /// The platform that answered
    #[arg(long, value_name = "PLATFORM", value_parser = platform)]
    pub from: Platform,
    /// The ages that were asked for: 1 to 3 from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',')]
    pub gates: Vec<u32>,
    /// The instant at which claims have to hold, RFC 3339; now if left out
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<jiff::Timestamp>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Adapt {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let gates = match self.gates.as_slice() {
            [] => None,
            gates => Some(Cuts::new(gates.to_vec()).map_err(misuse)?),
        };
        let bytes = files::read(&self.input)?;
        let malformed = |error: AdaptError| {
            self.refuse(error.reason(), error.to_string())
                .at(error.pointer)
        };
        let statement = adapt(self.from, &bytes, gates.as_ref()).map_err(malformed)?;
        let now = self.at.unwrap_or_else(jiff::Timestamp::now).as_second();
        if self.from == Platform::Claims && !claims_hold(&bytes, now).map_err(malformed)? {
            return Err(self.refuse(Reason::Expired, "the claims are over, or do not hold yet"));
        }
        answer(self.json, &statement, &told(&statement))
    }

    fn refuse(&self, reason: Reason, message: impl Into<String>) -> Failure {
        Failure::new(Kind::Input, reason::code(reason), message)
            .in_file(self.input.display().to_string())
    }
}

/// The axes one below the other, and what was lost.
fn told(statement: &Statement) -> String {
    let mut lines = vec![("outcome", plain(statement.outcome().name()))];
    if let Some(claim) = statement.claim() {
        let exact = if claim.exact_cell {
            ""
        } else {
            ", not exactly one bracket"
        };
        lines.push(("age", words::spoken(claim.interval) + exact));
        lines.push(("method", plain(claim.method.name())));
        lines.push(("assurance", plain(claim.assurance.name())));
    }
    lines.push(("supervision", plain(statement.supervision.name())));
    lines.push(("consent", plain(statement.consent.name())));
    lines.extend(
        statement
            .loss
            .iter()
            .map(|lost| ("not carried", lost.to_string())),
    );
    lines
        .into_iter()
        .map(|(axis, what)| format!("{axis:<12} {what}\n"))
        .collect()
}

fn plain(name: &str) -> String {
    name.replace('_', " ")
}

fn platform(text: &str) -> Result<Platform, String> {
    let wanted = Platform::ALL
        .iter()
        .copied()
        .find(|platform| platform.name() == text);
    wanted.ok_or_else(|| {
        let names: Vec<_> = Platform::ALL
            .iter()
            .map(|platform| platform.name())
            .collect();
        format!("give one of {}", names.join(", "))
    })
}
