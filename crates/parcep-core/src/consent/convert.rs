//! Messages of consent from and to the wire.

use super::{
    Accept, Act, Approval, BeatStatement, BookmarkStatement, Cancel, Completion, Head, MAX_ACCEPTS,
    MAX_ENDED, MAX_SPANS, Proposal, Resolve, Span, Statement,
};
use crate::constitution::{Constitution, MalformedMembership, PrincipalDevices, distinct};
use crate::crypto::Hash;
use crate::document::PayloadType;
use crate::register::MAX_VALUE;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

type Result<T> = std::result::Result<T, MalformedMembership>;

/// A payload type that nobody proposes (R-MEM-010).
const NOT_PROPOSED: MalformedMembership = MalformedMembership(crate::constitution::NOT_PROPOSED);
/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;

impl Act {
    /// Parses the one section that a document of this type would hold.
    ///
    /// # Errors
    /// Names the field at fault; `payload_type` for one that cannot be proposed.
    pub fn parse(payload_type: PayloadType, content: &[u8]) -> Result<Self> {
        Ok(match payload_type {
            PayloadType::Constitution => Self::Constitution(Constitution::parse(content)?),
            PayloadType::PrincipalDevices => Self::Devices(PrincipalDevices::parse(content)?),
            PayloadType::RemoveEnforcementPoint => {
                let removal: pb::Removal = decode(content, "removal")?;
                Self::RemoveEnforcementPoint(id(&removal.device_id, "device_id")?)
            }
            PayloadType::Resolve => Self::Resolve(Resolve::parse(content)?),
            PayloadType::Erase => {
                let erase: pb::Erase = decode(content, "erase")?;
                Self::Erase(id(&erase.log_id, "log_id")?)
            }
            PayloadType::Unspecified => return Err(MalformedMembership("payload_type")),
            _ => return Err(NOT_PROPOSED),
        })
    }

    /// The bytes of that section.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Constitution(law) => law.encode(),
            Self::Devices(set) => set.encode(),
            Self::RemoveEnforcementPoint(id) => pb::Removal {
                device_id: id.to_vec(),
            }
            .encode_to_vec(),
            Self::Resolve(resolve) => resolve.encode(),
            Self::Erase(log_id) => pb::Erase {
                log_id: log_id.to_vec(),
            }
            .encode_to_vec(),
        }
    }
}

impl Resolve {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let resolve: pb::Resolve = decode(bytes, "resolve")?;
        let ended = resolve.ended.into_iter().map(head);
        let ended: Vec<Head> = ended
            .collect::<Option<_>>()
            .ok_or(MalformedMembership("ended"))?;
        if !(1..=MAX_ENDED).contains(&ended.len()) || !distinct(&ended) {
            return Err(MalformedMembership("ended"));
        }
        Ok(Self { ended })
    }

    fn encode(&self) -> Vec<u8> {
        pb::Resolve {
            ended: self.ended.iter().map(Into::into).collect(),
        }
        .encode_to_vec()
    }
}

impl Proposal {
    /// Parses the bytes of a proposal section. `proposal hash` stays over what was signed: the content is
    /// kept as it came.
    ///
    /// # Errors
    /// Names the field at fault, weak keys among them.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let proposal: pb::Proposal = decode(bytes, "proposal")?;
        let known = PayloadType::try_from(proposal.payload_type).map_err(|_| NOT_PROPOSED)?;
        let act = Act::parse(known, &proposal.content)?;
        let base = id(&proposal.base, "base")?;
        if proposal.accepts.len() > MAX_ACCEPTS {
            return Err(MalformedMembership("accepts"));
        }
        let accepts = proposal.accepts.into_iter().map(Accept::try_from);
        let accepts: Vec<_> = accepts.collect::<Result<_>>()?;
        let who: Vec<_> = accepts.iter().map(|accept| accept.principal).collect();
        if !distinct(&who) {
            return Err(MalformedMembership("accepts"));
        }
        Ok(Self {
            act,
            content: proposal.content,
            base,
            accepts,
        })
    }

    /// The bytes of a proposal section.
    pub fn encode(&self) -> Vec<u8> {
        pb::Proposal {
            payload_type: self.act.payload_type().into(),
            content: self.content.clone(),
            base: self.base.to_vec(),
            accepts: self.accepts.iter().map(Into::into).collect(),
        }
        .encode_to_vec()
    }
}

impl TryFrom<pb::Accept> for Accept {
    type Error = MalformedMembership;

    fn try_from(accept: pb::Accept) -> Result<Self> {
        if accept.signature.len() != SIGNATURE {
            return Err(MalformedMembership("signature"));
        }
        Ok(Self {
            proposal: id(&accept.proposal_hash, "proposal_hash")?,
            principal: id(&accept.principal_id, "principal_id")?,
            device: id(&accept.device_id, "device_id")?,
            signing: id(&accept.signing_key, "signing_key")?,
            sealing: id(&accept.sealing_key, "sealing_key")?,
            signature: accept.signature,
        })
    }
}

impl From<&Accept> for pb::Accept {
    fn from(accept: &Accept) -> Self {
        Self {
            proposal_hash: accept.proposal.0.to_vec(),
            principal_id: accept.principal.to_vec(),
            device_id: accept.device.to_vec(),
            signing_key: accept.signing.as_bytes().to_vec(),
            sealing_key: accept.sealing.as_bytes().to_vec(),
            signature: accept.signature.clone(),
        }
    }
}

impl Approval {
    /// Parses the bytes of an approval section.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let approval: pb::Approval = decode(bytes, "approval")?;
        Ok(Self {
            proposal: id(&approval.proposal_hash, "proposal_hash")?,
            base: id(&approval.base, "base")?,
        })
    }

    /// The bytes of an approval section.
    pub fn encode(&self) -> Vec<u8> {
        pb::Approval {
            proposal_hash: self.proposal.0.to_vec(),
            base: self.base.to_vec(),
        }
        .encode_to_vec()
    }
}

impl Completion {
    /// Parses the bytes of an effect section.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let effect: pb::Effect = decode(bytes, "effect")?;
        if effect.proof.is_empty() {
            return Err(MalformedMembership("proof"));
        }
        Ok(Self {
            proposal: id(&effect.proposal_hash, "proposal_hash")?,
            proof: spans(effect.proof)?,
        })
    }

    /// The bytes of an effect section.
    pub fn encode(&self) -> Vec<u8> {
        pb::Effect {
            proposal_hash: self.proposal.0.to_vec(),
            proof: self.proof.iter().map(span_of).collect(),
        }
        .encode_to_vec()
    }
}

impl Cancel {
    /// Parses the bytes of a cancel section.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let cancel: pb::Cancel = decode(bytes, "cancel")?;
        Ok(Self {
            proposal: id(&cancel.proposal_hash, "proposal_hash")?,
            proof: spans(cancel.proof)?,
        })
    }

    /// The bytes of a cancel section.
    pub fn encode(&self) -> Vec<u8> {
        pb::Cancel {
            proposal_hash: self.proposal.0.to_vec(),
            proof: self.proof.iter().map(span_of).collect(),
        }
        .encode_to_vec()
    }
}

impl From<&Head> for pb::HeadRef {
    fn from(head: &Head) -> Self {
        Self {
            seq: head.seq,
            hash: head.hash.0.to_vec(),
        }
    }
}

impl TryFrom<&pb::Statement> for Statement {
    type Error = MalformedMembership;

    fn try_from(statement: &pb::Statement) -> Result<Self> {
        self::statement(statement.clone())?.ok_or(PROOF)
    }
}

impl From<&Statement> for pb::Statement {
    fn from(statement: &Statement) -> Self {
        use pb::statement::Source;
        let source = match statement {
            Statement::Beat(beat) => Source::Beat(pb::SignedRegister {
                document: beat.document.clone(),
                signature: beat.signature.clone(),
                payload_type: PayloadType::Beat.into(),
                author_device: beat.author.to_vec(),
            }),
            Statement::Bookmark(bookmark) => Source::Bookmark(pb::SignedBookmark {
                relay_key: bookmark.relay_key.as_bytes().to_vec(),
                handle: bookmark.handle.clone(),
                bookmark: Some(pb::Bookmark {
                    seq: bookmark.head.seq,
                    head: bookmark.head.hash.0.to_vec(),
                    time: bookmark.time,
                    relay_epoch: bookmark.relay_epoch,
                    signature: bookmark.signature.clone(),
                }),
            }),
        };
        Self {
            source: Some(source),
        }
    }
}

/// A source of another version proves nothing, and harms no other; what has another length than this
/// version gives it is malformed.
fn spans(spans: Vec<pb::Span>) -> Result<Vec<Option<Span>>> {
    if spans.len() > MAX_SPANS {
        return Err(MalformedMembership("proof"));
    }
    let read = |span: pb::Span| {
        let one = |part: Option<pb::Statement>| statement(part.ok_or(PROOF)?);
        let (earlier, later) = (one(span.earlier)?, one(span.later)?);
        Ok(earlier
            .zip(later)
            .map(|(earlier, later)| Span { earlier, later }))
    };
    spans.into_iter().map(read).collect()
}

fn span_of(span: &Option<Span>) -> pb::Span {
    let empty = || Some(pb::Statement::default());
    pb::Span {
        earlier: span
            .as_ref()
            .map_or_else(empty, |span| Some((&span.earlier).into())),
        later: span
            .as_ref()
            .map_or_else(empty, |span| Some((&span.later).into())),
    }
}

const PROOF: MalformedMembership = MalformedMembership("proof");

fn statement(statement: pb::Statement) -> Result<Option<Statement>> {
    use pb::statement::Source;
    match statement.source {
        None => Ok(None),
        Some(Source::Beat(beat)) => self::beat(beat),
        Some(Source::Bookmark(signed)) => {
            let bookmark = signed.bookmark.ok_or(PROOF)?;
            let fits = (16..=32).contains(&signed.handle.len())
                && bookmark.signature.len() == SIGNATURE
                && bookmark.relay_epoch > 0;
            fits.then_some(()).ok_or(PROOF)?;
            Ok(Some(Statement::Bookmark(BookmarkStatement {
                relay_key: id(&signed.relay_key, "proof")?,
                handle: signed.handle,
                head: Head {
                    seq: bookmark.seq,
                    hash: id(&bookmark.head, "proof")?,
                },
                time: bookmark.time,
                relay_epoch: bookmark.relay_epoch,
                signature: bookmark.signature,
            })))
        }
    }
}

fn beat(beat: pb::SignedRegister) -> Result<Option<Statement>> {
    let fits = beat.signature.len() == SIGNATURE
        && beat.document.len() <= MAX_VALUE
        && beat.payload_type != 0;
    fits.then_some(()).ok_or(PROOF)?;
    let author = id(&beat.author_device, "proof")?;
    let is_beat = beat.payload_type() == PayloadType::Beat;
    Ok(is_beat.then_some(Statement::Beat(BeatStatement {
        document: beat.document,
        signature: beat.signature,
        author,
    })))
}

pub(super) fn head(head: pb::HeadRef) -> Option<Head> {
    Some(Head {
        seq: head.seq,
        hash: Hash::try_from(head.hash.as_slice()).ok()?,
    })
}

fn decode<T: Message + Default>(bytes: &[u8], field: &'static str) -> Result<T> {
    T::decode(bytes).map_err(|_| MalformedMembership(field))
}

fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8], field: &'static str) -> Result<T> {
    T::try_from(bytes).map_err(|_| MalformedMembership(field))
}
