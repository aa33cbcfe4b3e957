//! `parcep age fetch`: fetch a batch of one-time tokens, as the person's own device does.

use super::ask::no_batch;
use super::asked::Asked;
use super::trusting::Trusting;
use super::{ask, misuse, words};
use crate::failure::{Failure, Kind};
use crate::files;
use crate::online::{answer, block_on};
use clap::Args;
use parcep_core::age::{Batch, Cuts, HolderKeys};
use parcep_core::crypto::SystemRandom;
use parcep_issuer::{Client, Trust};
use std::path::PathBuf;

/// Arguments of `age fetch`.
#[derive(Debug, Args)]
#[command(
    after_help = "The provider learns which cut points are asked for, and no audience. Every token is looked at before \
                  it is kept: one that differs from the others would follow the person (R-AGE-025).\n\n\
                  Example: a batch for audiences that ask at 13, 16 and 18, and one token of it for one of them\n  \
                  parcep age fetch --provider https://age.example --account-file account.secret \\\n    \
                  --cuts 13,16,18 --trust trust.json --wallet wallet.json\n  \
                  parcep age present --wallet wallet.json --audience https://games.example --nonce $NONCE"
)]
pub struct Fetch {
    /// The provider
    #[arg(
        long,
        value_name = "https://HOST:PORT",
        requires = "account_file",
        required_unless_present = "socket"
    )]
    pub provider: Option<String>,
    /// The secret that names the account at the provider: 22 to 256 characters in a file
    #[arg(long, value_name = "FILE", requires = "provider")]
    pub account_file: Option<PathBuf>,
    /// Believe only the certificates of this PEM file, not the system's
    #[arg(long, value_name = "FILE", requires = "provider")]
    pub ca: Option<PathBuf>,
    /// The issuer on this device instead, by the socket of its holder (`parcep age serve --holder`)
    #[arg(long, value_name = "PATH", conflicts_with = "provider")]
    pub socket: Option<PathBuf>,
    /// Cut points of the audiences that the tokens are for: 1 to 3 ages from 1 to 21, at least two years apart
    #[arg(long, value_name = "AGES", value_delimiter = ',', required = true)]
    pub cuts: Vec<u32>,
    /// Be told the youngest bracket alone, for a law that wants one (R-AGE-036)
    #[arg(long)]
    pub youngest: bool,
    /// How many tokens, 1 to 30
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u8).range(1..=30))]
    pub count: u8,
    #[command(flatten)]
    /// How it has to be known
    pub asked: Asked,
    #[command(flatten)]
    /// Whose word counts
    pub trusting: Trusting,
    /// Where tokens go; must not be there yet
    #[arg(long, value_name = "FILE")]
    pub wallet: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Fetch {
    pub(super) fn run(&self) -> Result<(), Failure> {
        words::fresh_wallet(&self.wallet)?;
        let cuts = Cuts::new(self.cuts.clone()).map_err(misuse)?;
        let batch = block_on(self.fetch(cuts))?;
        files::write_private(&self.wallet, &batch.expose_json())?;
        let (told, text) = words::filled(&batch, &self.wallet);
        answer(self.json, &told, &text)
    }

    async fn fetch(&self, cuts: Cuts) -> Result<Batch, Failure> {
        let list = self.trusting.list()?;
        let mut client = self.client()?;
        let keys = HolderKeys::generate(self.count.into(), cuts, &mut SystemRandom::new());
        let keys = keys.map_err(misuse)?;
        let keys = match self.youngest {
            true => keys.one_cell(),
            false => keys,
        };
        let now = jiff::Timestamp::now().as_second();
        let fetched = client.fetch(keys, self.asked.needs(), &list, now).await;
        fetched.map_err(no_batch)
    }

    fn client(&self) -> Result<Client, Failure> {
        let (Some(provider), Some(account)) = (&self.provider, &self.account_file) else {
            let socket = self.socket.clone().unwrap_or_default();
            ask::there(&socket)?;
            return Ok(Client::unix(socket));
        };
        let secret = String::from_utf8(files::read(account)?).map_err(|_| {
            let message = "is no secret: 22 to 256 visible ASCII characters";
            Failure::new(Kind::Input, "BAD_KEY", message).in_file(account.display().to_string())
        })?;
        let trust = self.ca.clone().map_or(Trust::System, Trust::Only);
        Client::tls(provider, &trust, secret.trim()).map_err(ask::failed)
    }
}
