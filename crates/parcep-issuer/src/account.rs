//! One account of a provider: what was checked, and nothing that is kept.

use crate::answers::{Answers, Fault};
use parcep_core::age::{
    Answer, InvalidRequest, Issuer, Knowledge, Known, RevokedHandles, SignalRequest, TokenAnswer,
    TokenRequest,
};
use std::sync::Arc;

/// One account of a provider, as [`Answers`]. It keeps no key and no token (R-AGE-059), and learns no audience: it
/// tells tokens alone.
///
/// ```
/// use parcep_core::age::{AgeInterval, AgeMethod, Issuer, IssuerSettings, Known, KnownAge};
/// use parcep_core::crypto::{SigningKey, SystemRandom};
/// use parcep_issuer::{Account, AccountList, SecretHash};
/// use std::sync::Arc;
///
/// let key = SigningKey::generate(&mut SystemRandom::new())?;
/// let issuer = Arc::new(Issuer::new(key, IssuerSettings::default())?);
/// let age = KnownAge::Range(AgeInterval::new(14, Some(15))?);
/// let account = Account::new(issuer, Known::declared(age, AgeMethod::SelfDeclared));
/// let secret = SecretHash::of("22-or-more-random-characters")?;
/// let accounts = AccountList::new(vec![(secret, Arc::new(account))])?;
/// # let _ = accounts;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Account {
    issuer: Arc<Issuer>,
    known: Known,
}

impl Account {
    /// An account of somebody of whom this is known. The issuer, with its key, is the same one for all accounts.
    #[must_use]
    pub const fn new(issuer: Arc<Issuer>, known: Known) -> Self {
        Self { issuer, known }
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Account")
    }
}

impl Answers for Account {
    /// A provider's desk answers UNSUPPORTED by itself; on a device this would be a fault.
    fn ask(
        &self,
        _: &str,
        _: Result<&SignalRequest, InvalidRequest>,
        _: i64,
    ) -> Result<Answer, Fault> {
        Err(Fault)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault> {
        let knowledge = Knowledge::Known(&self.known);
        Ok(self.issuer.issue_tokens(request, knowledge, now))
    }

    /// As [`Self::ask`].
    fn revoked_handles(&self, _: &str, _: i64) -> Result<RevokedHandles, Fault> {
        Err(Fault)
    }
}
