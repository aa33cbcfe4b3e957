//! A provider of age checks: its accounts, each named by the hash of a secret.

use super::{known, known_age, stopped};
use crate::age::own::{Own, internal};
use crate::age::values;
use crate::failure::{Failure, Kind};
use crate::files;
use jiff::civil::{Date, date};
use parcep_core::age::{AgeAssurance, AgeMethod, Issuer, Known};
use parcep_core::crypto::Transcript;
use parcep_core::hex;
use parcep_issuer::{
    Account, AccountList, Answers, Limits, Running, SecretHash, TlsFiles, serve_tls,
};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMAT: &str = "parcep-age-accounts/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: String,
    accounts: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    secret_sha256: String,
    born_month: Option<String>,
    lower: Option<u32>,
    upper: Option<u32>,
    method: AgeMethod,
    #[serde(default)]
    assurance: AgeAssurance,
    /// UTC day of the check.
    checked: Option<Date>,
}

/// Reads accounts.
pub(super) fn accounts(path: &Path, issuer: Issuer, own: &Own) -> Result<AccountList, Failure> {
    let name = path.display().to_string();
    let form: Form = parcep_interchange::file::typed(&files::read(path)?)
        .map_err(|refusal| Failure::refused(&name, &refusal))?;
    if form.format != FORMAT {
        let message = format!("expected format `{FORMAT}`; `parcep age serve --help` shows it");
        return Err(Failure::new(Kind::Input, "MALFORMED", message)
            .in_file(name)
            .at("/format"));
    }
    let issuer = Arc::new(issuer);
    let mut accounts = Vec::with_capacity(form.accounts.len());
    for (number, row) in form.accounts.iter().enumerate() {
        let malformed = |(member, message): (&str, String)| {
            Failure::new(Kind::Input, "MALFORMED", message)
                .in_file(&name)
                .at(format!("/accounts/{number}{member}"))
        };
        let hash = row.hash().map_err(malformed)?;
        let known = row.known(hash, own)?.ok_or_else(|| {
            let message = "give `born_month` as `2012-05`, or `lower` with or without `upper`";
            malformed(("", message.to_owned()))
        })?;
        let answers: Arc<dyn Answers> = Arc::new(Account::new(issuer.clone(), known));
        accounts.push((hash, answers));
    }
    AccountList::new(accounts)
        .map_err(|error| Failure::new(Kind::Input, "MALFORMED", error.to_string()).in_file(name))
}

/// Starts it.
pub(super) async fn start(
    listen: SocketAddr,
    (certificate, key): (&PathBuf, &PathBuf),
    accounts: AccountList,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, Failure> {
    let tls = TlsFiles {
        certificate: certificate.clone(),
        key: key.clone(),
    };
    let accounts = Arc::new(accounts);
    let running = serve_tls(listen, &tls, accounts, &Limits::default(), shutdown).await;
    running.map_err(stopped)
}

impl Row {
    fn hash(&self) -> Result<SecretHash, (&'static str, String)> {
        let bytes = hex::decode(&self.secret_sha256);
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(SecretHash::from_bytes).ok_or_else(|| {
            let message = "give the 64 hexadecimal digits that `sha256sum` prints";
            ("/secret_sha256", message.to_owned())
        })
    }

    /// What is known; `None` if that is nothing, or two things.
    fn known(&self, hash: SecretHash, own: &Own) -> Result<Option<Known>, Failure> {
        let born = self.born_month.as_deref().map(values::month);
        let Ok(born) = born.transpose() else {
            return Ok(None);
        };
        let two = born.is_some() && (self.lower.is_some() || self.upper.is_some());
        if two || (self.lower.is_none() && self.upper.is_some()) {
            return Ok(None);
        }
        // One secret for each person (R-AGE-038).
        let secret = || {
            let person = Transcript::new("parcep/age-account").bytes(hash.as_bytes());
            Ok(own.secret()?.derive(&person))
        };
        let Ok(age) = known_age(born, (self.lower, self.upper), secret) else {
            return Ok(None);
        };
        let checked = self.checked.map(day_number).transpose()?;
        Ok(age.map(|age| Known {
            checked_day: checked,
            ..known(age, self.method, self.assurance)
        }))
    }
}

/// Days since 1970-01-01.
fn day_number(day: Date) -> Result<i64, Failure> {
    let since = day.since(date(1970, 1, 1)).map_err(internal)?;
    Ok(since.get_days().into())
}
