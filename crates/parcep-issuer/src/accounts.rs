//! Accounts of a provider, each named by a secret of which only the hash is kept.

use crate::answers::Answers;
use parcep_core::crypto::sha256;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// Shortest secret: 16 random bytes in base64 without padding have 22 letters.
const MIN_SECRET: usize = 22;
/// Longest secret that is looked at.
const MAX_SECRET: usize = 256;
/// Most accounts of a list: each call compares with all of them, some 20 ns for each.
const MAX_ACCOUNTS: usize = 10_000;

/// SHA-256 of the secret by which a holder names its account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Takes a hash, as it was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of a secret: 22 to 256 visible ASCII characters.
    ///
    /// # Errors
    /// [`AccountError::Secret`] for another form.
    pub fn of(secret: &str) -> Result<Self, AccountError> {
        let length = (MIN_SECRET..=MAX_SECRET).contains(&secret.len());
        if length && secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(sha256(secret.as_bytes()).0))
        } else {
            Err(AccountError::Secret)
        }
    }

    /// The bytes, to be kept.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// Where a provider finds its accounts.
pub trait Accounts: Send + Sync + 'static {
    /// Who answers for an account; `None` if no account has this secret. Compare in constant time, or look it up by
    /// the hash alone: it is of a secret that nobody can guess. Give each account its own value at every call alike:
    /// its calls are counted by the hash.
    fn find(&self, secret: &SecretHash) -> Option<Arc<dyn Answers>>;
}

/// Accounts in memory.
#[derive(Clone, Default)]
pub struct AccountList(Vec<(SecretHash, Arc<dyn Answers>)>);

impl AccountList {
    /// Takes accounts: the hash of each one's secret, and who answers for it.
    ///
    /// # Errors
    /// [`AccountError::TooMany`] above 10 000, [`AccountError::Twice`] if two have one secret.
    pub fn new(accounts: Vec<(SecretHash, Arc<dyn Answers>)>) -> Result<Self, AccountError> {
        if accounts.len() > MAX_ACCOUNTS {
            return Err(AccountError::TooMany);
        }
        let mut hashes: Vec<_> = accounts.iter().map(|(hash, _)| hash.0).collect();
        hashes.sort_unstable();
        let twice = hashes.windows(2).any(|pair| pair.first() == pair.last());
        if twice {
            return Err(AccountError::Twice);
        }
        Ok(Self(accounts))
    }
}

impl std::fmt::Debug for AccountList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountList({} accounts)", self.0.len())
    }
}

impl Accounts for AccountList {
    /// Compares with every account in constant time, so that the answer's time tells nothing of a secret.
    fn find(&self, secret: &SecretHash) -> Option<Arc<dyn Answers>> {
        let mut found = None;
        for (hash, answers) in &self.0 {
            if bool::from(hash.0.ct_eq(&secret.0)) {
                found = Some(answers);
            }
        }
        found.map(Arc::clone)
    }
}

/// Why accounts cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// A secret has another form.
    #[error("a secret has 22 to 256 visible ASCII characters")]
    Secret,
    /// Two accounts have the same secret.
    #[error("two accounts have the same secret")]
    Twice,
    /// There are more than a list keeps.
    #[error("a list keeps at most 10000 accounts")]
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Fault;
    use parcep_core::age::{
        Answer, InvalidRequest, RevokedHandles, SignalRequest, TokenAnswer, TokenRequest,
    };

    struct Nobody;

    impl Answers for Nobody {
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
            _: Result<&TokenRequest, InvalidRequest>,
            _: i64,
        ) -> Result<TokenAnswer, Fault> {
            Err(Fault)
        }

        fn revoked_handles(&self, _: &str, _: i64) -> Result<RevokedHandles, Fault> {
            Err(Fault)
        }
    }

    #[test]
    fn an_account_is_found_by_its_secret_and_by_no_other() {
        let (one, two): (Arc<dyn Answers>, Arc<dyn Answers>) = (Arc::new(Nobody), Arc::new(Nobody));
        let hash = |secret: &str| SecretHash::of(secret).unwrap();
        let (first, second) = (
            hash("first-secret-of-22-chars"),
            hash("second-secret-of-22-char"),
        );
        let list = AccountList::new(vec![(first, one.clone()), (second, two.clone())]).unwrap();
        assert!(Arc::ptr_eq(&list.find(&first).unwrap(), &one));
        assert!(Arc::ptr_eq(&list.find(&second).unwrap(), &two));
        assert!(list.find(&hash("First-secret-of-22-chars")).is_none());
        assert!(AccountList::new(vec![(first, one), (first, two)]).is_err());
    }

    #[test]
    fn a_secret_that_could_be_guessed_or_is_no_text_is_refused() {
        for secret in [
            "",
            "short",
            "with a space in it, long enough",
            "ünïcode-of-many-characters",
        ] {
            assert_eq!(
                SecretHash::of(secret),
                Err(AccountError::Secret),
                "{secret}"
            );
        }
        assert!(SecretHash::of(&"a".repeat(21)).is_err());
        assert!(SecretHash::of(&"a".repeat(22)).is_ok());
        assert!(SecretHash::of(&"a".repeat(257)).is_err());
    }

    #[test]
    fn nothing_of_a_secret_is_printed() {
        let hash = SecretHash::of("first-secret-of-22-chars").unwrap();
        let list = AccountList::new(vec![(hash, Arc::new(Nobody))]).unwrap();
        assert_eq!(
            format!("{hash:?} {list:?}"),
            "SecretHash(…) AccountList(1 accounts)"
        );
    }
}
