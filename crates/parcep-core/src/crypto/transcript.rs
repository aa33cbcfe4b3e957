//! The one way in which parts become input of a hash, a MAC, a signature or a derivation.

/// Labels: the first part of every transcript, one per use (R-WIRE-002).
pub mod label {
    /// Entry hash.
    pub const ENTRY: &str = "parcep/v1alpha1/entry";
    /// Document signature.
    pub const DOCUMENT: &str = "parcep/v1alpha1/document";
    /// Register signature.
    pub const REGISTER: &str = "parcep/v1alpha1/register";
    /// Name of a register.
    pub const REGISTER_NAME: &str = "parcep/v1alpha1/register-name";
    /// Kind secret.
    pub const KIND: &str = "parcep/v1alpha1/kind";
    /// Message key and associated data.
    pub const MESSAGE: &str = "parcep/v1alpha1/message";
    /// Section commitment.
    pub const SECTION: &str = "parcep/v1alpha1/section";
    /// Commitment to a secret in an epoch.
    pub const EPOCH: &str = "parcep/v1alpha1/epoch";
    /// HPKE info of a wrap.
    pub const WRAP: &str = "parcep/v1alpha1/wrap";
    /// HPKE info of a Welcome.
    pub const WELCOME: &str = "parcep/v1alpha1/welcome";
    /// Live root.
    pub const LIVE: &str = "parcep/v1alpha1/live";
    /// Join request signature.
    pub const JOIN: &str = "parcep/v1alpha1/join";
    /// Hash of a proposal.
    pub const PROPOSAL: &str = "parcep/v1alpha1/proposal";
    /// Signature of a newcomer's acceptance.
    pub const ACCEPT: &str = "parcep/v1alpha1/accept";
    /// Keys of a recovery secret.
    pub const RECOVERY: &str = "parcep/v1alpha1/recovery";
    /// Session signature.
    pub const SESSION: &str = "parcep/v1alpha1/session";
    /// Bookmark signature.
    pub const BOOKMARK: &str = "parcep/v1alpha1/bookmark";
    /// Age signal signature.
    pub const AGE_SIGNAL: &str = "parcep/v1alpha1/age-signal";
    /// Age token signature.
    pub const AGE_TOKEN: &str = "parcep/v1alpha1/age-token";
    /// Signature by which a holder presents an age token.
    pub const AGE_PRESENTATION: &str = "parcep/v1alpha1/age-presentation";
    /// Delay of an age roll-over.
    pub const AGE_ROLLOVER: &str = "parcep/v1alpha1/age-rollover";
    /// Revocation handle of an age signal.
    pub const AGE_HANDLE: &str = "parcep/v1alpha1/age-handle";
}

/// Parts, each preceded by its length as four bytes big-endian; numbers are eight bytes big-endian
/// (R-WIRE-001).
///
/// ```
/// use parcep_core::crypto::Transcript;
/// let t = Transcript::new("a").bytes(b"bc").number(1);
/// assert_eq!(t.as_bytes(), b"\0\0\0\x01a\0\0\0\x02bc\0\0\0\x08\0\0\0\0\0\0\0\x01");
/// ```
#[derive(Debug, Clone)]
pub struct Transcript(Vec<u8>);

impl Transcript {
    /// Starts with a label.
    pub fn new(label: &str) -> Self {
        Self(Vec::with_capacity(160)).bytes(label.as_bytes())
    }

    /// Adds bytes.
    pub fn bytes(mut self, part: &[u8]) -> Self {
        // INVARIANT: limits keep every part far below 4 GiB; a longer one would collide with none.
        let len = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds a number.
    pub fn number(self, part: u64) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    /// Adds a time in seconds.
    pub fn seconds(self, part: i64) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    /// Everything so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
