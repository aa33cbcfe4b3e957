//! Proposals, consents, effects and cancellations, as types. Their way from and to the wire is in
//! `convert`.

use crate::constitution::{Constitution, Device, DeviceRole, PrincipalDevices};
use crate::crypto::{
    CryptoError, Hash, SealingPublic, SigningKey, Transcript, VerifyingKey, label, sha256,
};
use crate::document::{PayloadType, payload_number};
use crate::id::{DeviceId, DocumentId, LogId, PrincipalId};

/// An act that can be proposed, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Another basic law.
    Constitution(Constitution),
    /// Other devices of a principal.
    Devices(PrincipalDevices),
    /// An enforcement point leaves.
    RemoveEnforcementPoint(DeviceId),
    /// Other branches end.
    Resolve(Resolve),
    /// This household ends (R-CONS-028).
    Erase(LogId),
}

/// Ends other branches of a forked log (R-MOVE-006).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// Head of each branch that ends, 1 to 8, distinct.
    pub ended: Vec<Head>,
}

/// A place and the hash of its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// Place of the entry, from 0.
    pub seq: u64,
    /// Its entry hash.
    pub hash: Hash,
}

/// An act as it is proposed (R-CONS-001).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub(super) act: Act,
    pub(super) content: Vec<u8>,
    pub(super) base: DocumentId,
    pub(super) accepts: Vec<Accept>,
}

impl Proposal {
    /// Proposes an act. `base` is the document that made stand what the act replaces; of RESOLVE and
    /// ERASE the constitution's.
    pub fn new(act: Act, base: DocumentId) -> Self {
        Self {
            content: act.encode(),
            act,
            base,
            accepts: Vec::new(),
        }
    }

    /// Adds what the newcomers signed, one [`Accept`] each (R-CONS-003).
    pub fn with_accepts(mut self, accepts: Vec<Accept>) -> Self {
        self.accepts = accepts;
        self
    }

    /// What it would do.
    pub fn act(&self) -> &Act {
        &self.act
    }

    /// The document that made stand what it replaces.
    pub fn base(&self) -> DocumentId {
        self.base
    }

    /// What newcomers signed.
    pub fn accepts(&self) -> &[Accept] {
        &self.accepts
    }

    /// What everybody consents to (R-CONS-001): the act, what it replaces and the household, and not the
    /// acceptances beside them.
    pub fn hash(&self, log_id: LogId) -> Hash {
        let transcript = Transcript::new(label::PROPOSAL)
            .bytes(log_id.as_bytes())
            .number(payload_number(self.act.payload_type()))
            .bytes(self.base.as_bytes())
            .bytes(&self.content);
        sha256(transcript.as_bytes())
    }
}

impl Act {
    /// The payload type that it would have as a document.
    pub fn payload_type(&self) -> PayloadType {
        match self {
            Self::Constitution(_) => PayloadType::Constitution,
            Self::Devices(_) => PayloadType::PrincipalDevices,
            Self::RemoveEnforcementPoint(_) => PayloadType::RemoveEnforcementPoint,
            Self::Resolve(_) => PayloadType::Resolve,
            Self::Erase(_) => PayloadType::Erase,
        }
    }
}

/// Somebody agrees to become a guardian, and names a first device (R-CONS-003).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// Hash of the proposal.
    pub proposal: Hash,
    /// The newcomer in the proposed constitution.
    pub principal: PrincipalId,
    /// Id of the first device.
    pub device: DeviceId,
    /// Verifies what it signs.
    pub signing: VerifyingKey,
    /// Seals secrets to it.
    pub sealing: SealingPublic,
    pub(super) signature: Vec<u8>,
}

impl Accept {
    /// Agrees to a proposal. The newcomer's app has shown its person what it says.
    pub fn sign(
        log_id: LogId,
        proposal: Hash,
        principal: PrincipalId,
        (device, signing, sealing): (DeviceId, &SigningKey, SealingPublic),
    ) -> Self {
        let mut accept = Self {
            proposal,
            principal,
            device,
            signing: signing.public(),
            sealing,
            signature: Vec::new(),
        };
        accept.signature = signing.sign(&accept.signed(log_id)).to_vec();
        accept
    }

    /// Whether the device that it names signed it, for this household.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`].
    pub fn verify(&self, log_id: LogId) -> Result<(), CryptoError> {
        self.signing.verify(&self.signed(log_id), &self.signature)
    }

    /// The newcomer's first device.
    pub fn first_device(&self) -> Device {
        Device {
            id: self.device,
            signing: self.signing,
            sealing: self.sealing,
            role: DeviceRole::Active,
        }
    }

    fn signed(&self, log_id: LogId) -> Transcript {
        Transcript::new(label::ACCEPT)
            .bytes(log_id.as_bytes())
            .bytes(self.proposal.as_bytes())
            .bytes(self.principal.as_bytes())
            .bytes(self.device.as_bytes())
            .bytes(self.signing.as_bytes())
            .bytes(self.sealing.as_bytes())
    }
}

/// Consent to an open proposal (R-CONS-002).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Hash of the proposal.
    pub proposal: Hash,
    /// Its base.
    pub base: DocumentId,
}

/// A delayed act takes effect: the body of an EFFECT (R-CONS-004, R-CONS-008).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Hash of the proposal.
    pub proposal: Hash,
    /// That the delay passed, 1 to 4 pairs; `None` stands for one of a source of another version, which
    /// proves nothing.
    pub proof: Vec<Option<Span>>,
}

/// A proposal ends without effect (R-CONS-006, R-CONS-010).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    /// Hash of the proposal.
    pub proposal: Hash,
    /// That it is 14 days old, at most 4 pairs, where nothing else permits to cancel it; `None` stands
    /// for a pair of a source of another version.
    pub proof: Vec<Option<Span>>,
}

/// Two statements of one source about heads of this log (R-CONS-008).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The earlier one.
    pub earlier: Statement,
    /// The later one, about the same place or a later one.
    pub later: Statement,
}

/// A head and a time that somebody signed. Not verified yet: see
/// [`Household::witness`](crate::household::Household::witness).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// By a guardian's device or an enforcement point.
    Beat(BeatStatement),
    /// By a relay.
    Bookmark(BookmarkStatement),
}

/// A beat as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeatStatement {
    /// An encoded `RegisterDocument`.
    pub document: Vec<u8>,
    /// The signature over it.
    pub signature: Vec<u8>,
    /// The device that claims to have signed.
    pub author: DeviceId,
}

/// A bookmark with what its signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookmarkStatement {
    /// Key that claims to have signed.
    pub relay_key: VerifyingKey,
    /// Handle of the log at that relay.
    pub handle: Vec<u8>,
    /// The head.
    pub head: Head,
    /// The relay's time, seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Relay epoch.
    pub relay_epoch: u32,
    /// The signature.
    pub signature: Vec<u8>,
}
