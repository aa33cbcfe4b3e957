//! How a new device joins by two files: a request one way, anchor and Welcome the other
//! (R-JOIN-001 … R-JOIN-006).

use crate::constitution::{DeviceRole, Relay};
use crate::crypto::{
    CryptoError, Hash, Random, SealingKey, SealingPublic, SigningKey, Transcript, VerifyingKey,
    label, open_wrap, wrap,
};
use crate::epoch::{Keyring, PepCategory};
use crate::id::{DeviceId, LogId};
use crate::log::Entry;
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use zeroize::Zeroizing;

/// Largest join request, and largest answer: a Welcome of 16 MiB with its anchor (R-WIRE-006).
const MAX_REQUEST: usize = 16 * 1024;
const MAX_ANSWER: usize = 16 * 1024 * 1024 + MAX_REQUEST;
/// Most relays in an anchor, most capabilities in a request, longest handle.
const MAX_RELAYS: usize = 8;
const MAX_CAPABILITIES: usize = 128;

/// Why a join file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// The file does not parse or breaks a limit. Carries the field at fault.
    #[error("join file is malformed: `{0}`")]
    Malformed(&'static str),
    /// The file is larger than its limit.
    #[error("join file is too large")]
    TooLarge,
    /// The membership in the Welcome does not begin at the anchor (R-JOIN-007).
    #[error("welcome does not begin at the anchor")]
    WrongAnchor,
    /// A key or signature in it is wrong, or the Welcome is for another device.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl JoinError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::Malformed(_) => Reason::Malformed,
            Self::TooLarge => Reason::TooLarge,
            Self::WrongAnchor => Reason::WrongAnchor,
            Self::Crypto(error) => error.reason(),
        }
    }
}

/// What every member must know before it believes a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The household.
    pub log_id: LogId,
    /// Hash of entry 0.
    pub genesis: Hash,
    /// The relay's handle for the log, 16 to 32 bytes.
    pub handle: Vec<u8>,
    /// Relays in the order to be tried.
    pub relays: Vec<Relay>,
}

/// A new device's public keys and what it is, with proof that it holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// Its own choice of id.
    pub device: DeviceId,
    /// Verifies what it signs.
    pub signing: VerifyingKey,
    /// Seals secrets to it.
    pub sealing: SealingPublic,
    /// Its key at the relay.
    pub access: VerifyingKey,
    /// What it is.
    pub what: Joining,
    /// What it can do, by name.
    pub capabilities: Vec<String>,
}

/// What joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// An enforcement point.
    EnforcementPoint(PepCategory),
    /// A device of a person.
    Person(DeviceRole),
}

impl Joining {
    /// Two bytes for a device's own store.
    pub fn encode(self) -> [u8; 2] {
        let number = |number: i32| u8::try_from(number).unwrap_or_default();
        match self {
            Self::EnforcementPoint(category) => [0, number(category.into())],
            Self::Person(role) => [1, number(role.into())],
        }
    }

    /// Reads what [`Joining::encode`] wrote.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0, number] => PepCategory::try_from(i32::from(*number))
                .ok()
                .filter(|category| *category != PepCategory::Unspecified)
                .map(Self::EnforcementPoint),
            [1, number] => DeviceRole::try_from(i32::from(*number))
                .ok()
                .filter(|role| *role != DeviceRole::Unspecified)
                .map(Self::Person),
            _ => None,
        }
    }
}

/// What a Welcome hands over.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// Number of the last entry when it was written.
    pub head_seq: u64,
    /// Hash of that entry.
    pub head: Hash,
    /// Membership and epoch entries from genesis on, with bodies.
    pub membership: Vec<Entry>,
    /// The live list: document id, header hash, place.
    pub live: Vec<(crate::id::DocumentId, Hash, u64)>,
    /// Secrets that live documents of the device's category need.
    pub secrets: Keyring,
}

impl JoinRequest {
    /// The file's bytes, signed by the new device (R-JOIN-002).
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let what = match self.what {
            Joining::EnforcementPoint(category) => {
                pb::join_request::What::Category(category.into())
            }
            Joining::Person(role) => pb::join_request::What::Role(role.into()),
        };
        pb::JoinRequest {
            device_id: self.device.to_vec(),
            signing_key: self.signing.as_bytes().to_vec(),
            sealing_key: self.sealing.as_bytes().to_vec(),
            access_key: self.access.as_bytes().to_vec(),
            what: Some(what),
            capabilities: self.capabilities.clone(),
            signature: key.sign(&self.signed_bytes()).to_vec(),
        }
        .encode_to_vec()
    }

    /// Reads a request and verifies that the device holds the signing key it names.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn verify(bytes: &[u8]) -> Result<Self, JoinError> {
        use pb::join_request::What;
        if bytes.len() > MAX_REQUEST {
            return Err(JoinError::TooLarge);
        }
        let file = pb::JoinRequest::decode(bytes).map_err(|_| JoinError::Malformed("request"))?;
        let what = match file.what {
            Some(What::Category(number)) => PepCategory::try_from(number)
                .ok()
                .filter(|category| *category != PepCategory::Unspecified)
                .map(Joining::EnforcementPoint),
            Some(What::Role(number)) => DeviceRole::try_from(number)
                .ok()
                .filter(|role| *role != DeviceRole::Unspecified)
                .map(Joining::Person),
            None => None,
        };
        if file.capabilities.len() > MAX_CAPABILITIES {
            return Err(JoinError::Malformed("capabilities"));
        }
        let request = Self {
            device: DeviceId::try_from(file.device_id.as_slice())
                .map_err(|_| JoinError::Malformed("device_id"))?,
            signing: VerifyingKey::try_from(file.signing_key.as_slice())?,
            sealing: SealingPublic::try_from(file.sealing_key.as_slice())?,
            access: VerifyingKey::try_from(file.access_key.as_slice())?,
            what: what.ok_or(JoinError::Malformed("what"))?,
            capabilities: file.capabilities,
        };
        request
            .signing
            .verify(&request.signed_bytes(), &file.signature)?;
        // What was signed joins the names by line feeds, so no name may hold one.
        let is_name = |name: &String| !name.is_empty() && !name.contains('\n');
        if !request.capabilities.iter().all(is_name) {
            return Err(JoinError::Malformed("capabilities"));
        }
        // R-JOIN-011
        if request.access == request.signing {
            return Err(JoinError::Malformed("access_key"));
        }
        if request.what == Joining::Person(DeviceRole::Recovery) {
            return Err(JoinError::Malformed("what"));
        }
        Ok(request)
    }

    fn signed_bytes(&self) -> Transcript {
        let (category, role) = match self.what {
            Joining::EnforcementPoint(category) => (i32::from(category), 0),
            Joining::Person(role) => (0, i32::from(role)),
        };
        let number = |n: i32| u64::from(n.unsigned_abs());
        Transcript::new(label::JOIN)
            .bytes(self.device.as_bytes())
            .bytes(self.signing.as_bytes())
            .bytes(self.sealing.as_bytes())
            .bytes(self.access.as_bytes())
            .number(number(category))
            .number(number(role))
            .bytes(self.capabilities.join("\n").as_bytes())
    }
}

/// Writes the answer to a request: the anchor in clear, the Welcome sealed to the new device.
///
/// # Errors
/// If randomness fails or the key is refused.
pub fn answer(
    anchor: &Anchor,
    to: &JoinRequest,
    welcome: &Welcome,
    random: &mut impl Random,
) -> Result<Vec<u8>, CryptoError> {
    answer_to(anchor, (to.device, to.sealing), welcome, random)
}

/// As [`answer`], for a device that is known by id and sealing key.
pub(crate) fn answer_to(
    anchor: &Anchor,
    (device, sealing): (DeviceId, SealingPublic),
    welcome: &Welcome,
    random: &mut impl Random,
) -> Result<Vec<u8>, CryptoError> {
    let info = welcome_info(anchor.log_id, device, &welcome.head);
    let plaintext = Zeroizing::new(pb::Welcome::from(welcome).encode_to_vec());
    let sealed_welcome = wrap(&sealing, info.as_bytes(), &plaintext, random)?;
    let answer = pb::JoinAnswer {
        anchor: Some(anchor.into()),
        sealed_welcome,
        head_hash: welcome.head.0.to_vec(),
    };
    Ok(answer.encode_to_vec())
}

/// Reads an answer with the new device's own key.
///
/// # Errors
/// [`JoinError`]; `SealBroken` if the Welcome is for another device or another household.
pub fn accept(
    bytes: &[u8],
    device: DeviceId,
    key: &SealingKey,
) -> Result<(Anchor, Welcome), JoinError> {
    if bytes.len() > MAX_ANSWER {
        return Err(JoinError::TooLarge);
    }
    let file = pb::JoinAnswer::decode(bytes).map_err(|_| JoinError::Malformed("answer"))?;
    let anchor = Anchor::try_from(file.anchor.unwrap_or_default())?;
    let head = hash(&file.head_hash, "head_hash")?;
    let info = welcome_info(anchor.log_id, device, &head);
    let plaintext = open_wrap(key, info.as_bytes(), &file.sealed_welcome)?;
    let welcome =
        pb::Welcome::decode(plaintext.as_slice()).map_err(|_| JoinError::Malformed("welcome"))?;
    let welcome = Welcome::try_from(welcome)?;
    if welcome.head != head {
        return Err(JoinError::Malformed("head_hash"));
    }
    Ok((anchor, welcome))
}

fn welcome_info(log_id: LogId, device: DeviceId, head: &Hash) -> Transcript {
    Transcript::new(label::WELCOME)
        .bytes(log_id.as_bytes())
        .bytes(device.as_bytes())
        .bytes(head.as_bytes())
}

impl Anchor {
    /// The bytes of an anchor, for a device's own store.
    pub fn encode(&self) -> Vec<u8> {
        pb::Anchor::from(self).encode_to_vec()
    }

    /// Reads what [`Anchor::encode`] wrote.
    ///
    /// # Errors
    /// [`JoinError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JoinError> {
        pb::Anchor::decode(bytes)
            .map_err(|_| JoinError::Malformed("anchor"))?
            .try_into()
    }
}

impl From<&Anchor> for pb::Anchor {
    fn from(anchor: &Anchor) -> Self {
        Self {
            log_id: anchor.log_id.to_vec(),
            genesis_hash: anchor.genesis.0.to_vec(),
            handle: anchor.handle.clone(),
            relays: anchor.relays.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<pb::Anchor> for Anchor {
    type Error = JoinError;

    fn try_from(anchor: pb::Anchor) -> Result<Self, JoinError> {
        if !(16..=32).contains(&anchor.handle.len()) {
            return Err(JoinError::Malformed("handle"));
        }
        if anchor.relays.len() > MAX_RELAYS {
            return Err(JoinError::Malformed("relays"));
        }
        let relays = anchor.relays.into_iter().map(Relay::try_from);
        Ok(Self {
            log_id: LogId::try_from(anchor.log_id.as_slice())
                .map_err(|_| JoinError::Malformed("log_id"))?,
            genesis: hash(&anchor.genesis_hash, "genesis_hash")?,
            handle: anchor.handle,
            relays: relays
                .collect::<Result<_, _>>()
                .map_err(|_| JoinError::Malformed("relays"))?,
        })
    }
}

impl From<&Welcome> for pb::Welcome {
    fn from(welcome: &Welcome) -> Self {
        let live = welcome
            .live
            .iter()
            .map(|(id, header, seq)| pb::LiveDocument {
                document_id: id.to_vec(),
                header_hash: header.0.to_vec(),
                seq: *seq,
            });
        Self {
            head: Some(pb::HeadRef {
                seq: welcome.head_seq,
                hash: welcome.head.0.to_vec(),
            }),
            membership: welcome.membership.iter().map(Into::into).collect(),
            live: live.collect(),
            secrets: Some((&welcome.secrets).into()),
        }
    }
}

impl TryFrom<pb::Welcome> for Welcome {
    type Error = JoinError;

    fn try_from(welcome: pb::Welcome) -> Result<Self, JoinError> {
        let head = welcome.head.unwrap_or_default();
        let membership = welcome.membership.into_iter().map(Entry::try_from);
        let live = welcome.live.into_iter().map(|row| {
            let id = row.document_id.as_slice().try_into();
            let id = id.map_err(|_| JoinError::Malformed("live"))?;
            Ok((id, hash(&row.header_hash, "live")?, row.seq))
        });
        Ok(Self {
            head_seq: head.seq,
            head: hash(&head.hash, "head")?,
            membership: membership
                .collect::<Result<_, _>>()
                .map_err(|_| JoinError::Malformed("membership"))?,
            live: live.collect::<Result<_, JoinError>>()?,
            secrets: Keyring::try_from(welcome.secrets.unwrap_or_default())
                .map_err(|_| JoinError::Malformed("secrets"))?,
        })
    }
}

fn hash(bytes: &[u8], field: &'static str) -> Result<Hash, JoinError> {
    Hash::try_from(bytes).map_err(|_| JoinError::Malformed(field))
}
